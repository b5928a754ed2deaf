"""The flows: order, fan-out and what a run reports. What is done stands in `tasks/`, how it is started in `cli.py`."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flows.runtime import fan_out, holding, logger, run  # before prefect: sets its environment

# isort: split
from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows import steps
from flows.settings import Settings
from tasks.corrections import load_corrections
from tasks.discover import Source, folder, reference
from tasks.refresh import Assumed, assumed, series_of
from warehouse.connection import REFERENCE

# One chunk at a time: each is read by several processes of its own.
_ONE_CHUNK: Any = ThreadPoolTaskRunner(max_workers=1)


class TooManyUnreadable(Exception):
    """More documents were unreadable than a run may have: something is wrong beyond single papers."""


def sources(papers: Path | None) -> list[Source]:
    """The sources that a run asks, in order."""
    return [
        Source(reference.SOURCE_ID, partial(reference.discover, REFERENCE)),
        Source(folder.SOURCE_ID, partial(folder.discover, papers)),
    ]


@flow(task_runner=_ONE_CHUNK)
def ingest(papers: Path | None = None, offline: bool = False, home: Path | None = None) -> list[str]:
    """Find, fetch, read and load: every source's documents and rows into the warehouse.

    Documents that the warehouse holds as the present reader reads them are left alone. Returns what was put off, one
    line each.
    """
    settings = Settings()
    place = (home or settings.home).resolve()
    by_hand = load_corrections()  # before anything else: a file that cannot be understood stops the run at once
    counts: Counter[str] = Counter()
    deferred: list[str] = []
    with holding(place):
        load_id = run(steps.open_load, place, "ingest", {"papers": papers, "offline": offline})
        for source in sources(papers):
            found = run(steps.discover, source, offline)
            if isinstance(found, str):
                logger().warning(found)
                deferred.append(found)
                continue
            counts.update(run(steps.fetch_documents, place, found) if found.documents else {})
            counts.update(run(steps.load_rows, place, found) if found.rows else {})
        chunks = run(steps.plan_reading, place, load_id, settings.chunk_size, by_hand)
        for chunk, readings in zip(chunks, fan_out(steps.read_documents, chunks, place, settings), strict=True):
            counts.update(run(steps.load_readings, place, chunk, readings, load_id, by_hand))
        for line in run(steps.stale_corrections, place):
            logger().warning(line)
            deferred.append(line)
        run(steps.forget_old_readings, place)
        run(steps.close_load, place, load_id, dict(counts), deferred)
    _say_counts(counts)
    _check_failure_rate(counts, settings)
    return deferred


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
        load_id = run(steps.open_load, place, "refresh", parameters)
        counts = _refresh_steps(place, series, assume, confidence_level)
        run(steps.close_load, place, load_id, dict(counts), [])
    _say_counts(counts)


def _refresh_steps(place: Path, series: list[str], assume: Assumed, confidence_level: float) -> Counter[str]:
    counts: Counter[str] = Counter(run(steps.reckon, place, assume))
    counts.update(run(steps.price, place, assume))
    counts.update(run(steps.mark_defects, place))
    counts.update(run(steps.observe, place))
    counts.update(run(steps.fit, place, series, assume, confidence_level))
    return counts


@flow
def publish(deferred: list[str] | None = None, date: str | None = None, home: Path | None = None) -> Path:
    """Publish what is in the warehouse as an immutable dated release, and point `latest` to it."""
    place = (home or Settings().home).resolve()
    with holding(place):
        made = run(steps.publish_release, place, date or f"{datetime.now(UTC):%Y-%m-%d}", deferred or [])
    return Path(made.path)


@flow
def nightly(
    papers: Path | None = None,
    offline: bool = False,
    benchmarks: list[str] | None = None,
    assumptions: dict[str, Any] | None = None,
    home: Path | None = None,
) -> Path:
    """The nightly job: ingest what is new, refresh the estimates, publish a release."""
    place = (home or Settings().home).resolve()
    series_of(benchmarks or [])  # what refresh would refuse after hours of reading is refused at once
    assumed(assumptions or {})
    with holding(place):
        deferred = run(ingest, papers=papers, offline=offline, home=place)
        run(refresh, benchmarks=benchmarks, assumptions=assumptions, home=place)
        released: Path = run(publish, deferred=deferred, home=place)
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
