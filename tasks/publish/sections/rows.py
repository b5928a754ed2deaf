"""Published tables as typed rows, in an order that does not depend on theirs."""

import json
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from schemas.frames import empty
from schemas.rows import RowT, from_record

Tables = Mapping[str, pd.DataFrame]


def table(tables: Tables, name: str) -> pd.DataFrame:
    """The table, empty where the release does not have it."""
    return tables[name] if name in tables else empty(name)


def typed_rows(tables: Tables, name: str, row_type: type[RowT]) -> list[RowT]:
    """Rows of a table as what they are, sorted by content; None for empty cells."""
    frame = table(tables, name)
    columns = list(frame.columns)
    cells = frame.astype(object).where(frame.notna(), None)
    rows = [dict(zip(columns, values, strict=True)) for values in cells.itertuples(index=False, name=None)]
    return [from_record(row_type, row) for row in sorted(rows, key=lambda r: json.dumps(list(r.values()), default=str))]


def grouped(rows: Iterable[RowT], key: Callable[[RowT], str]) -> dict[str, list[RowT]]:
    """Rows by their key, each list in the order given."""
    found: dict[str, list[RowT]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
