"""Documents, and the claims that they make: what a document said before goes when it is loaded again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from schemas.codes import Coded, read_codes
from schemas.codes.parsing import PAGES_LOST, ParseNote
from schemas.codes.sources import DocumentReason
from schemas.rows import Candidate, Record, record
from schemas.rows.claims import ClaimT, Disclosure, DocumentReading, Result, claim_of
from schemas.rows.sources import DocumentRow, PaperRow
from schemas.tables import TABLES
from schemas.vocabularies import FAILED
from tasks.documents.fetch import Fetched, FetchOutcome
from tasks.documents.plan import SetAside
from tasks.load.corrections import Applied, apply_corrections, claim_id, stale_claim, versions
from tasks.load.doubts import KnownRecord, doubt_beyond_record, doubt_impossible_order
from tasks.load.insert import insert_rows
from tasks.load.validate import quarantine_frame, quarantine_row, validate_candidates
from tasks.names.arxiv_ids import first_year
from tasks.names.papers import NamedPaper, arxiv_papers
from tasks.provenance.claims import content_id, unique
from tasks.provenance.versions import extractor_version, parser_version
from tasks.reference.corrections import Correction
from tasks.storage.readings import TABLE_OF, read_reading
from tasks.storage.store import Sidecar
from tasks.wording import words
from warehouse.connection import LOOKUPS, insert, transaction
from warehouse.rows import typed

_STALE, _REJECTED = "correction_meets_a_claim", "not_rejected"
_WHOLE_FILE = "file_is_whole"


def loaded_documents(connection: DuckDBPyConnection) -> set[tuple[str, str, str, str, str | None]]:
    """(sha256, paper_id, versions of parser, extractor and corrections) of the documents whose readings are loaded."""
    rows = connection.execute(
        "SELECT document_sha256, paper_id, parser_version, extractor_version, corrections_version FROM raw_documents"
        " WHERE document_status IN ('read', 'partly_read', 'failed')"
    ).fetchall()
    return set(rows)


def unstored_documents(connection: DuckDBPyConnection, stored: Iterable[Sidecar]) -> list[SetAside]:
    """Documents that speak for their papers in the warehouse and that the store, which is the truth, does not have."""
    keys = {(s.document_sha256, s.paper_id) for s in stored}
    loaded = connection.execute(
        "SELECT d.* REPLACE (d.fetched_at::VARCHAR AS fetched_at), p.title, p.year"
        " FROM raw_documents AS d LEFT JOIN core_papers AS p USING (paper_id)"
        " WHERE document_status IN ('read', 'partly_read', 'failed') ORDER BY ALL"
    )
    gone = (s for s in typed(loaded, Sidecar) if (s.document_sha256, s.paper_id) not in keys)
    return [SetAside(s, Coded.of(DocumentReason.DAMAGED)) for s in gone]


def arxiv_ids(connection: DuckDBPyConnection) -> dict[str, str]:
    """arXiv's id of each paper that goes by another: as its first page tells, else as a source has its title."""
    return arxiv_papers(typed(connection.execute((LOOKUPS / "named_papers.sql").read_text()), NamedPaper))


def load_readings(
    connection: DuckDBPyConnection,
    sidecars: list[Sidecar],
    reading_paths: list[Path],
    load_id: str,
    corrections: Sequence[Correction] = (),
) -> Counter[str]:
    """Load one chunk of readings, corrected by hand, in one transaction; returns counts by kind."""
    readings = [read_reading(path) for path in reading_paths]
    documents = [(_stamped(s, r.arxiv_id), r) for s, r in zip(sidecars, readings, strict=True)]
    counts = Counter(f"documents {reading.status.replace('_', ' ')}" for _, reading in documents)
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


def _stamped(sidecar: Sidecar, arxiv_id: str | None) -> Sidecar:
    """What is known of a document, with the id and the year that the stamp on its first page tells.

    The paper's id stays the one under which it came: users keep it.
    """
    if arxiv_id is None or sidecar.arxiv_id:
        return sidecar
    return replace(sidecar, arxiv_id=arxiv_id, year=sidecar.year or first_year(arxiv_id))


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
    documents: list[tuple[Sidecar, DocumentReading]], row_type: type[ClaimT], corrections: Sequence[Correction]
) -> Applied[ClaimT]:
    """One table's claims of a chunk, each once, as corrections leave them."""
    name = TABLE_OF[row_type]
    read = {sidecar.paper_id for sidecar, reading in documents if reading.status != FAILED}
    claims = [
        _claim(row_type, stored, sidecar, reading)
        for sidecar, reading in documents
        for stored in reading.claims.get(name, [])
    ]
    due = [c for c in corrections if c.table_name == name and c.paper_id in read]
    return apply_corrections(unique(claims, lambda claim: claim_id(claim.row)), due)


def _claim(row_type: type[ClaimT], stored: Record, sidecar: Sidecar, reading: DocumentReading) -> Candidate[ClaimT]:
    """A claim as it was read, with what is known of its document."""
    claim = claim_of(row_type, stored)
    row = replace(
        claim.row,
        paper_id=sidecar.paper_id,
        document_sha256=sidecar.document_sha256,
        source_id=sidecar.source_id,
        extractor_version=reading.extractor_version,
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
    for table in (*TABLE_OF.values(), "core_quarantine"):
        connection.execute(
            f"DELETE FROM {table} WHERE paper_id = ? AND document_sha256 IS NOT NULL",
            [paper_id],
        )


def _put_documents(
    connection: DuckDBPyConnection,
    documents: list[tuple[Sidecar, DocumentReading]],
    load_id: str,
    corrections_versions: Mapping[str, str],
) -> None:
    rows = [_document_row(s, r, load_id, corrections_versions.get(s.paper_id)) for s, r in documents]
    for s, _ in documents:
        connection.execute(
            "DELETE FROM raw_documents WHERE document_sha256 = ? AND paper_id = ?", [s.document_sha256, s.paper_id]
        )
        connection.execute("DELETE FROM core_papers WHERE paper_id = ?", [s.paper_id])
    insert_rows(connection, "raw_documents", rows)
    insert_rows(connection, "core_papers", [_paper_row(s, r.title) for s, r in documents])


def _document_row(s: Sidecar, reading: DocumentReading, load_id: str, corrections_version: str | None) -> DocumentRow:
    notes = read_codes(ParseNote, reading.parse_codes, reading.parse_parameters)
    reason = reading.reason or "; ".join(words(note) for note in notes if note.code in PAGES_LOST)
    code = DocumentReason.UNREADABLE if reading.status == FAILED else DocumentReason.PAGES_LOST
    return replace(
        _known_document(s, reading.status, load_id),
        reasons=(Coded.of(code, detail=reason),) if reason else (),
        pages=reading.pages,
        pages_read=reading.pages_read,
        notes=notes,
        parser_version=reading.parser_version,
        extractor_version=reading.extractor_version,
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
            for table in (*TABLE_OF.values(), "core_quarantine", "raw_documents"):
                connection.execute(f"DELETE FROM {table} WHERE document_sha256 = ? AND paper_id = ?", key)
        rows = [replace(_known_document(a.sidecar, a.reason.code, load_id), reasons=(a.reason,)) for a in new]
        insert_rows(connection, "raw_documents", rows)
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


def load_damaged(connection: DuckDBPyConnection, home: Path, files: Mapping[str, Sequence[Path]]) -> None:
    """Quarantine a row for each file of the stores that was set aside, for as long as it lies there.

    Args:
        connection: The warehouse.
        home: The home folder, which the rows' ids start from.
        files: The files by the table whose rows they would have given.
    """
    reason = "damaged: it was set aside, and what it held is fetched again where its source still has it"
    rows = [
        {
            **quarantine_row(TABLES[table], {}, _WHOLE_FILE, reason=reason),
            "quarantine_id": content_id(table, _WHOLE_FILE, file),
            "row_id": file,
        }
        for table, paths in files.items()
        for file in (path.relative_to(home).as_posix() for path in paths)
    ]
    with transaction(connection):
        connection.execute("DELETE FROM core_quarantine WHERE check_name = ?", [_WHOLE_FILE])
        insert(connection, TABLES["core_quarantine"], quarantine_frame(rows))


def _offered(refused: Fetched) -> Record:
    reason = words(refused.reason) if refused.reason else None
    return {"paper_id": refused.paper_id, "origin": refused.origin, "reason": reason}
