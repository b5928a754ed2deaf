"""Whether a home can take a night: its disk has room, and its folders can be written."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tasks.operate.form import NotReady
from tasks.publish.releases import LATEST, RELEASES
from warehouse.connection import connect
from warehouse.working import WAREHOUSE

_FOLDERS = ("documents", "readings", "papers", "downloads", "web", "web/kept", "web/hosts", RELEASES)
_FILES = (WAREHOUSE, "forecasts.jsonl")
"""What a night writes to, and what it reads, where it is there."""

_WRITTEN = os.R_OK | os.W_OK | os.X_OK
_BY_USER = " by this user: look at its owner and mode"

_MARGIN_BYTES = 200 * 10**6
"""What a night takes whatever its home holds: a first warehouse, logs, the database of Prefect's server."""


@dataclass(frozen=True)
class Room:
    """Space on the disk of a home, in bytes: what there is, what a night needs, and how much the last one fetched."""

    home: Path
    free: int
    needed: int
    fetched: int

    def __str__(self) -> str:
        fetched = f" ({_size(self.fetched)} were fetched by the last that fetched)" if self.fetched else ""
        return (
            f"{_size(self.free)} are free on the disk of {self.home}, a night needs about {_size(self.needed)}{fetched}"
        )


def check_access(home: Path) -> None:
    """See to it that a night may write to the folders of a home and read its files: it would find out after hours.

    Raises:
        NotReady: one of them is closed to it, or a folder is none.
    """
    folders, files = ([home / name for name in names] for names in (_FOLDERS, _FILES))
    faults = [
        *(f"{p} is no folder: move it away" for p in folders if p.is_file()),
        *(f"{p} cannot be written{_BY_USER}" for p in folders if p.is_dir() and not os.access(p, _WRITTEN)),
        *(f"{p} cannot be read{_BY_USER}" for p in files if p.exists() and not os.access(p, os.R_OK)),
    ]
    if faults:
        raise NotReady(f"{faults[0]}. Nothing was touched")


def room_for_a_night(home: Path) -> Room:
    """Look at the disk of a home.

    A night works on a copy of the warehouse and gives readers another, lays a release out beside the latest, and keeps
    what it fetches and what it reads out of that.

    Raises:
        NotReady: there is less room than a night needs.
    """
    place = next(p for p in (home, *home.parents) if p.exists())
    warehouse, fetched = _bytes_of(home / WAREHOUSE), _last_fetched(home / WAREHOUSE)
    needed = _MARGIN_BYTES + 2 * warehouse + _bytes_of(home / RELEASES / LATEST) + 2 * fetched
    room = Room(home, shutil.disk_usage(place).free, needed, fetched)
    if room.free < room.needed:
        raise NotReady(f"{room}: free some (`python -m flows prune` lists what may go). Nothing was touched")
    return room


def _bytes_of(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(p.stat().st_size for p in files if p.is_file())


def _last_fetched(warehouse: Path) -> int:
    """Bytes that the last run received which received any; 0 where no run did, or nobody can tell."""
    try:
        with connect(warehouse, read_only=True) as asked:
            found = asked.execute(
                "SELECT sum(bytes_received) AS n FROM raw_source_runs GROUP BY load_id HAVING n > 0"
                " ORDER BY load_id DESC LIMIT 1"
            ).fetchall()
    except duckdb.Error:  # there is none yet, it is damaged, or of an older form: the run will see to it
        return 0
    return int(found[0][0]) if found else 0


def _size(n: int) -> str:
    return f"{n / 1e9:,.1f} GB" if n >= 1e9 else f"{n / 1e6:.0f} MB"
