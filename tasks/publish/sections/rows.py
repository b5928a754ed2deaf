"""Published tables as plain rows, in an order that does not depend on theirs."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from schemas.frames import empty
from schemas.rows import RowT, from_record

Row = dict[str, Any]
Tables = Mapping[str, pd.DataFrame]


def table(tables: Tables, name: str) -> pd.DataFrame:
    """The table, empty where the release does not have it."""
    return tables[name] if name in tables else empty(name)


def records(frame: pd.DataFrame) -> list[Row]:
    """Rows as dicts with None for empty cells, sorted by content."""
    columns = list(frame.columns)
    cells = frame.astype(object).where(frame.notna(), None)
    rows = [dict(zip(columns, values, strict=True)) for values in cells.itertuples(index=False, name=None)]
    return sorted(rows, key=lambda r: json.dumps(list(r.values()), default=str))


def typed_rows(tables: Tables, name: str, row_type: type[RowT]) -> list[RowT]:
    """Rows of a table as what they are, sorted by content."""
    return [from_record(row_type, row) for row in records(table(tables, name))]


def of_series(rows: list[Row], column: str = "benchmark") -> dict[str, list[Row]]:
    """Rows by series, each list in the order given."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found
