"""The power law with an irreducible error: error = floor + 10^-(intercept + slope log10 FLOP)."""

from functools import partial

import numpy as np

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Floats
from tasks.fit.numerics.irreducible import (
    LN10,
    MAX_SLOPE,
    best_of_grid,
    bounds_below,
    priors,
    reach_above,
    resamples,
    uncentred,
)
from tasks.fit.numerics.nonlinear import fit_curves
from tasks.fit.numerics.rows import in_blocks


def power_law_with_floor(prior_mean: float, prior_sd: float) -> Estimator:
    """error = floor + 10^-(intercept + slope log10 FLOP), with a normal prior on the floor cut off at its bounds.

    The floor is profiled over a grid, and the best of the grid refined together with the line. Bounds: floor from 0 to
    the lowest error, slope from 0 to `MAX_SLOPE`. A floor of 0 says that the data show none; one at the lowest error
    that the curve has gone flat; a slope of 0 that there is none.

    Args:
        prior_mean: Share of wrong labels, a fraction.
        prior_sd: Its standard deviation, above 0; infinite for a flat prior.
    """
    return Estimator(
        name="power_law_floor",
        title="power law with an irreducible error",
        kind="form",
        parameters=("floor", "intercept", "slope"),
        units=(
            "fraction",
            "log10(1/(error - floor)) at 1 FLOP",
            "log10(1/(error - floor)) per decade of compute",
        ),
        fit=in_blocks(partial(_fit_floor, mean=prior_mean, sd=prior_sd)),
        error_at=_floor_error_at,
        log10_flop_at=_floor_log10_flop_at,
        min_points=8,
        floor=lambda parameters: parameters[:, 0],
    )


def _fit_floor(batch: Batch, mean: float, sd: float) -> Floats:
    rows = resamples(batch, k=3)
    prior = priors(batch, [mean, 0, 0], [sd, np.inf, np.inf])
    start = np.stack(best_of_grid(rows, None, prior), axis=1)
    bounds = bounds_below([0, -np.inf, 0], [0, np.inf, MAX_SLOPE], rows.lowest)
    return uncentred(fit_curves(floor_curve, rows.data, start, bounds, prior), rows)


def floor_curve(parameters: Floats, x: Floats) -> tuple[Floats, Floats]:
    """log10 error (R, n) of the power law with a floor at x (R, n), and its derivatives (R, 3, n)."""
    floor, intercept, slope = (parameters[:, i, None] for i in range(3))
    reducible = np.exp(-LN10 * (intercept + slope * x))
    error = floor + reducible
    share = -reducible / error
    return np.log10(error), np.stack([1 / (LN10 * error), share, share * x], axis=1)


def _floor_error_at(parameters: Floats, log10_flop: Floats) -> Floats:
    floor, intercept, slope = (parameters[:, i, None] for i in range(3))
    return floor + 10.0 ** -(intercept + slope * np.asarray(log10_flop, dtype=float))


def _floor_log10_flop_at(parameters: Floats, error: float) -> Floats:
    return reach_above(parameters, error, lambda above: -np.log10(above))
