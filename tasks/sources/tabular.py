"""CSV of a drifting source, read by the names of its columns and never by their places.

A new column is reported, a missing one too; only a column that nothing can be read without stops the reading.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from schemas.codes import Coded
from schemas.codes.sources import RowDoubt
from tasks.sources import SourceBroken

Cells = dict[str, str | None]

_LINES_NAMED = 10  # a note that names more lines than this is read by nobody
LONGEST_FIELD = 131_072  # characters; a longer one is no cell but a quotation mark that was never closed


class ChangedFeed(SourceBroken):
    """What the source serves is not what it served before, and cannot be read until somebody looks."""


@dataclass(frozen=True)
class SourceTable:
    """Rows by our names of columns (blank cells are None), and notes for the operator."""

    rows: list[Cells]
    notes: list[str]


def read_table(
    content: bytes,
    wanted: Mapping[str, tuple[str, ...]],
    required: Collection[str] = (),
    unused: Collection[str] = (),
    what: str = "the table",
) -> SourceTable:
    """Rows of a CSV whose columns may have been added, moved, renamed or dropped since the last reading.

    Args:
        content: The file: UTF-8, with or without a byte-order mark; the first line is the header.
        wanted: For each name of ours the headers known for it, the best first. Case and blanks do not matter.
        required: Names of ours without which nothing can be read.
        unused: Headers that are known and not needed; every other header is reported as unknown.
        what: The file's name, for messages.

    Returns:
        A row for every line that has as many fields as the header and says anything in a wanted column.

    Raises:
        ChangedFeed: the content is empty or no CSV, lacks a required column or has it twice, ends within a quoted cell,
            or has no row with all required cells filled.
    """
    _refuse_pages(content, what)
    text, notes = _decoded(content)
    header, *lines = _parsed(text, what)
    places, about_columns = _places(header[1], wanted, required, unused, what)
    even, about_fields = _even(lines, len(header[1]))
    rows = [{name: _cell(fields, place) for name, place in places.items()} for fields in even]
    rows = [row for row in rows if any(row.values())]
    if not any(all(row[name] for name in required) for row in rows):
        needed = f" with {', '.join(sorted(required))}" if required else ""
        raise ChangedFeed(f"{what} has no usable row{needed}; look at the file, and at tasks/sources")
    return SourceTable(rows, [f"{what}: {note}" for note in (*notes, *about_columns, *about_fields)])


def number_in(cell: str | None) -> float | None:
    """The number that a cell spells, thousands' commas and a dollar sign aside; None for a blank cell.

    Raises:
        ValueError: the cell holds anything else ("n/a", "1,2", two numbers, infinity).
    """
    if cell is None or not cell.strip():
        return None
    bare = re.sub(r"^\$\s*", "", cell.strip())
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        bare = bare.replace(",", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", bare):
        raise ValueError(f"{cell!r} is no number")
    value = float(bare)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{cell!r} is beyond any number")
    return value


def amounts_in(
    cells: Mapping[str, str | None], headers: Mapping[str, str], may_be_zero: Collection[str] = ()
) -> tuple[dict[str, float | None], list[Coded[RowDoubt]]]:
    """The amounts that cells spell, and what is doubtful of them.

    Args:
        cells: One row by our names.
        headers: For each of our names that is an amount the words to call it by.
        may_be_zero: Names whose amount may be none at all.

    Returns:
        An amount or None for each name; a doubt for each cell that holds no number, or one below what it may be.
    """
    amounts: dict[str, float | None] = {}
    doubts = []
    for name, header in headers.items():
        try:
            amounts[name] = number_in(cells[name])
        except ValueError:
            amounts[name] = None
            doubts.append(Coded.of(RowDoubt.NO_NUMBER, column=header, text=cells[name] or ""))
        else:
            amount = amounts[name]
            if amount is not None and (amount < 0 or (amount == 0 and name not in may_be_zero)):
                doubts.append(Coded.of(RowDoubt.NOT_ABOVE_ZERO, column=header, amount=amount))
    return amounts, doubts


def _refuse_pages(content: bytes, what: str) -> None:
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise ChangedFeed(f"{what} is empty")
    if start.startswith(b"<"):
        raise ChangedFeed(f"{what} is a page (it begins with {start[:15]!r}), no CSV; its address may have moved")


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """The text, U+FFFD in the place of every byte that is no UTF-8, and a note of these bytes."""
    text = content.decode("utf-8-sig", errors="surrogateescape")
    broken = re.compile("[\udc80-\udcff]")
    if not broken.search(text):
        return text, []
    lines = [n for n, line in enumerate(text.split("\n"), start=1) if broken.search(line)]
    text, count = broken.subn("\ufffd", text)
    return text, [f"{count} bytes are no UTF-8 and were replaced: {_named(lines)}"]


def _parsed(text: str, what: str) -> list[tuple[int, list[str]]]:
    """The number of its first line and its fields, for each line of the table that is not blank."""
    csv.field_size_limit(LONGEST_FIELD)  # it holds for the whole process, and other packages raise it
    reader = csv.reader(io.StringIO(text, newline=""))
    found = []
    first = 1
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                found.append((first, fields))
            last, first = first, reader.line_num + 1
    except csv.Error as error:
        raise ChangedFeed(f"{what} cannot be read as CSV near line {reader.line_num}: {error}") from error
    if not found:
        raise ChangedFeed(f"{what} is empty")
    _refuse_open_end(text, last, what)
    return found


def _refuse_open_end(text: str, first: int, what: str) -> None:
    """Refuse a table whose last row, from line `first` on, opens a quoted cell and never closes it."""
    rest = list(io.StringIO(text, newline=""))[first - 1 :]
    try:
        list(csv.reader(rest, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise ChangedFeed(f"{what} ends within a quoted cell that opens in line {first}: cut off?") from error


def _places(
    header: Sequence[str],
    wanted: Mapping[str, tuple[str, ...]],
    required: Collection[str],
    unused: Collection[str],
    what: str,
) -> tuple[dict[str, int | None], list[str]]:
    """Where the column of each of our names stands (None: nowhere), and notes of columns unknown, missing or double."""
    printed = [_plain(h) for h in header]
    known = {_plain(h) for headers in (*wanted.values(), unused) for h in headers}
    unknown = [h.strip() for h, plain in zip(header, printed, strict=True) if plain and plain not in known]
    twice = {h for h, n in Counter(printed).items() if n > 1}
    places: dict[str, int | None] = {}
    missing = []
    for name, headers in wanted.items():
        held = next((h for h in map(_plain, headers) if h in printed), None)
        places[name] = None if held is None or held in twice else printed.index(held)
        if places[name] is None:
            missing.append(_lack(name, headers, unknown, held is not None))
            if name in required:
                raise ChangedFeed(f"{what}: {missing[-1]}; write its new name in tasks/sources")
    notes = [f"unknown columns: {', '.join(unknown)}"] if unknown else []
    return places, notes + ([f"missing: {'; '.join(missing)}"] if missing else [])


def _lack(name: str, headers: tuple[str, ...], unknown: list[str], is_double: bool) -> str:
    """In words that a column is not to be had, and what it may be called now."""
    if is_double:
        return f"column '{headers[0]}' ({name}) stands there twice"
    by_plain = {_plain(h): h for h in unknown}
    close = [c for h in headers for c in get_close_matches(_plain(h), by_plain, n=1, cutoff=0.6)]
    return f"no column '{headers[0]}' ({name})" + (f", perhaps renamed '{by_plain[close[0]]}'?" if close else "")


def _plain(header: str) -> str:
    return " ".join(header.split()).casefold()


def _even(lines: Iterable[tuple[int, list[str]]], width: int) -> tuple[list[list[str]], list[str]]:
    """The fields of lines as wide as the header, and a note of the others.

    Blank fields beyond the header are cut off. A line with fields too few may have lost one anywhere, so that the rest
    would stand in wrong columns: it is kept out, as is one with too many.
    """
    even, odd = [], []
    for number, fields in lines:
        if len(fields) < width or any(f.strip() for f in fields[width:]):
            odd.append(number)
        else:
            even.append(fields[:width])
    rows = "1 row has" if len(odd) == 1 else f"{len(odd)} rows have"
    return even, [f"{rows} not the header's {width} fields and stay out: {_named(odd)}"] if odd else []


def _named(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:_LINES_NAMED]))
    more = len(lines) - _LINES_NAMED
    return f"line{'s' if len(lines) > 1 else ''} {shown}" + (f" and {more} more" if more > 0 else "")


def _cell(fields: list[str], place: int | None) -> str | None:
    return None if place is None else fields[place].strip() or None
