"""Fetch: offered bytes into the content-addressed store, each with its sidecar; nothing is fetched twice."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from schemas.codes import Coded, Parameter
from schemas.codes.http import HttpReason
from schemas.codes.sources import FetchReason
from tasks.http import Downloaded, Refused, Unreachable
from tasks.http.cache import sweep
from tasks.http.client import HttpClient
from tasks.http.content import HEAD_BYTES, media_type
from tasks.sources import Offer
from tasks.storage.store import DocumentStore, Sidecar

MAX_DOCUMENT_BYTES = 256 * 2**20  # the largest of the hundred labelled papers has 13 MB

_VERSIONED = re.compile(r"v\d+$")


class FetchOutcome(StrEnum):
    """What became of an offer."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"
    DEFERRED = "deferred"
    """Another time it may come."""


@dataclass(frozen=True)
class Fetched:
    """What became of one offer; the reason where it was refused or deferred."""

    paper_id: str
    origin: str
    outcome: FetchOutcome
    reason: Coded[FetchReason] | None = None


def _hash_and_head(path: Path) -> tuple[str, bytes]:
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        return hashlib.file_digest(stream, "sha256").hexdigest(), head


def fetch(
    offer: Offer, source_id: str, store: DocumentStore, now: datetime | None = None, client: HttpClient | None = None
) -> Fetched:
    """Store one offered document, from its file or its address. What cannot be had has a reason, and is never raised.

    Raises:
        OSError: the store itself cannot be written (a full disk): that ends the run, and loses nothing.
    """
    at = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    if isinstance(offer.location, Path):
        return _from_file(offer, offer.location, source_id, store, at)
    return _from_address(offer, offer.location, source_id, store, at, client)


def _from_file(offer: Offer, path: Path, source_id: str, store: DocumentStore, at: str) -> Fetched:
    try:
        size = path.stat().st_size
        if size > MAX_DOCUMENT_BYTES:
            return _refused(offer, FetchReason.TOO_LARGE, limit=MAX_DOCUMENT_BYTES // 2**20, size=size // 2**20)
        sha256, head = _hash_and_head(path)
    except OSError as error:
        return _refused(offer, FetchReason.NOT_READABLE, detail=error.strerror or str(error))
    document = Downloaded(str(path), path, sha256, size, media_type(head), http_status=0)  # no HTTP was spoken
    return _store(offer, document, source_id, store, at)


def _from_address(
    offer: Offer, url: str, source_id: str, store: DocumentStore, at: str, client: HttpClient | None
) -> Fetched:
    if client is None:
        return _deferred(offer, Coded.of(FetchReason.WITHOUT_WEB))
    try:
        document = client.download(url, "pdf", _downloads(store), max_bytes=MAX_DOCUMENT_BYTES)
    except Refused as error:
        return _refused(offer, FetchReason.REFUSED_BY_HOST, because=error.reason)
    except Unreachable as error:
        return _deferred(offer, Coded.of(FetchReason.HOST_UNREACHABLE, because=error.reason))
    try:
        return _store(offer, document, source_id, store, at)
    finally:
        document.path.unlink()


def _store(offer: Offer, document: Downloaded, source_id: str, store: DocumentStore, at: str) -> Fetched:
    try:
        stream = document.path.open("rb")
    except OSError as error:
        return _refused(offer, FetchReason.NOT_READABLE, detail=error.strerror or str(error))
    with stream:
        try:
            store.put(stream, document.sha256)
        except ValueError as error:
            return _refused(offer, FetchReason.CHANGED_WHILE_STORED, detail=str(error))
    sidecar = Sidecar(
        document_sha256=document.sha256,
        paper_id=offer.paper_id,
        arxiv_id=offer.arxiv_id,
        title=offer.title,
        year=offer.year,
        origin=offer.origin,
        source_id=source_id,
        licence=offer.licence,
        fetched_at=at,
        media_type=document.media_type,
        http_status=document.http_status or None,
        size_bytes=document.size_bytes,
    )
    return Fetched(offer.paper_id, offer.origin, FetchOutcome.NEW if store.note(sidecar) else FetchOutcome.KNOWN)


def _refused(offer: Offer, code: FetchReason, **parameters: Parameter | Coded[HttpReason]) -> Fetched:
    return Fetched(offer.paper_id, offer.origin, FetchOutcome.REFUSED, Coded.of(code, **parameters))


def _deferred(offer: Offer, reason: Coded[FetchReason]) -> Fetched:
    return Fetched(offer.paper_id, offer.origin, FetchOutcome.DEFERRED, reason)


def _downloads(store: DocumentStore) -> Path:
    """Where documents are while they come: on the store's file system."""
    return store.documents.parent / "downloads"


def fetch_all(
    offers: list[Offer],
    source_id: str,
    store: DocumentStore,
    advance: Callable[[], None] = lambda: None,
    client: HttpClient | None = None,
) -> list[Fetched]:
    """Fetch every offer, in order; `advance` is called after each.

    A version of a paper that is in the store is not asked for again. Once a host is found unreachable the client leaves
    it alone, so that the rest of its offers are deferred at once.

    Raises:
        OSError: the store cannot be written.
    """
    sweep(_downloads(store))
    by_address = any(isinstance(offer.location, str) for offer in offers)
    known = store.versions() if by_address else set()
    fetched = []
    for offer in offers:
        if isinstance(offer.location, str) and _is_version(offer) and (offer.paper_id, offer.arxiv_id) in known:
            fetched.append(Fetched(offer.paper_id, offer.origin, FetchOutcome.KNOWN))
        else:
            fetched.append(fetch(offer, source_id, store, client=client))
        advance()
    return fetched


def _is_version(offer: Offer) -> bool:
    """Whether an offer is of one version for ever; an id without version is whichever is the newest."""
    return _VERSIONED.search(offer.arxiv_id or "") is not None
