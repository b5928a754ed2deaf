"""How well a model's other benchmarks foretell its score, beside the best curve of the benchmark alone.

For each benchmark the scores of the last years are held out, those of all models of these years at once, and the latent
model is fitted to what remains: earlier models on this benchmark, and all models on all others. A held-out score is
then predicted from the capability that the model's other benchmarks give it. The rivals see the benchmark's own
earlier scores alone: their logistic curve on the year, the one on compute (for models without a known compute the one
on the year), and their mean. Which of the three is best is chosen with hindsight, in their favour.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares
from scipy.special import expit, logit

from tasks.evaluate.calibration import conformal_quantile
from tasks.evaluate.capability.grid import MIN_BENCHMARKS, MIN_MODELS, Grid
from tasks.evaluate.capability.latent import LatentModel, fit_latent
from tasks.fit.estimator import Ints
from tasks.fit.model import Floats
from tasks.fit.numerics.linear import Flags

MIN_HELD_OUT = 10
"""The last year alone, or as many of the last years as hold so many scores."""

MIN_ON_COMPUTE = 5
"""Earlier scores with a known compute from which the curve on compute is fitted; else the one on the year stands."""

LIGHT_RIDGE = 0.03
"""Keeps the slope of a rival's curve finite where earlier scores stand in two heaps; of no weight else."""


@dataclass(frozen=True)
class HeldOut:
    """The held-out scores of one benchmark (places in the grid) with what was said of each, as fractions."""

    benchmark: int
    from_year: int
    places: Ints
    n_others: Ints
    score: Floats
    predicted: Floats
    sd: Floats
    by_date: Floats
    by_compute: Floats
    by_mean: Floats

    @property
    def misses(self) -> Floats:
        """How far each score lies from what was predicted, in standard deviations."""
        return np.abs(self.score - self.predicted) / self.sd


def held_out(grid: Grid) -> list[HeldOut]:
    """Every benchmark that has enough scores in its last years, and before them."""
    found = (_of_benchmark(grid, place) for place in range(len(grid.series)))
    return [one for one in found if one]


def _of_benchmark(grid: Grid, place: int) -> HeldOut | None:
    scores = grid.scores
    mine = scores.benchmark == place
    for from_year in sorted(set(grid.year[mine & np.isfinite(grid.year)]), reverse=True):
        before = mine & (grid.year < from_year)
        out = mine & ~before  # scores without a year may be late ones
        others = np.bincount(scores.model[~out], minlength=scores.n_models)[scores.model]
        test = mine & (grid.year >= from_year) & (others >= MIN_BENCHMARKS)
        if before.sum() < MIN_MODELS:
            return None
        if test.sum() >= MIN_HELD_OUT:
            return _predict(grid, place, int(from_year), np.flatnonzero(test), before, fit_latent(scores.where(~out)))
    return None


def _predict(grid: Grid, place: int, from_year: int, test: Ints, before: Flags, fit: LatentModel) -> HeldOut:
    scores = grid.scores
    models = scores.model[test]
    benchmark = np.full(len(test), place)
    capability, sd = fit.capability[models], fit.capability_sd[models]
    ends = float(scores.chance[place]), float(scores.ceiling[place])
    by_date = curve_through(grid.year[before], scores.score[before], *ends)(grid.year[test])
    return HeldOut(
        benchmark=place,
        from_year=from_year,
        places=test,
        n_others=np.bincount(scores.model, minlength=scores.n_models)[models] - 1,
        score=scores.score[test],
        predicted=fit.score(benchmark, capability),
        sd=fit.score_sd(benchmark, capability, sd),
        by_date=by_date,
        by_compute=_by_compute(grid, test, before, ends, by_date),
        by_mean=np.full(len(test), scores.score[before].mean()),
    )


def _by_compute(grid: Grid, test: Ints, before: Flags, ends: tuple[float, float], otherwise: Floats) -> Floats:
    known = before & np.isfinite(grid.log10_flop)
    if known.sum() < MIN_ON_COMPUTE:
        return otherwise
    predicted = curve_through(grid.log10_flop[known], grid.scores.score[known], *ends)(grid.log10_flop[test])
    return np.where(np.isnan(predicted), otherwise, predicted)


def curve_through(x: Floats, score: Floats, chance: float, ceiling: float) -> Callable[[Floats], Floats]:
    """A logistic curve of scores on one quantity, by least squares in points of score; NaN where the quantity is."""
    centre, spread = float(x.mean()), float(x.std()) or 1.0

    def at(x: Floats, line: Floats) -> Floats:
        p = expit(line[0] + line[1] * (x - centre) / spread)
        return np.asarray(chance + (ceiling - chance) * p)

    level = np.clip((score.mean() - chance) / (ceiling - chance), 0.05, 0.95)
    line = least_squares(lambda p: np.append(at(x, p) - score, LIGHT_RIDGE * p[1]), [logit(level), 0.1]).x
    return lambda new: at(new, line)


def widening_without(checks: list[HeldOut], left_out: int | None = None) -> float:
    """By how many standard deviations an interval reaches to either side, as the misses of the other benchmarks tell.

    Infinite where there are too few of them.
    """
    misses = [check.misses for check in checks if check.benchmark != left_out]
    return conformal_quantile(np.concatenate(misses)) if misses else float("inf")
