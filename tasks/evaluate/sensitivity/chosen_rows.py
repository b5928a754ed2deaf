"""Refits of one series on subsets of its observations, given by weights.

Leaving out a paper, or keeping one kind of observation, is a resample with zero weights, so many subsets cost one call
of the estimator.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from schemas.codes.evaluation import FitOutcome
from tasks.estimate.extrapolate import Target
from tasks.fit.bootstrap import batch_of
from tasks.fit.estimator import PRIORS, Batch, Estimator, Ints, local_power
from tasks.fit.model import FitRefused, Floats
from tasks.fit.sample import MIN_POINTS, family_of, sample_of, used_in_fits, with_logarithms

_ORDER = ["error", "training_flop", "paper_id", "model_key", "observation_id"]
"""The order of `sample_of`, and what decides between its equals."""

_WEIGHTS_AT_ONCE = 500_000
"""Of all observations in all refits made together: 4 MB, and a few times as much for what a fit makes of them."""


class Series(NamedTuple):
    """Observations of one series, the batch (one row) of them in the same order, and names by their numbers in it."""

    rows: pd.DataFrame
    batch: Batch
    papers: list[str]
    families: list[str]


class RefitEstimates(NamedTuple):
    """For each of R choices: observations used, local power at the upper end of their compute (NaN where error does not
    fall there), and log10 FLOP at the target (+inf where the curve never falls to it, NaN without a fit)."""

    n: Ints
    power: Floats
    log10_flop: Floats


def series_of(observations: pd.DataFrame) -> Series:
    """One series' observations (columns of core_observations) with their batch.

    Raises:
        FitRefused: as `sample_of`.
    """
    rows = with_logarithms(observations).sort_values(_ORDER).reset_index(drop=True)
    batch = batch_of(sample_of(rows))
    families = {family_of(str(key)) for key in rows["model_key"]}
    return Series(rows, batch, sorted(set(rows["paper_id"].astype(str))), sorted(families))


def used_series(observations: pd.DataFrame) -> dict[tuple[str, str], Series]:
    """By series and metric what fits see: the rows with `in_fit` true. Series that they refuse are left out; the reason
    stands among the refusals of `fit_all`."""
    used = used_in_fits(observations)
    found = {}
    for (series, metric), rows in used.groupby(["series", "metric"], sort=True):
        try:
            found[str(series), str(metric)] = series_of(rows)
        except FitRefused:
            continue
    return found


def targets_with_series(observations: pd.DataFrame, targets: Iterable[Target]) -> Iterator[tuple[Target, Series]]:
    """The targets of series that fits do not refuse, each with its series (see `used_series`)."""
    by_series = used_series(observations)
    for target in targets:
        if series := by_series.get((target.series, target.metric)):
            yield target, series


def with_weights(batch: Batch, weight: ArrayLike) -> Batch:
    """The one row of a batch, R times, with weights (R, n)."""
    weight = np.asarray(weight, dtype=float)
    x, x_sd, error, year = (np.broadcast_to(a, weight.shape) for a in (batch.x, batch.x_sd, batch.error, batch.year))
    return Batch(x, x_sd, error, year, weight, batch.paper, batch.family, np.zeros((len(weight), PRIORS)))


def estimate_target(estimator: Estimator, batch: Batch, target_error: float) -> RefitEstimates:
    """Fit every row of a batch and estimate the target; a row with too few observations counts as not fitted."""
    if estimator.needs_years:
        batch = batch._replace(weight=np.where(np.isnan(batch.year), 0.0, batch.weight))
    n = (batch.weight > 0).sum(axis=1)
    with np.errstate(all="ignore"):
        parameters = np.array(estimator.fit(batch), dtype=float)
        parameters[n < max(MIN_POINTS, estimator.min_points)] = np.nan
        upper_end = np.where(batch.weight > 0, batch.x, -np.inf).max(axis=1, initial=-np.inf)
        power = local_power(estimator, parameters, np.where(np.isfinite(upper_end), upper_end, 0.0))
        log10_flop = np.array(estimator.log10_flop_at(parameters, target_error), dtype=float)
    power[np.isinf(power)] = np.nan
    log10_flop[np.isnan(parameters).all(axis=1)] = np.nan
    return RefitEstimates(n, power, log10_flop)


def estimate_without(estimator: Estimator, batch: Batch, groups: Ints, target_error: float) -> RefitEstimates:
    """The estimate from the one row of a batch, then without each of its groups (n,), which are counted from 0.

    As many are fitted together as memory has room for, since both groups and observations grow with the papers.
    """
    at_once = max(1, _WEIGHTS_AT_ONCE // len(groups))
    left_out = np.arange(-1, groups.max() + 1)  # no group is -1: the first leaves none out
    portions = [
        estimate_target(estimator, with_weights(batch, groups != some[:, None]), target_error)
        for some in np.split(left_out, range(at_once, len(left_out), at_once))
    ]
    return RefitEstimates(*map(np.concatenate, zip(*portions, strict=True)))


def outcome(log10_flop: float) -> FitOutcome:
    """The outcome of a refit, from its log10 FLOP."""
    if np.isnan(log10_flop):
        return FitOutcome.NOT_FITTED
    return FitOutcome.NUMBER if np.isfinite(log10_flop) else FitOutcome.UNREACHABLE
