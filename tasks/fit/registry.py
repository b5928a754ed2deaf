"""All estimators by name, and the one function that runs them over a frame of observations."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from schemas.frames import PANDAS_DTYPES
from schemas.tables import TABLES
from tasks.fit import study_exponential, study_power_law
from tasks.fit.model import Fit, FitRefused, Interval, Refusal
from tasks.fit.sample import MIN_POINTS, Sample, sample_of

Estimator = Callable[[Sample, float], Fit]

ESTIMATORS: dict[str, Estimator] = {
    study_power_law.NAME: study_power_law.fit,
    study_exponential.NAME: study_exponential.fit,
}

DEFAULT_CONFIDENCE = 0.90


class Fitted(NamedTuple):
    """What became of every series and estimator: fits, the same as `out_fits`, and the refusals with reasons."""

    fits: list[Fit]
    table: pd.DataFrame
    refusals: list[Refusal]
    confidence_level: float


def fit_series(estimator: str, observations: pd.DataFrame, confidence_level: float = DEFAULT_CONFIDENCE) -> Fit:
    """Fit one estimator to the observations of one series.

    Raises:
        FitRefused: the observations cannot carry the fit (see `sample_of`).
        KeyError: no estimator of that name.
    """
    return ESTIMATORS[estimator](sample_of(observations), confidence_level)


def fit_all(
    observations: pd.DataFrame, confidence_level: float = DEFAULT_CONFIDENCE, min_points: int = MIN_POINTS
) -> Fitted:
    """Fit every estimator to every series in the rows with `in_fit` true (columns of core_observations).

    Series and estimators come in a fixed order whatever the order of rows. Nothing raises: what cannot be fitted is
    among the refusals.

    Raises:
        ValueError: the confidence level is not between 0 and 1 (exclusive).
    """
    if not 0 < confidence_level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {confidence_level}")
    fits: list[Fit] = []
    refusals: list[Refusal] = []
    used = observations[observations["in_fit"].fillna(False).astype(bool)]
    for series, rows in used.groupby("series", sort=True):
        metric = str(rows["metric"].iloc[0])
        for name, estimator in ESTIMATORS.items():
            try:
                fits.append(estimator(sample_of(rows, min_points), confidence_level))
            except FitRefused as refused:
                refusals.append(Refusal(str(series), metric, name, len(rows), refused.reason))
    return Fitted(fits, fits_table(fits), refusals, confidence_level)


def fits_table(fits: list[Fit]) -> pd.DataFrame:
    """The fits as a frame with exactly the columns of `out_fits`, in its order and types."""
    columns = TABLES["out_fits"].columns
    rows = pd.DataFrame([_row(f) for f in fits], columns=[c.name for c in columns])
    return rows.astype({c.name: PANDAS_DTYPES[c.field.dtype] for c in columns})


def _row(fit: Fit) -> dict[str, Any]:
    return {
        "fit_id": fit.fit_id,
        "benchmark": fit.series,
        "metric": fit.metric,
        "estimator": fit.estimator,
        "n": fit.n,
        "n_papers": fit.n_papers,
        **_with_limits("slope", fit.slope),
        **_with_limits("intercept", fit.intercept),
        "r_squared": fit.r_squared,
        "residual_sd": fit.residual_sd,
        "confidence_level": fit.confidence_level,
        **_with_limits("implied_power", fit.implied_power),
        "log10_flop_min": fit.log10_flop_min,
        "log10_flop_max": fit.log10_flop_max,
        "year_min": fit.year_min,
        "year_max": fit.year_max,
        "input_hash": fit.input_hash,
    }


def _with_limits(name: str, interval: Interval | None) -> dict[str, float | None]:
    if interval is None:
        return {name: None, f"{name}_lower": None, f"{name}_upper": None}
    return {name: interval.value, f"{name}_lower": interval.lower, f"{name}_upper": interval.upper}
