"""A limit in seconds on one piece of work in this process."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN_SECONDS = 5.0
"""After which the alarm rings again where a handler of all errors has taken it for one of its own."""


class OutOfTime(Exception):
    """The time for one piece of work was up."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the block once the seconds are over; the alarm that was set before goes on afterwards.

    A call into C is interrupted where it comes back, and threads other than the main one have no alarm: what a document
    may cost at all is bounded by its worker process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime(f"it took longer than {seconds:.3g} s")

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, stop)
    left, _ = signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3), _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 1e-3) if left else 0)
