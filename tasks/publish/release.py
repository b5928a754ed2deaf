"""Publish: an immutable dated folder with everything, swapped in whole.

    HOME/releases/2026-11-23/     warehouse.duckdb, *.parquet, *.csv, index.html, manifest.json, …
    HOME/releases/latest          points to the newest release
    HOME/what-if/releases/…       the same for what-if runs, which are no releases of ours

The folder is built under another name and renamed, then the pointer is replaced: a reader of `latest` sees the old
release or the new one, whatever kills the run in between.

Where figures moved farther than new papers explain (`tasks.publish.gate`), nothing is published until a person has
looked: what would have been published is laid out as a home of its own, for `query` and the browser.
"""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from schemas.ddl import codebook, comments, create_table
from schemas.errors import OperatorError
from schemas.rows.what_if import WhatIf
from schemas.tables import EARLIER_NAMES, TABLES, Table
from tasks.costs.assumptions import AssumedChoice, Assumption
from tasks.provenance.claims import content_id
from tasks.provenance.versions import ROOT, code_version, package_versions, release_version
from tasks.publish import croissant, gate
from tasks.publish.changes import COMPARED, changes_between
from tasks.publish.datapackage import citation, datapackage
from tasks.publish.pictures import pictures
from tasks.publish.published import Published
from tasks.publish.reference_tables import write_reference
from tasks.publish.site.feed import Announced, feed
from tasks.publish.site.questions import TABLES_ASKED
from tasks.publish.site.site import build_site
from tasks.publish.spreadsheet import guarded, guarded_columns
from tasks.reference.benchmarks import headline_benchmark, load_series
from tasks.reference.sources import load_sources
from tasks.refresh import is_published, is_usual, what_if
from tasks.storage.store import DocumentStore, atomic_write, sha256_of
from tasks.wording.what_if import assumed_lines
from warehouse.connection import REFERENCE, connect, create_views, read_table, transaction
from warehouse.rows import rows_hash

# DuckDB 2 writes files that DuckDB 1 cannot read unless it is told to; this format opens in every client since 1.0.
STORAGE_VERSION = "v1.0.0"

DATABASE = "warehouse.duckdb"
RELEASES = "releases"
LATEST = "latest"
WHAT_IF = "what-if"
REFUSED = "refused"
"""Home in which a refused release is laid out."""
CITATION = "CITATION.cff"

_BUILDING = ".building-"
_NAMES = ".names"
"""File among the releases with the names of all that there ever were."""

_MANIFEST = "manifest.json"
_KEPT = (_MANIFEST, CITATION, "sources.csv")
"""What stays of an older release beside its Parquet files."""

SHOWN = "out_"
"""How the names of tables begin that users read: they have CSVs, and pages show them."""

RUN_RECORDS = ("raw_loads", "raw_documents", "raw_source_runs", "raw_source_changes")
"""Tables that are different each night by nature: in the DuckDB file only."""

_NO_INPUTS = (*RUN_RECORDS, "out_changes", "out_forecasts", "out_forecast_scores")
"""Tables that are no content, or that publishing makes of the others."""

_REFERENCE_TABLES = (
    "sources.csv",
    "benchmarks.csv",
    "datasets.csv",
    "networks.csv",
    "model_families.csv",
    "range_calibration.csv",
    "training_utilisation.csv",
    "usual_epochs.csv",
    "hardware.csv",
    "known_defects.csv",
    "leaderboards.csv",
    "watchlist.csv",
    "targets.csv",
    "article_claims.csv",
    "published_progress.csv",
    "thought_experiment.csv",
    "corrections.csv",
    "chip_hour_prices.csv",
    "grid_intensity.csv",
    "pue.csv",
    "reference_chips.csv",
    "published_costs.csv",
    "published_points.csv",
    "published_regressions.csv",
    "published_targets.csv",
    "forecasts.csv",
)


class PublishRefused(OperatorError):
    """The warehouse is not fit to be published; the message says why, and what to do."""


class WaitsForPerson(PublishRefused):
    """Figures moved farther than new papers explain: a person decides whether they are published."""


@dataclass(frozen=True)
class Release:
    """A published release, and whether this publication made it."""

    path: Path
    is_new: bool


def previous_release(releases: Path, date: str) -> Path | None:
    """The newest release of an earlier day."""
    earlier = [p for p in released(releases) if p.name[:10] < date]
    return earlier[-1] if earlier else None


def released(releases: Path) -> list[Path]:
    """All released folders, oldest first (`2026-11-23`, then `2026-11-23.2`, …)."""

    def order(path: Path) -> tuple[str, int]:
        return path.name[:10], int(path.name[11:] or 1)

    found = (p for p in releases.glob("????-??-??*") if p.is_dir() and (p.name[10:11] in ("", ".")))
    return sorted((p for p in found if (p / _MANIFEST).exists()), key=order)


def read_published(release: Path, table_name: str) -> pd.DataFrame | None:
    """A table of a release, from its Parquet file; None where that release does not have it."""
    path = release / f"{table_name}.parquet"
    if not path.exists():
        return None
    frame = duckdb.read_parquet(str(path)).df()
    missing = set(TABLES[table_name].column_names) - set(frame.columns)
    return frame.rename(columns={old: now for old, now in EARLIER_NAMES.items() if now in missing})


def check_changes(warehouse: Path, releases: Path, aside: Path, date: str, is_accepted: bool = False) -> None:
    """Refuse what should not follow on the latest release before a person has looked.

    Like is compared with like only: a run of some benchmarks or under other assumptions was asked for by a person, and
    neither it nor what follows on it is refused.

    Args:
        warehouse: The working warehouse; it is only read.
        releases: The folder of all releases.
        aside: Home in which a refused release is laid out; the one of an earlier refusal is taken away.
        date: The date that the release would have (YYYY-MM-DD).
        is_accepted: True where a person has looked, and wants what moved to be published.

    Raises:
        PublishRefused: the warehouse is not fit to be published.
        WaitsForPerson: figures moved beyond tolerance.
    """
    shutil.rmtree(aside, ignore_errors=True)
    latest = releases / LATEST
    with connect(warehouse, read_only=True) as source:
        _check(source)
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
    moved = gate.what_moved(before, now, headline_benchmark())
    if moved:
        publish(warehouse, aside / RELEASES, date, [], compared_with=latest.resolve())
        raise WaitsForPerson(
            f"{'; '.join(moved)}. {latest.resolve().name} stays the latest release. See what moved: open"
            f" {aside / RELEASES / LATEST / 'index.html'}, ask `python -m flows query changes --home {aside}`. If it is"
            f" right: `python -m flows publish --accept-changes --home {warehouse.parent}`"
        )


def publish_at(home: Path, warehouse: Path, date: str, deferred: list[str]) -> Release:
    """Publish among the home's releases; a what-if run beside them, compared with the latest of them.

    Raises:
        PublishRefused: as `publish`.
    """
    with connect(warehouse, read_only=True) as source:
        releases, compared_with = _place(home, source)
    return publish(warehouse, releases, date, deferred, compared_with)


def standing_release(home: Path, warehouse: Path, date: str, ledger: Path) -> Path | None:
    """The latest release, where nothing that it was made of has changed since: a new one would say the same.

    Raises:
        PublishRefused: the warehouse is not fit to be published.
    """
    with connect(warehouse, read_only=True) as source:
        _check(source)
        releases, compared_with = _place(home, source)
        latest = _standing(releases / LATEST, release_inputs(source, date, compared_with))
    return latest if latest and is_published(ledger, read_published(latest, "out_forecasts")) else None


def _place(home: Path, source: duckdb.DuckDBPyConnection) -> tuple[Path, Path | None]:
    """Folder of the releases that the warehouse's would stand among, and what a what-if run is compared with."""
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
    for left in releases.glob(f"{_BUILDING}*"):  # of a publication that was killed
        shutil.rmtree(left)
    with connect(warehouse, read_only=True) as source:
        _check(source)
        asked, inputs = what_if(source), release_inputs(source, date, compared_with)
    building = releases / f"{_BUILDING}{date}"
    building.mkdir()
    try:
        previous = compared_with or (None if asked else previous_release(releases, date))
        tables = _write_warehouse(warehouse, building / DATABASE, previous)
        _write_tables(building)
        with connect(building / DATABASE, read_only=True) as built:
            shown = pictures(built, DocumentStore(warehouse.parent), releases / LATEST)
        published = _published(tables, date, previous, asked)
        _write_documents(building, build_site(replace(published, pictures=shown)))
        content = _content_hash(building)
        same = (p for p in released(releases) if p.name[:10] == date and _manifest_hash(p) == content)
        present = next((p for p in same if is_full(p)), None)
        release = Release(present or _next_name(releases, date), present is None)
        if release.is_new:
            _write_descriptors(building, release.path.name)
            (building / "feed.xml").write_bytes(feed(_announced(building, release.path.name, previous)))
            hashes = {"content_sha256": content, "inputs_sha256": inputs}
            _write_manifest(building, release.path.name, hashes, asked, deferred)
            for path in _files(building):
                path.chmod(0o444)
            building.rename(release.path)
            _keep_names(releases)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _point(releases / LATEST, release.path.name)
    return release


def release_inputs(source: duckdb.DuckDBPyConnection, date: str, compared_with: Path | None = None) -> str:
    """Hash of all that a release is made of: rows, code, pages, packages, and what it is compared with.

    Of its date only the month counts, since forecasts may be issued once a month. Run records are no content.
    """
    rows = [(t.name, *rows_hash(source, t.name, t.column_names)) for t in TABLES.values() if t.name not in _NO_INPUTS]
    return content_id(release_version(), rows, date[:7], compared_with.name if compared_with else None)


def _standing(latest: Path, inputs: str) -> Path | None:
    """The release that `latest` points to, where it was made from the same inputs and is whole."""
    try:
        manifest = json.loads((latest / "manifest.json").read_bytes())
        whole = all((latest / f["name"]).stat().st_size == f["bytes"] for f in manifest["files"])
    except (OSError, ValueError):  # there is none, or it is damaged or thinned
        return None
    return latest.resolve() if whole and manifest.get("inputs_sha256") == inputs else None


def _next_name(releases: Path, date: str) -> Path:
    """The folder of the day's next release: no name is given twice, also where a release was deleted."""
    numbers = [int(name[11:] or 1) for name in _names_given(releases) if name[:10] == date]
    return releases / (f"{date}.{max(numbers) + 1}" if numbers else date)


def _names_given(releases: Path) -> set[str]:
    """Names of all releases that there are or ever were."""
    kept = releases / _NAMES
    before = kept.read_text(encoding="utf-8").split() if kept.exists() else []
    return {*before, *(p.name for p in released(releases))}


def _keep_names(releases: Path) -> None:
    names = sorted(_names_given(releases))
    with atomic_write(releases / _NAMES) as out:
        out.write("".join(f"{name}\n" for name in names).encode())


def thin(releases: Path, newest: int) -> list[str]:
    """Leave of older releases only what tells their data: Parquet files, manifest, citation and sources.

    Args:
        releases: The folder of all releases.
        newest: How many of the newest stay as they are; 0 leaves all. The one that `latest` points to always stays.

    Returns:
        Names of the releases that were thinned now.
    """
    if not newest:
        return []
    latest = (releases / LATEST).resolve()
    thinned = [p for p in released(releases)[:-newest] if p != latest and is_full(p)]
    for release in thinned:
        for path in spare_files(release):
            path.unlink()
        for folder in sorted((p for p in release.rglob("*") if p.is_dir()), reverse=True):
            folder.rmdir()
    return [p.name for p in thinned]


def spare_files(release: Path) -> list[Path]:
    """Files of a release that go when it is thinned; its database goes first, and so tells that it is whole no more."""
    spare = (p for p in _files(release) if p.suffix != ".parquet" and p.name not in _KEPT)
    return sorted(spare, key=lambda p: p.name != DATABASE)


def is_full(release: Path) -> bool:
    """Whether a release holds all that it was published with."""
    return (release / DATABASE).exists()


def _check(source: duckdb.DuckDBPyConnection) -> None:
    """Keys unique (checked by query: an index would be kept in every published file), and estimates of one refresh."""
    for table in TABLES.values():
        key = ", ".join(f'"{k}"' for k in table.key)
        doubles = source.execute(f"SELECT {key} FROM {table.name} GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchone()
        if doubles:
            raise PublishRefused(
                f"{table.name} has {doubles} twice; run the refresh again, and report this if it stays"
            )
    (n,) = source.execute("SELECT count(*) FROM out_estimates").fetchone() or (0,)
    if not n:
        raise PublishRefused("there are no estimates yet: run `python -m flows refresh` first")
    last = source.execute(
        "SELECT load_id, run_outcome FROM raw_loads WHERE flow = 'refresh' ORDER BY load_id DESC LIMIT 1"
    ).fetchone()
    if last and last[1] != "completed":
        raise PublishRefused(
            f"the refresh {last[0]} did not come to its end, and tables of two refreshes do not belong together: run"
            " `python -m flows refresh` first"
        )


def _write_warehouse(working: Path, target: Path, previous: Path | None) -> dict[str, pd.DataFrame]:
    """Write the published DuckDB file: tables sorted by key, comments, views. Returns the tables that users read."""
    with connect(Path(":memory:")) as con:
        con.execute(f"ATTACH '{_sql(working)}' AS working (READ_ONLY)")
        con.execute(f"ATTACH '{_sql(target)}' AS published (STORAGE_VERSION '{STORAGE_VERSION}')")
        con.execute("USE published")
        with transaction(con):  # one commit, not one a comment
            for table in TABLES.values():
                con.execute(create_table(table))
                con.execute(f"INSERT INTO {table.name} {_sorted(table, 'working.')}")
            if previous:
                before = {name: read_published(previous, name) for name in COMPARED}
                now = {name: con.execute(f"SELECT * FROM {name}").df() for name in COMPARED}
                changes = changes_between(before, now, previous.name)
                con.register("changes", changes)
                con.execute("INSERT INTO out_changes SELECT * FROM changes")
                con.unregister("changes")
            write_reference(con)
            create_views(con)
            for table in TABLES.values():
                for statement in comments(table):
                    con.execute(statement)
        # What pages show; claims and rows of sources may be more than memory holds.
        shown = (t for t in TABLES.values() if t.name.startswith(SHOWN) or t.name in TABLES_ASKED)
        tables = {t.name: con.execute(_sorted(t)).df() for t in shown}
        con.execute("USE memory")
        con.execute("DETACH published")
    return tables


def _sorted(table: Table, schema: str = "") -> str:
    """Query of the whole table in the order of its key: the same content always comes in the same order."""
    columns = ", ".join(f'"{c}"' for c in table.column_names)
    return f"SELECT {columns} FROM {schema}{table.name} ORDER BY " + ", ".join(f'"{k}"' for k in table.key)


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _write_tables(folder: Path) -> None:
    """Parquet for every table but run records, CSV for every out_ table; same rows, same bytes."""
    with connect(folder / DATABASE, read_only=True) as con:
        con.execute("SET threads = 1")  # one thread, one order of rows and row groups
        for name in TABLES:
            if name in RUN_RECORDS:
                continue
            query = f"SELECT * FROM {name}"  # it lies in the order of its key
            con.execute(f"COPY ({query}) TO '{_sql(folder / name)}.parquet' (FORMAT parquet, COMPRESSION zstd)")
            if name.startswith(SHOWN):
                shown = f"SELECT {guarded_columns(TABLES[name])} FROM ({query})"
                con.execute(f"COPY ({shown}) TO '{_sql(folder / name)}.csv' (HEADER)")


def _write_documents(folder: Path, site: Mapping[str, bytes]) -> None:
    for path, content in site.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    described = codebook()
    (folder / "codebook.csv").write_text(_csv(described[0], (r.values() for r in described)), encoding="utf-8")
    for name in _REFERENCE_TABLES:
        with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        (folder / name).write_text(_csv(header, rows), encoding="utf-8")


def _write_descriptors(folder: Path, name: str) -> None:
    """What programs read of a release, and how to cite it; neither is content, since both name the release."""
    files = {p.name: _columns(p) for p in folder.iterdir() if p.suffix in (".csv", ".parquet")}
    (folder / "datapackage.json").write_text(datapackage(name, files, _sources()), encoding="utf-8")
    hashed = {file: croissant.ReleasedFile((folder / file).stat().st_size, sha256_of(folder / file)) for file in files}
    (folder / croissant.FILE).write_text(croissant.croissant(name, hashed, _sources()), encoding="utf-8")
    (folder / CITATION).write_text(citation((ROOT / CITATION).read_text(encoding="utf-8"), name), encoding="utf-8")


def _announced(building: Path, name: str, previous: Path | None) -> list[Announced]:
    """The releases for the feed of a new one, newest first: linked to are that one itself and the one that it is
    compared with, which stay beside each other; any other may be gone while this one's feed stands."""
    new = Announced(name, "index.html", _summary(building))
    older = reversed(released(building.parent))
    links = {previous: f"../{previous.name}/{_MANIFEST}"} if previous else {}
    return [new, *(Announced(p.name, links.get(p), _summary(p)) for p in older)]


def _summary(release: Path) -> str:
    """What changed with a release, counted by what every release keeps however old."""
    changed = read_published(release, "out_changes")
    counts = {} if changed is None else changed["change"].value_counts().sort_index().to_dict()
    return ", ".join(f"{n} {change}" for change, n in counts.items()) or "no figure changed"


def _columns(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return TABLES[path.stem].column_names
    with path.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


def _sources() -> list[dict[str, str]]:
    return [asdict(s) for s in load_sources()]


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(map(guarded, row) for row in rows)
    return out.getvalue()


def _content_hash(folder: Path) -> str:
    """Hash of the files whose bytes follow from the content alone (those of a DuckDB file do not)."""
    digest = hashlib.sha256()
    for path in _files(folder):
        if path.name != DATABASE:
            digest.update(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    """All files below the folder, sorted."""
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _manifest_hash(release: Path) -> str:
    return str(json.loads((release / _MANIFEST).read_text())["content_sha256"])


def _context(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """What the report needs beside the tables: benchmarks, sources, assumptions as the run used them."""
    used = tables["out_assumptions"].astype(object).where(tables["out_assumptions"].notna(), None)
    rows: list[dict[str, Any]] = [dict(zip(used.columns, row, strict=True)) for row in used.to_numpy()]
    return {
        "benchmarks": load_series(),
        "assumptions": {r["name"]: _without(Assumption, r) for r in rows if r["choice"] is None},
        "choices": [_without(AssumedChoice, r) for r in rows if r["choice"] is not None],
        "sources": _sources(),
    }


def _published(tables: dict[str, pd.DataFrame], date: str, previous: Path | None, asked: WhatIf | None) -> Published:
    before = previous.name if previous else None
    lines = assumed_lines(asked) if asked else ()
    return Published(tables=tables, date=date, previous=before, what_if=lines, **_context(tables))


def _without(kind: Any, row: dict[str, Any]) -> Any:
    """An assumption or choice from its row, without the columns that belong to the other."""
    return kind(**{f.name: row[f.name] for f in fields(kind)})


def _write_manifest(folder: Path, name: str, hashes: dict[str, str], asked: WhatIf | None, deferred: list[str]) -> None:
    rows = _row_counts(folder / DATABASE)
    files = [
        {
            "name": p.relative_to(folder).as_posix(),
            "bytes": p.stat().st_size,
            "sha256": sha256_of(p),
            **({"rows": rows[p.stem]} if p.parent == folder and p.stem in rows else {}),
        }
        for p in _files(folder)
    ]
    manifest = {
        "release": name,
        **hashes,
        "duckdb_storage_version": STORAGE_VERSION,
        "code_version": code_version(),
        "packages": package_versions(),
        "deferred": deferred,
        "what_if": {**asdict(asked), "observations": len(asked.observations)} if asked else None,
        "code_licence": "Apache-2.0",
        "data_licence": "follows the sources: see sources.csv",
        "files": files,
    }
    with atomic_write(folder / _MANIFEST) as out:
        out.write((json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=False) + "\n").encode())


def _row_counts(database: Path) -> dict[str, int]:
    with connect(database, read_only=True) as con:
        return {name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in TABLES}


def _point(link: Path, target: str) -> None:
    """Make `link` point to `target` in one step."""
    temporary = link.with_name(".latest")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    temporary.replace(link)
