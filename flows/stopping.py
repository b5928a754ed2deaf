"""How a run is stopped: by Ctrl-C or a signal to end, within seconds, with one line and nothing left running.

The signal raises `KeyboardInterrupt` in the main thread, so that every `finally` on the way out is passed. Beside that
a thread sees to what cannot hear it: documents that are being read, whose results another thread waits for, and what
would hold up the end. What is left in the end, however a run ends, ends by itself: the server and the readers watch the
run (`flows.server`, `tasks.extract.read`).
"""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType

_SECONDS = 10.0  # to close what is open; then the run is cut off
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_received: list[int] = []  # the signal that stops this process


class Terminated(KeyboardInterrupt):
    """A signal to end the run came."""


def listen() -> None:
    """From now on Ctrl-C and SIGTERM stop this process; called once, by the main thread."""
    hears, tells = socket.socketpair()
    tells.setblocking(False)
    signal.set_wakeup_fd(tells.detach(), warn_on_full_buffer=False)  # also where Prefect has put a handler of its own
    signal.signal(signal.SIGTERM, _terminate)
    threading.Thread(target=_see_to_the_end, args=(hears,), daemon=True).start()


def cause_of(error: BaseException) -> int | None:
    """The signal that an error goes back to; None where it is an error of its own.

    Not all that is broken off says so: a query of DuckDB ends with a RuntimeError.
    """
    if isinstance(error, KeyboardInterrupt):
        return signal.SIGTERM if isinstance(error, Terminated) else signal.SIGINT
    if _received:
        return _received[0]
    # Prefect's TerminationSignal names its own; it is known by that, since to import Prefect takes a second.
    return None if isinstance(error, Exception) else getattr(error, "signal", None)


def last_words(number: int) -> str:
    """The last line of a run that was stopped."""
    return f"Stopped by {signal.Signals(number).name}. Nothing is lost: the next run goes on from here."


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


def _see_to_the_end(hears: socket.socket) -> None:
    while not _received:
        _received.extend(number for number in hears.recv(1) if number in _SIGNALS)
    logging.disable()  # Prefect would tell of each flow and task that it crashed
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        for reader in multiprocessing.active_children():
            reader.terminate()
        time.sleep(0.2)
    print(last_words(_received[0]), file=sys.stderr, flush=True)
    os._exit(128 + _received[0])
