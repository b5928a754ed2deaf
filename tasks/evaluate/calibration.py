"""Intervals of compute that hold: how much wider than its model says each must be, told by the back-tests.

A fit's own interval holds what its assumptions allow for, and not that they may be wrong. How far records fell outside
it, in units of its half-width, tells by how much to widen it (split conformal prediction with normalised scores: Lei,
G'Sell, Rinaldo, Tibshirani and Wasserman 2018, J. Am. Stat. Assoc. 113:1094, section 5.2; Romano, Patterson and Candès
2019, arXiv 1905.03222). A factor f adds (f - 1) (half-width + `LEAST_WIDTH`) to each side; the miss of a case is the f
that would just hold it. Of the misses the factor is the ceil((n + 1) level)-th smallest, and never narrows an interval:
one leaves it as it is. Misses are taken from the first of these that has `LEAST_CASES`: the same domain at the same
horizon; the same domain at this horizon and those beside it, since misses grow with the distance; the same domain; the
same horizon in all domains; all.

Cases without a figure have no interval to widen, and count in the scores. The coverage that is published is checked on
what the factor did not see: for each series the factor comes from the other series alone. Where these are too few to
tell it from the same place (one benchmark has most records of vision), that would check another factor than the one
published: there the rest of the series stays, without the cases of the same record or origin. Conformal prediction
promises its level where cases are exchangeable, which series of one domain are at best roughly: hence the check.

MAPIE and crepes do the same for regressors that predict rows of a feature matrix, with one calibration set; groups that
fall back on wider ones, and leaving out whole series, would be ours around either, and what remains of them is one
quantile.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from schemas.frames import frame_of
from schemas.rows.evaluation import BacktestPrediction, Calibration
from tasks.estimate.extrapolate import Widen
from tasks.evaluate.backtest import LEVELS
from tasks.evaluate.scores import ALL, BINS, bin_of
from tasks.fit.model import Floats, Interval, finite_or_none
from tasks.wording import words

LEAST_WIDTH = 0.1
"""Decades of half-width that are widened beside its own, so that one of none can be."""

LEAST_CASES = 9
"""Misses from which a factor is taken: the fewest of which one is the quantile at `LEVEL`."""

LEVEL = LEVELS[-1]

_HORIZONS = tuple(BINS)


class _Pool(NamedTuple):
    """Where a factor comes from, and the misses there."""

    name: str
    misses: Floats


def calibrate(backtests: list[BacktestPrediction]) -> list[Calibration]:
    """The factor of every estimator in every domain (and in any other: `ALL`) at every horizon, with its coverage.

    `raw_coverage` is that of the model's own intervals; `coverage` that of the widened ones with each series' factor
    from the other series; empty without cases, or where there are no other series.
    """
    if not backtests:
        return []
    frame = _frame(backtests)
    return [
        _calibration(of_estimator, str(estimator), domain, horizon)
        for estimator, of_estimator in frame.groupby("estimator", sort=True)
        for domain in (*sorted(frame["domain"].unique()), ALL)
        for horizon in dict.fromkeys(frame["horizon"].sort_values())
    ]


def _frame(backtests: list[BacktestPrediction]) -> pd.DataFrame:
    """The predictions that have a figure, with their horizon and their miss in units of the interval."""
    frame = frame_of("out_backtests", backtests, words)
    frame = frame[frame["log10_flop_predicted"].notna()]
    value, actual = (frame[c].to_numpy(dtype=float) for c in ("log10_flop_predicted", "log10_flop_actual"))
    lower, upper = (
        frame[f"log10_flop_interval_{end}"].to_numpy(dtype=float, na_value=np.nan) for end in ("lower", "upper")
    )
    width = np.where(actual > value, upper - value, value - lower)
    miss = 1 + (np.abs(actual - value) - width) / (width + LEAST_WIDTH)
    miss = np.where(np.isnan(width), 0.0, miss)  # an end that is not there is unbounded
    return frame.assign(
        horizon=[bin_of(e) for e in frame["horizon_error"]],
        miss=miss,
        held=miss <= 1,
    )


def _calibration(rows: pd.DataFrame, estimator: str, domain: str, horizon: str) -> Calibration:
    mine = rows[(rows["horizon"] == horizon) & ((rows["domain"] == domain) | (domain == ALL))]
    pool = _pool(rows, domain, horizon)
    held = [held for series, cases in mine.groupby("series") for held in _held_without(rows, str(series), cases)]
    return Calibration(
        domain=domain,
        estimator=estimator,
        horizon=horizon,
        n_cases=len(mine),
        n_series=mine["series"].nunique(),
        calibrated_on=pool.name,
        n_calibrated_on=len(pool.misses),
        calibration_factor=finite_or_none(_factor(pool.misses)),
        raw_coverage=float(mine["held"].mean()) if len(mine) else None,
        coverage=float(np.mean(held)) if held else None,
    )


def _held_without(rows: pd.DataFrame, series: str, cases: pd.DataFrame) -> list[bool]:
    """Whether each case of a series lies in its interval as widened by what it had no part in."""
    others = rows[rows["series"] != series]
    held: list[bool] = []
    for (domain, horizon), mine in cases.groupby(["domain", "horizon"]):
        place = str(domain), str(horizon)
        pool = _pool(others, *place)
        if pool.name == _pool(rows, *place).name:
            held += (mine["miss"] <= _factor(pool.misses)).tolist()
            continue
        for (record, origin), few in mine.groupby(["observation_id", "origin_year"]):
            kin = (rows["series"] == series) & ((rows["observation_id"] == record) | (rows["origin_year"] == origin))
            held += (few["miss"] <= _factor(_pool(rows[~kin], *place).misses)).tolist()
    return held


def _pool(rows: pd.DataFrame, domain: str, horizon: str) -> _Pool:
    """The first place with enough misses."""
    in_domain, at_horizon = rows["domain"] == domain, rows["horizon"] == horizon
    place = _HORIZONS.index(horizon)
    beside = rows["horizon"].isin(_HORIZONS[max(0, place - 1) : place + 2])
    places = {
        "domain_and_horizon": in_domain & at_horizon,
        "domain_and_horizons_beside": in_domain & beside,
        "domain": in_domain,
        "horizon": at_horizon,
    }
    for name, here in places.items():
        if here.sum() >= LEAST_CASES:
            return _Pool(name, rows.loc[here, "miss"].to_numpy(dtype=float))
    return _Pool(ALL, rows["miss"].to_numpy(dtype=float))


def _factor(misses: Floats) -> float:
    """By how much half-widths are to be widened; infinite where there are too few misses to tell."""
    return max(1.0, conformal_quantile(misses))


def conformal_quantile(misses: Floats) -> float:
    """What a new miss does not exceed with probability `LEVEL`: the ceil((n + 1) level)-th smallest of n, else inf."""
    place = math.ceil((len(misses) + 1) * LEVEL)
    return math.inf if place > len(misses) else float(np.sort(misses)[place - 1])


# --- use


def widening(calibrations: Iterable[Calibration]) -> Widen:
    """How intervals are widened by these factors, with the factor; where none is known the model's own stands."""
    factors = {(c.estimator, c.domain, c.horizon): c.calibration_factor for c in calibrations}

    def widen(estimator: str, domain: str, horizon_error: float, interval: Interval) -> tuple[Interval, float | None]:
        horizon = bin_of(horizon_error)
        places = [(estimator, place, horizon) for place in (domain, ALL)]
        factor = next((factors[p] for p in places if p in factors), None)
        return (interval if factor is None else widened(interval, factor)), factor

    return widen


def widened(interval: Interval, factor: float) -> Interval:
    """An interval with its half-widths widened, and never narrowed; an unbounded end stays so."""

    def end(bound: float | None, outwards: int) -> float | None:
        if bound is None:
            return None
        width = outwards * (bound - interval.value)
        return interval.value + outwards * (width + (factor - 1) * (width + LEAST_WIDTH))

    return Interval(interval.value, end(interval.lower, -1), end(interval.upper, 1))
