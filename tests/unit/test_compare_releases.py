"""What the comparison of two releases finds, and what it passes over."""

import duckdb
import pytest

from tools.compare_releases import differences


def write(folder, rows, extra=""):
    folder.mkdir()
    values = ", ".join(f"('{i}', {value}{extra and ', 1'})" for i, value in rows)
    names = f"fit_id, slope{extra and ', ' + extra}"
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {values}) AS t({names})) TO '{folder}/out_fits.parquet'")


def test_the_same_rows_in_another_order_are_the_same(tmp_path):
    write(tmp_path / "a", [("x", 1.5), ("y", 2)])
    write(tmp_path / "b", [("y", 2), ("x", 1.5)], extra="new_column")
    (found,) = differences(tmp_path / "a", tmp_path / "b", ("out_",))
    assert found.is_none
    assert found.one_sided == ["new_column"]


def test_rows_that_came_went_and_changed_are_counted(tmp_path):
    write(tmp_path / "a", [("x", 1.5), ("y", 2), ("z", 3)])
    write(tmp_path / "b", [("x", 1.5), ("y", 2.5), ("w", 3)])
    (found,) = differences(tmp_path / "a", tmp_path / "b", ("out_",))
    assert (found.only_before, found.only_after, found.changed) == (1, 1, {"slope": 1})
    assert found.examples == ["gone: z", "new: w", "slope of y: 2.0 -> 2.5"]


def test_a_folder_without_a_release_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="name the folder of a release"):
        differences(tmp_path, tmp_path, ("out_",))
