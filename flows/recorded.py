"""A run with its record: opened first, closed last, however the run ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flows.errors import HomeInUse
from flows.lock import held_by, holding
from flows.runtime import logger, run
from flows.steps import records
from flows.stopping import cause_of
from tasks.load.runs import Run
from tasks.load.unrecorded import add_unrecorded
from tasks.operate.form import NotReady, check_form, note_form
from tasks.operate.room import check_access, room_for_a_night


@contextmanager
def recorded(place: Path, wait_seconds: float, record: Run) -> Iterator[None]:
    """Hold the home for a run and keep its record. A run that cannot have the home leaves its record to the next one.

    Raises:
        HomeInUse: another run holds the home.
        NotReady: the home is of a newer form, closed to this user, or its disk has too little room.
    """
    record.part_of = held_by(place)
    with ExitStack() as stack:
        try:
            if not record.part_of:
                check_form(place)
                check_access(place)
                logger().info("%s", room_for_a_night(place))
            stack.enter_context(holding(place, wait_seconds, record.load_id, logger().info))
        except (HomeInUse, NotReady) as error:
            record.end(error)
            add_unrecorded(place, record.row())
            raise
        note_form(place)
        try:
            run(records.open_load, place, record.row())
            yield
            record.end()
            run(records.close_load, place, record.row())
        except BaseException as error:
            record.end(error, stopped_by=cause_of(error))
            records.close_failed(place, record.row())
            raise
