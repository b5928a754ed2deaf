"""Which data set a training figure speaks of: the one named beside it, in its heading, or just before it."""

import re
from collections.abc import Sequence

from tasks.extract.sentences import Sentence
from tasks.reference.datasets import Dataset, mentions

SENTENCES_BACK = 6
"""How far back a reader looks for what "the models" were trained on, within one section."""


def training_set_beside(text: str, start: int, end: int, datasets: tuple[Dataset, ...]) -> str:
    """Slug of the data set that a text names nearest to a figure, its own clause first; '' where it names none."""
    found = _trained_on(text, datasets)
    if len({slug for slug, _, _ in found}) < 2:
        return found[0][0] if found else ""

    def distance(mention: tuple[str, int, int]) -> tuple[bool, int]:
        _, a, b = mention
        between = text[end:a] if a >= end else text[b:start]
        other_clause = any(sign in between for sign in ";:,") or " and " in between
        return other_clause, len(between) - 20 * (a >= end)  # "90 epochs on ImageNet": what follows belongs to it

    return min(found, key=distance)[0]


_OF_WEIGHTS = re.compile(r"[\s-]+pre-?trained\b", re.IGNORECASE)
"""Behind the data set that a network learnt from before: "12 epochs from ImageNet pre-trained weights"."""


def _trained_on(text: str, datasets: tuple[Dataset, ...]) -> list[tuple[str, int, int]]:
    """Mentions of data sets, without those that only name weights to start from."""
    return [found for found in mentions(text, datasets) if not _OF_WEIGHTS.match(text, found[2])]


def training_set_of(sentences: Sequence[Sentence], i: int, start: int, end: int, datasets: tuple[Dataset, ...]) -> str:
    """Slug of the data set of a figure in sentence `i`: named there, in the section's heading, or last before it."""
    here = sentences[i]
    beside = training_set_beside(here.text, start, end, datasets)
    if beside:
        return beside
    in_heading = {slug for slug, _, _ in _trained_on(here.section, datasets)}
    if len(in_heading) == 1:
        return in_heading.pop()
    for before in sentences[max(0, i - SENTENCES_BACK) : i][::-1]:
        if before.section != here.section or before.kind != here.kind:
            break
        named = {slug for slug, _, _ in _trained_on(before.text, datasets)}
        if named:
            return named.pop() if len(named) == 1 else ""
    return ""


def training_set_in(texts: Sequence[str], datasets: tuple[Dataset, ...]) -> str:
    """Slug of the data set that the first text to name any names alone: header, row, caption; '' where none does."""
    for text in texts:
        named = {slug for slug, _, _ in _trained_on(text, datasets)}
        if named:
            return named.pop() if len(named) == 1 else ""
    return ""
