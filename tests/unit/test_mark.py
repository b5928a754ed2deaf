"""Findings in the warehouse: written anew each night, and kept out of the fits unless a person has looked."""

from pathlib import Path

import pytest

from tasks.load import load_rows
from tasks.mark import mark_defects, spoilt_rows
from tasks.refresh import join_observations, records
from tests.unit.rows import good_row
from warehouse.connection import connect, migrate

FLOP = 1.645056e21


def estimate(model: str, paper: str, source: str = "folder", flop: float = FLOP) -> dict:
    """An estimate that rests on no words and no run of its own."""
    low_high = {"training_flop": flop, "training_flop_lower": flop / 3, "training_flop_upper": flop * 3}
    return good_row(
        "core_compute_estimates",
        estimate_id=f"estimate of {model}",
        paper_id=paper,
        model=model,
        model_key=model.lower(),
        source_id=source,
        quote=None,
        hardware=None,
        evidence_ids=f"disclosure-of-{model}",
        method="operation_count",
        is_preferred=True,
        flags=None,
        training_set=None,
        **low_high,
    )


def result(model: str, paper: str, value: float, **more) -> dict:
    return good_row(
        "core_results",
        result_id=f"result of {model}",
        paper_id=paper,
        model=model,
        model_key=model.lower(),
        benchmark="imagenet-1k",
        metric="top1_accuracy",
        value=value,
        is_own=True,
        is_ensemble=False,
        test_protocol=None,
        source_id="folder",
        **{"corrected_from": None, "correction": None, **more},
    )


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        yield con


def fill(con, **more) -> None:
    load_rows(
        con,
        "folder",
        {
            "core_compute_estimates": [
                estimate("Nasnet", "p1"),
                estimate("Senet", "p2"),
                estimate("Vgg", "p3", flop=2e19),
            ],
            "core_results": [
                result("Nasnet", "p1", 82.7, **more),
                result("Senet", "p2", 82.7),
                result("Vgg", "p3", 74.5),
            ],
        },
    )


def observed(con) -> dict[str, str | None]:
    join_observations(con)
    return {r["model"]: r["exclusion_reason"] for r in records(con, "core_observations")}


def test_copied_compute_is_marked_and_left_out_of_the_fits(warehouse):
    fill(warehouse)
    for _ in range(2):  # a second night marks the same
        assert mark_defects(warehouse)["core_defects"] == 2
    reasons = observed(warehouse)
    assert reasons["Vgg"] is None
    assert reasons["Senet"].startswith("copied compute:") and "Nasnet" in reasons["Senet"]
    assert len(records(warehouse, "core_compute_estimates")) == 3  # a mark takes nothing away


def test_what_a_person_has_checked_stays_in(warehouse):
    fill(warehouse, correction="the page says so")
    mark_defects(warehouse)
    assert spoilt_rows(warehouse).keys() == {
        "estimate of Nasnet",
        "estimate of Senet",
    }  # of the result, not of its compute
    evidence = good_row(
        "core_disclosures",
        disclosure_id="disclosure-of-Nasnet",
        field="epochs",
        phase="training",
        source_id="folder",
        correction="the page says so",
    )
    load_rows(warehouse, "folder", {"core_disclosures": [evidence]})
    mark_defects(warehouse)
    reasons = observed(warehouse)
    assert reasons["Nasnet"] is None and reasons["Senet"]


def test_observations_read_by_hand_are_marked_and_stay_in(warehouse):
    fill(warehouse)
    rows = [estimate("Nasnet", "p1", "reference"), estimate("Senet", "p2", "reference")]
    load_rows(warehouse, "folder", {"core_compute_estimates": []})
    load_rows(warehouse, "reference", {"core_compute_estimates": rows})
    assert mark_defects(warehouse)["core_defects"] == 2
    assert spoilt_rows(warehouse) == {}


def test_an_empty_warehouse_has_no_defects(warehouse):
    assert mark_defects(warehouse)["core_defects"] == 0
    assert spoilt_rows(warehouse) == {}
