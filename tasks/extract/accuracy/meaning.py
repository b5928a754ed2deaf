"""What a figure in a table measures: benchmark with split, metric and direction, from the words about it."""

import re
import statistics
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
    names_dataset,
    plain,
    speaks_of_change,
    speaks_of_quantity,
    without_metric,
)
from tasks.extract.accuracy.scores import Score
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


def family_of(layers: list[Layer], lexicon: Lexicon, habits: Habits, metric_families: set[str]) -> Meaning[str]:
    """The family of benchmarks that the nearest words name; empty for none of ours.

    Args:
        layers: Words about the figure, nearest first.
        lexicon: The benchmarks' words.
        habits: What the paper speaks of, for tables that name no dataset.
        metric_families: Families of which a metric is named near the figure; empty where no metric is named.
    """
    for layer in layers:
        named = _named(layer, lexicon)
        if not named or layer.kind == LayerKind.AROUND:
            continue
        ours = {f for f in named if f != OTHER}
        fitting = ours & metric_families if metric_families else ours
        if len(fitting) == 1:
            mixed = len(set(named)) > 1
            doubtful = mixed and OTHER in named and layer.kind in (*NEAR, *FAR)
            return Meaning(
                next(iter(fitting)),
                ReadingNote.SEVERAL_DATASETS if mixed else None,
                Doubt.SEVERAL_DATASETS if doubtful else None,
            )
        if layer.kind != LayerKind.MENTION:
            return Meaning("", doubt=Doubt.SEVERAL_BENCHMARKS if len(fitting) > 1 else None)
    around = Counter(
        name for layer in layers if layer.kind == LayerKind.AROUND for name in lexicon.datasets(layer.text)
    )
    near = _most_named(around, metric_families, least=2)
    return Meaning(near, ReadingNote.DATASET_IN_TEXT_ONLY) if near else _usual_family(habits, metric_families)


def _named(layer: Layer, lexicon: Lexicon) -> list[str]:
    """Datasets that a layer names; a row's label counts only where it is little else (it may name training data)."""
    terse = layer.kind in NEAR
    if layer.kind == LayerKind.ROW:
        return lexicon.datasets(layer.text, True) if names_dataset(layer.text, lexicon) else []
    return lexicon.datasets(layer.text, terse)


def _usual_family(habits: Habits, metric_families: set[str]) -> Meaning[str]:
    family = _most_named(habits.datasets, metric_families, least=3)
    if not family or habits.datasets[family] < 0.4 * sum(habits.datasets.values()):
        return Meaning("")
    return Meaning(family, ReadingNote.DATASET_NOT_NEAR)


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


def variants_in_order(family: str, layers: list[Layer], lexicon: Lexicon) -> list[str]:
    """Slugs of two splits that a header names side by side ("AP test / AP val"); nothing where it does not."""
    for layer in layers:
        if layer.kind != LayerKind.COLUMN:
            continue
        found = list(dict.fromkeys(slug for _, _, slug in lexicon.variant_mentions(family, layer.text)))
        if len(found) == 2 and OTHER not in found and "/" in layer.text:
            return found
    return []


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


def metrics_near(family: str, layers: list[Layer], lexicon: Lexicon) -> tuple[list[str], LayerKind | None]:
    """Metrics named by the nearest layer that names any, and that layer's kind."""
    for layer in layers:
        if layer.kind in (LayerKind.MENTION, LayerKind.AROUND):
            break
        found = lexicon.metrics(family, layer.text, terse=layer.kind in NEAR)
        if found:
            return found, layer.kind
    return [], None


def metrics_for(
    scores: list[Score], family: str, metrics: tuple[list[str], LayerKind | None], lexicon: Lexicon
) -> Meaning[list[str]]:
    """One metric per score.

    Two scores in a cell are two metrics in the order named, or one metric twice where only one is named in the header.
    """
    single = [s for s in scores if not s.is_mean]
    if len(single) == 1:
        one = _one_metric(family, metrics[0], lexicon, with_mean=len(scores) > 1)
        return Meaning([one.meant] * len(scores), one.note, one.doubt)
    if len(single) == 2 and len(scores) == 2:
        return _two_metrics(single, family, metrics, lexicon)
    return Meaning([""] * len(scores), doubt=Doubt.MORE_THAN_TWO_FIGURES)


def _one_metric(family: str, named: list[str], lexicon: Lexicon, with_mean: bool) -> Meaning[str]:
    rows = lexicon.families[family]
    known = list(dict.fromkeys(row.metric for row in rows))
    if len(named) == 1 or len(known) == 1:
        return Meaning((named or known)[0], None if named else ReadingNote.METRIC_NOT_NAMED)
    if named:
        return Meaning("", doubt=Doubt.SEVERAL_METRICS)
    main = next((row.metric for row in rows if row.is_fit_metric and row.printed == "either"), "")
    if main and not with_mean:
        return Meaning(main, ReadingNote.METRIC_NOT_NAMED)
    return Meaning("", doubt=Doubt.METRIC_NOT_NAMED)


def _two_metrics(
    scores: list[Score], family: str, metrics: tuple[list[str], LayerKind | None], lexicon: Lexicon
) -> Meaning[list[str]]:
    named, kind = metrics
    known = {row.metric for row in lexicon.families[family]}
    if len(named) == 2:
        return Meaning(_ordered(scores, named))
    if len(named) == 1 and kind == LayerKind.COLUMN:
        return Meaning(named * 2)
    if known == {"em", "f1"}:
        return Meaning(_ordered(scores, ["f1", "em"]), ReadingNote.PAIR_ORDERED_BY_SIZE)
    return Meaning(["", ""], doubt=Doubt.PAIR_NOT_NAMED)


def _ordered(scores: list[Score], named: list[str]) -> list[str]:
    """F1 is never below exact match; other pairs stand in the order named."""
    if set(named) == {"em", "f1"}:
        first_larger = scores[0].value >= scores[1].value
        return ["f1", "em"] if first_larger else ["em", "f1"]
    return named


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


@dataclass(frozen=True)
class ResultColumn:
    """Columns under one header: its cells (innermost first) and the figures below, which may be results."""

    headers: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def text(self) -> str:
        """The header's cells joined."""
        return " | ".join(self.headers)


def columns_to_read(
    columns: list[ResultColumn], lexicon: Lexicon, caption_names_metric: bool, rows_name_datasets: bool
) -> list[ResultColumn]:
    """Columns whose header does not speak against results.

    Where some column names a metric (or a dataset, unless the rows do), those that name none are about something else,
    unless the caption names the metric and their figures look alike.
    """
    kinds: dict[ResultColumn, str] = {}
    for column in columns:
        beside = not rows_name_datasets and _stands_beside_datasets(column, columns, lexicon)
        if beside or speaks_of_change(column.text):
            continue
        if lexicon.any_metric(column.text, terse=True):
            kinds[column] = "metric"
        elif lexicon.datasets(column.text, terse=True) and not rows_name_datasets:
            kinds[column] = "dataset"
        elif not speaks_of_quantity(column.text):
            kinds[column] = ""
    for wanted in ("metric", "dataset"):
        chosen = [c for c, kind in kinds.items() if kind == wanted or (kind == "dataset" and not _outdone(c, kinds))]
        if wanted in kinds.values():
            alike = [c for c, kind in kinds.items() if not kind and caption_names_metric and _look_alike(c, chosen)]
            return chosen + alike
    return list(kinds)


def _outdone(column: ResultColumn, kinds: dict["ResultColumn", str]) -> bool:
    """Whether, under the same dataset, another column names a metric and this one something else ("sharpness")."""
    rivals = [c for c, kind in kinds.items() if kind == "metric" and set(c.headers) & set(column.headers)]
    return bool(rivals) and len(column.headers) > 1


def _stands_beside_datasets(column: ResultColumn, columns: list[ResultColumn], lexicon: Lexicon) -> bool:
    """Whether the column's header names nothing known on a level where its neighbours name datasets ("Real", "V2")."""
    for depth, text in enumerate(column.headers):
        rest = without_metric(text)
        if not rest or lexicon.says_anything(rest):
            continue
        beside = [c.headers[depth] for c in columns if len(c.headers) > depth and c.headers[depth] != text]
        if any(lexicon.datasets(t, terse=True) for t in beside):
            return True
    return False


def _look_alike(column: ResultColumn, others: list[ResultColumn]) -> bool:
    """Whether the figures are of the size of the others'."""
    theirs = [v for other in others for v in other.values]
    if not theirs or not column.values:
        return False
    return 0.75 < statistics.median(column.values) / max(statistics.median(theirs), 1e-9) < 1.33
