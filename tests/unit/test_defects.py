"""Each rule for defects: what it catches, and what it must leave alone."""

import re
from typing import Any

import pytest

from schemas.codes import Coded
from schemas.codes.compute import ComputeFlag
from schemas.codes.matching import DefectSign
from schemas.rows.observations import Defect
from tasks.defects.of_accuracy import (
    digits_swapped,
    ensemble_with_single_compute,
    no_models_name,
    says_ensemble,
)
from tasks.defects.of_compute import copied_compute, filled_series, search_as_training, two_computes
from tasks.defects.of_disclosures import PrintedOperations, count_in_rate, flop_or_multiply_add
from tasks.defects.rules import RULES, Suspects, find_defects, once
from tasks.names.keys import model_key
from tasks.names.no_model import may_name_no_model
from tests.defect_rows import disclosures, estimates, results, swaps_of


def ids(defects: list[Defect]) -> list[str]:
    return sorted(d.row_id for d in defects)


# --- copied compute

NASNET = {"model": "NASNet-A", "paper_id": "1707.07012", "training_flop": 1.645056e21}
SENET = {"model": "SENet", "paper_id": "1709.01507", "training_flop": 1.645056e21}
RUN = {"hardware": "nvidia-p100", "chips": 500.0, "duration_hours": 96.0}


def test_copied_compute_is_found_on_both_models():
    found = copied_compute(estimates(NASNET, SENET))
    assert ids(found) == ["id0", "id1"]
    assert found[1].signs[0]["model"] == "NASNet-A"
    assert (found[1].model, found[1].paper_id) == ("SENet", "1709.01507")


def test_copied_compute_is_found_with_the_words_copied_too():
    assert copied_compute(estimates({**NASNET, **RUN, "quote": "500 GPUs"}, {**SENET, **RUN, "quote": "500 GPUs"}))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (NASNET, {**SENET, "paper_id": NASNET["paper_id"]}),  # two models of one paper, trained alike
        (NASNET, {**NASNET, "paper_id": "other"}),  # one model, told by two papers
        ({**NASNET, **RUN}, {**SENET, **RUN}),  # each with a run of its own
        ({**NASNET, "quote": "ours"}, {**SENET, "quote": "theirs"}),
        ({**NASNET, "training_flop": 6.4e19}, {**SENET, "training_flop": 6.4e19}),  # two digits meet by chance
        (NASNET, {**SENET, "training_flop": 1.645057e21}),
    ],
)
def test_honestly_equal_compute_is_left_alone(first, second):
    assert copied_compute(estimates(first, second)) == []


# --- names of no model


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("English", DefectSign.NAME_OF_LANGUAGE),
        ("English → German Test BLEU", DefectSign.NAME_OF_LANGUAGE),
        ("Code", DefectSign.NAME_OF_SUBJECT),
        ("AP 50", DefectSign.NAME_OF_METRIC),
        ("AP@.75", DefectSign.NAME_OF_METRIC),
        ("Box AP_{50}", DefectSign.NAME_OF_METRIC),
        ("AP val 75", DefectSign.NAME_OF_METRIC),
        ("Avg.", DefectSign.NAME_OF_METRIC),
        ("Parameters 137B", DefectSign.NAME_OF_METRIC),
        ("% clean", DefectSign.NAME_OF_SPLIT),
        ("dev set", DefectSign.NAME_OF_SPLIT),
        ("xHigh", DefectSign.NAME_OF_EFFORT),
        ("N/A N/A", DefectSign.NAME_OF_ANSWER),
        ("True", DefectSign.NAME_OF_ANSWER),
        ("iNat 2019", DefectSign.NAME_OF_DATASET),
        ("ImageNet validation set", DefectSign.NAME_OF_DATASET),
        ("MoE", DefectSign.NAME_OF_TECHNIQUE),
        ("BN + ReLU", DefectSign.NAME_OF_TECHNIQUE),
        ("SGD optimizer", DefectSign.NAME_OF_TECHNIQUE),
        ("Mixup [12]", DefectSign.NAME_OF_TECHNIQUE),
        ("Pro", DefectSign.NAME_OF_EDITION),
        ("Chat (SFT)", DefectSign.NAME_OF_TECHNIQUE),
        ("+ SAM", DefectSign.NAME_OF_ADDITION),
        ("+ SAM (ρ = 0.05)", DefectSign.NAME_OF_ADDITION),
        ("w/ MHA", DefectSign.NAME_OF_ADDITION),
        ("No char embedding", DefectSign.NAME_OF_ADDITION),
        ("without dropout", DefectSign.NAME_OF_ADDITION),
    ],
)
def test_a_score_under_the_name_of_something_else_is_marked(name, kind):
    (found,) = no_models_name(results({"model": name}), [])
    assert (found.rule, found.signs[0].code, found.signs[0]["name"]) == ("no_models_name", kind, name)
    assert re.search(may_name_no_model(), name.lower())


@pytest.mark.parametrize(
    "name",
    [
        "1B",
        "A",
        "B",
        "Base",
        "medium",
        "Baseline",
        "Code Llama",
        "Codex",
        "o1 (high)",
        "BERT (SQuAD)",
        "ViT test",
        "CLIP",
        "Max-DNN",
        "GPT-4o mini",
        "(a)",
        "FLAN 137B",
        "DeepSeekMath 7B",
        "MATH 7B",
        "MATH-7B",
        "MultiPath",
        "AP-Net",
        "English BERT",
        "Mask R-CNN",
        "max(x, tanh(x))",
        "Avg. pooling",
        "Code davinci",
        "Pass-through",
        "NoSqueeze",
        "MoE (2048E, 36L)",
        "Chat 7B",
        "3.0 Pro",
        "Baseline + Mixup",
        "ResNet-50 + CutMix",
        "w/o SE MobileNetV2",
        "ResMLP-S12 linear → MLP",
        "Switch",
        "Attention-92",
        "NormFormer",
        "multi-query",
        "Noam",
    ],
)
def test_a_name_with_a_word_that_may_be_a_models_is_left_alone(name):
    assert no_models_name(results({"model": name}), []) == []


def test_compute_under_the_name_of_something_else_is_marked_where_a_machine_read_it():
    rows = estimates(
        {"model": "% clean"},
        {"model": "LLaMA-65B"},
        {"model": "JFT", "compute_source": "Epoch AI, notable_ai_models, row 'JFT'"},
        {"model": "True", "is_hand_read": True},
    )
    (found,) = no_models_name([], rows)
    assert (found.row_id, found.table_name) == ("id0", "core_compute_estimates")


def test_names_of_sources_that_list_models_are_believed():
    listed = results({"model": "JFT", "table_name": "raw_scores"}, {"model": "test", "table_name": "raw_observations"})
    assert no_models_name(listed, []) == []


# --- filled series


def series(values: list[float]) -> list[Any]:
    return estimates(*({"model": f"m{i}", "training_flop": v} for i, v in enumerate(values)))


def test_a_series_filled_down_is_found_where_it_stands():
    values = [4.88e18, 4.88e18, *(k * 203.4e15 for k in range(74, 81)), 1.97e18]
    assert ids(filled_series(series(values))) == [f"id{i}" for i in range(2, 9)]


@pytest.mark.parametrize(
    "values",
    [
        [1e18, 2e18, 3e18, 4e18, 5e18],  # one model for 100, 200, 300, ... epochs
        [5e18] * 6,
        [k * 203.4e15 for k in range(74, 77)],  # three rows are no series
        [7.4e18, 7.5e18, 7.61e18, 7.7e18, 7.81e18],
        [],
    ],
)
def test_other_series_are_left_alone(values):
    assert filled_series(series(values)) == []


# --- search as training

SEARCH_CLAIMS = (
    {"field": "chips", "number": 500.0, "phase": "search"},
    {"field": "duration_hours", "number": 96.0, "phase": "search"},
)


def test_the_run_of_a_search_is_no_training():
    run = {"model": "NASNet-A", "method": "hardware_time", "chips": 500.0, "duration_hours": 96.0}
    assert ids(search_as_training(estimates(run), disclosures(*SEARCH_CLAIMS))) == ["id0"]
    trained = {**run, "chips": 100.0}
    assert search_as_training(estimates(trained), disclosures(*SEARCH_CLAIMS)) == []
    elsewhere = {**run, "paper_id": "another paper"}
    assert search_as_training(estimates(elsewhere), disclosures(*SEARCH_CLAIMS)) == []


@pytest.mark.parametrize(
    ("quote", "is_search"),
    [
        ("The architecture search takes 4 days on 500 GPUs.", True),
        ("Each neural architecture search ran on 450 K40 GPUs for 7 days.", True),
        ("Our search took 10 GPU days on CIFAR-10.", True),
        ("The controller uses 100 Cloud TPUs to sample child models for 4 days.", True),
        ("The experiment ran on 225 Google Cloud TPUs for 5 days and trained 27k models total. … 600 epochs", True),
        ("In all we trained 12,800 candidate architectures on 800 GPUs.", True),
        ("We train 152 layer networks on 8 GPUs for 3 weeks.", False),
        ("We trained 5 models on 8 GPUs for 3 days each.", False),
        ("After the architecture search, the best network is trained on 8 GPUs for 3 days.", False),
        ("We choose the learning rate by grid search and train on 8 GPUs for 3 days.", False),
        ("Decoding by beam search; training took 3.5 days on 8 P100.", False),
        ("RNNsearch-50 6.67 5.0 252 Quadro K-6000", False),
        (None, False),
    ],
)
def test_words_of_a_search_for_an_architecture(quote, is_search):
    run = {"model": "Net", "method": "hardware_time", "chips": 8.0, "duration_hours": 72.0, "quote": quote}
    assert bool(search_as_training(estimates(run), disclosures({"field": "epochs"}))) == is_search


# --- ensembles


@pytest.mark.parametrize(
    ("name", "is_ensemble"),
    [
        ("AlexNet 7CNNs", True),
        ("ZFNet ens", True),
        ("ZFNet (ensemble, 6 convnets)", True),
        ("Transformer (ens.)", True),
        ("ZFNet (1 convnet)", False),
        ("BiDAF (single model)", False),
        ("DenseNet-121", False),
        ("ResNet-50 without ensemble", False),
        ("ImageNet-22K models", False),
    ],
)
def test_names_that_say_ensemble(name, is_ensemble):
    assert says_ensemble(name) == is_ensemble


def test_an_ensembles_accuracy_with_one_nets_compute():
    alexnet = {"model": "AlexNet 7CNNs"}
    one = estimates({**alexnet, "training_flop": 1.5e18, "quote": "five to six days on two GTX 580"})
    assert ids(ensemble_with_single_compute(results(alexnet), one)) == ["id0"]
    flagged, of_one = {"model": "AlexNet", "is_ensemble": True}, {"model": "AlexNet", "training_flop": 1.5e18}
    assert ensemble_with_single_compute(results(flagged), estimates(of_one))
    for_all = estimates({**alexnet, "training_flop": 1e19, "quote": "the ensemble took 40 days"})
    assert ensemble_with_single_compute(results(alexnet), for_all) == []
    assert ensemble_with_single_compute(results({"model": "AlexNet"}), estimates({"model": "AlexNet"})) == []
    assert ensemble_with_single_compute(results(alexnet), estimates({"model": "other"})) == []
    assert ensemble_with_single_compute(results({**alexnet, "is_own": False}), one) == []


# --- counts in the place of rates


@pytest.mark.parametrize(
    ("field", "raw", "number", "is_defect"),
    [
        ("peak_flop_per_s", "32/8/128", None, True),
        ("peak_flop_per_s", "32", 32.0, True),
        ("chips", "32/8/128", 32.0, True),
        ("peak_flop_per_s", "4.20E+05", 4.2e14, False),
        ("chips", "8 V100", 8.0, False),
        ("batch_size", "256/512", 256.0, False),
        ("duration_hours", "24/7 for 3 days", 72.0, False),
    ],
)
def test_counts_in_the_place_of_a_rate(field, raw, number, is_defect):
    found = count_in_rate(disclosures({"field": field, "raw_value": raw, "number": number}))
    assert bool(found) == is_defect


# --- two computes

BERT = {"model": "BERT", "paper_id": "1810.04805", "training_flop": 1.45152e20}


def test_one_model_with_two_computes():
    found = two_computes(estimates(BERT, {**BERT, "training_flop": 2.32e21}))
    assert ids(found) == ["id0", "id1"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (BERT, BERT),  # evaluated on two benchmarks
        (BERT, {**BERT, "model": "BERT-Large", "training_flop": 2.32e21}),
        (BERT, {**BERT, "paper_id": "one that trains it anew", "training_flop": 2.32e21}),
        ({**BERT, "model": "Ours"}, {**BERT, "model": "Ours", "paper_id": "other", "training_flop": 2.32e21}),
        ({**BERT, "quote": "en-de 4 days"}, {**BERT, "quote": "en-fr 37 days", "training_flop": 2.32e21}),
        (
            {**BERT, "method": "reported", "quote": "2.0e19 1.2e20"},
            {**BERT, "method": "reported", "quote": "2.0e19 1.2e20", "training_flop": 2.32e21},
        ),
        ({**BERT, "training_flop_upper": 3e21}, {**BERT, "training_flop": 2.32e21}),
        (BERT, {**BERT, "training_flop": 2.32e21, "is_preferred": False}),
        ({**BERT, "training_set": "wmt14-en-de"}, {**BERT, "training_set": "wmt14-en-fr", "training_flop": 2.32e21}),
    ],
)
def test_computes_that_may_both_be_true(first, second):
    assert two_computes(estimates(first, second)) == []


# --- swapped digits


@pytest.mark.parametrize(
    ("a", "b", "is_swapped"),
    [(82.7, 87.2, True), (71.72, 77.12, True), (82.7, 82.7, False), (82.7, 78.2, False), (9.12, 91.2, False)],
)
def test_what_a_swap_is(a, b, is_swapped):
    assert bool(digits_swapped(of_papers(a, b))) == is_swapped


def of_papers(*values: float, model: str = "NASNet-A") -> list[Any]:
    return swaps_of(results(*({"model": model, "paper_id": f"p{i}", "value": v} for i, v in enumerate(values))))


def test_the_value_of_fewer_papers_is_the_swapped_one():
    assert ids(digits_swapped(of_papers(82.7, 82.7, 87.2))) == ["id2"]
    assert ids(digits_swapped(of_papers(82.7, 87.2))) == ["id0", "id1"]
    assert ids(digits_swapped(of_papers(82.7, 87.2, 82.5))) == ["id1"]


def test_values_that_are_no_swap_are_left_alone():
    assert digits_swapped(of_papers(76.13, 76.31)) == []  # two trainings
    assert digits_swapped(of_papers(82.7, 87.2, model="Ours")) == []
    assert digits_swapped(of_papers(82.7, 87.2, 82.5, 87.0)) == []  # both have a neighbour that supports them
    one_paper = results(*({"model": "NASNet-A", "value": v} for v in (82.7, 87.2)))
    assert digits_swapped(swaps_of(one_paper)) == []


# --- FLOP and multiply-adds


def counts(*rows: tuple[str, float, str], quotes: tuple[str, ...] = ("", "")) -> list[PrintedOperations]:
    printed = [
        {"field": "forward_ops", "model": "ResNet-50", "paper_id": paper, "number": number, "quote": quote}
        for (paper, number, _), quote in zip(rows, quotes, strict=True)
    ]
    units = (unit for _, _, unit in rows)
    return [PrintedOperations(d, d.number or 0.0, unit) for d, unit in zip(disclosures(*printed), units, strict=True)]


def test_counts_that_differ_by_two_are_found_where_the_unit_is_open():
    assert ids(flop_or_multiply_add(counts(("a", 4.1e9, ""), ("b", 8.2e9, "")))) == ["id0", "id1"]
    # 4.1e9 called FLOP, where another paper's multiply-adds make 8.2e9 FLOP
    assert ids(flop_or_multiply_add(counts(("a", 4.1e9, "flop"), ("b", 4.1e9, "multiply_add")))) == ["id0"]


@pytest.mark.parametrize(
    "claims",
    [
        counts(("a", 4.1e9, "multiply_add"), ("b", 8.2e9, "flop")),
        counts(("a", 4.1e9, ""), ("b", 4.2e9, "")),
        counts(("a", 4.1e9, ""), ("b", 11.3e9, "")),
        counts(("a", 4.1e9, ""), ("a", 8.2e9, "")),  # two resolutions in one paper
        counts(("a", 4.1e9, ""), ("b", 8.2e9, ""), quotes=("224x224 4.1", "320x320 8.2")),
    ],
)
def test_other_counts_are_left_alone(claims):
    assert flop_or_multiply_add(claims) == []


# --- together


def test_every_row_is_found_once_by_a_rule_and_other_tables_are_left_out():
    chain = [{"model": f"m{i}", "paper_id": f"p{i}", "training_flop": 1.23456e20} for i in range(3)]
    rows = Suspects(estimates(*chain), disclosures({"field": "epochs"}), results({"model": "m0", "value": 1.0}))
    found = once(find_defects(RULES, lambda _: rows))
    assert [(f.rule, f.row_id) for f in found] == [("copied_compute", f"id{i}") for i in range(3)]


def test_nothing_is_found_in_empty_tables():
    assert [*find_defects(RULES, lambda _: Suspects())] == []


# --- rows of others


OTHERS = {"compute_source": "Epoch AI, notable_ai_models, row 'x'", "source_id": "epoch", "quote": "its own words"}


def test_two_quotes_of_others_do_not_make_two_trainings():
    """BERT, 1.45e20 FLOP on one table and 2.32e21 on another: each row has words, and one of them is wrong."""
    rows = [
        {"model": "BERT", "training_flop": flop, **OTHERS, "quote": f"table {i}", "method": "hardware_time"}
        for i, flop in enumerate((1.45e20, 2.32e21))
    ]
    assert ids(two_computes(estimates(*rows))) == ["id0", "id1"]
    told = [{**r, "compute_source": "paper"} for r in rows]
    assert two_computes(estimates(*told)) == []


def test_hardware_time_of_others_without_a_run_has_no_origin():
    """SENet has NASNet-A's burden to all digits; that each row is quoted says nothing of a run."""
    row = {"training_flop": 1.645056e21, "method": "hardware_time", **OTHERS}
    pair = [{**row, "paper_id": f"p{i}", "model": m, "quote": m} for i, m in enumerate(("NASNet-A", "SENet"))]
    assert ids(copied_compute(estimates(*pair))) == ["id0", "id1"]
    run = {"hardware": "nvidia-p100", "chips": 500.0, "duration_hours": 96.0}
    assert copied_compute(estimates(*({**r, **run} for r in pair))) == []
    assert copied_compute(estimates(*({**r, "method": "third_party"} for r in pair))) == []


def test_versions_that_others_list_without_a_paper_are_no_copies():
    def listed(*names: str) -> list[str]:
        rows = [
            {
                "model": m,
                "paper_id": f"model:{model_key(m)}",
                "training_flop": 4.752e24,
                "method": "third_party",
                **OTHERS,
            }
            for m in names
        ]
        return ids(copied_compute(estimates(*rows)))

    assert listed("Qwen3-235B", "Qwen3-235B-Thinking") == []
    assert listed("Qwen3-235B", "GLM-5") == ["id0", "id1"]


def test_a_figure_of_others_that_is_flagged_as_a_search_is_one():
    rows = [
        {"model": m, "flags": tuple(map(Coded.of, f)), **OTHERS}
        for m, f in (
            ("NASNet-A", (ComputeFlag.NO_CONFIDENCE, ComputeFlag.SEARCH_INCLUDED)),
            ("VGG", (ComputeFlag.NO_CONFIDENCE,)),
        )
    ]
    assert ids(search_as_training(estimates(*rows), disclosures())) == ["id0"]
