"""The server: on 127.0.0.1, hosts as folders, everything that was asked in its log."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from socket import SHUT_RDWR, socket
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tasks.sources.addresses import Addresses
from tests.live import atom
from tests.live.answers import Answer, Request, not_found
from tests.live.catalogue import Catalogue, split_identity
from tests.live.faults import Fault, sent
from tests.live.files import Files, path_of
from tests.live.oai import OaiPmh
from tests.live.parquet import MetricsAs

# The gist of what arXiv's says: the API and the sources are not for crawlers, papers are, slowly.
ARXIV_ROBOTS = "User-agent: *\nCrawl-delay: 15\nDisallow: /api/\nDisallow: /e-print/\nDisallow: /src/\nAllow: /pdf/\n"
_PDF = path_of(Addresses().arxiv_pdf)


@dataclass
class Logged:
    """One request and what became of it. `bytes` of the body were written so far; `time` is when it came (epoch)."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    time: float
    status: int = 0
    bytes: int = 0


@dataclass
class _Planned:
    prefix: str
    fault: Fault
    left: int | None


@dataclass
class LiveServer:
    """Imitates the live sources with the files of `shared`; a context manager, free port unless one is given.

    `catalogue` holds arXiv's papers, `files` the files, `oai` the harvesting interface with its page size: change them
    while it runs. `metrics_as` is how Papers with Code's Parquet has a row's metrics, `atom_of_2025` the newer form of
    arXiv's feeds, `echo` logs to stderr as well. `robots` is what /robots.txt says, None for 404; `log` has every
    request in order.

    Raises:
        FileNotFoundError: `shared` has no `sources` or no `corpus`.
    """

    shared: Path
    port: int = 0
    metrics_as: MetricsAs = "struct"
    atom_of_2025: bool = False
    echo: bool = False
    robots: str | None = "User-agent: *\nDisallow:\n"
    log: list[Logged] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        for folder in ("sources", "corpus"):
            if not (self.shared / folder).is_dir():
                raise FileNotFoundError(f"{self.shared / folder} is absent: the live sources cannot be imitated")
        self.catalogue = Catalogue.from_corpus(self.shared / "corpus")
        self.oai = OaiPmh(self.catalogue)
        self.files = Files(self.shared / "sources", self.metrics_as)
        self._faults: list[_Planned] = []
        self._lock = threading.RLock()
        self._http: _Http | None = None
        at = Addresses()
        self._routes: dict[str, Callable[[Request], Answer]] = {
            "/robots.txt": lambda request: _robots(self.robots),
            "/export.arxiv.org/robots.txt": lambda request: _robots(ARXIV_ROBOTS),
            path_of(at.arxiv_api): self._search,
            path_of(at.arxiv_oai): lambda request: self.oai.query(request.query),
        }

    @property
    def host(self) -> str:
        """`127.0.0.1:PORT`."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The mirror's address, without a slash at the end."""
        return f"http://{self.host}"

    @property
    def addresses(self) -> Addresses:
        """The sources' addresses here."""
        return Addresses.under(self.url)

    @property
    def connections(self) -> int:
        """How many connections clients made since the start: one, for whoever keeps it."""
        return self._http.accepted if self._http else 0

    def start(self) -> "LiveServer":
        """Begins to answer; after `stop` on the same port again."""
        self._http = _Http(("127.0.0.1", self.port), _handler(self))
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Ends every connection, kept-alive ones too: from now on the host does not answer."""
        if self._http:
            self._http.stop()
            self._http = None

    def __enter__(self) -> "LiveServer":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def fault(self, prefix: str, fault: Fault, times: int | None = None) -> None:
        """That happens to the next `times` requests (None: all) whose path or address begins so; first come first."""
        with self._lock:
            self._faults.append(_Planned(path_of(prefix), fault, times))

    def clear_faults(self) -> None:
        """All is well again."""
        with self._lock:
            self._faults.clear()

    def requests(self, prefix: str = "/") -> list[Logged]:
        """What was asked under a path or an address."""
        return [one for one in list(self.log) if one.path.startswith(path_of(prefix))]

    def bodies(self, prefix: str = "/") -> list[Logged]:
        """Those requests that were answered with 200 and a body: what really was downloaded."""
        return [one for one in self.requests(prefix) if one.status == 200 and one.bytes and one.method == "GET"]

    def intervals(self, prefix: str = "/") -> list[float]:
        """Seconds between the arrivals of requests that follow one another under a path or an address."""
        times = [one.time for one in self.requests(prefix)]
        return [later - earlier for earlier, later in pairwise(times)]

    def clear_log(self) -> None:
        """Forgets what was asked."""
        self.log.clear()

    def answer(self, request: Request) -> tuple[Answer, Fault]:
        """What a request is answered with, and the fault that happens to the answer."""
        with self._lock:
            return self._answer(request), self._next_fault(request)

    def _answer(self, request: Request) -> Answer:
        if request.path in self._routes:
            return self._routes[request.path](request)
        if request.path.startswith(_PDF):
            return _pdf(self.catalogue, request.path.removeprefix(_PDF))
        return self.files.answer(request.path, request.base) or not_found()

    def _search(self, request: Request) -> Answer:
        answer = atom.query(self.catalogue, request.query)
        return atom.as_of_2025(answer) if self.atom_of_2025 else answer

    def _next_fault(self, request: Request) -> Fault:
        for planned in self._faults:
            if planned.left != 0 and request.path.startswith(planned.prefix) and planned.fault.concerns(request):
                planned.left = None if planned.left is None else planned.left - 1
                return planned.fault
        return Fault()


def _robots(text: str | None) -> Answer:
    return not_found() if text is None else Answer(200, text.encode(), modified=datetime(2026, 1, 1, tzinfo=UTC))


def _pdf(catalogue: Catalogue, name: str) -> Answer:
    """A PDF by id, with a version or without (then the newest); 404 with a page where there is none, or no longer."""
    identity = split_identity(name)
    paper = catalogue.get(identity[0]) if identity else None
    version = paper.version(identity[1]) if paper and identity else None
    content = version.pdf() if version else None
    if paper is None or version is None or content is None:
        page = f"<html><head><title>PDF unavailable</title></head><body>No PDF for {name}</body></html>"
        return Answer(404, page.encode(), "text/html; charset=utf-8")
    file = f"{paper.paper_id.replace('/', '')}v{version.number}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{file}"'}
    return Answer(200, content, "application/pdf", version.submitted, headers)


class _Http(ThreadingHTTPServer):
    """Threads that end with the process; knows its open connections, to end them."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.is_stopping = False
        self._open: set[socket] = set()
        self.accepted = 0

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        self.accepted += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error here; anything else is told as usual."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        self.is_stopping = True
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(SHUT_RDWR)
            except OSError:  # gone already
                continue


def _handler(live: LiveServer) -> type[BaseHTTPRequestHandler]:
    """The handler of one server: it reads, logs and writes; what to say is the server's matter."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "live-sources"
        disable_nagle_algorithm = True  # head and body are written apart
        server: _Http

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            request = Request(self.command, unquote(parts.path), query, self.headers, live.url)
            self.logged = Logged(self.command, request.path, query, dict(self.headers), time.time())
            answer, fault = live.answer(request)
            sent(fault, answer, request, self)
            if live.echo:
                one = self.logged
                print(f"{one.status} {one.method} {self.path} {one.bytes} bytes", file=sys.stderr, flush=True)

        do_HEAD = do_GET

        def head(self, answer: Answer, length: int | None) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if length is None:
                self.send_header("Transfer-Encoding", "chunked")
            elif answer.status != 304:
                self.send_header("Content-Length", str(length))
            # Before the client can see any of it: whoever has the answer finds it in the log.
            self.logged.status = answer.status
            live.log.append(self.logged)
            self.written = 0
            self.end_headers()

        def put(self, data: bytes) -> None:
            self.written += len(data)
            self.logged.bytes = self.written
            self.wfile.write(data)

        def hang_up(self) -> None:
            self.close_connection = True

        def is_stopping(self) -> bool:
            return self.server.is_stopping

        def log_message(self, format: str, *args: Any) -> None:
            """Our own log says more."""

    return Handler
