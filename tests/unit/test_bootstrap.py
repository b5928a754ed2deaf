"""The bootstrap by paper: what a replicate holds, what an end is, and whether nine intervals in ten hold the truth."""

import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from schemas.codes.evaluation import STATUS_OF
from tasks.fit.bootstrap import (
    MIN_PAPERS,
    SHARED_SHARE,
    DrawnCurve,
    Draws,
    draw,
    ends,
    fit_with_intervals,
    interval,
    paper_counts,
    replicate,
    resample,
    tail,
)
from tasks.fit.estimators.directions import FORWARD, REVERSE
from tasks.fit.estimators.floors import power_law_with_floor
from tasks.fit.model import FitRefused
from tasks.fit.sample import Sample

SLOPE, INTERCEPT = 0.08, -0.9


def sample(x, error, paper, sd=0.0, method=None) -> Sample:
    n = len(x)
    return Sample(
        series="imagenet-1k",
        metric="top1_accuracy",
        log10_flop=np.asarray(x, dtype=float),
        log10_flop_sd=np.broadcast_to(sd, n).astype(float),
        error=np.asarray(error, dtype=float),
        year=np.full(n, np.nan),
        paper=np.asarray(paper),
        family=np.zeros(n, dtype=np.int64),
        method=np.zeros(n, dtype=np.int64) if method is None else np.asarray(method),
        input_hash="ab",
    )


def clustered(rng, papers: int, most: int, sd: float = 0.3) -> Sample:
    """Papers with 1 to `most` points, a deviation for each paper and each point, and compute known within its range.

    Half of the variance of compute's error is shared by all points, as `SHARED_SHARE` supposes. The other half makes
    true compute scatter about the figure reckoned (Berkson's kind: an assumed utilisation stands in for each model's
    own), which leaves the line's slope as it is.
    """
    paper = np.repeat(np.arange(papers), rng.integers(1, most + 1, papers))
    n = len(paper)
    x = rng.uniform(17, 23, papers)[paper] + rng.normal(0, 0.5, n)
    true_x = x + math.sqrt(1 - SHARED_SHARE) * rng.normal(0, sd, n) + math.sqrt(SHARED_SHARE) * rng.normal(0, sd)
    noise = rng.normal(0, 0.05, papers)[paper] + rng.normal(0, 0.06, n)
    return sample(x, 10 ** -(INTERCEPT + SLOPE * true_x + noise), paper, sd)


def drawn(data: Sample, rng, replicates=500, estimator=FORWARD, level=0.9) -> Draws:
    return draw(estimator, data, resample(data, replicates, rng), level)


# --- replicates


def test_a_replicate_draws_as_many_papers_as_there_are():
    counts = paper_counts(7, 4000, np.random.default_rng(1))
    assert counts.shape == (4000, 7)
    assert (counts.sum(axis=1) == 7).all()
    # Binomial(7, 1/7): mean 1, variance 6/7, and 0.34 of a paper's replicates without it
    np.testing.assert_allclose(counts.mean(axis=0), 1, atol=0.06)
    np.testing.assert_allclose(counts.var(axis=0), 6 / 7, atol=0.08)
    assert (counts == 0).mean() == pytest.approx((6 / 7) ** 7, abs=0.01)


def test_a_paper_comes_with_all_its_points_or_with_none():
    data = clustered(np.random.default_rng(2), 10, 4)
    batch = resample(data, 50, np.random.default_rng(3))
    for paper in range(10):
        mine = batch.weight[:, data.paper == paper]
        assert (mine == mine[:, :1]).all()


def test_points_of_one_method_move_together_by_the_shared_part_of_their_range():
    x, sd = np.linspace(17, 23, 6), np.array([0.1, 0.2, 0.4, 0.1, 0.2, 0.4])
    data = sample(x, np.linspace(0.4, 0.1, 6), np.arange(6), sd, method=[0, 0, 0, 1, 1, 1])
    batch = resample(data, 20_000, np.random.default_rng(4))
    moved = (batch.x - x) / sd
    np.testing.assert_allclose(moved[:, :3], moved[:, :1].repeat(3, axis=1), atol=1e-9)
    np.testing.assert_allclose(moved.std(axis=0), math.sqrt(SHARED_SHARE), rtol=0.02)
    assert np.corrcoef(moved[:, 0], moved[:, 3])[0, 1] == pytest.approx(0, abs=0.03)
    np.testing.assert_allclose(batch.x_sd[0] ** 2 + (sd * math.sqrt(SHARED_SHARE)) ** 2, sd**2)


def test_the_same_seed_gives_the_same_replicates():
    data = clustered(np.random.default_rng(5), 8, 3)
    one, other = (resample(data, 20, np.random.default_rng(6)) for _ in range(2))
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


def test_wide_ranges_widen_compute_and_do_not_flatten_the_slope():
    rng = np.random.default_rng(7)
    exact = replace(clustered(rng, 40, 2), log10_flop_sd=np.zeros(0))
    narrow, wide = (replace(exact, log10_flop_sd=np.full(exact.n, sd)) for sd in (0.01, 0.6))
    found = [drawn(s, np.random.default_rng(8), 4000) for s in (narrow, wide)]
    slopes = [np.median(d.replicates[:, 1]) / d.point[0, 1] for d in found]
    assert slopes == pytest.approx([1, 1], abs=0.01)
    low, high = (DrawnCurve(d).log10_flop_at(0.1) for d in found)
    assert high.upper - high.lower > 1.5 * (low.upper - low.lower)
    # what is not done: a draw for each point, which takes var(x) / (var(x) + sd^2) of the slope
    naive = exact.log10_flop + np.random.default_rng(9).normal(0, 0.6, (4000, exact.n))
    batch = resample(narrow, 4000, np.random.default_rng(8))._replace(x=naive)
    reliability = exact.log10_flop.var() / (exact.log10_flop.var() + 0.36)
    assert np.median(FORWARD.fit(batch)[:, 1]) / found[0].point[0, 1] == pytest.approx(reliability, abs=0.02)


# --- ends


@pytest.mark.parametrize("papers", [6, 12, 40])
def test_expanded_percentiles_of_a_mean_are_students_interval(papers):
    # The bootstrap's sd of a mean is s sqrt((n - 1) / n) / sqrt(n): its expanded percentile must be t s / sqrt(n).
    end = -stats.norm.ppf(tail(0.9, papers)) * math.sqrt((papers - 1) / papers)
    assert end == pytest.approx(stats.t.ppf(0.95, papers - 1))
    assert tail(0.9, 10**6) == pytest.approx(0.05, abs=1e-4)


def test_infinite_draws_make_an_end_unbounded_and_not_the_other():
    draws = np.concatenate([np.linspace(20, 30, 90), np.full(10, np.inf)])
    found = interval(24.0, draws, 0.9, 1000)
    assert found.upper is None and 20 < found.lower < 21
    assert interval(24.0, draws[:92], 0.9, 1000).upper is not None


def test_draws_that_are_missing_count_for_nothing_until_they_are_many():
    draws = np.tile(np.linspace(0, 1, 101)[:, None], (1, 2))
    draws[:15, 0] = np.nan
    draws[:30, 1] = np.nan
    lower, upper = ends(draws, 0.9, 10**6)
    assert (lower[0], upper[0]) == pytest.approx((0.19, 0.96), abs=0.011)
    assert np.isnan([lower[1], upper[1]]).all()
    assert interval(0.5, draws[:, 1], 0.9, 100).lower is None


def test_an_infinite_value_has_an_open_end_and_the_other_by_the_draws():
    draws = np.where(np.arange(1000) < 400, np.linspace(3, 9, 1000), np.inf)
    found = interval(np.inf, draws, 0.9, 1000)
    assert (found.value, found.upper) == (np.inf, None)
    assert 3 < found.lower < 4


def test_an_interval_holds_its_value():
    assert interval(2.0, np.linspace(0, 1, 99), 0.9, 50).upper == 2.0
    assert interval(-1.0, np.linspace(0, 1, 99), 0.9, 50).lower == -1.0


# --- fits


def test_spread_of_the_slope_is_that_of_cluster_robust_errors():
    """Liang and Zeger's standard error, as statsmodels has it, is what the bootstrap by paper comes to for many."""
    data = replace(clustered(np.random.default_rng(10), 80, 5), log10_flop_sd=np.zeros(1))
    data = replace(data, log10_flop_sd=np.zeros(data.n))
    design, y = sm.add_constant(data.log10_flop), -np.log10(data.error)
    robust = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": data.paper})
    found = drawn(data, np.random.default_rng(11), 4000)
    assert found.point[0] == pytest.approx(robust.params, abs=1e-9)
    assert found.replicates[:, 1].std() == pytest.approx(robust.bse[1], rel=0.08)


def test_thirty_rows_of_a_paper_are_not_thirty_witnesses():
    once = clustered(np.random.default_rng(12), 12, 1)
    often = sample(*(np.repeat(a, 30) for a in (once.log10_flop, once.error, once.paper)), np.repeat(0.3, 360))
    one, thirty = (drawn(s, np.random.default_rng(13), 300) for s in (once, often))
    np.testing.assert_allclose(one.replicates, thirty.replicates)


def test_blocks_of_replicates_are_replicates():
    data = clustered(np.random.default_rng(25), 30, 3)
    apart = replicate(FORWARD, data, 3001, np.random.default_rng(26))
    at_once = FORWARD.fit(resample(data, 3001, np.random.default_rng(27)))
    assert apart.shape == at_once.shape and len(np.unique(apart[:, 1])) == 3001
    assert apart[:, 1].mean() == pytest.approx(at_once[:, 1].mean(), abs=4 * apart[:, 1].std() / math.sqrt(3001))
    assert apart[:, 1].std() == pytest.approx(at_once[:, 1].std(), rel=0.06)


def test_band_and_inversion_agree_and_keep_shapes():
    curve = DrawnCurve(drawn(clustered(np.random.default_rng(14), 15, 2), np.random.default_rng(15)))
    at = curve.log10_flop_at(0.1)
    assert curve.predict_error(at.value).value == pytest.approx(0.1)
    band = curve.predict_error(np.linspace(18, 24, 6).reshape(2, 3))
    assert band.value.shape == band.lower.shape == (2, 3)
    assert (band.lower < band.value).all() and (band.value < band.upper).all()
    for impossible in (0, 1, np.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            curve.log10_flop_at(impossible)


def test_without_a_slope_power_and_compute_have_open_ends():
    rng = np.random.default_rng(16)
    data = sample(rng.uniform(17, 23, 20), 10 ** -rng.normal(0.5, 0.05, 20), np.arange(20))
    fit = fit_with_intervals(FORWARD, data, 500, np.random.default_rng(17), 0.9)
    assert not fit.rises
    assert fit.implied_power is None or fit.implied_power.upper is None
    assert fit.log10_flop_at(0.05).upper is None


def test_a_fitted_floor_is_told_and_lies_above_the_target():
    x = np.linspace(17, 24, 30)
    error = 0.1 + 10 ** -(-6.0 + 0.4 * x) * 10 ** np.random.default_rng(18).normal(0, 0.03, 30)
    data = sample(x, error, np.arange(30), 0.05)
    estimator = power_law_with_floor(0.1, 0.05)
    fit = fit_with_intervals(estimator, data, 200, np.random.default_rng(19), 0.9)
    assert fit.floor.value == pytest.approx(0.1, abs=0.005)
    assert fit.floor.lower <= fit.floor.value <= fit.floor.upper
    assert fit.log10_flop_at(0.05).value == np.inf
    assert fit.parameters["floor"] == fit.floor


def test_the_implied_power_is_the_local_one_at_the_largest_compute():
    x = np.linspace(17, 23, 12)
    data = sample(x, 10 ** -(0.08 * x - 0.9), np.arange(12))
    for estimator in (FORWARD, REVERSE):
        fit = fit_with_intervals(estimator, data, 50, np.random.default_rng(20), 0.9)
        assert fit.implied_power.value == pytest.approx(12.5)


def test_refusals_say_their_kind():
    few = clustered(np.random.default_rng(21), MIN_PAPERS - 1, 4)
    enough = clustered(np.random.default_rng(22), 10, 2)
    never = replace(FORWARD, fit=lambda batch: np.full((len(batch.x), 2), np.nan))
    seldom = replace(FORWARD, fit=lambda b: np.where(b.weight[:, :1] > 0, FORWARD.fit(b), np.nan))
    greedy = replace(FORWARD, min_points=1000)
    for data, estimator, status in (
        (few, FORWARD, "too_few_papers"),
        (enough, never, "unstable"),
        (enough, seldom, "unstable"),
        (enough, greedy, "too_few_points"),
    ):
        with pytest.raises(FitRefused) as refused:
            drawn(data, np.random.default_rng(23), 100, estimator)
        assert STATUS_OF[refused.value.reason.code] == status


def test_infinite_parameters_are_figures_and_missing_ones_failures():
    data = clustered(np.random.default_rng(27), 20, 2)

    def with_slope(slope: float):
        return replace(FORWARD, fit=lambda b: np.column_stack([FORWARD.fit(b)[:, 0], np.full(len(b.x), slope)]))

    found = drawn(data, np.random.default_rng(28), 200, with_slope(np.inf))
    assert len(found.replicates) == 200 and found.point[0, 1] == np.inf
    with pytest.raises(FitRefused):
        drawn(data, np.random.default_rng(28), 200, with_slope(np.nan))


# --- coverage


@pytest.mark.slow
@pytest.mark.parametrize(("papers", "most"), [(6, 3), (10, 2), (20, 1), (30, 4)])
def test_90_percent_intervals_hold_the_truth_in_85_to_95_of_100(papers, most):
    rng = np.random.default_rng(100 + papers)
    repeats, x, error = 400, 22.5, 0.08
    truths = (SLOPE, 10 ** -(INTERCEPT + SLOPE * x), (-math.log10(error) - INTERCEPT) / SLOPE)
    held = np.zeros(3)
    for _ in range(repeats):
        found = drawn(clustered(rng, papers, most), rng, 400)
        curve = DrawnCurve(found)
        band = curve.predict_error(x)
        at = curve.log10_flop_at(error)
        slope = interval(found.point[0, 1], found.replicates[:, 1], 0.9, papers)
        limits = ((slope.lower, slope.upper), (band.lower, band.upper), (at.lower, at.upper))
        held += [
            (low is None or low <= truth) and (high is None or truth <= high)
            for truth, (low, high) in zip(truths, limits, strict=True)
        ]
    print(f"{papers} papers of 1 to {most}: slope, error, compute held in {100 * held / repeats} %")
    assert (np.abs(held / repeats - 0.9) <= 0.05).all(), held / repeats


def test_bias_of_the_draws_is_small_beside_their_spread():
    rng = np.random.default_rng(24)
    found = [drawn(clustered(rng, 20, 2), rng, 400) for _ in range(150)]
    off = np.mean([np.median(d.replicates[:, 1]) - d.point[0, 1] for d in found])
    bias = np.mean([d.point[0, 1] for d in found]) - SLOPE
    spread = np.mean([d.replicates[:, 1].std() for d in found])
    print(f"bias of the slope {bias:.5f}, of the draws about it {off:.5f}, spread of draws {spread:.5f}")
    assert abs(off) < 0.1 * spread and abs(bias) < 0.25 * spread
