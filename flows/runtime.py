"""Where a run happens: under Prefect, or as plain functions where not even Prefect's own server can be reached."""

import fcntl
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

# The embedded default starts Prefect's server inside the run, which takes up to half a minute on a small machine;
# Prefect gives up after 20 s unless told otherwise. Set before prefect is imported; what the operator set stays.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

from prefect import Flow, Task, unmapped
from prefect.context import FlowRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

from flows.errors import HomeInUse
from flows.settings import Settings
from tasks.http.client import HttpClient

_held: set[Path] = set()


def logger() -> logging.Logger | logging.LoggerAdapter[logging.Logger]:
    """The run's logger under Prefect, else the module's."""
    try:
        return get_run_logger()
    except MissingContextError:
        return logging.getLogger("flows")


def loopback_works() -> bool:
    """Whether this machine can talk to itself: Prefect's embedded server needs that, even without a network."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError:
        return False
    return True


def run(step: Flow[..., Any] | Task[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a flow or task as part of the present run: under Prefect where there is a flow run, else plainly."""
    return step(*args, **kwargs) if FlowRunContext.get() else step.fn(*args, **kwargs)


def fan_out(step: Task[..., Any], items: Iterable[Any], *common: Any) -> Iterator[Any]:
    """Run a task for each item; results come in the order of the items, each as soon as it is there."""
    if FlowRunContext.get():
        yield from (future.result() for future in step.map(list(items), *(unmapped(c) for c in common)))
    else:
        yield from (step.fn(item, *common) for item in items)


def start(flow: Flow[..., Any], **parameters: Any) -> Any:
    """Start a flow from the command line, with whatever Prefect API is configured or embedded.

    Where the machine has no loopback device (a bare network namespace, say) no Prefect server can be reached, and the
    same functions run without one: the warehouse gets the same content, only Prefect's run history lacks the run.
    """
    if os.environ.get("PREFECT_API_URL") or loopback_works():
        return flow(**parameters)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s | %(levelname)-7s | %(message)s")
    logging.getLogger("flows").setLevel(logging.INFO)
    logging.getLogger("flows").warning("no loopback network: running without Prefect's server; nothing else changes")
    return flow.fn(**flow.validate_parameters(parameters))


@contextmanager
def holding(home: Path, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the home folder: one run at a time writes to it. The lock dies with its process, however that ends.

    Raises:
        HomeInUse: another run holds it, and did not end within `wait_seconds`.
    """
    home = home.resolve()
    if home in _held:  # a flow inside a flow of the same run
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("a+") as lock:
        _acquire(lock, home, time.monotonic() + wait_seconds)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        _held.add(home)
        try:
            yield
        finally:
            _held.discard(home)


def _acquire(lock: IO[str], home: Path, until: float) -> None:
    told = False
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            if time.monotonic() >= until:
                raise HomeInUse(
                    f"{home} is in use by process {holder}; wait for it to end, or use another home"
                ) from error
        if not told:
            logger().info("%s is in use by process %s; waiting for it", home, holder)
            told = True
        time.sleep(1)


@contextmanager
def open_web(home: Path, settings: Settings, offline: bool = False) -> Iterator[HttpClient]:
    """The run's web client, with its kept copies below the home folder."""
    web = HttpClient(home / "web", settings.web_limits(), offline=offline or settings.offline)
    try:
        yield web
    finally:
        web.close()


def each_with_progress(total: int, what: str) -> "Progress":
    """Progress over `total` items: a bar on a terminal, a plain line now and then elsewhere."""
    return Progress(total, what, logger().info)


class Progress:
    """Counts items; `advance()` after each. A bar where stderr is a terminal, else a log line every tenth."""

    def __init__(self, total: int, what: str, say: Callable[[str], None]) -> None:
        self.total, self.what, self.say = total, what, say
        self.done = 0
        self._bar: Any = None

    def __enter__(self) -> "Progress":
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        console = Console(stderr=True)
        if console.is_terminal and self.total:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = RichProgress(*columns, console=console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self.what, total=self.total)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def advance(self) -> None:
        """One item is done."""
        self.done += 1
        if self._bar:
            self._bar.advance(self._task)
        elif self.total and (self.done == self.total or self.done % max(1, self.total // 10) == 0):
            self.say(f"{self.what}: {self.done} of {self.total}")
