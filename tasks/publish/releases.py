"""The folder of releases: listing, reading and naming them, and what is kept of an old one.

HOME/releases/2026-11-23/     warehouse.duckdb, *.parquet, *.csv, index.html, manifest.json, …
HOME/releases/latest          points to the newest release
HOME/what-if/releases/…       the same for what-if runs, which are not releases
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from schemas.tables import EARLIER_NAMES, TABLES
from tasks.storage.store import NO_FILE, DamagedFile, atomic_write, read_json, sha256_of
from warehouse.aside import set_aside

if TYPE_CHECKING:
    import pandas as pd

DATABASE = "warehouse.duckdb"
MANIFEST = "manifest.json"
CITATION = "CITATION.cff"
RELEASES = "releases"
LATEST = "latest"
WHAT_IF = "what-if"
REFUSED = "refused"
"""Home for a refused release."""

_NAME = re.compile(r"\d{4}-\d\d-\d\d(\.\d+)?")
_NAMES_FILE = ".names"
"""File with the names of all releases that ever existed."""

_ALWAYS_KEPT = (MANIFEST, CITATION, "sources.csv")
"""What is kept of an older release beside its Parquet files."""


def list_releases(releases: Path) -> list[Path]:
    """All released folders, oldest first (`2026-11-23`, then `2026-11-23.2`, …)."""

    def order(path: Path) -> tuple[str, int]:
        return path.name[:10], _number(path.name)

    found = (p for p in releases.iterdir() if _NAME.fullmatch(p.name)) if releases.is_dir() else iter(())
    return sorted((p for p in found if (p / MANIFEST).exists()), key=order)


def previous_release(releases: Path, date: str) -> Path | None:
    """The newest release of an earlier day."""
    earlier = [p for p in list_releases(releases) if p.name[:10] < date]
    return earlier[-1] if earlier else None


def read_published(release: Path, table_name: str) -> "pd.DataFrame | None":
    """A table of a release, from its Parquet file; None where that release does not have it."""
    path = release / f"{table_name}.parquet"
    if not path.exists():
        return None
    frame = duckdb.read_parquet(str(path)).df()
    missing = set(TABLES[table_name].column_names) - set(frame.columns)
    return frame.rename(columns={old: now for old, now in EARLIER_NAMES.items() if now in missing})


def files_of(folder: Path) -> list[Path]:
    """All files below the folder, sorted."""
    return sorted(p for p in folder.rglob("*") if p.is_file())


def replace_link(link: Path, target: str) -> None:
    """Make the symbolic link `link` point to `target`, atomically."""
    temporary = link.with_name(".latest")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    temporary.replace(link)


# --- releases with the same content or inputs


def find_by_content(releases: Path, date: str, content_sha256: str) -> Path | None:
    """The release of the day with this content, if one is complete."""
    of_day = (p for p in list_releases(releases) if p.name[:10] == date and is_full(p))
    return next((p for p in of_day if _manifest(p).get("content_sha256") == content_sha256), None)


def latest_if_unchanged(latest: Path, inputs_sha256: str) -> Path | None:
    """The release that `latest` points to, if it was made from these inputs and is complete."""
    try:
        manifest = _manifest(latest)
        is_complete = all((latest / f["name"]).stat().st_size == f["bytes"] for f in manifest["files"])
    except (OSError, KeyError):  # there is none, or it is damaged or pruned
        return None
    return latest.resolve() if is_complete and manifest.get("inputs_sha256") == inputs_sha256 else None


def _manifest(release: Path) -> dict[str, Any]:
    """What a release says of itself; nothing where that is damaged."""
    try:
        found = dict(read_json(release / MANIFEST))
        for file in found["files"]:
            _ = release / file["name"], int(file["bytes"]), str(file["sha256"])
    except (KeyError, TypeError, ValueError):
        return {}
    return found


# --- damaged releases


def set_damaged_aside(releases: Path, date: str) -> None:
    """Set aside what is no longer as it was published, of the releases that a publication of `date` reads.

    Those are the latest and the newest of an earlier day. `latest` then points to the newest whole one.
    """
    link = releases / LATEST
    if link.exists() and not link.is_symlink():  # a copy that followed links, say
        set_aside(link, "it is no link")
        _point_to_newest(releases)
    while damaged := [(release, fault) for release in _compared(releases, date) if (fault := _fault(release))]:
        record_names(releases)
        for release, fault in damaged:
            set_aside(release, fault)
        if not link.exists():
            link.unlink(missing_ok=True)
            _point_to_newest(releases)


def _point_to_newest(releases: Path) -> None:
    if found := list_releases(releases):
        replace_link(releases / LATEST, found[-1].name)


def _compared(releases: Path, date: str) -> set[Path]:
    found = {(releases / LATEST).resolve(), previous_release(releases, date)}
    return {release for release in found if release and release.is_dir() and release.parent == releases.resolve()}


def _fault(release: Path) -> str | None:
    """The first file of a release that is not as it was published; None where all are, or were deleted on purpose."""
    listed = _manifest(release).get("files") if (release / MANIFEST).exists() else None
    if listed is None:
        return f"{MANIFEST} lists no files"
    for file in listed:
        path = release / file["name"]
        if (path.exists() and sha256_of(path) != file["sha256"]) or (is_full(release) and not path.exists()):
            return f"{file['name']} is not as it was published"
    return None


# --- names


def next_name(releases: Path, date: str) -> Path:
    """The folder of the day's next release; no name is used twice, even after a release was deleted."""
    numbers = [_number(name) for name in _names_used(releases) if name[:10] == date]
    return releases / (f"{date}.{max(numbers) + 1}" if numbers else date)


def record_names(releases: Path) -> None:
    """Write down the names of all releases, so that none is used again."""
    names = sorted(_names_used(releases))
    with atomic_write(releases / _NAMES_FILE) as out:
        out.write("".join(f"{name}\n" for name in names).encode())


def _names_used(releases: Path) -> set[str]:
    """Names of all releases that exist or ever existed."""
    kept, before = releases / _NAMES_FILE, set()
    try:
        before = set(kept.read_text(encoding="utf-8").split())
        if odd := {name for name in before if not _NAME.fullmatch(name)}:
            raise DamagedFile(f"{min(odd)[:40]!r} is no name of a release")
    except FileNotFoundError:
        pass
    except (*NO_FILE, ValueError) as error:
        set_aside(kept, error)
    return {*filter(_NAME.fullmatch, before), *(p.name for p in list_releases(releases))}


def _number(name: str) -> int:
    """The release's number within its day."""
    return int(name[11:] or 1)


# --- old releases


def prune_old_releases(releases: Path, newest: int) -> list[str]:
    """Reduce older releases to their data: Parquet files, manifest, citation and sources.

    Args:
        releases: The folder of all releases.
        newest: How many of the newest are kept whole; 0 keeps all. The one that `latest` points to is always kept.

    Returns:
        Names of the releases that were reduced now.
    """
    if not newest:
        return []
    latest = (releases / LATEST).resolve()
    pruned = [p for p in list_releases(releases)[:-newest] if p != latest and is_full(p)]
    for release in pruned:
        for path in removable_files(release):
            path.unlink()
        for folder in sorted((p for p in release.rglob("*") if p.is_dir()), reverse=True):
            folder.rmdir()
    return [p.name for p in pruned]


def removable_files(release: Path) -> list[Path]:
    """Files to delete when a release is reduced. Its database comes first: without it the release counts as reduced."""
    removable = (p for p in files_of(release) if p.suffix != ".parquet" and p.name not in _ALWAYS_KEPT)
    return sorted(removable, key=lambda p: p.name != DATABASE)


def is_full(release: Path) -> bool:
    """Whether a release still has all its files."""
    return (release / DATABASE).exists()
