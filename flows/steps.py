"""The tasks: each a line or two around a plain function of `tasks/`, with the warehouse opened for as long as it runs.

Nothing is cached by Prefect (`NO_CACHE`): the document store and the warehouse are the cache, keyed by the content's
hash and the reader's version.
"""

import errno
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

import duckdb
from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from flows.runtime import progress, task_logger
from flows.settings import Settings
from flows.web import WebAccess, client_of
from schemas.codes import Coded
from schemas.codes.sources import DeferralReason, DocumentReason
from schemas.rows import Record
from schemas.rows.sources import SourceRunRow
from tasks import refresh
from tasks.defects import mark
from tasks.documents import fetch, plan
from tasks.documents.fetch import FetchOutcome
from tasks.documents.plan import DocumentChunk
from tasks.extract.read import ReadLimits, prune_readings, read_chunk, without_bytes
from tasks.http.client import HttpClient
from tasks.load import documents, source_rows
from tasks.load.corrections import versions
from tasks.load.runs import forget_beside, leave_beside, left_beside, mark_interrupted, put_load
from tasks.provenance.versions import extractor_version, parser_version
from tasks.publish import changes, release, releases
from tasks.reference.corrections import Correction
from tasks.sources import Discovery, Source
from tasks.sources.arxiv.records import PaperStore
from tasks.sources.own import OwnObservations
from tasks.sources.registry import PAPERS, note_refusals
from tasks.sources.source_run import SourceRun, ask_source
from tasks.storage import mirror
from tasks.storage.store import DocumentStore, Sidecar
from warehouse.connection import migrate
from warehouse.working import hand_over, open_working, show, take_up, working_file

RELEASES = releases.RELEASES
REFUSED = releases.REFUSED
LATEST = releases.LATEST
FORECASTS = "forecasts.jsonl"

_LOGGED = (
    "rows_given",
    "rows_new",
    "rows_changed",
    "rows_gone",
    "documents_new",
    "documents_refused",
    "documents_waiting",
    "requests",
)

Counts = dict[str, int]

# What may have passed a few seconds later: a network disk or a process table that was busy. A full disk stays full.
_TRANSIENT = {errno.EAGAIN, errno.EBUSY, errno.EIO, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT}


def _is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    error = state.data
    while isinstance(error, BaseException):
        if isinstance(error, OSError) and error.errno in _TRANSIENT:
            return True
        error = error.__cause__
    return False


class _Retries(TypedDict):
    retries: int
    retry_delay_seconds: list[float]
    retry_jitter_factor: float
    retry_condition_fn: Callable[[Task[..., Any], TaskRun, State[Any]], bool]


# For tasks that may be done twice. A host that does not answer is no reason: the HTTP client retries each request, and
# what did not come then is deferred to the next night.
_RETRIED = _Retries(retries=2, retry_delay_seconds=[5, 30], retry_jitter_factor=0.5, retry_condition_fn=_is_transient)


@task(name="open run record", tags={"warehouse"}, cache_policy=NO_CACHE)
def open_load(home: Path, record: Record) -> None:
    """Open a run record; a run that is no part of another first brings the warehouse to the present form."""
    if record["part_of"]:
        with open_working(home) as warehouse:
            put_load(warehouse, record)
        return
    take_up(home)
    with open_working(home) as warehouse:
        renewed = migrate(warehouse)
        for left in left_beside(home):
            put_load(warehouse, left)
        mark_interrupted(warehouse)
        put_load(warehouse, record)
    forget_beside(home)
    show(home)
    if renewed:
        task_logger().info("tables made anew, to be filled from the document store: %s", ", ".join(renewed))


@task(name="close run record", tags={"warehouse"}, cache_policy=NO_CACHE, **_RETRIED)
def close_load(home: Path, record: Record) -> None:
    """Close the run record, and give the warehouse to its readers; what a part leaves, its whole goes on with."""
    with open_working(home) as warehouse:
        put_load(warehouse, record)
    (show if record["part_of"] else hand_over)(home)


def close_failed(home: Path, record: Record) -> None:
    """Close the record of a run that failed, whatever it failed by: that error is reported, and none in here."""
    try:
        close_load.fn(home, record)
    except (OSError, duckdb.Error) as error:  # a full disk, a damaged warehouse
        leave_beside(home, record)
        task_logger().warning("the run record stands beside the warehouse until the next run takes it in: %s", error)


@task(
    name="query source",
    task_run_name="query {source.source_id}",
    tags={"source", "network", "warehouse"},
    cache_policy=NO_CACHE,
    **_RETRIED,
)
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


@task(name="plan reading", tags={"documents", "warehouse"}, cache_policy=NO_CACHE)
def plan_reading(home: Path, load_id: str, chunk_size: int, by_hand: list[Correction]) -> list[DocumentChunk]:
    """Chunks of documents that the warehouse does not hold as the present reader reads and corrections leave them."""
    with open_working(home) as warehouse:
        current = _current_documents(home, warehouse, load_id)
        loaded = documents.loaded_documents(warehouse)
        todo = plan.to_read(current, loaded, parser_version(), extractor_version(), versions(by_hand))
        gone = without_bytes(home, todo)
        damaged = [plan.SetAside(s, Coded.of(DocumentReason.DAMAGED)) for s in gone]
        documents.load_set_aside(warehouse, damaged, load_id)
        documents.load_damaged(
            warehouse,
            home,
            {"raw_documents": DocumentStore(home).damaged(), "raw_papers": PaperStore(home / PAPERS).damaged()},
        )
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
    current, set_aside = plan.current_documents(DocumentStore(home).sidecars(), withdrawn, ids)
    documents.load_set_aside(warehouse, set_aside, load_id)
    return current


@task(name="set copies aside", tags={"documents", "warehouse"}, cache_policy=NO_CACHE)
def set_copies_aside(home: Path, load_id: str) -> None:
    """Take back what a document says whose first page, now read, tells that its paper came under arXiv's id too."""
    with open_working(home) as warehouse:
        _current_documents(home, warehouse, load_id)


@task(
    name="read documents",
    task_run_name="read chunk {chunk.number} of {chunk.of} ({chunk.size} documents)",
    tags={"documents"},
    cache_policy=NO_CACHE,
    **_RETRIED,
)
def read_documents(chunk: DocumentChunk, home: Path, settings: Settings) -> list[Path]:
    """Parse and extract one chunk of documents in bounded worker processes; returns the paths of the readings."""
    limits = ReadLimits(settings.document_seconds, int(settings.document_memory_gib * 2**30), settings.workers)
    with progress(chunk.size, f"read chunk {chunk.number} of {chunk.of}") as advance:
        return read_chunk(home, chunk.documents, limits, advance)


@task(
    name="load readings",
    task_run_name="load chunk {chunk.number} of {chunk.of} ({chunk.size} documents)",
    tags={"documents", "warehouse"},
    cache_policy=NO_CACHE,
)
def load_readings(
    home: Path, chunk: DocumentChunk, readings: list[Path], load_id: str, by_hand: list[Correction]
) -> Counts:
    """One chunk of readings into the warehouse, corrected by hand, in one transaction."""
    with open_working(home) as warehouse:
        return dict(documents.load_readings(warehouse, chunk.documents, readings, load_id, by_hand))


@task(name="find stale corrections", tags={"warehouse"}, cache_policy=NO_CACHE)
def stale_corrections(home: Path) -> list[str]:
    """A line for each correction that no longer meets the claim it was written for."""
    with open_working(home, read_only=True) as warehouse:
        return [f"deferred: {line}" for line in documents.stale_corrections(warehouse)]


@task(name="delete old readings", tags={"documents"}, cache_policy=NO_CACHE)
def delete_old_readings(home: Path) -> None:
    """Drop cached readings of other versions of the reader."""
    prune_readings(home)


@task(name="load own observations", tags={"warehouse"}, cache_policy=NO_CACHE)
def load_own(home: Path, own: OwnObservations | None) -> Counts:
    """Observations of one's own; without any, those of an earlier run go."""
    with open_working(home) as warehouse:
        return dict(refresh.load_own(warehouse, own))


@task(name="compare inputs", tags={"warehouse"}, cache_policy=NO_CACHE)
def refresh_inputs(home: Path, parameters: dict[str, Any]) -> tuple[str, bool]:
    """Hash of what a refresh rests on; also tells whether the last one rested on the same: then its tables stand."""
    with open_working(home) as warehouse:
        inputs = refresh.refresh_inputs(warehouse, parameters)
        return inputs, refresh.is_refreshed(warehouse, inputs)


@task(name="estimate compute", tags={"warehouse"}, cache_policy=NO_CACHE)
def estimate_compute(home: Path, assumptions: refresh.Assumed) -> Counts:
    """Training compute from disclosures."""
    with open_working(home) as warehouse:
        return dict(refresh.estimate_compute(warehouse, assumptions.compute))


@task(name="estimate costs", tags={"warehouse"}, cache_policy=NO_CACHE)
def estimate_costs(home: Path, assumptions: refresh.Assumed) -> Counts:
    """Costs of the training runs."""
    with open_working(home) as warehouse:
        return dict(refresh.price_training_runs(warehouse, assumptions.overrides, assumptions.compute))


@task(name="mark defects", tags={"warehouse"}, cache_policy=NO_CACHE)
def mark_defects(home: Path) -> Counts:
    """What the rules for defects point at."""
    with open_working(home) as warehouse:
        return dict(mark.mark_defects(warehouse))


@task(name="match observations", tags={"warehouse"}, cache_policy=NO_CACHE)
def match_observations(home: Path, series: list[str], assumptions: refresh.Assumed) -> Counts:
    """Accuracy and compute of the same model; of one's own observations, those left out are told."""
    with open_working(home) as warehouse:
        counts = dict(refresh.join_observations(warehouse, assumptions.scope, assumptions.row_filter, series))
        for line in refresh.own_left_out(warehouse):
            task_logger().warning(line)
    return counts


@task(name="back-test", tags={"warehouse"}, cache_policy=NO_CACHE)
def backtest(home: Path, series: list[str]) -> Counts:
    """What each estimator said of records before they came, which gives the headline, how intervals held."""
    with open_working(home) as warehouse:
        return dict(refresh.backtest_estimators(warehouse, series))


@task(name="fit and estimate", tags={"warehouse"}, cache_policy=NO_CACHE)
def fit_and_estimate(home: Path, series: list[str], assumptions: refresh.Assumed, confidence_level: float) -> Counts:
    """Curves, what targets cost by them, and when they are reached."""
    with open_working(home) as warehouse:
        asked = series, assumptions.overrides, confidence_level, assumptions.targets
        counts = refresh.fit_and_extrapolate(warehouse, *asked)
        for line in refresh.unanswered(warehouse, assumptions.targets):
            task_logger().warning(line)
        return dict(counts + refresh.date_targets(warehouse, assumptions.overrides))


@task(name="fit capabilities", tags={"warehouse"}, cache_policy=NO_CACHE)
def fit_capabilities(home: Path, series: list[str]) -> Counts:
    """One ability behind many benchmarks: what it foretells of scores not yet had."""
    with open_working(home) as warehouse:
        return dict(refresh.fit_capabilities(warehouse, series))


@task(name="split performance", tags={"warehouse"}, cache_policy=NO_CACHE)
def split_performance(home: Path, series: list[str], confidence_level: float) -> Counts:
    """What performance grew by, and how fast the compute needed for the same score falls."""
    with open_working(home) as warehouse:
        return dict(refresh.split_performance(warehouse, series, confidence_level))


@task(name="evaluate", tags={"warehouse"}, cache_policy=NO_CACHE)
def evaluate(home: Path, series: list[str], assumptions: refresh.Assumed, confidence_level: float) -> Counts:
    """What the curves hang on: other choices, single papers; and beside them theory and growth."""
    with open_working(home) as warehouse:
        return dict(refresh.evaluate_estimates(warehouse, series, confidence_level, assumptions.targets))


@task(name="compare with latest release", tags={"warehouse", "release"}, cache_policy=NO_CACHE)
def unchanged_release(home: Path, date: str) -> Path | None:
    """The latest release, where nothing that it was made of has changed; what was refused before is then settled."""
    standing = release.unchanged_release(home, working_file(home), date, home / FORECASTS)
    if standing:
        shutil.rmtree(home / REFUSED, ignore_errors=True)
        task_logger().info("nothing that %s was made of has changed: it stands", standing)
    return standing


@task(name="check changes", tags={"warehouse", "release"}, cache_policy=NO_CACHE)
def check_changes(home: Path, date: str, accept_changes: bool) -> None:
    """Refuse a release whose figures moved beyond tolerance, and lay it out beside the others for a person to look."""
    release.check_changes(working_file(home), home / RELEASES, home / REFUSED, date, accept_changes)


@task(name="record forecasts", tags={"warehouse", "release"}, cache_policy=NO_CACHE)
def record_forecasts(home: Path, date: str) -> Counts:
    """What the estimates foretell beside what was published of old, and what became of that."""
    published = releases.read_published(home / RELEASES / releases.LATEST, "out_forecasts")
    with open_working(home) as warehouse:
        return dict(refresh.keep_forecasts(warehouse, home / FORECASTS, date, published))


@task(name="write ledger", tags={"warehouse", "release"}, cache_policy=NO_CACHE, **_RETRIED)
def write_ledger(home: Path) -> None:
    """The forecasts of the release that was made into the ledger: what was not published is not kept."""
    file, is_lost = home / FORECASTS, not (home / FORECASTS).exists()
    with open_working(home, read_only=True) as warehouse:
        added = refresh.write_ledger(warehouse, file)
    if added:
        task_logger().info("%s: %d forecasts added%s", file, added, " (it was not there)" if is_lost else "")


@task(
    name="publish release",
    task_run_name="publish release {date}",
    tags={"warehouse", "release"},
    cache_policy=NO_CACHE,
    **_RETRIED,
)
def publish_release(home: Path, date: str, deferred: list[str]) -> release.Release:
    """The release of `date`, swapped in whole; of a what-if run, one beside the releases."""
    made = release.publish_at(home, working_file(home), date, deferred)
    task_logger().info("release %s %s", made.path, "made" if made.is_new else "is there already with the same content")
    return made


@task(name="tell changes", tags={"release"}, cache_policy=NO_CACHE)
def changes_in_words(folder: Path) -> str:
    """A page on what a release changed since the last one."""
    return changes.changes_in_markdown(folder.name, releases.read_published(folder, "out_changes"))


@task(name="compare headlines", tags={"release"}, cache_policy=NO_CACHE)
def moved_headlines(before: Path, now: Path) -> list[str]:
    """A line for each headline that differs between two releases."""
    return changes.moved_headlines(*(releases.read_published(folder, "out_headlines") for folder in (before, now)))


@task(name="thin releases", tags={"release"}, cache_policy=NO_CACHE)
def thin_releases(home: Path, newest: int) -> None:
    """Leave of all but the newest releases only their Parquet files."""
    thinned = releases.prune_old_releases(home / RELEASES, newest)
    if thinned:
        task_logger().info("kept as Parquet only from now on: %s", ", ".join(thinned))


@task(name="restore home", tags={"documents", "release", "network"}, cache_policy=NO_CACHE)
def restore_home(home: Path, store: str) -> None:
    """Fill an empty home from the store, if there is one."""
    if store and mirror.is_empty(home):
        task_logger().info("%d files taken from the store into an empty home", mirror.Mirror(store).pull(home))


@task(name="copy to store", tags={"documents", "release", "network"}, cache_policy=NO_CACHE)
def copy_to_store(home: Path, store: str, parts: tuple[str, ...]) -> list[str]:
    """Copy what is new in a home to the store, if there is one; what fails is a line, and comes with the next run."""
    if not store:
        return []
    try:
        task_logger().info("%d files copied to the store", mirror.Mirror(store).push(home, parts))
    except mirror.StoreFails as error:
        line = f"deferred: not copied, and with the next run: {error}"
        task_logger().warning(line)
        return [line]
    return []
