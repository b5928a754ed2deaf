"""Rented and owned side by side, prices of a later year, and costs beside what a reader knows."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rows import record
from schemas.rows.costs import Costs
from tasks.costs.assumptions import load_assumptions
from tasks.costs.comparisons import COMPARISON_AMOUNTS, compared
from tasks.costs.rates import CostSetting, target_numbers
from tasks.costs.runs import PricedRun, training_costs
from tasks.costs.targets import costs_of, log10_costs
from tasks.costs.trends import decimal_year, fit_trend, hardware_trends
from tasks.fit.model import Interval
from tasks.publish import labels
from tasks.reference.hardware import load_hardware
from tasks.refresh.assumed import assumed, cost_setting
from tasks.wording import words as wording

FLOP = Interval(24.0, 24.0, 24.0)
ENDS = ("", "_lower", "_upper")


def columns_of_costs(flop, assumptions) -> dict:
    """Costs as the columns of out_estimates."""
    return record(Costs(**costs_of(flop, assumptions)), wording)


def asked(**overrides):
    return target_numbers(cost_setting(overrides))


def run(slug: str, year: int, setting: CostSetting) -> dict:
    given_run = {"hardware": slug, "year": year, "chips": 10.0, "duration_hours": 100.0, "hardware_burden_flop": None}
    flop = dict.fromkeys(("training_flop", "training_flop_lower", "training_flop_upper"), 1e20)
    return record(training_costs(PricedRun(**given_run, **flop, method="reported"), setting), wording)


# --- rented and owned


def test_a_run_is_priced_both_ways_and_by_rent_first():
    costs = run("nvidia-a100", 2022, cost_setting({"pue": 1.2, "power_factor": 1.0}))
    assert [costs[f"cost_rented_usd{e}"] for e in ENDS] == pytest.approx([3135, 1030, 4100])
    owned = 15000 * 1.6 / (4 * 8766) + 0.4 * 1.2 * 0.07
    assert costs["cost_owned_usd"] == pytest.approx(1000 * owned)
    assert costs["cost_usd"] == costs["cost_rented_usd"]
    assert "rent 3.135 USD/h" in costs["cost_basis"] and "owned: 15000 USD at release" in costs["cost_basis"]


def test_where_one_way_is_not_known_the_other_stands_alone():
    unrented = run("nvidia-k40", 2014, cost_setting({}))
    assert unrented["cost_rented_usd"] is None
    assert unrented["cost_usd"] == unrented["cost_owned_usd"] > 0
    unpriced = run("tpu-v4i", 2021, cost_setting({"usd_per_chip_hour": 2.0}))
    assert (unpriced["cost_rented_usd"], unpriced["cost_owned_usd"]) == (2000, None)


def test_a_price_given_holds_before_the_table():
    costs = run("nvidia-a100", 2022, cost_setting({"chip_price_usd": 8766.0, "owned_server_factor": 1.0, "pue": 1.0}))
    assert costs["cost_owned_usd"] == pytest.approx(1000 * (0.25 + 0.4 * 1.08 * 0.07))


def test_a_target_is_priced_both_ways():
    numbers = load_assumptions()
    costs = columns_of_costs(FLOP, numbers)
    assert costs["cost_usd"] == costs["cost_rented_usd"] == pytest.approx(costs["chip_hours"] * 0.43)
    owned = 5699 * 1.6 / (4 * 8766) + 0.250 * 1.58 * 0.07
    assert costs["cost_owned_usd"] == pytest.approx(costs["chip_hours"] * owned)
    assert all(costs[f"cost_owned_usd{e}"] for e in ENDS)


def test_hardware_asked_without_a_rent_is_priced_as_owned():
    numbers = asked(cost_hardware="nvidia-gtx-580")
    assert "usd_per_chip_hour" not in numbers
    costs = log10_costs(FLOP, numbers)
    assert "cost_rented_usd" not in costs and costs["cost_usd"] == costs["cost_owned_usd"]
    assert "499 USD at release" in numbers["chip_price_usd"].source


# --- prices of a later year


def test_off_by_default_and_the_year_of_the_prices_changes_nothing():
    plain = columns_of_costs(FLOP, load_assumptions())
    assert columns_of_costs(FLOP, asked()) == plain
    assert columns_of_costs(FLOP, asked(cost_year_of_target=2018)) == pytest.approx(plain)


def test_one_doubling_halves_money_and_energy_and_leaves_the_hours():
    exact = {"price_performance_doubling_years": 4.0, "energy_efficiency_doubling_years": 2.0, "trend_until_year": 2040}
    then, later = (columns_of_costs(FLOP, asked(**exact, **year)) for year in ({}, {"cost_year_of_target": 2022}))
    assert later["chip_hours"] == then["chip_hours"]
    assert later["cost_rented_usd"] == pytest.approx(then["cost_rented_usd"] / 2)
    assert later["energy_kwh"] == pytest.approx(then["energy_kwh"] / 4)
    assert later["co2e_kg"] == pytest.approx(then["co2e_kg"] / 4)
    electricity = 0.250 * 1.58 * 0.07
    bought = 5699 * 1.6 / (4 * 8766)
    assert later["cost_owned_usd"] == pytest.approx(then["chip_hours"] * (bought / 2 + electricity / 4))


def test_the_range_of_the_trend_is_carried_and_the_source_says_so():
    rent = asked(cost_year_of_target=2030)["usd_per_chip_hour"]
    assert rent.value == pytest.approx(0.43 / 2 ** (12 / 2.36))
    assert rent.lower == pytest.approx(0.39 / 2 ** (12 / 2.14))
    assert rent.upper == pytest.approx(1.46 / 2 ** (12 / 5.00))
    assert "the trend to 2030 (price_performance_doubling_years)" in rent.source


def test_the_trend_starts_at_the_prices_of_the_hardware_asked_for():
    exact = {"price_performance_doubling_years": 3.0, "cost_hardware": "nvidia-h100", "cost_year": 2024}
    now, later = asked(**exact), asked(**exact, cost_year_of_target=2027)
    assert later["usd_per_chip_hour"].value == pytest.approx(now["usd_per_chip_hour"].value / 2)
    assert later["chip_price_usd"].value == pytest.approx(33600 / 2)
    assert later["grid_co2e_kg_per_kwh"] == now["grid_co2e_kg_per_kwh"]


def test_the_trend_ends():
    far, at_the_end = (asked(cost_year_of_target=year)["chip_power_w"] for year in (2090, 2043))
    assert (far.value, far.lower, far.upper) == (at_the_end.value, at_the_end.lower, at_the_end.upper)
    assert far.value == pytest.approx(250 / 2 ** (20 / 1.97))
    assert asked(cost_year_of_target=2036)["chip_power_w"].value > far.value


def test_the_trend_from_2018_holds_what_an_h100_costs_in_2024():
    by_trend = log10_costs(FLOP, asked(cost_year_of_target=2024))
    bought = log10_costs(FLOP, asked(cost_hardware="nvidia-h100", cost_year=2024))
    for way in ("cost_rented_usd", "cost_owned_usd", "energy_kwh"):
        assert by_trend[way].lower < bought[way].value < by_trend[way].upper


def test_what_was_given_does_not_follow_the_trend():
    numbers = asked(cost_year_of_target=2030, usd_per_chip_hour=2.0)
    assert numbers["usd_per_chip_hour"].value == 2.0
    assert numbers["chip_power_w"].value < 250


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"cost_year_of_target": 2017}, "the prices are of 2018"),
        ({"cost_year_of_target": 2020, "cost_hardware": "nvidia-h100"}, "the prices are of 2022"),
        ({"cost_year_of_target": 2030.5}, "a year from 2000 to 2100"),
    ],
)
def test_a_year_that_cannot_be_is_refused(overrides, said):
    with pytest.raises(ValueError, match=said):
        assumed(overrides)


# --- the trends themselves


def test_a_known_doubling_is_recovered():
    years = [2008 + 0.25 * i for i in range(60)]
    found = fit_trend(years, (3e9 * 2 ** ((y - 2008) / 2.5) * (1.3 if i % 2 else 1 / 1.3) for i, y in enumerate(years)))
    assert found.doubling_years == pytest.approx(2.5, rel=0.02)
    assert found.lower < 2.5 < found.upper and found.n == 60


def test_no_growth_is_no_trend():
    with pytest.raises(ValueError, match="no growth"):
        fit_trend([2010, 2011, 2012, 2013], [1.0, 2.0, 1.0, 2.0])
    with pytest.raises(ValueError, match="three points"):
        fit_trend([2010, 2011], [1.0, 2.0])


def test_dates_as_the_table_has_them():
    assert decimal_year("2010") == 2010.5
    assert decimal_year("2010-04") == pytest.approx(2010 + 3.5 / 12)
    assert decimal_year("2010-01-01") == pytest.approx(2010, abs=0.01)
    assert decimal_year("2010-12-31") == pytest.approx(2011, abs=0.01)


def test_the_assumed_trends_are_those_of_the_hardware_table():
    trends, numbers = hardware_trends(load_hardware()), load_assumptions()
    for name, over in (("price_performance_doubling_years", "dollar"), ("energy_efficiency_doubling_years", "watt")):
        best, single = trends[f"best per {over}"], trends[f"fp32 per {over}"]
        assumption = numbers[name]
        assert (assumption.value, assumption.lower, assumption.upper) == pytest.approx(
            (best.doubling_years, best.lower, single.upper), abs=0.006
        )


def test_the_price_trend_agrees_with_the_published_one():
    # Hobbhahn and Besiroglu 2022: 2.46 years (2.24 to 2.72).
    best = hardware_trends(load_hardware())["best per dollar"]
    assert best.lower < 2.46 < best.upper


# --- what a reader knows


def test_the_studys_five_percent_beside_what_a_reader_knows():
    numbers = load_assumptions(overrides={"utilisation": 1.0})
    costs = log10_costs(Interval(28, 28, 28), numbers)
    times = {name: 10**i.value for name, i in compared(costs, numbers).items()}
    assert times["nyc_month_co2e_kg"] == pytest.approx(9.9, abs=0.05)
    kg = 10 ** costs["co2e_kg"].value
    assert times["flight_co2e_kg"] == pytest.approx(kg / 900)
    assert times["car_lifetime_co2e_kg"] == pytest.approx(kg / 57150)
    assert times["us_gdp_usd"] == pytest.approx(10 ** costs["cost_usd"].value / 2.06e13)
    assert times["us_year_kwh"] == pytest.approx(10 ** costs["energy_kwh"].value / 4.171e12)
    assert set(times) == {y.name for y in COMPARISON_AMOUNTS} == set(labels.COMPARISONS)


@given(value=st.floats(-5, 300), below=st.floats(0, 10) | st.none(), above=st.floats(0, 10) | st.none())
def test_limits_hold_the_multiple_and_open_ends_stay_open(value, below, above):
    lower = None if below is None else value - below
    upper = None if above is None else value + above
    times = compared({"co2e_kg": Interval(value, lower, upper)}, load_assumptions())
    assert set(times) == {"nyc_month_co2e_kg", "flight_co2e_kg", "car_lifetime_co2e_kg"}
    for interval in times.values():
        assert (interval.lower is None, interval.upper is None) == (lower is None, upper is None)
        assert interval.lower is None or interval.lower <= interval.value
        assert interval.upper is None or interval.value <= interval.upper


def test_comparisons_in_words():
    assert labels.comparison("nyc_month_co2e_kg", math.log10(9.9)) == "9.9 months of all that New York City emits"
    assert labels.comparison("flight_co2e_kg", 6.0).startswith("1 million flights of a passenger")
    share = labels.comparison("us_year_kwh", math.log10(0.022))
    assert share == "2.2\N{NO-BREAK SPACE}% of all electricity generated in the United States in a year"
    assert labels.comparison("us_gdp_usd", -4.1) is None
    assert labels.comparison("us_gdp_usd", 1.1) is None
    assert labels.comparison("nyc_month_co2e_kg", -2.1) is None
    assert labels.comparison("nyc_month_co2e_kg", 7.1) is None
