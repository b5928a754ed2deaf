"""Row types against the registry: the same columns, types, and what may be empty."""

import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from schemas.codes.evaluation import TheoryVerdict
from schemas.fields import FIELDS, Field, described_fields
from schemas.rows import (
    Described,
    Limits,
    capabilities,
    columns_of,
    costs,
    dates,
    evaluation,
    fits,
    from_record,
    record,
    sources,
)
from schemas.rows.claims import Disclosure, Result
from schemas.rows.compute import ComputeEstimate
from schemas.rows.observations import Defect, Observation
from schemas.tables import TABLES, table_of
from tasks.wording import words
from tests.unit.rows import good_row

ROW_TYPES: dict[str, type[Any]] = {
    "core_results": Result,
    "core_disclosures": Disclosure,
    "core_compute_estimates": ComputeEstimate,
    "core_observations": Observation,
    "core_defects": Defect,
    **sources.ROWS,
    **fits.ROWS,
    **evaluation.ROWS,
    **capabilities.ROWS,
    **dates.ROWS,
    **costs.ROWS,
}
"""By table, the type of its rows."""

ADDED_LATER = {"source_id", "extractor_version"}
"""Columns that every row of a table has and a row type may leave empty, since a later step adds them."""

PYTHON_TYPES = {"string": str, "float": float, "int": int, "bool": bool, "timestamp": datetime}


def _types(row_type: type[Any]) -> dict[str, tuple[type[Any], bool]]:
    """By column that a field of its own holds: its type, and whether it may be None."""
    found: dict[str, tuple[type[Any], bool]] = {}
    hints = get_type_hints(row_type)
    for f in fields(row_type):
        if hints[f.name] is Limits or get_origin(hints[f.name]) is tuple:  # a range, or codes: several columns
            continue
        if is_dataclass(hints[f.name]):
            found |= _types(hints[f.name])
        elif isinstance(hints[f.name], types.UnionType):
            (inner,) = (a for a in get_args(hints[f.name]) if a is not type(None))
            found[f.name] = inner, True
        elif f.name in columns_of(row_type):
            found[f.name] = hints[f.name], False
    return found


def test_row_types_and_registry_agree():
    for name, row_type in ROW_TYPES.items():
        table = {c.name: c for c in TABLES[name].columns}
        assert set(columns_of(row_type)) == set(table), name
        for column, (kind, may_be_none) in _types(row_type).items():
            assert kind is Any or issubclass(kind, PYTHON_TYPES[table[column].field.dtype]), f"{name}.{column}"
            if column not in ADDED_LATER:
                assert may_be_none == (not table[column].required), f"{name}.{column}"


@dataclass(frozen=True, kw_only=True)
class _Wider(fits.FitParameter):
    sure: Annotated[bool, Described("Whether it is.")]
    share: Annotated[float | None, Described("Share of it.", "fraction", minimum=0, maximum=1)] = None
    verdict: Annotated[TheoryVerdict | None, Described("Where it lies.")] = None


def test_a_column_that_its_row_type_describes_needs_no_other_place(monkeypatch):
    described = {f.name: f for f in described_fields(_Wider)}
    assert described == {
        "sure": Field("sure", "bool", "Whether it is."),
        "share": Field("share", "float", "Share of it.", "fraction", 0, 1),
        "verdict": Field("verdict", "string", "Where it lies.", allowed=tuple(TheoryVerdict)),
    }
    for name, field in described.items():
        monkeypatch.setitem(FIELDS, name, field)
    others = "unit=parameter_unit value=parameter_value? lower=parameter_lower? upper=parameter_upper?"
    columns = table_of(_Wider, "out_wider", "A row.", "fit_id", others).columns
    assert [(c.name, c.field.name, c.required) for c in columns[:3]] == [
        ("fit_id", "fit_id", True),
        ("parameter", "parameter", True),
        ("unit", "parameter_unit", True),
    ]
    assert [(c.name, c.required) for c in columns[-3:]] == [("sure", True), ("share", False), ("verdict", False)]


def test_a_row_of_each_type_is_a_record_and_comes_back():
    for name, row_type in ROW_TYPES.items():
        coded = {c: None for c in columns_of(row_type) if c not in _types(row_type)}
        flat = good_row(name, **coded)
        assert record(from_record(row_type, flat), words) == flat, name


def test_a_benchmark_names_its_split_and_a_series_what_a_fit_pools_in_every_table():
    meant = {(c.name, c.field.name) for t in TABLES.values() for c in t.columns}
    assert {field for name, field in meant if name == "benchmark"} == {"benchmark"}
    assert {field for name, field in meant if name == "series"} == {"series"}
    assert {name for name, field in meant if field == "series"} == {"series"}
    assert {"benchmark", "series"} <= set(TABLES["out_observations"].column_names)


def test_an_end_that_is_not_there_is_open_and_stays_so():
    limits = Limits(2.0, 1.0, None)
    assert (limits.holds(1.0), limits.holds(0.9), limits.holds(1e30)) == (True, False, True)
    assert limits.each(lambda v: 10 * v) == Limits(20.0, 10.0, None)
