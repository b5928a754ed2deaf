"""The flows: order, fan-out and what a run reports. What is done stands in `tasks/`, how it is started in `cli.py`."""

import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.runtime import fan_out, holding, logger, open_web, run  # before prefect: sets its environment

# isort: split
from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows import steps
from flows.errors import TooManyUnreadable
from flows.settings import Settings
from tasks.http.client import HttpClient
from tasks.reference.corrections import Correction, load_corrections
from tasks.refresh import Assumed, assumed, series_of
from tasks.sources import Source, registry

# One chunk at a time: each is read by several processes of its own.
_ONE_CHUNK: Any = ThreadPoolTaskRunner(max_workers=1)

_PATIENCE_SECONDS = 3600.0  # a backfill waits for the nightly run that took its turn


@flow(task_runner=_ONE_CHUNK)
def ingest(
    papers: Path | None = None,
    offline: bool = False,
    limit: int | None = None,
    since: date | None = None,
    home: Path | None = None,
) -> list[str]:
    """Find, fetch, read and load: every source's documents and rows into the warehouse.

    At most `limit` papers are fetched; arXiv is harvested from the day after the last harvest on, the first time from
    `since` on. Documents that the warehouse holds as the present reader reads them are left alone. Returns what was put
    off, one line each.
    """
    settings = Settings()
    place = (home or settings.home).resolve()
    by_hand = load_corrections()  # before anything else: a file that cannot be understood stops the run at once
    addresses = settings.base_addresses()
    offline = offline or settings.offline
    fetched = 0 if offline else settings.limit if limit is None else limit
    parameters = {"papers": papers, "offline": offline, "limit": fetched, "since": since}
    with holding(place, settings.wait_seconds), open_web(place, settings, offline) as web:
        asked = [
            *registry.at_hand(papers),
            *registry.structured(addresses),
            registry.literature(addresses, place, since, fetched),
        ]
        counts, deferred = _take_in(place, "ingest", parameters, asked, web, settings, by_hand)
    _say_counts(counts)
    _check_failure_rate(counts, settings)
    return deferred


@flow(task_runner=_ONE_CHUNK)
def backfill(
    benchmarks: list[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int | None = None,
    home: Path | None = None,
) -> list[str]:
    """Work through the papers that wait: fetch, read and load, a chunk at a time, until none is left or `limit` is met.

    With benchmarks or a date, arXiv is searched first for papers that name them (all of them where none is named),
    submitted from `since` to `until`. What was fetched stays, so that a backfill that was stopped goes on where it was;
    between two chunks a nightly run may take its turn. Returns what was put off, one line each.
    """
    settings = Settings()
    place = (home or settings.home).resolve()
    addresses = settings.base_addresses()
    # A mistyped benchmark or day is refused at once.
    search = registry.search_for(benchmarks or [], since, until) if benchmarks or since or until else None
    by_hand = load_corrections()
    left = limit if limit is not None else sys.maxsize
    total: Counter[str] = Counter()
    deferred: list[str] = []
    with open_web(place, settings) as web:
        while left > 0 and not deferred:
            size = min(left, settings.chunk_size)
            source = (
                registry.searched(addresses, place, search, size)
                if search and not total
                else registry.waiting_papers(addresses, place, size)
            )
            parameters = {"search": search, "limit": size}
            with holding(place, max(settings.wait_seconds, _PATIENCE_SECONDS)):
                counts, deferred = _take_in(place, "backfill", parameters, [source], web, settings, by_hand)
            total.update({**counts, "rounds": 1})
            left -= size
            if not counts["fetch new"]:
                break
    _say_counts(total)
    return deferred


def _take_in(
    place: Path,
    flow_name: str,
    parameters: dict[str, Any],
    sources: list[Source],
    web: HttpClient,
    settings: Settings,
    by_hand: list[Correction],
) -> tuple[Counter[str], list[str]]:
    """One load: ask sources, read what is to read; returns counts by kind and what was put off."""
    counts: Counter[str] = Counter()
    deferred: list[str] = []
    load_id = run(steps.open_load, place, flow_name, parameters)
    for source in sources:
        asked = run(steps.take_in, place, load_id, source, web, settings)
        counts.update(asked.counts)
        deferred += asked.lines()
    chunks = run(steps.plan_reading, place, load_id, settings.chunk_size, by_hand)
    for chunk, readings in zip(chunks, fan_out(steps.read_documents, chunks, place, settings), strict=True):
        counts.update(run(steps.load_readings, place, chunk, readings, load_id, by_hand))
    deferred += run(steps.stale_corrections, place)
    run(steps.forget_old_readings, place)
    run(steps.close_load, place, load_id, dict(counts), deferred)
    for line in deferred:
        logger().warning(line)
    return counts, deferred


@flow
def refresh(
    benchmarks: list[str] | None = None,
    assumptions: dict[str, Any] | None = None,
    confidence_level: float = 0.90,
    home: Path | None = None,
) -> None:
    """Reckon, join, fit and extrapolate anew from what is loaded.

    `benchmarks` restricts the fits (slugs or series); `assumptions` overrides assumptions by name.
    """
    place = (home or Settings().home).resolve()
    series, assume = series_of(benchmarks or []), assumed(assumptions or {})
    with holding(place):
        parameters = {"benchmarks": series, "assumptions": assumptions, "confidence_level": confidence_level}
        load_id, stands = run(steps.open_refresh, place, parameters)
        if stands:
            logger().info("nothing that the estimates rest on has changed since the last refresh: its tables stand")
        counts = Counter() if stands else _refresh_steps(place, series, assume, confidence_level)
        run(steps.close_load, place, load_id, dict(counts), [])
    _say_counts(counts)


def _refresh_steps(place: Path, series: list[str], assume: Assumed, confidence_level: float) -> Counter[str]:
    counts: Counter[str] = Counter(run(steps.reckon, place, assume))
    counts.update(run(steps.price, place, assume))
    counts.update(run(steps.mark_defects, place))
    counts.update(run(steps.observe, place))
    counts.update(run(steps.fit, place, series, assume, confidence_level))
    counts.update(run(steps.judge, place, series, confidence_level))
    return counts


@flow
def publish(
    deferred: list[str] | None = None,
    date: str | None = None,
    accept_changes: bool = False,
    home: Path | None = None,
) -> Path:
    """Publish what is in the warehouse as an immutable dated release, and point `latest` to it.

    Refused where figures moved beyond tolerance since the latest release, unless `accept_changes` says that a person
    has looked.
    """
    place = (home or Settings().home).resolve()
    with holding(place):
        day = date or f"{datetime.now(UTC):%Y-%m-%d}"
        run(steps.check_changes, place, day, accept_changes)  # first: what is refused is no forecast
        run(steps.keep_forecasts, place, day)
        made = run(steps.publish_release, place, day, deferred or [])
    return Path(made.path)


@flow
def nightly(
    papers: Path | None = None,
    offline: bool = False,
    limit: int | None = None,
    since: date | None = None,
    benchmarks: list[str] | None = None,
    assumptions: dict[str, Any] | None = None,
    accept_changes: bool = False,
    home: Path | None = None,
) -> Path:
    """The nightly job: ingest what is new, refresh the estimates, publish a release."""
    place = (home or Settings().home).resolve()
    series_of(benchmarks or [])  # what refresh would refuse after hours of reading is refused at once
    assumed(assumptions or {})
    with holding(place, Settings().wait_seconds):
        deferred = run(ingest, papers=papers, offline=offline, limit=limit, since=since, home=place)
        run(refresh, benchmarks=benchmarks, assumptions=assumptions, home=place)
        released: Path = run(publish, deferred=deferred, accept_changes=accept_changes, home=place)
    return released


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
