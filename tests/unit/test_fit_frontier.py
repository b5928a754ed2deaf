"""Frontiers: against statsmodels, linear programming and maximum likelihood; known parameters; the study's figures."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from tasks.fit.estimators.frontier import ESTIMATORS, MIN_FRONTIER_POINTS, non_dominated, points_for_quantile
from tasks.fit.numerics.linear import least_squares, quantile_regression
from tests.unit.resamples import batch_of
from tests.unit.study_models import imagenet_models

BY_NAME = {e.name: e for e in ESTIMATORS}
INTERCEPT, SLOPE = -0.9, 0.08
MIDDLE = 20.5
"""log10 FLOP in the middle of the simulated data, where level and slope do not lean on each other."""


def frontier_data(rng, resamples, n, noise=0.0, inefficiency=0.1, x_noise=0.0):
    """log10 FLOP and error (R, n) of models below a known frontier: composed error, and error in compute."""
    x = rng.uniform(17, 24, (resamples, n))
    y = INTERCEPT + SLOPE * x + rng.normal(0, noise, x.shape) - np.abs(rng.normal(0, inefficiency, x.shape))
    return x + rng.normal(0, x_noise, x.shape), 10**-y


def biases(name, x, error, weight=None):
    """Mean bias of the slope, and of the level in the middle of the data, against the true frontier."""
    p = BY_NAME[name].fit(batch_of(x, error, weight=weight))
    level = p[:, 0] + p[:, 1] * MIDDLE - (INTERCEPT + SLOPE * MIDDLE)
    print(f"{name}: bias of slope {(p[:, 1] - SLOPE).mean():+.4f}, of level {level.mean():+.4f}")
    return (p[:, 1] - SLOPE).mean(), level.mean()


# --- the regressions behind


def quantile_by_programming(design, y, weight, quantile):
    """Least loss of the regression quantile by linear programming."""
    n, p = design.shape
    costs = np.concatenate([np.zeros(p), quantile * weight, (1 - quantile) * weight])
    bounds = [(None, None)] * p + [(0, None)] * (2 * n)
    return optimize.linprog(costs, A_eq=np.hstack([design, np.eye(n), -np.eye(n)]), b_eq=y, bounds=bounds).fun


def loss_of(coefficients, design, y, weight, quantile):
    r = y - design @ coefficients
    return float((weight * r * (quantile - (r < 0))).sum())


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(3, 40),
    predictors=st.integers(1, 2),
    quantile=st.sampled_from([0.05, 0.1, 0.25, 0.5, 0.9]),
    lattice=st.booleans(),
)
def test_regression_quantile_has_the_least_loss_ties_and_weights_or_not(seed, n, predictors, quantile, lattice):
    rng = np.random.default_rng(seed)
    x = [rng.integers(0, 5, n).astype(float) if lattice else rng.uniform(17, 24, n) for _ in range(predictors)]
    y = rng.integers(0, 4, n).astype(float) if lattice else 0.08 * sum(x) + rng.normal(0, 0.1, n)
    weight = rng.integers(0, 4, n).astype(float)
    ours = quantile_regression(tuple(a[None] for a in x), y[None], weight[None], quantile)[0]
    design = np.column_stack([np.ones(n), *x])
    if np.linalg.matrix_rank(design[weight > 0]) <= predictors:
        assert np.isnan(ours).all()
    else:
        best = quantile_by_programming(design, y, weight, quantile)
        assert loss_of(ours, design, y, weight, quantile) == pytest.approx(best, abs=1e-7)


@pytest.mark.parametrize("percent", [5, 10, 25])
def test_quantile_lines_are_those_of_statsmodels(percent):
    rng = np.random.default_rng(percent)
    x, error = frontier_data(rng, 4, 83, noise=0.05)
    ours = BY_NAME[f"quantile_{percent}"].fit(batch_of(x, error))
    for row, (xr, er) in zip(ours, zip(x, error, strict=True), strict=True):
        theirs = sm.QuantReg(np.log10(er), sm.add_constant(xr)).fit(q=percent / 100, p_tol=1e-10)
        assert -row == pytest.approx(theirs.params, abs=1e-5)


def test_least_squares_are_those_of_statsmodels_with_weights_and_two_predictors():
    rng = np.random.default_rng(5)
    x, z, w = rng.uniform(17, 24, (3, 40)), rng.integers(2012, 2023, (3, 40)), rng.integers(0, 4, (3, 40))
    y = 0.08 * x + 0.02 * z + rng.normal(0, 0.1, x.shape)
    ours = least_squares((x, z.astype(float)), y, w.astype(float))
    for k in range(3):
        theirs = sm.WLS(y[k], np.column_stack([np.ones(40), x[k], z[k]]), weights=w[k]).fit()
        assert ours[k] == pytest.approx(theirs.params, rel=1e-6)


def test_a_resample_that_cannot_carry_a_fit_is_nan_and_spoils_no_other():
    rng = np.random.default_rng(6)
    x, error = frontier_data(rng, 4, 30, noise=0.05)
    weight = np.ones(x.shape)
    weight[1] = 0.0  # nothing stands
    weight[2, 1:] = 0.0  # one point stands
    x[3] = 20.0  # all at one compute
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for estimator in ESTIMATORS:
            fits = estimator.fit(batch_of(x, error, weight=weight))
            assert np.isfinite(fits[0]).all() and np.isnan(fits[1:, :2]).all(), estimator.name
            assert np.isnan(estimator.log10_flop_at(fits, 0.1)[1:]).all()


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: e.name)
def test_integer_weights_are_repeated_rows(estimator):
    rng = np.random.default_rng(7)
    x, error = frontier_data(rng, 1, 60, noise=0.03)
    weight = rng.integers(0, 4, 60)
    weighted = estimator.fit(batch_of(x, error, weight=weight))
    repeated = estimator.fit(batch_of(np.repeat(x[0], weight), np.repeat(error[0], weight)))
    assert weighted == pytest.approx(repeated, rel=1e-7, abs=1e-9)


# --- the study


def test_the_studys_quantile_regression_comes_out():
    """0.1 quantile of log10 error on log10 of network operations over AlexNet's: -0.6726 and -0.0841, 77 models."""
    models = imagenet_models()
    x = np.log10(models.operations / models.operations[models.names.index("AlexNet")])
    assert len(x) == 77
    intercept, slope = -BY_NAME["quantile_10"].fit(batch_of(x, models.error))[0]
    print(f"study's quantile line: {intercept:.6f} {slope:.6f}")
    assert (intercept, slope) == pytest.approx((-0.6726, -0.0841), abs=1e-4)


# --- known parameters


def test_quantile_lines_lie_where_the_quantiles_are():
    """Noise in y only: the line of 5 % lies 1.645 deviations above the mean line."""
    rng = np.random.default_rng(8)
    x, error = frontier_data(rng, 400, 150, noise=0.1, inefficiency=0.0)
    for percent in (5, 10, 25):
        slope, level = biases(f"quantile_{percent}", x, error)
        assert abs(slope) < 0.002
        assert level == pytest.approx(0.1 * stats.norm.isf(percent / 100), abs=0.01)


def test_bad_models_do_not_move_the_quantile_lines_as_they_move_the_mean():
    rng = np.random.default_rng(9)
    x, error = frontier_data(rng, 300, 150, noise=0.05, inefficiency=0.0)
    spoilt = np.where((x > 22) & (rng.uniform(size=x.shape) < 0.3), np.minimum(error * 5, 0.99), error)
    mean_line = least_squares((x,), -np.log10(spoilt), np.ones(x.shape))[:, 1].mean() - SLOPE
    for percent in (5, 10, 25):
        slope, level = biases(f"quantile_{percent}", x, spoilt)
        assert abs(slope) < 0.25 * abs(mean_line)
        assert level == pytest.approx(0.05 * stats.norm.isf(percent / 100), abs=0.02)


def test_error_in_compute_flattens_every_frontier_as_it_flattens_a_line():
    """Attenuation (Fuller 1987, section 1.1): slope times var x / (var x + var of its error), nearly."""
    rng = np.random.default_rng(10)
    x, error = frontier_data(rng, 300, 150, noise=0.02, inefficiency=0.05, x_noise=1.0)
    attenuation = (7**2 / 12) / (7**2 / 12 + 1.0)
    for name, slack in (("stochastic_frontier", 0.004), ("quantile_25", 0.006), ("quantile_10", 0.01)):
        assert biases(name, x, error)[0] == pytest.approx(SLOPE * (attenuation - 1), abs=slack)


def test_clusters_leave_the_frontiers_where_they_are():
    """Thirty papers of five models that share half of their noise: noisier, not biased."""
    rng = np.random.default_rng(11)
    x = rng.uniform(17, 24, (400, 30)).repeat(5, axis=1) + rng.normal(0, 0.3, (400, 150))
    shared = rng.normal(0, 0.05, (400, 30)).repeat(5, axis=1)
    y = INTERCEPT + SLOPE * x + shared + rng.normal(0, 0.05, x.shape) - np.abs(rng.normal(0, 0.2, x.shape))
    slope, level = biases("stochastic_frontier", x, 10**-y)
    assert abs(slope) < 0.002 and abs(level) < 0.03
    assert abs(biases("quantile_10", x, 10**-y)[0]) < 0.003


# --- Pareto


def test_non_dominated_points_by_the_definition():
    rng = np.random.default_rng(12)
    x, error = rng.integers(0, 8, (50, 30)).astype(float), rng.integers(1, 9, (50, 30)) / 10
    weight = rng.integers(0, 2, (50, 30)).astype(float)
    found = non_dominated(x, error, weight)
    for r in range(50):
        for i in range(30):
            as_good = (weight[r] > 0) & (x[r] <= x[r, i]) & (error[r] <= error[r, i])
            beaten = (as_good & ((x[r] < x[r, i]) | (error[r] < error[r, i]))).any()
            assert found[r, i] == (weight[r, i] > 0 and not beaten)


def test_pareto_line_finds_a_frontier_without_noise():
    rng = np.random.default_rng(13)
    x, error = frontier_data(rng, 300, 500, inefficiency=0.2)
    slope, level = biases("pareto_frontier", x, error)
    assert abs(slope) < 0.005 and -0.02 < level < 0  # a sample falls a little short of the frontier
    worse = error.copy()
    worse[:, ::3] = np.minimum(worse[:, ::3] * 3, 0.999)  # bad models change nothing but the number of good ones
    assert biases("pareto_frontier", x, worse)[0] == pytest.approx(slope, abs=0.005)


def test_pareto_line_needs_three_different_points():
    x, error = np.arange(17.0, 29.0), np.linspace(0.4, 0.9, 12)  # all beaten by the first
    error[5], error[9] = 0.3, 0.2
    two = error.copy()
    two[9] = 0.35
    fits = BY_NAME["pareto_frontier"].fit(batch_of(np.stack([x, x]), np.stack([error, two])))
    assert MIN_FRONTIER_POINTS == 3
    assert np.isfinite(fits[0]).all() and np.isnan(fits[1]).all()
    twice = BY_NAME["pareto_frontier"].fit(batch_of(np.append(x, 17.0), np.append(two, 0.4)))
    assert np.isnan(twice).all()  # a point that stands twice is one point


# --- stochastic frontier


def test_stochastic_frontier_finds_known_parameters():
    rng = np.random.default_rng(14)
    x, error = frontier_data(rng, 300, 600, noise=0.05, inefficiency=0.15)
    slope, level = biases("stochastic_frontier", x, error)
    sigma_u, sigma_v = BY_NAME["stochastic_frontier"].fit(batch_of(x, error))[:, 2:].T
    assert abs(slope) < 0.001 and abs(level) < 0.005
    assert sigma_u.mean() == pytest.approx(0.15, abs=0.01) and sigma_v.mean() == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_stochastic_frontier_is_near_the_likeliest(seed):
    """Log density log(2/s) + log phi(e/s) + log Phi(-e l/s), s^2 = sv^2 + su^2, l = su/sv (Aigner et al. 1977)."""
    x, error = frontier_data(np.random.default_rng(seed), 1, 3000, noise=0.06, inefficiency=0.15)
    y = -np.log10(error[0])
    ours = BY_NAME["stochastic_frontier"].fit(batch_of(x, error))[0]

    def unlikelihood(p):
        e, (u, v) = y - p[0] - p[1] * (x[0] - MIDDLE), np.exp(p[2:])
        s = np.hypot(u, v)
        return -(np.log(2 / s) + stats.norm.logpdf(e / s) + stats.norm.logcdf(-e * u / v / s)).sum()

    start = [ours[0] + ours[1] * MIDDLE, ours[1], *np.log(ours[2:])]
    likeliest = optimize.minimize(unlikelihood, start, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-6})
    level, slope, u, v = *likeliest.x[:2], *np.exp(likeliest.x[2:])
    assert ours[1] == pytest.approx(slope, abs=0.001)
    assert ours[0] + ours[1] * MIDDLE == pytest.approx(level, abs=0.02)
    assert ours[2:] == pytest.approx([u, v], abs=0.02)


def test_wrong_skewness_leaves_the_least_squares_line():
    rng = np.random.default_rng(15)
    x = rng.uniform(17, 24, 100)
    y = INTERCEPT + SLOPE * x + np.abs(rng.normal(0, 0.1, 100))  # a few far better than the rest
    intercept, slope, sigma_u, sigma_v = BY_NAME["stochastic_frontier"].fit(batch_of(x, 10**-y))[0]
    line = sm.OLS(y, sm.add_constant(x)).fit()
    assert sigma_u == 0 and sigma_v == pytest.approx(np.sqrt(line.ssr / 100))
    assert [intercept, slope] == pytest.approx(line.params)


def test_more_skewness_than_variance_is_all_inefficiency():
    rng = np.random.default_rng(16)
    x = rng.uniform(17, 24, 100)
    y = INTERCEPT + SLOPE * x - rng.exponential(0.1, 100) ** 2
    _, _, sigma_u, sigma_v = BY_NAME["stochastic_frontier"].fit(batch_of(x, 10**-y))[0]
    variance = sm.OLS(y, sm.add_constant(x)).fit().ssr / 100
    assert sigma_v == pytest.approx(0, abs=1e-7) and sigma_u == pytest.approx(np.sqrt(variance / (1 - 2 / np.pi)))


# --- the face


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: e.name)
def test_the_curve_goes_both_ways_and_parameters_have_units(estimator):
    rng = np.random.default_rng(17)
    parameters = estimator.fit(batch_of(*frontier_data(rng, 5, 100, noise=0.03)))
    assert parameters.shape == (5, len(estimator.parameters)) and len(estimator.units) == len(estimator.parameters)
    compute = estimator.log10_flop_at(parameters, 0.07)
    assert np.diag(estimator.error_at(parameters, compute)) == pytest.approx(0.07)
    falling = parameters * np.where(np.arange(parameters.shape[1]) == 1, -1, 1)
    assert (estimator.log10_flop_at(falling, 0.07) == np.inf).all()


def test_low_quantiles_want_many_observations():
    assert [points_for_quantile(q) for q in (0.05, 0.10, 0.25)] == [40, 20, 8]
    assert [BY_NAME[f"quantile_{p}"].min_points for p in (5, 10, 25)] == [40, 20, 8]
