"""From disclosures to estimates: which figure belongs to which model."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.codes import Coded, has
from schemas.codes.compute import NEEDS_WITNESS, ComputeDoubt, ComputeFlag
from schemas.codes.reading import ReadingNote
from schemas.rows.claims import Disclosure, Place
from schemas.rows.compute import ComputeEstimate
from tasks.compute.methods import ComputeAssumptions
from tasks.compute.operations import operations_unit
from tasks.compute.papers import TrainedModel, estimate_papers
from tasks.compute.rows import RefusedEstimate
from tasks.compute.tables import load_compute_tables
from tasks.names.keys import model_key
from tasks.wording import words

TABLES = load_compute_tables()
HERE = Place(page=1)


def disclosure(
    field: str, value: Any, quote: str = "q", model: str = "", phase: str = "training", **more: Any
) -> Disclosure:
    known = {
        "disclosure_id": f"{field}-{value}-{model}",
        "paper_id": "p",
        "document_sha256": None,
        "field": field,
        "value": str(value),
        "number": None if isinstance(value, str) else float(value),
        "raw_value": str(value),
        "model": model or None,
        "model_key": model_key(model) or None,
        "phase": phase,
        "place": HERE,
        "quote": quote,
        "confidence": 0.99,
        "extractor": "text",
        "source_id": "folder",
    }
    return Disclosure(**(known | more))


def own_width(row: ComputeEstimate) -> float:
    """Upper over lower end of the range as the method alone gives it."""
    lower, upper = row.own_range
    return upper / lower


def flagged(row: ComputeEstimate, *codes: ComputeFlag) -> bool:
    return has(row.flags, *codes)


def why_not(claims: list[Disclosure], model: TrainedModel | None = None) -> list[str]:
    """Codes of what gives no compute, where nothing does."""
    rows = estimate_papers(claims, TABLES, {"p": [model]} if model else None)
    assert all(isinstance(row, RefusedEstimate) and words(row.doubt) for row in rows)
    return [row.doubt.code for row in rows if isinstance(row, RefusedEstimate)]


def test_paper_level_time_belongs_to_the_main_model() -> None:
    claims = [disclosure("hardware", "nvidia-p100"), disclosure("chips", 8), disclosure("duration_hours", 84)]
    (row,) = estimate_papers(claims, TABLES, {"p": [TrainedModel("Transformer (big)", "transformer-big")]})
    assert (row.model, row.method, row.is_preferred) == ("Transformer (big)", "hardware_time", True)
    assert row.hardware_burden_flop == pytest.approx(2.3e19, rel=0.01)
    assert flagged(row, ComputeFlag.MODEL_SUPPOSED)
    assert row.evidence_ids.split() == ["duration_hours-84-", "hardware-nvidia-p100-", "chips-8-"]


def test_one_sentence_ties_chips_and_time_together() -> None:
    claims = [
        disclosure("hardware", "nvidia-v100", "a"),
        disclosure("chips", 8, "a"),
        disclosure("chips", 64, "b"),
        disclosure("duration_hours", 10, "b"),
    ]
    (row,) = estimate_papers(claims, TABLES)
    assert row.chips == 64


def chips_without_a_tie(fewest: int) -> list[Disclosure]:
    return [
        disclosure("hardware", "nvidia-v100", "a"),
        disclosure("chips", fewest, "a"),
        disclosure("chips", 64, "b"),
        disclosure("duration_hours", 10, "c"),
    ]


def test_two_chips_without_a_tie_span_the_range() -> None:
    (row,) = estimate_papers(chips_without_a_tie(8), TABLES)
    (least,) = estimate_papers([c for c in chips_without_a_tie(8) if c.value != "64"], TABLES)
    assert row.chips == 64
    assert row.training_flop_lower == pytest.approx(least.training_flop_lower)
    assert Coded.of(ComputeFlag.LARGEST_OF_SEVERAL, field="chips") in row.flags


def test_chips_too_far_apart_give_nothing_and_a_row_says_why() -> None:
    assert why_not(chips_without_a_tie(1)) == [ComputeDoubt.CHIPS_UNDECIDED]


@pytest.mark.parametrize("said", ["two TPU v4 pods", "a slice of TPU v4", "several nodes of TPU v4"])
def test_pods_without_a_number_of_chips_give_nothing_and_a_row_says_why(said: str) -> None:
    claims = [disclosure("hardware", "tpu-v4", said), disclosure("duration_hours", 500, said)]
    assert why_not(claims) == [ComputeDoubt.CHIPS_NOT_STATED]


def test_experts_of_which_nobody_says_how_many_work_give_nothing_and_a_row_says_why() -> None:
    claims = [disclosure("parameters", 4.6e10, "8 experts, 46B", model="Foo"), disclosure("tokens", 1e12, "b")]
    assert why_not(claims) == [ComputeDoubt.ACTIVE_NOT_STATED]


@pytest.mark.parametrize(("reached", "flop"), [(3.8e14, 3.8e14), (5e15, None), (1e12, None)])
def test_what_each_chip_reached_takes_the_place_of_peak_and_utilisation(reached: float, flop: float | None) -> None:
    claims = [disclosure("hardware", "nvidia-h100"), disclosure("chips", 1024), disclosure("duration_hours", 10)]
    (supposed,) = estimate_papers(claims, TABLES)
    (row,) = estimate_papers([*claims, disclosure("chip_flop_per_s", reached)], TABLES)
    assert flagged(row, ComputeFlag.IMPLAUSIBLE_UTILISATION) == (flop is None)
    assert row.training_flop == pytest.approx(1024 * 36000 * flop if flop else supposed.training_flop)
    assert (own_width(row) < 1.5) == (flop is not None)


def test_one_chip_is_supposed_where_no_number_is_told() -> None:
    (row,) = estimate_papers([disclosure("hardware", "nvidia-k40"), disclosure("duration_hours", 24)], TABLES)
    assert (row.method, row.chips) == ("imputed", None)
    assert row.training_flop_upper / row.training_flop_lower > 8
    assert flagged(row, ComputeFlag.CHIPS_SUPPOSED)


def test_a_chip_of_the_time_stands_in_for_gpus() -> None:
    claims = [disclosure("hardware", "gpu"), disclosure("chips", 8), disclosure("duration_hours", 24)]
    assert why_not(claims) == [ComputeDoubt.PEAK_NOT_KNOWN]
    (row,) = estimate_papers(claims, TABLES, years={"p": 2018})
    assert (row.method, row.hardware, row.hardware_burden_flop) == ("imputed", None, None)
    assert "nvidia-v100" in row.basis
    # Between eight K80 chips at a tenth of their peak and eight V100 on tensor cores.
    assert row.training_flop_lower < 8 * 86400 * 3e12 * 0.1 < 8 * 86400 * 5e13 < row.training_flop_upper


def test_figures_of_another_data_set_are_not_the_models() -> None:
    claims = [
        disclosure("forward_ops", 4.1e9, "4.1 GFLOPs", model="ResNet-50"),
        disclosure("epochs", 90, "a", training_set="imagenet-1k"),
        disclosure("epochs", 300, "b", training_set="cifar"),
    ]
    trained = TrainedModel("ResNet-50", "resnet50", "imagenet-1k")
    (row,) = estimate_papers(claims, TABLES, {"p": [trained]})
    assert row.training_set == "imagenet-1k"
    assert row.training_flop == pytest.approx(2 * 4.1e9 * 3 * 1281167 * 90)
    assert flagged(row, ComputeFlag.EXAMPLES_OF_DATA_SET)


def test_a_model_with_more_data_is_estimated_on_those() -> None:
    claims = [
        disclosure("forward_ops", 17.6e9, "17.6 GFLOPs", model="ViT-B/16"),
        disclosure("epochs", 7, "a", training_set="jft"),
        disclosure("epochs", 20, "b", training_set="imagenet-1k"),
    ]
    (row,) = estimate_papers(
        claims, TABLES, {"p": [TrainedModel("ViT-B/16", "vitb16", "imagenet-1k", more_data="jft")]}
    )
    assert row.training_set == "imagenet-1k"  # what its result is of
    assert row.training_flop == pytest.approx(2 * 17.6e9 * 3 * 3e8 * 7)
    assert estimate_papers(claims[2:], TABLES, {"p": [TrainedModel("Net", "net", "imagenet-1k", more_data="?")]}) == []


def test_a_known_network_needs_no_printed_operations() -> None:
    trained = TrainedModel("ResNet-50 + CutMix", "resnet50+cutmix", "imagenet-1k")
    (row,) = estimate_papers([disclosure("epochs", 300)], TABLES, {"p": [trained]})
    assert (row.method, flagged(row, ComputeFlag.OPERATIONS_BY_NAME)) == ("imputed", True)
    assert row.training_flop == pytest.approx(2 * 4.0e9 * 3 * 1281167 * 300)


def test_operations_not_told_come_by_parameters() -> None:
    trained = TrainedModel("NewNet", "newnet", "imagenet-1k")
    claims = [disclosure("parameters", 2.56e7, "a", model="NewNet"), disclosure("epochs", 90, "b")]
    (row,) = estimate_papers(claims, TABLES, {"p": [trained]})
    assert row.method == "imputed"
    # ResNet-50 has as many parameters: 4.1e9 multiply-adds.
    assert row.training_flop_lower < 2 * 4.1e9 * 3 * 1281167 * 90 < row.training_flop_upper
    assert row.training_flop_upper / row.training_flop_lower > 6
    assert flagged(row, ComputeFlag.OPERATIONS_BY_PARAMETERS)
    assert why_not(claims, TrainedModel("NewNet", "newnet", "coco")) == [ComputeDoubt.OPERATIONS_BY_WEIGHTS]


def test_a_paper_that_trains_a_known_network_needs_no_size() -> None:
    claims = [disclosure("network", "resnet50", "b"), disclosure("epochs", 800, "a")]
    (row,) = estimate_papers(claims, TABLES, {"p": [TrainedModel("SimNet", "simnet", "imagenet-1k")]})
    assert row.method == "imputed"
    assert row.training_flop == pytest.approx(2 * 4.0e9 * 3 * 1281167 * 800)
    assert own_width(row) == pytest.approx(16 * 1.5**2)
    assert flagged(row, ComputeFlag.OPERATIONS_OF_BACKBONE)
    assert why_not(claims, TrainedModel("SimNet", "simnet", "coco")) == [ComputeDoubt.OPERATIONS_NOT_STATED]


def test_pretraining_has_the_data_set_that_its_figures_name() -> None:
    claims = [
        disclosure("forward_ops", 4.1e9, "4.1 GMACs", model="FooNet"),
        disclosure("epochs", 800, "a", phase="pretraining", training_set="imagenet-1k"),
    ]
    (row,) = estimate_papers(claims, TABLES, {"p": [TrainedModel("FooNet", "foonet", "coco")]})
    assert row.training_flop == pytest.approx(2 * 4.1e9 * 3 * 1281167 * 800)


def test_parameters_of_a_known_model_need_not_be_printed() -> None:
    claims = [
        disclosure("steps", 5e5, "a"),
        disclosure("batch_size", 8000, "a"),
        disclosure("sequence_length", 512, "a"),
    ]
    (row,) = estimate_papers(claims, TABLES, {"p": [TrainedModel("RoBERTa-large", "robertalarge", "squad")]})
    assert row.method == "imputed"
    assert row.training_flop == pytest.approx(6 * 3.55e8 * 5e5 * 8000 * 512)


def test_another_models_operations_are_a_supposition_whatever_else_is_told() -> None:
    claims = [
        disclosure("forward_ops", 8e9, "8 GMACs", model="OtherNet"),
        disclosure("epochs", 90, "a", model="FooNet"),
        disclosure("examples", 1.28e6, "a", model="FooNet"),
    ]
    rows = estimate_papers(claims, TABLES, {"p": [TrainedModel("FooNet", "foonet")]})
    (row,) = [r for r in rows if r.model == "FooNet"]
    assert flagged(row, ComputeFlag.LARGEST_MODEL_STANDS_IN)
    assert flagged(row, ComputeFlag.MODEL_SUPPOSED)  # shown, never fitted


def test_depths_name_the_models_of_a_table() -> None:
    claims = [
        disclosure("forward_ops", 11.3e9, model="152-layer"),
        disclosure("steps", 6e5, "a"),
        disclosure("batch_size", 256, "a"),
    ]
    (row,) = [
        r
        for r in estimate_papers(claims, TABLES, {"p": [TrainedModel("ResNet-152", "resnet152")]})
        if r.model != "152-layer"
    ]
    assert row.training_flop == pytest.approx(2 * 11.3e9 * 3 * 6e5 * 256)


def test_tokens_of_text_by_steps_and_length() -> None:
    claims = [
        disclosure("parameters", 3.4e8, model="BERT-large"),
        disclosure("steps", 1e6, "a", phase="pretraining"),
        disclosure("batch_size", 256, "a", phase="pretraining"),
        disclosure("sequence_length", 512, "a", phase="pretraining"),
    ]
    (row,) = estimate_papers(claims, TABLES)
    assert row.training_flop == pytest.approx(6 * 3.4e8 * 1e6 * 256 * 512)


def test_precision_and_utilisation_of_the_paper_hold_for_its_time() -> None:
    setup = [
        disclosure("hardware", "nvidia-v100", "a"),
        disclosure("chips", 8, "a"),
        disclosure("duration_hours", 100, "a"),
    ]
    (single,) = estimate_papers(setup, TABLES)
    (mixed,) = estimate_papers([*setup, disclosure("precision", "mixed", "b")], TABLES)
    assert mixed.training_flop / single.training_flop == pytest.approx(125 / 15.67)
    (stated,) = estimate_papers([*setup, disclosure("utilisation", 0.5, "b")], TABLES)
    assert stated.training_flop / single.training_flop == pytest.approx(0.5 / ComputeAssumptions().utilisation)


def test_tokens_of_a_corpus_are_perhaps_not_those_seen() -> None:
    parameters = disclosure("parameters", 1.75e11, model="FooLM")
    (seen,) = estimate_papers(
        [parameters, disclosure("tokens", 3e11, "All models were trained for 300B tokens.")], TABLES
    )
    (held,) = estimate_papers(
        [parameters, disclosure("tokens", 3e11, "The final corpus contains roughly 300B tokens.")], TABLES
    )
    assert seen.training_flop == held.training_flop
    assert held.own_range[1] == pytest.approx(4 * seen.own_range[1])
    assert held.own_range[0] == pytest.approx(seen.own_range[0] / 4)
    assert flagged(held, ComputeFlag.TOKENS_OF_CORPUS)


def test_operations_of_a_sequence_count_the_sequences_of_a_batch_in_tokens() -> None:
    claims = [
        disclosure("forward_ops", 8.9e11, "890B FLOPs per sequence", model="Switch-C"),
        disclosure("steps", 5e5, "a"),
        disclosure("batch_size", 2**20, "a", notes=(Coded.of(ReadingNote.IN_TOKENS),)),
        disclosure("sequence_length", 512, "b"),
    ]
    (row,) = estimate_papers(claims, TABLES)
    assert row.training_flop == pytest.approx(2 * 8.9e11 * 3 * 2**20 / 512 * 5e5)


def test_images_are_not_counted_by_parameters() -> None:
    claims = [disclosure("parameters", 2.5e7, model="ResNet-50"), disclosure("tokens", 1e9)]
    assert estimate_papers(claims, TABLES, {"p": [TrainedModel("ResNet-50", "resnet50", "imagenet-1k")]}) == []


def test_two_phases_reach_to_their_sum() -> None:
    setup = [disclosure("hardware", "nvidia-v100", "h"), disclosure("chips", 8, "h")]
    before = disclosure("duration_hours", 100, "a", phase="pretraining")
    after = disclosure("duration_hours", 20, "b")
    (one,) = estimate_papers([*setup, before], TABLES)
    (both,) = estimate_papers([*setup, before, after], TABLES)
    assert both.training_flop == one.training_flop
    assert both.training_flop_upper == pytest.approx(one.training_flop_upper * 1.2)


def test_several_times_span_the_range() -> None:
    claims = [disclosure("hardware", "nvidia-v100"), disclosure("chips", 8), disclosure("duration_hours", 10)]
    (one,) = estimate_papers(claims, TABLES)
    (two,) = estimate_papers([*claims, disclosure("duration_hours", 100)], TABLES)
    assert two.duration_hours == 100
    assert two.training_flop_lower == one.training_flop_lower
    assert flagged(two, ComputeFlag.LARGEST_OF_SEVERAL_TIMES)


def test_a_total_far_above_the_record_of_its_year_is_likely_a_slip() -> None:
    claims = [disclosure("training_flop", 3.1e6 * 8.64e19)]  # "3.1e6 petaflop/s-days"
    (then,) = estimate_papers(claims, TABLES, years={"p": 2020})
    assert "853 times the most that was known by 2020" in "; ".join(map(words, then.flags))
    assert then.training_flop_lower < 3.1e23 < then.training_flop_upper
    (now,) = estimate_papers(claims, TABLES, years={"p": 2026})
    assert not flagged(now, ComputeFlag.ABOVE_RECORD)
    assert own_width(now) < 1.3


def test_search_cost_is_no_training_cost() -> None:
    claims = [
        disclosure("hardware", "nvidia-p100", phase="search"),
        disclosure("chips", 500, phase="search"),
        disclosure("duration_hours", 96, phase="search"),
    ]
    assert estimate_papers(claims, TABLES) == []


def test_epochs_of_the_paper_serve_each_named_model() -> None:
    claims = [
        disclosure("forward_ops", 3.8e9, model="ResNet-50"),
        disclosure("forward_ops", 7.6e9, model="ResNet-101"),
        disclosure("epochs", 90),
        disclosure("examples", 1.28e6),
    ]
    rows = {r.model: r for r in estimate_papers(claims, TABLES)}
    assert rows["ResNet-50"].training_flop == pytest.approx(2 * 3.8e9 * 3 * 1.28e6 * 90)
    assert not flagged(rows["ResNet-50"], ComputeFlag.UNIT_UNDECIDED)  # its multiply-adds are known


def test_steps_and_batch_stand_for_examples_and_epochs() -> None:
    claims = [disclosure("forward_ops", 1e9, "1e9 FLOPs"), disclosure("steps", 6e5), disclosure("batch_size", 256)]
    (row,) = estimate_papers(claims, TABLES)
    assert row.training_flop == pytest.approx(2 * 1e9 * 3 * 6e5 * 256)


def test_methods_stand_side_by_side_in_the_written_order() -> None:
    claims = [
        disclosure("training_flop", 1.1e19),
        disclosure("hardware", "nvidia-p100"),
        disclosure("chips", 8),
        disclosure("duration_hours", 84),
    ]
    rows = estimate_papers(claims, TABLES)
    assert [(r.method, r.is_preferred) for r in rows] == [("reported", True), ("hardware_time", False)]


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
    assert operations_unit(disclosure("forward_ops", number, quote, model)) == unit


def test_what_the_paper_counts_everywhere_is_what_it_counts_here() -> None:
    for code, unit in ((ReadingNote.COUNTS_FLOP, "flop"), (ReadingNote.MULTIPLY_ADDS, "multiply_add")):
        count = disclosure("forward_ops", 5e9, "5 GFLOPs", "NewNet", notes=(Coded.of(code),))
        assert operations_unit(count) == unit


def test_same_claims_same_rows() -> None:
    claims = [disclosure("hardware", "nvidia-v100"), disclosure("chips", 8), disclosure("duration_hours", 10)]
    assert estimate_papers(claims, TABLES) == estimate_papers(claims, TABLES)


def test_figures_next_to_each_other_belong_together() -> None:
    here, far, near = (
        Place(page=1, bbox_top=top, bbox_x0=x0) for top, x0 in ((100.0, 50.0), (400.0, 50.0), (124.0, 60.0))
    )
    claims = [
        disclosure("hardware", "nvidia-v100", "a", place=here),
        disclosure("chips", 32, "a", place=here),
        disclosure("chips", 8, "b", place=far),
        disclosure("duration_hours", 144, "c", place=near),
    ]
    (row,) = estimate_papers(claims, TABLES)
    assert row.chips == 32


def test_parameters_of_another_size_are_not_the_models() -> None:
    claims = [disclosure("parameters", 2.7e9), disclosure("tokens", 1.8e11)]
    assert estimate_papers(claims, TABLES, {"p": [TrainedModel("OPT-175B", "opt175b")]}) == []
    assert len(estimate_papers(claims, TABLES, {"p": [TrainedModel("OPT-2.7B", "opt2.7b")]})) == 1


def test_epochs_not_told_are_those_usual_on_imagenet_and_enter_no_fit() -> None:
    claims = [disclosure("forward_ops", 4.1e9, "4.1 GMACs", model="FooNet")]
    trained = TrainedModel("FooNet", "foonet", "imagenet-1k")
    (old,) = estimate_papers(claims, TABLES, {"p": [trained]}, years={"p": 2015})
    (new,) = estimate_papers(claims, TABLES, {"p": [trained]}, years={"p": 2021})
    assert (old.method, old.training_flop) == ("imputed", pytest.approx(2 * 4.1e9 * 3 * 1281167 * 100))
    assert new.training_flop == pytest.approx(3 * old.training_flop)
    assert own_width(old) == pytest.approx(600 / 80 * 1.5**2)
    assert flagged(old, ComputeFlag.EPOCHS_SUPPOSED) and flagged(old, ComputeFlag.MODEL_SUPPOSED)
    told = estimate_papers([*claims, disclosure("epochs", 90, "a")], TABLES, {"p": [trained]}, years={"p": 2015})
    assert told[0].method == "operation_count"


@pytest.mark.parametrize(
    "trained",
    [
        TrainedModel("FooNet", "foonet", "coco"),
        TrainedModel("FooNet", "foonet", "imagenet-1k", is_main=False),
        TrainedModel("FooNet", "foonet", "imagenet-1k", more_data="?"),
    ],
)
def test_usual_epochs_are_supposed_of_main_models_on_imagenet_alone(trained: TrainedModel) -> None:
    claims = [disclosure("forward_ops", 4.1e9, "4.1 GMACs", model="FooNet")]
    assert estimate_papers(claims, TABLES, {"p": [trained]}, years={"p": 2015}) == []


def test_a_known_network_is_not_estimated_on_nothing_that_the_paper_says() -> None:
    claims = [disclosure("batch_size", 96)]
    trained = TrainedModel("ResNet-50", "resnet50", "imagenet-1k")
    assert estimate_papers(claims, TABLES, {"p": [trained]}, years={"p": 2015}) == []


def test_a_models_own_time_was_spent_on_the_papers_machines() -> None:
    machines = [disclosure("hardware", "nvidia-v100", "a"), disclosure("chips", 8, "a")]
    timed = disclosure("duration_hours", 10, "b", model="Net-small")
    models = {"p": [TrainedModel("Net-large", "netlarge"), TrainedModel("Net-small", "netsmall", is_main=False)]}
    (row,) = estimate_papers([*machines, timed], TABLES, models)
    assert (row.model, row.chips, row.duration_hours) == ("Net-small", 8, 10)
    assert estimate_papers([*machines, replace(timed, phase="finetuning")], TABLES, models) == []


@pytest.mark.parametrize(("epochs", "scope"), [(12, "finetuning"), (30, "finetuning"), (90, "whole"), (300, "whole")])
def test_epochs_too_few_to_train_anew_train_a_network_further(epochs: float, scope: str) -> None:
    claims = [disclosure("forward_ops", 4.1e9, "4.1 GMACs", model="FooNet"), disclosure("epochs", epochs)]
    trained = TrainedModel("FooNet", "foonet", "imagenet-1k")
    (row,) = estimate_papers(claims, TABLES, {"p": [trained]}, years={"p": 2019})
    assert row.compute_scope == scope
    assert flagged(row, ComputeFlag.BASE_LEFT_OUT) == (scope == "finetuning")


@pytest.mark.parametrize(
    ("phase", "more_data", "scope"),
    [("pretraining", "", "pretraining"), ("training", "", "whole"), ("training", "?", "pretraining")],
)
def test_what_is_counted_is_said(phase: str, more_data: str, scope: str) -> None:
    claims = [disclosure("training_flop", 1e21, model="FooNet", phase=phase)]
    (row,) = estimate_papers(claims, TABLES, {"p": [TrainedModel("FooNet", "foonet", more_data=more_data)]})
    assert row.compute_scope == scope


@pytest.mark.parametrize(("stated", "methods"), [(2.3e19, ["hardware_time"]), (1e19, ["reported", "hardware_time"])])
def test_a_stated_total_that_is_chips_times_peak_times_time_is_hardware_time(stated: float, methods: list[str]) -> None:
    machines = [disclosure("hardware", "nvidia-p100"), disclosure("chips", 8), disclosure("duration_hours", 84)]
    claims = [*machines, disclosure("training_flop", stated, model="Transformer (big)")]
    found = estimate_papers(claims, TABLES, {"p": [TrainedModel("Transformer (big)", model_key("Transformer (big)"))]})
    assert sorted(r.method for r in found) == sorted(methods)


def test_a_distilled_model_lacks_its_teacher() -> None:
    claims = [disclosure("training_flop", 1e19, model=name) for name in ("DistilFoo", "Foo")]
    found = {r.model: r for r in estimate_papers(claims, TABLES)}
    assert flagged(found["DistilFoo"], ComputeFlag.DISTILLED) and not flagged(found["Foo"], ComputeFlag.DISTILLED)


def test_parameters_that_layers_share_work_once_a_layer() -> None:
    shared = disclosure("parameters", 1.8e7, model="FooLM", notes=(Coded.of(ReadingNote.LAYERS_SHARED, layers=24),))
    seen = disclosure("tokens", 1e9, "trained on 1B tokens")
    (row,) = estimate_papers([shared, seen], TABLES)
    assert row.training_flop == pytest.approx(6 * 24 * 1.8e7 * 1e9)
    assert Coded.of(ComputeFlag.LAYERS_SHARED, layers=24) in row.flags


def test_a_batch_of_millions_counts_tokens() -> None:
    """RetNet (arXiv 2307.08621), table of settings: 4M a batch, 25,000 steps; sequences of 8192."""
    claims = [
        disclosure("parameters", 6.7e9, model="FooLM"),
        disclosure("batch_size", 4e6, "a"),
        disclosure("steps", 25_000, "a"),
        disclosure("sequence_length", 8192, "a"),
    ]
    (row,) = estimate_papers(claims, TABLES)
    assert row.training_flop == pytest.approx(6 * 6.7e9 * 4e6 * 25_000)


@pytest.mark.parametrize(
    ("words", "steps", "tokens"),
    [
        ("we train FooLM on 8.1T tokens", 1_000, 8.1e12),
        ("we train FooLM on 8.1T tokens", 2e5, 8.1e12),
        ("our corpus has 8.1T tokens", 1_000, 8.1e12),
        ("our corpus has 8.1T tokens", 2e5, 576 * 32_768 * 2e5),
    ],
)
def test_the_steps_of_a_stage_are_not_the_training(words: str, steps: float, tokens: float) -> None:
    """DeepSeek-V2 (arXiv 2405.04434): 8.1T tokens, then 1000 steps of 576 sequences of 32K to lengthen the context."""
    claims = [
        disclosure("parameters", 2.1e10, model="FooLM"),
        disclosure("tokens", 8.1e12, words),
        disclosure("batch_size", 576, "a"),
        disclosure("steps", steps, "a"),
        disclosure("sequence_length", 32_768, "a"),
    ]
    (row,) = estimate_papers(claims, TABLES)
    assert row.training_flop == pytest.approx(6 * 2.1e10 * tokens)


@pytest.mark.parametrize(("header", "flop"), [("Tokens Trained", 6 * 7e9 * 2.46e12), ("Tokens", 3 * 6 * 7e9 * 2.46e12)])
def test_tokens_seen_count_all_epochs(header: str, flop: float) -> None:
    """A column of tokens that a model saw counts whatever epochs stand beside it, as OLMo's does (arXiv 2402.00838)."""
    claims = [
        disclosure("parameters", 7e9, model="FooLM"),
        disclosure("tokens", 2.46e12, "7B 3 2.46T", model="FooLM", column_header=header),
        disclosure("epochs", 3, "7B 3 2.46T", model="FooLM"),
    ]
    (row,) = estimate_papers(claims, TABLES)
    assert row.training_flop == pytest.approx(flop)


def test_tokens_seen_go_before_those_of_the_corpus_however_often_told() -> None:
    corpus = [disclosure("tokens", 1.8e11, f"Our corpus contains 180B tokens ({k}).") for k in range(3)]
    schedule = disclosure("tokens", 3e11, "decays over 300B tokens", notes=(Coded.of(ReadingNote.WHOLE_SCHEDULE),))
    (row,) = estimate_papers([disclosure("parameters", 1e9, model="FooLM"), *corpus, schedule], TABLES)
    assert row.training_flop == pytest.approx(6 * 1e9 * 3e11)
    assert not flagged(row, ComputeFlag.TOKENS_OF_CORPUS)


def test_tokens_of_a_known_data_set_need_not_be_printed() -> None:
    claims = [
        disclosure("parameters", 1e8, "a", model="FooLM"),
        disclosure("epochs", 5, "b", training_set="wikitext-103"),
    ]
    (row,) = estimate_papers(claims, TABLES, {"p": [TrainedModel("FooLM", "foolm", "wikitext-103")]})
    assert row.training_flop == pytest.approx(6 * 1e8 * 103227021 * 5)
    assert flagged(row, ComputeFlag.TOKENS_OF_DATA_SET)


def test_a_name_with_the_family_is_that_of_a_size_in_a_table() -> None:
    size, quote = disclosure("parameters", 1.3e9, model="1.3B"), "trained on 300B tokens"
    rows = {r.model: r for r in estimate_papers([size, disclosure("tokens", 3e11, quote, model="FooLM-1.3B")], TABLES)}
    assert rows["1.3B"].training_flop == pytest.approx(6 * 1.3e9 * 3e11)
    others = estimate_papers([size, disclosure("tokens", 3e11, quote, model="FooLM-11.3B")], TABLES)
    assert "1.3B" not in {r.model for r in others}


def test_connections_are_multiply_adds() -> None:
    assert (
        operations_unit(disclosure("forward_ops", 1e9, column_header="# connections (in millions)")) == "multiply_add"
    )
    assert operations_unit(disclosure("forward_ops", 1e9, "with skip connections", column_header="FLOPs")) == ""


def test_figures_of_a_family_hold_for_its_members_but_for_sizes() -> None:
    model = TrainedModel("FooNet-L", "foonetl", "imagenet-1k")
    family = disclosure("epochs", 90, "a", model="FooNet")
    ops, other_ops = (
        disclosure("forward_ops", 8e9, "8 GMACs", model="FooNet-L"),
        disclosure("forward_ops", 9e9, model="FooNet"),
    )
    rows = estimate_papers([ops, other_ops, family], TABLES, {"p": [model]})
    (row,) = [r for r in rows if r.model == "FooNet-L"]
    assert row.training_flop == pytest.approx(2 * 8e9 * 3 * 1281167 * 90)
    second = TrainedModel("FooNet-v2", "foonetv2", "imagenet-1k")
    rows = estimate_papers([replace(ops, model_key="foonetv2"), family], TABLES, {"p": [second]})
    assert "foonetv2" not in {r.model_key for r in rows}


# --- what makes a figure doubtful (`schemas.codes.compute.NEEDS_WITNESS`)


def trained(*changed: Disclosure) -> ComputeEstimate:
    """The count of one model of a paper: its operations, and passes that the paper states; some of them `changed`."""
    stated = {
        "forward_ops": disclosure("forward_ops", 4e9, model="Net"),
        "epochs": disclosure("epochs", 90, "We train for 90 epochs.", training_set="imagenet-1k"),
        "examples": disclosure("examples", 1.28e6, training_set="imagenet-1k"),
    }
    claims = [*(stated | {d.field: d for d in changed[:1]}).values(), *changed[1:]]
    (row,) = estimate_papers(claims, TABLES, {"p": [TrainedModel("Net", "net", "imagenet-1k")]})
    return row


def doubts(row: ComputeEstimate) -> set[ComputeFlag]:
    return {f.code for f in row.flags} & set(NEEDS_WITNESS)


def test_a_plain_count_is_not_doubtful() -> None:
    assert doubts(trained()) == set()


@pytest.mark.parametrize(
    "quote",
    [
        "We train all the models using SGD for 12 epochs from ImageNet pretrained weights.",
        "Models are fine-tuned for 12 epochs.",
        "All networks are initialized from the supervised ones and trained for 12 epochs.",
        "As to DenseNet-based models, we train for 12 epochs.",
        "For ViT-based models we take 12 epochs.",
        "For experiments with DropBlock [9], we use a longer training schedule of 12 epochs.",
        "In the mixup training, we increase the number of epochs from 6 to 12.",
        "* indicates models that are trained with cosine shape learning rate for 12 epochs.",
        "This was the same as those in Section 4, except that the training was longer (12 epochs).",
        "For ablation studies, we train models for 12 epochs.",
    ],
)
def test_passes_of_fine_tuning_or_of_some_models_are_doubtful(quote: str) -> None:
    epochs = disclosure("epochs", 12, quote, training_set="imagenet-1k")
    assert doubts(trained(epochs)) == {ComputeFlag.OF_ANOTHER_RUN}
    assert doubts(trained(replace(epochs, model="Net", model_key="net"))) == set()


def test_passes_of_all_networks_go_before_those_of_some_runs() -> None:
    """NAS-FPN (arXiv 1904.07392, section 4.1): 50 epochs, with DropBlock 150."""
    plain = disclosure("epochs", 50, "The model is trained using 50 epochs.", training_set="imagenet-1k")
    longer = replace(
        disclosure("epochs", 150, training_set="imagenet-1k"),
        disclosure_id="longer",
        quote="For experiments with DropBlock [9], we use a longer training schedule of 150 epochs.",
    )
    row = trained(plain, longer)
    assert "50 epochs" in row.basis
    assert doubts(row) == set()
    (with_it,) = estimate_papers(
        [disclosure("forward_ops", 4e9, model="Net + DropBlock", model_key="netdropblock"), longer],
        TABLES,
        {"p": [TrainedModel("Net + DropBlock", "netdropblock", "imagenet-1k")]},
    )
    assert "150 epochs" in with_it.basis
    assert doubts(with_it) == set()


def test_passes_of_the_paper_are_doubtful_for_a_network_that_it_credits_to_others() -> None:
    models = [
        TrainedModel("Inception-v2", "inceptionv2", "imagenet-1k"),
        TrainedModel("BN-GoogLeNet", "bngooglenet", "imagenet-1k", is_main=False, credited="GoogLeNet"),
    ]
    claims = [
        *(disclosure("forward_ops", 4e9, model=m.model) for m in models),
        disclosure("epochs", 100, "We have trained our networks for 100 epochs.", training_set="imagenet-1k"),
    ]
    rows = {e.model: doubts(e) for e in estimate_papers(claims, TABLES, {"p": models})}
    assert rows == {"Inception-v2": set(), "BN-GoogLeNet": {ComputeFlag.NETWORK_OF_OTHERS}}
    claims[-1] = replace(claims[-1], model="BN-GoogLeNet", model_key="bngooglenet")
    rows = {e.model: doubts(e) for e in estimate_papers(claims, TABLES, {"p": models})}
    assert rows["BN-GoogLeNet"] == set()


def test_of_one_figure_read_twice_the_surer_reading_counts() -> None:
    unsure = disclosure("epochs", 90, "By 90 epochs.", training_set="imagenet-1k", confidence=0.82)
    sure = disclosure("epochs", 90, "We train for 90 epochs.", training_set="imagenet-1k", confidence=0.99)
    assert doubts(trained(unsure, replace(sure, disclosure_id="sure"))) == set()


@pytest.mark.parametrize(
    "quote",
    [
        "We train for 12 epochs, weights are initialized with zero-mean Gaussians.",
        "We train for 12 epochs on ImageNet.",
        "The models are trained for 12 epochs, tuned on a part of the training set.",
    ],
)
def test_plain_passes_are_not_doubtful(quote: str) -> None:
    assert doubts(trained(disclosure("epochs", 12, quote, training_set="imagenet-1k"))) == set()


@pytest.mark.parametrize(
    ("operations", "epochs", "is_doubtful"),
    [(0.6, 0.99, True), (0.75, 0.99, True), (0.85, 0.86, True), (0.85, 0.9, False), (0.99, 0.99, False)],
)
def test_inputs_that_are_together_not_surely_read_are_doubtful(
    operations: float, epochs: float, is_doubtful: bool
) -> None:
    claims = [disclosure("forward_ops", 4e9, model="Net", confidence=operations)]
    claims += [disclosure("epochs", 90, model="Net", confidence=epochs), disclosure("epochs", 90, "again")]
    row = trained(*claims)
    assert flagged(row, ComputeFlag.INPUT_NOT_SURELY_READ) == is_doubtful


@pytest.mark.parametrize(("fewest", "is_doubtful"), [(80, False), (30, False), (29, True), (8, True)])
def test_figures_that_are_open_by_more_than_a_factor_of_three_are_far_apart(fewest: int, is_doubtful: bool) -> None:
    row = trained(
        disclosure("epochs", 90, "a", training_set="imagenet-1k"),
        disclosure("epochs", fewest, "b", training_set="imagenet-1k"),
    )
    assert doubts(row) == ({ComputeFlag.FIGURES_FAR_APART} if is_doubtful else set())


def test_how_far_figures_are_open_multiplies() -> None:
    row = trained(
        disclosure("epochs", 90, "a", training_set="imagenet-1k"),
        disclosure("epochs", 45, "b", training_set="imagenet-1k"),
        disclosure("forward_ops", 2e9, "c", model="Net"),
    )
    assert Coded.of(ComputeFlag.FIGURES_FAR_APART, ratio=pytest.approx(4.0)) in row.flags


def test_times_far_apart_are_doubtful() -> None:
    claims = [disclosure("hardware", "nvidia-v100"), disclosure("chips", 8)]
    claims += [disclosure("duration_hours", hours, str(hours), model="Net") for hours in (40, 10)]
    (row,) = estimate_papers(claims, TABLES, {"p": [TrainedModel("Net", "net")]})
    assert Coded.of(ComputeFlag.FIGURES_FAR_APART, ratio=pytest.approx(4.0)) in row.flags


def test_a_lower_end_of_zero_is_open_and_breaks_nothing() -> None:
    row = trained(disclosure("epochs", 45, number_lower=0.0, number_upper=90.0, training_set="imagenet-1k"))
    assert 0 < row.training_flop_lower < row.training_flop / 10
    assert doubts(row) == {ComputeFlag.FIGURES_FAR_APART}
