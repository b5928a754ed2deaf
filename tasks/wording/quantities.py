"""Figures as a reader grasps them. All functions of a large quantity take its log10, so none can overflow."""

import math
from collections.abc import Callable

_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))
_LARGEST_IN_WORDS = 15.0
"""log10 of a thousand trillion: nobody grasps more."""


def percent(fraction: float) -> str:
    """0.116 -> "11.6 %", with a space that does not break; three significant digits."""
    return f"{float(f'{fraction * 100:.3g}'):g}\N{NO-BREAK SPACE}%"


def chance(probability: float) -> str:
    """A probability as far as anybody knows it: whole percent, "under 1 %", "over 99 %"."""
    if probability < 0.01:
        return "under 1\N{NO-BREAK SPACE}%"
    return "over 99\N{NO-BREAK SPACE}%" if probability > 0.99 else f"{probability * 100:.0f}\N{NO-BREAK SPACE}%"


def figure(log10_value: float) -> str:
    """A plain number with two significant digits: "0.43", "12,000", "98 billion", "over 1,000 trillion"."""
    if log10_value >= _LARGEST_IN_WORDS:
        return "over 1,000 trillion"
    value = float(f"{10.0**log10_value:.2g}")
    for power, name in _SCALES:
        if value >= 10.0**power:
            return f"{value / 10.0**power:g} {name}"
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def money(log10_usd: float) -> str:
    """Dollars: "$430", "$98 billion", "over $1,000 trillion"."""
    return "over $1,000 trillion" if log10_usd >= _LARGEST_IN_WORDS else f"${figure(log10_usd)}"


def energy(log10_kwh: float) -> str:
    """Energy in the largest fitting of kWh, MWh, GWh, TWh."""
    for power, unit in ((9, "TWh"), (6, "GWh"), (3, "MWh")):
        if log10_kwh >= power:
            return f"{figure(log10_kwh - power)} {unit}"
    return f"{figure(log10_kwh)} kWh"


def mass(log10_kg: float) -> str:
    """Mass in kg, from a tonne on in tonnes."""
    return f"{figure(log10_kg - 3)} t" if log10_kg >= 3 else f"{figure(log10_kg)} kg"


def between(lower: float | None, upper: float | None, form: Callable[[float], str]) -> str:
    """An interval in words; a missing end is open (unbounded, or beyond what a number can hold)."""
    if lower is None:
        return "no limits" if upper is None else f"up to {form(upper)}"
    return f"{form(lower)} and up" if upper is None else f"{form(lower)} to {form(upper)}"


_UNITS = ((12, " trillion"), (9, " billion"), (6, " million"), (3, " thousand"), (0, ""))
_BANDS = (
    (1.5, "about a{unit} times"),
    (8, "a few{unit} times"),
    (13, "about ten{unit} times"),
    (17, "about fifteen{unit} times"),
    (28, "about twenty{unit} times"),
    (85, "tens of{unit}s of times"),
    (125, "about a hundred{unit} times"),
    (175, "about a hundred and fifty{unit} times"),
    (250, "about two hundred{unit} times"),
    (500, "a few hundred{unit} times"),
    (850, "several hundred{unit} times"),
)
"""How so many of a unit are said, by the number up to which it is said so."""


def times(log10_value: float) -> str:
    """How many times, as one would say it: "about twice", "a few hundred times", "tens of millions of times"."""
    value = 10.0 ** min(log10_value, _LARGEST_IN_WORDS)
    if value < 2.6:
        return "less than once" if value < 0.8 else "about once" if value < 1.4 else "about twice"
    power, unit = next((power, unit) for power, unit in _UNITS if value >= 0.85 * 10.0**power)
    template = next((form for most, form in _BANDS if value / 10.0**power < most and (unit or most > 1.5)), None)
    if template is None:
        return "more than a thousand trillion times"
    return "dozens of times" if not unit and template.startswith("tens") else template.format(unit=unit)


def in_ten(share: float) -> str:
    """A share as so many times in ten; the ends only where they are meant: "in every one", "9 times in 10"."""
    if share >= 1:
        return "every time"
    n = min(9, max(1, round(10 * share)))
    return f"about {n} {'time' if n == 1 else 'times'} in\N{NO-BREAK SPACE}10"


# --- computing

CHIP_FLOP_PER_S = 1e14
"""What a fast chip gets done in training: a third of the peak of NVIDIA's A100 of 2020 (hardware.csv)."""

_DAY, _YEAR = 86_400, 31_557_600  # seconds
_LONGEST = 7  # log10 of the years that a reader grasps
_CHIP = "of one fast chip"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def scientific(log10_value: float) -> str:
    """A large number as it is printed beside its words, with two digits: "3.2×10²¹"."""
    exponent = math.floor(log10_value)
    digits = f"{10 ** (log10_value - exponent):.2g}"
    if digits == "10":
        digits, exponent = "1", exponent + 1
    return f"{digits}×10{str(exponent).translate(_RAISED)}"


def flop(log10_flop: float) -> str:
    """The number of calculations itself: "3.2×10²¹ FLOP"."""
    return f"{scientific(log10_flop)} FLOP"


def chip_time(log10_flop: float) -> str:
    """How long a fast chip takes for so much computing: "3 hours of one fast chip", "8,200 years of one fast chip"."""
    return f"{_duration(log10_flop)} {_CHIP}"


def computing(log10_flop: float) -> str:
    """An amount of computing in words, its number beside: "1 year of one fast chip (3.2×10²¹ FLOP)"."""
    return f"{chip_time(log10_flop)} ({flop(log10_flop)})"


def computing_above(log10_flop: float) -> str:
    """A lower bound on computing: "more than 1 year of one fast chip (3.2×10²¹ FLOP)"."""
    return f"more than {computing(log10_flop).removeprefix('more than ')}"


def computing_between(lower: float | None, upper: float | None) -> str:
    """An interval of computing, an open end being None: "1 year to 3.2 years of one fast chip (3.2×10²¹ to …)"."""
    return f"{between(lower, upper, _duration)} {_CHIP} ({between(lower, upper, scientific)} FLOP)"


def _duration(log10_flop: float) -> str:
    log10_seconds = log10_flop - math.log10(CHIP_FLOP_PER_S)
    if log10_seconds - math.log10(_YEAR) > _LONGEST:
        return "more than ten million years"
    seconds = 10.0**log10_seconds
    size, unit = next(
        (s, u)
        for s, u in ((_YEAR, "year"), (_DAY, "day"), (3600, "hour"), (60, "minute"), (0, "second"))
        if seconds >= s
    )
    amount = figure(math.log10(seconds / (size or 1)))
    return f"{amount} {unit}{'' if amount == '1' else 's'}"


CHIP_TICKS = {
    math.log10(CHIP_FLOP_PER_S * seconds): text
    for seconds, text in (
        (1e-3, "1 millisecond"),
        (1, "1 second"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (_DAY, "1 day"),
        (_YEAR / 12, "1 month"),
        *((_YEAR * years, f"{years:,} year{'s' if years > 1 else ''}") for years in (1, 10, 100, 1000, 10**4, 10**5)),
        *((_YEAR * 1e6 * millions, f"{millions} million years") for millions in (1, 10, 100)),
    )
}
"""Where an axis of computing is labelled, in log10 FLOP, and how: what a fast chip does in a second, a day, a year."""
