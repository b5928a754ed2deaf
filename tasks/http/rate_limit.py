"""The rate limit of each host: one request at a time, with an interval, across all processes that share a folder."""

import fcntl
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import quote

from schemas.codes.http import HttpReason
from tasks.http import Unreachable
from tasks.storage.store import from_json
from warehouse.aside import set_aside

logger = logging.getLogger(__name__)


@dataclass
class HostState:
    """What is known of a host between two requests: seconds since 1970, and why it asked to be left alone."""

    last_start: float = 0.0
    not_before: float = 0.0
    why: str = ""


class RateLimiter:
    """Waits for a host's turn. A lock file per host is held during a request to it; in it stands when that began."""

    def __init__(
        self,
        folder: Path,
        max_wait_seconds: float,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._max_wait_seconds = max_wait_seconds
        self._clock = clock
        self._sleep = sleep

    @contextmanager
    def turn(self, host: str, interval: float) -> Iterator[Callable[[float, str], None]]:
        """Hold the turn at a host, `interval` seconds after the last one began.

        Yields a function `postpone(seconds, why)`: the host asked to be left alone for so long. Whoever has the next
        turn, in whatever process or run, waits for that too.

        Raises:
            Unreachable: the host asked to be left alone for longer than a run waits.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{quote(host, safe='')}.json"
        if path.is_dir():
            set_aside(path, "it is a folder")
        with path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go by the kernel when the process ends, however it ends
            try:
                start = self._wait(file, host, interval)
                yield lambda seconds, why: _write(file, HostState(start, self._clock() + seconds, why))
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)  # closing is not enough where a worker was forked in the meantime

    def _wait(self, file: IO[str], host: str, interval: float) -> float:
        """Wait until a request is allowed, and note that it begins now; returns when that is."""
        now = self._clock()
        state = _read(file, now)
        if state.not_before - now > self._max_wait_seconds:
            until = datetime.fromtimestamp(state.not_before, UTC).isoformat(timespec="seconds")
            raise Unreachable(HttpReason.ASKED_TO_WAIT, host=host, until=until, status=state.why)
        since = min(state.last_start, now)  # a clock that was set back must not stretch the wait
        if (wait := max(since + interval, state.not_before) - now) > 0:
            self._sleep(wait)
        start = self._clock()
        _write(file, HostState(start))
        return start


def _read(file: IO[str], now: float) -> HostState:
    file.seek(0)
    try:
        text = file.read()
        return from_json(HostState, json.loads(text)) if text else HostState()
    except (RecursionError, TypeError, ValueError) as error:
        logger.warning("%s is damaged (%s): it is written anew", file.name, " ".join(str(error).split()))
        return HostState(last_start=now)  # killed while it was written: somebody has just been there


def _write(file: IO[str], state: HostState) -> None:
    file.seek(0)
    file.truncate()
    file.write(json.dumps(asdict(state)))
    file.flush()
