"""What a refresh matches again: papers whose results, estimates or defects changed, and all that several speak of."""

from pathlib import Path

import pytest

from schemas.tables import TABLES
from tasks.load.insert import insert_valid
from tasks.names.keys import model_key
from tasks.refresh import joined
from tasks.refresh.joined import join_observations
from tests.unit.rows import good_row
from warehouse.connection import connect, migrate
from warehouse.rows import column, records

MADE = ("core_observations", "out_observations", "core_quarantine")
PAPERS = ("p1", "p2", "p3", "p4")
ESTIMATE = {
    "method": "reported",
    "is_preferred": True,
    "compute_source": "paper",
    "training_flop": 1e20,
    "training_flop_lower": 5e19,
    "training_flop_upper": 2e20,
} | dict.fromkeys(("flags", "flag_codes", "training_set", "quote", "hardware", "range_factor"))
RESULT = {
    "benchmark": "imagenet-1k",
    "metric": "top1_accuracy",
    "is_own": True,
    "is_ensemble": False,
    "year": 2020,
    "confidence": 0.9,
} | dict.fromkeys(("test_protocol", "extra_data", "corrected_from", "correction"))


def of_paper(paper: str, model: str, value: float, source: str = "folder") -> dict[str, dict]:
    """A result and an estimate of one model."""
    whose = {"paper_id": paper, "model": model, "model_key": model_key(model), "source_id": source}
    ids = {"estimate_id": f"e {model} {paper}", "evidence_ids": f"d {model} {paper}"}
    return {
        "core_compute_estimates": good_row("core_compute_estimates", **ESTIMATE, **whose, **ids),
        "core_results": good_row("core_results", **RESULT, **whose, result_id=f"r {model} {paper}", value=value),
    }


def model_of_epoch(paper: str, model: str) -> dict[str, dict]:
    """A model in Epoch AI's table, and the estimate that it gives."""
    named = {"source_id": "epoch", "paper_id": paper, "model": model, "model_key": model_key(model)}
    row = dict.fromkeys(TABLES["raw_models"].column_names) | named | {"model_row_id": f"m {model}", "quote": "q"}
    ids = {"estimate_id": f"e {model} epoch", "evidence_ids": f"m {model}", "compute_source": "Epoch AI"}
    return {
        "raw_models": row | {"source_table": "notable_ai_models", "year": 2020},
        "core_compute_estimates": good_row("core_compute_estimates", **ESTIMATE | named | ids),
    }


def score(model: str, **more) -> dict[str, dict]:
    """An accuracy that a leaderboard has."""
    said = {"model": model, "model_key": model_key(model), "is_ensemble": None, "test_protocol": None, "year": 2020}
    asked = {k: RESULT[k] for k in ("benchmark", "metric")} | {"source_id": "papers-with-code", "value": 81.5}
    row = dict.fromkeys(TABLES["raw_scores"].column_names) | {"result_id": f"s {model}", "source_table": "t"}
    return {"raw_scores": row | {"raw_value": "81.5", "quote": "q", "is_own": False} | said | asked | more}


def put(con, *rows: dict[str, dict]) -> None:
    for tables in rows:
        for name, row in tables.items():
            insert_valid(con, name, [row])


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        put(con, *(of_paper(p, f"Net-{n}00 Wide", 70 + 2 * n) for n, p in enumerate(PAPERS)))
        join_observations(con)
        yield con


@pytest.fixture
def matched(monkeypatch) -> list[str]:
    """Models whose accuracies are matched."""
    seen: list[str] = []
    match = joined.match_observations

    def noted(accuracies, *others):
        seen.extend(a.model for a in accuracies)
        return match(accuracies, *others)

    monkeypatch.setattr(joined, "match_observations", noted)
    return seen


def made(con) -> list[list[dict]]:
    return [records(con, name) for name in MADE]


def of_all_together(con, monkeypatch) -> list[list[dict]]:
    """The tables where no paper is matched by itself."""
    with monkeypatch.context() as patch:
        patch.setattr(joined, "_ALONE", f"SELECT * FROM ({joined._ALONE}) WHERE FALSE")
        join_observations(con)
    return made(con)


def test_where_nothing_changed_nothing_is_matched(warehouse, matched, monkeypatch):
    before = made(warehouse)
    assert len(before[0]) == len(PAPERS) and all(r["in_fit"] for r in before[0])
    join_observations(warehouse)
    assert matched == []
    assert made(warehouse) == before == of_all_together(warehouse, monkeypatch)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_results SET value = 73.5 WHERE paper_id = 'p2'",
        "UPDATE core_compute_estimates SET training_flop = 1.1e20 WHERE paper_id = 'p2'",
        "INSERT INTO core_defects (rule, table_name, row_id, paper_id, reason_code, reason, reason_parameters) VALUES"
        " ('search_as_training', 'core_compute_estimates', 'e Net-100 Wide p2', 'p2', 'run_of_the_search', 'r',"
        ' \'[{"chips": 8, "hours": 2}]\')',
    ],
)
def test_a_paper_that_changed_is_matched_again_and_no_other(warehouse, matched, monkeypatch, change):
    before = made(warehouse)
    warehouse.execute(change)
    join_observations(warehouse)
    assert matched == ["Net-100 Wide"]
    after = made(warehouse)
    assert after != before and after == of_all_together(warehouse, monkeypatch)


def test_a_new_reading_of_a_model_stands_before_the_old_one_and_gives_way_again(warehouse, matched, monkeypatch):
    before = made(warehouse)
    put(warehouse, of_paper("p0", "Net-100 Wide", 75.0))
    warehouse.execute("UPDATE core_results SET confidence = 0.95 WHERE paper_id = 'p0'")
    join_observations(warehouse)
    assert matched == ["Net-100 Wide"]
    codes = {r["result_id"]: r["exclusion_code"] for r in made(warehouse)[0]}
    assert (codes["r Net-100 Wide p0"], codes["r Net-100 Wide p2"]) == (None, "model_there_already")
    assert made(warehouse) == of_all_together(warehouse, monkeypatch)
    for table in ("core_results", "core_compute_estimates"):
        warehouse.execute(f"DELETE FROM {table} WHERE paper_id = 'p0'")
    join_observations(warehouse)
    assert made(warehouse) == before


@pytest.mark.parametrize(
    ("others", "meets"),
    [
        ([score("Net-300 Wide")], {"s Net-300 Wide": "e Net-300 Wide p4"}),  # by its name alone
        ([score("Net-300 Wide", paper_id="p4")], {"s Net-300 Wide": "e Net-300 Wide p4"}),
        ([model_of_epoch("p2", "Net-100 Wide (ours)")], {}),
        ([of_paper("2001.00002", "Net-100 Wide", 72.0)], {"r Net-100 Wide 2001.00002": "e Net-100 Wide 2001.00002"}),
    ],
)
def test_what_several_speak_of_is_matched_together(warehouse, matched, monkeypatch, others, meets):
    title = "Wide networks that are wider than other networks"
    papers = [good_row("core_papers", paper_id=p, title=title, arxiv_id=None) for p in ("p2", "2001.00002")]
    insert_valid(warehouse, "core_papers", papers)
    put(warehouse, *others)
    join_observations(warehouse)
    assert "Net-0 Wide" not in matched
    joins = {r["result_id"]: r["estimate_id"] for r in made(warehouse)[0]}
    assert meets.items() <= joins.items() and len(joins) == len(PAPERS) + len(meets)
    assert made(warehouse) == of_all_together(warehouse, monkeypatch)


def test_the_papers_alone_are_those_of_which_no_other_speaks(warehouse):
    put(warehouse, score("Another", paper_id="p1"), model_of_epoch("p3", "Another"))
    join_observations(warehouse)
    assert {*column(warehouse.execute("SELECT paper_id FROM papers_alone"))} == {"p2", "p4"}
