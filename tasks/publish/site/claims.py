"""The article's claims beside today's figures, in words."""

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


class ClaimText(NamedTuple):
    """One claim with its figures in words: the article's, and today's with its range."""

    of: ClaimToday
    then: str | None
    today: str | None
    today_range: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Scale:
    """What figures are compared with: the largest training run in the leading benchmark's fits, and assumptions."""

    log10_largest: float | None
    assumptions: Assumptions


def claim_texts(published: Published) -> list[ClaimText]:
    """Every claim in the article's order, those with an answer first."""
    points = points_in_fit(published, headline_benchmark())
    scale = Scale(max((p.log10_flop for p in points), default=None), published.assumptions)
    found = [_claim_text(c, scale) for c in published.rows("out_claims", ClaimToday)]
    order = {c.claim: i for i, c in enumerate(load_article_claims())}
    return sorted(
        found, key=lambda c: (c.of.verdict == ClaimVerdict.NOT_ANSWERED, order.get(c.of.claim, len(order)), c.of.claim)
    )


def _claim_text(row: ClaimToday, scale: Scale) -> ClaimText:
    unit = row.claim_unit or ""
    return ClaimText(
        row,
        then=None if row.study_figure is None else figure_in_words(row.study_figure, unit, scale),
        today=None if row.today.value is None else figure_in_words(row.today.value, unit, scale),
        today_range=_range(row.today, unit, scale),
        why="; ".join(map(words, row.reason)),
    )


def figure_in_words(value: float, unit: str, scale: Scale) -> str:
    """A claim's figure in words, with a comparison where it is an amount."""
    text = _plain_figure(value, unit, scale)
    if unit == "power":
        return f"{text} for half the errors"
    if unit == "log10 FLOP" and scale.log10_largest is not None:
        far = ", farther than any curve here can say" if value - scale.log10_largest > DECADES_BEYOND else ""
        return f"{text} the computing of the largest model here{far}"
    month = scale.assumptions.get("nyc_month_co2e_kg")
    if unit == "kg" and month:
        return f"{text} of CO₂, {_share_of(value / month.value)} New York City emits in a month"
    return text


def _share_of(share: float) -> str:
    """A ratio in words that the thing compared with follows: 0.1 is "10 % of what"."""
    if share >= 0.95:
        return "as much as" if share < 1.05 else f"{quantities.figure(math.log10(share))} times what"
    return f"{quantities.figure(math.log10(share) + 2)}\N{NO-BREAK SPACE}% of what"


def _plain_figure(value: float, unit: str, scale: Scale) -> str:
    """The figure without comparison. Compute beyond the range of drawn curves becomes a bound."""
    if unit == "log10 FLOP" and scale.log10_largest is not None:
        beyond = value - scale.log10_largest
        bound = "more than " if beyond > DECADES_BEYOND else ""
        return f"{bound}{quantities.figure(min(beyond, DECADES_BEYOND))} times"
    text = {
        "power": lambda: f"{quantities.figure(value * math.log10(2))} times",
        "times": lambda: f"{quantities.figure(math.log10(value))} times",
        "log10 FLOP": lambda: quantities.computing(value),
        "USD": lambda: quantities.money(math.log10(value)),
        "kg": lambda: quantities.mass(math.log10(value)),
        "%": lambda: quantities.percent(value / 100),
    }
    return text[unit]() if unit in text else f"{value:.3g} {unit}".strip()


def _range(limits: Limits, unit: str, scale: Scale) -> str | None:
    """The interval in words; None where it has no width."""
    if limits.value is None or limits.lower == limits.upper:
        return None
    low, high = (None if end is None else _plain_figure(end, unit, scale) for end in (limits.lower, limits.upper))
    if low and high:
        return f"from {low} to {high}"
    return f"{low} or more" if low else None
