"""A quick estimate as lines for the terminal."""

import math
from collections.abc import Callable, Iterator

from tasks.costs.assumptions import load_assumptions
from tasks.publish import labels
from tasks.refresh.quick_look import QuickEstimate
from tasks.wording import quantities


def estimate_lines(row: QuickEstimate) -> Iterator[str]:
    """Compute, costs and what they rest on; where no compute is told, the reason alone."""
    if row.log10_training_flop is not None:
        ends = (row.log10_training_flop_lower, row.log10_training_flop_upper)
        took = row.log10_training_flop
        yield f"compute  {quantities.chip_time(took)}: {quantities.flop(took)}{_range(ends, quantities.scientific)}"
    if row.cost_usd is not None:
        ends = (_log10(row.cost_usd_lower), _log10(row.cost_usd_upper))
        yield f"cost     {_money(math.log10(row.cost_usd))}{_range(ends, _money)}"
    if row.energy_kwh is not None:
        yield f"energy   {quantities.energy(math.log10(row.energy_kwh))}"
    if row.co2e_kg is not None:
        yield f"carbon   {quantities.mass(math.log10(row.co2e_kg))} CO2e"
    rest = f"by {labels.estimator(row.estimator)} on {labels.count(row.n, 'model')}"
    alike = f", the range by all {row.n_alike} curves as good as it" if row.n_alike > 1 else ""
    yield f"{rest}{alike}{'; ' if row.reason else ''}{row.reason}"


def _money(log10_usd: float) -> str:
    """A sum, or that it is more than there is."""
    most = load_assumptions()["us_gdp_usd"].value
    return quantities.money(log10_usd) if log10_usd <= math.log10(most) else "more than the US economy makes in a year"


def _log10(value: float | None) -> float | None:
    return math.log10(value) if value else None


def _range(ends: tuple[float | None, float | None], form: Callable[[float], str]) -> str:
    return "" if ends == (None, None) else f" ({quantities.between(*ends, form)})"
