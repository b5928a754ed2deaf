"""The rule by which one estimator gives the published headline: by its back-tests, and by no taste.

Judged are the predictions of compute (what a headline states) for records up to one decade beyond the data (farther out
there are too few to judge by), from fits to at least 20 observations (with fewer nobody should make a headline), over
all series, each with the same weight:

0. **Honest**: none whose intervals are known to be too short even where its assumptions hold (`Estimator.fault`).
1. **Able**: the estimator gave a compute for at least 90 % of the cases. A headline is wanted for every series.
2. **Good**: its loss is within one standard error of the least loss among the able. Differences within that are noise
   (the one-standard-error rule: Breiman, Friedman, Olshen and Stone 1984, section 3.4.3; Hastie, Tibshirani and
   Friedman, The Elements of Statistical Learning, 2nd ed., section 7.10).
3. **Calibrated**: where any of those has 90 % intervals that held at least 80 % of the time, only those stay. Where
   none has, all stay, and the reasons say so.
4. **Simple**: those with the fewest parameters; among them the one with the least loss, then the first by name.

The last headline has no say: the same observations give the same headline in a new home and in an old one.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from schemas.codes import Coded
from schemas.codes.evaluation import Standing
from schemas.rows.evaluation import BacktestScore
from tasks.evaluate.scores import ALL
from tasks.evaluate.yardstick import NAME as YARDSTICK

HORIZON = "judged"
"""Horizon of out_backtest_scores that is judged."""

UNANSWERED_SHARE = 0.10
"""Share of cases without a compute beyond which an estimator is not able."""

CALIBRATED_SHARE = 0.80
"""Share of 90 % intervals that must hold: with some 20 series, a share of 0.90 is seen as 0.80 by chance."""


class Headline(NamedTuple):
    """The estimator of the headline (None where no back-test can tell), why, and how each estimator stands."""

    estimator: str | None
    reasons: tuple[Coded[Standing], ...]
    standing: dict[str, tuple[Coded[Standing], ...]]


def choose(
    scores: Iterable[BacktestScore], parameters: Mapping[str, int], faults: Mapping[str, str] | None = None
) -> Headline:
    """Choose the estimator of the headline.

    Args:
        scores: What `scores.score` gives.
        parameters: The candidates by name, and how many parameters each has (step 4).
        faults: What is wrong with the intervals of candidates, by name (step 0).
    """
    judged = {s.estimator: s for s in scores if _is_judged(s)}
    candidates = {name: s for name, s in judged.items() if name in parameters}
    standing = _standing_of_unable(candidates, faults or {})
    able = {name: s for name, s in candidates.items() if name not in standing}
    if not able:
        reasons: tuple[Coded[Standing], ...] = (Coded.of(Standing.NONE_ABLE),)
        return Headline(None, reasons, _each(standing))
    best = min(able, key=lambda name: (_loss(able[name]), name))
    se = able[best].flop_loss_se
    limit = _loss(able[best]) + (math.inf if se is None else se)
    good = {name: s for name, s in able.items() if _loss(s) <= limit}
    calibrated = {name: s for name, s in good.items() if _held(s) >= CALIBRATED_SHARE}
    left = calibrated or good
    chosen = min(left, key=lambda name: (parameters[name], _loss(left[name]), name))
    for name, s in able.items():
        if name not in good:
            standing[name] = Coded.of(Standing.LOSS_TOO_LARGE, loss=_loss(s), limit=limit)
        elif name not in left:
            standing[name] = Coded.of(Standing.INTERVALS_TOO_NARROW, loss=_loss(s), held=_held(s))
        elif name != chosen:
            standing[name] = Coded.of(Standing.AS_GOOD, loss=_loss(s))
    score = left[chosen]
    reasons = (
        Coded.of(
            Standing.LOSS_OF_CHOSEN,
            estimator=chosen,
            loss=_loss(score),
            cases=score.n_cases,
            series=score.n_series,
        ),
        Coded.of(
            Standing.LEAST_LOSS, least=_loss(able[best]), estimator=best, limit=limit, good=", ".join(sorted(good))
        ),
        _about_calibration(score, bool(calibrated)),
        Coded.of(Standing.FEWEST_PARAMETERS, parameters=parameters[chosen]),
        *_about_yardstick(score, judged.get(YARDSTICK)),
    )
    return Headline(chosen, reasons, _each(standing) | {chosen: reasons})


def _standing_of_unable(
    candidates: Mapping[str, BacktestScore], faults: Mapping[str, str]
) -> dict[str, Coded[Standing]]:
    """Why candidates are out before their losses are compared: steps 0 and 1."""
    standing = {}
    for name, s in candidates.items():
        if name in faults:
            standing[name] = Coded.of(Standing.INTERVALS_FAULTY, loss=_loss(s), why=faults[name])
        elif not _is_able(s):
            counts = {"unpredicted": s.n_unpredicted, "cases": s.n_cases}
            standing[name] = Coded.of(Standing.UNANSWERED, **counts, most=UNANSWERED_SHARE)
    return standing


def _each(standing: Mapping[str, Coded[Standing]]) -> dict[str, tuple[Coded[Standing], ...]]:
    return {name: (reason,) for name, reason in standing.items()}


def with_standing(scores: Iterable[BacktestScore], headline: Headline) -> list[BacktestScore]:
    """The rows whole: which estimator the headline comes from, and at the judged horizon how each one stands."""
    return [
        replace(
            row,
            is_headline=row.estimator == headline.estimator,
            standing=headline.standing.get(row.estimator, ()) if _is_judged(row) else (),
        )
        for row in scores
    ]


def _is_judged(score: BacktestScore) -> bool:
    return score.horizon == HORIZON and score.scope == ALL


def _is_able(score: BacktestScore) -> bool:
    return score.flop_loss.value is not None and score.n_unpredicted <= UNANSWERED_SHARE * score.n_cases


def _loss(score: BacktestScore) -> float:
    return math.inf if score.flop_loss.value is None else score.flop_loss.value


def _held(score: BacktestScore) -> float:
    """Share of the 90 % intervals that held."""
    return score.flop_coverage_90.value or 0.0


def _about_calibration(score: BacktestScore, is_calibrated: bool) -> Coded[Standing]:
    if is_calibrated:
        return Coded.of(Standing.CALIBRATED, held=_held(score))
    if score.flop_loss_q90 is None:
        return Coded.of(Standing.NONE_CALIBRATED, held=_held(score))
    return Coded.of(Standing.NONE_CALIBRATED_WITHIN, held=_held(score), within=score.flop_loss_q90)


def _about_yardstick(score: BacktestScore, yardstick: BacktestScore | None) -> list[Coded[Standing]]:
    if yardstick is None or yardstick.flop_loss.value is None:
        return []
    is_nearer = yardstick.flop_loss.value < _loss(score)
    code = Standing.NO_CHANGE_IS_NEARER if is_nearer else Standing.NO_CHANGE_IS_NO_NEARER
    return [Coded.of(code, loss=yardstick.flop_loss.value)]
