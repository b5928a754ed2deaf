"""`make deploy`: the work pool and the deployments of `prefect.yaml`, registered with the server that is named.

What an operator set on the server stays: a pool, a deployment or a schedule that is paused is paused afterwards, too,
and a schedule that was added there goes on.
"""

import json
import subprocess
import sys
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

from flows.errors import Mistake, OperatorError
from flows.parameters import PoolType
from flows.server import named_server
from tasks.provenance.versions import ROOT

POOL = "diminishing"


class NotDeployed(OperatorError):
    """Prefect refused the deployments."""


def deploy(pool_type: PoolType | None) -> list[str]:
    """Make the work pool where there is none, and register all deployments; returns a line on each.

    Args:
        pool_type: Type of a new pool, a process where none is given. A pool that is there stays as it is.

    Raises:
        Mistake: no Prefect server is named, or the pool is there and of another type.
        NoAnswer: the server does not answer.
        NotDeployed: Prefect refused a deployment.
    """
    if not named_server():
        raise Mistake("deployments need a Prefect server: name it in PREFECT_API_URL (`make deploy` does)")
    with get_client(sync_client=True) as client:
        _see_to_pool(client, pool_type)
        standing = _deployments(client)
        _name_schedules(client, standing)
        _register()
        for deployment in standing:
            if deployment.paused:  # Prefect takes what names no pause for one that is to run
                client.pause_deployment(deployment.id)
        return sorted(_line(deployment) for deployment in _deployments(client))


def _deployments(client: SyncPrefectClient) -> list[DeploymentResponse]:
    return client.read_deployments(work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL])))


def _name_schedules(client: SyncPrefectClient, deployments: list[DeploymentResponse]) -> None:
    """Name the schedules without a name: Prefect makes all of a deployment anew, active, where one has none."""
    for deployment in deployments:
        for schedule in deployment.schedules:
            if not schedule.slug:
                client.update_deployment_schedule(deployment.id, schedule.id, slug=f"{schedule.id}")


def _see_to_pool(client: SyncPrefectClient, pool_type: PoolType | None) -> None:
    try:
        present = client.read_work_pool(POOL).type
    except ObjectNotFound:
        new = pool_type or "process"
        client.create_work_pool(WorkPoolCreate(name=POOL, type=new, base_job_template=job_template(new)))
        return
    if pool_type and present != pool_type:
        raise Mistake(
            f"the work pool {POOL} is there and of type {present}, not {pool_type}: delete it first"
            f" (`prefect work-pool delete {POOL}`), or deploy without a type"
        )


def job_template(pool_type: PoolType) -> dict[str, Any]:
    """How a worker starts a run: Prefect's own template for processes, ours for containers and jobs of a cluster."""
    if pool_type == "process":
        return ProcessWorker.get_default_base_job_template()
    template: dict[str, Any] = json.loads((ROOT / "deploy" / f"{pool_type}.json").read_text(encoding="utf-8"))
    return template


def _register() -> None:
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    # What it prints names a command for a worker that would not find the flows.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise NotDeployed(f"Prefect refused the deployments: {done.stdout[-1000:]}")


def _line(deployment: DeploymentResponse) -> str:
    flow = (deployment.entrypoint or "").rpartition(".")[2]
    paused = deployment.schedules and (deployment.paused or not any(s.active for s in deployment.schedules))
    return f"{flow}/{deployment.name}{' (its schedule is paused)' if paused else ''}"
