"""What every estimator hands on: a fit with its intervals, or a refusal with its reason."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class FitRefused(ValueError):
    """The observations cannot carry this fit; `reason` says why, in words a reader understands."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Refusal:
    """One estimator that would not fit one series, and why."""

    series: str
    metric: str
    estimator: str
    n: int
    reason: str


@dataclass(frozen=True)
class Interval:
    """A value with the ends of its interval; an end that is unbounded is None."""

    value: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Band:
    """A curve with its interval, point by point: three arrays of one shape; NaN where the curve is not defined."""

    value: Floats
    lower: Floats
    upper: Floats


class Curve(Protocol):
    """How error and compute depend on each other by one fit. Compute is log10 of FLOP, error a fraction."""

    def predict_error(self, log10_flop: ArrayLike) -> Band:
        """Mean error at the given compute, with its confidence interval."""
        ...

    def log10_flop_at(self, error: float) -> Interval:
        """Compute at which the mean curve reaches the error, with its confidence interval."""
        ...


@dataclass(frozen=True)
class Fit:
    """One estimator fitted to one series: the columns of `out_fits`, and the curve behind them.

    Slope and intercept are those of the transformed performance on log10 FLOP (see the estimator's module).
    """

    fit_id: str
    series: str
    metric: str
    estimator: str
    n: int
    n_papers: int
    slope: Interval
    intercept: Interval
    r_squared: float
    residual_sd: float
    confidence_level: float
    implied_power: Interval | None
    log10_flop_min: float
    log10_flop_max: float
    year_min: int | None
    year_max: int | None
    input_hash: str
    curve: Curve

    def predict_error(self, log10_flop: ArrayLike) -> Band:
        """Mean error (fraction) at the given compute (log10 FLOP, any shape), with its confidence interval."""
        return self.curve.predict_error(log10_flop)

    def log10_flop_at(self, error: float) -> Interval:
        """Compute (log10 FLOP) that the fit asks for an error (fraction, between 0 and 1, exclusive).

        Raises:
            ValueError: the error is out of range, or the curve is flat.
        """
        return self.curve.log10_flop_at(error)

    @property
    def has_slope(self) -> bool:
        """True when accuracy rises with compute beyond doubt at the fit's confidence level."""
        return self.slope.lower is not None and self.slope.lower > 0
