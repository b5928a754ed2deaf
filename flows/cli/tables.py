"""Answers of DuckDB on a terminal: as a table that fits it, or as CSV for other programs."""

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from textwrap import TextWrapper

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.cli.application import print_line
from tasks.publish.spreadsheet import guarded

_WIDEST = (32, 22, 16, 13)  # characters of a column where not all fit: the first that shows the most columns
_LINES = 3  # that a cell is folded over there; what is longer is cut
_FEW = 3  # rows that are listed column by column where not all columns fit
_PART = re.compile(r"(\s+|[^\s_/-]*[_/-]+)")  # of a cell, after which its line may end
_GAP = 3  # characters between two columns of a table, its borders included


def print_rows(
    console: Console, result: duckdb.DuckDBPyConnection, title: str, limit: int | None = None, all_in: str = "--csv"
) -> None:
    """Print an answer as wide as the terminal, at most `limit` rows; name what does not fit, and what has `all_in`."""
    columns = [str(d[0]) for d in result.description or []]
    shown = [[_cell(v) for v in row] for row in islice(_rows(result), limit)]
    if _width(columns, shown) <= console.width:
        console.print(_table(columns, shown, title))
    elif len(shown) <= _FEW:
        _print_records(console, columns, shown, title)
    else:
        n, widest = _fitting(columns, shown, console.width)
        console.print(_table(columns[:n], [row[:n] for row in shown], title, widest))
        if n < len(columns):
            _print_note(console, f"Too wide to show ({all_in} has all): {', '.join(columns[n:])}")
    if not shown:
        _print_note(console, "no rows")
    if result.fetchone():
        _print_note(console, f"the first {len(shown):,} rows (--limit N shows more)")


def _print_note(console: Console, words: str) -> None:
    console.print(words, style="dim", markup=False, highlight=False)


def write_csv(result: duckdb.DuckDBPyConnection, limit: int | None = None) -> None:
    """Write an answer to standard output as CSV, text so that no spreadsheet executes it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(d[0] for d in result.description or [])
    for row in islice(_rows(result), limit):
        writer.writerow(guarded(value) if isinstance(value, str) else value for value in row)


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    """The rows of an answer as they are asked for: the database makes no more of them."""
    return iter(result.fetchone, None)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], widest: int) -> list[int]:
    cells = zip(columns, *rows, strict=True)
    return [min(widest, max(len(line) for cell in column for line in (cell.splitlines() or [""]))) for column in cells]


def _width(columns: Sequence[str], rows: Sequence[Sequence[str]], widest: int = sys.maxsize) -> int:
    return sum(_GAP + width for width in _widths(columns, rows, widest)) + 1


def _fitting(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> tuple[int, int]:
    """How many of the first columns fit, one at least, and how wide each may be for that."""

    def fit(widest: int) -> int:
        counts = range(len(columns), 1, -1)
        return next((n for n in counts if _width(columns[:n], [r[:n] for r in rows], widest) <= width), 1)

    widest = max(_WIDEST, key=fit)
    return fit(widest), widest


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str, widest: int | None = None) -> Table:
    table = Table(title=escape(title), title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(escape(_folded(column, widest)), max_width=widest, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_folded(cell, widest)) for cell in row))
    return table


def _folded(cell: str, widest: int | None) -> str:
    """A cell on a few lines, cut where it is longer: broken after `_` and `-` as between words, not within names."""
    if widest is None:
        return cell
    words = TextWrapper(widest, max_lines=_LINES, placeholder="…")
    words.wordsep_re = _PART
    return words.fill(cell)


def _print_records(console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    print_line(console, title, "bold")
    for number, row in enumerate(rows, 1):
        console.rule(f"{number} of {len(rows)}", align="left", style="dim")
        print_pairs(console, zip(columns, row, strict=True))


def print_pairs(console: Console, pairs: Iterable[tuple[str, str]]) -> None:
    """Print names with their values, a line for each pair."""
    grid = Table.grid("", "", padding=(0, 2))
    for name, value in pairs:
        grid.add_row(f"[dim]{escape(name)}[/dim]", escape(value))
    console.print(grid)


def title_of(query: Path) -> str:
    """The first comment of an SQL file: what it answers."""
    return query.read_text().splitlines()[0].removeprefix("--").strip()
