"""Rows that pass every check of their table, drawn from the registry; tests change one thing of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import make_dataclass
from datetime import UTC, datetime
from typing import Any

from schemas.codes import Coded
from schemas.fields import Field
from schemas.rows import Candidate, Record, record
from schemas.tables import TABLES
from tasks.reference.corrections import Correction
from tasks.reference.table import columns_of
from tasks.storage.store import Sidecar
from tasks.wording import words

MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def good_value(name: str, field: Field) -> Any:
    if field.dtype == "string":
        return field.allowed[0] if field.allowed else f"{name}-1"
    if field.dtype == "timestamp":
        return MOMENT
    if field.dtype == "bool":
        return True
    low = field.minimum if field.minimum is not None else 0
    high = field.maximum if field.maximum is not None else low + 10
    middle = (low + high) / 2
    return int(middle) if field.dtype == "int" else middle


def good_row(table: str, **changes: Any) -> dict[str, Any]:
    columns = [c for c in TABLES[table].columns if not c.required]
    coded = {c.name: None for c in columns if c.field.name.endswith(("_codes", "_parameters"))}
    return {c.name: good_value(c.name, c.field) for c in TABLES[table].columns} | coded | changes


def good_rows(table: str, n: int, **changes: Any) -> list[dict[str, Any]]:
    """`n` rows that differ in the first column of their key."""
    key = TABLES[table].key[0]
    return [good_row(table, **{key: f"{key}-{i}"}, **changes) for i in range(n)]


def candidates(tables: Mapping[str, Sequence[Record]]) -> dict[str, list[Candidate[Any]]]:
    """Rows by table as a source hands them on, of whatever columns and types they are."""
    return {table: [Candidate(make_dataclass("AnyRow", row)(**row)) for row in rows] for table, rows in tables.items()}


def flat(given: Iterable[Candidate[Any]]) -> list[Record]:
    """Candidates as plain rows; those with doubts have a `doubt` in words."""
    return [record(c.row, words) | ({"doubt": "; ".join(map(words, c.doubts))} if c.doubts else {}) for c in given]


def said(reasons: Iterable[Coded[Any]]) -> list[str]:
    """Codes in words."""
    return [words(reason) for reason in reasons]


def sidecar(sha: str, paper: str, **changes: Any) -> Sidecar:
    known = {
        "document_sha256": sha,
        "paper_id": paper,
        "arxiv_id": None,
        "title": None,
        "year": None,
        "origin": f"{paper}.pdf",
        "source_id": "folder",
        "licence": None,
        "fetched_at": "2026-11-23T02:00:00+00:00",
        "media_type": "application/pdf",
        "http_status": None,
        "size_bytes": 3,
    }
    return Sidecar(**(known | changes))


CORRECTION = {
    "claim": "aaaa",
    "paper_id": "p1",
    "page": "6",
    "benchmark": "imagenet-1k",
    "metric": "top1_accuracy",
    "field": "",
    "model": "ResNet-101",
    "bbox_x0": "170.2",
    "bbox_top": "186.2",
    "reported": "78.25",
    "corrected": "78.52",
    "reason": "digits swapped",
    "source": "Table 3",
    "who": "ab",
    "when": "2026-11-23",
}


def correction(**changes: str) -> Correction:
    cells = CORRECTION | changes
    return Correction(**{column.field: column.read(cells[column.name]) for column in columns_of(Correction)})
