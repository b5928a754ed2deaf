"""What changed since the last release: figures that are new, changed or withdrawn, and the rows that moved them."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from schemas.rows.evaluation import HeadlineEstimate
from tasks.publish import labels
from tasks.publish.published import Published, ReleaseChange
from tasks.publish.site.frame import Frame
from tasks.wording import quantities
from tasks.wording.evaluation import STATUSES

MOST_ROWS = 25
"""Most observations listed for one benchmark; the rest is counted."""

_PARTS = {"out_estimates": "estimate", "out_fits": "fit", "out_observations": "observation"}

_FORMS: dict[str, Callable[[float], str]] = {
    "log10_training_flop": quantities.computing,
    "training_flop": lambda flop: quantities.computing(math.log10(flop)),
    "cost_usd": lambda usd: quantities.money(math.log10(usd)) if usd else "$0",
    "implied_power": lambda power: f"{quantities.figure(power * math.log10(2))} times",
}
"""Formats of figures by column; others are shown as they stand in the table."""

_CODES = {str(status): names for status, names in STATUSES.items()} | {"True": "yes", "False": "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """One change in words: what changed, how, and the ratio where it is an amount of computing."""

    subject: str
    kind: str
    column: str
    before: str | None
    now: str | None
    times: str | None
    is_headline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkChanges:
    """Changes of one benchmark: its estimates and fits, the headline's first, and its observations."""

    benchmark: str
    title: str
    task_description: str
    figures: list[FigureChange]
    observations: list[FigureChange]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All changes since the last release, whose name is `since` (None where there is none)."""

    since: str | None
    counts: list[tuple[str, str, int]]
    benchmarks: list[BenchmarkChanges]

    @property
    def headlines(self) -> list[tuple[BenchmarkChanges, FigureChange]]:
        """Changes of figures that the first page speaks of, with their benchmark."""
        return [(b, c) for b in self.benchmarks for c in b.figures if c.is_headline and c.times]


def changes(published: Published) -> Changes:
    """The rows of out_changes by benchmark."""
    rows = published.rows("out_changes", ReleaseChange)
    chosen = {(h.series, h.estimator) for h in published.rows("out_headlines", HeadlineEstimate)}
    by_benchmark: dict[str, list[ReleaseChange]] = {}
    for row in rows:
        by_benchmark.setdefault(row.row_id.split(" | ")[0], []).append(row)
    counts = Counter((_PARTS.get(r.table_name, r.table_name), labels.CHANGES.get(r.change, r.change)) for r in rows)
    return Changes(
        since=rows[0].release_before if rows else published.previous,
        counts=[(part, kind, n) for (part, kind), n in sorted(counts.items())],
        benchmarks=[_benchmark_changes(b, published, found, chosen) for b, found in sorted(by_benchmark.items())],
    )


def _benchmark_changes(
    benchmark: str, published: Published, rows: list[ReleaseChange], chosen: set[tuple[str, str]]
) -> BenchmarkChanges:
    ordered = sorted(rows, key=lambda r: (r.table_name, r.row_id, r.column_changed or ""))
    figures = [_change(r, chosen) for r in ordered if r.table_name != "out_observations"]
    observations = [_change(r, chosen) for r in ordered if r.table_name == "out_observations"]
    return BenchmarkChanges(
        benchmark=benchmark,
        title=published.title(benchmark),
        task_description=published.task_description(benchmark),
        figures=sorted(figures, key=lambda c: not c.is_headline),
        observations=observations[:MOST_ROWS],
        more=max(0, len(observations) - MOST_ROWS),
    )


def _change(row: ReleaseChange, chosen: set[tuple[str, str]]) -> FigureChange:
    benchmark, *rest = row.row_id.split(" | ")
    is_fitted = row.table_name != "out_observations"
    names = [labels.target(rest[0]), labels.estimator(rest[-1])] if row.table_name == "out_estimates" else rest
    return FigureChange(
        subject=", ".join([labels.estimator(rest[-1])] if row.table_name == "out_fits" else names),
        kind=labels.CHANGES.get(row.change, row.change),
        column=labels.COLUMNS.get(row.column_changed or "", ""),
        before=_value_in_words(row.column_changed, row.value_before),
        now=_value_in_words(row.column_changed, row.value_now),
        times=_times(row),
        is_headline=is_fitted and (benchmark, rest[-1]) in chosen,
    )


def _value_in_words(column: str | None, value: str | None) -> str | None:
    """A value of out_changes in words."""
    form = _FORMS.get(column or "")
    if value is None or form is None:
        return None if value is None else _CODES.get(value, value)
    return form(float(value))


def _times(row: ReleaseChange) -> str | None:
    """By how much an estimate of compute moved, as "2 times as much"."""
    if row.column_changed != "log10_training_flop" or row.value_before is None or row.value_now is None:
        return None
    moved = float(row.value_now) - float(row.value_before)
    return f"{10 ** abs(moved):.2g} times as {'much' if moved > 0 else 'little'}"


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The page of changes."""
    page = frame.page(
        "changes.html",
        "changes.html.j2",
        title="What changed",
        description="New, changed and withdrawn figures since the last release, and the rows behind them.",
        changes=changes(published),
    )
    return {"changes.html": page}
