"""Curves that are a straight line of a transformed error on log10 FLOP: how to read them, both ways.

Parameters begin with (intercept, slope) of performance(error) = intercept + slope log10(FLOP); what follows them is
of no account to the curve.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tasks.fit.model import Floats


@dataclass(frozen=True)
class Transform:
    """Performance as a rising function of falling error, and its inverse (NaN where no error has that performance)."""

    performance: Callable[[ArrayLike], Floats]
    error: Callable[[Floats], Floats]


def _inverse_or_nan(performance: Floats) -> Floats:
    performance = np.asarray(performance, dtype=float)
    return np.divide(1.0, performance, out=np.full_like(performance, np.nan), where=performance > 0)


POWER_LAW = Transform(performance=lambda error: -np.log10(error), error=lambda y: 10.0**-y)
"""log10(1/error): compute grows as a power of 1/error."""

EXPONENTIAL = Transform(performance=lambda error: 1.0 / np.asarray(error), error=_inverse_or_nan)
"""1/error: compute grows as an exponential of 1/error. No error where the line is at zero or below."""

POINTS = Transform(performance=lambda error: -np.asarray(error), error=lambda y: np.where(y < 0, -y, np.nan))
"""-error: the same points for every decade of compute. No error where the line has reached zero."""


def error_at(transform: Transform) -> Callable[[Floats, Floats], Floats]:
    """The face's `error_at`: parameters (R, k) and log10 FLOP (m,) to the error (R, m)."""

    def at(parameters: Floats, log10_flop: Floats) -> Floats:
        return transform.error(parameters[:, :1] + parameters[:, 1:2] * np.asarray(log10_flop, dtype=float))

    return at


def log10_flop_at(transform: Transform) -> Callable[[Floats, float], Floats]:
    """The face's `log10_flop_at`: parameters (R, k) and an error to log10 FLOP (R,); +inf without a rise."""

    def at(parameters: Floats, error: float) -> Floats:
        return reach(float(transform.performance(error)), parameters[:, 0], parameters[:, 1])

    return at


def reach(performance: float | Floats, intercept: Floats, slope: Floats) -> Floats:
    """Where rising lines reach a performance, all (R,): +inf where the slope is zero or less, NaN where it is NaN."""
    gap = performance - intercept
    x = np.divide(gap, slope, out=np.full_like(slope, np.inf), where=slope > 0)
    return np.where(np.isnan(slope) | np.isnan(gap), np.nan, x)
