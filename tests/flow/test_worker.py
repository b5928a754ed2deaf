"""What a starting worker marks as crashed, and what it leaves alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prefect import flow, task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling, Completed, Crashed, Pending, Running, State

from flows.errors import Mistake, NoAnswer
from flows.worker import mark_killed, start


@flow
def night() -> None:
    """A flow for runs that nobody runs."""


@task
def step() -> None:
    """A task for the same."""


@pytest.fixture
def client(prefect_server) -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


@contextmanager
def process_of(run_id: str) -> Iterator[int]:
    """The number of a process that says it is this run's."""
    waiting = [sys.executable, "-c", "input()"]
    environment = os.environ | {"PREFECT__FLOW_RUN_ID": run_id}
    with subprocess.Popen(waiting, env=environment, stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


def run_of(client: SyncPrefectClient, worker: str, state: State) -> FlowRun:
    run = client.create_flow_run(night, state=state)
    client.update_flow_run_labels(run.id, {"prefect.worker.name": worker})
    return run


def parts_of(client: SyncPrefectClient, run: FlowRun) -> tuple[TaskRun, FlowRun, TaskRun]:
    """A run within a run, as Prefect keeps it: the task that stands for it, the run, and a task of that."""
    stands_for = client.create_task_run(step, run.id, dynamic_key="0", state=Running())
    within = client.create_flow_run(night, state=Running(), parent_task_run_id=stands_for.id)
    return stands_for, within, client.create_task_run(step, within.id, dynamic_key="0", state=Running())


def types(client: SyncPrefectClient, *runs: FlowRun | TaskRun) -> list[str]:
    read = {FlowRun: client.read_flow_run, TaskRun: client.read_task_run}
    return [read[type(run)](run.id).state.type.value for run in runs]


@pytest.mark.parametrize("state", [Pending(), Running(), Cancelling()], ids=lambda state: state.name)
def test_a_run_without_a_process_is_crashed(client, state):
    run = run_of(client, "here", state)
    assert [marked.id for marked in mark_killed(client, "here")] == [run.id]
    assert types(client, run) == ["CRASHED"]


def test_so_is_one_whose_number_another_process_has(client):
    run = run_of(client, "here", Running())
    with process_of("another run") as pid:
        client.update_flow_run(run.id, infrastructure_pid=str(pid))
        assert [marked.id for marked in mark_killed(client, "here")] == [run.id]


def test_a_run_that_lives_is_left_alone_with_its_parts(client):
    run = run_of(client, "here", Running())
    parts = parts_of(client, run)
    with process_of(str(run.id)) as pid:
        client.update_flow_run(run.id, infrastructure_pid=str(pid))
        assert mark_killed(client, "here") == []
        assert types(client, run, *parts) == ["RUNNING"] * 4
    mark_killed(client, "here")
    assert types(client, run, *parts) == ["CRASHED"] * 4


def test_so_is_a_run_of_another_machine_and_one_of_no_worker(client):
    runs = run_of(client, "elsewhere", Running()), client.create_flow_run(night, state=Running())
    assert mark_killed(client, "here") == []
    assert types(client, *runs) == ["RUNNING", "RUNNING"]


def test_what_ran_within_a_run_that_crashed_before_is_crashed_with_it(client):
    parts = parts_of(client, run_of(client, "elsewhere", Crashed()))
    others = parts_of(client, run_of(client, "elsewhere", Completed()))
    assert mark_killed(client, "here") == []
    assert types(client, *parts) == ["CRASHED"] * 3
    assert types(client, *others) == ["RUNNING"] * 3


@pytest.mark.parametrize(("server", "error"), [(None, Mistake), ("http://127.0.0.1:9/api", NoAnswer)])
def test_without_a_server_no_worker_is_started(server, error):
    with temporary_settings({PREFECT_API_URL: server}), pytest.raises(error, match="PREFECT_API_URL"):
        start("any pool")
