"""How an answer goes wrong: one small class a fault, `FAULTS` by name.

A fault changes the answer (`apply`), or the way in which it goes over the wire (`send`).
"""

import gzip
import os
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote

from tests.live.answers import Answer, Request, finished
from tests.live.files import Table

CHUNK = 64 * 1024


class Wire(Protocol):
    """What a fault needs of the connection."""

    connection: socket.socket

    def head(self, answer: Answer, length: int | None) -> None:
        """Status and headers, with that Content-Length, or without one and chunked."""

    def put(self, data: bytes) -> None:
        """Bytes of the body; OSError when the client has gone."""

    def hang_up(self) -> None:
        """Closes the connection after this answer."""

    def is_stopping(self) -> bool:
        """True once the server is being stopped."""


class Fault:
    """No fault: every other one changes one of these two."""

    def apply(self, answer: Answer, request: Request) -> Answer:
        """The answer that is given instead."""
        return answer

    def send(self, answer: Answer, wire: Wire) -> None:
        """Sends a finished answer."""
        wire.head(answer, len(answer.body))
        wire.put(answer.body)

    def concerns(self, request: Request) -> bool:
        """Whether the fault happens to this request at all."""
        return True


@dataclass(frozen=True)
class SlowDrip(Fault):
    """`size` bytes of the body every `seconds`."""

    seconds: float = 1.0
    size: int = 1

    def send(self, answer: Answer, wire: Wire) -> None:
        wire.head(answer, len(answer.body))
        for start in range(0, len(answer.body), self.size):
            if wire.is_stopping():
                break
            wire.put(answer.body[start : start + self.size])
            time.sleep(self.seconds)


@dataclass(frozen=True)
class Reset(Fault):
    """The connection is reset (RST) after that share of the body."""

    share: float = 0.5

    def send(self, answer: Answer, wire: Wire) -> None:
        wire.head(answer, len(answer.body))
        wire.put(answer.body[: int(len(answer.body) * self.share)])
        # Lingering for no time makes the kernel answer with a reset instead of an orderly end.
        wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # `close` would wait for the handler's files on this socket, and end it in order.
        os.close(wire.connection.detach())
        wire.hang_up()


@dataclass(frozen=True)
class WrongLength(Fault):
    """Content-Length promises `extra` bytes more than come."""

    extra: int = 1000

    def send(self, answer: Answer, wire: Wire) -> None:
        wire.head(answer, len(answer.body) + self.extra)
        wire.put(answer.body)
        wire.hang_up()


@dataclass(frozen=True)
class Status(Fault):
    """A status instead of the answer, with Retry-After if one is given (seconds, or an HTTP date)."""

    status: int = 503
    retry_after: str | None = None

    def apply(self, answer: Answer, request: Request) -> Answer:
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        words = b"Rate exceeded." if self.status == 429 else b"<html><body><h1>Service unavailable</h1></body></html>"
        return Answer(self.status, words, "text/html; charset=utf-8", headers=headers)


@dataclass(frozen=True)
class RedirectTo(Fault):
    """A redirect; by default to the address where clouds keep their machines' keys."""

    location: str = "http://169.254.169.254/latest/meta-data/"
    status: int = 302

    def apply(self, answer: Answer, request: Request) -> Answer:
        return Answer(self.status, headers={"Location": self.location})


@dataclass(frozen=True)
class RedirectLoop(Fault):
    """A redirect to the same path, another query every time, so that no two addresses are the same."""

    def apply(self, answer: Answer, request: Request) -> Answer:
        hop = int(request.query.get("hop", "0")) + 1
        return Answer(302, headers={"Location": f"{request.base}{quote(request.path)}?hop={hop}"})


@dataclass(frozen=True)
class GzipBomb(Fault):
    """A body that decompresses to that many bytes, 1000 times its size, and begins as the real one."""

    size: int = 4 * 2**30

    def apply(self, answer: Answer, request: Request) -> Answer:
        block = gzip.compress(bytes(16 * 2**20), mtime=0)
        members = gzip.compress(answer.body[:CHUNK], mtime=0) + block * (self.size // (16 * 2**20))
        return replace(answer.with_body(members), headers={**answer.headers, "Content-Encoding": "gzip"})


@dataclass(frozen=True)
class HtmlPage(Fault):
    """A page for people instead of the file, with status 200; `media_type` None keeps the file's own."""

    title: str = "Temporarily unavailable"
    media_type: str | None = "text/html; charset=utf-8"

    def apply(self, answer: Answer, request: Request) -> Answer:
        page = f"<!DOCTYPE html>\n<html><head><title>{self.title}</title></head><body>Come back later.</body></html>"
        return Answer(200, page.encode(), self.media_type or answer.media_type)


@dataclass(frozen=True)
class HugeBody(Fault):
    """A body of that size that begins as the real one and goes on with zeros; declared, or chunked without a length."""

    size: int = 2 * 2**30
    is_declared: bool = True

    def apply(self, answer: Answer, request: Request) -> Answer:
        return replace(answer, headers={**answer.headers, "Content-Encoding": "identity"})

    def send(self, answer: Answer, wire: Wire) -> None:
        wire.head(answer, self.size if self.is_declared else None)
        for block in self._blocks(answer.body[: self.size]):
            if wire.is_stopping():
                break
            wire.put(block if self.is_declared else b"%x\r\n%b\r\n" % (len(block), block))
        if not self.is_declared:
            wire.put(b"0\r\n\r\n")

    def _blocks(self, start: bytes) -> Iterator[bytes]:
        if start:
            yield start
        left, zeros = self.size - len(start), bytes(CHUNK)
        while left > 0:
            yield zeros[:left]
            left -= CHUNK


@dataclass(frozen=True)
class EmptyPage(Fault):
    """arXiv's API in mid-paging: no entries though totalResults says more; only where `start` is at least that."""

    start: int = 1

    def concerns(self, request: Request) -> bool:
        return int(request.query.get("start", "0")) >= self.start

    def apply(self, answer: Answer, request: Request) -> Answer:
        return answer.with_body(re.sub(rb"(?s)\s*<entry>.*</entry>", b"", answer.body))


@dataclass(frozen=True)
class NewBody(Fault):
    """The body as `change` makes it of the real one."""

    change: Callable[[bytes], bytes]

    def apply(self, answer: Answer, request: Request) -> Answer:
        return answer.with_body(self.change(answer.body)) if answer.status == 200 else answer


def malformed_xml() -> Fault:
    """XML that ends in mid-tag."""
    return NewBody(lambda body: body[: len(body) * 2 // 3] + b"\n<entry & ")


def invalid_utf8() -> Fault:
    """Latin-1 letters in the middle of a text: bytes that are no UTF-8, line ends and delimiters untouched."""

    def change(body: bytes) -> bytes:
        middle = len(body) // 2
        return body[:middle] + re.sub(rb"[a-z]{4}", b"caf\xe9", body[middle:], count=2)

    return NewBody(change)


def truncated(share: str = "0.6") -> Fault:
    """The first part of the file, as if it were the whole."""
    return NewBody(lambda body: body[: int(len(body) * float(share))])


def new_column(name: str = "Something new") -> Fault:
    """One more column, in the middle."""

    def change(body: bytes) -> bytes:
        table = Table.read(body)
        at = len(table.header) // 2
        for cells in [table.header, *table.rows]:
            cells.insert(at, name if cells is table.header else "x")
        return table.written()

    return NewBody(change)


def missing_column(name: str = "") -> Fault:
    """Without that column; without a name, without the second."""

    def change(body: bytes) -> bytes:
        table = Table.read(body)
        at = table.header.index(name) if name else 1
        for cells in [table.header, *table.rows]:
            del cells[at : at + 1]
        return table.written()

    return NewBody(change)


def renamed_column(names: str = "") -> Fault:
    """`old=new`; without names the second column gets " (new)" behind its name."""
    old, _, new = names.partition("=")

    def change(body: bytes) -> bytes:
        table = Table.read(body)
        at = table.header.index(old) if old else 1
        table.header[at] = new or f"{table.header[at]} (new)"
        return table.written()

    return NewBody(change)


# From the shell: `--fault PATH=NAME` or `--fault PATH=NAME:ARGUMENT`.
FAULTS: dict[str, Callable[..., Fault]] = {
    "slow-drip": lambda seconds="1": SlowDrip(float(seconds)),
    "reset": lambda share="0.5": Reset(float(share)),
    "wrong-length": lambda extra="1000": WrongLength(int(extra)),
    "too-many": lambda retry_after="5": Status(429, retry_after),
    "unavailable": lambda retry_after=None: Status(503, retry_after),
    "status": lambda status: Status(int(status)),
    "redirect-loop": RedirectLoop,
    "redirect-private": lambda location=RedirectTo.location: RedirectTo(location),
    "gzip-bomb": lambda size=str(GzipBomb.size): GzipBomb(int(size)),
    "html": lambda title=HtmlPage.title: HtmlPage(title),
    "html-as-file": lambda title=HtmlPage.title: HtmlPage(title, None),
    "huge": lambda size=str(HugeBody.size): HugeBody(int(size)),
    "huge-chunked": lambda size=str(HugeBody.size): HugeBody(int(size), is_declared=False),
    "malformed-xml": malformed_xml,
    "empty-page": lambda start="1": EmptyPage(int(start)),
    "invalid-utf8": invalid_utf8,
    "truncated": truncated,
    "new-column": new_column,
    "missing-column": missing_column,
    "renamed-column": renamed_column,
}


def sent(fault: Fault, answer: Answer, request: Request, wire: Wire) -> None:
    """Puts the faulty answer on the wire; a head without a body where the method or the status wants none.

    A fault that does not fit, such as a new column in a PDF, is answered with status 500 and says so.
    """
    try:
        faulty = fault.apply(answer, request)
    except ValueError as error:
        faulty = Answer(500, f"{fault} does not fit {request.path}: {error}".encode())
    whole = finished(faulty, request)
    if request.method == "HEAD" or whole.status == 304:
        wire.head(whole, len(whole.body))
    else:
        fault.send(whole, wire)
