"""Derived tables: computed anew as a whole, and put in the place of the old ones."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.rows import Record
from schemas.tables import TABLES
from tasks.load.validate import validate
from warehouse.connection import insert, replace, transaction


def load_derived(connection: DuckDBPyConnection, tables: Mapping[str, list[Record] | pd.DataFrame]) -> Counter[str]:
    """Put newly computed tables in the place of the old ones, all in one transaction; returns counts by kind."""
    counts: Counter[str] = Counter()
    with transaction(connection):
        for name, rows in tables.items():
            records: Any = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows
            good, refused = validate(records, name)
            connection.execute("DELETE FROM core_quarantine WHERE table_name = ?", [name])
            replace(connection, TABLES[name], good)
            insert(connection, TABLES["core_quarantine"], refused)
            counts[name] += len(good)
            counts[f"quarantined from {name}"] += len(refused)
    return counts
