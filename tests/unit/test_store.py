"""The document store: whole files or none, nothing twice, and what is known of bytes beside the bytes."""

import gzip
import hashlib
import io
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from tasks.storage.store import DamagedFile, DocumentStore, atomic_write, read_json_gz, write_json_gz
from tests.unit.rows import sidecar

CONTENT = b"%PDF-1.7 a paper"
SHA = hashlib.sha256(CONTENT).hexdigest()


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.fixture
def store(tmp_path) -> DocumentStore:
    return DocumentStore(tmp_path)


class Unreadable(io.BytesIO):
    """A disk that fails, or a key that is pressed, after the first block."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(CONTENT)
        self.error = error

    def read(self, *_):
        if self.tell():
            raise self.error
        return super().read(4)


def test_bytes_are_stored_untouched_under_their_hash(store, tmp_path):
    store.put(io.BytesIO(CONTENT), SHA)
    assert store.path(SHA).read_bytes() == CONTENT
    assert files(tmp_path) == [f"documents/{SHA[:2]}/{SHA}.bin"]


def test_a_second_put_reads_and_writes_nothing(store):
    store.put(io.BytesIO(CONTENT), SHA)
    before = store.path(SHA).stat()
    again = io.BytesIO(CONTENT)
    store.put(again, SHA)
    after = store.path(SHA).stat()
    assert again.tell() == 0
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_content_that_changes_while_it_is_stored_is_refused_and_leaves_nothing(store, tmp_path):
    with pytest.raises(ValueError, match="changed while it was stored"):
        store.put(io.BytesIO(CONTENT + b"!"), SHA)
    assert files(tmp_path) == []


@pytest.mark.parametrize("error", [OSError("disk"), KeyboardInterrupt(), MemoryError()])
def test_a_put_that_is_interrupted_leaves_nothing(store, tmp_path, error):
    with pytest.raises(type(error)):
        store.put(Unreadable(error), SHA)
    assert files(tmp_path) == []


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt(), SystemExit()])
def test_a_write_that_raises_leaves_the_old_file_and_no_other(tmp_path, error):
    target = tmp_path / "deep" / "file"
    with atomic_write(target) as out:
        out.write(b"old")
    with pytest.raises(type(error)), atomic_write(target) as out:
        out.write(b"half of the new")
        out.flush()
        raise error
    assert target.read_bytes() == b"old"
    assert files(tmp_path) == ["deep/file"]


def test_a_file_under_work_is_not_seen_under_its_name(tmp_path):
    with atomic_write(tmp_path / "file") as out:
        out.write(b"x")
        out.flush()
        assert not (tmp_path / "file").exists()
    assert (tmp_path / "file").read_bytes() == b"x"


def test_files_are_readable_for_others(tmp_path):
    with atomic_write(tmp_path / "file") as out:
        out.write(b"x")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644


# --- sidecars


def test_sidecars_come_back_as_they_were(store):
    noted = sidecar(
        SHA, "1512.03385", arxiv_id="1512.03385v1", title="Tïtle “–” \u2028 \\ \"'", year=2015, http_status=200
    )
    assert store.note(noted) is True
    assert store.sidecars() == [noted]


def test_a_sidecar_that_is_known_stays_as_it_was(store):
    assert store.note(sidecar(SHA, "a", origin="first.pdf"))
    assert store.note(sidecar(SHA, "a", origin="second.pdf")) is False
    assert [s.origin for s in store.sidecars()] == ["first.pdf"]


def test_the_same_bytes_may_be_a_document_of_two_papers(store):
    assert store.note(sidecar(SHA, "b"))
    assert store.note(sidecar(SHA, "a"))
    assert [s.paper_id for s in store.sidecars()] == ["a", "b"]


def test_sidecars_come_by_paper_and_time(store):
    noted = [
        sidecar("ff" * 32, "a", fetched_at="2026-01-01T00:00:00+00:00"),
        sidecar("00" * 32, "a", fetched_at="2026-01-02T00:00:00+00:00"),
        sidecar("11" * 32, "b", fetched_at="2025-01-01T00:00:00+00:00"),
    ]
    for s in reversed(noted):
        store.note(s)
    assert store.sidecars() == noted


def test_a_store_that_is_not_there_yet_is_empty(store):
    assert store.sidecars() == []


# --- what was damaged


def broken(**changes) -> bytes:
    return json.dumps([asdict(sidecar(SHA, "a")) | changes]).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[{",
        b"null",
        b"{}7",
        b'{"paper_id": "a"}',
        b"[null]",
        b"[{}]",
        b"\xff\xfe",
        broken(of_a_later_version=1),
        broken(paper_id=None),
        broken(year="2015"),
        broken(document_sha256="00" * 32),
        broken(fetched_at="yesterday"),
    ],
)
def test_a_damaged_sidecar_is_set_aside_and_told_and_the_others_stand(store, caplog, content):
    other = sidecar("11" * 32, "b")
    store.note(sidecar(SHA, "a"))
    store.note(other)
    (store.documents / SHA[:2] / f"{SHA}.json").write_bytes(content)
    assert store.sidecars() == [other]
    assert [p.read_bytes() for p in store.damaged()] == [content]
    (line,) = caplog.messages
    assert f"{SHA}.json is damaged (" in line and "\n" not in line
    assert store.note(sidecar(SHA, "a"))
    assert [s.paper_id for s in store.sidecars()] == ["a", "b"]


def test_a_damaged_sidecar_holds_up_no_new_one(store):
    store.note(sidecar(SHA, "a"))
    (store.documents / SHA[:2] / f"{SHA}.json").write_bytes(b"[{")
    assert store.note(sidecar(SHA, "b"))
    assert [s.paper_id for s in store.sidecars()] == ["b"]


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"!", b"another"])
def test_bytes_that_are_others_by_now_are_set_aside_and_may_come_again(store, caplog, content):
    store.put(io.BytesIO(CONTENT), SHA)
    store.note(sidecar(SHA, "a", arxiv_id="a1"))
    assert (store.holds(SHA), store.versions()) == (True, {("a", "a1")})
    store.path(SHA).write_bytes(content)
    assert (store.holds(SHA), store.versions()) == (False, set())
    assert [p.read_bytes() for p in store.damaged()] == [content]
    assert len(caplog.messages) == 1
    store.put(io.BytesIO(CONTENT), SHA)
    assert (store.holds(SHA), store.versions()) == (True, {("a", "a1")})


def test_bytes_that_are_gone_are_not_held(store, caplog):
    assert not store.holds(SHA)
    assert (store.damaged(), caplog.messages) == ([], [])


# --- readings


@pytest.mark.parametrize("paper", ["1512.03385", "../../etc/passwd", "a/b", "ü \" ' ; \n", "x" * 400, ""])
def test_no_paper_s_name_leads_out_of_the_store(store, paper):
    path = store.reading_path(SHA, paper, "v1")
    assert path.parent == store.readings / SHA[:2]
    assert len(path.name) < 150


def test_readings_of_other_papers_and_versions_have_other_paths(store):
    paths = {store.reading_path(SHA, p, v) for p in ("a", "b") for v in ("1", "2")}
    assert len(paths) == 4


def test_data_come_back_and_the_same_data_give_the_same_bytes(tmp_path):
    data = {"a": [1, 2.5, None, True, "ü “"], "b": asdict(sidecar(SHA, "p"))}
    for name in ("one", "two"):
        write_json_gz(tmp_path / name, data)
    assert read_json_gz(tmp_path / "one") == data
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert gzip.decompress((tmp_path / "one").read_bytes())[:1] == b"{"


def test_data_that_cannot_be_written_leave_no_file(tmp_path):
    with pytest.raises(TypeError):
        write_json_gz(tmp_path / "one", {"a": object()})
    assert files(tmp_path) == []


def test_data_that_were_cut_off_or_changed_are_damaged(tmp_path):
    path = tmp_path / "one"
    write_json_gz(path, {"a": [1, 2.5, None, True, "ü “"] * 50})
    whole = path.read_bytes()
    for content in (
        b"",
        whole[:-9],
        whole[: len(whole) // 2],
        whole[:30] + b"XXXX" + whole[34:],
        b"{}",
        gzip.compress(b"{"),
    ):
        path.write_bytes(content)
        with pytest.raises(DamagedFile):
            read_json_gz(path)
