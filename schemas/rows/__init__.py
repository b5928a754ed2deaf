"""Rows: what the packages hand on, as frozen dataclasses whose fields are columns of the registry (`schemas.tables`).

`record` makes the flat row that enters a frame and `from_record` reads one back. A field of codes is up to three
columns: the codes, their parameters, and the words that people read. A field of limits is three: a figure and the ends
of its range. A field that is a dataclass itself (a place) has the columns of its own fields.

What a column holds stands in the registry, or, for a column that no other table has, beside the field itself:
`decades_beyond_data: Annotated[float | None, Described("How far ...", "decade")]`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cache, partial
from operator import itemgetter
from types import UnionType
from typing import Annotated, Any, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from schemas.codes import Coded, codes_text, parameters_text, read_codes

Record = dict[str, Any]
"""A flat row on its way into a frame or out of one: a value for each column. Nothing else is passed as one."""

RowT = TypeVar("RowT")
RowT_co = TypeVar("RowT_co", covariant=True)
Words = Callable[[Coded[Any]], str]

_CODED = "coded"
_LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class Limits:
    """A figure with the ends of its range or interval; None for what is unbounded, not known, or beyond a float."""

    value: float | None = None
    lower: float | None = None
    upper: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a figure lies between the ends; an end that is not there is open."""
        return (self.lower is None or self.lower <= value) and (self.upper is None or value <= self.upper)

    def each(self, of: Callable[[float], float]) -> "Limits":
        """A rising function of the figure and its ends; what is not there stays so."""
        return Limits(*(None if v is None else of(v) for v in (self.value, self.lower, self.upper)))


def limits_field(name: str) -> Limits:
    """A dataclass field of type `Limits`: the columns `name`, `name_lower` and `name_upper`; for `""` the bare three.

    Where nothing is given, all are empty.
    """
    columns = (name, f"{name}_lower", f"{name}_upper") if name else ("value", "lower", "upper")
    made: Limits = field(default=Limits(), metadata={_LIMITS: columns})
    return made


@dataclass(frozen=True, slots=True)
class Candidate(Generic[RowT_co]):
    """A row on its way into the warehouse, and what is doubtful of it.

    A row with doubts is quarantined. What it must have and could not be read is NaN, '' or 0.
    """

    row: RowT_co
    doubts: tuple[Coded[Any], ...] = ()


def coded_field(
    vocabulary: type[StrEnum],
    codes: str,
    words: str | None = None,
    parameters: str | None = None,
    separator: str = "; ",
) -> tuple[Coded[Any], ...]:
    """A dataclass field of type `tuple[Coded[...], ...]`, and the columns that hold it."""
    metadata = {_CODED: (vocabulary, codes, words, parameters, separator)}
    made: tuple[Coded[Any], ...] = field(default=(), metadata=metadata)
    return made


@dataclass(frozen=True, slots=True)
class Described:
    """What a column holds that one table alone has, beside its type; bounds are inclusive."""

    description: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None


class ColumnType(NamedTuple):
    """A column that a row type fills: its type, whether it may be empty, and what it holds where the row says so."""

    name: str
    type: type[Any]
    may_be_empty: bool
    described: Described | None


def columns_of(row_type: type[Any]) -> list[str]:
    """The columns that a row type fills."""
    return [column.name for column in column_types(row_type)]


def column_types(row_type: type[Any]) -> Iterator[ColumnType]:
    """The columns that a row type fills, in its order; ends of ranges, codes and their words may be empty."""
    hints = get_type_hints(row_type, include_extras=True)
    for f in fields(row_type):
        if _LIMITS in f.metadata:
            yield from (ColumnType(name, float, True, None) for name in f.metadata[_LIMITS])
        elif part := _part(f):
            yield from column_types(part)
        elif _CODED in f.metadata:
            _, codes, words, parameters, _ = f.metadata[_CODED]
            yield from (ColumnType(name, str, True, None) for name in (codes, words, parameters) if name)
        else:
            yield _plain_column(f.name, hints[f.name])


def _plain_column(name: str, hint: Any) -> ColumnType:
    hint, described = get_args(hint) if get_origin(hint) is Annotated else (hint, None)
    of = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return ColumnType(name, of[0], type(None) in of, described)


def _part(f: "Field[Any]") -> type[Any] | None:
    """The dataclass that a field holds, for one that is several columns."""
    return f.type if isinstance(f.type, type) and is_dataclass(f.type) else None


def same_named(row: Any, into: type[Any]) -> Record:
    """What a dataclass's instance says under the names that the fields of another one have."""
    names = _shared_names(type(row), into)  # type: ignore[arg-type]
    return {name: getattr(row, name) for name in names}


@cache
def _shared_names(of: type[Any], into: type[Any]) -> tuple[str, ...]:
    own = {f.name for f in fields(of)}
    return tuple(f.name for f in fields(into) if f.name in own or hasattr(of, f.name))


def record(row: Any, words: Words | None) -> Record:
    """The flat row of a dataclass; `words` says a code in words, several are joined by the field's separator.

    Without `words` their columns are left out: so the row can be stored and read back, whatever is reworded later.
    """
    flat: Record = {}
    for f in fields(row):
        value = getattr(row, f.name)
        if _LIMITS in f.metadata:
            flat |= dict(zip(f.metadata[_LIMITS], (value.value, value.lower, value.upper), strict=True))
            continue
        if _part(f):
            flat |= record(value, words)
            continue
        if _CODED not in f.metadata:
            flat[f.name] = value
            continue
        _, codes, worded, parameters, separator = f.metadata[_CODED]
        flat[codes] = codes_text(value)
        if worded and words:
            flat[worded] = separator.join(map(words, value)) or None
        if parameters:
            flat[parameters] = parameters_text(value)
    return flat


def from_record(row_type: type[RowT], flat: Mapping[str, Any]) -> RowT:
    """The dataclass of a flat row; columns that the type does not have are left out, words are not read back.

    Raises:
        KeyError: a column of the type is missing.
        ValueError: a code outside its vocabulary.
    """
    return row_type(**{name: read(flat) for name, read in _readers(row_type)})  # type: ignore[arg-type]


@cache
def _readers(row_type: type[Any]) -> tuple[tuple[str, Callable[[Mapping[str, Any]], Any]], ...]:
    """How each field of a row type is read from a flat row: worked out once, since millions are read."""
    return tuple((f.name, _reader(f)) for f in fields(row_type))


def _reader(f: "Field[Any]") -> Callable[[Mapping[str, Any]], Any]:
    if _LIMITS in f.metadata:
        ends = itemgetter(*f.metadata[_LIMITS])
        return lambda flat: Limits(*ends(flat))
    if part := _part(f):
        return partial(from_record, part)
    if _CODED in f.metadata:
        vocabulary, codes, _, parameters, _ = f.metadata[_CODED]
        return lambda flat: read_codes(vocabulary, flat[codes], flat[parameters] if parameters else None)
    return itemgetter(f.name)
