"""All estimators by name, and the one function that runs them over a frame of observations."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.fit import bootstrap, directions, forms, frontier, progress, structure, study_exponential, study_power_law
from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Fit, FitRefused, Refusal
from tasks.fit.sample import MIN_POINTS, Sample, sample_of

RECIPES: dict[str, Callable[[Sample, float], Fit]] = {
    study_power_law.NAME: study_power_law.fit,
    study_exponential.NAME: study_exponential.fit,
}
"""The study's own recipes, with the analytic intervals of ordinary least squares."""

DEFAULT_CONFIDENCE = 0.90

ErrorFloors = Mapping[tuple[str, str], float]
"""Share of wrong labels (a fraction) by series and metric, where known."""


def estimators_for(error_floor: float | None) -> tuple[Estimator, ...]:
    """All estimators with bootstrapped intervals; forms with a floor take the known share of wrong labels as prior."""
    return (
        *directions.ESTIMATORS,
        *forms.estimators_for(error_floor),
        *frontier.ESTIMATORS,
        *progress.ESTIMATORS,
        *structure.ESTIMATORS,
    )


ESTIMATORS: tuple[str, ...] = (*RECIPES, *(e.name for e in estimators_for(None)))
"""Names of all, in the order of tables: the study's recipes first."""


@dataclass(frozen=True)
class Fitted:
    """What became of every series and estimator: fits, and the refusals with reasons."""

    fits: list[Fit]
    refusals: list[Refusal]
    confidence_level: float


class _Resampler:
    """Samples of one series and their replicates, made once for all estimators that ask for the same."""

    def __init__(self, rows: pd.DataFrame, min_points: int, replicates: int) -> None:
        self._rows = rows
        self._min_points = min_points
        self._replicates = replicates
        self._made: dict[bool, Sample | FitRefused] = {}
        self._drawn: dict[bool, Batch] = {}

    def sample(self, with_years: bool = False) -> Sample:
        """The sample, or the part of it whose years are known.

        Raises:
            FitRefused: the observations carry no fit (see `sample_of`).
        """
        if with_years not in self._made:
            rows = self._rows[self._rows["year"].notna()] if with_years else self._rows
            try:
                self._made[with_years] = sample_of(rows, self._min_points)
            except FitRefused as refused:
                self._made[with_years] = refused
        made = self._made[with_years]
        if isinstance(made, FitRefused):
            raise made
        return made

    def resamples(self, with_years: bool = False) -> Batch:
        """Replicates of the sample; the same observations give the same replicates."""
        if with_years not in self._drawn:
            sample = self.sample(with_years)
            rng = np.random.default_rng(int(sample.input_hash, 16))
            self._drawn[with_years] = bootstrap.resample(sample, self._replicates, rng)
        return self._drawn[with_years]


def fit_series(
    estimator: str,
    observations: pd.DataFrame,
    confidence_level: float = DEFAULT_CONFIDENCE,
    replicates: int = bootstrap.REPLICATES,
    error_floor: float | None = None,
) -> Fit:
    """Fit one estimator to the observations of one series.

    Raises:
        FitRefused: the observations cannot carry the fit (see `sample_of` and `bootstrap.draw`).
        KeyError: no estimator of that name.
    """
    data = _Resampler(observations, MIN_POINTS, replicates)
    return _methods(error_floor)[estimator](data, confidence_level)


Method = Callable[[_Resampler, float], Fit]


def _methods(error_floor: float | None) -> dict[str, Method]:
    """Every estimator, by name, as a function from data and level to a fit."""

    def analytic(recipe: Callable[[Sample, float], Fit]) -> Method:
        return lambda data, level: recipe(data.sample(), level)

    def drawn(estimator: Estimator) -> Method:
        def fit(data: _Resampler, level: float) -> Fit:
            sample = data.sample(estimator.needs_years)
            bootstrap.refuse_unfit(estimator, sample)
            return bootstrap.fit_with_intervals(estimator, sample, data.resamples(estimator.needs_years), level)

        return fit

    return {name: analytic(recipe) for name, recipe in RECIPES.items()} | {
        e.name: drawn(e) for e in estimators_for(error_floor)
    }


def fit_all(
    observations: pd.DataFrame,
    confidence_level: float = DEFAULT_CONFIDENCE,
    min_points: int = MIN_POINTS,
    replicates: int = bootstrap.REPLICATES,
    error_floors: ErrorFloors | None = None,
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

    Raises:
        ValueError: the confidence level is not between 0 and 1 (exclusive), or no replicate is asked for.
    """
    if not 0 < confidence_level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {confidence_level}")
    if replicates < 1:
        raise ValueError(f"at least one bootstrap replicate is needed, not {replicates}")
    fits: list[Fit] = []
    refusals: list[Refusal] = []
    used = observations[observations["in_fit"].fillna(False).astype(bool)]
    for name, rows in used.groupby("series", sort=True):
        series, metric = str(name), str(rows["metric"].iloc[0])
        data = _Resampler(rows, min_points, replicates)
        for outcome in _outcomes(data, series, metric, len(rows), confidence_level, error_floors or {}):
            (fits if isinstance(outcome, Fit) else refusals).append(outcome)  # type: ignore[arg-type]
    return Fitted(fits, refusals, confidence_level)


def _outcomes(
    data: _Resampler, series: str, metric: str, n: int, confidence_level: float, error_floors: ErrorFloors
) -> Iterator[Fit | Refusal]:
    for estimator, fit in _methods(error_floors.get((series, metric))).items():
        try:
            yield fit(data, confidence_level)
        except FitRefused as refused:
            yield Refusal(series, metric, estimator, n, refused.reason, refused.status)
