"""Rows of the warehouse as plain dicts."""

from typing import Any

from duckdb import DuckDBPyConnection

from schemas.tables import TABLES


def records(connection: DuckDBPyConnection, table_name: str) -> list[dict[str, Any]]:
    """A table's rows as plain dicts with None for what is empty, ordered by the key."""
    key = ", ".join(f'"{k}"' for k in TABLES[table_name].key)
    return as_dicts(connection.execute(f"SELECT * FROM {table_name} ORDER BY {key}"))


def as_dicts(cursor: DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of an answer as plain dicts, with None for what is empty."""
    names = [d[0] for d in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
