"""Progress: how much less compute the same error needs from year to year.

    log10(1/error) = intercept + slope log10(FLOP) + per_year (year - at_year)

At one error the left side stands still, so slope d log10(FLOP) = -per_year d year: the compute needed falls by
per_year / slope decades a year. It falls tenfold in slope / per_year years and by half in log10(2) slope / per_year
years. In other words, a year's better methods do as much as a factor of 10^(per_year / slope) in *effective compute*.

The figures to compare with:

- the study's rule of thumb, three years = 10x (arXiv 2007.05558), that is, a halving in 0.90 years;
- its data of 2022 (77 ImageNet models, error on network operations and on year - 2012): 0.0638 / 0.0250 = 2.55 years
  for a tenfold, that is, a halving in 0.77 years;
- Erdil and Besiroglu 2022 (arXiv 2212.05153): a halving in nine months (4 to 25), on ImageNet.

Compute and year rise together, so that the two coefficients lean on each other; and error in compute leaves too
little to the slope and too much to the years, which makes progress look faster than it is.

The curve (`error_at`, `log10_flop_at`) is that of `at_year`, a parameter: the last year of the observations that stand
in any resample, so that all resamples speak of one year. What a target costs is given at that year's methods.
"""

from collections.abc import Callable

import numpy as np

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.estimators.frontier import points_for_quantile
from tasks.fit.model import Floats
from tasks.fit.numerics.linear import Regression, least_squares, quantile_regression
from tasks.fit.numerics.rows import once
from tasks.fit.numerics.straight import POWER_LAW, error_at, log10_flop_at

FRONTIER_QUANTILE = 0.10
"""The quantile of error that the study of 2022 takes for its frontier."""

_MIN_POINTS = 10
"""Three coefficients want some points more than a line's five."""


def fit_progress(batch: Batch) -> Floats:
    """Least squares on compute and year: the parameters of PARAMETERS, (R, 6). Observations without a year count 0."""
    return _fit(batch, least_squares)


def fit_frontier_progress(batch: Batch) -> Floats:
    """The same for the best models: the regression quantile FRONTIER_QUANTILE of error on compute and year, (R, 6)."""
    return _fit(batch, lambda x, y, weight: quantile_regression(x, y, weight, 1 - FRONTIER_QUANTILE))


def _fit(batch: Batch, regress: Regression) -> Floats:
    known = np.isfinite(batch.year)
    weight = np.where(known, batch.weight, 0.0)
    stands = weight > 0
    at_year = batch.year[stands].max() if stands.any() else np.nan
    since = np.where(known, batch.year - at_year, 0.0)
    intercept, slope, per_year = regress((batch.x, since), once(POWER_LAW.performance, batch.error), weight).T
    tenfold = years_per_tenfold(slope, per_year)
    year = np.where(np.isnan(slope), np.nan, at_year)
    return np.column_stack([intercept, slope, per_year, np.log10(2) * tenfold, tenfold, year])


def years_per_tenfold(slope: Floats, per_year: Floats) -> Floats:
    """Years in which the compute needed falls to a tenth: slope / per_year.

    +inf where nothing is gained from year to year; 0, the limit of a slope that vanishes, where the years gain
    something and compute nothing (such a fit has no slope, and its curve reaches no error).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        years = np.maximum(slope, 0.0) / per_year
    return np.where(np.isnan(per_year) | (per_year > 0), years, np.inf)


PARAMETERS = ("intercept", "slope", "per_year", "halving_years", "years_per_tenfold", "at_year")
_UNITS = ("", "1/decade", "1/year", "year", "year", "year")


def _estimator(name: str, title: str, fit: Callable[[Batch], Floats], min_points: int) -> Estimator:
    return Estimator(
        name=name,
        title=f"{title}, at the last year's methods",
        kind="progress",
        parameters=PARAMETERS,
        units=_UNITS,
        fit=fit,
        error_at=error_at(POWER_LAW),
        log10_flop_at=log10_flop_at(POWER_LAW),
        min_points=min_points,
        needs_years=True,
    )


_PROGRESS = _estimator("progress", "Power law with progress from year to year", fit_progress, _MIN_POINTS)
_FRONTIER_PROGRESS = _estimator(
    "progress_frontier",
    "Best 10 % of models at given compute and year (quantile regression)",
    fit_frontier_progress,
    points_for_quantile(FRONTIER_QUANTILE),
)

ESTIMATORS: tuple[Estimator, ...] = (_PROGRESS, _FRONTIER_PROGRESS)
