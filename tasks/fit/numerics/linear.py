"""Weighted linear regressions on many resamples at once: least squares, and quantiles by the simplex method.

Shapes: R resamples of n observations with p predictors. Predictors come as p arrays of shape (R, n), the response and
the weights as (R, n); coefficients go out as (R, 1 + p), the intercept first, with NaN in the rows that cannot carry
them. Nothing here raises for data.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tasks.fit.estimator import Ints
from tasks.fit.model import Floats
from tasks.fit.sample import MIN_SPREAD

Flags = NDArray[np.bool_]

Regression = Callable[[tuple[Floats, ...], Floats, Floats], Floats]
"""Coefficients from predictors, response and weights."""

_SINGULAR = 1e-9
"""Share of a predictor's variance, not explained by the predictors before it, below which a resample carries no fit."""

_BLOCK = 200_000
"""Elements of an (R, n) array worked on at once: bounds memory at no cost in time."""

_JITTER = 1e-9
"""Share of the response's range that ties among points are broken by (the coefficients never see it)."""

_MAX_PIVOTS = 300
"""Steps of the simplex after which a resample is given up; 150 observations take about ten."""


def least_squares(predictors: tuple[Floats, ...], response: Floats, weight: Floats) -> Floats:
    """Coefficients of weighted least squares.

    Normal equations of centred predictors, scaled to correlations (Draper and Smith, Applied Regression Analysis, 3rd
    ed. 1998, sections 9.2 and 16.2).
    """
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = weight / total[:, None]
        x = np.stack(predictors, axis=2)
        mean_x, mean_y = np.einsum("rn,rnp->rp", share, x), (share * response).sum(axis=1)
        x, y = x - mean_x[:, None, :], response - mean_y[:, None]
        products = np.einsum("rn,rnp,rnq->rpq", share, x, x)
        spread = np.sqrt(np.einsum("rpp->rp", products))
        correlations = products / (spread[:, :, None] * spread[:, None, :])
        moments = np.einsum("rn,rnp,rn->rp", share, x, y) / spread
    sound = (spread > MIN_SPREAD).all(axis=1)
    sound[sound] = np.linalg.det(correlations[sound]) > _SINGULAR
    slopes = np.full(mean_x.shape, np.nan)
    slopes[sound] = np.linalg.solve(correlations[sound], moments[sound, :, None])[..., 0] / spread[sound]
    return np.column_stack([mean_y - (slopes * mean_x).sum(axis=1), slopes])


def quantile_regression(predictors: tuple[Floats, ...], response: Floats, weight: Floats, quantile: float) -> Floats:
    """Coefficients of the weighted regression quantile (0 < quantile < 1); exact, a plane through 1 + p points.

    Koenker and Bassett 1978, Econometrica 46:33-50; the simplex method of Koenker and d'Orey 1987, Algorithm AS 229, J.
    R. Stat. Soc. C 36:383-393: from a plane through 1 + p points along the steepest of the edges that give up one of
    them, past all the points that still pay, to the next plane; until no edge leads down.
    """
    n = response.shape[1]
    blocks = range(0, len(response), max(1, _BLOCK // max(1, n)))
    rows = [slice(start, start + blocks.step) for start in blocks]
    fits = [_quantile_block(tuple(x[r] for x in predictors), response[r], weight[r], quantile) for r in rows]
    return np.concatenate(fits) if fits else np.empty((0, 1 + len(predictors)))


def _quantile_block(predictors: tuple[Floats, ...], response: Floats, weight: Floats, quantile: float) -> Floats:
    design, centre, spread = _standardised(predictors, weight)
    n = response.shape[1]
    jitter = _JITTER * np.ptp(response, axis=1, keepdims=True) * (np.arange(1, n + 1) * 0.6180339887498949 % 1)
    basis, live = _first_basis(design, weight)
    coefficients: Floats = np.full(basis.shape, np.nan)
    rows = np.flatnonzero(live)
    x, y, w, held = design[rows], (response + jitter)[rows], weight[rows], basis[rows]
    for _ in range(_MAX_PIVOTS):
        if not len(rows):
            break
        held, done = _pivot(x, y, w, held, quantile)
        if done.any():
            points, ended = held[done], rows[done]
            coefficients[ended] = _through(x[done], response[ended], points)
            x, y, w, held, rows = x[~done], y[~done], w[~done], held[~done], rows[~done]
    slopes = coefficients[:, 1:] / spread
    return np.column_stack([coefficients[:, 0] - (slopes * centre).sum(axis=1), slopes])


def _standardised(predictors: tuple[Floats, ...], weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Design (R, n, 1 + p) of a column of ones and standardised predictors, with their means and deviations (R, p)."""
    x = np.stack(predictors, axis=2)
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    centre = np.einsum("rn,rnp->rp", share, x)
    x = x - centre[:, None, :]
    spread = np.sqrt(np.einsum("rn,rnp->rp", share, x**2))
    unit = np.where(spread > MIN_SPREAD, spread, np.inf)  # a predictor without spread is zero, and no basis has it
    return np.concatenate([np.ones((*weight.shape, 1)), x / unit[:, None, :]], axis=2), centre, unit


def _first_basis(design: Floats, weight: Floats) -> tuple[Ints, Flags]:
    """For each resample 1 + p independent points that stand in it, far apart, and whether there are so many.

    Gram and Schmidt's way with the largest remainder as next pivot (Golub and Van Loan, Matrix Computations, 4th ed.
    2013, section 5.4.2).
    """
    left = design * (weight > 0)[:, :, None]
    each = np.arange(len(design))
    basis, sound = np.zeros((len(design), design.shape[2]), dtype=np.int64), np.ones(len(design), dtype=bool)
    for k in range(design.shape[2]):
        size = (left**2).sum(axis=2)
        basis[:, k] = size.argmax(axis=1)
        largest = size[each, basis[:, k]]
        sound &= largest > _SINGULAR
        direction = left[each, basis[:, k]] / np.sqrt(np.where(sound, largest, 1.0))[:, None]
        left = left - (left @ direction[:, :, None]) * direction[:, None, :]
    return basis, sound


def _through(design: Floats, response: Floats, basis: Ints) -> Floats:
    """Coefficients of the plane through the points of the basis."""
    points = np.take_along_axis(design, basis[:, :, None], axis=1)
    return np.linalg.solve(points, np.take_along_axis(response, basis, axis=1)[:, :, None])[..., 0].astype(np.float64)


def _pivot(design: Floats, response: Floats, weight: Floats, basis: Ints, quantile: float) -> tuple[Ints, Flags]:
    """One step of the simplex: the next basis of each resample, and whether it was at its end already.

    The loss is the sum of w rho(r), with rho(r) = quantile r above the plane and (quantile - 1) r below it.
    """
    edges = np.linalg.inv(np.take_along_axis(design, basis[:, :, None], axis=1))  # column k gives up point k
    residual = response - (design @ (edges @ np.take_along_axis(response, basis, axis=1)[:, :, None]))[..., 0]
    pull = weight * (quantile - (residual < 0))
    np.put_along_axis(pull, basis, 0.0, axis=1)
    gain = ((pull[:, None, :] @ design) @ edges)[:, 0, :]
    own = np.take_along_axis(weight, basis, axis=1)
    rates = np.concatenate([own * (1 - quantile) - gain, own * quantile + gain], axis=1)  # plane up, plane down
    best = rates.argmin(axis=1)
    each = np.arange(len(basis))
    rate, leaving = rates[each, best], best % basis.shape[1]
    done = rate >= -1e-10 * weight.sum(axis=1)
    edge = edges[each, :, leaving] * np.where(best < basis.shape[1], 1.0, -1.0)[:, None]
    entering = _line_search(residual, (design @ edge[:, :, None])[..., 0], weight, basis, rate)
    following = basis.copy()
    following[each, leaving] = np.where(done, basis[each, leaving], entering)
    return following, done


def _line_search(residual: Floats, along: Floats, weight: Floats, basis: Ints, rate: Floats) -> Ints:
    """The point at which the loss stops falling along an edge, where it begins to fall at `rate` a unit of length."""
    met = residual * along > 0
    np.put_along_axis(met, basis, False, axis=1)
    length = np.divide(residual, along, out=np.full(residual.shape, np.inf), where=met)
    order = length.argsort(axis=1)
    rise = np.take_along_axis(np.where(met, weight * np.abs(along), 0.0), order, axis=1).cumsum(axis=1)
    stop = (rise >= -rate[:, None] * (1 - 1e-12)).argmax(axis=1)
    return order[np.arange(len(order)), stop]
