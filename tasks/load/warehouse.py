"""Load: validated rows into DuckDB, a transaction a chunk; the same input twice changes nothing.

What a document says is keyed by the document, what a structured source says by the source: loading either again first
takes away what it said before, so that a kill between two transactions leaves neither a gap nor a double.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.codes import Coded
from schemas.codes.sources import DeferralReason, DocumentReason
from schemas.rows import Candidate, Record, record
from schemas.rows.claims import ClaimT, Disclosure, Result, claim_of
from schemas.rows.sources import DocumentRow, PaperRow, SourceRunRow
from schemas.tables import TABLES, Table
from tasks.documents.fetch import Fetched, FetchOutcome
from tasks.documents.plan import SetAside
from tasks.load.corrections import Applied, Correction, apply_corrections, claim_id, stale_claim, versions
from tasks.load.differences import differences
from tasks.load.doubts import KnownRecord, doubt_beyond_record, doubt_impossible_order
from tasks.load.validate import (
    quarantine_frame,
    quarantine_row,
    validate,
    validate_candidates,
)
from tasks.provenance.claims import unique
from tasks.provenance.versions import code_version, extractor_version, package_versions, parser_version
from tasks.storage.store import Sidecar, read_json_gz
from tasks.wording import words
from warehouse.connection import insert, transaction
from warehouse.connection import replace as replace_table

_TABLE_OF: dict[type[Any], str] = {Result: "core_results", Disclosure: "core_disclosures"}
_STALE, _REJECTED = "correction_meets_a_claim", "not_rejected"

ROWS_NEW, ROWS_CHANGED, ROWS_GONE = "rows new", "rows changed", "rows gone"
"""Counts of a source's differences to what it said before."""


# --- run records


def start_load(
    connection: DuckDBPyConnection, flow: str, parameters: dict[str, Any], refresh_inputs: str | None = None
) -> str:
    """Open a run record and return its load id. `refresh_inputs` is the hash of what a refresh rests on."""
    started = datetime.now(UTC)
    load_id = started.strftime("%Y%m%dT%H%M%S.%fZ")
    row = {
        "load_id": load_id,
        "flow": flow,
        "started_at": started,
        "parameters_json": json.dumps(parameters, sort_keys=True, default=str),
        "code_version": code_version(),
        "packages_json": json.dumps(package_versions(), sort_keys=True),
        "refresh_inputs": refresh_inputs,
    }
    _insert_valid(connection, "raw_loads", [row])
    return load_id


def finish_load(connection: DuckDBPyConnection, load_id: str, counts: dict[str, Any], deferred: list[str]) -> None:
    """Close a run record with what the run did and what it deferred."""
    connection.execute(
        "UPDATE raw_loads SET finished_at = ?, counts_json = ?, deferred = ? WHERE load_id = ?",
        [datetime.now(UTC), json.dumps(counts, sort_keys=True), "\n".join(deferred) or None, load_id],
    )


# --- documents


def loaded_documents(connection: DuckDBPyConnection) -> set[tuple[str, str, str, str, str | None]]:
    """(sha256, paper_id, versions of parser, extractor and corrections) of the documents whose readings are loaded."""
    rows = connection.execute(
        "SELECT document_sha256, paper_id, parser_version, extractor_version, corrections_version FROM raw_documents"
        " WHERE document_status IN ('read', 'failed')"
    ).fetchall()
    return set(rows)


def load_readings(
    connection: DuckDBPyConnection,
    sidecars: list[Sidecar],
    reading_paths: list[Path],
    load_id: str,
    corrections: Sequence[Correction] = (),
) -> Counter[str]:
    """Load one chunk of readings, corrected by hand, in one transaction; returns counts by kind."""
    documents = list(zip(sidecars, (read_json_gz(path) for path in reading_paths), strict=True))
    counts = Counter(f"documents {reading['status']}" for _, reading in documents)
    results = _claims_of(documents, Result, corrections)
    disclosures = _claims_of(documents, Disclosure, corrections)
    with transaction(connection):
        for sidecar in sidecars:
            _forget_claims(connection, sidecar.paper_id)
        _put_documents(connection, documents, load_id, versions(corrections))
        results.claims = doubt_beyond_record(doubt_impossible_order(results.claims), _records(connection))
        counts.update(_put_claims(connection, "core_results", results, sidecars))
        counts.update(_put_claims(connection, "core_disclosures", disclosures, sidecars))
    return counts


def _put_claims(
    connection: DuckDBPyConnection, name: str, applied: Applied[Any], sidecars: list[Sidecar]
) -> Counter[str]:
    good, refused = validate_candidates(applied.claims, name)
    by_hand = quarantine_frame(_refused_by_hand(applied, name, sidecars))
    insert(connection, TABLES[name], good)
    insert(connection, TABLES["core_quarantine"], refused)
    insert(connection, TABLES["core_quarantine"], by_hand)
    counts = Counter({name: len(good), f"quarantined from {name}": len(refused) + len(by_hand)})
    counts.update(_outcomes(applied))
    return counts


def _records(connection: DuckDBPyConnection) -> list[KnownRecord]:
    """What observations read by hand say was reached, and when."""
    return connection.execute(
        "SELECT benchmark, metric, year, value FROM raw_observations WHERE year IS NOT NULL AND value IS NOT NULL"
    ).fetchall()


def _claims_of(
    documents: list[tuple[Sidecar, Record]], row_type: type[ClaimT], corrections: Sequence[Correction]
) -> Applied[ClaimT]:
    """One table's claims of a chunk, each once, as corrections leave them."""
    name = _TABLE_OF[row_type]
    read = {sidecar.paper_id for sidecar, reading in documents if reading["status"] == "read"}
    claims = [
        _claim(row_type, stored, sidecar, reading)
        for sidecar, reading in documents
        for stored in reading["claims"].get(name, [])
    ]
    due = [c for c in corrections if c.table_name == name and c.paper_id in read]
    return apply_corrections(unique(claims, lambda claim: claim_id(claim.row)), due)


def _claim(row_type: type[ClaimT], stored: Record, sidecar: Sidecar, reading: Record) -> Candidate[ClaimT]:
    """A claim as it was read, with what is known of its document."""
    claim = claim_of(row_type, stored)
    row = replace(
        claim.row,
        paper_id=sidecar.paper_id,
        document_sha256=sidecar.document_sha256,
        source_id=sidecar.source_id,
        extractor_version=reading["extractor_version"],
    )
    return replace(claim, row=replace(row, year=sidecar.year) if isinstance(row, Result) else row)


def _refused_by_hand(applied: Applied[Any], name: str, sidecars: list[Sidecar]) -> list[Record]:
    """Rows of core_quarantine for the claims that corrections reject, and for the corrections that met no claim."""
    by_paper = {s.paper_id: {"document_sha256": s.document_sha256, "source_id": s.source_id} for s in sidecars}
    rejected = [(record(claim, words), _REJECTED, c.rejection) for claim, c in applied.rejected]
    stale = [({**stale_claim(c), **by_paper[c.paper_id]}, _STALE, c.staleness) for c in applied.stale]
    return [
        quarantine_row(TABLES[name], row, check, reason=words(reason), code=reason.code)
        for row, check, reason in rejected + stale
    ]


def _outcomes(applied: Applied[Any]) -> Counter[str]:
    return +Counter(
        {
            "claims corrected": applied.corrected,
            "claims rejected by hand": len(applied.rejected),
            "corrections that meet no claim": len(applied.stale),
        }
    )


def stale_corrections(connection: DuckDBPyConnection) -> list[str]:
    """A line for each correction whose paper is loaded and no longer has the claim that it corrects."""
    rows = connection.execute("SELECT reason FROM core_quarantine WHERE check_name = ? ORDER BY reason", [_STALE])
    return [reason for (reason,) in rows.fetchall()]


def _forget_claims(connection: DuckDBPyConnection, paper_id: str) -> None:
    for table in (*_TABLE_OF.values(), "core_quarantine"):
        connection.execute(
            f"DELETE FROM {table} WHERE paper_id = ? AND document_sha256 IS NOT NULL",
            [paper_id],
        )


def _put_documents(
    connection: DuckDBPyConnection,
    documents: list[tuple[Sidecar, Record]],
    load_id: str,
    corrections_versions: Mapping[str, str],
) -> None:
    rows = [_document_row(s, r, load_id, corrections_versions.get(s.paper_id)) for s, r in documents]
    for s, _ in documents:
        connection.execute(
            "DELETE FROM raw_documents WHERE document_sha256 = ? AND paper_id = ?", [s.document_sha256, s.paper_id]
        )
        connection.execute("DELETE FROM core_papers WHERE paper_id = ?", [s.paper_id])
    _insert_rows(connection, "raw_documents", rows)
    _insert_rows(connection, "core_papers", [_paper_row(s, r.get("title")) for s, r in documents])


def _document_row(s: Sidecar, reading: Record, load_id: str, corrections_version: str | None) -> DocumentRow:
    reason = reading["reason"]
    return replace(
        _known_document(s, reading["status"], load_id),
        reasons=(Coded.of(DocumentReason.UNREADABLE, detail=reason),) if reason else (),
        pages=reading["pages"],
        pages_read=reading["pages_read"],
        parser_version=reading["parser_version"],
        extractor_version=reading["extractor_version"],
        corrections_version=corrections_version,
    )


def _known_document(s: Sidecar, status: str, load_id: str) -> DocumentRow:
    """The row of a document that was not read."""
    return DocumentRow(
        document_sha256=s.document_sha256,
        paper_id=s.paper_id,
        arxiv_id=s.arxiv_id,
        origin=s.origin,
        source_id=s.source_id,
        licence=s.licence,
        fetched_at=datetime.fromisoformat(s.fetched_at),
        media_type=s.media_type,
        http_status=s.http_status,
        size_bytes=s.size_bytes,
        document_status=status,
        parser_version=parser_version(),
        extractor_version=extractor_version(),
        load_id=load_id,
    )


def _paper_row(s: Sidecar, title: str | None) -> PaperRow:
    return PaperRow(
        paper_id=s.paper_id, arxiv_id=s.arxiv_id, title=title, year=s.year, licence=s.licence, source_id=s.source_id
    )


def load_set_aside(connection: DuckDBPyConnection, set_aside: list[SetAside], load_id: str) -> int:
    """Record documents that do not speak for their papers, and take their claims away; returns how many are new."""
    known = set(
        connection.execute("SELECT document_sha256, paper_id, document_status, reason FROM raw_documents").fetchall()
    )
    new = [
        a
        for a in set_aside
        if (a.sidecar.document_sha256, a.sidecar.paper_id, a.reason.code, words(a.reason)) not in known
    ]
    with transaction(connection):
        for a in new:
            key = [a.sidecar.document_sha256, a.sidecar.paper_id]
            for table in (*_TABLE_OF.values(), "core_quarantine", "raw_documents"):
                connection.execute(f"DELETE FROM {table} WHERE document_sha256 = ? AND paper_id = ?", key)
        rows = [replace(_known_document(a.sidecar, a.reason.code, load_id), reasons=(a.reason,)) for a in new]
        _insert_rows(connection, "raw_documents", rows)
    return len(new)


def load_refused(connection: DuckDBPyConnection, source_id: str, fetched: list[Fetched], is_part: bool = False) -> int:
    """Quarantine what a source offered and fetch refused; returns how many.

    Earlier refusals of the source go: all of them, or those of what was offered now where that is but a part.
    """
    table = TABLES["raw_documents"]
    refused = [
        {
            **quarantine_row(table, _offered(f), "fetch", reason=words(f.reason), code=f.reason.code),
            "row_id": f.origin,
            "source_id": source_id,
        }
        for f in fetched
        if f.outcome is FetchOutcome.REFUSED and f.reason
    ]
    with transaction(connection):
        connection.execute(
            "DELETE FROM core_quarantine WHERE table_name = ? AND check_name = 'fetch' AND source_id = ?"
            " AND (NOT ? OR row_id IN (SELECT unnest(?)))",
            [table.name, source_id, is_part, [f.origin for f in fetched]],
        )
        insert(connection, TABLES["core_quarantine"], quarantine_frame(refused))
    return len(refused)


def _offered(refused: Fetched) -> Record:
    reason = words(refused.reason) if refused.reason else None
    return {"paper_id": refused.paper_id, "origin": refused.origin, "reason": reason}


# --- structured rows


class TooManyRowsGone(Exception):
    """A source gave far fewer rows than before: more likely a broken feed than news. What it gave before stands."""

    def __init__(self, given: int, table: str, before: int) -> None:
        self.reason = Coded.of(DeferralReason.TOO_MANY_ROWS_GONE, given=given, table=table, before=before)
        super().__init__(words(self.reason))


def load_rows(
    connection: DuckDBPyConnection,
    source_id: str,
    rows: Mapping[str, Sequence[Candidate[Any]]],
    load_id: str | None = None,
    max_row_loss: float = 1.0,
    is_whole: bool = True,
) -> Counter[str]:
    """Put a structured source's rows in the place of what it gave before; returns counts by kind.

    Args:
        connection: The working warehouse.
        source_id: The source.
        rows: All that it has to say, by table.
        load_id: The load under which differences to what it said before are recorded (raw_source_changes).
        max_row_loss: Share of a table's rows of the source that may go at once.
        is_whole: False where some of its files could not be had: rows of source tables without a row now stand.

    Raises:
        TooManyRowsGone: more went; nothing was changed.
    """
    validated = {name: validate_candidates(given, name) for name, given in rows.items()}
    if not is_whole:
        validated = {
            name: (_with_missing(connection, name, source_id, good), bad) for name, (good, bad) in validated.items()
        }
    before = {name: _rows_of(connection, name, source_id) for name in rows}
    for name, (good, _) in validated.items():
        if len(good) < (1 - max_row_loss) * len(before[name]):
            raise TooManyRowsGone(len(good), name, len(before[name]))
    counts: Counter[str] = Counter()
    with transaction(connection):
        for name, (good, refused) in validated.items():
            connection.execute(f"DELETE FROM {name} WHERE source_id = ?", [source_id])
            connection.execute(
                "DELETE FROM core_quarantine WHERE table_name = ? AND source_id = ? AND document_sha256 IS NULL",
                [name, source_id],
            )
            insert(connection, TABLES[name], good)
            insert(connection, TABLES["core_quarantine"], refused)
            counts[name] += len(good)
            counts[f"quarantined from {name}"] += len(refused)
            if load_id:
                counts += _note_differences(connection, source_id, load_id, TABLES[name], before[name], good)
    return counts


def _rows_of(connection: DuckDBPyConnection, table_name: str, source_id: str) -> pd.DataFrame:
    return connection.execute(f"SELECT * FROM {table_name} WHERE source_id = ?", [source_id]).df()


def _with_missing(connection: DuckDBPyConnection, table_name: str, source_id: str, good: pd.DataFrame) -> pd.DataFrame:
    """The rows, and what the source gave before in those of its own tables that have none among them."""
    before = _rows_of(connection, table_name, source_id)
    if "source_table" not in before.columns or before.empty:
        return good
    missing = before[~before["source_table"].isin(good["source_table"])]
    return pd.concat([good, missing.astype(good.dtypes)], ignore_index=True) if len(missing) else good


def _note_differences(
    connection: DuckDBPyConnection,
    source_id: str,
    load_id: str,
    table: Table,
    before: pd.DataFrame,
    now: pd.DataFrame,
) -> Counter[str]:
    """Record what a source changed in one table. Where it says something for the first time, only the number counts."""
    if before.empty:
        return Counter({ROWS_NEW: len(now)})
    # Both through the database's types, so that a whole number is not another number than itself as a float.
    connection.register("now", now)
    found = differences(before, connection.execute("SELECT * FROM now").df(), table)
    connection.unregister("now")
    _insert_rows(connection, "raw_source_changes", found.rows(load_id, source_id, table.name))
    return Counter({ROWS_NEW: len(found.new), ROWS_CHANGED: found.changed_rows, ROWS_GONE: len(found.gone)})


def load_source_run(connection: DuckDBPyConnection, row: SourceRunRow) -> None:
    """Record how a source was asked in a run; the last record of a load stands."""
    with transaction(connection):
        connection.execute(
            "DELETE FROM raw_source_runs WHERE load_id = ? AND source_id = ?", [row.load_id, row.source_id]
        )
        _insert_rows(connection, "raw_source_runs", [row])


# --- derived tables


def load_derived(connection: DuckDBPyConnection, tables: Mapping[str, list[Record] | pd.DataFrame]) -> Counter[str]:
    """Put newly computed tables in the place of the old ones, all in one transaction; returns counts by kind."""
    counts: Counter[str] = Counter()
    with transaction(connection):
        for name, rows in tables.items():
            records: Any = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows
            good, refused = validate(records, name)
            connection.execute("DELETE FROM core_quarantine WHERE table_name = ?", [name])
            replace_table(connection, TABLES[name], good)
            insert(connection, TABLES["core_quarantine"], refused)
            counts[name] += len(good)
            counts[f"quarantined from {name}"] += len(refused)
    return counts


def _insert_rows(connection: DuckDBPyConnection, name: str, rows: Iterable[Any]) -> None:
    """Insert typed rows of our own making; one that fails is a bug of ours and raises."""
    _insert_valid(connection, name, [record(row, words) for row in rows])


def _insert_valid(connection: DuckDBPyConnection, name: str, rows: list[Record]) -> None:
    """Insert rows of our own making; one that fails is a bug of ours and raises."""
    columns = TABLES[name].column_names
    good, refused = validate([{c: r.get(c) for c in columns} for r in rows], name)
    if len(refused):
        raise AssertionError(f"{name}: {refused['reason'].iloc[0]} in {refused['row_json'].iloc[0][:300]}")
    insert(connection, TABLES[name], good)
