"""Figures of fits and estimates in words, with their intervals."""

import math
from collections.abc import Callable

from schemas.codes.evaluation import FitReason
from tasks.costs.assumptions import Assumptions
from tasks.costs.comparisons import YARDSTICKS, compared
from tasks.estimate.extrapolate import BEST_IN_DATA, HALF_OF_BEST
from tasks.fit.model import Interval
from tasks.publish import words
from tasks.publish.sections.rows import Row

_COSTS = ("cost_usd", "energy_kwh", "co2e_kg")
_COMPUTED_TARGETS = {BEST_IN_DATA: "best in the data", HALF_OF_BEST: "half of the best"}


def between(lower: float | None, upper: float | None, form: Callable[[float], str]) -> str:
    """An interval in words; a missing end is open (unbounded, or beyond what a number can hold)."""
    if lower is None:
        return "no limits" if upper is None else f"up to {form(upper)}"
    return f"{form(lower)} and up" if upper is None else f"{form(lower)} to {form(upper)}"


def power(row: Row, name: str = "implied_power") -> tuple[str, str]:
    """A power of 1/error and its interval, one decimal; empty where there is none."""
    if row[name] is None:
        return "", ""
    return f"{row[name]:.1f}", between(row[f"{name}_lower"], row[f"{name}_upper"], lambda v: f"{v:.1f}")


def flop(row: Row) -> str:
    """The interval of an estimate's compute, as "10^25.6 to 10^27.2"."""
    return between(row["log10_training_flop_lower"], row["log10_training_flop_upper"], lambda v: f"10^{v:.1f}")


def reason(estimate: Row) -> str:
    """Why the status is so, without the word that the status itself says."""
    if estimate["reason_code"] == FitReason.LABELS_WRONG:
        return f"{100 * estimate['error_floor']:.3g} % of the labels are known to be wrong"
    return str(estimate["reason"])


def fit_figures(fit: Row) -> Row:
    """One fit as the page prints it: power, what halving the error multiplies compute by, slope, window."""
    value, lower, upper = (fit[f"implied_power{end}"] for end in ("", "_lower", "_upper"))
    implied, implied_range = power(fit)
    return {
        "estimator": fit["estimator"],
        "name": words.estimator(fit["estimator"]),
        "kind": words.KINDS.get(fit["estimator_kind"], fit["estimator_kind"]),
        "n": fit["n"],
        "n_papers": fit["n_papers"],
        "rises": fit["rises"],
        "slope": "" if fit["slope"] is None else f"{fit['slope']:.3g}",
        "slope_range": between(fit["slope_lower"], fit["slope_upper"], lambda v: f"{v:.3g}"),
        "r_squared": "" if fit["r_squared"] is None else f"{fit['r_squared']:.2f}",
        "power": implied,
        "power_range": implied_range,
        "halving": "" if value is None else words.figure(value * math.log10(2)),
        "halving_range": between(lower, upper, lambda v: words.figure(v * math.log10(2))),
        "window": (fit["log10_flop_min"], fit["log10_flop_max"]),
        "input_hash": fit["input_hash"],
    }


def estimate_figures(estimate: Row, assumptions: Assumptions) -> Row:
    """One estimate as the page prints it: compute, costs with their ranges, and what a reader can compare them with."""
    log10 = {c: _log10_interval(estimate, c) for c in _COSTS if estimate[c]}
    cost, energy, carbon = (log10.get(c) for c in _COSTS)
    beside = _comparisons(log10, assumptions)
    return {
        **{k: estimate[k] for k in ("target", "target_error", "estimator", "status", "n")},
        "reason": reason(estimate),
        "label": _COMPUTED_TARGETS.get(estimate["target"], "target"),
        "name": words.estimator(estimate["estimator"]),
        "flop": estimate["log10_training_flop"],
        "flop_range": flop(estimate),
        "beyond": estimate["decades_beyond_data"],
        "cost": words.money(cost.value) if cost else None,
        "cost_range": between(cost.lower, cost.upper, words.money) if cost else "",
        "energy": words.energy(energy.value) if energy else None,
        "carbon": words.mass(carbon.value) if carbon else None,
        "carbon_range": between(carbon.lower, carbon.upper, words.mass) if carbon else "",
        "money_beside": beside.get("cost_usd"),
        "energy_beside": beside.get("energy_kwh"),
        "carbon_beside": beside.get("co2e_kg"),
    }


def _log10_interval(row: Row, column: str) -> Interval:
    value, lower, upper = (row[f"{column}{end}"] for end in ("", "_lower", "_upper"))
    return Interval(math.log10(value), math.log10(lower) if lower else None, math.log10(upper) if upper else None)


def _comparisons(log10: dict[str, Interval], assumptions: Assumptions) -> dict[str, str | None]:
    """Each cost in words beside one thing that a reader knows; nothing where the yardsticks are not assumed."""
    if any(y.name not in assumptions for y in YARDSTICKS):
        return {}
    times = compared(log10, assumptions)
    return {quantity: _comparison(quantity, times) for quantity in log10}


def _comparison(quantity: str, times: dict[str, Interval]) -> str | None:
    """The largest thing that the cost holds at least once, or a share of; else the smallest that says anything."""
    fitting = sorted((times[y.name].value, y.name) for y in YARDSTICKS if y.quantity == quantity)
    multiples = [(value >= 0 or name in words.SHARES, words.comparison(name, value)) for value, name in fitting]
    said = [(is_held, text) for is_held, text in multiples if text]
    return next((text for is_held, text in said if is_held), said[-1][1] if said else None)
