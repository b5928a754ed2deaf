"""Fetch: offered bytes into the content-addressed store, each with its sidecar; nothing is fetched twice."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasks.discover import Offer
from tasks.store import DocumentStore, Sidecar

MAX_DOCUMENT_BYTES = 256 * 2**20  # the largest of the hundred labelled papers has 13 MB


@dataclass(frozen=True)
class Fetched:
    """What became of one offer: new, known, or refused with a reason."""

    paper_id: str
    origin: str
    outcome: str
    reason: str = ""


def media_type(head: bytes) -> str:
    """Media type by the first bytes; a file's name proves nothing."""
    if not head:
        return "application/x-empty"
    if b"%PDF-" in head[:1024]:  # readers accept the mark anywhere in the first KiB
        return "application/pdf"
    if head.lstrip()[:1] == b"<":
        return "text/html"
    return "text/plain" if b"\0" not in head else "application/octet-stream"


def _hash_and_head(path: Path) -> tuple[str, bytes]:
    with path.open("rb") as stream:
        head = stream.read(1024)
        stream.seek(0)
        return hashlib.file_digest(stream, "sha256").hexdigest(), head


def fetch(offer: Offer, source_id: str, store: DocumentStore, now: datetime | None = None) -> Fetched:
    """Store one offered document. What cannot be read from its place is refused with a reason, never raised.

    Raises:
        OSError: the store itself cannot be written (a full disk): that ends the run, and loses nothing.
    """
    try:
        size = offer.location.stat().st_size
        if size > MAX_DOCUMENT_BYTES:
            limit = MAX_DOCUMENT_BYTES // 2**20
            return Fetched(offer.paper_id, offer.origin, "refused", f"larger than {limit} MiB ({size // 2**20} MiB)")
        sha256, head = _hash_and_head(offer.location)
        stream = offer.location.open("rb")
    except OSError as error:
        return Fetched(offer.paper_id, offer.origin, "refused", f"cannot be read: {error.strerror or error}")
    with stream:
        try:
            store.put(stream, sha256)
        except ValueError as error:
            return Fetched(offer.paper_id, offer.origin, "refused", str(error))
    sidecar = Sidecar(
        document_sha256=sha256,
        paper_id=offer.paper_id,
        arxiv_id=offer.arxiv_id,
        title=offer.title,
        year=offer.year,
        origin=offer.origin,
        source_id=source_id,
        licence=offer.licence,
        fetched_at=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
        media_type=media_type(head),
        http_status=None,
        size_bytes=size,
    )
    return Fetched(offer.paper_id, offer.origin, "new" if store.note(sidecar) else "known")


def fetch_all(
    offers: list[Offer], source_id: str, store: DocumentStore, advance: Callable[[], None] = lambda: None
) -> list[Fetched]:
    """Fetch every offer, in order; `advance` is called after each."""
    fetched = []
    for offer in offers:
        fetched.append(fetch(offer, source_id, store))
        advance()
    return fetched
