"""The client: which hosts may be requested, when and how often, and what stands in where nothing comes."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Self
from urllib.parse import SplitResult, urljoin

from requests import PreparedRequest
from requests.utils import requote_uri
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.http import Copy, Downloaded, HttpError, HttpLimits, Refused, Unreachable, robots
from tasks.http.addresses import check_public, host_of, is_named, parse
from tasks.http.cache import CacheEntry, HttpCache, temporary
from tasks.http.circuit_breaker import CircuitBreaker
from tasks.http.content import KINDS
from tasks.http.rate_limit import RateLimiter
from tasks.http.robots import Robots
from tasks.http.transfer import HostConnection, HttpResponse, ResourceRequest, TransferFailed

# 500, 502 and 504 may be about one address; these two are the host's own word that it has too much to do.
_OVERLOADED = (429, 503)
# Each silence costs a whole timeout: so a host that says nothing is tried again once, whatever `attempts` says.
_SILENT_ATTEMPTS = 2


@dataclass
class _Budget:
    """Seconds of transfer that a call has left; waiting for a turn or before a retry does not count."""

    left: float


class HttpClient:
    """All that comes over the web comes through here. One per run and process; not for several threads.

    Processes that share `folder` share the rate limits and the cached files.
    """

    def __init__(
        self,
        folder: Path,
        limits: HttpLimits,
        offline: bool = False,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`clock` gives seconds since 1970.

        Raises:
            ValueError: the user agent cannot stand in a header.
        """
        if not (limits.user_agent.isascii() and limits.user_agent.isprintable() and limits.user_agent.strip()):
            raise ValueError(f"the user agent must be one line of ASCII, not {limits.user_agent!r}")
        self._limits = limits
        self.is_offline = offline
        self._clock = clock
        self._sleep = sleep
        self._cache = HttpCache(folder)
        self._rate_limiter = RateLimiter(folder / "hosts", limits.max_retry_after_seconds, clock, sleep)
        self._circuit_breaker = CircuitBreaker(limits.breaker_failures)
        self._robots = Robots(self._read_robots, limits.user_agent)
        self._connections: dict[str, HostConnection] = {}
        self._policy = Retry(
            total=limits.attempts - 1,
            status_forcelist=(429, 500, 502, 503, 504),
            backoff_factor=limits.backoff_seconds,
            backoff_jitter=limits.backoff_seconds,
            respect_retry_after_header=False,  # in urllib3 it would add 413 to the statuses; see _retry_after
        )

    @property
    def requests_sent(self) -> int:
        """Requests that went out, retries and redirects and robots.txt among them."""
        return sum(c.requests_sent for c in self._connections.values())

    @property
    def bytes_received(self) -> int:
        """Bytes of bodies as they came over the wire, broken ones among them."""
        return sum(c.bytes_received for c in self._connections.values())

    def close(self) -> None:
        """Let all connections go; the counts stay."""
        for connection in self._connections.values():
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def resource(self, url: str, kind: str, *, frozen: bool = False) -> Copy:
        """A cached file: fetched only if it changed; one that is `frozen` never again once it is there.

        Raises:
            Unreachable, Refused: it did not come, or not as it should be, and no earlier copy is there to stand in.
        """
        record = self._cache.get(url)
        if frozen and record:
            return self._copy(record)
        try:
            return self._refreshed(url, kind, self._limits.max_bytes, record)
        except HttpError as error:
            if record is None:
                raise
            return self._copy(record, stale=error.reason)

    def query(self, url: str, params: dict[str, str], kind: str) -> bytes:
        """The answer of an interface for programs; robots.txt, which is about pages, has no say in it.

        Raises:
            Unreachable, Refused: it did not come, or not as it should be.
        """
        parse(url)
        prepared = PreparedRequest()
        try:
            prepared.prepare_url(url, params)
        except ValueError as error:
            raise Refused(HttpReason.NOT_REQUESTABLE, url=url, error=str(error)) from error
        body = BytesIO()
        self._get(str(prepared.url), ResourceRequest(kind, self._limits.max_bytes, {"Accept-Encoding": "gzip"}), body)
        return body.getvalue()

    def download(self, url: str, kind: str, into: Path, *, max_bytes: int | None = None) -> Downloaded:
        """A document's bytes as a new file in the folder `into`, for the caller to move or delete.

        Raises:
            Unreachable, Refused: it did not come, or not as it should be; no file is left.
        """
        request = ResourceRequest(kind, max_bytes or self._limits.max_bytes, {"Accept-Encoding": "identity"})
        with temporary(into) as part:
            answer = self._get(url, request, part, by_robots=True)
        return Downloaded(url, Path(part.name), answer.sha256, answer.size, KINDS[kind][0], answer.status)

    # --- cached files

    def _refreshed(self, url: str, kind: str | None, max_bytes: int, record: CacheEntry | None) -> Copy:
        """The file as it is now; robots.txt itself is the file of no kind, which asks no robots.txt."""
        validators = record.validators() if record else {}
        with temporary(self._cache.folder(url)) as part:
            request = ResourceRequest(kind, max_bytes, {"Accept-Encoding": "gzip"} | validators)
            answer = self._get(url, request, part, by_robots=kind is not None)
        now = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
        if record and answer.status == 304:
            Path(part.name).unlink()
            record = replace(record, checked_at=now)
            self._cache.note(record)
            return self._copy(record)
        is_new = record is None or record.sha256 != answer.sha256
        fresh = CacheEntry(
            url=url,
            sha256=answer.sha256,
            size=answer.size,
            media_type=KINDS[kind][0] if kind else "text/plain",
            etag=answer.headers.get("ETag"),
            last_modified=answer.headers.get("Last-Modified"),
            http_status=answer.status,
            fetched_at=now if record is None or is_new else record.fetched_at,
            checked_at=now,
            previous_sha256=None if record is None else record.sha256 if is_new else record.previous_sha256,
        )
        self._cache.put(fresh, Path(part.name))
        return self._copy(fresh, is_new=is_new)

    def _copy(self, entry: CacheEntry, *, is_new: bool = False, stale: Coded[HttpReason] | None = None) -> Copy:
        path = self._cache.path(entry)
        return Copy(entry.url, path, entry.sha256, entry.fetched_at, entry.http_status, is_new, stale)

    # --- one call: redirects, retries, turns

    def _get(self, url: str, request: ResourceRequest, sink: IO[bytes], *, by_robots: bool = False) -> HttpResponse:
        """The answer to a call, 200 or (if the call had a condition) 304, after redirects.

        robots.txt is asked about the address of the call only: where a host leads to from there, say its own content
        network, is its word and no link that a robot found.
        """
        if self.is_offline:
            raise Unreachable(HttpReason.OFFLINE)
        parts = parse(url)
        if by_robots and self._limits.obey_robots and not is_named(parts, self._limits.robots_exempt):
            self._robots.check(parts)
        budget = _Budget(self._limits.total_seconds)
        for _ in range(self._limits.max_redirects + 1):
            try:
                answer = self._hop(parts, request, sink, budget)
            except Refused as error:
                there = parts.geturl()
                code = HttpReason.AT_ADDRESS if there == url else HttpReason.ON_THE_WAY
                raise Refused(code, url=url, there=there, because=error.reason) from error
            if answer.location is None:
                return _usable(parts, answer, request)
            parts = _next(parts, answer.location)
            if budget.left <= 0:
                raise Unreachable.at(url, HttpReason.REDIRECTS_TOO_SLOW, seconds=self._limits.total_seconds)
        raise Refused.at(url, HttpReason.TOO_MANY_REDIRECTS, most=self._limits.max_redirects)

    def _hop(self, parts: SplitResult, request: ResourceRequest, sink: IO[bytes], budget: _Budget) -> HttpResponse:
        host = host_of(parts)
        self._circuit_breaker.check(host)
        public_only = self._check_public(parts)
        retry = self._policy
        while True:
            try:
                answer = self._attempt(parts, request, sink, budget, public_only)
            except TransferFailed as broken:
                retry = self._once_more(retry, host, broken, budget)
                self._sleep(retry.get_backoff_time())
            else:
                self._circuit_breaker.answered(host)
                return answer

    def _check_public(self, parts: SplitResult) -> bool:
        """See that requests to a host are allowed; returns whether the connection itself must be looked at, too."""
        if is_named(parts, self._limits.allow_private):
            return False
        proxied = self._connection(parts).is_proxied(parts.geturl())
        try:
            check_public(parts, resolve=not proxied)
        except Unreachable as error:
            self._circuit_breaker.failed(host_of(parts), error.reason, at_once=True)
            raise
        return not proxied

    def _attempt(
        self, parts: SplitResult, request: ResourceRequest, sink: IO[bytes], budget: _Budget, public_only: bool
    ) -> HttpResponse:
        sink.seek(0)
        sink.truncate()
        with self._rate_limiter.turn(host_of(parts), self._interval(parts)) as postpone:
            started = time.monotonic()
            try:
                answer = self._connection(parts).get(
                    parts.geturl(), request, sink, budget.left, public_only=public_only
                )
            finally:
                budget.left -= time.monotonic() - started
            if self._policy.is_retry("GET", answer.status):
                if seconds := self._retry_after(answer.headers):
                    postpone(seconds, _status(answer))
                reason = Coded.of(HttpReason.STATUS, status=_status(answer))
                raise TransferFailed(reason, counts=answer.status in _OVERLOADED)
            return answer

    def _once_more(self, retry: Retry, host: str, broken: TransferFailed, budget: _Budget) -> Retry:
        """The policy for the next attempt.

        Raises:
            Unreachable: there is none.
        """
        tried = len(retry.history) + 1
        with suppress(MaxRetryError):
            if budget.left > 0 and not (broken.silent and tried >= _SILENT_ATTEMPTS):
                return retry.increment("GET", error=broken.error)
        code = HttpReason.NOTHING_CAME if tried == 1 else HttpReason.NOTHING_CAME_AGAIN
        reason = Coded.of(code, host=host, because=broken.reason, attempts=tried)
        if broken.counts:
            self._circuit_breaker.failed(host, reason)
        raise Unreachable(reason) from broken

    def _retry_after(self, headers: Mapping[str, str]) -> float:
        """Seconds that a host asks to be left alone (RFC 9110 §10.2.3), six hours at most; 0.0 where it does not."""
        with suppress(InvalidHeader):
            return self._policy.parse_retry_after(headers.get("Retry-After", "0"))
        return 0.0

    def _interval(self, parts: SplitResult) -> float:
        for host, seconds in self._limits.host_intervals:
            if is_named(parts, (host,)):
                return seconds
        return max(self._limits.interval_seconds, self._robots.crawl_delay(parts))

    def _connection(self, parts: SplitResult) -> HostConnection:
        host = host_of(parts)
        if host not in self._connections:
            self._connections[host] = HostConnection(host, self._limits)
        return self._connections[host]

    def _read_robots(self, url: str) -> bytes:
        return self._refreshed(url, None, robots.MAX_BYTES, self._cache.get(url)).read_bytes()


def _next(parts: SplitResult, location: str) -> SplitResult:
    """The address that a redirect leads to.

    Raises:
        Refused: it is no address to follow.
    """
    try:
        there = parse(urljoin(parts.geturl(), requote_uri(location)))
    except ValueError as error:
        raise Refused(HttpReason.REDIRECTS_NOWHERE, location=location, error=str(error)) from error
    if parts.scheme == "https" and there.scheme == "http":
        raise Refused(HttpReason.REDIRECTS_TO_HTTP, url=parts.geturl(), there=there.geturl())
    return there._replace(fragment="")


def _usable(parts: SplitResult, answer: HttpResponse, request: ResourceRequest) -> HttpResponse:
    """An answer that may be used.

    Raises:
        Refused: its status says that it is something else than what was asked for.
    """
    conditional = {"If-None-Match", "If-Modified-Since"} & request.headers.keys()
    if answer.status == 200 or (answer.status == 304 and conditional):
        return answer
    code = HttpReason.STATUS_SAYING if answer.words else HttpReason.STATUS
    raise Refused.at(parts.geturl(), code, status=_status(answer), quote=answer.words)


def _status(answer: HttpResponse) -> str:
    return f"HTTP {answer.status} {answer.reason}".strip()
