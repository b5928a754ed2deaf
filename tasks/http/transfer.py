"""One request and its answer: opened, streamed and cut off in time. No retries, no redirects, no turns here."""

import hashlib
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3 import exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Retry

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.http import HttpLimits, Refused
from tasks.http.addresses import refuse_private
from tasks.http.content import HEAD_BYTES, check_kind, quote

_PIECE_BYTES = 64 * 2**10
_EXCERPT_BYTES = 4 * 2**10  # enough of an error page for its title

_SILENCE = (exceptions.TimeoutError, exceptions.ProxyError, exceptions.SSLError)  # a refused connection is the first


class TransferFailed(Exception):
    """No whole answer came. `silent`: not even a part of one, after a wait; `counts`: it speaks against the host."""

    def __init__(
        self,
        reason: Coded[HttpReason],
        error: Exception | None = None,
        *,
        silent: bool = False,
        counts: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error
        self.silent = silent
        self.counts = counts


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


class _Guard:
    """Watches over the one connection to a host: to whom it leads, and for how long it may be used."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._socket: socket.socket | None = None
        self.public_only = True
        self.expired = False
        self.requests_sent = 0

    @contextmanager
    def until(self, seconds: float) -> Iterator[None]:
        """Cut the connection after so many seconds, whatever it is waiting for: timeouts bound only single reads."""
        self._socket, self.expired = None, False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()  # a cut under way must not reach the next request

    def connected(self, sock: socket.socket) -> None:
        """A name may lead elsewhere than a moment ago, when it was checked: what counts is who is at the other end."""
        if self.public_only:
            refuse_private(self._host, sock.getpeername()[0])

    def asked(self, sock: socket.socket | None) -> None:
        """A request was sent, and its answer is awaited on this socket."""
        self.requests_sent += 1
        self._socket = sock
        if self.expired:
            self._cut()

    def _cut(self) -> None:
        self.expired = True
        if self._socket is not None:
            with suppress(OSError):  # closed already
                self._socket.shutdown(socket.SHUT_RDWR)


class _Guarded:
    def __init__(self, *args: Any, guard: _Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        try:
            self._guard.connected(sock)
        except BaseException:
            sock.close()
            raise
        return sock

    def getresponse(self) -> Any:
        self._guard.asked(self.sock)  # type: ignore[attr-defined]
        return super().getresponse()  # type: ignore[misc]


class _GuardedHTTP(_Guarded, HTTPConnection):
    pass


class _GuardedHTTPS(_Guarded, HTTPSConnection):
    pass


class _Adapter(HTTPAdapter):
    """requests' adapter with guarded connections; it tries once, since retries wait their turn like any request."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=Retry(0, read=False), pool_connections=1, pool_maxsize=1)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        guarded = _GuardedHTTPS if pool.scheme == "https" else _GuardedHTTP
        pool.ConnectionCls = partial(guarded, guard=self._guard)
        return pool


class _Session(requests.Session):
    def __init__(self, user_agent: str, guard: _Guard) -> None:
        super().__init__()
        self.headers["User-Agent"] = user_agent
        self.auth = lambda request: request  # no passwords from ~/.netrc: a redirect chooses the host
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(guard))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: redirects are followed by hand; requests would read the whole body of one, however large."""


class HostConnection:
    """The way to one host: its session, and what went over it."""

    def __init__(self, host: str, limits: HttpLimits) -> None:
        self._limits = limits
        self._guard = _Guard(host)
        self._session = _Session(limits.user_agent, self._guard)
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
        case exceptions.ConnectTimeoutError():
            return Coded.of(HttpReason.NO_CONNECTION_IN_TIME)
        case exceptions.ReadTimeoutError():
            return Coded.of(HttpReason.SILENCE)
        case exceptions.ProtocolError():  # (words, the error inside)
            return Coded.of(HttpReason.BROKEN, error=str(error.args[-1]))
        case _:
            return Coded.of(HttpReason.TRANSFER, error=" ".join(str(error).split()))
