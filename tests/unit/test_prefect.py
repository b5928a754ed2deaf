"""Flows and tasks as Prefect's users meet them: names, tags, retries, clients, the task runner, the summary."""

import errno
import logging
import pickle
import socket
import sys
import threading
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from fsspec import asyn
from prefect import Flow, Task, flow_engine
from prefect._internal.concurrency import threads
from prefect.context import FlowRunContext
from prefect.states import Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows import pipeline, runtime, settings
from flows.errors import NoAnswer
from flows.settings import Settings, SettingsError
from flows.steps import documents, estimates, records, releases, sources, store
from flows.steps.task import is_transient
from flows.summary import Highlights, in_lines, in_markdown, in_text
from flows.web import client_of, web_access
from tasks.documents.plan import DocumentChunk
from tasks.load.runs import Run
from tasks.sources import Discovery, Source

FLOWS = [f for f in vars(pipeline).values() if isinstance(f, Flow)]
STEPS = (documents, estimates, records, releases, sources, store)
TASKS = [t for steps in STEPS for t in vars(steps).values() if isinstance(t, Task)]
TAGS = {"source", "network", "warehouse", "documents", "release"}


def test_every_task_has_a_name_in_words_tags_and_a_description():
    assert len(TASKS) > 15
    for task in TASKS:
        assert task.name == task.name.lower().replace("_", " "), task.name
        assert task.tags and task.tags <= TAGS, task.name
        assert task.description, task.name
    assert len({task.name for task in TASKS}) == len(TASKS)


def test_no_event_loop_outlives_the_handlers_of_the_exit():
    names = {threads.get_global_loop().name, threads.get_run_sync_loop().name, "fsspecIO"}
    loop = asyn.get_loop()  # where a store is asked
    assert names <= {thread.name for thread in threading.enumerate()}
    runtime.end_event_loops()
    assert not names & {thread.name for thread in threading.enumerate()}
    assert loop.is_closed() and asyn.get_loop() is not loop


def test_run_names_tell_source_chunk_and_day():
    source = Source("epoch", lambda _: Discovery("epoch"))
    chunk = DocumentChunk(3, 7, [SimpleNamespace()] * 50)
    assert sources.query_source.task_run_name.format(source=source) == "query epoch"
    assert documents.read_documents.task_run_name.format(chunk=chunk) == "read chunk 3 of 7 (50 documents)"
    assert documents.load_readings.task_run_name.format(chunk=chunk) == "load chunk 3 of 7 (50 documents)"
    assert releases.publish_release.task_run_name.format(date="2026-11-28") == "publish release 2026-11-28"


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"date": "2026-11-28"}, "publish 2026-11-28"),
        ({"date": "2026-11-28", "benchmarks": ["coco", "squad"]}, "publish 2026-11-28 (coco, squad)"),
        ({"date": "2026-11-28", "papers": "/some/where/papers"}, "publish 2026-11-28 (papers)"),
    ],
)
def test_the_name_of_a_flow_run_tells_day_and_what_it_is_restricted_to(parameters, name, monkeypatch):
    monkeypatch.setattr(pipeline, "flow_run", SimpleNamespace(flow_name="publish", parameters=parameters))
    assert pipeline._run_name() == name


def test_every_parameter_is_described_in_prefects_form():
    assert {f.name for f in FLOWS} == {"nightly", "ingest", "backfill", "refresh", "publish"}
    for flow in FLOWS:
        assert flow.flow_run_name is pipeline._run_name
        assert [n for n, p in flow.parameters.properties.items() if not p.get("description")] == [], flow.name


# --- retries


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (OSError(errno.EAGAIN, "no process could be started"), True),
        (OSError(errno.EIO, "a network disk"), True),
        (OSError(errno.ENOSPC, "a full disk stays full"), False),
        (PermissionError(errno.EACCES, "denied"), False),
        (ValueError("a bug"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error, again):
    assert is_transient(documents.read_documents, SimpleNamespace(), Failed(data=error)) is again
    wrapped = RuntimeError("broken off")
    wrapped.__cause__ = error
    assert is_transient(documents.read_documents, SimpleNamespace(), Failed(data=wrapped)) is again


def test_retries_wait_longer_each_time_and_are_few():
    retried = [task for task in TASKS if task.retries]
    names = {"query source", "read documents", "publish release", "write ledger", "close run record"}
    assert {t.name for t in retried} == names
    for task in retried:
        assert task.retry_condition_fn is is_transient
        assert task.retry_delay_seconds == [5, 30]
        assert task.retry_jitter_factor


# --- clients


def test_the_tasks_of_a_run_share_a_client_and_hand_on_only_its_description(tmp_path):
    with web_access(tmp_path, Settings()) as access:
        there = pickle.loads(pickle.dumps(access))
        assert client_of(there) is client_of(access)
        with web_access(tmp_path, Settings()) as another:
            assert client_of(another) is not client_of(access), "another run: its hosts may answer again"
        first = client_of(access)
    with web_access(tmp_path, Settings()) as access:
        assert client_of(access) is not first


def test_access_is_offline_where_the_run_or_the_settings_say_so(tmp_path, monkeypatch):
    with web_access(tmp_path, Settings()) as access:
        assert access.offline and client_of(access).is_offline, "the tests' settings"
    monkeypatch.setenv("DIMINISHING_OFFLINE", "false")
    for offline in (True, False):
        with web_access(tmp_path, Settings(), offline) as access:
            assert client_of(access).is_offline is offline


# --- the task runner


def test_a_dask_runner_needs_its_package_and_its_address_a_dask_runner(monkeypatch):
    monkeypatch.setenv("DIMINISHING_DASK_ADDRESS", "tcp://127.0.0.1:8786")
    with pytest.raises(SettingsError, match="leave both out"):
        Settings()
    monkeypatch.setenv("DIMINISHING_TASK_RUNNER", "dask")
    assert Settings().task_runner == "dask"
    monkeypatch.setattr(settings, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match="pip install 'prefect-dask'") as refused:
        Settings()
    assert refused.value.exit_code == 2
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["host", "host:8786", "tcp://host", "tcp://host:many", "http://host:8786", "tcp://:8786"]
)
def test_an_address_of_dask_that_cannot_be_is_refused(address, monkeypatch):
    monkeypatch.setenv("DIMINISHING_TASK_RUNNER", "dask")
    monkeypatch.setenv("DIMINISHING_DASK_ADDRESS", address)
    with pytest.raises(SettingsError, match="must be as tcp://host:8786"):
        Settings()


@pytest.mark.parametrize("flow", [pipeline.ingest, pipeline.backfill])
def test_a_scheduler_that_does_not_answer_is_told_before_anything_starts(flow, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("DIMINISHING_TASK_RUNNER", "dask")
    monkeypatch.setenv("DIMINISHING_DASK_ADDRESS", f"tcp://127.0.0.1:{port}")
    with pytest.raises(NoAnswer, match="does not answer") as told:
        flow.fn(home=tmp_path)
    assert told.value.exit_code == 3 and list(tmp_path.iterdir()) == []


def test_chunks_are_read_by_the_runner_of_the_settings(monkeypatch):
    made = []

    class DaskTaskRunner(ThreadPoolTaskRunner):
        def __init__(self, **cluster: object) -> None:
            super().__init__(max_workers=1)
            made.append(cluster)

    assert isinstance(runtime._task_runner(Settings()), ThreadPoolTaskRunner)
    monkeypatch.setitem(sys.modules, "prefect_dask", SimpleNamespace(DaskTaskRunner=DaskTaskRunner))
    monkeypatch.setattr(settings, "find_spec", lambda _: True)
    monkeypatch.setenv("DIMINISHING_TASK_RUNNER", "dask")
    monkeypatch.setenv("DIMINISHING_WORKERS", "3")
    runtime._task_runner(Settings())
    monkeypatch.setenv("DIMINISHING_DASK_ADDRESS", "tcp://127.0.0.1:8786")
    runtime._task_runner(Settings())
    here, there = made
    assert here["cluster_kwargs"]["n_workers"] == 3
    assert there == {"address": "tcp://127.0.0.1:8786"}


# --- the summary


def test_the_summary_names_what_was_new_changed_failed_and_deferred():
    counts = Counter(
        {"fetch new": 1200, "documents read": 3, "rows changed": 2, "documents failed": 1, "quarantined from x": 4}
    )
    assert in_lines(counts, ["deferred: epoch: no answer"], ["epoch"]) == [
        "New: 1,200 documents fetched, 3 documents read",
        "Changed: 2 rows from sources",
        "Failed: 1 documents not readable, 4 rows quarantined, source epoch",
        "Deferred: 1 (`python -m flows status` names them)",
    ]
    assert in_lines({}, [], []) == ["New: nothing"]
    assert in_lines({"documents waiting": 1200}, [], [], ["a", "b"]) == ["Moved: a; b", "Waiting: 1,200 documents"]


@pytest.mark.parametrize(
    ("name", "level", "file", "is_told"),
    [
        ("prefect.flow_runs", "INFO", pipeline.__file__, True),
        ("flows", "INFO", pipeline.__file__, True),
        ("prefect.flow_runs", "INFO", flow_engine.__file__, False),  # Prefect's own "Beginning flow run"
        ("prefect.task_runs", "INFO", documents.__file__, False),
        ("flows.tasks", "INFO", documents.__file__, False),
        ("prefect.task_runs", "WARNING", documents.__file__, True),
        ("prefect.flow_runs", "ERROR", flow_engine.__file__, True),
        ("prefect.task_runs", "ERROR", flow_engine.__file__, False),  # the flow ends by the same error
        ("duckdb", "WARNING", "elsewhere.py", True),
    ],
)
def test_the_terminal_gets_what_flows_say_and_every_warning(name, level, file, is_told):
    record = logging.LogRecord(name, logging.getLevelName(level), file, 1, "words", None, None)
    assert runtime.is_for_terminal(record) is is_told


def test_the_page_of_a_run_that_failed_says_why():
    run = Run("nightly", {}, deferred=["deferred: epoch: no answer"])
    run.end(ValueError("row 7"))
    told = Highlights({"Report": Path("/releases/2026-11-28/index.html")})
    page = in_markdown(run, told)
    assert page.startswith(
        f"# nightly of {run.started_at:%Y-%m-%d %H:%M} UTC: failed in 0:00:00\n\nValueError: row 7\n"
    )
    assert in_text(run, told)[-1] == "Report: /releases/2026-11-28/index.html"
    assert "- [Report](file:///releases/2026-11-28/index.html): `/releases/2026-11-28/index.html`" in page
    assert page.endswith("## Deferred\n\n- epoch: no answer")


def test_without_prefect_no_artifact_is_made(monkeypatch, tmp_path):
    assert FlowRunContext.get() is None
    monkeypatch.setattr("flows.summary.create_markdown_artifact", None)
    pipeline.refresh.fn(home=tmp_path)
