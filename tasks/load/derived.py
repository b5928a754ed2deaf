"""Derived tables: computed anew as a whole; of those that grow with the papers only the parts that changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from duckdb import DuckDBPyConnection

from schemas.frames import typed_frame
from schemas.rows import Record
from schemas.tables import TABLES
from tasks.load.validate import NO_KEY, is_valid, validate
from tasks.provenance.versions import version_of
from warehouse.connection import insert, transaction
from warehouse.rows import as_dicts, rows_by_portions

T = TypeVar("T")


ROWS_AT_A_TIME = 5_000
"""How many newly computed rows are validated and inserted together: memory holds so many."""


def load_derived(connection: DuckDBPyConnection, tables: Mapping[str, Iterable[Record]]) -> Counter[str]:
    """Put newly computed tables in the place of the old ones, all in one transaction; returns counts by kind."""
    counts: Counter[str] = Counter()
    with transaction(connection):
        for name, rows in tables.items():
            connection.execute("DELETE FROM core_quarantine WHERE table_name = ?", [name])
            connection.execute(f"DELETE FROM {TABLES[name].name}")
            add_derived(connection, name, rows)
            counts.update(derived_counts(connection, name))
    return counts


def load_queried(connection: DuckDBPyConnection, name: str, query: str) -> Counter[str]:
    """Let a table hold the rows of a query: those that changed are validated and put in, all others stay."""
    (key,) = TABLES[name].key
    part = f"coalesce({key}, '')"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE made AS {query}")
    inputs = f"SELECT {part} AS part, bit_xor(hash(made))::VARCHAR AS inputs FROM made GROUP BY ALL"
    rows = Part(name, inputs, part, f"nullif(row_id, '{NO_KEY}')")
    with changed_parts(connection, rows, version_of()):
        query = f"SELECT * FROM made WHERE {part} IN (SELECT part FROM changed)"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE changed_rows AS {query}")
        ((n,),) = connection.execute("SELECT count(*) FROM changed_rows").fetchall()
        for first in range(0, n, ROWS_AT_A_TIME):
            portion = f"SELECT * FROM changed_rows LIMIT {ROWS_AT_A_TIME} OFFSET {first}"
            if is_valid(typed_frame(connection.execute(portion).df(), name), name):
                connection.execute(f"INSERT INTO {name} BY NAME {portion}")
            else:  # row by row, to tell which is not
                add_derived(connection, name, as_dicts(connection.execute(portion)))
    connection.execute("DROP TABLE made; DROP TABLE changed_rows")
    return derived_counts(connection, name)


@dataclass(frozen=True, slots=True)
class Part:
    """How a derived table falls into parts, each computed from its own inputs: a paper's rows, or a single row.

    `inputs` is a query of `part` and `inputs`, the hash of all that a part is made from; `part` and `refused` are the
    part of a row of the table and of one of core_quarantine, in SQL.
    """

    table: str
    inputs: str
    part: str
    refused: str


@contextmanager
def changed_parts(connection: DuckDBPyConnection, parts: Part, version: str) -> Iterator[Iterator[str]]:
    """The parts whose inputs are others than when their rows were computed, to be added by `add_derived`; the database
    has them in the table `changed`.

    The rows of all others stay; those of parts that changed or are gone, and those of no part, are taken away.

    Args:
        connection: The warehouse; all is done in one transaction.
        parts: The table and its parts.
        version: Of what computes them: where it is another, all have changed.
    """
    with transaction(connection):
        _find_parts(connection, parts, version)
        kept = "SELECT part FROM now JOIN computed_parts USING (part, inputs) WHERE table_name = ?"
        for name, part in ((parts.table, parts.part), ("core_quarantine", parts.refused)):
            of_table = "table_name = ? AND " if name == "core_quarantine" else ""
            asked = [parts.table] * (2 if of_table else 1)
            connection.execute(f"DELETE FROM {name} WHERE {of_table}coalesce({part}, '') NOT IN ({kept})", asked)
        changed = f"SELECT part FROM now WHERE part NOT IN ({kept}) ORDER BY part"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE changed AS {changed}", [parts.table])
        yield (row["part"] for row in rows_by_portions(connection, "changed"))
        _note_parts(connection, parts)


def take_as_computed(connection: DuckDBPyConnection, parts: Part, version: str) -> None:
    """Let the table's rows stand as what this version computes from the inputs at hand."""
    _find_parts(connection, parts, version)
    _note_parts(connection, parts)


def _find_parts(connection: DuckDBPyConnection, parts: Part, version: str) -> None:
    connection.execute(_COMPUTED)
    query = f"SELECT part, md5(inputs || ?) AS inputs FROM ({parts.inputs})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE now AS {query}", [version])


def _note_parts(connection: DuckDBPyConnection, parts: Part) -> None:
    connection.execute("DELETE FROM computed_parts WHERE table_name = ?", [parts.table])
    connection.execute("INSERT INTO computed_parts SELECT ?, part, inputs FROM now", [parts.table])


_COMPUTED = "CREATE TABLE IF NOT EXISTS computed_parts (table_name VARCHAR, part VARCHAR, inputs VARCHAR)"
"""What the rows of each part were computed from; a table of the working file, and of no release."""


def some_at_a_time(rows: Iterable[T], most: int) -> Iterator[list[T]]:
    """Rows in portions, each of which fits into memory."""
    left = iter(rows)
    while portion := list(islice(left, most)):
        yield portion


def add_derived(connection: DuckDBPyConnection, name: str, rows: Iterable[Record]) -> None:
    """Add newly computed rows to those that stand."""
    for portion in some_at_a_time(rows, ROWS_AT_A_TIME):
        good, refused = validate(portion, name)
        insert(connection, TABLES[name], good)
        insert(connection, TABLES["core_quarantine"], refused)


def derived_counts(connection: DuckDBPyConnection, name: str) -> Counter[str]:
    """How many rows a derived table has, and how many were quarantined from it."""
    counted = "SELECT (SELECT count(*) FROM {}), (SELECT count(*) FROM core_quarantine WHERE table_name = ?)"
    ((rows, refused),) = connection.execute(counted.format(name), [name]).fetchall()
    return Counter({name: rows, f"quarantined from {name}": refused})
