"""The task that asks a source."""

from collections import Counter
from dataclasses import fields
from pathlib import Path

from flows.runtime import progress, task_logger
from flows.settings import Settings
from flows.steps.task import step
from flows.web import WebAccess, client_of
from schemas.codes import Coded
from schemas.codes.sources import DeferralReason
from schemas.rows.sources import SourceRunRow
from tasks.documents import fetch
from tasks.documents.fetch import FetchOutcome
from tasks.http.client import HttpClient
from tasks.load import documents, source_rows
from tasks.sources import Discovery, Source
from tasks.sources.registry import note_refusals
from tasks.sources.source_run import SourceRun, ask_source
from tasks.storage.store import DocumentStore
from warehouse.working import open_working

_LOGGED = (*(f.name for f in fields(SourceRunRow) if f.name.startswith(("rows_", "documents_"))), "requests")


@step("query source", "source", "network", "warehouse", run_name="query {source.source_id}", retried=True)
def query_source(home: Path, load_id: str, source: Source, access: WebAccess, settings: Settings) -> SourceRun:
    """Ask one source; its rows into the warehouse, its documents into the store, and how that went into the record."""
    web = client_of(access)
    requests, received = web.requests_sent, web.bytes_received
    asked = ask_source(source, web)
    found, counts = asked.found, asked.counts
    fetched = _fetch(home, found, web)
    counts.update(Counter(f"fetch {f.outcome}" for f in fetched))
    with open_working(home) as warehouse:
        try:
            counts.update(
                source_rows.load_rows(
                    warehouse,
                    source.source_id,
                    found.rows,
                    load_id,
                    settings.max_row_loss,
                    is_whole=not found.deferred,
                )
            )
        except source_rows.TooManyRowsGone as reason:
            asked.fail(reason.reason)
        if found.documents:
            documents.load_refused(warehouse, source.source_id, fetched, found.is_part)
        asked.requests, asked.bytes_received = web.requests_sent - requests, web.bytes_received - received
        row = asked.row(load_id)
        source_rows.load_source_run(warehouse, row)
    _log(row)
    return asked


def _fetch(home: Path, found: Discovery, web: HttpClient) -> list[fetch.Fetched]:
    if not found.documents:
        return []
    with progress(len(found.documents), f"fetch from {found.source_id}") as advance:
        fetched = fetch.fetch_all(found.documents, found.source_id, DocumentStore(home), advance, web)
    note_refusals(home, found, [f.outcome is FetchOutcome.REFUSED for f in fetched])
    left = Counter(f.reason for f in fetched if f.outcome is FetchOutcome.DEFERRED and f.reason)
    found.deferred += [
        Coded.of(DeferralReason.DOCUMENTS_NOT_FETCHED, documents=n, because=reason) for reason, n in left.items()
    ]
    found.waiting += left.total()
    return fetched


def _log(row: SourceRunRow) -> None:
    counts = ", ".join(f"{getattr(row, k)} {k.replace('_', ' ')}" for k in _LOGGED if getattr(row, k))
    task_logger().info("%s: %s%s", row.source_id, row.source_outcome, f" ({counts})" if counts else "")
    for note in (row.notes or "").splitlines():
        task_logger().warning("%s: %s", row.source_id, note)
