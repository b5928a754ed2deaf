"""Fetch: every offer is new, known, or refused with a reason; nothing that a source does raises."""

import errno
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks import fetch as module
from tasks.discover import Offer
from tasks.fetch import fetch, fetch_all, media_type
from tasks.store import DocumentStore

PDF = b"%PDF-1.5\nbody"
NOW = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def store(tmp_path) -> DocumentStore:
    return DocumentStore(tmp_path / "home")


@pytest.fixture
def offer(tmp_path) -> Offer:
    path = tmp_path / "1512.03385v1.pdf"
    path.write_bytes(PDF)
    return Offer("1512.03385", path.name, path, "1512.03385v1", "Deep Residual Learning", 2015, "CC BY 4.0")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "application/x-empty"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\n\njunk before %PDF-1.4", "application/pdf"),
        (b"x" * 1019 + b"%PDF-", "application/pdf"),
        (b"x" * 1020 + b"%PDF-", "text/plain"),
        (b"<!DOCTYPE html><title>404</title>", "text/html"),
        (b"  \n<html>", "text/html"),
        (b"plain words", "text/plain"),
        (b"PK\x03\x04\0\0", "application/octet-stream"),
    ],
)
def test_the_first_bytes_and_not_the_name_tell_the_media_type(head, kind):
    assert media_type(head) == kind


def test_a_new_document_is_stored_with_all_that_is_known_of_it(store, offer):
    fetched = fetch(offer, "folder", store, NOW)
    assert (fetched.paper_id, fetched.origin, fetched.outcome, fetched.reason) == (
        "1512.03385",
        "1512.03385v1.pdf",
        "new",
        "",
    )
    (known,) = store.sidecars()
    assert store.path(known.document_sha256).read_bytes() == PDF
    assert vars(known) == {
        "document_sha256": hashlib.sha256(PDF).hexdigest(),
        "paper_id": "1512.03385",
        "arxiv_id": "1512.03385v1",
        "title": "Deep Residual Learning",
        "year": 2015,
        "origin": "1512.03385v1.pdf",
        "source_id": "folder",
        "licence": "CC BY 4.0",
        "fetched_at": "2026-11-23T02:00:00+00:00",
        "media_type": "application/pdf",
        "http_status": None,
        "size_bytes": len(PDF),
    }


def test_the_second_time_it_is_known_and_keeps_its_first_record(store, offer):
    fetch(offer, "folder", store, NOW)
    assert fetch(offer, "elsewhere", store).outcome == "known"
    assert [(s.source_id, s.fetched_at) for s in store.sidecars()] == [("folder", "2026-11-23T02:00:00+00:00")]


def test_changed_bytes_of_the_same_name_are_a_new_document(store, offer):
    fetch(offer, "folder", store, NOW)
    offer.location.write_bytes(PDF + b"more")
    assert fetch(offer, "folder", store).outcome == "new"
    assert len(store.sidecars()) == 2


def test_a_killed_fetch_is_completed_by_the_next(store, offer):
    with offer.location.open("rb") as stream:  # bytes moved into place, killed before the sidecar
        store.put(stream, hashlib.sha256(PDF).hexdigest())
    assert fetch(offer, "folder", store).outcome == "new"
    assert len(store.sidecars()) == 1


def test_what_is_gone_is_refused_with_the_reason(store, offer):
    offer.location.unlink()
    fetched = fetch(offer, "folder", store)
    assert (fetched.outcome, fetched.reason) == ("refused", "cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError("odd"), "odd"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(store, offer, monkeypatch, error, words):
    def fail(*_):
        raise error

    monkeypatch.setattr(module, "_hash_and_head", fail)
    fetched = fetch(offer, "folder", store)
    assert (fetched.outcome, fetched.reason) == ("refused", f"cannot be read: {words}")
    assert store.sidecars() == []


def test_a_folder_in_the_place_of_a_file_is_refused(store, tmp_path):
    assert fetch(Offer("p", "p.pdf", tmp_path), "folder", store).outcome == "refused"


@pytest.mark.parametrize(("limit", "outcome"), [(len(PDF), "new"), (len(PDF) - 1, "refused")])
def test_the_size_is_bounded(store, offer, monkeypatch, limit, outcome):
    monkeypatch.setattr(module, "MAX_DOCUMENT_BYTES", limit)
    fetched = fetch(offer, "folder", store)
    assert fetched.outcome == outcome
    assert ("larger than" in fetched.reason) == (outcome == "refused")
    assert len(store.sidecars()) == (outcome == "new")


def test_a_file_that_changes_while_it_is_copied_is_refused(store, offer, monkeypatch):
    genuine = module._hash_and_head

    def hash_then_change(path: Path):
        answer = genuine(path)
        path.write_bytes(b"%PDF-1.5 somebody writes")
        return answer

    monkeypatch.setattr(module, "_hash_and_head", hash_then_change)
    fetched = fetch(offer, "folder", store)
    assert fetched.outcome == "refused" and "changed while" in fetched.reason
    assert store.sidecars() == [] and list(store.documents.rglob("*.bin")) == []


def test_a_store_that_cannot_be_written_ends_the_run(store, offer):
    store.documents.parent.mkdir()
    store.documents.write_bytes(b"a file where the folder should be")
    with pytest.raises(OSError):
        fetch(offer, "folder", store)


def test_an_empty_file_is_stored_for_what_it_is(store, offer):
    offer.location.write_bytes(b"")
    assert fetch(offer, "folder", store).outcome == "new"
    assert store.sidecars()[0].media_type == "application/x-empty"


def test_one_bad_offer_does_not_stop_the_others(store, offer, tmp_path):
    gone = Offer("gone", "gone.pdf", tmp_path / "gone.pdf")
    ticks = []
    fetched = fetch_all([gone, offer, offer], "folder", store, lambda: ticks.append(1))
    assert [f.outcome for f in fetched] == ["refused", "new", "known"]
    assert len(ticks) == 3
