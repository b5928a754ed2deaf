"""The verbs that run a flow, or a worker that runs them."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.application import app, console, errors, print_line, without_traceback
from flows.cli.options import (
    AcceptChanges,
    Assume,
    Benchmarks,
    Home,
    Limit,
    Observations,
    Offline,
    Only,
    Papers,
    Since,
    Targets,
    checking,
    day_of,
    day_option,
    home_of,
    kind_of,
    question,
)
from flows.parameters import AtLeastOne, PoolType, has_come
from flows.settings import Settings

if TYPE_CHECKING:
    from flows.outcomes import Ingested


def _run(name: str, **parameters: Any) -> Any:
    """Start a flow by name, after a look at what every flow needs."""
    from tasks.operate.alerts import check_addresses
    from tasks.operate.room import check_access, room_for_a_night
    from tasks.reference.corrections import load_corrections

    home = parameters["home"]
    with checking(f"the home {home}"):
        home.mkdir(parents=True, exist_ok=True)
        NamedTemporaryFile(dir=home).close()
    check_access(home)
    room_for_a_night(home)
    with checking("corrections"):
        load_corrections()
    with checking("alerts"):
        check_addresses([address.get_secret_value() for address in Settings().alerts])
    with checking("Prefect's own settings"), warnings.catch_warnings(action="ignore"):
        import prefect.context  # noqa: F401 - reads them
    from flows import pipeline, runtime

    for runs in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(runs).addFilter(without_traceback)
    return runtime.start(getattr(pipeline, name), **parameters)


@app.command()
def nightly(
    papers: Papers = None,
    offline: Offline = False,
    limit: Limit = None,
    since: Since = None,
    benchmark: Benchmarks = None,
    assume: Assume = None,
    observations: Observations = None,
    only: Only = None,
    target: Targets = None,
    accept_changes: AcceptChanges = False,
    home: Home = None,
) -> None:
    """The nightly job: read what is new, refresh the estimates, publish a release.

    What a source cannot give tonight is deferred and named; the job works with what is at hand. Running it again with
    nothing new changes nothing but the run record. With assumptions, observations, a condition or targets of your own
    what it publishes is a what-if beside the releases.
    """
    place = home_of(home)
    asked = question(place, benchmark, assume, observations, only, target)
    night = _run(
        "nightly",
        papers=papers,
        offline=offline,
        limit=limit,
        since=day_of(since),
        accept_changes=accept_changes,
        home=place,
        **asked.parameters,
    )
    for line in night.summary:
        print_line(console, line)
    _print_next_of(night.release)
    _print_lost(night.lost)


@app.command()
def ingest(
    papers: Papers = None, offline: Offline = False, limit: Limit = None, since: Since = None, home: Home = None
) -> None:
    """Ask every source, find, fetch, read and load; what was read before is left alone."""
    ingested = _run("ingest", papers=papers, offline=offline, limit=limit, since=day_of(since), home=home_of(home))
    _print_ingested(ingested)


@app.command()
def backfill(
    benchmark: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Search arXiv for papers that name this benchmark; may be given again."),
    ] = None,
    since: Annotated[datetime | None, day_option("Search for papers submitted from this day on.")] = None,
    until: Annotated[datetime | None, day_option("… up to this day.", "today")] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            callback=kind_of(AtLeastOne), help="Stop after so many papers, one at least.", show_default="none"
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Work through the papers that wait, a chunk at a time; stopped at any moment, it goes on from there.

    Without a benchmark or a day it takes what the watch list and the harvests have left waiting.
    """
    first, last = day_of(since), day_of(until)
    with checking("backfill"):
        from tasks.sources.registry import search_for

        search_for(benchmark or [], first, last)
    ingested = _run("backfill", benchmarks=benchmark, since=first, until=last, limit=limit, home=home_of(home))
    _print_ingested(ingested)


def _print_ingested(ingested: "Ingested") -> None:
    _print_counts(ingested.counts, ingested.deferred, ingested.lost)
    print_line(console, "Next: `python -m flows refresh`, then `python -m flows publish`.")
    _print_lost(ingested.lost)


def _print_counts(counts: Mapping[str, int], deferred: Sequence[str] = (), lost: Sequence[str] = ()) -> None:
    from flows.summary import in_lines

    for line in in_lines(counts, deferred, lost):
        print_line(console, line)


def _print_lost(lost: list[str]) -> None:
    """What a run did without: its last line, whatever else it says."""
    if lost:
        from flows.outcomes import without

        print_line(errors, f"Done {without(lost)}", "yellow")


@app.command()
def refresh(
    benchmark: Benchmarks = None,
    assume: Assume = None,
    observations: Observations = None,
    only: Only = None,
    target: Targets = None,
    home: Home = None,
) -> None:
    """Estimate compute and costs, fit and evaluate anew from what is loaded.

    With assumptions, observations, a condition or targets of your own it is a what-if: `publish` then leaves the
    releases alone and puts the figures beside them, compared with the latest. The next plain refresh is as before.
    """
    place = home_of(home)
    asked = question(place, benchmark, assume, observations, only, target)
    counts = _run("refresh", home=place, **asked.parameters)
    _print_counts(counts)
    print_line(console, "Next: `python -m flows publish`.")


@app.command()
def publish(
    date: Annotated[datetime | None, day_option("Date of the release.", "today")] = None,
    accept_changes: AcceptChanges = False,
    home: Home = None,
) -> None:
    """Publish the warehouse as an immutable dated release and point `releases/latest` to it.

    Figures that moved farther than new papers explain are not published: the run says what moved and where to look.
    """
    day = day_of(date)
    with checking("--date"):
        day = day and has_come(day)
    released = _run("publish", date=day, accept_changes=accept_changes, home=home_of(home))
    print_line(console, f"Release: {released}")
    print_line(console, f"Report: {released / 'index.html'}")
    _print_next_of(released)


def _print_next_of(released: Path) -> None:
    from tasks.publish.releases import WHAT_IF

    if released.parent.parent.name == WHAT_IF:
        home = released.parent.parent
        print_line(console, f"A what-if: {home.parent / 'releases' / 'latest'} is as it was.")
        print_line(console, f"Next: `python -m flows query changes --home {home}`.")
    else:
        print_line(console, "Next: `python -m flows query` lists questions to ask of it.")


@app.command()
def worker(
    pool: Annotated[str, typer.Option(help="The work pool whose runs it takes.")] = "diminishing",
) -> None:
    """Run what the schedule or a person starts, until it is stopped; what a killed worker left is marked as crashed."""
    from flows import worker

    Settings()  # what is not understood is refused now, not by every night
    worker.start(pool)


@app.command()
def deploy(
    pool_type: Annotated[
        PoolType | None,
        typer.Option(help="Where runs happen; for a new work pool.", show_default="process, or what the pool is"),
    ] = None,
) -> None:
    """Register the work pool and the deployments of `prefect.yaml` with the Prefect server that is named.

    Done again it changes nothing: what is paused on the server stays paused.
    """
    from flows import deploy

    for line in deploy.deploy(pool_type):
        print_line(console, f"Deployed: {line}")
    print_line(console, "Next: `make worker`, in a terminal of its own, runs them.")
