"""What changed since the last release: figures that are new, changed or withdrawn, and the rows that moved them."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from schemas.rows.evaluation import HeadlineEstimate
from tasks.publish import words
from tasks.publish.published import Published, ReleaseChange
from tasks.publish.site.frame import Frame
from tasks.wording import quantities
from tasks.wording.evaluation import STATUSES

MOST_ROWS = 25
"""Rows of observations that are named for one benchmark; the rest is counted and stands in out_changes."""

_PARTS = {"out_estimates": "estimate", "out_fits": "fit", "out_observations": "observation"}

_FORMS: dict[str, Callable[[float], str]] = {
    "log10_training_flop": quantities.computing,
    "training_flop": lambda flop: quantities.computing(math.log10(flop)),
    "cost_usd": lambda usd: quantities.money(math.log10(usd)) if usd else "$0",
    "implied_power": lambda power: f"{quantities.figure(power * math.log10(2))} times",
}
"""How figures are said, by the column that changed; others as the table has them."""

_CODES = {str(status): said for status, said in STATUSES.items()} | {"True": "yes", "False": "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """One change as it is read: what changed, how, and by how many times where it is a compute."""

    subject: str
    kind: str
    column: str
    before: str | None
    now: str | None
    times: str | None
    is_headline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkChanges:
    """Of one benchmark: its estimates and fits that moved, the headline's first, and the observations behind them."""

    benchmark: str
    title: str
    task_description: str
    figures: list[FigureChange]
    observations: list[FigureChange]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that differs from the last release; `since` is its name, None where there is none."""

    since: str | None
    counts: list[tuple[str, str, int]]
    benchmarks: list[BenchmarkChanges]

    @property
    def headlines(self) -> list[tuple[BenchmarkChanges, FigureChange]]:
        """Changes of figures that the first page speaks of, with their benchmark."""
        return [(b, c) for b in self.benchmarks for c in b.figures if c.is_headline and c.times]


def changes(published: Published) -> Changes:
    """Of the rows in out_changes, by benchmark."""
    rows = published.rows("out_changes", ReleaseChange)
    chosen = {(h.series, h.estimator) for h in published.rows("out_headlines", HeadlineEstimate)}
    by_benchmark: dict[str, list[ReleaseChange]] = {}
    for row in rows:
        by_benchmark.setdefault(row.row_id.split(" | ")[0], []).append(row)
    counts = Counter((_PARTS.get(r.table_name, r.table_name), words.CHANGES.get(r.change, r.change)) for r in rows)
    return Changes(
        since=rows[0].release_before if rows else published.previous,
        counts=[(part, kind, n) for (part, kind), n in sorted(counts.items())],
        benchmarks=[_of(b, published, found, chosen) for b, found in sorted(by_benchmark.items())],
    )


def _of(
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
    said = [words.target(rest[0]), words.estimator(rest[-1])] if row.table_name == "out_estimates" else rest
    return FigureChange(
        subject=", ".join([words.estimator(rest[-1])] if row.table_name == "out_fits" else said),
        kind=words.CHANGES.get(row.change, row.change),
        column=words.COLUMNS.get(row.column_changed or "", ""),
        before=_said(row.column_changed, row.value_before),
        now=_said(row.column_changed, row.value_now),
        times=_times(row),
        is_headline=is_fitted and (benchmark, rest[-1]) in chosen,
    )


def _said(column: str | None, value: str | None) -> str | None:
    """A figure of out_changes in words."""
    form = _FORMS.get(column or "")
    if value is None or form is None:
        return None if value is None else _CODES.get(value, value)
    return form(float(value))


def _times(row: ReleaseChange) -> str | None:
    """How far a compute moved: "twice as much", by its figures in decades."""
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
