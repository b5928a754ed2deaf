"""Scores of back-tests: loss, score, bias and coverage by estimator, domain and how much lower the record's error was.

Rules of all figures here:

* **Same cases for all.** An estimator is scored on every case, whether it gave a figure or not. Where it gave none (no
  fit, no figure, an error that its curve never reaches) the loss and the bias of the case are +inf and none of its
  intervals counts as holding, unless an unbounded interval around an unreachable error does. Losses are medians, so one
  such case costs no more than a very bad one; where they are half of all, the loss itself is infinite (empty). The
  score of a case is finite (`backtest.SCORED_DECADES`), and its mean is proper.
* **Every record weighs the same**, however many origins foretold it: a case weighs 1 / (cases of its record).
* **Uncertainty is over series and records**: whole series are drawn with replacement, and within each its records with
  all their cases, which share their data (two-stage bootstrap: Davison and Hinkley, Bootstrap Methods and their
  Application, 1997, section 3.8). One series alone leaves the uncertainty of its records.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from schemas.frames import frame_of
from schemas.rows import Limits
from schemas.rows.evaluation import BacktestPrediction, BacktestScore
from tasks.evaluate.backtest import LEVELS
from tasks.fit.estimator import Ints
from tasks.fit.model import Floats, finite_or_none
from tasks.wording import words

REPLICATES = 1000
"""Drawings of series and records behind standard errors and intervals."""

INTERVAL = 0.90
"""Level of the intervals of losses and coverages."""

ONE_SD = 0.6827
"""Share of a normal distribution within one standard deviation."""

JUDGED_POINTS = 10
"""Observations from which a fit is judged for the headline: about the fewest that a published headline rests on. Who
refuses them gives no figure for many series (`headline`, step 1)."""

ALL = "all"
"""The scope of all series together, and the horizon of all cases."""

JUDGED = "judged"
"""The horizon that the headline's rule looks at."""


class Horizon(NamedTuple):
    """Error of the record over the best known: from the first on, below the second; and the observations needed."""

    at_least: float
    below: float
    n_min: int = 0


BINS = {
    "from_0.8": Horizon(0.8, np.inf),
    "0.67_to_0.8": Horizon(2 / 3, 0.8),
    "0.5_to_0.67": Horizon(0.5, 2 / 3),
    "below_0.5": Horizon(0, 0.5),
}
"""The horizons that do not overlap, by name, nearest first."""

_HORIZONS = BINS | {ALL: Horizon(0, np.inf), JUDGED: Horizon(2 / 3, np.inf, JUDGED_POINTS)}


def bin_of(horizon_error: float) -> str:
    """The bin of a record or target whose error is so many times the best known."""
    return next(name for name, h in BINS.items() if h.at_least <= horizon_error < h.below)


class Cases(NamedTuple):
    """Cases of one scope and horizon, each once: its weight (n,), and the numbers of its series and record (n,)."""

    weight: Floats
    series: Ints
    record: Ints


def cases_of(rows: pd.DataFrame) -> Cases:
    """The cases of one estimator's predictions."""
    series = pd.factorize(rows["series"], sort=True)[0]
    record = pd.factorize(rows["observation_id"], sort=True)[0]
    return Cases(1 / np.bincount(record)[record], series, record)


def drawn_weights(cases: Cases, seed: int) -> Floats:
    """Weights of the cases (1 + REPLICATES, n): the data themselves, then replicates."""
    rng = np.random.default_rng(seed)
    _, first = np.unique(cases.record, return_index=True)
    series_of_record = cases.series[first]
    times = np.zeros((REPLICATES, len(first)))
    for series in np.unique(series_of_record):
        mine = np.flatnonzero(series_of_record == series)
        times[:, mine] = rng.multinomial(len(mine), np.full(len(mine), 1 / len(mine)), REPLICATES)
    n_series = cases.series.max() + 1
    times *= rng.multinomial(n_series, np.full(n_series, 1 / n_series), REPLICATES)[:, series_of_record]
    return np.vstack([cases.weight, times[:, cases.record] * cases.weight])


def at_horizon(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The predictions at a horizon."""
    horizon = _HORIZONS[name]
    error = rows["horizon_error"]
    return rows[(error >= horizon.at_least) & (error < horizon.below) & (rows["n"] >= horizon.n_min)]


def score(backtests: list[BacktestPrediction], seed: int = 0) -> list[BacktestScore]:
    """How well each estimator did at each horizon, over all series, in each domain and in each series."""
    if not backtests:
        return []
    frame = frame_of("out_backtests", backtests, words)
    scopes = [(ALL, frame), *frame.groupby("domain", sort=True), *frame.groupby("series", sort=True)]
    return [
        BacktestScore(scope=str(scope), estimator=str(estimator), horizon=horizon, **_scores_of(rows, seed))
        for scope, of_scope in scopes
        for estimator, of_estimator in of_scope.groupby("estimator", sort=False)
        for horizon in _HORIZONS
        if len(rows := at_horizon(of_estimator, horizon))
    ]


def _scores_of(rows: pd.DataFrame, seed: int) -> dict[str, Any]:
    weights = drawn_weights(cases_of(rows), seed)
    scores: dict[str, Any] = {
        "n_cases": len(rows),
        "n_series": rows["series"].nunique(),
        "n_unpredicted": int(rows["log10_flop_predicted"].isna().sum()),
    }
    for what in ("flop", "error"):
        scores |= _scores_of_one(rows, what, weights)
    return scores


def _scores_of_one(rows: pd.DataFrame, what: str, weights: Floats) -> dict[str, Any]:
    ratio: Floats = np.array(rows[f"log10_{what}_ratio"].astype(float).fillna(np.inf))
    loss = weighted_quantile(np.abs(ratio), weights, 0.5)
    covered = {level: _shares(rows[f"{what}_held_{round(100 * level)}"], weights) for level in LEVELS}
    widest = covered.pop(LEVELS[-1])
    scores: dict[str, Any] = {
        f"{what}_score": float(np.average(rows[f"{what}_score"], weights=weights[0])),
        f"{what}_loss": Limits(finite_or_none(loss[0]), *map(finite_or_none, _ends(loss, INTERVAL))),
        f"{what}_loss_q90": finite_or_none(weighted_quantile(np.abs(ratio), weights[:1], 0.9)[0]),
        f"{what}_bias": finite_or_none(weighted_quantile(ratio, weights[:1], 0.5)[0]),
        **{f"{what}_coverage_{round(100 * level)}": float(shares[0]) for level, shares in covered.items()},
        f"{what}_coverage_90": Limits(float(widest[0]), *_ends(widest, INTERVAL)),
    }
    if what == "flop":
        scores["flop_loss_se"] = finite_or_none(_standard_error(loss))
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
