"""`make server`, `make deploy` and `make worker` as an operator runs them: a schedule starts the nightly by itself.

No other test sees whether the locked packages work together in Prefect's scheduler: it runs in the server alone. Where
PostgreSQL is installed the server keeps its state there (`make services`), as no other test does; else in SQLite.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from flows.lock import holding
from tasks.provenance.versions import ROOT
from tests.conftest import loopback_works
from tools import postgresql

START_SECONDS = 240
RUN_SECONDS = 240
PROXY = "http://127.0.0.1:9"  # unreachable: as on many a company's machine, only sources may be asked through it
SET_BY_OTHERS = ("PREFECT_", "DIMINISHING_", "MAKE", "MFLAGS", "NO_PROXY")

pytestmark = pytest.mark.timeout(900)


class Operator:
    """A machine with an empty PREFECT_HOME, on which a person types the README's three commands."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        # The user `postgres` must be able to enter it, as no folder of pytest's lets others do.
        self.services = Path(tempfile.mkdtemp(prefix="services"))
        self.services.chmod(0o755)
        self.prefect_home = str(folder / "prefect")
        self.log = (folder / "log.txt").open("a+")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        self.api = f"http://127.0.0.1:{port}/api"
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(SET_BY_OTHERS)}
        self.environment = kept | {
            "PREFECT_HOME": self.prefect_home,
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_API_PORT": port,
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",  # 60 by default: what a new schedule waits
            "PREFECT_SERVER_UI_ENABLED": "false",  # nobody looks, and its files would be written among the packages
            "DIMINISHING_OFFLINE": "true",
            "HTTP_PROXY": PROXY,
            "HTTPS_PROXY": PROXY,
        }
        self.session = requests.Session()
        self.session.trust_env = False
        busy = Retry(5, status_forcelist=[500, 503], allowed_methods=None, backoff_factor=1)  # its database may be
        self.session.mount("http://", HTTPAdapter(max_retries=busy))

    def make(self, target: str) -> subprocess.Popen[bytes]:
        """Start a target of the Makefile, in the environment of packages that this test runs in."""
        command = ["make", "--old-file=setup", target, f"VENV={sys.prefix}", f"HOME_DIR={self.home}"]
        command.append(f"SERVICES={self.services}")
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log)

    def ask(self, path: str, body: Any = None) -> Any:
        """What Prefect's API answers: to a GET without a body, else to a POST."""
        answer = self.session.request("POST" if body else "GET", f"{self.api}/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def printed(self) -> str:
        """The last words of the commands."""
        self.log.seek(0)
        return self.log.read()[-8000:]

    def server_is_up(self) -> bool:
        try:
            return self.ask("health") is True
        except requests.RequestException:
            return False

    def schedule_nightly(self, seconds: float) -> None:
        """Give the nightly another schedule: a run every so many seconds."""
        nightly = self.ask("deployments/name/nightly/nightly")["id"]
        self.ask(f"deployments/{nightly}/schedules", [{"active": True, "schedule": {"interval": seconds}}])

    def deployed(self) -> dict[str, Any]:
        """What the server holds of the pool and the deployments that somebody may have set there."""
        found = self.ask("deployments/filter", {"sort": "NAME_ASC"})
        kept = {d["name"]: {n: d[n] for n in ("id", "paused", "parameters", "work_pool_name")} for d in found}
        schedules = {s["id"]: (s["active"], s["schedule"]) for d in found for s in d["schedules"]}
        pool = self.ask("work_pools/diminishing")
        return {"deployments": kept, "schedules": schedules, "pool": {n: pool[n] for n in ("id", "is_paused", "type")}}

    def pause(self, path: str, **said: bool) -> None:
        """Say on the server that something is paused."""
        self.session.patch(f"{self.api}/{path}", json=said, timeout=30).raise_for_status()

    def nights(self, state: str) -> list[dict[str, Any]]:
        """The runs of the nightly in that state, the latest first."""
        nightly = {"deployments": {"name": {"any_": ["nightly"]}}, "sort": "START_TIME_DESC"}
        return self.ask("flow_runs/filter", nightly | {"flow_runs": {"state": {"type": {"any_": [state]}}}})

    def nights_held_up(self) -> list[str]:
        """The nights at work that said they wait for this process to give the home free."""
        at_work = {"flow_run_id": {"any_": [run["id"] for run in self.nights("RUNNING")]}}
        said = self.ask("logs/filter", {"logs": at_work})
        return [line["flow_run_id"] for line in said if f"process {os.getpid()}" in line["message"]]

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


def wait_for(moment: Callable[[], Any], seconds: float, operator: Operator) -> None:
    """Wait until `moment()` is true; else fail with what the commands printed."""
    until = time.monotonic() + seconds
    while not moment():
        if time.monotonic() > until:
            pytest.fail(f"not within {seconds:.0f} s; the log ends:\n{operator.printed()}")
        time.sleep(0.5)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    if not loopback_works():
        pytest.skip("no loopback network: Prefect's server cannot be reached")
    operator = Operator(tmp_path_factory.mktemp("operator"))
    try:
        if has_postgresql():
            assert operator.make("services").wait(START_SECONDS) == 0, operator.printed()
        operator.make("server")
        wait_for(operator.server_is_up, START_SECONDS, operator)
        assert operator.make("deploy").wait(START_SECONDS) == 0, operator.printed()
        operator.schedule_nightly(15)
        operator.make("worker")
        yield operator
    finally:
        if has_postgresql():
            operator.make("services-stop").wait(START_SECONDS)
        operator.kill()
        shutil.rmtree(operator.services, ignore_errors=True)


def has_postgresql() -> bool:
    try:
        return bool(postgresql.program("initdb"))
    except postgresql.Unavailable:
        return False


def test_deploying_again_changes_nothing_that_stands_on_the_server(operator):
    """While the first night runs: a schedule that is paused stays so, and one that a person has added stays at all."""
    nightly = operator.ask("deployments/name/nightly/nightly")
    (scheduled,) = (s for s in nightly["schedules"] if "cron" in s["schedule"])
    publish = operator.ask("deployments/name/publish/publish")
    operator.pause(f"deployments/{nightly['id']}/schedules/{scheduled['id']}", active=False)
    operator.pause(f"deployments/{publish['id']}", paused=True)
    before = operator.deployed()
    assert operator.make("deploy").wait(RUN_SECONDS) == 0, operator.printed()
    after = operator.deployed()
    for part in before:
        assert after[part] == before[part], part
    assert before["schedules"][scheduled["id"]][0] is False
    assert before["deployments"]["publish"]["paused"] is True


def test_the_server_keeps_its_state_in_postgresql_where_it_is_installed(operator):
    if not has_postgresql():
        pytest.skip("PostgreSQL is not installed")
    assert not list(Path(operator.prefect_home).glob("*.db"))


def test_a_schedule_starts_the_nightly_by_itself(operator):
    wait_for(lambda: operator.nights("COMPLETED"), RUN_SECONDS, operator)
    assert operator.nights("COMPLETED")[-1]["auto_scheduled"]
    assert (operator.home / "releases" / "latest" / "index.html").is_file()
    assert "leaked" not in operator.printed()  # as DuckDB's binding says where a process ends in disorder


def test_a_killed_run_is_marked_by_the_next_worker_and_the_next_night_runs(operator):
    with holding(operator.home, RUN_SECONDS):  # a night that begins now waits, and can be killed in good time
        wait_for(operator.nights_held_up, RUN_SECONDS, operator)
        (night,) = operator.nights_held_up()
        operator.kill("prefect worker start")
        before = len(operator.nights("CANCELLED"))
        operator.make("worker")
        wait_for(lambda: len(operator.nights("CANCELLED")) > before, RUN_SECONDS, operator)  # the place is taken
        assert [run["id"] for run in operator.nights("RUNNING")] == [night]  # only its worker had been killed
        operator.kill("prefect worker start")
        operator.kill("prefect.engine")
        operator.make("worker")
        wait_for(lambda: operator.nights("CRASHED"), RUN_SECONDS, operator)
        assert [run["id"] for run in operator.nights("CRASHED")] == [night]
    before = len(operator.nights("COMPLETED"))
    wait_for(lambda: len(operator.nights("COMPLETED")) > before, RUN_SECONDS, operator)
