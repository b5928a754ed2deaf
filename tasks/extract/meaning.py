"""What a figure in a table measures: benchmark with split, metric and direction, from the words about it."""

import re
import statistics
from collections import Counter
from dataclasses import dataclass, field

from tasks.extract.benchmarks import (
    OTHER,
    Benchmark,
    Lexicon,
    direction,
    first_direction,
    plain,
    speaks_of_change,
    speaks_of_quantity,
    without_metric,
)
from tasks.extract.scores import Score
from tasks.parse.document import Document

NEAR = ("note", "column")
FAR = ("tail", "mention")  # the rest of a caption and sentences of the text say too much to exclude anything


@dataclass(frozen=True)
class Layer:
    """Words about a figure, from near (its cell) to far (the text): kind and plain text."""

    kind: str
    text: str


@dataclass
class Reading:
    """The meaning of one figure, with what lowers the confidence in it; `doubt` keeps it out of the warehouse."""

    benchmark: Benchmark | None = None
    is_error: bool = False
    doubt: str = ""
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Habits:
    """What a whole paper speaks of: how often each dataset, and each direction, is named."""

    datasets: Counter[str]
    directions: Counter[str]
    variants: dict[str, Counter[str]]
    said: dict[str, Counter[str]] = field(default_factory=dict)
    """Per family: which direction its tables name, where they name one."""


def habits_of(document: Document, lexicon: Lexicon) -> Habits:
    """Count datasets, splits and directions in the text before the references; title and first page weigh more.

    Directions said in the captions and headers of tables weigh most.
    """
    datasets: Counter[str] = Counter()
    directions: Counter[str] = Counter()
    variants: dict[str, Counter[str]] = {family: Counter() for family in lexicon.families}
    for page in document.pages:
        text = plain(page.plain_text)
        text = re.split(r"\breferences\b\s", text)[0] if page.number > 2 else text
        weight = 3 if page.number == 1 else 1
        for name in lexicon.datasets(text):
            datasets[name] += weight
        for family in lexicon.families:
            for _, _, slug in lexicon.variant_mentions(family, text):
                variants[family][slug] += 1
        directions["error"] += len(re.findall(r"\berrors?(?: rates?)?\b", text))
        directions["accuracy"] += len(re.findall(r"\baccurac(?:y|ies)\b", text))
        for table in page.tables:
            words = [table.caption, *(table.column_header(c) for c in range(len(table.rows[0])))]
            for said in (direction(plain(w)) for w in words):
                if said:
                    directions[said] += 10
    return Habits(datasets, directions, variants)


def family_of(layers: list[Layer], lexicon: Lexicon, habits: Habits, metric_families: set[str]) -> tuple[str, str, str]:
    """The family of benchmarks that the nearest words name.

    Args:
        layers: Words about the figure, nearest first.
        lexicon: The benchmarks' words.
        habits: What the paper speaks of, for tables that name no dataset.
        metric_families: Families of which a metric is named near the figure; empty where no metric is named.

    Returns:
        Family (empty: none of ours), what lowers the confidence, and a doubt (empty: none).
    """
    for layer in layers:
        named = _named(layer, lexicon)
        if not named:
            continue
        ours = {f for f in named if f != OTHER}
        fitting = ours & metric_families if metric_families else ours
        if len(fitting) == 1:
            mixed = len(set(named)) > 1
            doubt = "several datasets named" if mixed and OTHER in named and layer.kind in (*NEAR, *FAR) else ""
            return next(iter(fitting)), "several datasets named" if mixed else "", doubt
        if layer.kind != "mention":
            return "", "", "several benchmarks named" if len(fitting) > 1 else ""
    return (*_usual_family(habits, metric_families), "")


def _named(layer: Layer, lexicon: Lexicon) -> list[str]:
    """Datasets that a layer names; a row's label counts only where it is little else (it may name training data)."""
    terse = layer.kind in NEAR
    if layer.kind == "row" and lexicon.dataset_letters(layer.text) < 0.5 * len(layer.text):
        return []
    return lexicon.datasets(layer.text, terse)


def _usual_family(habits: Habits, metric_families: set[str]) -> tuple[str, str]:
    counts = [(habits.datasets[f], f) for f in metric_families if habits.datasets[f] >= 3]
    if not counts:
        return "", ""
    counts.sort(reverse=True)
    if len(counts) > 1 and counts[0][0] < 3 * counts[1][0]:
        return "", ""
    if counts[0][0] < 0.4 * sum(habits.datasets.values()):
        return "", ""
    return counts[0][1], "dataset not named near the table"


def variant_of(family: str, layers: list[Layer], lexicon: Lexicon, habits: Habits) -> tuple[str, str, str]:
    """Slug of the family's variant (split, language pair) that the nearest words name; reason and doubt as above.

    All three empty: the words say that the figure is of another variant than ours.
    """
    named = _named_variant(family, layers, lexicon)
    return named if named is not None else _usual_variant(family, lexicon, habits)


def _named_variant(family: str, layers: list[Layer], lexicon: Lexicon) -> tuple[str, str, str] | None:
    for layer in layers:
        mentions = lexicon.variant_mentions(family, layer.text)
        if layer.kind == "row" and sum(len(words) for _, words, _ in mentions) < 0.5 * len(layer.text):
            mentions = [m for m in mentions if len(m[1]) >= 5]  # "en-fr" is telling in a model's name, "test" is not
        found = {slug for _, _, slug in mentions}
        if OTHER in found and layer.kind not in FAR:
            return "", "", ""
        named = found - {OTHER}
        if len(named) == 1:
            return named.pop(), "", ""
        if len(named) > 1 and layer.kind in NEAR:
            return "", "", "several splits named"
        if len(named) > 1 and layer.kind in FAR:
            return None
    return None


def _usual_variant(family: str, lexicon: Lexicon, habits: Habits) -> tuple[str, str, str]:
    rows = lexicon.families[family]
    slugs = {row.slug for row in rows}
    if len(slugs) == 1:
        return slugs.pop(), "", ""
    default = {row.slug for row in rows if row.variant_default}
    if len(default) == 1:
        return default.pop(), "split not named", ""
    usual = Counter({s: n for s, n in habits.variants[family].items() if s in slugs}).most_common(2)
    if usual and usual[0][1] >= 3 and (len(usual) == 1 or usual[0][1] > 3 * usual[1][1]):
        return usual[0][0], "split not named near the table", ""
    return "", "", "split not named"


def metrics_near(family: str, layers: list[Layer], lexicon: Lexicon) -> tuple[list[str], str]:
    """Metrics named by the nearest layer that names any, and that layer's kind."""
    for layer in layers:
        if layer.kind == "mention":
            break
        found = lexicon.metrics(family, layer.text, terse=layer.kind in NEAR)
        if found:
            return found, layer.kind
    return [], ""


def metrics_for(
    scores: list[Score], family: str, metrics: tuple[list[str], str], lexicon: Lexicon
) -> tuple[list[str], str, str]:
    """One metric per score, with reason and doubt.

    Two scores in a cell are two metrics in the order named, or one metric twice where only one is named in the header.
    """
    single = [s for s in scores if not s.is_mean]
    if len(single) == 1:
        metric, reason, doubt = _one_metric(family, metrics[0], lexicon, with_mean=len(scores) > 1)
        return [metric] * len(scores), reason, doubt
    if len(single) == 2 and len(scores) == 2:
        return _two_metrics(single, family, metrics, lexicon)
    return [""] * len(scores), "", "more than two figures in a cell"


def _one_metric(family: str, named: list[str], lexicon: Lexicon, with_mean: bool) -> tuple[str, str, str]:
    rows = lexicon.families[family]
    known = list(dict.fromkeys(row.metric for row in rows))
    if len(named) == 1 or len(known) == 1:
        return (named or known)[0], "" if named else "metric not named", ""
    if named:
        return "", "", "several metrics named"
    main = next((row.metric for row in rows if row.is_fit_metric and row.printed == "either"), "")
    return (main, "metric not named", "") if main and not with_mean else ("", "", "metric not named")


def _two_metrics(
    scores: list[Score], family: str, metrics: tuple[list[str], str], lexicon: Lexicon
) -> tuple[list[str], str, str]:
    named, kind = metrics
    known = {row.metric for row in lexicon.families[family]}
    if len(named) == 2:
        return _ordered(scores, named), "", ""
    if len(named) == 1 and kind == "column":
        return named * 2, "", ""
    if known == {"em", "f1"}:
        return _ordered(scores, ["f1", "em"]), "order of the pair by size", ""
    return ["", ""], "", "two figures, metrics not named"


def _ordered(scores: list[Score], named: list[str]) -> list[str]:
    """F1 is never below exact match; other pairs stand in the order named."""
    if set(named) == {"em", "f1"}:
        first_larger = scores[0].value >= scores[1].value
        return ["f1", "em"] if first_larger else ["em", "f1"]
    return named


def is_error_of(benchmark: Benchmark, layers: list[Layer], habits: Habits, value: float) -> tuple[bool | None, str]:
    """Whether the figure is an error, and what lowers the confidence; None where nothing says so."""
    if benchmark.printed != "either":
        return benchmark.printed == "error", ""
    for layer in layers:
        if layer.kind == "mention":
            continue
        found = first_direction(layer.text) if layer.kind in ("caption", "tail") else direction(layer.text)
        if found:
            return found == "error", ""
    for usual in (habits.said.get(benchmark.names[0], Counter()), habits.directions):
        if usual["error"] > 1.5 * usual["accuracy"]:
            return (True, "error or accuracy not said") if value < 70 else (None, "")
        if usual["accuracy"] > 1.5 * usual["error"]:
            return (False, "error or accuracy not said") if value > 30 else (None, "")
    return None, ""


@dataclass(frozen=True)
class Column:
    """Columns under one header: the header's cells (innermost first) and the figures below, for telling results."""

    headers: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def text(self) -> str:
        """The header's cells joined."""
        return " | ".join(self.headers)


def columns_to_read(columns: list[Column], lexicon: Lexicon, caption_names_metric: bool) -> list[Column]:
    """Columns whose header does not speak against results.

    Where some column names a metric (or a dataset), those that name none are about something else, unless the caption
    names the metric and their figures look alike.
    """
    kinds: dict[Column, str] = {}
    for column in columns:
        if speaks_of_change(column.text) or _stands_beside_datasets(column, columns, lexicon):
            continue
        if lexicon.any_metric(column.text, terse=True):
            kinds[column] = "metric"
        elif lexicon.datasets(column.text, terse=True):
            kinds[column] = "dataset"
        elif not speaks_of_quantity(column.text):
            kinds[column] = ""
    for wanted in ("metric", "dataset"):
        chosen = [c for c, kind in kinds.items() if kind in (wanted, "dataset")]
        if wanted in kinds.values():
            alike = [c for c, kind in kinds.items() if not kind and caption_names_metric and _look_alike(c, chosen)]
            return chosen + alike
    return list(kinds)


def _stands_beside_datasets(column: Column, columns: list[Column], lexicon: Lexicon) -> bool:
    """Whether the column's header names nothing known on a level where its neighbours name datasets ("Real", "V2")."""
    for depth, text in enumerate(column.headers):
        rest = without_metric(text)
        if not rest or lexicon.says_anything(rest):
            continue
        beside = [c.headers[depth] for c in columns if len(c.headers) > depth and c.headers[depth] != text]
        if any(lexicon.datasets(t, terse=True) for t in beside):
            return True
    return False


def _look_alike(column: Column, others: list[Column]) -> bool:
    """Whether the figures are of the size of the others'."""
    theirs = [v for other in others for v in other.values]
    if not theirs or not column.values:
        return False
    return 0.75 < statistics.median(column.values) / max(statistics.median(theirs), 1e-9) < 1.33
