"""Queries of the interactive pages, which give the same rows when run on the release itself."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from schemas.ddl import create_table
from schemas.rows import Record
from schemas.tables import TABLES
from tasks.publish.published import Published
from warehouse.connection import LOOKUPS, QUERIES, connect, insert
from warehouse.rows import as_dicts

TABLES_QUERIED = (
    "out_observations",
    "out_training_costs",
    "core_observations",
    "core_results",
    "core_disclosures",
    "core_compute_estimates",
    "core_defects",
    "core_papers",
    "raw_papers",
    "raw_scores",
    "raw_observations",
)
"""Tables that the pages' queries use."""

DIGITS = 6
"""Significant digits of a number in the data of a page."""


@contextmanager
def in_memory_database(published: Published) -> Iterator[DuckDBPyConnection]:
    """An in-memory database with the published tables that the pages' queries use."""
    with connect(Path(":memory:")) as connection:
        for name in TABLES_QUERIED:
            connection.execute(create_table(TABLES[name]))
            insert(connection, TABLES[name], published.table(name))
        yield connection


def query_sql(name: str) -> str:
    """The SQL of a query of `flows query`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def lookup_sql(name: str) -> str:
    """The SQL of a lookup."""
    return (LOOKUPS / f"{name}.sql").read_text(encoding="utf-8")


def fetch(connection: DuckDBPyConnection, sql: str) -> list[Record]:
    """The rows of the answer, None for what is empty."""
    return as_dicts(connection.execute(sql))


def pack_rows(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> list[list[Any]]:
    """Rows as lists in the order of the columns, for `site.unpack`: numbers rounded, trailing empty cells removed."""
    return [_strip_trailing_none([_rounded(row[c]) for c in columns]) for row in rows]


def _rounded(cell: Any) -> Any:
    return float(f"{cell:.{DIGITS}g}") if isinstance(cell, float) else cell


def _strip_trailing_none(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] is None:
        cells.pop()
    return cells
