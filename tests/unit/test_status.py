"""How a home stands: its problems by code, in the order of their urgency, and what cron and programs are told."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows.cli import app
from flows.cli.questions import OF_RUNS
from flows.cli.status import print_outcome
from flows.errors import EXIT_CODES, SourceLost
from flows.lock import holding
from schemas.codes.operating import ProblemCode
from schemas.errors import OperatorError
from schemas.tables import TABLES
from tasks.load.runs import Run, mark_interrupted, put_load
from tasks.load.unrecorded import add_unrecorded
from tasks.load.validate import validate
from tasks.operate.status import home_status
from tests.unit.rows import good_row
from warehouse.connection import connect, insert, migrate
from warehouse.working import WAREHOUSE

NOW = datetime(2026, 11, 29, 6, tzinfo=UTC)
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("home") / WAREHOUSE
    with connect(path) as con:
        migrate(con)
    return path.read_bytes()


@pytest.fixture
def home(tmp_path, empty) -> Path:
    """A home whose last publication ended well an hour ago."""
    (tmp_path / WAREHOUSE).write_bytes(empty)
    ran(tmp_path, "publish", NOW - timedelta(hours=1))
    return tmp_path


def a_run(flow: str, at: datetime, error: Exception | None = None, **parameters) -> Run:
    run = Run(flow, parameters, started_at=at)
    run.end(error)
    run.finished_at = at
    return run


def put(home: Path, *runs: Run) -> None:
    with connect(home / WAREHOUSE) as con:
        for run in runs:
            put_load(con, run.row())


def ran(home: Path, flow: str, at: datetime, error: Exception | None = None, **parameters) -> str:
    run = a_run(flow, at, error, **parameters)
    put(home, run)
    return run.load_id


def a_night(
    home: Path,
    minutes_ago: int,
    *outcomes: str,
    lost: tuple[str, ...] = (),
    error: Exception | None = None,
    **parameters,
) -> None:
    """A night whose parts ended so, one in each minute; the night itself a minute later, or not at all."""
    begun = NOW - timedelta(minutes=minutes_ago)
    night = Run("nightly", parameters, lost=list(lost), started_at=begun)
    parts = [
        Run(flow, parameters, outcome=outcome, started_at=begun + timedelta(minutes=n + 0.1), part_of=night.load_id)
        for n, (flow, outcome) in enumerate(zip(("ingest", "refresh", "publish"), outcomes, strict=False))
    ]
    for run in (*parts, night):
        if run.outcome not in ("running", "failed"):
            run.finished_at = run.started_at + timedelta(seconds=30)
    if "running" not in outcomes:
        night.end(error)
        night.finished_at = begun + timedelta(minutes=len(parts))
    put(home, night, *parts)


def asked(home: Path, days_ago: int, outcome: str, offline: bool = False) -> None:
    at = NOW - timedelta(days=days_ago)
    load_id = ran(home, "ingest", at, offline=offline)
    row = good_row("raw_source_runs", load_id=load_id, source_id="epoch", asked_at=at, source_outcome=outcome)
    good, refused = validate([row], "raw_source_runs")
    assert refused.empty
    with connect(home / WAREHOUSE) as con:
        insert(con, TABLES["raw_source_runs"], good)


def problems(home: Path) -> list[str]:
    return [str(p.code) for p in home_status(home, 3, 3, NOW).problems]


def test_a_home_that_was_published_lately_has_no_problem(home):
    assert problems(home) == []


def test_what_was_never_published_or_not_for_days_is_stale(tmp_path, empty):
    (tmp_path / WAREHOUSE).write_bytes(empty)
    assert problems(tmp_path) == ["never_published"]
    ran(tmp_path, "publish", NOW - timedelta(days=3, minutes=1))
    assert problems(tmp_path) == ["release_stale"]
    ran(tmp_path, "publish", NOW - timedelta(days=2))
    assert problems(tmp_path) == []


def test_only_the_last_run_counts_and_one_beside_the_warehouse_is_one(home):
    ran(home, "ingest", NOW - timedelta(minutes=30), ValueError("x"))
    assert problems(home) == ["night_failed"]
    ran(home, "ingest", NOW - timedelta(minutes=20))
    assert problems(home) == []
    add_unrecorded(home, a_run("nightly", NOW - timedelta(minutes=10), OSError("held")).row())
    (problem,) = home_status(home, 3, 3, NOW).problems
    assert (problem.code, "nightly of 2026-11-29 05:50 failed: OSError: held" in problem.words) == (
        "night_failed",
        True,
    )


def told(home: Path) -> str:
    """What `status` says first."""
    console = Console(width=200, record=True, file=StringIO())
    print_outcome(console, home_status(home, 3, 3, NOW))
    return console.export_text().splitlines()[0]


DONE = ("completed", "completed", "completed")
WHAT_IF = {"assumptions": {"pue": 1.1}}


def test_what_is_told_of_a_night_is_the_outcome_of_all_of_it(home):
    a_night(home, 50, "in_part", "completed", "completed", lost=("epoch",))
    assert told(home) == "In part: nightly of 2026-11-29 05:10 (without epoch)"
    ran(home, "ingest", NOW - timedelta(minutes=40), papers="mine")
    ran(home, "nightly", NOW - timedelta(minutes=30), **WHAT_IF)
    assert told(home).startswith("In part: nightly of 2026-11-29 05:10"), "what came after was no night"
    a_night(home, 20, *DONE)
    assert told(home) == "Well: nightly of 2026-11-29 05:40"
    stopped = Run("nightly", {}, started_at=NOW)
    stopped.end(KeyboardInterrupt(), stopped_by=15)
    put(home, stopped)
    assert told(home) == "Stopped: nightly of 2026-11-29 06:00 (by SIGTERM)"


def test_a_night_that_failed_is_a_problem_until_something_is_published(home):
    a_night(home, 50, "completed", "completed", "failed", error=ValueError("the gate"))
    assert told(home) == "night_failed: nightly of 2026-11-29 05:10 failed: ValueError: the gate"
    ran(home, "ingest", NOW - timedelta(minutes=40))
    ran(home, "refresh", NOW - timedelta(minutes=30), **WHAT_IF)
    ran(home, "publish", NOW - timedelta(minutes=20))
    assert problems(home) == ["night_failed"], "a what-if is no release"
    ran(home, "refresh", NOW - timedelta(minutes=15))
    ran(home, "publish", NOW - timedelta(minutes=10), accept_changes=True)
    assert problems(home) == []


def test_a_night_that_fails_after_its_publication_has_failed(home):
    a_night(home, 50, "in_part", "completed", "completed", lost=("epoch",), error=SourceLost("without epoch"))
    assert problems(home) == ["night_failed"]


@pytest.mark.parametrize("parts", [("running",), ("completed", "running"), ("completed", "completed", "running")])
def test_a_night_that_was_killed_is_told_before_the_next_one_finds_it(home, parts):
    a_night(home, 50, *parts)
    assert problems(home) == ["night_failed"]
    assert told(home).startswith("night_failed: nightly of 2026-11-29 05:10 interrupted: killed")
    with holding(home):
        assert told(home) == "Under way: nightly of 2026-11-29 05:10"
        with connect(home / WAREHOUSE) as con:
            mark_interrupted(con)
        assert problems(home) == ["night_failed"]


def test_a_what_if_neither_fails_a_home_nor_keeps_its_release_fresh(tmp_path, empty):
    (tmp_path / WAREHOUSE).write_bytes(empty)
    ran(tmp_path, "publish", NOW - timedelta(days=4))
    a_night(tmp_path, 50, *DONE, **WHAT_IF)
    assert problems(tmp_path) == ["release_stale"]
    ran(tmp_path, "publish", NOW - timedelta(minutes=30))  # of what stands in the warehouse: the what-if
    ran(tmp_path, "nightly", NOW - timedelta(minutes=20), ValueError("x"), only="year > 2020")
    assert problems(tmp_path) == ["release_stale"]


def test_a_release_that_was_refused_waits(home):
    (home / "refused" / "releases" / "latest").mkdir(parents=True)
    assert problems(home) == ["release_waits"]


@pytest.mark.parametrize(
    ("nights", "found"),
    [
        ([(5, "read"), (3, "failed"), (2, "deferred"), (1, "failed")], ["source_in_vain"]),
        ([(3, "failed"), (2, "failed"), (1, "failed")], ["source_in_vain"]),  # it never answered
        ([(5, "failed"), (4, "failed"), (3, "failed"), (2, "unchanged"), (1, "failed")], []),
        ([(3, "failed"), (2, "failed")], []),
        ([(2, "failed"), (2, "failed"), (1, "failed")], []),  # twice in one night
    ],
)
def test_a_source_is_a_problem_when_it_was_asked_in_vain_for_nights(home, nights, found):
    for n, (days_ago, outcome) in enumerate(nights):
        asked(home, days_ago + n / 1000, outcome)
    assert problems(home) == found


def test_nights_offline_ask_nothing_in_vain(home):
    for days_ago in (4, 3, 2, 1):
        asked(home, days_ago, "deferred", offline=True)
    assert problems(home) == []


def test_cron_gets_the_code_of_the_first_problem_and_programs_get_json(home, monkeypatch):
    ran(home, "nightly", datetime.now(UTC), ValueError("x"))
    monkeypatch.setenv("DIMINISHING_STALE_DAYS", "100000")
    checked = RUNNER.invoke(app, ["status", "--check", "--home", str(home)])
    assert checked.exit_code == EXIT_CODES["night_failed"] == 5
    assert checked.output.startswith("night_failed: nightly of ")
    told = json.loads(RUNNER.invoke(app, ["status", "--json", "--home", str(home)]).output)
    assert told["last_run"]["outcome"] == "failed"
    assert [p["code"] for p in told["problems"]] == ["night_failed"]
    assert datetime.fromisoformat(told["confirmed_at"]).tzinfo


def test_cron_gets_not_a_word_where_all_is_well(home, monkeypatch):
    ran(home, "nightly", datetime.now(UTC))
    ran(home, "publish", datetime.now(UTC))
    checked = RUNNER.invoke(app, ["status", "--check", "--home", str(home)])
    assert (checked.exit_code, checked.output) == (0, "")


def test_every_problem_has_an_exit_code_that_means_nothing_else():
    assert list(EXIT_CODES) == list(ProblemCode)
    assert not set(EXIT_CODES.values()) & {0, 1, 2, 3, 4, 130, 143}
    assert EXIT_CODES[ProblemCode.NEVER_PUBLISHED] == EXIT_CODES[ProblemCode.RELEASE_STALE]


def test_why_a_source_did_not_answer_stands_on_a_narrow_terminal_too(home):
    asked(home, 1, "deferred")
    with connect(home / WAREHOUSE) as con:
        con.execute("UPDATE raw_source_runs SET reason = 'no answer' || chr(10) || 'twice'")
    told = RUNNER.invoke(app, ["status", "--home", str(home)], env={"COLUMNS": "80"})
    assert "epoch: no answer; twice\n" in told.stdout
    assert "--csv" not in told.stdout


@pytest.mark.parametrize("damage", ["older", "damaged", "missing"])
@pytest.mark.parametrize("options", [[], ["--check"], ["--json"]])
def test_a_warehouse_that_cannot_be_read_is_one_line(home, damage, options):
    if damage == "older":
        with connect(home / WAREHOUSE) as con:
            con.execute("DROP TABLE raw_source_runs")
    elif damage == "damaged":
        (home / WAREHOUSE).write_bytes(b"no database" * 1000)
    else:
        (home / WAREHOUSE).unlink()
    told = RUNNER.invoke(app, ["status", *options, "--home", str(home)])
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert {"older": "another version", "damaged": "cannot be read", "missing": "nightly"}[damage] in told.stderr
    if damage != "missing":
        with pytest.raises(OperatorError):
            home_status(home, 3, 3)


@pytest.mark.parametrize("name", OF_RUNS)
def test_questions_about_the_runs_ask_the_homes_warehouse_and_say_so(home, name):
    told = RUNNER.invoke(app, ["query", name, "--csv", "--home", str(home)])  # there is no release
    assert told.exit_code == 0, told.output
    assert str(home / WAREHOUSE) in told.stderr.replace("\n", "")


@pytest.mark.parametrize(
    ("question", "words"), [("growth_split", "did you mean from_model?"), ("documents_failed", "it takes none")]
)
def test_a_variable_that_a_question_does_not_take_is_a_mistake(home, question, words):
    told = RUNNER.invoke(app, ["query", question, "--set", "from_modle=x", "--home", str(home)])
    assert (told.exit_code, told.stderr.count("\n")) == (2, 1)
    assert words in told.stderr
