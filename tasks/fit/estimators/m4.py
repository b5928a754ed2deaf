"""M4: a sigmoid from the error of guessing to an irreducible error."""

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

ALPHA_SD = 1.0
"""Sd of log(alpha) about alpha = 1 (a logistic curve) in M4: nine in ten of the prior lie between 0.19 and 5.2."""

_ALPHA_BOUNDS = (np.log(0.1), np.log(10.0))
_NEWTON_STEPS = 5  # all digits for every alpha within its bounds
_SATURATED = 40.0  # a logit beyond which an error is its floor (or its ceiling) to the last digit


def m4(prior_mean: float, prior_sd: float, guess_error: float = 1.0) -> Estimator:
    """(error - floor) / (guess_error - error)^alpha = 10^-(intercept + slope log10 FLOP).

    Alabdulmohsin, Neyshabur and Zhai 2022 (arXiv 2209.06640), M4: a sigmoid from the error of guessing to the floor.
    They minimise residuals of the left side's logarithm, in which noisy errors stand on both sides; here, as for the
    other forms, those of log10 error. The error of guessing is given, not fitted: few data come near it. Priors: the
    floor's as in `power_law_with_floor`, and log(alpha) about 0 with sd `ALPHA_SD`, since the bend of the curve's upper
    part is hardly distinguishable in data from its lower one. Bounds: floor and slope as there, alpha from 0.1 to 10.

    Args:
        prior_mean: Share of wrong labels, a fraction.
        prior_sd: Its standard deviation, above 0; infinite for a flat prior.
        guess_error: Error of an untrained model, above every error in the data.
    """
    return Estimator(
        name="m4",
        title="M4: sigmoid from guessing to an irreducible error",
        kind="form",
        parameters=("floor", "alpha", "intercept", "slope"),
        units=(
            "fraction",
            "",
            "log10((guess - error)^alpha / (error - floor)) at 1 FLOP",
            "log10((guess - error)^alpha / (error - floor)) per decade of compute",
        ),
        fit=in_blocks(partial(_fit_m4, mean=prior_mean, sd=prior_sd, guess=guess_error)),
        error_at=partial(_m4_error_at, guess=guess_error),
        log10_flop_at=partial(_m4_log10_flop_at, guess=guess_error),
        min_points=10,
        floor=lambda parameters: parameters[:, 0],
    )


def _fit_m4(batch: Batch, mean: float, sd: float, guess: float) -> Floats:
    rows = resamples(batch, k=4)
    prior = priors(batch, [mean, 0, 0, 0], [sd, ALPHA_SD, np.inf, np.inf])
    floor, intercept, slope = best_of_grid(rows, guess, prior)
    start = np.stack([floor, np.zeros_like(floor), intercept, slope], axis=1)  # log(alpha) = 0
    bounds = bounds_below([0, _ALPHA_BOUNDS[0], -np.inf, 0], [0, _ALPHA_BOUNDS[1], np.inf, MAX_SLOPE], rows.lowest)
    fitted = fit_curves(partial(m4_curve, guess=guess), rows.data, start, bounds, prior)
    fitted[:, 1] = np.exp(fitted[:, 1])
    return uncentred(fitted, rows)


def m4_curve(parameters: Floats, x: Floats, guess: float) -> tuple[Floats, Floats]:
    """log10 error (R, n) of M4 at x (R, n), and its derivatives (R, 4, n) by implicit differentiation.

    The second parameter is log(alpha) here.
    With error = floor + range s(u), s the logistic function, M4 is log s(u) - alpha log s(-u) = t(x).
    """
    floor, log_alpha, intercept, slope = (parameters[:, i, None] for i in range(4))
    alpha, log_range = np.exp(log_alpha), np.log(guess - floor)
    level = intercept + slope * x
    u = _logit(-LN10 * level - (1 - alpha) * log_range, alpha)
    lower = 1 / (1 + np.exp(-u))  # s(u)
    error = floor + (guess - floor) * lower
    by_u = (guess - floor) * lower * (1 - lower) / (1 - lower + alpha * lower)
    derivatives = [
        1 - lower + by_u * (1 - alpha) / (guess - floor),
        by_u * alpha * (log_range + np.log(lower) - u),
        -LN10 * by_u,
        -LN10 * by_u * x,
    ]
    return np.log10(error), np.stack(derivatives, axis=1) / (LN10 * error[:, None, :])


def _logit(t: Floats, alpha: Floats) -> Floats:
    """Solve log s(u) - alpha log s(-u) = t for u by Newton's method.

    The left side's slope lies between 1 and alpha and changes in one direction only: the steps converge from anywhere.
    """
    u = np.clip(np.where(t < 0, t, t / alpha), -_SATURATED, _SATURATED)
    for _ in range(_NEWTON_STEPS):
        lower = 1 / (1 + np.exp(-u))
        step = (t - (1 - alpha) * np.log(lower) - alpha * u) / (1 - lower + alpha * lower)
        u = np.clip(u + step, -_SATURATED, _SATURATED)
    return u


def _m4_error_at(parameters: Floats, log10_flop: Floats, guess: float) -> Floats:
    with np.errstate(invalid="ignore"):
        logged = np.column_stack([parameters[:, 0], np.log(parameters[:, 1]), parameters[:, 2:]])
        x = np.broadcast_to(np.asarray(log10_flop, dtype=float), (len(parameters), np.size(log10_flop)))
        return 10.0 ** m4_curve(logged, x, guess)[0]


def _m4_log10_flop_at(parameters: Floats, error: float, guess: float) -> Floats:
    if error >= guess:  # guessing is enough
        return np.where(np.isnan(parameters).any(axis=1), np.nan, -np.inf)
    return reach_above(parameters, error, lambda above: parameters[:, 1] * np.log10(guess - error) - np.log10(above))
