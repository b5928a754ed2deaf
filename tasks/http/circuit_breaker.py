"""A circuit breaker per host: one that does not answer is left alone for the rest of the run."""

from collections import Counter

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.http import Unreachable


class CircuitBreaker:
    """Counts, host by host, calls in a row that a host let down; lives as long as a run."""

    def __init__(self, failures: int) -> None:
        self._failures = failures
        self._counts: Counter[str] = Counter()
        self._open: dict[str, Coded[HttpReason]] = {}

    def check(self, host: str) -> None:
        """Go on if requests to the host are allowed.

        Raises:
            Unreachable: it failed too often; the error carries the first reason.
        """
        if host in self._open and self._counts[host] >= self._failures:
            raise Unreachable(HttpReason.LEFT_ALONE, host=host, because=self._open[host])

    def failed(self, host: str, reason: Coded[HttpReason], *, at_once: bool = False) -> None:
        """A call ended without the host's answer; `at_once` where asking again in this run cannot help."""
        self._open.setdefault(host, reason)
        self._counts[host] += self._failures if at_once else 1

    def answered(self, host: str) -> None:
        """The host answered: what was before is forgotten."""
        self._open.pop(host, None)
        self._counts.pop(host, None)
