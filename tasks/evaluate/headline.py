"""The rule that chooses the estimator of the published headline in each domain, by back-tests alone.

Judged are the predictions of compute (what a headline states) for records whose error was at least two thirds of the
best known, from fits to at least 10 observations, within one domain (vision, language understanding, today's language
models): what holds for image classifiers need not hold for language models. A domain with fewer than `MIN_CASES`
judged predictions goes by what was chosen for it on the day of `headline_choices.csv`, else by all domains together.

0. **Honest**: none whose intervals are known to be too short even where its assumptions hold (`Estimator.fault`).
1. **Able**: the estimator gave a compute for at least 90 % of the cases. A headline is wanted for every series.
2. **As good as any**: those whose mean score the data cannot tell from the least one. Scores are compared case by case;
   out are those that score worse than the best in 90 % of the draws of series and records (`scores.drawn_weights`; the
   idea of the model confidence set: Hansen, Lunde and Nason 2011, Econometrica 79:453).
3. **Settled**: of these the one that was chosen on the day of `headline_choices.csv`, which comes with the code: a
   choice stands until back-tests contradict it, so that releases with more and with fewer data have one headline.
4. **Simple**: else the one with the fewest parameters; among them the first in the order of `PREFERENCE`.

Nothing hangs on which of several good scores is the least, so a few records more or less change the headline only where
they tell estimators apart. What cannot be told apart is not hidden: the headline's interval spans all of step 2. The
home's last headline has no say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from schemas.codes import Coded
from schemas.codes.evaluation import Standing
from schemas.frames import frame_of
from schemas.rows import Limits
from schemas.rows.evaluation import BacktestPrediction, BacktestScore, HeadlineEstimate
from schemas.rows.fits import Estimate
from tasks.evaluate.baselines import BASELINES
from tasks.evaluate.scores import ALL, JUDGED, at_horizon, cases_of, drawn_weights
from tasks.fit.model import Floats
from tasks.reference.benchmarks import domain_of
from tasks.reference.headline_choices import HeadlineChoice
from tasks.wording import words

MAX_UNANSWERED_SHARE = 0.10
"""Share of cases without a compute beyond which an estimator is not able."""

MIN_CASES = 10
"""Fewest predictions for which a domain is judged by itself."""

WORSE_SHARE = 0.90
"""Share of the draws in which an estimator must be worse than the best to be told apart from it."""

PREFERENCE = ("power_law_symmetric", "power_law_errors_in_variables")
"""Of estimators as simple and as good the first of these: neither compute nor error is known exactly, and these put the
scatter into both. The others follow by name."""


class Headline(NamedTuple):
    """What one domain's headline comes from.

    `estimator` is None where no back-test can tell; `alike` are all that the rule cannot tell apart, the chosen one
    among them; `standing` says how each estimator stands.
    """

    estimator: str | None
    alike: tuple[str, ...]
    reasons: tuple[Coded[Standing], ...]
    standing: dict[str, tuple[Coded[Standing], ...]]


def choose_by_domain(
    backtests: list[BacktestPrediction],
    parameters: Mapping[str, int],
    faults: Mapping[str, str],
    settled: Mapping[str, HeadlineChoice],
    seed: int = 0,
) -> dict[str, Headline]:
    """The headline of every domain with predictions, and under `ALL` that of any other.

    Args:
        backtests: All predictions.
        parameters: The candidates by name, and how many parameters each has (step 3).
        faults: What is wrong with the intervals of candidates, by name (step 0).
        settled: Earlier choices by domain (step 3).
        seed: Seeds the draws.
    """
    if not backtests:
        return {}
    judged = at_horizon(frame_of("out_backtests", backtests, words), JUDGED)
    headlines: dict[str, Headline] = {}
    for domain in (ALL, *sorted({b.domain for b in backtests})):
        in_scope = judged if domain == ALL else judged[judged["domain"] == domain]
        n, earlier = len(in_scope) // max(1, in_scope["estimator"].nunique()), settled.get(domain)
        if n >= MIN_CASES or (earlier is None and domain == ALL):
            headlines[domain] = choose(in_scope, parameters, faults, earlier, seed)
        else:
            headlines[domain] = _earlier_choice(earlier, n) if earlier else headlines[ALL]
    return headlines


def _earlier_choice(choice: HeadlineChoice, cases: int) -> Headline:
    """The earlier choice, where there are too few cases to contradict it."""
    counts = {"then": choice.cases, "cases": cases, "least": MIN_CASES}
    reason = Coded.of(Standing.SETTLED_AND_FEW, estimator=choice.estimator, day=choice.chosen_on, **counts)
    return Headline(choice.estimator, choice.alike, (reason,), {choice.estimator: (reason,)})


def choose(
    judged: pd.DataFrame,
    parameters: Mapping[str, int],
    faults: Mapping[str, str] | None = None,
    settled: HeadlineChoice | None = None,
    seed: int = 0,
) -> Headline:
    """Choose the estimator of the headline by these predictions (columns of out_backtests)."""
    candidates = judged[judged["estimator"].isin(parameters)]
    standing = _reasons_for_exclusion(candidates, faults or {})
    eligible = sorted(set(candidates["estimator"]) - set(standing))
    if not eligible:
        return Headline(None, (), (Coded.of(Standing.NONE_ABLE),), _each(standing))
    scores, weights = _by_case(judged, seed)
    mean = {name: float(np.average(scores[name], weights=weights[0])) for name in scores}
    best = min(eligible, key=lambda name: (mean[name], name))
    alike = [name for name in eligible if not _is_worse(scores[name].to_numpy() - scores[best].to_numpy(), weights)]
    simplest = min(alike, key=lambda name: (parameters[name], _preference(name)))
    kept = settled if settled and settled.estimator in alike else None
    chosen = kept.estimator if kept else simplest
    why = Coded.of(Standing.SIMPLEST, parameters=parameters[chosen])
    if settled:
        code = Standing.SETTLED if kept else Standing.CONTRADICTED
        why = Coded.of(code, day=settled.chosen_on, estimator=settled.estimator, cases=settled.cases)
    for name in eligible:
        code = Standing.AS_GOOD if name in alike else Standing.SCORE_TOO_LARGE
        standing[name] = Coded.of(code, score=mean[name], best=best, least=mean[best])
    reasons = (
        Coded.of(
            Standing.SCORE_OF_CHOSEN,
            estimator=chosen,
            score=mean[chosen],
            cases=len(scores),
            series=judged["series"].nunique(),
        ),
        Coded.of(Standing.LEAST_SCORE, least=mean[best], estimator=best, alike=", ".join(alike)),
        why,
        *(
            Coded.of(
                Standing.YARDSTICK_IS_NEARER if mean[y] < mean[chosen] else Standing.YARDSTICK_IS_NO_NEARER,
                yardstick=y,
                score=mean[y],
            )
            for y in BASELINES
            if y in mean
        ),
    )
    return Headline(chosen, tuple(alike), reasons, _each(standing) | {chosen: reasons})


def _by_case(judged: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, Floats]:
    """Scores of compute, a row a case and a column an estimator (all meet the same cases), and drawn weights."""
    scores = judged.pivot_table(
        index=["series", "observation_id", "origin_year"], columns="estimator", values="flop_score"
    ).dropna(axis=1)
    return scores, drawn_weights(cases_of(scores.index.to_frame(index=False)), seed)


def _is_worse(difference: Floats, weights: Floats) -> bool:
    """Whether scores exceed the best's in nearly all draws; `difference` is case by case."""
    drawn = weights[1:] @ difference
    return bool((drawn > 0).mean() >= WORSE_SHARE)


def _preference(name: str) -> tuple[int, str]:
    return (PREFERENCE.index(name) if name in PREFERENCE else len(PREFERENCE), name)


def _reasons_for_exclusion(candidates: pd.DataFrame, faults: Mapping[str, str]) -> dict[str, Coded[Standing]]:
    """Reasons for excluding candidates before scores are compared (steps 0 and 1)."""
    standing = {}
    for name, rows in candidates.groupby("estimator", sort=True):
        unpredicted = int(rows["log10_flop_predicted"].isna().sum())
        if name in faults:
            standing[str(name)] = Coded.of(Standing.INTERVALS_FAULTY, why=faults[str(name)])
        elif unpredicted > MAX_UNANSWERED_SHARE * len(rows):
            counts = {"unpredicted": unpredicted, "cases": len(rows)}
            standing[str(name)] = Coded.of(Standing.UNANSWERED, **counts, most=MAX_UNANSWERED_SHARE)
    return standing


def _each(standing: Mapping[str, Coded[Standing]]) -> dict[str, tuple[Coded[Standing], ...]]:
    return {name: (reason,) for name, reason in standing.items()}


def with_headline_status(
    scores: list[BacktestScore], headlines: Mapping[str, Headline], domain_of_scope: Mapping[str, str]
) -> list[BacktestScore]:
    """The rows whole: which estimator the headline of a row's scope comes from, which are as good, and at the judged
    horizon of a domain (or of all) how each one stands."""
    nothing = Headline(None, (), (), {})

    def with_status(row: BacktestScore) -> BacktestScore:
        headline = headlines.get(domain_of_scope.get(row.scope, row.scope), nothing)
        has_status = row.horizon == JUDGED and row.scope in headlines
        return replace(
            row,
            is_headline=row.estimator == headline.estimator,
            is_alike=row.estimator in headline.alike,
            standing=headline.standing.get(row.estimator, ()) if has_status else (),
        )

    return [with_status(row) for row in scores]


def headline_estimates(
    estimates: Iterable[Estimate], scores: Sequence[BacktestScore], settled: Mapping[str, HeadlineChoice]
) -> list[HeadlineEstimate]:
    """What the headline of each benchmark says of every target: the chosen estimator's figure, and an interval that
    spans those of all that the rule cannot tell from it and that give a figure.

    Args:
        estimates: All estimates.
        scores: Scores with standing (`with_headline_status`).
        settled: Earlier choices by domain, for those without back-tests.
    """
    if not scores:
        return []
    chosen = {domain: (choice.estimator, choice.alike) for domain, choice in settled.items()}
    chosen |= {row.scope: (row.estimator, _alike(scores, row.scope)) for row in scores if row.is_headline}
    by_target: dict[tuple[str, str], list[Estimate]] = {}
    for estimate in estimates:
        by_target.setdefault((estimate.series, estimate.target), []).append(estimate)
    found = []
    for (benchmark, _), rows in by_target.items():
        estimator, alike = chosen.get(domain_of(benchmark)) or chosen.get(ALL) or (None, ())
        found += [_headline_estimate(e, rows, sorted(alike)) for e in rows if e.estimator == estimator]
    return found


def _alike(scores: Iterable[BacktestScore], scope: str) -> tuple[str, ...]:
    return tuple({row.estimator for row in scores if row.scope == scope and row.is_alike})


def _headline_estimate(chosen: Estimate, rows: list[Estimate], alike: list[str]) -> HeadlineEstimate:
    value = chosen.log10_training_flop.value
    intervals = [
        e.log10_training_flop for e in rows if e.estimator in alike and e.log10_training_flop.value is not None
    ]
    ends = [(limits.lower, limits.upper) for limits in intervals] if value is not None else [(None, None)]
    lower, upper = zip(*ends, strict=True)
    return HeadlineEstimate(
        series=chosen.series,
        metric=chosen.metric,
        domain=domain_of(chosen.series),
        target=chosen.target,
        target_error=chosen.target_error,
        estimator=chosen.estimator,
        estimators_alike=", ".join(alike),
        n_alike=len(intervals),
        log10_training_flop=Limits(value, None if None in lower else min(lower), None if None in upper else max(upper)),
        probability_unreachable=chosen.probability_unreachable,
        status=chosen.status,
        reason=chosen.reason,
    )
