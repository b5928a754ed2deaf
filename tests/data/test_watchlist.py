"""The watch list: form, benchmarks, order; and that it is what its maker makes of the sources."""

import csv

import pytest

from tasks.names.arxiv_ids import arxiv_identity
from tasks.reference.benchmarks import load_benchmarks
from tools import make_watchlist
from tools.make_watchlist import COLUMNS, WATCHLIST, ListedPaper, Mention, gather, in_reading_order

SERIES = {b.series for b in load_benchmarks()}
SAID_BY = {"papers-with-code", "study-data", "epoch", "epoch-benchmarks", "reference"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with WATCHLIST.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_form(rows: list[dict[str, str]]) -> None:
    assert len(rows) >= 500
    assert all(tuple(r) == COLUMNS for r in rows)
    assert all(arxiv_identity(r["paper_id"]) == (r["paper_id"], None) for r in rows)
    assert len({r["paper_id"] for r in rows}) == len(rows)
    assert all(r["title"] == " ".join(r["title"].split()) for r in rows)


def test_every_row_names_known_benchmarks_and_sources(rows: list[dict[str, str]]) -> None:
    assert all(set(r["benchmarks"].split("|")) <= SERIES for r in rows)
    assert all(set(r["source"].split("|")) <= SAID_BY for r in rows)


def test_the_first_thirty_spread_over_the_benchmarks(rows: list[dict[str, str]]) -> None:
    first = {s for r in rows[:30] for s in r["benchmarks"].split("|")}
    assert len(first) >= 9
    assert all("|" in r["source"] for r in rows[:30])


@pytest.mark.skipif(not make_watchlist.SOURCES.exists(), reason="the sources are not on this machine")
def test_the_file_is_what_its_maker_makes(rows: list[dict[str, str]]) -> None:
    made = make_watchlist.as_rows(make_watchlist.watchlist())
    assert made == rows, "make it again: python -m tools.make_watchlist"


def test_papers_are_gathered_over_sources() -> None:
    said = [
        Mention("https://arxiv.org/abs/1512.03385v1", "", "a", "reference"),
        Mention("http://arxiv.org/pdf/1512.03385", "Deep\n Residual", "b", "papers-with-code"),
        Mention("https://arxiv.org/abs/1512.03385", "Other", None, "epoch", has_compute=True),
        Mention("https://arxiv.org/abs/1706.03762", "Of no benchmark", None, "epoch", has_compute=True),
        Mention("https://openreview.net/forum?id=1512.03385", "No arXiv", "a", "papers-with-code"),
    ]
    (paper,) = gather(said, {"a": "A", "b": "B"}, {})
    assert paper == ListedPaper(
        "1512.03385", "Deep Residual", {"A", "B"}, {"reference", "papers-with-code", "epoch"}, has_compute=True
    )


def test_compute_comes_first_then_several_sources_and_benchmarks_take_turns() -> None:
    def paper(number: int, series: str, sources: str, compute: bool) -> ListedPaper:
        return ListedPaper(f"2001.0000{number}", "", set(series), set(sources), compute)

    papers = [
        paper(1, "A", "xy", False),
        paper(2, "A", "xy", True),
        paper(3, "A", "xy", True),
        paper(4, "B", "xy", True),
        paper(5, "AB", "x", True),
        paper(6, "B", "x", False),
    ]
    order = [int(p.paper_id[-1]) for p in in_reading_order(papers, [{"A"}, {"B"}])]
    assert order == [3, 4, 2, 5, 1, 6]
