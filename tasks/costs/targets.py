"""A target's compute into hours, money, energy and carbon, by stated assumptions.

The study's conversion (Thompson et al. 2020, after Strubell et al. 2019): a 250 W accelerator of 2018, a data centre
with PUE 1.58, 0.954 lb CO2 per kWh; the study at full utilisation, we at a third because our compute counts operations.
Every number stands in `warehouse/reference/assumptions.csv` with its range and source. Compute is handled in log10:
targets reach 10^129 FLOP, and their upper limits more than a float holds; what one chip takes in an hour is not.
"""

import math
from dataclasses import astuple

from schemas.codes import Coded
from schemas.codes.evaluation import CostBound
from schemas.rows import Limits
from tasks.costs.assumptions import Assumptions
from tasks.costs.rates import WATTS_PER_KILOWATT, as_figure, owning_usd_per_hour
from tasks.costs.tables import Figure, exactly, product
from tasks.fit.model import Interval
from tasks.reference.units import SECONDS_PER_HOUR

LARGEST_LINEAR = 300.0
"""log10 of the largest figure printed as a plain number; beyond it only the log10 is given (floats end at 1.8e308)."""


def log10_costs(log10_flop: Interval, assumptions: Assumptions) -> dict[str, Interval]:
    """Compute (log10 FLOP) into log10 of chip-hours, USD (by the rule, rented, owned), kWh and kg CO2e, with limits.

    The limits are the compute's limits times the ends of the assumptions' ranges: all assumptions at their cheap end,
    all at their dear end. They are wider than a confidence interval. An unbounded end stays unbounded. `cost_usd` is
    the cost rented, else that owned; a way whose price is not among the assumptions is not in the answer.
    """
    per_chip_hour = product(*(_number(assumptions, n) for n in ("chip_peak_flop_per_s", "utilisation")))
    chip_hours = over(log10_flop, product(per_chip_hour, exactly(SECONDS_PER_HOUR)))
    hourly = {"chip_hours": exactly(1.0), **hourly_costs(assumptions)}
    return {name: times(chip_hours, figure) for name, figure in hourly.items()}


def hourly_costs(assumptions: Assumptions) -> dict[str, Figure]:
    """What an hour of the accelerator takes: cost_usd, cost_rented_usd, cost_owned_usd, energy_kwh, co2e_kg."""

    def number(name: str) -> Figure:
        return _number(assumptions, name)

    energy = product(number("chip_power_w"), number("pue")).over(exactly(WATTS_PER_KILOWATT))
    ways: dict[str, Figure] = {}
    if "usd_per_chip_hour" in assumptions:
        ways["cost_rented_usd"] = number("usd_per_chip_hour")
    if "chip_price_usd" in assumptions:
        ways["cost_owned_usd"] = owning_usd_per_hour(number("chip_price_usd"), energy, number)
    return {
        "cost_usd": next(iter(ways.values())),
        **ways,
        "energy_kwh": energy,
        "co2e_kg": product(energy, number("grid_co2e_kg_per_kwh")),
    }


def cost_bound(cost: Limits, assumptions: Assumptions) -> tuple[Coded[CostBound], ...]:
    """Whether a cost, or an end of its range, is more than anybody can spend; so is one beyond a float."""
    ends = [end for end in astuple(cost) if end is not None]
    if cost.value is not None and all(is_spendable(end, assumptions) for end in ends):
        return ()
    return (Coded.of(CostBound.ABOVE_GDP, gdp=assumptions["us_gdp_usd"].value),)


def is_spendable(cost_usd: float, assumptions: Assumptions) -> bool:
    """Whether a sum (US dollars) is at most what the United States produce in a year."""
    return cost_usd <= assumptions["us_gdp_usd"].value


def linear(log10_value: float | None) -> float | None:
    """10^x as a plain number; None where x is missing or the number would pass 1e300."""
    if log10_value is None or log10_value > LARGEST_LINEAR:
        return None
    return 10.0**log10_value


def costs_of(log10_flop: Interval, assumptions: Assumptions) -> dict[str, Limits]:
    """Fields of `Costs` by name, as plain numbers; None beyond 1e300 or unbounded."""
    return {
        name: Limits(linear(cost.value), linear(cost.lower), linear(cost.upper))
        for name, cost in log10_costs(log10_flop, assumptions).items()
    }


def _number(assumptions: Assumptions, name: str) -> Figure:
    return as_figure(assumptions[name])


def times(log10_amount: Interval, figure: Figure) -> Interval:
    """Log10 of an amount times a figure, its limits by like ends."""
    return log10_amount.plus(*map(math.log10, (figure.value, figure.lower, figure.upper)))


def over(log10_amount: Interval, figure: Figure) -> Interval:
    """Log10 of an amount over a figure, its limits by the ends that make it least and greatest."""
    return log10_amount.plus(*(-math.log10(by) for by in (figure.value, figure.upper, figure.lower)))
