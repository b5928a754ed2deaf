"""Rows of the published tables, typed for the pages."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from operator import attrgetter
from typing import Any

import pandas as pd

from schemas.codes.evaluation import EstimateStatus, Frontier
from schemas.frames import empty
from schemas.rows import Limits, RowT, from_record, limits_field
from schemas.rows.costs import Costs
from schemas.rows.what_if import WhatIf
from tasks.costs.assumptions import AssumedChoice, Assumption, Assumptions
from tasks.publish.pictures import Picture
from tasks.reference.benchmarks import Benchmark, load_series
from tasks.reference.sources import load_sources
from tasks.wording.what_if import assumed_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The data from which a release's pages are made.

    Args:
        tables: The published tables by name; a missing one counts as empty.
        date: Date of the release (YYYY-MM-DD), as printed.
        benchmarks: What `load_series` gives.
        assumptions: Assumptions behind the costs as the run used them, by name.
        choices: Those that are words.
        previous: Name of the release that `out_changes` starts from; None where there is none.
        sources: Rows of sources.csv.
        pictures: Pictures of pages by the id of the figure that they frame.
        what_if: How a what-if run differs from a release, one line each, without the assumptions it was given.
    """

    tables: Mapping[str, pd.DataFrame]
    date: str
    benchmarks: Sequence[Benchmark] = ()
    assumptions: Assumptions = field(default_factory=dict)
    choices: Sequence[AssumedChoice] = ()
    previous: str | None = None
    sources: Sequence[Mapping[str, Any]] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    what_if: Sequence[str] = ()
    _read: dict[tuple[str, type], list[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _by_series: dict[tuple[str, type], dict[str, list[Any]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def from_run(
        cls,
        tables: Mapping[str, pd.DataFrame],
        date: str,
        previous: str | None,
        what_if_run: WhatIf | None,
        pictures: Mapping[str, Picture],
    ) -> "Published":
        """The data of a run, with today's benchmarks and sources and the assumptions that the run used."""
        lines = assumed_lines(what_if_run) if what_if_run else ()
        without_reference = cls(tables=tables, date=date, previous=previous, pictures=pictures, what_if=lines)
        assumptions_used = without_reference.rows("out_assumptions", Assumption)
        return replace(
            without_reference,
            benchmarks=load_series(),
            sources=[asdict(s) for s in load_sources()],
            assumptions={a.name: a for a in assumptions_used if a.value is not None},
            choices=[c for c in without_reference.rows("out_assumptions", AssumedChoice) if c.choice is not None],
        )

    @property
    def assumed(self) -> tuple[str, ...]:
        """How this run's assumptions differ from the usual ones, one line each; empty for an ordinary release."""
        given = (
            *(f"{a.name} = {a.value:g} ({a.unit})" for _, a in sorted(self.assumptions.items()) if a.is_given),
            *(f"{c.name} = {c.choice}" for c in self.choices if c.is_given),
        )
        return (*self.what_if, *given)

    def title(self, series: str) -> str:
        """The title of the series' benchmark, else the series' name."""
        benchmark = self._fitted_benchmark(series)
        return benchmark.title if benchmark else series

    def task_description(self, series: str) -> str:
        """What the benchmark of a series asks, in one plain sentence; empty for a series without a benchmark."""
        benchmark = self._fitted_benchmark(series)
        return benchmark.task_description if benchmark else ""

    def _fitted_benchmark(self, series: str) -> Benchmark | None:
        return next((b for b in self.benchmarks if b.series == series and b.is_fit_metric), None)

    def table(self, name: str) -> pd.DataFrame:
        """The table, empty where the release does not have it."""
        return self.tables[name] if name in self.tables else empty(name)

    def rows(self, name: str, row_type: type[RowT]) -> list[RowT]:
        """Typed rows of a table in a canonical order, with None for empty cells. Each table is converted once."""
        if (name, row_type) not in self._read:
            self._read[name, row_type] = self._rows(name, row_type)
        return list(self._read[name, row_type])

    def of_series(self, name: str, row_type: type[RowT], series: str) -> list[RowT]:
        """Rows of a table for one series."""
        if (name, row_type) not in self._by_series:
            by_series = grouped(self.rows(name, row_type), attrgetter("series"))
            self._by_series[name, row_type] = by_series
        return list(self._by_series[name, row_type].get(series, []))

    def _rows(self, name: str, row_type: type[RowT]) -> list[RowT]:
        frame = self.table(name)
        columns = list(frame.columns)
        cells = frame.astype(object).where(frame.notna(), None)
        rows = [dict(zip(columns, values, strict=True)) for values in cells.itertuples(index=False, name=None)]
        return [from_record(row_type, r) for r in sorted(rows, key=lambda r: json.dumps(list(r.values()), default=str))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A row of out_observations."""

    observation_id: str
    series: str
    metric: str
    paper_id: str
    title: str | None
    model: str
    year: float | None
    value: float
    error: float
    training_flop: Limits = limits_field("training_flop")
    in_fit: bool

    @property
    def flop(self) -> float:
        """The compute itself."""
        return self.training_flop.value or 0.0

    @property
    def log10_flop(self) -> float:
        """log10 of the compute."""
        return math.log10(self.flop)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEstimate:
    """A row of out_estimates."""

    series: str
    metric: str
    target: str
    target_error: float
    estimator: str
    n: int
    error_floor: float | None
    probability_unreachable: float | None
    log10_training_flop: Limits = limits_field("log10_training_flop")
    costs: Costs = field(default_factory=Costs)
    decades_beyond_data: float | None
    frontier: Frontier | None
    decades_from_frontier: float | None
    status: EstimateStatus
    reason_code: str | None
    reason: str

    @property
    def log10_flop(self) -> float | None:
        """log10 of the compute; None where no compute reaches the target."""
        return self.log10_training_flop.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredForecast:
    """A row of out_forecast_scores."""

    forecast_id: str
    outcome: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDate:
    """A row of out_target_dates."""

    series: str
    target: str
    target_error: float
    is_published: bool
    scored_until: str | None
    record_error: float | None
    record_model: str | None
    reached_on: str | None
    probability_never: float | None
    log10_training_flop: Limits = limits_field("log10_training_flop")
    cost_usd: Limits = limits_field("cost_usd")
    date_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPaper:
    """A row of out_papers."""

    document_status: str | None
    reason: str | None
    results: int
    has_compute: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseChange:
    """A row of out_changes."""

    table_name: str
    row_id: str
    change: str
    column_changed: str | None
    value_before: str | None
    value_now: str | None
    release_before: str


def grouped(rows: Iterable[RowT], key: Callable[[RowT], str]) -> dict[str, list[RowT]]:
    """Rows by their key, each list in the order given."""
    found: dict[str, list[RowT]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
