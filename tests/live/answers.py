"""A request and an answer, as the sources and the faults see them: no sockets here."""

import gzip
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime

_COMPRESSIBLE = ("text/", "application/xml", "application/atom+xml", "application/json")


@dataclass(frozen=True)
class Request:
    """What was asked for. `path` is decoded; `base` is the server's own address, without a slash at the end."""

    method: str
    path: str
    query: dict[str, str]
    headers: Message
    base: str


@dataclass(frozen=True)
class Answer:
    """What is answered. With `modified` it is a file: it has validators and may be answered with 304."""

    status: int
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    modified: datetime | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str | None:
        """The strong validator: a hash of the body, so that whatever changes the body changes it."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"' if self.modified else None

    def with_body(self, body: bytes) -> "Answer":
        """The same answer with another body; a file then counts as modified now."""
        return replace(self, body=body, modified=datetime.now(UTC) if self.modified else None)


def not_found() -> Answer:
    """What raw.githubusercontent.com says of a path that it does not know."""
    return Answer(404, b"404: Not Found")


def finished(answer: Answer, request: Request) -> Answer:
    """The answer with all its headers: validators, 304 where they match, compression where the client takes it."""
    headers = {"Content-Type": answer.media_type, **answer.headers}
    if answer.modified and answer.etag:
        headers |= {"ETag": answer.etag, "Last-Modified": format_datetime(answer.modified, usegmt=True)}
        if answer.status == 200 and _is_known(answer, request.headers):
            return replace(answer, status=304, body=b"", headers=headers)
    body = answer.body
    if _takes_gzip(request) and answer.media_type.startswith(_COMPRESSIBLE) and "Content-Encoding" not in headers:
        body = gzip.compress(body, compresslevel=1, mtime=0)
        # A compressed body is another representation: the common servers weaken its ETag.
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if "ETag" in headers:
            headers["ETag"] = f"W/{headers['ETag']}"
    return replace(answer, body=body, headers=headers)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


def _is_known(answer: Answer, headers: Message) -> bool:
    """RFC 9110 13.2.2: If-None-Match, compared weakly, goes before If-Modified-Since."""
    known = headers.get("If-None-Match")
    if known is not None:
        return known.strip() == "*" or answer.etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]
    since = headers.get("If-Modified-Since")
    if since is None or answer.modified is None:
        return False
    return answer.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
