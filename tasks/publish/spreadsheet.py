"""Text that a spreadsheet shows and does not execute: the rule for every CSV that this project writes.

A spreadsheet takes a cell that begins with =, +, -, @ (also full-width), a tab or a line break for a formula, quotes or
not. Papers, model names and sources are other people's text, so such a cell gets an apostrophe before it:
`=cmd|…` becomes `'=cmd|…`. Numbers stay as they are. Parquet and DuckDB files hold the raw text.
See owasp.org/www-community/attacks/CSV_Injection.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

from schemas.tables import Table

_FORMULA = r"^[=+\-@＝＋－＠\t\r\n]"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
"""Both are read by Python and by DuckDB."""


def guarded(text: str) -> str:
    """A cell's text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if re.search(_FORMULA, text) and not re.search(_NUMBER, text) else text


def csv_text(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Rows as the text of a CSV in which no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


def guarded_columns(table: Table) -> str:
    """The table's columns as an SQL select list, text by the same rule."""
    return ", ".join(_guarded(f'"{c.name}"') if c.field.dtype == "string" else f'"{c.name}"' for c in table.columns)


def _guarded(column: str) -> str:
    is_formula = f"regexp_matches({column}, '{_FORMULA}') AND NOT regexp_matches({column}, '{_NUMBER}')"
    return f"CASE WHEN {is_formula} THEN '''' || {column} ELSE {column} END AS {column}"
