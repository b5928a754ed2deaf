"""A home in which a file is damaged: told in a line, set aside or made again, and the next nights lose nothing."""

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.pipeline import ingest
from tasks.extract import read
from tasks.sources import registry
from tasks.storage.store import read_json_gz, write_json_gz
from tests.papers import write_paper
from tests.tables import contents
from warehouse.connection import connect
from warehouse.working import WAREHOUSE

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True, scope="module")
def quick():
    """The folder is the only source, and documents are read in this process: that workers may die is no matter here."""
    at_hand = registry.at_hand
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "at_hand", lambda papers: [s for s in at_hand(papers) if s.source_id == "folder"])
        patch.setattr(registry, "structured", lambda *_: [])
        patch.setattr(read, "_read_bounded", lambda home, sidecars, _: (read.read_document(home, s) for s in sidecars))
        yield


@pytest.fixture(scope="module")
def papers(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    for i in range(2):
        write_paper(folder / f"1905.0000{i}v1.pdf", f"WholeNet-{i}0", 71.5 + i, i + 1)
    return folder


@pytest.fixture(scope="module")
def first(papers, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("home")
    ingest.fn(papers=papers, home=home)
    return home


@pytest.fixture
def home(first, tmp_path) -> Path:
    shutil.copytree(first, tmp_path / "home")
    return tmp_path / "home"


def night(home: Path, papers: Path, caplog) -> list[str]:
    """A night; returns what it told of damage."""
    caplog.clear()
    ingest.fn(papers=papers, home=home)
    warnings = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]  # folders bear the tests' names
    told = [m for m in warnings if "damaged" in m or "cannot be read" in m]
    assert not any("\n" in line for line in told)
    return told


def one(home: Path, pattern: str) -> Path:
    return min(home.glob(pattern))


def reading(home: Path) -> Path:
    return min(p for p in home.glob("readings/*/*.json.gz") if ".parse-" not in p.name)


def parsed(home: Path) -> Path:
    return one(home, "readings/*/*.parse-*.json.gz")


def forget(home: Path) -> None:
    """The warehouse is made anew, from what is stored."""
    (home / WAREHOUSE).unlink()


def quarantined(home: Path) -> list[str]:
    with connect(home / WAREHOUSE, read_only=True) as con:
        rows = con.execute("SELECT row_id FROM core_quarantine WHERE check_name = 'file_is_whole'").fetchall()
    return [row_id for (row_id,) in rows]


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def of_another_shape(path: Path) -> None:
    write_json_gz(path, {"title": "of another version"})


def claims_of_another_shape(path: Path) -> None:
    content = read_json_gz(path)
    content["claims"] = {name: [{"value": 1}] for name in content["claims"]}
    write_json_gz(path, content)


@pytest.mark.parametrize("damage", [cut_off, claims_of_another_shape])
def test_a_damaged_reading_is_made_again(home, papers, caplog, damage: Callable[[Path], None]):
    before = contents(home / WAREHOUSE)
    path = reading(home)
    whole = read_json_gz(path)
    damage(path)
    forget(home)
    (line,) = night(home, papers, caplog)
    assert path.name in line and "read again" in line
    assert (contents(home / WAREHOUSE), read_json_gz(path)) == (before, whole)


@pytest.mark.parametrize("damage", [cut_off, of_another_shape])
def test_a_damaged_parse_is_made_again(home, papers, caplog, damage):
    before = contents(home / WAREHOUSE)
    path = parsed(home)
    damage(path)
    for each in home.glob("readings/*/*.json.gz"):
        if ".parse-" not in each.name:
            each.unlink()
    forget(home)
    (line,) = night(home, papers, caplog)
    assert path.name in line and "parsed again" in line
    assert contents(home / WAREHOUSE) == before


@pytest.mark.parametrize("content", [b"[{", b'[{"later": 1}]'])
def test_a_damaged_sidecar_is_set_aside_with_a_row_and_its_document_offered_again(home, papers, caplog, content):
    before = contents(home / WAREHOUSE)
    path = one(home, "documents/*/*.json")
    entries = json.loads(path.read_bytes())
    path.write_bytes(content)
    (line,) = night(home, papers, caplog)
    assert path.name in line
    assert [e["paper_id"] for e in json.loads(path.read_bytes())] == [e["paper_id"] for e in entries]
    aside = path.with_name(f"{path.name}.damaged")
    assert (aside.read_bytes(), quarantined(home)) == (content, [aside.relative_to(home).as_posix()])
    after = contents(home / WAREHOUSE)
    assert {name for name, rows in after.items() if rows != before[name]} == {"core_quarantine"}
    aside.unlink()
    assert night(home, papers, caplog) == []
    assert contents(home / WAREHOUSE) == before


def test_document_bytes_of_which_nothing_says_what_they_are_are_set_aside(home, papers, caplog):
    before = contents(home / WAREHOUSE)
    path = one(home, "documents/*/*.json").with_suffix(".bin")
    path.with_suffix(".json").unlink()
    (papers.parent / "bare").mkdir(exist_ok=True)
    (line,) = night(home, papers.parent / "bare", caplog)
    aside = path.with_name(f"{path.name}.damaged")
    assert path.name in line and quarantined(home) == [aside.relative_to(home).as_posix()]
    assert night(home, papers, caplog) == []
    aside.unlink()
    assert night(home, papers, caplog) == []
    assert contents(home / WAREHOUSE) == before


@pytest.mark.parametrize("is_gone", [False, True])
def test_document_bytes_that_changed_are_not_read_and_come_again(home, papers, caplog, is_gone):
    before = contents(home / WAREHOUSE)
    path = one(home, "documents/*/*.bin")
    whole = path.read_bytes()
    path.unlink()
    if not is_gone:
        path.write_bytes(max(home.glob("documents/*/*.bin")).read_bytes())  # of the other paper: it would be read
    shutil.rmtree(home / "readings")
    forget(home)
    bare = papers.parent / "bare"
    bare.mkdir(exist_ok=True)
    told = night(home, bare, caplog)
    assert len(told) == (1 if is_gone else 2) and "fetched again" in told[-1]
    with connect(home / WAREHOUSE, read_only=True) as con:
        found = con.execute("SELECT document_status, document_sha256 = ? FROM raw_documents ORDER BY 1", [path.stem])
        assert found.fetchall() == [("damaged", True), ("read", False)]
        assert con.execute("SELECT count(DISTINCT document_sha256) FROM core_results").fetchall() == [(1,)]
    night(home, papers, caplog)
    assert path.read_bytes() == whole
    for aside in home.glob("documents/*/*.damaged"):
        aside.unlink()
    assert night(home, papers, caplog) == []
    assert contents(home / WAREHOUSE) == before


def test_a_damaged_warehouse_is_made_anew_from_the_store(home, papers, caplog, monkeypatch):
    before = contents(home / WAREHOUSE)
    (home / WAREHOUSE).write_bytes(b"no database" * 1000)
    monkeypatch.setattr(read, "read_document", None)  # nothing is read again
    (line,) = night(home, papers, caplog)
    assert f"{WAREHOUSE} is damaged" in line
    assert contents(home / WAREHOUSE) == before
