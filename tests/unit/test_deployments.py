"""Deployments: all as they were last looked at, forms that explain themselves, containers as their judges want them."""

import importlib
import json
import re
import shlex
import subprocess
import sysconfig
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import jsonschema
import kubernetes_validate
import pytest
import yaml
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.utilities.templating import apply_values

from flows import worker
from flows.deploy import POOL, job_template
from flows.errors import Mistake
from flows.parameters import PoolType
from flows.worker import has_process
from tasks.provenance.versions import ROOT
from tests.unit.deployed import declared, deployed, flow_of, parameters

SNAPSHOT = Path(__file__).with_name("deployments.json")
CONTAINERS = ("docker", "kubernetes")
HADOLINT = Path(sysconfig.get_path("scripts")) / "hadolint"


def test_what_is_deployed_is_what_was_last_looked_at():
    as_of_now = json.loads(json.dumps(deployed()))
    assert as_of_now == json.loads(SNAPSHOT.read_text()), (
        "where this is meant: python -m tests.unit.deployed > tests/unit/deployments.json"
    )


def test_every_flow_that_a_person_starts_is_deployed():
    assert {flow_of(d).name for d in declared()} == {"nightly", "ingest", "backfill", "refresh", "publish"}
    assert {d["work_pool"]["name"] for d in declared()} == {POOL}


@pytest.mark.parametrize("deployment", declared(), ids=lambda d: d["name"])
def test_the_form_says_of_each_parameter_what_it_is(deployment):
    for name, parameter in parameters(deployment).items():
        assert parameter.get("description", "").endswith("."), name
        kinds = parameter.get("anyOf", [parameter])
        assert all("type" in kind for kind in kinds), f"{name}: a form has no field for it"
        assert "default" in parameter, f"{name}: a deployment starts without being filled in"


@pytest.mark.parametrize("deployment", declared(), ids=lambda d: d["name"])
def test_deployments_run_one_at_a_time_by_the_clock_of_utc(deployment):
    assert flow_of(deployment).description
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    for schedule in deployment.get("schedules", []):
        assert schedule["timezone"] == "UTC"
        assert schedule["slug"]
        assert "active" not in schedule, "a paused schedule would run again after the next `make deploy`"
        assert re.fullmatch(r"(\S+ ){4}\S+", schedule["cron"])


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_a_worker_without_the_package_for_its_pool_says_which_and_how(kind, monkeypatch):
    client = SimpleNamespace(read_work_pool=lambda name: SimpleNamespace(type=kind))
    monkeypatch.setattr(worker, "find_spec", lambda name: name)
    worker._check_pool(client, "diminishing")
    monkeypatch.setattr(worker, "find_spec", lambda name: None)
    with pytest.raises(Mistake, match=f"pip install -c requirements.lock prefect-{kind}"):
        worker._check_pool(client, "diminishing")


def test_a_worker_of_no_pool_says_what_makes_one():
    def absent(name: str) -> None:
        raise ObjectNotFound(http_exc=Exception())

    with pytest.raises(Mistake, match="there is no work pool diminishing: `make deploy`"):
        worker._check_pool(SimpleNamespace(read_work_pool=absent), "diminishing")


def test_a_deployed_run_works_in_the_checkout_of_its_worker():
    ((step, inputs),) = (
        d for pull in yaml.safe_load((ROOT / "prefect.yaml").read_text())["pull"] for d in pull.items()
    )
    module, _, name = step.rpartition(".")
    assert getattr(importlib.import_module(module), name)(**inputs) == {"directory": str(ROOT)}


def test_deployments_carry_no_path_of_the_machine_that_deploys():
    settings = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    assert settings["pull"]  # left out, it would be one
    assert not re.search(r"(^|[\s'\"])/\w+", "\n".join(str(d) for d in settings["deployments"]))


# --- work pools


@pytest.mark.parametrize("pool_type", get_args(PoolType))
def test_prefect_takes_the_job_template(pool_type):
    template = job_template(pool_type)
    pool = WorkPoolCreate(name=POOL, type=pool_type, base_job_template=template)  # each placeholder has its variable
    used = set(re.findall(r"{{ (\w+) }}", json.dumps(pool.base_job_template["job_configuration"])))
    assert used == set(template["variables"]["properties"])


@pytest.mark.parametrize("pool_type", CONTAINERS)
def test_the_variables_of_a_job_template_are_a_schema_that_its_defaults_meet(pool_type):
    variables = job_template(pool_type)["variables"]
    jsonschema.Draft202012Validator.check_schema(variables)
    jsonschema.validate(defaults(pool_type), variables)
    assert all(v["description"].endswith(".") for v in variables["properties"].values())


@pytest.mark.parametrize("pool_type", CONTAINERS)
def test_a_run_in_a_container_keeps_its_home_on_the_volume(pool_type):
    given = defaults(pool_type)
    home = given["env"]["DIMINISHING_HOME"]
    assert home in json.dumps(apply_values(job_template(pool_type)["job_configuration"], given))
    assert f"VOLUME {home}\n" in (ROOT / "Dockerfile").read_text()


def test_the_job_of_the_cluster_is_one_that_kubernetes_takes():
    given = defaults("kubernetes") | {"name": "night", "command": "prefect flow-run execute"}
    configuration = apply_values(job_template("kubernetes")["job_configuration"], given, remove_notset=True)
    job = configuration["job_manifest"]
    container = job["spec"]["template"]["spec"]["containers"][0]
    # The worker writes both as Kubernetes has them.
    container["env"] = [{"name": name, "value": value} for name, value in container["env"].items()]
    container["args"] = shlex.split(container["args"])
    kubernetes_validate.validate(job, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("identifier", ["7f3c:4f1b2a", "cluster:default:night-x7k2p"])
def test_whether_a_container_lives_is_not_judged_from_this_machine(identifier):
    class Run:
        infrastructure_pid = identifier

    assert has_process(Run())


def defaults(pool_type: Any) -> dict[str, Any]:
    properties = job_template(pool_type)["variables"]["properties"]
    return {name: variable["default"] for name, variable in properties.items() if "default" in variable}


# --- the image


def test_the_dockerfile_passes_its_linter():
    told = subprocess.run([HADOLINT, ROOT / "Dockerfile"], capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stdout


def test_the_image_has_all_that_is_read_below_the_checkout():
    copied = set(re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    names = {name for line in copied for name in line.split()}
    sources = [p for folder in ("flows", "tasks", "schemas", "warehouse") for p in (ROOT / folder).rglob("*.py")]
    read = {name for p in sources for name in re.findall(r'\bROOT / "(\w+)"', p.read_text())}
    assert read - {"deploy"} <= names  # which only `make deploy` reads
    allowed = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert names == allowed
    assert all((ROOT / name).exists() for name in names)
