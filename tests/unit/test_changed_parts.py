"""What a refresh computes again: the papers whose claims, year, code or assumptions changed, and their costs."""

from dataclasses import replace
from pathlib import Path

import pytest

from schemas.rows.sources import PaperRow
from tasks.compute.methods import ComputeAssumptions
from tasks.load.insert import insert_rows
from tasks.refresh import compute
from tasks.refresh.assumed import assumed
from tasks.refresh.compute import estimate_compute, price_training_runs
from tests.defect_rows import disclosures
from warehouse.connection import connect, migrate
from warehouse.rows import records

ASSUMED = ComputeAssumptions()
PAPERS = ("p1", "p2", "p3")
COMPUTED = ("core_compute_estimates", "out_training_costs", "core_quarantine")


def stated(paper: str, flop: float):
    (row,) = disclosures({"field": "training_flop", "model": "Net", "paper_id": paper, "number": flop, "quote": "q"})
    return replace(row, disclosure_id=f"{paper} {flop:g}", source_id="folder", extractor_version="1")


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        insert_rows(con, "core_disclosures", [stated(p, 1e20) for p in PAPERS])
        papers = [PaperRow(paper_id=p, title=p, year=2020, source_id="folder") for p in PAPERS]
        insert_rows(con, "core_papers", papers)
        refresh(con)
        yield con


@pytest.fixture
def computed(monkeypatch) -> list[str]:
    """Papers of the disclosures from which compute is estimated."""
    seen: list[str] = []
    estimate_papers, priced = compute.estimate_papers, compute.priced

    def noted(disclosures, *others):
        seen.extend(sorted({d.paper_id for d in disclosures}))
        return estimate_papers(disclosures, *others)

    def noted_costs(run, setting):
        seen.append(f"costs of {run['paper_id']}")
        return priced(run, setting)

    monkeypatch.setattr(compute, "estimate_papers", noted)
    monkeypatch.setattr(compute, "priced", noted_costs)
    return seen


def refresh(con, assumptions: ComputeAssumptions = ASSUMED) -> None:
    estimate_compute(con, assumptions)
    price_training_runs(con, assumed({}).overrides, assumptions)


def tables(con) -> list[list[dict]]:
    return [records(con, name) for name in COMPUTED]


def of_all_anew(con) -> list[list[dict]]:
    """The tables as a refresh makes them that knows nothing of the last one."""
    con.execute("DELETE FROM computed_parts")
    refresh(con)
    return tables(con)


def test_where_nothing_changed_nothing_is_computed(warehouse, computed):
    before = tables(warehouse)
    assert [r["paper_id"] for r in before[0]] and len(before[0]) == len(before[1]) == len(PAPERS)
    refresh(warehouse)
    assert computed == []
    assert tables(warehouse) == before == of_all_anew(warehouse)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_disclosures SET number = 3e20, value = '3e20' WHERE paper_id = 'p2'",
        "UPDATE core_disclosures SET confidence = 0.5 WHERE paper_id = 'p2'",
        "UPDATE core_papers SET year = 2012 WHERE paper_id = 'p2'",
    ],
)
def test_a_paper_that_changed_is_computed_again_and_no_other(warehouse, computed, change):
    before = tables(warehouse)
    warehouse.execute(change)
    refresh(warehouse)
    assert set(computed) <= {"p2", "costs of p2"} and "p2" in computed
    after = tables(warehouse)
    assert after == of_all_anew(warehouse) and after != before


def test_a_paper_that_is_new_or_gone_changes_no_other(warehouse, computed):
    insert_rows(warehouse, "core_disclosures", [stated("p4", 1e21)])
    warehouse.execute("DELETE FROM core_disclosures WHERE paper_id = 'p1'")
    refresh(warehouse)
    assert computed == ["p4", "costs of p4"]
    assert {r["paper_id"] for r in records(warehouse, "core_compute_estimates")} == {"p2", "p3", "p4"}
    assert tables(warehouse) == of_all_anew(warehouse)


def test_other_assumptions_compute_all_again(warehouse, computed):
    refresh(warehouse, replace(ASSUMED, utilisation=0.2, utilisation_lower=0.1))
    assert set(PAPERS) <= set(computed)
    assert {"costs of p1", "costs of p2", "costs of p3"} <= set(computed)


def test_a_refresh_that_is_stopped_leaves_the_tables_as_they_were(warehouse, monkeypatch):
    before = tables(warehouse)
    warehouse.execute("UPDATE core_disclosures SET number = 3e20 WHERE paper_id = 'p2'")

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(compute, "estimate_papers", stopped)
    with pytest.raises(KeyboardInterrupt):
        refresh(warehouse)
    monkeypatch.undo()
    assert tables(warehouse) == before
    refresh(warehouse)
    assert tables(warehouse) == of_all_anew(warehouse)
