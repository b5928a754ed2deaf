"""Leaving one paper or family out: the same as fitting without its rows, the most influential first."""

import numpy as np
import pytest

from tasks.estimate.extrapolate import HALF_OF_BEST, Target
from tasks.evaluate.sensitivity import chosen_rows
from tasks.evaluate.sensitivity.chosen_rows import estimate_target, series_of, with_weights
from tasks.evaluate.sensitivity.influence import half_of_best, influence_rows
from tasks.fit.estimators.directions import FORWARD
from tasks.fit.estimators.forms import EXPONENTIAL_LAW
from tasks.fit.estimators.progress import ESTIMATORS as PROGRESS
from tasks.fit.estimators.random_effects import RANDOM_EFFECTS
from tasks.load.validate import validate
from tasks.refresh.flat import flat
from tests.unit.series import observations


def flat_influence(*args, **settings):
    return flat(influence_rows(*args, **settings))


TARGET = Target("imagenet-1k", "top1_accuracy", "five percent", 0.05)


def forward(series, metric):
    return (FORWARD,)


def papers_of(frame, **settings):
    rows = flat_influence(frame, settings.pop("estimators_for", forward), [TARGET], **settings)
    return [r for r in rows if r["left_out_kind"] == "paper"]


def noisy(seed=1, n=18, papers=9):
    rng = np.random.default_rng(seed)
    x = rng.uniform(17, 23, n)
    return observations(x, -0.9 + 0.08 * x + rng.normal(0, 0.03, n), np.arange(n) % papers)


def by_polyfit(frame):
    """Power and log10 FLOP at the target by numpy."""
    slope, intercept = np.polyfit(np.log10(frame["training_flop"]), -np.log10(frame["error"]), 1)
    return 1 / slope, (np.log10(1 / TARGET.error) - intercept) / slope


def test_without_a_paper_is_what_a_fit_of_the_other_rows_says():
    frame = noisy()
    rows = papers_of(frame, kept=100)
    assert len(rows) == 9
    for row in rows:
        others = frame[frame["paper_id"] != row["left_out"]]
        assert (row["implied_power"], row["log10_training_flop"]) == pytest.approx(by_polyfit(frame))
        assert (row["power_without"], row["log10_training_flop_without"]) == pytest.approx(by_polyfit(others))
        assert row["decades_moved"] == pytest.approx(by_polyfit(others)[1] - by_polyfit(frame)[1])
        assert (row["n"], row["n_left_out"], row["fit_outcome"]) == (18, 2, "number")


def test_without_each_is_fitted_in_portions_where_memory_has_no_room(monkeypatch):
    whole = papers_of(noisy(), kept=100)
    monkeypatch.setattr(chosen_rows, "_WEIGHTS_AT_ONCE", 40)  # two of 18 observations
    assert papers_of(noisy(), kept=100) == whole


def test_the_most_influential_come_first_and_only_so_many():
    rows = papers_of(noisy(), kept=4)
    moved = [abs(r["decades_moved"]) for r in rows]
    assert [r["influence_rank"] for r in rows] == [1, 2, 3, 4]
    assert moved == sorted(moved, reverse=True)
    assert moved == [abs(r["decades_moved"]) for r in papers_of(noisy(), kept=100)][:4]


def test_a_planted_paper_is_found_by_every_estimator():
    frame = noisy(2, n=30, papers=30)
    frame.loc[7, ["error", "training_flop"]] = [0.6, 1e24]
    for estimator in (FORWARD, RANDOM_EFFECTS):
        first = papers_of(frame, estimators_for=lambda series, metric, e=estimator: (e,))[0]
        assert (first["left_out"], first["decades_moved"] < -0.5) == ("p0007", True)


def test_families_are_left_out_as_a_whole():
    frame = noisy()
    frame["model_key"] = [f"{'resnet' if i < 6 else 'vit'}{i}" for i in range(18)]
    rows = [r for r in flat_influence(frame, forward, [TARGET]) if r["left_out_kind"] == "family"]
    assert {r["left_out"]: r["n_left_out"] for r in rows} == {"resnet": 6, "vit": 12}
    without = next(r for r in rows if r["left_out"] == "resnet")
    assert without["log10_training_flop_without"] == pytest.approx(by_polyfit(frame.iloc[6:])[1])


def test_a_paper_that_carries_the_slope_or_the_fit_comes_first():
    x = np.array([18.0, 19, 20, 21, 22, 23])
    y = np.array([0.5, 0.48, 0.46, 0.44, 0.42, 1.4])
    first = papers_of(observations(x, y))[0]
    assert (first["left_out"], first["fit_outcome"]) == ("p0005", "unreachable")
    assert (first["log10_training_flop_without"], first["power_without"], first["decades_moved"]) == (None, None, None)
    five = papers_of(noisy(3, n=5, papers=5))
    assert [r["fit_outcome"] for r in five] == ["not_fitted"] * 5  # four points carry no line


def test_a_paper_that_moves_nothing_is_left_out():
    x = np.array([18.0, 19, 20, 21, 22, 23])
    falling = observations(x, 1.4 - 0.05 * x)
    assert papers_of(falling) == []  # unreachable with each of them and without


def test_years_that_are_unknown_count_for_no_estimator_that_needs_them():
    rng = np.random.default_rng(4)
    frame = noisy(4, n=24, papers=12).assign(year=rng.integers(2012, 2020, 24))
    frame["year"] = frame["year"].astype("Int64")
    frame.loc[[3, 4, 5], "year"] = None
    progress = PROGRESS[0]
    assert progress.needs_years
    series = series_of(frame)
    known = series_of(frame.dropna(subset="year"))
    found, wanted = (estimate_target(progress, s.batch, 0.05) for s in (series, known))
    assert (found.n[0], wanted.n[0]) == (21, 21)
    assert found.log10_flop == pytest.approx(wanted.log10_flop)


def test_a_row_without_weight_is_no_row():
    frame = noisy(5).sort_values("error").reset_index(drop=True)
    series = series_of(frame)
    kept = series.rows["training_flop"] < 1e21
    found = estimate_target(FORWARD, with_weights(series.batch, [kept]), 0.05)
    assert (found.power[0], found.log10_flop[0]) == pytest.approx(by_polyfit(series.rows[kept]))


def test_the_power_of_a_curve_is_that_at_the_upper_end():
    x = np.linspace(18, 23, 8)
    frame = observations(x, np.log10(0.9 * x - 13))  # 1/error = 0.9 x - 13
    weight = np.ones((2, 8))
    weight[1, 0] = 0  # the lowest error, and the largest compute
    power = estimate_target(EXPONENTIAL_LAW, with_weights(series_of(frame).batch, weight), 0.05).power
    assert power == pytest.approx((0.9 * x[[-1, -2]] - 13) * np.log(10) / 0.9, rel=0.01)


def test_targets_are_half_of_the_best_error_of_each_series_in_the_fits():
    frame = noisy()
    frame.loc[0, "in_fit"] = False
    frame.loc[0, "error"] = 0.001
    (target,) = half_of_best(frame)
    assert (target.series, target.name) == ("imagenet-1k", HALF_OF_BEST)
    assert target.error == frame["error"][1:].min() / 2
    assert half_of_best(frame.iloc[:3]) == []  # too few to be fitted at all


def test_rows_fit_the_table_whatever_the_order_of_observations():
    frame = noisy(6)
    rows = flat_influence(frame, lambda series, metric: (FORWARD, RANDOM_EFFECTS), [TARGET])
    good, refused = validate(rows, "out_influence")
    assert (len(good), len(refused)) == (len(rows), 0)
    shuffled = frame.sample(frac=1, random_state=1)
    assert rows == flat_influence(shuffled, lambda series, metric: (FORWARD, RANDOM_EFFECTS), [TARGET])


def test_series_without_observations_have_no_rows():
    elsewhere = Target("coco", "box_ap", "x", 0.3)
    assert flat_influence(noisy(), forward, [elsewhere]) == []
