"""Reference tables in the published warehouse: typed, commented and keyed, so that an analyst can join them."""

from decimal import Decimal
from typing import Any

from duckdb import DuckDBPyConnection

from schemas.ddl import quoted
from tasks.reference.catalogue import reference_tables
from tasks.reference.table import Declared, ReferenceTable, columns_of

PUBLISHED = {
    "benchmarks": "benchmarks.csv",
    "targets": "targets.csv",
    "datasets": "datasets.csv",
    "data_sources": "sources.csv",
}
"""Name of the table, and the file that it is made from."""

_TYPES = {"string": "VARCHAR", "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}


def write_reference(connection: DuckDBPyConnection) -> None:
    """Create and fill the tables of `PUBLISHED`."""
    for name, file in PUBLISHED.items():
        _write(connection, name, reference_tables()[file])


def _write(connection: DuckDBPyConnection, name: str, table: ReferenceTable[Any]) -> None:
    columns = columns_of(table.row)
    lines = [f'"{c.name}" {_type(c)}' for c in columns]
    if table.key:
        lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    connection.execute(f"CREATE TABLE {name} ({', '.join(lines)})")
    connection.execute(
        f"COMMENT ON TABLE {name} IS {quoted(f'{table.description} (warehouse/reference/{table.file})')}"
    )
    for column in columns:
        unit = f" Unit: {column.column.unit}." if column.column.unit else ""
        comment = quoted(column.column.description + unit)
        connection.execute(f'COMMENT ON COLUMN {name}."{column.name}" IS {comment}')
    rows = [[_cell(getattr(row, c.field)) for c in columns] for row in table.rows()]
    connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)


def _type(column: Declared) -> str:
    return _TYPES[column.kind] + ("[]" if column.is_list else "")


def _cell(value: Any) -> Any:
    """A value as DuckDB takes it, with NULL for text that is empty."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "" else value
