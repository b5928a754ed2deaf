"""One request and its answer: opened, streamed and cut off in time. No retries, no redirects, no turns here."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import IO

import requests
from requests.utils import select_proxy
from urllib3 import exceptions

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.http import HttpLimits, Refused
from tasks.http.content import HEAD_BYTES, check_kind, quote
from tasks.http.guarded import Guard, GuardedSession

_PIECE_BYTES = 64 * 2**10
_EXCERPT_BYTES = 4 * 2**10  # enough of an error page for its title

_SILENCE = (exceptions.TimeoutError, exceptions.ProxyError, exceptions.SSLError)  # a refused connection is the first


@dataclass(eq=False)
class TransferFailed(Exception):
    """No whole answer came. `silent`: not even a part of one, after a wait; `counts`: it speaks against the host."""

    reason: Coded[HttpReason]
    error: Exception | None = None
    silent: bool = field(default=False, kw_only=True)
    counts: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class ResourceRequest:
    """A request: its headers, of what kind the body must be (None: any) and how large it may be, decoded."""

    kind: str | None
    max_bytes: int
    headers: Mapping[str, str]


@dataclass(frozen=True)
class HttpResponse:
    """An answer. With status 200 its body is in the sink and was of the right kind; else `words` quote its body."""

    status: int
    reason: str
    headers: Mapping[str, str]
    location: str | None = None
    words: str = ""
    sha256: str = ""
    size: int = 0


class HostConnection:
    """The way to one host: its session, and what went over it."""

    def __init__(self, host: str, limits: HttpLimits) -> None:
        self._limits = limits
        self._guard = Guard(host)
        self._session = GuardedSession(limits.user_agent, self._guard)
        self.bytes_received = 0

    @property
    def requests_sent(self) -> int:
        """Requests that went out."""
        return self._guard.requests_sent

    def close(self) -> None:
        """Let the connection go."""
        self._session.close()

    def is_proxied(self, url: str) -> bool:
        """Whether the environment has a proxy for an address."""
        settings = self._session.merge_environment_settings(url, {}, True, None, None)
        return select_proxy(url, settings["proxies"]) is not None

    def get(
        self, url: str, request: ResourceRequest, sink: IO[bytes], seconds: float, *, public_only: bool
    ) -> HttpResponse:
        """Ask once; the body of a 200 goes into the sink.

        Raises:
            TransferFailed: no whole answer came within `seconds`.
            Refused: the body is too large or not of its kind, or the connection led to a private address.
            OSError: the sink cannot be written.
        """
        self._guard.public_only = public_only
        with self._guard.until(seconds), closing(self._open(url, request, seconds)) as response:
            try:
                return self._receive(response, request, sink)
            finally:
                self.bytes_received += response.raw.tell()

    def _open(self, url: str, request: ResourceRequest, seconds: float) -> requests.Response:
        timeout = (min(self._limits.connect_seconds, seconds), min(self._limits.read_seconds, seconds))
        try:
            with self._translated(opening=True):
                return self._session.get(
                    url, headers=dict(request.headers), stream=True, allow_redirects=False, timeout=timeout
                )
        except ValueError as error:  # requests' and urllib3's errors of addresses and headers are of this class
            raise Refused(HttpReason.NOT_REQUESTABLE, url=url, error=str(error)) from error

    def _receive(self, response: requests.Response, request: ResourceRequest, sink: IO[bytes]) -> HttpResponse:
        answer = partial(HttpResponse, response.status_code, response.reason or "", response.headers)
        if response.status_code != 200:
            location = requests.Session.get_redirect_target(self._session, response)
            return answer(location=location, words=self._excerpt(response))
        length = response.raw.length_remaining
        if length is not None and length > request.max_bytes:
            raise Refused(HttpReason.TOO_LARGE, mib=length / 2**20, most=request.max_bytes / 2**20)
        digest, head, size = hashlib.sha256(), b"", 0
        for piece in self._pieces(response):
            size += len(piece)
            if size > request.max_bytes:
                raise Refused(HttpReason.LARGER_THAN_SAID, most=request.max_bytes / 2**20)
            if len(head) < HEAD_BYTES:
                head = (head + piece)[:HEAD_BYTES]
                if request.kind and len(head) == HEAD_BYTES:
                    check_kind(head, request.kind)
            digest.update(piece)
            sink.write(piece)
        if request.kind and size < HEAD_BYTES:
            check_kind(head, request.kind)
        return answer(sha256=digest.hexdigest(), size=size)

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        """The body, decoded, as it comes: read1 returns what is there, where read waits until a block is full."""
        while True:
            with self._translated():
                piece = response.raw.read1(_PIECE_BYTES, decode_content=True)
            if not piece:
                break
            yield piece

    def _excerpt(self, response: requests.Response) -> str:
        start = b""
        with suppress(TransferFailed):
            for piece in self._pieces(response):
                start += piece
                if len(start) >= _EXCERPT_BYTES:
                    break
        return quote(start[:_EXCERPT_BYTES]) if start.strip() else ""

    @contextmanager
    def _translated(self, *, opening: bool = False) -> Iterator[None]:
        """Errors of the libraries, and an end that was a cut, as `TransferFailed`."""
        try:
            yield
        except (requests.RequestException, exceptions.HTTPError, OSError) as error:
            cause = _cause(error)
            if self._guard.expired:
                raise self._too_slow() from error
            if isinstance(cause, ValueError) and opening:
                raise cause from error
            silent = isinstance(cause, _SILENCE)
            raise TransferFailed(_reason_of(cause), cause, silent=silent, counts=silent or opening) from error
        if self._guard.expired:  # to a body without a stated length a cut looks like its end
            raise self._too_slow()

    def _too_slow(self) -> TransferFailed:
        return TransferFailed(
            Coded.of(HttpReason.TOO_SLOW, seconds=self._limits.total_seconds), silent=True, counts=True
        )


def _cause(error: Exception) -> Exception:
    """The error inside the wrappers that requests and urllib3 put around it."""
    while True:
        inner = error.reason if isinstance(error, exceptions.MaxRetryError) else (error.args or (None,))[0]
        if not isinstance(inner, exceptions.HTTPError):
            return error
        error = inner


def _reason_of(error: Exception) -> Coded[HttpReason]:
    match error:
        case exceptions.NewConnectionError():
            return Coded.of(HttpReason.NO_CONNECTION, error=str(error.__cause__ or error))
        case exceptions.ProxyError():
            refused = error.original_error
            return Coded.of(HttpReason.NO_PROXY, error=str(refused.__cause__ or refused))
        case exceptions.ConnectTimeoutError():
            return Coded.of(HttpReason.NO_CONNECTION_IN_TIME)
        case exceptions.ReadTimeoutError():
            return Coded.of(HttpReason.SILENCE)
        case exceptions.ProtocolError():  # (words, the error inside)
            return Coded.of(HttpReason.BROKEN, error=str(error.args[-1]))
        case _:
            return Coded.of(HttpReason.TRANSFER, error=" ".join(str(error).split()))
