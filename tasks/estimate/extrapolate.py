"""What a target error costs by each fit, how far beyond the data that lies, and whether it deserves belief."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from schemas.frames import PANDAS_DTYPES
from schemas.tables import TABLES
from tasks.costs.assumptions import Assumptions
from tasks.costs.targets import cost_columns
from tasks.fit.model import Fit, Interval, Refusal
from tasks.fit.registry import ESTIMATORS, Fitted
from tasks.reference.table import record
from tasks.reference.targets import load_target_rows

BEST_IN_DATA = "best_in_data"
HALF_OF_BEST = "half_of_best"


class Target(NamedTuple):
    """An error (fraction) aimed at on one series."""

    series: str
    metric: str
    name: str
    error: float


class Context(NamedTuple):
    """What is known of one series besides its fits."""

    observations: pd.DataFrame
    error_floor: float | None
    assumptions: Assumptions


class Verdict(NamedTuple):
    """Status (of ESTIMATE_STATUSES) and the reason in words."""

    status: str
    reason: str


def load_targets() -> pd.DataFrame:
    """The named targets: benchmark (series), metric, target, target_error (fraction), source.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is malformed, or a target error does not lie between 0 and 1.
    """
    targets = pd.DataFrame([record(row) for row in load_target_rows()])
    wrong = targets[~targets["target_error"].between(0, 1, inclusive="neither")]
    if len(wrong):
        raise ValueError(f"target errors must lie between 0 and 1: {wrong['target'].tolist()}")
    return targets


def estimate(
    fitted: Fitted,
    observations: pd.DataFrame,
    targets: pd.DataFrame,
    floors: Mapping[tuple[str, str], float],
    assumptions: Assumptions,
) -> pd.DataFrame:
    """Estimate the cost of every target by every estimator: exactly the columns of `out_estimates`.

    Args:
        fitted: what `fit_all` made of the observations.
        observations: columns of core_observations; rows with `in_fit` true give the best error in the data and say
            whether a target has been reached.
        targets: named targets, columns of targets.csv. Two more are computed for every series with observations:
            `best_in_data` (its lowest error) and `half_of_best`.
        floors: shares of wrong labels (fractions) by series and metric, where known.
        assumptions: what `load_assumptions` gives.

    Each target meets each estimator once; what carries no number is there with its status and reason. A number beyond
    `far_extrapolation_decades` is flagged, and stays for comparison, as does one below the wrong labels, without costs.
    """
    used = observations[observations["in_fit"].fillna(False).astype(bool)]
    fits = {(f.series, f.metric, f.estimator): f for f in fitted.fits}
    refusals = {(r.series, r.metric, r.estimator): r for r in fitted.refusals}
    rows = []
    for target in _all_targets(targets, used):
        place = (target.series, target.metric)
        context = Context(
            observations=used[(used["series"] == target.series) & (used["metric"] == target.metric)],
            error_floor=floors.get(place),
            assumptions=assumptions,
        )
        for estimator in ESTIMATORS:
            fit = fits.get((*place, estimator))
            if fit is None:
                rows.append(_without_fit(target, estimator, context, refusals.get((*place, estimator))))
            else:
                rows.append(_with_fit(target, fit, context))
    return _frame([{"confidence_level": fitted.confidence_level, **row} for row in rows])


def _all_targets(targets: pd.DataFrame, used: pd.DataFrame) -> list[Target]:
    """Named and computed targets, in the order of series, then from the largest error to the smallest."""
    named = [
        Target(str(r["benchmark"]), str(r["metric"]), str(r["target"]), float(r["target_error"]))
        for r in targets.to_dict("records")
    ]
    computed = []
    for (series, metric), rows in used.groupby(["series", "metric"]):
        best = float(rows["error"].min())
        computed.append(Target(str(series), str(metric), BEST_IN_DATA, best))
        computed.append(Target(str(series), str(metric), HALF_OF_BEST, best / 2))
    return sorted(named + computed, key=lambda t: (t.series, t.metric, -t.error, t.name))


def _without_fit(target: Target, estimator: str, context: Context, refusal: Refusal | None) -> dict[str, Any]:
    row = _base(target, estimator, len(context.observations), context)
    none = Verdict("too_few_points", "no observations")
    verdict = Verdict(refusal.status, refusal.reason) if refusal else none
    return {**row, **(_at_error_floor(target, context) or verdict)._asdict()}


def _with_fit(target: Target, fit: Fit, context: Context) -> dict[str, Any]:
    row = {**_base(target, fit.estimator, fit.n, context), "fit_id": fit.fit_id}
    withheld = _withheld(target, fit)
    if withheld:
        return {**row, **(_at_error_floor(target, context) or withheld)._asdict()}
    flop = fit.log10_flop_at(target.error)
    beyond = flop.value - fit.log10_flop_max
    verdict = _at_error_floor(target, context) or _judge(target, beyond, context)
    row |= {
        "log10_training_flop": flop.value,
        "log10_training_flop_lower": flop.lower,
        "log10_training_flop_upper": flop.upper,
        "decades_beyond_data": beyond,
        **verdict._asdict(),
    }
    if verdict.status != "at_or_below_error_floor":
        row |= cost_columns(flop, context.assumptions)
    return row


def _withheld(target: Target, fit: Fit) -> Verdict | None:
    """Why the fit has no number for the target, if so: no slope, its own floor, or no such error on its curve."""
    if not fit.rises:
        return Verdict("no_slope", _why_no_slope(fit.rise))
    flop = fit.log10_flop_at(target.error).value
    if math.isfinite(flop):
        return None
    if fit.floor and fit.floor.value >= target.error:
        return Verdict("at_or_below_fitted_floor", f"no compute gets there by this fit: {_floor_in_words(fit.floor)}")
    return Verdict("undefined", "the fitted curve has no such error")


def _why_no_slope(rise: Interval) -> str:
    ends = ("unbounded" if end is None else f"{end:.3g}" for end in (rise.lower, rise.upper))
    interval = f"slope per decade of compute from {' to '.join(ends)}"
    if rise.upper is not None and rise.upper < 0:
        return f"accuracy falls as compute grows in these data ({interval})"
    return f"no slope that these data can tell from zero ({interval})"


def _floor_in_words(floor: Interval) -> str:
    upper = "" if floor.upper is None else f" to {100 * floor.upper:.3g}"
    lower = 0.0 if floor.lower is None else floor.lower
    return f"its curve levels off at {100 * floor.value:.3g} % ({100 * lower:.3g}{upper} %)"


def _base(target: Target, estimator: str, n: int, context: Context) -> dict[str, Any]:
    return {
        "benchmark": target.series,
        "metric": target.metric,
        "target": target.name,
        "target_error": target.error,
        "estimator": estimator,
        "n": n,
        "error_floor": context.error_floor,
    }


def _reached(target: Target, context: Context) -> Verdict | None:
    """Who reached the target with the least compute, if anybody did."""
    reached = context.observations[context.observations["error"] <= target.error]
    if not len(reached):
        return None
    first = reached.sort_values(["training_flop", "observation_id"]).iloc[0]
    year = "" if pd.isna(first["year"]) else f" ({int(first['year'])})"
    return Verdict("reached", f"reached by {first['model']}{year} with 10^{np.log10(first['training_flop']):.1f} FLOP")


def _at_error_floor(target: Target, context: Context) -> Verdict | None:
    """Whether the benchmark's wrong labels forbid the target, whatever a fit says; what was reached they do not."""
    floor = context.error_floor
    if floor is None or target.error > floor or _reached(target, context):
        return None
    return Verdict("at_or_below_error_floor", f"unreachable: {100 * floor:.3g} % of the labels are known to be wrong")


def _judge(target: Target, beyond: float, context: Context) -> Verdict:
    """Reached, too far out, or fair: the first that holds."""
    reached = _reached(target, context)
    if reached:
        return reached
    limit = context.assumptions["far_extrapolation_decades"].value
    if beyond > limit:
        return Verdict(
            "far_extrapolation", f"{beyond:.1f} decades beyond the data; more than {limit:g} has not been validated"
        )
    return Verdict("ok", f"{beyond:.1f} decades beyond the data" if beyond > 0 else "within the range of the data")


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = TABLES["out_estimates"].columns
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    return frame.astype({c.name: PANDAS_DTYPES[c.field.dtype] for c in columns})
