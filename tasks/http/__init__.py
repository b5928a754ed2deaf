"""HTTP: one polite client through which everything comes that is not on this machine.

    resource(url, kind)   a file that is fetched every night: conditional, cached, the last good copy stands in
    query(url, params)    an answer that is not cached: pages of a search or a harvest
    download(url, kind)   a document's bytes into a temporary file, for the document store

All three keep to the host's rate limit (`rate_limit`), retry where that may help and follow redirects by hand
(`client`), leave unreachable hosts alone (`circuit_breaker`), refuse private addresses (`addresses`, `guarded`), stop
at bounds of size and time (`transfer`) and look at what came (`content`). Resources are kept in the `cache`; they and
documents are fetched as far as robots.txt allows (`robots`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from schemas.codes import Coded, Parameter
from schemas.codes.http import HttpReason
from tasks.wording import words


class HttpError(Exception):
    """Something did not come over the web; `reason` says what and why, and the message says it in words."""

    def __init__(self, reason: HttpReason | Coded[HttpReason], **parameters: Parameter | Coded[Any]) -> None:
        """Take the reason, or its code and parameters."""
        self.reason = reason if isinstance(reason, Coded) else Coded.of(reason, **parameters)
        super().__init__(self.reason)

    @classmethod
    def at(cls, url: str, reason: HttpReason, **parameters: Parameter) -> Self:
        """The error of one address."""
        return cls(HttpReason.AT_ADDRESS, url=url, because=Coded.of(reason, **parameters))

    def __str__(self) -> str:
        return words(self.reason)


class Unreachable(HttpError):
    """The host does not answer, or asks to be left alone for longer than a run waits, or the run is offline.

    What it was about may be had another time.
    """


class Refused(HttpError):
    """An answer came, and it may not be used: not found, forbidden, too large, not what it should be.

    Asking again soon would bring the same.
    """


@dataclass(frozen=True)
class HttpLimits:
    """Bounds and manners of the client. Seconds and bytes.

    `host_intervals` are the seconds between two requests to a host whose terms name them; `user_agent` carries the
    contact; `robots_exempt` names hosts that their owner set aside for programs while their robots.txt keeps all out
    (an operator's decision); `allow_private` names hosts that may be private addresses: a mirror of one's own. Hosts
    are named with or without port.
    """

    user_agent: str = "diminishing-returns (no contact set)"
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 300.0
    max_bytes: int = 256 * 2**20
    max_redirects: int = 5
    attempts: int = 4
    backoff_seconds: float = 1.0
    max_retry_after_seconds: float = 120.0
    interval_seconds: float = 1.0
    host_intervals: tuple[tuple[str, float], ...] = (("export.arxiv.org", 3.0), ("oaipmh.arxiv.org", 3.0))
    breaker_failures: int = 2
    obey_robots: bool = True
    robots_exempt: tuple[str, ...] = ()
    allow_private: tuple[str, ...] = ()


@dataclass(frozen=True)
class Copy:
    """A cached file: its bytes, where and when they came from.

    `is_new` is true where its bytes differ from those of the last successful reading; `stale` says why an older copy
    stands in (offline, host does not answer), and is None where the host confirmed or sent the bytes now.
    """

    url: str
    path: Path
    sha256: str
    fetched_at: str
    http_status: int
    is_new: bool
    stale: Coded[HttpReason] | None = None

    def read_bytes(self) -> bytes:
        """The bytes."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class Downloaded:
    """A document's bytes in a temporary file that the receiver moves or deletes."""

    url: str
    path: Path
    sha256: str
    size_bytes: int
    media_type: str
    http_status: int
