"""The file that a run works on: one of its own, so that no reader of the warehouse is in its way, nor it in theirs.

    HOME/warehouse.duckdb    for readers: whole at any moment, and replaced in one step
    HOME/.working.duckdb     for the run: it takes the other's place when the run ends

DuckDB locks a file against all other processes while a writer has it open, and against writers while anyone reads it: a
notebook may do that for days. Whoever has the readers' file open keeps what was opened. What a killed run had written
stands in its working file, and the next run goes on from there.

A database that is damaged is set aside, and the run begins with an empty one: all that it held but the records of
earlier runs is made anew from the document store and the sources.

The functions are for the one run that holds the home, at moments when it has no connection open.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from schemas.errors import OperatorError
from warehouse.aside import set_aside
from warehouse.connection import MEMORY, connect

WAREHOUSE = "warehouse.duckdb"

# In messages of DuckDB's, which has one exception for all of these and for damaged files.
_NO_DAMAGE = ("Could not set lock", "Cannot open file", "Permission denied", "No space left", "Too many open files")


class WarehouseUnusable(OperatorError, OSError):
    """The working file cannot be opened; the message says why, and what to do."""


def working_file(home: Path) -> Path:
    """The database that a run writes to."""
    return home / ".working.duckdb"


@contextmanager
def open_working(home: Path, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the working file, which `take_up` has provided.

    Raises:
        WarehouseUnusable: it is not there, or cannot be opened.
    """
    path = working_file(home)
    if not path.exists():
        raise WarehouseUnusable(f"{path} is gone: run again")
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(connect(path, read_only, MEMORY))
        except duckdb.Error as error:
            raise WarehouseUnusable(
                f"{path} cannot be opened ({' '.join(str(error).split())}). If no process holds it, delete it: the next"
                f" run begins with {WAREHOUSE}, or with the document store where that is deleted as well"
            ) from error
        yield connection


def take_up(home: Path) -> None:
    """Provide the working file: the one that a killed run left, else a copy of the readers' file, else an empty one.

    Where the readers' file is gone somebody wants the warehouse made anew, and the working file goes as well.
    """
    readers, working = home / WAREHOUSE, working_file(home)
    for path in (readers, working, _log_of(readers), _log_of(working)):
        if path.is_dir():
            set_aside(path, "it is a folder")
    if not readers.exists():
        for path in (working, _log_of(working)):
            path.unlink(missing_ok=True)
    if working.exists():
        _set_damaged_aside(working, working)
    if readers.exists() and not working.exists():
        _log_of(working).unlink(missing_ok=True)
        if _log_of(readers).exists():
            _copy(_log_of(readers), _log_of(working))
        _copy(readers, working)  # last: where it stands, all of it stands
        _set_damaged_aside(working, readers)
    if not working.exists():
        with connect(working):
            return


def _set_damaged_aside(working: Path, source: Path) -> None:
    """Where the working file cannot be read to its end, set aside what it was copied from: its log, else all of it."""
    for copy, original in ((_log_of(working), _log_of(source)), (working, source)):
        fault = _fault(working)
        if not fault:
            return
        if original.exists():
            if copy != original:
                copy.unlink(missing_ok=True)
            set_aside(original, fault)


def _fault(database: Path) -> str | None:
    """How a database is damaged; None where it is not, or where it cannot be opened for another reason."""
    try:
        with connect(database, memory=MEMORY) as connection:
            for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                connection.execute(f'SELECT bit_xor(hash(t)) FROM "{table}" AS t').fetchall()  # reads all of it
    except (duckdb.OutOfMemoryException, duckdb.PermissionException):
        return None
    except duckdb.Error as error:
        return None if any(cause in str(error) for cause in _NO_DAMAGE) else str(error)
    return None


def show(home: Path) -> None:
    """Let readers have what the run has written so far."""
    _log_of(home / WAREHOUSE).unlink(missing_ok=True)  # of somebody who wrote to the file that is replaced now
    _copy(working_file(home), home / WAREHOUSE)


def hand_over(home: Path) -> None:
    """Put the working file in the place of the readers' file: the run has ended."""
    if _log_of(working_file(home)).exists():  # it was not closed in order: the next run goes on with it
        show(home)
    else:
        _log_of(home / WAREHOUSE).unlink(missing_ok=True)
        working_file(home).replace(home / WAREHOUSE)


def _log_of(database: Path) -> Path:
    """DuckDB's write-ahead log of a database: what is committed and not yet in the file itself."""
    return database.with_name(f"{database.name}.wal")


def _copy(source: Path, target: Path) -> None:
    """Copy a file; it appears whole or not at all, and what a kill left of an earlier copy is written over."""
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.replace(target)
