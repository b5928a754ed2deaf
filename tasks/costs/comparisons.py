"""Costs compared with familiar amounts: months of New York City, flights, cars, homes, a country's electricity and GDP.

The amounts stand in `warehouse/reference/assumptions.csv`, each with range and source. All arithmetic is in log10,
as that of targets (`tasks.costs.targets`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.costs.assumptions import Assumptions
from tasks.costs.rates import as_figure
from tasks.costs.targets import over
from tasks.fit.model import Interval


@dataclass(frozen=True)
class ComparisonAmount:
    """A familiar amount: the assumption with its size, and the kind of cost that it is compared with."""

    name: str
    quantity: str


COMPARISON_AMOUNTS = (
    ComparisonAmount("nyc_month_co2e_kg", "co2e_kg"),
    ComparisonAmount("flight_co2e_kg", "co2e_kg"),
    ComparisonAmount("car_lifetime_co2e_kg", "co2e_kg"),
    ComparisonAmount("us_household_year_kwh", "energy_kwh"),
    ComparisonAmount("us_year_kwh", "energy_kwh"),
    ComparisonAmount("us_gdp_usd", "cost_usd"),
)


def compared(log10_costs: Mapping[str, Interval], assumptions: Assumptions) -> dict[str, Interval]:
    """Costs as multiples of each amount: log10 with limits, by the amount's name; none where a cost is missing.

    Each limit is the cost's over the opposite end of the amount's range; an unbounded end stays unbounded.

    Args:
        log10_costs: By quantity, as `tasks.costs.targets.log10_costs` gives them (or log10 of the columns).
        assumptions: The assumed numbers, among them the amounts.
    """
    return {
        amount.name: over(log10_costs[amount.quantity], as_figure(assumptions[amount.name]))
        for amount in COMPARISON_AMOUNTS
        if amount.quantity in log10_costs
    }
