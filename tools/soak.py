"""Simulates nights on one home and compares it in the end with one big night; memory, files and disk are watched.

    python -m tools.soak [--nights 365] [--seed 0] [--every 30]

An imitation of arXiv gets new papers, new versions and withdrawals. On some nights something goes wrong: arXiv is
silent, a transfer breaks off, the warehouse or a reading is damaged. In the middle all readings are those of an older
reader. Every so many nights the estimates are made anew and published. In the end two calm nights follow, and a new
home takes in everything at once: what is known of papers must be the same, row for row.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import psutil

from flows.pipeline import ingest, publish, refresh
from tasks.operate.prune import drop, spares
from tasks.provenance.versions import ROOT
from tasks.sources import registry
from tests.live import LiveServer
from tests.live.faults import Reset
from tests.papers import write_paper
from tests.tables import contents
from warehouse.connection import connect
from warehouse.working import WAREHOUSE

_BEGIN = date(2025, 1, 1)
_PDF = "/export.arxiv.org/pdf/"
_KEPT_RELEASES = 3
_NEW, _CHANGED, _WITHDRAWN, _WRONG = 0.5, 0.15, 0.04, 0.15  # chances of a night


@dataclass
class Soak:
    """A home, the arXiv that it harvests, and chance."""

    live: LiveServer
    folder: Path
    chance: random.Random
    day: date = _BEGIN
    papers: list[str] = field(default_factory=list)
    submitted: int = 0

    @property
    def home(self) -> Path:
        """The home of the nights."""
        return self.folder / "home"

    def pdf(self) -> bytes:
        """A paper that nobody has seen."""
        number = self.chance.randrange(10**6)
        path = write_paper(self.folder / "paper.pdf", f"SoakNet-{number}", self.chance.uniform(60, 88), 1 + number % 9)
        return path.read_bytes()

    def news(self) -> None:
        """What happens on arXiv in a day."""
        if self.chance.random() < _NEW:
            self.submitted += 1  # arXiv gives no id twice, whatever was withdrawn
            name = f"{self.day:%y%m}.{self.submitted:05}"
            self.live.catalogue.add_paper(name, f"On {name}", self.pdf(), "ImageNet.", ("cs.CV",), self.day)
            self.papers.append(name)
        if self.papers and self.chance.random() < _CHANGED:
            self.live.catalogue.add_version(self.chance.choice(self.papers), self.pdf(), self.day)
        if self.papers and self.chance.random() < _WITHDRAWN:
            name = self.papers.pop(self.chance.randrange(len(self.papers)))
            self.live.catalogue.withdraw(name, self.day)

    def night(self, home: Path) -> None:
        """Take in what is new."""
        self.day += timedelta(days=1)
        self.live.clear_log()
        self.live.catalogue.fixed_today = self.day
        with patch.object(registry, "_today", lambda: self.day):
            ingest.fn(home=home, since=_BEGIN)

    def bad_night(self) -> None:
        """A night on which something goes wrong, before it or meanwhile."""
        with self.chance.choice((self._silent, self._broken_off, self._damaged_warehouse, self._damaged_reading))():
            self.night(self.home)

    @contextmanager
    def _silent(self) -> Iterator[None]:
        self.live.stop()
        yield
        self.live.start()

    @contextmanager
    def _broken_off(self) -> Iterator[None]:
        self.live.fault(_PDF, Reset())
        yield
        self.live.clear_faults()

    @contextmanager
    def _damaged_warehouse(self) -> Iterator[None]:
        if (file := self.home / WAREHOUSE).exists():
            os.truncate(file, file.stat().st_size // 2)
        yield

    @contextmanager
    def _damaged_reading(self) -> Iterator[None]:
        if readings := sorted(self.home.glob("readings/*/*.json.gz")):
            file = self.chance.choice(readings)
            os.truncate(file, file.stat().st_size // 2)
        yield

    def upgrade(self) -> None:
        """Leave the home as an older reader would have: the next night reads everything anew."""
        for reading in self.home.glob("readings/*/*.json.gz"):
            reading.unlink()
        with connect(self.home / WAREHOUSE) as warehouse:
            warehouse.execute("UPDATE raw_documents SET extractor_version = 'older'")

    def publish(self) -> None:
        """Estimates, a release, and nothing kept that is not needed."""
        refresh.fn(home=self.home)
        publish.fn(home=self.home, accept_changes=True)
        for spare in spares(self.home, _KEPT_RELEASES, 0):
            drop(spare)

    def usage(self) -> str:
        """What the process and the home take."""
        files = [p for p in self.home.rglob("*") if p.is_file() and not p.is_symlink()]
        me = psutil.Process()
        return (
            f"| {(self.day - _BEGIN).days} | {len(self.papers)} | {me.memory_info().rss / 2**20:.0f} | {me.num_fds()}"
            f" | {me.num_threads()} | {len(files)} | {sum(p.stat().st_size for p in files) / 2**20:.1f} |"
        )


@contextmanager
def soaking(folder: Path, seed: int) -> Iterator[Soak]:
    """A home without a night yet, beside an arXiv without papers; no other source is asked."""
    settings = {
        "OFFLINE": "false",
        "INTERVAL_SECONDS": "0",
        "BACKOFF_SECONDS": "0",
        "KEEP_RELEASES": f"{_KEPT_RELEASES}",
    }
    with LiveServer(ROOT.parent / "shared") as live:
        live.catalogue.papers.clear()
        settings["MIRROR"] = live.url
        with (
            patch.dict(os.environ, {f"DIMINISHING_{name}": value for name, value in settings.items()}),
            patch.object(registry, "load_watchlist", list),
            patch.object(registry, "structured", lambda _: []),
        ):
            yield Soak(live, folder, random.Random(seed))


def known(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a home knows of papers and their figures, without how it came to know it."""
    tables = contents(home / WAREHOUSE)
    return {name: tables[name] for name in ("core_papers", "core_results", "core_disclosures", "core_quarantine")}


def soak(of: Soak, nights: int, every: int, tell: Callable[[str], None]) -> list[str]:
    """Nights, then one big night in a new home; returns the tables in which the two differ."""
    for number in range(1, nights + 1):
        of.news()
        if number == nights // 2:
            of.upgrade()
        (of.bad_night if of.chance.random() < _WRONG else lambda: of.night(of.home))()
        if number % every == 0:
            of.publish()
            tell(of.usage())
    for _ in range(2):
        of.night(of.home)
    of.night(of.folder / "at once")
    many, one = known(of.home), known(of.folder / "at once")
    return [name for name in many if many[name] != one[name]]


def main() -> None:
    """Print the table, and what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=30)
    given = parser.parse_args()
    logging.disable()
    print("| nights | papers | memory, MiB | open files | threads | files | MiB on disk |\n|" + "--:|" * 7)
    with tempfile.TemporaryDirectory() as folder, soaking(Path(folder), given.seed) as started:
        differ = soak(started, given.nights, given.every, lambda line: print(line, flush=True))
    print(f"Differs from one big night: {', '.join(differ) or 'nothing'}")
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()
