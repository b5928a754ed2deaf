"""Claims and rows on their way into the warehouse: what passes, and what is quarantined with its reason."""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import pandera.errors

from schemas.codes import Coded, codes_text
from schemas.codes.reading import Doubt
from schemas.frames import PANDAS_DTYPES, empty, schema
from schemas.rows import Candidate, record
from schemas.tables import TABLES, Table
from tasks.provenance.claims import content_id
from tasks.wording import words

Row = dict[str, Any]

_FIRST_INEXACT_INTEGER = 2.0**53  # from there on a float skips integers


def conform(rows: list[Row], table: Table) -> tuple[pd.DataFrame, list[tuple[int, str, str]]]:
    """Bring rows to the table's columns and types.

    Returns the frame (one row each, in order; what cannot be converted becomes empty) and the conversion failures as
    (row number, column, value).
    """
    frame = pd.DataFrame(rows, columns=table.column_names, dtype=object)
    failures: list[tuple[int, str, str]] = []
    out = {}
    for column in table.columns:
        raw = frame[column.name]
        given = raw.notna() & (raw.astype(str).str.strip() != "")
        converted = _convert(raw.where(given, None), column.field.dtype)
        lost = (given & converted.isna()).to_numpy().nonzero()[0]
        failures += [(int(i), column.name, str(raw.iloc[i])) for i in lost]
        out[column.name] = converted
    return pd.DataFrame(out, index=range(len(rows))), failures


def _convert(series: pd.Series, dtype: str) -> pd.Series:
    if dtype == "string":
        return pd.Series([None if v is None else str(v) for v in series], dtype="str")
    if dtype == "timestamp":
        return pd.to_datetime(series, utc=True, errors="coerce").astype(PANDAS_DTYPES[dtype])  # type: ignore[call-overload]
    if dtype == "bool":
        truth = {"true": True, "false": False, "1": True, "0": False}
        return pd.Series([truth.get(str(v).lower()) for v in series], dtype="boolean")
    numbers = series.map(_number).astype("float64")
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


def validate(rows: Iterable[Row], table_name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
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


def candidate_record(candidate: Candidate[Any]) -> Row:
    """The flat row of a candidate, as `validate` takes it."""
    flat = record(candidate.row, words)
    if candidate.doubts:
        flat |= {"doubt": "; ".join(map(words, candidate.doubts)), "doubt_code": codes_text(candidate.doubts)}
    return flat


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
    row: Row,
    check: str,
    column: str = "",
    value: str = "",
    reason: str = "",
    code: str | None = None,
) -> Row:
    """One row of core_quarantine for `row`, refused by `check`, for the reason of a code where it has one."""
    kept = {k: v for k, v in row.items() if k in table.column_names and not _is_empty(v)}
    row_id = " ".join(str(row.get(k, "")) for k in table.key).strip() or "(no key)"
    row_json = json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str)
    return {
        "quarantine_id": content_id(table.name, row_id, check, column, reason, row_json),
        "table_name": table.name,
        "row_id": row_id,
        "paper_id": row.get("paper_id"),
        "document_sha256": row.get("document_sha256"),
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


def quarantine_frame(refused: list[Row]) -> pd.DataFrame:
    """The refused rows as a frame of core_quarantine, each once."""
    table = TABLES["core_quarantine"]
    if not refused:
        return empty(table.name)
    frame, _ = conform(refused, table)
    return frame.drop_duplicates("quarantine_id").reset_index(drop=True)


NEVER_BELOW = (
    ("top5_accuracy", "top1_accuracy"),
    ("box_ap50", "box_ap"),
    ("box_ap50", "box_ap75"),
    ("f1", "em"),
)
"""Pairs of metrics of which the first is never below the second, by their definitions."""


def doubt_impossible_order(results: list[Row]) -> list[Row]:
    """Mark results that contradict each other by definition: a top-5 below the same model's top-1, an AP50 below an AP.

    Which of the two was misread cannot be known, so both are doubted. Only figures that are measured together are
    compared: those of one row of a table, or of one line of text. Where a row sets several models side by side, each is
    compared with its own.
    """
    rows: dict[tuple[Any, ...], list[Row]] = {}
    for r in results:
        place = (r.get(k) for k in ("paper_id", "page", "location", "bbox_top", "row_header", "benchmark"))
        rows.setdefault(tuple(place), []).append(r)
    doubted: dict[int, Coded[Doubt]] = {}
    for row in rows.values():
        for higher, lesser in NEVER_BELOW:
            for high in (r for r in row if r["metric"] == higher):
                low = _counterpart(high, [r for r in row if r["metric"] == lesser])
                if low is not None and low["value"] > high["value"]:
                    doubt = Coded.of(Doubt.IMPOSSIBLE_ORDER, metric=higher, lesser=lesser)
                    doubted.setdefault(id(high), doubt)
                    doubted.setdefault(id(low), doubt)
    return [_with_doubt(r, doubted.get(id(r))) for r in results]


def _counterpart(high: Row, lows: list[Row]) -> Row | None:
    """The one figure of the other metric in a row, else the one of the same model; None for none and for several."""
    same_model = [r for r in lows if r["model_key"] == high["model_key"]]
    return next((found[0] for found in (lows, same_model) if len(found) == 1), None)


def _with_doubt(row: Row, doubt: Coded[Doubt] | None) -> Row:
    """The row, marked with a doubt unless it has one."""
    if doubt is None or row.get("doubt"):
        return row
    return {**row, "doubt": words(doubt), "doubt_code": doubt.code}


KnownRecord = tuple[str, str, int, float]
"""Benchmark, metric, year, and a value that somebody reached by then."""


def doubt_beyond_record(results: list[Row], records: Sequence[KnownRecord]) -> list[Row]:
    """Mark results far above the record of their date: less than half the error of the best known until that year.

    For review, not proof: a misread split or metric shows here, and so does a real leap. Rows without a year pass.
    """
    marked = []
    for r in results:
        year = r.get("year")
        known = [
            value for b, m, y, value in records if (b, m) == (r["benchmark"], r["metric"]) and year and y <= int(year)
        ]
        beyond = bool(known) and 100 - r["value"] < 0.5 * (100 - max(known))
        doubt = Coded.of(Doubt.BEYOND_RECORD, record=max(known), year=int(r["year"])) if beyond else None
        marked.append(_with_doubt(r, doubt))
    return marked
