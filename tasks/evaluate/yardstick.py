"""The yardstick of back-tests: nothing changes after the data's end.

Error and compute of the next record are those of the best error and of the largest compute so far: the naive forecast
that any method should beat (Hyndman and Koehler 2006, Int. J. Forecasting 22:679, scale by it). It costs nothing and
says nothing of what a lower error takes, so no headline may come from it; a method with a greater loss has no skill.
"""

import numpy as np

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Floats

NAME = "no_change"


def _fit(batch: Batch) -> Floats:
    """Lowest error (fraction) and largest log10 FLOP among the observations that stand in each resample: (R, 2)."""
    there = batch.weight > 0
    error = np.where(there, batch.error, np.inf).min(axis=1)
    largest = np.where(there, batch.x, -np.inf).max(axis=1)
    return np.column_stack([error, largest])


NO_CHANGE = Estimator(
    name=NAME,
    title="No change (yardstick of the back-tests)",
    kind="frontier",
    parameters=("best_error", "log10_flop_max"),
    units=("fraction", "log10 FLOP"),
    fit=_fit,
    error_at=lambda parameters, x: np.repeat(parameters[:, :1], len(x), axis=1),
    log10_flop_at=lambda parameters, error: parameters[:, 1].copy(),
)
