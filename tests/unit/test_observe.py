"""Observe: which accuracy meets which compute, and which of several observations a fit sees."""

import random

import pytest

from tasks.claims import SUPPOSED
from tasks.extract.names import model_key
from tasks.observe import Pooling, observations
from tasks.validate import validate
from tests.unit.rows import good_row

POOLING = [
    Pooling("imagenet-1k", "top1_accuracy", "imagenet-1k", "imagenet-1k"),
    Pooling("coco-val", "box_ap", "coco"),
    Pooling("coco-test-dev", "box_ap", "coco"),
]
ORDER = ("reference", "folder")


def result(**changes) -> dict:
    known = {
        "result_id": "r1",
        "paper_id": "p1",
        "benchmark": "imagenet-1k",
        "metric": "top1_accuracy",
        "value": 78.57,
        "model": "ResNet-152",
        "model_key": "resnet152",
        "is_ensemble": False,
        "test_protocol": None,
        "extra_data": None,
        "year": 2015,
        "confidence": 0.9,
        "source_id": "folder",
    }
    return good_row("core_results", **(known | changes))


def estimate(**changes) -> dict:
    known = {
        "estimate_id": "e1",
        "paper_id": "p1",
        "model": "ResNet-152",
        "model_key": "resnet152",
        "training_set": None,
        "training_flop": 1e19,
        "training_flop_lower": 1e18,
        "training_flop_upper": 1e20,
        "is_preferred": True,
        "source_id": "folder",
    }
    return good_row("core_compute_estimates", **(known | changes))


def joined(results: list[dict], estimates: list[dict] | None = None) -> list[dict]:
    rows = observations(results, estimates if estimates is not None else [estimate()], POOLING, ORDER)
    good, refused = validate(rows, "core_observations")
    assert refused.empty, refused["reason"].tolist()
    assert list(good["observation_id"]) == [r["observation_id"] for r in rows]
    return rows


def in_fit(rows: list[dict]) -> list[str]:
    return [r["result_id"] for r in rows if r["in_fit"]]


# --- the join


def test_an_observation_is_accuracy_and_compute_of_one_model():
    (row,) = joined([result()])
    assert (row["series"], row["value"], row["error"]) == ("imagenet-1k", 78.57, 0.2143)  # not 0.21430000000000005
    assert (row["training_flop"], row["method"], row["result_id"], row["estimate_id"]) == (1e19, "reported", "r1", "e1")
    assert (row["result_source_id"], row["compute_source_id"]) == ("folder", "folder")
    assert (row["in_fit"], row["exclusion_reason"]) == (True, None)


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
        assert [r["estimate_id"] for r in joined([result()], estimates)] == ["e1"]


def test_splits_of_one_benchmark_are_pooled():
    rows = joined(
        [
            result(result_id="r1", benchmark="coco-val", metric="box_ap", value=40.0, model_key="a"),
            result(result_id="r2", benchmark="coco-test-dev", metric="box_ap", value=41.0, model_key="b"),
        ],
        [estimate(estimate_id="e1", model_key="a"), estimate(estimate_id="e2", model_key="b")],
    )
    assert {r["series"] for r in rows} == {"coco"}
    assert sorted(in_fit(rows)) == ["r1", "r2"]


# --- one observation of a model


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"source_id": "reference", "value": 70.0}, {"source_id": "folder"}),
        ({"source_id": "folder", "value": 70.0}, {"source_id": "somewhere"}),
        ({"is_ensemble": None, "value": 70.0}, {"is_ensemble": True}),
        ({"test_protocol": None, "value": 70.0}, {"test_protocol": "10-crop"}),
        ({"confidence": 0.9, "value": 70.0}, {"confidence": 0.5}),
        ({"paper_id": "early", "year": 2015, "value": 70.0}, {"paper_id": "late", "year": 2019}),
        ({"year": 2019, "value": 70.0}, {"year": None}),
        ({"value": 78.57}, {"value": 70.0}),
        # An earlier criterion outweighs all later ones together.
        ({"source_id": "reference", "confidence": 0.1, "year": 2020, "test_protocol": "10-crop"}, {"year": 2012}),
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
        (back,) = [r for r in rows if not r["in_fit"]]
        assert ("several networks" if worse.get("is_ensemble") else "is there already") in back["exclusion_reason"]


def test_an_ensemble_never_enters_a_fit_even_alone():
    (row,) = joined([result(is_ensemble=True)])
    assert row["in_fit"] is False
    assert "several networks" in row["exclusion_reason"]


def test_compute_that_is_a_model_s_by_supposition_is_shown_and_no_fit_sees_it():
    (row,) = joined([result()], [estimate(flags=f"something; {SUPPOSED}")])
    assert row["in_fit"] is False
    assert "does not say that its compute is this model's" in row["exclusion_reason"]


def test_a_supposed_compute_does_not_take_the_place_of_a_stated_one():
    results = [result(result_id="supposed", paper_id="p1"), result(result_id="stated", paper_id="p2", value=70.0)]
    estimates = [estimate(flags=SUPPOSED), estimate(estimate_id="e2", paper_id="p2")]
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
    assert rows[1]["exclusion_reason"] == "the model is there already, from p1"


def test_a_model_may_stand_on_several_series():
    results = [result(), result(result_id="r2", benchmark="coco-val", metric="box_ap", value=40.0)]
    assert sorted(in_fit(joined(results))) == ["r1", "r2"]


def test_every_result_stays_and_the_order_of_the_input_does_not_matter():
    results = [
        result(result_id=f"r{i}", value=70.0 + i % 3, model_key=f"m{i % 4}", confidence=0.5, is_ensemble=i % 5 == 0)
        for i in range(20)
    ]
    estimates = [estimate(estimate_id=f"e{k}", model_key=f"m{k}") for k in range(4)]
    expected = joined(results, estimates)
    assert sorted(r["result_id"] for r in expected) == sorted(r["result_id"] for r in results)
    assert len(in_fit(expected)) == 4
    assert all(r["in_fit"] == (r["exclusion_reason"] is None) for r in expected)
    random.Random(1).shuffle(results)
    assert joined(results, estimates[::-1]) == expected


def test_compute_on_another_data_set_is_not_the_observations():
    on_cifar = estimate(estimate_id="e1", training_set="cifar", training_flop=1e17)
    on_imagenet = estimate(estimate_id="e2", training_set="imagenet-1k", training_flop=1e19)
    assert [row["training_flop"] for row in joined([result()], [on_cifar, on_imagenet])] == [1e19]
    assert joined([result()], [on_cifar]) == []
