"""Batches of resamples for tests of estimators."""

import numpy as np

from tasks.fit.estimator import PRIORS, Batch


def batch_of(log10_flop, error, year=None, weight=None) -> Batch:
    """A batch of R resamples from arrays of shape (n,) or (R, n); compute is exact, weights are one by default."""
    x, e = np.atleast_2d(log10_flop).astype(float), np.atleast_2d(error).astype(float)
    w = np.ones(x.shape) if weight is None else np.atleast_2d(weight).astype(float)
    shape = np.broadcast_shapes(x.shape, e.shape, w.shape)
    years = np.full(shape, np.nan) if year is None else np.broadcast_to(np.asarray(year, dtype=float), shape)
    number = np.arange(shape[1])
    full = (np.broadcast_to(a, shape) for a in (x, np.zeros(shape), e, years, w))
    return Batch(*full, number, number, np.zeros((shape[0], PRIORS)))
