"""Figures of fits and estimates in words, with their intervals."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from schemas.codes.evaluation import FitReason
from schemas.rows import Limits
from schemas.rows.fits import FitSummary
from tasks.costs.assumptions import Assumptions
from tasks.costs.comparisons import COMPARISON_AMOUNTS, compared
from tasks.estimate.extrapolate import BEST_IN_DATA, HALF_OF_BEST
from tasks.fit.model import Interval
from tasks.fit.tables import DECADES_BEYOND
from tasks.publish import labels
from tasks.publish.published import TargetEstimate
from tasks.wording import quantities
from tasks.wording.quantities import between

_COSTS = ("cost_usd", "co2e_kg")
WORTH_TELLING = 0.05
"""The probability that a target is unreachable is shown from here on."""

_COMPUTED_TARGETS = {BEST_IN_DATA: "lowest so far", HALF_OF_BEST: "half of the lowest"}


_REASONS: dict[str, str] = {
    FitReason.FAR_BEYOND_DATA: "farther beyond the data than such curves have been tested",
    FitReason.BEYOND_DATA: "beyond the data, no farther than such curves have been tested",
}
"""Plainer texts for reasons whose own text counts in decades."""


class FitFigures(NamedTuple):
    """One fit on a page: whether error falls with compute, and by how much halving it multiplies compute."""

    rises: bool
    halving: str
    halving_words: str
    halving_range: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateFigures:
    """One estimate on a page: compute and costs with their ranges and comparisons."""

    of: TargetEstimate
    reason: str
    label: str
    flop: float | None
    flop_range: str
    cost: str | None
    cost_range: str
    carbon: str | None
    carbon_range: str
    money_beside: str | None
    carbon_beside: str | None


def power(limits: Limits) -> tuple[str, str]:
    """A power of 1/error and its interval, one decimal; empty where there is none."""
    if limits.value is None:
        return "", ""
    return f"{limits.value:.1f}", between(limits.lower, limits.upper, lambda v: f"{v:.1f}")


def halving(limits: Limits) -> tuple[str, str]:
    """By how much a power of 1/error multiplies computing for half of the error, with its interval."""
    if limits.value is None:
        return "", ""

    def times(power: float) -> str:
        return quantities.figure(power * math.log10(2))

    return times(limits.value), between(limits.lower, limits.upper, times)


def is_ruled_out(estimate: TargetEstimate) -> bool:
    """Whether an estimate is too far beyond the data to be printed."""
    return estimate.decades_beyond_data is not None and estimate.decades_beyond_data > DECADES_BEYOND


def flop(estimate: TargetEstimate) -> tuple[float | None, str]:
    """An estimate's compute and its interval, as "4×10²⁵ to 1.6×10²⁷"; a bound alone where the figure is ruled out."""
    limits = estimate.log10_training_flop
    if is_ruled_out(estimate) and limits.value is not None and estimate.decades_beyond_data is not None:
        return None, quantities.computing_above(limits.value - estimate.decades_beyond_data + DECADES_BEYOND)
    return limits.value, between(limits.lower, limits.upper, quantities.scientific) if limits.value else ""


def reason(estimate: TargetEstimate) -> str:
    """The reason for the status, with the probability of being unreachable where it matters."""
    probability = estimate.probability_unreachable or 0.0
    doubt = (
        f"; a chance of {quantities.chance(probability)} that no model gets there at all"
        if probability >= WORTH_TELLING
        else ""
    )
    return f"{_REASONS.get(estimate.reason_code or '', estimate.reason)}{doubt}"


def fit_figures(fit: FitSummary) -> FitFigures:
    """The figures of a fit in words."""
    value = fit.implied_power.value
    times, times_range = halving(fit.implied_power)
    halving_words_text = "" if value is None else quantities.times(value * math.log10(2))
    return FitFigures(fit.rises, times, halving_words_text, times_range)


def estimate_figures(estimate: TargetEstimate, assumptions: Assumptions) -> EstimateFigures:
    """The figures of an estimate in words."""
    costs = {quantity: getattr(estimate.costs, quantity) for quantity in _COSTS if not is_ruled_out(estimate)}
    log10_flop, flop_range = flop(estimate)
    log10 = {quantity: _log10_interval(limits) for quantity, limits in costs.items() if limits.value}
    cost, carbon = (log10.get(c) for c in _COSTS)
    comparisons = _comparisons(log10, assumptions)
    return EstimateFigures(
        of=estimate,
        reason=reason(estimate),
        label=_COMPUTED_TARGETS.get(estimate.target, "target"),
        flop=log10_flop,
        flop_range=flop_range,
        cost=quantities.money(cost.value) if cost else None,
        cost_range=between(cost.lower, cost.upper, quantities.money) if cost else "",
        carbon=quantities.mass(carbon.value) if carbon else None,
        carbon_range=between(carbon.lower, carbon.upper, quantities.mass) if carbon else "",
        money_beside=comparisons.get("cost_usd"),
        carbon_beside=comparisons.get("co2e_kg"),
    )


def _log10_interval(limits: Limits) -> Interval:
    lower, upper = (math.log10(end) if end else None for end in (limits.lower, limits.upper))
    return Interval(math.log10(limits.value or math.nan), lower, upper)


def _comparisons(log10: dict[str, Interval], assumptions: Assumptions) -> dict[str, str | None]:
    """A comparison for each cost, in words; None where the assumption for it is missing."""
    if any(y.name not in assumptions for y in COMPARISON_AMOUNTS):
        return {}
    times = compared(log10, assumptions)
    return {quantity: _comparison(quantity, times) for quantity in log10}


def _comparison(quantity: str, times: dict[str, Interval]) -> str | None:
    """The largest reference that the cost reaches, or a share of one; else the smallest printable multiple."""
    shown = sorted((times[y.name].value, y.name) for y in COMPARISON_AMOUNTS if y.quantity == quantity)
    multiples = [(value >= 0 or name in labels.SHARES, labels.comparison(name, value)) for value, name in shown]
    phrases = [(is_held, text) for is_held, text in multiples if text]
    return next((text for is_held, text in phrases if is_held), phrases[-1][1] if phrases else None)
