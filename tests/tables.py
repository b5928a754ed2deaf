"""Comparing what two warehouses hold."""

from pathlib import Path

from schemas.tables import TABLES
from warehouse.connection import connect

RUN_RECORDS = ("raw_loads", "raw_source_runs", "raw_source_changes")
# Facts of the run in a table of documents: when the bytes were stored, and by which load.
RUN_COLUMNS = ("load_id", "fetched_at")


def contents(warehouse: Path) -> dict[str, list[tuple]]:
    """Every table's rows, sorted, without what belongs to the run and not to the data."""
    found = {}
    with connect(warehouse, read_only=True) as con:
        for table in TABLES.values():
            if table.name not in RUN_RECORDS:
                columns = ", ".join(f'"{c}"' for c in table.column_names if c not in RUN_COLUMNS)
                found[table.name] = con.execute(f"SELECT {columns} FROM {table.name} ORDER BY ALL").fetchall()
    return found
