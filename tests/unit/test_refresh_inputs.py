"""A refresh that would say nothing new is known by what it rests on."""

from pathlib import Path

import pytest

from schemas.tables import TABLES
from tasks.load.runs import Run, mark_interrupted, put_load
from tasks.refresh import inputs
from tasks.refresh.inputs import is_refreshed, refresh_inputs
from tests.unit.rows import good_rows
from warehouse.connection import connect, insert, migrate

PARAMETERS = {"benchmarks": ["coco"], "assumptions": {}, "confidence_level": 0.9}


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        put(con, "core_results", 3)
        yield con


def put(con, table: str, n: int, start: int = 0) -> None:
    from tasks.load.validate import validate

    good, refused = validate(good_rows(table, start + n)[start:], table)
    assert refused.empty
    insert(con, TABLES[table], good)


def test_the_same_rows_in_another_order_are_the_same(warehouse):
    before = refresh_inputs(warehouse, PARAMETERS)
    warehouse.execute("CREATE TABLE held AS FROM core_results ORDER BY result_id DESC")
    warehouse.execute("DELETE FROM core_results")
    warehouse.execute("INSERT INTO core_results FROM held")
    assert refresh_inputs(warehouse, PARAMETERS) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_results SET value = value + 0.1 WHERE result_id = (SELECT min(result_id) FROM core_results)",
        "DELETE FROM core_results WHERE result_id = (SELECT min(result_id) FROM core_results)",
    ],
)
def test_any_row_that_changed_is_seen(warehouse, change):
    before = refresh_inputs(warehouse, PARAMETERS)
    warehouse.execute(change)
    assert refresh_inputs(warehouse, PARAMETERS) != before


def test_other_parameters_and_other_code_are_seen(warehouse, monkeypatch):
    before = refresh_inputs(warehouse, PARAMETERS)
    assert refresh_inputs(warehouse, PARAMETERS | {"assumptions": {"pue": 1.1}}) != before
    monkeypatch.setattr(inputs, "refresh_version", lambda: "another")
    assert refresh_inputs(warehouse, PARAMETERS) != before


def test_what_the_refresh_itself_writes_and_run_records_do_not_count(warehouse):
    before = refresh_inputs(warehouse, PARAMETERS)
    put(warehouse, "out_papers", 2)
    put(warehouse, "raw_loads", 2)
    assert refresh_inputs(warehouse, PARAMETERS) == before


def test_only_a_refresh_that_ended_last_and_on_the_same_stands(warehouse):
    assert not is_refreshed(warehouse, "same")
    refresh = Run("refresh", {}, refresh_inputs="same")
    put_load(warehouse, refresh.row())
    assert not is_refreshed(warehouse, "same")
    refresh.end()
    put_load(warehouse, refresh.row())
    assert is_refreshed(warehouse, "same")
    assert not is_refreshed(warehouse, "other")
    put_load(warehouse, Run("refresh", {}).row())  # the one that asks
    assert is_refreshed(warehouse, "same")
    mark_interrupted(warehouse)  # no, one that was killed
    assert not is_refreshed(warehouse, "same")


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt()])
def test_a_refresh_that_failed_or_was_stopped_does_not_stand(warehouse, error):
    refresh = Run("refresh", {}, refresh_inputs="same")
    refresh.end(error)
    put_load(warehouse, refresh.row())
    assert not is_refreshed(warehouse, "same")
