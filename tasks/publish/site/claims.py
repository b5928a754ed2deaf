"""The article's claims beside what a release says of each, in figures that a reader grasps."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from schemas.codes.evaluation import ClaimVerdict
from schemas.rows import Limits
from schemas.rows.evaluation import ClaimToday
from tasks.costs.assumptions import Assumptions
from tasks.fit.tables import DECADES_BEYOND
from tasks.publish.published import Published
from tasks.publish.site.answer import points_in_fit
from tasks.reference.article import load_article_claims
from tasks.reference.benchmarks import headline_benchmark
from tasks.wording import quantities, words


class ToldClaim(NamedTuple):
    """One claim, and its figures in words: what the article said, what the release says, with its range."""

    of: ClaimToday
    then: str | None
    today: str | None
    today_range: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Scale:
    """What figures are compared with: the largest training run in the leading benchmark's fits, and the yardsticks."""

    log10_largest: float | None
    assumptions: Assumptions


def told_claims(published: Published) -> list[ToldClaim]:
    """Every claim, those that the data answer first, each as the article orders them."""
    points = points_in_fit(published, headline_benchmark())
    scale = Scale(max((p.log10_flop for p in points), default=None), published.assumptions)
    found = [_told(c, scale) for c in published.rows("out_claims", ClaimToday)]
    order = {c.claim: i for i, c in enumerate(load_article_claims())}
    return sorted(
        found, key=lambda c: (c.of.verdict == ClaimVerdict.NOT_ANSWERED, order.get(c.of.claim, len(order)), c.of.claim)
    )


def _told(row: ClaimToday, scale: Scale) -> ToldClaim:
    unit = row.claim_unit or ""
    return ToldClaim(
        row,
        then=None if row.study_figure is None else figure(row.study_figure, unit, scale),
        today=None if row.today.value is None else figure(row.today.value, unit, scale),
        today_range=_range(row.today, unit, scale),
        why="; ".join(map(words, row.reason)),
    )


def figure(value: float, unit: str, scale: Scale) -> str:
    """A figure of a claim in words, beside what a reader knows where it is a size."""
    said = _brief(value, unit, scale)
    if unit == "power":
        return f"{said} for half the errors"
    if unit == "log10 FLOP" and scale.log10_largest is not None:
        far = ", farther than any curve here can say" if value - scale.log10_largest > DECADES_BEYOND else ""
        return f"{said} the computing of the largest model here{far}"
    month = scale.assumptions.get("nyc_month_co2e_kg")
    if unit == "kg" and month:
        return f"{said} of CO₂, {_beside(value / month.value)} New York City emits in a month"
    return said


def _beside(share: float) -> str:
    """A share of something, up to the words that name it: "a tenth" is "10 % of what"."""
    if share >= 0.95:
        return "as much as" if share < 1.05 else f"{quantities.figure(math.log10(share))} times what"
    return f"{quantities.figure(math.log10(share) + 2)}\N{NO-BREAK SPACE}% of what"


def _brief(value: float, unit: str, scale: Scale) -> str:
    """The figure alone. A compute farther beyond the largest run than curves are drawn is a bound."""
    if unit == "log10 FLOP" and scale.log10_largest is not None:
        beyond = value - scale.log10_largest
        bound = "more than " if beyond > DECADES_BEYOND else ""
        return f"{bound}{quantities.figure(min(beyond, DECADES_BEYOND))} times"
    said = {
        "power": lambda: f"{quantities.figure(value * math.log10(2))} times",
        "times": lambda: f"{quantities.figure(math.log10(value))} times",
        "log10 FLOP": lambda: quantities.computing(value),
        "USD": lambda: quantities.money(math.log10(value)),
        "kg": lambda: quantities.mass(math.log10(value)),
        "%": lambda: quantities.percent(value / 100),
    }
    return said[unit]() if unit in said else f"{value:.3g} {unit}".strip()


def _range(limits: Limits, unit: str, scale: Scale) -> str | None:
    """The interval in words; None where it has no width."""
    if limits.value is None or limits.lower == limits.upper:
        return None
    low, high = (None if end is None else _brief(end, unit, scale) for end in (limits.lower, limits.upper))
    if low and high:
        return f"from {low} to {high}"
    return f"{low} or more" if low else None
