"""Compute that a machine read and that is doubtful enters a fit only with a second witness."""

import pytest

from schemas.codes import Coded
from schemas.codes.compute import NEEDS_WITNESS, ComputeFlag
from schemas.codes.matching import Exclusion
from schemas.rows.compute import ListedEstimate
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.witness import AGREES_WITHIN, unwitnessed
from tasks.wording import words
from tests.unit.matching import observations

POOLING = [PooledSeries("imagenet-1k", "top1_accuracy", "imagenet-1k", "imagenet-1k")]
FAR_APART = Coded.of(ComputeFlag.FIGURES_FAR_APART, ratio=24.0)


def estimate(**changes) -> ListedEstimate:
    known = {
        "estimate_id": "doubtful",
        "paper_id": "p1",
        "model": "ResNet-152",
        "model_key": "resnet-152",
        "method": "operation_count",
        "training_flop": 1e19,
        "training_flop_lower": 1e18,
        "training_flop_upper": 1e20,
        "basis": "counted",
        "evidence_ids": "d1 d2",
        "compute_source": "paper",
        "is_preferred": True,
        "source_id": "folder",
        "flags": (FAR_APART,),
    }
    return ListedEstimate(**(known | changes))


def other(**changes) -> ListedEstimate:
    """A figure for the same model by another method of the paper, without doubt."""
    known = {"estimate_id": "other", "method": "hardware_time", "flags": (), "is_preferred": False}
    return estimate(**(known | changes))


OF_EPOCH = {
    "method": "third_party",
    "compute_source": "Epoch AI",
    "source_id": "epoch",
    "source_table": "all_ai_models",
    "is_preferred": True,
}


def parameters(code: ComputeFlag) -> Coded[ComputeFlag]:
    named = {"field": "epochs", "probability": 0.6, "ratio": 24.0, "year": 2020, "method": "imputed"}
    return Coded.of(code, **named, utilisation=3.0, least=0.02, chip="nvidia-v100", network="resnet50")


@pytest.mark.parametrize("code", NEEDS_WITNESS)
def test_a_doubtful_figure_without_a_witness_waits_and_says_why(code):
    (why,) = unwitnessed([estimate(flags=(parameters(code),))]).values()
    assert (why.code, why["flag"]) == (Exclusion.COMPUTE_UNWITNESSED, code.value)
    assert why["reason"] == words(parameters(code))


def test_a_figure_without_doubt_needs_no_witness():
    on_the_paper = Coded.of(ComputeFlag.PARTLY_OF_THE_PAPER)
    assert unwitnessed([estimate(flags=(on_the_paper,))]) == {}


@pytest.mark.parametrize(
    "witness",
    [
        {},
        {"training_flop": 1e19 * AGREES_WITHIN},
        {"training_flop": 1e19 / AGREES_WITHIN},
        {"model": "ResNet 152", "model_key": "resnet152"},
        OF_EPOCH,
        OF_EPOCH | {"method": "operation_count"},
        {"compute_source": "paper", "source_id": "reference", "is_hand_read": True, "method": "operation_count"},
    ],
)
def test_another_method_or_another_source_that_agrees_is_a_witness(witness):
    assert unwitnessed([estimate(), other(**witness)]) == {}


@pytest.mark.parametrize(
    "no_witness",
    [
        {"training_flop": 1.01e19 * AGREES_WITHIN},
        {"training_flop": 0.99e19 / AGREES_WITHIN},
        {"method": "operation_count"},  # the same sentences
        {"method": "imputed"},  # the same epochs
        {"training_set": "cifar"},  # of another training
        {"model": "ResNet-50", "model_key": "resnet-50"},
        {"paper_id": "p2"},
        OF_EPOCH | {"training_flop": 1e21},
    ],
)
def test_what_is_far_or_shares_the_doubt_is_no_witness(no_witness):
    assert set(unwitnessed([estimate(), other(**no_witness)])) == {"doubtful"}


def test_two_sizes_under_one_key_are_no_witnesses_of_each_other():
    small, large = {"model": "Llama 2-70B"}, {"model": "Llama-270B"}
    assert set(unwitnessed([estimate(**small), other(**large)])) == {"doubtful"}


@pytest.mark.parametrize("by_others", [{"is_hand_read": True}, OF_EPOCH])
def test_what_a_machine_did_not_read_is_exempt(by_others):
    assert unwitnessed([estimate(**by_others)]) == {}


# --- in the fits


def result(**changes) -> Accuracy:
    known = {"table_name": "core_results", "result_id": "r1", "paper_id": "p1", "source_id": "folder", "value": 78.57}
    known |= {"benchmark": "imagenet-1k", "metric": "top1_accuracy", "is_own": True, "is_ensemble": False}
    known |= {"model": "ResNet-152", "model_key": "resnet-152", "year": 2015, "extra_data": None, "confidence": 0.9}
    return Accuracy(**(known | changes))


def test_an_observation_without_a_witness_is_shown_and_not_fitted():
    (row,) = observations([result()], [estimate()], POOLING, ("folder",))
    assert (row.in_fit, row.training_flop) == (False, 1e19)
    assert [words(e) for e in row.exclusions] == [
        "compute read by machine, without a second method or source that agrees, and doubtful: its figures are open by"
        " a factor of 24"
    ]


def test_an_observation_with_a_witness_is_fitted():
    (row,) = observations([result()], [estimate(), other()], POOLING, ("folder",))
    assert row.in_fit


def test_what_another_source_says_stands_in_for_a_doubtful_figure():
    of_epoch = estimate(estimate_id="epoch", flags=(), training_flop=1e21, **OF_EPOCH)
    (row,) = observations([result()], [estimate(), of_epoch], POOLING, ("folder", "epoch"))
    assert (row.in_fit, row.training_flop, row.compute_source_id) == (True, 1e21, "epoch")
