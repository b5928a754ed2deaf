"""Load what structured sources say: what changed is noted, a broken feed changes nothing, how it went is kept."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from schemas.codes.sources import DeferralReason, FetchReason
from tasks.documents.fetch import Fetched, FetchOutcome
from tasks.http import Refused, Unreachable
from tasks.load.documents import load_refused
from tasks.load.source_rows import TooManyRowsGone, load_rows, load_source_run
from tasks.sources import Discovery, Source, SourceBroken, SourceUnavailable
from tasks.sources.source_run import SourceRun, ask_source
from tests.unit.rows import candidates, good_row
from warehouse.connection import STATUS, connect, migrate
from warehouse.rows import records


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        yield con


def grid(**by_region: float | str) -> dict[str, list]:
    rows = {
        "raw_grid_intensity": [
            {"region": r, "region_code": None, "grid_year": 2024, "co2e_g_per_kwh": v, "source_id": "owid"}
            for r, v in by_region.items()
        ]
    }
    return candidates(rows)


def test_the_first_load_counts_and_the_second_lists_what_changed(warehouse):
    first = load_rows(warehouse, "owid", grid(France=60.0, Poland=700.0), "load1")
    assert (first["rows new"], first["rows changed"]) == (2, 0)
    assert records(warehouse, "raw_source_changes") == []
    second = load_rows(warehouse, "owid", grid(France=55.0, Chad=600.0), "load2")
    assert [second[k] for k in ("rows new", "rows changed", "rows gone")] == [1, 1, 1]
    changes = {(c["row_id"], c["change"], c["value_before"], c["value_now"]) for c in _changes(warehouse)}
    assert changes == {
        ("France | 2024 | owid", "changed", "60", "55"),
        ("Chad | 2024 | owid", "new", None, None),
        ("Poland | 2024 | owid", "gone", None, None),
    }


def _changes(con) -> list[dict]:
    return [c for c in records(con, "raw_source_changes") if c["load_id"] == "load2"]


def test_the_same_rows_again_are_no_change(warehouse):
    load_rows(warehouse, "owid", grid(France=60.0), "load1")
    again = load_rows(warehouse, "owid", grid(France=60.0), "load2")
    assert not any(again[k] for k in ("rows new", "rows changed", "rows gone"))


def test_a_feed_that_lost_most_of_its_rows_changes_nothing(warehouse):
    load_rows(warehouse, "owid", grid(A=1.0, B=2.0, C=3.0), "load1")
    with pytest.raises(TooManyRowsGone, match=r"1 rows of raw_grid_intensity where it gave 3.*MAX_ROW_LOSS"):
        load_rows(warehouse, "owid", grid(A=1.0), "load2", max_row_loss=0.5)
    assert len(records(warehouse, "raw_grid_intensity")) == 3
    load_rows(warehouse, "owid", grid(A=1.0), "load3", max_row_loss=1.0)
    assert len(records(warehouse, "raw_grid_intensity")) == 1


def model(table: str, name: str) -> dict:
    return good_row("raw_models", model_row_id=f"{table} {name}", source_id="epoch", source_table=table, model=name)


def test_a_table_of_a_source_that_could_not_be_had_stands_while_another_is_replaced(warehouse):
    both = [model("all", "A"), model("all", "B"), model("notable", "A")]
    load_rows(warehouse, "epoch", candidates({"raw_models": both}), "load1")
    load_rows(warehouse, "epoch", candidates({"raw_models": [model("notable", "C")]}), "load2", is_whole=False)
    assert {r["model_row_id"] for r in records(warehouse, "raw_models")} == {"all A", "all B", "notable C"}
    load_rows(warehouse, "epoch", candidates({"raw_models": [model("notable", "C")]}), "load3")
    assert {r["model_row_id"] for r in records(warehouse, "raw_models")} == {"notable C"}


def refusal(paper_id: str, origin: str) -> Fetched:
    reason = Coded.of(FetchReason.REFUSED_BY_HOST, because=Coded.of(HttpReason.STATUS, status="HTTP 404"))
    return Fetched(paper_id, origin, FetchOutcome.REFUSED, reason)


def test_refusals_of_what_is_not_offered_now_stand_where_the_offer_is_a_part(warehouse):
    refused = [refusal("p1", "https://arxiv.org/pdf/p1"), refusal("p2", "…/p2")]
    load_refused(warehouse, "arxiv", refused, is_part=True)
    load_refused(warehouse, "arxiv", [Fetched("p2", "…/p2", FetchOutcome.NEW)], is_part=True)
    assert [q["row_id"] for q in records(warehouse, "core_quarantine")] == ["https://arxiv.org/pdf/p1"]


def test_a_row_that_is_none_stands_in_quarantine_and_goes_with_the_next_good_one(warehouse):
    load_rows(warehouse, "owid", grid(France="much"), "load1")
    (refused,) = records(warehouse, "core_quarantine")
    assert refused["failure_value"] == "much"
    load_rows(warehouse, "owid", grid(France=60.0), "load2")
    assert records(warehouse, "core_quarantine") == []


# --- asking


NO_ANSWER = Coded.of(DeferralReason.UNREACHABLE, because=Coded.of(HttpReason.SILENCE))


def asked(**found) -> SourceRun:
    return SourceRun("owid", datetime.now(UTC), Discovery("owid", **found))


@pytest.mark.parametrize(
    ("given", "counts", "outcome"),
    [
        (asked(rows=grid(France=60.0)), {"rows new": 1}, "read"),
        (asked(rows=grid(France=60.0)), {}, "unchanged"),
        (asked(rows=grid(France=60.0), deferred=[NO_ANSWER]), {}, "in_part"),
        (asked(deferred=[NO_ANSWER]), {}, "deferred"),
        (asked(), {"fetch new": 2}, "read"),
    ],
)
def test_what_became_of_asking_is_told_in_one_word(given, counts, outcome, warehouse):
    given.counts.update(counts)
    load_source_run(warehouse, given.row("load1"))
    (row,) = records(warehouse, "raw_source_runs")
    assert row["source_outcome"] == outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (SourceUnavailable("no folder"), "deferred"),
        (Unreachable(HttpReason.SILENCE), "deferred"),
        (Refused(HttpReason.STATUS, status="HTTP 404"), "failed"),
        (SourceBroken("another form"), "failed"),
    ],
)
def test_a_source_that_does_not_answer_is_deferred_and_one_that_answers_wrongly_failed(error, outcome):
    def discover(client):
        raise error

    became = ask_source(Source("owid", discover), client=None)
    assert became.row("load1").source_outcome == outcome
    assert became.lines() == [f"deferred: owid: {error}"]


WANTED_A_NETWORK = ["unreachable", "older_copy", "files_unreachable", "files_older_copy", "watch_list_incomplete"]
WANTED_A_NETWORK += ["harvest_incomplete", "search_incomplete"]
SOMEBODY_MUST_LOOK = ["refused", "changed_form", "unavailable", "files_refused", "files_changed_form"]
SOMEBODY_MUST_LOOK += ["too_many_rows_gone"]


@pytest.mark.parametrize("code", sorted({*DeferralReason} - {DeferralReason.DOCUMENTS_NOT_FETCHED}))
def test_a_source_that_should_have_given_more_is_lost_but_not_for_want_of_a_network_that_was_not_to_be_used(code):
    assert (code in WANTED_A_NETWORK) != (code in SOMEBODY_MUST_LOOK)
    became = asked(rows=grid(France=60.0), deferred=[Coded.of(code, because=Coded.of(HttpReason.SILENCE))])
    assert became.is_lost(is_offline=False)
    assert became.is_lost(is_offline=True) == (code in SOMEBODY_MUST_LOOK)


@pytest.mark.parametrize(
    ("fetched", "is_lost"),
    [({"fetch deferred": 3}, True), ({"fetch deferred": 3, "fetch new": 1}, False), ({"fetch known": 1}, False)],
)
def test_single_documents_that_did_not_come_wait_and_no_document_at_all_is_a_lost_source(fetched, is_lost):
    left = Coded.of(DeferralReason.DOCUMENTS_NOT_FETCHED, documents=3, because=Coded.of(HttpReason.SILENCE))
    became = asked(deferred=[left] if "fetch deferred" in fetched else [])
    became.counts.update(fetched)
    assert became.is_lost(is_offline=False) == is_lost
    assert not became.is_lost(is_offline=True)


def test_a_source_that_gave_all_is_not_lost():
    assert not asked(rows=grid(France=60.0)).is_lost(is_offline=False)


def test_rows_that_could_not_be_used_make_the_source_failed():
    became = asked(rows=grid(France=60.0))
    became.fail(NO_ANSWER)
    assert became.row("load1").source_outcome == "failed"


def test_status_tells_the_last_success_and_the_last_failure_of_a_source(warehouse):
    good = asked(rows=grid(France=60.0))
    good.counts["rows new"] = 1
    load_source_run(warehouse, good.row("load1"))
    load_source_run(warehouse, asked(deferred=[NO_ANSWER]).row("load2"))
    cursor = warehouse.execute((STATUS / "2_sources.sql").read_text())
    row = dict(zip([d[0] for d in cursor.description], cursor.fetchone(), strict=True))
    assert row["last_success"] == good.asked_at.strftime("%Y-%m-%d")
    assert row["last_time"] == "deferred"  # why is a line of its own (tests/unit/test_status.py)
