"""A folder of files that are no papers: each becomes a row with a reason, and the run completes."""

import pytest

from flows.pipeline import nightly
from tests.papers import write_hostile_papers, write_paper
from warehouse.connection import connect


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    reasons = write_hostile_papers(folder)
    write_paper(folder / "goodnet.pdf", "GoodNet", 78.25, 4)
    home = tmp_path_factory.mktemp("home")
    nightly.fn(papers=folder, home=home)
    return home, reasons


def documents(home):
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        rows = con.execute("SELECT paper_id, document_status, reason FROM raw_documents").fetchall()
    return {paper: (status, reason) for paper, status, reason in rows}


def test_each_hostile_file_is_a_row_with_a_reason(hostile_home):
    home, expected = hostile_home
    found = documents(home)
    for stem, word in expected.items():
        status, reason = found[stem]
        assert status == "failed", stem
        assert word.lower() in reason.lower(), (stem, reason)
        assert len(reason) > 10


def test_the_good_paper_beside_them_is_read(hostile_home):
    home, _ = hostile_home
    assert documents(home)["goodnet"][0] == "read"
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        rows = con.execute("SELECT benchmark, metric, value, is_own FROM core_results WHERE is_own").fetchall()
    assert ("imagenet-1k", "top1_accuracy", 78.25, True) in rows


def test_the_run_leaves_a_release(hostile_home):
    home, _ = hostile_home
    assert (home / "releases" / "latest" / "index.html").exists()
