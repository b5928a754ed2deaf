"""Chunks of documents on a Dask cluster: a scheduler and two workers as processes, one of them killed as it reads."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.pipeline import ingest
from tasks.provenance.versions import ROOT
from tests.papers import write_paper
from warehouse.connection import connect

START_SECONDS = 60

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.timeout(900)]


@dataclass
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers, as an operator starts them."""
    found = tmp_path / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def start(name: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{name}", "--no-dashboard", *options]
        with (tmp_path / "log").open("ab") as log:
            return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)

    here = ["--scheduler-file", str(found), "--host", "127.0.0.1"]
    processes = [start("scheduler", *here, "--port", "0")]
    processes += [start("worker", *here, "--no-nanny", "--nthreads", "1") for _ in range(2)]
    try:
        from distributed import Client

        with Client(scheduler_file=str(found), timeout=START_SECONDS) as client:
            client.wait_for_workers(2, timeout=START_SECONDS)
            address = client.scheduler.address
        yield Cluster(address, processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()


def rows(home: Path) -> list[list[tuple[object, ...]]]:
    tables = {
        "core_results": "*",
        "core_disclosures": "*",
        "core_papers": "paper_id, title",
    }
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        return [con.execute(f"SELECT {what} FROM {name} ORDER BY ALL").fetchall() for name, what in tables.items()]


def test_a_run_that_loses_a_worker_reads_the_same(cluster, tmp_path, monkeypatch):
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in range(4):
        write_paper(papers / f"1905.0000{number}v1.pdf", f"FlowNet-{number}1", 77.4 + number, 3)
    monkeypatch.setenv("DIMINISHING_WORKERS", "1")
    ingest.fn(papers=papers, offline=True, home=tmp_path / "alone")  # in one process, without Prefect

    monkeypatch.setenv("DIMINISHING_CHUNK_SIZE", "1")
    monkeypatch.setenv("DIMINISHING_TASK_RUNNER", "dask")
    monkeypatch.setenv("DIMINISHING_DASK_ADDRESS", cluster.address)
    read = tmp_path / "cluster" / "readings"

    def kill_one() -> None:
        while not list(read.rglob("*.gz")):
            time.sleep(0.05)
        cluster.workers[0].kill()

    threading.Thread(target=kill_one, daemon=True).start()
    ended = ingest(papers=papers, offline=True, home=tmp_path / "cluster")
    assert cluster.workers[0].wait(START_SECONDS), "it was killed while papers were read"
    assert cluster.workers[1].poll() is None
    assert ended.counts["documents read"] == 4
    assert rows(tmp_path / "cluster") == rows(tmp_path / "alone")
