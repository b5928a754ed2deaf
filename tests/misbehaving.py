"""A small web server that does what it is told, politely or not; and keeps count of who asked for what."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Handler"], None]


@dataclass
class Seen:
    path: str
    headers: dict[str, str]
    at: float


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are sent apart: together they would wait 40 ms for each other
    server: "Misbehaving"

    def do_GET(self) -> None:
        self.server.seen.append(Seen(self.path, dict(self.headers), time.time()))
        behaviours = self.server.routes.get(self.path.split("?")[0])
        with suppress(ConnectionError):  # the client may leave in the middle: that is what is tested
            if not behaviours:
                answer(404, b"<html><title>Nothing here</title></html>")(self)
            else:
                (behaviours.pop(0) if len(behaviours) > 1 else behaviours[0])(self)

    def start(self, status: int, **headers: str | int) -> None:
        """Status line and headers; an underscore in a name stands for a hyphen."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Misbehaving(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.host}"
        self.seen: list[Seen] = []
        self.routes: dict[str, list[Behaviour]] = {}

    def handle_error(self, *_: object) -> None:
        """Clients that leave are no news here."""

    def on(self, path: str, *behaviours: Behaviour) -> str:
        """Do these one after the other, the last for ever; returns the address."""
        self.routes[path] = list(behaviours)
        return self.url + path

    def count(self, path: str) -> int:
        return sum(seen.path.split("?")[0] == path for seen in self.seen)


@contextmanager
def misbehaving() -> Iterator[Misbehaving]:
    server = Misbehaving()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


# --- behaviours


def answer(status: int, body: bytes = b"", **headers: str | int) -> Behaviour:
    def behave(handler: Handler) -> None:
        length = {} if status == 304 else {"Content_Length": len(body)}
        handler.start(status, **(length | headers))
        handler.wfile.write(body)

    return behave


def validated(body: bytes, etag: str | None = None, modified: str | None = None) -> Behaviour:
    """The body with its validators, or 304 to whoever shows one of them."""
    validators = {n: v for n, v in {"ETag": etag, "Last_Modified": modified}.items() if v}

    def behave(handler: Handler) -> None:
        asked = handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since")
        fresh = (etag and asked[0] == etag) or (modified and asked[1] == modified)
        answer(304 if fresh else 200, b"" if fresh else body, **validators)(handler)

    return behave


def redirect(to: str, status: int = 302, body: bytes = b"") -> Behaviour:
    return answer(status, body, Location=to)


def drip(pause: float = 0.1, **headers: str | int) -> Behaviour:
    """One byte after the other, without end."""

    def behave(handler: Handler) -> None:
        handler.start(200, **(headers or {"Content_Length": 10**6}))
        handler.wfile.write(b"%PDF-")
        while True:
            handler.wfile.write(b"x")
            time.sleep(pause)

    return behave


def drip_headers(pause: float = 0.1) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Endless: ")
        while True:
            handler.wfile.write(b"x")
            time.sleep(pause)

    return behave


def silence(seconds: float) -> Behaviour:
    return lambda handler: time.sleep(seconds)


def short(body: bytes, stated: int) -> Behaviour:
    """Fewer bytes than stated, then the end."""

    def behave(handler: Handler) -> None:
        handler.start(200, Content_Length=stated, Connection="close")
        handler.wfile.write(body)
        handler.close_connection = True

    return behave


def broken_chunks(body: bytes) -> Behaviour:
    """A chunked body that ends without its end."""

    def behave(handler: Handler) -> None:
        handler.start(200, Transfer_Encoding="chunked", Connection="close")
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        handler.close_connection = True

    return behave


def reset(body: bytes, stated: int) -> Behaviour:
    """Some bytes, then a TCP reset."""

    def behave(handler: Handler) -> None:
        handler.start(200, Content_Length=stated)
        handler.wfile.write(body)
        handler.wfile.flush()
        time.sleep(0.05)  # let them arrive
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True

    return behave


def hang_up(handler: Handler) -> None:
    """No answer at all."""
    handler.close_connection = True


@dataclass
class Endless:
    """A chunked body that goes on until the client leaves; counts what it could send."""

    start: bytes = b"%PDF-1.5\n"
    piece: bytes = b"x" * 2**16
    sent: int = 0
    most: int = 2**31
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, handler: Handler) -> None:
        handler.start(self.status, Transfer_Encoding="chunked", **self.headers)
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(self.start), self.start))
        while self.sent < self.most:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(self.piece), self.piece))
            self.sent += len(self.piece)
