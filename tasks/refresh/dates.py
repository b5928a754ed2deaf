"""When targets are reached: the records of all benchmarks, their back-tests, and the date of every target."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, replace

import numpy as np
from duckdb import DuckDBPyConnection

from schemas.rows import Limits
from schemas.rows.dates import DateProbability, TargetDate
from schemas.rows.evaluation import HeadlineEstimate
from tasks.costs.assumptions import Override
from tasks.costs.rates import REFERENCE_YEAR, target_numbers
from tasks.costs.targets import cost_bound, costs_of, is_spendable
from tasks.costs.trends import decimal_year
from tasks.estimate.extrapolate import BEST_IN_DATA
from tasks.evaluate.dates.backtest import backtest_dates, choose_method, score_dates
from tasks.evaluate.dates.methods import ComputePoints, Known
from tasks.evaluate.dates.records import MIN_CONFIDENCE, DatedRecord, RecordCurve, record_curves
from tasks.evaluate.dates.targets import Aim, probabilities, target_dates
from tasks.fit.model import Interval
from tasks.load.derived import load_derived
from tasks.reference.benchmarks import guess_errors, load_benchmarks, whole_series
from tasks.refresh.accuracies import find_dated
from tasks.refresh.assumed import cost_setting
from tasks.refresh.capabilities import capability_drifts
from tasks.refresh.flat import flat
from warehouse.connection import LOOKUPS
from warehouse.rows import rows_of, typed

_POINTS, _RECORDS = ((LOOKUPS / f"{name}.sql").read_text() for name in ("points_in_time", "records"))


def date_targets(connection: DuckDBPyConnection, cost_overrides: Mapping[str, Override]) -> Counter[str]:
    """When each target of the estimates is reached, at what compute by the headline and at the prices of that year."""
    curves = known_records(connection)
    compute = _compute_points(connection, curves)
    drifts_at = capability_drifts(connection)
    asked, held = backtest_dates(curves, compute, drifts_at)
    published = choose_method(asked)
    found = [
        (_priced(row, connection, cost_overrides), probability)
        for row, probability in target_dates(_aims(connection), Known(curves, compute, drifts_at(math.inf)), published)
    ]
    by_year: list[DateProbability] = [
        p
        for row, probability in found
        if row.scored_until and not np.isnan(probability[0])
        for p in probabilities(row, decimal_year(row.scored_until), probability)
    ]
    return load_derived(
        connection,
        {
            "out_target_dates": flat(row for row, _ in found),
            "out_date_probabilities": flat(by_year),
            "out_date_scores": flat(score_dates(asked, held)),
        },
    )


def known_records(connection: DuckDBPyConnection) -> dict[str, RecordCurve]:
    """The record of every series, by all models whose score and day are known."""
    find_dated(connection)
    return records_among(connection)


def records_among(connection: DuckDBPyConnection) -> dict[str, RecordCurve]:
    """The record of every series by the scores of `dated_scores`, without those that are `spoilt`."""
    benchmarks = load_benchmarks()
    metrics = Counter(b.slug for b in benchmarks)
    pooled = [
        {
            "benchmark": b.slug,
            "metric": b.metric,
            "series": b.series,
            "has_one_metric": metrics[b.slug] == 1,
            "guess_error": guess_errors().get((b.series, b.metric), 1.0),
        }
        for b in benchmarks
        if b.is_fit_metric
    ]
    asked = connection.execute(_RECORDS, {"pooled": pooled, "confidence": MIN_CONFIDENCE})
    return record_curves(typed(asked, DatedRecord))


def _compute_points(connection: DuckDBPyConnection, curves: Mapping[str, RecordCurve]) -> dict[str, ComputePoints]:
    """The observations of the fits by time; those whose time is not known are left out."""
    points: dict[str, list[tuple[float, float, float]]] = {}
    for of, flop, error, day in connection.execute(_POINTS).fetchall():
        series = whole_series(of)
        curve = curves.get(series)
        if curve and error < curve.guess_error:
            point = (decimal_year(day), math.log10(flop), float(curve.odds(error)))
            points.setdefault(series, []).append(point)
    return {series: ComputePoints(*np.array(sorted(of_series)).T) for series, of_series in sorted(points.items())}


def _aims(connection: DuckDBPyConnection) -> list[Aim]:
    """Every target of the estimates but the best of the data, with the headline's compute where there is one."""
    headlines = {(h.series, h.target): h for h in rows_of(connection, HeadlineEstimate, "out_headlines")}
    asked = connection.execute(
        "SELECT DISTINCT series, metric, target, target_error FROM out_estimates WHERE target <> ? ORDER BY ALL",
        [BEST_IN_DATA],
    )
    return [
        _aim(Aim(series=series, metric=metric, target=target, target_error=error), headlines)
        for series, metric, target, error in asked.fetchall()
    ]


def _aim(aim: Aim, headlines: Mapping[tuple[str, str], HeadlineEstimate]) -> Aim:
    headline = headlines.get((aim.series, aim.target))
    if headline is None:
        return aim
    return replace(aim, estimator=headline.estimator, log10_training_flop=headline.log10_training_flop)


def _priced(row: TargetDate, connection: DuckDBPyConnection, overrides: Mapping[str, Override]) -> TargetDate:
    """With the cost of the compute at the prices of the median date, where both are known.

    A sum beyond what a country produces in a year is none that anybody could spend: it is left empty, with a code.
    """
    flop, date = row.log10_training_flop, row.reached_year.value
    if flop.value is None or date is None or not row.is_published:
        return row
    year = max(int(date), REFERENCE_YEAR)
    numbers = target_numbers(cost_setting({"cost_year_of_target": year, **overrides}, connection))
    interval = Interval(flop.value, flop.lower, flop.upper)
    cost = costs_of(interval, numbers)["cost_usd"]
    spendable = (end if end is None or is_spendable(end, numbers) else None for end in astuple(cost))
    return replace(row, cost_usd=Limits(*spendable), cost_bound=cost_bound(cost, numbers), cost_year=year)
