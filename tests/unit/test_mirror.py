"""The copy of a home in a store of S3's kind (moto's server) and in a folder: whole, in order, and back again."""

import hashlib
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from flows.errors import OperatorError
from flows.pipeline import ingest
from flows.settings import Settings, SettingsError
from flows.steps import store
from tasks.storage.mirror import PUBLISHED, READ, Mirror, is_empty
from tasks.storage.store import DocumentStore, Sidecar
from tests.conftest import loopback_works
from tests.papers import write_paper
from warehouse.connection import connect

ALL = (*READ, *PUBLISHED)


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket of a server of S3's kind, named to the store as an operator does: in the environment."""
    if not loopback_works():
        pytest.skip("no loopback network: moto's server cannot be reached")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    named = {
        "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patched:
        for name, value in named.items():
            patched.setenv(name, value)
        fsspec.filesystem("s3").mkdir("papers-of-ours")
        yield "s3://papers-of-ours"
    server.stop()


@pytest.fixture(params=["s3", "folder"])
def address(request, tmp_path) -> str:
    if request.param == "folder":
        return (tmp_path / "elsewhere").as_uri()
    return f"{request.getfixturevalue('bucket')}/{tmp_path.name}"


def put_document(home: Path, content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    store = DocumentStore(home)
    store.put(io.BytesIO(content), sha256)
    about = {"title": None, "year": None, "licence": None, "http_status": None, "media_type": "application/pdf"}
    at = {"origin": "x.pdf", "source_id": "folder", "fetched_at": "2026-11-29T00:00:00+00:00", "arxiv_id": None}
    store.note(Sidecar(document_sha256=sha256, paper_id=sha256[:6], size_bytes=len(content), **about, **at))
    return sha256


def release(home: Path, name: str) -> None:
    folder = home / "releases" / name
    (folder / "benchmarks").mkdir(parents=True)
    for file in ("manifest.json", "index.html", "benchmarks/imagenet.html"):
        (folder / file).write_text(f"{file} of {name}")
    latest = home / "releases" / "latest"
    latest.unlink(missing_ok=True)
    latest.symlink_to(name)


@pytest.fixture
def home(tmp_path) -> Path:
    home = tmp_path / "home"
    put_document(home, b"%PDF one")
    (home / "readings" / "ab").mkdir(parents=True)
    (home / "readings" / "ab" / "abc.json.gz").write_bytes(b"read")
    (home / "forecasts.jsonl").write_text("first\n")
    release(home, "2026-11-28")
    (home / "releases" / ".names").write_text("2026-11-28\n")
    (home / "warehouse.duckdb").write_text("made anew by every run")
    return home


def files(home: Path) -> dict[str, bytes]:
    found = (p for p in home.rglob("*") if p.is_file() and "latest" not in p.parts and p.name != "warehouse.duckdb")
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in found}


def test_an_empty_home_is_filled_with_what_another_one_had(home, address, tmp_path):
    assert Mirror(address).push(home, ALL) == len(files(home))
    assert Mirror(address).pull(tmp_path / "new") == len(files(home))
    assert files(tmp_path / "new") == files(home)
    assert (tmp_path / "new" / "releases" / "latest").readlink() == Path("2026-11-28")
    assert not is_empty(tmp_path / "new")


def test_only_what_is_new_is_copied(home, address, tmp_path):
    mirror = Mirror(address)
    mirror.push(home, ALL)
    assert mirror.push(home, ALL) == 0
    put_document(home, b"%PDF two")
    (home / "forecasts.jsonl").write_text("other\n")  # as long as before
    later = (home / "forecasts.jsonl").stat().st_mtime + 10
    os.utime(home / "forecasts.jsonl", (later, later))
    release(home, "2026-11-29")
    assert mirror.push(home, READ) == 2  # the bytes and their sidecar
    assert mirror.push(home, PUBLISHED) == 4
    mirror.pull(tmp_path / "new")
    assert files(tmp_path / "new") == files(home)
    assert (tmp_path / "new" / "releases" / "latest").readlink() == Path("2026-11-29")


def test_what_was_copied_within_the_second_in_which_it_was_written_is_not_copied_again(home, address):
    for path in home.rglob("*"):
        os.utime(path, (int(time.time()) + 0.999,) * 2, follow_symlinks=False)
    Mirror(address).push(home, ALL)
    assert Mirror(address).push(home, ALL) == 0


def test_what_is_being_written_or_is_damaged_is_not_copied(home, address, tmp_path):
    before = files(home)
    (home / "releases" / ".building-2026-11-29").mkdir()
    (home / "releases" / ".building-2026-11-29" / "index.html").write_text("half")
    (home / "documents" / ".abc.json.x1").write_text("half")
    (home / "documents" / "abc.bin.damaged").write_text("changed on disk")
    Mirror(address).push(home, ALL)
    Mirror(address).pull(tmp_path / "new")
    assert files(tmp_path / "new") == before


def test_a_push_that_breaks_off_leaves_no_release_that_seems_whole(home, address, tmp_path, monkeypatch):
    mirror = Mirror(address)
    put_file, copied = mirror._files.put_file, []

    def breaks(source: str, target: str) -> None:
        copied.append(target)
        if len(copied) == 3:
            raise OSError("the line went down")
        put_file(source, target)

    monkeypatch.setattr(mirror._files, "put_file", breaks)
    with pytest.raises(OperatorError, match="the line went down"):
        mirror.push(home, ["releases"])
    monkeypatch.undo()
    mirror.pull(tmp_path / "new")
    assert not list((tmp_path / "new").rglob("manifest.json"))
    assert not (tmp_path / "new" / "releases" / "latest").is_symlink()


def test_what_is_there_already_is_not_overwritten(home, address, tmp_path):
    Mirror(address).push(home, ALL)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "forecasts.jsonl").write_text("of its own\n")
    Mirror(address).pull(tmp_path / "new")
    assert (tmp_path / "new" / "forecasts.jsonl").read_text() == "of its own\n"


def test_a_store_that_fails_is_a_line_for_a_full_home_and_ends_the_run_of_an_empty_one(home, bucket, tmp_path):
    absent = f"{bucket}-of-others"
    (line,) = store.copy_to_store.fn(home, absent, READ)
    assert line.startswith(f"deferred: not copied, and with the next run: the store {absent}")
    assert "\n" not in line
    closed = "ftp-of-old://nowhere/at/all"
    with pytest.raises(OperatorError, match="ftp-of-old"):
        store.restore_home.fn(tmp_path / "new", closed)
    store.restore_home.fn(home, closed)  # a home that has something is left alone
    assert store.copy_to_store.fn(home, "", READ) == []


def test_a_store_without_its_package_is_told_before_anything_is_started(monkeypatch):
    monkeypatch.setenv("DIMINISHING_STORE", "s3://papers/ours")
    assert Settings().store == "s3://papers/ours"
    monkeypatch.setattr("flows.settings.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match="pip install 's3fs'"):
        Settings()


@pytest.mark.slow
def test_a_run_in_an_empty_home_goes_on_from_the_store(bucket, tmp_path, monkeypatch):
    (tmp_path / "papers").mkdir()
    write_paper(tmp_path / "papers" / "1905.00001v1.pdf", "FlowNet-50", 77.4, 3)
    monkeypatch.setenv("DIMINISHING_STORE", f"{bucket}/moved")
    ingest.fn(papers=tmp_path / "papers", offline=True, home=tmp_path / "first")
    ended = ingest.fn(offline=True, home=tmp_path / "second")  # on another machine, say
    assert ended.counts["documents read"] == 1
    read = [rows(tmp_path / name) for name in ("first", "second")]
    assert read[0] == read[1] != []


def rows(home: Path) -> list[tuple[object, ...]]:
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        return con.execute("SELECT * FROM core_results ORDER BY ALL").fetchall()
