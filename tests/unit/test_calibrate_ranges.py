"""Ranges of training compute are widened until nine in ten hold what others have."""

import math
from dataclasses import replace
from typing import Any

import pytest

from schemas.codes import Coded
from schemas.codes.compute import ComputeFlag
from schemas.rows.compute import ComputeEstimate
from tasks.compute.calibration import kind_of
from tasks.compute.methods import ComputeAssumptions, from_reported
from tasks.compute.rows import EstimatedModel, estimate_row
from tasks.reference.range_calibration import CALIBRATIONS, KINDS, range_factors
from tools.calibrate_ranges import Comparison, factors, held_out, quantile, score

CELL = ("operation_count", "machine")


def compared(paper: str, score: float, method: str = CELL[0], kind: str = CELL[1]) -> Comparison:
    return Comparison(paper, 2020, method, kind, "readers", score)


def estimate(**given: Any) -> ComputeEstimate:
    known = {f: None for f in ComputeEstimate.__dataclass_fields__} | {"flags": ()}
    return ComputeEstimate(**(known | given))


def test_the_score_is_how_far_outside_the_range_as_the_method_gives_it() -> None:
    plain = estimate(training_flop_lower=1e19, training_flop_upper=1e20)
    assert score(plain, 1e21) == pytest.approx(1)
    assert score(plain, 1e18) == pytest.approx(1)
    assert score(plain, math.sqrt(10) * 1e19) == pytest.approx(-0.5)
    wide = replace(plain, training_flop_lower=0.5e19, training_flop_upper=2e20, range_factor=2.0)
    assert score(wide, 1e21) == pytest.approx(1)


def test_the_quantile_counts_papers_and_not_rows() -> None:
    many = [compared("loud", 2.0) for _ in range(50)]
    rest = [compared(str(i), i / 100) for i in range(19)]
    assert quantile(many + rest) == pytest.approx(0.18)
    assert quantile(rest[:3]) == pytest.approx(0.02)


def test_a_method_of_few_papers_is_drawn_to_all() -> None:
    all_of = [compared(f"p{i}", 0.1 + i / 1000, "hardware_time", "hand") for i in range(40)]
    found = factors([*all_of, compared("q", 1.0)], [CELL, ("hardware_time", "hand"), ("reported", "hand")])
    assert 0.1 < found["hardware_time", "hand"] < found[CELL] < 0.5
    assert found["reported", "hand"] == pytest.approx(quantile([*all_of, compared("q", 1.0)]))


def test_ranges_never_shrink() -> None:
    assert factors([compared(str(i), -1.0) for i in range(30)], [CELL])[CELL] == 0


def test_what_is_held_out_does_not_widen_its_own_range() -> None:
    judged = held_out([compared("far", 3.0), *(compared(str(i), 0.0) for i in range(30))], [CELL])
    assert {c.paper: inside for c, inside in judged}["far"] is False
    assert sum(inside for _, inside in judged) == 30


def test_nine_in_ten_of_papers_not_seen_lie_inside() -> None:
    scores = [compared(str(i), math.sin(i * 12.9898) * 2) for i in range(200)]
    inside = [ok for _, ok in held_out(scores, [CELL])]
    assert 0.88 <= sum(inside) / len(inside) <= 0.94


def test_figures_of_a_source_have_its_range_and_say_by_how_much_it_grew() -> None:
    plain = from_reported(1e20, ComputeAssumptions())
    words = {"paper_id": "p", "model": "m", "model_key": "m", "evidence_ids": "e", "quote": "q"}
    of_a_paper = EstimatedModel(**words, compute_source="paper", source_id="folder")
    wide = estimate_row(of_a_paper, plain, is_preferred=True)
    assert wide.range_factor == range_factors()["reported", "machine"] > 1
    assert wide.training_flop_upper == pytest.approx(plain.training_flop_upper * wide.range_factor)
    assert wide.own_range == pytest.approx((plain.training_flop_lower, plain.training_flop_upper))


@pytest.mark.parametrize(
    ("source", "flag", "kind"),
    [
        ("folder", None, "machine"),
        ("arxiv", ComputeFlag.UNIT_UNDECIDED, "machine"),
        ("folder", ComputeFlag.MODEL_SUPPOSED, "machine, doubtful"),
        ("folder", ComputeFlag.FIGURES_FAR_APART, "machine, doubtful"),
        ("reference", ComputeFlag.BASE_LEFT_OUT, "hand"),
        ("epoch", None, "Epoch AI"),
    ],
)
def test_what_a_machine_doubts_has_a_range_of_its_own(source: str, flag: ComputeFlag | None, kind: str) -> None:
    assert kind_of(source, (Coded.of(flag),) if flag else ()) == kind


def test_the_shipped_factors_are_measured_and_dated() -> None:
    rows = CALIBRATIONS.rows()
    assert {r.read_by for r in rows} == set(KINDS)
    assert all(r.measured >= "2026-11" and r.source and (r.comparisons == 0) == (r.papers == 0) for r in rows)
