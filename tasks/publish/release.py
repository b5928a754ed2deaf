"""Publish: an immutable dated folder with everything, swapped in whole.

The folder is built under another name and renamed, then the pointer is replaced: a reader of `latest` sees the old
release or the new one, whatever kills the run in between.

Where figures moved farther than new papers explain (`tasks.publish.gate`), nothing is published until a person has
looked at it. The refused release is written to a home of its own, for `query` and the browser.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from schemas.errors import OperatorError
from schemas.rows.what_if import WhatIf
from schemas.tables import TABLES
from tasks.provenance.claims import content_id
from tasks.provenance.versions import release_version
from tasks.publish import gate
from tasks.publish.contents import (
    RUN_RECORDS,
    content_hash,
    write_descriptors,
    write_documents,
    write_feed,
    write_manifest,
    write_tables,
    write_warehouse,
)
from tasks.publish.pictures import pictures
from tasks.publish.published import Published
from tasks.publish.releases import (
    DATABASE,
    LATEST,
    RELEASES,
    WHAT_IF,
    files_of,
    find_by_content,
    latest_if_unchanged,
    next_name,
    previous_release,
    read_published,
    record_names,
    replace_link,
)
from tasks.publish.site.site import build_site
from tasks.reference.benchmarks import headline_benchmark
from tasks.refresh.forecasts import is_published
from tasks.refresh.what_if import is_usual, what_if
from tasks.storage.store import DocumentStore
from warehouse.connection import MEMORY, connect, read_table
from warehouse.rows import rows_hash

_BUILDING = ".building-"

_NOT_INPUTS = (*RUN_RECORDS, "out_changes", "out_forecasts", "out_forecast_scores")
"""Tables that are no content, or that publishing derives from the others."""


class PublishRefused(OperatorError):
    """The warehouse is not fit to be published; the message says why, and what to do."""


class NeedsApproval(PublishRefused):
    """Figures moved farther than new papers explain: a person decides whether they are published."""


@dataclass(frozen=True)
class Release:
    """A published release, and whether this publication made it."""

    path: Path
    is_new: bool


def check_changes(warehouse: Path, releases: Path, aside: Path, date: str, is_accepted: bool = False) -> None:
    """Refuse a release that a person should see first.

    Only comparable releases are compared: a run of some benchmarks or under other assumptions was asked for by a
    person, and neither it nor the release after it is refused.

    Args:
        warehouse: The working warehouse; it is only read.
        releases: The folder of all releases.
        aside: Home for the refused release; that of an earlier refusal is deleted.
        date: The date that the release would have (YYYY-MM-DD).
        is_accepted: True where a person has looked and accepts the changes.

    Raises:
        PublishRefused: the warehouse is not fit to be published.
        WaitsForPerson: figures moved beyond tolerance.
    """
    shutil.rmtree(aside, ignore_errors=True)
    latest = releases / LATEST
    with connect(warehouse, read_only=True, memory=MEMORY) as source:
        _check_publishable(source)
        if is_accepted or not latest.exists():
            return
        if latest.resolve().name[:10] > date and what_if(source) is None:
            raise PublishRefused(
                f"the latest release {latest.resolve().name} is after {date}: is the clock of this machine right? If"
                " `latest` is to go back to that day, publish with --accept-changes"
            )
        if not is_usual(source):
            return
        now = {name: read_table(source, name) for name in gate.FIGURES}
    with connect(latest / DATABASE, read_only=True) as published:
        if not is_usual(published):
            return
    before = {name: read_published(latest, name) for name in gate.FIGURES}
    moved = gate.suspicious_changes(before, now, headline_benchmark())
    if moved:
        publish(warehouse, aside / RELEASES, date, [], compared_with=latest.resolve())
        raise NeedsApproval(
            f"{'; '.join(moved)}. {latest.resolve().name} stays the latest release. See what moved: open"
            f" {aside / RELEASES / LATEST / 'index.html'}, ask `python -m flows query changes --home {aside}`. If it is"
            f" right: `python -m flows publish --accept-changes --home {warehouse.parent}`"
        )


def publish_at(home: Path, warehouse: Path, date: str, deferred: list[str]) -> Release:
    """Publish among the home's releases; a what-if run beside them, compared with the latest of them.

    Raises:
        PublishRefused: as `publish`.
    """
    with connect(warehouse, read_only=True, memory=MEMORY) as source:
        releases, compared_with = _destination(home, source)
    return publish(warehouse, releases, date, deferred, compared_with)


def unchanged_release(home: Path, warehouse: Path, date: str, ledger: Path) -> Path | None:
    """The latest release if none of its inputs has changed since, so that a new one would be the same; else None.

    Raises:
        PublishRefused: the warehouse is not fit to be published.
    """
    with connect(warehouse, read_only=True, memory=MEMORY) as source:
        _check_publishable(source)
        releases, compared_with = _destination(home, source)
        latest = latest_if_unchanged(releases / LATEST, release_inputs(source, date, compared_with))
    return latest if latest and is_published(ledger, read_published(latest, "out_forecasts")) else None


def _destination(home: Path, source: duckdb.DuckDBPyConnection) -> tuple[Path, Path | None]:
    """Folder to publish into, and the release that a what-if run is compared with."""
    releases = home / RELEASES
    if what_if(source) is None:
        return releases, None
    return home / WHAT_IF / RELEASES, (releases / LATEST).resolve() if (releases / LATEST).exists() else None


def publish(
    warehouse: Path, releases: Path, date: str, deferred: list[str], compared_with: Path | None = None
) -> Release:
    """Build the release of `date` (YYYY-MM-DD) from the working warehouse and point `latest` to it.

    Args:
        warehouse: The working warehouse; it is only read.
        releases: The folder of all releases.
        date: The release's date. Where the day has a release already: the same content leaves it as it is, other
            content makes `<date>.2` and so on, because a release never changes.
        deferred: What the run put off, one line each, for the manifest; it is no content.
        compared_with: The release that `out_changes` starts from; where None, the newest of an earlier day, and for
            a what-if run none.

    Raises:
        PublishRefused: nothing to publish, a refresh that did not end, or a key that is not unique.
    """
    releases.mkdir(parents=True, exist_ok=True)
    for leftover in releases.glob(f"{_BUILDING}*"):  # of a publication that was killed
        shutil.rmtree(leftover)
    with connect(warehouse, read_only=True, memory=MEMORY) as source:
        _check_publishable(source)
        run, inputs = what_if(source), release_inputs(source, date, compared_with)
    previous = compared_with or (None if run else previous_release(releases, date))
    building = releases / f"{_BUILDING}{date}"
    building.mkdir()
    try:
        _build(building, warehouse, date, previous, run)
        content = content_hash(building)
        present = find_by_content(releases, date, content)
        release = Release(present or next_name(releases, date), present is None)
        if release.is_new:
            name, hashes = release.path.name, {"content_sha256": content, "inputs_sha256": inputs}
            write_descriptors(building, name)
            write_feed(building, name, previous)
            write_manifest(building, name, hashes, run, deferred)
            for path in files_of(building):
                path.chmod(0o444)
            building.rename(release.path)
            record_names(releases)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    replace_link(releases / LATEST, release.path.name)
    return release


def _build(building: Path, warehouse: Path, date: str, previous: Path | None, run: WhatIf | None) -> None:
    """Write all content of a release into its folder: the database, the tables, and the site with its pictures."""
    tables = write_warehouse(warehouse, building / DATABASE, previous)
    write_tables(building)
    with connect(building / DATABASE, read_only=True) as built:
        shown = pictures(built, DocumentStore(warehouse.parent), building.parent / LATEST)
    before = previous.name if previous else None
    write_documents(building, build_site(Published.from_run(tables, date, before, run, shown)))


def release_inputs(source: duckdb.DuckDBPyConnection, date: str, compared_with: Path | None = None) -> str:
    """Hash of all inputs of a release: rows, code, pages, packages, and the release it is compared with.

    Only the month of its date counts, since forecasts may be issued once a month. Run records are not inputs.
    """
    rows = [(t.name, *rows_hash(source, t.name, t.column_names)) for t in TABLES.values() if t.name not in _NOT_INPUTS]
    return content_id(release_version(), rows, date[:7], compared_with.name if compared_with else None)


def _check_publishable(source: duckdb.DuckDBPyConnection) -> None:
    """Keys unique (checked by query: an index would be kept in every published file), and estimates of one refresh."""
    for table in TABLES.values():
        key = ", ".join(f'"{k}"' for k in table.key)
        twice = source.execute(f"SELECT {key} FROM {table.name} GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchone()
        if twice:
            raise PublishRefused(f"{table.name} has {twice} twice; run the refresh again, and report this if it stays")
    (n,) = source.execute("SELECT count(*) FROM out_estimates").fetchone() or (0,)
    if not n:
        raise PublishRefused("there are no estimates yet: run `python -m flows refresh` first")
    last = source.execute(
        "SELECT load_id, run_outcome FROM raw_loads WHERE flow = 'refresh' ORDER BY rowid DESC LIMIT 1"
    ).fetchone()
    if last and last[1] != "completed":
        raise PublishRefused(
            f"the refresh {last[0]} did not come to its end, and tables of two refreshes do not belong together: run"
            " `python -m flows refresh` first"
        )
