"""A home before a run and after many: newer ones, full disks, old releases, documents of no paper, older databases."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import pipeline
from flows.__main__ import print_all_letters
from flows.cli import app
from flows.lock import holding
from flows.recorded import recorded
from tasks.load.runs import Run
from tasks.operate import form, prune, room
from tasks.operate.form import FORM, NotReady, check_form, form_of, note_form
from tasks.publish.releases import DATABASE, LATEST, RELEASES
from tasks.storage.store import DocumentStore, Sidecar
from warehouse.connection import connect, migrate
from warehouse.working import WAREHOUSE, take_up

RUNNER = CliRunner()
Disk = namedtuple("Disk", "total used free")


# --- the form of a home


def everything(home: Path) -> list[str]:
    return sorted(str(p) for p in home.rglob("*"))


@pytest.mark.parametrize("verb", ["nightly", "ingest", "refresh", "publish", "status", "query", "prune"])
def test_a_home_of_a_newer_form_is_refused_in_one_line_and_not_touched(tmp_path, verb):
    (tmp_path / ".form").write_text(f"{FORM + 1}\n")
    before = everything(tmp_path)
    arguments = [verb, "documents_failed"] if verb == "query" else [verb]
    told = RUNNER.invoke(app, [*arguments, "--home", str(tmp_path)])
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert "newer version of the code" in told.stderr
    assert everything(tmp_path) == before


def test_a_deployed_run_refuses_it_as_well(tmp_path):
    (tmp_path / ".form").write_text(f"{FORM + 1}\n")
    with pytest.raises(NotReady, match="update the checkout"):
        pipeline.refresh.fn(home=tmp_path)
    assert not (tmp_path / WAREHOUSE).exists()


@pytest.mark.parametrize("before", [None, "0\n", f"{FORM}\n", "no number"])
def test_an_older_home_is_taken_up_and_says_its_form_afterwards(tmp_path, before):
    if before is not None:
        (tmp_path / ".form").write_text(before)
    check_form(tmp_path)
    note_form(tmp_path)
    assert form_of(tmp_path) == form.FORM


# --- room on the disk


@pytest.fixture
def home(tmp_path) -> Path:
    place = tmp_path / "home"
    place.mkdir()
    with connect(place / WAREHOUSE) as con:
        migrate(con)
    return place


def test_a_night_needs_room_for_copies_of_the_warehouse_and_for_a_release(home, monkeypatch):
    empty = room.room_for_a_night(home).needed
    latest = home / RELEASES / LATEST
    latest.mkdir(parents=True)
    (latest / "index.html").write_bytes(b"x" * 1000)
    assert room.room_for_a_night(home).needed == empty + 1000
    assert empty > 2 * (home / WAREHOUSE).stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(10**12, 0, empty))
    with pytest.raises(NotReady, match="flows prune"):
        room.room_for_a_night(home)


@pytest.mark.parametrize("verb", ["nightly", "refresh"])
def test_a_full_disk_is_told_in_one_line_before_anything_starts(home, monkeypatch, verb):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(10**12, 10**12, 0))
    before = everything(home)
    told = RUNNER.invoke(app, [verb, "--home", str(home)])
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert "0 MB are free" in told.stderr
    assert everything(home) == before


@pytest.mark.parametrize("name", ["documents", RELEASES, "web", WAREHOUSE, "forecasts.jsonl"])
def test_what_is_closed_to_the_user_is_told_in_one_line_before_anything_starts(home, monkeypatch, name):
    path = home / name
    if name == "forecasts.jsonl":
        path.touch()
    elif name != WAREHOUSE:
        path.mkdir()
    before = everything(home)
    room.check_access(home)
    open_to = os.access
    monkeypatch.setattr(os, "access", lambda p, mode: p != path and open_to(p, mode))  # root may do whatever it likes
    told = RUNNER.invoke(app, ["nightly", "--home", str(home)])
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert f"{path} cannot be" in told.stderr and everything(home) == before


@pytest.mark.parametrize("name", ["documents", "downloads", "web/kept", RELEASES])
def test_a_file_in_the_place_of_a_folder_is_told_before_anything_starts(home, name):
    (home / name).parent.mkdir(exist_ok=True)
    (home / name).touch()
    with pytest.raises(NotReady, match=f"{name} is no folder: move it away. Nothing was touched"):
        room.check_access(home)


def test_within_a_run_room_is_not_asked_for_again(home, monkeypatch):
    monkeypatch.setattr("flows.recorded.room_for_a_night", None)
    part = Run("ingest", {})
    with holding(home, load_id="a night"):
        take_up(home)
        with recorded(home, 0, part):
            assert part.part_of == "a night"


# --- what may go


def list_releases(home: Path, name: str) -> Path:
    folder = home / RELEASES / name
    folder.mkdir(parents=True)
    for file in ("manifest.json", "sources.csv", "out_fits.parquet", "index.html"):
        (folder / file).write_bytes(b"x" * 100)
    with connect(folder / DATABASE) as con:
        migrate(con)
    return folder


def document(home: Path, arxiv_id: str, content: bytes) -> str:
    import hashlib
    from io import BytesIO

    sha256, store = hashlib.sha256(content).hexdigest(), DocumentStore(home)
    store.put(BytesIO(content), sha256)
    paper = arxiv_id.partition("v")[0]
    known = {"title": None, "year": 2015, "origin": arxiv_id, "source_id": "arxiv", "licence": None}
    store.note(
        Sidecar(
            document_sha256=sha256,
            paper_id=paper,
            arxiv_id=arxiv_id,
            fetched_at="2026-11-29T00:00:00+00:00",
            media_type="application/pdf",
            http_status=200,
            size_bytes=len(content),
            **known,
        )
    )
    return sha256


@pytest.fixture
def aged(home) -> Path:
    """A home with five releases, of which `latest` is the newest, and two versions of a paper."""
    for day in range(1, 6):
        latest = list_releases(home, f"2026-11-0{day}")
    (home / RELEASES / LATEST).symlink_to(latest.name, target_is_directory=True)
    document(home, "1512.03385v1", b"first version")
    document(home, "1512.03385v2", b"second version")
    return home


def words(home: Path, whole: int, as_parquet: int | None) -> list[str]:
    return [spare.words for spare in prune.spares(home, whole, as_parquet)]


def test_old_releases_go_by_the_settings_but_never_the_latest_nor_what_it_was_compared_with(aged):
    of_releases = [w for w in words(aged, 0, 0) if w.startswith("release")]
    assert of_releases == []  # 0 leaves all whole
    assert [w[:18] for w in words(aged, 2, None)[:-1]] == [f"release 2026-11-0{n}" for n in (1, 2, 3)]
    (aged / RELEASES / LATEST).unlink()
    (aged / RELEASES / LATEST).symlink_to("2026-11-02", target_is_directory=True)
    assert [w[:18] for w in words(aged, 1, 0)[:-1]] == ["release 2026-11-03", "release 2026-11-04"]


def test_of_documents_go_those_of_no_paper_that_the_latest_release_did_not_read(aged):
    first = document(aged, "1512.03385v1", b"first version")
    (spare,) = prune.spares(aged, 0, None)
    assert spare.words.startswith("document 1512.03385v1") and spare.size_bytes == len(b"first version")
    database = aged / RELEASES / LATEST / DATABASE
    with connect(database) as con:
        con.execute("ALTER TABLE raw_documents ALTER load_id DROP NOT NULL")
        required = con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'raw_documents' AND NOT is_nullable"
        ).fetchall()
        for (name,) in required:
            con.execute(f"ALTER TABLE raw_documents ALTER {name} DROP NOT NULL")
        con.execute("INSERT INTO raw_documents (document_sha256, document_status) VALUES (?, 'read')", [first])
    assert prune.spares(aged, 0, None) == []


def test_pruning_lists_first_and_deletes_only_when_asked(aged, monkeypatch):
    monkeypatch.setenv("DIMINISHING_KEEP_RELEASES", "2")
    monkeypatch.setenv("DIMINISHING_KEEP_PARQUET", "1")
    before = everything(aged)
    told = RUNNER.invoke(app, ["prune", "--home", str(aged)])
    assert told.exit_code == 0, told.output
    assert len(told.stdout.splitlines()) == 5 and "prune --delete" in told.stdout
    assert [p for p in everything(aged) if not p.endswith(".lock")] == before
    assert RUNNER.invoke(app, ["prune", "--delete", "--home", str(aged)]).exit_code == 0
    assert sorted(p.name for p in (aged / RELEASES).iterdir()) == [f"2026-11-0{n}" for n in (3, 4, 5)] + [LATEST]
    assert {p.name for p in (aged / RELEASES / "2026-11-03").iterdir()} == {
        "manifest.json",
        "sources.csv",
        "out_fits.parquet",
    }
    assert [p.read_bytes() for p in (aged / "documents").rglob("*.bin")] == [b"second version"]
    assert RUNNER.invoke(app, ["prune", "--home", str(aged)]).stdout == "Nothing may go.\n"


# --- a release of another version of the code


@pytest.mark.parametrize(
    "verb", [["query", "cost_of_halving"], ["estimate", "imagenet-1k"], ["explain", "abc"], ["status", "--full"]]
)
def test_what_another_version_wrote_is_one_line_whatever_is_asked(home, verb):
    folder = list_releases(home, "2026-11-01")
    (home / RELEASES / LATEST).symlink_to(folder.name, target_is_directory=True)
    for database in (home / WAREHOUSE, folder / DATABASE):
        with connect(database) as con:
            con.execute("DROP TABLE out_fits")
            con.execute("DROP TABLE core_results")
            con.execute("DROP TABLE raw_source_runs")
    told = RUNNER.invoke(app, [*verb, "--home", str(home)])
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1), told.output
    assert "another version of the code" in told.stderr


# --- a folder without papers


def test_an_empty_folder_of_papers_is_told(tmp_path):
    from tasks.sources import folder

    (tmp_path / "readme.txt").touch()
    assert folder.discover(tmp_path).notes == [f"no file below {tmp_path} ends in .pdf"]
    (tmp_path / "a.PDF").touch()
    assert folder.discover(tmp_path).notes == []


# --- a terminal without letters


def test_a_terminal_that_knows_ascii_alone_gets_a_question_mark_for_a_dash():
    from io import BytesIO, TextIOWrapper

    bytes_ = BytesIO()
    terminal = TextIOWrapper(bytes_, encoding="ascii", errors="strict")
    print_all_letters(terminal)
    print("Müller – 10²", file=terminal, flush=True)
    assert bytes_.getvalue() == b"M?ller ? 10?\n"
