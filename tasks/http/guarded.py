"""Connections that lead to public addresses alone, and can be cut off at any moment."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Retry

from tasks.http.addresses import refuse_private


class Guard:
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
    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
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


class _HTTP(_Guarded, HTTPConnection):
    pass


class _HTTPS(_Guarded, HTTPSConnection):
    pass


class _Adapter(HTTPAdapter):
    """requests' adapter with guarded connections; it tries once, since retries wait their turn like any request."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=Retry(0, read=False), pool_connections=1, pool_maxsize=1)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        guarded = _HTTPS if pool.scheme == "https" else _HTTP
        pool.ConnectionCls = partial(guarded, guard=self._guard)
        return pool


class GuardedSession(requests.Session):
    """requests' session with guarded connections, no passwords, and redirects left to the caller."""

    def __init__(self, user_agent: str, guard: Guard) -> None:
        super().__init__()
        self.headers["User-Agent"] = user_agent
        self.auth = lambda request: request  # no passwords from ~/.netrc: a redirect chooses the host
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(guard))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: redirects are followed by hand; requests would read the whole body of one, however large."""
