"""Random effects and pooling: known parameters, agreement with statsmodels and published analyses, coverage."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from tasks.evaluate.sensitivity.mixed_line import MixedLine, fit_mixed_line
from tasks.evaluate.sensitivity.pooling import pool
from tasks.evaluate.sensitivity.structure import structure
from tasks.fit.estimator import Batch
from tasks.fit.estimators.random_effects import RANDOM_EFFECTS
from tasks.fit.model import FitRefused, Interval
from tasks.load.validate import validate
from tasks.refresh.flat import flat
from tests.unit.series import batch, observations

INTERCEPT, SLOPE, PAPER_SD, FAMILY_SD, RESIDUAL_SD = -0.9, 0.08, 0.06, 0.05, 0.05


def drawn(rng, n_papers=25, n_families=15, paper_sd=PAPER_SD, family_sd=FAMILY_SD, noise=None):
    """x, y, paper and family of papers with one to three rows and one with eight; some rows are of another family."""
    sizes = rng.integers(1, 4, n_papers)
    sizes[0] = 8
    paper = np.repeat(np.arange(n_papers), sizes)
    n = len(paper)
    strays = rng.random(n) > 0.7
    family = np.where(strays, rng.integers(0, n_families, n), rng.integers(0, n_families, n_papers)[paper])
    x = rng.uniform(17, 23, n_papers)[paper] + rng.normal(0, 0.5, n)
    effects = rng.normal(0, paper_sd, n_papers)[paper] + rng.normal(0, family_sd, n_families)[family]
    y = INTERCEPT + SLOPE * x + effects + (rng.normal(0, RESIDUAL_SD, n) if noise is None else noise(n))
    return x, y, paper, family


def rows_of_structure(observations, level):
    found = structure(observations, level)
    return {"out_pooled_powers": flat(found.powers), "out_pools": flat(found.pools)}


def holds(interval: Interval, truth: float) -> bool:
    return interval.lower <= truth <= interval.upper


def rms(values) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


# --- the estimator for many resamples


def test_without_papers_of_several_rows_it_is_least_squares():
    rng = np.random.default_rng(1)
    x = rng.uniform(17, 23, 30)
    y = INTERCEPT + SLOPE * x + rng.normal(0, 0.05, 30)
    (a, b, paper_sd, residual_sd) = RANDOM_EFFECTS.fit(batch(x, y, np.arange(30)))[0]
    fitted = sm.OLS(y, sm.add_constant(x)).fit()
    assert [a, b, paper_sd] == pytest.approx([*fitted.params, 0.0], abs=1e-9)
    assert residual_sd == pytest.approx(np.sqrt(fitted.mse_resid))


def test_it_solves_the_generalised_least_squares_of_its_own_variances():
    x, y, paper, _ = drawn(np.random.default_rng(2))
    a, b, paper_sd, residual_sd = RANDOM_EFFECTS.fit(batch(x, y, paper))[0]
    assert paper_sd > 0.02
    v = residual_sd**2 * np.eye(len(x)) + paper_sd**2 * (paper[:, None] == paper)
    assert [a, b] == pytest.approx(sm.GLS(y, sm.add_constant(x), sigma=v).fit().params, rel=1e-8)


def test_its_variances_are_those_that_the_sums_of_squares_lead_to_expect():
    x, y, paper, _ = drawn(np.random.default_rng(2), n_papers=12)
    _, _, paper_sd, residual_sd = RANDOM_EFFECTS.fit(batch(x, y, paper))[0]
    same = (paper[:, None] == paper).astype(float)
    v = residual_sd**2 * np.eye(len(x)) + paper_sd**2 * same
    for columns in (sm.add_constant(x), np.column_stack([x, paper[:, None] == np.arange(12)])):  # without, with papers
        left = np.eye(len(x)) - columns @ np.linalg.pinv(columns)
        assert y @ left @ y == pytest.approx(np.trace(left @ v), rel=1e-8)


def test_a_paper_drawn_twice_stands_there_as_two_papers():
    x, y, paper, _ = drawn(np.random.default_rng(3), n_papers=12)
    counts = np.array([2, 0, 1, 3, 1, 1, 0, 2, 1, 1, 0, 1])
    weighted = RANDOM_EFFECTS.fit(batch(x, y, paper, counts[paper]))
    copies = [(i, p * 10 + c) for i, p in enumerate(paper) for c in range(counts[p])]
    rows, copy = (np.array(v) for v in zip(*copies, strict=True))
    assert weighted == pytest.approx(RANDOM_EFFECTS.fit(batch(x[rows], y[rows], copy)), rel=1e-9)


def test_a_row_without_weight_is_no_row():
    x, y, paper, _ = drawn(np.random.default_rng(4))
    kept = np.ones(len(x), dtype=bool)
    kept[[0, 3, 20]] = False
    assert RANDOM_EFFECTS.fit(batch(x, y, paper, kept)) == pytest.approx(
        RANDOM_EFFECTS.fit(batch(x[kept], y[kept], paper[kept])), rel=1e-9
    )


def test_resamples_that_carry_no_line_are_nan():
    x, y, paper = np.array([18.0, 19, 20, 20, 20]), np.array([0.1, 0.2, 0.4, 0.3, 0.35]), np.array([0, 1, 2, 3, 4])
    weight = [[1, 1, 1, 1, 1], [0, 0, 1, 1, 1], [5, 5, 0, 0, 0], [0, 0, 0, 0, 0]]
    parameters = RANDOM_EFFECTS.fit(batch(x, y, paper, weight))
    assert np.isfinite(parameters[0]).all()
    assert np.isnan(parameters[1:]).all()
    assert np.isnan(RANDOM_EFFECTS.log10_flop_at(parameters, 0.1)[1:]).all()


def test_a_line_without_scatter_is_recovered():
    x = np.array([18.0, 19, 20, 21, 22, 22.5])
    parameters = RANDOM_EFFECTS.fit(batch(x, 0.07 * x - 0.8, [0, 0, 1, 2, 2, 3]))
    assert parameters[0] == pytest.approx([-0.8, 0.07, 0, 0], abs=1e-5)
    assert RANDOM_EFFECTS.log10_flop_at(parameters, 0.05) == pytest.approx([(np.log10(20) + 0.8) / 0.07])
    assert RANDOM_EFFECTS.error_at(parameters, np.array([20.0]))[0] == pytest.approx([10**-0.6])


def test_thirty_rows_of_one_paper_do_not_outvote_the_others():
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.uniform(17, 23, 20), rng.uniform(22.5, 23, 30)])
    paper = np.concatenate([np.arange(20), np.full(30, 20)])
    y = INTERCEPT + SLOPE * x + rng.normal(0, 0.02, 50) - 0.2 * (paper == 20)
    slope = RANDOM_EFFECTS.fit(batch(x, y, paper))[0, 1]
    least_squares = np.polyfit(x, y, 1)[0]
    assert least_squares < 0.6 * SLOPE
    assert slope > 0.8 * SLOPE


def _many(rng, n_sets, **changes) -> Batch:
    """Data sets of one design, one a row."""
    x, _, paper, _ = drawn(rng)
    settings = {"paper_sd": PAPER_SD, "noise": lambda shape: rng.normal(0, RESIDUAL_SD, shape)} | changes
    effects = rng.normal(0, settings["paper_sd"], (n_sets, paper.max() + 1))[:, paper]
    return batch(x, INTERCEPT + SLOPE * x + effects + settings["noise"]((n_sets, len(x))), paper)


@pytest.mark.parametrize("noise", ["normal", "outliers"])
def test_recovery_of_slope_and_variances(noise):
    rng = np.random.default_rng(6)
    scale = RESIDUAL_SD / np.sqrt(3)  # Student's t with 3 degrees has variance 3
    noises = {} if noise == "normal" else {"noise": lambda shape: scale * rng.standard_t(3, shape)}
    found = RANDOM_EFFECTS.fit(_many(rng, 1000, **noises))
    bias, sd = found[:, 1].mean() - SLOPE, found[:, 1].std()
    sds = rms(found[:, 2]), rms(found[:, 3])
    print(f"{noise}: slope bias {bias:+.5f}, sd {sd:.5f}; sds {sds[0]:.4f} ({PAPER_SD}), {sds[1]:.4f} ({RESIDUAL_SD})")
    assert abs(bias) < 4 * sd / np.sqrt(1000)
    assert sds == pytest.approx((PAPER_SD, RESIDUAL_SD), rel=0.05)


def test_it_is_closer_to_the_truth_than_least_squares():
    data = _many(np.random.default_rng(7), 1000, paper_sd=0.12)
    slopes = RANDOM_EFFECTS.fit(data)[:, 1]
    x = data.x[0]
    least_squares = np.polyfit(x, -np.log10(data.error).T, 1)[0]
    print(f"sd of the slope: random effects {slopes.std():.5f}, least squares {least_squares.std():.5f}")
    assert slopes.std() < 0.95 * least_squares.std()


def test_noise_in_compute_flattens_it_as_it_does_least_squares():
    rng = np.random.default_rng(8)
    data = _many(rng, 500)
    noisy = data._replace(x=data.x + rng.normal(0, 0.5, data.x.shape))
    shrink = RANDOM_EFFECTS.fit(noisy)[:, 1].mean() / SLOPE
    reliability = np.var(data.x[0]) / (np.var(data.x[0]) + 0.25)
    print(f"noise of 0.5 decades in compute: slope times {shrink:.3f}, least squares times {reliability:.3f}")
    assert 0.8 * reliability < shrink < 1.02 * reliability


# --- the mixed model of one series


def _statsmodels(x, y, paper, family=None):
    """REML by statsmodels: slope and the standard deviations (papers, families, residual)."""
    frame = pd.DataFrame({"x": x - x.mean(), "y": y, "paper": paper, "all": 1, "family": family})
    if family is None:
        fitted = sm.MixedLM.from_formula("y ~ x", frame, groups="paper").fit(reml=True)
        variances = [float(fitted.cov_re.iloc[0, 0]), fitted.scale]
    else:
        parts = {"a_paper": "0 + C(paper)", "b_family": "0 + C(family)"}
        model = sm.MixedLM.from_formula("y ~ x", frame, groups="all", vc_formula=parts)
        fitted = model.fit(reml=True)
        variances = [*fitted.vcomp, fitted.scale]
    return fitted.params["x"], np.sqrt(variances)


@pytest.mark.filterwarnings("ignore:The MLE may be on the boundary")
def test_it_agrees_with_statsmodels_for_papers_alone():
    x, y, paper, _ = drawn(np.random.default_rng(9))
    own_families = np.arange(len(x))
    line = fit_mixed_line(x, y, paper, own_families, 0.9)
    slope, sds = _statsmodels(x, y, paper)
    assert line.family_sd is None
    assert line.slope.value == pytest.approx(slope, rel=1e-5)
    assert [line.paper_sd, line.residual_sd] == pytest.approx(sds, rel=1e-3)


@pytest.mark.filterwarnings("ignore:The MLE may be on the boundary")
def test_it_agrees_with_statsmodels_for_crossed_papers_and_families():
    x, y, paper, family = drawn(np.random.default_rng(10), paper_sd=0.1, family_sd=0.1)
    line = fit_mixed_line(x, y, paper, family, 0.9)
    slope, sds = _statsmodels(x, y, paper, family)
    assert line.slope.value == pytest.approx(slope, rel=1e-4)
    assert [line.paper_sd, line.family_sd, line.residual_sd] == pytest.approx(sds, rel=1e-2)


def test_without_groups_it_is_least_squares_with_student_intervals():
    rng = np.random.default_rng(11)
    x = rng.uniform(17, 23, 20)
    y = INTERCEPT + SLOPE * x + rng.normal(0, 0.05, 20)
    line = fit_mixed_line(x, y, np.arange(20), np.arange(20), 0.9)
    fitted = sm.OLS(y, sm.add_constant(x)).fit()
    assert [line.slope.lower, line.slope.upper] == pytest.approx(fitted.conf_int(0.1)[1], rel=1e-4)
    assert line.intercept == pytest.approx(fitted.params[0])
    assert line.degrees_of_freedom == pytest.approx(18)
    assert line.effective_n == pytest.approx(20)
    assert (line.paper_sd, line.family_sd) == (None, None)


def test_families_that_are_the_papers_over_again_are_left_out():
    x, y, paper, _ = drawn(np.random.default_rng(12))
    assert fit_mixed_line(x, y, paper, paper + 100, 0.9).family_sd is None


def test_rows_of_one_paper_are_fewer_witnesses():
    rng = np.random.default_rng(13)
    x, y, paper, _ = drawn(rng, n_papers=10, paper_sd=0.3, family_sd=0)
    line = fit_mixed_line(x, y, paper, np.arange(len(x)), 0.9)
    assert 8 < line.effective_n < 14 < len(x)


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [{}, {"n_papers": 5, "n_families": 4}, {"paper_sd": 0.0, "family_sd": 0.0}],
    ids=["25", "5", "no effects"],
)
def test_the_interval_of_the_slope_covers(changes):
    rng = np.random.default_rng(14)
    lines: list[MixedLine] = [fit_mixed_line(*drawn(rng, **changes), 0.9) for _ in range(400)]
    slopes = np.array([line.slope.value for line in lines])
    covered = np.mean([holds(line.slope, SLOPE) for line in lines])
    sds = [rms([getattr(line, name) or 0 for line in lines]) for name in ("paper_sd", "family_sd", "residual_sd")]
    print(f"{changes}: covers {covered:.3f}, slope bias {slopes.mean() - SLOPE:+.5f}, sds {np.round(sds, 3)}")
    assert 0.85 <= covered <= 0.95
    assert abs(slopes.mean() - SLOPE) < 4 * slopes.std() / 20
    if not changes:
        assert sds == pytest.approx([PAPER_SD, FAMILY_SD, RESIDUAL_SD], rel=0.1)


def test_least_squares_covers_too_rarely_where_papers_differ():
    rng = np.random.default_rng(15)
    hits = []
    for _ in range(400):
        x, y, _, _ = drawn(rng, paper_sd=0.12)
        low, high = sm.OLS(y, sm.add_constant(x)).fit().conf_int(0.1)[1]
        hits.append(low <= SLOPE <= high)
    print(f"least squares covers {np.mean(hits):.3f}")
    assert np.mean(hits) < 0.8


def test_what_the_mixed_model_refuses():
    x, y, paper, family = drawn(np.random.default_rng(16))
    with pytest.raises(FitRefused, match="4 papers"):
        fit_mixed_line(x, y, paper % 4, family, 0.9)
    with pytest.raises(FitRefused, match="same compute"):
        fit_mixed_line(np.full(len(x), 20.0), y, paper, family, 0.9)
    with pytest.raises(FitRefused, match="no scatter"):
        fit_mixed_line(x, 0.07 * x, paper, family, 0.9)
    many = [np.resize(column, 2001) for column in (x, y, paper, family)]
    with pytest.raises(FitRefused, match="2001 observations"):
        fit_mixed_line(*many, 0.9)


# --- pooling

# 13 trials of BCG against tuberculosis: log risk ratios and variances (Colditz et al. 1994, as in metafor's dat.bcg).
BCG = [
    *(-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209),
    *(0.0120, -0.4694, -1.3713, -0.3394, 0.4459, -0.0173),
]
BCG_VARIANCES = [
    *(0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230),
    *(0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714),
]
# Eight schools: Gelman et al. 2013, Bayesian Data Analysis, table 5.2.
SCHOOLS, SCHOOL_ERRORS = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]


def test_the_published_analysis_of_the_bcg_trials():
    # metafor's documentation of rma(yi, vi, data=dat, test="knha"): tau^2 0.3132, mean -0.7145, its error 0.1807.
    pooled = pool(BCG, np.sqrt(BCG_VARIANCES), 0.95)
    assert pooled.most_likely_sd**2 == pytest.approx(0.3132, abs=2e-4)
    assert pooled.mean.value == pytest.approx(-0.7145, abs=1e-4)
    assert (pooled.mean.upper - pooled.mean.lower) / 2 / 2.1788 == pytest.approx(0.1807, abs=2e-4)


def test_the_published_analysis_of_the_eight_schools():
    # Bayesian Data Analysis, table 5.3: 95 % of school A's effect from -2 to 31, of C's from -11 to 19.
    pooled = pool(SCHOOLS, SCHOOL_ERRORS, 0.95)
    assert [pooled.slopes[0].lower, pooled.slopes[0].upper] == pytest.approx([-2, 31], abs=1.5)
    assert [pooled.slopes[2].lower, pooled.slopes[2].upper] == pytest.approx([-11, 19], abs=2)
    assert pooled.between_sd.value == pytest.approx(5.3, abs=0.5)
    assert pooled.most_likely_sd == 0.0


def test_mean_and_interval_are_those_of_weighted_least_squares():
    pooled = pool(BCG, np.sqrt(BCG_VARIANCES), 0.9)
    weights = 1 / (np.array(BCG_VARIANCES) + pooled.most_likely_sd**2)
    fitted = sm.WLS(BCG, np.ones(13), weights=weights).fit()  # Hartung and Knapp's variance is that of WLS
    assert [pooled.mean.lower, pooled.mean.upper] == pytest.approx(fitted.conf_int(0.1)[0], rel=1e-9)


def test_the_less_a_series_knows_the_more_it_takes_from_the_others():
    pooled = pool([0.05, 0.15, 0.1, 0.12, 0.3], [0.01, 0.01, 0.02, 0.02, 0.2], 0.9)
    assert pooled.own_weights[4] < 0.2 < 0.8 < pooled.own_weights[0] < 1
    assert abs(pooled.slopes[4].value - pooled.mean.value) < 0.05
    assert pooled.slopes[0].value == pytest.approx(0.05, abs=0.005)
    assert pooled.new.upper - pooled.new.lower > pooled.mean.upper - pooled.mean.lower


@pytest.mark.slow
def test_pooled_intervals_cover():
    rng = np.random.default_rng(17)
    own, mean, new = [], [], []
    for _ in range(600):
        truth, errors = rng.normal(0.1, 0.03, 15), rng.uniform(0.01, 0.06, 15)
        pooled = pool(truth + rng.normal(0, errors), errors, 0.9)
        own.append(np.mean([holds(s, t) for s, t in zip(pooled.slopes, truth, strict=True)]))
        mean.append(holds(pooled.mean, 0.1))
        new.append(holds(pooled.new, rng.normal(0.1, 0.03)))
    print(f"covers: series {np.mean(own):.3f}, mean {np.mean(mean):.3f}, a new series {np.mean(new):.3f}")
    assert all(0.85 <= np.mean(covered) <= 0.95 for covered in (own, mean, new))


@pytest.mark.parametrize(
    ("slopes", "errors", "words"),
    [
        ([0.1, 0.2, 0.1], [0.1] * 3, "3 series"),
        ([0.1] * 4, [0.1, 0.1, 0.1, 0], "above zero"),
        ([np.nan] * 4, [1] * 4, "finite"),
    ],
)
def test_what_pooling_refuses(slopes, errors, words):
    with pytest.raises(ValueError, match=words):
        pool(slopes, errors, 0.9)


# --- tables


def _series(name: str, seed: int, **changes):
    x, y, paper, _ = drawn(np.random.default_rng(seed), **changes)
    return observations(x, y, paper, series=name, observation_id=[f"{name}-{i}" for i in range(len(x))])


def test_the_rows_fit_their_tables_and_agree():
    names = ["a", "b", "c", "d", "e"]
    frame = pd.concat([_series(name, seed) for seed, name in enumerate(names)] + [_series("few", 9, n_papers=4)])
    rows = rows_of_structure(frame, 0.9)
    for table, of_table in rows.items():
        good, refused = validate(of_table, table)
        assert (len(good), len(refused)) == (len(of_table), 0), refused["reason"].tolist()
    powers = {r["series"]: r for r in rows["out_pooled_powers"]}
    assert list(powers) == names
    assert powers["a"]["implied_power"] == pytest.approx(1 / powers["a"]["slope"])
    assert powers["a"]["pooled_power_lower"] == pytest.approx(1 / powers["a"]["pooled_slope_upper"])
    (all_series,) = rows["out_pools"]
    assert all_series["n_series"] == 5
    assert all_series["slope"] == pytest.approx(SLOPE, abs=0.02)


def test_too_few_series_are_not_pooled():
    rows = rows_of_structure(pd.concat([_series("a", 1), _series("b", 2)]), 0.9)
    assert [r["series"] for r in rows["out_pooled_powers"]] == ["a", "b"]
    assert rows["out_pools"] == []
    assert len(validate(rows["out_pooled_powers"], "out_pooled_powers")[0]) == 2
