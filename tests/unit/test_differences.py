"""Differences between two states of what a source said."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tables import TABLES
from tasks.load.differences import ROW, differences
from tasks.load.validate import validate

GRID = TABLES["raw_grid_intensity"]


def grid(*rows: tuple[str, int, float | None]) -> pd.DataFrame:
    columns = ("region", "region_code", "grid_year", "co2e_g_per_kwh", "source_id")
    given = [dict(zip(columns, (r, r[:3], y, v, "owid"), strict=True)) for r, y, v in rows]
    good, refused = validate(given, "raw_grid_intensity")
    assert refused.empty
    return good


def test_new_gone_and_changed_rows_are_told_apart():
    before = grid(("France", 2020, 60.0), ("France", 2021, 58.0), ("Poland", 2020, 700.0))
    now = grid(("France", 2020, 60.0), ("France", 2021, 57.5), ("Chad", 2020, 650.0))
    found = differences(before, now, GRID)
    assert found.new == ["Chad | 2020 | owid"]
    assert found.gone == ["Poland | 2020 | owid"]
    assert found.changed == [("France | 2021 | owid", "co2e_g_per_kwh", "58", "57.5")]
    assert found.changed_rows == 1
    assert {(r.change, r.column_changed) for r in found.rows("load1", "owid", GRID.name)} == {
        ("new", ROW),
        ("gone", ROW),
        ("changed", "co2e_g_per_kwh"),
    }


def test_a_row_that_changed_in_two_columns_is_one_row():
    before = grid(("France", 2020, 60.0))
    now = before.assign(region_code="FR", co2e_g_per_kwh=61.0)
    found = differences(before, now, GRID)
    assert found.changed_rows == 1
    assert len(found.changed) == 2


@pytest.mark.parametrize("other", [0.1 + 0.2, 0.30000000000000004])
def test_doubles_that_are_printed_differently_are_no_change(other):
    assert differences(grid(("France", 2020, 0.3)), grid(("France", 2020, other)), GRID).changed == []


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(2000, 2004), st.floats(0, 1e3)), max_size=12))
def test_a_state_differs_from_itself_in_nothing_and_from_none_in_all(rows):
    state = grid(*{(r, y): (r, y, v) for r, y, v in rows}.values())
    same = differences(state, state, GRID)
    assert (same.new, same.gone, same.changed) == ([], [], [])
    assert len(differences(grid(), state, GRID).new) == len(state)
    assert len(differences(state, grid(), GRID).gone) == len(state)
