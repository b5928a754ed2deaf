"""Rows of the warehouse: as types, and as plain dicts where a table has none."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, TypeVar

from duckdb import DuckDBPyConnection

from schemas.rows import Record, from_record
from schemas.tables import TABLES

RowT = TypeVar("RowT")

_AT_A_TIME = 1_000


def rows_of(connection: DuckDBPyConnection, row_type: type[RowT], table_name: str) -> list[RowT]:
    """A table's rows as dataclasses, ordered by the key."""
    return [from_record(row_type, flat) for flat in records(connection, table_name)]


def typed(cursor: DuckDBPyConnection, row_type: type[RowT]) -> list[RowT]:
    """The rows of an answer as dataclasses, in its order."""
    return [*each(cursor, row_type)]


def each(cursor: DuckDBPyConnection, row_type: type[RowT]) -> Iterator[RowT]:
    """The rows of an answer one after the other; nothing else may be asked of the connection until the last."""
    return (from_record(row_type, flat) for flat in dicts(cursor))


def records(connection: DuckDBPyConnection, table_name: str) -> list[Record]:
    """A table's rows as plain dicts with None for what is empty, ordered by the key."""
    key = ", ".join(f'"{k}"' for k in TABLES[table_name].key)
    return as_dicts(connection.execute(f"SELECT * FROM {table_name} ORDER BY {key}"))


def as_dicts(cursor: DuckDBPyConnection) -> list[Record]:
    """The rows of an answer as plain dicts, with None for what is empty."""
    return [*dicts(cursor)]


def column(cursor: DuckDBPyConnection) -> Iterator[Any]:
    """The first column of an answer, as `each` gives rows."""
    return (row[0] for row in tuples(cursor))


def dicts(cursor: DuckDBPyConnection) -> Iterator[Record]:
    """The rows of an answer as plain dicts, as `each` gives rows."""
    names = [d[0] for d in cursor.description or []]
    return (dict(zip(names, row, strict=True)) for row in tuples(cursor))


def tuples(cursor: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows of an answer, a few at a time: memory need not hold all of them twice."""
    while rows := cursor.fetchmany(_AT_A_TIME):
        yield from rows


def rows_by_portions(connection: DuckDBPyConnection, table_name: str) -> Iterator[Record]:
    """A table's rows as plain dicts, in its order; other things may be asked of the connection before the last."""
    asked = f"SELECT * FROM {table_name} LIMIT {_AT_A_TIME} OFFSET ?"
    for first in count(0, _AT_A_TIME):
        portion = as_dicts(connection.execute(asked, [first]))
        if not portion:
            return
        yield from portion


def first_of(query: str, rows: int) -> str:
    """The query of the first rows of an answer: the database then orders no more than these."""
    return f"SELECT * FROM (\n{query}\n) LIMIT {rows}"


def rows_hash(connection: DuckDBPyConnection, table_name: str, columns: Iterable[str]) -> tuple[Any, ...]:
    """Number and hash of a table's rows, in whatever order they lie; keys are unique, so that no two cancel out."""
    named = ", ".join(f'"{c}"' for c in columns)
    (found,) = connection.execute(f"SELECT count(*), bit_xor(hash({named})) FROM {table_name}").fetchall()
    return found
