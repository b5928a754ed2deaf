"""What a printed score says: percent or fraction, accuracy or error, and when that is not to be known."""

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codes import Coded
from schemas.codes.sources import RowDoubt
from schemas.rows import Candidate, from_record
from schemas.rows.sources import SourceScore
from tasks.extract.accuracy.lexicon import Lexicon
from tasks.reference.benchmarks import load_benchmarks
from tasks.sources.leaderboards import Leaderboard, LeaderboardCell, load_leaderboards, one_each, read_column
from tests.unit.rows import flat, good_row
from warehouse.connection import REFERENCE

SOURCES = ("papers-with-code", "epoch-benchmarks")
BENCHMARKS = load_benchmarks()


def board(slug: str = "imagenet-1k", is_error: bool = False) -> Leaderboard:
    benchmark = next(b for b in BENCHMARKS if b.slug == slug and b.is_fit_metric)
    return Leaderboard(("T",), ("D",), ("M",), benchmark, is_error)


def cell(raw: str, entry: str, result: str, metric: str = "M", value: float = math.nan) -> LeaderboardCell:
    known = {"raw_value": raw.strip(), "result_id": result, "source_metric": metric, "value": value}
    return LeaderboardCell(entry, from_record(SourceScore, good_row("raw_scores", **known)))


def column(*raws: str, slug: str = "imagenet-1k", is_error: bool = False) -> list[dict]:
    cells = [cell(raw, str(n), str(n)) for n, raw in enumerate(raws)]
    return flat(Candidate(c.row, c.doubts) for c in read_column(board(slug, is_error), cells))


def test_every_leaderboard_leads_to_a_benchmark_and_none_stands_there_twice() -> None:
    with (REFERENCE / "leaderboards.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(len(load_leaderboards(s)) for s in SOURCES) == len(rows)
    places = [
        (r["source_id"], table, dataset, metric)
        for r in rows
        for table in r["table"].split("|")
        for dataset in r["dataset"].split("|")
        for metric in r["metric_name"].split("|")
    ]
    assert len(places) == len(set(places))


@pytest.mark.parametrize(("benchmark", "meaning"), [("imagnet-1k", "accuracy"), ("imagenet-1k", "loss")])
def test_a_leaderboard_of_no_benchmark_or_meaning_is_an_error_that_names_it(
    reference: Path, benchmark: str, meaning: str
) -> None:
    (reference / "leaderboards.csv").write_text(
        "source_id,table,dataset,metric_name,benchmark,metric,meaning,note\n"
        f"papers-with-code,Image Classification,ImageNet,Top 1,{benchmark},top1_accuracy,{meaning},\n"
    )
    with pytest.raises(ValueError, match=r"line 2, column meaning: 'loss'|Image Classification / Top 1: .* imagnet-1k"):
        load_leaderboards("papers-with-code")


def test_benchmarks_that_are_not_read_in_papers_have_no_words_there() -> None:
    not_read = {b.slug for b in BENCHMARKS if not b.is_read}
    assert {"frontiermath", "simplebench"} <= not_read and "mmlu" not in not_read
    lexicon = Lexicon(BENCHMARKS)
    assert not_read.isdisjoint(b.slug for family in lexicon.families.values() for b in family)
    assert len(Lexicon([b for b in BENCHMARKS if b.is_read]).families) == len(lexicon.families)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("76.3", 76.3),
        ("76.3%", 76.3),
        ("**76.3** %", 76.3),
        (" 76.3 ", 76.3),
        ("\ufeff76.3", 76.3),
        ("76.3*", 76.3),
        ("76.3%%", 76.3),
        ("76.3 ± 0.2", 76.3),
        ("76", 76.0),
    ],
)
def test_a_figure_is_read_through_its_decoration(raw: str, value: float) -> None:
    (row,) = column(raw)
    assert (row["value"], row["raw_value"], "doubt" in row) == (value, raw.strip(), False)


@pytest.mark.parametrize("raw", ["", "-", "--", "–", " ", "N/A", "n/a", "--*", "nan"])
def test_an_empty_cell_states_nothing(raw: str) -> None:
    assert [r["value"] for r in column(raw, "80.1")] == [80.1]


@pytest.mark.parametrize(
    "raw", ["76,3", "76.3/75.1", "75-76", "76.3 (average of 5 splits)", "O.76", "cosine loss", "7.6M"]
)
def test_what_is_not_one_figure_is_doubted_and_nothing_is_guessed(raw: str) -> None:
    (row,) = column(raw)
    assert row["doubt"] and row["raw_value"] == raw


def test_the_whole_column_tells_percent_from_fractions() -> None:
    assert [r["value"] for r in column("0.1", "0.785", "1", slug="gsm8k")] == [10.0, 78.5, 100.0]
    assert [r["value"] for r in column("0.5%", "0.4%", slug="gsm8k")] == [0.5, 0.4]
    assert [r["value"] for r in column("0", "70", slug="gsm8k")] == [0.0, 70.0]


def test_a_figure_that_may_be_a_fraction_among_percents_is_doubted() -> None:
    sure, doubtful = column("43.1", "0.431", slug="coco-val")
    assert "doubt" not in sure and "may be a fraction" in doubtful["doubt"]
    assert "may be a fraction" in column("5.1", "0.63", slug="cifar-10", is_error=True)[1]["doubt"]


def test_errors_become_accuracies_by_their_printed_decimals() -> None:
    assert [r["value"] for r in column("22.87", "4.9%", is_error=True)] == [77.13, 95.1]
    assert column("0.2287", "0.04", is_error=True)[0]["value"] == 77.13


def test_a_value_outside_the_bounds_of_its_benchmark_is_doubted() -> None:
    assert [("doubt" in r) for r in column("99.9", "80.0", "250")] == [True, False, True]
    assert (
        "no word_accuracy on librispeech-test-clean"
        in column("97", slug="librispeech-test-clean", is_error=True)[0]["doubt"]
    )


def pair(entry: str, value: float, metric: str = "correct", result: str = "r", doubts: tuple = ()) -> LeaderboardCell:
    return replace(cell(str(value), entry, result, metric, value), doubts=doubts)


def test_accuracy_and_error_of_one_row_are_one_result_and_the_first_counts() -> None:
    (row,) = flat(one_each([pair("a", 77.3), pair("a", 77.29, "error")]))
    assert (row["value"], "doubt" in row) == (77.3, False)


def test_a_doubtful_column_stands_back_behind_a_sure_one() -> None:
    doubtful = pair("a", math.nan, doubts=(Coded.of(RowDoubt.SCORE_RANGE, text="?"),))
    (row,) = flat(one_each([doubtful, pair("a", 99.37, "error")]))
    assert (row["value"], row["source_metric"], "doubt" in row) == (99.37, "error", False)


def test_a_row_that_contradicts_itself_is_doubted() -> None:
    (row,) = flat(one_each([pair("a", 77.3), pair("a", 72.3, "error")]))
    assert row["doubt"] == "the row contradicts itself: correct 77.3 and error 72.3"


def test_the_same_row_twice_counts_once_and_one_name_with_two_figures_is_doubted() -> None:
    assert len(flat(one_each([pair("a", 42.1), pair("b", 42.1)]))) == 1
    rows = flat(one_each([pair("a", 42.1), pair("b", 43.9), pair("c", 50.0, result="other")]))
    assert [("doubt" in r, r["value"]) for r in rows] == [(True, 42.1), (True, 43.9), (False, 50.0)]


@given(st.lists(st.text(alphabet="0123456789.,%±-−* eEkKM/()\ufeffabn", max_size=12), max_size=6), st.booleans())
def test_no_cell_breaks_a_column_and_what_is_not_doubted_is_an_accuracy(raws: list[str], is_error: bool) -> None:
    for row in column(*raws, slug="gsm8k", is_error=is_error):
        assert row.get("doubt") or (math.isfinite(row["value"]) and 0 <= row["value"] <= 100)


@given(st.decimals(min_value=2, max_value=99, places=3))
def test_percents_come_back_as_printed_and_errors_as_their_complement(figure) -> None:
    assert column(f"{figure}%", slug="gsm8k")[0]["value"] == float(figure)
    assert column(f"{figure}", slug="gsm8k", is_error=True)[0]["value"] == float(100 - figure)
