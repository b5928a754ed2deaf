"""What several series say together: their slopes as draws from one distribution, b_j ~ N(mean, between_sd^2).

Slopes are of log10(1/error) on log10 FLOP, decades by decade, and so are free of units: series with different metrics
are pooled as they are.

The distribution given between_sd, its marginal posterior under a flat prior (which is the restricted likelihood) and
the shrunken slopes: Gelman et al. 2013, Bayesian Data Analysis (3rd ed.), section 5.4. All that is published integrates
over between_sd on a grid, so that its uncertainty is carried; only the interval of the mean is Hartung and Knapp's
(2001, Statistics in Medicine 20:3875-3889), at the most likely between_sd, which needs no prior.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from tasks.fit.model import Floats, Interval

MIN_SERIES = 4
"""Below this the posterior of between_sd under a flat prior is no distribution, or has no variance (BDA, 5.4)."""

_GRID = 400


class Pooled(NamedTuple):
    """`mean` and `between_sd` of the k series' slopes, the slope of a `new` series, and of each series its pooled slope
    and the weight (0 to 1) that its own data have in it. `most_likely_sd` maximises the restricted likelihood."""

    mean: Interval
    between_sd: Interval
    most_likely_sd: float
    new: Interval
    slopes: list[Interval]
    own_weights: Floats


class _Grid(NamedTuple):
    """For every between_sd (g,) its posterior probability, and mean and variance of the mean of slopes."""

    sd: Floats
    probability: Floats
    mean: Floats
    variance: Floats
    most_likely: float


def pool(slopes: ArrayLike, standard_errors: ArrayLike, confidence_level: float) -> Pooled:
    """Pool the slopes (k,) with their standard errors (k,), taken as known.

    Raises:
        ValueError: fewer than `MIN_SERIES` series, or a standard error that is not above zero.
    """
    b, se = np.asarray(slopes, float), np.asarray(standard_errors, float)
    if len(b) < MIN_SERIES:
        raise ValueError(f"{len(b)} series; pooling needs {MIN_SERIES}")
    if not (np.isfinite(b).all() and np.isfinite(se).all() and (se > 0).all()):
        raise ValueError("slopes must be finite, and their standard errors finite and above zero")
    grid = _grid(b, se)
    shrunk = se[:, None] ** 2 / (se[:, None] ** 2 + grid.sd**2)  # (k, g)
    means = (1 - shrunk) * b[:, None] + shrunk * grid.mean
    variances = (1 - shrunk) * se[:, None] ** 2 + shrunk**2 * grid.variance
    return Pooled(
        mean=_hartung_knapp(b, se, grid.most_likely, confidence_level),
        between_sd=_quantiles_of(grid.sd, grid.probability, confidence_level),
        most_likely_sd=grid.most_likely,
        new=_mixture(grid.mean, grid.variance + grid.sd**2, grid.probability, confidence_level),
        slopes=[_mixture(m, v, grid.probability, confidence_level) for m, v in zip(means, variances, strict=True)],
        own_weights=(1 - shrunk) @ grid.probability,
    )


def _grid(b: Floats, se: Floats) -> _Grid:
    """A grid from zero to infinity, evenly spaced in u = sd / (sd + scale)."""
    scale = max(float(np.std(b, ddof=1)), float(np.median(se)))
    u = (np.arange(_GRID) + 0.5) / _GRID
    sd = scale * u / (1 - u)
    log_likelihood, mean, variance = _restricted_likelihood(b, se, sd)
    log_density = log_likelihood - 2 * np.log1p(-u)  # d sd / d u
    probability = np.exp(log_density - log_density.max())
    return _Grid(sd, probability / probability.sum(), mean, variance, _most_likely(b, se, sd, log_likelihood))


def _restricted_likelihood(b: Floats, se: Floats, sd: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each sd (g,) the log restricted likelihood, and mean and variance of the slopes' mean (BDA 5.20 and 5.21)."""
    precision = 1 / (se[:, None] ** 2 + sd**2)
    total = precision.sum(axis=0)
    mean = (precision * b[:, None]).sum(axis=0) / total
    misfit = (precision * (b[:, None] - mean) ** 2).sum(axis=0)
    return 0.5 * (np.log(precision).sum(axis=0) - np.log(total) - misfit), mean, 1 / total


def _most_likely(b: Floats, se: Floats, sd: Floats, log_likelihood: Floats) -> float:
    """The maximum, refined between the neighbours of the grid's best (zero is its neighbour below)."""
    edges = np.concatenate([[0.0], sd])
    best = int(np.argmax(log_likelihood)) + 1
    fine = np.linspace(edges[best - 1], edges[min(best + 1, len(sd))], 2_001)
    return float(fine[np.argmax(_restricted_likelihood(b, se, fine)[0])])


def _hartung_knapp(b: Floats, se: Floats, sd: float, confidence_level: float) -> Interval:
    precision = 1 / (se**2 + sd**2)
    mean = float(precision @ b / precision.sum())
    variance = float(precision @ (b - mean) ** 2) / (len(b) - 1) / precision.sum()
    half = float(stats.t.ppf(0.5 + confidence_level / 2, len(b) - 1)) * float(np.sqrt(variance))
    return Interval(mean, mean - half, mean + half)


def _quantiles_of(values: Floats, probability: Floats, confidence_level: float) -> Interval:
    """Median and interval of a distribution on a rising grid, each point the middle of its cell."""
    below = np.cumsum(probability) - probability / 2
    lower, middle, upper = np.interp([0.5 - confidence_level / 2, 0.5, 0.5 + confidence_level / 2], below, values)
    return Interval(float(middle), float(lower), float(upper))


def _mixture(means: Floats, variances: Floats, probability: Floats, confidence_level: float) -> Interval:
    """Mean and equal-tailed interval of a mixture of normals."""
    value, sds = float(probability @ means), np.sqrt(variances)
    near = probability > 1e-12  # what is less likely reaches to infinity and would only widen the search
    means, sds, probability = means[near], sds[near], probability[near]

    def end(share: float) -> float:
        ends = (means - 10 * sds).min(), (means + 10 * sds).max()
        return float(optimize.brentq(lambda at: special.ndtr((at - means) / sds) @ probability - share, *ends))

    return Interval(value, end(0.5 - confidence_level / 2), end(0.5 + confidence_level / 2))
