"""The pandera schemas, drawn from the registry: strict, named checks, explicit finiteness."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from schemas.fields import Field
from schemas.rows import Words, record
from schemas.tables import TABLES, Table

PANDAS_DTYPES = {
    "string": "str",
    "float": "float64",
    "int": "Int64",
    "bool": "boolean",
    "timestamp": "datetime64[us, UTC]",
}


def _field_checks(field: Field) -> list[pa.Check]:
    checks = []
    if field.dtype == "float":
        # `inf` passes every lower bound, so finiteness is checked by name.
        checks.append(pa.Check(lambda s: np.isfinite(s.astype("float64")), name="finite"))
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum, error=f"at_least_{field.minimum:g}"))
    if field.maximum is not None:
        checks.append(pa.Check.le(field.maximum, error=f"at_most_{field.maximum:g}"))
    if field.allowed:
        checks.append(pa.Check.isin(list(field.allowed), error="in_vocabulary"))
    if field.dtype == "string":
        checks.append(pa.Check(lambda s: s.astype("str").str.strip() != "", name="not_blank"))
    return checks


def _ordered_range(lower: str, middle: str, upper: str) -> pa.Check:
    """A value must lie inside its range; a bound that is not given is no bound."""

    def inside(df: pd.DataFrame) -> pd.Series:
        above = df[lower].isna() | df[middle].isna() | (df[lower] <= df[middle])
        below = df[upper].isna() | df[middle].isna() | (df[middle] <= df[upper])
        return above & below

    return pa.Check(inside, name=f"{middle}_inside_its_range", ignore_na=False)


def _table_checks(table: Table) -> list[pa.Check]:
    names = table.column_names
    key = list(table.key)
    checks = [
        _ordered_range(f"{n}_lower", n, f"{n}_upper") for n in names if {f"{n}_lower", f"{n}_upper"} <= set(names)
    ]
    # keep="first": the second copy is refused, the first one stays.
    checks.append(pa.Check(lambda df: ~df.duplicated(key, keep="first"), name="unique_key"))
    return checks


@cache
def schema(table_name: str) -> pa.DataFrameSchema:
    """The pandera schema of a table: all its columns, in order, and no others."""
    table = TABLES[table_name]
    columns = {
        c.name: pa.Column(
            PANDAS_DTYPES[c.field.dtype],
            _field_checks(c.field),
            nullable=not c.required,
            description=c.field.description,
            metadata={"unit": c.field.unit},
        )
        for c in table.columns
    }
    return pa.DataFrameSchema(columns, checks=_table_checks(table), strict=True, ordered=True, name=table_name)


def frame_of(table_name: str, rows: Iterable[Any], words: Words) -> pd.DataFrame:
    """Rows (dataclasses of `schemas.rows`) as a frame with the table's columns and types."""
    names = TABLES[table_name].column_names
    return typed_frame(pd.DataFrame([record(row, words) for row in rows], columns=names), table_name)


def typed_frame(frame: pd.DataFrame, table_name: str) -> pd.DataFrame:
    """A frame with the table's columns, in their types and order."""
    types = {c.name: PANDAS_DTYPES[c.field.dtype] for c in TABLES[table_name].columns}
    return frame[[*types]].astype(types)


def empty(table_name: str) -> pd.DataFrame:
    """An empty frame with the table's columns and types."""
    return _empty(table_name).copy()


@cache
def _empty(table_name: str) -> pd.DataFrame:
    table = TABLES[table_name]
    return pd.DataFrame({c.name: pd.Series(dtype=PANDAS_DTYPES[c.field.dtype]) for c in table.columns})
