"""The folder of releases: which there are, what one of them says, and what stays of an old one.

HOME/releases/2026-11-23/     warehouse.duckdb, *.parquet, *.csv, index.html, manifest.json, …
HOME/releases/latest          points to the newest release
HOME/what-if/releases/…       the same for what-if runs, which are no releases of ours
"""

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from schemas.tables import EARLIER_NAMES, TABLES
from tasks.storage.store import atomic_write

DATABASE = "warehouse.duckdb"
MANIFEST = "manifest.json"
CITATION = "CITATION.cff"
RELEASES = "releases"
LATEST = "latest"
WHAT_IF = "what-if"
REFUSED = "refused"
"""Home in which a refused release is laid out."""

_NAMES = ".names"
"""File among the releases with the names of all that there ever were."""

_KEPT = (MANIFEST, CITATION, "sources.csv")
"""What stays of an older release beside its Parquet files."""


def released(releases: Path) -> list[Path]:
    """All released folders, oldest first (`2026-11-23`, then `2026-11-23.2`, …)."""

    def order(path: Path) -> tuple[str, int]:
        return path.name[:10], _number(path.name)

    found = (p for p in releases.glob("????-??-??*") if p.is_dir() and (p.name[10:11] in ("", ".")))
    return sorted((p for p in found if (p / MANIFEST).exists()), key=order)


def previous_release(releases: Path, date: str) -> Path | None:
    """The newest release of an earlier day."""
    earlier = [p for p in released(releases) if p.name[:10] < date]
    return earlier[-1] if earlier else None


def read_published(release: Path, table_name: str) -> pd.DataFrame | None:
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


def point(link: Path, target: str) -> None:
    """Make `link` point to `target` in one step."""
    temporary = link.with_name(".latest")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    temporary.replace(link)


# --- the same content, the same inputs


def with_content(releases: Path, date: str, content_sha256: str) -> Path | None:
    """The whole release of the day that has this content."""
    of_day = (p for p in released(releases) if p.name[:10] == date and is_full(p))
    return next((p for p in of_day if _manifest(p)["content_sha256"] == content_sha256), None)


def standing(latest: Path, inputs_sha256: str) -> Path | None:
    """The release that `latest` points to, where it was made from these inputs and is whole."""
    try:
        manifest = _manifest(latest)
        whole = all((latest / f["name"]).stat().st_size == f["bytes"] for f in manifest["files"])
    except (OSError, ValueError):  # there is none, or it is damaged or thinned
        return None
    return latest.resolve() if whole and manifest.get("inputs_sha256") == inputs_sha256 else None


def _manifest(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / MANIFEST).read_bytes())
    return found


# --- names


def next_name(releases: Path, date: str) -> Path:
    """The folder of the day's next release: no name is given twice, also where a release was deleted."""
    numbers = [_number(name) for name in _names_given(releases) if name[:10] == date]
    return releases / (f"{date}.{max(numbers) + 1}" if numbers else date)


def keep_names(releases: Path) -> None:
    """Write down the names of all releases, so that none is given again."""
    names = sorted(_names_given(releases))
    with atomic_write(releases / _NAMES) as out:
        out.write("".join(f"{name}\n" for name in names).encode())


def _names_given(releases: Path) -> set[str]:
    """Names of all releases that there are or ever were."""
    kept = releases / _NAMES
    before = kept.read_text(encoding="utf-8").split() if kept.exists() else []
    return {*before, *(p.name for p in released(releases))}


def _number(name: str) -> int:
    """Which release of its day it is."""
    return int(name[11:] or 1)


# --- old releases


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
    spare = (p for p in files_of(release) if p.suffix != ".parquet" and p.name not in _KEPT)
    return sorted(spare, key=lambda p: p.name != DATABASE)


def is_full(release: Path) -> bool:
    """Whether a release holds all that it was published with."""
    return (release / DATABASE).exists()
