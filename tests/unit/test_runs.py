"""Run records: one for each run, whatever its end, also where the warehouse could not take it."""

import json
import signal
from pathlib import Path

import pytest

from tasks.load.runs import Run, mark_interrupted, put_load
from tasks.load.unrecorded import add_unrecorded, delete_unrecorded, read_unrecorded
from warehouse.connection import connect, migrate
from warehouse.rows import records


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        yield con


def test_a_run_record_is_opened_and_closed(warehouse):
    run = Run("ingest", {"papers": Path("a b"), "offline": True})
    put_load(warehouse, run.row())
    (row,) = records(warehouse, "raw_loads")
    assert (row["load_id"], row["flow"], row["finished_at"]) == (run.load_id, "ingest", None)
    assert row["run_outcome"] == "running"
    assert json.loads(row["parameters_json"]) == {"papers": "a b", "offline": True}
    assert json.loads(row["packages_json"])["duckdb"]
    run.counts["documents read"] += 3
    run.deferred += ["deferred: web: offline", "another"]
    run.end()
    put_load(warehouse, run.row())
    (row,) = records(warehouse, "raw_loads")
    assert row["finished_at"] >= row["started_at"]
    assert (row["run_outcome"], row["reason"]) == ("completed", None)
    assert json.loads(row["counts_json"]) == {"documents read": 3}
    assert row["deferred"].splitlines() == ["deferred: web: offline", "another"]


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (ValueError("no figure\n  in line 7"), "failed", "ValueError: no figure in line 7"),
        (KeyError("x" * 9000), "failed", "KeyError: 'xxx"),
        (OSError(28, "No space left on device"), "failed", "OSError: [Errno 28] No space left on device"),
        (SystemExit(143), "stopped", "SystemExit: 143"),
    ],
)
def test_a_run_that_did_not_come_to_its_end_says_why_in_one_line(warehouse, error, outcome, reason):
    run = Run("ingest", {})
    run.end(error)
    put_load(warehouse, run.row())
    (row,) = records(warehouse, "raw_loads")
    assert row["run_outcome"] == outcome
    assert row["reason"].startswith(reason)
    assert len(row["reason"].splitlines()) == 1 and len(row["reason"]) <= 500


def test_a_run_that_a_signal_stopped_names_the_signal_whatever_broke_off(warehouse):
    for number, error in ((signal.SIGINT, KeyboardInterrupt()), (signal.SIGTERM, RuntimeError("query interrupted"))):
        run = Run("ingest", {})
        run.end(error, stopped_by=number)
        put_load(warehouse, run.row())
    ended = [(row["run_outcome"], row["reason"]) for row in records(warehouse, "raw_loads")]
    assert sorted(ended) == [("stopped", "by SIGINT (Ctrl-C)"), ("stopped", "by SIGTERM")]


def test_a_run_that_lost_a_source_names_it(warehouse):
    run = Run("ingest", {})
    run.lost += ["epoch", "owid"]
    run.end()
    assert (run.row()["run_outcome"], run.row()["reason"]) == ("in_part", "without epoch, owid")


def test_two_run_records_do_not_meet(warehouse):
    for _ in range(3):
        put_load(warehouse, Run("refresh", {}).row())
    assert len(records(warehouse, "raw_loads")) == 3


def test_only_a_run_without_an_end_was_interrupted(warehouse):
    killed, ended, failed = (Run("ingest", {}) for _ in range(3))
    ended.end()
    failed.end(ValueError("no"))
    for run in (killed, ended, failed):
        put_load(warehouse, run.row())
    for _ in range(2):
        mark_interrupted(warehouse)
    told = {r["load_id"]: (r["run_outcome"], r["reason"]) for r in records(warehouse, "raw_loads")}
    assert told == {
        killed.load_id: ("interrupted", "killed, or the machine went down"),
        ended.load_id: ("completed", None),
        failed.load_id: ("failed", "ValueError: no"),
    }


def test_a_record_beside_the_warehouse_enters_it_as_it_is(warehouse, tmp_path):
    assert read_unrecorded(tmp_path) == []
    first, second = Run("nightly", {"limit": 3}), Run("publish", {})
    put_load(warehouse, second.row())  # opened in the warehouse, and closed beside it
    for run in (first, second):
        run.end(OSError(28, "No space left on device"))
        add_unrecorded(tmp_path, run.row())
    for row in read_unrecorded(tmp_path):
        put_load(warehouse, row)
    assert [{**r} for r in records(warehouse, "raw_loads")] == [first.row(), second.row()]
    delete_unrecorded(tmp_path)
    assert read_unrecorded(tmp_path) == []


def test_a_line_that_a_full_disk_cut_off_stops_nothing(tmp_path):
    add_unrecorded(tmp_path, Run("nightly", {}).row())
    with (tmp_path / "unrecorded.jsonl").open("a") as stream:
        stream.write('{"load_id": "2026')
    assert [row["flow"] for row in read_unrecorded(tmp_path)] == ["nightly"]


def test_a_home_that_cannot_be_written_hides_no_error(tmp_path):
    add_unrecorded(tmp_path / "nowhere", Run("nightly", {}).row())
