"""Validation: nothing is lost, nothing wrong enters, and every refusal says check, column, value and reason."""

import json
from datetime import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.frames import PANDAS_DTYPES
from schemas.tables import TABLES
from tasks.load.validate import (
    conform,
    quarantine_frame,
    quarantine_row,
    validate,
)
from tests.unit.rows import MOMENT, good_row, good_rows

JUNK = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(
        ["inf", "nan", "-inf", "1e400", "12", " 3.5 ", "TRUE", "", "  ", "1,000", "0x10", "１２", "\0", "None"]
    ),
    st.floats(),
    st.integers(),
    st.sampled_from([2**63, -(2**63) - 1, 2**64, 10**30, 10**400, -(10**400)]),
    st.booleans(),
    st.sampled_from([np.float64("nan"), np.float32(1.5), np.int64(7), np.bool_(True), np.str_("x"), pd.NA, pd.NaT]),
    st.sampled_from(
        [Decimal("1.5"), Decimal("NaN"), MOMENT, datetime(2026, 1, 1), datetime(1, 1, 1), b"bytes", 1 + 2j]
    ),
    st.sampled_from([[1, 2], [], {"a": 1}, (1,)]),
    st.lists(st.integers(), max_size=2),
)


@st.composite
def junk_rows(draw, table: str, key: str):
    rows = []
    columns = st.sampled_from([c for c in TABLES[table].column_names if c != key])
    for i in range(draw(st.integers(3, 9))):
        rows.append(good_row(table, **draw(st.dictionaries(columns, JUNK, max_size=4)), **{key: f"row-{i}"}))
    return rows


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key"),
    [("core_results", "result_id"), ("raw_documents", "paper_id"), ("core_hardware", "slug"), ("out_fits", "fit_id")],
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_row_is_either_good_or_quarantined(table, key, data):
    rows = data.draw(junk_rows(table, key))
    good, refused = validate(rows, table)
    into = [*good[key], *(json.loads(r)[key] for r in refused["row_json"])]
    assert sorted(into) == sorted(r[key] for r in rows)
    assert {c: str(t) for c, t in good.dtypes.items()} == {
        c.name: PANDAS_DTYPES[c.field.dtype] for c in TABLES[table].columns
    }
    assert set(refused.columns) == set(TABLES["core_quarantine"].column_names)
    assert refused["reason"].notna().all() and refused["check_name"].notna().all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(0, 100), st.sampled_from(["12.5", "twelve", " "])), max_size=8))
def test_conform_keeps_number_and_order_of_rows(values):
    rows = [good_row("core_results", result_id=f"r{i}", value=v) for i, v in enumerate(values)]
    frame, failures = conform(rows, TABLES["core_results"])
    assert list(frame["result_id"]) == [r["result_id"] for r in rows]
    assert list(frame.index) == list(range(len(rows)))
    for i, value in enumerate(values):
        if isinstance(value, float):
            assert frame["value"][i] == value
    assert failures == [(i, "value", v) for i, v in enumerate(values) if v == "twelve"]


@pytest.mark.parametrize(
    ("column", "given", "becomes"),
    [
        ("value", "76.5", 76.5),
        ("value", Decimal("76.5"), 76.5),
        ("value", np.float32(76.5), 76.5),
        ("page", "7", 7),
        ("page", 7.0, 7),
        ("page", np.int64(7), 7),
        ("is_own", "true", True),
        ("is_own", "False", False),
        ("is_own", np.bool_(False), False),
        ("raw_value", 76.5, "76.5"),
        ("quote", "  spaces stay ", "  spaces stay "),
        ("quote", "naïve – “Ünïcode” \u2028", "naïve – “Ünïcode” \u2028"),
    ],
)
def test_values_are_brought_to_their_type(column, given, becomes):
    good, refused = validate([good_row("core_results", **{column: given})], "core_results")
    assert len(refused) == 0
    assert good[column][0] == becomes


@pytest.mark.parametrize("blank", ["", "  ", None, float("nan"), pd.NA, pd.NaT])
def test_blank_is_empty_in_every_type(blank):
    rows = [good_row("raw_loads", finished_at=blank, deferred=blank)]
    assert validate(rows, "raw_loads")[0][["finished_at", "deferred"]].isna().all(axis=None)
    good, refused = validate([good_row("core_results", page=blank, bbox_x0=blank, is_ensemble=blank)], "core_results")
    assert len(refused) == 0
    assert good[["page", "bbox_x0", "is_ensemble"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("column", "given", "check"),
    [
        ("value", "seventy", "type"),
        ("value", "nan", "type"),
        ("value", float("inf"), "finite"),
        ("value", "inf", "finite"),
        ("value", None, "not_nullable"),
        ("value", 100.5, "at_most_100"),
        ("value", -0.1, "at_least_0"),
        ("page", 0, "at_least_1"),
        ("page", 2.5, "type"),
        ("page", "inf", "type"),
        ("page", 10**30, "type"),
        ("is_own", "maybe", "type"),
        ("is_own", 2, "type"),
        ("model", "", "not_nullable"),
        ("model", " \t", "not_nullable"),
        ("confidence", 1.01, "at_most_1"),
    ],
)
def test_a_refusal_names_check_column_and_value(column, given, check):
    rows = good_rows("core_results", 3)
    rows[1][column] = given
    good, refused = validate(rows, "core_results")
    assert list(good["result_id"]) == ["result_id-0", "result_id-2"]
    (row,) = refused.to_dict("records")
    assert (row["table_name"], row["row_id"], row["check_name"], row["column_name"]) == (
        "core_results",
        "result_id-1",
        check,
        column,
    )
    assert column in row["reason"] and check in row["reason"]
    if check.startswith(("at_", "type")):
        assert row["failure_value"] in (str(given), str(float(given)) if not isinstance(given, str) else None)


def test_an_unknown_word_is_refused_with_the_word():
    rows = good_rows("core_disclosures", 2)
    rows[0]["phase"] = "warm-up"
    good, refused = validate(rows, "core_disclosures")
    assert len(good) == 1
    assert refused[["check_name", "column_name", "failure_value"]].values.tolist() == [
        ["in_vocabulary", "phase", "warm-up"]
    ]


def test_the_good_rows_of_a_frame_with_repeated_labels_survive():
    frame = pd.DataFrame(good_rows("core_results", 5))
    frame.index = [7, 7, 0, 0, 0]
    frame.iloc[2, frame.columns.get_loc("value")] = 1000
    good, refused = validate(frame.to_dict("records"), "core_results")
    assert list(good["result_id"]) == [f"result_id-{i}" for i in (0, 1, 3, 4)]
    assert list(refused["row_id"]) == ["result_id-2"]


def test_one_row_with_several_faults_is_quarantined_once():
    row = good_row("core_results", value=float("inf"), page=0, confidence=7)
    good, refused = validate([row], "core_results")
    assert (len(good), len(refused)) == (0, 1)


def test_the_first_of_two_equal_keys_enters():
    rows = [good_row("core_results", value=70.0), good_row("core_results", value=71.0)]
    good, refused = validate(rows, "core_results")
    assert list(good["value"]) == [70.0]
    assert list(refused["check_name"]) == ["unique_key"]
    assert json.loads(refused["row_json"][0])["value"] == 71.0


def test_a_doubt_quarantines_with_its_words():
    rows = good_rows("core_results", 2)
    good, refused = validate([rows[0], {**rows[1], "doubt": "test or validation?"}], "core_results")
    assert list(good["result_id"]) == ["result_id-0"]
    assert refused[["check_name", "reason", "row_id"]].values.tolist() == [
        ["unambiguous", "test or validation?", "result_id-1"]
    ]


def test_quarantine_keeps_the_whole_row_and_nothing_foreign():
    row = good_row("core_results", value="much", _private=1, test_protocol=None)
    (kept,) = validate([row], "core_results")[1]["row_json"]
    assert json.loads(kept) == {k: v for k, v in row.items() if k != "_private" and v is not None}


def test_the_same_refusal_has_the_same_id_and_stands_once():
    table = TABLES["core_results"]
    one = quarantine_row(table, good_row("core_results"), "finite", "value", "inf", "because")
    other = quarantine_row(table, good_row("core_results"), "finite", "value", "inf", "because")
    different = quarantine_row(table, good_row("core_results", page=3), "finite", "value", "inf", "because")
    assert one["quarantine_id"] == other["quarantine_id"] != different["quarantine_id"]
    assert len(quarantine_frame([one, other, different])) == 2


def test_a_row_without_key_is_still_quarantined():
    good, refused = validate([{}], "core_papers")
    assert len(good) == 0
    assert list(refused["row_id"]) == ["(no key)"]


def test_no_rows_give_two_empty_frames():
    good, refused = validate([], "core_results")
    assert list(good.columns) == TABLES["core_results"].column_names and good.empty
    assert list(refused.columns) == TABLES["core_quarantine"].column_names and refused.empty
