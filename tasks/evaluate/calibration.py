"""Calibrated intervals of compute: factors by which back-tests widen the model's own intervals.

A fit's own interval does not allow for wrong assumptions. How far records fell outside it, in units of its half-width,
tells by how much to widen it (split conformal prediction with normalised scores: Lei, G'Sell, Rinaldo, Tibshirani and
Wasserman 2018, J. Am. Stat. Assoc. 113:1094, section 5.2; Romano, Patterson and Candès 2019, arXiv 1905.03222). A
factor f adds (f - 1) (half-width + `MIN_HALF_WIDTH`) to each side; the miss of a case is the f that would just cover
it. The factor is the ceil((n + 1) level)-th smallest miss, and never less than one, so that no interval gets narrower.
Misses are taken from the first of these groups that has `MIN_MISSES`: the same domain at the same horizon; the same
domain at this horizon and its neighbours, since misses grow with the distance; the same domain; the same horizon in all
domains; all.

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

MIN_HALF_WIDTH = 0.1
"""Decades added to the half-width before widening, so that an interval of zero width can be widened."""

MIN_MISSES = 9
"""Fewest misses for a factor: the fewest whose quantile at `LEVEL` exists."""

LEVEL = LEVELS[-1]

_HORIZONS = tuple(BINS)


class _Pool(NamedTuple):
    """The group of cases that a factor comes from, and its misses."""

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
    miss = 1 + (np.abs(actual - value) - width) / (width + MIN_HALF_WIDTH)
    miss = np.where(np.isnan(width), 0.0, miss)  # an end that is not there is unbounded
    return frame.assign(
        horizon=[bin_of(e) for e in frame["horizon_error"]],
        miss=miss,
        covered=miss <= 1,
    )


def _calibration(rows: pd.DataFrame, estimator: str, domain: str, horizon: str) -> Calibration:
    group = rows[(rows["horizon"] == horizon) & ((rows["domain"] == domain) | (domain == ALL))]
    pool = _pool(rows, domain, horizon)
    covered = [
        covered for series, cases in group.groupby("series") for covered in _covered_without(rows, str(series), cases)
    ]
    return Calibration(
        domain=domain,
        estimator=estimator,
        horizon=horizon,
        n_cases=len(group),
        n_series=group["series"].nunique(),
        calibrated_on=pool.name,
        n_calibrated_on=len(pool.misses),
        calibration_factor=finite_or_none(_factor(pool.misses)),
        raw_coverage=float(group["covered"].mean()) if len(group) else None,
        coverage=float(np.mean(covered)) if covered else None,
    )


def _covered_without(rows: pd.DataFrame, series: str, cases: pd.DataFrame) -> list[bool]:
    """Whether each case of a series lies in its interval as widened by independent cases."""
    others = rows[rows["series"] != series]
    covered: list[bool] = []
    for (domain, horizon), group in cases.groupby(["domain", "horizon"]):
        place = str(domain), str(horizon)
        pool = _pool(others, *place)
        if pool.name == _pool(rows, *place).name:
            covered += (group["miss"] <= _factor(pool.misses)).tolist()
            continue
        for (record, origin), few in group.groupby(["observation_id", "origin_year"]):
            same_data = (rows["observation_id"] == record) | (rows["origin_year"] == origin)
            independent = rows[(rows["series"] != series) | ~same_data]
            covered += (few["miss"] <= _factor(_pool(independent, *place).misses)).tolist()
    return covered


def _pool(rows: pd.DataFrame, domain: str, horizon: str) -> _Pool:
    """The first place with enough misses."""
    in_domain, at_horizon = rows["domain"] == domain, rows["horizon"] == horizon
    place = _HORIZONS.index(horizon)
    neighbours = rows["horizon"].isin(_HORIZONS[max(0, place - 1) : place + 2])
    places = {
        "domain_and_horizon": in_domain & at_horizon,
        "domain_and_horizons_beside": in_domain & neighbours,
        "domain": in_domain,
        "horizon": at_horizon,
    }
    for name, mask in places.items():
        if mask.sum() >= MIN_MISSES:
            return _Pool(name, rows.loc[mask, "miss"].to_numpy(dtype=float))
    return _Pool(ALL, rows["miss"].to_numpy(dtype=float))


def _factor(misses: Floats) -> float:
    """Factor for half-widths; infinite where there are too few misses."""
    return max(1.0, conformal_quantile(misses))


def conformal_quantile(misses: Floats) -> float:
    """The conformal quantile at `LEVEL`: the ceil((n + 1) level)-th smallest of n misses, else inf."""
    place = math.ceil((len(misses) + 1) * LEVEL)
    return math.inf if place > len(misses) else float(np.sort(misses)[place - 1])


# --- use


def widening(calibrations: Iterable[Calibration]) -> Widen:
    """A function that widens intervals by these factors and returns the factor; unknown factors change nothing."""
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
        return interval.value + outwards * (width + (factor - 1) * (width + MIN_HALF_WIDTH))

    return Interval(interval.value, end(interval.lower, -1), end(interval.upper, 1))
