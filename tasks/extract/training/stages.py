"""Stages of one training: pre-training, mid-training, annealing, longer contexts, post-training; and their total.

Stages add up to what a model was trained for. Which stage a figure speaks of is a note on it; summing is the affair of
`tasks.compute.evidence`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.training.findings import Finding

_ORDINALS = ("first", "second", "third", "fourth", "final")
_STAGES = {
    "post-training": r"post[\s-]?train\w*|supervised[\s-]fine[\s-]?tuning|SFT|RLHF|RL|reinforcement[\s-]learning"
    r"|alignment",
    "mid-training": r"mid[\s-]?train\w*|continu\w+[\s-](?:pre-?)?training",
    "annealing": r"anneal\w*(?:[\s-](?:stage|phase))?|cool-?down(?:[\s-](?:stage|phase))?|decay[\s-](?:stage|phase)",
    "long context": r"(?:long[\s-]?)?context(?:[\s-](?:length|window))?[\s-](?:exten\w+|stage|phase|adaptation)"
    r"|long[\s-]context(?:[\s-](?:training|pre-?training))?",
    "pre-training": r"(?:main[\s-]|general[\s-])?pre[\s-]?training(?:[\s-](?:stage|phase))?",
}
_STAGE = re.compile("|".join(rf"(?P<s{i}>\b(?:{words})\b)" for i, words in enumerate(_STAGES.values())), re.IGNORECASE)
_NUMBERED = re.compile(
    rf"\b(?P<word>{'|'.join(_ORDINALS)}|early|middle)\s+(?:[\w-]+\s+)?(?:stage|phase)s?\b"
    r"|\b(?:stage|phase)[\s-]+(?P<number>[1-5]|I{1,3}|IV|one|two|three|four)\b|\bS(?P<short>[1-4])\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(?:grand\s+)?(?:total|overall|sum|all(?:\s+stages)?)", re.IGNORECASE)
_IN_STAGES = re.compile(
    r"\b(?:followed by|then|stages?|phases?|mid-?train\w*|anneal\w*|cool-?down|additional|further|subsequent\w*)\b"
    r"|\bcontext[\w\s-]{0,20}\bexten\w+|\bcontinu\w+",
    re.IGNORECASE,
)
_SUM_WITHIN = 0.02
"""How far a stated total may lie from the sum of its stages, for rounding."""


def named_stage(name: str) -> Coded[ReadingNote] | None:
    """The note on a figure whose row or column is nothing but the name of a stage, or of all of them."""
    bare = re.sub(r"\s*\([^()]*\)|\W+$", "", name.strip())
    if _TOTAL.fullmatch(bare):
        return Coded(ReadingNote.ALL_STAGES)
    if _NUMBERED.fullmatch(bare) or _STAGE.fullmatch(bare):
        return _note(_stage_in(bare))
    return None


def _note(stage: str) -> Coded[ReadingNote]:
    return Coded.of(ReadingNote.STAGE, stage=stage)


def _stage_in(text: str) -> str:
    """The stage that a stretch of text names last; '' for none."""
    numbered = [
        (m.start(), f"stage {m['word'] or m['number'] or m['short']}".lower()) for m in _NUMBERED.finditer(text)
    ]
    named = [(m.start(), list(_STAGES)[int((m.lastgroup or "s0")[1:])]) for m in _STAGE.finditer(text)]
    return max([*numbered, *named], default=(0, ""))[1]


def with_stages(text: str, found: Sequence[Finding]) -> list[Finding]:
    """The findings of a sentence, the tokens of stages among them with their stage.

    "10T tokens, followed by 2T tokens of mid-training": two stages. One that is the sum of the others is the total.
    """
    notes = _steps_by_rate(text, found)
    parts = sorted((f for f in found if f.field == "tokens"), key=lambda f: f.start)
    if len(parts) == 1 and re.search(r"\b(?:stage|phase)\b", text, re.IGNORECASE):
        stage = _stage_in(text)
        notes |= {id(parts[0]): _note(stage)} if stage else {}
    elif len(parts) > 1 and _IN_STAGES.search(text):
        notes |= {id(f): note for f, note in zip(parts, _stages_of(text, parts), strict=True)}
    return [replace(f, notes=(*f.notes, notes[id(f)])) if id(f) in notes else f for f in found]


_CONTINUES = re.compile(r"\b(?:then|continu\w+|followed by)\b|^[^.;]{0,40}\band\s+(?:another\s+)?$", re.IGNORECASE)
_RATES = re.compile(r"10\s?\^\{?[-−–]|\b0\.0\d+|\de[-−–]\d|10⁻")
"""Learning rates, written as powers or decimals."""


def _steps_by_rate(text: str, found: Sequence[Finding]) -> dict[int, Coded[ReadingNote]]:
    """Notes on steps with one learning rate after another, which are parts of one run.

    "We train with 10^{−3} for 160k iterations, then continue for 40k iterations with 10^{−4}".
    """
    parts = sorted((f for f in found if f.field == "steps"), key=lambda f: f.start)
    between = [text[a.end : b.start] for a, b in pairwise(parts)]
    if not between or len(_RATES.findall(text)) < 2 or not all(_CONTINUES.search(words) for words in between):
        return {}
    return {id(f): _note(f"part {i}") for i, f in enumerate(parts, start=1)}


def _stages_of(text: str, parts: Sequence[Finding]) -> list[Coded[ReadingNote]]:
    """The stage of each of several figures by the words behind it, else by its place; the total where one is it."""
    values = [float(f.value) for f in parts]
    ends = [f.start for f in parts[1:]] + [len(text)]
    stages = [_stage_in(text[f.end : end]) for f, end in zip(parts, ends, strict=True)]
    named = [stage if stages.count(stage) == 1 and stage else f"part {i}" for i, stage in enumerate(stages, start=1)]
    return [
        Coded(ReadingNote.ALL_STAGES)
        if len(parts) > 2 and abs(value / (sum(values) - value) - 1) < _SUM_WITHIN
        else _note(stage)
        for value, stage in zip(values, named, strict=True)
    ]
