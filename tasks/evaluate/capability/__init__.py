"""A latent capability behind many benchmarks: capabilities of models, curves of benchmarks, and predicted scores.

`latent` fits the model, `held_out` holds it against the years that it did not see, and this module makes the rows:
every interval of a score is as wide as those held-out misses ask for (split conformal prediction, as in
`tasks.evaluate.calibration`), each benchmark's own by the misses of the others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from schemas.codes import Coded
from schemas.codes.evaluation import CapabilityReason
from schemas.rows import Limits
from schemas.rows.capabilities import BenchmarkDifficulty, Capability, CapabilityCheck, PredictedScore
from tasks.evaluate.calibration import LEVEL
from tasks.evaluate.capability.grid import MIN_BENCHMARKS, MIN_MODELS, Grid, Series, grid_of
from tasks.evaluate.capability.held_out import MIN_HELD_OUT, HeldOut, held_out, widening_without
from tasks.evaluate.capability.latent import LatentModel, bootstrap, fit_latent
from tasks.fit.model import Floats
from tasks.fit.numerics.linear import Flags
from tasks.match.model_scores import ModelScore

REPLICATES = 100
"""Resamples of the models behind the intervals of capabilities and curves."""

MIN_BENCHMARKS_TO_PREDICT = 4
"""Fewest benchmarks of a model for predicting its score on another one."""


class Capabilities(NamedTuple):
    """The rows of the four tables."""

    capabilities: list[Capability]
    difficulties: list[BenchmarkDifficulty]
    checks: list[CapabilityCheck]
    predictions: list[PredictedScore]


@dataclass(frozen=True)
class _Fitted:
    """The latent model of a grid with its resamples, and the held-out scores that it is judged by."""

    grid: Grid
    fit: LatentModel
    resampled: list[LatentModel]
    checks: list[HeldOut]

    def interval(self, values: Floats, resampled: Iterable[Floats], place: int) -> Limits:
        """A fitted figure with the middle `LEVEL` of its resamples."""
        lower, upper = np.quantile([d[place] for d in resampled], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return Limits(float(values[place]), float(lower), float(upper))


def estimate_capabilities(
    rows: Iterable[ModelScore],
    chances: Mapping[Series, float],
    error_floors: Mapping[Series, float],
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Capabilities:
    """Fit the latent model, hold it against late years, and predict what was not run.

    Args:
        rows: One score of each model and benchmark.
        chances: Scores of a guess, where known.
        error_floors: Shares of wrong labels, where known: what no model is expected to get right.
        replicates: Resamples of the models.
        seed: Seeds what is drawn.
    """
    scores = list(rows)
    grid = grid_of(scores, chances, error_floors)
    if not grid.rows:
        return Capabilities(_without_capability(scores, set()), _without_curve(scores, grid), [], [])
    fit = fit_latent(grid.scores)
    fitted = _Fitted(grid, fit, bootstrap(grid.scores, fit, replicates, seed), held_out(grid))
    return Capabilities(
        [*_capabilities(fitted), *_without_capability(scores, set(grid.models))],
        [*_difficulties(fitted), *_without_curve(scores, grid)],
        [row for check in fitted.checks for row in _checks(fitted, check)],
        _predictions(fitted),
    )


def _capabilities(fitted: _Fitted) -> list[Capability]:
    last = {row.model_key: row for row in fitted.grid.rows}
    counts = Counter(row.model_key for row in fitted.grid.rows)
    values, resampled = fitted.fit.capability, [d.capability for d in fitted.resampled]
    return [
        _capability(last[key], counts[key], fitted.interval(values, resampled, place))
        for place, key in enumerate(fitted.grid.models)
    ]


def _capability(
    row: ModelScore, n: int, capability: Limits, reason: tuple[Coded[CapabilityReason], ...] = ()
) -> Capability:
    return Capability(
        model=row.model,
        model_key=row.model_key,
        year=row.year,
        training_flop=row.training_flop,
        dataset_size=row.dataset_size,
        n_benchmarks=n,
        capability=capability,
        confidence_level=LEVEL,
        reason=reason,
    )


def _without_capability(scores: list[ModelScore], fitted: set[str]) -> list[Capability]:
    of_model: dict[str, list[ModelScore]] = defaultdict(list)
    for row in scores:
        if row.model_key not in fitted:
            of_model[row.model_key].append(row)
    few = CapabilityReason.FEW_BENCHMARKS
    return [
        _capability(rows[0], len(rows), Limits(), (Coded.of(few, n=len(rows), least=MIN_BENCHMARKS),))
        for rows in of_model.values()
    ]


def _difficulties(fitted: _Fitted) -> list[BenchmarkDifficulty]:
    checks = {check.benchmark: check for check in fitted.checks}
    return [_difficulty(fitted, place, checks.get(place)) for place in range(len(fitted.grid.series))]


def _difficulty(fitted: _Fitted, place: int, check: HeldOut | None) -> BenchmarkDifficulty:
    fit, (benchmark, metric) = fitted.fit, fitted.grid.series[place]
    slopes, difficulties = [d.slope for d in fitted.resampled], [d.difficulty for d in fitted.resampled]
    row = BenchmarkDifficulty(
        series=benchmark,
        metric=metric,
        n_models=int((fitted.grid.scores.benchmark == place).sum()),
        chance_level=float(fit.chance[place]),
        ceiling=float(fit.ceiling[place]),
        discrimination=fitted.interval(fit.slope, slopes, place),
        difficulty=fitted.interval(fit.difficulty, difficulties, place),
        score_sd=100 * float(fit.noise[place]),
        confidence_level=LEVEL,
        reason=() if check else (Coded.of(CapabilityReason.FEW_HELD_OUT, least=MIN_HELD_OUT),),
    )
    return _with_held_out_scores(row, fitted, check) if check else row


def _with_held_out_scores(row: BenchmarkDifficulty, fitted: _Fitted, check: HeldOut) -> BenchmarkDifficulty:
    compared = (check.predicted, check.by_date, check.by_compute, check.by_mean)
    capability, date, compute, mean = (100 * float(np.abs(check.score - scores).mean()) for scores in compared)
    return replace(
        row,
        held_out_from=check.from_year,
        n_held_out=len(check.places),
        capability_miss=capability,
        date_miss=date,
        compute_miss=compute,
        mean_miss=mean,
        is_best=capability < min(date, compute, mean),
        held_out_coverage=float(_covered(fitted, check).mean()),
    )


def _covered(fitted: _Fitted, check: HeldOut) -> Flags:
    """Which scores lie in the interval calibrated on the other benchmarks."""
    return check.misses <= widening_without(fitted.checks, check.benchmark)


def _without_curve(scores: list[ModelScore], grid: Grid) -> list[BenchmarkDifficulty]:
    counts = Counter(row.model_key for row in scores)
    usable = Counter((r.benchmark, r.metric) for r in scores if counts[r.model_key] >= MIN_BENCHMARKS)
    return [
        BenchmarkDifficulty(
            series=benchmark,
            metric=metric,
            n_models=usable[benchmark, metric],
            chance_level=grid.chances.get((benchmark, metric)),
            confidence_level=LEVEL,
            reason=(Coded.of(CapabilityReason.FEW_MODELS, n=usable[benchmark, metric], least=MIN_MODELS),),
        )
        for benchmark, metric in sorted({(r.benchmark, r.metric) for r in scores} - set(grid.series))
    ]


def _checks(fitted: _Fitted, check: HeldOut) -> list[CapabilityCheck]:
    benchmark, metric = fitted.grid.series[check.benchmark]
    widening = widening_without(fitted.checks, check.benchmark)
    covered = _covered(fitted, check)
    rows = [fitted.grid.rows[place] for place in check.places]
    return [
        CapabilityCheck(
            series=benchmark,
            metric=metric,
            held_out_from=check.from_year,
            model=row.model,
            model_key=row.model_key,
            year=int(fitted.grid.year[check.places[i]]),
            n_benchmarks=int(check.n_others[i]),
            score=100 * row.score,
            predicted_score=_interval(check.predicted[i], widening * check.sd[i]),
            score_held=bool(covered[i]),
            date_score=100 * float(check.by_date[i]),
            compute_score=100 * float(check.by_compute[i]),
            mean_score=100 * float(check.by_mean[i]),
            confidence_level=LEVEL,
        )
        for i, row in enumerate(rows)
    ]


def _interval(score: float, half_width: float) -> Limits:
    """A score in percent with its interval, no farther than scores go; empty ends where no width is known."""
    if not np.isfinite(half_width):
        return Limits(100 * float(score))
    ends = np.clip([score - half_width, score + half_width], 0, 1)
    return Limits(100 * float(score), 100 * float(ends[0]), 100 * float(ends[1]))


def _predictions(fitted: _Fitted) -> list[PredictedScore]:
    """What well-covered models would score on the benchmarks on which they were not run."""
    grid, fit, widening = fitted.grid, fitted.fit, widening_without(fitted.checks)
    run: dict[str, dict[Series, ModelScore]] = defaultdict(dict)
    for row in grid.rows:
        run[row.model_key][row.benchmark, row.metric] = row
    rows = []
    for m, key in enumerate(grid.models):
        open_series = [s for s in range(len(grid.series)) if grid.series[s] not in run[key]]
        if len(run[key]) < MIN_BENCHMARKS_TO_PREDICT or not open_series:
            continue
        places = np.array(open_series)
        capability, sd = (np.full(len(places), values[m]) for values in (fit.capability, fit.capability_sd))
        scores, sds = fit.score(places, capability), fit.score_sd(places, capability, sd)
        any_row = next(iter(run[key].values()))
        rows += [
            PredictedScore(
                model=any_row.model,
                model_key=key,
                series=grid.series[place][0],
                metric=grid.series[place][1],
                year=any_row.year,
                n_benchmarks=len(run[key]),
                predicted_score=_interval(score, widening * width),
                confidence_level=LEVEL,
            )
            for place, score, width in zip(open_series, scores, sds, strict=True)
        ]
    return rows
