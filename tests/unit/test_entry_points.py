"""What people type: the command line, the Makefile, the deployments, and that the README names only what is there."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.testing import CliRunner

from flows.cli import app
from tasks.provenance.versions import ROOT

RUNNER = CliRunner()
VERBS = ("nightly", "ingest", "backfill", "refresh", "publish", "status", "explain", "query", "replicate")


def deployments() -> list[dict]:
    return yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb):
    shown = RUNNER.invoke(app, [verb, "--help"])
    assert shown.exit_code == 0
    assert "--home" in shown.output


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["status"], 1, "flows nightly"),
        (["explain", "0123"], 1, "flows nightly"),
        (["query", "estimates"], 1, "flows nightly"),
        (["query", "no_such_question"], 1, "cost_of_halving"),
        (["nightly", "--papers", "no/such/folder"], 2, "does not exist"),
        (["refresh", "--assume", "price"], 2, "NAME=VALUE"),
        (["refresh", "--assume", "pue=high"], 1, "number is wanted"),
        (["refresh", "--assume", "grid_region=atlantis"], 1, "united-states"),
        (["refresh", "--assume", "cost_hardware=abacus"], 1, "nvidia-h100"),
        (["nightly", "--assume", "no_such=1"], 1, "usd_per_chip_hour"),
    ],
)
def test_a_mistake_gets_one_clear_line(arguments, code, word, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    told = RUNNER.invoke(app, [*arguments, "--home", str(tmp_path)])
    assert told.exit_code == code
    assert word in told.output


def test_the_questions_are_listed_with_what_they_answer():
    listed = RUNNER.invoke(app, ["query"])
    assert listed.exit_code == 0
    for path in (ROOT / "warehouse" / "queries").glob("*.sql"):
        assert path.stem in listed.output


@pytest.mark.parametrize("deployment", deployments(), ids=lambda d: d["name"])
def test_deployments_point_to_flows_and_run_one_at_a_time(deployment):
    module, _, name = deployment["entrypoint"].rpartition(".")
    flow = getattr(importlib.import_module(module), name)
    assert flow.description
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    for schedule in deployment.get("schedules", []):
        assert schedule["timezone"] == "UTC"
        assert schedule["slug"]
        assert re.fullmatch(r"(\S+ ){4}\S+", schedule["cron"])


def test_deployments_carry_no_path_of_the_machine_that_deploys():
    settings = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    assert settings["pull"] == []
    assert not re.search(r"(^|[\s'\"])/\w+", "\n".join(str(d) for d in settings["deployments"]))


def test_the_readme_names_only_targets_and_questions_that_exist():
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", readme)) <= targets
    questions = {p.stem for p in (ROOT / "warehouse" / "queries").glob("*.sql")}
    assert set(re.findall(r"(?:flows |`)query ([a-z_]+)", readme)) <= questions


def test_ci_runs_the_readmes_test_command():
    assert "make test" in Path(ROOT / ".ci" / "run").read_text()


def test_the_lock_pins_and_hashes_and_names_no_address():
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^[a-z0-9][\w.\-\[\]]*==\S+", lock, re.MULTILINE)
    assert len(pinned) > 80
    assert lock.count("--hash=sha256:") > len(pinned)
    assert "://" not in lock


def test_the_lock_keeps_every_bound_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = [Requirement(one) for one in project["project"]["dependencies"] + project["dependency-groups"]["dev"]]
    lock = (ROOT / "requirements.lock").read_text()
    pinned = dict(re.findall(r"^([a-z0-9][\w.-]*)==([\w.]+)", lock, re.MULTILINE))
    astray = [str(one) for one in declared if pinned[canonicalize_name(one.name)] not in one.specifier]
    assert not astray
