"""Targets asked on other hardware, in another year and region; words among the assumptions."""

import pytest

from schemas.rows import record
from schemas.rows.costs import Costs
from tasks.costs.assumptions import GIVEN, load_assumptions, load_choices
from tasks.costs.rates import target_numbers
from tasks.costs.targets import costs_of
from tasks.fit.model import Interval
from tasks.refresh.assumed import assumed, cost_setting
from tasks.wording import words

FLOP = Interval(24.0, 24.0, 24.0)


def columns_of_costs(flop, assumptions) -> dict:
    """Costs as the columns of out_estimates."""
    return record(Costs(**costs_of(flop, assumptions)), words)


def asked(**overrides):
    return target_numbers(cost_setting(overrides))


def test_nothing_asked_is_the_studys():
    assert asked() == load_assumptions()


def test_h100_in_france_in_2024_by_hand():
    numbers = asked(cost_hardware="nvidia-h100", cost_year=2024, grid_region="france")
    costs = columns_of_costs(FLOP, numbers)
    hours = 1e24 / (9.894e14 * 0.34 * 3600)
    assert costs["chip_hours"] == pytest.approx(hours, rel=1e-6)
    assert costs["energy_kwh"] == pytest.approx(hours * 0.7 * 1.08 * 1.58, rel=1e-6)
    assert costs["co2e_kg"] == pytest.approx(costs["energy_kwh"] * 0.04048, rel=1e-6)
    assert costs["cost_usd"] == pytest.approx(hours * 3.64, rel=1e-6)
    assert "nvidia-h100: rent 3.64 USD/h, on demand, 2024" in numbers["usd_per_chip_hour"].source


def test_a_region_alone_leaves_the_accelerator_and_has_no_range():
    numbers, study = asked(grid_region="SE"), load_assumptions()
    assert numbers["chip_peak_flop_per_s"] == study["chip_peak_flop_per_s"]
    assert numbers["usd_per_chip_hour"] == study["usd_per_chip_hour"]
    grid = numbers["grid_co2e_kg_per_kwh"]
    assert grid.lower == grid.value == grid.upper < 0.06
    assert "sweden 2018" in grid.source


def test_a_year_alone_has_the_range_between_regions():
    grid = asked(cost_year=2024)["grid_co2e_kg_per_kwh"]
    assert (grid.lower, grid.value, grid.upper) == (0.04048, 0.38378, 0.5554)


def test_numbers_given_hold_before_the_tables():
    numbers = asked(cost_hardware="h100", usd_per_chip_hour=2.0, pue=(1.2, 1.1, 1.3), grid_co2e_kg_per_kwh=0.1)
    assert [numbers[n].value for n in ("usd_per_chip_hour", "pue", "grid_co2e_kg_per_kwh")] == [2.0, 1.2, 0.1]
    assert numbers["pue"].source == GIVEN
    assert numbers["chip_power_w"].value == pytest.approx(756)


def test_hardware_without_a_year_is_asked_at_its_release_at_the_earliest():
    assert "united-states 2022" in asked(cost_hardware="nvidia-h100")["grid_co2e_kg_per_kwh"].source
    assert "united-states 2018" in asked(cost_hardware="nvidia-k40")["grid_co2e_kg_per_kwh"].source


def test_power_and_utilisation_can_be_given_too():
    numbers = asked(cost_hardware="tpu-v3", power_factor_tpu=0.5, utilisation=0.4)
    assert numbers["chip_power_w"].value == pytest.approx(225)
    assert numbers["utilisation"].value == 0.4


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"grid_region": "atlantis"}, "united-states"),
        ({"grid_region_upper": "atlantis", "cost_year": 2020}, "united-states"),
        ({"grid_region": "atlantis", "grid_co2e_kg_per_kwh": 0.1}, "united-states"),
        ({"grid_region": 3.0}, "grid_region=3.0: must be a region"),
        ({"cost_hardware": "abacus"}, "nvidia-h100"),
        ({"cost_hardware": "gpu"}, "nvidia-h100"),
        ({"cost_hardware": " "}, "must be a chip"),
        ({"cost_hardware": "nvidia-h100", "cost_year": 2019}, "came out in 2022"),
        ({"cost_year": 2018.5}, "a year from 2000 to 2100"),
        ({"cost_year": 18}, "a year from 2000 to 2100"),
        ({"cost_hardware": "tpu-v4i"}, "no usd_per_chip_hour is known"),
        ({"pue": "high"}, "pue=high: must be a number"),
        ({"pue": True}, "must be a number"),
        ({"pue": (1.1, 1.0)}, "must be a number"),
        ({"owned_life": 4.0}, "owned_life_years"),
    ],
)
def test_what_cannot_be_assumed_is_refused_with_what_there_is(overrides, words):
    with pytest.raises(ValueError, match=words):
        assumed(overrides)


def test_what_the_tables_lack_can_be_given():
    numbers = asked(cost_hardware="tpu-v4i", usd_per_chip_hour=1.0)
    assert numbers["usd_per_chip_hour"].value == 1.0


def test_a_region_given_stands_for_both_ends_unless_they_are_given():
    choices = load_choices(overrides={"grid_region": "Norway", "grid_region_upper": "poland"})
    words = [choices[f"grid_region{end}"].choice for end in ("", "_lower", "_upper")]
    assert words == ["norway", "norway", "poland"]
