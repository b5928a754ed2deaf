"""Forms with an irreducible error: the power law with a floor, and M4.

Both are fitted to log10 error with the scatter in the error (as the plain power law is), so that points may lie below
the floor's curve and all floors are judged by the same residuals. A floor is hardly told by data far above it: its
prior decides then, and it never exceeds the lowest error in the resample, which has been reached.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.linear import least_squares
from tasks.fit.model import Floats
from tasks.fit.nonlinear import Bounds, Data, Prior, fit_curves, objective
from tasks.fit.rows import in_blocks, row_sums
from tasks.fit.straight import reach

UNKNOWN_FLOOR = (0.0, 0.10)
"""Mean and sd of the floor's prior where nothing is known of a benchmark's labels: a floor is claimed only where the
data ask for it. 10 % is the largest share of wrong labels that Northcutt, Athalye and Mueller 2021 (arXiv 2103.14749)
found in ten test sets (QuickDraw, 10.12 %)."""

RELATIVE_SD = 0.5
"""Sd of the floor's prior as a share of the known share of wrong labels. That share is a lower bound of the wrong
labels, and no strict bound of the error: models learn part of the mistakes."""

MAX_SLOPE = 4.0
"""Decades of reducible error for each decade of compute beyond which a curve is a step and not a law."""

ALPHA_SD = 1.0
"""Sd of log(alpha) about alpha = 1 (a logistic curve) in M4: nine in ten of the prior lie between 0.19 and 5.2."""

_ALPHA_BOUNDS = (np.log(0.1), np.log(10.0))
_GRID = (0.0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97)  # floors tried, as shares of the lowest error
_LN10 = np.log(10.0)
_NEWTON_STEPS = 5  # all digits for every alpha within its bounds
_SATURATED = 40.0  # a logit beyond which an error is its floor (or its ceiling) to the last digit


class _Resamples(NamedTuple):
    """A batch ready for a curve: `data` has x about `centre` (R,) and y = log10 error; `lowest` error (R,)."""

    data: Data
    error: Floats
    centre: Floats
    lowest: Floats
    usable: NDArray[np.bool_]


def power_law_with_floor(prior_mean: float, prior_sd: float) -> Estimator:
    """error = floor + 10^-(intercept + slope log10 FLOP), with a normal prior on the floor cut off at its bounds.

    The floor is profiled over a grid, and the best of the grid refined together with the line. Bounds: floor from 0 to
    the lowest error, slope from 0 to `MAX_SLOPE`. A floor of 0 says that the data show none; one at the lowest error
    that the curve has gone flat; a slope of 0 that there is none.

    Args:
        prior_mean: Share of wrong labels, a fraction.
        prior_sd: Its standard deviation, above 0; infinite for a flat prior.
    """
    prior = Prior(np.array([prior_mean, 0, 0]), np.array([prior_sd**-2, 0, 0]))
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
        fit=in_blocks(partial(_fit_floor, prior=prior)),
        error_at=_floor_error_at,
        log10_flop_at=_floor_log10_flop_at,
        min_points=8,
        floor=lambda parameters: parameters[:, 0],
    )


def m4(prior_mean: float, prior_sd: float, guess_error: float = 1.0) -> Estimator:
    """(error - floor) / (guess_error - error)^alpha = 10^-(intercept + slope log10 FLOP).

    Alabdulmohsin, Neyshabur and Zhai 2022 (arXiv 2209.06640), M4: a sigmoid from the error of guessing to the floor.
    They minimise residuals of the left side's logarithm, in which noisy errors stand on both sides; here, as for the
    other forms, those of log10 error. The error of guessing is given, not fitted: few data come near it. Priors: the
    floor's as in `power_law_with_floor`, and log(alpha) about 0 with sd `ALPHA_SD`, since the bend of the curve's upper
    part is hardly told by data from its lower one. Bounds: floor and slope as there, alpha from 0.1 to 10.

    Args:
        prior_mean: Share of wrong labels, a fraction.
        prior_sd: Its standard deviation, above 0; infinite for a flat prior.
        guess_error: Error of an untrained model, above every error in the data.
    """
    prior = Prior(np.array([prior_mean, 0, 0, 0]), np.array([prior_sd**-2, ALPHA_SD**-2, 0, 0]))
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
        fit=in_blocks(partial(_fit_m4, prior=prior, guess=guess_error)),
        error_at=partial(_m4_error_at, guess=guess_error),
        log10_flop_at=partial(_m4_log10_flop_at, guess=guess_error),
        min_points=10,
        floor=lambda parameters: parameters[:, 0],
    )


def _resamples(batch: Batch, k: int) -> _Resamples:
    """Usable are rows with more than k + 1 observations, of differing compute."""
    n = batch.weight.sum(axis=1)
    drawn = batch.weight > 0
    usable = drawn.sum(axis=1) > k + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = row_sums(batch.weight, batch.x) / n
        data = Data(batch.x - centre[:, None], np.log10(batch.error), batch.weight)
    return _Resamples(
        data,
        batch.error,
        centre,
        lowest=np.where(usable, np.where(drawn, batch.error, np.inf).min(axis=1), np.nan),
        usable=usable,
    )


def _uncentred(parameters: Floats, rows: _Resamples) -> Floats:
    """Parameters with their intercept (the last but one) moved from the rows' centres to 1 FLOP; NaN if not usable."""
    result = np.where(rows.usable[:, None], parameters, np.nan)
    result[:, -2] -= result[:, -1] * rows.centre
    return result


def _best_of_grid(rows: _Resamples, guess: float | None, prior: Prior) -> tuple[Floats, Floats, Floats]:
    """Floor, intercept and slope (R,) at the best floor of the grid: of the power law, or of a sigmoid with alpha 1.

    At a given floor the curve is a line of log10(reducible error) on x; weights by the delta method make its residuals
    those of log10 error.
    """
    data, n = rows.data, rows.data.weight.sum(axis=1)
    best = np.full((3, len(n)), np.nan)
    least = np.full(len(n), np.inf)
    for share in _GRID:
        floor = share * rows.lowest
        with np.errstate(divide="ignore", invalid="ignore"):
            above = np.maximum(rows.error - floor[:, None], 1e-12)
            below = 1.0 if guess is None else np.maximum(guess - rows.error, 1e-12)
            sensitivity = above / rows.error if guess is None else above * below / (above + below) / rows.error
            line = least_squares((data.x,), np.log10(below / above), data.weight * sensitivity**2)
        intercept, slope = line[:, 0], np.clip(line[:, 1], 0, MAX_SLOPE)
        level = 10.0 ** -(intercept[:, None] + slope[:, None] * data.x)
        reducible = level if guess is None else (guess - floor[:, None]) * level / (1 + level)
        residual = data.y - np.log10(floor[:, None] + reducible)
        parameters = np.zeros((len(n), len(prior.mean)))
        parameters[:, 0] = floor
        value = objective(row_sums(data.weight * residual, residual), n, parameters, prior)
        better = value < least
        least = np.where(better, value, least)
        best = np.where(better, [floor, intercept, slope], best)
    return best[0], best[1], best[2]


def _bounds(lower: list[float], upper: list[float], lowest: Floats) -> Bounds:
    """The same bounds for all rows, but for the floor, which ends at the row's lowest error."""
    ends = np.tile(np.array(upper), (len(lowest), 1))
    ends[:, 0] = lowest
    return Bounds(np.tile(np.array(lower), (len(lowest), 1)), ends)


def _fit_floor(batch: Batch, prior: Prior) -> Floats:
    rows = _resamples(batch, k=3)
    start = np.stack(_best_of_grid(rows, None, prior), axis=1)
    bounds = _bounds([0, -np.inf, 0], [0, np.inf, MAX_SLOPE], rows.lowest)
    return _uncentred(fit_curves(_floor_curve, rows.data, start, bounds, prior), rows)


def _floor_curve(parameters: Floats, x: Floats) -> tuple[Floats, Floats]:
    """log10 error of the power law with a floor, and its derivatives."""
    floor, intercept, slope = (parameters[:, i, None] for i in range(3))
    reducible = np.exp(-_LN10 * (intercept + slope * x))
    error = floor + reducible
    share = -reducible / error
    return np.log10(error), np.stack([1 / (_LN10 * error), share, share * x], axis=1)


def _floor_error_at(parameters: Floats, log10_flop: Floats) -> Floats:
    floor, intercept, slope = (parameters[:, i, None] for i in range(3))
    return floor + 10.0 ** -(intercept + slope * np.asarray(log10_flop, dtype=float))


def _floor_log10_flop_at(parameters: Floats, error: float) -> Floats:
    return _reach_above(parameters, error, lambda above: -np.log10(above))


def _reach_above(parameters: Floats, error: float, performance: Callable[[Floats], Floats]) -> Floats:
    """Where performance(error - floor) meets the line of the last two parameters; +inf for an error at the floor."""
    above = error - parameters[:, 0]
    reachable = above > 0
    x = reach(performance(np.where(reachable, above, 1.0)), parameters[:, -2], parameters[:, -1])
    return np.where(np.isnan(x) | reachable, x, np.inf)


def _fit_m4(batch: Batch, prior: Prior, guess: float) -> Floats:
    rows = _resamples(batch, k=4)
    floor, intercept, slope = _best_of_grid(rows, guess, prior)
    start = np.stack([floor, np.zeros_like(floor), intercept, slope], axis=1)  # log(alpha) = 0
    bounds = _bounds([0, _ALPHA_BOUNDS[0], -np.inf, 0], [0, _ALPHA_BOUNDS[1], np.inf, MAX_SLOPE], rows.lowest)
    fitted = fit_curves(partial(_m4_curve, guess=guess), rows.data, start, bounds, prior)
    fitted[:, 1] = np.exp(fitted[:, 1])
    return _uncentred(fitted, rows)


def _m4_curve(parameters: Floats, x: Floats, guess: float) -> tuple[Floats, Floats]:
    """log10 error of M4 (whose second parameter is log(alpha) here), and its derivatives by implicit differentiation.

    With error = floor + range s(u), s the logistic function, M4 is log s(u) - alpha log s(-u) = t(x).
    """
    floor, log_alpha, intercept, slope = (parameters[:, i, None] for i in range(4))
    alpha, log_range = np.exp(log_alpha), np.log(guess - floor)
    level = intercept + slope * x
    u = _logit(-_LN10 * level - (1 - alpha) * log_range, alpha)
    lower = 1 / (1 + np.exp(-u))  # s(u)
    error = floor + (guess - floor) * lower
    by_u = (guess - floor) * lower * (1 - lower) / (1 - lower + alpha * lower)
    derivatives = [
        1 - lower + by_u * (1 - alpha) / (guess - floor),
        by_u * alpha * (log_range + np.log(lower) - u),
        -_LN10 * by_u,
        -_LN10 * by_u * x,
    ]
    return np.log10(error), np.stack(derivatives, axis=1) / (_LN10 * error[:, None, :])


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
        return 10.0 ** _m4_curve(logged, x, guess)[0]


def _m4_log10_flop_at(parameters: Floats, error: float, guess: float) -> Floats:
    if error >= guess:  # guessing is enough
        return np.where(np.isnan(parameters).any(axis=1), np.nan, -np.inf)
    return _reach_above(parameters, error, lambda above: parameters[:, 1] * np.log10(guess - error) - np.log10(above))
