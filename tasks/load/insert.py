"""Rows of our own making into their tables."""

from collections.abc import Iterable
from typing import Any

from duckdb import DuckDBPyConnection

from schemas.rows import Record, record
from schemas.tables import TABLES
from tasks.load.validate import validate
from tasks.wording import words
from warehouse.connection import insert


def insert_rows(connection: DuckDBPyConnection, name: str, rows: Iterable[Any]) -> None:
    """Insert typed rows of our own making; one that fails is a bug of ours and raises."""
    insert_valid(connection, name, [record(row, words) for row in rows])


def insert_valid(connection: DuckDBPyConnection, name: str, rows: list[Record]) -> None:
    """Insert rows of our own making; one that fails is a bug of ours and raises."""
    columns = TABLES[name].column_names
    good, refused = validate([{c: r.get(c) for c in columns} for r in rows], name)
    if len(refused):
        raise AssertionError(f"{name}: {refused['reason'].iloc[0]} in {refused['row_json'].iloc[0][:300]}")
    insert(connection, TABLES[name], good)
