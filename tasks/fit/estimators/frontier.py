"""The frontier: the least error that the best models reach at given compute, a power law in three ways.

All draw log10(1/error) = intercept + slope log10(FLOP), so that compute grows as (1/error)^(1/slope), and differ in
whom they call best: a share of the models at each compute (quantile regression), the models that no other beats
(Pareto), or what all models would reach without their inefficiency (stochastic frontier).
"""

from collections.abc import Callable

import numpy as np

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Floats
from tasks.fit.numerics.linear import Flags, least_squares, quantile_regression
from tasks.fit.numerics.rows import once
from tasks.fit.numerics.straight import POWER_LAW, error_at, log10_flop_at

MIN_FRONTIER_POINTS = 3
"""Different non-dominated points below which a resample carries no Pareto line: two leave nothing to judge it by."""

_MIN_FOR_PARETO = 10
_MIN_FOR_MOMENTS = 20
"""Judgement: a third moment has little to say of so few. With equal deviations of noise and inefficiency it has the
wrong sign in 43 % of samples of 20, 36 % of 50 and 26 % of 150 (4,000 simulated samples each)."""


# --- quantile regression


def quantile_fit(quantile: float) -> Callable[[Batch], Floats]:
    """Fits of the line that a share `quantile` of the models stand below in error: intercept and slope, (R, 2).

    Koenker and Bassett 1978, Econometrica 46:33-50. Low quantiles of log10 error are high ones of log10(1/error).
    The study of 2022 prints this line for its quantile 0.1. Robust against models that are far too bad, and, unlike
    an envelope, against single ones that are too good.
    """

    def fit(batch: Batch) -> Floats:
        return quantile_regression((batch.x,), once(POWER_LAW.performance, batch.error), batch.weight, 1 - quantile)

    return fit


def points_for_quantile(quantile: float) -> int:
    """Observations at which as many may stand below the line as it passes through, two.

    At most n quantile stand below it (Koenker, Quantile Regression, 2005, section 2.2); with fewer than 2 / quantile
    observations the line is hardly more than the lower edge of the cloud, resting on two models.
    """
    return int(np.ceil(2 / quantile - 1e-9))


def _quantile(percent: int) -> Estimator:
    quantile = percent / 100
    return Estimator(
        name=f"quantile_{percent}",
        title=f"Best {percent} % of models at given compute (quantile regression)",
        kind="frontier",
        parameters=("intercept", "slope"),
        units=("", "1/decade"),
        fit=quantile_fit(quantile),
        error_at=error_at(POWER_LAW),
        log10_flop_at=log10_flop_at(POWER_LAW),
        min_points=points_for_quantile(quantile),
    )


# --- Pareto frontier


def non_dominated(log10_flop: Floats, error: Floats, weight: Floats) -> Flags:
    """True for points (R, n) of positive weight that no other beats: none has as little compute and as little error,
    and less of one. Points at the very same place stand together.
    """
    stands = weight > 0
    x, e = np.where(stands, log10_flop, np.inf), np.where(stands, error, np.inf)
    order = np.lexsort((e, x), axis=1)
    x, e = np.take_along_axis(x, order, axis=1), np.take_along_axis(e, order, axis=1)
    least = np.minimum.accumulate(e, axis=1)
    record = e < np.column_stack([np.full(len(e), np.inf), least[:, :-1]])
    place = np.maximum.accumulate(np.where(record, x, -np.inf), axis=1)
    best = np.zeros(x.shape, dtype=bool)
    np.put_along_axis(best, order, (e == least) & (x == place), axis=1)
    return best & stands


def fit_pareto(batch: Batch) -> Floats:
    """Least squares of log10(1/error) on log10 FLOP through the non-dominated points: intercept and slope, (R, 2).

    NaN where a resample has fewer than MIN_FRONTIER_POINTS different compute figures among them. The points are few
    (17 of 155 for ImageNet) and the best of many draws: noise in accuracy or compute puts the line beyond the true
    frontier, a small sample without noise short of it (Cazals, Florens and Simar 2002, J. Econometrics 106:1-25, on
    what single points do to such envelopes). No resample goes beyond the sample's frontier, so that a bootstrap's
    intervals are too short: those of 90 % held level and slope in 72 to 87 % of 300 simulated data sets of 30 and 120
    models, while those of the other frontiers held them in 85 to 94 %.
    """
    best = non_dominated(batch.x, batch.error, batch.weight)
    fits = least_squares((batch.x,), once(POWER_LAW.performance, batch.error), np.where(best, batch.weight, 0.0))
    places = np.sort(np.where(best, batch.x, -np.inf), axis=1)
    with np.errstate(invalid="ignore"):
        steps = np.diff(places, axis=1, prepend=-np.inf)  # NaN from -inf to -inf, +inf up to the first place
    fits[(steps > 0).sum(axis=1) < MIN_FRONTIER_POINTS] = np.nan
    return fits


# --- stochastic frontier


def fit_stochastic(batch: Batch) -> Floats:
    """Modified least squares of the composed error: intercept and slope of the frontier, and two deviations, (R, 4).

    log10(1/error) = intercept + slope log10(FLOP) + v - u, with noise v ~ N(0, sigma_v^2) and inefficiency
    u = |N(0, sigma_u^2)| (Aigner, Lovell and Schmidt 1977, J. Econometrics 6:21-37). Least squares gives the slope;
    the central moments m2 and m3 of its residuals give the rest (Olson, Schmidt and Waldman 1980, J. Econometrics
    13:67-82):

        m3 = sqrt(2/pi) (1 - 4/pi) sigma_u^3,   m2 = sigma_v^2 + (1 - 2/pi) sigma_u^2,

    and the frontier lies above the line by the mean inefficiency, sqrt(2/pi) sigma_u. Where the residuals are skewed
    the wrong way (m3 >= 0) there is no inefficiency to be seen: sigma_u = 0 and the frontier is the least-squares line,
    as by maximum likelihood (Waldman 1982, J. Econometrics 18:275-279). Where m3 asks for more inefficiency than m2
    has room for, all of m2 is inefficiency: sigma_v = 0 (Olson, Schmidt and Waldman's second kind of failure).
    """
    y = once(POWER_LAW.performance, batch.error)
    line = least_squares((batch.x,), y, batch.weight)
    residual = y - line[:, :1] - line[:, 1:] * batch.x
    total = batch.weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        m2, m3 = ((batch.weight * residual**k).sum(axis=1) / total for k in (2, 3))
    sigma_u = np.cbrt(np.maximum(-m3, 0.0) / (np.sqrt(2 / np.pi) * (4 / np.pi - 1)))
    sigma_u = np.minimum(sigma_u, np.sqrt(m2 / (1 - 2 / np.pi)))
    sigma_v = np.sqrt(np.maximum(m2 - (1 - 2 / np.pi) * sigma_u**2, 0.0))
    return np.column_stack([line[:, 0] + np.sqrt(2 / np.pi) * sigma_u, line[:, 1], sigma_u, sigma_v])


_PARETO = Estimator(
    name="pareto_frontier",
    title="Models that no other beats in both compute and error (Pareto frontier)",
    kind="frontier",
    parameters=("intercept", "slope"),
    units=("", "1/decade"),
    fit=fit_pareto,
    error_at=error_at(POWER_LAW),
    log10_flop_at=log10_flop_at(POWER_LAW),
    min_points=_MIN_FOR_PARETO,
    fault="no resample goes beyond the sample's own frontier, so that its intervals are too short, the more so the more"
    " models: with 120 of 75 papers they hold the slope in 74 %.",
)

_STOCHASTIC = Estimator(
    name="stochastic_frontier",
    title="What models would reach without inefficiency (stochastic frontier)",
    kind="frontier",
    parameters=("intercept", "slope", "sigma_inefficiency", "sigma_noise"),
    units=("", "1/decade", "decade", "decade"),
    fit=fit_stochastic,
    error_at=error_at(POWER_LAW),
    log10_flop_at=log10_flop_at(POWER_LAW),
    min_points=_MIN_FOR_MOMENTS,
)

ESTIMATORS: tuple[Estimator, ...] = (_quantile(5), _quantile(10), _quantile(25), _PARETO, _STOCHASTIC)
