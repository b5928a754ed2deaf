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

import numpy as np
from scipy import stats

from schemas.codes import Coded
from schemas.codes.matching import Exclusion
from schemas.rows.observations import Observation
from tasks.reference.benchmarks import chance_levels

ENOUGH_OTHERS = 8
"""Other observations in the fit without which a series has no line to judge by."""

DEVIATIONS = 4.0
"""Robust standard deviations that a point of a long series may be off; of a short one more (`_limit`)."""

LEAST_SPREAD = 1e-6
"""Decades of compute, or of scatter about the line, below which all points count as one: nothing is judged by them."""


def out_of_proportion(in_fit: Iterable[Observation], judged: Iterable[str]) -> dict[str, Coded[Exclusion]]:
    """Why observations wait for review, by their id.

    Args:
        in_fit: The observations that the fits would use.
        judged: Ids of those that may be out of proportion: what a machine read. The others are points of the lines.
    """
    of_series: dict[str, list[Observation]] = defaultdict(list)
    for row in in_fit:
        of_series[row.series].append(row)
    ids = frozenset(judged)
    found = {
        row.observation_id: _why_out(row, [r for r in same if r is not row])
        for same in of_series.values()
        for row in same
        if row.observation_id in ids
    }
    return {observation_id: why for observation_id, why in found.items() if why}


def _why_out(row: Observation, others: Sequence[Observation]) -> Coded[Exclusion] | None:
    """Why an observation is out of all proportion to others; None where it is not, or they cannot tell."""
    if len(others) < ENOUGH_OTHERS:
        return None
    x, y = np.log10([(r.training_flop, r.error) for r in others]).T
    if np.ptp(x) < LEAST_SPREAD:
        return None
    line = stats.theilslopes(y, x, method="joint")
    scatter = stats.median_abs_deviation(y - line.intercept - line.slope * x, scale="normal")
    if scatter < LEAST_SPREAD:
        return None
    at = math.log10(row.training_flop)
    of_a_guess = math.log10(1 - chance_levels().get((row.benchmark, row.metric), 0.0))
    expected = min(line.intercept + line.slope * at, of_a_guess)
    of_a_new_point = scatter * math.sqrt(1 + 1 / len(x) + (at - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum())
    deviations = float(abs(math.log10(row.error) - expected) / of_a_new_point)
    limit = _limit(len(others))
    if deviations <= limit:
        return None
    figures = {"deviations": deviations, "limit": limit, "expected": 100 * (1 - 10**expected)}
    rounded = {name: round(float(value), 2) for name, value in figures.items()}
    return Coded.of(Exclusion.OUT_OF_PROPORTION, **rounded, others=len(others))


def _limit(others: int) -> float:
    """Deviations as rare in Student's t with two degrees of freedom less than points as `DEVIATIONS` are in the normal
    distribution: the fewer the points, the less surely line and scatter are known."""
    return float(stats.t.isf(stats.norm.sf(DEVIATIONS), others - 2))
