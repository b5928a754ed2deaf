"""Every series by its own mixed model, and all of them together: `out_pooled_powers` and `out_pools`."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from schemas.rows.evaluation import Pool, PooledPower
from tasks.evaluate.sensitivity.chosen_rows import Series, used_series
from tasks.evaluate.sensitivity.mixed_line import MixedLine, fit_mixed_line
from tasks.evaluate.sensitivity.pooling import MIN_SERIES, Pooled, pool
from tasks.fit.estimators.study_power_law import implied_power
from tasks.fit.model import FitRefused, Interval, limits_of

ALL_SERIES = "all"


class SeriesLine(NamedTuple):
    """The mixed model of one series."""

    series: str
    metric: str
    line: MixedLine


class Structure(NamedTuple):
    """Each series' power by itself and as pooled, and what all say together (none where too few can be pooled)."""

    powers: list[PooledPower]
    pools: list[Pool]


def structure(observations: pd.DataFrame, confidence_level: float) -> Structure:
    """Fit the mixed model to each series and pool them.

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
    powers = [_own(one, confidence_level) for one in lines]
    if len(lines) < MIN_SERIES:
        return Structure(powers, [])
    slopes = [one.line.slope.value for one in lines]
    pooled = pool(slopes, [_usual_error(one.line, confidence_level) for one in lines], confidence_level)
    with_others = zip(powers, pooled.slopes, pooled.own_weights, strict=True)
    return Structure(
        [_with_others(power, slope, weight) for power, slope, weight in with_others],
        [_pool(pooled, len(lines), confidence_level)],
    )


def _line(series: Series, confidence_level: float) -> MixedLine:
    batch = series.batch
    return fit_mixed_line(batch.x[0], -np.log10(batch.error[0]), batch.paper, batch.family, confidence_level)


def _usual_error(line: MixedLine, confidence_level: float) -> float:
    """The standard error whose normal interval is the line's own: few papers so make a series count for less."""
    scale = stats.t.ppf(0.5 + confidence_level / 2, line.degrees_of_freedom) / stats.norm.ppf(
        0.5 + confidence_level / 2
    )
    return float(line.standard_error * scale)


def _own(one: SeriesLine, confidence_level: float) -> PooledPower:
    line = one.line
    return PooledPower(
        series=one.series,
        metric=one.metric,
        n=line.n,
        n_papers=line.n_papers,
        n_families=line.n_families,
        effective_n=line.effective_n,
        paper_sd=line.paper_sd,
        family_sd=line.family_sd,
        residual_sd=line.residual_sd,
        slope=line.slope.limits,
        implied_power=limits_of(implied_power(line.slope)),
        confidence_level=confidence_level,
    )


def _with_others(power: PooledPower, slope: Interval, own_weight: float) -> PooledPower:
    return replace(
        power,
        pooled_slope=slope.limits,
        pooled_power=limits_of(implied_power(slope)),
        own_weight=float(np.clip(own_weight, 0.0, 1.0)),
    )


def _pool(pooled: Pooled, n_series: int, confidence_level: float) -> Pool:
    return Pool(
        pool=ALL_SERIES,
        n_series=n_series,
        slope=pooled.mean.limits,
        implied_power=limits_of(implied_power(pooled.mean)),
        between_sd=pooled.between_sd.limits,
        new_slope=pooled.new.limits,
        new_power=limits_of(implied_power(pooled.new)),
        confidence_level=confidence_level,
    )
