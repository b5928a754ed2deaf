"""What a spreadsheet would execute is text in every CSV: of a release, and of an answer."""

import duckdb
import pandas as pd
import pytest

from schemas.tables import TABLES
from tasks.publish.spreadsheet import guarded, guarded_columns

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "-x",
    "-",
    '=HYPERLINK("http://127.0.0.1","a")',
)
HARMLESS = ("", "ResNet-50", "-1.5", "+2", "-1e-05", ".5", "-.5E+3", "a=b", " =1", "'=1", "1-2", "“=”", "−3")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_spreadsheet_would_execute_gets_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_and_numbers_stay(text):
    assert guarded(text) == text


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_text_column_of_every_table_follows_the_rule(table):
    texts = [c.name for c in table.columns if c.field.dtype == "string"]
    rows = pd.DataFrame({c: [*HOSTILE, *HARMLESS, None] if c in texts else 1 for c in table.column_names})
    shown = duckdb.from_df(rows).project(guarded_columns(table)).df()
    assert list(shown.columns) == table.column_names
    for column in texts:
        assert shown[column].tolist()[:-1] == [guarded(t) for t in (*HOSTILE, *HARMLESS)], column
        assert pd.isna(shown[column].iloc[-1])
