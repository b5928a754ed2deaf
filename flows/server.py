"""Prefect's server: the one that an operator names, or one of the run's own, as a child of it.

Prefect would start the child by itself. But it waits minutes for one that is dead and repeats all that it said, loses
it to the first Ctrl-C, and leaves it behind when the run is killed. Here the child's life hangs on a pipe from the run:
it ends when the run ends, however that is, and by nothing else, so that it hears the last words of a stopped run.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from prefect.client.orchestration import get_client
from prefect.context import get_settings_context
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_PROFILES_PATH,
    PREFECT_SERVER_EPHEMERAL_ENABLED,
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS,
    PREFECT_UI_URL,
    temporary_settings,
)

from flows import environment
from flows.errors import NoAnswer

_ANSWER_SECONDS = 10.0
_STOP_SECONDS = 5.0


class NoServer(Exception):
    """The run can have no server of its own; the message says why."""


def named_server() -> str | None:
    """Address of the server that the operator names, in the environment or wherever else Prefect looks.

    Raises:
        NoAnswer: it does not answer.
    """
    url = PREFECT_API_URL.value()
    if not url:
        return None
    environment.spare_loopback(url)
    if error := _unanswered(url):
        where = _where_set(url)
        raise NoAnswer(
            f"the Prefect server {url} does not answer ({error}). PREFECT_API_URL is set in {where}: start that server"
            " (`make server`), or unset it there: runs, unlike `make deploy`, need none"
        )
    return url


def _where_set(url: str) -> str:
    """The first of Prefect's places for settings that gives the address."""
    if os.environ.get("PREFECT_API_URL"):
        return "the environment"
    for name in (".env", "prefect.toml", "pyproject.toml"):
        if Path(name).is_file() and url in Path(name).read_text(encoding="utf-8", errors="replace"):
            return name
    return f"the profile {get_settings_context().profile.name} of {PREFECT_PROFILES_PATH.value()}"


def _unanswered(url: str) -> str | None:
    """Why Prefect's client gets no answer from a server; None where it does."""
    try:
        with (
            temporary_settings({PREFECT_API_URL: url, PREFECT_CLIENT_MAX_RETRIES: 0}),
            get_client(sync_client=True, httpx_settings={"timeout": _ANSWER_SECONDS}) as client,
        ):
            error = client.api_healthcheck()
    except Exception as unusable:  # noqa: BLE001 - a proxy, a certificate, a setting: whatever keeps it from asking
        error = unusable
    return None if error is None else " ".join(str(error).split()) or type(error).__name__


@contextmanager
def own_server(log: Path) -> Iterator[None]:
    """Start a server, make it Prefect's, and stop it in the end; what it says goes into the file `log`.

    Raises:
        NoServer: it did not start in time, or never can.
    """
    if not PREFECT_SERVER_EPHEMERAL_ENABLED.value():
        raise NoServer("PREFECT_SERVER_EPHEMERAL_ENABLED is off")
    with _child(log) as url:
        _wait(url, PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS.value(), log)
        with temporary_settings({PREFECT_API_URL: url, PREFECT_UI_URL: ""}):  # without pages to link to
            try:
                yield
            finally:
                for worker in (APILogWorker, EventsWorker):  # what Prefect still has to tell the server
                    worker.drain_all(timeout=_STOP_SECONDS)


@contextmanager
def _child(log: Path) -> Iterator[str]:
    """The server's process, from its start to its end; yields the address of its API."""
    try:
        words = log.open("wb")
    except OSError as error:
        raise NoServer(f"{log}: {error.strerror}") from error
    with socket.create_server(("127.0.0.1", 0)) as listener, words:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.server", str(listener.fileno())],
            stdin=subprocess.PIPE,
            stdout=words,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
        host, port = listener.getsockname()
    try:
        yield f"http://{host}:{port}/api"
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, seconds: float, log: Path) -> None:
    # Nobody but the child holds the socket now: the answer comes as soon as it serves, or breaks off when it dies.
    parts = urlsplit(url)
    try:
        with closing(http.client.HTTPConnection(parts.netloc, timeout=seconds)) as connection:
            connection.request("GET", f"{parts.path}/health")
            connection.getresponse().read()
    except TimeoutError as error:
        raise NoServer(f"it had not started after {seconds:g} s") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoServer(f"{_last_error(log) or error}; more in {log}") from error
    if words := _unanswered(url):
        raise NoServer(words)


def _last_error(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line for line in reversed(lines) if line.partition(": ")[0].endswith("Error")), "")


def main() -> None:
    """Serve on the socket with this number until the pipe from the run closes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a signal to the group is the run's to answer
        signal.signal(number, signal.SIG_IGN)
    servers: list[uvicorn.Server] = []
    threading.Thread(target=_end_with_the_run, args=(servers,), daemon=True).start()

    from prefect.server.api.server import create_app

    app = create_app(ephemeral=True, final=True)
    server = _Server(uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1))
    servers.append(server)
    server.run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
    sys.exit(not server.started)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _end_with_the_run(servers: list[uvicorn.Server]) -> None:
    sys.stdin.buffer.read()  # nothing is ever written: this returns when the run closes the pipe, or is dead
    for server in servers:  # none while it still starts
        server.should_exit = True
        time.sleep(_STOP_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
