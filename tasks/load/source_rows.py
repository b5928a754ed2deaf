"""Rows of structured sources: what a source gave before goes when it gives its rows again; what changed is recorded."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.codes import Coded
from schemas.codes.sources import DeferralReason
from schemas.rows import Candidate
from schemas.rows.sources import SourceRunRow
from schemas.tables import TABLES, Table
from tasks.load.differences import differences
from tasks.load.insert import insert_rows
from tasks.load.validate import validate_candidates
from tasks.wording import words
from warehouse.connection import insert, transaction

ROWS_NEW, ROWS_CHANGED, ROWS_GONE = "rows new", "rows changed", "rows gone"
"""Counts of a source's differences to what it said before."""


class TooManyRowsGone(Exception):
    """A source gave far fewer rows than before: more likely a broken feed than news. What it gave before stands."""

    def __init__(self, given: int, table: str, before: int) -> None:
        self.reason = Coded.of(DeferralReason.TOO_MANY_ROWS_GONE, given=given, table=table, before=before)
        super().__init__(words(self.reason))


def load_rows(
    connection: DuckDBPyConnection,
    source_id: str,
    rows: Mapping[str, Sequence[Candidate[Any]]],
    load_id: str | None = None,
    max_row_loss: float = 1.0,
    is_whole: bool = True,
) -> Counter[str]:
    """Put a structured source's rows in the place of what it gave before; returns counts by kind.

    Args:
        connection: The working warehouse.
        source_id: The source.
        rows: All that it has to say, by table.
        load_id: The load under which differences to what it said before are recorded (raw_source_changes).
        max_row_loss: Share of a table's rows of the source that may go at once.
        is_whole: False where some of its files could not be had: rows of source tables without a row now stand.

    Raises:
        TooManyRowsGone: more went; nothing was changed.
    """
    validated = {name: validate_candidates(given, name) for name, given in rows.items()}
    if not is_whole:
        validated = {
            name: (_with_missing(connection, name, source_id, good), bad) for name, (good, bad) in validated.items()
        }
    before = {name: _rows_of(connection, name, source_id) for name in rows}
    for name, (good, _) in validated.items():
        if len(good) < (1 - max_row_loss) * len(before[name]):
            raise TooManyRowsGone(len(good), name, len(before[name]))
    counts: Counter[str] = Counter()
    with transaction(connection):
        for name, (good, refused) in validated.items():
            connection.execute(f"DELETE FROM {name} WHERE source_id = ?", [source_id])
            connection.execute(
                "DELETE FROM core_quarantine WHERE table_name = ? AND source_id = ? AND document_sha256 IS NULL",
                [name, source_id],
            )
            insert(connection, TABLES[name], good)
            insert(connection, TABLES["core_quarantine"], refused)
            counts[name] += len(good)
            counts[f"quarantined from {name}"] += len(refused)
            if load_id:
                counts += _note_differences(connection, source_id, load_id, TABLES[name], before[name], good)
    return counts


def _rows_of(connection: DuckDBPyConnection, table_name: str, source_id: str) -> pd.DataFrame:
    return connection.execute(f"SELECT * FROM {table_name} WHERE source_id = ?", [source_id]).df()


def _with_missing(connection: DuckDBPyConnection, table_name: str, source_id: str, good: pd.DataFrame) -> pd.DataFrame:
    """The rows, and what the source gave before in those of its own tables that have none among them."""
    before = _rows_of(connection, table_name, source_id)
    if "source_table" not in before.columns or before.empty:
        return good
    missing = before[~before["source_table"].isin(good["source_table"])]
    return pd.concat([good, missing.astype(good.dtypes)], ignore_index=True) if len(missing) else good


def _note_differences(
    connection: DuckDBPyConnection,
    source_id: str,
    load_id: str,
    table: Table,
    before: pd.DataFrame,
    now: pd.DataFrame,
) -> Counter[str]:
    """Record what a source changed in one table. Where it says something for the first time, only the number counts."""
    if before.empty:
        return Counter({ROWS_NEW: len(now)})
    # Both through the database's types, so that a whole number is not another number than itself as a float.
    connection.register("now", now)
    found = differences(before, connection.execute("SELECT * FROM now").df(), table)
    connection.unregister("now")
    insert_rows(connection, "raw_source_changes", found.rows(load_id, source_id, table.name))
    return Counter({ROWS_NEW: len(found.new), ROWS_CHANGED: found.changed_rows, ROWS_GONE: len(found.gone)})


def load_source_run(connection: DuckDBPyConnection, row: SourceRunRow) -> None:
    """Record how a query of a source went in a run; the last record of a load stands."""
    with transaction(connection):
        connection.execute(
            "DELETE FROM raw_source_runs WHERE load_id = ? AND source_id = ?", [row.load_id, row.source_id]
        )
        insert_rows(connection, "raw_source_runs", [row])
