"""The benchmarks that are read, and how papers speak of them: datasets, splits, metrics, directions.

Everything about one benchmark stands in `warehouse/reference/benchmarks.csv`: a new row there needs no code.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Annotated, NamedTuple

from schemas.vocabularies import MULTIPLE_CHOICE, UNNORMALISED_COMPLETION
from tasks.reference.table import Column, ReferenceTable

LANGUAGE_MODELS = "Language models"
"""The domain whose models learn from any text there is: no data are extra, and scores hang on shots and prompts."""

OTHER_DOMAIN = "Benchmarks"
"""Domain of a series without a row."""


class SeriesApart(NamedTuple):
    """Models that are no like of the others on a benchmark: by which condition, and what their series adds to its key
    and title. `value` where only one value of the condition sets them apart.
    """

    condition: str
    suffix: str
    words: str
    value: str | None = None


APART = {
    "extra_data": SeriesApart("extra_data", "-extra-data", ", with extra training data"),
    "fine_tuned": SeriesApart("fine_tuned", "-fine-tuned", ", models trained on its own training set"),
    "reasoning": SeriesApart("reasoning", "-reasoning", ", models that reason at test time"),
    "multiple_choice": SeriesApart(
        "formulation", "-multiple-choice", ", with the options in the prompt", MULTIPLE_CHOICE
    ),
    "unnormalised": SeriesApart(
        "formulation", "-unnormalised", ", likelihoods not normalised by length", UNNORMALISED_COMPLETION
    ),
}
"""By kind. A score that several set apart belongs to the first that its benchmark names."""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One (benchmark, metric) and the words by which papers mean it.

    One that is not `is_read` has no words: its figures come from structured sources alone. `domain` is also
    where the report shows it. Words of all rows whose first name is the same are pooled.
    """

    slug: Annotated[str, Column("Key of the benchmark with its split.")]
    metric: Annotated[str, Column("Key of the metric.")]
    series: Annotated[str, Column("What a fit pools: a benchmark with its splits.")]
    is_fit_metric: Annotated[bool, Column("Whether the series is fitted by this metric.")]
    is_read: Annotated[bool, Column("Whether it is read in papers.")]
    title: Annotated[str, Column("Title in the report.")]
    task_description: Annotated[str, Column("What is asked, in one plain sentence for a reader who does not know it.")]
    task_description_source: Annotated[
        str, Column("Where what is asked was read, and what of it was not seen at first hand.")
    ]
    domain: Annotated[str, Column("What kind of task it is of: back-tests and headlines are judged within a domain.")]
    is_headline: Annotated[bool, Column("Whether its series comes first, and the headline speaks of it.")]
    apart: Annotated[
        tuple[str, ...],
        Column("Models that are a series of their own: no like of the others.", optional=True, allowed=tuple(APART)),
    ]
    must_be_known: Annotated[
        tuple[str, ...],
        Column(
            "Conditions without which no fit uses a score; where others are not said, a model is one of the many.",
            optional=True,
            allowed=tuple(dict.fromkeys(kind.condition for kind in APART.values())),
        ),
    ]
    names: Annotated[tuple[str, ...], Column("Names by which papers mean it.", optional=True)]
    variant_names: Annotated[tuple[str, ...], Column("Names of the split or language pair.", optional=True)]
    variant_default: Annotated[bool, Column("Whether it is meant where no split is named.")]
    near_names: Annotated[tuple[str, ...], Column("Names of other data sets that hold its name.", optional=True)]
    excluded: Annotated[tuple[str, ...], Column("Words that make a figure another's.", optional=True)]
    task_names: Annotated[tuple[str, ...], Column("Names of the task, which win over excluded words.", optional=True)]
    not_meant: Annotated[tuple[str, ...], Column("Words that only look like a split's.", optional=True)]
    metric_names: Annotated[tuple[str, ...], Column("Names of the metric.", optional=True)]
    printed: Annotated[str, Column("What papers print.", allowed=("accuracy", "error", "either"))]
    lower: Annotated[Decimal, Column("Least plausible score.", "%", minimum=0, maximum=100)]
    upper: Annotated[Decimal, Column("Greatest plausible score.", "%", minimum=0, maximum=100)]
    usual_lower: Annotated[
        Decimal | None, Column("Below this a figure without a word for it is an error.", "%", minimum=0, maximum=100)
    ]
    unit: Annotated[str, Column("Unit of the score.", allowed=("%", "BLEU"))]
    error_name: Annotated[str, Column("What the page calls one minus the score.")]
    metric_note: Annotated[str, Column("What a reader should know before halving the error.", optional=True)]
    not_below: Annotated[
        tuple[str, ...],
        Column("Metrics that this one never lies below, by definition.", optional=True),
    ]
    chance_level: Annotated[
        float | None, Column("Score of a guess, by the definition of the task.", "fraction", minimum=0, maximum=1)
    ]
    chance_level_source: Annotated[str, Column("What the chance level follows from, or why none is known.")]
    error_floor: Annotated[
        float | None,
        Column(
            "Share of the labels known to be wrong: the mean of the prior of the error that no model gets below.",
            "fraction",
            minimum=0,
            maximum=1,
        ),
    ]
    error_floor_source: Annotated[str, Column("Where the error floor comes from and how sure it is, or why none is.")]


BENCHMARKS = ReferenceTable("benchmarks.csv", Benchmark, ("slug", "metric"), "Benchmarks, their metrics and words.")


def load_benchmarks() -> tuple[Benchmark, ...]:
    """Rows of benchmarks.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return BENCHMARKS.rows()


def key_apart(series: str, kind: str) -> str:
    """The key of the series of the models that stand apart."""
    return series + APART[kind].suffix


def load_series() -> tuple[Benchmark, ...]:
    """Rows of benchmarks.csv, and each once more under every series of models that stand apart."""
    return tuple(row for b in load_benchmarks() for row in (b, *(_apart(b, kind) for kind in b.apart)))


def _apart(benchmark: Benchmark, kind: str) -> Benchmark:
    key = key_apart(benchmark.series, kind)
    return replace(benchmark, series=key, title=benchmark.title + APART[kind].words, is_headline=False)


def with_apart(series: str) -> tuple[str, ...]:
    """A series of benchmarks.csv, and those of its models that stand apart."""
    kinds = (kind for b in load_benchmarks() if b.series == series for kind in b.apart)
    return series, *dict.fromkeys(key_apart(series, kind) for kind in kinds)


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    return {b.slug: b.apart for b in load_benchmarks() if b.is_fit_metric}


def kinds_apart(slug: str) -> tuple[str, ...]:
    """The kinds of models that stand apart on a benchmark by its own key."""
    return _kinds().get(slug, ())


@cache
def _wholes() -> dict[str, str]:
    return {key_apart(b.series, kind): b.series for b in load_benchmarks() for kind in b.apart}


def whole_series(series: str) -> str:
    """The series of all models of a benchmark: for one of models that stand apart, that of the others too."""
    return _wholes().get(series, series)


def headline_benchmark() -> str:
    """The series that comes first in its group, and that the headline speaks of where it carries a fit."""
    return next((b.series for b in load_benchmarks() if b.is_headline), "")


@cache
def _domains() -> dict[str, str]:
    return {b.series: b.domain for b in load_series()}


def domain_of(series: str) -> str:
    """The domain of a series; `OTHER_DOMAIN` for one that the table does not have."""
    return _domains().get(series, OTHER_DOMAIN)


@cache
def _domains_of_benchmarks() -> dict[str, str]:
    return {b.slug: b.domain for b in load_benchmarks()}


def domain_of_benchmark(slug: str) -> str:
    """The domain of a benchmark by its own key; `OTHER_DOMAIN` for one that the table does not have."""
    return _domains_of_benchmarks().get(slug, OTHER_DOMAIN)


def error_floors() -> dict[tuple[str, str], float]:
    """Shares of wrong labels (fractions) by series and metric, where known; the largest where splits differ."""
    known = sorted((b.error_floor, b.series, b.metric) for b in load_series() if b.error_floor is not None)
    return {(series, metric): floor for floor, series, metric in known}


@cache
def guess_errors() -> dict[tuple[str, str], float]:
    """Errors of a guess (fractions) by series and metric, where known; the largest where splits differ."""
    known = sorted((1 - b.chance_level, b.series, b.metric) for b in load_series() if b.chance_level is not None)
    return {(series, metric): error for error, series, metric in known}


@cache
def chance_levels() -> dict[tuple[str, str], float]:
    """Scores of a guess (fractions) by benchmark and metric, where the definition of the task tells them."""
    return {(b.slug, b.metric): b.chance_level for b in load_benchmarks() if b.chance_level is not None}


def never_below(benchmark: str) -> list[tuple[str, str]]:
    """Pairs of metrics of a benchmark of which the first never lies below the second, by definition."""
    return [(b.metric, lesser) for b in load_benchmarks() if b.slug == benchmark for lesser in b.not_below]
