"""What a target error costs by each fit, how far beyond the data that lies, and whether to rely on it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from schemas.codes import Coded
from schemas.codes.evaluation import STATUS_OF, FitReason, Frontier
from schemas.rows import Record
from schemas.rows.costs import Costs
from schemas.rows.fits import Estimate
from tasks.costs.assumptions import Assumptions
from tasks.costs.targets import cost_bound, costs_of
from tasks.estimate.unreachable import probability_unreachable
from tasks.fit.model import Fit, Interval, finite_or_none
from tasks.fit.registry import ESTIMATORS, Fitted
from tasks.fit.sample import used_in_fits
from tasks.reference.benchmarks import domain_of, with_apart
from tasks.reference.table import record
from tasks.reference.targets import TargetRow, load_target_rows

BEST_IN_DATA = "best_in_data"
HALF_OF_BEST = "half_of_best"

WITH_FLOOR = "power_law_floor"
"""The estimator whose floor says how probably a target is unreachable."""


class Target(NamedTuple):
    """An error (fraction) aimed at on one series."""

    series: str
    metric: str
    name: str
    error: float

    @property
    def about(self) -> Record:
        """What rows of every kind say of it."""
        return {"series": self.series, "metric": self.metric, "target": self.name, "target_error": self.error}


class Widen(Protocol):
    """How back-tests widen an interval, and by what factor (None where they cannot tell; then it stays as it is)."""

    def __call__(
        self, estimator: str, domain: str, horizon_error: float, interval: Interval
    ) -> tuple[Interval, float | None]:
        """The interval as published; `horizon_error` is the target's error over the best in the data."""
        ...


def as_modelled(estimator: str, domain: str, horizon_error: float, interval: Interval) -> tuple[Interval, float | None]:
    """The model's own interval: nothing is known of how intervals held."""
    return interval, None


class Context(NamedTuple):
    """What is known of one series besides its fits."""

    observations: pd.DataFrame
    error_floor: float | None
    assumptions: Assumptions
    confidence_level: float
    widen: Widen
    probability_unreachable: float | None


def load_targets(requested: Iterable[TargetRow] = ()) -> pd.DataFrame:
    """The named targets: benchmark (series), metric, target, target_error (fraction), source.

    Those of a benchmark are also those of its models that stand apart, in their series. Those that a run is asked for
    come last; one that has a name already is there once.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is malformed, or a target error does not lie between 0 and 1.
    """
    named = (*load_target_rows(), *requested)
    rows = [replace(row, series=key) for row in named for key in with_apart(row.series)]
    targets = pd.DataFrame([record(row) for row in rows])
    targets = targets.drop_duplicates(["series", "target"], ignore_index=True)
    wrong = targets[~targets["target_error"].between(0, 1, inclusive="neither")]
    if len(wrong):
        raise ValueError(f"target errors must lie between 0 and 1: {wrong['target'].tolist()}")
    return targets


def named_targets(targets: pd.DataFrame) -> list[Target]:
    """The rows of `load_targets`."""
    return [Target(*row) for row in targets[["series", "metric", "target", "target_error"]].itertuples(index=False)]


def estimate(
    fitted: Fitted,
    observations: pd.DataFrame,
    targets: pd.DataFrame,
    floors: Mapping[tuple[str, str], float],
    assumptions: Assumptions,
    widen: Widen = as_modelled,
) -> list[Estimate]:
    """Estimate the cost of every target by every estimator.

    Args:
        fitted: what `fit_all` made of the observations.
        observations: columns of core_observations; rows with `in_fit` true give the best error in the data and say
            whether a target has been reached.
        targets: named targets, columns of targets.csv. Two more are computed for every series with observations:
            `best_in_data` (its lowest error) and `half_of_best`.
        floors: shares of wrong labels (fractions) by series and metric, where known: priors, not verdicts.
        assumptions: what `load_assumptions` gives.
        widen: how the intervals of compute are calibrated by back-tests; the costs follow.

    There is one estimate for each target and estimator; one without a number has a status and a reason. A number beyond
    `far_extrapolation_decades` is flagged and stays for comparison; how probable it is that
    no compute gets there is told of each.
    """
    used = used_in_fits(observations)
    fits = {(f.series, f.metric, f.estimator): f for f in fitted.fits}
    refusals = {(r.series, r.metric, r.estimator): r for r in fitted.refusals}
    found = []
    for target in _all_targets(targets, used):
        place = (target.series, target.metric)
        here = used[(used["series"] == target.series) & (used["metric"] == target.metric)]
        context = Context(
            observations=here,
            error_floor=floors.get(place),
            assumptions=assumptions,
            confidence_level=fitted.confidence_level,
            widen=widen,
            probability_unreachable=_unreachable(target, here, floors.get(place), fits.get((*place, WITH_FLOOR))),
        )
        for estimator in ESTIMATORS:
            fit = fits.get((*place, estimator))
            if fit is None:
                refusal = refusals.get((*place, estimator))
                why = refusal.reason if refusal else Coded.of(FitReason.NO_OBSERVATIONS)
                found.append(_without_number(target, estimator, len(here), context, why))
            else:
                found.append(_with_fit(target, fit, context))
    return found


def _unreachable(target: Target, observations: pd.DataFrame, share: float | None, fit: Fit | None) -> float | None:
    if observations.empty:
        return None
    return probability_unreachable(target.error, float(observations["error"].min()), share, fit)


def _all_targets(targets: pd.DataFrame, used: pd.DataFrame) -> list[Target]:
    """Named and computed targets, in the order of series, then from the largest error to the smallest."""
    computed = []
    for (series, metric), rows in used.groupby(["series", "metric"]):
        best = float(rows["error"].min())
        computed.append(Target(str(series), str(metric), BEST_IN_DATA, best))
        computed.append(Target(str(series), str(metric), HALF_OF_BEST, best / 2))
    return sorted(named_targets(targets) + computed, key=lambda t: (t.series, t.metric, -t.error, t.name))


def _without_number(
    target: Target, estimator: str, n: int, context: Context, why: Coded[FitReason], fit_id: str | None = None
) -> Estimate:
    return Estimate(
        **target.about,
        estimator=estimator,
        n=n,
        fit_id=fit_id,
        **_in(context),
        status=STATUS_OF[why.code],
        reason=(why,),
    )


def _with_fit(target: Target, fit: Fit, context: Context) -> Estimate:
    withheld = _withheld(target, fit)
    if withheld:
        return _without_number(target, fit.estimator, fit.n, context, withheld, fit.fit_id)
    modelled = fit.log10_flop_at(target.error)
    flop, factor = _widened(modelled, target.error, fit, context)
    beyond = flop.value - fit.log10_flop_max
    why = _how_far(target, beyond, context)
    costs = costs_of(flop, context.assumptions)
    return Estimate(
        **target.about,
        estimator=fit.estimator,
        n=fit.n,
        fit_id=fit.fit_id,
        **_in(context),
        log10_training_flop=flop.limits,
        log10_flop_model_lower=modelled.lower,
        log10_flop_model_upper=modelled.upper,
        calibration_factor=factor,
        decades_beyond_data=beyond,
        **_compared_with_frontier(target, fit, context),
        status=STATUS_OF[why.code],
        reason=(why,),
        costs=Costs(**costs),
        cost_bound=cost_bound(costs["cost_usd"], context.assumptions),
    )


def _widened(modelled: Interval, error: float, fit: Fit, context: Context) -> tuple[Interval, float | None]:
    horizon = error / float(context.observations["error"].min())
    return context.widen(fit.estimator, domain_of(fit.series), horizon, modelled)


def _compared_with_frontier(target: Target, fit: Fit, context: Context) -> Record:
    """How the curve stands to the least compute that reached the target, or the lowest error where nothing did."""
    errors = context.observations["error"]
    error = max(target.error, float(errors.min()))
    needed = float(np.log10(context.observations.loc[errors <= error, "training_flop"].min()))
    predicted, _ = _widened(fit.log10_flop_at(error), error, fit, context)
    comparison = Frontier.ASKS_MORE if predicted.value > needed else Frontier.ASKS_LESS
    if predicted.limits.holds(needed):
        comparison = Frontier.HELD
    return {"frontier": comparison, "decades_from_frontier": finite_or_none(predicted.value - needed)}


def _in(context: Context) -> Record:
    return {
        "error_floor": context.error_floor,
        "probability_unreachable": context.probability_unreachable,
        "confidence_level": context.confidence_level,
    }


def _withheld(target: Target, fit: Fit) -> Coded[FitReason] | None:
    """Why the fit has no number for the target, if so: no slope, its own floor, or no such error on its curve."""
    if not fit.rises:
        falls = fit.rise.upper is not None and fit.rise.upper < 0
        code = FitReason.ACCURACY_FALLS if falls else FitReason.SLOPE_MAY_BE_ZERO
        return Coded.of(code, lower=_or_infinite(fit.rise.lower), upper=_or_infinite(fit.rise.upper))
    flop = fit.log10_flop_at(target.error).value
    if math.isfinite(flop):
        return None
    floor = fit.floor
    if floor and floor.value >= target.error:
        lower, upper = floor.lower or 0.0, _or_infinite(floor.upper)
        return Coded.of(FitReason.BELOW_FITTED_FLOOR, percent=100 * floor.value, lower=100 * lower, upper=100 * upper)
    return Coded.of(FitReason.NOT_ON_CURVE)


def _or_infinite(end: float | None) -> float:
    return math.inf if end is None else end


def _reached(target: Target, context: Context) -> Coded[FitReason] | None:
    """Who reached the target with the least compute, if anybody did."""
    reached = context.observations[context.observations["error"] <= target.error]
    if not len(reached):
        return None
    first = reached.sort_values(["training_flop", "observation_id"]).iloc[0]
    model = str(first["model"]) if pd.isna(first["year"]) else f"{first['model']} ({int(first['year'])})"
    return Coded.of(FitReason.TARGET_REACHED, model=model, log10_flop=float(np.log10(first["training_flop"])))


def _how_far(target: Target, beyond: float, context: Context) -> Coded[FitReason]:
    """Reached, too far out, or fair: the first that holds."""
    reached = _reached(target, context)
    if reached:
        return reached
    limit = context.assumptions["far_extrapolation_decades"].value
    if beyond > limit:
        return Coded.of(FitReason.FAR_BEYOND_DATA, decades=beyond, limit=limit)
    return Coded.of(FitReason.BEYOND_DATA, decades=beyond) if beyond > 0 else Coded.of(FitReason.WITHIN_DATA)
