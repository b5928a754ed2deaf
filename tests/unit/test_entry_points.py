"""What people type: the command line, the Makefile, and that the README names only what is there."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.testing import CliRunner

from flows import runtime
from flows.cli import app
from flows.errors import HomeInUse, NoAnswer, SourceLost
from flows.pipeline import Ingested, Night
from tasks.provenance.versions import ROOT
from tasks.publish.release import PublishRefused

RUNNER = CliRunner()
VERBS = ("nightly", "ingest", "backfill", "refresh", "publish", "status", "explain", "query", "sql", "replicate")


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
        (["sql", "SELECT 1"], 1, "flows nightly"),
        (["query", "no_such_question"], 2, "cost_of_halving"),
        (["query", "estimates", "--set", "model"], 2, "NAME=VALUE"),
        (["publish", "--date", "2999-01-01"], 2, "still to come"),
        (["query", "estimates", "--set", "a b=1"], 2, "no variable 'a b'"),
        (["refresh", "--assume", "price"], 2, "NAME=VALUE"),
        (["refresh", "--assume", "pue=high"], 2, "must be a number"),
        (["refresh", "--assume", "grid_region=atlantis"], 2, "united-states"),
        (["refresh", "--assume", "cost_hardware=abacus"], 2, "nvidia-h100"),
        (["refresh", "--benchmark", "imagnet"], 2, "imagenet-1k"),
        (["nightly", "--benchmark", "imagnet"], 2, "imagenet-1k"),
        (["nightly", "--assume", "no_such=1"], 2, "usd_per_chip_hour"),
        (["backfill", "--benchmark", "imagnet"], 2, "imagnet"),
        (["backfill", "--since", "2026-10-02", "--until", "2026-10-01"], 2, "before it begins"),
    ],
)
def test_a_mistake_gets_one_clear_line(arguments, code, word, tmp_path):
    told = RUNNER.invoke(app, [*arguments, "--home", str(tmp_path / "home")])
    assert told.exit_code == code
    assert word in told.stderr
    assert told.stderr.count("\n") == 1, told.stderr
    assert told.stdout == ""
    assert not (tmp_path / "home").exists(), "nothing was started"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nightly", "--papers", "no/such/folder"], "there is no folder"),
        (["nightly", "--limit", "-1"], "--limit"),
        (["publish", "--date", "2026-13-01"], "2026-13-01"),
    ],
)
def test_what_no_option_can_be_is_refused(arguments, word, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    told = RUNNER.invoke(app, [*arguments, "--home", str(tmp_path)])
    assert told.exit_code == 2
    assert word in told.output


@pytest.mark.parametrize("verb", [*VERBS, "simulate"])
def test_every_verb_refuses_settings_that_are_not_understood(verb, monkeypatch):
    monkeypatch.setenv("DIMINISHING_ALLOW_PRIVATE", "true")
    needed = {"explain": ["0123"], "query": ["estimates"]}
    told = RUNNER.invoke(app, [verb, *needed.get(verb, [])])
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: DIMINISHING_ALLOW_PRIVATE='true'")
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("verb", ["nightly", "ingest", "backfill", "refresh", "publish"])
@pytest.mark.parametrize("home", ["file", "file/below", "folder/.."])
def test_a_home_that_cannot_be_made_is_refused_before_anything_is_started(verb, home, tmp_path, monkeypatch):
    ended = {"nightly": Night(Path("release"), []), "publish": Path("release"), "refresh": {}}
    monkeypatch.setattr(runtime, "start", lambda flow, **_: ended.get(flow.name, Ingested([], [])))
    (tmp_path / "file").write_text("")
    told = RUNNER.invoke(app, [verb, "--home", str(tmp_path / home)])
    if home == "folder/..":
        assert told.exit_code == 0
    else:
        assert told.exit_code == 2
        assert told.stderr.startswith(f"Error: the home {tmp_path / home}:")
        assert told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (HomeInUse("data is in use by process 7"), 1, "process 7"),
        (SourceLost("data/releases/2026-11-23 is published without epoch"), 4, "published without epoch"),
        (NoAnswer("http://127.0.0.1:9/api does not answer"), 3, "does not answer"),
        (PublishRefused("a key that is\nnot unique"), 1, "a key that is not unique"),
        (OSError(28, "No space left on device"), 1, "free some space"),
    ],
)
def test_what_stops_a_night_is_one_line_and_a_code(error, code, word, tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(runtime, "start", fail)
    told = RUNNER.invoke(app, ["nightly", "--home", str(tmp_path)])
    assert told.exit_code == code
    assert word in told.stderr
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("verb", "result"),
    [("nightly", Night(Path("release"), ["epoch", "owid"])), ("ingest", Ingested([], ["epoch", "owid"]))],
)
def test_the_last_line_of_a_run_that_lost_a_source_says_so(verb, result, tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "start", lambda *_, **__: result)
    told = RUNNER.invoke(app, [verb, "--home", str(tmp_path)])
    assert told.exit_code == 0
    assert told.output.splitlines()[-1].startswith("Done without epoch, owid: ")


@pytest.mark.parametrize("error", [ValueError("no error of an operator's"), FileNotFoundError(2, "a file of ours")])
def test_a_bug_keeps_its_traceback(error, tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(runtime, "start", fail)
    told = RUNNER.invoke(app, ["nightly", "--home", str(tmp_path)])
    assert told.exception is error


def test_the_questions_are_listed_with_what_they_answer():
    listed = RUNNER.invoke(app, ["query"])
    assert listed.exit_code == 0
    for path in (ROOT / "warehouse" / "queries").glob("*.sql"):
        assert path.stem in listed.output


def test_the_readme_names_only_targets_and_questions_that_exist():
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", readme)) <= targets
    questions = {p.stem for p in (ROOT / "warehouse" / "queries").glob("*.sql")}
    assert set(re.findall(r"(?:flows |`)query ([a-z_]+)", readme)) <= questions


def test_ci_runs_the_readmes_test_command():
    assert re.search(r"^make .*\btest$", Path(ROOT / ".ci" / "run").read_text(), re.MULTILINE)


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
