"""`kill -9` in the middle: nothing lost, nothing double, and readers of `latest` never see a half release."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from flows.pipeline import nightly
from tasks.provenance.versions import ROOT
from tests.papers import write_paper
from tests.tables import contents

# The flow's function without Prefect's server: the same steps, and no half minute of start-up for each kill.
RUN = "import sys; from pathlib import Path; from flows.pipeline import nightly\n"
RUN += "if __name__ == '__main__': nightly.fn(papers=Path(sys.argv[1]), home=Path(sys.argv[2]))\n"


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    for i in range(6):
        write_paper(folder / f"net{i}.pdf", f"DrillNet-{i}0", 70 + i, i + 1)
    return folder


@pytest.fixture(scope="module")
def undisturbed(papers, tmp_path_factory):
    home = tmp_path_factory.mktemp("undisturbed")
    nightly.fn(papers=papers, home=home)
    return contents(home / "warehouse.duckdb")


def kill_when(papers: Path, home: Path, script: Path, moment: Callable[[], bool]) -> None:
    """Start the nightly job in a process group of its own and kill all of it as soon as `moment()` is true."""
    script.write_text(RUN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DIMINISHING_CHUNK_SIZE": "2"}
    process = subprocess.Popen(
        [sys.executable, str(script), str(papers), str(home)], env=environment, start_new_session=True
    )
    until = time.monotonic() + 120
    while not moment():
        assert process.poll() is None, "the run ended before the moment came"
        assert time.monotonic() < until, "the moment never came"
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def whole(release: Path) -> bool:
    """Whether every file that the manifest names is there with its hash."""
    manifest = json.loads((release / "manifest.json").read_text())
    return all(hashlib.sha256((release / f["name"]).read_bytes()).hexdigest() == f["sha256"] for f in manifest["files"])


@pytest.mark.parametrize("readings", [1, 3, 5])
def test_killed_while_reading(readings, papers, undisturbed, tmp_path):
    home = tmp_path / "home"

    def some_are_read() -> bool:
        return len([p for p in home.glob("readings/*/*.json.gz") if ".parse-" not in p.name]) >= readings

    kill_when(papers, home, tmp_path / "run.py", some_are_read)
    nightly.fn(papers=papers, home=home)
    assert contents(home / "warehouse.duckdb") == undisturbed


def test_killed_while_publishing(papers, undisturbed, tmp_path):
    home = tmp_path / "home"
    releases = home / "releases"
    nightly.fn(papers=papers, home=home)
    before = (releases / "latest").resolve()
    extra = tmp_path / "more"
    extra.mkdir()
    write_paper(extra / "extra.pdf", "ExtraNet", 81.5, 9)

    kill_when(extra, home, tmp_path / "run.py", lambda: bool(list(releases.glob(".building-*/warehouse.duckdb"))))
    assert (releases / "latest").resolve() == before
    assert whole(before)

    nightly.fn(papers=extra, home=home)
    after = (releases / "latest").resolve()
    assert after != before
    assert whole(after)
    assert whole(before)
    assert not list(releases.glob(".building-*"))


def test_a_second_run_while_one_holds_the_home_is_refused(papers, tmp_path):
    from flows.runtime import HomeInUse, _held, holding

    home = tmp_path / "home"
    as_another_process = patch.dict(_held, clear=True)
    with holding(home), as_another_process, pytest.raises(HomeInUse, match=str(os.getpid())), holding(home):
        pass
