"""Where a run happens: under Prefect, or as plain functions where not even Prefect's own server can be reached."""

import atexit
import logging
import socket
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx
from prefect import Flow, Task
from prefect._internal.concurrency import threads
from prefect.context import FlowRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger
from prefect.logging.handlers import PrefectConsoleHandler
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.callables import get_call_parameters
from rich.console import Console
from rich.progress import Progress

from flows import server
from flows.errors import NoAnswer
from flows.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
Item = TypeVar("Item")

_HERE = Path(__file__).parent
_FLOWS = "flows"  # name of the logger where there is no Prefect
_END_SECONDS = 5.0
_ANSWER_SECONDS = 10.0


def logger(plain: str = _FLOWS) -> logging.Logger | logging.LoggerAdapter[logging.Logger]:
    """The run's logger under Prefect, else a plain one."""
    try:
        return get_run_logger()
    except MissingContextError:
        return logging.getLogger(plain)


def task_logger() -> logging.Logger | logging.LoggerAdapter[logging.Logger]:
    """The same for a task: what it says, but for warnings, stands in Prefect's history and not on the terminal."""
    return logger(f"{_FLOWS}.tasks")


def is_for_terminal(record: logging.LogRecord) -> bool:
    """Whether a line is one of the few of a good night: what our flows say of it, and every warning."""
    if record.levelno != logging.INFO:
        return record.name != "prefect.task_runs" or record.levelno < logging.ERROR  # the flow's own line says it
    return record.name == _FLOWS or (record.name == "prefect.flow_runs" and Path(record.pathname).parent == _HERE)


for _handler in logging.getLogger().handlers:  # here, so that it holds in what a worker starts as well
    if isinstance(_handler, PrefectConsoleHandler):
        _handler.addFilter(is_for_terminal)


@atexit.register
def end_event_loops() -> None:
    """End the event loops of Prefect and of fsspec, which are daemons, before the interpreter ends.

    What they keep of a run would outlive DuckDB's module, whose binding prints forty lines on such leaks.
    """
    for loop in (threads._global_loop, threads._run_sync_loop):
        if loop and loop.thread.is_alive():
            loop.shutdown()
            loop.thread.join(_END_SECONDS)
    stores = sys.modules.get("fsspec.asyn")  # imported where a store is asked
    if stores and stores.iothread[0]:
        (loop,), (thread,) = stores.loop, stores.iothread
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_END_SECONDS)
        if not thread.is_alive():
            loop.close()
            stores.reset_lock()  # whoever asks a store now gets another loop


class Step(Protocol[P, R_co]):
    """A flow or a task. Prefect's own classes are invariant in what they return, which this is not."""

    @property
    def fn(self) -> Callable[P, R_co]:
        """The plain function."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run under Prefect."""


def run(step: Step[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a flow or task as part of the present run: under Prefect where there is a flow run, else plainly."""
    return step(*args, **kwargs) if FlowRunContext.get() else step.fn(*args, **kwargs)


def fan_out(
    step: Task[Concatenate[Item, P], R], items: Iterable[Item], *common: P.args, **named: P.kwargs
) -> Generator[R, None, None]:
    """Run a task for each item; results come in the order of the items, each as soon as it is there."""
    if not FlowRunContext.get():
        yield from (step.fn(item, *common, **named) for item in items)
        return
    with _task_runner(Settings()) as runner:
        calls = [get_call_parameters(step.fn, (item, *common), named) for item in items]
        futures = [runner.submit(step, parameters=call) for call in calls]
        yield from (future.result() for future in futures)


def check_cluster(settings: Settings) -> None:
    """See to it that the Dask scheduler that is named answers, before anything starts.

    Raises:
        NoAnswer: it does not.
    """
    address = urlsplit(settings.dask_address)
    if not settings.dask_address:
        return
    try:
        socket.create_connection((address.hostname or "", address.port or 0), _ANSWER_SECONDS).close()
    except OSError as error:
        raise NoAnswer(
            f"the Dask scheduler {settings.dask_address} does not answer ({error}): start it, or set task_runner to"
            " 'thread' and leave dask_address out, to read here"
        ) from error


def _task_runner(settings: Settings) -> TaskRunner[Any]:
    if settings.task_runner == "dask":
        # A chunk is read by processes of its own, which a worker that is a daemon may not start.
        import_module("dask.config").set({"distributed.worker.daemon": False})
        here = {"n_workers": settings.workers, "threads_per_worker": 1, "memory_limit": 0}
        cluster = {"address": settings.dask_address} if settings.dask_address else {"cluster_kwargs": here}
        runner: TaskRunner[Any] = import_module("prefect_dask").DaskTaskRunner(**cluster)
        return runner
    return ThreadPoolTaskRunner(max_workers=1)  # one chunk at a time: it is read by several processes of its own


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
    logging.getLogger(_FLOWS).setLevel(logging.INFO)
    logging.getLogger(_FLOWS).warning("running without Prefect's server, which changes nothing else: %s", reason)
    return flow.fn(**flow.validate_parameters(parameters))


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """Progress over `total` items, by a function to call after each: a bar on a terminal, else a line every tenth."""
    console = Console(stderr=True)
    if console.is_terminal and total:
        with Progress(console=console, transient=True) as bar:
            yield partial(bar.advance, bar.add_task(what, total=total))
        return
    numbers = count(1)

    def advance() -> None:
        done = next(numbers)
        if done == total or done % max(1, total // 10) == 0:
            task_logger().info("%s: %d of %d", what, done, total)

    yield advance
