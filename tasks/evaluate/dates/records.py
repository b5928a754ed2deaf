"""The record of a benchmark from day to day: the lowest error so far, by models whose compute is known or is not.

A record is the least of many figures, so one misread figure makes a false one. Hence only sure readings count, and what
a paper says of other papers' models only where the benchmark has one metric: a table of comparisons heads its columns
as its own results need it, and AP50 is easily read as AP.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tasks.costs.trends import decimal_year
from tasks.fit.model import Floats
from tasks.reference.benchmarks import error_floors, guess_errors

MIN_CONFIDENCE = 0.9
"""Least confidence in a machine-read figure that may be a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRecord:
    """The least error of one series so far, on the day (YYYY-MM-DD) by which it was known.

    `until_day` is that of the series' last score of any model.
    """

    series: str
    metric: str
    scored_on: str
    model: str
    error: float
    until_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCurve:
    """The records of one series, oldest first: decimal years, log10 odds of an error, errors, models and days.

    Odds are of the error as a share of a guess's: linear in time they are a logistic curve that starts from chance and
    falls to nothing. `label_errors` is the known share of wrong labels, if one is. `until` is the decimal year of the
    last score of any model, `until_day` its day.
    """

    series: str
    metric: str
    guess_error: float
    label_errors: float | None
    start: float
    until: float
    until_day: str
    year: Floats
    log10_odds: Floats
    error: Floats
    model: tuple[str, ...]
    day: tuple[str, ...]

    def odds(self, error: float | Floats) -> Floats:
        """log10 odds of errors (fractions) against those of a guess; -inf at 0, inf at chance and above it."""
        share = np.minimum(np.asarray(error, dtype=float) / self.guess_error, 1.0)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(share) - np.log10(1 - share))

    def error_of(self, log10_odds: float) -> float:
        """The error (fraction) of log10 odds."""
        return float(self.guess_error / (1 + 10.0**-log10_odds))

    def at(self, years: Floats) -> Floats:
        """log10 odds of the record at decimal years, none of which is before the first record."""
        return np.asarray(self.log10_odds[np.searchsorted(self.year, years, side="right") - 1])

    def first_at_or_below(self, error: float) -> int | None:
        """Place of the first record that reached an error, if any did."""
        reached = np.flatnonzero(self.error <= error)
        return int(reached[0]) if len(reached) else None


def known_at(curve: RecordCurve, year: float) -> RecordCurve:
    """What was known of a record at a time: nothing that came later has a say. Raises ValueError before the first."""
    k = int(np.searchsorted(curve.year, year, side="right"))
    if not k:
        raise ValueError(f"{curve.series}: no record by {year:g}")
    return replace(
        curve,
        until=min(curve.until, year),
        **{name: getattr(curve, name)[:k] for name in ("year", "log10_odds", "error", "model", "day")},
    )


def record_curves(records: Iterable[DatedRecord]) -> dict[str, RecordCurve]:
    """The record of every series, by series.

    Args:
        records: Of each series in the order of days, errors falling.
    """
    by_series: dict[str, list[DatedRecord]] = {}
    for record in records:
        by_series.setdefault(record.series, []).append(record)
    return {series: _curve(of_series) for series, of_series in by_series.items()}


def _curve(records: Sequence[DatedRecord]) -> RecordCurve:
    last = records[-1]
    place = last.series, last.metric
    without_odds = RecordCurve(
        series=last.series,
        metric=last.metric,
        guess_error=guess_errors().get(place, 1.0),
        label_errors=error_floors().get(place),
        start=decimal_year(records[0].scored_on),
        until=decimal_year(last.until_day),
        until_day=last.until_day,
        year=np.array([decimal_year(r.scored_on) for r in records]),
        log10_odds=np.array([]),
        error=np.array([r.error for r in records]),
        model=tuple(r.model for r in records),
        day=tuple(r.scored_on for r in records),
    )
    return replace(without_odds, log10_odds=without_odds.odds(without_odds.error))
