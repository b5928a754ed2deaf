"""From disclosures to estimates: which figure belongs to which model."""

from typing import Any

import pytest

from tasks.compute import Trained, reckon
from tasks.compute.operations import operations_unit
from tasks.compute.tables import load_tables
from tasks.extract.training.findings import WHOLE_SCHEDULE, shared_by
from tasks.names.keys import model_key

TABLES = load_tables()


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
    (row,) = reckon(claims, TABLES, {"p": [Trained("Transformer (big)", "transformer-big")]})
    assert (row["model"], row["method"], row["is_preferred"]) == ("Transformer (big)", "hardware_time", True)
    assert row["hardware_burden_flop"] == pytest.approx(2.3e19, rel=0.01)
    assert "main model by supposition" in row["flags"]
    assert row["evidence_ids"].split() == ["duration_hours-84-", "hardware-nvidia-p100-", "chips-8-"]


def test_one_sentence_ties_chips_and_time_together() -> None:
    claims = [
        claim("hardware", "nvidia-v100", "a"),
        claim("chips", 8, "a"),
        claim("chips", 64, "b"),
        claim("duration_hours", 10, "b"),
    ]
    (row,) = reckon(claims, TABLES)
    assert row["chips"] == 64


def chips_without_a_tie(fewest: int) -> list[dict]:
    return [
        claim("hardware", "nvidia-v100", "a"),
        claim("chips", fewest, "a"),
        claim("chips", 64, "b"),
        claim("duration_hours", 10, "c"),
    ]


def test_two_chips_without_a_tie_span_the_range() -> None:
    (row,) = reckon(chips_without_a_tie(8), TABLES)
    (least,) = reckon([c for c in chips_without_a_tie(8) if c["value"] != "64"], TABLES)
    assert row["chips"] == 64
    assert row["training_flop_lower"] == pytest.approx(least["training_flop_lower"])
    assert "chips: several stated" in row["flags"]


def test_chips_too_far_apart_give_nothing() -> None:
    assert reckon(chips_without_a_tie(1), TABLES) == []


def test_one_chip_is_supposed_where_no_number_is_told() -> None:
    (row,) = reckon([claim("hardware", "nvidia-k40"), claim("duration_hours", 24)], TABLES)
    assert (row["method"], row["chips"]) == ("imputed", None)
    assert row["training_flop_upper"] / row["training_flop_lower"] > 8
    assert "one supposed" in row["flags"]


def test_a_chip_of_the_time_stands_in_for_gpus() -> None:
    claims = [claim("hardware", "gpu"), claim("chips", 8), claim("duration_hours", 24)]
    assert reckon(claims, TABLES) == []
    (row,) = reckon(claims, TABLES, years={"p": 2018})
    assert (row["method"], row["hardware"], row["hardware_burden_flop"]) == ("imputed", None, None)
    assert "nvidia-v100" in row["basis"]
    # Between eight K80 chips at a tenth of their peak and eight V100 on tensor cores.
    assert row["training_flop_lower"] < 8 * 86400 * 3e12 * 0.1 < 8 * 86400 * 5e13 < row["training_flop_upper"]


def test_figures_of_another_data_set_are_not_the_models() -> None:
    claims = [
        claim("forward_ops", 4.1e9, "4.1 GFLOPs", model="ResNet-50"),
        claim("epochs", 90, "a", training_set="imagenet-1k"),
        claim("epochs", 300, "b", training_set="cifar"),
    ]
    trained = Trained("ResNet-50", "resnet50", "imagenet-1k")
    (row,) = reckon(claims, TABLES, {"p": [trained]})
    assert row["training_set"] == "imagenet-1k"
    assert row["training_flop"] == pytest.approx(2 * 4.1e9 * 3 * 1281167 * 90)
    assert "size of the training set of imagenet-1k" in row["flags"]


def test_a_model_with_more_data_is_reckoned_on_those() -> None:
    claims = [
        claim("forward_ops", 17.6e9, "17.6 GFLOPs", model="ViT-B/16"),
        claim("epochs", 7, "a", training_set="jft"),
        claim("epochs", 20, "b", training_set="imagenet-1k"),
    ]
    (row,) = reckon(claims, TABLES, {"p": [Trained("ViT-B/16", "vitb16", "imagenet-1k", more_data="jft")]})
    assert row["training_set"] == "imagenet-1k"  # what its result is of
    assert row["training_flop"] == pytest.approx(2 * 17.6e9 * 3 * 3e8 * 7)
    assert reckon(claims[2:], TABLES, {"p": [Trained("Net", "net", "imagenet-1k", more_data="?")]}) == []


def test_a_known_network_needs_no_printed_operations() -> None:
    trained = Trained("ResNet-50 + CutMix", "resnet50+cutmix", "imagenet-1k")
    (row,) = reckon([claim("epochs", 300)], TABLES, {"p": [trained]})
    assert (row["method"], "networks.csv" in row["flags"]) == ("imputed", True)
    assert row["training_flop"] == pytest.approx(2 * 4.0e9 * 3 * 1281167 * 300)


def test_operations_not_told_come_by_parameters() -> None:
    trained = Trained("NewNet", "newnet", "imagenet-1k")
    claims = [claim("parameters", 2.56e7, "a", model="NewNet"), claim("epochs", 90, "b")]
    (row,) = reckon(claims, TABLES, {"p": [trained]})
    assert row["method"] == "imputed"
    # ResNet-50 has as many parameters: 4.1e9 multiply-adds.
    assert row["training_flop_lower"] < 2 * 4.1e9 * 3 * 1281167 * 90 < row["training_flop_upper"]
    assert row["training_flop_upper"] / row["training_flop_lower"] > 6
    assert "multiply-adds a parameter" in row["flags"]
    detector = Trained("NewNet", "newnet", "coco")
    assert reckon(claims, TABLES, {"p": [detector]}) == []


def test_a_paper_that_trains_a_known_network_needs_no_size() -> None:
    claims = [{**claim("network", 1, "b"), "value": "resnet50", "number": None}, claim("epochs", 800, "a")]
    (row,) = reckon(claims, TABLES, {"p": [Trained("SimNet", "simnet", "imagenet-1k")]})
    assert row["method"] == "imputed"
    assert row["training_flop"] == pytest.approx(2 * 4.0e9 * 3 * 1281167 * 800)
    assert row["training_flop_upper"] / row["training_flop_lower"] == pytest.approx(16 * 1.5**2)
    assert "names most" in row["flags"]
    assert reckon(claims, TABLES, {"p": [Trained("SimNet", "simnet", "coco")]}) == []


def test_pretraining_has_the_data_set_that_its_figures_name() -> None:
    claims = [
        claim("forward_ops", 4.1e9, "4.1 GMACs", model="FooNet"),
        claim("epochs", 800, "a", phase="pretraining", training_set="imagenet-1k"),
    ]
    (row,) = reckon(claims, TABLES, {"p": [Trained("FooNet", "foonet", "coco")]})
    assert row["training_flop"] == pytest.approx(2 * 4.1e9 * 3 * 1281167 * 800)


def test_parameters_of_a_known_model_need_not_be_printed() -> None:
    claims = [claim("steps", 5e5, "a"), claim("batch_size", 8000, "a"), claim("sequence_length", 512, "a")]
    (row,) = reckon(claims, TABLES, {"p": [Trained("RoBERTa-large", "robertalarge", "squad")]})
    assert row["method"] == "imputed"
    assert row["training_flop"] == pytest.approx(6 * 3.55e8 * 5e5 * 8000 * 512)


def test_another_models_operations_are_a_supposition_whatever_else_is_told() -> None:
    claims = [
        claim("forward_ops", 8e9, "8 GMACs", model="OtherNet"),
        claim("epochs", 90, "a", model="FooNet"),
        claim("examples", 1.28e6, "a", model="FooNet"),
    ]
    rows = reckon(claims, TABLES, {"p": [Trained("FooNet", "foonet")]})
    (row,) = [r for r in rows if r["model"] == "FooNet"]
    assert "the largest of the paper's models" in row["flags"]
    assert "by supposition" in row["flags"]  # shown, never fitted


def test_depths_name_the_models_of_a_table() -> None:
    claims = [claim("forward_ops", 11.3e9, model="152-layer"), claim("steps", 6e5, "a"), claim("batch_size", 256, "a")]
    (row,) = [
        r for r in reckon(claims, TABLES, {"p": [Trained("ResNet-152", "resnet152")]}) if r["model"] != "152-layer"
    ]
    assert row["training_flop"] == pytest.approx(2 * 11.3e9 * 3 * 6e5 * 256)


def test_tokens_of_text_by_steps_and_length() -> None:
    claims = [
        claim("parameters", 3.4e8, model="BERT-large"),
        claim("steps", 1e6, "a", phase="pretraining"),
        claim("batch_size", 256, "a", phase="pretraining"),
        claim("sequence_length", 512, "a", phase="pretraining"),
    ]
    (row,) = reckon(claims, TABLES)
    assert row["training_flop"] == pytest.approx(6 * 3.4e8 * 1e6 * 256 * 512)


def test_precision_and_utilisation_of_the_paper_hold_for_its_time() -> None:
    setup = [claim("hardware", "nvidia-v100", "a"), claim("chips", 8, "a"), claim("duration_hours", 100, "a")]
    (single,) = reckon(setup, TABLES)
    (mixed,) = reckon([*setup, {**claim("precision", 1, "b"), "value": "mixed", "number": None}], TABLES)
    assert mixed["training_flop"] / single["training_flop"] == pytest.approx(125 / 15.67)
    (stated,) = reckon([*setup, claim("utilisation", 0.5, "b")], TABLES)
    assert stated["training_flop"] / single["training_flop"] == pytest.approx(0.5 / 0.34)


def test_tokens_of_a_corpus_are_perhaps_not_those_seen() -> None:
    parameters = claim("parameters", 1.75e11, model="FooLM")
    (seen,) = reckon([parameters, claim("tokens", 3e11, "All models were trained for 300B tokens.")], TABLES)
    (held,) = reckon([parameters, claim("tokens", 3e11, "The final corpus contains roughly 300B tokens.")], TABLES)
    assert seen["training_flop"] == held["training_flop"]
    assert held["training_flop_upper"] == pytest.approx(4 * seen["training_flop_upper"])
    assert held["training_flop_lower"] == pytest.approx(seen["training_flop_lower"] / 4)
    assert "of the corpus" in held["flags"]


def test_operations_of_a_sequence_count_the_sequences_of_a_batch_in_tokens() -> None:
    claims = [
        claim("forward_ops", 8.9e11, "890B FLOPs per sequence", model="Switch-C"),
        claim("steps", 5e5, "a"),
        claim("batch_size", 2**20, "a", confidence_reasons="in tokens"),
        claim("sequence_length", 512, "b"),
    ]
    (row,) = reckon(claims, TABLES)
    assert row["training_flop"] == pytest.approx(2 * 8.9e11 * 3 * 2**20 / 512 * 5e5)


def test_images_are_not_counted_by_parameters() -> None:
    claims = [claim("parameters", 2.5e7, model="ResNet-50"), claim("tokens", 1e9)]
    assert reckon(claims, TABLES, {"p": [Trained("ResNet-50", "resnet50", "imagenet-1k")]}) == []


def test_two_phases_reach_to_their_sum() -> None:
    setup = [claim("hardware", "nvidia-v100", "h"), claim("chips", 8, "h")]
    before = claim("duration_hours", 100, "a", phase="pretraining")
    after = claim("duration_hours", 20, "b")
    (one,) = reckon([*setup, before], TABLES)
    (both,) = reckon([*setup, before, after], TABLES)
    assert both["training_flop"] == one["training_flop"]
    assert both["training_flop_upper"] == pytest.approx(one["training_flop_upper"] * 1.2)


def test_several_times_span_the_range() -> None:
    claims = [claim("hardware", "nvidia-v100"), claim("chips", 8), claim("duration_hours", 10)]
    (one,) = reckon(claims, TABLES)
    (two,) = reckon([*claims, claim("duration_hours", 100)], TABLES)
    assert two["duration_hours"] == 100
    assert two["training_flop_lower"] == one["training_flop_lower"]
    assert "several times" in two["flags"]


def test_a_total_far_above_the_record_of_its_year_is_likely_a_slip() -> None:
    claims = [claim("training_flop", 3.1e6 * 8.64e19)]  # "3.1e6 petaflop/s-days"
    (then,) = reckon(claims, TABLES, years={"p": 2020})
    assert "853 times the most that was known by 2020" in then["flags"]
    assert then["training_flop_lower"] < 3.1e23 < then["training_flop_upper"]
    (now,) = reckon(claims, TABLES, years={"p": 2026})
    assert "times the most" not in (now["flags"] or "")
    assert now["training_flop_upper"] / now["training_flop_lower"] < 1.3


def test_search_cost_is_no_training_cost() -> None:
    claims = [
        claim("hardware", "nvidia-p100", phase="search"),
        claim("chips", 500, phase="search"),
        claim("duration_hours", 96, phase="search"),
    ]
    assert reckon(claims, TABLES) == []


def test_doubtful_claims_are_left_out() -> None:
    assert reckon([claim("training_flop", 1e20, doubt="per device?")], TABLES) == []


def test_epochs_of_the_paper_serve_each_named_model() -> None:
    claims = [
        claim("forward_ops", 3.8e9, model="ResNet-50"),
        claim("forward_ops", 7.6e9, model="ResNet-101"),
        claim("epochs", 90),
        claim("examples", 1.28e6),
    ]
    rows = {r["model"]: r for r in reckon(claims, TABLES)}
    assert rows["ResNet-50"]["training_flop"] == pytest.approx(2 * 3.8e9 * 3 * 1.28e6 * 90)
    assert "undecided" not in rows["ResNet-50"]["flags"]  # its multiply-adds are known


def test_steps_and_batch_stand_for_examples_and_epochs() -> None:
    claims = [claim("forward_ops", 1e9, "1e9 FLOPs"), claim("steps", 6e5), claim("batch_size", 256)]
    (row,) = reckon(claims, TABLES)
    assert row["training_flop"] == pytest.approx(2 * 1e9 * 3 * 6e5 * 256)


def test_methods_stand_side_by_side_in_the_written_order() -> None:
    claims = [
        claim("training_flop", 2.3e19),
        claim("hardware", "nvidia-p100"),
        claim("chips", 8),
        claim("duration_hours", 84),
    ]
    rows = reckon(claims, TABLES)
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
        ("5 GFLOPs; the paper counts FLOP", "NewNet", 5e9, "flop"),
        ("5 GFLOPs", "NewNet", 5e9, ""),
    ],
)
def test_unit_of_operations(quote: str, model: str, number: float, unit: str) -> None:
    assert operations_unit(claim("forward_ops", number, quote, model)) == unit


def test_same_claims_same_rows() -> None:
    claims = [claim("hardware", "nvidia-v100"), claim("chips", 8), claim("duration_hours", 10)]
    assert reckon(claims, TABLES) == reckon(claims, TABLES)


def test_figures_next_to_each_other_belong_together() -> None:
    here: dict[str, Any] = {"bbox_top": 100.0, "bbox_x0": 50.0}
    far: dict[str, Any] = {"bbox_top": 400.0, "bbox_x0": 50.0}
    claims = [
        claim("hardware", "nvidia-v100", "a", **here),
        claim("chips", 32, "a", **here),
        claim("chips", 8, "b", **far),
        claim("duration_hours", 144, "c", bbox_top=124.0, bbox_x0=60.0),
    ]
    (row,) = reckon(claims, TABLES)
    assert row["chips"] == 32


def test_parameters_of_another_size_are_not_the_models() -> None:
    claims = [claim("parameters", 2.7e9), claim("tokens", 1.8e11)]
    assert reckon(claims, TABLES, {"p": [Trained("OPT-175B", "opt175b")]}) == []
    assert len(reckon(claims, TABLES, {"p": [Trained("OPT-2.7B", "opt2.7b")]})) == 1


def test_epochs_not_told_are_those_usual_on_imagenet_and_enter_no_fit() -> None:
    claims = [claim("forward_ops", 4.1e9, "4.1 GMACs", model="FooNet")]
    trained = Trained("FooNet", "foonet", "imagenet-1k")
    (old,) = reckon(claims, TABLES, {"p": [trained]}, years={"p": 2015})
    (new,) = reckon(claims, TABLES, {"p": [trained]}, years={"p": 2021})
    assert (old["method"], old["training_flop"]) == ("imputed", pytest.approx(2 * 4.1e9 * 3 * 1281167 * 100))
    assert new["training_flop"] == pytest.approx(3 * old["training_flop"])
    assert old["training_flop_upper"] / old["training_flop_lower"] == pytest.approx(600 / 80 * 1.5**2)
    assert "epochs not told" in old["flags"] and "by supposition" in old["flags"]
    told = reckon([*claims, claim("epochs", 90, "a")], TABLES, {"p": [trained]}, years={"p": 2015})
    assert told[0]["method"] == "operation_count"


@pytest.mark.parametrize(
    "trained",
    [
        Trained("FooNet", "foonet", "coco"),
        Trained("FooNet", "foonet", "imagenet-1k", is_main=False),
        Trained("FooNet", "foonet", "imagenet-1k", more_data="?"),
    ],
)
def test_usual_epochs_are_supposed_of_main_models_on_imagenet_alone(trained: Trained) -> None:
    claims = [claim("forward_ops", 4.1e9, "4.1 GMACs", model="FooNet")]
    assert reckon(claims, TABLES, {"p": [trained]}, years={"p": 2015}) == []


def test_a_known_network_is_not_reckoned_on_nothing_that_the_paper_says() -> None:
    claims = [claim("batch_size", 96)]
    trained = Trained("ResNet-50", "resnet50", "imagenet-1k")
    assert reckon(claims, TABLES, {"p": [trained]}, years={"p": 2015}) == []


def test_a_models_own_time_was_spent_on_the_papers_machines() -> None:
    machines = [claim("hardware", "nvidia-v100", "a"), claim("chips", 8, "a")]
    timed = claim("duration_hours", 10, "b", model="Net-small")
    models = {"p": [Trained("Net-large", "netlarge"), Trained("Net-small", "netsmall", is_main=False)]}
    (row,) = reckon([*machines, timed], TABLES, models)
    assert (row["model"], row["chips"], row["duration_hours"]) == ("Net-small", 8, 10)
    assert reckon([*machines, {**timed, "phase": "finetuning"}], TABLES, models) == []


def test_parameters_that_layers_share_work_once_a_layer() -> None:
    shared = claim("parameters", 1.8e7, model="FooLM", confidence_reasons=shared_by(24))
    seen = claim("tokens", 1e9, "trained on 1B tokens")
    (row,) = reckon([shared, seen], TABLES)
    assert row["training_flop"] == pytest.approx(6 * 24 * 1.8e7 * 1e9)
    assert "24 layers share their parameters" in row["flags"]


def test_tokens_seen_go_before_those_of_the_corpus_however_often_told() -> None:
    corpus = [claim("tokens", 1.8e11, f"Our corpus contains 180B tokens ({k}).") for k in range(3)]
    schedule = claim("tokens", 3e11, "decays over 300B tokens", confidence_reasons=WHOLE_SCHEDULE)
    (row,) = reckon([claim("parameters", 1e9, model="FooLM"), *corpus, schedule], TABLES)
    assert row["training_flop"] == pytest.approx(6 * 1e9 * 3e11)
    assert "of the corpus" not in row["flags"]


def test_tokens_of_a_known_data_set_need_not_be_printed() -> None:
    claims = [claim("parameters", 1e8, "a", model="FooLM"), claim("epochs", 5, "b", training_set="wikitext-103")]
    (row,) = reckon(claims, TABLES, {"p": [Trained("FooLM", "foolm", "wikitext-103")]})
    assert row["training_flop"] == pytest.approx(6 * 1e8 * 103227021 * 5)
    assert "datasets.csv" in row["flags"]


def test_a_name_with_the_family_is_that_of_a_size_in_a_table() -> None:
    size, quote = claim("parameters", 1.3e9, model="1.3B"), "trained on 300B tokens"
    rows = {r["model"]: r for r in reckon([size, claim("tokens", 3e11, quote, model="FooLM-1.3B")], TABLES)}
    assert rows["1.3B"]["training_flop"] == pytest.approx(6 * 1.3e9 * 3e11)
    others = reckon([size, claim("tokens", 3e11, quote, model="FooLM-11.3B")], TABLES)
    assert "1.3B" not in {r["model"] for r in others}


def test_connections_are_multiply_adds() -> None:
    assert operations_unit(claim("forward_ops", 1e9, column_header="# connections (in millions)")) == "multiply_add"
    assert operations_unit(claim("forward_ops", 1e9, "with skip connections", column_header="FLOPs")) == ""


def test_figures_of_a_family_hold_for_its_members_but_for_sizes() -> None:
    model = Trained("FooNet-L", "foonetl", "imagenet-1k")
    family = claim("epochs", 90, "a", model="FooNet")
    ops, other_ops = claim("forward_ops", 8e9, "8 GMACs", model="FooNet-L"), claim("forward_ops", 9e9, model="FooNet")
    rows = reckon([ops, other_ops, family], TABLES, {"p": [model]})
    (row,) = [r for r in rows if r["model"] == "FooNet-L"]
    assert row["training_flop"] == pytest.approx(2 * 8e9 * 3 * 1281167 * 90)
    second = Trained("FooNet-v2", "foonetv2", "imagenet-1k")
    rows = reckon([{**ops, "model_key": "foonetv2"}, family], TABLES, {"p": [second]})
    assert "foonetv2" not in {r["model_key"] for r in rows}
