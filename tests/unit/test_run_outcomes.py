"""How runs of the flows end: every end stands in the status with its reason, and a night that lost a source says so."""

import fcntl
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from prefect.exceptions import TerminationSignal
from rich.console import Console

from flows import pipeline
from flows.cli.status import print_status, state_of
from flows.errors import HomeInUse
from flows.pipeline import Night, SourceLost, ingest, nightly
from flows.steps import records
from flows.stopping import Terminated
from schemas.codes import Coded
from schemas.codes.http import HttpReason
from schemas.codes.sources import DeferralReason
from tasks.sources import Discovery, Source, SourceBroken, SourceUnavailable, registry
from warehouse.connection import connect
from warehouse.working import WAREHOUSE, working_file

pytestmark = pytest.mark.slow  # each starts flows


@pytest.fixture
def sources(monkeypatch) -> dict[str, object]:
    """The only sources of a run: what each gives, or the error that it raises."""
    given: dict[str, object] = {}

    def source(name: str) -> Source:
        def discover(_) -> Discovery:
            if isinstance(given[name], BaseException):
                raise given[name]
            return given[name]

        return Source(name, discover)

    monkeypatch.setattr(registry, "at_hand", lambda _: [source(name) for name in given])
    monkeypatch.setattr(registry, "structured", lambda *_: [])
    monkeypatch.setattr(registry, "literature", lambda *_: Source("arxiv", lambda _: Discovery("arxiv")))
    return given


@pytest.fixture
def online(monkeypatch):
    monkeypatch.setenv("DIMINISHING_OFFLINE", "false")


@pytest.fixture
def short_night(monkeypatch, tmp_path):
    """A night of an ingest alone."""
    monkeypatch.setattr(pipeline, "refresh", SimpleNamespace(fn=lambda **_: {}))
    monkeypatch.setattr(pipeline, "publish", SimpleNamespace(fn=lambda **_: tmp_path / "release"))


def runs(home: Path) -> list[tuple]:
    with connect(home / WAREHOUSE, read_only=True) as con:
        return con.execute("SELECT flow, run_outcome, reason FROM raw_loads ORDER BY load_id").fetchall()


def status(home: Path) -> str:
    console = Console(width=200, record=True, file=StringIO())
    print_status(console, home, state_of(home))
    return console.export_text()


# --- runs that do not come to their end


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (ValueError("row 7 is no correction"), "failed", "ValueError: row 7 is no correction"),
        (KeyboardInterrupt(), "stopped", "by SIGINT (Ctrl-C)"),
        (Terminated(), "stopped", "by SIGTERM"),
        (TerminationSignal(signal=15), "stopped", "by SIGTERM"),
        (SystemExit(143), "stopped", "SystemExit: 143"),
    ],
)
@pytest.mark.parametrize("where", ["load_corrections", "registry.literature", "documents.plan_reading"])
def test_a_run_that_fails_or_is_stopped_anywhere_stands_in_the_status(
    sources, monkeypatch, tmp_path, error, outcome, reason, where
):
    def fail(*_):
        raise error

    stub = SimpleNamespace(fn=fail) if where.startswith("documents") else fail
    monkeypatch.setattr(f"flows.pipeline.{where}", stub)
    with pytest.raises(type(error)):
        ingest.fn(home=tmp_path)
    assert runs(tmp_path) == [("ingest", outcome, reason)]
    assert reason in status(tmp_path)
    assert not working_file(tmp_path).exists()


def test_a_publication_that_is_refused_stands_in_the_status(tmp_path):
    with pytest.raises(Exception, match="no estimates yet"):
        pipeline.publish.fn(home=tmp_path)
    assert runs(tmp_path)[0][:2] == ("publish", "failed")
    assert "no estimates yet" in status(tmp_path)


def test_a_refresh_that_fails_stands_in_the_status_and_does_not_stand_for_the_next(monkeypatch, tmp_path):
    done = []
    monkeypatch.setattr(pipeline, "_refresh_steps", lambda *_: done.append(1) if len(done) != 1 else 1 / 0)
    pipeline.refresh.fn(home=tmp_path)
    pipeline.refresh.fn(home=tmp_path)  # nothing has changed: not done again
    assert done == [1]
    with pytest.raises(ZeroDivisionError):
        pipeline.refresh.fn(home=tmp_path, confidence_level=0.8)
    done.append(2)
    pipeline.refresh.fn(home=tmp_path, confidence_level=0.8)
    assert [outcome for _, outcome, _ in runs(tmp_path)] == ["completed", "completed", "failed", "completed"]
    assert done == [1, 2, 1]


def test_a_run_that_was_killed_is_told_by_the_next(sources, monkeypatch, tmp_path):
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(records, "close_failed", lambda *_: None)  # a kill leaves no time to close anything
        patch.setattr("flows.pipeline.load_corrections", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        ingest.fn(home=tmp_path)
    assert runs(tmp_path) == [("ingest", "running", None)]
    ingest.fn(home=tmp_path)
    assert runs(tmp_path) == [
        ("ingest", "interrupted", "killed, or the machine went down"),
        ("ingest", "completed", None),
    ]


# --- runs that cannot write to the warehouse


@pytest.mark.slow
def test_a_run_without_a_warehouse_stands_in_the_status_and_later_in_the_warehouse(sources, monkeypatch, tmp_path):
    def held(*_, **__):
        raise duckdb.IOException("IO Error: Could not set lock on file")

    ingest.fn(home=tmp_path)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="cannot be opened"):
        patch.setattr("warehouse.working.connect", held)
        ingest.fn(home=tmp_path)
    assert len(runs(tmp_path)) == 1
    told, _, _ = status(tmp_path).partition("\n")
    assert told.startswith("night_failed: ingest of ") and " failed: WarehouseUnusable: " in told
    ingest.fn(home=tmp_path)
    assert [outcome for _, outcome, _ in runs(tmp_path)] == ["completed", "failed", "completed"]
    assert status(tmp_path).count("WarehouseUnusable") == 1


@pytest.mark.slow
@pytest.mark.parametrize("flow", [nightly, ingest, pipeline.backfill, pipeline.refresh, pipeline.publish])
def test_a_run_whose_home_is_in_use_stands_in_the_status(sources, monkeypatch, tmp_path, flow):
    monkeypatch.setattr(pipeline, "_PATIENCE_SECONDS", 0.0)
    ingest.fn(home=tmp_path)
    with (tmp_path / ".lock").open("a+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(HomeInUse):
            flow.fn(home=tmp_path)
    told, _, _ = status(tmp_path).partition("\n")
    assert told.startswith(f"night_failed: {flow.name} of ") and " failed: HomeInUse: " in told
    ingest.fn(home=tmp_path)
    assert [(name, outcome) for name, outcome, _ in runs(tmp_path)][1] == (flow.name, "failed")


@pytest.mark.parametrize("flow", [pipeline.refresh, pipeline.publish])
def test_every_flow_waits_for_the_home(monkeypatch, tmp_path, flow):
    asked = []
    monkeypatch.setenv("DIMINISHING_WAIT_SECONDS", "7")
    monkeypatch.setattr("flows.recorded.holding", lambda _, wait_seconds, *__: asked.append(wait_seconds) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        flow.fn(home=tmp_path)
    assert asked == [7]


# --- runs that lose a source


def test_a_source_that_gives_nothing_or_an_older_copy_is_lost(sources, online, tmp_path):
    sources |= {
        "broken": SourceBroken("a page, no CSV"),
        "gone": SourceUnavailable(Coded.of(DeferralReason.UNREACHABLE, because=Coded.of(HttpReason.SILENCE))),
        "stale": Discovery(
            "stale", deferred=[Coded.of(DeferralReason.OLDER_COPY, because=Coded.of(HttpReason.SILENCE))]
        ),
        "good": Discovery("good"),
    }
    taken = ingest.fn(home=tmp_path)
    assert [line.split(": ")[1] for line in taken.deferred] == ["broken", "gone", "stale"]
    assert taken.lost == ["broken", "gone", "stale"]
    assert runs(tmp_path) == [("ingest", "in_part", "without broken, gone, stale")]


def test_what_is_put_off_at_the_operators_wish_is_not_lost_but_what_is_broken_is(sources, tmp_path):
    sources |= {
        "broken": SourceUnavailable("the folder cannot be read"),
        "gone": SourceUnavailable(Coded.of(DeferralReason.UNREACHABLE, because=Coded.of(HttpReason.OFFLINE))),
        "stale": Discovery(
            "stale", deferred=[Coded.of(DeferralReason.OLDER_COPY, because=Coded.of(HttpReason.OFFLINE))]
        ),
    }
    assert ingest.fn(home=tmp_path).lost == ["broken"]


@pytest.mark.slow
def test_a_night_that_lost_a_source_is_told_and_where_it_is_strict_it_fails(
    sources, online, short_night, monkeypatch, tmp_path
):
    sources["epoch"] = SourceBroken("a page, no CSV")
    assert nightly.fn(home=tmp_path) == Night(tmp_path / "release", ["epoch"])
    monkeypatch.setenv("DIMINISHING_STRICT", "true")
    with pytest.raises(SourceLost, match="release is published without epoch"):
        nightly.fn(home=tmp_path)
    sources["epoch"] = Discovery("epoch")
    assert nightly.fn(home=tmp_path).lost == []
