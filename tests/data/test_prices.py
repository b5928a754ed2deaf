"""The tables of prices, grids, PUE and usual chips: against their published sources, and as the release uses them."""

import csv
from pathlib import Path

import pytest

from tasks.costs.checks import load_published
from tasks.costs.sources import EPOCH_MODELS, EPOCH_PRICES, OWID, REGIONS, price_rows, reference_chip_rows, renewed
from tasks.costs.tables import load_cost_tables
from tasks.reference.chip_hour_prices import CHIP_HOUR_PRICES, ChipHourPrice, load_chip_hour_prices
from tasks.reference.grid_intensity import GRID_INTENSITY
from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.pue import PUE
from tasks.reference.reference_chips import REFERENCE_CHIPS, load_reference_chips
from tasks.reference.table import FOLDER
from tasks.sources.epoch_hardware import chip_prices
from tasks.sources.owid import grid_intensities
from tests.unit.rows import flat
from warehouse.connection import connect

SOURCES = Path(__file__).parents[3] / "shared" / "sources"
PUBLISHED = {
    "grid": (GRID_INTENSITY, "owid_carbon_intensity_electricity.csv"),
    "prices": (CHIP_HOUR_PRICES, "epoch_hardware_prices_2025-08.csv"),
    "reference_chips": (REFERENCE_CHIPS, "epoch_notable_ai_models_2026-07.csv"),
}
HARDWARE = by_slug(load_hardware())
TABLES = load_cost_tables()
REGION_SLUGS = {name.lower().replace(" ", "-") for name in REGIONS}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- the tables themselves


@pytest.mark.parametrize("table", PUBLISHED)
def test_the_table_is_what_its_source_published(table):
    ours, name = PUBLISHED[table]
    published = SOURCES / name
    if not published.exists():
        pytest.skip(f"no copy of {name} here")
    assert tuple(renewed(table, published)) == ours.rows()


TABLES_OF_COSTS = (GRID_INTENSITY, CHIP_HOUR_PRICES, PUE, REFERENCE_CHIPS)


def test_every_row_entered_by_hand_says_where_it_can_be_checked():
    sources = [row.source for table in TABLES_OF_COSTS for row in table.rows()]
    by_hand = [s for s in sources if not s.startswith((OWID, EPOCH_PRICES, EPOCH_MODELS))]
    assert [s for s in by_hand if "http" not in s and "arXiv" not in s] == []


def test_every_chip_is_a_chip_of_the_hardware_table():
    named = {row.hardware for row in (*load_chip_hour_prices(), *load_reference_chips())}
    assert named - set(HARDWARE) == set()


def test_usual_chips_have_all_that_prices_a_run():
    for slug in TABLES.reference_chips.values():
        chip = HARDWARE[slug]
        assert chip.fp32_flop_per_s and chip.tdp_w
        assert chip.release_price_usd or slug in TABLES.prices


def test_grids_and_pue_lie_where_they_can():
    assert len(TABLES.grid) >= 20 and {"world", "united-states", "france", "china"} <= set(TABLES.grid)
    assert TABLES.grid["france"][2018] == pytest.approx(0.05992)  # 59.92 g, by eye in the source
    assert all(0.005 < kg < 1.2 for years in TABLES.grid.values() for kg in years.values())
    assert all(1 < pue.lower <= pue.value < 2 for pue in TABLES.pue.values())


def test_published_costs_of_epoch_are_what_it_published():
    source = SOURCES / "epoch_notable_ai_models_2026-07.csv"
    if not source.exists():
        pytest.skip(f"no copy of {source.name} here")
    models = {r["Model"]: r for r in rows(source)}
    columns = {
        "cost_owned_usd": "Training compute cost (2023 USD)",
        "cost_rented_usd": "Training compute cost (cloud)",
    }
    ours = [r for r in load_published() if r["publisher"] == "Epoch AI"]
    for row in ours:
        model = models[row["model"]]
        assert row["published"] == pytest.approx(float(model[columns[row["quantity"]]]), rel=1e-3)
        assert row["chips"] == float(model["Hardware quantity"])
        assert row["duration_hours"] == pytest.approx(float(model["Training time (hours)"]), rel=1e-3)
        assert row["year"] == int(model["Publication date"][:4])
    assert len({r["model"] for r in ours}) >= 10


# --- how they are drawn


HEADER = "Hardware model,Vendor,Price date,Cloud GPU description,Price per chip-hour (on-demand)"


def drawn(*offers: str, committed: str = "") -> list[ChipHourPrice]:
    """Price rows out of offers as Epoch publishes them: chip, vendor, date, description, price; last, for 3 years."""
    lines = [f"{HEADER},Price per chip-hour (3-year CUD)", *(f"{offer},{committed}" for offer in offers)]
    return price_rows(flat(chip_prices("\n".join(lines).encode()).rows))


def test_one_vendor_with_many_shapes_counts_once():
    offers = [f"NVIDIA Tesla T4,A,2022-08-04,,{price}" for price in ("1", "2", "9")]
    (row,) = drawn(*offers, "NVIDIA Tesla T4,B,2022-08-04,,4")
    assert (row.usd_per_chip_hour, row.lower, row.upper) == (3, 2, 4)
    assert (row.hardware, row.year, row.kind) == ("nvidia-t4", 2022, "on demand")
    assert row.source.endswith(": A, B")


def test_an_offer_under_the_wrong_name_goes_by_its_description_and_an_unknown_chip_goes():
    (row,) = drawn("NVIDIA Tesla P4,A,2022-08-04,P100 (16 GB),2.07", "Abacus 9,A,2022-08-04,,1")
    assert row.hardware == "nvidia-p100"


def test_committed_prices_are_kinds_of_their_own():
    assert [(r.kind, r.usd_per_chip_hour) for r in drawn("Google TPU v4,G,2022-08-04,,3.22", committed="1.45")] == [
        ("committed 3 years", 1.45),
        ("on demand", 3.22),
    ]


def test_a_tie_between_chips_makes_no_usual_chip():
    def model(hardware: str, year: int) -> dict[str, object]:
        return {"hardware_text": hardware, "year": year}

    clear = [model("NVIDIA V100", 2020)] * 2 + [model("Google TPU v3, NVIDIA V100", 2020)]
    tied = [model("NVIDIA V100", 2019), model("Google TPU v3", 2019)] * 2
    lone = [model("NVIDIA Tesla T4", 2021), *[model("Google TPU v1", 2017)] * 3]
    assert [(r.year, r.hardware) for r in reference_chip_rows(clear + tied + lone)] == [(2020, "nvidia-v100")]


# --- fresh rows in the place of the reference tables'


@pytest.mark.skipif(not SOURCES.exists(), reason="no copies of the sources here")
def test_fresh_rows_of_the_same_snapshots_make_the_same_tables():
    grid = flat(grid_intensities((SOURCES / PUBLISHED["grid"][1]).read_bytes()).rows)
    prices = flat(chip_prices((SOURCES / PUBLISHED["prices"][1]).read_bytes()).rows)
    fresh = load_cost_tables(fresh_grid=grid, fresh_prices=[p for p in prices if not p.get("doubt")])
    assert fresh == TABLES


def test_fresh_rows_replace_their_source_and_leave_what_was_entered_by_hand():
    grid = [{"region": "France", "region_code": "FRA", "grid_year": 2031, "co2e_g_per_kwh": 20.0}]
    price = {"hardware": "nvidia-t4", "vendor": "A", "price_date": "2031-01-01", "usd_per_chip_hour": 0.1}
    price |= {"usd_per_chip_hour_1_year": None, "usd_per_chip_hour_3_years": None}
    fresh = load_cost_tables(fresh_grid=grid, fresh_prices=[price])
    assert fresh.grid == {"france": {2031: 0.02}} | {r: y for r, y in TABLES.grid.items() if r not in REGION_SLUGS}
    assert set(fresh.prices["nvidia-t4"]) == {2031}
    by_hand = {r.hardware for r in load_chip_hour_prices() if not r.source.startswith(EPOCH_PRICES)}
    assert set(fresh.prices) == by_hand | {"nvidia-t4"} and len(by_hand) >= 3


def test_where_nothing_fresh_is_known_the_reference_tables_stand():
    antarctica = [{"region": "Antarctica", "region_code": None, "grid_year": 2031, "co2e_g_per_kwh": 20.0}]
    assert load_cost_tables(fresh_grid=antarctica, fresh_prices=[]) == TABLES


# --- in the release


def ask(released, sql: str) -> list[tuple]:
    with connect(released / "warehouse.duckdb", read_only=True) as con:
        return con.execute(sql).fetchall()


def test_every_compute_estimate_is_priced_once(released):
    unpriced = "SELECT estimate_id FROM core_compute_estimates ANTI JOIN out_training_costs USING (estimate_id)"
    assert ask(released, unpriced) == []
    (counts,) = ask(released, "SELECT count(*), count(cost_usd), count(energy_kwh) FROM out_training_costs")
    assert counts[0] > 150 and counts[1] > 0.9 * counts[0] and counts[2] > 0.9 * counts[0]


def test_runs_and_targets_are_priced_both_ways(released):
    both = "SELECT count(*) FROM {} WHERE cost_rented_usd IS NOT NULL AND cost_owned_usd IS NOT NULL"
    assert [ask(released, both.format(t))[0][0] > 20 for t in ("out_training_costs", "out_estimates")] == [True, True]
    for table in ("out_training_costs", "out_estimates"):
        neither = (
            f"SELECT count(*) FROM {table} WHERE cost_usd IS DISTINCT FROM coalesce(cost_rented_usd, cost_owned_usd)"
        )
        assert ask(released, neither) == [(0,)]


def test_the_hardware_that_a_row_names_prices_it(released):
    (bit,) = ask(
        released,
        "SELECT hardware, chip_hours, cost_usd, cost_flags FROM out_training_costs WHERE model LIKE 'BiT-R152x4 (JFT%'",
    )
    # 9,900 core-days of TPU v3 with two cores (the quotation) are 118,800 chip-hours, at 2 USD each in 2020.
    assert bit == ("tpu-v3", 118800.0, 237600.0, None)


def test_the_reference_tables_go_with_the_release(released):
    for table in TABLES_OF_COSTS:
        assert (released / table.file).read_bytes() == (FOLDER / table.file).read_bytes()


def test_words_stand_among_the_assumptions(released):
    words = ask(released, "SELECT name, choice FROM out_assumptions WHERE choice IS NOT NULL ORDER BY 1")
    assert ("cost_hardware", "reference") in words and ("compute_scope", "any") in words and len(words) == 5
    assert ask(released, "SELECT name FROM out_assumptions WHERE (value IS NULL) = (choice IS NULL)") == []
    listed = (released / "out_assumptions.csv").read_text()
    assert "grid_region" in listed and "united-states" in listed
