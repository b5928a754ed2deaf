"""Training compute into hours, money, energy and carbon, by stated assumptions.

The study's conversion (Thompson et al. 2020, after Strubell et al. 2019): a 250 W accelerator of 2018, a data centre
with PUE 1.58, 0.954 lb CO2 per kWh; the study at full utilisation, we at a third because our compute counts operations.
Every number stands in `warehouse/reference/assumptions.csv` with its range and source. All arithmetic is in log10:
targets reach 10^129 FLOP, and their upper limits more than a float holds.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.fit.model import Interval

ASSUMPTIONS_CSV = Path(__file__).parent.parent / "warehouse" / "reference" / "assumptions.csv"

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


GIVEN = "given for this run"
"""Source of an assumption that a run overrides: it then holds before any table."""


@dataclass(frozen=True)
class Assumption:
    """One assumed number with its range; an end of the range that is not given is None."""

    name: str
    value: float
    lower: float | None
    upper: float | None
    unit: str
    source: str
    note: str

    @property
    def is_given(self) -> bool:
        """Whether this run was given the value."""
        return self.source == GIVEN


@dataclass(frozen=True)
class Choice:
    """One assumption that is a word and not a number: a region, an accelerator."""

    name: str
    choice: str
    unit: str
    source: str
    note: str

    @property
    def is_given(self) -> bool:
        """Whether this run was given the word."""
        return self.source == GIVEN


Assumptions = dict[str, Assumption]
Choices = dict[str, Choice]
Override = float | str | tuple[float, float, float]


def load_assumptions(path: Path = ASSUMPTIONS_CSV, overrides: Mapping[str, Override] | None = None) -> Assumptions:
    """Read the assumed numbers; `overrides` gives a name another value, or (value, lower, upper).

    A bare number has no range: lower and upper equal it. Overrides of words are for `load_choices`.

    Raises:
        ValueError: an override of an unknown name, a value outside its range, or a figure that is not above zero.
    """
    rows = _rows(path, overrides or {})
    assumptions = {
        row["name"]: Assumption(
            name=row["name"],
            value=float(row["value"]),
            lower=float(row["lower"]) if row["lower"] else None,
            upper=float(row["upper"]) if row["upper"] else None,
            unit=row["unit"],
            source=row["source"],
            note=row["note"],
        )
        for row in rows
        if not row["choice"]
    }
    for name, override in (overrides or {}).items():
        if name in assumptions:
            value, lower, upper = _numbers(name, override)
            assumptions[name] = replace(assumptions[name], value=value, lower=lower, upper=upper, source=GIVEN, note="")
    for assumption in assumptions.values():
        _check(assumption)
    return assumptions


def load_choices(path: Path = ASSUMPTIONS_CSV, overrides: Mapping[str, Override] | None = None) -> Choices:
    """Read the assumed words; `overrides` gives a name another word. What words there are, `cost_rates` knows.

    A region given has no range, like a number given: it is both ends too, unless those are given.

    Raises:
        ValueError: an override of an unknown name, or no word.
    """
    rows = _rows(path, overrides or {})
    choices = {
        row["name"]: Choice(row["name"], row["choice"], row["unit"], row["source"], row["note"])
        for row in rows
        if row["choice"]
    }
    for name, override in (overrides or {}).items():
        if name in choices:
            if not isinstance(override, str) or not override.strip():
                raise ValueError(f"assumption {name}={override}: a {choices[name].unit} is wanted, by its name")
            choices[name] = replace(choices[name], choice=override.strip().lower(), source=GIVEN, note="")
    region = choices["grid_region"]
    for end in ("grid_region_lower", "grid_region_upper"):
        if region.is_given and not choices[end].is_given:
            choices[end] = replace(region, name=end, note="The region given is its own range")
    return choices


def _rows(path: Path, overrides: Mapping[str, Override]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    known = [row["name"] for row in rows]
    unknown = [name for name in overrides if name not in known]
    if unknown:
        raise ValueError(f"no assumption is called {', '.join(map(repr, unknown))}; there are {', '.join(known)}")
    return rows


def _numbers(name: str, override: Override) -> tuple[float, float, float]:
    """Value, lower and upper of an override; a list is what a deployment's parameters can hold."""
    given = override if isinstance(override, tuple | list) else (override,) * 3
    if len(given) != 3 or any(isinstance(n, bool) or not isinstance(n, int | float) for n in given):
        raise ValueError(f"assumption {name}={override}: a number is wanted, or value, lower and upper")
    value, lower, upper = (float(n) for n in given)
    return value, lower, upper


def _check(assumption: Assumption) -> None:
    lower = assumption.value if assumption.lower is None else assumption.lower
    upper = assumption.value if assumption.upper is None else assumption.upper
    if not 0 < lower <= assumption.value <= upper < math.inf:
        raise ValueError(f"assumption {assumption.name}: {lower} <= {assumption.value} <= {upper} above zero is not so")


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
