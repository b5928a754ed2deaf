"""DuckDB at the edge: connecting, keeping the tables in step with the registry, running SQL files."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from schemas.ddl import column_type, create_table, view_comments
from schemas.tables import TABLES, Table

if TYPE_CHECKING:
    import pandas as pd

HERE = Path(__file__).parent
QUERIES = HERE / "queries"
VIEWS = HERE / "views"
DERIVED = HERE / "derived"
STATUS = HERE / "status"
LOOKUPS = HERE / "lookups"
SUSPECTS = HERE / "suspects"
REFERENCE = HERE / "reference"

# Everything needed is built into DuckDB; nothing may be downloaded at run time.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

# Run records cannot be rebuilt from the document store; every other table can.
_RUN_RECORDS = ("raw_loads", "raw_source_runs", "raw_source_changes")


MEMORY = "400MB"
"""What DuckDB may hold of the working file at a time; larger joins and sorts go by way of the disk, beside the file."""


@contextmanager
def connect(path: Path, read_only: bool = False, memory: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed at the end of the `with`.

    `memory` is what DuckDB may hold; where None, most of what the machine has.

    Raises:
        duckdb.IOException: another process holds the file (its message names the process).
    """
    bound = {"memory_limit": memory} if memory else {}
    connection = duckdb.connect(str(path), read_only=read_only, config=_CONFIG | bound)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: commit at the end, roll back on any error."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def migrate(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Bring the tables to the registry's present form; returns the names of those made anew, none where all are new.

    The warehouse is made from the document store, so a table whose columns changed is dropped and filled again by the
    next ingest (from the cached readings, without parsing anything twice). Only run records are kept and widened.
    """
    renewed = []
    with transaction(connection):
        columns = _columns(connection)
        for table in TABLES.values():
            present = columns.get(table.name, {})
            wanted = {c.name: (column_type(c), not c.required) for c in table.columns}
            if present == wanted:
                continue
            if table.name in _RUN_RECORDS and present:
                for name in wanted.keys() - present.keys():
                    connection.execute(f'ALTER TABLE {table.name} ADD COLUMN "{name}" {wanted[name][0]}')
                continue
            if present:
                connection.execute(f"DROP TABLE {table.name}")
            connection.execute(create_table(table))
            renewed.append(table.name)
        if renewed and "raw_documents" not in renewed:
            # Claims belong to documents: forgetting which documents were loaded makes ingest load them all again.
            connection.execute("DELETE FROM raw_documents")
    return renewed if columns.keys() & TABLES.keys() else []


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, tuple[str, bool]]]:
    """Type of each column of each table, and whether it may be empty, in the table's order."""
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    rows = connection.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE schema_name = 'main'"
        " ORDER BY column_index"
    )
    for table, name, data_type, is_nullable in rows.fetchall():
        found.setdefault(table, {})[name] = (data_type, is_nullable)
    return found


def check_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """See to it that a database has every table and column of the registry.

    Raises:
        duckdb.CatalogException: it has not: another version of the code wrote it.
    """
    columns = _columns(connection)
    for table in TABLES.values():
        if missing := set(table.column_names) - columns.get(table.name, {}).keys():
            raise duckdb.CatalogException(f"{table.name} has no {', '.join(sorted(missing))}")


def insert(connection: duckdb.DuckDBPyConnection, table: Table, frame: "pd.DataFrame") -> None:
    """Append a validated frame to its table."""
    if frame.empty:
        return
    columns = ", ".join(f'"{c}"' for c in table.column_names)
    connection.register("incoming", frame)
    try:
        connection.execute(f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM incoming")
    finally:
        with suppress(duckdb.TransactionException):  # after a failed insert it cannot, and would hide why
            connection.unregister("incoming")


def read_table(connection: duckdb.DuckDBPyConnection, table_name: str) -> "pd.DataFrame":
    """The whole table, ordered by its key, so that the same content always comes in the same order."""
    key = ", ".join(f'"{k}"' for k in TABLES[table_name].key)
    return connection.execute(f"SELECT * FROM {table_name} ORDER BY {key}").df()


def create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every view of warehouse/views, in the order of the file names, with comments on views and columns."""
    for path in sorted(VIEWS.glob("*.sql")):
        text = path.read_text()
        connection.execute(text)
        for statement in view_comments(path.stem, text, connection.table(path.stem).columns):
            connection.execute(statement)
