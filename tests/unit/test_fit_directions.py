"""The power law by direction: the study's figures, other people's code, known parameters."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from tasks.fit.estimators.directions import ERRORS_IN_VARIABLES, ESTIMATORS, FORWARD, REVERSE, SYMMETRIC
from tests.unit.resamples import batch_of
from tests.unit.test_fit import IMAGENET_2020

INTERCEPT, SLOPE = -0.9, 0.08
POINTS = np.array([np.log10(gflop * 1e9) for _, _, gflop, _ in IMAGENET_2020])
ERRORS = np.array([1 - accuracy for *_, accuracy in IMAGENET_2020])


def simulated(rng, y_sd=0.0, x_sd=0.0, resamples=400, n=60):
    """log10 FLOP as known and error (R, n) of models on a known power law, scattered in either or both."""
    x = rng.uniform(17, 23, (resamples, n))
    return x + rng.normal(0, 1, x.shape) * x_sd, 10 ** -(INTERCEPT + SLOPE * x + rng.normal(0, y_sd, x.shape))


def with_ranges(x, error, x_sd, weight=None):
    """A batch whose compute is uncertain by x_sd decades, one for all or an array."""
    batch = batch_of(x, error, weight=weight)
    return batch._replace(x_sd=np.broadcast_to(np.asarray(x_sd, dtype=float), batch.x.shape))


def bias(estimator, batch):
    """Mean error of the slope over the resamples, and its Monte-Carlo standard error."""
    slopes = estimator.fit(batch)[:, 1]
    print(f"{estimator.name}: bias of slope {slopes.mean() - SLOPE:+.5f}")
    return slopes.mean() - SLOPE, slopes.std() / np.sqrt(len(slopes))


@pytest.mark.parametrize(("estimator", "power"), [(FORWARD, 13.6), (SYMMETRIC, 9.2), (REVERSE, 6.2)])
def test_powers_of_the_study(estimator, power):
    parameters = estimator.fit(batch_of(POINTS, ERRORS))
    assert 1 / parameters[0, 1] == pytest.approx(power, abs=0.05)


def test_5_percent_moves_by_five_decades_with_the_direction():
    """DESIGN.md, "What the study's data taught", 1: from 10^19 to 10^14.5 GFLOP."""
    gflop = {e.name: e.log10_flop_at(e.fit(batch_of(POINTS, ERRORS)), 0.05)[0] - 9 for e in ESTIMATORS}
    assert gflop["power_law_forward"] == pytest.approx(19.06, abs=0.01)
    assert gflop["power_law_reverse"] == pytest.approx(14.5, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(4, 40))
def test_weights_are_rows_repeated_and_agree_with_statsmodels(seed, n):
    rng = np.random.default_rng(seed)
    x, error = simulated(rng, 0.1, resamples=1, n=n)
    weight = rng.integers(0, 4, (1, n)).astype(float)
    weight[0, :3] = 1
    times = weight[0].astype(int)
    many_x, many_y = np.repeat(x[0], times), -np.log10(np.repeat(error[0], times))
    a, b = sm.OLS(many_y, sm.add_constant(many_x)).fit().params
    c, d = sm.OLS(many_x, sm.add_constant(many_y)).fit().params
    batch = batch_of(x, error, weight=weight)
    np.testing.assert_allclose(FORWARD.fit(batch), [[a, b]], rtol=1e-6)
    np.testing.assert_allclose(REVERSE.fit(batch), [[-c / d, 1 / d]], rtol=1e-6)
    assert SYMMETRIC.fit(batch)[0, 1] == pytest.approx(np.sign(b) * np.sqrt(b / d))
    repeated = with_ranges(many_x, 10**-many_y, 0.2)
    for estimator in ESTIMATORS:
        once = estimator.fit(with_ranges(x, error, 0.2, weight))
        np.testing.assert_allclose(once, estimator.fit(repeated), rtol=1e-5, atol=1e-6)


def test_without_ranges_errors_in_variables_is_error_on_compute():
    found = ERRORS_IN_VARIABLES.fit(batch_of(POINTS, ERRORS))
    np.testing.assert_allclose(found[:, :2], FORWARD.fit(batch_of(POINTS, ERRORS)), rtol=1e-9)
    residual_sd = np.sqrt(sm.OLS(-np.log10(ERRORS), sm.add_constant(POINTS)).fit().mse_resid)
    assert found[0, 2] == pytest.approx(residual_sd)


@pytest.mark.parametrize("x_sd", [0.1, 0.5, 0.9])
def test_with_one_range_errors_in_variables_is_the_disattenuated_slope(x_sd):
    """Deming's line whose scatter is estimated: Sxy / (Sxx - (n - 2) x_sd^2)."""
    y = -np.log10(ERRORS)
    sxx, sxy = ((POINTS - POINTS.mean()) ** 2).sum(), ((POINTS - POINTS.mean()) * (y - y.mean())).sum()
    slope = ERRORS_IN_VARIABLES.fit(with_ranges(POINTS, ERRORS, x_sd))[0, 1]
    assert slope == pytest.approx(sxy / (sxx - (len(y) - 2) * x_sd**2), rel=1e-6)


def test_ranges_that_explain_all_of_the_scatter_end_at_compute_on_error():
    found = ERRORS_IN_VARIABLES.fit(with_ranges(POINTS, ERRORS, 2.0))
    assert found[0, 1] == pytest.approx(REVERSE.fit(batch_of(POINTS, ERRORS))[0, 1], rel=1e-6)
    assert found[0, 2] < 1e-4


def test_errors_in_variables_is_the_least_of_york_s_sum_at_its_scatter():
    rng = np.random.default_rng(8)
    x_sd = rng.uniform(0.05, 0.8, (20, 30))
    x, error = simulated(rng, 0.06, x_sd, resamples=20, n=30)
    y = -np.log10(error)
    for i, (intercept, slope, scatter) in enumerate(ERRORS_IN_VARIABLES.fit(with_ranges(x, error, x_sd))):

        def york_sum(line, i=i, scatter=scatter):
            a, b = line
            return ((y[i] - a - b * (x[i] - 20)) ** 2 / (scatter**2 + b**2 * x_sd[i] ** 2)).sum()

        least = optimize.minimize(york_sum, (INTERCEPT + 20 * SLOPE, SLOPE), method="Nelder-Mead", tol=1e-10)
        assert slope == pytest.approx(least.x[1], rel=1e-4)
        assert intercept + 20 * slope == pytest.approx(least.x[0], rel=1e-4)
        assert york_sum((intercept + 20 * slope, slope)) == pytest.approx(28, rel=1e-6)


def test_each_direction_is_unbiased_where_its_scatter_lies():
    rng = np.random.default_rng(2)
    for estimator, y_sd, x_sd in [(FORWARD, 0.08, 0), (REVERSE, 0, 1.0), (SYMMETRIC, 0.08, 1.0)]:
        off, se = bias(estimator, batch_of(*simulated(rng, y_sd, x_sd)))
        # The inverse of a mean is not the mean of the inverse: of the order of 1/n, two hundredths of the slope.
        assert abs(off) < 3 * se + 0.02 * SLOPE


def test_noise_in_both_axes():
    """Errors in compute of 0.7 decades among 1.73 flatten error on compute by 1 - 0.49 / 3.49 = 0.14."""
    rng = np.random.default_rng(3)
    x_sd = np.broadcast_to(np.where(np.arange(60) % 2, 0.4, 0.9062), (400, 60))  # variances of 0.49 in the mean
    batch = with_ranges(*simulated(rng, 0.08, x_sd), x_sd)
    off, se = bias(ERRORS_IN_VARIABLES, batch)
    assert abs(off) < 3 * se + 0.02 * SLOPE
    off, se = bias(FORWARD, batch)
    assert off == pytest.approx(-0.14 * SLOPE, abs=3 * se + 0.02 * SLOPE)
    assert bias(REVERSE, batch)[0] > 0.2 * SLOPE


def test_outliers_and_clusters_cost_precision_of_error_on_compute_but_no_bias():
    rng = np.random.default_rng(4)
    x, error = simulated(rng, 0.08)
    clean = FORWARD.fit(batch_of(x, error))[:, 1].std()
    outlying = error * 10.0 ** (rng.choice([-0.6, 0.6], x.shape) * (rng.random(x.shape) < 0.05))
    shared = np.repeat(rng.normal(0, 0.1, (400, 12)), 5, axis=1)  # what the five figures of a paper have in common
    for changed in (outlying, error * 10**shared):
        batch = batch_of(x, changed)
        off, se = bias(FORWARD, batch)
        assert abs(off) < 3 * se
        assert FORWARD.fit(batch)[:, 1].std() > 1.2 * clean


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: e.name)
def test_a_line_without_noise_is_recovered_and_read_both_ways(estimator):
    parameters = estimator.fit(batch_of(*simulated(np.random.default_rng(5), resamples=3)))
    np.testing.assert_allclose(parameters[:, :2], [[INTERCEPT, SLOPE]] * 3, rtol=1e-5)
    at = estimator.log10_flop_at(parameters, 0.07)
    assert estimator.error_at(parameters, np.array([19.0, at[0]])).shape == (3, 2)
    np.testing.assert_allclose(estimator.error_at(parameters, at)[0, 0], 0.07)
    assert (estimator.floor(parameters) == 0).all()


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: e.name)
def test_resamples_without_spread_carry_no_fit_and_a_fall_reaches_nothing(estimator):
    x, error = simulated(np.random.default_rng(6), 0.05, resamples=5)
    x[0], error[1] = 20.0, 0.2
    error[2] = error[2].max() * error[2].min() / error[2]  # upside down: error grows with compute
    weight = np.ones_like(x)
    weight[3] = 0
    parameters = estimator.fit(with_ranges(x, error, 0.2, weight))
    assert np.isnan(parameters[[0, 1, 3]]).all()
    at = estimator.log10_flop_at(parameters, 0.01)
    assert np.isnan(at[[0, 1, 3]]).all()
    assert at[2] == np.inf
    assert np.isfinite(at[4])


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: e.name)
def test_each_resample_is_fitted_on_its_own(estimator):
    """More resamples than a block holds."""
    x, error = simulated(np.random.default_rng(7), 0.1, 0.3, resamples=2300, n=30)
    together = estimator.fit(with_ranges(x, error, 0.3))
    for i in (0, 999, 1000, 2299):
        alone = estimator.fit(with_ranges(x[i], error[i], 0.3))
        np.testing.assert_allclose(alone[0], together[i], rtol=1e-9)
    assert estimator.fit(batch_of(x[:0], error[:0])).shape == (0, len(estimator.parameters))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: e.name)
def test_resamples_of_two_or_three_points_do_not_warn(estimator):
    rng = np.random.default_rng(9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(20):
            batch = batch_of(*simulated(rng, 0.05, resamples=300, n=6), weight=rng.integers(0, 3, (300, 6)))
            estimator.fit(batch._replace(x_sd=np.full(batch.x.shape, rng.uniform(0, 2))))
