"""What a figure in a table measures: benchmark with split, metric and direction, from the words about it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from schemas.codes.reading import Doubt, ReadingNote
from tasks.extract.accuracy.lexicon import (
    OTHER,
    Lexicon,
    direction,
    first_direction,
    plain,
)
from tasks.extract.tables import headers_of
from tasks.parse.document import Document
from tasks.reference.benchmarks import Benchmark


class LayerKind(StrEnum):
    """Where words about a figure stand, from near to far."""

    NOTE = "note"
    COLUMN = "column"
    ROW = "row"
    GROUP = "group"
    CAPTION = "caption"
    """The caption's first sentence, or a heading of the table's own."""
    TAIL = "tail"
    """The rest of the caption."""
    MENTION = "mention"
    """Sentences that name the table, with their neighbours."""
    AROUND = "around"
    """The paragraphs about those: they count only where nothing nearer speaks."""


NEAR = (LayerKind.NOTE, LayerKind.COLUMN)
FAR = (LayerKind.TAIL, LayerKind.MENTION)
"""The rest of a caption and sentences of the text say too much to exclude anything."""

_ANY_SPLIT = re.compile(r"(?:top-?[15]|test(?:ing)?|val(?:id(?:ation)?)?|dev(?:elopment)?|set|err(?:or)?|[()\s])+")
"""Words for splits that texts use of any dataset: about a table they prove nothing, unlike "test-dev" or "minival"."""


MeantT = TypeVar("MeantT")


@dataclass(frozen=True)
class Meaning(Generic[MeantT]):
    """What words about a figure mean, what lowers the confidence in it, and why it is doubtful."""

    meant: MeantT
    note: ReadingNote | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Layer:
    """Words about a figure, from near (its cell) to far (the text): kind and plain text."""

    kind: LayerKind
    text: str


@dataclass(frozen=True)
class Habits:
    """What a whole paper speaks of: how often each dataset, and each direction, is named."""

    datasets: Counter[str]
    directions: Counter[str]
    variants: dict[str, Counter[str]]
    distinctive: Counter[str]
    """Per split: how often it is named by words that only its family has ("test-dev", not "test set")."""
    said: dict[str, Counter[str]] = field(default_factory=dict)
    """Per family: which direction its tables name, where they name one."""


def habits_of(document: Document, lexicon: Lexicon) -> Habits:
    """Count datasets, splits and directions in the text before the references; title and first page weigh more.

    Directions said in the captions and headers of tables weigh most.
    """
    datasets: Counter[str] = Counter()
    directions: Counter[str] = Counter()
    variants: dict[str, Counter[str]] = {family: Counter() for family in lexicon.families}
    distinctive: Counter[str] = Counter()
    for page in document.pages:
        text = plain(page.plain_text)
        text = re.split(r"\breferences\b\s", text)[0] if page.number > 2 else text
        weight = 3 if page.number == 1 else 1
        for name in lexicon.datasets(text):
            datasets[name] += weight
        for family in lexicon.families:
            for _, words, slug in lexicon.variant_mentions(family, text):
                variants[family][slug] += 1
                distinctive[slug] += not _ANY_SPLIT.fullmatch(words)
        directions["error"] += len(re.findall(r"\berrors?(?: rates?)?\b", text))
        directions["accuracy"] += len(re.findall(r"\baccurac(?:y|ies)\b", text))
        for table in page.tables:
            headers = [table.caption, *headers_of(table)]
            for said in (direction(plain(w)) for w in headers):
                if said:
                    directions[said] += 10
    return Habits(datasets, directions, variants, distinctive)


def _most_named(counts: Counter[str], families: set[str], least: int) -> str:
    """The one of `families` that is named at least `least` times, and thrice as often as each other one; else ''."""
    ranked = sorted(((counts[f], f) for f in families if counts[f] >= least), reverse=True)
    clear = ranked and (len(ranked) == 1 or ranked[0][0] >= 3 * ranked[1][0])
    return ranked[0][1] if clear else ""


def variant_of(family: str, layers: list[Layer], lexicon: Lexicon, habits: Habits) -> Meaning[str]:
    """Slug of the family's variant (split, language pair) that the nearest words name.

    Empty and without a doubt: the words say that the figure is of another variant than ours.
    """
    named = _named_variant(family, layers, lexicon)
    return named if named is not None else _usual_variant(family, layers, lexicon, habits)


def _named_variant(family: str, layers: list[Layer], lexicon: Lexicon) -> Meaning[str] | None:
    for layer in layers:
        if layer.kind == LayerKind.AROUND:
            break
        mentions = lexicon.variant_mentions(family, layer.text)
        if layer.kind == LayerKind.ROW and sum(len(words) for _, words, _ in mentions) < 0.5 * len(layer.text):
            mentions = [m for m in mentions if len(m[1]) >= 5]  # "en-fr" is telling in a model's name, "test" is not
        found = {slug for _, _, slug in mentions}
        named = found - {OTHER}
        if OTHER in found and layer.kind not in FAR and not lexicon.names_task(family, layer.text):
            return Meaning("", doubt=Doubt.SEVERAL_SPLITS if named and layer.kind == LayerKind.CAPTION else None)
        if len(named) == 1:
            return Meaning(named.pop())
        if len(named) > 1 and layer.kind in NEAR:
            return Meaning("", doubt=Doubt.SEVERAL_SPLITS)
        if len(named) > 1 and layer.kind in FAR:
            return None
    return None


def _usual_variant(family: str, layers: list[Layer], lexicon: Lexicon, habits: Habits) -> Meaning[str]:
    slugs = {row.slug for row in lexicon.families[family]}
    if len(slugs) == 1:
        return Meaning(slugs.pop())
    around = Counter(
        slug
        for layer in layers
        if layer.kind == LayerKind.AROUND
        for _, words, slug in lexicon.variant_mentions(family, layer.text)
        if not _ANY_SPLIT.fullmatch(words)
    )
    near = _most_named(around, slugs, least=1)
    if near:
        return Meaning(near, ReadingNote.SPLIT_IN_TEXT_ONLY)
    usual = _most_named(habits.variants[family], slugs, least=3)
    if usual and habits.distinctive[usual] >= 3:
        return Meaning(usual, ReadingNote.SPLIT_NOT_NEAR)
    default = {row.slug for row in lexicon.families[family] if row.variant_default}
    if len(default) == 1:
        return Meaning(default.pop(), ReadingNote.SPLIT_NOT_NAMED)
    return Meaning("", doubt=Doubt.SPLIT_NOT_NAMED)


def is_error_of(
    benchmark: Benchmark, layers: list[Layer], habits: Habits, value: float, middle: float
) -> Meaning[bool | None]:
    """Whether a figure is an error; None where nothing says so.

    Args:
        benchmark: What it measures.
        layers: Words about it, nearest first.
        habits: What the paper's other tables say.
        value: The figure, in percent.
        middle: The median of its column, in percent: where no word says, size may (nobody prints an ImageNet top-1
            accuracy of 24 % for a trained network, nor an error of 76 %).
    """
    if benchmark.printed != "either":
        return Meaning(benchmark.printed == "error")
    for layer in layers:
        if layer.kind in (LayerKind.MENTION, LayerKind.AROUND):
            continue
        found = (
            first_direction(layer.text) if layer.kind in (LayerKind.CAPTION, LayerKind.TAIL) else direction(layer.text)
        )
        if found:
            return Meaning(found == "error")
    if benchmark.usual_lower is not None:
        lower = float(benchmark.usual_lower)
        if (middle >= lower) != (100 - middle >= lower):
            return Meaning(middle < lower, ReadingNote.DIRECTION_BY_SIZE)
    for usual in (habits.said.get(benchmark.names[0], Counter()), habits.directions):
        if usual["error"] > 1.5 * usual["accuracy"]:
            return Meaning(True, ReadingNote.DIRECTION_NOT_NAMED) if value < 70 else Meaning(None)
        if usual["accuracy"] > 1.5 * usual["error"]:
            return Meaning(False, ReadingNote.DIRECTION_NOT_NAMED) if value > 30 else Meaning(None)
    return Meaning(None)
