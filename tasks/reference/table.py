"""One reader for every CSV of `warehouse/reference`: rows as frozen dataclasses, checked while they are read.

A row type declares its columns once, `tdp_w: Annotated[float | None, Column("Power of a chip", "W", minimum=0)]`; the
reader, the release's data package and the rows for the warehouse all follow from that.
"""

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from schemas.errors import OperatorError

FOLDER = Path(__file__).parents[2] / "warehouse" / "reference"
"""Where the tables lie."""

BETWEEN = "|"
"""What separates the members of a cell that holds several."""

RowT = TypeVar("RowT")
Kind = Literal["string", "number", "integer", "boolean"]


class MalformedTable(OperatorError, ValueError):
    """A reference table that cannot be used; the message names file, line and column, and says what is wrong."""


@dataclass(frozen=True)
class Column:
    """What a column holds, beside its type.

    `name` is the column's name where the field has another one. Text must not be empty unless `optional`; a number is
    optional by its type (`float | None`). `minimum` and `maximum` are inclusive, `allowed` is a closed vocabulary.
    """

    description: str
    unit: str = ""
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    name: str = ""


@dataclass(frozen=True)
class Declared:
    """A column as a row type declares it: its name, the field that holds it, its type and what may stand in it."""

    name: str
    field: str
    kind: Kind
    convert: Callable[[str], Any]
    is_list: bool
    required: bool
    column: Column

    def read(self, text: str) -> Any:
        """The value of a cell.

        Raises:
            ValueError: it is none; the message says why, without the place.
        """
        if not text and self.required:
            raise ValueError("is empty")
        if self.is_list:
            return tuple(self._checked(part.strip()) for part in text.split(BETWEEN) if part.strip())
        return self._checked(text) if text or self.kind == "string" else None

    def _checked(self, text: str) -> Any:
        value = self.convert(text)
        limits = self.column
        if limits.allowed and text and text not in limits.allowed:
            raise ValueError(f"{text!r} is none of {', '.join(limits.allowed)}")
        if limits.minimum is not None and value < limits.minimum:
            raise ValueError(f"{text} is below {limits.minimum:g}")
        if limits.maximum is not None and value > limits.maximum:
            raise ValueError(f"{text} is above {limits.maximum:g}")
        return value


@dataclass(frozen=True)
class ReferenceTable(Generic[RowT]):
    """One CSV of `warehouse/reference`: its file, the type of its rows, and the columns that tell rows apart.

    Where it `may_lack_columns`, those whose cells may all be empty may be left out.
    """

    file: str
    row: type[RowT]
    key: tuple[str, ...]
    description: str
    may_lack_columns: bool = False

    @property
    def columns(self) -> "tuple[Declared, ...]":
        """The columns, in the order of the row's fields."""
        return columns_of(self.row)

    def rows(self) -> tuple[RowT, ...]:
        """The rows of the project's own table, in the file's order; each file is read once.

        Raises:
            OSError, MalformedTable: as `read`.
        """
        return _cached(self, FOLDER / self.file)

    def read(self, path: Path) -> list[RowT]:
        """The rows of a file of this form, in its order.

        Raises:
            OSError: the file cannot be read.
            MalformedTable: a column is missing or unknown, a cell is not what it has to be, or two rows are the same.
        """
        return [row for _, row in self.numbered(path)]

    def numbered(self, path: Path) -> list[tuple[int, RowT]]:
        """The rows of a file with the lines on which they end; errors as `read`."""
        found: list[tuple[int, RowT]] = []
        seen: dict[tuple[Any, ...], int] = {}
        for line, cells in self._lines(path):
            row = self.row(**{d.field: self._value(path, line, d, cells[d.name]) for d in self.columns})
            key = tuple(cells[name] for name in self.key)
            if key in seen:
                place = ", ".join(f"{n} {cells[n]!r}" for n in self.key)
                raise MalformedTable(f"{path.name}, line {line}: {place} stands on line {seen[key]} already")
            if key:
                seen[key] = line
            found.append((line, row))
        return found

    def _lines(self, path: Path) -> list[tuple[int, dict[str, str]]]:
        """The cells of every row by their column, with the number of its line."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:  # spreadsheets put a mark before the text
                reader = csv.reader(stream, strict=True)
                header = next(reader, [])
                self._check_header(path.name, header)
                lines = [(reader.line_num, cells) for cells in reader if cells]
        except (UnicodeDecodeError, csv.Error) as error:
            raise MalformedTable(f"{path.name} is no CSV in UTF-8: {error}") from error
        for line, cells in lines:
            if len(cells) != len(header):
                column = header[min(len(cells), len(header) - 1)]
                raise MalformedTable(
                    f"{path.name}, line {line}, column {column}: {len(cells)} cells instead of {len(header)}"
                )
        blank = dict.fromkeys((d.name for d in self.columns), "")
        return [(line, blank | dict(zip(header, (c.strip() for c in cells), strict=True))) for line, cells in lines]

    def _check_header(self, file: str, header: Sequence[str]) -> None:
        names = [d.name for d in self.columns]
        needed = [d.name for d in self.columns if d.required or not self.may_lack_columns]
        for fault, columns in (
            ("is missing", [n for n in needed if n not in header]),
            ("is unknown", [n for n in header if n not in names]),
            ("stands there twice", [n for n in header if header.count(n) > 1]),
        ):
            if columns:
                raise MalformedTable(f"{file}, line 1: column {columns[0]} {fault}; the columns are {','.join(names)}")

    @staticmethod
    def _value(path: Path, line: int, declared: Declared, text: str) -> Any:
        try:
            return declared.read(text)
        except ValueError as error:
            raise MalformedTable(f"{path.name}, line {line}, column {declared.name}: {error}") from error


@cache
def _cached(table: ReferenceTable[RowT], path: Path) -> tuple[RowT, ...]:
    return tuple(table.read(path))


def record(row: object) -> dict[str, Any]:
    """A row as it stands in the file: values by column, lists joined, what is empty None."""
    flat = {d.name: getattr(row, d.field) for d in columns_of(type(row))}
    return {
        name: (BETWEEN.join(v) if isinstance(v, tuple) else v) or (v if v == 0 else None) for name, v in flat.items()
    }


# --- from the type of a field to a column


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text!r} is no whole number") from None


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is no number")
    return value


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None


_KINDS: dict[Any, tuple[Kind, Callable[[str], Any]]] = {
    str: ("string", str),
    bool: ("boolean", _boolean),
    int: ("integer", _whole),
    float: ("number", _number),
    Decimal: ("number", _decimal),
}


def columns_of(row: type[Any]) -> tuple[Declared, ...]:
    """The columns that a row type declares, in the order of its fields."""
    return _columns_of(cast(Any, row))


@cache
def _columns_of(row: Any) -> tuple[Declared, ...]:
    hints = get_type_hints(row, include_extras=True)
    return tuple(_declared(f.name, hints[f.name]) for f in fields(row))


def _declared(field: str, hint: Any) -> Declared:
    """The column of one field, `Annotated[type, Column(...)]`."""
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{field}: must be Annotated[type, Column(...)], not {hint}")
    of, column = get_args(hint)
    is_optional = get_origin(of) in (Union, UnionType)
    if is_optional:
        (of,) = (a for a in get_args(of) if a is not type(None))
    is_list = get_origin(of) is tuple
    kind, convert = _KINDS[get_args(of)[0] if is_list else of]
    required = not (is_optional or column.optional)
    return Declared(column.name or field, field, kind, convert, is_list, required, column)
