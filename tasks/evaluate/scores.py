"""Scores of back-tests: loss, bias and calibration by estimator and by how far the record lay beyond the data.

Rules of all figures here:

* **Same cases for all.** An estimator is scored on every case, whether it gave a figure or not. Where it gave none (no
  fit, no figure, an error that its curve never reaches) the loss and the bias of the case are +inf and none of its
  intervals counts as holding, unless an unbounded interval around an unreachable error does. Losses are medians, so one
  such case costs no more than a very bad one; where they are half of all, the loss itself is infinite (empty).
* **Every series weighs the same**, however many cases it has: a case weighs 1 / (cases of its series).
* **Uncertainty is over series**: whole series are drawn with replacement (Cameron, Gelbach and Miller 2008, Rev. Econ.
  Stat. 90:414, "pairs cluster bootstrap"), since the cases of one series share their data.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from schemas.frames import frame_of
from schemas.rows import Limits
from schemas.rows.evaluation import BacktestPrediction, BacktestScore
from tasks.evaluate.backtest import LEVELS
from tasks.fit.model import Floats
from tasks.wording import words

REPLICATES = 1000
"""Drawings of series behind standard errors and intervals."""

INTERVAL = 0.90
"""Level of the intervals of losses and coverages."""

ONE_SD = 0.6827
"""Share of a normal distribution within one standard deviation."""

JUDGED_POINTS = 20
"""Observations from which a fit is judged for the headline: what the estimators need that ask for more than a line does
(a 10 % quantile), and about what a published headline rests on. With fewer, refusals would decide."""

ALL = "all"
"""The scope of all series together, and the horizon of all cases."""


class Horizon(NamedTuple):
    """Decades beyond the data: above the first, up to and with the second; and the observations needed."""

    above: float
    up_to: float
    n_min: int = 0


_HORIZONS = {
    "within_data": Horizon(-np.inf, 0),
    "0_to_0.5": Horizon(0, 0.5),
    "0.5_to_1": Horizon(0.5, 1),
    "1_to_2": Horizon(1, 2),
    "beyond_2": Horizon(2, np.inf),
    ALL: Horizon(-np.inf, np.inf),
    "judged": Horizon(-np.inf, 1, JUDGED_POINTS),
}


class Cases(NamedTuple):
    """Cases of one estimator at one horizon: weight of each (n,), its series' number (n,), and how many series."""

    rows: pd.DataFrame
    weight: Floats
    series: np.ndarray[Any, np.dtype[np.int64]]
    n_series: int


def score(backtests: list[BacktestPrediction], seed: int = 0) -> list[BacktestScore]:
    """How well each estimator did at each horizon; what the headline says of it is still to be added."""
    if not backtests:
        return []
    frame = frame_of("out_backtests", backtests, words)
    scopes = [(ALL, frame), *frame.groupby("benchmark", sort=True)]
    return [
        BacktestScore(scope=str(scope), estimator=str(estimator), horizon=horizon, **_scores_of(cases, seed))
        for scope, of_scope in scopes
        for estimator, rows in of_scope.groupby("estimator", sort=False)
        for horizon, cases in _by_horizon(rows)
    ]


def _by_horizon(rows: pd.DataFrame) -> Iterator[tuple[str, Cases]]:
    for name, horizon in _HORIZONS.items():
        decades = rows["horizon_decades"]
        mine = rows[(decades > horizon.above) & (decades <= horizon.up_to) & (rows["n"] >= horizon.n_min)]
        if len(mine):
            numbers, names = pd.factorize(mine["benchmark"], sort=True)
            weight = 1 / np.bincount(numbers)[numbers]
            yield name, Cases(mine, weight, numbers, len(names))


def _scores_of(cases: Cases, seed: int) -> dict[str, Any]:
    times = np.random.default_rng(seed).multinomial(
        cases.n_series, np.full(cases.n_series, 1 / cases.n_series), REPLICATES
    )
    weights = np.vstack([cases.weight, times[:, cases.series] * cases.weight])  # the data themselves, then replicates
    scores: dict[str, Any] = {
        "n_cases": len(cases.rows),
        "n_series": cases.n_series,
        "n_unpredicted": int(cases.rows["log10_flop_predicted"].isna().sum()),
    }
    for what in ("flop", "error"):
        scores |= _scores_of_one(cases.rows, what, weights)
    return scores


def _scores_of_one(rows: pd.DataFrame, what: str, weights: Floats) -> dict[str, Any]:
    ratio: Floats = np.array(rows[f"log10_{what}_ratio"].astype(float).fillna(np.inf))
    loss = weighted_quantile(np.abs(ratio), weights, 0.5)
    covered = {level: _shares(rows[f"{what}_held_{round(100 * level)}"], weights) for level in LEVELS}
    widest = covered.pop(LEVELS[-1])
    scores: dict[str, Any] = {
        f"{what}_loss": Limits(_finite(loss[0]), *map(_finite, _ends(loss, INTERVAL))),
        f"{what}_loss_q90": _finite(weighted_quantile(np.abs(ratio), weights[:1], 0.9)[0]),
        f"{what}_bias": _finite(weighted_quantile(ratio, weights[:1], 0.5)[0]),
        **{f"{what}_coverage_{round(100 * level)}": float(shares[0]) for level, shares in covered.items()},
        f"{what}_coverage_90": Limits(float(widest[0]), *_ends(widest, INTERVAL)),
    }
    if what == "flop":
        scores["flop_loss_se"] = _finite(_standard_error(loss))
    return scores


def _shares(held: pd.Series, weights: Floats) -> Floats:
    """Share of the weight that held, for each row of weights (B, n); rounding does not carry it beyond one."""
    return np.minimum(weights @ held.to_numpy(dtype=float) / weights.sum(axis=1), 1.0)


def weighted_quantile(values: Floats, weights: Floats, p: float) -> Floats:
    """For each row of weights (B, n) the smallest of the values (n,) up to which a share p of the weight lies.

    Infinite values are the largest, and harm no other.
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    first = (reached >= p * reached[:, -1:] * (1 - 1e-12)).argmax(axis=1)  # a share reached up to rounding is reached
    return values[order][first]


def _ends(replicated: Floats, level: float) -> tuple[float, float]:
    """Percentile interval of replicates (the rest) around the figure itself (the first), which it always holds."""
    tails = (1 - level) / 2, (1 + level) / 2
    lower, upper = np.quantile(replicated[1:], tails, method="inverted_cdf")
    return min(float(lower), float(replicated[0])), max(float(upper), float(replicated[0]))


def _standard_error(replicated: Floats) -> float:
    """Half of the width that holds the middle 68 % of the replicates: for a normal distribution, its sd.

    Unlike the sd it does not hang on the few replicates that are infinite.
    """
    lower, upper = _ends(replicated, ONE_SD)
    return (upper - lower) / 2 if np.isfinite(upper) else np.inf


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
