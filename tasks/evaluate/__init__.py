"""Evaluate: what fits said before held against what came after, and the ledger of what was published.

`evaluate` makes the back-tests, their scores and the choice of the headline's estimator; the ledger is in `ledger`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from schemas.rows.evaluation import BacktestPrediction, BacktestScore
from tasks.evaluate.backtest import FIRST_ORIGIN, REPLICATES, EstimatorsOf, Recipe, backtest
from tasks.evaluate.headline import Headline, choose, with_standing
from tasks.evaluate.scores import score
from tasks.evaluate.yardstick import NO_CHANGE

__all__ = ["Evaluation", "Headline", "evaluate"]

RECIPE_PARAMETERS = 2
"""Each of the study's recipes is a straight line."""


class Evaluation(NamedTuple):
    """Back-tests, their scores, and the choice that the scores lead to."""

    backtests: list[BacktestPrediction]
    scores: list[BacktestScore]
    headline: Headline


def evaluate(
    observations: pd.DataFrame,
    estimators_of: EstimatorsOf,
    recipes: Mapping[str, Recipe],
    replicates: int = REPLICATES,
    seed: int = 0,
    first_origin: int = FIRST_ORIGIN,
) -> Evaluation:
    """Back-test the estimators and the study's recipes, score them, and choose the headline's.

    Args:
        observations: Columns of core_observations.
        estimators_of: From a series and its metric to its estimators (the same names for all series).
        recipes: The study's recipes by name.
        replicates: Resamples of each fit.
        seed: Seeds everything that is drawn.
        first_origin: The first year at whose end a fit is made.
    """
    backtests = backtest(
        observations,
        lambda series, metric: (*estimators_of(series, metric), NO_CHANGE),
        recipes,
        replicates,
        seed,
        first_origin,
    )
    scores = score(backtests, seed)
    parameters = dict.fromkeys(recipes, RECIPE_PARAMETERS)
    faults: dict[str, str] = {}
    for series, metric in sorted({(b.benchmark, b.metric) for b in backtests}):
        parameters |= {e.name: len(e.parameters) for e in estimators_of(series, metric)}
        faults |= {e.name: e.fault for e in estimators_of(series, metric) if e.fault}
    headline = choose(scores, parameters, faults)
    return Evaluation(backtests, with_standing(scores, headline), headline)
