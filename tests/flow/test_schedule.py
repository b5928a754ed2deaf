"""`make server`, `make deploy` and `make worker` as an operator runs them: a schedule starts the nightly by itself.

No other test sees whether the locked packages work together in Prefect's scheduler: it runs in the server alone.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from flows.runtime import loopback_works
from tasks.provenance.versions import ROOT

START_SECONDS = 120
RUN_SECONDS = 120


class Operator:
    """A machine with an empty PREFECT_HOME, on which a person types the README's three commands."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.prefect_home = str(folder / "prefect")
        self.log = (folder / "log.txt").open("w+")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        self.api = f"http://127.0.0.1:{port}/api"
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("PREFECT_", "DIMINISHING_", "MAKE", "MFLAGS"))}
        self.environment = kept | {
            "PREFECT_HOME": self.prefect_home,
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_API_PORT": port,
            "DIMINISHING_OFFLINE": "true",
            "NO_PROXY": "127.0.0.1",
        }
        self.session = requests.Session()
        self.session.trust_env = False

    def make(self, target: str) -> subprocess.Popen[bytes]:
        """Start a target of the Makefile, in the environment of packages that this test runs in."""
        command = ["make", "--old-file=setup", target, f"VENV={sys.prefix}", f"HOME_DIR={self.home}"]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log)

    def ask(self, path: str, body: Any = None) -> Any:
        """What Prefect's API answers: to a GET without a body, else to a POST."""
        answer = self.session.request("POST" if body else "GET", f"{self.api}/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def server_is_up(self) -> bool:
        try:
            return self.ask("health") is True
        except requests.RequestException:
            return False

    def schedule_nightly(self, seconds: float = 15) -> str:
        """Give the nightly a second schedule whose first run is due soon; returns when, to find the run by."""
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
        nightly = self.ask("deployments/name/nightly/nightly")["id"]
        interval = {"interval": timedelta(days=1).total_seconds(), "anchor_date": due.isoformat(), "timezone": "UTC"}
        self.ask(f"deployments/{nightly}/schedules", [{"active": True, "schedule": interval}])
        return due.isoformat()

    def runs(self, due: str) -> list[dict[str, Any]]:
        """The runs of the nightly that were due at that time."""
        moment = {"after_": due, "before_": due}
        return self.ask("flow_runs/filter", {"flow_runs": {"expected_start_time": moment}})

    def state(self, due: str) -> str:
        found = self.runs(due)
        return found[0]["state"]["type"] if found else "no run"

    def processes(self, of: str = "") -> list[psutil.Process]:
        """This machine's living processes, or those among them whose command line names something."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("PREFECT_HOME") == self.prefect_home and of in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.Error:  # ended meanwhile, or another user's
                continue
        return found

    def kill(self, of: str = "") -> None:
        """SIGKILL, until none is left: one of them may just be starting another."""
        while left := self.processes(of):
            for process in left:
                process.send_signal(signal.SIGKILL)
            psutil.wait_procs(left, timeout=10)


def wait_for(moment: Callable[[], bool], seconds: float, operator: Operator) -> None:
    """Wait until `moment()` is true; else fail with what the commands printed."""
    until = time.monotonic() + seconds
    while not moment():
        if time.monotonic() > until:
            operator.log.seek(0)
            pytest.fail(f"not within {seconds:.0f} s; the log ends:\n{operator.log.read()[-8000:]}")
        time.sleep(0.5)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    if not loopback_works():
        pytest.skip("no loopback network: Prefect's server cannot be reached")
    operator = Operator(tmp_path_factory.mktemp("operator"))
    try:
        operator.make("server")
        wait_for(operator.server_is_up, START_SECONDS, operator)
        assert operator.make("deploy").wait(START_SECONDS) == 0
        yield operator
    finally:
        operator.kill()


def test_a_schedule_starts_the_nightly_by_itself(operator):
    operator.make("worker")
    due = operator.schedule_nightly()
    wait_for(lambda: operator.state(due) == "COMPLETED", RUN_SECONDS, operator)
    (run,) = operator.runs(due)
    assert run["auto_scheduled"]
    assert run["start_time"] >= due
    assert (operator.home / "releases" / "latest" / "index.html").is_file()
