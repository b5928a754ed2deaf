"""The probability that a record has reached an error by a date, by four methods.

* `record_drift`: the log10 odds of the record's error are a random walk with drift from the last score on (the naive
  forecast with drift: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2). The
  series' own drift (its fall over its time) is drawn towards the mean of all series, the more the less its own time
  tells (empirical Bayes: Morris 1983, J. Am. Stat. Assoc. 78:47); the walk's variance is of half-year steps, its own
  and all series'. The uncertainty of the drift grows with the square of time, the walk's with time.
* `compute_growth`: the same walk, but its drift is the fall of the log10 odds for each decade of compute (reduced major
  axis through the observations) times the decades by which the records' compute grows in a year.
* `capability_growth`: the same walk, but its drift is the benchmark's discrimination times the growth of the highest
  capability of the models, which all language benchmarks tell together (`tasks.evaluate.capability`).
* `time_trend`: the yardstick. The line of least squares of the records' log10 error on time, with its prediction
  interval (Student's t), of the series alone.

A walk's probability at a date is that of lying at or below the error then; records never rise, and it never falls with
time. Of it the probability is kept back that no model ever gets there: the prior of the error below which none gets,
cut off at the record (`tasks.estimate.unreachable`; in back-tests the posterior of the fitted curve did worse). All see
the series up to the day of its last score, whatever its record's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple, Protocol

import numpy as np
from scipy import stats

from tasks.estimate.unreachable import probability_unreachable
from tasks.evaluate.baselines import per_year
from tasks.evaluate.dates.records import RecordCurve
from tasks.fit.model import Floats

LEAST_RECORDS = 3
LEAST_YEARS = 1.0
"""Records, and years from the first to the last score, from which a series has a drift."""

STEP = 0.5
"""Years of the steps whose scatter is the walk's variance."""

PRIOR_STEPS = 4
"""Steps that the variance of all series counts for beside the series' own."""

USUAL_VARIANCE = 0.05
"""Variance a year (decades squared) where no other series is known."""

LEAST_SPREAD = 0.1
"""The least standard deviation of drifts between series, decades a year."""

LEAST_OBSERVATIONS = 6
"""Fewest observations with compute from which a series' dependence on compute is taken."""

TIME_TREND = "time_trend"


class ComputePoints(NamedTuple):
    """Observations with compute of one series, by time: decimal years, log10 FLOP and log10 odds of the error."""

    year: Floats
    log10_flop: Floats
    log10_odds: Floats


class Known(NamedTuple):
    """All data known at a time: the records of all series, the observations with compute, and the yearly change of the
    log10 odds of records as capability grows."""

    curves: Mapping[str, RecordCurve]
    compute: Mapping[str, ComputePoints]
    capability_drifts: Mapping[str, float] = MappingProxyType({})


class DateForecast(Protocol):
    """A forecast of one series from the day of its last score on."""

    def probability(self, error: float, ahead: Floats) -> Floats:
        """Probability that the record is at or below an error so many years ahead."""
        ...

    def never(self, error: float) -> float:
        """Probability that no model ever gets to an error; part of what `probability` leaves open."""
        ...

    def error_ends(self, ahead: float, level: float) -> tuple[float, float]:
        """Lower and upper end of the central interval of the record's error so many years ahead."""
        ...


Method = Callable[[str, Known], DateForecast | None]
"""From a series and what is known to a forecast; None where that is not enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWalk:
    """A random walk of log10 odds with a drift that is not known exactly: a year, with standard deviation; variance."""

    curve: RecordCurve
    drift: float
    drift_sd: float
    variance: float

    def probability(self, error: float, ahead: Floats) -> Floats:
        """As `DateForecast`; at the start the record is known."""
        level = float(self.curve.log10_odds[-1])
        left = float(self.curve.odds(error)) - level - self.drift * ahead
        with np.errstate(divide="ignore", invalid="ignore"):
            found = stats.norm.cdf(left / self._sd(ahead))
        return (1 - self.never(error)) * np.where(ahead > 0, found, float(error >= self.curve.error[-1]))

    def never(self, error: float) -> float:
        """As `DateForecast`."""
        return probability_unreachable(error, float(self.curve.error[-1]), self.curve.label_errors, None)

    def error_ends(self, ahead: float, level: float) -> tuple[float, float]:
        """As `DateForecast`."""
        middle = float(self.curve.log10_odds[-1]) + self.drift * ahead
        width = stats.norm.ppf((1 + level) / 2) * float(self._sd(np.array(ahead)))
        return self.curve.error_of(middle - width), self.curve.error_of(middle + width)

    def _sd(self, ahead: Floats) -> Floats:
        return np.sqrt(self.variance * ahead + (self.drift_sd * ahead) ** 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """A line of least squares of log10 error on time, with what its prediction interval needs."""

    curve: RecordCurve
    slope: float
    residual_sd: float

    def probability(self, error: float, ahead: Floats) -> Floats:
        """As `DateForecast`; what was reached by a date stays reached."""
        middle, sd = self._prediction(ahead)
        found = stats.t.cdf((np.log10(error) - middle) / sd, len(self.curve.year) - 2)
        return np.maximum.accumulate(np.where(error >= self.curve.error[-1], 1.0, found))

    def never(self, error: float) -> float:
        """As `DateForecast`: a line knows of no floor."""
        return 0.0

    def error_ends(self, ahead: float, level: float) -> tuple[float, float]:
        """As `DateForecast`."""
        middle, sd = self._prediction(np.array([ahead]))
        width = stats.t.ppf((1 + level) / 2, len(self.curve.year) - 2) * sd[0]
        return float(10 ** (middle[0] - width)), float(10 ** (middle[0] + width))

    def _prediction(self, ahead: Floats) -> tuple[Floats, Floats]:
        year, log10_error = self.curve.year, np.log10(self.curve.error)
        off = self.curve.until + ahead - year.mean()
        spread = float(((year - year.mean()) ** 2).sum())
        sd = self.residual_sd * np.sqrt(1 + 1 / len(year) + off**2 / spread)
        return log10_error.mean() + self.slope * off, np.maximum(sd, 1e-9)


def record_drift(series: str, known: Known) -> RecordWalk | None:
    """The walk by the record's own fall, drawn towards that of all series."""
    curve = known.curves[series]
    if not _has_drift(curve):
        return None
    others = [c for name, c in known.curves.items() if name != series and _has_drift(c)]
    scatter, free = _scatter([curve])
    all_scatter, all_free = _scatter([curve, *others])
    usual = all_scatter / all_free if all_free else USUAL_VARIANCE
    variance = (scatter + PRIOR_STEPS * usual) / (free + PRIOR_STEPS)
    drift, squared_error = _drift(curve), variance / (curve.until - curve.start)
    drifts = np.array([_drift(c) for c in others])
    if len(drifts) >= LEAST_RECORDS:
        between = max(float(drifts.var()), LEAST_SPREAD**2)
        weight = between / (between + squared_error)
        drift = weight * drift + (1 - weight) * float(drifts.mean())
        squared_error *= weight
    return RecordWalk(curve=curve, drift=drift, drift_sd=float(np.sqrt(squared_error)), variance=variance)


def compute_growth(series: str, known: Known) -> RecordWalk | None:
    """The walk whose drift comes from growing compute; None where error does not fall with compute."""
    walk, points = record_drift(series, known), known.compute.get(series)
    if walk is None or points is None or len(points.year) < LEAST_OBSERVATIONS:
        return None
    grown = [_growth(p) for p in known.compute.values() if np.ptp(p.year) >= LEAST_YEARS]
    rises_together = np.cov(points.log10_flop, points.log10_odds)[0, 1] >= 0
    if not grown or rises_together:
        return None
    per_decade = -float(points.log10_odds.std() / points.log10_flop.std())
    return replace(walk, drift=per_decade * float(np.mean(grown)))


def capability_growth(series: str, known: Known) -> RecordWalk | None:
    """The walk whose drift comes from growing capability; None on benchmarks outside the capability model."""
    walk, drift = record_drift(series, known), known.capability_drifts.get(series)
    return None if walk is None or drift is None else replace(walk, drift=drift)


def time_trend(series: str, known: Known) -> TrendLine | None:
    """The baseline: a least-squares line of log10 error on time."""
    curve = known.curves[series]
    if not _has_drift(curve):
        return None
    log10_error = np.log10(curve.error)
    slope = per_year(curve.year, log10_error)
    residuals = log10_error - log10_error.mean() - slope * (curve.year - curve.year.mean())
    return TrendLine(
        curve=curve, slope=slope, residual_sd=float(np.sqrt(residuals @ residuals / (len(curve.year) - 2)))
    )


METHODS: dict[str, Method] = {
    "record_drift": record_drift,
    "compute_growth": compute_growth,
    "capability_growth": capability_growth,
    TIME_TREND: time_trend,
}
"""The first of equally good ones is published."""


def _has_drift(curve: RecordCurve) -> bool:
    return len(curve.year) >= LEAST_RECORDS and curve.until - curve.start >= LEAST_YEARS


def _drift(curve: RecordCurve) -> float:
    """Fall of the record's log10 odds a year, from its first record to its last score."""
    return float(curve.log10_odds[-1] - curve.log10_odds[0]) / (curve.until - curve.start)


def _scatter(curves: Iterable[RecordCurve]) -> tuple[float, int]:
    """Squares of the steps of records about their means, per year and summed, and the degrees of freedom."""
    steps = [np.diff(c.at(np.arange(c.start, c.until, STEP))) for c in curves]
    known = [s - s.mean() for s in steps if len(s)]
    return sum(float(s @ s) for s in known) / STEP, sum(len(s) - 1 for s in known)


def _growth(points: ComputePoints) -> float:
    """Decades a year by which the largest compute so far grew."""
    largest = np.maximum.accumulate(points.log10_flop)
    return float(largest[-1] - largest[0]) / float(np.ptp(points.year))
