"""Which data set a training figure speaks of: the one named beside it, in its heading, or just before it."""

from collections.abc import Sequence

from tasks.extract.sentences import Sentence
from tasks.reference.datasets import Dataset, mentions

SENTENCES_BACK = 6
"""How far back a reader looks for what "the models" were trained on, within one section."""


def training_set_beside(text: str, start: int, end: int, datasets: tuple[Dataset, ...]) -> str:
    """Slug of the data set that a text names nearest to a figure, its own clause first; '' where it names none."""
    found = mentions(text, datasets)
    if len({slug for slug, _, _ in found}) < 2:
        return found[0][0] if found else ""

    def distance(mention: tuple[str, int, int]) -> tuple[bool, int]:
        _, a, b = mention
        between = text[end:a] if a >= end else text[b:start]
        other_clause = any(sign in between for sign in ";:,") or " and " in between
        return other_clause, len(between) - 20 * (a >= end)  # "90 epochs on ImageNet": what follows belongs to it

    return min(found, key=distance)[0]


def training_set_of(sentences: Sequence[Sentence], i: int, start: int, end: int, datasets: tuple[Dataset, ...]) -> str:
    """Slug of the data set of a figure in sentence `i`: named there, in the section's heading, or last before it."""
    here = sentences[i]
    beside = training_set_beside(here.text, start, end, datasets)
    if beside:
        return beside
    in_heading = {slug for slug, _, _ in mentions(here.section, datasets)}
    if len(in_heading) == 1:
        return in_heading.pop()
    for before in sentences[max(0, i - SENTENCES_BACK) : i][::-1]:
        if before.section != here.section or before.kind != here.kind:
            break
        named = {slug for slug, _, _ in mentions(before.text, datasets)}
        if named:
            return named.pop() if len(named) == 1 else ""
    return ""


def training_set_in(texts: Sequence[str], datasets: tuple[Dataset, ...]) -> str:
    """Slug of the data set that the first text to name any names alone: header, row, caption; '' where none does."""
    for text in texts:
        named = {slug for slug, _, _ in mentions(text, datasets)}
        if named:
            return named.pop() if len(named) == 1 else ""
    return ""
