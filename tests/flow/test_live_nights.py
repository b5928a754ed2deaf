"""Nights against an imitation of the live web: the first, one with nothing new, one with news, one that goes wrong."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.pipeline import Ingested, backfill, ingest
from tasks.sources import registry
from tests.conftest import SHARED
from tests.papers import write_paper
from warehouse.connection import QUERIES, STATUS, connect

PDF = "/export.arxiv.org/pdf/"
NEW, CHANGED, WITHDRAWN = "2611.00001", "2611.00002", "2611.00003"
GPT3 = {"Model": "GPT-3 175B (davinci)"}


@dataclass
class Night:
    """What one night left behind."""

    deferred: list[str]
    lost: list[str]
    requests: Counter[str]
    bodies: list[str]
    sources: dict[str, dict]


@pytest.fixture(scope="module")
def live():
    if not (SHARED / "sources").is_dir() or not (SHARED / "corpus").is_dir():
        pytest.skip(f"{SHARED} is absent: nothing to imitate the live sources with")
    from tests.live import LiveServer

    with LiveServer(SHARED) as server:
        yield server


@pytest.fixture(scope="module")
def nights(live, tmp_path_factory):
    """Five nights on one home: (first, nothing new, news, a host that fails, recovered), and the home."""
    folder = tmp_path_factory.mktemp("papers")
    home = tmp_path_factory.mktemp("home")
    pdfs = [write_paper(folder / f"{i}.pdf", f"NightNet-{i}0", 70.1 + i, i + 1) for i in range(3)]
    today = datetime.now(UTC).date()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIMINISHING_OFFLINE", "false")
        patch.setenv("DIMINISHING_MIRROR", live.url)
        patch.setenv("DIMINISHING_INTERVAL_SECONDS", "0")
        patch.setenv("DIMINISHING_BACKOFF_SECONDS", "0")
        patch.setattr(registry, "load_watchlist", lambda: [])
        for paper_id, pdf in zip((NEW, CHANGED, WITHDRAWN), pdfs, strict=True):
            live.catalogue.add_paper(
                paper_id, f"A study of {paper_id}", pdf.read_bytes(), "Accuracy on ImageNet.", ("cs.CV",), today
            )
        live.catalogue.add_paper("2611.00009", "On something else", b"%PDF-", "Group theory.", ("cs.LO",), today)

        def night(day: date, **parameters) -> Night:
            patch.setattr(registry, "_today", lambda: day)
            live.catalogue.fixed_today = day
            live.clear_log()
            taken = ingest.fn(home=home, **parameters)
            return Night(taken.deferred, taken.lost, _asked(live), [b.path for b in live.bodies()], _sources(home))

        day = today + timedelta(days=1)
        first = night(day, limit=3, since=today)
        unchanged = night(day, limit=3)
        live.catalogue.add_version(CHANGED, write_paper(folder / "v2.pdf", "NightNet-10", 79.9, 2).read_bytes(), day)
        live.catalogue.withdraw(WITHDRAWN, day)
        live.files.edit_cell(live.addresses.epoch_notable_models, GPT3, "Training compute (FLOP)", "3.3e+23")
        news = night(day + timedelta(days=1), limit=3)
        live.stop()
        dark = night(day + timedelta(days=2), limit=3)
        live.start()
        live.catalogue.fixed_today = None
        yield [first, unchanged, news, dark], home


def _asked(live) -> Counter[str]:
    return Counter(r.path.split("/")[1] for r in live.requests())


def _sources(home: Path) -> dict[str, dict]:
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        cursor = con.execute("FROM raw_source_runs QUALIFY load_id = max(load_id) OVER ()")
        names = [d[0] for d in cursor.description]
        return {row["source_id"]: row for row in (dict(zip(names, r, strict=True)) for r in cursor.fetchall())}


def rows(home: Path, sql: str) -> list[tuple]:
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_first_night_reads_every_source(nights):
    (first, *_), home = nights
    expected = {"reference", "epoch", "epoch-hardware", "epoch-benchmarks", "papers-with-code", "study-data", "owid"}
    assert first.sources.keys() == expected | {"arxiv"}
    assert {s for s, row in first.sources.items() if row["source_outcome"] == "read"} >= expected - {"study-data"}
    (missing,) = first.deferred  # three of the study's files, which the imitation does not have
    assert missing.count(".csv") == 3 and "HTTP 404" in missing
    for table in ("raw_models", "raw_scores", "raw_chips", "raw_chip_prices", "raw_grid_intensity"):
        assert rows(home, f"SELECT count(*) > 100 FROM {table}") == [(True,)], table


def test_the_harvest_finds_what_names_a_benchmark_and_fetches_it(nights):
    (first, *_), home = nights
    assert first.sources["arxiv"]["documents_new"] == 3
    found = rows(home, "SELECT paper_id, wanted_because FROM raw_papers ORDER BY ALL")
    assert {(NEW, "names ImageNet"), (CHANGED, "names ImageNet")} <= set(found)
    assert "2611.00009" not in {p for p, _ in found}
    sidecar = rows(home, f"SELECT source_id, origin, http_status, licence FROM raw_documents WHERE paper_id = '{NEW}'")
    ((source, origin, status, licence),) = sidecar
    assert (source, status) == ("arxiv", 200)
    assert origin.endswith(f"/export.arxiv.org/pdf/{NEW}v1")
    assert licence.startswith("http")


def test_a_night_with_nothing_new_downloads_no_body_twice(nights):
    (first, unchanged, *_), _ = nights
    again = Counter(first.bodies) & Counter(unchanged.bodies)
    assert not again
    assert unchanged.sources["arxiv"]["requests"] == 0
    told = {s: row["source_outcome"] for s, row in unchanged.sources.items() if s != "study-data"}
    assert set(told.values()) == {"unchanged"}


def test_a_changed_snapshot_is_listed_row_by_row(nights):
    (_, _, news, _), home = nights
    assert news.sources["epoch"]["rows_changed"] == 1
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        cursor = con.execute((QUERIES / "source_changes.sql").read_text())
        names = [d[0] for d in cursor.description]
        changes = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    changed = [c for c in changes if (c["source_id"], c["column_changed"]) == ("epoch", "training_flop")]
    assert [(c["what"], c["value_now"]) for c in changed] == [(GPT3["Model"], "3.3e+23")]


def test_a_new_version_is_a_new_document_of_the_same_paper(nights):
    _, home = nights
    documents = rows(home, f"SELECT arxiv_id, document_status FROM raw_documents WHERE paper_id = '{CHANGED}'")
    assert sorted(documents) == [(f"{CHANGED}v1", "superseded"), (f"{CHANGED}v2", "read")]
    assert rows(home, f"SELECT DISTINCT value FROM core_results WHERE paper_id = '{CHANGED}' AND is_own") == [(79.9,)]


def test_a_withdrawn_paper_speaks_no_more(nights):
    _, home = nights
    assert rows(home, f"SELECT is_withdrawn FROM raw_papers WHERE paper_id = '{WITHDRAWN}'") == [(True,)]
    ((status, reason),) = rows(
        home, f"SELECT document_status, reason FROM raw_documents WHERE paper_id = '{WITHDRAWN}'"
    )
    assert status == "withdrawn"
    assert "withdrawn" in reason
    assert rows(home, f"SELECT count(*) FROM core_results WHERE paper_id = '{WITHDRAWN}'") == [(0,)]


def test_a_web_that_is_gone_costs_seconds_and_loses_nothing(nights):
    (*_, dark), home = nights
    assert not dark.requests
    started = rows(home, "SELECT started_at, finished_at FROM raw_loads ORDER BY load_id DESC LIMIT 1")
    ((begun, ended),) = started
    assert (ended - begun).total_seconds() < 60
    outcomes = {s: row["source_outcome"] for s, row in dark.sources.items()}
    assert outcomes["epoch"] == outcomes["arxiv"] == "in_part"
    assert outcomes["papers-with-code"] == "unchanged"  # frozen: not asked again
    assert set(dark.lost) == {s for s, outcome in outcomes.items() if outcome not in ("read", "unchanged")}
    assert rows(home, "SELECT run_outcome FROM raw_loads ORDER BY load_id DESC LIMIT 1") == [("in_part",)]
    assert rows(home, "SELECT count(*) FROM raw_models")[0][0] > 3000
    told = rows(home, (STATUS / "2_sources.sql").read_text())
    assert {row[0] for row in told} == set(outcomes)
    assert all(row[1] for row in told if row[0] != "study-data"), "a last success stands for each source"


def test_a_backfill_goes_on_where_it_was_and_ends(live, tmp_path, monkeypatch):
    monkeypatch.setenv("DIMINISHING_OFFLINE", "false")
    monkeypatch.setenv("DIMINISHING_MIRROR", live.url)
    monkeypatch.setenv("DIMINISHING_INTERVAL_SECONDS", "0")
    monkeypatch.setenv("DIMINISHING_CHUNK_SIZE", "2")
    day = date(2026, 10, 1)
    for i in range(5):
        pdf = write_paper(tmp_path / f"{i}.pdf", f"FillNet-{i}0", 60.5 + i, i + 1).read_bytes()
        live.catalogue.add_paper(f"2610.0000{i + 1}", f"Study {i}", pdf, "Accuracy on CIFAR-10.", ("cs.CV",), day)
    home = tmp_path / "home"
    first = {"benchmarks": ["cifar-10"], "since": day, "until": day}
    assert backfill.fn(home=home, limit=2, **first) == Ingested([], [])
    assert rows(home, "SELECT count(*) FROM raw_documents") == [(2,)]
    live.clear_log()
    assert backfill.fn(home=home) == Ingested([], [])
    assert rows(home, "SELECT count(*) FROM raw_documents") == [(5,)]
    assert len(live.bodies(PDF)) == 3
    assert {r.path.split("/")[1] for r in live.requests()} - {"robots.txt"} == {"export.arxiv.org"}
    assert not live.requests("/export.arxiv.org/api")


def test_a_mistyped_benchmark_is_refused_before_anything_is_asked(live, tmp_path):
    live.clear_log()
    with pytest.raises(ValueError, match="cifar-11"):
        backfill.fn(benchmarks=["cifar-11"], home=tmp_path)
    assert live.log == []
