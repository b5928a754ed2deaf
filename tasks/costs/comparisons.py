"""Costs beside what a reader knows: months of New York City, flights, cars, homes, a country's electricity and output.

The yardsticks stand in `warehouse/reference/assumptions.csv`, each with range and source. All arithmetic is in log10,
as that of targets (`tasks.costs.targets`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.costs.assumptions import Assumptions
from tasks.costs.rates import as_figure
from tasks.costs.targets import over
from tasks.fit.model import Interval


@dataclass(frozen=True)
class Yardstick:
    """One thing that a reader knows: the assumption that holds its size, and the cost that it measures."""

    name: str
    quantity: str


YARDSTICKS = (
    Yardstick("nyc_month_co2e_kg", "co2e_kg"),
    Yardstick("flight_co2e_kg", "co2e_kg"),
    Yardstick("car_lifetime_co2e_kg", "co2e_kg"),
    Yardstick("us_household_year_kwh", "energy_kwh"),
    Yardstick("us_year_kwh", "energy_kwh"),
    Yardstick("us_gdp_usd", "cost_usd"),
)


def compared(log10_costs: Mapping[str, Interval], assumptions: Assumptions) -> dict[str, Interval]:
    """How many of each yardstick costs are: log10, with limits, by the yardstick's name; none where a cost is missing.

    The limits are the cost's over the other end of the yardstick's range; an unbounded end stays unbounded.

    Args:
        log10_costs: By quantity, as `tasks.costs.targets.log10_costs` gives them (or log10 of the columns).
        assumptions: The assumed numbers, the yardsticks among them.
    """
    return {
        y.name: over(log10_costs[y.quantity], as_figure(assumptions[y.name]))
        for y in YARDSTICKS
        if y.quantity in log10_costs
    }
