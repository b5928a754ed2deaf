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
from typing import NamedTuple

from tasks.evaluate.backtest import Row
from tasks.evaluate.scores import ALL
from tasks.evaluate.yardstick import NAME as YARDSTICK

HORIZON = "judged"
"""Horizon of out_backtest_scores that is judged."""

UNANSWERED_SHARE = 0.10
"""Share of cases without a compute beyond which an estimator is not able."""

CALIBRATED_SHARE = 0.80
"""Share of 90 % intervals that must hold: with some 20 series, a share of 0.90 is seen as 0.80 by chance."""


class Headline(NamedTuple):
    """The estimator of the headline (None where no back-test can tell), why in words, and how each other one stands."""

    estimator: str | None
    reasons: tuple[str, ...]
    standing: dict[str, str]


def choose(scores: Iterable[Row], parameters: Mapping[str, int], faults: Mapping[str, str] | None = None) -> Headline:
    """Choose the estimator of the headline.

    Args:
        scores: Rows of out_backtest_scores (see `scores.score`).
        parameters: The candidates by name, and how many parameters each has (step 4).
        faults: What is wrong with the intervals of candidates, by name (step 0).
    """
    judged = {s["estimator"]: s for s in scores if _is_judged(s)}
    mine = {name: s for name, s in judged.items() if name in parameters}
    standing = {name: _why_not_able(s) for name, s in mine.items() if not _is_able(s)}
    standing |= {name: f"{_loss(mine[name])}, but {why}" for name, why in (faults or {}).items() if name in mine}
    able = {name: s for name, s in mine.items() if name not in standing}
    if not able:
        return Headline(None, ("no estimator gave a compute for enough of the records that came after",), standing)
    best = min(able, key=lambda name: (able[name]["flop_loss"], name))
    se = able[best]["flop_loss_se"]
    limit = able[best]["flop_loss"] + (math.inf if se is None else se)
    good = {name: s for name, s in able.items() if s["flop_loss"] <= limit}
    standing |= {name: f"{_loss(s)}, more than {limit:.2f}" for name, s in able.items() if name not in good}
    calibrated = {name: s for name, s in good.items() if s["flop_coverage_90"] >= CALIBRATED_SHARE}
    if calibrated:
        standing |= {name: f"{_loss(s)}, but {_coverage(s)}" for name, s in good.items() if name not in calibrated}
    left = calibrated or good
    chosen = min(left, key=lambda name: (parameters[name], left[name]["flop_loss"], name))
    standing |= {name: f"{_loss(s)}, as good as the headline's" for name, s in left.items() if name != chosen}
    reasons = [
        f"{chosen}: {_loss(left[chosen])} in {mine[chosen]['n_cases']} predictions of records up to one decade beyond"
        f" the data, in {mine[chosen]['n_series']} series",
        f"the least loss is {able[best]['flop_loss']:.2f} ({best}); up to {limit:.2f}, one standard error more, counts"
        f" as good: {', '.join(sorted(good))}",
        _about_calibration(left[chosen], bool(calibrated)),
        f"of these it has the fewest parameters ({parameters[chosen]}), then the least loss",
        *_about_yardstick(left[chosen], judged.get(YARDSTICK)),
    ]
    return Headline(chosen, tuple(reasons), standing | {chosen: "; ".join(reasons)})


def with_standing(scores: Iterable[Row], headline: Headline) -> list[Row]:
    """The rows whole: which estimator the headline comes from, and at the judged horizon how each one stands."""
    return [
        row
        | {
            "is_headline": row["estimator"] == headline.estimator,
            "standing": headline.standing.get(row["estimator"]) if _is_judged(row) else None,
        }
        for row in scores
    ]


def _is_judged(score: Row) -> bool:
    return bool(score["horizon"] == HORIZON and score["scope"] == ALL)


def _is_able(score: Row) -> bool:
    return score["flop_loss"] is not None and score["n_unpredicted"] <= UNANSWERED_SHARE * score["n_cases"]


def _why_not_able(score: Row) -> str:
    return f"gave no compute in {score['n_unpredicted']} of {score['n_cases']} cases, more than {UNANSWERED_SHARE:.0%}"


def _loss(score: Row) -> str:
    return f"median loss of {score['flop_loss']:.2f} decades of compute"


def _coverage(score: Row) -> str:
    return f"its 90 % intervals held in {score['flop_coverage_90']:.0%} of the cases"


def _about_calibration(score: Row, is_calibrated: bool) -> str:
    if is_calibrated:
        return _coverage(score)
    beyond = score["flop_loss_q90"]
    known = f": 90 % of its predictions were within {beyond:.1f} decades" if beyond is not None else ""
    return f"no good estimator is calibrated ({_coverage(score)}), so intervals are to be read as too narrow{known}"


def _about_yardstick(score: Row, yardstick: Row | None) -> list[str]:
    if yardstick is None or yardstick["flop_loss"] is None:
        return []
    skill = "nearer" if yardstick["flop_loss"] < score["flop_loss"] else "no nearer"
    return [
        f"to expect the largest compute so far of every record would have been {skill} ({yardstick['flop_loss']:.2f})"
    ]
