"""Whether a refresh would say anything new: a hash of all that it rests on, kept in its run record."""

from typing import Any

from duckdb import DuckDBPyConnection

from schemas.tables import TABLES, Table
from tasks.provenance.claims import content_id
from tasks.provenance.versions import package_versions, refresh_version
from warehouse.rows import rows_hash

_READ = ("core_hardware", "core_papers", "core_results", "core_disclosures")
_OF_THE_RUN = frozenset({"raw_loads", "raw_source_runs", "raw_source_changes"})
_WHEN = frozenset({"load_id", "fetched_at"})  # facts of a run in a table of documents


def refresh_inputs(connection: DuckDBPyConnection, parameters: dict[str, Any]) -> str:
    """Hash of the rows that a refresh reads, of the code and tables that it reads them by, and of its parameters.

    Two refreshes with the same one make the same tables.
    """
    rows = [(t.name, *rows_hash(connection, t.name, _columns(t))) for t in TABLES.values() if _is_read(t.name)]
    return content_id(refresh_version(), package_versions(), parameters, rows)


def is_refreshed(connection: DuckDBPyConnection, inputs: str) -> bool:
    """Whether the last refresh before this one rested on the same and came to its end: then its tables stand."""
    last = connection.execute(
        "SELECT run_outcome = 'completed' AND refresh_inputs = ? FROM raw_loads"
        " WHERE flow = 'refresh' AND run_outcome IS DISTINCT FROM 'running' ORDER BY rowid DESC LIMIT 1",
        [inputs],
    ).fetchall()
    return bool(last and last[0][0])


def _is_read(table_name: str) -> bool:
    return table_name in _READ or (table_name.startswith("raw_") and table_name not in _OF_THE_RUN)


def _columns(table: Table) -> list[str]:
    return [c for c in table.column_names if c not in _WHEN]
