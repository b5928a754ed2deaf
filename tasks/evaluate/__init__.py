"""Evaluate: what fits said before held against what came after, and the ledger of what was published.

`evaluate` makes the back-tests, their scores and the choice of the headline's estimator; the ledger is in `ledger`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from schemas.rows.evaluation import BacktestPrediction, BacktestScore, Calibration
from tasks.evaluate.backtest import FIRST_ORIGIN, REPLICATES, EstimatorsOf, Recipe, backtest
from tasks.evaluate.calibration import calibrate
from tasks.evaluate.headline import Headline, choose_by_domain, with_headline_status
from tasks.evaluate.scores import score
from tasks.reference.headline_choices import headline_choices

__all__ = ["Evaluation", "Headline", "evaluate"]

RECIPE_PARAMETERS = 2
"""Each of the study's recipes is a straight line."""


class Evaluation(NamedTuple):
    """Back-tests, their scores, what they say of intervals, and the choices that they lead to, by domain."""

    backtests: list[BacktestPrediction]
    scores: list[BacktestScore]
    calibrations: list[Calibration]
    headlines: dict[str, Headline]


def evaluate(
    observations: pd.DataFrame,
    estimators_of: EstimatorsOf,
    recipes: Mapping[str, Recipe],
    replicates: int = REPLICATES,
    seed: int = 0,
    first_origin: int = FIRST_ORIGIN,
) -> Evaluation:
    """Back-test the estimators and the study's recipes, score them, and choose each domain's headline.

    Args:
        observations: Columns of core_observations.
        estimators_of: From a series and its metric to its estimators (the same names for all series).
        recipes: The study's recipes by name.
        replicates: Resamples of each fit.
        seed: Seeds everything that is drawn.
        first_origin: The first year at whose end a fit is made.
    """
    backtests = backtest(observations, estimators_of, recipes, replicates, seed, first_origin)
    parameters = dict.fromkeys(recipes, RECIPE_PARAMETERS)
    faults: dict[str, str] = {}
    for series, metric in sorted({(b.series, b.metric) for b in backtests}):
        parameters |= {e.name: len(e.parameters) for e in estimators_of(series, metric)}
        faults |= {e.name: e.fault for e in estimators_of(series, metric) if e.fault}
    headlines = choose_by_domain(backtests, parameters, faults, headline_choices(), seed)
    scores = with_headline_status(score(backtests, seed), headlines, {b.series: b.domain for b in backtests})
    return Evaluation(backtests, scores, calibrate(backtests), headlines)
