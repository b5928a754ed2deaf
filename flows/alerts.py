"""Alerts: when a run ends, the operator is told by mail or otherwise of what a person should look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.runtime import is_held, logger
from flows.settings import Settings
from flows.stopping import cause_of
from schemas.errors import OperatorError
from tasks.operate.alerts import send
from tasks.operate.status import home_status


@contextmanager
def alerted(place: Path, settings: Settings) -> Iterator[None]:
    """Tell the operator how a run ended, where a person should look; a run within another leaves that to it."""
    if is_held(place):
        yield
        return
    try:
        yield
    except Exception as error:
        if not cause_of(error):
            _tell(place, settings, f"{error}")
        raise
    _tell(place, settings)


def _tell(place: Path, settings: Settings, failure: str = "") -> None:
    addresses = [address.get_secret_value() for address in settings.alerts]
    if not addresses:
        return
    lines = [f"failed: {failure}"] if failure else []
    try:
        state = home_status(place, settings.stale_days, settings.source_nights)
        lines += [f"{p.code}: {p.words}" for p in state.problems]
    except OperatorError as error:
        lines.append(f"{error}")
    for fault in send(addresses, f"Diminishing Returns: {place.name}", "\n".join(lines)) if lines else []:
        logger().warning(fault)
