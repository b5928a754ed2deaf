"""Which of several disclosures of one field an estimate takes."""

from typing import Any

import pytest

from schemas.codes import Coded, has
from schemas.codes.compute import ComputeFlag
from schemas.codes.reading import ReadingNote
from schemas.rows.claims import Disclosure, Place
from schemas.rows.compute import ComputeEstimate
from tasks.compute.papers import TrainedModel, estimate_papers
from tests.unit.test_paper_estimates import TABLES, disclosure

FOO = TrainedModel("FooLM", "foolm")
IMAGES = TrainedModel("Foo", "foo", "imagenet-1k")
FAR = Place(page=25)


def only_row(claims: list[Disclosure], model: TrainedModel = FOO) -> ComputeEstimate:
    (row,) = (e for e in estimate_papers(claims, TABLES, {"p": [model]}) if e.model_key == model.model_key)
    return row


SIZE = disclosure("parameters", 1e9, model="FooLM")


@pytest.mark.parametrize(
    ("doubtful", "sure"),
    [
        # A warm-up of the model against the corpus of the paper: OPT-175B, arXiv 2205.01068.
        ({"value": 3.75e8, "model": "FooLM", "quote": "trained over the first 375M tokens"}, {"value": 1e11}),
        ({"value": 5e11, "quote": "trained on 500B tokens"}, {"value": 1e11, "quote": "trained on 100B tokens"}),
        ({"value": 5e11, "model": "FooLM"}, {"value": 1e11, "model": "FooLM"}),
    ],
)
def test_a_figure_not_surely_read_counts_only_where_no_sure_one_does(
    doubtful: dict[str, Any], sure: dict[str, Any]
) -> None:
    guessed, known = disclosure("tokens", **doubtful, confidence=0.56), disclosure("tokens", **sure, confidence=0.98)
    assert only_row([SIZE, guessed, known]).training_flop == pytest.approx(6 * 1e9 * 1e11)
    assert only_row([SIZE, guessed]).training_flop == pytest.approx(6 * 1e9 * doubtful["value"])


def test_a_figure_of_several_models_counts_only_where_none_of_the_models_own_does() -> None:
    """GPT-3 (arXiv 2005.14165, figure 2.2): "both models took roughly 50 petaflop/s-days"."""
    of_both = disclosure("training_flop", 4.3e21, model="FooLM", notes=(Coded(ReadingNote.SEVERAL_MODELS),))
    own = disclosure("training_flop", 3.7e23, model="FooLM", confidence=0.9)
    assert only_row([of_both, own]).training_flop == pytest.approx(3.7e23)
    assert only_row([of_both]).training_flop == pytest.approx(4.3e21)


def test_one_sentence_read_in_three_places_votes_once() -> None:
    said, often = "We pre-train for 1M steps.", "all models were compared at 250k steps"
    claims = [SIZE, disclosure("batch_size", 1e6, notes=(Coded(ReadingNote.IN_TOKENS),))]
    steps = [disclosure("steps", 2.5e5, often, disclosure_id=f"often-{i}") for i in range(3)]
    steps += [disclosure("steps", 1e6, said), disclosure("steps", 1e6, "again 1M steps")]
    assert only_row([*claims, *steps]).training_flop == pytest.approx(6 * 1e9 * 1e12)


def test_machines_are_the_papers_whatever_data_set_is_named_beside_them() -> None:
    machine = {"training_set": "imagenet-1k"}
    claims = [disclosure("hardware", "nvidia-v100", **machine), disclosure("chips", 8, **machine)]
    row = only_row([*claims, disclosure("duration_hours", 35)], TrainedModel("RetinaFoo", "retinafoo", "coco"))
    assert (row.method, row.chips, row.duration_hours) == ("hardware_time", 8, 35)


def test_passes_on_another_data_set_are_still_not_the_models() -> None:
    claims = [disclosure("epochs", 90, training_set="imagenet-1k"), disclosure("forward_ops", 4e9, model="RetinaFoo")]
    found = estimate_papers(claims, TABLES, {"p": [TrainedModel("RetinaFoo", "retinafoo", "coco")]})
    assert [e for e in found if e.model_key == "retinafoo"] == []


def test_epochs_of_another_page_do_not_multiply_the_tokens_of_a_corpus() -> None:
    """OLMo (arXiv 2402.00838): three epochs of fine-tuning, on page 25, are none of its corpus."""
    claims = [SIZE, disclosure("tokens", 1e11, "our corpus of 100B tokens"), disclosure("epochs", 3, "e", place=FAR)]
    assert only_row(claims).training_flop == pytest.approx(6 * 1e9 * 1e11)


def test_a_corpus_passed_several_times_counts_its_epochs() -> None:
    said = "We train on 512 tokens for 1M steps, which is about 40 epochs over the 3.3 billion word corpus."
    claims = [SIZE, disclosure("tokens", 3.3e9, said), disclosure("epochs", 40, said)]
    assert only_row(claims).training_flop == pytest.approx(6 * 1e9 * 3.3e9 * 40)


def test_training_on_a_data_set_without_results_is_the_papers_main_models() -> None:
    """Sun et al. 2017 (arXiv 1707.02968) train two months on JFT-300M, and print results on other data sets."""
    claims = [
        disclosure("hardware", "nvidia-k80", "a", training_set="jft"),
        disclosure("chips", 50, "a", training_set="jft"),
        disclosure("duration_hours", 1461, "a", training_set="jft"),
    ]
    found = estimate_papers(claims, TABLES, {"p": [TrainedModel("FooNet", "foonet", "imagenet-1k")]})
    (row,) = (e for e in found if e.training_set == "jft")
    assert (row.model, row.chips) == ("main model of p", 50)


@pytest.mark.parametrize(("label", "is_meant"), [("27B", True), ("Size 27B", True), ("Model 27b", True), ("2B", False)])
def test_a_bare_size_is_the_only_model_with_results_that_prints_it(label: str, is_meant: bool) -> None:
    models = [TrainedModel("Foo 3 27B", "foo327b"), TrainedModel("Foo 3 4B", "foo34b", is_main=False)]
    models += [TrainedModel("Foo 3 27B IT", "foo327bit", is_main=False)]
    claims = [disclosure("parameters", 2.7e10, model=label), disclosure("tokens", 1e12, "trained on 1T tokens")]
    rows = {e.model: e for e in estimate_papers(claims, TABLES, {"p": models}) if e.training_flop == 6 * 2.7e10 * 1e12}
    assert ("Foo 3 27B" in rows and not has(rows["Foo 3 27B"].flags, ComputeFlag.MODEL_SUPPOSED)) == is_meant


def test_a_bare_size_that_two_models_print_is_neithers() -> None:
    models = [TrainedModel("Foo-7B", "foo7b"), TrainedModel("Bar-7B", "bar7b", is_main=False)]
    claims = [disclosure("parameters", 7e9, model="7B"), disclosure("tokens", 1e12, "trained on 1T tokens")]
    assert "7B" in {e.model for e in estimate_papers(claims, TABLES, {"p": models})}


def test_of_two_imputed_figures_the_surer_one_stands() -> None:
    """A chip of the time x hours leaves more open than the operations of a known network."""
    claims = [
        disclosure("hardware", "gpu"),
        disclosure("duration_hours", 100),
        disclosure("chips", 8),
        disclosure("epochs", 90),
    ]
    model = TrainedModel("ResNet-50", "resnet50", "imagenet-1k")
    (row,) = estimate_papers(claims, TABLES, {"p": [model]}, years={"p": 2017})
    assert has(row.flags, ComputeFlag.OPERATIONS_BY_NAME) and not has(row.flags, ComputeFlag.LARGER_OF_TWO_PHASES)


@pytest.mark.parametrize(("confidence", "is_stated"), [(0.95, True), (0.6, False)])
def test_the_size_of_a_known_data_set_stands_for_one_not_surely_read(confidence: float, is_stated: bool) -> None:
    claims = [disclosure("examples", 1.2e6, confidence=confidence), disclosure("epochs", 90)]
    row = only_row([*claims, disclosure("forward_ops", 4.1e9, "4.1 GMACs", model="Foo")], IMAGES)
    assert has(row.flags, ComputeFlag.EXAMPLES_OF_DATA_SET) != is_stated
    assert not has(row.flags, ComputeFlag.INPUT_NOT_SURELY_READ)


@pytest.mark.parametrize(
    ("part", "more"),
    [
        (4e8, {"column_header": "Embedding | Parameters"}),
        (9e8, {"column_header": "Non-embedding Parameters"}),
        (3.6e7, {"quote": "The final classification fully-connected layer has over 36M parameters."}),
        (2e9, {"quote": "The output layer of FooLM has 2B parameters."}),
    ],
)
def test_the_size_of_a_part_is_not_the_networks(part: float, more: dict[str, str]) -> None:
    tokens = disclosure("tokens", 1e12, "trained on 1T tokens")
    row = only_row([SIZE, disclosure("parameters", part, model="FooLM", **more), tokens])
    assert row.training_flop == pytest.approx(6 * 1e9 * 1e12)
    assert not has(row.flags, ComputeFlag.FIGURES_FAR_APART, ComputeFlag.LARGEST_OF_SEVERAL)
