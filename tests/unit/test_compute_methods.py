"""The methods against figures that others estimated."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codes import has
from schemas.codes.compute import ComputeFlag
from tasks.compute.methods import (
    ComputeAssumptions,
    ComputeInputs,
    ExamplesSeen,
    MagnitudeError,
    estimates_by_method,
    from_operation_count,
    from_parameters_and_tokens,
    from_reported,
    from_third_party,
    hardware_burden,
    training_peaks,
)
from tasks.reference.hardware import by_slug, load_hardware

HARDWARE = by_slug(load_hardware())
A = ComputeAssumptions()


def test_the_studys_burdens_of_nasnet_and_alexnet() -> None:
    nasnet = hardware_burden(HARDWARE["nvidia-p100"], 500, 4 * 24)
    alexnet = hardware_burden(HARDWARE["nvidia-gtx-580"], 2, 5.5 * 24)
    assert nasnet == pytest.approx(1.645056e21, rel=0.002)
    assert alexnet == pytest.approx(1.501632e18, rel=0.002)
    assert nasnet / alexnet == pytest.approx(1095, rel=0.003)


def test_a_multiply_add_is_two_operations() -> None:
    one = ExamplesSeen(1.0, "1 example")
    assert from_operation_count(4.1e9, "multiply_add", one, A).training_flop == pytest.approx(8.2e9 * 3)


def test_undecided_operations_keep_both_readings_in_the_range() -> None:
    r = from_operation_count(4.1e9, "", ExamplesSeen(1.28e6 * 90, "90 epochs"), A)
    assert r.training_flop_lower < 4.1e9 * 3 * 1.28e6 * 90 < r.training_flop_upper
    assert r.training_flop_lower < 8.2e9 * 3 * 1.28e6 * 90 < r.training_flop_upper
    assert has(r.flags, ComputeFlag.UNIT_UNDECIDED)


def test_gpt3_by_six_n_d() -> None:
    r = from_parameters_and_tokens(174.6e9, 300e9, A)  # Brown et al. 2020, appendix D: 3.14e23
    assert r.training_flop == pytest.approx(3.14e23, rel=0.01)


def test_transformer_big_stated_and_timed() -> None:
    """Vaswani et al. 2017: 2.3e19 FLOP stated, from 8 P100 x 3.5 days at 9.5 TFLOP/s sustained: no utilisation."""
    inputs = ComputeInputs(stated_training_flop=2.3e19, hardware="nvidia-p100", chips=8, duration_hours=84)
    reported, timed = estimates_by_method(inputs, HARDWARE)
    assert (reported.method, timed.method) == ("reported", "hardware_time")
    assert timed.hardware_burden_flop == pytest.approx(2.3e19, rel=0.01)
    assert timed.training_flop == pytest.approx(2.3e19 * A.utilisation, rel=0.01)


@pytest.mark.parametrize(("word", "factor"), [("Confident", 3), ("Likely", 10), ("speculative", 30)])
def test_third_party_confidence_words(word: str, factor: float) -> None:
    r = from_third_party(1e20, word)
    assert (r.training_flop_lower, r.training_flop_upper) == (
        pytest.approx(1e20 / factor),
        pytest.approx(1e20 * factor),
    )


def test_unknown_confidence_word_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence"):
        from_third_party(1e20, "Sure")


@pytest.mark.parametrize("flop", [0.0, -1.0, 3.3, 1e40, math.inf, math.nan])
def test_a_lost_prefix_is_caught(flop: float) -> None:
    with pytest.raises(MagnitudeError):
        from_reported(flop, A)


def test_implied_utilisation_above_one_is_flagged() -> None:
    inputs = ComputeInputs(
        hardware="nvidia-k40",
        chips=1,
        duration_hours=1,
        forward_ops=4e9,
        forward_ops_unit="flop",
        examples=1e6,
        epochs=90,
    )
    counted, timed = estimates_by_method(inputs, HARDWARE)
    assert has(timed.flags, ComputeFlag.IMPLAUSIBLE_UTILISATION)
    assert has(counted.flags, ComputeFlag.RANGES_APART)


def test_precision_chooses_the_peak() -> None:
    def flop(precision: str) -> float:
        inputs = ComputeInputs(hardware="nvidia-v100", chips=1, duration_hours=1, precision=precision)
        return estimates_by_method(inputs, HARDWARE)[0].training_flop

    assert flop("fp16") / flop("fp32") == pytest.approx(125 / 15.67)
    assert flop("") == flop("fp32")
    assert flop("mixed") == flop("fp16")


def test_a_stated_utilisation_leaves_little_to_suppose() -> None:
    """PaLM (arXiv 2204.02311): 46.2 % model FLOPs utilisation; the chips and hours here are made up."""
    known = ComputeInputs(hardware="tpu-v4", chips=6144, duration_hours=1200)
    (supposed,) = estimates_by_method(known, HARDWARE)
    (stated,) = estimates_by_method(replace(known, utilisation=0.462), HARDWARE)
    assert stated.training_flop == pytest.approx(6144 * 1200 * 3600 * 2.75e14 * 0.462)
    assert stated.training_flop_upper / stated.training_flop_lower < 1.3
    assert supposed.training_flop_upper / supposed.training_flop_lower > 2.5


def test_later_gpus_multiply_on_tensor_cores_unasked() -> None:
    central, lower, upper = training_peaks(HARDWARE["nvidia-a100"], "") or (0, 0, 0)
    assert (central, lower, upper) == (3.12e14, 1.56e14, 3.12e14)
    assert training_peaks(HARDWARE["nvidia-a100"], "fp32") == (1.949e13,) * 3


def test_generic_hardware_gives_nothing() -> None:
    assert estimates_by_method(ComputeInputs(hardware="gpu", chips=8, duration_hours=24), HARDWARE) == []


@given(st.floats(1, 1e4), st.floats(0.1, 1e4), st.sampled_from(["nvidia-v100", "nvidia-a100", "tpu-v3", "nvidia-k80"]))
def test_value_lies_in_its_range(chips: float, hours: float, slug: str) -> None:
    (r,) = estimates_by_method(ComputeInputs(hardware=slug, chips=chips, duration_hours=hours), HARDWARE)
    assert r.training_flop_lower <= r.training_flop <= r.training_flop_upper
