"""The record of a benchmark from day to day: the lowest error so far, by models whose compute is known or is not.

A record is the least of many figures, so one misread figure makes a false one. Hence only sure readings count, and what
a paper says of other papers' models only where the benchmark has one metric: a table of comparisons heads its columns
as its own results need it, and AP50 is easily read as AP.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from tasks.costs.trends import decimal_year
from tasks.fit.model import Floats
from tasks.reference.benchmarks import Benchmark, error_floors, guess_errors

MIN_CONFIDENCE = 0.9
"""Least confidence in a machine-read figure that may be a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedScore:
    """One score of a single model (percent), and the day (YYYY-MM-DD) by which it was known.

    `confidence` is None for what no machine has read.
    """

    result_id: str
    benchmark: str
    metric: str
    model: str
    value: float
    scored_on: str
    is_own: bool
    confidence: float | None


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


def record_curves(
    scores: Iterable[DatedScore], benchmarks: Collection[Benchmark], spoilt: Collection[str] = ()
) -> dict[str, RecordCurve]:
    """The record of every series with a score that may be one, by series.

    Args:
        scores: All scores.
        benchmarks: Which metric of which benchmark is of which series.
        spoilt: Ids of results that a rule for defects keeps out.
    """
    series = {(b.slug, b.metric): b.series for b in benchmarks if b.is_fit_metric}
    metrics = [b.slug for b in benchmarks]
    guess, floors = guess_errors(), error_floors()
    by_series: dict[tuple[str, str], list[tuple[str, float, str]]] = {}
    for s in sorted(scores, key=lambda s: (s.scored_on, s.result_id)):
        place = (series.get((s.benchmark, s.metric), ""), s.metric)
        error = round(1 - s.value / 100, 6)
        is_sure = s.confidence is None or s.confidence >= MIN_CONFIDENCE
        is_reliable = s.is_own or metrics.count(s.benchmark) == 1
        may_be = is_sure and is_reliable and s.result_id not in spoilt
        if place[0] and may_be and 0 < error < guess.get(place, 1.0):
            by_series.setdefault(place, []).append((s.scored_on, error, s.model))
    return {
        place[0]: _curve(place, guess.get(place, 1.0), floors.get(place), rows) for place, rows in by_series.items()
    }


def _curve(
    place: tuple[str, str], guess_error: float, label_errors: float | None, rows: list[tuple[str, float, str]]
) -> RecordCurve:
    records: list[tuple[str, float, str]] = []
    for row in rows:
        if records and row[1] >= records[-1][1]:
            continue
        records = [r for r in records if r[0] != row[0]]  # of one day the lowest
        records.append(row)
    days, errors, models = zip(*records, strict=True)
    without_odds = RecordCurve(
        series=place[0],
        metric=place[1],
        guess_error=guess_error,
        label_errors=label_errors,
        start=decimal_year(days[0]),
        until=decimal_year(rows[-1][0]),
        until_day=rows[-1][0],
        year=np.array([decimal_year(day) for day in days]),
        log10_odds=np.array([]),
        error=np.array(errors),
        model=models,
        day=days,
    )
    return replace(without_odds, log10_odds=without_odds.odds(without_odds.error))
