"""Compute into money, energy and carbon: the study's conversion, ranges, overrides."""

import pytest

from schemas.rows import record
from schemas.rows.costs import Costs
from tasks.costs.assumptions import load_assumptions
from tasks.costs.comparisons import compared
from tasks.costs.targets import costs_of, linear, log10_costs
from tasks.fit.model import Interval
from tasks.wording import words

KG_PER_POUND = 0.45359237


def columns_of_costs(flop, assumptions) -> dict:
    """Costs as the columns of out_estimates."""
    return record(Costs(**costs_of(flop, assumptions)), words)


def exactly(log10_flop: float) -> Interval:
    return Interval(log10_flop, log10_flop, log10_flop)


# The study's convention: compute is a hardware burden, so chips run at full utilisation.
AS_THE_STUDY = {"utilisation": 1.0}


def test_gflop_per_dollar_and_per_pound_are_the_studys():
    # ../shared/reference/README.md: 0.8-1.1e8 GFLOP per dollar, 1.1-1.2e8 GFLOP per pound of CO2.
    costs = columns_of_costs(exactly(28), load_assumptions(overrides=AS_THE_STUDY))
    assert 0.8e8 <= 1e19 / costs["cost_usd"] <= 1.1e8
    assert 1.1e8 <= 1e19 / (costs["co2e_kg"] / KG_PER_POUND) <= 1.2e8


def test_the_studys_five_percent_target():
    # arXiv 2007.05558 v1: 10^19 GFLOP cost 10^11 dollars and 10^10 pounds (powers of ten are floors).
    assumptions = load_assumptions(overrides=AS_THE_STUDY)
    costs = columns_of_costs(exactly(28), assumptions)
    assert costs["cost_usd"] == pytest.approx(1e11, rel=0.01)
    assert 1e10 <= costs["co2e_kg"] / KG_PER_POUND < 1e11
    months = compared(log10_costs(exactly(28), assumptions), assumptions)["nyc_month_co2e_kg"]
    assert 10**months.value == pytest.approx(9.9, abs=0.05)


def test_chip_hours_and_energy_by_hand():
    costs = columns_of_costs(exactly(20), load_assumptions(overrides={"utilisation": 0.5}))
    assert costs["chip_hours"] == pytest.approx(1e20 / (12e12 * 0.5 * 3600))
    assert costs["energy_kwh"] == pytest.approx(costs["chip_hours"] * 0.250 * 1.58)


def test_the_range_is_the_computes_times_the_assumptions():
    plain = dict.fromkeys(
        ("chip_peak_flop_per_s", "utilisation", "chip_power_w", "pue", "grid_co2e_kg_per_kwh", "usd_per_chip_hour"), 1.0
    )
    ranged = load_assumptions(
        overrides={**plain, "usd_per_chip_hour": (1.0, 0.1, 10.0), "utilisation": (1.0, 0.5, 1.0)}
    )
    cost = log10_costs(Interval(20, 19, 22), ranged)["cost_usd"]
    fixed = log10_costs(Interval(20, 19, 22), load_assumptions(overrides=plain))["cost_usd"]
    assert cost.value == pytest.approx(fixed.value)
    assert cost.lower == pytest.approx(fixed.lower - 1)
    assert cost.upper == pytest.approx(fixed.upper + 1 + 0.30103)


def test_unbounded_and_enormous_ends_are_empty():
    costs = columns_of_costs(Interval(129.1, 84.7, 366.8), load_assumptions())
    assert costs["cost_usd"] > 1e100
    assert costs["cost_usd_upper"] is None
    assert columns_of_costs(Interval(30, None, None), load_assumptions())["co2e_kg_lower"] is None
    assert linear(300.0) == pytest.approx(1e300)
    assert linear(300.1) is None


def test_every_assumption_has_a_source_and_a_unit():
    for assumption in load_assumptions().values():
        assert assumption.source
        assert assumption.unit
        assert assumption.note


@pytest.mark.parametrize(
    "overrides",
    [{"pue": 0.0}, {"pue": float("inf")}, {"pue": (1.2, 1.5, 1.8)}, {"price_of_tea": 1.0}],
)
def test_bad_overrides_are_refused(overrides):
    with pytest.raises(ValueError, match=r"pue|price_of_tea"):
        load_assumptions(overrides=overrides)
