"""Targets: status, reason, distance from the data, and what is withheld."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from schemas.frames import schema
from tasks.costs.assumptions import load_assumptions
from tasks.estimate.extrapolate import estimate, load_targets
from tasks.fit.model import Interval
from tasks.fit.registry import ESTIMATORS, Fitted, fit_all
from tasks.reference.benchmarks import with_apart
from tests.unit.published import estimates_table
from tests.unit.test_fit import imagenet_2020, observations

NO_TARGETS = pd.DataFrame(columns=["series", "metric", "target", "target_error", "source"])
NO_FLOORS: dict[tuple[str, str], float] = {}
COSTS = ["chip_hours", "cost_usd", "energy_kwh", "co2e_kg"]


def with_names(frame: pd.DataFrame) -> pd.DataFrame:
    names = [f"net-{i}" for i in range(len(frame))]
    return frame.assign(model=names, observation_id=names)


def targets(*errors: float, series="imagenet-1k", metric="top1_accuracy") -> pd.DataFrame:
    rows = [(series, metric, f"error_{e:g}", e, "made up") for e in errors]
    return pd.DataFrame(rows, columns=list(NO_TARGETS.columns))


def floors(floor: float | None, series="imagenet-1k", metric="top1_accuracy") -> dict:
    return {} if floor is None else {(series, metric): floor}


def estimates(frame, targets=NO_TARGETS, benchmarks=NO_FLOORS, level=0.9, **overrides) -> pd.DataFrame:
    frame = with_names(frame)
    table = estimates_table(
        estimate(
            fit_all(frame, level, replicates=100), frame, targets, benchmarks, load_assumptions(overrides=overrides)
        )
    )
    schema("out_estimates").validate(table, lazy=True)
    return table


def row(table: pd.DataFrame, target: str, estimator: str = "study_power_law") -> pd.Series:
    return table[(table["target"] == target) & (table["estimator"] == estimator)].iloc[0]


def on_a_line(n: int = 12, noise: float = 0.01) -> pd.DataFrame:
    decades = np.linspace(18, 22, n)
    return observations(decades, 0.4 * 10 ** (-0.1 * (decades - 18)) * (1 + noise * (-1.0) ** np.arange(n)))


@pytest.mark.parametrize(("off", "said"), [(0.0, "held"), (-2.0, "asks_more"), (3.0, "asks_less")])
def test_a_curve_that_lies_off_the_best_model_says_so(off, said):
    frame = on_a_line()
    best = frame["error"].idxmin()
    frame.loc[best, "training_flop"] *= 10**off
    found = row(estimates(frame), "half_of_best")
    assert found["frontier"] == said
    assert np.sign(found["decades_from_frontier"]) == -np.sign(off) or not off


def test_the_studys_targets_on_its_imagenet_points():
    # Their compute is a hardware burden, hence full utilisation.
    found = row(estimates(imagenet_2020(), targets(0.05), utilisation=1.0), "error_0.05")
    assert found["log10_training_flop"] - 9 == pytest.approx(19.06, abs=0.01)
    assert found["decades_beyond_data"] == pytest.approx(28.055 - 22.715, abs=0.01)
    assert found["cost_usd"] == pytest.approx(1.13e11, rel=0.01)
    assert found["cost_usd_lower"] < found["cost_usd"] < found["cost_usd_upper"]
    assert found["status"] == "far_extrapolation"
    assert "5.3 decades beyond the data" in found["reason"]


def test_computed_targets_of_every_series():
    table = estimates(imagenet_2020())
    assert row(table, "best_in_data")["target_error"] == pytest.approx(0.116)
    assert row(table, "half_of_best")["target_error"] == pytest.approx(0.058)
    reached = row(table, "best_in_data")
    assert reached["status"] == "reached"
    assert reached["reason"] == "reached by net-7 (2020) with 16 years of one fast chip (5.2×10²² FLOP)"


def test_wrong_labels_are_a_prior_and_no_verdict():
    """A known share of wrong labels makes a target below it less probable to be reached, the more the lower it is."""
    known = estimates(imagenet_2020(), targets(0.02, 0.05, 0.08), floors(0.0583))
    told = [row(known, f"error_{e}")["probability_unreachable"] for e in (0.02, 0.05, 0.08)]
    assert 1 > told[0] > told[1] > told[2] > 0
    assert set(known["status"]) >= {"far_extrapolation"}
    assert row(known, "error_0.05")[COSTS].notna().all()
    assert (known.loc[known["target"] == "best_in_data", "probability_unreachable"] == 0).all()


def test_the_posterior_of_a_floor_recovers_the_one_that_made_the_data():
    rng = np.random.default_rng(2)
    x = np.linspace(18, 26, 60)
    error = (0.1 + 10 ** -(0.3 * (x - 18) + 0.3)) * 10 ** rng.normal(0, 0.01, 60)
    found = estimates(observations(x, error), targets(0.05, 0.09))
    assert row(found, "error_0.05")["probability_unreachable"] > 0.9
    open_end = observations(x, 10 ** -(0.1 * (x - 18) + 0.3) * 10 ** rng.normal(0, 0.01, 60))
    lowest = float(open_end["error"].min())
    fair = estimates(open_end, targets(round(0.8 * lowest, 6)))
    named = fair[~fair["target"].isin(["best_in_data", "half_of_best"])]
    assert (named["probability_unreachable"] < 0.2).all()


def test_the_threshold_of_far_is_an_assumption():
    found = row(estimates(imagenet_2020(), far_extrapolation_decades=6), "half_of_best")
    assert (found["status"], found["reason"]) == ("ok", "4.5 decades beyond the data")


def test_without_a_slope_there_is_no_number():
    rng = np.random.default_rng(1)
    flat = observations(np.linspace(18, 22, 9), 0.2 + 0.02 * rng.random(9))
    rising = observations(np.linspace(18, 22, 9), np.linspace(0.1, 0.3, 9))
    for frame, words in ((flat, "cannot|tell from zero"), (rising, "accuracy falls")):
        found = row(estimates(frame), "half_of_best")
        assert found["status"] == "no_slope"
        assert pd.Series(found["reason"]).str.contains(words).all()
        assert pd.isna(found["log10_training_flop"])
        assert found[COSTS].isna().all()
        assert found["fit_id"]


def test_too_few_points_and_none_at_all():
    few = estimates(imagenet_2020().head(3), targets(0.05))
    assert set(few["status"]) == {"too_few_points"}
    assert list(few["estimator"].unique()) == list(ESTIMATORS)
    assert row(few, "error_0.05")["n"] == 3
    assert "at least 5" in row(few, "error_0.05")["reason"]
    none = estimates(imagenet_2020().head(0), targets(0.05))
    assert list(none["n"]) == [0] * len(ESTIMATORS)
    assert set(none["reason"]) == {"no observations"}


def test_too_few_papers_are_called_so():
    frame = imagenet_2020().assign(paper_id=["a", "b"] * 6 + ["a"])
    found = row(estimates(frame, targets(0.05)), "error_0.05", "power_law_forward")
    assert (found["status"], found["reason"]) == (
        "too_few_papers",
        "2 papers, at least 6 are needed for an interval by papers",
    )
    assert pd.isna(found["log10_training_flop"]) and found[COSTS].isna().all()


def test_without_a_fit_the_prior_tells_how_probable_a_target_is():
    few = estimates(imagenet_2020().head(3), targets(0.05), floors(0.0583))
    told = few.loc[few["target"] == "error_0.05"]
    assert set(told["status"]) == {"too_few_points"}
    (probability,) = set(told["probability_unreachable"])
    assert 0.3 < probability < 0.7  # the mean of the prior is 0.0583
    none = estimates(imagenet_2020().head(0), targets(0.05), floors(0.0583))
    assert none["probability_unreachable"].isna().all()


class Levelling:
    """A curve that levels off at 10 %, and knows no error above 60 %."""

    def log10_flop_at(self, error: float) -> Interval:
        return Interval(np.inf if error <= 0.1 else np.nan if error > 0.6 else 24.0, 23.0, None)


def test_a_target_under_the_fitted_floor_or_off_the_curve_has_no_number():
    frame = with_names(imagenet_2020())
    (fit,) = [f for f in fit_all(frame, replicates=20).fits if f.estimator == "power_law_forward"]
    levelling = replace(fit, curve=Levelling(), floor=Interval(0.1, 0.04, 0.12))
    found = estimate(Fitted([levelling], [], 0.9), frame, targets(0.05, 0.2, 0.7), NO_FLOORS, load_assumptions())
    table = estimates_table(found)
    schema("out_estimates").validate(table, lazy=True)
    under, off = (row(table, f"error_{e}", "power_law_forward") for e in (0.05, 0.7))
    assert (under["status"], off["status"]) == ("at_or_below_fitted_floor", "undefined")
    assert under["reason"] == "no compute gets there by this fit: its curve levels off at 10 % (4 to 12 %)"
    assert under[["log10_training_flop", *COSTS]].isna().all() and off[["log10_training_flop", *COSTS]].isna().all()
    open_ended = row(table, "error_0.2", "power_law_forward")
    assert open_ended["log10_training_flop"] == 24.0
    assert pd.isna(open_ended["log10_training_flop_upper"]) and pd.isna(open_ended["cost_usd_upper"])


def test_a_target_of_another_metric_meets_no_fit():
    found = row(estimates(imagenet_2020(), targets(0.05, metric="top5_accuracy")), "error_0.05")
    assert (found["status"], found["n"]) == ("too_few_points", 0)


def test_figures_beyond_floats_keep_their_logarithm():
    found = row(estimates(imagenet_2020(), targets(0.01), level=0.95), "error_0.01", "study_exponential")
    assert found["log10_training_flop"] - 9 == pytest.approx(120.13, abs=0.01)
    assert found["log10_training_flop_upper"] > 300
    assert found["cost_usd"] > 1e100
    assert pd.isna(found["cost_usd_upper"])


def test_sums_beyond_any_economy_are_flagged_and_stay():
    table = estimates(imagenet_2020(), targets(0.01))
    fair, beyond = row(table, "best_in_data"), row(table, "error_0.01", "study_exponential")
    assert fair["cost_usd_upper"] < 1e13 and pd.isna(fair["cost_bound_code"])
    assert beyond["cost_usd"] > 1e100 and beyond["cost_bound_code"] == "above_gdp"
    assert "which nobody can spend" in beyond["cost_bound"]
    assert pd.isna(row(estimates(imagenet_2020().head(2), targets(0.05)), "error_0.05")["cost_bound_code"])


def test_one_row_for_each_series_target_and_estimator():
    both = pd.concat(
        [imagenet_2020(), observations(np.linspace(18, 22, 6), np.linspace(0.6, 0.5, 6), "coco", "box_ap")]
    )
    table = estimates(both, targets(0.05, 0.01))
    assert len(table) == (2 + 2 + 2) * len(ESTIMATORS)
    assert not table.duplicated(["series", "target", "estimator"]).any()


def test_the_committed_targets_hold_the_studys_and_say_whose_they_are():
    committed = load_targets()
    pairs = set(zip(committed["series"], committed["target_error"], strict=True))
    assert {("imagenet-1k", 0.05), ("imagenet-1k", 0.01), ("coco", 0.3), ("coco", 0.1)} <= pairs
    assert {("squad-1.1", 0.02), ("squad-1.1", 0.01)} <= pairs
    of_study = committed["series"].isin(["coco", "squad-1.1", *with_apart("imagenet-1k")])
    assert (committed["source"].str.contains("2007.05558") == of_study).all()
    assert (committed["source"] != "").all()


def test_impossible_targets_are_refused(reference):
    targets(0.0).to_csv(reference / "targets.csv", index=False)
    with pytest.raises(ValueError, match="between 0 and 1"):
        load_targets()
