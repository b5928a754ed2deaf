"""A read-only shell on the latest release: statements of SQL, typed, piped or given."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
from rich.console import Console

from flows.cli.application import print_line
from flows.cli.questions import released_database
from flows.cli.tables import print_rows, write_csv
from flows.errors import Mistake
from warehouse.connection import connect

_LIMIT = 100  # rows that a terminal shows of an answer; CSV has all
_VIEWS = (
    "SELECT view_name AS view, comment AS holds FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
    " ORDER BY view_name"
)
_HELP = "A statement ends with `;`. `.views` lists the views, `.columns NAME` those of a view or table, `.quit` ends."
_LEAVE = {".quit", ".exit", ".q"}


def run(console: Console, home: Path, statement: str | None, as_csv: bool) -> None:
    """Answer one statement, those of a pipe, or what a person types.

    Raises:
        NotThere: no release yet.
        Mistake: a statement that was given or piped is not understood or not allowed.
    """
    with connect(released_database(home), read_only=True) as release:
        if statement is None and sys.stdin.isatty():
            _converse(console, release, as_csv)
            return
        try:
            _answer(console, release, sys.stdin.read() if statement is None else statement, as_csv)
        except duckdb.Error as error:
            raise Mistake(str(error)) from error


def _answer(console: Console, release: duckdb.DuckDBPyConnection, text: str, as_csv: bool) -> None:
    for statement in release.extract_statements(text):
        result = release.execute(statement)
        if not result.description:
            continue
        if as_csv:
            write_csv(result)
        else:
            print_rows(console, result, "", _LIMIT)


def _converse(console: Console, release: duckdb.DuckDBPyConnection, as_csv: bool) -> None:
    with suppress(ImportError):  # keys that edit the line, where Python has them
        import readline  # noqa: F401
    print_rows(console, release.execute(_VIEWS), "Views of the release")
    print_line(console, _HELP, "dim")
    for statement in _typed():
        try:
            _answer(console, release, _as_sql(statement), as_csv)
        except duckdb.Error as error:
            print_line(console, error, "red")


def _typed() -> Iterator[str]:
    """Statements as they are typed, each over as many lines as it takes; Ctrl-C drops one, Ctrl-D ends."""
    lines: list[str] = []
    while True:
        try:
            line = input("...> " if lines else "sql> ")
        except KeyboardInterrupt:
            print()
            lines = []
            continue
        except EOFError:
            print()
            return
        if not lines and line.strip() in _LEAVE:
            return
        lines.append(line)
        text = "\n".join(lines).strip()
        if text.startswith(".") or text.endswith(";") or not text:
            lines = []
            if text:
                yield text


def _as_sql(text: str) -> str:
    """What a dot command asks; any other text is a statement."""
    if not text.startswith("."):
        return text
    command, _, name = text.partition(" ")
    if command == ".columns" and name:
        given = "'" + name.strip().replace("'", "''") + "'"
        return (
            "SELECT column_name AS column, data_type AS type, comment AS holds FROM duckdb_columns()"
            f" WHERE table_name = {given} ORDER BY column_index"
        )
    return _VIEWS
