"""Numbers in words and figures that a reader grasps. All functions take log10 of the quantity, so none can overflow."""

import math

from markupsafe import Markup

_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))
_LARGEST_IN_WORDS = 15.0
"""log10 beyond which a power of ten says more than "a thousand trillion"."""

_MOST_MONTHS = 7.0
"""log10 of the months of New York City beyond which the comparison says nothing."""

ERROR_NAMES = {
    "top1_accuracy": "top-1 error",
    "top5_accuracy": "top-5 error",
    "box_ap": "1 − box AP",
    "f1": "1 − F1",
    "em": "1 − exact match",
    "bleu": "1 − BLEU/100",
    "word_accuracy": "word error rate",
    "accuracy": "error",
}
"""What one minus the metric is called."""

METRIC_NOTES = {"bleu": "BLEU is no share of right answers: nobody knows how far 1 − BLEU/100 can fall."}
"""What a reader should know of a metric before halving its error."""

RECIPES = {"study_power_law": "power law", "study_exponential": "exponential"}
"""What the estimators are called on the page."""

METHODS = {
    "reported": "stated by the paper",
    "hardware_time": "chips × time",
    "operation_count": "operations counted",
    "imputed": "partly supposed",
    "third_party": "third party’s figure",
}
"""What the methods of reckoning compute are called on the page."""

STATUSES = {
    "ok": "fair",
    "reached": "reached",
    "far_extrapolation": "far out",
    "at_or_below_error_floor": "unreachable",
    "at_or_below_fitted_floor": "under the fitted floor",
    "no_slope": "no slope",
    "undefined": "not on the curve",
    "unstable": "unstable",
    "too_few_points": "too few points",
    "too_few_papers": "too few papers",
    "unusable_points": "unusable points",
}
"""What the statuses of estimates are called on the page."""


def percent(fraction: float) -> str:
    """0.116 -> "11.6 %", with a space that does not break; three significant digits."""
    return f"{float(f'{fraction * 100:.3g}'):g}\N{NO-BREAK SPACE}%"


def count(n: int, noun: str) -> str:
    """1 paper, 2 papers."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def figure(log10_value: float) -> str:
    """A plain number with two significant digits: "0.43", "12,000", "98 billion"; beyond 10^15 "10^15.3"."""
    if log10_value >= _LARGEST_IN_WORDS:
        return f"10^{log10_value:.1f}"
    value = float(f"{10.0**log10_value:.2g}")
    for power, name in _SCALES:
        if value >= 10.0**power:
            return f"{value / 10.0**power:g} {name}"
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def money(log10_usd: float) -> str:
    """Dollars: "$430", "$98 billion", "$10^31.2"."""
    return f"${figure(log10_usd)}"


def energy(log10_kwh: float) -> str:
    """Energy in the largest fitting of kWh, MWh, GWh, TWh."""
    for power, unit in ((9, "TWh"), (6, "GWh"), (3, "MWh")):
        if log10_kwh >= power:
            return f"{figure(log10_kwh - power)} {unit}"
    return f"{figure(log10_kwh)} kWh"


def mass(log10_kg: float) -> str:
    """Mass in kg, from a tonne on in tonnes."""
    return f"{figure(log10_kg - 3)} t" if log10_kg >= 3 else f"{figure(log10_kg)} kg"


def new_york(log10_months: float) -> str | None:
    """Carbon in months (from two years on, years) of New York City; None where that says nothing: below a
    hundredth of a month, or beyond a million years."""
    if not -2 <= log10_months <= _MOST_MONTHS:
        return None
    if log10_months < math.log10(24):
        return f"{figure(log10_months)} months of New York City"
    return f"{figure(log10_months - math.log10(12))} years of New York City"


COMPARISONS = {
    "nyc_month_co2e_kg": "months of all that New York City emits",
    "flight_co2e_kg": "flights of a passenger from New York to San Francisco and back",
    "car_lifetime_co2e_kg": "cars over their lives, fuel included",
    "us_household_year_kwh": "years of a US household’s electricity",
    "us_year_kwh": "of all electricity generated in the United States in a year",
    "us_gdp_usd": "of the output of the United States in a year",
}
"""What the yardsticks of `tasks.costs.comparisons` are, by the name of the assumption: so many months, so many % of."""

_SHARES = frozenset({"us_year_kwh", "us_gdp_usd"})
"""Yardsticks so large that costs are told as a share of them."""

_GRASPED, _GRASPED_SHARES = (-2.0, 7.0), (-4.0, 1.0)
"""log10 of the multiples that a reader grasps: from a hundredth to ten million; of shares from 0.01 % to 1,000 %."""


def comparison(name: str, log10_times: float, lower: float | None = None, upper: float | None = None) -> str | None:
    """A cost as a multiple of what a reader knows: "9.9 months of all that New York City emits (0.5 to 25)".

    None where it says nothing: a multiple that nobody grasps. The range stands there where an end is given; an end that
    is not given is open.

    Args:
        name: A yardstick, a key of `COMPARISONS`.
        log10_times: log10 of the multiple.
        lower: log10 of its lower limit.
        upper: log10 of its upper limit.
    """
    fewest, most = _GRASPED_SHARES if name in _SHARES else _GRASPED
    if not fewest <= log10_times <= most:
        return None

    def times(log10_value: float) -> str:
        return f"{figure(log10_value + 2)}\N{NO-BREAK SPACE}%" if name in _SHARES else figure(log10_value)

    words = f"{times(log10_times)} {COMPARISONS[name]}"
    low, high = (None if end is None else times(end) for end in (lower, upper))
    if low and high:
        return f"{words} ({low} to {high})"
    if low:
        return f"{words} ({low} and up)"
    return f"{words} (up to {high})" if high else words


def ten(log10_value: float, digits: int = 1) -> Markup:
    """A power of ten with its exponent as superscript, never floored: 10<sup>28.1</sup>."""
    return Markup("10<sup>{}</sup>").format(f"{log10_value:.{digits}f}")


def raised(text: str) -> Markup:
    """Text with every "10^x" set as a power; all else escaped."""
    head, *rest = text.split("10^")
    out = Markup("{}").format(head)
    for part in rest:
        end = next((i for i, c in enumerate(part) if not (c.isdigit() or c in ".-−")), len(part))
        out += Markup("10<sup>{}</sup>{}").format(part[:end], part[end:])
    return out
