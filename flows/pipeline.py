"""The flows: order, fan-out and what a run reports. What is done stands in `tasks/`, how it is started in `cli.py`."""

import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from flows.alerts import reported
from flows.errors import SourceLost, TooManyUnreadable
from flows.outcomes import Ingested, Night, in_part, without
from flows.parameters import AtLeastOne, AtLeastZero, Day, File, Level, Papers, Place
from flows.recorded import recorded
from flows.runtime import check_cluster, fan_out, logger, run
from flows.settings import Settings
from flows.steps import documents, estimates, releases, sources, store
from flows.summary import in_text, leave_page, summarised
from flows.web import WebAccess, web_access
from schemas.rows.what_if import DEFAULT_CONFIDENCE
from tasks.load.runs import Run
from tasks.publish.releases import LATEST, RELEASES
from tasks.publish.target_checks import check_targets
from tasks.reference.corrections import Correction, load_corrections
from tasks.refresh.assumed import Assumed, assumed, series_of
from tasks.refresh.own import own_observations
from tasks.sources import Source, registry
from tasks.sources.own import OwnObservations
from tasks.storage.mirror import PUBLISHED, READ

_PATIENCE_SECONDS = 3600.0  # a backfill waits for the nightly run that took its turn


def _run_name() -> str:
    """Name of a flow run: the flow, the day, and what it is restricted to."""
    given = flow_run.parameters
    only = [*(given.get("benchmarks") or []), *([Path(given["papers"]).name] if given.get("papers") else [])]
    restricted = f" ({', '.join(only)})" if only else ""
    day = given.get("date") or datetime.now(UTC).date()
    return f"{flow_run.flow_name} {day}{restricted}"


def _settings_and(home: Path | None) -> tuple[Settings, Path]:
    """The settings, and the home of a run: theirs where it names none."""
    settings = Settings()
    return settings, (home or settings.home).resolve()


@flow(flow_run_name=_run_name)
def ingest(
    papers: Papers | None = None,
    offline: bool = False,
    limit: AtLeastZero | None = None,
    since: date | None = None,
    home: Place | None = None,
) -> Ingested:
    """Query every source; fetch, read and load what is new.

    Documents that the warehouse holds as the present reader reads them are left alone.

    Args:
        papers: A folder of PDFs to read, at any depth, or one PDF.
        offline: Query no source that needs a network.
        limit: Fetch at most so many papers; the setting `limit` where none is given.
        since: First day of the first harvest of arXiv; later harvests go on where the last one ended.
        home: Folder of documents, warehouse and releases; the setting `home` where none is given.
    """
    settings, place = _settings_and(home)
    check_cluster(settings)
    offline = offline or settings.offline
    fetched = 0 if offline else settings.limit if limit is None else limit
    parameters = {"papers": papers, "offline": offline, "limit": fetched, "since": since}
    record = Run("ingest", parameters)
    with summarised(record), recorded(place, settings.wait_seconds, record):
        by_hand = load_corrections()  # before anything else: a file that cannot be understood stops the run at once
        run(store.restore_home, place, settings.store)
        addresses = settings.base_addresses()
        with web_access(place, settings, offline) as web:
            asked = [
                *registry.at_hand(papers),
                *registry.structured(addresses),
                registry.literature(addresses, place, since, fetched),
            ]
            _load_all(place, record, asked, web, settings, by_hand)
        record.deferred += run(store.copy_to_store, place, settings.store, READ)
        _check_failure_rate(record.counts, settings)
    return in_part(Ingested(record.deferred, record.lost, record.counts), record.lost)


@flow(flow_run_name=_run_name)
def backfill(
    benchmarks: list[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: AtLeastOne | None = None,
    home: Place | None = None,
) -> Ingested:
    """Fetch, read and load the papers that wait, a chunk at a time.

    With benchmarks or a day, arXiv is searched first. A backfill that was stopped goes on where it was; between two
    chunks a nightly run may take its turn.

    Args:
        benchmarks: Search arXiv for papers that name these benchmarks; all of them where only a day is given.
        since: Search for papers submitted from this day on.
        until: Search for papers submitted up to this day; today where none is given.
        limit: Stop after so many papers; when none waits any more where no limit is given.
        home: Folder of documents, warehouse and releases; the setting `home` where none is given.
    """
    settings, place = _settings_and(home)
    check_cluster(settings)
    addresses = settings.base_addresses()
    # A mistyped benchmark or day is refused at once.
    search = registry.search_for(benchmarks or [], since, until) if benchmarks or since or until else None
    by_hand = load_corrections()
    left = limit if limit is not None else sys.maxsize
    whole = Run("backfill", {"benchmarks": benchmarks, "since": since, "until": until, "limit": limit})
    with summarised(whole), web_access(place, settings) as web:
        while left > 0 and not whole.deferred:
            size = min(left, settings.chunk_size)
            source = (
                registry.searched(addresses, place, search, size)
                if search and not whole.counts
                else registry.waiting_papers(addresses, place, size)
            )
            part = Run("backfill", {"search": search, "limit": size})
            with recorded(place, max(settings.wait_seconds, _PATIENCE_SECONDS), part):
                _load_all(place, part, [source], web, settings, by_hand)
            whole.deferred, whole.lost = part.deferred, part.lost
            whole.counts.update({**part.counts, "rounds": 1})
            left -= size
            if not part.counts["fetch new"]:
                break
    return in_part(Ingested(whole.deferred, whole.lost, whole.counts), whole.lost)


def _load_all(
    place: Path, record: Run, asked: list[Source], web: WebAccess, settings: Settings, by_hand: list[Correction]
) -> None:
    """Ask sources, read what is to read; the record keeps counts by kind, what was deferred, and lost sources."""
    outcomes: dict[str, list[str]] = {}
    for source in asked:
        answer = run(sources.query_source, place, record.load_id, source, web, settings)
        record.counts.update({**answer.counts, "documents waiting": answer.found.waiting})
        record.deferred += answer.lines()
        record.lost += [source.source_id] if answer.is_lost(web.offline) else []
        outcomes.setdefault(answer.row(record.load_id).source_outcome, []).append(source.source_id)
    for outcome, names in outcomes.items():
        logger().info("sources %s: %s", outcome.replace("_", " "), ", ".join(names))
    chunks = run(documents.plan_reading, place, record.load_id, settings.chunk_size, by_hand)
    with closing(fan_out(documents.read_documents, chunks, place, settings)) as read:
        for chunk, readings in zip(chunks, read, strict=True):
            record.counts.update(run(documents.load_readings, place, chunk, readings, record.load_id, by_hand))
            logger().info("chunk %d of %d read (%d documents)", chunk.number, chunk.of, chunk.size)
    run(documents.set_copies_aside, place, record.load_id)
    record.deferred += run(documents.stale_corrections, place)
    run(documents.delete_old_readings, place)
    for line in record.deferred:
        logger().warning(line)


@flow(flow_run_name=_run_name)
def refresh(
    benchmarks: list[str] | None = None,
    assumptions: dict[str, Any] | None = None,
    observations: File | None = None,
    only: str | None = None,
    targets: list[str] | None = None,
    confidence_level: Level = DEFAULT_CONFIDENCE,
    home: Place | None = None,
) -> Counter[str]:
    """Estimate compute and costs, match, fit and evaluate anew from what is loaded.

    Where nothing has changed that the estimates rest on, they are left as they are. A run with assumptions,
    observations, a condition or targets of its own is a what-if: what is published of it never becomes `latest`.

    Args:
        benchmarks: Fit only these benchmarks or series; all of them where none is given.
        assumptions: Other values for assumptions, by name.
        observations: A CSV of observations of one's own (`tasks.sources.own`).
        only: A condition that an observation meets which a fit uses (`tasks.match.row_filter`).
        targets: Targets beside the named ones, as `mmlu=92`.
        confidence_level: Level of all intervals.
        home: Folder of documents, warehouse and releases; the setting `home` where none is given.
    """
    settings, place = _settings_and(home)
    series = series_of(benchmarks or [])
    assume, own = _what_if(place, series, assumptions, observations, only, targets)
    parameters = {
        "benchmarks": series,
        "assumptions": assumptions,
        "observations": {"file": own.file, "sha256": own.sha256} if own else None,
        "only": only,
        "targets": targets,
        "confidence_level": confidence_level,
    }
    record = Run("refresh", parameters)
    with summarised(record), recorded(place, settings.wait_seconds, record):
        run(estimates.load_own, place, own)
        record.refresh_inputs, stands = run(estimates.refresh_inputs, place, parameters)
        if stands:
            logger().info("nothing that the estimates rest on has changed since the last refresh: its tables stand")
        else:
            _refresh_steps(place, record.counts, series, assume, confidence_level)
            logger().info("estimates made anew")
    return record.counts


def _what_if(
    place: Path,
    series: list[str],
    assumptions: dict[str, Any] | None,
    observations: Path | None,
    only: str | None,
    targets: list[str] | None,
) -> tuple[Assumed, OwnObservations | None]:
    """What a run assumes by itself, looked at before anything starts."""
    assume = assumed(assumptions or {}, only, targets or [])
    own = own_observations(observations, assume.compute, series) if observations else None
    check_targets(place, series, assume, own)
    return assume, own


def _refresh_steps(
    place: Path, counts: Counter[str], series: list[str], assume: Assumed, confidence_level: float
) -> None:
    counts.update(run(estimates.estimate_compute, place, assume.compute))
    counts.update(run(estimates.estimate_costs, place, assume.overrides, assume.compute))
    counts.update(run(estimates.mark_defects, place))
    counts.update(run(estimates.match_observations, place, series, assume))
    counts.update(run(estimates.backtest, place, series))
    counts.update(run(estimates.fit_and_estimate, place, series, assume, confidence_level))
    counts.update(run(estimates.evaluate, place, series, confidence_level, assume.targets))
    counts.update(run(estimates.fit_capabilities, place, series))
    counts.update(run(estimates.split_performance, place, series, confidence_level))


@flow(flow_run_name=_run_name)
def publish(
    deferred: list[str] | None = None,
    date: Day | None = None,
    accept_changes: bool = False,
    home: Place | None = None,
) -> Path:
    """Publish the warehouse as an immutable dated release, and point `latest` to it.

    Figures that moved beyond tolerance since the latest release are not published.

    Args:
        deferred: What the report should name as missing, one line each.
        date: Day of the release; today where none is given.
        accept_changes: Publish although figures moved beyond tolerance: a person has looked at them.
        home: Folder of documents, warehouse and releases; the setting `home` where none is given.
    """
    settings, place = _settings_and(home)
    day = f"{date or datetime.now(UTC).date()}"
    parameters = {"date": day, "accept_changes": accept_changes}
    record = Run("publish", parameters, deferred=deferred or [])
    with reported(place, settings, record) as highlights, recorded(place, settings.wait_seconds, record):
        latest = _latest(place)
        release = run(releases.unchanged_release, place, day) or _publish(place, day, accept_changes, record)
        highlights.links, highlights.moved = _links(release), run(releases.moved_headlines, latest, release)
        logger().info("release %s %s", release.name, "stands: nothing has changed" if release == latest else "made")
        leave_page("changes", run(releases.changes_in_words, release))
        run(releases.thin_releases, place, settings.keep_releases)
        record.deferred += run(store.copy_to_store, place, settings.store, PUBLISHED)
    return release


def _publish(place: Path, day: str, accept_changes: bool, record: Run) -> Path:
    run(releases.check_changes, place, day, accept_changes)  # first: what is refused is no forecast
    record.counts.update(run(releases.record_forecasts, place, day))
    made = run(releases.publish_release, place, day, record.deferred)
    run(releases.write_ledger, place)  # last: what was not published is no forecast either
    return made.path


@flow(flow_run_name=_run_name)
def nightly(
    papers: Papers | None = None,
    offline: bool = False,
    limit: AtLeastZero | None = None,
    since: date | None = None,
    benchmarks: list[str] | None = None,
    assumptions: dict[str, Any] | None = None,
    observations: File | None = None,
    only: str | None = None,
    targets: list[str] | None = None,
    accept_changes: bool = False,
    home: Place | None = None,
) -> Night:
    """Ingest what is new, refresh the estimates, publish a release.

    Sources that do not answer are deferred to the next night and named.

    Args:
        papers: A folder of PDFs to read, at any depth, or one PDF.
        offline: Query no source that needs a network.
        limit: Fetch at most so many papers; the setting `limit` where none is given.
        since: First day of the first harvest of arXiv; later harvests go on where the last one ended.
        benchmarks: Fit only these benchmarks or series; all of them where none is given.
        assumptions: Other values for assumptions, by name.
        observations: A CSV of observations of one's own (`tasks.sources.own`).
        only: A condition that an observation meets which a fit uses (`tasks.match.row_filter`).
        targets: Targets beside the named ones, as `mmlu=92`.
        accept_changes: Publish although figures moved beyond tolerance: a person has looked at them.
        home: Folder of documents, warehouse and releases; the setting `home` where none is given.
    """
    settings, place = _settings_and(home)
    what_if: dict[str, Any] = {
        "assumptions": assumptions,
        "observations": observations,
        "only": only,
        "targets": targets,
    }
    _what_if(place, series_of(benchmarks or []), **what_if)  # what refresh would refuse after hours of reading
    asked = {"papers": papers, "offline": offline, "limit": limit, "since": since, "benchmarks": benchmarks}
    record = Run("nightly", {**asked, **what_if})
    with reported(place, settings, record) as highlights, recorded(place, settings.wait_seconds, record):
        latest = _latest(place)
        ingested = run(ingest, papers=papers, offline=offline, limit=limit, since=since, home=place)
        record.counts, record.deferred, record.lost = Counter(ingested.counts), ingested.deferred, ingested.lost
        record.counts.update(run(refresh, benchmarks=benchmarks, home=place, **what_if))
        released = run(publish, deferred=ingested.deferred, accept_changes=accept_changes, home=place)
        highlights.links, highlights.moved = _links(released), run(releases.moved_headlines, latest, released)
        if ingested.lost and settings.strict:
            raise SourceLost(f"{released} is published {without(ingested.lost)}")
    return in_part(Night(released, ingested.lost, in_text(record, highlights)), ingested.lost)


def _latest(place: Path) -> Path:
    return (place / RELEASES / LATEST).resolve()


def _links(release: Path) -> dict[str, Path]:
    return {
        "Release": release,
        "Report": release / "index.html",
        "Changes since the last release": release / "out_changes.csv",
    }


def _check_failure_rate(counts: Counter[str], settings: Settings) -> None:
    failed = counts["documents failed"]
    total = failed + counts["documents read"] + counts["documents partly read"]
    if total >= settings.min_documents_for_rate and failed > settings.max_failure_rate * total:
        raise TooManyUnreadable(
            f"{failed} of {total} documents could not be read (limit {settings.max_failure_rate:.0%}); the rest is"
            " loaded. `python -m flows query documents_failed` lists the reasons"
        )
