"""The registry and what is drawn from it: DDL, comments, codebook, pandera schemas."""

from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import pandera.errors
import pytest

from schemas.ddl import DUCKDB_TYPES, codebook, comments, create_table, describe
from schemas.fields import FIELDS
from schemas.frames import empty, schema
from schemas.tables import TABLES, Table
from tasks.load.validate import conform
from tests.unit.rows import good_row, good_rows

pytestmark = pytest.mark.slow  # every check of pandera's on every column

# Numbers without a unit, each with the reason. Anything else that measures something names its unit.
DIMENSIONLESS = {
    "http_status": "a code",
    "disclosed_number": "its unit follows from `field`",
    "disclosed_number_lower": "its unit follows from `field`",
    "disclosed_number_upper": "its unit follows from `field`",
    "forward_ops": "its unit stands in forward_ops_unit",
    "parameters": "a count",
    "n": "a count",
    "n_papers": "a count",
    "results": "a count",
    "results_own": "a count",
    "disclosures": "a count",
    "dataset_size": "in the source's own unit: images, words, tokens",
    "requests": "a count",
    "rows_given": "a count",
    "rows_new": "a count",
    "rows_changed": "a count",
    "rows_gone": "a count",
    "documents_new": "a count",
    "documents_refused": "a count",
    "documents_waiting": "a count",
    "intercept": "transformed performance, which is a logarithm",
    "intercept_lower": "as intercept",
    "intercept_upper": "as intercept",
    "residual_sd": "transformed performance, which is a logarithm",
    "replicates": "a count",
    "parameter_value": "its unit stands in `unit`",
    "parameter_lower": "its unit stands in `unit`",
    "parameter_upper": "its unit stands in `unit`",
    "implied_power": "an exponent",
    "implied_power_lower": "an exponent",
    "implied_power_upper": "an exponent",
    "n_series": "a count",
    "n_families": "a count",
    "effective_n": "a count",
    "paper_sd": "transformed performance, which is a logarithm",
    "family_sd": "as paper_sd",
    "pooled_power": "an exponent",
    "pooled_power_lower": "an exponent",
    "pooled_power_upper": "an exponent",
    "new_power": "an exponent",
    "new_power_lower": "an exponent",
    "new_power_upper": "an exponent",
    "power_without": "an exponent",
    "power_weighted": "an exponent",
    "n_scored": "a count",
    "n_left_out": "a count",
    "influence_rank": "a place",
    "specifications": "a count",
    "specifications_unreachable": "a count",
    "theory_power": "an exponent",
    "power_ratio": "of two exponents",
    "times": "a ratio",
    "times_lower": "a ratio",
    "times_upper": "a ratio",
    "published_amount": "the unit of its `quantity`",
    "published_amount_lower": "the unit of its `quantity`",
    "published_amount_upper": "the unit of its `quantity`",
    "our_amount": "the unit of its `quantity`",
    "our_amount_lower": "the unit of its `quantity`",
    "our_amount_upper": "the unit of its `quantity`",
    "amount_as_they": "the unit of its `quantity`",
    "our_ratio": "a ratio",
    "ratio_as_they": "a ratio",
    "assumed": "its unit stands in `unit`",
    "assumed_lower": "its unit stands in `unit`",
    "assumed_upper": "its unit stands in `unit`",
}

SUFFIXES = {
    "_g_per_kwh": "g/kWh",
    "_flop_per_s": "FLOP/s",
    "_flop": "FLOP",
    "_hours": "h",
    "_usd": "USD",
    "_kwh": "kWh",
    "_kg": "kg",
    "_w": "W",
    "_bytes": "byte",
}


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as con:
        for table in TABLES.values():
            con.execute(create_table(table))
            for statement in comments(table):
                con.execute(statement)
        yield con


# --- registry


def test_every_field_is_described_in_a_sentence():
    assert [f.name for f in FIELDS.values() if len(f.description) < 4 or not f.description.endswith((".", "'"))] == []


def test_every_number_has_a_unit_or_a_reason_to_have_none():
    without = {f.name for f in FIELDS.values() if f.dtype in ("float", "int") and not f.unit}
    assert without == set(DIMENSIONLESS)


def test_a_unit_in_the_name_is_the_unit_of_the_field():
    wrong = []
    for field in FIELDS.values():
        name = field.name.removesuffix("_lower").removesuffix("_upper")
        if field.dtype not in ("float", "int") or name.startswith("log10_"):
            continue
        suffix = next((s for s in SUFFIXES if name.endswith(s)), None)
        if suffix and field.unit != SUFFIXES[suffix]:
            wrong.append((field.name, field.unit))
    assert wrong == []


def test_logarithms_say_so_in_name_and_unit():
    named = {f.name for f in FIELDS.values() if f.name.startswith("log10_")}
    assert named == {f.name for f in FIELDS.values() if f.unit.startswith("log10")}
    assert len(named) >= 5


def test_bounds_stand_in_order_and_on_numbers_only():
    for f in FIELDS.values():
        if f.minimum is not None or f.maximum is not None:
            assert f.dtype in ("float", "int"), f.name
        if f.minimum is not None and f.maximum is not None:
            assert f.minimum < f.maximum, f.name
        if f.allowed:
            assert f.dtype == "string" and len(set(f.allowed)) == len(f.allowed), f.name


def test_both_ends_of_a_range_have_its_unit():
    for table in TABLES.values():
        by_name = {c.name: c.field for c in table.columns}
        for name, field in by_name.items():
            if f"{name}_lower" in by_name or f"{name}_upper" in by_name:
                assert by_name[f"{name}_lower"].unit == by_name[f"{name}_upper"].unit == field.unit, (table.name, name)


def test_no_field_is_declared_for_nothing():
    used = {c.field.name for t in TABLES.values() for c in t.columns}
    assert sorted(FIELDS.keys() - used) == []


def test_every_table_names_its_layer_its_key_and_its_rows():
    for table in TABLES.values():
        assert table.name.startswith(("raw_", "core_", "out_"))
        assert table.description.endswith(".")
        assert len(set(table.column_names)) == len(table.columns), table.name
        required = {c.name for c in table.columns if c.required}
        assert table.key and set(table.key) <= required, table.name


# --- DDL and codebook


def test_duckdb_has_the_registry_s_columns_in_order(database):
    found = database.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal"
        " ORDER BY table_oid, column_index"
    ).fetchall()
    assert found == [
        (t.name, c.name, DUCKDB_TYPES[c.field.dtype], not c.required) for t in TABLES.values() for c in t.columns
    ]


def test_duckdb_carries_the_registry_s_words(database):
    of_columns = database.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    assert {(t, c): words for t, c, words in of_columns} == {
        (t.name, c.name): describe(c.field) for t in TABLES.values() for c in t.columns
    }
    of_tables = database.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall()
    assert dict(of_tables) == {t.name: f"{t.description} Key: {', '.join(t.key)}." for t in TABLES.values()}


def test_apostrophes_survive_in_comments(database):
    words = database.execute(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'core_papers' AND column_name = 'paper_id'"
    ).fetchone()
    assert "file's stem" in words[0]


def test_description_holds_unit_and_vocabulary():
    assert "Unit: FLOP." in describe(FIELDS["training_flop"])
    assert "One of: reported, operation_count, hardware_time, imputed, third_party." in describe(FIELDS["method"])


def test_codebook_has_each_column_once():
    rows = [(r["table"], r["column"]) for r in codebook()]
    assert len(set(rows)) == len(rows)
    assert set(rows) == {(t.name, c.name) for t in TABLES.values() for c in t.columns}
    assert all(r["description"] and r["type"] for r in codebook())
    flop = next(r for r in codebook() if (r["table"], r["column"]) == ("core_observations", "training_flop"))
    assert (flop["unit"], flop["required"], flop["key"]) == ("FLOP", "yes", "no")


# --- pandera


def frame(table: str, rows: list[dict]) -> pd.DataFrame:
    return conform(rows, TABLES[table])[0]


def failed(table: str, rows: list[dict]) -> set[tuple[str, str, int]]:
    """(check, column, row) of what the schema refuses; a check of whole rows has no column."""
    try:
        schema(table).validate(frame(table, rows), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        of_rows = cases["schema_context"] != "Column"
        columns = cases["column"].mask(of_rows, "")
        return {(str(c), str(k), int(i)) for c, k, i in zip(cases["check"], columns, cases["index"], strict=True)}
    return set()


def failed_where(table: str, changes: list[dict]) -> set[tuple[str, str, int]]:
    """What is refused of good rows with one of these changes each."""
    rows = good_rows(table, len(changes))
    return failed(table, [row | change for row, change in zip(rows, changes, strict=True)])


Refusals = set[tuple[str, str, int]]


def refused_otherwise(cases: Callable[[Table], tuple[list[dict], Refusals]], checks: str = "") -> list[tuple]:
    """Of every table, what of its cases is refused and should not be, or the other way round.

    Args:
        cases: From a table to changes of a good row, and what is to be refused of them.
        checks: How the names of the checks begin that count; '' for all.
    """
    wrong: list[tuple] = []
    for table in TABLES.values():
        changes, expected = cases(table)
        found = {f for f in failed_where(table.name, changes) if f[0].startswith(checks)}
        wrong += [(table.name, *refusal) for refusal in sorted(found ^ expected)]
    return wrong


def test_good_rows_pass():
    def cases(table: Table) -> tuple[list[dict], Refusals]:
        only_required = {c.name: None for c in table.columns if not c.required}
        return [{}, {}, only_required], set()

    assert refused_otherwise(cases) == []


def test_an_empty_frame_has_the_schema():
    for name, table in TABLES.items():
        assert list(schema(name).validate(empty(name), lazy=True).columns) == table.column_names, name


def test_every_required_column_is_refused_when_empty():
    def cases(table: Table) -> tuple[list[dict], Refusals]:
        required = [c.name for c in table.columns if c.required]
        return [{c: None} for c in required], {("not_nullable", c, i) for i, c in enumerate(required)}

    assert refused_otherwise(cases) == []


def test_every_float_must_be_finite():
    def cases(table: Table) -> tuple[list[dict], Refusals]:
        columns = [c.name for c in table.columns if c.field.dtype == "float" for _ in range(2)]
        changes = [{c: -np.inf if i % 2 else np.inf} for i, c in enumerate(columns)]
        return changes, {("finite", c, i) for i, c in enumerate(columns)}

    assert refused_otherwise(cases, "finite") == []


def test_every_bound_is_kept():
    def cases(table: Table) -> tuple[list[dict], Refusals]:
        changes, expected = [], set()
        for column in table.columns:
            for bound, step, word in ((column.field.minimum, -1, "at_least"), (column.field.maximum, 1, "at_most")):
                if bound is not None:
                    changes += [{column.name: bound}, {column.name: bound + step}]
                    expected.add((f"{word}_{bound:g}", column.name, len(changes) - 1))
        return changes, expected

    assert refused_otherwise(cases, "at_") == []


def test_every_vocabulary_is_closed():
    def cases(table: Table) -> tuple[list[dict], Refusals]:
        closed = [c for c in table.columns if c.field.allowed]
        words = [(c.name, word) for c in closed for word in (*c.field.allowed, "guesswork")]
        expected = {("in_vocabulary", c, i) for i, (c, word) in enumerate(words) if word == "guesswork"}
        return [{c: word} for c, word in words], expected

    assert refused_otherwise(cases) == []


def test_the_second_of_two_equal_keys_is_refused():
    found = {name: failed(name, [good_row(name), good_row(name)]) for name in TABLES}
    assert found == {name: {("unique_key", "", 1)} for name in TABLES}


RANGES = [
    (t.name, c.name)
    for t in TABLES.values()
    for c in t.columns
    if {f"{c.name}_lower", f"{c.name}_upper"} <= set(t.column_names)
]


def range_refused_otherwise(name: str, column: str) -> Refusals:
    """What of values inside and outside one range is refused and should not be, or the other way round."""
    columns = (f"{column}_lower", column, f"{column}_upper")
    inside = [(0.2, 0.3, 0.4), (0.3, 0.3, 0.3)]
    outside = [(0.4, 0.3, 0.5), (0.1, 0.3, 0.2)]
    if not any(c.required for c in TABLES[name].columns if c.name in columns):  # an end that is not given is no bound
        inside += [(None, 0.3, 0.4), (0.2, 0.3, None), (None, 0.3, None), (0.2, None, 0.1)]
        outside += [(None, 0.3, 0.2), (0.4, 0.3, None)]
    changes = [dict(zip(columns, ends, strict=True)) for ends in inside + outside]
    expected = {(f"{column}_inside_its_range", "", len(inside) + i) for i in range(len(outside))}
    return failed_where(name, changes) ^ expected


def test_a_value_lies_inside_its_range():
    found = {(name, column): range_refused_otherwise(name, column) for name, column in RANGES}
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_there_are_ranges_to_check():
    assert ("core_compute_estimates", "training_flop") in RANGES
    assert ("out_estimates", "log10_training_flop") in RANGES


def test_the_schema_is_strict_about_columns_and_their_order():
    good = frame("core_papers", good_rows("core_papers", 1))
    for wrong in (good.assign(more=1), good.drop(columns="title"), good[list(reversed(good.columns))]):
        with pytest.raises(pandera.errors.SchemaErrors):
            schema("core_papers").validate(wrong, lazy=True)


def test_duplicated_row_labels_do_not_hide_a_fault():
    good = frame("core_results", good_rows("core_results", 4))
    good.loc[3, "value"] = np.inf
    good.index = [0, 0, 0, 0]
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        schema("core_results").validate(good, lazy=True)
    assert "finite" in set(caught.value.failure_cases["check"])
