"""Claims and rows on their way into the warehouse: what passes, and what is quarantined with its reason."""

import json
import math
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pandera.errors

from schemas.codes import codes_text
from schemas.frames import PANDAS_DTYPES, empty, schema
from schemas.rows import Candidate, Record, record
from schemas.tables import TABLES, Table
from tasks.provenance.claims import content_id
from tasks.wording import words

Row = Record

NO_KEY = "(no key)"
"""The id, in core_quarantine, of a row whose key is empty."""

_FIRST_INEXACT_INTEGER = 2.0**53  # from there on a float skips integers


def conform(rows: list[Record], table: Table) -> tuple[pd.DataFrame, list[tuple[int, str, str]]]:
    """Bring rows to the table's columns and types.

    Returns the frame (one row each, in order; what cannot be converted becomes empty) and the conversion failures as
    (row number, column, value).
    """
    failures: list[tuple[int, str, str]] = []
    out = {}
    for column in table.columns:
        given = [None if _is_blank(value := row.get(column.name)) else value for row in rows]
        converted = _convert(given, column.field.dtype)
        lost = [i for i, is_lost in enumerate(converted.isna()) if is_lost and given[i] is not None]
        failures += [(i, column.name, str(given[i])) for i in lost]
        out[column.name] = converted
    return pd.DataFrame(out, index=range(len(rows))), failures


def _is_blank(value: object) -> bool:
    return not value.strip() if isinstance(value, str) else pd.isna(value) is True  # type: ignore[call-overload]


def _convert(values: list[Any], dtype: str) -> pd.Series:
    if dtype == "string":
        return pd.Series([None if v is None else str(v) for v in values], dtype="str")
    if dtype == "timestamp":
        return pd.to_datetime(pd.Series(values, dtype=object), utc=True, errors="coerce").astype(PANDAS_DTYPES[dtype])  # type: ignore[call-overload]
    if dtype == "bool":
        truth = {"true": True, "false": False, "1": True, "0": False}
        return pd.Series([truth.get(str(v).lower()) for v in values], dtype="boolean")
    numbers = pd.Series([_number(v) for v in values], dtype="float64")
    if dtype == "int":
        # `<` also keeps infinity out, on which the cast below would raise for the whole chunk.
        return numbers.where((numbers == numbers.round()) & (numbers.abs() < _FIRST_INEXACT_INTEGER)).astype("Int64")
    return numbers


def _number(value: object) -> float:
    """The number that a value is or spells, NaN where it is none (pandas' own conversion raises on some)."""
    if isinstance(value, str) and "_" in value:  # Python's way to write 1_000, and nobody else's
        return math.nan
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan


def validate(rows: Iterable[Record], table_name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split rows into those that may enter `table_name` and those that are quarantined.

    A row with a `doubt` (a reason in words, its code in `doubt_code`) is quarantined as ambiguous. Returns two frames
    with the columns of the table and of core_quarantine; every row of the input is in one of them.
    """
    table = TABLES[table_name]
    rows = list(rows)
    sure = [r for r in rows if not r.get("doubt")]
    refused = [
        quarantine_row(table, r, "unambiguous", reason=str(r["doubt"]), code=r.get("doubt_code"))
        for r in rows
        if r.get("doubt")
    ]
    if not sure:
        return empty(table_name), quarantine_frame(refused)
    frame, failures = conform(sure, table)
    faults: dict[int, tuple[str, str, str]] = {i: ("type", column, value) for i, column, value in failures}
    for i, fault in _failed_checks(frame, table_name):
        faults.setdefault(i, fault)
    for i, (check, column, value) in sorted(faults.items()):
        reason = f"{column or 'row'} failed the check '{check}'" + (f": {value}" if value else "")
        refused.append(quarantine_row(table, sure[i], check, column, value, reason))
    good = frame.drop(index=list(faults)).reset_index(drop=True)
    return good, quarantine_frame(refused)


def validate_candidates(candidates: Iterable[Candidate[Any]], table_name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """As `validate`, for typed rows: one with doubts is quarantined as ambiguous."""
    return validate([candidate_record(c) for c in candidates], table_name)


def candidate_record(candidate: Candidate[Any]) -> Record:
    """The flat row of a candidate, as `validate` takes it."""
    flat = record(candidate.row, words)
    if candidate.doubts:
        flat |= {"doubt": "; ".join(map(words, candidate.doubts)), "doubt_code": codes_text(candidate.doubts)}
    return flat


def is_valid(frame: pd.DataFrame, table_name: str) -> bool:
    """Whether every row of a frame may enter the table."""
    return not _failed_checks(frame, table_name)


def _failed_checks(frame: pd.DataFrame, table_name: str) -> list[tuple[int, tuple[str, str, str]]]:
    try:
        schema(table_name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        without_row = cases[cases["index"].isna()]
        if len(without_row):  # a fault of the frame itself is a bug of ours, not of a paper
            raise
        return [
            (
                int(c["index"]),
                (
                    str(c["check"]),
                    str(c["column"]) if c["schema_context"] == "Column" else "",
                    str(c["failure_case"]) if c["schema_context"] == "Column" else "",
                ),
            )
            for _, c in cases.iterrows()
        ]
    return []


def quarantine_row(
    table: Table,
    row: Record,
    check: str,
    column: str = "",
    value: str = "",
    reason: str = "",
    code: str | None = None,
) -> Record:
    """One row of core_quarantine for `row`, refused by `check`, for the reason of a code where it has one."""
    kept = {k: v for k, v in row.items() if k in table.column_names and not _is_empty(v)}
    row_id = " ".join(str(kept.get(k, "")) for k in table.key).strip() or NO_KEY
    row_json = json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str)
    return {
        "quarantine_id": content_id(table.name, row_id, check, column, reason, row_json),
        "table_name": table.name,
        "row_id": row_id,
        "paper_id": row.get("paper_id"),
        "document_sha256": row.get("document_sha256"),
        "model": row.get("model"),
        "check_name": check,
        "reason_code": code or check,
        "column_name": column or None,
        "failure_value": value or None,
        "reason": reason,
        "row_json": row_json,
        "source_id": row.get("source_id"),
    }


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def quarantine_frame(refused: list[Record]) -> pd.DataFrame:
    """The refused rows as a frame of core_quarantine, each once."""
    table = TABLES["core_quarantine"]
    if not refused:
        return empty(table.name)
    frame, _ = conform(refused, table)
    return frame.drop_duplicates("quarantine_id").reset_index(drop=True)
