"""What a target error costs by each fit, how far beyond the data that lies, and whether it deserves belief."""

from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from schemas.frames import PANDAS_DTYPES
from schemas.tables import TABLES
from tasks.costs.assumptions import Assumptions
from tasks.costs.targets import cost_columns
from tasks.fit.model import Fit, Interval, Refusal
from tasks.fit.registry import ESTIMATORS, Fitted

TARGETS_CSV = Path(__file__).parent.parent / "warehouse" / "reference" / "targets.csv"

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


def load_targets(path: Path = TARGETS_CSV) -> pd.DataFrame:
    """Read the named targets: benchmark (series), metric, target, target_error (fraction), source.

    Raises:
        ValueError: a target error that does not lie between 0 and 1.
    """
    targets = pd.read_csv(path)
    wrong = targets[~targets["target_error"].between(0, 1, inclusive="neither")]
    if len(wrong):
        raise ValueError(f"target errors must lie between 0 and 1: {wrong['target'].tolist()}")
    return targets


def estimate(
    fitted: Fitted,
    observations: pd.DataFrame,
    targets: pd.DataFrame,
    benchmarks: pd.DataFrame,
    assumptions: Assumptions,
) -> pd.DataFrame:
    """Estimate the cost of every target by every estimator: exactly the columns of `out_estimates`.

    Args:
        fitted: what `fit_all` made of the observations.
        observations: columns of core_observations; rows with `in_fit` true give the best error in the data and say
            whether a target has been reached.
        targets: named targets, columns of targets.csv. Two more are computed for every series with observations:
            `best_in_data` (its lowest error) and `half_of_best`.
        benchmarks: columns series, metric and error_floor (fraction or empty) of benchmarks.csv.
        assumptions: what `load_assumptions` gives.

    Each target meets each estimator once; what carries no number is there with its status and reason.
    """
    used = observations[observations["in_fit"].fillna(False).astype(bool)]
    rows = []
    for target in _all_targets(targets, used):
        context = Context(
            observations=used[(used["series"] == target.series) & (used["metric"] == target.metric)],
            error_floor=_floor(benchmarks, target),
            assumptions=assumptions,
        )
        for estimator in ESTIMATORS:
            fit = _find(fitted.fits, target, estimator)
            if fit is None:
                rows.append(_without_fit(target, estimator, context, _find(fitted.refusals, target, estimator)))
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


def _floor(benchmarks: pd.DataFrame, target: Target) -> float | None:
    """Share of wrong labels known for the series; the largest where its splits differ."""
    mine = (benchmarks["series"] == target.series) & (benchmarks["metric"] == target.metric)
    floors = pd.to_numeric(benchmarks.loc[mine, "error_floor"]).dropna()
    return float(floors.max()) if len(floors) else None


Outcome = TypeVar("Outcome", Fit, Refusal)


def _find(outcomes: list[Outcome], target: Target, estimator: str) -> Outcome | None:
    """The fit (or refusal) of the target's series and metric by the estimator."""
    for outcome in outcomes:
        if (outcome.series, outcome.metric, outcome.estimator) == (target.series, target.metric, estimator):
            return outcome
    return None


def _without_fit(target: Target, estimator: str, context: Context, refusal: Refusal | None) -> dict[str, Any]:
    reason = refusal.reason if refusal else "no observations"
    row = _base(target, estimator, len(context.observations), context)
    return {**row, "status": "too_few_points", "reason": reason}


def _with_fit(target: Target, fit: Fit, context: Context) -> dict[str, Any]:
    row = {**_base(target, fit.estimator, fit.n, context), "fit_id": fit.fit_id}
    if not fit.has_slope:
        return {**row, "status": "no_slope", "reason": _why_no_slope(fit)}
    flop = fit.log10_flop_at(target.error)
    beyond = flop.value - fit.log10_flop_max
    verdict = _judge(target, flop, beyond, context)
    row |= {
        "log10_training_flop": flop.value,
        "log10_training_flop_lower": flop.lower,
        "log10_training_flop_upper": flop.upper,
        "decades_beyond_data": beyond,
        "status": verdict.status,
        "reason": verdict.reason,
    }
    if verdict.status != "at_or_below_error_floor":
        row |= cost_columns(flop, context.assumptions)
    return row


def _why_no_slope(fit: Fit) -> str:
    interval = f"slope per decade of compute from {fit.slope.lower:.3g} to {fit.slope.upper:.3g}"
    if fit.slope.upper is not None and fit.slope.upper < 0:
        return f"accuracy falls as compute grows in these data ({interval})"
    return f"no slope that these data can tell from zero ({interval})"


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


def _judge(target: Target, flop: Interval, beyond: float, context: Context) -> Verdict:
    """Reached, unreachable, too far out, or fair: the first that holds."""
    reached = context.observations[context.observations["error"] <= target.error]
    if len(reached):
        first = reached.sort_values(["training_flop", "observation_id"]).iloc[0]
        year = "" if pd.isna(first["year"]) else f" ({int(first['year'])})"
        return Verdict(
            "reached", f"reached by {first['model']}{year} with 10^{np.log10(first['training_flop']):.1f} FLOP"
        )
    if context.error_floor is not None and target.error <= context.error_floor:
        return Verdict(
            "at_or_below_error_floor",
            f"unreachable: {100 * context.error_floor:.3g} % of the labels are known to be wrong",
        )
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
