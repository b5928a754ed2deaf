"""Readers all night: one holds the warehouse open, one looks at the status again and again, and the night goes on."""

import subprocess
import sys

import pytest

from flows.pipeline import ingest, nightly
from tasks.provenance.versions import ROOT
from tests.papers import write_paper
from warehouse.connection import connect
from warehouse.working import WAREHOUSE

HOLD = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=True)
print("ready", flush=True)
sys.stdin.readline()
print(con.execute("SELECT count(*) FROM raw_loads").fetchall()[0][0])
"""

LOOK = """
import io, sys, threading, time
from pathlib import Path
from rich.console import Console
from flows.cli.status import print_status, state_of
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
print("ready", flush=True)
seen = set()
while not stop.is_set():
    console = Console(file=io.StringIO(), record=True, width=200)
    print_status(console, Path(sys.argv[1]), state_of(Path(sys.argv[1])))
    runs, _, _ = console.export_text().partition("Sources")
    time.sleep(1)
    seen |= {word for word in ("running", "completed") if word in runs}
print(*sorted(seen))
"""


@pytest.fixture
def beside():
    """Other processes that run from a call to the end of the test; `tell` ends one, and gives its last words."""
    running = []

    def start(script: str, argument) -> subprocess.Popen:
        command = [sys.executable, "-c", script, str(argument)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        running.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def told(process: subprocess.Popen) -> str:
    words, _ = process.communicate("\n", timeout=60)
    assert process.returncode == 0
    return words.strip()


def test_a_night_goes_on_whoever_reads(beside, tmp_path):
    folder, home = tmp_path / "papers", tmp_path / "home"
    folder.mkdir()
    write_paper(folder / "1905.00001v1.pdf", "ReadNet-50", 77.4, 3)
    ingest.fn(home=home)
    holder, looker = beside(HOLD, home / WAREHOUSE), beside(LOOK, home)
    night = nightly.fn(papers=folder, home=home)
    assert (holder.poll(), looker.poll()) == (None, None)
    assert told(holder) == "1"  # what was opened stays
    assert told(looker) == "completed running"
    assert (night.release / "index.html").exists()
    with connect(home / WAREHOUSE, read_only=True) as con:
        assert con.execute("SELECT flow, run_outcome FROM raw_loads ORDER BY load_id").fetchall() == [
            (flow, "completed") for flow in ("ingest", "nightly", "ingest", "refresh", "publish")
        ]
