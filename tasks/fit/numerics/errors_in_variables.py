"""A line through points whose x is known within a range of its own and whose y scatters by an unknown amount."""

import numpy as np

from tasks.fit.model import Floats
from tasks.fit.numerics.rows import moments, row_sums

_TOLERANCE = 1e-9  # of the slope, relative
_MAX_STEPS = 200
_LEAST_SCATTER = 1e-10  # of the variance of y: where ranges of compute explain it all, the scatter ends here, not at 0


def errors_in_variables(x: Floats, x_sd: Floats, y: Floats, weight: Floats) -> Floats:
    """Fit y = intercept + slope x, all of shape (R, n); gives (R, 3): intercept, slope and the scatter of y (an sd).

    York, Evensen, Martinez and De Basabe Delgado 2004 (Am. J. Phys. 72:367), their unified equations with no
    correlation between the errors: each point weighs W = 1/(scatter^2 + slope^2 x_sd^2). The scatter is the same for
    all points and estimated with the line, so that the weighted squares sum to n - 2 (Paule and Mandel 1982, J. Res.
    NBS 87:377; with errors in both axes Tremaine et al. 2002, ApJ 574:740, section 3.1).

    With one x_sd for all this is Deming's line, and the two conditions give slope = Sxy / (Sxx - (n - 2) x_sd^2): the
    ordinary slope freed of the attenuation by errors in x, and never beyond compute on error. Without x_sd it is the
    ordinary slope. A scatter of about zero says that the ranges of compute explain all of it. A row is NaN where x or
    y does not differ, or where the iteration does not settle (a few in a thousand where ranges are wide).
    """
    m = moments(x, y, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = m.sxy / m.sxx
        variance = np.maximum(m.syy - slope * m.sxy, _LEAST_SCATTER * m.syy) / np.maximum(m.n - 2, 1)
    least = _LEAST_SCATTER * m.syy / m.n
    result = np.full((len(x), 3), np.nan)
    moving = np.flatnonzero(m.has_spread & (m.sxy != 0) & (m.n > 2))
    data = [a[moving] for a in (x, x_sd**2, y, weight)]
    slope, variance, least = slope[moving], variance[moving], least[moving]
    for _ in range(_MAX_STEPS):
        if not len(moving):
            break
        intercept, new_slope, new_variance = _step(slope, variance, least, *data)
        settled = np.abs(new_slope - slope) <= _TOLERANCE * np.abs(new_slope)
        settled &= np.abs(new_variance - variance) <= _TOLERANCE * (new_variance + least)
        result[moving[settled]] = np.stack([intercept, new_slope, np.sqrt(new_variance)], axis=1)[settled]
        left = ~settled
        if settled.any():
            moving, least, data = moving[left], least[left], [a[left] for a in data]
        slope, variance = new_slope[left], new_variance[left]
    return result


def _step(
    slope: Floats, variance: Floats, least: Floats, x: Floats, x_var: Floats, y: Floats, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    """One step of York's iteration for the line, then one of Newton's for the variance about the new line.

    A row that overflows or divides zero by zero on its way becomes NaN, and so never settles. Points that lie on the
    new line leave no squares: Newton's step is infinite then, and ends at the least variance.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        b = slope[:, None]
        each = 1 / (variance[:, None] + b**2 * x_var)
        total = weight * each
        n_total = total.sum(axis=1)
        mean_x, mean_y = row_sums(total, x) / n_total, row_sums(total, y) / n_total
        u, v = x - mean_x[:, None], y - mean_y[:, None]
        beta = total * each * (variance[:, None] * u + b * x_var * v)
        new_slope = row_sums(beta, v) / row_sums(beta, u)
        each = 1 / (variance[:, None] + new_slope[:, None] ** 2 * x_var)
        squares = weight * each * (v - new_slope[:, None] * u) ** 2
        excess = squares.sum(axis=1) - (weight.sum(axis=1) - 2)
        new_variance = np.maximum(variance + excess / row_sums(squares, each), least)
        return mean_y - new_slope * mean_x, new_slope, new_variance
