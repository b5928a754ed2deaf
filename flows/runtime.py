"""Where a run happens: under Prefect, or as plain functions where not even Prefect's own server can be reached."""

import fcntl
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import httpx
from prefect import Flow, Task, unmapped
from prefect.context import FlowRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

from flows import server
from flows.errors import HomeInUse, NoAnswer
from flows.settings import Settings
from tasks.http.client import HttpClient

_held: set[Path] = set()


def logger() -> logging.Logger | logging.LoggerAdapter[logging.Logger]:
    """The run's logger under Prefect, else the module's."""
    try:
        return get_run_logger()
    except MissingContextError:
        return logging.getLogger("flows")


def run(step: Flow[..., Any] | Task[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a flow or task as part of the present run: under Prefect where there is a flow run, else plainly."""
    return step(*args, **kwargs) if FlowRunContext.get() else step.fn(*args, **kwargs)


def fan_out(step: Task[..., Any], items: Iterable[Any], *common: Any) -> Iterator[Any]:
    """Run a task for each item; results come in the order of the items, each as soon as it is there."""
    if FlowRunContext.get():
        yield from (future.result() for future in step.map(list(items), *(unmapped(c) for c in common)))
    else:
        yield from (step.fn(item, *common) for item in items)


def start(flow: Flow[..., Any], home: Path, **parameters: Any) -> Any:
    """Start a flow from the command line: on the Prefect server that the operator names, else on one of its own.

    Where it can have none (a machine without loopback, a home of Prefect's that cannot be written or is of another
    version) the same functions run without: the warehouse gets the same content, only Prefect's history lacks the run.

    Raises:
        NoAnswer: the server that is named does not answer.
    """
    with ExitStack() as stack:
        url = server.named_server()
        if not url:
            try:
                stack.enter_context(server.own_server(home / "prefect-server.log"))
            except server.NoServer as reason:
                return _plainly(flow, str(reason), home=home, **parameters)
        try:
            return flow(home=home, **parameters)
        except httpx.TransportError as error:
            raise NoAnswer(f"Prefect's server {url or ''} no longer answers ({error}); run again") from error


def _plainly(flow: Flow[..., Any], reason: str, **parameters: Any) -> Any:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s | %(levelname)-7s | %(message)s")
    logging.getLogger("flows").setLevel(logging.INFO)
    logging.getLogger("flows").warning("running without Prefect's server, which changes nothing else: %s", reason)
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
