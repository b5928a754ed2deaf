"""Observations out of all proportion: far from a robust line through the other observations of their series.

Among what a machine reads in papers such a point is more often a misreading than a discovery: an error taken for an
accuracy, another benchmark's column, compute that leaves a training out. It waits until a person has looked. The line
is that of Theil and Sen (P. K. Sen 1968, J. Am. Stat. Assoc. 63:1379-1389), of log10 error on log10 FLOP: more than a
quarter of the points may be wrong before it follows them. It is cut off at the error of a guess, which the smallest
models make. The scatter about it is the median absolute deviation.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from schemas.codes import Coded
from schemas.codes.matching import Exclusion
from tasks.match.candidate import FitCandidate
from tasks.reference.benchmarks import chance_levels

Floats = npt.NDArray[np.float64]

ENOUGH_OTHERS = 8
"""Other observations in the fit without which a series has no line to judge by."""

DEVIATIONS = 4.0
"""Robust standard deviations that a point of a long series may be off; of a short one more (`_limit`)."""

MEDIAN_DEVIATION = float(stats.norm.ppf(0.75))
"""The median absolute deviation of the normal distribution, in its standard deviations."""

MOST_POINTS = 1_000
"""Points of a series through which its line goes, where it has more: their slopes are as many as pairs of them."""

LEAST_SPREAD = 1e-6
"""Decades of compute, or of scatter about the line, below which all points count as one: nothing is judged by them."""


def out_of_proportion(in_fit: Iterable[FitCandidate], judged: Iterable[str]) -> dict[str, Coded[Exclusion]]:
    """Why observations wait for review, by their id.

    Args:
        in_fit: The observations that the fits would use.
        judged: Ids of those that may be out of proportion: what a machine read. The others are points of the lines.
    """
    of_series: dict[str, list[FitCandidate]] = defaultdict(list)
    for row in in_fit:
        of_series[row.series].append(row)
    ids = frozenset(judged)
    found: dict[str, Coded[Exclusion] | None] = {}
    for same in of_series.values():
        series = _Series(same)
        found |= {row.observation_id: series.why_out(row) for row in same if row.observation_id in ids}
    return {observation_id: why for observation_id, why in found.items() if why}


class _Series:
    """The points of a series, and the robust line through all of them but the one that is judged."""

    def __init__(self, rows: Sequence[FitCandidate]) -> None:
        # Ids are hashes: the first of them are a sample.
        points = rows if len(rows) <= MOST_POINTS else sorted(rows, key=lambda r: r.observation_id)[:MOST_POINTS]
        self._place = {r.observation_id: place for place, r in enumerate(points)}
        self._x, self._y = np.log10([(r.training_flop, r.error) for r in points]).T
        self._slopes = _Slopes(self._x, self._y)

    def why_out(self, row: FitCandidate) -> Coded[Exclusion] | None:
        """Why an observation is out of all proportion to the others; None where it is not, or they cannot tell."""
        place = self._place.get(row.observation_id)
        line = self._whole if place is None else self._line_without(place)
        if line is None:
            return None
        at = math.log10(row.training_flop)
        of_a_guess = math.log10(1 - chance_levels().get((row.benchmark, row.metric), 0.0))
        expected = min(line.intercept + line.slope * at, of_a_guess)
        of_a_new_point = line.scatter * math.sqrt(1 + 1 / line.points + (at - line.middle) ** 2 / line.spread)
        deviations = float(abs(math.log10(row.error) - expected) / of_a_new_point)
        limit = _limit(line.points)
        if deviations <= limit:
            return None
        figures = {"deviations": deviations, "limit": limit, "expected": 100 * (1 - 10**expected)}
        rounded = {name: round(float(value), 2) for name, value in figures.items()}
        return Coded.of(Exclusion.OUT_OF_PROPORTION, **rounded, others=line.points)

    @cached_property
    def _whole(self) -> "_Line | None":
        return self._line_without(None)

    def _line_without(self, place: int | None) -> "_Line | None":
        """The line through all points but this one; None where they are too few or too much alike."""
        x, y = (self._x, self._y) if place is None else (np.delete(self._x, place), np.delete(self._y, place))
        if len(x) < ENOUGH_OTHERS or np.ptp(x) < LEAST_SPREAD:
            return None
        slope = self._slopes.median_without(place)
        intercept = np.median(y - slope * x)
        off = y - intercept - slope * x
        scatter = np.median(np.abs(off - np.median(off))) / MEDIAN_DEVIATION
        if scatter < LEAST_SPREAD:
            return None
        return _Line(slope, intercept, scatter, len(x), x.mean(), ((x - x.mean()) ** 2).sum())


class _Line(NamedTuple):
    """A robust line of log10 error on log10 FLOP, the scatter about it, and where its points lie on the x-axis."""

    slope: float
    intercept: float
    scatter: float
    points: int
    middle: float
    spread: float


class _Slopes:
    """The slopes between all pairs of points, sorted once, of which each point's own can be left out."""

    def __init__(self, x: Floats, y: Floats) -> None:
        right, left = np.nonzero(x[:, None] > x)
        slopes = (y[right] - y[left]) / (x[right] - x[left])
        order = np.argsort(slopes)
        self._sorted = slopes[order]
        ends = np.concatenate([right[order], left[order]])
        by_point = np.argsort(ends, kind="stable")
        self._ranks = np.split(by_point % max(len(order), 1), np.searchsorted(ends[by_point], np.arange(1, len(x))))

    def median_without(self, point: int | None) -> float:
        """The median slope between all points but this one: the slope of Theil and Sen."""
        gone = np.sort(self._ranks[point]) if point is not None else np.empty(0, dtype=np.int64)
        n = len(self._sorted) - len(gone)
        middle = np.arange((n - 1) // 2, n // 2 + 1)
        # Of what is left the n-th stands behind as many of those gone as lie before it.
        places = middle + np.searchsorted(gone - np.arange(len(gone)), middle, side="right")
        return float(np.mean(self._sorted[places]))


@cache
def _limit(others: int) -> float:
    """Deviations as rare in Student's t with two degrees of freedom less than points as `DEVIATIONS` are in the normal
    distribution: the fewer the points, the less surely line and scatter are known."""
    return float(stats.t.isf(stats.norm.sf(DEVIATIONS), others - 2))
