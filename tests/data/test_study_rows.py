"""The study's rows recomputed by our formulas, and every difference explained (skipped where its data are absent)."""

from dataclasses import replace

import pytest

from tasks.compute.methods import hardware_burden
from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.study_2020_runs import load_study_2020_runs
from tasks.reference.study_exceptions import load_study_exceptions
from tasks.reference.study_runs import load_study_runs
from tasks.sources.study_data import UnknownChip
from tests.study import (
    BURDEN,
    BURDEN_TYPED,
    OPERATIONS,
    Comparison,
    compare,
    compare_points,
    read_points,
    share_within,
    unexplained,
)
from tools.compare_study import POINTS, STUDY, chip_comparisons, study_peaks, study_rows

absent = pytest.mark.skipif(not STUDY.exists(), reason="the study's data are not on this machine")


@pytest.fixture(scope="module")
def found() -> list[Comparison]:
    return compare(study_rows(), study_peaks())


@pytest.fixture(scope="module")
def points() -> list[Comparison]:
    return compare_points(read_points(POINTS), load_study_2020_runs(), study_peaks())


def of(found: list[Comparison], quantity: str) -> list[Comparison]:
    return [c for c in found if c.quantity == quantity]


@absent
def test_our_burdens_are_theirs_on_nine_rows_of_ten(found: list[Comparison]) -> None:
    assert len(of(found, BURDEN)) >= 61
    assert share_within(of(found, BURDEN)) >= 0.90


@absent
def test_their_typed_rates_give_their_burdens(found: list[Comparison]) -> None:
    """Devices x rate x time, summed over phases and kinds of chip, is how they reckoned."""
    assert share_within(of(found, BURDEN_TYPED)) == 1.0


@absent
def test_our_network_operations_are_theirs_on_four_rows_of_five(found: list[Comparison]) -> None:
    assert len(of(found, OPERATIONS)) >= 83
    assert share_within(of(found, OPERATIONS)) >= 0.80


@absent
def test_chips_of_our_table_alone_give_their_burdens_within_a_fifth() -> None:
    """V100 is SXM2 in our table and PCIe in theirs (11 %), a TPU v3 chip 123 here and 105 TFLOP/s there (17 %)."""
    alone = chip_comparisons(study_rows(), study_peaks())
    assert share_within(alone, 0.20) >= 0.95


@absent
def test_every_difference_is_explained_and_no_explanation_is_stale(
    found: list[Comparison], points: list[Comparison]
) -> None:
    assert unexplained([*found, *points], load_study_exceptions()) == []


@absent
def test_points_of_2020_that_can_be_traced_come_back(points: list[Comparison]) -> None:
    assert len(points) >= 16
    assert share_within(points) >= 0.80


@absent
def test_the_growth_splits_two_runs_are_points_of_2020() -> None:
    """NASNet-A and AlexNet: study_runs.csv holds them, as the growth split needs them in the warehouse."""
    table = by_slug(load_hardware())
    theirs = {p["model"]: float(p["hardware_burden_gflop"]) * 1e9 for p in read_points(POINTS)}
    ours = {r.model: hardware_burden(table[r.hardware], r.chips, r.duration_hours) for r in load_study_runs()}
    assert ours["NASNet-A"] == pytest.approx(theirs["NASNetA (6@4032)"], rel=0.02)
    assert ours["AlexNet"] == pytest.approx(theirs["AlexNet 7CNNs"], rel=0.02)


def test_differences_without_and_with_stale_explanations_are_told() -> None:
    off = Comparison("b", "m", BURDEN, 2.0, 1.0)
    given = load_study_exceptions()[0]
    fitting = replace(given, benchmark="b", model="m", quantity=BURDEN, ours=2.0, theirs=1.0, ratio=2.0)
    assert unexplained([off], [fitting]) == []
    assert unexplained([off], [])[0].startswith("no explanation: b / m")
    assert unexplained([off], [replace(fitting, cause=" ")])[0].startswith("no cause")
    assert unexplained([off], [replace(fitting, ours=3.0)])[0].startswith("stale")
    assert unexplained([replace(off, ours=1.01)], [fitting])[0].startswith("stale")


def test_units_of_the_study_are_told_apart_and_unknown_chips_refused() -> None:
    peaks = study_peaks()
    assert peaks.slug("GeForce GTX Titan") == "nvidia-gtx-titan"
    assert peaks.slug("GeForce Titan X") == "nvidia-titan-x-pascal"
    one_hour = peaks.burden("Cloud TPU v4", 1, 1)
    assert one_hour == pytest.approx(4 * 2.75e14 * 3600)  # a device is four chips
    with pytest.raises(UnknownChip):
        peaks.slug("abacus")
