"""The tasks that read documents and load what they say."""

from pathlib import Path

import duckdb

from flows.runtime import progress, task_logger
from flows.settings import Settings
from flows.steps.task import Counts, step
from flows.web import WEB
from schemas.codes import Coded
from schemas.codes.sources import DocumentReason
from tasks.documents import plan
from tasks.documents.plan import DocumentChunk
from tasks.extract.read import ReadLimits, prune_readings, read_chunk, without_bytes
from tasks.http.cache import HttpCache
from tasks.load import documents
from tasks.load.corrections import versions
from tasks.provenance.versions import extractor_version, parser_version
from tasks.reference.corrections import Correction
from tasks.sources.arxiv.records import PaperStore
from tasks.sources.registry import PAPERS
from tasks.storage.store import DocumentStore, Sidecar
from warehouse.working import open_working


@step("plan reading", "documents", "warehouse")
def plan_reading(home: Path, load_id: str, chunk_size: int, by_hand: list[Correction]) -> list[DocumentChunk]:
    """Chunks of documents that the warehouse does not hold as the present reader reads and corrections leave them."""
    with open_working(home) as warehouse:
        current = _current_documents(home, warehouse, load_id)
        loaded = documents.loaded_documents(warehouse)
        todo = plan.to_read(current, loaded, parser_version(), extractor_version(), versions(by_hand))
        gone = without_bytes(home, todo)
        damaged = [plan.SetAside(s, Coded.of(DocumentReason.DAMAGED)) for s in gone]
        documents.load_set_aside(warehouse, damaged, load_id)
        store = DocumentStore(home)
        store.set_unrecorded_aside()  # here: what was killed before its sidecar was written has been fetched again
        damaged_files = {
            "raw_documents": store.damaged(),
            "raw_papers": PaperStore(home / PAPERS).damaged(),
            "raw_source_runs": HttpCache(home / WEB).damaged(),
        }
        documents.load_damaged(warehouse, home, damaged_files)
    for s in gone:
        task_logger().warning(
            "%s cannot be read: its bytes are no longer in the store; they are fetched again", s.origin
        )
        todo.remove(s)
    task_logger().info("%d documents in the store, %d to read", len(current), len(todo))
    return plan.chunks(todo, chunk_size)


def _current_documents(home: Path, warehouse: duckdb.DuckDBPyConnection, load_id: str) -> list[Sidecar]:
    """The documents that speak for their papers; the others are recorded as set aside."""
    withdrawn = PaperStore(home / PAPERS).withdrawn()
    ids = documents.arxiv_ids(warehouse)
    stored = DocumentStore(home).sidecars()
    current, set_aside = plan.current_documents(stored, withdrawn, ids)
    gone = documents.unstored_documents(warehouse, stored)
    documents.load_set_aside(warehouse, set_aside + gone, load_id)
    if gone:
        task_logger().warning(
            "%d documents of the warehouse are not in the store (%s …): their figures go until they come again",
            len(gone),
            ", ".join(g.sidecar.origin for g in gone[:3]),
        )
    return current


@step("set copies aside", "documents", "warehouse")
def set_copies_aside(home: Path, load_id: str) -> None:
    """Take back what a document says whose first page, now read, tells that its paper came under arXiv's id too."""
    with open_working(home) as warehouse:
        _current_documents(home, warehouse, load_id)


@step(
    "read documents",
    "documents",
    run_name="read chunk {chunk.number} of {chunk.of} ({chunk.size} documents)",
    retried=True,
)
def read_documents(chunk: DocumentChunk, home: Path, settings: Settings) -> list[Path]:
    """Parse and extract one chunk of documents in bounded worker processes; returns the paths of the readings."""
    limits = ReadLimits(settings.document_seconds, int(settings.document_memory_gib * 2**30), settings.workers)
    with progress(chunk.size, f"read chunk {chunk.number} of {chunk.of}") as advance:
        return read_chunk(home, chunk.documents, limits, advance)


@step(
    "load readings",
    "documents",
    "warehouse",
    run_name="load chunk {chunk.number} of {chunk.of} ({chunk.size} documents)",
)
def load_readings(
    home: Path, chunk: DocumentChunk, readings: list[Path], load_id: str, by_hand: list[Correction]
) -> Counts:
    """One chunk of readings into the warehouse, corrected by hand, in one transaction."""
    with open_working(home) as warehouse:
        return dict(documents.load_readings(warehouse, chunk.documents, readings, load_id, by_hand))


@step("find stale corrections", "warehouse")
def stale_corrections(home: Path) -> list[str]:
    """A line for each correction that no longer meets the claim it was written for."""
    with open_working(home, read_only=True) as warehouse:
        return [f"deferred: {line}" for line in documents.stale_corrections(warehouse)]


@step("delete old readings", "documents")
def delete_old_readings(home: Path) -> None:
    """Drop cached readings of other versions of the reader."""
    prune_readings(home)
