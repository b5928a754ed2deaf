"""Curves with more than a line's parameters, fitted to many resamples at once: Levenberg and Marquardt, row by row.

The scatter about the curve is unknown and the same for all points, so that a row's objective, twice the negative log
posterior up to a constant, is

    n log(sum of weighted squared residuals / n) + sum over parameters of precision (parameter - mean)^2

with n the total weight. Its gradient is that of squares over the variance s^2 = sum / n plus the prior's, and the step
is Gauss and Newton's of that sum, damped (Nocedal and Wright, Numerical Optimization, 2nd ed. 2006, section 10.3), with
parameters at a bound held there while the gradient pushes outward.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tasks.fit.model import Floats
from tasks.fit.numerics.rows import row_sums

_MAX_STEPS = 60
_TOLERANCE = 1e-8  # of the objective: what is left moves parameters by some 1e-4 of their standard errors
_LEAST_VARIANCE = 1e-18  # of residuals in log10 error: below it a fit is exact
_MAX_DAMPING = 1e8

Predict = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Parameters (R, k) and x (R, n) to the prediction (R, n) and its derivatives (R, k, n)."""


class Prior(NamedTuple):
    """Normal priors of the k parameters: means (R, k) and precisions (1/sd^2), (k,); a precision of 0 is flat."""

    mean: Floats
    precision: Floats


class Bounds(NamedTuple):
    """The least and the largest value of each parameter, both (R, k)."""

    lower: Floats
    upper: Floats


class Data(NamedTuple):
    """What is fitted: x, y and weight, all (R, n)."""

    x: Floats
    y: Floats
    weight: Floats


class _Normal(NamedTuple):
    """Normal equations at a point: J'WJ (R, k, k), J'Wr (R, k), the weighted squares (R,) and the objective (R,)."""

    matrix: Floats
    vector: Floats
    variance: Floats
    objective: Floats


def objective(squares: Floats, n: Floats, parameters: Floats, prior: Prior) -> Floats:
    """The objective (R,) of the module's docstring; `squares` and `n` are (R,), `parameters` (R, k)."""
    penalty = (prior.precision * (parameters - prior.mean) ** 2).sum(axis=1)
    return n * np.log(np.maximum(squares / n, _LEAST_VARIANCE)) + penalty


def fit_curves(predict: Predict, data: Data, start: Floats, bounds: Bounds, prior: Prior) -> Floats:
    """Parameters (R, k) at the least objective near `start` (R, k); NaN where the start or the data are not finite."""
    result = np.full(start.shape, np.nan)
    finite = np.isfinite(start).all(axis=1) & np.isfinite(data.x + data.y).all(axis=1)
    rows = np.flatnonzero(finite)
    data, bounds = Data(*(a[rows] for a in data)), Bounds(*(a[rows] for a in bounds))
    prior = prior._replace(mean=prior.mean[rows])
    at = np.clip(start[rows], *bounds)
    here = _normal(predict, data, at, prior)
    damping = np.full(len(rows), 1e-3)
    for _ in range(_MAX_STEPS):
        if not len(rows):
            break
        trial = np.clip(at + _step(here, at, bounds, prior, damping), *bounds)
        there = _normal(predict, data, trial, prior)
        gain = here.objective - there.objective
        better = gain > 0
        at = np.where(better[:, None], trial, at)
        here = _Normal(*(_choose(better, new, old) for new, old in zip(there, here, strict=True)))
        damping = np.where(better, damping / 10, damping * 10)
        left = ~((better & (gain < _TOLERANCE)) | (damping > _MAX_DAMPING))
        result[rows] = at
        if not left.all():
            rows, at, damping = rows[left], at[left], damping[left]
            here = _Normal(*(a[left] for a in here))
            data, bounds = Data(*(a[left] for a in data)), Bounds(*(a[left] for a in bounds))
            prior = prior._replace(mean=prior.mean[left])
    return result


def _normal(predict: Predict, data: Data, parameters: Floats, prior: Prior) -> _Normal:
    prediction, jacobian = predict(parameters, data.x)
    residual = data.y - prediction
    weighted = jacobian * data.weight[:, None, :]
    n = data.weight.sum(axis=1)
    squares = row_sums(data.weight * residual, residual)
    return _Normal(
        matrix=weighted @ jacobian.swapaxes(1, 2),
        vector=(weighted @ residual[:, :, None])[:, :, 0],
        variance=np.maximum(squares / n, _LEAST_VARIANCE),
        objective=objective(squares, n, parameters, prior),
    )


def _step(here: _Normal, at: Floats, bounds: Bounds, prior: Prior, damping: Floats) -> Floats:
    k = at.shape[1]
    gradient = here.vector / here.variance[:, None] - prior.precision * (at - prior.mean)
    held = ((at <= bounds.lower) & (gradient < 0)) | ((at >= bounds.upper) & (gradient > 0))
    matrix = here.matrix / here.variance[:, None, None] + np.diag(prior.precision)
    matrix[held[:, :, None] | held[:, None, :]] = 0
    diagonal = np.einsum("rii->ri", matrix)
    # The second term keeps the matrix regular where the data say nothing of a parameter (a floor far below them).
    ridge = damping[:, None] * diagonal + 1e-12 * diagonal.max(axis=1, keepdims=True) + held + 1e-300
    matrix[:, range(k), range(k)] += ridge
    solved = np.linalg.solve(matrix, np.where(held, 0, gradient)[:, :, None])
    return np.asarray(solved[:, :, 0], dtype=np.float64)


def _choose(first: np.ndarray, a: Floats, b: Floats) -> Floats:
    return np.where(first.reshape(-1, *[1] * (a.ndim - 1)), a, b)
