"""The lock of a home folder: one run at a time writes to it."""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from flows.errors import HomeInUse
from tasks.operate.form import LOCK
from warehouse.aside import set_aside

_log = logging.getLogger("flows")
_held: dict[Path, str] = {}  # homes that this process holds, with the load_id of the run that took each


@contextmanager
def holding(
    home: Path,
    wait_seconds: float = 0,
    load_id: str = "",
    say: Callable[[str], object] = _log.info,
) -> Iterator[None]:
    """Hold the home folder. The lock dies with its process, however that ends; `say` is told of a wait.

    Raises:
        HomeInUse: another run holds it, and did not end within `wait_seconds`.
    """
    home = home.resolve()
    if home in _held:  # a flow inside a flow of the same run
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    if (home / LOCK).is_dir():
        set_aside(home / LOCK, "it is a folder")
    with (home / LOCK).open("a+", errors="replace") as lock:
        _acquire(lock, home, wait_seconds, say)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        _held[home] = load_id
        try:
            yield
        finally:
            del _held[home]


def held_by(home: Path) -> str | None:
    """Key of the run record of the run of this process that holds the home: a flow runs inside another. Else None."""
    return _held.get(home.resolve())


def _acquire(lock: IO[str], home: Path, wait_seconds: float, say: Callable[[str], object]) -> None:
    until, is_told = time.monotonic() + wait_seconds, False
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            in_use = f"{home} is in use by process {lock.read().strip() or 'unknown'}"
            if time.monotonic() >= until:
                raise HomeInUse(f"{in_use}; wait for it to end, or use another home") from error
        if not is_told:
            say(f"{in_use}; waiting for it")
            is_told = True
        time.sleep(1)
