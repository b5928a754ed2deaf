"""What a home holds that nothing needs any more: old releases by the settings, documents that speak for no paper.

Kept are the latest release, the one that it was compared with, and what its pages and claims lead back to. The
ledger of forecasts is a file of its own, and holds what every release foretold.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.documents.plan import current_documents
from tasks.load.documents import arxiv_ids
from tasks.publish.releases import DATABASE, LATEST, RELEASES, is_full, list_releases, previous_release, removable_files
from tasks.sources.arxiv.records import PaperStore
from tasks.sources.registry import PAPERS
from tasks.storage.store import DocumentStore
from warehouse.connection import connect
from warehouse.working import WAREHOUSE


@dataclass(frozen=True)
class Spare:
    """Something that may go: what it is, in words, its files or its folder, and their size."""

    words: str
    paths: tuple[Path, ...]
    size_bytes: int


def spares(home: Path, whole: int, as_parquet: int | None) -> list[Spare]:
    """What may go from a home that no run holds.

    Args:
        home: The home folder; its warehouse is only read.
        whole: How many of the newest releases stay whole; 0 leaves all.
        as_parquet: How many older ones stay as Parquet; those before may go. None leaves all.

    Raises:
        duckdb.Error: the warehouse cannot be read.
    """
    return [*_releases(home / RELEASES, whole, as_parquet), *_documents(home)]


def drop(spare: Spare) -> None:
    """Delete what may go."""
    for path in spare.paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _releases(releases: Path, whole: int, as_parquet: int | None) -> Iterator[Spare]:
    if not whole or not (releases / LATEST).exists():
        return
    latest = (releases / LATEST).resolve()
    needed = {latest, previous_release(releases, latest.name[:10])}
    older = [p for p in list_releases(releases)[:-whole] if p not in needed]
    gone = [] if as_parquet is None else older[: max(0, len(older) - as_parquet)]
    for release in older:
        if release in gone:
            yield _spare(f"release {release.name}, older than the newest {whole + (as_parquet or 0)}", (release,))
        elif is_full(release):
            yield _spare(f"release {release.name}, but for its Parquet files", tuple(removable_files(release)))


def _documents(home: Path) -> Iterator[Spare]:
    store, needed = DocumentStore(home), _of_latest(home)
    with connect(home / WAREHOUSE, read_only=True) as warehouse:
        ids = arxiv_ids(warehouse)
    withdrawn = PaperStore(home / PAPERS).withdrawn()
    current, aside = current_documents(store.sidecars(), withdrawn, ids)
    needed |= {s.document_sha256 for s in current}
    for s in {a.sidecar.document_sha256: a.sidecar for a in aside}.values():
        sha256 = s.document_sha256
        files = (store.path(sha256), *store.readings.glob(f"{sha256[:2]}/{sha256}.*"))
        there = tuple(p for p in files if p.exists())
        if sha256 not in needed and there:
            yield _spare(f"document {s.arxiv_id or s.origin}, which speaks for no paper any more", there)


def _of_latest(home: Path) -> set[str]:
    """Hashes of the documents that the latest release read."""
    database = home / RELEASES / LATEST / DATABASE
    if not database.exists():
        return set()
    with connect(database, read_only=True) as release:
        read = "SELECT document_sha256 FROM raw_documents WHERE document_status IN ('read', 'partly_read')"
        return {sha256 for (sha256,) in release.execute(read).fetchall()}


def _spare(words: str, paths: tuple[Path, ...]) -> Spare:
    files = [f for p in paths for f in (p.rglob("*") if p.is_dir() else [p])]
    return Spare(words, paths, sum(f.stat().st_size for f in files if f.is_file()))
