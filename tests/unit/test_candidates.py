"""Figures of tables with the meanings that they may have, and what speaks for and against each."""

import pandas as pd
import pytest

from tasks.extract.accuracy.candidates import PossibleResult, possible_results
from tasks.extract.accuracy.evidence import evidence_of
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.table_context import figures_of
from tasks.parse.document import Cell, Document, PageTable, PdfPage
from tasks.reference.benchmarks import load_benchmarks
from tools.judge_labels import NO, UNKNOWN, YES, own_results


def _table(caption: str, *rows: str) -> PageTable:
    cells = [
        [Cell(c.strip(), (10 * j, 10 * i, 10 * j + 9, 10 * i + 9)) for j, c in enumerate(r.split("|"))]
        for i, r in enumerate(rows)
    ]
    return PageTable(1, "Table 1", f"Table 1: {caption}", (0, 0, 99, 99), cells)


def _candidates(caption: str, *rows: str) -> list[PossibleResult]:
    page = PdfPage(1, 600, 800, "FooNet: Nets.", [], [_table(caption, *rows)], True)
    return possible_results(ReadPaper(Document("0" * 64, 1, [page], "FooNet: Nets"), "foo", load_benchmarks()))


def _features(caption: str, *rows: str) -> dict[tuple[str, str, str], dict[str, float]]:
    """Features by printed figure, benchmark and metric; errors aside."""
    found = _candidates(caption, *rows)
    return {
        (c.figure.score.raw, c.hypothesis.benchmark.slug, c.hypothesis.benchmark.metric): features
        for c, features in zip(found, evidence_of(found), strict=True)
        if not c.hypothesis.is_error
    }


def test_a_label_over_several_rows_heads_a_group() -> None:
    table = _table(
        "Results.",
        "Field | Benchmark | FooNet",
        "Math | GSM8K | 77.4",
        "Math | CMath | 81.1",
        "Code | HumanEval | 45.0",
        "FooNet | base | 50.1",
    )
    cells = figures_of(table)
    assert [c.spanning for c in cells] == [["Math"], ["Math"], [], []]
    assert [c.label for c in cells] == ["Math GSM8K", "Math CMath", "Code HumanEval", "FooNet base"]
    figures = {c.figure.score.raw: c.figure for c in _candidates("Results.", *(_text(table)))}
    assert figures["77.4"].raw_layers["row"] == "GSM8K" and figures["77.4"].raw_layers["group"].startswith("Math")


def _text(table: PageTable) -> list[str]:
    return [" | ".join(c.text for c in row) for row in table.rows]


def test_models_side_by_side_have_the_label_left_of_them() -> None:
    table = _table(
        "Results.",
        "Dataset | Model | Acc. | Ours | Acc. | Model | Acc. | Ours | Acc.",
        "CIFAR-10 | NASNet-A | 98.0 | FooNet-B0 | 98.1 | Gpipe | 99.0 | FooNet-B7 | 98.9",
        "Flowers | Inception-v4 | 98.5 | FooNet-B5 | 98.5 | DAT | 97.7 | FooNet-B7 | 98.8",
    )
    labels = {(c.row, c.column): c.label for c in figures_of(table)}
    assert labels[1, 4] == "CIFAR-10 FooNet-B0" and labels[1, 8] == "CIFAR-10 FooNet-B7"
    assert labels[2, 6] == "Flowers DAT"


def test_what_stands_beside_an_average_is_a_part() -> None:
    found = _features("MMLU.", "Model | Humanities | STEM | Other | Average", "FooNet | 61.8 | 51.7 | 67.4 | 63.4")
    other, average = found["67.4", "mmlu", "accuracy"], found["63.4", "mmlu", "accuracy"]
    assert other["table:average_in_row"] and not average["table:average_in_row"]
    assert other["table:excluded_in_row"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(("figure", "metric", "fits"), [("93.1", "top5_accuracy", 1), ("93.1", "top1_accuracy", -1)])
def test_top_5_is_not_below_top_1(figure: str, metric: str, fits: float) -> None:
    found = _features("ImageNet.", "Model | A | B", "FooNet | 76.2 | 93.1", "BarNet | 70.2 | 89.9")
    assert found[figure, "imagenet-1k", metric]["metric:order_left"] == fits


@pytest.mark.parametrize(("first", "metric", "fits"), [("84.1", "em", 1), ("84.1", "f1", -1)])
def test_exact_match_is_not_above_f1_in_a_cell(first: str, metric: str, fits: float) -> None:
    found = _features("SQuAD 1.1 dev set.", "Model | Result", "FooNet | 84.1 / 90.9", "BarNet | 80.0 / 88.5")
    assert found[first, "squad-1.1-dev", metric]["metric:order_in_cell_right"] == fits


def test_a_name_in_the_label_under_a_metric_that_it_does_not_have_is_training_data() -> None:
    rows = ("Initialization | airplane | bird", "ImageNet | 79.7 | 77.1", "Bigger set | 85.1 | 80.1")
    under_another = _candidates("BLEU on another set.", *rows)
    assert not [
        c for c in under_another if c.hypothesis.benchmark.slug.startswith("imagenet") and c.figure.place.row == 1
    ]
    assert [c for c in _candidates("Accuracy of FooNet.", *rows) if c.hypothesis.benchmark.slug == "imagenet-1k"]


def test_labels_rule_out_other_splits_and_other_meanings_of_a_labelled_figure() -> None:
    rows = [
        ("foo", 0, 0, "coco-val", "box_ap", 41.5),
        ("foo", 0, 0, "coco-test-dev", "box_ap", 41.5),  # the same figure under a split that is not labelled
        ("foo", 0, 0, "mmlu", "accuracy", 41.5),  # and under another benchmark
        ("foo", 0, 1, "mmlu", "accuracy", 39.0),  # another figure, of a benchmark that the labels leave out
        ("foo", 0, 1, "imagenet-1k", "top1_accuracy", 39.0),  # one of which only the best is labelled
    ]
    frame = pd.DataFrame(rows, columns=["paper", "table", "figure", "slug", "metric", "value"])
    frame = frame.assign(page=1, table_label="Table 1", in_sentence=False, decimals=1)
    label = {
        "labelled": [["coco-val", "box_ap"]],
        "headline_only": [["imagenet-1k", "top1_accuracy"]],
        "results": [{"benchmark": "coco-val", "metric": "box_ap", "value": 41.5, "own": True, "page": 1}],
    }
    assert own_results(frame, {"foo": label}).tolist() == [YES, NO, NO, UNKNOWN, UNKNOWN]


def test_an_own_result_is_one_in_every_sentence_and_nothing_is_known_of_what_rounds_it() -> None:
    rows = [
        (0, 4, 78.57, 2, False),
        (1, 1, 78.57, 2, True),  # elsewhere in the paper
        (2, 1, 78.6, 1, True),
        (3, 1, 79.0, 0, True),
        (4, 1, 77.1, 1, True),
        (5, 6, 78.57, 2, False),  # in another table
    ]
    frame = pd.DataFrame(rows, columns=["table", "page", "value", "decimals", "in_sentence"])
    frame = frame.assign(paper="foo", figure=0, slug="imagenet-1k", metric="top1_accuracy", table_label="")
    result = {"benchmark": "imagenet-1k", "metric": "top1_accuracy", "value": 78.57, "own": True, "page": 4}
    label = {"labelled": [["imagenet-1k", "top1_accuracy"]], "results": [result]}
    assert own_results(frame, {"foo": label}).tolist() == [YES, YES, UNKNOWN, UNKNOWN, NO, UNKNOWN]
