"""All estimators by name, and the one function that runs them over a frame of observations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from schemas.rows.what_if import DEFAULT_CONFIDENCE
from tasks.fit import bootstrap
from tasks.fit.estimator import Estimator
from tasks.fit.estimators import (
    directions,
    forms,
    frontier,
    progress,
    random_effects,
    study_exponential,
    study_power_law,
)
from tasks.fit.model import Fit, FitRefused, Refusal
from tasks.fit.sample import MIN_POINTS, Sample, sample_of, used_in_fits

RECIPES: dict[str, Callable[[Sample, float], Fit]] = {
    study_power_law.NAME: study_power_law.fit,
    study_exponential.NAME: study_exponential.fit,
}
"""The study's own recipes, with the analytic intervals of ordinary least squares."""

ErrorFloors = Mapping[tuple[str, str], float]
"""Share of wrong labels (a fraction) by series and metric, where known."""


def estimators_for(error_floor: float | None, guess_error: float = 1.0) -> tuple[Estimator, ...]:
    """All estimators with bootstrapped intervals; forms with a floor take the known share of wrong labels as prior."""
    return (
        *directions.ESTIMATORS,
        *forms.estimators_for(error_floor, guess_error),
        *frontier.ESTIMATORS,
        *progress.ESTIMATORS,
        *random_effects.ESTIMATORS,
    )


ESTIMATORS: tuple[str, ...] = (*RECIPES, *(e.name for e in estimators_for(None)))
"""Names of all, in the order of tables: the study's recipes first."""


@dataclass(frozen=True)
class Fitted:
    """What became of every series and estimator: fits, and the refusals with reasons."""

    fits: list[Fit]
    refusals: list[Refusal]
    confidence_level: float


Samples = Callable[[bool], Sample]
"""The sample of one series, or, where years are needed, the part of it whose years are known. Raises FitRefused."""

Method = Callable[[Samples, float], Fit]
"""From samples and confidence level to a fit. Raises FitRefused."""


def _samples(rows: pd.DataFrame, min_points: int) -> Samples:
    """Each sample is made once for all estimators that ask for it."""

    @cache
    def sample(needs_years: bool) -> Sample:
        return sample_of(rows[rows["year"].notna()] if needs_years else rows, min_points)

    return sample


def _methods(error_floor: float | None, guess_error: float, replicates: int) -> dict[str, Method]:
    """Every estimator by name."""

    def analytic(recipe: Callable[[Sample, float], Fit]) -> Method:
        return lambda samples, level: recipe(samples(False), level)

    def drawn(estimator: Estimator) -> Method:
        def fit(samples: Samples, level: float) -> Fit:
            sample = samples(estimator.needs_years)
            # Seeded by the content: all estimators see the same replicates, and see them again on another day.
            rng = np.random.default_rng(int(sample.input_hash, 16))
            return bootstrap.fit_with_intervals(estimator, sample, replicates, rng, level, (error_floor, guess_error))

        return fit

    return {
        **{name: analytic(recipe) for name, recipe in RECIPES.items()},
        **{e.name: drawn(e) for e in estimators_for(error_floor, guess_error)},
    }


def fit_all(
    observations: pd.DataFrame,
    confidence_level: float = DEFAULT_CONFIDENCE,
    min_points: int = MIN_POINTS,
    replicates: int = bootstrap.REPLICATES,
    error_floors: ErrorFloors | None = None,
    guess_errors: ErrorFloors | None = None,
) -> Fitted:
    """Fit every estimator to every series in the rows with `in_fit` true (columns of core_observations).

    Series and estimators come in a fixed order whatever the order of rows, and the same observations give the same
    figures, whatever else is fitted. Nothing raises: what cannot be fitted is among the refusals.

    Args:
        observations: columns of core_observations (see `sample_of` for those read).
        confidence_level: of all intervals, between 0 and 1 (exclusive).
        min_points: observations below which no estimator fits; some ask for more.
        replicates: bootstrap replicates behind each interval that is not analytic.
        error_floors: known shares of wrong labels.
        guess_errors: errors of a guess, 1 where not given.

    Raises:
        ValueError: the confidence level is not between 0 and 1 (exclusive), or no replicate is asked for.
    """
    if not 0 < confidence_level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {confidence_level}")
    if replicates < 1:
        raise ValueError(f"at least one bootstrap replicate is needed, not {replicates}")
    fits: list[Fit] = []
    refusals: list[Refusal] = []
    used = used_in_fits(observations)
    for name, rows in used.groupby("series", sort=True):
        series, metric = str(name), str(rows["metric"].iloc[0])
        samples = _samples(rows, min_points)
        floor, guess = (error_floors or {}).get((series, metric)), (guess_errors or {}).get((series, metric), 1.0)
        for estimator, fit in _methods(floor, guess, replicates).items():
            try:
                fits.append(fit(samples, confidence_level))
            except FitRefused as refused:
                refusals.append(Refusal(series, metric, estimator, len(rows), refused.reason))
    return Fitted(fits, refusals, confidence_level)
