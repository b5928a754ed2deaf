"""How the tasks are declared.

Nothing is cached by Prefect: the document store and the warehouse are the cache, keyed by the content's hash and the
reader's version.
"""

import errno
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from duckdb import DuckDBPyConnection
from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from warehouse.working import open_working

P = ParamSpec("P")
R = TypeVar("R")
Counts = dict[str, int]

# What may have passed a few seconds later: a network disk or a process table that was busy. A full disk stays full.
_TRANSIENT = {errno.EAGAIN, errno.EBUSY, errno.EIO, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT}


def is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a task failed by something that may have passed a few seconds later."""
    error = state.data
    while isinstance(error, BaseException):
        if isinstance(error, OSError) and error.errno in _TRANSIENT:
            return True
        error = error.__cause__
    return False


_RETRIES: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": [5, 30],
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_transient,
}


def step(
    name: str, *tags: str, run_name: str | None = None, retried: bool = False
) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Declare a task; one that may be done twice is `retried` where its failure may pass.

    A host that does not answer is no reason for that: the HTTP client retries each request, and what did not come then
    is deferred to the next night.
    """
    return task(
        name=name, task_run_name=run_name, tags=set(tags), cache_policy=NO_CACHE, **(_RETRIES if retried else {})
    )


def warehouse_step(
    name: str, work: Callable[Concatenate[DuckDBPyConnection, P], Mapping[str, int]]
) -> Task[Concatenate[Path, P], Counts]:
    """Declare a task that calls a function with the working warehouse of a home, and returns the function's counts."""

    def opened(home: Path, *args: P.args, **named: P.kwargs) -> Counts:
        with open_working(home) as warehouse:
            return dict(work(warehouse, *args, **named))

    opened.__qualname__, opened.__doc__ = work.__qualname__, work.__doc__
    return step(name, "warehouse")(opened)
