"""Theory beside practice: the least power of computation that theory asks for, and the one that the data show.

An error k times smaller takes computation k^p. Thompson et al. (arXiv 2007.05558, on the theory; IEEE Spectrum, October
2021) give two lower bounds of p:

- *statistics*, p = 2: estimates sharpen as the square root of the data, so k times better takes k^2 data points, and a
  model of fixed size takes computation in proportion to them;
- *overparameterised*, p = 4: parameters must grow as the data do, and training costs the product of the two.

Practice is `implied_power` of `out_fits`: compute ~ (1/error)^p, error a fraction.
"""

import math
from collections.abc import Iterable

from schemas.codes import Coded, Parameter
from schemas.codes.evaluation import TheoryVerdict
from schemas.rows import Limits, same_named
from schemas.rows.evaluation import TheoryComparison
from schemas.rows.fits import FitSummary

THEORIES: dict[str, float] = {"statistics": 2.0, "overparameterised": 4.0}
"""Power of k that computation grows with at least, by theory."""


def beside_practice(fits: Iterable[FitSummary], estimators: Iterable[str]) -> list[TheoryComparison]:
    """Every fit of the estimators named beside every theory.

    Args:
        fits: All fits.
        estimators: Names of estimators whose curve is a power law, the study's recipe and the headline's, say; rows
            come in their order. An estimator without fits gives no rows.
    """
    ordered = sorted(fits, key=lambda fit: (fit.series, fit.metric))
    return [
        _comparison(fit, theory)
        for estimator in dict.fromkeys(estimators)  # the headline may be the study's own
        for fit in ordered
        if fit.estimator == estimator
        for theory in THEORIES
    ]


def _comparison(fit: FitSummary, theory: str) -> TheoryComparison:
    least, power = THEORIES[theory], fit.implied_power
    return TheoryComparison(
        **same_named(fit, TheoryComparison),
        theory=theory,
        theory_power=least,
        power_ratio=power.value / least if power.value is not None else None,
        verdict=(verdict(power, least),),
    )


def verdict(power: Limits, least: float) -> Coded[TheoryVerdict]:
    """Where practice stands: its whole interval above the bound, below it, or across it.

    Args:
        power: A fitted power with its interval; without a value where the error does not fall with compute.
        least: The least power by theory.
    """
    if power.value is None:
        return Coded.of(TheoryVerdict.NO_POWER, least=least)
    figures: dict[str, Parameter] = {
        "power": power.value,
        "lower": _end(power.lower),
        "upper": _end(power.upper),
        "least": least,
        "times": _times(power.value),
        "times_by_theory": 2**least,
    }
    if power.lower is not None and power.lower > least:
        return Coded.of(TheoryVerdict.DEARER, **figures)
    if power.upper is not None and power.upper < least:
        return Coded.of(TheoryVerdict.CHEAPER, **figures)
    return Coded.of(TheoryVerdict.IN_LINE, **figures)


def _end(power: float | None) -> str:
    return "an unbounded end" if power is None else f"k^{power:.1f}"


def _times(power: float) -> str:
    """2^power in words; as a power of ten where no float holds it, or nobody reads it."""
    exponent = power * math.log10(2)
    return f"{2**power:,.3g}" if exponent < 3 else f"10^{exponent:.1f}"
