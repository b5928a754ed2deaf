"""Rows of `out_pooled_powers` and `out_pools`: every series by its own mixed model, and all of them together."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from tasks.evaluate.sensitivity.chosen_rows import Series, used_series
from tasks.evaluate.sensitivity.mixed_line import MixedLine, fit_mixed_line
from tasks.evaluate.sensitivity.pooling import MIN_SERIES, Pooled, pool
from tasks.fit.estimators.study_power_law import implied_power
from tasks.fit.model import FitRefused, Interval

Row = dict[str, Any]

ALL_SERIES = "all"


class SeriesLine(NamedTuple):
    """The mixed model of one series."""

    series: str
    metric: str
    line: MixedLine


def structure_rows(observations: pd.DataFrame, confidence_level: float) -> dict[str, list[Row]]:
    """Fit the mixed model to each series and pool them: rows by table.

    Args:
        observations: columns of core_observations; rows with `in_fit` true count.
        confidence_level: of all intervals, between 0 and 1 (exclusive).

    Series that `sample_of` or the mixed model refuses stay out. With fewer than `MIN_SERIES` there is no pool, and the
    pooled columns are empty.
    """
    lines = []
    for (name, metric), series in used_series(observations).items():
        try:
            lines.append(SeriesLine(name, metric, _line(series, confidence_level)))
        except FitRefused:
            continue
    if len(lines) < MIN_SERIES:
        return {"out_pooled_powers": [_own(one, confidence_level) for one in lines], "out_pools": []}
    slopes = [one.line.slope.value for one in lines]
    pooled = pool(slopes, [_usual_error(one.line, confidence_level) for one in lines], confidence_level)
    return {
        "out_pooled_powers": [
            _own(one, confidence_level) | _with_others(slope, weight)
            for one, slope, weight in zip(lines, pooled.slopes, pooled.own_weights, strict=True)
        ],
        "out_pools": [_pool_row(pooled, len(lines), confidence_level)],
    }


def _line(series: Series, confidence_level: float) -> MixedLine:
    batch = series.batch
    return fit_mixed_line(batch.x[0], -np.log10(batch.error[0]), batch.paper, batch.family, confidence_level)


def _usual_error(line: MixedLine, confidence_level: float) -> float:
    """The standard error whose normal interval is the line's own: few papers so make a series count for less."""
    scale = stats.t.ppf(0.5 + confidence_level / 2, line.degrees_of_freedom) / stats.norm.ppf(
        0.5 + confidence_level / 2
    )
    return float(line.standard_error * scale)


def _own(one: SeriesLine, confidence_level: float) -> Row:
    line = one.line
    return {
        "benchmark": one.series,
        "metric": one.metric,
        "n": line.n,
        "n_papers": line.n_papers,
        "n_families": line.n_families,
        "effective_n": line.effective_n,
        "paper_sd": line.paper_sd,
        "family_sd": line.family_sd,
        "residual_sd": line.residual_sd,
        **_limits("slope", line.slope),
        **_limits("implied_power", implied_power(line.slope)),
        "confidence_level": confidence_level,
    }


def _with_others(slope: Interval, own_weight: float) -> Row:
    return {
        **_limits("pooled_slope", slope),
        **_limits("pooled_power", implied_power(slope)),
        "own_weight": float(np.clip(own_weight, 0.0, 1.0)),
    }


def _pool_row(pooled: Pooled, n_series: int, confidence_level: float) -> Row:
    return {
        "pool": ALL_SERIES,
        "n_series": n_series,
        **_limits("slope", pooled.mean),
        **_limits("implied_power", implied_power(pooled.mean)),
        **_limits("between_sd", pooled.between_sd),
        **_limits("new_slope", pooled.new),
        **_limits("new_power", implied_power(pooled.new)),
        "confidence_level": confidence_level,
    }


def _limits(name: str, interval: Interval | None) -> Row:
    value, lower, upper = (interval.value, interval.lower, interval.upper) if interval else (None, None, None)
    return {name: value, f"{name}_lower": lower, f"{name}_upper": upper}
