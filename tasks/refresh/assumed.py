"""What a run assumes, and which series it is about: names checked before anything is computed."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from duckdb import DuckDBPyConnection

from schemas.suggestions import did_you_mean
from tasks.compute.methods import ComputeAssumptions
from tasks.costs.assumptions import Override, load_assumptions, load_choices
from tasks.costs.rates import CostSetting, target_numbers
from tasks.costs.tables import load_cost_tables
from tasks.match.row_filter import RowFilter, row_filter
from tasks.reference.assumptions import COMPUTE
from tasks.reference.benchmarks import load_benchmarks, load_series
from tasks.reference.targets import TargetRow, asked_target
from tasks.refresh.scope import ANY_SCOPE, SCOPE, scope_named
from warehouse.rows import records


@dataclass(frozen=True)
class Assumed:
    """What a run assumes about compute, what part of training its fits count, and all overrides of assumptions.csv.

    `row_filter` says which observations its fits use (None for all), `targets` which it is asked for beside the named.
    """

    compute: ComputeAssumptions
    overrides: dict[str, Override]
    scope: str = ANY_SCOPE
    row_filter: RowFilter | None = None
    targets: tuple[TargetRow, ...] = ()


def assumed(overrides: Mapping[str, Override], only: str | None = None, targets: Iterable[str] = ()) -> Assumed:
    """Overrides by name, those about compute beginning with `compute_` (`compute_utilisation` and so on).

    `only` is a condition over observations (`tasks.match.row_filter`), targets are asked for as `mmlu=92`.

    `compute_scope` is a word: which figures the fits use (`tasks.refresh.scope`).

    Of what is assumed about compute each end of a range is overridden by itself, since a range of no width would put
    the method before all others.

    Raises:
        ValueError: a name that is no assumption, a value that is none, no condition, no target.
    """
    known = {COMPUTE + f.name for f in fields(ComputeAssumptions)}
    given: dict[str, float] = {}
    others: dict[str, Override] = {}
    for name, value in overrides.items():
        if name == SCOPE:
            others[name] = scope_named(value)
        elif not name.startswith(COMPUTE):
            others[name] = value
        elif (
            name not in known
            or isinstance(value, bool)
            or not isinstance(value, int | float)
            or not 0 < value < math.inf
        ):
            names = ", ".join(sorted(known))
            raise ValueError(f"{name}={value}: assumptions about compute are {names}, each a number above zero")
        else:
            given[name.removeprefix(COMPUTE)] = float(value)
    compute = replace(ComputeAssumptions(), **given)
    scope = str(others.get(SCOPE, ANY_SCOPE))
    asked = tuple(asked_target(text) for text in targets)
    kept = row_filter(only) if only is not None else None
    found = Assumed(compute, others | _as_rows(compute, given), scope, kept, asked)
    target_numbers(cost_setting(found.overrides))  # raises on an unknown name, hardware, region or year
    return found


def _as_rows(compute: ComputeAssumptions, given: Collection[str]) -> dict[str, Override]:
    """What was given about compute as overrides of whole rows, so that out_assumptions lists what the run assumed."""
    names = {name.removesuffix("_lower").removesuffix("_upper") for name in given}
    return {
        COMPUTE + name: (
            (compute.utilisation, compute.utilisation_lower, compute.utilisation_upper)
            if name == "utilisation"
            else getattr(compute, name)
        )
        for name in sorted(names)
    }


def cost_setting(overrides: Mapping[str, Override], connection: DuckDBPyConnection | None = None) -> CostSetting:
    """What is assumed about costs with these overrides, and the tables behind it.

    Grids and rents are those that the sources gave last, as the warehouse holds them, else those of the project.

    Raises:
        ValueError: a name that is no assumption, or a value that is none.
    """
    fresh = [records(connection, t) if connection else [] for t in ("raw_grid_intensity", "raw_chip_prices")]
    return CostSetting(
        load_assumptions(overrides=overrides), load_choices(overrides=overrides), load_cost_tables(*fresh)
    )


def known_series() -> list[str]:
    """All series that a run may be restricted to."""
    return sorted({b.series for b in load_series() if b.is_fit_metric})


def in_short(series: Collection[str]) -> str:
    """What a run is about: its series by name, or how many they are."""
    return ", ".join(sorted(series)) if len(series) <= 3 else f"{len(series)} benchmarks"


def series_of(names: list[str]) -> list[str]:
    """Series meant by slugs of benchmarks or series (`coco-val` and `coco` both mean `coco`); all where none is named.

    Raises:
        ValueError: a name that is neither.
    """
    by_name = {b.slug: b.series for b in load_benchmarks()}
    by_name |= {s: s for s in known_series()}
    unknown = [n for n in names if n not in by_name]
    if unknown:
        raise ValueError("; ".join(f"unknown benchmark: {n}; {did_you_mean(n, by_name)}" for n in unknown))
    return sorted({by_name[n] for n in names}) or known_series()
