"""Alerts: when a run ends, the operator is told by mail or otherwise how it went, or only of what needs a look."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.lock import held_by
from flows.runtime import logger
from flows.settings import Settings
from flows.stopping import cause_of
from flows.summary import Highlights, in_text, summarised
from schemas.errors import OperatorError
from tasks.load.runs import Run
from tasks.operate.alerts import send
from tasks.operate.status import home_status


@contextmanager
def reported(place: Path, settings: Settings, run: Run) -> Iterator[Highlights]:
    """End a flow with its page, and tell the operator how it ended; a run within another leaves that to it."""
    is_part, highlights = held_by(place) is not None, Highlights()
    try:
        with summarised(run) as highlights:
            yield highlights
    except Exception as error:
        if not (is_part or cause_of(error)):
            _tell(place, settings, run, highlights)
        raise
    if not is_part:
        _tell(place, settings, run, highlights)


def _tell(place: Path, settings: Settings, run: Run, highlights: Highlights) -> None:
    addresses = [address.get_secret_value() for address in settings.alerts]
    if not addresses:
        return
    looks = _looks(place, settings)
    if not (looks or run.outcome == "failed" or settings.alert_every_night):
        return
    summary, *lines = in_text(run, highlights)
    for fault in send(addresses, f"{place.name}: {summary}", "\n".join([*looks, *lines])):
        logger().warning(fault)


def _looks(place: Path, settings: Settings) -> list[str]:
    """What a person should look at, a line each."""
    try:
        state = home_status(place, settings.stale_days, settings.source_nights)
        return [f"{p.code}: {p.words}" for p in state.problems]
    except OperatorError as error:
        return [f"{error}"]
