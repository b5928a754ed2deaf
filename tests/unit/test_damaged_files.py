"""Each small file of a home, damaged in every way: one line, nothing raised, and nothing of it is deleted."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from flows import server
from flows.lock import holding
from schemas.codes import Coded
from schemas.codes.sources import WantedReason
from tasks.evaluate import ledger
from tasks.load.runs import Run
from tasks.load.unrecorded import add_unrecorded, delete_unrecorded, read_unrecorded
from tasks.operate.form import FORM, LOCK, form_of, note_form
from tasks.publish import releases
from tasks.sources.arxiv.records import Metadata, PaperStore, first_record
from tasks.storage.store import DamagedFile, DocumentStore, read_json_gz, write_json_gz
from tests.unit.rows import sidecar
from warehouse.aside import DAMAGED, set_aside
from warehouse.working import WAREHOUSE, open_working, take_up, working_file

WAYS: dict[str, bytes | None] = {
    "empty": b"",
    "cut off": b'{"load_id": "2026',
    "binary": bytes(range(256)),
    "zeros": bytes(300),
    "a number": b"5",
    "a list": b"[1, 2]",
    "another shape": b'{"of": "another version", "days": [1]}',
    "nested without end": b"[" * 200_000,
    "a folder": None,
}
WHOLE_WHEN_EMPTY = {way: content for way, content in WAYS.items() if way != "empty"}


def damage(path: Path, content: bytes | None) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        path.mkdir()
        (path / "within").write_text("kept")
    else:
        path.write_bytes(content)


def is_kept(path: Path, content: bytes | None) -> bool:
    aside = path.with_name(path.name + DAMAGED)
    return aside.is_dir() if content is None else aside.read_bytes() == content


def one_line(caplog, path: Path) -> bool:
    (line,) = caplog.messages
    return f"{path} is damaged (" in line and "\n" not in line and len(line) < 1000


def each(ways: dict[str, bytes | None]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("content", ways.values(), ids=ways)


def test_what_was_set_aside_before_is_not_written_over(tmp_path):
    path = tmp_path / "a.json"
    for content in ("first", "second", "third"):
        path.write_text(content)
        set_aside(path, "no JSON")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {
        "a.json.damaged": "first",
        "a.json.2.damaged": "second",
        "a.json.3.damaged": "third",
    }


@each(WHOLE_WHEN_EMPTY)
def test_records_of_runs_that_are_damaged_are_set_aside_and_the_others_taken_in(tmp_path, caplog, content):
    path = tmp_path / "unrecorded.jsonl"
    damage(path, content)
    if content is not None:
        path.write_bytes(content + b"\n")
        add_unrecorded(tmp_path, Run("nightly", {}).row())
        content = path.read_bytes()
    assert [row["flow"] for row in read_unrecorded(tmp_path)] == ["nightly"] * (content is not None)
    delete_unrecorded(tmp_path)
    assert one_line(caplog, path) and is_kept(path, content) and not path.exists()


@each({way: content for way, content in WAYS.items() if way != "a number"})
def test_a_form_that_is_no_number_is_set_aside(tmp_path, caplog, content):
    path = tmp_path / ".form"
    damage(path, content)
    note_form(tmp_path)
    assert form_of(tmp_path) == FORM and one_line(caplog, path) and is_kept(path, content)


@each(WAYS)
def test_what_stands_in_the_lock_locks_nobody_out(tmp_path, content):
    damage(tmp_path / LOCK, content)
    with holding(tmp_path):
        assert (tmp_path / LOCK).read_text().isdecimal()


def test_a_log_that_cannot_be_written_is_a_reason_to_run_without_a_server(tmp_path):
    with pytest.raises(server.NoServer, match="Is a directory"), server._child(tmp_path):
        pass


@pytest.mark.parametrize("name", [WAREHOUSE, f"{WAREHOUSE}.wal", ".working.duckdb", ".working.duckdb.wal"])
def test_a_folder_in_the_place_of_a_database_is_set_aside(tmp_path, caplog, name):
    damage(tmp_path / name, None)
    take_up(tmp_path)
    with open_working(tmp_path) as warehouse:
        assert warehouse.execute("SELECT 1").fetchall() == [(1,)]
    assert one_line(caplog, tmp_path / name) and is_kept(tmp_path / name, None) and working_file(tmp_path).is_file()


@each(WHOLE_WHEN_EMPTY)
def test_a_ledger_is_set_aside(tmp_path, caplog, content):
    path = tmp_path / ledger.FILE
    damage(path, content)
    ledger.set_damaged_aside(path)
    assert one_line(caplog, path) and is_kept(path, content) and ledger.read_ledger(path) == []


@each(WAYS)
def test_a_sidecar_is_set_aside_and_written_again(tmp_path, caplog, content):
    store, path = DocumentStore(tmp_path), DocumentStore(tmp_path)._sidecar_path("ab" * 32)
    damage(path, content)
    assert store.sidecars() == []
    assert one_line(caplog, path) and is_kept(path, content)
    assert store.note(sidecar("ab" * 32, "p1")) and len(store.sidecars()) == 1


def test_a_folder_in_the_place_of_a_document_is_set_aside_and_its_bytes_may_come_again(tmp_path, caplog):
    store, content = DocumentStore(tmp_path), b"%PDF-1.7"
    sha256 = hashlib.sha256(content).hexdigest()
    damage(store.path(sha256), None)
    assert not store.holds(sha256) and one_line(caplog, store.path(sha256))
    damage(store.path(sha256), None)
    store.put(io.BytesIO(content), sha256)
    assert store.holds(sha256) and len(store.damaged()) == 2


@each(WAYS)
def test_a_reading_is_damaged_and_written_again(tmp_path, content):
    path = tmp_path / "readings" / "a.json.gz"
    damage(path, content)
    with pytest.raises(DamagedFile):
        read_json_gz(path)
    write_json_gz(path, {"a": 1})
    assert read_json_gz(path) == {"a": 1}


@each(WAYS)
@pytest.mark.parametrize(
    "ask", [PaperStore.harvested, PaperStore.absent, PaperStore.refused, lambda store: [*store.all()]]
)
def test_what_is_known_of_papers_is_set_aside_and_known_again(tmp_path, caplog, content, ask: Callable):
    papers = PaperStore(tmp_path)
    because = (Coded.of(WantedReason.RECORDED, detail="a test"),)
    paper = first_record(Metadata("1905.00001", 1, is_withdrawn=False), because, date(2026, 11, 30))
    papers.put(paper)
    papers.set_harvested(date(2026, 11, 1), date(2026, 11, 2))
    papers.set_absent({"1905.00002": "2026-11-30"})
    papers.set_refused({"1905.00003v1": "2026-11-30"})
    paths = [p for p in tmp_path.rglob("*.json") if p.is_file()]
    for path in paths:
        damage(path, content)
    assert not ask(papers)
    (path,) = (p for p in paths if not p.exists())
    assert one_line(caplog, path) and is_kept(path, content)
    assert papers.lost_ids() == (["1905.00001"] if path.parent == papers.records else [])
    papers.put(paper)
    assert papers.get("1905.00001") == paper


@each(WHOLE_WHEN_EMPTY)
def test_names_of_releases_are_set_aside_and_written_again(tmp_path, caplog, content):
    path = tmp_path / ".names"
    damage(path, content)
    (tmp_path / "2026-11-30").mkdir()
    (tmp_path / "2026-11-30" / releases.MANIFEST).write_text("{}")
    assert releases.next_name(tmp_path, "2026-11-30").name == "2026-11-30.2"
    assert one_line(caplog, path) and is_kept(path, content)
    releases.record_names(tmp_path)
    assert path.read_text().split() == ["2026-11-30"]


@each(WAYS | {"files of another shape": b'{"files": [1]}', "a file's name is none": b'{"files": [{"name": 1}]}'})
def test_a_release_whose_manifest_is_damaged_is_set_aside(tmp_path, caplog, content):
    release = tmp_path / "2026-11-30"
    damage(release / releases.MANIFEST, content)
    releases.replace_link(tmp_path / releases.LATEST, release.name)
    assert releases.latest_if_unchanged(tmp_path / releases.LATEST, "") is None
    releases.set_damaged_aside(tmp_path, "2026-12-01")
    assert one_line(caplog, release) and not (tmp_path / releases.LATEST).is_symlink()


def test_a_row_of_another_form_among_the_records_is_no_run(tmp_path):
    row = Run("nightly", {}).row()
    for odd in ({"started_at": "some day"}, {"parameters_json": "[]"}, {"load_id": 3}, {"run_outcome": None}):
        add_unrecorded(tmp_path, row | odd)
    assert read_unrecorded(tmp_path) == []
    add_unrecorded(tmp_path, row)
    assert [found["load_id"] for found in read_unrecorded(tmp_path)] == [json.loads(json.dumps(row["load_id"]))]
