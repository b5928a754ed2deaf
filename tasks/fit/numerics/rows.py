"""Arithmetic on resamples, one row each: weighted moments of a line, and blocks of rows that fit the cache."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tasks.fit.estimator import Batch
from tasks.fit.model import Floats
from tasks.fit.sample import MIN_SPREAD

_BLOCK = 30_000  # figures of an array: 0.24 MB, so that some ten arrays stay in a core's cache


class Moments(NamedTuple):
    """Weighted sums of R rows, each of shape (R,): total weight, means, and sums of squared deviations."""

    n: Floats
    mean_x: Floats
    mean_y: Floats
    sxx: Floats
    sxy: Floats
    syy: Floats

    @property
    def has_spread(self) -> np.ndarray:
        """True for the rows whose x and y differ from point to point (standard deviation above `MIN_SPREAD`)."""
        return np.minimum(self.sxx, self.syy) > self.n * MIN_SPREAD**2


def row_sums(a: Floats, b: Floats) -> Floats:
    """Sum over the columns of a times b: (R, n) and (R, n) to (R,)."""
    return np.einsum("rn,rn->r", a, b)


def moments(x: Floats, y: Floats, weight: Floats) -> Moments:
    """Moments of y and x, all of shape (R, n), with non-negative weights: a weight of 2 is a row standing twice."""
    n = weight.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = row_sums(weight, x) / n, row_sums(weight, y) / n
        u, v = x - mean_x[:, None], y - mean_y[:, None]
        wu = weight * u
        return Moments(n, mean_x, mean_y, row_sums(wu, u), row_sums(wu, v), row_sums(weight * v, v))


def once(function: Callable[[Floats], Floats], rows: Floats) -> Floats:
    """A function of each figure of (R, n), worked out once where all rows are views of one: the errors of resamples."""
    return np.broadcast_to(function(rows[:1]), rows.shape) if rows.strides[0] == 0 else function(rows)


def in_blocks(fit: Callable[[Batch], Floats]) -> Callable[[Batch], Floats]:
    """The same fit, a block of rows at a time: less memory, and faster where much is computed for each figure."""

    def fit_blocks(batch: Batch) -> Floats:
        rows, columns = batch.x.shape
        size = max(1, _BLOCK // max(1, columns))
        blocks = [slice(start, start + size) for start in range(0, rows, size)] or [slice(0, 0)]
        return np.concatenate([fit(_rows_of(batch, block)) for block in blocks])

    return fit_blocks


def _rows_of(batch: Batch, rows: slice) -> Batch:
    return batch._replace(
        x=batch.x[rows],
        x_sd=batch.x_sd[rows],
        error=batch.error[rows],
        year=batch.year[rows],
        weight=batch.weight[rows],
        prior_z=batch.prior_z[rows],
    )
