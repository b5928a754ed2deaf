"""Fits as rows of the published tables: `out_fits`, `out_fit_parameters` and `out_curves`."""

import numpy as np

from schemas.rows import Limits, same_named
from schemas.rows.fits import CurvePoint, FitParameter, FitSummary
from tasks.fit.model import Fit, finite_or_none, limits_of

POINTS_INSIDE = 25
"""Points of a curve within the data, ends included."""

DECADES_BEYOND = 7.0
"""Decades beyond the data of a curve, where accuracy rises with compute."""

STEP_BEYOND = 0.5


def summary(fit: Fit) -> FitSummary:
    """The row of a fit."""
    intervals = {name: limits_of(getattr(fit, name)) for name in ("slope", "intercept", "implied_power")}
    return FitSummary(
        **same_named(fit, FitSummary) | intervals,
        estimator_title=fit.title,
        estimator_kind=fit.kind,
        fitted_floor=limits_of(fit.floor),
    )


def parameters(fit: Fit) -> list[FitParameter]:
    """A row for each parameter of a fit."""
    return [
        FitParameter(
            fit_id=fit.fit_id,
            parameter=name,
            unit=fit.units[name] or None,
            limits=Limits(finite_or_none(interval.value), interval.lower, interval.upper),
        )
        for name, interval in fit.parameters.items()
    ]


def curve(fit: Fit) -> list[CurvePoint]:
    """The curve of a fit, point by point, where it is defined."""
    inside = np.linspace(fit.log10_flop_min, fit.log10_flop_max, POINTS_INSIDE)
    steps = np.arange(1, DECADES_BEYOND / STEP_BEYOND + 1) * STEP_BEYOND
    x = np.concatenate([inside, fit.log10_flop_max + steps]) if fit.rises else inside
    band = fit.predict_error(x)
    points = zip(x, band.value, band.lower, band.upper, strict=True)
    return [
        CurvePoint(
            fit_id=fit.fit_id,
            log10_flop=float(at),
            curve_error=float(value),
            curve_error_lower=finite_or_none(lower),
            curve_error_upper=finite_or_none(upper),
        )
        for at, value, lower, upper in points
        if np.isfinite(value)
    ]
