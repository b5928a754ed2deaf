"""The tasks that open and close run records."""

from pathlib import Path

import duckdb

from flows.runtime import task_logger
from flows.steps.task import step
from schemas.rows import Record
from tasks.load.runs import mark_interrupted, put_load
from tasks.load.unrecorded import add_unrecorded, delete_unrecorded, read_unrecorded
from warehouse.connection import migrate
from warehouse.working import hand_over, open_working, show, take_up


@step("open run record", "warehouse")
def open_load(home: Path, record: Record) -> None:
    """Open a run record; a run that is no part of another first brings the warehouse to the present form."""
    if record["part_of"]:
        with open_working(home) as warehouse:
            put_load(warehouse, record)
        return
    take_up(home)
    with open_working(home) as warehouse:
        renewed = migrate(warehouse)
        for unrecorded in read_unrecorded(home):
            put_load(warehouse, unrecorded)
        mark_interrupted(warehouse)
        put_load(warehouse, record)
    delete_unrecorded(home)
    show(home)
    if renewed:
        task_logger().warning(
            "the warehouse is of another version: %d of its tables are made anew and filled from the store",
            len(renewed),
        )
        task_logger().info("made anew: %s", ", ".join(renewed))


@step("close run record", "warehouse", retried=True)
def close_load(home: Path, record: Record) -> None:
    """Close the run record, and give the warehouse to its readers; what a part leaves, its whole goes on with."""
    with open_working(home) as warehouse:
        put_load(warehouse, record)
    (show if record["part_of"] else hand_over)(home)


def close_failed(home: Path, record: Record) -> None:
    """Close the record of a run that failed, whatever it failed by: that error is reported, and none in here."""
    try:
        close_load.fn(home, record)
    except (OSError, duckdb.Error) as error:  # a full disk, a damaged warehouse
        add_unrecorded(home, record)
        task_logger().warning("the run record stands beside the warehouse until the next run takes it in: %s", error)
