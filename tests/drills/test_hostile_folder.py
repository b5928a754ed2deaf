"""A folder of files that are no papers, and one whose names are code: each is a row, and the run completes."""

import pytest

from flows.pipeline import nightly
from schemas.tables import TABLES
from tests.papers import write_hostile_papers, write_paper
from warehouse.connection import connect

CODE = "x'); DROP TABLE raw_documents; --\n$(touch owned) `touch owned` <b>\"&"
"""Of a file, and so of a paper: SQL, a shell's words, a line break, markup."""
MODEL = "Net'\"; --<b>../../x"


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    reasons = write_hostile_papers(folder)
    write_paper(folder / "goodnet.pdf", "GoodNet", 78.25, 4)
    write_paper(folder / f"{CODE}.pdf", MODEL, 77.25, 5)
    home = tmp_path_factory.mktemp("place") / "home"
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


def test_names_that_are_code_stay_names(hostile_home):
    home, _ = hostile_home
    assert documents(home)[CODE][0] == "read"
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        found = con.execute(
            "SELECT model, title FROM core_results JOIN core_papers USING (paper_id) WHERE value = 77.25"
        )
        named = {name for row in found.fetchall() for name in row}
        tables = {name for (name,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    assert any("--<b>../../x" in name for name in named)
    assert set(TABLES) <= tables
    assert [path.name for path in home.parent.iterdir()] == ["home"]
    assert not list(home.rglob("owned")) and not list(home.rglob("x"))
    release = home / "releases" / "latest"
    pages = "".join(path.read_text(encoding="utf-8") for path in release.rglob("*.html"))
    assert "<b>../../x" not in pages and '<b>"&' not in pages
    with connect(release / "warehouse.duckdb", read_only=True) as con:
        ((kept,),) = con.execute("SELECT count(*) FROM core_papers WHERE paper_id = ?", [CODE]).fetchall()
    assert kept == 1
