"""A limit in seconds of processor time on one piece of work in this process."""

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
    """Raise `OutOfTime` in the block once this process has worked so many seconds; a busy machine takes none of them.

    The alarm that was set before goes on afterwards. A call into C is interrupted where it comes back, and threads but
    the main one have no alarm: what a document may cost at all is bounded by its worker process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime(f"over {seconds:.3g} s of processor time")

    began = time.process_time()
    handler = signal.signal(signal.SIGPROF, stop)
    left, _ = signal.setitimer(signal.ITIMER_PROF, max(seconds, 1e-3), _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, max(left - (time.process_time() - began), 1e-3) if left else 0)
        signal.signal(signal.SIGPROF, handler)
