"""Load: the same input twice changes nothing, a kill loses nothing, and what is refused stands in quarantine."""

import json
from pathlib import Path

import pytest

from schemas.codes import Coded
from schemas.codes.reading import Doubt
from schemas.codes.sources import DocumentReason, FetchReason
from schemas.rows import Candidate, from_record
from schemas.rows.claims import Disclosure, Result, claim_record
from schemas.tables import TABLES
from tasks.documents.fetch import Fetched, FetchOutcome
from tasks.documents.plan import SetAside
from tasks.load import derived
from tasks.load import documents as documents_module
from tasks.load.corrections import versions
from tasks.load.derived import load_derived, load_queried
from tasks.load.documents import (
    arxiv_ids,
    load_readings,
    load_refused,
    load_set_aside,
    loaded_documents,
    stale_corrections,
    unstored_documents,
)
from tasks.load.insert import insert_valid
from tasks.load.source_rows import load_rows
from tasks.provenance.versions import extractor_version, parser_version
from tasks.reference.corrections import Correction
from tasks.storage.readings import read_reading
from tasks.storage.store import DamagedFile, write_json_gz
from tests.unit.rows import candidates, correction, good_row, good_rows, sidecar
from warehouse.connection import connect, migrate
from warehouse.rows import records


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        yield con


def contents(con) -> dict[str, list[dict]]:
    return {name: records(con, name) for name in TABLES}


ADDED_BY_LOAD = {
    "paper_id",
    "document_sha256",
    "source_id",
    "year",
    "extractor_version",
    "corrected_from",
    "correction",
}


def claim(table: str, *doubts: Doubt, **changes) -> dict:
    """A claim as the reader stores it."""
    as_read = good_row(table, confidence_codes=None, confidence_parameters=None) | dict.fromkeys(ADDED_BY_LOAD)
    types = {"core_results": Result, "core_disclosures": Disclosure}
    row = from_record(types[table], as_read | changes)
    return claim_record(Candidate(row, tuple(map(Coded, doubts))))


def result(id_: str, *doubts: Doubt, **changes) -> dict:
    return claim("core_results", *doubts, result_id=id_, **changes)


def disclosure(id_: str, **changes) -> dict:
    return claim("core_disclosures", disclosure_id=id_, **changes)


def reading(path: Path, results=(), disclosures=(), **changes) -> Path:
    data = {
        "document_sha256": "as its sidecar says",
        "paper_id": "as its sidecar says",
        "title": "A title",
        "status": "read",
        "reason": None,
        "pages": 9,
        "pages_read": 4,
        "parse_codes": "glyphs_tiny",
        "parse_parameters": '[{"page": 2, "glyphs": 7}]',
        "parser_version": "P1",
        "extractor_version": "E1",
        "claims": {"core_results": list(results), "core_disclosures": list(disclosures)},
    }
    write_json_gz(path, data | changes)
    return path


@pytest.fixture
def chunk(tmp_path):
    """Two papers: one with claims good and bad, one that failed."""
    sidecars = [sidecar("aa", "p1", year=2015), sidecar("bb", "p2")]
    paths = [
        reading(
            tmp_path / "1",
            [result("r1"), result("r2", value=101.0), result("r3", Doubt.NOT_SURE)],
            [disclosure("d1"), disclosure("d2", phase="warm-up")],
        ),
        reading(tmp_path / "2", status="failed", reason="no text", claims={}, title=None, pages=None, pages_read=None),
    ]
    return sidecars, paths


# --- readings


def test_a_reading_that_is_whole_comes_back(chunk):
    _, (whole, failed) = chunk
    assert [r["result_id"] for r in read_reading(whole).claims["core_results"]] == ["r1", "r2", "r3"]
    assert read_reading(failed).reason == "no text"


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": None},
        {"claims": []},
        {"claims": {"core_results": [{"value": 1}]}},
        {"claims": {"core_disclosures": ["a"]}},
        {"claims": {"core_results": 7}},
        {"of_a_later_version": 1},
    ],
)
def test_a_reading_of_another_shape_is_damaged(tmp_path, changes):
    with pytest.raises(DamagedFile):
        read_reading(reading(tmp_path / "1", **changes))


@pytest.mark.parametrize("content", [None, [], {}, {"title": "of another version"}])
def test_a_file_that_is_no_reading_is_damaged(tmp_path, content):
    write_json_gz(tmp_path / "1", content)
    with pytest.raises(DamagedFile):
        read_reading(tmp_path / "1")


def test_claims_enter_with_paper_document_source_and_year(warehouse, chunk):
    counts = load_readings(warehouse, *chunk, "L1")
    (row,) = records(warehouse, "core_results")
    assert (row["result_id"], row["paper_id"], row["document_sha256"]) == ("r1", "p1", "aa")
    assert (row["source_id"], row["year"], row["extractor_version"]) == ("folder", 2015, "E1")
    assert [r["disclosure_id"] for r in records(warehouse, "core_disclosures")] == ["d1"]
    assert {(q["row_id"], q["check_name"], q["paper_id"]) for q in records(warehouse, "core_quarantine")} == {
        ("r2", "at_most_100", "p1"),
        ("r3", "unambiguous", "p1"),
        ("d2", "in_vocabulary", "p1"),
    }
    (document,) = [d for d in records(warehouse, "raw_documents") if d["paper_id"] == "p1"]
    assert document["parse_codes"] == "glyphs_tiny" and "page 2" in document["parse_notes"]
    assert counts == {
        "documents read": 1,
        "documents failed": 1,
        "core_results": 1,
        "core_disclosures": 1,
        "quarantined from core_results": 2,
        "quarantined from core_disclosures": 1,
    }


def test_documents_and_papers_are_recorded_also_when_reading_failed(warehouse, chunk):
    load_readings(warehouse, *chunk, "L1")
    documents = {d["paper_id"]: d for d in records(warehouse, "raw_documents")}
    assert (documents["p1"]["document_status"], documents["p1"]["pages"], documents["p1"]["load_id"]) == (
        "read",
        9,
        "L1",
    )
    assert (documents["p2"]["document_status"], documents["p2"]["reason"]) == ("failed", "no text")
    assert {p["paper_id"]: p["title"] for p in records(warehouse, "core_papers")} == {"p1": "A title", "p2": None}
    assert loaded_documents(warehouse) == {("aa", "p1", "P1", "E1", None), ("bb", "p2", "P1", "E1", None)}


def test_a_document_read_in_part_says_which_pages_are_lost_and_keeps_its_claims(warehouse, tmp_path):
    lost = {
        "parse_codes": "text_missing glyphs_tiny",
        "parse_parameters": '[{"pages": "3 5"}, {"page": 2, "glyphs": 7}]',
    }
    path = reading(tmp_path / "1", [result("r1")], status="partly_read", **lost)
    counts = load_readings(warehouse, [sidecar("aa", "p1")], [path], "L1")
    (document,) = records(warehouse, "raw_documents")
    assert (document["document_status"], document["reason_code"]) == ("partly_read", "pages_lost")
    assert document["reason"] == "no text on pages 3 5"
    assert (counts["documents partly read"], counts["core_results"]) == (1, 1)
    assert loaded_documents(warehouse) == {("aa", "p1", "P1", "E1", None)}


def test_loading_twice_gives_the_same_tables(warehouse, chunk):
    first = load_readings(warehouse, *chunk, "L1")
    before = contents(warehouse)
    assert load_readings(warehouse, *chunk, "L1") == first
    assert contents(warehouse) == before
    assert sum(map(len, before.values())) == 2 + 2 + 1 + 1 + 3


def test_the_order_of_chunks_does_not_matter(warehouse, chunk):
    sidecars, paths = chunk
    load_readings(warehouse, sidecars, paths, "L1")
    together = contents(warehouse)
    for i in (1, 0):
        load_readings(warehouse, sidecars[i : i + 1], paths[i : i + 1], "L1")
    assert contents(warehouse) == together


def test_a_newer_reading_replaces_all_that_the_older_said(warehouse, chunk, tmp_path):
    sidecars, paths = chunk
    load_readings(warehouse, sidecars, paths, "L1")
    newer = reading(tmp_path / "new", [result("r9")], extractor_version="E2", title="Another")
    load_readings(warehouse, sidecars[:1], [newer], "L2")
    assert [(r["result_id"], r["extractor_version"]) for r in records(warehouse, "core_results")] == [("r9", "E2")]
    assert records(warehouse, "core_disclosures") == records(warehouse, "core_quarantine") == []
    assert loaded_documents(warehouse) == {("aa", "p1", "P1", "E2", None), ("bb", "p2", "P1", "E1", None)}
    assert [p["title"] for p in records(warehouse, "core_papers")] == ["Another", None]


def test_a_newer_version_of_the_paper_replaces_the_claims_of_the_older(warehouse, chunk, tmp_path):
    load_readings(warehouse, *chunk, "L1")
    load_readings(warehouse, [sidecar("cc", "p1")], [reading(tmp_path / "v2", [result("r9")])], "L2")
    assert [(r["result_id"], r["document_sha256"]) for r in records(warehouse, "core_results")] == [("r9", "cc")]


def test_a_reading_that_now_fails_takes_its_claims_away(warehouse, chunk, tmp_path):
    sidecars, paths = chunk
    load_readings(warehouse, sidecars, paths, "L1")
    load_readings(warehouse, sidecars[:1], [reading(tmp_path / "x", status="failed", claims={})], "L2")
    assert records(warehouse, "core_results") == []


def test_a_claim_that_stands_twice_enters_once(warehouse, tmp_path):
    path = reading(tmp_path / "1", [result("r1"), result("r1")])
    load_readings(warehouse, [sidecar("aa", "p1")], [path], "L1")
    assert len(records(warehouse, "core_results")) == 1
    assert records(warehouse, "core_quarantine") == []


def test_contradicting_results_are_quarantined_both(warehouse, tmp_path):
    path = reading(
        tmp_path / "1",
        [
            result("r1", benchmark="imagenet-1k", metric="top1_accuracy", value=95.0),
            result("r2", benchmark="imagenet-1k", metric="top5_accuracy", value=80.0),
        ],
    )
    load_readings(warehouse, [sidecar("aa", "p1")], [path], "L1")
    assert records(warehouse, "core_results") == []
    assert {q["row_id"] for q in records(warehouse, "core_quarantine")} == {"r1", "r2"}


@pytest.mark.slow
@pytest.mark.parametrize("step", [1, 4, 6])
def test_a_kill_in_the_middle_of_a_chunk_leaves_the_old_state(warehouse, chunk, tmp_path, monkeypatch, step):
    sidecars, paths = chunk
    load_readings(warehouse, sidecars, paths, "L1")
    before = contents(warehouse)
    newer = reading(
        tmp_path / "new", [result("r9"), result("r8", value=-1)], [disclosure("d9")], extractor_version="E2"
    )
    genuine, calls = documents_module.insert, []

    def killed(*arguments):
        calls.append(1)
        genuine(*arguments)
        if len(calls) == step:
            raise KeyboardInterrupt

    monkeypatch.setattr(documents_module, "insert", killed)
    with pytest.raises(KeyboardInterrupt):
        load_readings(warehouse, [sidecars[0]], [newer], "L2")
    assert contents(warehouse) == before
    monkeypatch.setattr(documents_module, "insert", genuine)
    load_readings(warehouse, [sidecars[0]], [newer], "L2")
    assert [r["result_id"] for r in records(warehouse, "core_results")] == ["r9"]


# --- corrections by hand


FIGURE = {"page": 6, "benchmark": "imagenet-1k", "metric": "top1_accuracy", "value": 78.25, "model": "ResNet-101"}


def read_with(warehouse, tmp_path, rows: list[dict], *by_hand: Correction):
    path = reading(tmp_path / "1", rows)
    return load_readings(warehouse, [sidecar("aa", "p1")], [path], "L1", by_hand)


def test_a_corrected_claim_enters_with_its_new_value(warehouse, tmp_path):
    rows = [result("aaaa", **FIGURE), result("bbbb")]
    counts = read_with(warehouse, tmp_path, rows, correction(), correction(paper_id="another"))
    first, second = records(warehouse, "core_results")
    assert (first["value"], first["corrected_from"]) == (78.52, "78.25")
    assert "digits swapped" in first["correction"]
    assert (second["corrected_from"], second["correction"]) == (None, None)
    assert records(warehouse, "core_quarantine") == []
    assert counts["claims corrected"] == 1
    assert not stale_corrections(warehouse)


def test_a_rejected_claim_stands_in_quarantine_also_when_its_id_changes(warehouse, tmp_path):
    for id_ in ("aaaa", "cccc"):
        counts = read_with(warehouse, tmp_path, [result(id_, **FIGURE)], correction(corrected=""))
        assert records(warehouse, "core_results") == []
        (refused,) = records(warehouse, "core_quarantine")
        assert (refused["row_id"], refused["check_name"], refused["paper_id"]) == (id_, "not_rejected", "p1")
        assert refused["reason"] == "rejected by hand: digits swapped (Table 3; ab, 2026-11-23)"
        assert (counts["claims rejected by hand"], counts["quarantined from core_results"]) == (1, 1)


def test_a_correction_that_meets_no_claim_is_told_until_it_is_mended(warehouse, tmp_path):
    now = [result("cccc", **FIGURE | {"value": 78.52})]
    counts = read_with(warehouse, tmp_path, now, correction())
    assert counts["corrections that meet no claim"] == 1
    assert [r["result_id"] for r in records(warehouse, "core_results")] == ["cccc"]
    (line,) = stale_corrections(warehouse)
    assert "imagenet-1k top1_accuracy 78.25 of ResNet-101 in p1, page 6" in line
    (stale,) = records(warehouse, "core_quarantine")
    assert (stale["row_id"], stale["paper_id"], stale["document_sha256"]) == ("aaaa", "p1", "aa")
    assert json.loads(stale["row_json"])["bbox_top"] == 186.2
    read_with(warehouse, tmp_path, now)
    assert stale_corrections(warehouse) == []


def test_a_correction_of_a_paper_that_could_not_be_read_is_not_stale(warehouse, tmp_path):
    path = reading(tmp_path / "1", status="failed", claims={})
    load_readings(warehouse, [sidecar("aa", "p1")], [path], "L1", [correction()])
    assert stale_corrections(warehouse) == []


def test_corrections_come_before_the_check_for_contradictions(warehouse, tmp_path):
    above = FIGURE | {"value": 98.25}
    rows = [result("aaaa", **above), result("bbbb", **above | {"metric": "top5_accuracy", "value": 94.0})]
    for by_hand, left in ((correction(reported="98.25"), 2), (correction(reported="98.25", corrected=""), 1)):
        read_with(warehouse, tmp_path, rows, by_hand)
        assert len(records(warehouse, "core_results")) == left


def test_the_documents_say_which_corrections_they_were_loaded_with(warehouse, chunk):
    by_hand = [correction(), correction(paper_id="p9")]
    load_readings(warehouse, *chunk, "L1", by_hand)
    version = versions(by_hand)["p1"]
    assert loaded_documents(warehouse) == {("aa", "p1", "P1", "E1", version), ("bb", "p2", "P1", "E1", None)}


# --- documents set aside


def test_a_superseded_document_gives_up_its_claims_and_says_why(warehouse, chunk):
    sidecars, paths = chunk
    load_readings(warehouse, sidecars, paths, "L1")
    aside = [SetAside(sidecars[0], Coded.of(DocumentReason.SUPERSEDED, later="v2"))]
    assert load_set_aside(warehouse, aside, "L2") == 1
    for table in ("core_results", "core_disclosures", "core_quarantine"):
        assert records(warehouse, table) == []
    document = next(d for d in records(warehouse, "raw_documents") if d["paper_id"] == "p1")
    assert (document["document_status"], document["reason"]) == ("superseded", "a later version is stored: v2")
    assert (document["parser_version"], document["extractor_version"]) == (parser_version(), extractor_version())
    assert loaded_documents(warehouse) == {("bb", "p2", "P1", "E1", None)}


def test_setting_aside_twice_changes_nothing(warehouse, chunk):
    aside = [SetAside(chunk[0][0], Coded.of(DocumentReason.DUPLICATE, paper_id="p0"))]
    assert load_set_aside(warehouse, aside, "L1") == 1
    before = contents(warehouse)
    assert load_set_aside(warehouse, aside, "L2") == 0
    assert contents(warehouse) == before


def test_a_document_that_the_store_does_not_have_gives_up_its_claims_and_may_come_again(warehouse, chunk):
    """As where an older warehouse, or another home's, was put in the place of this one's."""
    sidecars, paths = chunk
    load_readings(warehouse, sidecars, paths, "L1")
    assert unstored_documents(warehouse, sidecars) == []
    before = contents(warehouse)
    gone = unstored_documents(warehouse, sidecars[1:])
    assert [(g.sidecar.paper_id, g.sidecar.origin, g.sidecar.year) for g in gone] == [("p1", sidecars[0].origin, 2015)]
    assert load_set_aside(warehouse, gone, "L2") == 1
    assert records(warehouse, "core_results") == records(warehouse, "core_disclosures") == []
    document = next(d for d in records(warehouse, "raw_documents") if d["paper_id"] == "p1")
    assert document["document_status"] == "damaged" and "no longer stored" in document["reason"]
    assert unstored_documents(warehouse, sidecars[1:]) == []
    load_readings(warehouse, sidecars, paths, "L1")
    assert contents(warehouse) == before


# --- refused offers


def refusal(origin: str, code: FetchReason, **parameters: str | int) -> Fetched:
    return Fetched("p1", origin, FetchOutcome.REFUSED, Coded.of(code, **parameters))


def test_refused_offers_are_quarantined_until_the_source_gives_them(warehouse):
    refused = [refusal("p1.pdf", FetchReason.NOT_READABLE, detail="I/O"), Fetched("p2", "p2.pdf", FetchOutcome.NEW)]
    other = [refusal("p1.pdf", FetchReason.TOO_LARGE, limit=256, size=300)]
    assert load_refused(warehouse, "folder", refused) == 1
    assert load_refused(warehouse, "folder", refused) == 1
    assert load_refused(warehouse, "web", other) == 1
    rows = records(warehouse, "core_quarantine")
    assert sorted((q["source_id"], q["table_name"], q["row_id"], q["check_name"], q["reason"]) for q in rows) == [
        ("folder", "raw_documents", "p1.pdf", "fetch", "cannot be read: I/O"),
        ("web", "raw_documents", "p1.pdf", "fetch", "larger than 256 MiB (300 MiB)"),
    ]
    assert load_refused(warehouse, "folder", [Fetched("p1", "p1.pdf", FetchOutcome.NEW)]) == 0
    assert [q["source_id"] for q in records(warehouse, "core_quarantine")] == ["web"]


def test_reading_a_paper_does_not_clear_a_refused_offer(warehouse, chunk):
    load_refused(warehouse, "folder", [refusal("other.pdf", FetchReason.NOT_READABLE, detail="I/O")])
    load_readings(warehouse, *chunk, "L1")
    assert "fetch" in {q["check_name"] for q in records(warehouse, "core_quarantine")}


# --- structured rows


def test_a_source_s_rows_take_the_place_of_what_it_gave_before(warehouse):
    rows = good_rows("core_hardware", 3, source_id="a")
    rows[2]["tdp_w"] = "much"
    for _ in range(2):
        counts = load_rows(warehouse, "a", candidates({"core_hardware": rows}))
        assert counts == {"core_hardware": 2, "quarantined from core_hardware": 1}
        assert len(records(warehouse, "core_hardware")) == 2
        assert [q["row_id"] for q in records(warehouse, "core_quarantine")] == ["slug-2"]
    load_rows(warehouse, "b", candidates({"core_hardware": [good_row("core_hardware", slug="of b", source_id="b")]}))
    load_rows(warehouse, "a", candidates({"core_hardware": [rows[0]]}))
    assert [r["slug"] for r in records(warehouse, "core_hardware")] == ["of b", "slug-0"]
    assert records(warehouse, "core_quarantine") == []


def test_structured_rows_do_not_touch_what_documents_said(warehouse, chunk):
    load_readings(warehouse, *chunk, "L1")
    before = contents(warehouse)
    load_rows(warehouse, "reference", {"core_hardware": []})
    assert contents(warehouse) == before


# --- derived tables


def test_derived_tables_are_replaced_together_or_not_at_all(warehouse):
    table = {"out_fits": good_rows("out_fits", 2), "out_papers": good_rows("out_papers", 1)}
    load_derived(warehouse, table)
    before = contents(warehouse)
    assert load_derived(warehouse, table)["out_fits"] == 2
    assert contents(warehouse) == before
    with pytest.raises(KeyError):
        load_derived(warehouse, {"out_fits": [], "no_such_table": []})
    assert contents(warehouse) == before


def test_derived_rows_come_in_portions_and_what_fails_is_quarantined(warehouse, monkeypatch):
    monkeypatch.setattr(derived, "ROWS_AT_A_TIME", 2)
    rows = good_rows("out_papers", 5)
    rows[3]["results"] = -1
    counts = load_derived(warehouse, {"out_papers": iter(rows)})
    assert counts == {"out_papers": 4, "quarantined from out_papers": 1}
    assert [q["row_id"] for q in records(warehouse, "core_quarantine")] == ["paper_id-3"]
    load_derived(warehouse, {"out_papers": rows[:3]})
    assert (len(records(warehouse, "out_papers")), records(warehouse, "core_quarantine")) == (3, [])


def test_of_a_table_that_a_query_makes_only_rows_that_changed_are_validated(warehouse, monkeypatch):
    seen: list[str] = []

    is_valid = derived.is_valid

    def noted(frame, name):
        seen.extend(frame["paper_id"])
        return is_valid(frame, name)

    monkeypatch.setattr(derived, "is_valid", noted)
    load_derived(warehouse, {"out_papers": good_rows("out_papers", 1)})
    warehouse.execute("CREATE TEMP TABLE one AS FROM out_papers")

    def night(results: str, papers: int, key: str = "paper_id || n") -> tuple[list[int], list[str]]:
        """Rows that stand and those in quarantine, and the papers that were validated."""
        seen.clear()
        query = f"SELECT * REPLACE ({key} AS paper_id, {results} AS results) FROM one, range({papers}) t(n)"
        counts = load_queried(warehouse, "out_papers", f"SELECT * EXCLUDE (n) FROM ({query})")
        return [*counts.values()], sorted(seen)

    papers = [f"paper_id-0{n}" for n in range(3)]
    assert night("1", 3) == ([3, 0], papers)
    assert night("1", 3) == ([3, 0], [])
    assert night("CASE n WHEN 1 THEN -1 ELSE 1 END", 2) == ([1, 1], papers[1:2])
    assert night("CASE n WHEN 1 THEN -1 ELSE 1 END", 2) == ([1, 1], [])
    assert [night("1", 1, "NULL")[0] for _ in range(2)] == [[0, 1]] * 2


def test_a_bad_row_of_our_own_making_raises(warehouse):
    with pytest.raises(AssertionError, match="raw_loads"):
        insert_valid(warehouse, "raw_loads", [good_row("raw_loads", flow=None)])


# --- the stamp of a first page


def test_a_stamp_tells_id_and_year_of_a_paper_that_came_under_another_name(warehouse, tmp_path):
    path = reading(tmp_path / "r", [result("r1")], arxiv_id="1512.03385v1")
    load_readings(warehouse, [sidecar("aa", "resnet final", year=None)], [path], "L1")
    known = "SELECT paper_id, arxiv_id, year FROM core_papers"
    assert warehouse.execute(known).fetchall() == [("resnet final", "1512.03385v1", 2015)]
    assert warehouse.execute("SELECT paper_id, year FROM core_results").fetchall() == [("resnet final", 2015)]
    assert arxiv_ids(warehouse) == {"resnet final": "1512.03385"}


def test_what_the_file_s_name_tells_stands_before_the_stamp(warehouse, tmp_path):
    path = reading(tmp_path / "r", [result("r1")], arxiv_id="1512.03385v1")
    load_readings(warehouse, [sidecar("aa", "1409.1556", arxiv_id="1409.1556v6", year=2014)], [path], "L1")
    assert warehouse.execute("SELECT arxiv_id, year FROM core_papers").fetchall() == [("1409.1556v6", 2014)]
