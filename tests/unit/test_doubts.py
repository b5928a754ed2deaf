"""Doubts of claims beside others: figures that contradict each other by definition, figures ahead of their time."""

from dataclasses import replace

import pytest

from schemas.codes import Coded, has
from schemas.codes.reading import Doubt
from schemas.rows import Candidate, from_record
from schemas.rows.claims import Result
from tasks.load.doubts import doubt_beyond_record, doubt_impossible_order
from tests.unit.rows import good_row

BENCHMARKS = {"box_ap": "coco-val", "box_ap50": "coco-val", "box_ap75": "coco-val", "em": "squad-1.1-dev"}
BENCHMARKS |= {"f1": "squad-1.1-dev"}


def result(**changes) -> Candidate[Result]:
    changes = {"benchmark": BENCHMARKS.get(changes.get("metric", ""), "imagenet-1k")} | changes
    read = good_row("core_results", confidence_codes=None, confidence_parameters=None)
    return Candidate(from_record(Result, read | changes))


def pair(
    low: float, high: float, metrics: tuple[str, str] = ("top1_accuracy", "top5_accuracy"), **second
) -> list[Candidate[Result]]:
    first = result(result_id="low", metric=metrics[0], value=low)
    return [first, result(result_id="high", metric=metrics[1], value=high, **second)]


@pytest.mark.parametrize(
    ("rows", "doubted"),
    [
        (pair(76.0, 93.0), False),
        (pair(93.0, 93.0), False),
        (pair(93.0, 76.0), True),
        (pair(40.0, 39.0, ("box_ap", "box_ap50")), True),
        (pair(90.0, 85.0, ("em", "f1")), True),
        (pair(93.0, 76.0, ("top1_accuracy", "bleu")), False),
        (pair(93.0, 76.0, bbox_top=99.0), False),
        (pair(93.0, 76.0, model_key="another"), True),  # "Top-1" and "Top-5" read as names
        (pair(93.0, 76.0, row_header="another"), False),
        (pair(93.0, 76.0, location="another"), False),
        (pair(70.0, 60.0, ("box_ap75", "box_ap50")), True),
        (pair(93.0, 76.0, paper_id="another"), False),
        (pair(93.0, 76.0, benchmark="another"), False),
    ],
)
def test_impossible_pairs_of_one_row_are_both_doubted(rows, doubted):
    marked = doubt_impossible_order(rows)
    assert [c.row.result_id for c in marked] == ["low", "high"]
    assert [has(c.doubts, Doubt.IMPOSSIBLE_ORDER) for c in marked] == [doubted] * 2


def test_models_side_by_side_in_one_row_are_each_compared_with_themselves():
    rows = [
        result(result_id=f"{key} {metric}", model_key=key, metric=metric, value=value)
        for key, top1, top5 in (("a", 76.0, 93.0), ("b", 93.0, 76.0))
        for metric, value in (("top1_accuracy", top1), ("top5_accuracy", top5))
    ]
    doubted = [c.row.result_id for c in doubt_impossible_order(rows) if c.doubts]
    assert doubted == ["b top1_accuracy", "b top5_accuracy"]


def test_an_earlier_doubt_stands():
    first, second = pair(93.0, 76.0)
    earlier = (Coded.of(Doubt.NOT_SURE),)
    marked = doubt_impossible_order([replace(first, doubts=earlier), second])
    assert marked[0].doubts == earlier and has(marked[1].doubts, Doubt.IMPOSSIBLE_ORDER)


@pytest.mark.parametrize(
    ("value", "year", "doubted"),
    [(80.0, 2013, False), (92.0, 2013, True), (92.0, 2020, False), (95.1, 2020, True), (99.0, None, False)],
)
def test_a_value_far_above_the_record_of_its_date_is_doubted(value, year, doubted):
    records = [("imagenet-1k", "top1_accuracy", 2012, 65.0), ("imagenet-1k", "top1_accuracy", 2020, 90.0)]
    row = result(benchmark="imagenet-1k", metric="top1_accuracy", value=value, year=year)
    (marked,) = doubt_beyond_record([row], records)
    assert has(marked.doubts, Doubt.BEYOND_RECORD) == doubted
