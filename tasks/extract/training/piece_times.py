"""Times of one epoch or step, as a sentence tells them, and the time of a run that they make."""

import re
from collections.abc import Sequence

from tasks.extract.numbers import find_numbers, format_number
from tasks.extract.training.findings import Finding
from tasks.extract.training.units import UNITS, alt, hours_in
from tasks.provenance.claims import Claim

COUNTED_AS = {"epoch": "epochs", "pass": "epochs", "step": "steps", "iteration": "steps", "update": "steps"}
"""The field that counts a piece of training."""

LONGEST_RUN_HOURS = 24.0 * 400
"""No published network trained for longer than a year."""

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

_ONE = re.compile(rf"time of one ({'|'.join(COUNTED_AS)})\b")


def find_piece_times(text: str, phase: str) -> list[Finding]:
    """Hours of one epoch, pass, step or iteration of training: "a single iteration takes 14 minutes"."""
    if phase not in ("training", "pretraining"):
        return []
    found = []
    for n in find_numbers(text):
        unit = UNITS["duration_hours"].match(text, n.end)
        if unit is None:
            continue
        told = _BEFORE.search(text[: n.start]) or _BEHIND.match(text, unit.end())
        if told is None and _EACH_BEHIND.match(text, unit.end()):
            told = _COUNTED_BEFORE.search(text[: n.start])
        if told:
            piece = (told["piece"] or told.groupdict().get("timed") or "").lower()
            hours = hours_in(unit[1])
            low, high = (None if end is None else end * hours for end in (n.lower, n.upper))
            reason = f"time of one {piece}"
            found.append(
                Finding("duration_hours", n.value * hours, n.start, unit.end(), n.raw, phase, low, high, 0.7, reason)
            )
    return found


def whole_times(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, each time of one piece made the time of its run; dropped where the paper tells whole times, or not
    how many pieces there are."""
    pieces = [c for c in claims if _piece_of(c)]
    others = [c for c in claims if not _piece_of(c)]
    if any(
        c["field"] in ("duration_hours", "chip_hours") and c["phase"] in ("training", "pretraining") for c in others
    ):
        return others
    return others + [whole for c in pieces if (whole := _whole(c, others))]


def _piece_of(claim: Claim) -> str:
    one = _ONE.search(claim.get("confidence_reasons") or "") if claim["field"] == "duration_hours" else None
    return one[1] if one else ""


def _whole(claim: Claim, others: Sequence[Claim]) -> Claim | None:
    """A piece's time x the only number of pieces told for its model, else for the paper."""
    piece = _piece_of(claim)
    told = [
        c for c in others if c["field"] == COUNTED_AS[piece] and c["phase"] == claim["phase"] and not c.get("doubt")
    ]
    of_model = [c for c in told if c["model_key"] == claim["model_key"]]
    counts = {c["number"] for c in of_model or told}
    if len(counts) != 1:
        return None
    count = counts.pop()
    hours = claim["number"] * count
    if not 0.01 <= hours <= LONGEST_RUN_HOURS:
        return None
    scaled = {k: claim[k] * count for k in ("number_lower", "number_upper") if claim[k] is not None}
    reason = f"{claim['confidence_reasons']} x {count:g} {COUNTED_AS[piece]}"
    hours = float(f"{hours:.12g}")
    return claim | scaled | {"number": hours, "value": format_number(hours), "confidence_reasons": reason}
