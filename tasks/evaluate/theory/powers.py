"""Theory beside practice: the least power of computation that theory asks for, and the one that the data show.

An error k times smaller takes computation k^p. Thompson et al. (arXiv 2007.05558, on the theory; IEEE Spectrum, October
2021) give two lower bounds of p:

- *statistics*, p = 2: estimates sharpen as the square root of the data, so k times better takes k^2 data points, and a
  model of fixed size takes computation in proportion to them;
- *overparameterised*, p = 4: parameters must grow as the data do, and training costs the product of the two.

Practice is `implied_power` of `out_fits`: compute ~ (1/error)^p, error a fraction.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

THEORIES: dict[str, float] = {"statistics": 2.0, "overparameterised": 4.0}
"""Power of k that computation grows with at least, by theory."""


class Power(NamedTuple):
    """A fitted power with its interval; None where the error does not fall with compute, or an end is unbounded."""

    value: float | None
    lower: float | None
    upper: float | None


def beside_practice(fits: pd.DataFrame, estimators: Sequence[str]) -> list[dict[str, Any]]:
    """Every fit of the estimators named beside every theory: rows of `out_theory`.

    Args:
        fits: columns of out_fits.
        estimators: names of estimators whose curve is a power law, the study's recipe and the headline's, say; rows
            come in their order. An estimator without fits gives no rows.
    """
    rows = []
    for estimator in dict.fromkeys(estimators):  # the headline may be the study's own
        for fit in fits[fits["estimator"] == estimator].sort_values(["benchmark", "metric"]).to_dict("records"):
            power = Power(*(_number(fit[f"implied_power{end}"]) for end in ("", "_lower", "_upper")))
            rows += [_row({str(k): v for k, v in fit.items()}, power, theory) for theory in THEORIES]
    return rows


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _row(fit: dict[str, Any], power: Power, theory: str) -> dict[str, Any]:
    least = THEORIES[theory]
    return {
        **{name: fit[name] for name in ("benchmark", "metric", "estimator", "n")},
        "confidence_level": _number(fit["confidence_level"]),
        "theory": theory,
        "theory_power": least,
        "implied_power": power.value,
        "implied_power_lower": power.lower,
        "implied_power_upper": power.upper,
        "power_ratio": power.value / least if power.value is not None else None,
        "verdict": verdict(power, least),
        "statement": statement(power, least),
    }


def verdict(power: Power, least: float) -> str:
    """Where practice stands (of THEORY_VERDICTS): its whole interval above the bound, below it, or across it."""
    if power.value is None:
        return "no_power"
    if power.lower is not None and power.lower > least:
        return "dearer"
    if power.upper is not None and power.upper < least:
        return "cheaper"
    return "in_line"


def statement(power: Power, least: float) -> str:
    """The comparison in one sentence, with what a halved error costs by either."""
    if power.value is None:
        return f"theory asks for k^{least:g}; in these data the error does not fall as compute grows"
    lower = f"k^{power.lower:.1f}" if power.lower is not None else "an unbounded end"
    upper = f"k^{power.upper:.1f}" if power.upper is not None else "an unbounded end"
    how = {"dearer": "dearer than", "cheaper": "cheaper than", "in_line": "not told apart from"}[verdict(power, least)]
    return (
        f"practice is k^{power.value:.1f} ({lower} to {upper}), {how} theory's k^{least:g}:"
        f" half the error takes {_times(power.value)} times the compute, by theory {2**least:g}"
    )


def _times(power: float) -> str:
    """2^power in words; as a power of ten where no float holds it, or nobody reads it."""
    exponent = power * math.log10(2)
    return f"{2**power:,.3g}" if exponent < 3 else f"10^{exponent:.1f}"
