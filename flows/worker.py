"""The worker of `make worker`: it marks what was killed with an earlier one as crashed, then runs what is scheduled.

Prefect notices that a run was killed only while the worker that started it lives, and never looks at what ran within
it. Left alone, such runs stay "Running" for ever, and the next night is cancelled in favour of one that is dead.
"""

import os
import socket
import sys
from importlib.util import find_spec

import psutil
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, TaskRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed, State

from flows.errors import Mistake
from flows.server import named_server

_UNDER_WAY = {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}
_CRASHED = {"state": {"type": {"any_": ["CRASHED"]}}}


def start(pool: str) -> None:
    """Mark what was killed, then become Prefect's worker. It has the name of this machine, to know its runs again.

    Raises:
        Mistake: no Prefect server is named, there is no such pool, or the package for its type is not installed.
        NoAnswer: the server does not answer.
    """
    name = socket.gethostname()
    if not named_server():
        raise Mistake("a worker needs a Prefect server: name it in PREFECT_API_URL (`make worker` does)")
    with get_client(sync_client=True) as client:
        _check_pool(client, pool)
        killed = mark_killed(client, name)
    for run in killed:
        print(f"marked as crashed: run {run.name!r}, under way since {run.start_time}", flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "prefect", "worker", "start", "--pool", pool, "--name", name])


def _check_pool(client: SyncPrefectClient, pool: str) -> None:
    try:
        kind = client.read_work_pool(pool).type
    except ObjectNotFound as error:
        raise Mistake(f"there is no work pool {pool}: `make deploy` makes diminishing") from error
    if kind in ("docker", "kubernetes") and not find_spec(f"prefect_{kind}"):
        package = f"prefect-{kind}"
        raise Mistake(
            f"the work pool {pool} is of type {kind}, and {package} is not installed:"
            f" .venv/bin/pip install -c requirements.lock {package}"
        )


def mark_killed(client: SyncPrefectClient, worker: str) -> list[FlowRun]:
    """Mark runs as crashed that a worker of this name started and that have no process any more; returns them.

    Runs of other workers, on other machines, are left alone: from here nobody can tell whether they live.
    """
    runs = client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(_UNDER_WAY))
    killed = [run for run in runs if run.labels.get("prefect.worker.name") == worker and not has_process(run)]
    for run in killed:
        client.set_flow_run_state(
            run.id, Crashed(message="Its process was killed, and the worker with it."), force=True
        )
    _mark_parts(client)
    return killed


def has_process(run: FlowRun) -> bool:
    """Whether the process that was started for a run lives on this machine, and is not another with its number.

    Of a container or a job of a cluster nobody can tell from here.
    """
    if not run.infrastructure_pid:
        return False
    if not run.infrastructure_pid.isdecimal():
        return True
    try:
        return psutil.Process(int(run.infrastructure_pid)).environ().get("PREFECT__FLOW_RUN_ID") == str(run.id)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # another user's: nobody can tell
        return True


def _mark_parts(client: SyncPrefectClient) -> None:
    """Mark the tasks of crashed runs, and the runs within them, as crashed; and so on inwards."""
    died: State[None] = Crashed(message="The run that it was part of crashed.")
    crashed, under_way = FlowRunFilter.model_validate(_CRASHED), TaskRunFilter.model_validate(_UNDER_WAY)
    while tasks := client.read_task_runs(flow_run_filter=crashed, task_run_filter=under_way):
        for task in tasks:
            client.set_task_run_state(task.id, died, force=True)
        within = {"parent_task_run_id": {"any_": [task.id for task in tasks]}}
        for run in client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(_UNDER_WAY | within)):
            client.set_flow_run_state(run.id, died, force=True)
