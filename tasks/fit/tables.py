"""Fits as rows of the published tables: `out_fits`, `out_fit_parameters` and `out_curves`."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from schemas.frames import PANDAS_DTYPES
from schemas.tables import TABLES
from tasks.fit.model import Fit, Interval

POINTS_INSIDE = 25
"""Points of a curve within the data, ends included."""

DECADES_BEYOND = 7.0
"""Decades beyond the data that a curve is told for, where accuracy rises with compute."""

STEP_BEYOND = 0.5

Rows = list[dict[str, Any]]


def fits_table(fits: Iterable[Fit]) -> pd.DataFrame:
    """The fits as a frame with exactly the columns of `out_fits`, in its order and types."""
    return _frame("out_fits", [_fit_row(f) for f in fits])


def parameters_table(fits: Iterable[Fit]) -> pd.DataFrame:
    """Every parameter of every fit: exactly the columns of `out_fit_parameters`."""
    return _frame("out_fit_parameters", [row for f in fits for row in _parameter_rows(f)])


def curves_table(fits: Iterable[Fit]) -> pd.DataFrame:
    """The curve of every fit, point by point, where it is defined: exactly the columns of `out_curves`."""
    return _frame("out_curves", [row for f in fits for row in _curve_rows(f)])


def _fit_row(fit: Fit) -> dict[str, Any]:
    return {
        "fit_id": fit.fit_id,
        "benchmark": fit.series,
        "metric": fit.metric,
        "estimator": fit.estimator,
        "estimator_title": fit.title,
        "estimator_kind": fit.kind,
        "n": fit.n,
        "n_papers": fit.n_papers,
        **_with_limits("slope", fit.slope),
        **_with_limits("intercept", fit.intercept),
        "r_squared": fit.r_squared,
        "residual_sd": fit.residual_sd,
        "confidence_level": fit.confidence_level,
        "replicates": fit.replicates,
        "rises": fit.rises,
        **_with_limits("implied_power", fit.implied_power),
        **_with_limits("fitted_floor", fit.floor),
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


def _parameter_rows(fit: Fit) -> Rows:
    return [
        {
            "fit_id": fit.fit_id,
            "parameter": name,
            "unit": fit.units[name] or None,
            "value": _finite(interval.value),
            "lower": interval.lower,
            "upper": interval.upper,
        }
        for name, interval in fit.parameters.items()
    ]


def _curve_rows(fit: Fit) -> Rows:
    inside = np.linspace(fit.log10_flop_min, fit.log10_flop_max, POINTS_INSIDE)
    steps = np.arange(1, DECADES_BEYOND / STEP_BEYOND + 1) * STEP_BEYOND
    x = np.concatenate([inside, fit.log10_flop_max + steps]) if fit.rises else inside
    band = fit.predict_error(x)
    points = zip(x, band.value, band.lower, band.upper, strict=True)
    return [
        {
            "fit_id": fit.fit_id,
            "log10_flop": float(at),
            "curve_error": float(value),
            "curve_error_lower": _finite(lower),
            "curve_error_upper": _finite(upper),
        }
        for at, value, lower, upper in points
        if np.isfinite(value)
    ]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _frame(table: str, rows: Rows) -> pd.DataFrame:
    columns = TABLES[table].columns
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    return frame.astype({c.name: PANDAS_DTYPES[c.field.dtype] for c in columns})
