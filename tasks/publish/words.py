"""Numbers in words and figures that a reader grasps. All functions take log10 of the quantity, so none can overflow."""

import math
import re

from markupsafe import Markup

_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))
_LARGEST_IN_WORDS = 15.0
"""log10 of a thousand trillion: nobody grasps more."""

ESTIMATORS = {
    "study_power_law": "study’s power law",
    "study_exponential": "study’s exponential",
    "power_law_forward": "power law, error on compute",
    "power_law_reverse": "power law, compute on error",
    "power_law_symmetric": "power law, symmetric",
    "power_law_errors_in_variables": "power law, compute uncertain",
    "exponential": "exponential",
    "points_per_decade": "points per decade",
    "power_law_floor": "power law with a floor",
    "m4": "M4",
    "broken_power_law": "broken power law",
    "quantile_5": "best 5 %",
    "quantile_10": "best 10 %",
    "quantile_25": "best 25 %",
    "pareto_frontier": "Pareto frontier",
    "stochastic_frontier": "stochastic frontier",
    "progress": "power law with years",
    "progress_frontier": "best 10 % with years",
    "random_effects": "power law, papers as groups",
    "last_record": "last record",
    "trend_of_compute": "trend of compute",
    "trend_of_error": "trend of error",
}
"""What the estimators are called for short; what each does, its title says."""

KINDS = {
    "study": "study",
    "direction": "direction",
    "form": "form",
    "frontier": "frontier",
    "progress": "progress",
    "structure": "structure",
}
"""What an estimator varies, as the page says it."""


POPULATIONS = {"papers": "papers of this warehouse", "epoch": "models listed by Epoch AI"}
GROWTH = {"trend": "all runs", "record_trend": "record runs"}
"""Whose growth of compute, and of which runs."""


QUANTITIES = {
    "energy_kwh": "energy",
    "cost_usd": "cost",
    "cost_rented_usd": "cost, rented",
    "cost_owned_usd": "cost, owned",
    "co2e_kg": "carbon",
}
"""Costs of a training run."""

METHODS = {
    "reported": "stated by the paper",
    "hardware_time": "chips × time",
    "operation_count": "operations counted",
    "imputed": "partly supposed",
    "third_party": "third party’s figure",
}
"""What the methods of estimating compute are called on the page."""

SCOPES = {
    "pretraining": "pre-training alone",
    "whole": "all training that made the model",
    "finetuning": "fine-tuning without its base model",
    "student": "a student without its teacher",
}
"""What a compute figure counts."""

DISCLOSED = {
    "hardware": "chips",
    "chips": "number of chips",
    "duration_hours": "time of training",
    "chip_hours": "chip-hours",
    "epochs": "epochs",
    "steps": "steps",
    "batch_size": "batch size",
    "sequence_length": "tokens in a sequence",
    "examples": "training examples",
    "tokens": "training tokens",
    "parameters": "parameters",
    "forward_ops": "operations of a forward pass",
    "training_flop": "training compute",
    "network": "network",
    "precision": "number format",
    "utilisation": "share of the chips’ peak rate",
    "energy_kwh": "energy",
    "cost_usd": "cost",
    "co2e_kg": "carbon",
}
"""What a paper discloses of training."""


def estimator(name: str) -> str:
    """What the estimator is called for short."""
    return ESTIMATORS.get(name, name.replace("_", " "))


def percent(fraction: float) -> str:
    """0.116 -> "11.6 %", with a space that does not break; three significant digits."""
    return f"{float(f'{fraction * 100:.3g}'):g}\N{NO-BREAK SPACE}%"


def chance(probability: float) -> str:
    """A probability as far as anybody knows it: whole percent, "under 1 %", "over 99 %"."""
    if probability < 0.01:
        return "under 1\N{NO-BREAK SPACE}%"
    return "over 99\N{NO-BREAK SPACE}%" if probability > 0.99 else f"{probability * 100:.0f}\N{NO-BREAK SPACE}%"


def count(n: int, noun: str) -> str:
    """1 paper, 2 papers."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def drawn(n: int, known: int) -> str:
    """What a chart says that has not all points, after its other words; nothing where it has all."""
    return "" if n == known else f" {n:,} of {known:,} points drawn; all in the CSV."


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


CHIP_FLOP_PER_S = 1e14
"""What a fast chip gets done in training: a third of the peak of NVIDIA's A100 of 2020 (hardware.csv)."""

_DAY, _YEAR = 86_400, 31_557_600  # seconds
_LONGEST = 7  # log10 of the years that a reader grasps


def chip_time(log10_flop: float) -> str:
    """How long a fast chip takes for so much computing: "3 hours of one fast chip", "8,200 years of one fast chip"."""
    log10_seconds = log10_flop - math.log10(CHIP_FLOP_PER_S)
    if log10_seconds - math.log10(_YEAR) > _LONGEST:
        return "more than ten million years of one fast chip"
    seconds = 10.0**log10_seconds
    size, unit = next(
        (s, u)
        for s, u in ((_YEAR, "year"), (_DAY, "day"), (3600, "hour"), (60, "minute"), (0, "second"))
        if seconds >= s
    )
    said = figure(math.log10(seconds / (size or 1)))
    return f"{said} {unit}{'' if said == '1' else 's'} of one fast chip"


CHIP_TICKS = {
    math.log10(CHIP_FLOP_PER_S * seconds): said
    for seconds, said in (
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


def scientific(log10_value: float) -> str:
    """A large number as it is printed beside its words: "3.2×10²¹"."""
    exponent = math.floor(log10_value)
    return f"{10 ** (log10_value - exponent):.2g}×10{str(exponent).translate(_RAISED)}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


COMPARISONS = {
    "nyc_month_co2e_kg": "months of all that New York City emits",
    "flight_co2e_kg": "flights of a passenger from New York to San Francisco and back",
    "car_lifetime_co2e_kg": "cars over their lives, fuel included",
    "us_household_year_kwh": "years of a US household’s electricity",
    "us_year_kwh": "of all electricity generated in the United States in a year",
    "us_gdp_usd": "of the output of the United States in a year",
}
"""What the yardsticks of `tasks.costs.comparisons` are, by the name of the assumption: so many months, so many % of."""

SHARES = frozenset({"us_year_kwh", "us_gdp_usd"})
"""Yardsticks so large that costs are given as a share of them."""

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
    fewest, most = _GRASPED_SHARES if name in SHARES else _GRASPED
    if not fewest <= log10_times <= most:
        return None

    def times(log10_value: float) -> str:
        return f"{figure(log10_value + 2)}\N{NO-BREAK SPACE}%" if name in SHARES else figure(log10_value)

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


_COMPUTING = re.compile(r"(more than )?((?:10\^\d+\.\d to )?10\^(\d+\.\d) FLOP)")


def _in_words_first(found: re.Match[str]) -> str:
    """ "10^21.3 FLOP" -> "240 days of one fast chip (10^21.3 FLOP)"."""
    least = _POWER_OF_TEN.findall(found[2])[:-1]
    said = f"{chip_time(float(least[0]))} to {chip_time(float(found[3]))}" if least else chip_time(float(found[3]))
    bound = "" if said.startswith("more") else found[1] or ""
    return f"{bound}{said.replace(' of one fast chip to', ' to')} ({found[1] or ''}{found[2]})"


_POWER_OF_TEN = re.compile(r"10\^([-−]?\d+(?:\.\d+)?)")


def raised(text: str) -> Markup:
    """Text with every "10^x" set as a power, behind what a fast chip takes where it counts FLOP; all else escaped."""
    parts = _POWER_OF_TEN.split(_COMPUTING.sub(_in_words_first, text))  # text and exponents in turn
    return Markup("").join(
        Markup("10<sup>{}</sup>").format(part) if i % 2 else Markup.escape(part) for i, part in enumerate(parts)
    )


def coded(text: str) -> Markup:
    """Text with what stands between backticks set as code; all else escaped."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(p) if i % 2 else Markup.escape(p) for i, p in enumerate(parts)
    )


_UNITS = ((12, " trillion"), (9, " billion"), (6, " million"), (3, " thousand"), (0, ""))
_BANDS = (
    (1.5, "about a{unit} times"),
    (8, "a few{unit} times"),
    (15, "about ten{unit} times"),
    (28, "about twenty{unit} times"),
    (85, "tens of{unit}s of times"),
    (150, "about a hundred{unit} times"),
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
    said = next((form for most, form in _BANDS if value / 10.0**power < most and (unit or most > 1.5)), None)
    if said is None:
        return "more than a thousand trillion times"
    return "dozens of times" if not unit and said.startswith("tens") else said.format(unit=unit)


def in_ten(share: float) -> str:
    """A share as so many times in ten; the ends only where they are meant: "in every one", "9 times in 10"."""
    if share >= 1:
        return "every time"
    n = min(9, max(1, round(10 * share)))
    return f"about {n} {'time' if n == 1 else 'times'} in 10"


COLUMNS = {
    "log10_training_flop": "compute (log10 FLOP)",
    "training_flop": "compute (FLOP)",
    "cost_usd": "cost (USD)",
    "status": "verdict",
    "value": "score",
    "in_fit": "whether fits see it",
    "n": "observations",
    "implied_power": "power of 1/error",
}
"""Columns that two releases are compared by, as a reader calls them."""

_TARGETS = {"best_in_data": "best error in the data", "half_of_best": "half of the best error"}
_PERCENT_TARGET = re.compile(r"error_(\d+)(?:_(\d+))?pct")


def target(name: str) -> str:
    """What a target is called: "error_11_5pct" -> "11.5 % error"."""
    found = _PERCENT_TARGET.fullmatch(name)
    if found:
        return f"{found[1]}{'.' + found[2] if found[2] else ''}\N{NO-BREAK SPACE}% error"
    return _TARGETS.get(name, name.replace("_", " "))
