"""What forms with an irreducible error share: priors of the floor, and a start from a profile over it.

They are fitted to log10 error with the scatter in the error (as the plain power law is), so that points may lie below
the floor's curve and all floors are judged by the same residuals. A floor is hardly fixed by data far above it: its
prior decides then, and it never exceeds the lowest error in the resample, which has been reached.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.fit.estimator import PRIORS, Batch
from tasks.fit.model import Floats
from tasks.fit.numerics.linear import least_squares
from tasks.fit.numerics.nonlinear import Bounds, Data, Prior, objective
from tasks.fit.numerics.rows import once, row_sums
from tasks.fit.numerics.straight import reach

LN10 = np.log(10.0)

UNKNOWN_FLOOR = (0.0, 0.10)
"""Mean and sd of the floor's prior where nothing is known of a benchmark's labels: a floor is claimed only where the
data ask for it. 10 % is the largest share of wrong labels that Northcutt, Athalye and Mueller 2021 (arXiv 2103.14749)
found in ten test sets (QuickDraw, 10.12 %)."""

RELATIVE_SD = 0.5
"""Sd of the floor's prior as a share of the known share of wrong labels. That share is a lower bound of the wrong
labels, and no strict bound of the error: models learn part of the mistakes."""

MAX_SLOPE = 4.0
"""Decades of reducible error for each decade of compute beyond which a curve is a step and not a law."""

_GRID = (0.0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97)  # floors tried, as shares of the lowest error


class Resamples(NamedTuple):
    """A batch ready for a curve: `data` has x about `centre` (R,) and y = log10 error; `lowest` error (R,)."""

    data: Data
    error: Floats
    centre: Floats
    lowest: Floats
    usable: NDArray[np.bool_]


def resamples(batch: Batch, k: int) -> Resamples:
    """Usable are rows with more than k + 1 observations, of differing compute."""
    n = batch.weight.sum(axis=1)
    drawn = batch.weight > 0
    usable = drawn.sum(axis=1) > k + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = row_sums(batch.weight, batch.x) / n
        data = Data(batch.x - centre[:, None], once(np.log10, batch.error), batch.weight)
    return Resamples(
        data,
        batch.error,
        centre,
        lowest=np.where(usable, np.where(drawn, batch.error, np.inf).min(axis=1), np.nan),
        usable=usable,
    )


def priors(batch: Batch, means: list[float], sds: list[float]) -> Prior:
    """Normal priors of a form's k parameters, the floor's first; an infinite sd is a flat prior.

    In a resample the centres are moved by `batch.prior_z`, the floor's folded at zero. A prior is a piece of data, and
    one that is not drawn anew pulls all resamples to the same place, as if it were exact: their estimates then spread
    by the data's part alone. With it each resample is a draw of the posterior where the curve is linear in its
    parameters (Oliver, He and Reynolds 1996, Proc. 5th European Conf. on the Mathematics of Oil Recovery, "randomized
    maximum likelihood"; Bardsley, Solonen, Haario and Laine 2014, SIAM J. Sci. Comput. 36:A1895-A1910).
    """
    sd = np.array(sds)
    mean = np.tile(np.array(means, dtype=float), (len(batch.prior_z), 1))
    mean[:, :PRIORS] += np.where(np.isfinite(sd[:PRIORS]), sd[:PRIORS], 0.0) * batch.prior_z
    mean[:, 0] = np.abs(mean[:, 0])
    return Prior(mean, sd**-2)


def uncentred(parameters: Floats, rows: Resamples) -> Floats:
    """Parameters with their intercept (the last but one) moved from the rows' centres to 1 FLOP; NaN if not usable."""
    result = np.where(rows.usable[:, None], parameters, np.nan)
    result[:, -2] -= result[:, -1] * rows.centre
    return result


def best_of_grid(rows: Resamples, guess: float | None, prior: Prior) -> tuple[Floats, Floats, Floats]:
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
        parameters = np.zeros(prior.mean.shape)
        parameters[:, 0] = floor
        value = objective(row_sums(data.weight * residual, residual), n, parameters, prior)
        better = value < least
        least = np.where(better, value, least)
        best = np.where(better, [floor, intercept, slope], best)
    return best[0], best[1], best[2]


def bounds_below(lower: list[float], upper: list[float], lowest: Floats) -> Bounds:
    """The same bounds for all rows, but for the floor, which ends at the row's lowest error."""
    ends = np.tile(np.array(upper), (len(lowest), 1))
    ends[:, 0] = lowest
    return Bounds(np.tile(np.array(lower), (len(lowest), 1)), ends)


def reach_above(parameters: Floats, error: float, performance: Callable[[Floats], Floats]) -> Floats:
    """Where performance(error - floor) meets the line of the last two parameters; +inf for an error at the floor."""
    above = error - parameters[:, 0]
    reachable = above > 0
    x = reach(performance(np.where(reachable, above, 1.0)), parameters[:, -2], parameters[:, -1])
    return np.where(np.isnan(x) | reachable, x, np.inf)
