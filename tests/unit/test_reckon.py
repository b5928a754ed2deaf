"""From disclosures to estimates: which figure belongs to which model."""

from typing import Any

import pytest

from tasks.extract.names import model_key
from tasks.hardware import load_hardware
from tasks.reckon import operations_unit, reckon

HARDWARE = load_hardware()


def claim(field: str, value: Any, quote: str = "q", model: str = "", phase: str = "training", **more: Any) -> dict:
    number = None if field == "hardware" else float(value)
    return {
        "disclosure_id": f"{field}-{value}-{model}",
        "paper_id": "p",
        "field": field,
        "value": str(value),
        "number": number,
        "model": model or None,
        "model_key": model_key(model) or None,
        "phase": phase,
        "quote": quote,
        "raw_value": str(value),
        "column_header": None,
        "confidence_reasons": None,
        "page": 1,
        **more,
    }


def test_paper_level_time_belongs_to_the_main_model() -> None:
    claims = [claim("hardware", "nvidia-p100"), claim("chips", 8), claim("duration_hours", 84)]
    (row,) = reckon(claims, HARDWARE, {"p": ("Transformer (big)", "transformer-big")})
    assert (row["model"], row["method"], row["is_preferred"]) == ("Transformer (big)", "hardware_time", True)
    assert row["hardware_burden_flop"] == pytest.approx(2.3e19, rel=0.01)
    assert "main model by supposition" in row["flags"]
    assert row["evidence_ids"].split() == ["duration_hours-84-", "chips-8-", "hardware-nvidia-p100-"]


def test_one_sentence_ties_chips_and_time_together() -> None:
    claims = [
        claim("hardware", "nvidia-v100", "a"),
        claim("chips", 8, "a"),
        claim("chips", 64, "b"),
        claim("duration_hours", 10, "b"),
    ]
    (row,) = reckon(claims, HARDWARE)
    assert row["chips"] == 64


def test_two_chips_without_a_tie_give_nothing() -> None:
    claims = [
        claim("hardware", "nvidia-v100", "a"),
        claim("chips", 8, "a"),
        claim("chips", 64, "b"),
        claim("duration_hours", 10, "c"),
    ]
    assert reckon(claims, HARDWARE) == []


def test_several_times_span_the_range() -> None:
    claims = [claim("hardware", "nvidia-v100"), claim("chips", 8), claim("duration_hours", 10)]
    (one,) = reckon(claims, HARDWARE)
    (two,) = reckon([*claims, claim("duration_hours", 100)], HARDWARE)
    assert two["duration_hours"] == 100
    assert two["training_flop_lower"] == one["training_flop_lower"]
    assert "several times" in two["flags"]


def test_search_cost_is_no_training_cost() -> None:
    claims = [
        claim("hardware", "nvidia-p100", phase="search"),
        claim("chips", 500, phase="search"),
        claim("duration_hours", 96, phase="search"),
    ]
    assert reckon(claims, HARDWARE) == []


def test_doubtful_claims_are_left_out() -> None:
    assert reckon([claim("training_flop", 1e20, doubt="per device?")], HARDWARE) == []


def test_epochs_of_the_paper_serve_each_named_model() -> None:
    claims = [
        claim("forward_ops", 3.8e9, model="ResNet-50"),
        claim("forward_ops", 7.6e9, model="ResNet-101"),
        claim("epochs", 90),
        claim("examples", 1.28e6),
    ]
    rows = {r["model"]: r for r in reckon(claims, HARDWARE)}
    assert rows["ResNet-50"]["training_flop"] == pytest.approx(2 * 3.8e9 * 3 * 1.28e6 * 90)
    assert "undecided" not in rows["ResNet-50"]["flags"]  # its multiply-adds are known


def test_steps_and_batch_stand_for_examples_and_epochs() -> None:
    claims = [claim("forward_ops", 1e9, "1e9 FLOPs"), claim("steps", 6e5), claim("batch_size", 256)]
    (row,) = reckon(claims, HARDWARE)
    assert row["training_flop"] == pytest.approx(2 * 1e9 * 3 * 6e5 * 256)


def test_methods_stand_side_by_side_in_the_written_order() -> None:
    claims = [
        claim("training_flop", 2.3e19),
        claim("hardware", "nvidia-p100"),
        claim("chips", 8),
        claim("duration_hours", 84),
    ]
    rows = reckon(claims, HARDWARE)
    assert [(r["method"], r["is_preferred"]) for r in rows] == [("reported", True), ("hardware_time", False)]


@pytest.mark.parametrize(
    ("quote", "model", "number", "unit"),
    [
        ("569M multiply-adds", "", 569e6, "multiply_add"),
        ("300M MAdds", "", 3e8, "multiply_add"),
        ("4.1 GMACs", "", 4.1e9, "multiply_add"),
        ("Mult-Adds (M)", "", 4e8, "multiply_add"),
        ("4.1 GFLOPs", "ResNet-50", 4.1e9, "multiply_add"),
        ("8.2 GFLOPs", "ResNet-50", 8.2e9, "flop"),
        ("5 GFLOPs", "NewNet", 5e9, ""),
    ],
)
def test_unit_of_operations(quote: str, model: str, number: float, unit: str) -> None:
    assert operations_unit(claim("forward_ops", number, quote, model)) == unit


def test_same_claims_same_rows() -> None:
    claims = [claim("hardware", "nvidia-v100"), claim("chips", 8), claim("duration_hours", 10)]
    assert reckon(claims, HARDWARE) == reckon(claims, HARDWARE)


def test_figures_next_to_each_other_belong_together() -> None:
    here: dict[str, Any] = {"bbox_top": 100.0, "bbox_x0": 50.0}
    far: dict[str, Any] = {"bbox_top": 400.0, "bbox_x0": 50.0}
    claims = [
        claim("hardware", "nvidia-v100", "a", **here),
        claim("chips", 32, "a", **here),
        claim("chips", 8, "b", **far),
        claim("duration_hours", 144, "c", bbox_top=124.0, bbox_x0=60.0),
    ]
    (row,) = reckon(claims, HARDWARE)
    assert row["chips"] == 32


def test_parameters_of_another_size_are_not_the_models() -> None:
    claims = [claim("parameters", 2.7e9), claim("tokens", 1.8e11)]
    assert reckon(claims, HARDWARE, {"p": ("OPT-175B", "opt175b")}) == []
    assert len(reckon(claims, HARDWARE, {"p": ("OPT-2.7B", "opt2.7b")})) == 1
