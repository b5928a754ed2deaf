"""The one registry of fields: every column of every table, with its type, unit, description and bounds.

DuckDB's DDL and COMMENTs, the pandera schemas and the codebook are all drawn from here; nothing is declared twice. What
a column of out_estimates alone holds stands in its row type (`schemas.rows.Described`) and is taken from there.
Same quantity and unit, same name; another unit, another name (the unit is the suffix).
"""

from dataclasses import asdict
from enum import StrEnum
from typing import Any

from schemas.fields import collected, estimates, records
from schemas.fields.field import DType, Field
from schemas.rows import capabilities, column_types, dates
from schemas.rows.evaluation import (
    Calibration,
    ClaimToday,
    EffectiveCompute,
    HeadlineEstimate,
    PerformanceGrowth,
    ProgressCheck,
)
from schemas.rows.fits import Estimate

__all__ = ["FIELDS", "DType", "Field", "described_fields"]

_DTYPES: dict[type, DType] = {str: "string", float: "float", int: "int", bool: "bool"}


def described_fields(row_type: type[Any]) -> list[Field]:
    """The columns whose row type itself says what they hold; an enumeration is the column's closed vocabulary."""
    return [
        Field(
            name,
            "string" if issubclass(of, StrEnum) else _DTYPES[of],
            **asdict(described),
            allowed=tuple(of) if issubclass(of, StrEnum) else (),
        )
        for name, of, _, described in column_types(row_type)
        if described
    ]


_DESCRIBED = [
    field
    for row_type in (
        *(Estimate, Calibration, HeadlineEstimate, ClaimToday, PerformanceGrowth, EffectiveCompute, ProgressCheck),
        *capabilities.ROWS.values(),
        *dates.ROWS.values(),
    )
    for field in described_fields(row_type)
]

_ALL = [*collected.FIELDS, *estimates.FIELDS, *records.FIELDS, *_DESCRIBED]

FIELDS: dict[str, Field] = {f.name: f for f in _ALL}
assert len(FIELDS) == len(_ALL), "a field is declared twice"
