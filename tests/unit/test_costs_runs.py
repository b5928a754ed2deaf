"""What training runs took: published figures estimated again, ranges in order, and what is not known."""

import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codes.evaluation import CostFlag
from schemas.rows import from_record, record
from schemas.rows.costs import QUANTITIES
from tasks.compute.methods import ComputeAssumptions, ComputeInputs, from_hardware_time
from tasks.costs.assumptions import load_assumptions, load_choices
from tasks.costs.rates import CostSetting
from tasks.costs.runs import PricedRun, training_costs
from tasks.costs.tables import CostTables, Figure, Price, load_cost_tables
from tasks.wording import words

TABLES = load_cost_tables()
KG_PER_POUND = 0.45359237


def setting(tables: CostTables = TABLES, **overrides) -> CostSetting:
    return CostSetting(load_assumptions(overrides=overrides), load_choices(overrides=overrides), tables)


def costs_of_run(run: dict, setting: CostSetting) -> dict:
    """Costs as the columns of out_training_costs."""
    return record(training_costs(from_record(PricedRun, run), setting), words)


def run(**known) -> dict:
    nothing = dict.fromkeys(("year", "hardware", "chips", "duration_hours", "hardware_burden_flop", "range_factor"))
    flop = known.pop("training_flop", 1e20)
    return {
        **nothing,
        "method": "operation_count",
        "training_flop": flop,
        "training_flop_lower": flop,
        "training_flop_upper": flop,
        **known,
    }


# --- what others published


def test_strubell_2019_bert_base():
    # arXiv 1906.02243, Table 3: 64 V100, 12,041.51 W, 79 h: 1507 kWh with PUE 1.58, 1438 lb at 0.954 lb/kWh.
    as_they = setting(power_factor=12041.51 / 64 / 300, pue=1.58, grid_co2e_kg_per_kwh=0.954 * KG_PER_POUND)
    costs = costs_of_run(run(hardware="nvidia-v100", year=2018, chips=64, duration_hours=79), as_they)
    assert costs["chip_hours"] == 5056
    assert costs["energy_kwh"] == pytest.approx(12.04151 * 79 * 1.58)
    assert costs["energy_kwh"] == pytest.approx(1507, rel=0.005)  # they print whole hours
    assert costs["co2e_kg"] / KG_PER_POUND == pytest.approx(1438, rel=0.005)


def test_strubell_2019_lies_within_our_ranges_for_its_year():
    # 3751 USD (preemptible) to 12,571 USD (on demand).
    costs = costs_of_run(run(hardware="nvidia-v100", year=2019, chips=64, duration_hours=79), setting())
    assert costs["cost_usd_lower"] <= 3751 <= 12571 <= costs["cost_usd_upper"]
    assert costs["energy_kwh_lower"] <= 1507 <= costs["energy_kwh_upper"]
    assert costs["co2e_kg_lower"] <= 1438 * KG_PER_POUND <= costs["co2e_kg_upper"]


# Patterson et al. 2021 (arXiv 2104.10350), Table 4: chips, days, W, PUE, kg/kWh, MWh, t CO2e (gross).
PATTERSON = {
    "T5": ("tpu-v3", 2019, 512, 20, 310, 1.12, 0.545, 85.7, 46.7),
    "Meena": ("tpu-v3", 2019, 1024, 30, 289, 1.09, 0.415, 232, 96.4),
    "Switch Transformer": ("tpu-v3", 2020, 1024, 27, 245, 1.10, 0.403, 179, 72.2),
    "GPT-3": ("nvidia-v100", 2020, 10000, 14.8, 330, 1.10, 0.429, 1287, 552.1),
}


@pytest.mark.parametrize("model", PATTERSON)
def test_patterson_2021_by_its_own_assumptions_and_within_ours(model):
    slug, year, chips, days, watts, pue, grid, mwh, tonnes = PATTERSON[model]
    which = "power_factor_tpu" if slug.startswith("tpu") else "power_factor"
    factor = watts / TABLES.hardware[slug].tdp_w
    theirs = run(hardware=slug, year=year, chips=chips, duration_hours=24 * days)
    as_they = costs_of_run(theirs, setting(pue=pue, grid_co2e_kg_per_kwh=grid, **{which: factor}))
    assert as_they["energy_kwh"] / 1e3 == pytest.approx(mwh, rel=0.01)
    assert as_they["co2e_kg"] / 1e3 == pytest.approx(tonnes, rel=0.01)
    ours = costs_of_run(theirs, setting())
    assert ours["energy_kwh_lower"] / 1e3 <= mwh <= ours["energy_kwh_upper"] / 1e3
    assert ours["co2e_kg_lower"] / 1e3 <= tonnes <= ours["co2e_kg_upper"] / 1e3


# --- chip-hours


def test_compute_over_peak_and_utilisation_by_hand():
    costs = costs_of_run(run(hardware="nvidia-k40", year=2015, training_flop=1e18), setting(utilisation=0.5))
    assert costs["chip_hours"] == pytest.approx(1e18 / (5.046e12 * 0.5) / 3600)
    assert "1e+18 FLOP / (5.046e+12 FLOP/s x utilisation 0.5 (given))" in costs["cost_basis"]


def test_chip_hours_stated_whole_come_back_from_the_burden():
    burden = 1000 * 3600 * 1.567e13  # 1000 V100-hours at FP32
    timed = {"method": "hardware_time", "hardware_burden_flop": burden}
    costs = costs_of_run(run(hardware="nvidia-v100", year=2019, **timed), setting())
    assert costs["chip_hours"] == pytest.approx(1000)
    assert "stated" in costs["cost_basis"]


@pytest.mark.parametrize("slug", ["nvidia-gtx-580", "nvidia-v100", "nvidia-a100", "tpu-v3"])
def test_five_to_six_days_stay_a_range(slug):
    given = {"hardware": slug, "chips": 2.0, "duration_hours": 132.0}
    inputs = ComputeInputs(**given, duration_lower_hours=120.0, duration_upper_hours=144.0)
    estimated = from_hardware_time(inputs, TABLES.hardware[slug], ComputeAssumptions(utilisation=0.4))
    as_estimated = replace(setting(), compute=ComputeAssumptions(utilisation=0.4))
    costs = costs_of_run({**run(year=2021), **vars(estimated)}, as_estimated)
    ends = [costs[f"chip_hours{end}"] for end in ("_lower", "", "_upper")]
    assert ends == pytest.approx([240, 264, 288])
    exact = from_hardware_time(ComputeInputs(**given), TABLES.hardware[slug], ComputeAssumptions())
    costs = costs_of_run({**run(year=2021), **vars(exact)}, setting())
    assert costs["chip_hours_lower"] == costs["chip_hours"] == costs["chip_hours_upper"] == 264


def test_chip_hours_that_were_supposed_are_not_called_stated():
    burden = 1000 * 3600 * 1.567e13
    supposed = {"method": "imputed", "training_flop": 0.34 * burden, "training_flop_lower": 0.1 * burden}
    one = {**run(hardware="nvidia-v100", year=2019, hardware_burden_flop=burden), **supposed}
    costs = costs_of_run({**one, "training_flop_upper": 8 * burden}, setting())
    assert costs["chip_hours"] == pytest.approx(1000)
    assert costs["chip_hours_upper"] == pytest.approx(8 * 1000 / 0.20)
    assert "stated" not in costs["cost_basis"]


def test_the_range_of_the_compute_is_carried_through():
    compute = {"training_flop": 1e20, "training_flop_lower": 1e19, "training_flop_upper": 1e21}
    one = {**run(hardware="nvidia-k40", year=2015), **compute}
    costs = costs_of_run(one, setting(utilisation=0.5, power_factor=1, pue=1.2, grid_co2e_kg_per_kwh=0.4))
    for name in ("chip_hours", "energy_kwh", "co2e_kg"):
        assert costs[f"{name}_lower"] == pytest.approx(costs[name] / 10)
        assert costs[f"{name}_upper"] == pytest.approx(costs[name] * 10)


def test_no_hardware_named_takes_the_usual_chip_of_the_year_and_says_so():
    costs = costs_of_run(run(year=2022), setting())
    assert costs["hardware"] == "nvidia-a100"
    assert costs["cost_flag_codes"] == CostFlag.HARDWARE_NOT_NAMED
    assert costs_of_run(run(year=2022, hardware="gpu"), setting())["hardware"] == "nvidia-a100"


# --- price


def test_a_chip_without_rent_is_written_off_by_hand():
    given_all = {"owned_life_years": 4, "owned_server_factor": 1.6, "usd_per_kwh": 0.07, "pue": 1.5, "power_factor": 1}
    costs = costs_of_run(run(hardware="nvidia-k40", year=2014, chips=1, duration_hours=100), setting(**given_all))
    hour = 7699 * 1.6 / (4 * 8766) + 0.245 * 1.5 * 0.07
    assert costs["cost_usd"] == pytest.approx(100 * hour)
    assert costs["cost_flag_codes"] == CostFlag.RENT_NOT_KNOWN
    assert "7699 USD at release" in costs["cost_basis"]


def test_a_much_later_rent_gives_way_to_the_price_at_release():
    # RTX 2080 Ti: out in 2018, first known rent in 2024.
    early = costs_of_run(run(hardware="nvidia-rtx-2080-ti", year=2019), setting())
    late = costs_of_run(run(hardware="nvidia-rtx-2080-ti", year=2024), setting())
    assert early["cost_flag_codes"] == CostFlag.RENT_NOT_KNOWN
    assert late["cost_flags"] is None


def test_the_nearest_earlier_rent_is_taken_and_said():
    costs = costs_of_run(run(hardware="nvidia-v100", year=2021), setting())
    assert "rent 3.06 USD/h, on demand, 2020" in costs["cost_basis"]


def test_the_grid_says_its_year_where_the_year_asked_is_missing():
    costs = costs_of_run(run(hardware="nvidia-v100", year=2040), setting(grid_region="FR"))
    assert "grid of france 2025" in costs["cost_basis"]
    assert costs["co2e_kg_upper"] / costs["energy_kwh_upper"] == pytest.approx(0.04144)


# --- what is not known


def bare(**changes) -> CostTables:
    """The tables with the V100 alone changed."""
    changed = replace(TABLES.hardware["nvidia-v100"], **changes)
    return replace(TABLES, hardware={**TABLES.hardware, "nvidia-v100": changed}, prices={})


def test_no_power_no_energy_and_no_price_no_cost():
    one = run(hardware="nvidia-v100", year=2019)
    powerless = costs_of_run(one, setting(bare(tdp_w=None)))
    assert (powerless["energy_kwh"], powerless["co2e_kg"], powerless["cost_usd"]) == (None, None, None)
    assert powerless["cost_flag_codes"] == f"{CostFlag.POWER_NOT_KNOWN} {CostFlag.PRICE_NOT_KNOWN}"
    priceless = costs_of_run(one, setting(bare(release_price_usd=None)))
    assert priceless["energy_kwh"] > 0
    assert (priceless["cost_usd"], priceless["cost_flag_codes"]) == (None, CostFlag.PRICE_NOT_KNOWN)


def test_hardware_without_a_peak_gets_no_hours_from_compute():
    peakless = bare(fp32_flop_per_s=None, fp16_flop_per_s=None)
    assert costs_of_run(run(hardware="nvidia-v100", year=2019), setting(peakless))["chip_hours"] is None
    stated = run(hardware="nvidia-v100", year=2019, chips=2, duration_hours=3)
    assert costs_of_run(stated, setting(peakless))["chip_hours"] == 6


def test_a_missing_year_is_that_of_the_chip_or_there_are_no_costs():
    costs = costs_of_run(run(hardware="nvidia-v100"), setting())
    assert costs["cost_flag_codes"] == CostFlag.YEAR_NOT_KNOWN
    assert "united-states 2017" in costs["cost_basis"]
    nothing = costs_of_run(run(), setting())
    assert [nothing[q] for q in QUANTITIES] == [None] * len(QUANTITIES)
    assert nothing["cost_basis"] == "neither the year nor the hardware is known"


def test_unknown_hardware_counts_as_not_named():
    assert (
        costs_of_run(run(hardware="abacus-9", year=2019), setting())["cost_flag_codes"] == CostFlag.HARDWARE_NOT_NAMED
    )


# --- ranges


@given(
    slug=st.sampled_from(sorted(TABLES.hardware)) | st.none(),
    year=st.integers(1990, 2060) | st.none(),
    flop=st.floats(1e9, 1e28),
    spread=st.floats(1, 100),
    stated=st.booleans(),
    region=st.sampled_from(sorted(TABLES.grid)) | st.none(),
)
def test_bounds_are_in_order_and_nothing_is_negative(slug, year, flop, spread, stated, region):
    one = {
        **run(hardware=slug, year=year, **({"chips": 8, "duration_hours": 24.0} if stated else {})),
        "training_flop": flop,
        "training_flop_lower": flop / spread,
        "training_flop_upper": flop * spread,
    }
    costs = costs_of_run(one, setting(**({"grid_region": region} if region else {})))
    for name in QUANTITIES:
        value, lower, upper = costs[name], costs[f"{name}_lower"], costs[f"{name}_upper"]
        assert (value is None) == (lower is None) == (upper is None)
        assert value is None or 0 < lower <= value <= upper
    assert costs["cost_basis"]


@pytest.mark.parametrize("ends", [(2, 3, 4), (2, 0, 4), (2, 1, 1.5), (2, 1, float("inf"))])
def test_a_figure_out_of_order_is_refused(ends):
    with pytest.raises(ValueError, match="x: "):
        Figure(*ends, "x")


def test_an_unknown_kind_of_price_is_refused(reference):
    path = reference / "chip_hour_prices.csv"
    row = {
        "hardware": "nvidia-v100",
        "year": 2019,
        "kind": "gift",
        "usd_per_chip_hour": 1,
        "lower": 1,
        "upper": 1,
        "source": "x",
    }
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(row))
        writer.writeheader()
        writer.writerow(row)
    with pytest.raises(ValueError, match="line 2, column kind: 'gift' is none of on demand"):
        load_cost_tables()


def test_central_is_on_demand_and_the_range_spans_all_kinds():
    prices = {"nvidia-v100": {2019: (Price("spot", Figure(1, 1, 1)), Price("on demand", Figure(3, 2, 4)))}}
    only = replace(TABLES, prices=prices)
    costs = costs_of_run(run(hardware="nvidia-v100", year=2019, chips=1, duration_hours=1), setting(only))
    assert (costs["cost_usd_lower"], costs["cost_usd"], costs["cost_usd_upper"]) == (1, 3, 4)
