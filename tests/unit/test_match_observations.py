"""Matching: which accuracy meets which compute, and which of several observations a fit sees."""

import random
from dataclasses import replace

import pytest

from schemas.codes import Coded
from schemas.codes.compute import NOT_FOR_FITS, ComputeFlag
from schemas.codes.matching import Exclusion
from schemas.rows import record
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Observation
from tasks.load.validate import validate
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.observations import COMPUTE_EXCLUSIONS
from tasks.names.keys import model_key
from tasks.wording import words
from tests.unit.matching import observations

POOLING = [
    PooledSeries("imagenet-1k", "top1_accuracy", "imagenet-1k", "imagenet-1k"),
    PooledSeries("coco-val", "box_ap", "coco"),
    PooledSeries("coco-test-dev", "box_ap", "coco"),
]
ORDER = ("reference", "folder")
SUPPOSED = Coded.of(ComputeFlag.MODEL_SUPPOSED)


def result(**changes) -> Accuracy:
    known = {
        "table_name": "core_results",
        "result_id": "r1",
        "paper_id": "p1",
        "benchmark": "imagenet-1k",
        "metric": "top1_accuracy",
        "value": 78.57,
        "model": "ResNet-152",
        "model_key": "resnet152",
        "is_own": True,
        "is_ensemble": False,
        "test_protocol": None,
        "extra_data": None,
        "year": 2015,
        "confidence": 0.9,
        "source_id": "folder",
    }
    return Accuracy(**(known | changes))


def estimate(**changes) -> ListedEstimate:
    known = {
        "estimate_id": "e1",
        "paper_id": "p1",
        "model": "ResNet-152",
        "model_key": "resnet152",
        "training_set": None,
        "method": "reported",
        "training_flop": 1e19,
        "training_flop_lower": 1e18,
        "training_flop_upper": 1e20,
        "basis": "stated: 1e+19 FLOP",
        "evidence_ids": "d1",
        "compute_source": "paper",
        "is_preferred": True,
        "source_id": "folder",
    }
    return ListedEstimate(**(known | changes))


def joined(accuracies: list[Accuracy], estimates: list[ListedEstimate] | None = None) -> list[Observation]:
    rows = observations(accuracies, [estimate()] if estimates is None else estimates, POOLING, ORDER)
    good, refused = validate([record(r, words) for r in rows], "core_observations")
    assert refused.empty, refused["reason"].tolist()
    assert list(good["observation_id"]) == [r.observation_id for r in rows]
    return rows


def in_fit(rows: list[Observation]) -> list[str]:
    return [r.result_id for r in rows if r.in_fit]


def excluded(row: Observation) -> Exclusion | None:
    (code,) = [e.code for e in row.exclusions] or [None]
    return code


# --- the join


def test_an_observation_is_accuracy_and_compute_of_one_model():
    (row,) = joined([result()])
    assert (row.series, row.value, row.error) == ("imagenet-1k", 78.57, 0.2143)  # not 0.21430000000000005
    assert (row.training_flop, row.method, row.result_id, row.estimate_id) == (1e19, "reported", "r1", "e1")
    assert (row.result_source_id, row.compute_source_id) == ("folder", "folder")
    assert (row.in_fit, row.exclusions) == (True, ())


@pytest.mark.parametrize(
    ("of_result", "of_estimate"),
    [
        ({"paper_id": "another"}, {}),
        ({"model_key": "resnet101"}, {}),
        ({"source_id": "reference"}, {}),
        ({"metric": "top5_accuracy"}, {}),
        ({"benchmark": "svhn"}, {}),
        ({}, {"is_preferred": False}),
        ({"model_key": ""}, {"model_key": ""}),
        ({"model_key": "resnet152"}, {"model_key": "main-model-of-p1"}),
    ],
)
def test_what_does_not_belong_together_is_not_joined(of_result, of_estimate):
    assert joined([result(**of_result)], [estimate(**of_estimate)]) == []


def test_only_the_preferred_of_several_methods_is_joined():
    methods = [
        estimate(estimate_id="e1", method="reported", is_preferred=True, training_flop=1e19),
        estimate(estimate_id="e2", method="hardware_time", is_preferred=False, training_flop=9e19),
    ]
    for estimates in (methods, methods[::-1]):
        assert [r.estimate_id for r in joined([result()], estimates)] == ["e1"]


def test_splits_of_one_benchmark_are_pooled():
    rows = joined(
        [
            result(result_id="r1", benchmark="coco-val", metric="box_ap", value=40.0, model_key="a"),
            result(result_id="r2", benchmark="coco-test-dev", metric="box_ap", value=41.0, model_key="b"),
        ],
        [estimate(estimate_id="e1", model_key="a"), estimate(estimate_id="e2", model_key="b")],
    )
    assert {r.series for r in rows} == {"coco"}
    assert sorted(in_fit(rows)) == ["r1", "r2"]


# --- one observation of a model


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"source_id": "reference", "value": 70.0}, {"source_id": "folder"}),
        ({"source_id": "folder", "value": 70.0}, {"source_id": "somewhere"}),
        ({"is_ensemble": None, "value": 70.0}, {"is_ensemble": True}),
        ({"test_protocol": None, "value": 70.0}, {"test_protocol": "10-crop"}),
        ({"confidence": 0.9, "value": 70.0}, {"confidence": 0.75}),
        ({"paper_id": "early", "year": 2015, "value": 70.0}, {"paper_id": "late", "year": 2019}),
        ({"year": 2019, "value": 70.0}, {"year": None}),
        ({"value": 78.57}, {"value": 70.0}),
        # An earlier criterion outweighs all later ones together.
        ({"source_id": "reference", "confidence": 0.75, "year": 2020, "test_protocol": "10-crop"}, {"year": 2012}),
    ],
)
def test_which_of_two_observations_of_a_model_the_fit_sees(better, worse):
    results = [result(result_id="better", **better), result(result_id="worse", **worse)]
    estimates = [
        estimate(estimate_id=f"{s} {p}", source_id=s, paper_id=p)
        for s in ("reference", "folder", "somewhere")
        for p in ("p1", "early", "late")
    ]
    for given in (results, results[::-1]):
        rows = joined(given, estimates)
        assert in_fit(rows) == ["better"]
        (back,) = [r for r in rows if not r.in_fit]
        assert excluded(back) is (Exclusion.ENSEMBLE if worse.get("is_ensemble") else Exclusion.MODEL_THERE_ALREADY)


def test_an_ensemble_never_enters_a_fit_even_alone():
    (row,) = joined([result(is_ensemble=True)])
    assert (row.in_fit, excluded(row)) == (False, Exclusion.ENSEMBLE)


@pytest.mark.parametrize("value", [0.0, 100.0])
def test_all_or_nothing_right_is_shown_and_no_fit_sees_it(value):
    (row,) = joined([result(value=value)])
    assert (row.in_fit, excluded(row)) == (False, Exclusion.NO_LOGARITHM)


def test_compute_that_is_a_model_s_by_supposition_is_shown_and_no_fit_sees_it():
    (row,) = joined([result()], [estimate(flags=(Coded.of(ComputeFlag.TOKENS_OF_CORPUS), SUPPOSED))])
    assert (row.in_fit, excluded(row)) == (False, Exclusion.COMPUTE_SUPPOSED)


def test_a_supposed_compute_does_not_take_the_place_of_a_stated_one():
    results = [result(result_id="supposed", paper_id="p1"), result(result_id="stated", paper_id="p2", value=70.0)]
    estimates = [estimate(flags=(SUPPOSED,)), estimate(estimate_id="e2", paper_id="p2")]
    assert in_fit(joined(results, estimates)) == ["stated"]


def test_an_ensemble_does_not_take_the_place_of_the_single_network():
    rows = joined([result(result_id="many", is_ensemble=True, value=81.0), result(result_id="one", value=78.0)])
    assert in_fit(rows) == ["one"]


@pytest.mark.parametrize(
    "name",
    ["Base", "Proposed method", "Our model (large)", "baseline", "Model 2", "XL", "Full model [12]", "Standard†"],
)
def test_a_name_that_every_paper_uses_is_another_model_in_each(name):
    same = {"model": name, "model_key": model_key(name)}
    results = [result(result_id=p, paper_id=p, **same) for p in ("p1", "p2")]
    rows = joined(results, [estimate(estimate_id=p, paper_id=p, **same) for p in ("p1", "p2")])
    assert sorted(in_fit(rows)) == ["p1", "p2"]


def test_a_name_that_says_something_is_the_same_model_in_every_paper():
    results = [result(result_id=p, paper_id=p, year=y) for p, y in (("p1", 2015), ("p2", 2016))]
    rows = joined(results, [estimate(estimate_id=p, paper_id=p) for p in ("p1", "p2")])
    assert in_fit(rows) == ["p1"]
    assert rows[1].exclusions == (Coded.of(Exclusion.MODEL_THERE_ALREADY, paper="p1"),)


def test_a_model_may_stand_on_several_series():
    results = [result(), result(result_id="r2", benchmark="coco-val", metric="box_ap", value=40.0)]
    assert sorted(in_fit(joined(results))) == ["r1", "r2"]


def test_every_result_stays_and_the_order_of_the_input_does_not_matter():
    results = [
        result(result_id=f"r{i}", value=70.0 + i % 3, model_key=f"m{i % 4}", confidence=0.75, is_ensemble=i % 5 == 0)
        for i in range(20)
    ]
    estimates = [estimate(estimate_id=f"e{k}", model_key=f"m{k}") for k in range(4)]
    expected = joined(results, estimates)
    assert sorted(r.result_id for r in expected) == sorted(r.result_id for r in results)
    assert len(in_fit(expected)) == 4
    assert all(r.in_fit == (not r.exclusions) for r in expected)
    random.Random(1).shuffle(results)
    assert joined(results, estimates[::-1]) == expected


def test_compute_on_another_data_set_is_not_the_observations():
    on_cifar = estimate(estimate_id="e1", training_set="cifar", training_flop=1e17)
    on_imagenet = estimate(estimate_id="e2", training_set="imagenet-1k", training_flop=1e19)
    assert [row.training_flop for row in joined([result()], [on_cifar, on_imagenet])] == [1e19]
    assert joined([result()], [on_cifar]) == []


# --- joins across sources

SOURCES = ("reference", "folder", "study-data", "epoch-benchmarks", "papers-with-code", "epoch")
LARGE = [
    *POOLING,
    PooledSeries("mmlu", "accuracy", "mmlu"),
    PooledSeries("wmt14-en-fr", "bleu", "wmt14-en-fr", "wmt14-en-fr", True),
    PooledSeries("wmt14-en-de", "bleu", "wmt14-en-de", "wmt14-en-de", True),
]


def score(**changes) -> Accuracy:
    known = {"table_name": "raw_scores", "result_id": "s1", "paper_id": None, "source_id": "papers-with-code"}
    known |= {"source_table": "ImageNet", "confidence": 0.0, "model": "ResNet-152"} | changes
    return result(**known, model_key=model_key(known["model"]))


def others(**changes) -> ListedEstimate:
    """An estimate from a row of raw_models, as `estimates_to_join.sql` gives it."""
    known = {"source_id": "epoch", "source_table": "notable_ai_models", "year": 2015, "model": "ResNet-152"}
    known |= {"paper_id": "model:x", "method": "third_party", "evidence_ids": "row-1"}
    known |= {"compute_source": "Epoch AI, notable_ai_models, row 'x'"} | changes
    return estimate(**known, model_key=model_key(known["model"]))


def crossed(
    accuracies: list[Accuracy],
    estimates: list[ListedEstimate],
    spoilt: dict[str, Coded[Exclusion]] | None = None,
) -> list[Observation]:
    rows = observations(accuracies, estimates, LARGE, SOURCES, spoilt)
    good, refused = validate([record(r, words) for r in rows], "core_observations")
    assert refused.empty, refused["reason"].tolist()
    assert len(good) == len(rows)
    assert rows == observations(accuracies[::-1], estimates[::-1], LARGE, SOURCES, spoilt)
    return rows


def only(rows: list[Observation]) -> Observation:
    (row,) = rows
    return row


def test_one_row_of_a_source_gives_both():
    same = {"source_id": "study-data", "source_table": "imagenet", "paper_id": "p1"}
    row = only(crossed([score(**same)], [others(**same), others(estimate_id="e2", paper_id="p1")]))
    assert (row.join_rule, row.estimate_id, row.in_fit) == ("same_row", "e1", True)
    assert "78.57 from Thompson et al." in row.join_reason and "not taken: 1e+19 FLOP" in row.join_reason


def test_several_rows_of_one_name_in_a_table_leave_a_doubt():
    same = {"source_id": "study-data", "source_table": "imagenet", "paper_id": "p1"}
    row = only(crossed([score(**same)], [others(**same), others(estimate_id="e2", training_flop=5e19, **same)]))
    assert (row.in_fit, excluded(row)) == (False, Exclusion.SEVERAL_ROWS_OF_THE_NAME)


def test_the_same_paper_and_name_meet_whatever_remarks_say():
    row = only(crossed([score(model="ResNet-152 (10-crop)", paper_id="p1")], [others(paper_id="p1")]))
    assert (row.join_rule, row.paper_id, row.in_fit) == ("same_paper_and_name", "p1", True)


def test_a_title_stands_for_a_paper_without_an_id():
    title = "ImageNet Classification with Deep Convolutional Neural Networks"
    row = only(
        crossed([score(model="AlexNet", paper_title=title)], [others(model="AlexNet", paper_title=title.upper())])
    )
    assert (row.join_rule, row.paper_id) == ("same_paper_and_name", "model:x")


def test_a_paper_s_own_compute_stands_before_what_others_have():
    own = estimate(estimate_id="own", training_flop=3e19)
    row = only(crossed([score(paper_id="p1")], [others(paper_id="p1"), own]))
    assert (row.estimate_id, row.compute_source_id) == ("own", "folder")
    assert "what was read in the paper before what others estimated" in row.join_reason


@pytest.mark.parametrize("flag", NOT_FOR_FITS)
def test_a_figure_that_a_fit_may_use_stands_before_one_that_it_may_not(flag):
    bad = estimate(estimate_id="bad", flags=(Coded.of(flag),))
    assert only(crossed([score(paper_id="p1")], [others(paper_id="p1"), bad])).estimate_id == "e1"
    row = only(crossed([score(paper_id="p1")], [bad]))
    assert (row.in_fit, excluded(row)) == (False, COMPUTE_EXCLUSIONS[flag])


def test_a_document_s_accuracy_takes_others_compute_of_the_same_paper_and_name_only():
    assert only(crossed([result()], [others(paper_id="p1")])).compute_source_id == "epoch"
    assert crossed([result()], [others(paper_id="p2")]) == []
    assert crossed([result(paper_id="p1", model="ResNet-152b", model_key="resnet152b")], [others(paper_id="p1")]) == []


HUB = {"source_id": "epoch-benchmarks", "source_table": "mmlu", "benchmark": "mmlu", "metric": "accuracy"}


def test_the_hub_says_which_model_a_version_is():
    gpt = {"model": "GPT-4 (Mar 2023)", "model_version": "gpt-4-0314", **HUB}
    named = [others(model="GPT-4 (Jun 2023)", estimate_id="jun"), others(model="GPT-4 (Mar 2023)", estimate_id="mar")]
    row = only(crossed([score(**gpt)], named))
    assert (row.join_rule, row.estimate_id, row.in_fit) == ("linked_by_source", "mar", True)
    older = [others(model="GPT-4 (Jun 2023)", other_model="GPT-4")]
    assert only(crossed([score(**gpt | {"model": "GPT-4"})], older)).join_rule == "linked_by_source"


def test_a_version_that_the_hub_does_not_know_joins_by_name_and_is_not_fitted_without_a_year():
    row = only(crossed([score(model="Chinchilla", year=None, **HUB)], [others(model="Chinchilla")]))
    assert (row.join_rule, row.in_fit) == ("same_name", False)
    assert excluded(row) is Exclusion.NAME_WITHOUT_YEAR


def test_a_model_that_the_hub_calls_distilled_is_shown_and_not_fitted():
    rows = {
        sure: only(crossed([score(model_version="v", distillation_confidence=sure, **HUB)], [others()])).in_fit
        for sure in ("low", "medium", "high")
    }
    assert rows == {"low": True, "medium": False, "high": False}


@pytest.mark.parametrize(
    ("of_score", "of_compute", "joins"),
    [
        ({}, {}, True),
        ({"year": 2016}, {"year": 2015}, True),
        ({"year": 2017}, {"year": 2015}, False),
        ({"paper_id": "p1"}, {"paper_id": "p2"}, False),  # two papers may each train a ResNet-152
        ({"paper_id": "p1"}, {}, True),
        ({"model": "Transformer"}, {"model": "Transformer"}, False),
        ({"model": "EfficientNet-B0"}, {"model": "EfficientNet-B7"}, False),
        ({"model": "Llama 2-70B"}, {"model": "Llama-270B"}, False),
    ],
)
def test_names_alone_join_where_they_say_enough_and_nothing_contradicts(of_score, of_compute, joins):
    rows = crossed([score(**of_score)], [others(**of_compute)])
    assert [(r.join_rule, r.in_fit) for r in rows] == ([("same_name", True)] if joins else [])


def test_two_figures_under_one_name_are_none():
    assert crossed([score()], [others(), others(estimate_id="e2", training_flop=2e19)]) == []


def test_the_only_model_of_a_paper():
    swin = {"paper_id": "p1", "model": "Swin Transformer V2 (SwinV2-G)"}
    row = only(crossed([score(paper_id="p1", model="SwinV2-G (HTC++)")], [others(**swin)]))
    assert (row.join_rule, row.in_fit) == ("only_model_of_paper", True)


@pytest.mark.parametrize(
    ("tested", "listed"),
    [
        (["MCDNN"], ["MCDNN (MNIST)"]),
        (["RetinaNet (ResNeXt-101)"], ["RetinaNet"]),
        (["MoE"], ["MoE-Multi"]),
        (["DiCENet"], ["RESNASNet"]),
    ],
)
def test_names_that_differ_leave_a_doubt_on_the_only_model(tested, listed):
    rows = crossed([score(paper_id="p1", model=m) for m in tested], [others(paper_id="p1", model=m) for m in listed])
    assert [(r.join_rule, r.in_fit) for r in rows] == [("only_model_of_paper", False)]
    assert excluded(rows[0]) is Exclusion.NAMES_DIFFER


@pytest.mark.parametrize(
    ("tested", "listed"),
    [
        (["SwinV2-G", "SwinV2-B"], ["Swin Transformer V2"]),  # two tested
        (["SwinV2"], ["Swin-S", "Swin-B"]),  # two listed
        (["ViT-B/16"], ["Vision Transformer (ViT-L/16)"]),  # another size
    ],
)
def test_no_only_model_where_there_are_two_or_another_size(tested, listed):
    scores = [score(result_id=m, paper_id="p1", model=m) for m in tested]
    assert crossed(scores, [others(estimate_id=m, paper_id="p1", model=m) for m in listed]) == []


def test_a_figure_typed_for_one_benchmark_is_not_fitted_on_another():
    study = {"source_id": "study-data", "source_table": "imagenet", "paper_id": "p1", "model": "NAT-M4"}
    on_coco = score(result_id="s2", paper_id="p1", model="NAT-M4", benchmark="coco-val", metric="box_ap", value=40.0)
    rows = crossed([score(**study), on_coco], [others(**study)])
    assert {r.result_id: r.in_fit for r in rows} == {"s1": True, "s2": False}
    assert any(r.exclusions == (Coded.of(Exclusion.COMPUTE_OF_ANOTHER_BENCHMARK, series="imagenet-1k"),) for r in rows)


def test_one_figure_is_not_that_of_two_trainings():
    scores = [
        score(result_id=b, benchmark=b, metric="bleu", value=30.0, paper_id="p1", model="RNMT+")
        for b in ("wmt14-en-fr", "wmt14-en-de")
    ]
    compute = others(paper_id="p1", model="RNMT+")
    rows = crossed(scores, [compute])
    doubt = Coded.of(Exclusion.ONE_OF_TWO_TRAININGS, datasets="wmt14-en-de or wmt14-en-fr")
    assert in_fit(rows) == [] and all(r.exclusions == (doubt,) for r in rows)
    assert in_fit(crossed(scores[:1], [compute])) == ["wmt14-en-fr"]


def test_an_accuracy_that_another_source_calls_an_ensemble_s_is_not_fitted():
    study = {"source_id": "study-data", "source_table": "imagenet", "paper_id": "p1", "model": "AlexNet"}
    seven = score(result_id="s7", paper_id="p1", model="AlexNet - 7CNNs", value=63.3, is_ensemble=True)
    one = score(**study, value=63.3)
    rows = crossed([one, seven], [others(**study)])
    assert in_fit(rows) == [] and excluded(rows[0]) is Exclusion.ENSEMBLE_BY_ANOTHER_SOURCE
    assert in_fit(crossed([one, replace(seven, value=64.0)], [others(**study)])) == ["s1"]


# --- one score of a model


def hub_scores(*values: float, shots: str = "5-shot", start: int = 0, **more) -> list[Accuracy]:
    return [
        score(result_id=f"s{start + i}", value=v, test_protocol=shots, model_version=f"v{i}", **HUB, **more)
        for i, v in enumerate(values)
    ]


def test_of_several_scores_the_median_stands_and_not_the_best():
    rows = crossed(hub_scores(60.0, 70.0, 66.0, 64.0), [others()])
    row = next(r for r in rows if r.in_fit)
    other = next(r for r in crossed(hub_scores(60.0, 70.0, 64.0, 66.0), [others()]) if r.in_fit)
    assert (row.value, other.value) == (66.0, 64.0)  # of the two in the middle not always the lower one
    assert "of its 4 scores here (60 to 70) the median stands" in row.join_reason
    assert sum(excluded(r) is Exclusion.NOT_THE_MEDIAN and r.exclusions[0]["median"] == 66.0 for r in rows) == 3


def test_scores_had_in_the_usual_way_stand_before_others():
    usual = hub_scores(60.0, 62.0, 61.0)
    rows = crossed([*usual, *hub_scores(90.0, shots="25-shot", start=3)], [others()])
    assert [r.value for r in rows if r.in_fit] == [61.0]
    assert "3 were had in the usual way (5-shot)" in next(r for r in rows if r.in_fit).join_reason


def test_where_no_way_is_usual_all_scores_count():
    rows = crossed([*hub_scores(60.0), *hub_scores(90.0, shots="0-shot", start=1)], [others()])
    assert [r.value for r in rows if r.in_fit] == [60.0]  # of two the lower: no flattery


# --- one model under two names


def test_a_model_of_the_same_paper_under_a_longer_name_stands_back():
    here = {"source_id": "study-data", "source_table": "squad", "paper_id": "p1", "model": "BERT"}
    large = {"paper_id": "p1", "model": "BERT large"}
    rows = crossed(
        [score(**here, value=91.8), score(result_id="s2", value=90.9, **large)],
        [others(**here, training_flop=8e19), others(estimate_id="e2", **large)],
    )
    assert in_fit(rows) == ["s1"]
    assert rows[1].exclusions == (Coded.of(Exclusion.PERHAPS_THE_SAME_MODEL, model="BERT"),)


def test_the_same_figures_under_names_with_a_word_in_common_stand_once():
    def pair(name: str) -> list[Observation]:
        here = {"source_id": "study-data", "source_table": "imagenet", "paper_id": "p2", "model": name}
        by_hand = result(source_id="reference", model="NesT-B", model_key="nestb", value=83.8)
        compute = [estimate(source_id="reference", model="NesT-B", model_key="nestb"), others(estimate_id="e2", **here)]
        return crossed([by_hand, score(value=83.8, **here)], compute)

    assert in_fit(pair("Transformer local-attention (NesT-B)")) == ["r1"]
    assert in_fit(pair("PiT")) == ["r1", "s1"]


def test_a_spoilt_figure_of_others_gives_way_or_is_shown_with_its_defect():
    defect = Coded.of(Exclusion.TWO_COMPUTES, reason="so")
    row = only(crossed([score(paper_id="p1")], [others(paper_id="p1")], {"e1": defect}))
    assert (row.in_fit, row.exclusions) == (False, (defect,))
    two = [others(paper_id="p1"), others(estimate_id="e2", paper_id="p1")]
    row = only(crossed([score(paper_id="p1")], two, {"e1": defect}))
    assert (row.in_fit, row.estimate_id) == (True, "e2")


def test_every_flag_that_keeps_a_figure_out_has_an_exclusion():
    assert tuple(COMPUTE_EXCLUSIONS) == NOT_FOR_FITS


@pytest.mark.slow
def test_five_thousand_models_and_scores_join():
    names = [f"Model-{i}{'abc'[i % 3]}" for i in range(5000)]
    scores = [score(result_id=n, model=n, paper_id=f"p{i % 700}", value=i % 97 + 1.0) for i, n in enumerate(names)]
    estimates = [others(estimate_id=n, model=n, paper_id=f"p{i % 700}") for i, n in enumerate(names)]
    assert len(observations(scores, estimates, LARGE, SOURCES)) == 5000


# --- what a machine read and a fit should not take at once


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"confidence": 0.59}, Exclusion.NOT_SURELY_READ),
        ({"confidence": 0.6}, None),
        ({"value": 0.1, "confidence": 0.95}, Exclusion.AT_CHANCE),  # one of 1,000 classes
        ({"value": 0.2, "confidence": 0.95}, None),
        ({"value": 0.1, "confidence": 0.2}, Exclusion.AT_CHANCE),
        ({"table_name": "raw_observations", "confidence": 0.1}, None),  # read by hand
        ({"table_name": "raw_observations", "value": 0.1}, Exclusion.AT_CHANCE),
    ],
)
def test_a_doubtful_reading_of_a_machine_waits(changes, reason):
    (row,) = joined([result(**changes)])
    assert (row.in_fit, excluded(row)) == (reason is None, reason)


def test_a_name_of_no_model_is_said_before_any_doubt_of_the_join():
    marks = {"r1": Coded.of(Exclusion.NO_MODELS_NAME, reason="a language")}
    (row,) = observations([result()], [estimate(flags=(SUPPOSED,))], POOLING, ORDER, marks)
    assert excluded(row) is Exclusion.NO_MODELS_NAME


def test_a_score_of_a_structured_source_is_no_machine_reading():
    assert only(crossed([score(confidence=0.0)], [others()])).in_fit


# --- one paper under two ids, one model by two sources

BY_HAND = {"table_name": "raw_observations", "source_id": "reference", "result_id": "by hand"}


def twice(of_machine: dict, of_hand: dict, ids: dict[str, str] | None = None) -> dict[str, Observation]:
    """A model as a machine read it ("r1") and as a person did ("by hand"), each with its compute."""
    hand = {"source_id": "reference", "training_flop": 3e19, "evidence_ids": "by hand", "is_hand_read": True}
    no_value = [{k: v for k, v in known.items() if k != "value"} for known in (of_machine, of_hand)]
    accuracies = [result(**of_machine), result(**(BY_HAND | of_hand))]
    estimates = [estimate(**no_value[0]), estimate(**(hand | {"estimate_id": "e2"} | no_value[1]))]
    rows = observations(accuracies, estimates, POOLING, ORDER, arxiv_papers=ids)
    return {r.result_id: r for r in rows}


@pytest.mark.parametrize(
    ("of_machine", "of_hand", "is_one"),
    [
        # A longer name of the paper's model, tested in another way.
        ({"model": "Mixer-H/14", "value": 86.32}, {"model": "Mixer-H/14 (JFT-300M)", "value": 87.94}, True),
        # The same accuracy, and a name that lost a character.
        ({"model": "S-MLP-deep", "value": 80.7}, {"model": "S2-MLP-deep", "value": 80.7}, True),
        # Another model of the paper.
        ({"model": "Mixer-H/14", "value": 86.32}, {"model": "Mixer-L/16", "value": 84.82}, False),
        ({"model": "R152-FPN", "value": 48.1}, {"model": "SpineNet-143", "value": 48.1}, False),
        # Another paper's model of a like name.
        ({"model": "Mixer-H/14", "paper_id": "p2"}, {"model": "Mixer-H/14 (JFT-300M)", "value": 87.94}, False),
    ],
)
def test_a_model_by_hand_and_by_machine_stands_once(of_machine, of_hand, is_one):
    known = [m | {"model_key": model_key(m["model"])} for m in (of_machine, of_hand)]
    rows = twice(*known)
    assert rows["by hand"].in_fit
    assert excluded(rows["r1"]) == (Exclusion.PERHAPS_THE_SAME_MODEL if is_one else None)


def test_rows_of_one_document_under_two_names_are_two_models():
    long = result(result_id="r2", model="ResNet-152 SE", model_key="resnet152se", value=79.0)
    of_long = estimate(estimate_id="e2", model="ResNet-152 SE", model_key="resnet152se")
    assert in_fit(joined([result(), long], [estimate(), of_long])) == ["r1", "r2"]


def test_a_paper_under_two_ids_is_one():
    named = {"paper_id": "mixer final", "model": "Mixer-H/14", "model_key": "mixerh14", "value": 86.32}
    known = {"paper_id": "2105.01601", "model": "Mixer-H/14 (JFT)", "model_key": "mixerh14jft", "value": 87.94}
    assert {r.in_fit for r in twice(named, known).values()} == {True}
    rows = twice(named, known, {"mixer final": "2105.01601"})
    assert excluded(rows["r1"]) == Exclusion.PERHAPS_THE_SAME_MODEL
    assert rows["r1"].paper_id == "mixer final"  # as it came
