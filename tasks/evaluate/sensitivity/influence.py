"""Influence: how an estimate changes when one paper or one family of models is left out."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from schemas.rows import Record
from schemas.rows.evaluation import Influence
from schemas.vocabularies import LEFT_OUT_KINDS
from tasks.estimate.extrapolate import HALF_OF_BEST, Target
from tasks.evaluate.sensitivity.chosen_rows import (
    RefitEstimates,
    Series,
    estimate_without,
    outcome,
    targets_with_series,
    used_series,
)
from tasks.fit.estimator import Estimator, Ints
from tasks.fit.model import finite_or_none

EstimatorsFor = Callable[[str, str], Sequence[Estimator]]
"""The estimators for a series and metric: those with a floor know its share of wrong labels."""

KEPT = 10
"""Rows kept for each fit and kind, the most influential."""


def half_of_best(observations: pd.DataFrame) -> list[Target]:
    """For every series half of the lowest error in its observations."""
    return [
        Target(name, metric, HALF_OF_BEST, float(series.rows["error"].min()) / 2)
        for (name, metric), series in used_series(observations).items()
    ]


def influence_rows(
    observations: pd.DataFrame, estimators_for: EstimatorsFor, targets: Iterable[Target], kept: int = KEPT
) -> list[Influence]:
    """For every target and estimator the papers and families that move its compute most.

    Args:
        observations: columns of core_observations; rows with `in_fit` true count.
        estimators_for: from series and metric to estimators; a short list will do.
        targets: errors aimed at; they stay where they are, whatever is left out.
        kept: rows for each target, estimator and kind.

    First come those without which the fit fails or never reaches the target, where it does with them (or the other way
    round); what moves nothing is left out.
    """
    found: list[Influence] = []
    for target, series in targets_with_series(observations, targets):
        for kind in LEFT_OUT_KINDS:
            names, numbers = _groups(series, kind)
            for estimator in estimators_for(target.series, target.metric):
                about = {**target.about, "estimator": estimator.name, "left_out_kind": kind}
                found += _ranked(about, estimate_without(estimator, series.batch, numbers, target.error), names)[:kept]
    return found


def _groups(series: Series, kind: str) -> tuple[list[str], Ints]:
    """Names of the groups, and each observation's group by number."""
    if kind == "paper":
        return series.papers, series.batch.paper
    return series.families, series.batch.family


def _ranked(about: Record, estimates: RefitEstimates, names: list[str]) -> list[Influence]:
    """A row for each name that moves the estimate, most influential first; `estimates[0]` is that of all data."""
    n, power, log10_flop = estimates
    if np.isnan(log10_flop[0]):
        return []
    moved = np.subtract(log10_flop[1:], log10_flop[0], out=np.zeros(len(names)), where=log10_flop[1:] != log10_flop[0])
    size = np.where(np.isnan(moved), np.inf, np.abs(moved))
    order = sorted(np.flatnonzero(size > 0), key=lambda i: (-size[i], names[i]))
    return [
        Influence(
            **about,
            influence_rank=rank,
            left_out=names[i],
            n=int(n[0]),
            n_left_out=int(n[0] - n[1 + i]),
            fit_outcome=outcome(log10_flop[1 + i]),
            implied_power=finite_or_none(power[0]),
            power_without=finite_or_none(power[1 + i]),
            log10_training_flop=finite_or_none(log10_flop[0]),
            log10_training_flop_without=finite_or_none(log10_flop[1 + i]),
            decades_moved=finite_or_none(moved[i]),
        )
        for rank, i in enumerate(order, 1)
    ]
