"""The nightly flow under Prefect, from PDFs to a release."""

import json
import re
import time
from datetime import UTC

import pytest
from prefect.client.orchestration import get_client

from flows import pipeline
from flows.pipeline import Ingested, Night, ingest, nightly
from tasks.extract import read
from tasks.sources import Source, SourceBroken, registry
from tests.papers import write_paper
from tests.tables import contents
from tests.unit.rows import correction
from warehouse.connection import connect


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    write_paper(folder / "1905.00001v1.pdf", "FlowNet-50", 77.4, 3)
    write_paper(folder / "1905.00002v2.pdf", "FlowNet-101", 79.1, 6)
    return folder


@pytest.fixture(scope="module")
def night(prefect_server, papers, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return home, nightly(papers=papers, home=home).release


def rows(home, sql):
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        return con.execute(sql).fetchall()


def test_results_and_disclosures_are_read_with_their_place(night):
    home, _ = night
    found = rows(home, "SELECT paper_id, value, page, quote, bbox_x0 FROM core_results WHERE is_own ORDER BY ALL")
    assert {(paper, value) for paper, value, *_ in found} == {("1905.00001", 77.4), ("1905.00002", 79.1)}
    assert all(page and quote and x0 is not None for _, _, page, quote, x0 in found)
    hardware = rows(home, "SELECT DISTINCT paper_id, value FROM core_disclosures WHERE field = 'hardware'")
    assert set(hardware) == {("1905.00001", "nvidia-v100"), ("1905.00002", "nvidia-v100")}


def test_compute_is_reckoned_from_what_is_disclosed(night):
    home, _ = night
    (flop, lower, upper, burden) = rows(
        home,
        "SELECT training_flop, training_flop_lower, training_flop_upper, hardware_burden_flop"
        " FROM core_compute_estimates WHERE paper_id = '1905.00001' AND method = 'hardware_time'",
    )[0]
    assert burden == pytest.approx(8 * 15.7e12 * 3 * 86400, rel=0.02)
    assert lower < flop < upper


def test_the_release_is_whole_and_latest(night):
    home, release = night
    assert (home / "releases" / "latest").resolve() == release.resolve()
    names = {f["name"] for f in json.loads((release / "manifest.json").read_text())["files"]}
    assert {"warehouse.duckdb", "index.html", "core_results.parquet", "out_estimates.csv", "codebook.csv"} <= names


def test_every_run_of_the_night_is_named_and_ends_with_its_page(night, papers):
    _, release = night
    with get_client(sync_client=True) as client:
        began = {run.name: run.start_time for run in client.read_flow_runs() if run.start_time}
        flow_runs = {name.replace(f"{at.astimezone(UTC):%Y-%m-%d}", "DAY") for name, at in began.items()}
        pages = {page.key: page.data for page in client.read_artifacts()}
        assert {f"nightly DAY ({papers.name})", f"ingest DAY ({papers.name})", "refresh DAY"} <= flow_runs
        assert {"nightly-summary", "ingest-summary", "refresh-summary", "publish-summary"} <= set(pages)
        assert "- New: 2 documents fetched, 2 documents read" in pages["nightly-summary"]
        assert (release / "index.html").as_uri() in pages["nightly-summary"]
        expected = {"query folder", "query arxiv", "plan reading", "read chunk 1 of 1 (2 documents)"}
        for _ in range(60):  # Prefect's server hears of task runs a little later
            task_runs = {re.sub(r"-[0-9a-f]+$", "", run.name) for run in client.read_task_runs()}
            if expected <= task_runs:
                break
            time.sleep(1)
        assert expected <= task_runs


def test_the_same_night_again_changes_nothing_but_the_run_record(night, papers):
    home, release = night
    before, runs = contents(home / "warehouse.duckdb"), rows(home, "SELECT count(*) FROM raw_loads")[0][0]
    assert nightly(papers=papers, home=home) == Night(release, [])
    assert contents(home / "warehouse.duckdb") == before
    assert rows(home, "SELECT count(*) FROM raw_loads")[0][0] > runs
    assert [p.name for p in (home / "releases").iterdir() if p.is_dir() and not p.is_symlink()] == [release.name]


def test_a_folder_that_goes_after_the_run_began_is_lost_and_the_run_completes(night, tmp_path):
    home, _ = night
    taken = ingest.fn(papers=tmp_path / "gone", home=home)
    assert taken.lost == ["folder"]
    assert len(at_hand(taken)) == 1
    assert taken.deferred[0].startswith("deferred: folder: ")
    assert (
        rows(home, "SELECT deferred FROM raw_loads ORDER BY load_id DESC LIMIT 1")[0][0].split("\n") == taken.deferred
    )


def test_a_run_that_lost_a_source_says_so_in_its_state_and_gives_what_it_has(night, monkeypatch):
    home, _ = night

    def broken(_):
        raise SourceBroken("a page, no CSV")

    monkeypatch.setattr(registry, "structured", lambda _: [Source("epoch", broken)])
    state = ingest(home=home, return_state=True)
    assert (state.is_completed(), state.name) == (True, "CompletedInPart")
    assert "without epoch" in state.message
    assert state.result().lost == ["epoch"]


def at_hand(taken: Ingested) -> list[str]:
    """What was deferred though it needs no network; tests have none."""
    return [line for line in taken.deferred if "this run is offline" not in line]


def test_a_correction_written_later_holds_from_the_next_night_and_a_stale_one_is_told(night, papers, monkeypatch):
    home, _ = night
    place = {"paper_id": "1905.00001", "page": "2", "model": "FlowNet-50", "bbox_x0": "", "bbox_top": "", "claim": ""}
    by_hand = [correction(**place, reported="77.4", corrected="77.9"), correction(**place, reported="12", corrected="")]
    monkeypatch.setattr(pipeline, "load_corrections", lambda: by_hand)
    monkeypatch.setattr(read, "read_document", None)  # what was read is loaded again, nothing is read again
    corrected = "SELECT value, corrected_from FROM core_results WHERE paper_id = '1905.00001' AND page = 2 AND is_own"
    for _ in range(2):
        (line,) = at_hand(ingest.fn(papers=papers, home=home))
        assert "top1_accuracy 12 of FlowNet-50 in 1905.00001, page 2, meets no claim" in line
        assert rows(home, corrected) == [(77.9, "77.4")]
    monkeypatch.setattr(pipeline, "load_corrections", list)
    assert at_hand(ingest.fn(papers=papers, home=home)) == []
    assert rows(home, corrected) == [(77.4, None)]


def test_a_run_fails_on_the_rate_of_unreadable_documents_but_keeps_what_it_read(prefect_server, tmp_path, monkeypatch):
    monkeypatch.setenv("DIMINISHING_MIN_DOCUMENTS_FOR_RATE", "3")
    folder, home = tmp_path / "papers", tmp_path / "home"
    folder.mkdir()
    write_paper(folder / "good.pdf", "GoodNet", 75.5, 2)
    for i in range(3):
        (folder / f"bad{i}.pdf").write_text(f"no pdf {i}")
    state = ingest(papers=folder, home=home, return_state=True)
    assert state.is_failed()
    assert "TooManyUnreadable: 3 of 4 documents could not be read" in state.message
    ((outcome, reason, finished),) = rows(home, "SELECT run_outcome, reason, finished_at FROM raw_loads")
    assert (outcome, reason.split(";")[0] in state.message, finished is None) == ("failed", True, False)
    assert rows(home, "SELECT count(*) FROM raw_documents")[0][0] == 4
