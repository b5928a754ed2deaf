"""The flows: order, fan-out and what a run reports. What is done stands in `tasks/`, how it is started in `cli.py`."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from prefect import flow
from prefect.context import FlowRunContext
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows import steps
from flows.errors import HomeInUse, SourceLost, TooManyUnreadable
from flows.parameters import AtLeastOne, AtLeastZero, Folder, Level, Place
from flows.runtime import fan_out, holding, logger, open_web, run
from flows.settings import Settings
from tasks.http.client import HttpClient
from tasks.load.runs import Run, leave_beside
from tasks.reference.corrections import Correction, load_corrections
from tasks.refresh import Assumed, assumed, series_of
from tasks.sources import Source, registry

Result = TypeVar("Result")

# One chunk at a time: each is read by several processes of its own.
_ONE_CHUNK: Any = ThreadPoolTaskRunner(max_workers=1)

_PATIENCE_SECONDS = 3600.0  # a backfill waits for the nightly run that took its turn

IN_PART = "CompletedInPart"
"""Name of the Prefect state of a run that lost a source."""


@dataclass(frozen=True)
class Taken:
    """What an ingest or a backfill put off, one line each, and the sources that it lost."""

    deferred: list[str]
    lost: list[str]


@dataclass(frozen=True)
class Night:
    """The release that a night left, and the sources that it lost."""

    release: Path
    lost: list[str]


@flow(task_runner=_ONE_CHUNK)
def ingest(
    papers: Folder | None = None,
    offline: bool = False,
    limit: AtLeastZero | None = None,
    since: date | None = None,
    home: Place | None = None,
) -> Taken:
    """Find, fetch, read and load: every source's documents and rows into the warehouse.

    At most `limit` papers are fetched; arXiv is harvested from the day after the last harvest on, the first time from
    `since` on. Documents that the warehouse holds as the present reader reads them are left alone.
    """
    settings = Settings()
    place = (home or settings.home).resolve()
    offline = offline or settings.offline
    fetched = 0 if offline else settings.limit if limit is None else limit
    parameters = {"papers": papers, "offline": offline, "limit": fetched, "since": since}
    with _recorded(place, settings.wait_seconds, "ingest", parameters) as record:
        by_hand = load_corrections()  # before anything else: a file that cannot be understood stops the run at once
        addresses = settings.base_addresses()
        with open_web(place, settings, offline) as web:
            asked = [
                *registry.at_hand(papers),
                *registry.structured(addresses),
                registry.literature(addresses, place, since, fetched),
            ]
            _take_in(place, record, asked, web, settings, by_hand)
        _say_counts(record.counts)
        _check_failure_rate(record.counts, settings)
    return _told(Taken(record.deferred, record.lost), record.lost)


@flow(task_runner=_ONE_CHUNK)
def backfill(
    benchmarks: list[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: AtLeastOne | None = None,
    home: Place | None = None,
) -> Taken:
    """Work through the papers that wait: fetch, read and load, a chunk at a time, until none is left or `limit` is met.

    With benchmarks or a date, arXiv is searched first for papers that name them (all of them where none is named),
    submitted from `since` to `until`. What was fetched stays, so that a backfill that was stopped goes on where it was;
    between two chunks a nightly run may take its turn.
    """
    settings = Settings()
    place = (home or settings.home).resolve()
    addresses = settings.base_addresses()
    # A mistyped benchmark or day is refused at once.
    search = registry.search_for(benchmarks or [], since, until) if benchmarks or since or until else None
    by_hand = load_corrections()
    left = limit if limit is not None else sys.maxsize
    total: Counter[str] = Counter()
    taken = Taken([], [])
    with open_web(place, settings) as web:
        while left > 0 and not taken.deferred:
            size = min(left, settings.chunk_size)
            source = (
                registry.searched(addresses, place, search, size)
                if search and not total
                else registry.waiting_papers(addresses, place, size)
            )
            parameters = {"search": search, "limit": size}
            wait_seconds = max(settings.wait_seconds, _PATIENCE_SECONDS)
            with _recorded(place, wait_seconds, "backfill", parameters) as record:
                _take_in(place, record, [source], web, settings, by_hand)
            taken = Taken(record.deferred, record.lost)
            total.update({**record.counts, "rounds": 1})
            left -= size
            if not record.counts["fetch new"]:
                break
    _say_counts(total)
    return _told(taken, taken.lost)


def _take_in(
    place: Path, record: Run, sources: list[Source], web: HttpClient, settings: Settings, by_hand: list[Correction]
) -> None:
    """Ask sources, read what is to read; the record keeps counts by kind, what was put off, and lost sources."""
    for source in sources:
        asked = run(steps.take_in, place, record.load_id, source, web, settings)
        record.counts.update(asked.counts)
        record.deferred += asked.lines()
        record.lost += [source.source_id] if asked.is_lost(web.is_offline) else []
    chunks = run(steps.plan_reading, place, record.load_id, settings.chunk_size, by_hand)
    for chunk, readings in zip(chunks, fan_out(steps.read_documents, chunks, place, settings), strict=True):
        record.counts.update(run(steps.load_readings, place, chunk, readings, record.load_id, by_hand))
    record.deferred += run(steps.stale_corrections, place)
    run(steps.forget_old_readings, place)
    for line in record.deferred:
        logger().warning(line)


@flow
def refresh(
    benchmarks: list[str] | None = None,
    assumptions: dict[str, Any] | None = None,
    confidence_level: Level = 0.90,
    home: Place | None = None,
) -> None:
    """Reckon, join, fit and extrapolate anew from what is loaded.

    `benchmarks` restricts the fits (slugs or series); `assumptions` overrides assumptions by name.
    """
    settings = Settings()
    place = (home or settings.home).resolve()
    series, assume = series_of(benchmarks or []), assumed(assumptions or {})
    parameters = {"benchmarks": series, "assumptions": assumptions, "confidence_level": confidence_level}
    with _recorded(place, settings.wait_seconds, "refresh", parameters) as record:
        record.refresh_inputs, stands = run(steps.refresh_inputs, place, parameters)
        if stands:
            logger().info("nothing that the estimates rest on has changed since the last refresh: its tables stand")
        else:
            _refresh_steps(place, record.counts, series, assume, confidence_level)
    _say_counts(record.counts)


def _refresh_steps(
    place: Path, counts: Counter[str], series: list[str], assume: Assumed, confidence_level: float
) -> None:
    counts.update(run(steps.reckon, place, assume))
    counts.update(run(steps.price, place, assume))
    counts.update(run(steps.mark_defects, place))
    counts.update(run(steps.observe, place))
    counts.update(run(steps.fit, place, series, assume, confidence_level))
    counts.update(run(steps.judge, place, series, confidence_level))


@flow
def publish(
    deferred: list[str] | None = None,
    date: date | None = None,
    accept_changes: bool = False,
    home: Place | None = None,
) -> Path:
    """Publish what is in the warehouse as an immutable dated release, and point `latest` to it.

    Refused where figures moved beyond tolerance since the latest release, unless `accept_changes` says that a person
    has looked.
    """
    settings = Settings()
    place = (home or settings.home).resolve()
    day = f"{date or datetime.now(UTC).date()}"
    parameters = {"date": day, "accept_changes": accept_changes}
    with _recorded(place, settings.wait_seconds, "publish", parameters) as record:
        record.deferred += deferred or []
        run(steps.check_changes, place, day, accept_changes)  # first: what is refused is no forecast
        record.counts.update(run(steps.keep_forecasts, place, day))
        made = run(steps.publish_release, place, day, record.deferred)
    return Path(made.path)


@flow
def nightly(
    papers: Folder | None = None,
    offline: bool = False,
    limit: AtLeastZero | None = None,
    since: date | None = None,
    benchmarks: list[str] | None = None,
    assumptions: dict[str, Any] | None = None,
    accept_changes: bool = False,
    home: Place | None = None,
) -> Night:
    """The nightly job: ingest what is new, refresh the estimates, publish a release."""
    settings = Settings()
    place = (home or settings.home).resolve()
    series_of(benchmarks or [])  # what refresh would refuse after hours of reading is refused at once
    assumed(assumptions or {})
    asked = {"papers": papers, "offline": offline, "limit": limit, "since": since, "benchmarks": benchmarks}
    with _held(place, settings.wait_seconds, Run("nightly", {**asked, "assumptions": assumptions})):
        taken = run(ingest, papers=papers, offline=offline, limit=limit, since=since, home=place)
        run(refresh, benchmarks=benchmarks, assumptions=assumptions, home=place)
        released: Path = run(publish, deferred=taken.deferred, accept_changes=accept_changes, home=place)
    if taken.lost and settings.strict:
        raise SourceLost(f"{released} is published {without(taken.lost)}")
    return _told(Night(released, taken.lost), taken.lost)


@contextmanager
def _recorded(place: Path, wait_seconds: float, flow_name: str, parameters: dict[str, Any]) -> Iterator[Run]:
    """Hold the home, with a run record that is opened first and closed last, however the run ends."""
    record = Run(flow_name, parameters)
    with _held(place, wait_seconds, record):
        try:
            run(steps.open_load, place, record.row())
            yield record
            record.end()
            run(steps.close_load, place, record.row())
        except BaseException as error:
            record.end(error)
            steps.close_failed(place, record.row())
            raise


@contextmanager
def _held(place: Path, wait_seconds: float, record: Run) -> Iterator[None]:
    """Hold the home; a run that cannot have it leaves its record to the one that has it."""
    try:
        with holding(place, wait_seconds):
            yield
    except HomeInUse as error:
        record.end(error)
        leave_beside(place, record.row())
        raise


def without(lost: list[str]) -> str:
    """In words what a run did without."""
    return f"without {', '.join(lost)}: what came of that before stands, and `python -m flows status` says why"


def _told(result: Result, lost: list[str]) -> Result:
    """The result of a run; one that lost a source ends in a state that says so."""
    if not lost:
        return result
    logger().warning("done %s", without(lost))
    if not FlowRunContext.get():
        return result
    # Whoever called the flow gets the state's data.
    return Completed(name=IN_PART, message=f"Done {without(lost)}", data=result)  # type: ignore[return-value]


def _say_counts(counts: Counter[str]) -> None:
    for what, n in sorted(counts.items()):
        if n:
            logger().info("%-45s %6d", what, n)


def _check_failure_rate(counts: Counter[str], settings: Settings) -> None:
    failed = counts["documents failed"]
    total = failed + counts["documents read"]
    if total >= settings.min_documents_for_rate and failed > settings.max_failure_rate * total:
        raise TooManyUnreadable(
            f"{failed} of {total} documents could not be read (limit {settings.max_failure_rate:.0%}); the rest is"
            " loaded. `python -m flows query documents_failed` lists the reasons"
        )
