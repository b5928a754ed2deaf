"""A target's compute into hours, money, energy and carbon, by stated assumptions.

The study's conversion (Thompson et al. 2020, after Strubell et al. 2019): a 250 W accelerator of 2018, a data centre
with PUE 1.58, 0.954 lb CO2 per kWh; the study at full utilisation, we at a third because our compute counts operations.
Every number stands in `warehouse/reference/assumptions.csv` with its range and source. All arithmetic is in log10:
targets reach 10^129 FLOP, and their upper limits more than a float holds.
"""

import math

from tasks.costs.assumptions import Assumption, Assumptions
from tasks.fit.model import Interval

LARGEST_LINEAR = 300.0
"""log10 of the largest figure printed as a plain number; beyond it only the log10 is kept (floats end at 1.8e308)."""

_CONVERSION = (
    "chip_peak_flop_per_s",
    "utilisation",
    "chip_power_w",
    "pue",
    "grid_co2e_kg_per_kwh",
    "usd_per_chip_hour",
)


def log10_costs(log10_flop: Interval, assumptions: Assumptions) -> dict[str, Interval]:
    """Compute (log10 FLOP) into log10 of chip-hours, USD, kWh and kg CO2e, with their limits.

    The limits are the compute's limits times the ends of the assumptions' ranges: all assumptions at their cheap end,
    all at their dear end. They are wider than a confidence interval. An unbounded end stays unbounded.
    """
    peak, utilisation, power, pue, grid, rent = (_log10(assumptions[name]) for name in _CONVERSION)
    hour = _exactly(math.log10(3600))
    kilowatt = _exactly(math.log10(1000))
    chip_hours = _over(_over(_over(log10_flop, peak), utilisation), hour)
    energy = _times(_times(_over(chip_hours, kilowatt), power), pue)
    return {
        "chip_hours": chip_hours,
        "cost_usd": _times(chip_hours, rent),
        "energy_kwh": energy,
        "co2e_kg": _times(energy, grid),
    }


def linear(log10_value: float | None) -> float | None:
    """10^x as a plain number; None where x is missing or the number would pass 1e300."""
    if log10_value is None or log10_value > LARGEST_LINEAR:
        return None
    return 10.0**log10_value


def cost_columns(log10_flop: Interval, assumptions: Assumptions) -> dict[str, float | None]:
    """The cost columns of `out_estimates`: each quantity with `_lower` and `_upper`; None beyond 1e300 or unbounded."""
    columns: dict[str, float | None] = {}
    for name, cost in log10_costs(log10_flop, assumptions).items():
        columns[name] = linear(cost.value)
        columns[f"{name}_lower"] = linear(cost.lower)
        columns[f"{name}_upper"] = linear(cost.upper)
    return columns


def months_of_new_york(co2e_kg: float, assumptions: Assumptions) -> float:
    """Carbon (kg CO2e) in months of all that New York City emits."""
    return co2e_kg / assumptions["nyc_month_co2e_kg"].value


def _log10(assumption: Assumption) -> Interval:
    value = math.log10(assumption.value)
    lower = value if assumption.lower is None else math.log10(assumption.lower)
    upper = value if assumption.upper is None else math.log10(assumption.upper)
    return Interval(value, lower, upper)


def _exactly(value: float) -> Interval:
    return Interval(value, value, value)


def _times(a: Interval, b: Interval) -> Interval:
    return Interval(a.value + b.value, _sum(a.lower, b.lower), _sum(a.upper, b.upper))


def _over(a: Interval, b: Interval) -> Interval:
    return Interval(a.value - b.value, _difference(a.lower, b.upper), _difference(a.upper, b.lower))


def _sum(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b


def _difference(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
