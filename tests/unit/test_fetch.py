"""Fetch: every offer is new, known, or refused with a reason; nothing that a source does raises."""

import errno
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.documents import fetch as module
from tasks.documents.fetch import Fetched, fetch, fetch_all, media_type
from tasks.http.client import HttpClient
from tasks.sources import Offer
from tasks.storage.store import DocumentStore
from tasks.wording import words
from tests.misbehaving import answer, hang_up, misbehaving, short
from tests.unit.test_http_client import LIMITS

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
        None,
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
    assert (fetched.outcome, words(fetched.reason)) == ("refused", "cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError("odd"), "odd"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(store, offer, monkeypatch, error, told):
    def fail(*_):
        raise error

    monkeypatch.setattr(module, "_hash_and_head", fail)
    fetched = fetch(offer, "folder", store)
    assert (fetched.outcome, words(fetched.reason)) == ("refused", f"cannot be read: {told}")
    assert store.sidecars() == []


def test_a_folder_in_the_place_of_a_file_is_refused(store, tmp_path):
    assert fetch(Offer("p", "p.pdf", tmp_path), "folder", store).outcome == "refused"


@pytest.mark.parametrize(("limit", "outcome"), [(len(PDF), "new"), (len(PDF) - 1, "refused")])
def test_the_size_is_bounded(store, offer, monkeypatch, limit, outcome):
    monkeypatch.setattr(module, "MAX_DOCUMENT_BYTES", limit)
    fetched = fetch(offer, "folder", store)
    assert fetched.outcome == outcome
    assert (fetched.reason is not None) == (outcome == "refused")
    assert fetched.reason is None or "larger than" in words(fetched.reason)
    assert len(store.sidecars()) == (outcome == "new")


def test_a_file_that_changes_while_it_is_copied_is_refused(store, offer, monkeypatch):
    genuine = module._hash_and_head

    def hash_then_change(path: Path):
        answer = genuine(path)
        path.write_bytes(b"%PDF-1.5 somebody writes")
        return answer

    monkeypatch.setattr(module, "_hash_and_head", hash_then_change)
    fetched = fetch(offer, "folder", store)
    assert fetched.outcome == "refused" and "changed while" in words(fetched.reason)
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


# --- documents behind addresses


@pytest.fixture
def server():
    with misbehaving() as running:
        yield running


@pytest.fixture
def web(store):
    with HttpClient(store.documents.parent / "web", LIMITS) as client:
        yield client


def at(url: str, arxiv_id: str | None = "1512.03385v1", paper: str = "1512.03385") -> Offer:
    return Offer(paper, url, url, arxiv_id, "Deep Residual Learning", 2015, "CC BY 4.0")


def test_a_document_behind_an_address_is_stored_with_all_that_is_known_of_it(store, server, web):
    url = server.on("/1512.03385v1", answer(200, PDF))
    assert fetch(at(url), "arxiv", store, NOW, web) == Fetched("1512.03385", url, "new")
    (known,) = store.sidecars()
    assert store.path(known.document_sha256).read_bytes() == PDF
    assert vars(known) == {
        "document_sha256": hashlib.sha256(PDF).hexdigest(),
        "paper_id": "1512.03385",
        "arxiv_id": "1512.03385v1",
        "title": "Deep Residual Learning",
        "year": 2015,
        "origin": url,
        "source_id": "arxiv",
        "licence": "CC BY 4.0",
        "fetched_at": "2026-11-23T02:00:00+00:00",
        "media_type": "application/pdf",
        "http_status": 200,
        "size_bytes": len(PDF),
    }
    assert list((store.documents.parent / "downloads").iterdir()) == []


def test_a_version_that_is_there_is_not_asked_for_again_and_a_new_one_is(store, server, web):
    offers = [at(server.on("/v1", answer(200, PDF)))]
    assert [f.outcome for f in fetch_all(offers, "arxiv", store, client=web)] == ["new"]
    offers.append(at(server.on("/v2", answer(200, PDF + b"2")), "1512.03385v2"))
    assert [f.outcome for f in fetch_all(offers, "arxiv", store, client=web)] == ["known", "new"]
    assert [f.outcome for f in fetch_all(offers, "arxiv", store, client=web)] == ["known", "known"]
    assert (server.count("/v1"), server.count("/v2")) == (1, 1)


@pytest.mark.parametrize("arxiv_id", [None, "1512.03385"])
def test_an_id_without_version_may_mean_a_newer_one(store, server, web, arxiv_id):
    offer = at(server.on("/newest", answer(200, PDF)), arxiv_id)
    assert [fetch_all([offer], "arxiv", store, client=web)[0].outcome for _ in range(2)] == ["new", "known"]
    assert server.count("/newest") == 2


def test_what_lies_in_a_folder_need_not_be_downloaded(store, server, web, offer):
    fetch(offer, "folder", store, NOW)
    url = server.on("/v1", answer(200, PDF))
    assert fetch_all([at(url)], "arxiv", store, client=web) == [Fetched("1512.03385", url, "known")]
    assert server.seen == []


@pytest.mark.parametrize(
    ("behaviour", "outcome", "told"),
    [
        (answer(404), "refused", "HTTP 404"),
        (answer(200, b"<html><title>No PDF for 1512.03385</title>"), "refused", "No PDF for 1512.03385"),
        (answer(200), "refused", "empty"),
        (answer(500), "deferred", "HTTP 500"),
        (answer(503, Retry_After=3600), "deferred", "left alone until"),
        (short(PDF, 1000), "deferred", "nothing came"),
    ],
)
def test_what_does_not_come_has_an_outcome_and_a_reason(store, server, web, behaviour, outcome, told):
    fetched = fetch(at(server.on("/x", behaviour)), "arxiv", store, NOW, web)
    assert fetched.outcome == outcome and told in words(fetched.reason)
    assert store.sidecars() == []


def test_the_size_of_downloads_is_bounded_too(store, server, web, monkeypatch):
    monkeypatch.setattr(module, "MAX_DOCUMENT_BYTES", len(PDF) - 1)
    assert fetch(at(server.on("/x", answer(200, PDF))), "arxiv", store, NOW, web).outcome == "refused"


def test_a_host_that_is_gone_defers_the_rest_at_once(store, server):
    offers = [at(server.on(f"/{n}", hang_up), f"1512.0000{n}v1", f"1512.0000{n}") for n in range(6)]
    ticks = []
    limits = replace(LIMITS, attempts=2, breaker_failures=2)
    with HttpClient(store.documents.parent / "web", limits) as web:
        fetched = fetch_all(offers, "arxiv", store, lambda: ticks.append(1), web)
    assert [f.outcome for f in fetched] == ["deferred"] * 6 and len(ticks) == 6
    assert "left alone for the rest of this run" in words(fetched[-1].reason)
    assert len(server.seen) == 4


def test_without_a_web_client_addresses_are_deferred_and_files_are_read(store, offer):
    assert [f.outcome for f in fetch_all([at("https://example.org/a"), offer], "x", store)] == ["deferred", "new"]


def test_a_kill_in_mid_download_leaves_no_half_document(store, server, web, monkeypatch):
    class Kill(BaseException):
        pass

    def kill(*_):
        raise Kill

    url = server.on("/v1", answer(200, PDF))
    with monkeypatch.context() as patch:
        patch.setattr(store, "note", kill)
        with pytest.raises(Kill):
            fetch_all([at(url)], "arxiv", store, client=web)
    assert store.sidecars() == [] and list((store.documents.parent / "downloads").iterdir()) == []
    assert fetch_all([at(url)], "arxiv", store, client=web)[0].outcome == "new"
