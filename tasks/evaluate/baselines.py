"""Baselines of the back-tests: forecasts without a curve, which any curve should beat. Reports call them yardsticks.

`last_record` repeats the last record (the naive forecast: Hyndman and Koehler 2006, Int. J. Forecasting 22:679). The
two trends continue from there at the records' yearly rate so far ("naive with drift"): `trend_of_compute` is given the
new record's year and extrapolates compute to it; `trend_of_error` extrapolates the error until it reaches the new
record's, and compute to that year. Curves are given no year.

Baselines give a point forecast without an interval. They cannot say what a lower error takes, so no headline comes from
them; a method with a greater loss has no skill.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tasks.fit.model import Floats

LAST_RECORD = "last_record"


class RecordHistory(NamedTuple):
    """The record at the end of each year in which it improved: years, log10 FLOP and log10 error, each (k,)."""

    year: Floats
    log10_flop: Floats
    log10_error: Floats


class BaselinePrediction(NamedTuple):
    """A baseline's forecast of m records: log10 FLOP and log10 error, each of shape (m,)."""

    log10_flop: Floats
    log10_error: Floats


Baseline = Callable[[RecordHistory, Floats, Floats], BaselinePrediction]
"""From the records so far, and the year and log10 error of later ones, to a forecast of these."""


def _last_record(history: RecordHistory, year: Floats, log10_error: Floats) -> BaselinePrediction:
    return BaselinePrediction(np.full(len(year), history.log10_flop[-1]), np.full(len(year), history.log10_error[-1]))


def _trend_of_compute(history: RecordHistory, year: Floats, log10_error: Floats) -> BaselinePrediction:
    years_ahead = year - history.year[-1]
    return BaselinePrediction(
        history.log10_flop[-1] + per_year(history.year, history.log10_flop) * years_ahead,
        np.full(len(year), history.log10_error[-1]),
    )


def _trend_of_error(history: RecordHistory, year: Floats, log10_error: Floats) -> BaselinePrediction:
    error_slope = per_year(history.year, history.log10_error)
    years_ahead = (log10_error - history.log10_error[-1]) / error_slope if error_slope < 0 else np.zeros(len(year))
    return BaselinePrediction(
        history.log10_flop[-1] + per_year(history.year, history.log10_flop) * years_ahead,
        history.log10_error[-1] + error_slope * (year - history.year[-1]),
    )


def per_year(year: Floats, values: Floats) -> float:
    """Least-squares slope per year; 0 with a single year."""
    centred = year - year.mean()
    spread = float(centred @ centred)
    return float(centred @ values) / spread if spread > 0 else 0.0


BASELINES: dict[str, Baseline] = {
    LAST_RECORD: _last_record,
    "trend_of_compute": _trend_of_compute,
    "trend_of_error": _trend_of_error,
}

TITLES = {
    LAST_RECORD: "The last record’s error and compute (yardstick of the back-tests)",
    "trend_of_compute": "Growth of the records’ compute from year to year (yardstick)",
    "trend_of_error": "Fall of the records’ error from year to year (yardstick)",
}
