"""What a machine read and is out of all proportion to its series, or no better than a guess, waits for review."""

import math
import random

import numpy as np
import pytest
from scipy import stats

from schemas.codes.matching import Exclusion
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Observation
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.observations import SURELY_READ
from tasks.match.proportion import ENOUGH_OTHERS, _Slopes
from tasks.wording import words
from tests.unit.matching import observations

POOLING = [
    PooledSeries("imagenet-1k", "top1_accuracy", "imagenet-1k"),
    PooledSeries("mmlu", "accuracy", "mmlu"),
]
MMLU = {"benchmark": "mmlu", "metric": "accuracy"}
ORDER = ("reference", "folder", "study-data")
SCATTER = 0.05


def series(n: int, seed: int = 1, **changes) -> list[tuple[Accuracy, ListedEstimate]]:
    """Models about a falling line of log error on log compute, as a machine read them."""
    drawn = random.Random(seed)
    flops = [10 ** (17 + 5 * i / (n - 1)) for i in range(n)]
    values = [100 * (1 - _on_line(flop) * 10 ** drawn.gauss(0, SCATTER)) for flop in flops]
    return [
        model(f"of-line-{i}", flop, value, **changes) for i, (flop, value) in enumerate(zip(flops, values, strict=True))
    ]


def _on_line(flop: float) -> float:
    return 10 ** (-0.4 - 0.1 * (math.log10(flop) - 17))


def model(name: str, flop: float, value: float, **changes) -> tuple[Accuracy, ListedEstimate]:
    known = {"table_name": "core_results", "source_id": "folder", "is_own": True, "is_ensemble": False}
    known |= {"benchmark": "imagenet-1k", "metric": "top1_accuracy", "year": 2020, "extra_data": None}
    known |= {"result_id": name, "model": name, "model_key": name, "confidence": 0.9, "paper_id": f"paper of {name}"}
    accuracy = Accuracy(value=value, **(known | changes))
    estimate = ListedEstimate(
        estimate_id=f"compute of {name}",
        paper_id=accuracy.paper_id,
        model=accuracy.model,
        model_key=accuracy.model_key,
        training_set=None,
        method="reported",
        training_flop=flop,
        training_flop_lower=flop / 2,
        training_flop_upper=flop * 2,
        basis="stated",
        evidence_ids="d1",
        compute_source="paper",
        is_preferred=True,
        source_id=accuracy.source_id,
        source_table=accuracy.source_table,
    )
    return accuracy, estimate


def joined(models: list[tuple[Accuracy, ListedEstimate]]) -> dict[str, Observation]:
    accuracies, estimates = zip(*models, strict=True)
    rows = observations(accuracies, estimates, POOLING, ORDER)
    assert rows == observations(accuracies[::-1], estimates[::-1], POOLING, ORDER)
    return {r.result_id: r for r in rows}


def waiting(models: list[tuple[Accuracy, ListedEstimate]]) -> set[str]:
    """Which observations wait as out of all proportion; the others are all in the fit."""
    rows = joined(models).values()
    out = {r.result_id for r in rows if [e.code for e in r.exclusions] == [Exclusion.OUT_OF_PROPORTION]}
    assert {r.result_id for r in rows if r.in_fit} == {r.result_id for r in rows} - out
    return out


@pytest.mark.parametrize("n", [12, 30, 100])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_scatters_about_the_line_stays(n, seed):
    assert waiting(series(n, seed)) == set()


@pytest.mark.parametrize(
    ("flop", "value"),
    [
        (1e19, 24.8),  # an error taken for an accuracy
        (1e19, 6.0),  # a count taken for an accuracy
        (1e19, 97.3),  # another benchmark's accuracy
        (1e30, 78.0),  # compute too great by far: the point is far out on the axis, and drags the line least of all
        (1e9, 78.0),  # and too small
    ],
)
@pytest.mark.parametrize("n", [20, 100])
def test_what_is_far_from_the_line_waits_on_either_side(flop, value, n):
    assert waiting([*series(n), model("far", flop, value)]) == {"far"}


def test_its_words_say_how_far_it_is_and_where_the_line_lies():
    (why,) = joined([*series(30), model("far", 1e19, 6.0)])["far"].exclusions
    assert why["expected"] == pytest.approx(100 * (1 - _on_line(1e19)), abs=1.5)
    assert why["others"] == 30 and why["deviations"] > why["limit"] > 4
    assert words(why) == (
        f"read by machine, and {why['deviations']:.1f} robust standard deviations from the line of the series' 30 other"
        f" observations, {why['expected']:.3g} at its compute (limit {why['limit']:.1f}): it waits for review"
    )


def test_outliers_do_not_mask_one_another():
    far = [model(f"far-{i}", 10 ** (19 + i / 5), 5.0 + i) for i in range(5)]
    assert waiting([*series(20), *far]) == {f"far-{i}" for i in range(5)}


def test_outliers_at_one_end_do_not_tilt_the_line_towards_them():
    far = [model(f"far-{i}", 10 ** (23 + i / 5), 5.0 + i) for i in range(4)]
    assert waiting([*series(20), *far]) == {f"far-{i}" for i in range(4)}


def test_outliers_on_both_sides_do_not_hide_each_other():
    models = [*series(30), model("below", 1e18, 5.0), model("above", 1e20, 98.0)]
    assert waiting(models) == {"below", "above"}


def test_a_small_series_is_not_judged():
    far = model("far", 1e19, 99.9)
    assert waiting([*series(ENOUGH_OTHERS - 1), far]) == set()
    assert waiting([*series(ENOUGH_OTHERS), far]) == {"far"}


@pytest.mark.slow
def test_the_fewer_points_the_farther_off_it_must_be():
    limits = {}
    for n in (ENOUGH_OTHERS, 20, 200):
        (why,) = joined([*series(n), model("far", 1e19, 99.9)])["far"].exclusions
        limits[n] = why["limit"]
    assert limits[ENOUGH_OTHERS] > limits[20] > limits[200] > 4


@pytest.mark.parametrize(
    "by_others",
    [
        {"table_name": "raw_observations", "source_id": "reference"},
        {"table_name": "raw_scores", "source_id": "study-data", "source_table": "imagenet"},
        {"is_corrected": True},
    ],
)
def test_what_a_person_has_read_is_exempt(by_others):
    assert waiting([*series(30), model("far", 1e19, 6.0, **by_others)]) == set()


def test_what_is_exempt_counts_among_the_others():
    by_hand = series(12, table_name="raw_observations", source_id="reference")
    assert waiting([*by_hand, model("far", 1e19, 6.0)]) == {"far"}


def test_series_are_judged_apart():
    assert waiting([*series(30), model("alone", 1e19, 30.0, **MMLU)]) == set()


def test_others_of_one_compute_have_no_line():
    alike = [model(f"m{i}", 1e19, 70.0 + i / 10) for i in range(20)]
    assert waiting([*alike, model("far", 1e20, 6.0)]) == set()


def test_others_without_any_scatter_judge_nothing():
    exact = [model(f"m{i}", 10.0 ** (17 + i), 70.0) for i in range(10)]
    assert waiting([*exact, model("near", 1e19, 70.1)]) == set()


def test_what_a_person_read_of_the_model_takes_the_place_and_no_other_reading_of_a_machine():
    same = {"model": "one model", "model_key": "onemodel", "paper_id": "p1"}
    by_study = {"table_name": "raw_scores", "source_id": "study-data", "source_table": "imagenet"}
    far = model("far", 1e19, 97.3, **same)
    second = model("second", 1e19, 74.0, **same, test_protocol="10-crop")
    typed = model("typed", 1e19, 75.0, **same, **by_study)
    assert _codes([*series(30), far, second]) == {"far": ["out_of_proportion"], "second": ["model_waits"]}
    assert _codes([*series(30), far, second, typed]) == {
        "far": ["out_of_proportion"],
        "second": ["model_waits"],
        "typed": [],
    }


def _codes(models: list[tuple[Accuracy, ListedEstimate]]) -> dict[str, list[str]]:
    """Exclusions of the observations that are not of the line."""
    rows = joined(models).items()
    return {name: [e.code for e in row.exclusions] for name, row in rows if not name.startswith("of-line")}


def test_a_small_model_that_guesses_is_not_measured_by_a_line_that_goes_below_a_guess():
    """On a benchmark of four answers the line would have a small model right in less than a quarter of the cases."""
    steep = [model(f"m{i}", 10 ** (22 + i / 5), 100 * (1 - 0.7 * 10 ** (-i / 25)) + i % 3, **MMLU) for i in range(15)]
    assert waiting([*steep, model("small", 1e18, 26.0, **MMLU)]) == set()


def test_what_stands_back_anyway_keeps_its_reason():
    far = model("far", 1e19, 6.0, is_ensemble=True)
    assert [e.code for e in joined([*series(30), far])["far"].exclusions] == [Exclusion.ENSEMBLE]


# --- no better than a guess, or not surely read


@pytest.mark.parametrize(("value", "waits"), [(24.0, True), (25.0, True), (25.1, False), (70.0, False)])
def test_an_accuracy_no_better_than_a_guess_waits_however_small_the_series(value, waits):
    row = joined([model("one", 1e22, value, **MMLU)])["one"]
    assert [e.code for e in row.exclusions] == ([Exclusion.AT_CHANCE] if waits else [])


@pytest.mark.parametrize(
    "by_a_person", [{"table_name": "raw_observations", "source_id": "reference"}, {"is_corrected": True}]
)
def test_a_guess_says_nothing_whoever_has_read_it(by_a_person):
    row = joined([model("one", 1e22, 24.0, **MMLU, **by_a_person)])["one"]
    assert [e.code for e in row.exclusions] == [Exclusion.AT_CHANCE]


@pytest.mark.parametrize(
    ("confidence", "is_corrected", "enters"),
    [(SURELY_READ, False, True), (SURELY_READ - 0.01, False, False), (SURELY_READ - 0.01, True, True)],
)
def test_what_was_not_surely_read_waits_unless_a_person_has_corrected_it(confidence, is_corrected, enters):
    row = joined([model("one", 1e22, 70.0, **MMLU, confidence=confidence, is_corrected=is_corrected)])["one"]
    assert row.in_fit is enters


# --- the line through all others


def test_the_slope_without_a_point_is_that_of_theil_and_sen_through_the_others():
    rng = np.random.default_rng(0)
    for n in (9, 10, 40):
        x = np.round(rng.uniform(17, 23, n), 1)  # some lie above each other: no slope is between them
        y = rng.normal(0, 0.1, n) - 0.1 * x
        slopes = _Slopes(x, y)
        assert slopes.median_without(None) == stats.theilslopes(y, x).slope
        for k in range(n):
            assert slopes.median_without(k) == stats.theilslopes(np.delete(y, k), np.delete(x, k)).slope


def test_a_long_series_is_judged_by_a_line_through_some_of_its_points(monkeypatch):
    monkeypatch.setattr("tasks.match.proportion.MOST_POINTS", 30)
    assert waiting([*series(60), model("far", 1e19, 6.0)]) == {"far"}
