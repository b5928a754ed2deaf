"""Outcomes of forecasts: the compute that a target took, and the CRPS of the date beside the time trend's."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from schemas.codes import Coded
from schemas.codes.evaluation import ForecastOutcome, ForecastReason
from schemas.rows import Record
from schemas.rows.evaluation import Forecast, ForecastScore
from tasks.evaluate.dates.records import RecordCurve
from tasks.evaluate.ledger import DUE_YEARS, json_value
from tasks.fit.sample import used_in_fits
from tasks.reference.benchmarks import whole_series

_COPIED_COLUMNS = (
    "forecast_id",
    "issuer",
    "issued_on",
    "series",
    "metric",
    "target",
    "target_error",
    "estimator",
    "due_year",
)

READABLE_DECADES = 4
"""Decades beyond which a ratio is given as its logarithm."""


def score_forecasts(
    ledger: Iterable[Forecast], observations: pd.DataFrame, curves: Mapping[str, RecordCurve], this_year: int
) -> list[ForecastScore]:
    """The outcome of each forecast so far.

    The outcome arrives with the first model at or below the target error, whether or not its compute is known; the
    date is judged by the records of all models. The compute that was needed is the
    least of those that reached it in the first year that any did: later models may do with less, as methods improve,
    and the forecast was of its day. A forecast of hardware burden is held against the burden where it is known.

    Args:
        ledger: The forecasts.
        observations: Columns of core_observations; rows with `in_fit` true count.
        curves: The record of each series, by series.
        this_year: A forecast whose due year is before this is overdue while no observation reaches its target.
    """
    used = used_in_fits(observations)
    by_series = dict(iter(used.groupby(["series", "metric"])))
    return [
        _score(
            forecast,
            by_series.get((forecast.series, forecast.metric)),
            _curve_of(forecast, curves),
            this_year,
        )
        for forecast in ledger
    ]


def _score(
    forecast: Forecast, observations: pd.DataFrame | None, curve: RecordCurve | None, this_year: int
) -> ForecastScore:
    return ForecastScore(
        **{name: getattr(forecast, name) for name in _COPIED_COLUMNS},
        log10_training_flop=forecast.log10_training_flop.value,
        **_outcome(forecast, observations, curve, this_year),
        **_date_score(forecast, curve, this_year),
    )


def _curve_of(forecast: Forecast, curves: Mapping[str, RecordCurve]) -> RecordCurve | None:
    curve = curves.get(whole_series(forecast.series))
    return curve if curve and curve.metric == forecast.metric else None


def _outcome(
    forecast: Forecast, observations: pd.DataFrame | None, curve: RecordCurve | None, this_year: int
) -> Record:
    """The fields of a score that depend on the observations."""
    undated = (Coded.of(ForecastReason.NO_DUE_DATE),) if forecast.due_year is None else ()
    open_or_overdue = _not_reached(forecast, this_year)
    known: Record = {}
    reason = Coded.of(ForecastReason.BENCHMARK_UNOBSERVED)
    if observations is not None:
        best = observations.sort_values(["error", "year", "observation_id"]).head(1).to_dict("records")[0]
        year_max = json_value(observations["year"].max())
        known = {"best_error": float(best["error"]), "data_year_max": year_max}
        reached = observations[observations["error"] <= forecast.target_error]
        if len(reached):
            return known | _reached(forecast, reached)
        reason = Coded.of(
            ForecastReason.NOT_REACHED, percent=100 * best["error"], model=_model(best), year_max=str(year_max)
        )
    if curve is not None and (k := curve.first_at_or_below(forecast.target_error)) is not None:
        return known | _reached_without_compute(forecast, curve, k)
    return known | {"outcome": open_or_overdue, "reason": (reason, *undated)}


def _reached_without_compute(forecast: Forecast, curve: RecordCurve, k: int) -> Record:
    year, error = int(curve.day[k][:4]), float(curve.error[k])
    reason = Coded.of(
        ForecastReason.REACHED_WITHOUT_COMPUTE, model=curve.model[k], percent=100 * error, day=curve.day[k]
    )
    return {
        "outcome": ForecastOutcome.REACHED,
        "model": curve.model[k],
        "year": year,
        "error": error,
        "in_time": None if forecast.due_year is None else year <= forecast.due_year,
        "reason": (reason,),
    }


def _date_score(forecast: Forecast, curve: RecordCurve | None, this_year: int) -> Record:
    """CRPS of the date, and of the time trend's, over the due years that have passed, and how many these are.

    The CRPS (Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102:359, section 4.2) is the integral over time of the
    squared difference of probability and outcome. Each due year's stands for the years since the one before it. A due
    year at which the series had no scores any more tells nothing, unless the target was reached by then.
    """
    if curve is None or not forecast.date_method:
        return {}
    k = curve.first_at_or_below(forecast.target_error)
    reached_on = None if k is None else curve.day[k]
    n_due, scores, since = 0, [0.0, 0.0], 0
    for years, *both in zip(DUE_YEARS, forecast.probabilities, forecast.trend_probabilities, strict=True):
        stated = [p for p in both if p is not None]
        due = int(forecast.issued_on[:4]) + years
        is_reached = reached_on is not None and int(reached_on[:4]) <= due
        is_known = is_reached or int(curve.until_day[:4]) >= due
        if due >= this_year or not is_known or len(stated) < len(scores):
            break
        scores = [s + (years - since) * (p - is_reached) ** 2 for s, p in zip(scores, stated, strict=True)]
        n_due, since = n_due + 1, years
    of_due = {"crps_years": scores[0], "trend_crps_years": scores[1]} if n_due else {}
    return {"n_due": n_due, "reached_on": reached_on, "date_held": _date_held(forecast, curve, k), **of_due}


def _date_held(forecast: Forecast, curve: RecordCurve, k: int | None) -> bool | None:
    """Whether the date's interval holds the day on which the target was reached; None before that."""
    interval = forecast.reached_year
    if k is None or interval.lower is None:
        return None
    return interval.holds(float(curve.year[k]))


def _not_reached(forecast: Forecast, this_year: int) -> ForecastOutcome:
    is_open = forecast.due_year is None or this_year <= forecast.due_year
    return ForecastOutcome.OPEN if is_open else ForecastOutcome.OVERDUE


def _reached(forecast: Forecast, reached: pd.DataFrame) -> Record:
    year = reached["year"].min()
    first = reached if pd.isna(year) else reached[reached["year"] == year]
    measure = "hardware_burden_flop" if forecast.compute_measure == "hardware_burden" else "training_flop"
    in_measure = first[first[measure].notna()]
    column, rows = (measure, in_measure) if len(in_measure) else ("training_flop", first)
    cheapest = rows.sort_values([column, "observation_id"]).head(1).to_dict("records")[0]
    needed = math.log10(cheapest[column])
    predicted, due = forecast.log10_training_flop.value, forecast.due_year
    return {
        "outcome": ForecastOutcome.REACHED,
        "model": cheapest["model"],
        "year": json_value(cheapest["year"]),
        "error": float(cheapest["error"]),
        "log10_flop_needed": needed,
        "log10_flop_ratio": None if predicted is None else predicted - needed,
        "interval_held": _interval_held(forecast, needed),
        "in_time": None if due is None or pd.isna(year) else bool(year <= due),
        "reason": _how_reached(forecast, needed, cheapest, column != measure),
    }


def _interval_held(forecast: Forecast, needed: float) -> bool | None:
    """Whether the forecast's interval holds the compute; an end that is missing is unbounded; None without interval."""
    interval = forecast.log10_training_flop
    if forecast.confidence_level is None or interval.value is None:
        return None
    return interval.holds(needed)


def _how_reached(
    forecast: Forecast, needed: float, model: Mapping[Any, Any], other_measure: bool
) -> tuple[Coded[ForecastReason], ...]:
    by = ForecastReason.REACHED_BY_OPERATIONS if other_measure else ForecastReason.REACHED_BY
    reached = Coded.of(by, model=_model(model), percent=100 * float(model["error"]), log10_flop=needed)
    predicted = forecast.log10_training_flop.value
    comment: tuple[Coded[ForecastReason], ...] = ()
    if predicted is not None:
        times = _times(predicted - needed)
        comment = (Coded.of(ForecastReason.COMPUTE_FORECAST, log10_flop=predicted, times=times),)
    elif not forecast.date_method:  # one with a date and no compute says that nothing is known of the compute
        comment = (Coded.of(ForecastReason.SAID_UNREACHABLE),)
    is_older = pd.notna(model["year"]) and model["year"] < int(forecast.issued_on[:4])
    return (reached, *comment, *((Coded.of(ForecastReason.MODEL_IS_OLDER),) if is_older else ()))


def _times(decades: float) -> str:
    size = f"{abs(decades):.0f} decades"
    if abs(decades) < READABLE_DECADES:
        times = 10 ** abs(decades)
        size = f"{times:,.0f} times" if times >= 100 else f"{times:.3g} times"
    return f"{size} too {'many' if decades > 0 else 'few'}"


def _model(row: Mapping[Any, Any]) -> str:
    return f"{row['model']}, {int(row['year'])}" if pd.notna(row["year"]) else str(row["model"])
