"""The files of a release beside its site: tables, reference tables, machine-readable descriptions, the feed."""

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from schemas.ddl import codebook, comments, create_table
from schemas.rows.what_if import WhatIf
from schemas.tables import TABLES, Table
from tasks.provenance.versions import ROOT, code_version, package_versions
from tasks.publish.changes import COMPARED, changes_between
from tasks.publish.croissant import FILE, ReleasedFile, croissant
from tasks.publish.datapackage import citation, datapackage
from tasks.publish.reference_tables import write_reference
from tasks.publish.releases import CITATION, DATABASE, MANIFEST, files_of, list_releases, read_published
from tasks.publish.site.feed import FeedEntry, feed
from tasks.publish.site.queries import TABLES_QUERIED
from tasks.publish.spreadsheet import csv_text, guarded_columns
from tasks.reference.catalogue import reference_tables
from tasks.reference.sources import load_sources
from tasks.storage.store import sha256_of
from warehouse.connection import REFERENCE, connect, create_views, transaction

# DuckDB 2 writes files that DuckDB 1 cannot read unless it is told to; this format opens in every client since 1.0.
STORAGE_VERSION = "v1.0.0"

SHOWN = "out_"
"""Prefix of the tables for users: they have CSVs, and pages show them."""

RUN_RECORDS = ("raw_loads", "raw_documents", "raw_source_runs", "raw_source_changes")
"""Tables that differ every night: in the DuckDB file only."""


# --- tables


def write_warehouse(working: Path, target: Path, previous: Path | None) -> dict[str, pd.DataFrame]:
    """Write the published DuckDB file: tables sorted by key, comments, views. Returns the tables that pages show."""
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
                con.register("changes", changes_between(before, now, previous.name))
                con.execute("INSERT INTO out_changes SELECT * FROM changes")
                con.unregister("changes")
            write_reference(con)
            create_views(con)
            for statement in (s for table in TABLES.values() for s in comments(table)):
                con.execute(statement)
        # What pages show; claims and rows of sources may be more than memory holds.
        shown = (t for t in TABLES.values() if t.name.startswith(SHOWN) or t.name in TABLES_QUERIED)
        tables = {t.name: con.execute(_sorted(t)).df() for t in shown}
        con.execute("USE memory")
        con.execute("DETACH published")
    return tables


def _sorted(table: Table, schema: str = "") -> str:
    """Query of the whole table, ordered by its key so that the same content has the same order."""
    columns = ", ".join(f'"{c}"' for c in table.column_names)
    return f"SELECT {columns} FROM {schema}{table.name} ORDER BY " + ", ".join(f'"{k}"' for k in table.key)


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def write_tables(folder: Path) -> None:
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


def write_documents(folder: Path, site: Mapping[str, bytes]) -> None:
    """The site, the codebook and the reference tables."""
    for path, content in site.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    described = codebook()
    (folder / "codebook.csv").write_text(csv_text(described[0], (r.values() for r in described)), encoding="utf-8")
    for name in reference_tables():
        with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        (folder / name).write_text(csv_text(header, rows), encoding="utf-8")


def content_hash(folder: Path) -> str:
    """Hash of the files whose bytes depend on the content alone (those of a DuckDB file do not)."""
    digest = hashlib.sha256()
    for path in files_of(folder):
        if path.name != DATABASE:
            digest.update(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


# --- what names the release, and so is no content


def write_descriptors(folder: Path, name: str) -> None:
    """Machine-readable descriptions of a release, and its citation."""
    files = {p.name: _columns(p) for p in folder.iterdir() if p.suffix in (".csv", ".parquet")}
    sources = [asdict(s) for s in load_sources()]
    hashed = {file: ReleasedFile((folder / file).stat().st_size, sha256_of(folder / file)) for file in files}
    (folder / "datapackage.json").write_text(datapackage(name, files, sources), encoding="utf-8")
    (folder / FILE).write_text(croissant(name, hashed, sources), encoding="utf-8")
    (folder / CITATION).write_text(citation((ROOT / CITATION).read_text(encoding="utf-8"), name), encoding="utf-8")


def _columns(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return TABLES[path.stem].column_names
    with path.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


def write_feed(building: Path, name: str, previous: Path | None) -> None:
    """The feed of releases, newest first. It links only to the new release and the one that it is compared with: any
    other may have been deleted."""
    links = {previous: f"../{previous.name}/{MANIFEST}"} if previous else {}
    older = [FeedEntry(p.name, links.get(p), _summary(p)) for p in reversed(list_releases(building.parent))]
    (building / "feed.xml").write_bytes(feed([FeedEntry(name, "index.html", _summary(building)), *older]))


def _summary(release: Path) -> str:
    """Counts of a release's changes, from a table that every release keeps."""
    changed = read_published(release, "out_changes")
    counts = {} if changed is None else changed["change"].value_counts().sort_index().to_dict()
    return ", ".join(f"{n} {change}" for change, n in counts.items()) or "no figure changed"


def write_manifest(folder: Path, name: str, hashes: dict[str, str], run: WhatIf | None, deferred: list[str]) -> None:
    """Name, code and package versions of the release, with size and hash of every file."""
    manifest = {
        "release": name,
        **hashes,
        "duckdb_storage_version": STORAGE_VERSION,
        "code_version": code_version(),
        "packages": package_versions(),
        "deferred": deferred,
        "what_if": {**asdict(run), "observations": len(run.observations)} if run else None,
        "code_licence": "Apache-2.0",
        "data_licence": "follows the sources: see sources.csv",
        "files": _listed(folder),
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _listed(folder: Path) -> list[dict[str, Any]]:
    """Every file with its size and hash, and the number of rows of tables."""
    with connect(folder / DATABASE, read_only=True) as con:
        rows = {name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in TABLES}
    return [
        {
            "name": p.relative_to(folder).as_posix(),
            "bytes": p.stat().st_size,
            "sha256": sha256_of(p),
            **({"rows": rows[p.stem]} if p.parent == folder and p.stem in rows else {}),
        }
        for p in files_of(folder)
    ]
