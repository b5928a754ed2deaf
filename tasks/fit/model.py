"""What every estimator hands on: a fit with its intervals, or a refusal with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from schemas.codes import Coded, Parameter
from schemas.codes.evaluation import FitReason
from schemas.rows import Limits
from tasks.wording import words

Floats = NDArray[np.float64]


class FitRefused(ValueError):
    """The observations cannot carry this fit; `reason` says why."""

    def __init__(self, code: FitReason, **parameters: Parameter):
        self.reason = Coded.of(code, **parameters)
        super().__init__(words(self.reason))


@dataclass(frozen=True)
class Refusal:
    """One estimator that would not fit one series, and why."""

    series: str
    metric: str
    estimator: str
    n: int
    reason: Coded[FitReason]


@dataclass(frozen=True)
class Interval:
    """A value with the ends of its interval; an end that is unbounded is None."""

    value: float
    lower: float | None
    upper: float | None

    @property
    def limits(self) -> Limits:
        """The interval as rows hold it."""
        return Limits(self.value, self.lower, self.upper)

    def plus(self, value: float, lower: float, upper: float) -> "Interval":
        """The sum, end by end; an unbounded end stays unbounded."""
        ends = ((self.lower, lower), (self.upper, upper))
        return Interval(self.value + value, *(None if end is None else end + more for end, more in ends))


def finite_or_none(value: float) -> float | None:
    """A figure as rows hold it: they hold neither NaN nor infinity."""
    return float(value) if np.isfinite(value) else None


def limits_of(interval: Interval | None) -> Limits:
    """An interval as rows hold it; all empty without one."""
    return interval.limits if interval else Limits()


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

    Attributes:
        parameters: Each parameter of the form with its interval; `units` gives the unit of each ("" for none).
        rise: How fast performance rises, per decade of compute: the slope of a straight line of transformed
            performance; for other forms the mean fall of log10 error over the data.
        slope, intercept: Of the transformed performance on log10 FLOP, where the form is such a line.
        r_squared, residual_sd: Of the transformed performance, where the estimator is least squares.
        implied_power: Local power p of compute ~ (1/error)^p at the upper end of the data; None where the curve does
            not fall there.
        floor: The error that the form says no compute gets below; None where the form has none.
        floor_draws: That error in the replicates, where there are any.
        replicates: Bootstrap replicates behind the intervals; None where they are analytic.
    """

    fit_id: str
    series: str
    metric: str
    estimator: str
    title: str
    kind: str
    n: int
    n_papers: int
    parameters: Mapping[str, Interval]
    units: Mapping[str, str]
    rise: Interval
    confidence_level: float
    implied_power: Interval | None
    log10_flop_min: float
    log10_flop_max: float
    year_min: int | None
    year_max: int | None
    input_hash: str
    curve: Curve = field(repr=False)
    r_squared: float | None = None
    residual_sd: float | None = None
    floor: Interval | None = None
    floor_draws: Floats | None = field(default=None, repr=False)
    replicates: int | None = None

    def predict_error(self, log10_flop: ArrayLike) -> Band:
        """Mean error (fraction) at the given compute (log10 FLOP, any shape), with its confidence interval."""
        return self.curve.predict_error(log10_flop)

    def log10_flop_at(self, error: float) -> Interval:
        """Compute (log10 FLOP) that the fit asks for an error (fraction, between 0 and 1, exclusive).

        The value is infinite where the curve never falls to the error.

        Raises:
            ValueError: the error is out of range, or a line is flat.
        """
        return self.curve.log10_flop_at(error)

    @property
    def slope(self) -> Interval | None:
        """Slope of the transformed performance per decade of compute, where the form is a line."""
        return self.parameters.get("slope")

    @property
    def intercept(self) -> Interval | None:
        """Transformed performance at one FLOP, where the form is a line."""
        return self.parameters.get("intercept")

    @property
    def rises(self) -> bool:
        """True when accuracy rises with compute beyond doubt at the fit's confidence level."""
        return self.rise.lower is not None and self.rise.lower > 0
