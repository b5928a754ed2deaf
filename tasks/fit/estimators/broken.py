"""The power law with one break: log10(1/error) is a line on log10 FLOP up to a break, and another, joined, beyond."""

from typing import NamedTuple

import numpy as np

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Floats
from tasks.fit.numerics.rows import in_blocks, moments, once, row_sums
from tasks.fit.numerics.straight import POWER_LAW, reach

_SHARE_OUTSIDE = 0.25
"""Share of the observations that must lie on either side of the break: of 20, five for each slope, as for any line."""

_COARSE, _FINE = 15, 11  # breaks tried over the whole range, then between the neighbours of the best of them


class _Line(NamedTuple):
    """The least squares at given breaks, all (R,): weighted squares and the line's three figures."""

    squares: Floats
    at_break: Floats
    slope: Floats
    slope_after: Floats


def _fit(batch: Batch) -> Floats:
    x, y, weight = batch.x, once(POWER_LAW.performance, batch.error), batch.weight
    m = moments(x, y, weight)
    low, high = _quantile(x, weight, _SHARE_OUTSIDE), _quantile(x, weight, 1 - _SHARE_OUTSIDE)
    at = _best_break(x, y, weight, low, high, _COARSE)
    step = (high - low) / (_COARSE - 1)
    at = _best_break(x, y, weight, np.maximum(at - step, low), np.minimum(at + step, high), _FINE)
    line = _joined_lines(x, y, weight, at)
    parameters = np.stack([at, line.at_break - line.slope * at, line.slope, line.slope_after], axis=1)
    usable = m.has_spread & ((weight > 0).sum(axis=1) > 5) & (high > low) & np.isfinite(parameters).all(axis=1)
    return np.where(usable[:, None], parameters, np.nan)


def _quantile(x: Floats, weight: Floats, share: float) -> Floats:
    """The least x of each row up to which at least this share of its weight lies: (R,)."""
    order = np.argsort(x, axis=1)
    below = np.cumsum(np.take_along_axis(weight, order, axis=1), axis=1)
    first = np.argmax(below >= share * below[:, -1:], axis=1)
    return np.take_along_axis(x, np.take_along_axis(order, first[:, None], axis=1), axis=1)[:, 0]


def _best_break(x: Floats, y: Floats, weight: Floats, low: Floats, high: Floats, tried: int) -> Floats:
    """The break (R,) of the least squares, among as many as `tried`, evenly from `low` to `high`."""
    best, least = np.full_like(low, np.nan), np.full_like(low, np.inf)
    for share in np.linspace(0, 1, tried):
        at = low + share * (high - low)
        squares = _joined_lines(x, y, weight, at).squares
        better = squares < least
        best, least = np.where(better, at, best), np.where(better, squares, least)
    return best


def _joined_lines(x: Floats, y: Floats, weight: Floats, at: Floats) -> _Line:
    """Weighted least squares of y on min(x - at, 0) and max(x - at, 0): the two slopes, joined at the break."""
    u = x - at[:, None]
    before, after = np.minimum(u, 0), np.maximum(u, 0)  # never both: their products with each other vanish
    n = weight.sum(axis=1)
    wb, wa = weight * before, weight * after
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_b, mean_a, mean_y = wb.sum(axis=1) / n, wa.sum(axis=1) / n, row_sums(weight, y) / n
        sbb = row_sums(wb, before) - n * mean_b**2
        saa = row_sums(wa, after) - n * mean_a**2
        sab = -n * mean_a * mean_b
        v = y - mean_y[:, None]
        sbv, sav = row_sums(wb, v), row_sums(wa, v)
        determinant = sbb * saa - sab**2
        slope = (saa * sbv - sab * sav) / determinant
        slope_after = (sbb * sav - sab * sbv) / determinant
        squares = row_sums(weight * v, v) - slope * sbv - slope_after * sav
    return _Line(squares, mean_y - slope * mean_b - slope_after * mean_a, slope, slope_after)


def _error_at(parameters: Floats, log10_flop: Floats) -> Floats:
    at, intercept, slope, slope_after = (parameters[:, i, None] for i in range(4))
    x = np.asarray(log10_flop, dtype=float)
    return POWER_LAW.error(intercept + slope * np.minimum(x, at) + slope_after * np.maximum(x - at, 0))


def _log10_flop_at(parameters: Floats, error: float) -> Floats:
    """On the line after the break where the error is not reached before; +inf where the line meant does not rise."""
    at, intercept, slope, slope_after = parameters.T
    performance = float(POWER_LAW.performance(error))
    beyond = performance - (intercept + slope * at)
    return np.where(
        beyond > 0, at + reach(beyond, np.zeros_like(at), slope_after), reach(performance, intercept, slope)
    )


BROKEN_POWER_LAW = Estimator(
    name="broken_power_law",
    title="power law with one break",
    kind="form",
    parameters=("break_log10_flop", "intercept", "slope", "slope_after"),
    units=(
        "log10 FLOP",
        "log10(1/error) at 1 FLOP",
        "log10(1/error) per decade of compute before the break",
        "log10(1/error) per decade of compute after the break",
    ),
    fit=in_blocks(_fit),
    error_at=_error_at,
    log10_flop_at=_log10_flop_at,
    min_points=20,
)
"""Caballero, Gupta, Rish and Krueger 2022 (arXiv 2210.14891), equation 1, with one break, no floor and a sharp bend
(their f to 0): scattered points do not fix the bend's width. The break is profiled over a grid between the 25th and
the 75th percentile of compute; a break at either end says that the data show none."""
