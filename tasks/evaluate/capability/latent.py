"""One latent capability behind the scores of many benchmarks.

    score = chance + (ceiling - chance) logistic(slope (capability - difficulty))

A model has one capability, whatever it was tested on; a benchmark has a slope and a difficulty, the capability that
scores half-way from chance to ceiling. This is the two-parameter logistic model of item response theory (Birnbaum 1968)
on whole benchmarks, as in Epoch's Capabilities Index and Sloth (Polo et al. 2024); observational scaling laws (Ruan,
Maddison and Hashimoto 2024) have more components than this one. Ceilings are given, not fitted: one minus the share of
wrong labels where that is known, else one. Fitted ceilings, and a second and third component, predicted held-out years
no better.

It is fitted by alternating ridge least squares: capabilities with the benchmarks' curves held, then each curve with the
capabilities held. Either is a Gauss-Newton step in points of score and not in log-odds, which would let scores near
chance decide. Each benchmark's residuals count by its own scatter. The ridges are normal priors: capabilities have mean
0 and standard deviation 1, which fixes the scale, and log slopes lie about one value. Without them two scores at a
ceiling would have no finite capability.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from tasks.fit.estimator import Ints
from tasks.fit.model import Floats
from tasks.fit.numerics.linear import Flags

MAX_SWEEPS, TOLERANCE = 500, 1e-3
MAX_STEP = 0.5
"""The farthest that a parameter moves in one sweep: Gauss-Newton overshoots where a logistic curve is flat."""

FLATTEST = 0.02
"""The least that a logistic curve's derivative counts: scores far up or down a curve still pull a little."""

LOG_SLOPE, LOG_SLOPE_SD, INTERCEPT_SD = 0.5, 0.5, 3.0
"""The priors of a benchmark's curve, wide beside what twenty scores say."""

NOISE_PRIOR = 8
"""Scores for which the pooled scatter counts in the scatter of a benchmark."""


class Scores(NamedTuple):
    """Scores as fractions, each with the places of its model and of its benchmark, and ends of the benchmarks' scales.

    `ceiling` is the score to expect of a model that errs only where labels are wrong.
    """

    model: Ints
    benchmark: Ints
    score: Floats
    n_models: int
    chance: Floats
    ceiling: Floats

    def where(self, kept: Flags) -> "Scores":
        """Some of the scores, with the same places of models and benchmarks."""
        return self._replace(model=self.model[kept], benchmark=self.benchmark[kept], score=self.score[kept])


class LatentModel(NamedTuple):
    """A fit: capabilities with their standard deviations, and per benchmark its curve and scatter (fractions)."""

    capability: Floats
    capability_sd: Floats
    slope: Floats
    intercept: Floats
    noise: Floats
    chance: Floats
    ceiling: Floats

    @property
    def difficulty(self) -> Floats:
        """The capability that scores half-way from chance to ceiling."""
        return -self.intercept / self.slope

    def score(self, benchmark: Ints, capability: Floats) -> Floats:
        """The score to expect on a benchmark."""
        p = expit(self.slope[benchmark] * capability + self.intercept[benchmark])
        return np.asarray(self.chance[benchmark] + (self.ceiling - self.chance)[benchmark] * p)

    def score_sd(self, benchmark: Ints, capability: Floats, capability_sd: Floats) -> Floats:
        """Standard deviation of a new score about it: the benchmark's scatter and the capability's doubt."""
        p = expit(self.slope[benchmark] * capability + self.intercept[benchmark])
        rise = (self.ceiling - self.chance)[benchmark] * p * (1 - p) * self.slope[benchmark]
        return np.asarray(np.hypot(self.noise[benchmark], rise * capability_sd))


def fit_latent(scores: Scores, weight: Floats | None = None, start: LatentModel | None = None) -> LatentModel:
    """Alternate until nothing moves by more than `TOLERANCE`.

    Args:
        scores: Every model has a score, and so has every benchmark.
        weight: How often each score counts for the curves (a bootstrap's multiplicities); once where not given.
        start: A fit to go on from; flat expectations where not given.
    """
    weight = np.ones(len(scores.score)) if weight is None else weight
    fit = start or _start(scores)
    for _ in range(MAX_SWEEPS):
        before = fit
        fit = _with_noise(scores, weight, _with_curves(scores, weight, _with_capabilities(scores, fit)))
        if max(np.abs(a - b).max() for a, b in zip(fit, before, strict=True)) < TOLERANCE:
            break
    return fit


def _start(scores: Scores) -> LatentModel:
    n = len(scores.chance)
    return LatentModel(
        capability=np.zeros(scores.n_models),
        capability_sd=np.ones(scores.n_models),
        slope=np.ones(n),
        intercept=np.zeros(n),
        noise=np.full(n, 0.1),
        chance=scores.chance,
        ceiling=scores.ceiling,
    )


def _at(scores: Scores, fit: LatentModel) -> tuple[Floats, Floats]:
    """Of each score: how steeply it rises with the log-odds, and how far it lies above what is expected."""
    b = scores.benchmark
    p = expit(fit.slope[b] * fit.capability[scores.model] + fit.intercept[b])
    span = (fit.ceiling - fit.chance)[b]
    return span * np.maximum(p * (1 - p), FLATTEST), scores.score - fit.chance[b] - span * p


def _with_capabilities(scores: Scores, fit: LatentModel) -> LatentModel:
    """A Gauss-Newton step of each capability, then the scale on which they have mean 0 and standard deviation 1.

    What is in doubt of each counts in the deviation, as in EM: else models with few scores would shrink it.
    """
    b, m = scores.benchmark, scores.model
    rise, residual = _at(scores, fit)
    by = rise * fit.slope[b]
    precision = 1 + np.bincount(m, (by / fit.noise[b]) ** 2, scores.n_models)
    pull = np.bincount(m, by * residual / fit.noise[b] ** 2, scores.n_models) - fit.capability
    capability = fit.capability + _bounded(pull / precision)
    mean, sd = capability.mean(), np.sqrt(capability.var() + (1 / precision).mean())
    return fit._replace(
        capability=(capability - mean) / sd,
        capability_sd=1 / (np.sqrt(precision) * sd),
        slope=fit.slope * sd,
        intercept=fit.intercept + fit.slope * mean,
    )


def _with_curves(scores: Scores, weight: Floats, fit: LatentModel) -> LatentModel:
    """A Gauss-Newton step of each benchmark's log slope and intercept."""
    b, n = scores.benchmark, len(scores.chance)
    rise, residual = _at(scores, fit)
    by_slope = rise * fit.slope[b] * fit.capability[scores.model]
    w = weight / fit.noise[b] ** 2
    log_slope = np.log(fit.slope)
    a = np.bincount(b, w * by_slope**2, n) + LOG_SLOPE_SD**-2
    c = np.bincount(b, w * by_slope * rise, n)
    d = np.bincount(b, w * rise**2, n) + INTERCEPT_SD**-2
    of_slope = np.bincount(b, w * by_slope * residual, n) + (LOG_SLOPE - log_slope) / LOG_SLOPE_SD**2
    of_intercept = np.bincount(b, w * rise * residual, n) - fit.intercept / INTERCEPT_SD**2
    determinant = a * d - c**2
    return fit._replace(
        slope=np.exp(log_slope + _bounded((d * of_slope - c * of_intercept) / determinant)),
        intercept=fit.intercept + _bounded((a * of_intercept - c * of_slope) / determinant),
    )


def _bounded(step: Floats) -> Floats:
    return np.clip(step, -MAX_STEP, MAX_STEP)


def _with_noise(scores: Scores, weight: Floats, fit: LatentModel) -> LatentModel:
    """Each benchmark's scatter, drawn towards the pooled one: residuals and, as in EM, the doubt of the capability.

    Without the second, the scatter of a benchmark that decides about the capabilities would shrink to nothing.
    """
    b = scores.benchmark
    rise, residual = _at(scores, fit)
    doubt = rise * fit.slope[b] * fit.capability_sd[scores.model]
    squares = np.bincount(b, weight * (residual**2 + doubt**2), len(scores.chance))
    counts = np.bincount(b, weight, len(scores.chance))
    pooled = squares.sum() / counts.sum()
    return fit._replace(noise=np.sqrt((squares + NOISE_PRIOR * pooled) / (counts + NOISE_PRIOR)))


def bootstrap(scores: Scores, fit: LatentModel, replicates: int, seed: int) -> list[LatentModel]:
    """Fits to resamples of the models, each with capabilities drawn from what its curves leave in doubt.

    Curves are refitted to the scores of models drawn with replacement, so their spread is that from models to models;
    a model's own few scores are what its normal approximation allows for.
    """
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(replicates):
        counts = np.bincount(random.integers(0, scores.n_models, scores.n_models), minlength=scores.n_models)
        found = fit_latent(scores, counts[scores.model].astype(float), fit)
        drawn.append(found._replace(capability=random.normal(found.capability, found.capability_sd)))
    return drawn
