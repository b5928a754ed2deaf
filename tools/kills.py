"""Kills nights at moments of chance: nothing is lost, nothing is double, and `latest` is whole at every moment.

    python -m tools.kills [--count 200] [--seed 0]

A night over six papers is killed by SIGKILL with all its processes, at any moment of the time that an undisturbed one
takes, and started again, until one ends before its moment comes: then its home must hold what an undisturbed night
leaves, row for row. Meanwhile `latest` is read again and again. The tool ends with 1 where something differs.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tasks.provenance.versions import ROOT
from tests.papers import write_paper
from tests.tables import contents

# The flow's function without Prefect's server: the same steps, and no half minute of start-up for each kill.
_NIGHT = """
import sys
from pathlib import Path
if __name__ == "__main__":
    from flows.pipeline import nightly  # here: a process that reads papers starts with this file as well
    nightly.fn(papers=Path(sys.argv[1]), home=Path(sys.argv[2]))
"""
_PAPERS = 6
_PATIENCE = 240.0  # seconds until a moment must have come: a night takes twenty, and minutes on a loaded machine


def some_papers(folder: Path) -> Path:
    """A folder of papers for a night of two and more chunks."""
    folder.mkdir(exist_ok=True)
    for i in range(_PAPERS):
        write_paper(folder / f"net{i}.pdf", f"DrillNet-{i}0", 70 + i, i + 1)
    return folder


def start_night(papers: Path, home: Path) -> subprocess.Popen[bytes]:
    """Start the nightly job in a process group of its own."""
    script = home.with_name("night.py")
    script.write_text(_NIGHT)
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "DIMINISHING_CHUNK_SIZE": "2", "DIMINISHING_OFFLINE": "true",
    }  # fmt: skip
    command = [sys.executable, str(script), str(papers), str(home)]
    return subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a night and all that it started; one that has ended leaves nothing to kill."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_when(papers: Path, home: Path, moment: Callable[[], bool]) -> None:
    """Start a night and kill it as soon as `moment()` is true."""
    process, until = start_night(papers, home), time.monotonic() + _PATIENCE
    try:
        while not moment():
            assert process.poll() is None, "the run ended before the moment came"
            assert time.monotonic() < until, "the moment never came"
            time.sleep(0.02)
    finally:
        kill(process)


def is_whole(release: Path) -> bool:
    """Whether every file that the manifest names is there with its hash."""
    manifest = json.loads((release / "manifest.json").read_text())
    return all(hashlib.sha256((release / f["name"]).read_bytes()).hexdigest() == f["sha256"] for f in manifest["files"])


def _read_until(process: subprocess.Popen[bytes], latest: Path, seconds: float) -> int:
    """Read `latest` until a night ends or so many seconds are over; returns how often it was there."""
    reads, until = 0, time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        if latest.exists():
            json.loads((latest / "manifest.json").read_bytes())
            reads += bool((latest / "index.html").stat().st_size)
        time.sleep(0.05)
    return reads


def _drill(count: int, seed: int, folder: Path) -> list[str]:
    """Kill so many nights; returns what was not as it should be, a line each."""
    chance, papers = random.Random(seed), some_papers(folder / "papers")
    began = time.monotonic()
    start_night(papers, folder / "undisturbed").wait()
    lasts = time.monotonic() - began
    expected = contents(folder / "undisturbed" / "warehouse.duckdb")
    kills, reads, homes, faults = 0, 0, 0, list[str]()
    while kills < count:
        home, is_ended = folder / f"home-{homes}", False
        while not is_ended:
            moment = chance.uniform(0, lasts)
            process = start_night(papers, home)
            reads += _read_until(process, home / "releases" / "latest", moment)
            is_ended = process.poll() is not None
            if not is_ended:
                kill(process)
                kills += 1
            elif process.returncode:
                faults.append(f"{home.name}: a night ended with {process.returncode}")
            for release in (home / "releases").glob("[0-9]*"):
                if not is_whole(release):
                    faults.append(f"{home.name}: {release.name} is not whole")
        found = contents(home / "warehouse.duckdb")
        faults += [f"{home.name}: {table} differs" for table in expected if found[table] != expected[table]]
        homes += 1
        print(f"{kills} kills, {homes} homes ended, {reads:,} reads of latest, {len(faults)} faults", flush=True)
    return faults


def main() -> None:
    """Print how it goes, and what was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faults = _drill(given.count, given.seed, Path(folder))
    print(*faults, sep="\n", end="\n" if faults else "")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
