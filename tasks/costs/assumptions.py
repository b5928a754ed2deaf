"""What a run assumes of chips, power, prices and grids (`warehouse/reference/assumptions.csv`), and its overrides."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from schemas.suggestions import did_you_mean
from tasks.reference.assumptions import AssumptionRow, load_assumption_rows

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
class AssumedChoice:
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
Choices = dict[str, AssumedChoice]
Override = float | str | tuple[float, float, float]


def load_assumptions(overrides: Mapping[str, Override] | None = None) -> Assumptions:
    """Read the assumed numbers; `overrides` gives a name another value, or (value, lower, upper).

    A bare number has no range: lower and upper equal it. Overrides of words are for `load_choices`.

    Raises:
        ValueError: an override of an unknown name, a value outside its range, or a figure that is not above zero.
    """
    assumptions = {
        row.name: Assumption(row.name, row.value, row.lower, row.upper, row.unit, row.source, row.note)
        for row in _rows(overrides or {})
        if row.value is not None
    }
    for name, override in (overrides or {}).items():
        if name in assumptions:
            value, lower, upper = _numbers(name, override)
            assumptions[name] = replace(assumptions[name], value=value, lower=lower, upper=upper, source=GIVEN, note="")
    for assumption in assumptions.values():
        _check(assumption)
    return assumptions


def load_choices(overrides: Mapping[str, Override] | None = None) -> Choices:
    """Read the assumed words; `overrides` gives a name another word. What words there are, `rates` knows.

    A region given has no range, like a number given: it is both ends too, unless those are given.

    Raises:
        ValueError: an override of an unknown name, or no word.
    """
    choices = {
        row.name: AssumedChoice(row.name, row.choice, row.unit, row.source, row.note)
        for row in _rows(overrides or {})
        if row.choice
    }
    for name, override in (overrides or {}).items():
        if name in choices:
            if not isinstance(override, str) or not override.strip():
                raise ValueError(f"assumption {name}={override}: must be a {choices[name].unit}, by its name")
            choices[name] = replace(choices[name], choice=override.strip().lower(), source=GIVEN, note="")
    region = choices["grid_region"]
    for end in ("grid_region_lower", "grid_region_upper"):
        if region.is_given and not choices[end].is_given:
            choices[end] = replace(region, name=end, note="The region given is its own range")
    return choices


def _rows(overrides: Mapping[str, Override]) -> tuple[AssumptionRow, ...]:
    rows = load_assumption_rows()
    known = [row.name for row in rows]
    unknown = [name for name in overrides if name not in known]
    if unknown:
        raise ValueError(
            "; ".join(f"no assumption is called {name!r}; {did_you_mean(name, known)}" for name in unknown)
        )
    return rows


def _numbers(name: str, override: Override) -> tuple[float, float, float]:
    """Value, lower and upper of an override; a list is what a deployment's parameters can hold."""
    given = override if isinstance(override, tuple | list) else (override,) * 3
    if len(given) != 3 or any(isinstance(n, bool) or not isinstance(n, int | float) for n in given):
        raise ValueError(f"assumption {name}={override}: must be a number, or value, lower and upper")
    value, lower, upper = (float(n) for n in given)
    return value, lower, upper


def _check(assumption: Assumption) -> None:
    lower = assumption.value if assumption.lower is None else assumption.lower
    upper = assumption.value if assumption.upper is None else assumption.upper
    if not 0 < lower <= assumption.value <= upper < math.inf:
        given = f"{assumption.value:g} ({lower:g} to {upper:g})" if lower != upper else f"{assumption.value:g}"
        raise ValueError(f"assumption {assumption.name}={given}: must be above zero, lower <= value <= upper")
