"""Who tells its compute: estimates weighted so that the models that do stand for those that do not.

Compute is told of a part of the models that are scored, and not at random: of late it is told less, and of the best
least. A logistic regression on year and error gives each scored model its probability of being in the fit; the fit is
then made anew with each observation weighted by the inverse of it (Horvitz and Thompson 1952, JASA 47:663-685).
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pandas as pd
from statsmodels.discrete.discrete_model import Logit

from schemas.rows.evaluation import DisclosureWeighting
from tasks.estimate.extrapolate import Target
from tasks.evaluate.sensitivity.chosen_rows import Series, estimate_target, outcome, targets_with_series, with_weights
from tasks.evaluate.sensitivity.influence import EstimatorsFor
from tasks.fit.model import Floats, finite_or_none
from tasks.match.model_scores import ModelScore
from tasks.reference.benchmarks import whole_series

LEAST = 10
"""Models with compute, and as many without, from which the regression is made."""

LEAST_PROBABILITY = 0.05
"""Probabilities below count as this, so that no one model stands for more than twenty (a usual bound: Cole and Hernán
2008, Am J Epidemiol 168:656-664, on truncated weights)."""


def disclosure_rows(
    observations: pd.DataFrame, scored: Iterable[ModelScore], estimators_for: EstimatorsFor, targets: Iterable[Target]
) -> list[DisclosureWeighting]:
    """For every target and estimator the compute as it is, and weighted for who discloses compute.

    Args:
        observations: Columns of core_observations; rows with `in_fit` true count.
        scored: One score of each model and benchmark, whether its compute is known or not.
        estimators_for: From series and metric to estimators; a short list will do.
        targets: Errors aimed at.

    Series on which fewer than `LEAST` models tell their compute, or do not, have no row.
    """
    found: list[DisclosureWeighting] = []
    by_benchmark = _by_benchmark(scored)
    for target, series in targets_with_series(observations, targets):
        there = by_benchmark.get((whole_series(target.series), target.metric), np.empty((0, 3)))
        weight = _weights(series, there)
        if weight is None:
            continue
        batch = with_weights(series.batch, np.vstack([np.ones(len(weight)), weight]))
        for estimator in estimators_for(target.series, target.metric):
            n, power, log10_flop = estimate_target(estimator, batch, target.error)
            found.append(
                DisclosureWeighting(
                    **target.about,
                    estimator=estimator.name,
                    n=int(n[0]),
                    n_scored=len(there),
                    effective_n=float(weight.sum() ** 2 / (weight**2).sum()),
                    fit_outcome=outcome(log10_flop[1]),
                    implied_power=finite_or_none(power[0]),
                    power_weighted=finite_or_none(power[1]),
                    log10_training_flop=finite_or_none(log10_flop[0]),
                    log10_training_flop_weighted=finite_or_none(log10_flop[1]),
                )
            )
    return found


def _by_benchmark(scored: Iterable[ModelScore]) -> dict[tuple[str, str], Floats]:
    """By benchmark and metric the scored models, of shape (n, 3): year (NaN if not known), score, and 1 where compute
    is told, else 0."""
    found: dict[tuple[str, str], array[float]] = defaultdict(lambda: array("d"))
    for s in scored:
        found[s.benchmark, s.metric].extend((s.year or np.nan, s.score, s.training_flop is not None))
    return {place: np.array(figures).reshape(-1, 3) for place, figures in found.items()}


def _weights(series: Series, scored: Floats) -> Floats | None:
    """Weights of the series' observations, their mean 1; None where too few models tell compute or do not."""
    years, scores, disclosed = scored[(scored[:, 0] > 0) & (scored[:, 1] > 0) & (scored[:, 1] < 1)].T
    if min(disclosed.sum(), (1 - disclosed).sum()) < LEAST:
        return None
    middle, spread = years.mean(), years.std() or 1.0

    def design(year: Floats, error: Floats) -> Floats:
        scaled = (np.where(np.isnan(year), middle, year) - middle) / spread
        return np.column_stack([np.ones(len(year)), scaled, np.log10(error)])

    # A little ridge keeps the probabilities from 0 and 1 where year tells all.
    fitted = Logit(disclosed, design(years, 1 - scores)).fit_regularized(alpha=0.1, disp=False)
    of_rows = (series.rows[c].to_numpy(dtype=float, na_value=np.nan) for c in ("year", "error"))
    probability = np.maximum(fitted.predict(design(*of_rows)), LEAST_PROBABILITY)
    weight: Floats = 1 / probability
    return weight / weight.mean()
