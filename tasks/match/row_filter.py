"""Which observations the fits of a run use: a condition over their columns, in SQL's words (`--only 'year >= 2020'`).

DuckDB reads it. Allowed are comparisons of columns with values, LIKE, IN, BETWEEN, IS NULL, AND, OR and NOT; no
function, no other table, nothing else than a condition: who may start a run can do no more by it than leave rows out.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from schemas.errors import OperatorError
from schemas.frames import PANDAS_DTYPES, frame_of
from schemas.rows.observations import Observation
from schemas.tables import TABLES
from schemas.vocabularies import NOT_APPLICABLE, UNKNOWN
from tasks.reference.benchmarks import load_series
from tasks.wording import words

Node = dict[str, Any]

TABLE = "core_observations"
"""Whose columns a condition is over; `docs/data_dictionary.md` says what each holds."""

_VERDICT = ("in_fit", "exclusion_code", "exclusion_reason", "exclusion_parameters")  # made after the condition is asked
_FIELDS = {c.name: c.field for c in TABLES[TABLE].columns if c.name not in _VERDICT}
_TYPES = {name: field.dtype for name, field in _FIELDS.items()}

COLUMNS = tuple(_TYPES)
"""The columns that a condition may speak of."""

SAYS_NO, SAYS_NOTHING = ("no", "none"), (UNKNOWN, NOT_APPLICABLE)
"""Words of a column of text that are neither a yes nor a name; all others are true where it is compared with true."""

EXAMPLE = "extra_data = false AND year >= 2020"

_ROWS = "SELECT observation_id FROM observations"
_PARTS = {
    "COLUMN_REF": (),
    "CONSTANT": (),
    "COMPARISON": ("left", "right"),
    "CONJUNCTION": ("children",),
    "BETWEEN": ("input", "lower", "upper"),
    "OPERATOR": ("children",),
    "FUNCTION": ("arguments",),
}
"""What a condition may be made of, by DuckDB's name, and where in it the parts stand."""
_OPERATORS = ("OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "COMPARE_IN", "COMPARE_NOT_IN")
_LIKE = ("~~", "!~~", "~~*", "!~~*")  # LIKE, NOT LIKE, ILIKE, NOT ILIKE
_AS_TRUTH = " (true or false)"  # how a column of text is called where it is compared with true or false


class ConditionRefused(OperatorError, ValueError):
    """A condition that is none; the message says why, and what the columns are where that helps."""


@dataclass(frozen=True)
class RowFilter:
    """A condition that has been looked at, and as which query it is asked."""

    condition: str
    query: str

    def left_out(self, observations: Sequence[Observation]) -> frozenset[str]:
        """Ids of the observations that do not meet the condition; one that says nothing of it does not meet it.

        Raises:
            ConditionRefused: a value cannot be compared as the condition asks.
        """
        met = self.met(frame_of(TABLE, observations, words)) if observations else frozenset()
        return frozenset(o.observation_id for o in observations) - met

    def met(self, rows: pd.DataFrame) -> frozenset[str]:
        """Ids of the rows, with the columns of core_observations, that meet the condition.

        Raises:
            ConditionRefused: as `left_out`.
        """
        with _duckdb() as connection:
            connection.register("observations", _with_truths(rows))
            try:
                return frozenset(id_ for (id_,) in connection.execute(self.query).fetchall())
            except duckdb.Error as error:
                raise ConditionRefused(f"{self.condition!r}: {_first_line(error)}; {_kinds()}") from error


def row_filter(condition: str) -> RowFilter:
    """The filter of a condition.

    Raises:
        ConditionRefused: it is no condition over columns of the observations.
    """
    where = _parsed(condition, f"{_ROWS} WHERE {condition}")
    for node in [*_nodes(condition, where)]:  # all looked at before one is changed
        _check_words(condition, node)
        _name_truth(node)
    template = _tree(f"{_ROWS} WHERE true")
    template["statements"][0]["node"]["where_clause"] = where
    found = RowFilter(condition, _as_sql(template))
    found.met(_one_of_each_kind())
    return found


def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"enable_external_access": False})


def _tree(sql: str) -> Node:
    with _duckdb() as connection:
        ((text,),) = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
    tree: Node = json.loads(text)
    return tree


def _as_sql(tree: Node) -> str:
    with _duckdb() as connection:
        ((sql,),) = connection.execute("SELECT json_deserialize_sql(?)", [json.dumps(tree)]).fetchall()
    return str(sql)


def _parsed(condition: str, sql: str) -> Node:
    """The condition as DuckDB reads it; refused where it is more than a condition (another clause or statement)."""
    tree = _tree(sql)
    if tree["error"]:
        raise ConditionRefused(f"{condition!r} is no condition ({tree['error_message']}): write one as {EXAMPLE!r}")
    node = tree["statements"][0]["node"]
    where: Node = node.get("where_clause") or {}
    alone = _tree(f"{_ROWS} WHERE true")
    alone["statements"][0]["node"]["where_clause"] = where
    if len(tree["statements"]) > 1 or not where or _as_sql(alone) != _as_sql(tree):
        raise ConditionRefused(f"{condition!r} is more than a condition: write one as {EXAMPLE!r}")
    return where


def _nodes(condition: str, node: Node) -> Iterator[Node]:
    """All parts of a condition, each looked at."""
    kind = node["class"]
    allowed = kind in _PARTS
    allowed &= kind != "OPERATOR" or node["type"] in _OPERATORS
    allowed &= kind != "FUNCTION" or (node["function_name"] in _LIKE and node["is_operator"])
    if not allowed:
        raise ConditionRefused(
            f"{condition!r}: only comparisons of columns with values, LIKE, IN, BETWEEN, IS NULL, AND, OR and NOT"
        )
    if kind == "COLUMN_REF" and (len(node["column_names"]) > 1 or node["column_names"][0] not in _TYPES):
        raise ConditionRefused(
            f"{condition!r}: there is no column {'.'.join(node['column_names'])}; the columns are {', '.join(COLUMNS)}"
        )
    yield node
    for part in _PARTS[kind]:
        for one in _as_list(node[part]):
            yield from _nodes(condition, one)


def _as_list(inner: Any) -> list[Node]:
    return [one.get("expression", one) for one in (inner if isinstance(inner, list) else [inner])]


def _check_words(condition: str, node: Node) -> None:
    """See to it that a column of a closed vocabulary is compared with its words: any other would be met by no row."""
    parts = [inner for name in _PARTS[node["class"]] for inner in _as_list(node[name])]
    columns = [p["column_names"][0] for p in parts if p["class"] == "COLUMN_REF"]
    words_asked = [p["literal"]["text"] for p in parts if p["class"] == "CONSTANT" and p["literal"]["kind"] == "STRING"]
    for column in columns if node["class"] in ("COMPARISON", "OPERATOR") else ():
        known = _known_words(column)
        unknown = [word for word in words_asked if known and word not in known]
        if unknown:
            raise ConditionRefused(f"{condition!r}: {column} is never {unknown[0]!r}, but one of {', '.join(known)}")


def _known_words(column: str) -> tuple[str, ...]:
    """The words that a column may hold; none where it may hold any."""
    if column in ("benchmark", "series"):
        name = "slug" if column == "benchmark" else "series"
        return tuple(dict.fromkeys(getattr(b, name) for b in load_series() if b.is_fit_metric))
    return _FIELDS[column].allowed


def _name_truth(node: Node) -> None:
    """In `extra_data = false`, where the column is text, ask for what the text says instead (`_with_truths`)."""
    if node["type"] not in ("COMPARE_EQUAL", "COMPARE_NOTEQUAL"):
        return
    sides = node["left"], node["right"]
    for column, value in (sides, sides[::-1]):
        if column["class"] == "COLUMN_REF" and _is_truth(value) and _TYPES[column["column_names"][0]] == "string":
            column["column_names"] = [column["column_names"][0] + _AS_TRUTH]


def _is_truth(node: Node) -> bool:
    return node["class"] == "CONSTANT" and node["literal"]["kind"] == "BOOLEAN"


def _with_truths(rows: pd.DataFrame) -> pd.DataFrame:
    """The observations with what each column of text says where it is asked for true or false."""
    truths = {name + _AS_TRUTH: _truth(rows[name]) for name, kind in _TYPES.items() if kind == "string"}
    return pd.concat([rows[list(COLUMNS)], pd.DataFrame(truths, index=rows.index)], axis=1)


def _truth(texts: pd.Series) -> pd.Series:
    truth = pd.Series(~texts.isin(SAYS_NO), index=texts.index, dtype="boolean")
    return truth.mask(texts.isna() | texts.isin(SAYS_NOTHING))


def _one_of_each_kind() -> pd.DataFrame:
    """A row with a value of its kind in every column: what cannot be compared with it, cannot be asked."""
    values: dict[str, Any] = {"string": "a word", "float": 1.0, "int": 1, "bool": True}
    columns: Iterable[tuple[str, str]] = _TYPES.items()
    return pd.DataFrame({name: pd.Series([values[kind]], dtype=PANDAS_DTYPES[kind]) for name, kind in columns})


def _kinds() -> str:
    numbers = ", ".join(n for n, kind in _TYPES.items() if kind in ("float", "int"))
    return f"numbers are {numbers}; other columns hold text, to be written as in {EXAMPLE!r}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
