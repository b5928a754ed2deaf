"""How fast capability grows, and what that makes of the records of the benchmarks that it lies behind."""

import math
from collections.abc import Iterable, Mapping

import numpy as np

from tasks.evaluate.capability.grid import Series, grid_of
from tasks.evaluate.capability.latent import fit_latent
from tasks.match.model_scores import ModelScore

LEAST_YEARS = 1.0
"""Years from the first to the last model from which capability has a growth."""


def record_drifts(
    rows: Iterable[ModelScore],
    first_scored: Mapping[str, float],
    chances: Mapping[Series, float],
    error_floors: Mapping[Series, float],
) -> dict[str, float]:
    """By series, the change a year of the log10 odds of its record's error: discrimination times growth.

    The growth is that of the highest capability so far, from the first model to the last.

    Args:
        rows: One score of each model and benchmark.
        first_scored: By key of a model, the decimal year by which it was first scored.
        chances: Scores of a guess, where known.
        error_floors: Shares of wrong labels, where known.
    """
    grid = grid_of((row for row in rows if row.model_key in first_scored), chances, error_floors)
    years = np.array([first_scored[key] for key in grid.models])
    if not grid.rows or np.ptp(years) < LEAST_YEARS:
        return {}
    fit = fit_latent(grid.scores)
    highest = np.maximum.accumulate(fit.capability[np.argsort(years, kind="stable")])
    growth = float(highest[-1] - highest[0]) / float(np.ptp(years))
    return {
        series: -float(slope) * growth / math.log(10) for (series, _), slope in zip(grid.series, fit.slope, strict=True)
    }
