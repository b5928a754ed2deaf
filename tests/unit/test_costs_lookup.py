"""Which year and which chip price a compute estimate; what a run was given is recorded and used."""

from pathlib import Path

import pytest

from schemas.tables import TABLES
from tasks.costs.tables import load_cost_tables
from tasks.load.source_rows import load_rows
from tasks.load.validate import validate
from tasks.refresh.compute import price_training_runs
from tests.unit.rows import candidates, good_row
from warehouse.connection import connect, insert, migrate
from warehouse.rows import records

CHIPS = load_cost_tables().hardware


@pytest.fixture
def con():
    with connect(Path(":memory:")) as opened:
        migrate(opened)
        put(opened, "core_papers", good_row("core_papers", paper_id="p", year=2019))
        hardware = [{**vars(CHIPS[s]), "source_id": "reference"} for s in ("nvidia-v100", "nvidia-k40", "gpu")]
        load_rows(opened, "reference", candidates({"core_hardware": [{**h, "aliases": None} for h in hardware]}))
        yield opened


def put(con, table: str, *rows: dict) -> None:
    good, refused = validate(list(rows), table)
    assert not len(refused), refused["reason"].tolist()
    insert(con, TABLES[table], good)


def counted(con, **changes) -> None:
    """An operation count of model m, whose row names no hardware."""
    nothing = dict.fromkeys(("hardware", "chips", "duration_hours", "hardware_burden_flop"))
    flop = dict.fromkeys(("training_flop", "training_flop_lower", "training_flop_upper"), 1e18)
    known = {"paper_id": "p", "model_key": "m", "method": "operation_count", "estimate_id": "e", **nothing, **flop}
    put(con, "core_compute_estimates", good_row("core_compute_estimates", **{**known, **changes}))


def named(slug: str, model_key: str | None, n: int, phase: str = "training", paper: str = "p") -> dict:
    known = {"paper_id": paper, "field": "hardware", "value": slug, "number": None, "phase": phase}
    known |= {"number_lower": None, "number_upper": None, "model": model_key, "model_key": model_key}
    return good_row("core_disclosures", disclosure_id=f"d{n}", **known)


def priced(con, **overrides) -> dict:
    price_training_runs(con, overrides)
    (row,) = records(con, "out_training_costs")
    return row


@pytest.mark.parametrize(
    ("claims", "slug"),
    [
        ([("nvidia-k40", "m")], "nvidia-k40"),
        ([("nvidia-k40", None)], "nvidia-k40"),
        ([("nvidia-k40", "m"), ("nvidia-v100", "other")], "nvidia-k40"),
        ([("nvidia-k40", None), ("nvidia-v100", None)], None),
        ([("nvidia-k40", "m"), ("nvidia-v100", "m")], None),
        ([("gpu", "m")], None),
        ([("nvidia-k40", None), ("gpu", None)], "nvidia-k40"),
        ([("nvidia-k40", "m", "inference")], None),
    ],
)
def test_hardware_is_what_the_paper_names_for_the_model_alone(con, claims, slug):
    counted(con)
    put(con, "core_disclosures", *(named(*claim[:2], n, *claim[2:]) for n, claim in enumerate(claims)))
    row = priced(con)
    assert row["year"] == 2019
    assert (row["hardware"], row["cost_flags"] is None or "no hardware named" not in row["cost_flags"]) == (
        (slug, True) if slug else ("nvidia-v100", False)
    )


def test_an_estimate_of_the_same_model_names_the_hardware_too(con):
    counted(con)
    counted(con, estimate_id="f", method="hardware_time", hardware="nvidia-k40", chips=2.0, duration_hours=10.0)
    price_training_runs(con, {})
    rows = {r["estimate_id"]: r for r in records(con, "out_training_costs")}
    assert {r["hardware"] for r in rows.values()} == {"nvidia-k40"}
    assert rows["f"]["chip_hours"] == 20
    assert rows["e"]["chip_hours"] == pytest.approx(1e18 / (5.046e12 * 0.34 * 3600))


def test_what_a_run_was_given_is_used(con):
    counted(con)
    study, given = priced(con), priced(con, grid_region="norway", pue=1.1, usd_per_chip_hour=2.0)
    assert given["co2e_kg"] < study["co2e_kg"] / 5
    assert given["cost_usd"] == pytest.approx(2 * given["chip_hours"])
    assert "pue 1.1 (given)" in given["cost_basis"] and "norway 2019" in given["cost_basis"]


def test_no_year_and_no_hardware_is_a_row_without_costs(con):
    counted(con, paper_id="q")
    row = priced(con)
    assert row["chip_hours"] is None and row["cost_basis"] == "neither the year nor the hardware is known"
