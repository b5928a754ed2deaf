"""The study's recipes and the registry: published figures, known parameters, coverage, refusals, tables."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from schemas.codes.evaluation import STATUS_OF
from schemas.frames import schema
from schemas.rows.what_if import DEFAULT_CONFIDENCE
from tasks.fit.model import Fit, FitRefused
from tasks.fit.registry import ESTIMATORS, RECIPES, estimators_for, fit_all
from tasks.fit.sample import compute_sd, family_of, sample_of
from tasks.wording import words
from tests.unit.published import curves_table, fits_table, parameters_table


def fit_series(recipe: str, frame: pd.DataFrame, level: float = DEFAULT_CONFIDENCE) -> Fit:
    return RECIPES[recipe](sample_of(frame), level)


REFERENCE = Path(__file__).parents[3] / "shared" / "reference"

# The 13 ImageNet points of the 2020 study (arXiv 2007.05558 v1), from its public web site: model, year, hardware burden
# in GFLOP, top-1 accuracy. Entered by hand; SENet's burden is a copy of NASNet-A's in the source.
IMAGENET_2020 = [
    ("NASNetA (6@4032)", 2018, 1645056000000.0, 0.827),
    ("SENet", 2018, 1645056000000.0, 0.827),
    ("SCARLETA4", 2020, 12182400000.0, 0.823),
    ("FixResNeXt101 32x48d", 2019, 61670880000.0, 0.864),
    ("ResNeXt101 64x4d", 2016, 5918400000.0, 0.809),
    ("MnasNetA3", 2019, 69984000000.0, 0.767),
    ("ZFNet ens", 2013, 1638144000.0, 0.64),
    ("NoisyStudent L2", 2020, 51840000000000.0, 0.884),
    ("VGG19", 2015, 34171200000.0, 0.745),
    ("PReLUNet", 2015, 29846880000.0, 0.7573),
    ("Xception", 2017, 87091200000.0, 0.79),
    ("AlexNet 7CNNs", 2012, 1501632000.0, 0.633),
    ("OctResNet152(SE)", 2019, 2077894737.51, 0.829),
]
# What the study prints for them: error, form, our refit of log10 GFLOP, printed power of ten (a floor).
IMAGENET_2020_TARGETS = [
    (0.115, "study_power_law", 14.12, 14),
    (0.05, "study_power_law", 19.06, 19),
    (0.01, "study_power_law", 28.59, 28),
    (0.115, "study_exponential", 14.81, 14),
    (0.05, "study_exponential", 27.85, 27),
    (0.01, "study_exponential", 120.13, 120),
]


def observations(log10_flop, error, series="imagenet-1k", metric="top1_accuracy", years=None) -> pd.DataFrame:
    n = len(error)
    flop = 10.0 ** np.asarray(log10_flop, dtype=float)
    return pd.DataFrame(
        {
            "series": series,
            "metric": metric,
            "paper_id": [f"p{i}" for i in range(n)],
            "model_key": [f"net{i}" for i in range(n)],
            "year": pd.array(years if years is not None else [2020] * n, dtype="Int64"),
            "error": np.asarray(error, dtype=float),
            "training_flop": flop,
            "training_flop_lower": flop / 1.5,
            "training_flop_upper": flop * 1.5,
            "method": "hardware_time",
            "in_fit": True,
        }
    )


def imagenet_2020() -> pd.DataFrame:
    flop = [np.log10(gflop * 1e9) for _, _, gflop, _ in IMAGENET_2020]
    return observations(flop, [1 - a for *_, a in IMAGENET_2020], years=[y for _, y, _, _ in IMAGENET_2020])


def study_points() -> pd.DataFrame:
    path = REFERENCE / "study_2020_points.csv"
    if not path.exists():
        pytest.skip(f"the study's points are not on this machine: {path}")
    points = pd.read_csv(path)
    frame = observations(np.log10(points["hardware_burden_gflop"] * 1e9), 1 - points["accuracy"], years=points["year"])
    return frame.assign(series=points["benchmark"])


def noisy_line(rng, n=12, slope=0.08, intercept=-0.9, sd=0.08):
    """Observations whose log10(1/error) is a line in log10 FLOP with normal noise: what the power law assumes."""
    x = rng.uniform(17, 23, n)
    return x, 10 ** -(intercept + slope * x + rng.normal(0, sd, n))


def by_estimator(fits: list[Fit]) -> dict[str, Fit]:
    return {f.estimator: f for f in fits}


@pytest.mark.parametrize(("error", "estimator", "refit", "printed"), IMAGENET_2020_TARGETS)
def test_imagenet_2020_by_hand(error, estimator, refit, printed):
    fit = by_estimator(fit_all(imagenet_2020(), replicates=100).fits)[estimator]
    log10_gflop = fit.log10_flop_at(error).value - 9
    assert log10_gflop == pytest.approx(refit, abs=0.01)
    assert int(log10_gflop) == printed


def test_imagenet_2020_parameters():
    fit = by_estimator(fit_all(imagenet_2020(), replicates=100).fits)["study_power_law"]
    assert (fit.n, fit.n_papers, fit.year_min, fit.year_max) == (13, 13, 2012, 2020)
    assert fit.r_squared == pytest.approx(0.452, abs=5e-4)
    assert fit.slope.value == pytest.approx(0.0733, abs=5e-5)
    assert fit.implied_power.value == pytest.approx(13.6, abs=0.05)
    assert fit.implied_power.lower == pytest.approx(1 / fit.slope.upper)
    assert fit.log10_flop_max == pytest.approx(np.log10(5.184e22))


def test_every_published_exponent_of_2020():
    fits = {(f.series, f.estimator): f for f in fit_all(study_points(), replicates=20).fits}
    targets = pd.read_csv(REFERENCE / "study_2020_targets.csv")
    targets = targets[targets["paper_version"].str.startswith("v1")]
    assert len(targets) == 18
    for row in targets.itertuples():
        estimator = {"polynomial": "study_power_law", "exponential": "study_exponential"}[row.model]
        fit = fits[row.benchmark, estimator]
        log10_gflop = fit.log10_flop_at(row.error_rate).value - 9
        assert log10_gflop == pytest.approx(row.log10_gflop_refit, abs=0.01)
        assert int(log10_gflop) == row.published_gflop_pow10
        assert (fit.n, round(fit.r_squared, 3)) == (row.n, row.r2)
        assert fit.slope.value == pytest.approx(row.slope_perf_per_decade, abs=5e-5)


def test_a_line_without_noise_is_recovered_exactly():
    x = np.linspace(18, 24, 7)
    power = fit_series("study_power_law", observations(x, 10 ** -(0.07 * x - 0.8)))
    assert power.slope.value == pytest.approx(0.07)
    assert power.intercept.value == pytest.approx(-0.8)
    assert power.log10_flop_at(0.05).value == pytest.approx((np.log10(20) + 0.8) / 0.07)
    exponential = fit_series("study_exponential", observations(x, 1 / (0.9 * x - 13)))
    assert exponential.slope.value == pytest.approx(0.9)
    assert exponential.predict_error(30).value == pytest.approx(1 / 14)
    # compute ~ 10^(1/(0.9 error)): d log10 FLOP / d log10 (1/error) = ln(10) / (0.9 error), the error being 1/8.6
    assert exponential.implied_power.value == pytest.approx(np.log(10) * 8.6 / 0.9)


@pytest.mark.parametrize("estimator", RECIPES)
def test_prediction_and_inversion_agree(estimator):
    fit = fit_series(estimator, imagenet_2020())
    for error in (0.3, 0.12, 0.05):
        assert fit.predict_error(fit.log10_flop_at(error).value).value == pytest.approx(error)
    band = fit.predict_error(np.linspace(18, 23, 9))
    assert band.value.shape == (9,)
    assert (band.lower < band.value).all()
    assert (band.value < band.upper).all()


def test_fieller_ends_are_where_the_band_holds_the_error():
    fit = fit_series("study_power_law", imagenet_2020())
    found = fit.log10_flop_at(0.05)
    assert fit.predict_error(found.lower).lower == pytest.approx(0.05)
    assert fit.predict_error(found.upper).upper == pytest.approx(0.05)


def test_fieller_is_unbounded_where_the_slope_may_be_zero():
    rng = np.random.default_rng(3)
    fit = fit_series("study_power_law", observations(rng.uniform(18, 22, 8), rng.uniform(0.2, 0.3, 8)), 0.999)
    assert not fit.rises
    assert fit.log10_flop_at(0.05).lower is None
    assert fit.log10_flop_at(0.05).upper is None


@pytest.mark.slow
def test_bias_is_within_its_monte_carlo_error():
    rng = np.random.default_rng(11)
    slopes = [fit_series("study_power_law", observations(*noisy_line(rng))).slope.value for _ in range(200)]
    assert np.mean(slopes) == pytest.approx(0.08, abs=3 * np.std(slopes) / np.sqrt(len(slopes)))


@pytest.mark.slow
def test_intervals_of_90_percent_cover_85_to_95_percent():
    rng = np.random.default_rng(2026)
    true_at_5_percent = (np.log10(20) + 0.9) / 0.08
    hits = {"slope": 0, "intercept": 0, "band": 0, "fieller": 0}
    repeats = 400
    for _ in range(repeats):
        fit = fit_series("study_power_law", observations(*noisy_line(rng)), 0.90)
        band = fit.predict_error(22.0)
        at = fit.log10_flop_at(0.05)
        hits["slope"] += fit.slope.lower <= 0.08 <= fit.slope.upper
        hits["intercept"] += fit.intercept.lower <= -0.9 <= fit.intercept.upper
        hits["band"] += bool(band.lower <= 10 ** -(0.08 * 22 - 0.9) <= band.upper)
        hits["fieller"] += at.lower is None or at.lower <= true_at_5_percent <= at.upper
    assert all(0.85 <= h / repeats <= 0.95 for h in hits.values()), hits


def test_exponential_band_is_empty_where_no_error_corresponds():
    x = np.linspace(18, 24, 7)
    fit = fit_series("study_exponential", observations(x, 1 / (0.9 * x - 13)))
    assert np.isnan(fit.predict_error(10).value)


GOOD = (np.linspace(18, 24, 7), np.linspace(0.4, 0.1, 7))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda o: o.head(4), "4 observations, at least 5"),
        (lambda o: o.assign(error=[-0.1, *o["error"][1:]]), "1 observations have an error below 0"),
        (lambda o: o.assign(error=[1.1, *o["error"][1:]]), "1 observations have an error below 0 or above 1"),
        (
            lambda o: o.assign(error=[1.0, 0.0, 1.0, *o["error"][3:]]),
            r"4 observations, at least 5 are needed \(3 more with all or nothing right have no logarithm\)",
        ),
        (lambda o: o.assign(error=[np.nan, *o["error"][1:]]), "1 observations .* not a finite number"),
        (lambda o: o.assign(training_flop=[np.inf, *o["training_flop"][1:]]), "1 observations .* not a finite"),
        (lambda o: o.assign(training_flop=[0.0, *o["training_flop"][1:]]), "1 observations .* zero or less"),
        (lambda o: o.assign(training_flop=1e20), "same compute"),
        (lambda o: o.assign(error=0.2), "same error"),
        (lambda o: o.assign(metric=["em", *o["metric"][1:]]), "mix several values of metric: em, top1_accuracy"),
    ],
)
def test_refusals_say_why(change, words):
    frame = change(observations(*GOOD))
    with pytest.raises(FitRefused, match=words):
        sample_of(frame)
    fitted = fit_all(frame)
    assert fitted.fits == []
    assert [r.estimator for r in fitted.refusals] == list(ESTIMATORS)
    assert {r.n for r in fitted.refusals} == {len(frame)}


def tables(frame: pd.DataFrame) -> list[pd.DataFrame]:
    fits = fit_all(frame, replicates=60).fits
    return [fits_table(fits), parameters_table(fits), curves_table(fits)]


def spread_out(rng, n=40, papers=20) -> pd.DataFrame:
    """Observations that every estimator can fit: a slope in compute, one in time, and several models of a paper."""
    x, year = rng.uniform(17, 23, n), rng.integers(2012, 2025, n)
    error = 10 ** -(-0.9 + 0.08 * x + 0.01 * (year - 2012) + rng.normal(0, 0.05, n) - np.abs(rng.normal(0, 0.1, n)))
    return observations(x, error, years=year).assign(paper_id=[f"p{i % papers}" for i in range(n)])


def test_all_or_nothing_right_is_left_out():
    frame = spread_out(np.random.default_rng(12))
    ends = frame.head(2).assign(error=[0.0, 1.0], paper_id=["all", "nothing"])
    with_ends, without = (fit_all(f, replicates=20).fits for f in (pd.concat([ends, frame]), frame))
    pd.testing.assert_frame_equal(fits_table(with_ends), fits_table(without))


@pytest.mark.slow
def test_no_estimator_warns_whatever_the_data():
    rng = np.random.default_rng(13)
    x = np.linspace(17, 23, 60)
    scattered = spread_out(rng, 60, 30)
    on_a_line = observations(x, 10 ** -(0.08 * x - 0.9), years=[2012, 2020] * 30)
    for frame in (
        scattered,
        spread_out(rng, 6, 6),
        on_a_line,
        on_a_line.assign(training_flop_lower=1e-30, training_flop_upper=1e60),
        on_a_line.assign(error=on_a_line["error"].to_numpy()[::-1]),  # upside down
        on_a_line.assign(error=[0.2, *[0.3] * 59]),
        scattered.assign(training_flop=[1e18, *[1e20] * 59]),
        scattered.assign(year=2020),
        scattered.assign(error=rng.uniform(1e-9, 1 - 1e-9, 60)),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fits = fit_all(frame, replicates=100, error_floors={("imagenet-1k", "top1_accuracy"): 0.03}).fits
            curves_table(fits)
            for fit in fits:
                parameters_table([fit])
                if fit.rises:
                    fit.log10_flop_at(0.01)


def test_nothing_gained_from_year_to_year_is_an_infinite_halving_time_and_an_empty_cell():
    frame = spread_out(np.random.default_rng(14))
    backwards = frame.assign(error=frame["error"] * 10 ** (0.04 * (frame["year"].astype(float) - 2012)))
    fit = by_estimator(fit_all(backwards.assign(error=backwards["error"].clip(upper=0.9)), replicates=100).fits)[
        "progress"
    ]
    halving = fit.parameters["halving_years"]
    assert (halving.value, halving.upper) == (np.inf, None)
    parameters = schema("out_fit_parameters").validate(parameters_table([fit]), lazy=True).set_index("parameter")
    assert pd.isna(parameters.loc["halving_years", "value"])
    assert np.isfinite(parameters.loc["slope", "value"])


def test_fit_all_gives_the_tables_whatever_the_order_of_rows():
    frame = pd.concat([imagenet_2020(), observations(*GOOD, series="coco", metric="box_ap")])
    one, other = tables(frame), tables(frame.sample(frac=1, random_state=5))
    for name, a, b in zip(("out_fits", "out_fit_parameters", "out_curves"), one, other, strict=True):
        schema(name).validate(a, lazy=True)
        pd.testing.assert_frame_equal(a, b)
    assert list(one[0]["series"].unique()) == ["coco", "imagenet-1k"]
    assert one[0]["fit_id"].is_unique


def test_a_series_has_the_same_fits_whatever_else_is_fitted():
    alone, beside = (
        fits_table(fit_all(f, replicates=60).fits)
        for f in (imagenet_2020(), pd.concat([observations(*GOOD, series="coco", metric="box_ap"), imagenet_2020()]))
    )
    pd.testing.assert_frame_equal(alone, beside[beside["series"] == "imagenet-1k"].reset_index(drop=True))


def test_every_estimator_fits_and_says_the_same_in_all_tables():
    frame = spread_out(np.random.default_rng(8))
    fitted = fit_all(frame, replicates=200)
    assert [f.estimator for f in fitted.fits] == list(ESTIMATORS), fitted.refusals
    parameters, curves = parameters_table(fitted.fits), curves_table(fitted.fits)
    schema("out_fit_parameters").validate(parameters, lazy=True)
    schema("out_curves").validate(curves, lazy=True)
    for fit in fitted.fits:
        assert fit.rises and fit.implied_power is not None
        assert set(parameters.loc[parameters["fit_id"] == fit.fit_id, "parameter"]) == set(fit.parameters)
        points = curves[curves["fit_id"] == fit.fit_id]
        last = points["log10_flop"].iloc[-1]
        if fit.estimator != "points_per_decade":  # whose error is gone before
            assert last == pytest.approx(fit.log10_flop_max + 7)
        assert points["curve_error"].iloc[-1] == pytest.approx(float(fit.predict_error(last).value))
        assert points["curve_error"].is_monotonic_decreasing
        reached = fit.log10_flop_at(float(fit.predict_error(21.0).value))
        assert reached.value == pytest.approx(21.0, abs=1e-6)
        assert reached.lower <= reached.value <= reached.upper


def test_a_curve_that_does_not_rise_ends_with_the_data():
    rng = np.random.default_rng(3)
    fits = fit_all(observations(rng.uniform(18, 22, 12), rng.uniform(0.2, 0.3, 12)), replicates=200).fits
    curves = curves_table(fits)
    flat = [f for f in fits if not f.rises]
    assert {"study_power_law", "power_law_forward"} <= {f.estimator for f in flat}
    for fit in flat:
        assert curves.loc[curves["fit_id"] == fit.fit_id, "log10_flop"].max() == fit.log10_flop_max


def test_too_few_papers_stop_the_bootstrap_and_not_the_studys_recipes():
    frame = imagenet_2020().assign(paper_id=["a", "b", "c", "d", "e"] * 2 + ["a", "b", "c"])
    fitted = fit_all(frame, replicates=20)
    assert [f.estimator for f in fitted.fits] == list(RECIPES)
    few = {words(r.reason) for r in fitted.refusals if STATUS_OF[r.reason.code] == "too_few_papers"}
    assert few == {"5 papers, at least 6 are needed for an interval by papers"}


def test_years_that_are_not_known_are_left_out_where_years_count():
    frame = spread_out(np.random.default_rng(9))
    frame.loc[:9, "year"] = pd.NA
    by_name = by_estimator(fit_all(frame, replicates=60).fits)
    assert (by_name["power_law_forward"].n, by_name["progress"].n) == (40, 30)


def test_a_known_floor_is_the_prior_of_forms_with_one_and_counts_in_every_fit_id():
    frame = spread_out(np.random.default_rng(10))
    without, known = (
        fit_all(frame, replicates=20, error_floors=floors).fits
        for floors in (None, {("imagenet-1k", "top1_accuracy"): 0.03, ("coco", "box_ap"): 0.5})
    )
    at, free = (by_estimator(f)["power_law_floor"].floor.value for f in (known, without))
    assert abs(at - 0.03) < abs(free - 0.03)
    assert by_estimator(known)["power_law_forward"].slope == by_estimator(without)["power_law_forward"].slope
    drawn = [name for name in ESTIMATORS if name not in RECIPES]
    assert all(by_estimator(known)[name].fit_id != by_estimator(without)[name].fit_id for name in drawn)


def test_names_of_estimators_are_unique():
    assert len(set(ESTIMATORS)) == len(ESTIMATORS) == len(RECIPES) + len(estimators_for(0.06))
    assert [e.name for e in estimators_for(0.06)] == [e.name for e in estimators_for(None)]


@pytest.mark.parametrize("wrong", [{"confidence_level": 1.0}, {"replicates": 0}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=r"level lies between|at least one"):
        fit_all(imagenet_2020(), **wrong)


def test_rows_outside_the_fit_do_not_count():
    frame = imagenet_2020()
    stray = frame.head(1).assign(error=0.9, in_fit=False)
    for a, b in zip(tables(pd.concat([frame, stray])), tables(frame), strict=True):
        pd.testing.assert_frame_equal(a, b)


def test_a_range_of_90_percent_becomes_a_standard_deviation():
    lower, upper = np.array([1e18, np.nan, 0.0, 1e20]), np.array([1e20, 1e20, 1e20, 1e18])
    found = compute_sd(lower, upper, ["reported", "reported", "hardware_time", "third_party"])
    usual = [2 * np.log10(1.1), np.log10(0.56 / 0.19), 2.0]  # hardware time: the range of the utilisation
    np.testing.assert_allclose(found, np.array([2.0, *usual]) / (2 * 1.6448536), rtol=1e-6)


@pytest.mark.parametrize(
    ("key", "family"), [("resnet152", "resnet"), ("gnmt+rl", "gnmt"), ("3dunet", "3dunet"), ("", ""), ("vit", "vit")]
)
def test_families_are_the_letters_before_the_first_other_sign(key, family):
    assert family_of(key) == family


def test_observations_without_a_year_are_fitted_too():
    frame = pd.concat([imagenet_2020(), imagenet_2020()], ignore_index=True)
    frame["year"] = frame["year"].astype("Int64").where(frame.index % 2 == 0)
    assert sample_of(frame).n == 26


@pytest.mark.parametrize(
    "change",
    [
        {"error": lambda o: o["error"] / 2},
        {"training_flop_upper": lambda o: 2 * o["training_flop_upper"]},
        {"method": "third_party"},
        {"paper_id": "one"},
        {"model_key": "alike"},
    ],
)
def test_input_hash_follows_the_content(change):
    assert sample_of(imagenet_2020()).input_hash != sample_of(imagenet_2020().assign(**change)).input_hash


def test_nothing_to_fit_gives_empty_tables():
    fitted = fit_all(imagenet_2020().head(0))
    assert (fitted.fits, fitted.refusals) == ([], [])
    for name, table in zip(
        ("out_fits", "out_fit_parameters", "out_curves"), tables(imagenet_2020().head(0)), strict=True
    ):
        assert len(schema(name).validate(table)) == 0


@pytest.mark.parametrize("error", [0, 1, -0.1, np.nan])
def test_no_compute_for_an_impossible_error(error):
    with pytest.raises(ValueError, match="between 0 and 1"):
        fit_series("study_power_law", imagenet_2020()).log10_flop_at(error)
