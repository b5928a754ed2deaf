"""Times of one epoch or step that a sentence states, and the time of a whole run worked out from them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from schemas.codes import Coded, has
from schemas.codes.reading import ReadingNote
from schemas.rows import Candidate
from schemas.rows.claims import Disclosure
from tasks.extract.numbers import find_numbers, format_number
from tasks.extract.training.durations import LONGEST_RUN_HOURS
from tasks.extract.training.findings import Finding
from tasks.extract.training.units import UNITS, alt, hours_in

COUNTED_AS = {"epoch": "epochs", "pass": "epochs", "step": "steps", "iteration": "steps", "update": "steps"}
"""The field that counts a piece of training."""

_PIECE = rf"(?P<piece>{'|'.join(COUNTED_AS)})"
_KIND = alt("training pre-?training full single gradient optimi[sz]ation SGD")
_ABOUT = r"(?:\s*(?:about|around|approximately|roughly|nearly|only|just|~))*\s*$"
_BEFORE = re.compile(
    rf"\b(?:each|every|one|an?|per|single)\s+(?:{_KIND}\s+){{0,2}}{_PIECE}\b[^.;,\d]{{0,40}}?"
    rf"\b(?:takes?|took|requires?|required|lasts?|lasted|needs?){_ABOUT}"
    rf"|\b(?P<timed>{'|'.join(COUNTED_AS)})[\s-]times?\s+(?:is|was|of){_ABOUT}",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\s*(?:per|for\s+(?:each|every|one)|an?|each|every|/)\s*(?:{_KIND}\s+){{0,2}}{_PIECE}\b", re.IGNORECASE
)
_COUNTED_BEFORE = re.compile(
    rf"\b(?P<piece>{'|'.join(COUNTED_AS)})e?s[,;(\s]+(?:(?:of|for|in|at|with)\s+)?(?:about\s+|around\s+|~)?$",
    re.IGNORECASE,
)
_EACH_BEHIND = re.compile(r"\s*each\b", re.IGNORECASE)
"""Around a time in "50 epochs, 30 minutes each"."""


def find_piece_times(text: str, phase: str) -> list[Finding]:
    """Hours of one epoch, pass, step or iteration of training: "a single iteration takes 14 minutes"."""
    if phase not in ("training", "pretraining"):
        return []
    found = []
    for n in find_numbers(text):
        unit = UNITS["duration_hours"].match(text, n.end)
        if unit is None:
            continue
        stated = _BEFORE.search(text[: n.start]) or _BEHIND.match(text, unit.end())
        if stated is None and _EACH_BEHIND.match(text, unit.end()):
            stated = _COUNTED_BEFORE.search(text[: n.start])
        if stated:
            piece = (stated["piece"] or stated.groupdict().get("timed") or "").lower()
            hours = hours_in(unit[1])
            low, high = (None if end is None else end * hours for end in (n.lower, n.upper))
            notes = (Coded.of(ReadingNote.PIECE_TIME, piece=piece),)
            found.append(
                Finding("duration_hours", n.value * hours, n.start, unit.end(), n.raw, phase, low, high, 0.7, notes)
            )
    return found


def whole_times(found: Sequence[Candidate[Disclosure]]) -> list[Candidate[Disclosure]]:
    """The claims, with each time of one epoch or step made the time of its run.

    Such a time is dropped where the paper states whole times, or does not say how many epochs or steps there are.
    """
    pieces = [c for c in found if has(c.row.notes, ReadingNote.PIECE_TIME)]
    others = [c for c in found if not has(c.row.notes, ReadingNote.PIECE_TIME)]
    if any(
        c.row.field in ("duration_hours", "chip_hours") and c.row.phase in ("training", "pretraining") for c in others
    ):
        return others
    stated = [c.row for c in others if not c.doubts]
    return others + [replace(c, row=whole) for c in pieces if (whole := _whole(c.row, stated))]


def _whole(time: Disclosure, stated: Sequence[Disclosure]) -> Disclosure | None:
    """The time of one epoch or step x the only number of them stated for its model, else for the paper."""
    (note,) = (n for n in time.notes if n.code == ReadingNote.PIECE_TIME)
    counted = COUNTED_AS[str(note["piece"])]
    of_phase = [c for c in stated if c.field == counted and c.phase == time.phase]
    of_model = [c for c in of_phase if c.model_key == time.model_key]
    counts = {c.number for c in of_model or of_phase}
    count = counts.pop() if len(counts) == 1 else None
    if count is None or time.number is None or not 0.01 <= time.number * count <= LONGEST_RUN_HOURS:
        return None
    hours = float(f"{time.number * count:.12g}")
    timed = Coded.of(ReadingNote.PIECES_TIMED, piece=note["piece"], count=count, counted=counted)
    return replace(
        time,
        number=hours,
        value=format_number(hours),
        number_lower=None if time.number_lower is None else time.number_lower * count,
        number_upper=None if time.number_upper is None else time.number_upper * count,
        notes=tuple(timed if n is note else n for n in time.notes),
    )
