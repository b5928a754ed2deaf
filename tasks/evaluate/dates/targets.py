"""When targets are reached: quantiles of the date, and the probability for each year.

A date is that of any model, be it one whose compute stands on a curve apart; the compute is by the target's own series.
The quantiles are of the date if the target can be reached at all; that none ever does is a probability of its own, and
those by the end of a year have it in them.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from schemas.codes import Coded
from schemas.codes.evaluation import DateReason
from schemas.rows import Limits
from schemas.rows.dates import DateProbability, TargetDate
from tasks.evaluate.dates.methods import METHODS, DateForecast, Known
from tasks.evaluate.dates.records import RecordCurve
from tasks.fit.model import Floats
from tasks.reference.benchmarks import domain_of, whole_series

AHEAD_YEARS = 50.0
"""Farthest date given, in years after the last score: no record has been followed for half as long."""

LISTED_YEARS = 20
"""Years after the last score whose probabilities are listed."""

GRID = np.arange(0.0, AHEAD_YEARS + 0.01, 0.02)

LEVEL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A target error, with the headline's estimate of its compute; `estimator` is None without a headline."""

    series: str
    metric: str
    target: str
    target_error: float
    estimator: str | None = None
    log10_training_flop: Limits = field(default_factory=Limits)


def target_dates(aims: Iterable[Aim], known: Known, published: str | None) -> Iterator[tuple[TargetDate, Floats]]:
    """A row for each target and method, with the probability that it is reached by each time of `GRID`.

    Args:
        aims: The targets.
        known: All that is known today.
        published: The method that back-tests choose.
    """
    for aim in aims:
        series = whole_series(aim.series)
        curve = known.curves.get(series)
        for method, forecast_of in METHODS.items():
            forecast = forecast_of(series, known) if curve else None
            yield _dated(aim, curve, method, forecast, method == published)


def _dated(
    aim: Aim, curve: RecordCurve | None, method: str, forecast: DateForecast | None, is_published: bool
) -> tuple[TargetDate, Floats]:
    reached = curve.first_at_or_below(aim.target_error) if curve else None
    found = np.full(len(GRID), np.nan)
    if reached is not None:
        found = np.ones(len(GRID))
    elif forecast:
        found = forecast.probability(aim.target_error, GRID)
    never = forecast.never(aim.target_error) if forecast and reached is None else 0.0
    row = TargetDate(
        series=aim.series,
        metric=aim.metric,
        domain=domain_of(aim.series),
        target=aim.target,
        target_error=aim.target_error,
        date_method=method,
        is_published=is_published,
        n_records=len(curve.year) if curve else 0,
        scored_until=curve.until_day if curve else None,
        record_error=float(curve.error[-1]) if curve else None,
        record_model=curve.model[-1] if curve else None,
        record_on=curve.day[-1] if curve else None,
        reached_on=curve.day[reached] if curve and reached is not None else None,
        reached_year=_quantiles(curve, reached, found / (1 - never)),
        probability_never=never if curve and not np.isnan(found[0]) else None,
        estimator=aim.estimator,
        log10_training_flop=aim.log10_training_flop,
        reason=(_reason(curve, reached, forecast, found / (1 - never)),),
    )
    return row, found


def _quantiles(curve: RecordCurve | None, reached: int | None, found: Floats) -> Limits:
    """Median and interval of the date; an end beyond `AHEAD_YEARS` is open."""
    if curve is None or np.isnan(found[0]):
        return Limits()
    if reached is not None:
        return Limits(*[float(curve.year[reached])] * 3)

    def at(p: float) -> float | None:
        return curve.until + float(np.interp(p, found, GRID)) if found[-1] >= p else None

    return Limits(at(0.5), at((1 - LEVEL) / 2), at((1 + LEVEL) / 2))


def _reason(
    curve: RecordCurve | None, reached: int | None, forecast: DateForecast | None, found: Floats
) -> Coded[DateReason]:
    if curve is None:
        return Coded.of(DateReason.NO_SCORES)
    if reached is not None:
        error = 100 * float(curve.error[reached])
        return Coded.of(DateReason.REACHED_ON, model=curve.model[reached], percent=error, day=curve.day[reached])
    if forecast is None:
        years = curve.until - curve.start
        return Coded.of(DateReason.NO_TREND, records=len(curve.year), years=years)
    if found[-1] < 0.5:
        return Coded.of(DateReason.BEYOND_YEARS, percent=100 * float(found[-1]), years=AHEAD_YEARS)
    return Coded.of(DateReason.DATED, records=len(curve.year), day=curve.until_day)


def probabilities(row: TargetDate, until: float, found: Floats) -> Iterator[DateProbability]:
    """The probability for the end of each year after the last score (a decimal year)."""
    first = math.floor(until)
    for year in range(first, first + LISTED_YEARS + 1):
        yield DateProbability(
            series=row.series,
            metric=row.metric,
            target=row.target,
            target_error=row.target_error,
            date_method=row.date_method,
            is_published=row.is_published,
            due_year=year,
            probability=float(np.interp(year + 1 - until, GRID, found)),
        )
