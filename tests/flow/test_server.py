"""Prefect's server: one of the run's own where it can be had, the one that is named where it answers."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from prefect import flow
from prefect.context import use_profile
from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS, temporary_settings
from prefect.settings.profiles import Profile

from flows import runtime, server
from flows.errors import NoAnswer
from flows.server import NoServer, named_server, own_server
from tasks.provenance.versions import ROOT
from tests.conftest import loopback_works
from tests.misbehaving import misbehaving

CLOSED = "http://127.0.0.1:9/api"
WITHOUT = "running without Prefect's server"

pytestmark = pytest.mark.skipif(not loopback_works(), reason="no loopback network")


def ingest(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line as an operator starts it."""
    command = [sys.executable, "-m", "flows", "ingest", "--home", str(home)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=200, check=False
    )


def in_the_way(home: Path) -> None:
    home.write_text("a file where a folder should be")


def of_a_later_version(home: Path) -> None:
    home.mkdir()
    with closing(sqlite3.connect(home / "prefect.db")) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES ('ffffffffffff')")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(in_the_way, "unable to open database file"), (of_a_later_version, "'ffffffffffff'")],
)
def test_a_prefect_home_that_cannot_be_used_is_told_as_soon_as_it_is_known(spoil, reason, tmp_path, monkeypatch):
    spoil(tmp_path / "prefect")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    with pytest.raises(NoServer) as told, own_server(tmp_path / "log"):
        pass
    assert reason in str(told.value)
    assert "\n" not in str(told.value)
    assert "Traceback" in (tmp_path / "log").read_text()


def test_a_server_that_does_not_start_in_time_is_given_up(tmp_path):
    timeout = {PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: 1}
    with temporary_settings(timeout), pytest.raises(NoServer, match="after 1 s"), own_server(tmp_path / "log"):
        pass


def test_a_run_that_can_have_no_server_says_so_in_one_line_and_does_its_work(tmp_path, monkeypatch, caplog):
    @flow
    def work(home: Path) -> str:
        return home.name

    @contextmanager
    def none(log):
        raise NoServer("the reason")
        yield

    monkeypatch.setattr(server, "named_server", lambda: None)
    monkeypatch.setattr(server, "own_server", none)
    assert runtime.start(work, tmp_path / "home") == "home"
    assert [line.partition(", ")[0] for line in caplog.messages] == [WITHOUT]
    assert caplog.messages[0].endswith(": the reason")


def test_behind_a_proxy_the_sources_are_asked_through_it_and_prefect_is_not(tmp_path):
    with misbehaving() as proxy:
        proxies = {name: proxy.url for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")}
        live = {"DIMINISHING_OFFLINE": "false", "DIMINISHING_MIRROR": "http://mirror.example"}
        quick = {"DIMINISHING_INTERVAL_SECONDS": "0", "DIMINISHING_ATTEMPTS": "1"}
        run = ingest(tmp_path, NO_PROXY="", no_proxy="", **proxies, **live, **quick)
    assert run.returncode == 0, run.stderr
    assert WITHOUT not in run.stderr
    asked = {seen.path.removeprefix("http://mirror.example/").partition("/")[0] for seen in proxy.seen}
    assert {"epoch.ai", "huggingface.co", "export.arxiv.org"} <= asked
    assert not [seen.path for seen in proxy.seen if not seen.path.startswith("http://mirror.example/")]


def test_a_server_that_is_named_and_does_not_answer_is_told_with_where_it_was_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with use_profile(Profile(name="works", settings={PREFECT_API_URL: CLOSED}), include_current_context=False):
        told = refusal()
        assert told.startswith(f"the Prefect server {CLOSED} does not answer (")
        assert "is set in the profile works of" in told
        (tmp_path / "prefect.toml").write_text(f'[api]\nurl = "{CLOSED}"\n')
        assert "is set in prefect.toml" in refusal()
        monkeypatch.setenv("PREFECT_API_URL", CLOSED)
        assert "is set in the environment" in refusal()


def test_a_server_that_is_named_and_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(server, "_ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api"
        with temporary_settings({PREFECT_API_URL: url}):
            assert "timed out" in refusal()


def refusal() -> str:
    with pytest.raises(NoAnswer) as told:
        named_server()
    assert "\n" not in str(told.value)
    return str(told.value)


def test_no_server_is_named_where_none_is():
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        assert named_server() is None
