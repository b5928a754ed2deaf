"""Intervals for every estimator: a bootstrap clustered by paper that carries what is not known of compute.

Each replicate draws as many papers as there are, with replacement, and takes each with all its observations: figures of
one paper share its set-up, so thirty rows of one paper are not thirty witnesses (Cameron, Gelbach and Miller 2008, Rev.
Econ. Stat. 90:414-427, "pairs cluster bootstrap"; Davison and Hinkley, Bootstrap Methods and their Application, 1997,
section 3.8).

**The range of compute.** A point's error of measurement is a part of its own and a part that it shares with all points
estimated by the same method: one assumed utilisation, one way to count a backward pass, one source's habits.

- The part of its own is in the data already: it is among the reasons why points scatter about the curve, and drawing
  papers anew draws it anew. To add a second error to x would count it twice, and flatten every regression on x by
  var(x) / (var(x) + sd^2) once more than the data have it (Carroll, Ruppert, Stefanski and Crainiceanu, Measurement
  Error in Nonlinear Models, 2nd ed. 2006, section 3.2). So it is not drawn. It goes to the estimator as `Batch.x_sd`;
  those that correct for it do so themselves.
- The shared part shows in no scatter, and no resampling of papers can find it. So it is drawn: in each replicate all
  points of one method move together, each by its own standard deviation times the method's one normal number, as
  uncertainty of the second kind is carried in risk analysis and metrology (Lash, Fox and Fink, Applying Quantitative
  Bias Analysis to Epidemiologic Data, 2009, chapter 8; JCGM 101:2008, section 5).

**Priors** (of a floor, of a bend) are data too: each replicate moves their centres by a normal number of its own
(`Batch.prior_z`; `tasks.fit.numerics.irreducible.priors` says why).

**The ends** are percentiles of the draws, moved outwards as Student's t is wider than the normal: Hesterberg's expanded
percentile (arXiv 1411.5279; `ExpandProbs` of his R package resample 0.6) with the number of papers in the place of n.
Percentiles go through any monotone transformation and take infinite draws as they come. Of 400 simulated data sets each
of a power law, the 90 % interval held slope, error and compute in (worst and best of the three)

    papers            5            6            8           15           30
    percentile   80-85 %      82-85 %      85-87 %      85-87 %      88-89 %
    expanded     94-96 %      93-94 %      92-93 %      88-90 %      89-91 %
    BCa          94-96 %      93-96 %      92-93 %      89-91 %      89-91 %

and BCa, expanded in the same way, brings nothing more (tests/unit/test_bootstrap.py prints ours).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from schemas.codes.evaluation import FitReason
from tasks.fit.estimator import PRIORS, Batch, Estimator, fall, local_power
from tasks.fit.model import Band, Fit, FitRefused, Floats, Interval
from tasks.fit.sample import Sample, refuse_few
from tasks.provenance.claims import content_id

REPLICATES = 2000
"""Replicates of the published fits: the end of a 90 % interval then rests on a hundred draws."""

MIN_PAPERS = 6
"""Fewer papers give no interval worth printing: with five it holds the truth, being seven times as wide as the plain
percentiles', and one resample in ten stands on two papers."""

SHARED_SHARE = 0.5
"""Share of the variance of compute's error that points of one method have in common. A convention, half way between
none and all: 34 models of the shared sources that two methods estimate differ by -0.8 to 0.1 of their combined standard
deviation in the mean of a pair of methods, which neither shows a shared part nor excludes a large one."""

MOST_LOST = 0.2
"""Share of replicates that may carry no fit, before the fit is refused."""

_BLOCK = 2**16
"""Elements of the (R, n) arrays made and fitted at once: half a megabyte each, of those measured the fastest."""


class Draws(NamedTuple):
    """Parameters of one estimator: from the data (shape (1, k)) and from the replicates (shape (R, k), no NaN)."""

    estimator: Estimator
    point: Floats
    replicates: Floats
    level: float
    n_papers: int


def batch_of(sample: Sample, shared_share: float = SHARED_SHARE) -> Batch:
    """The data themselves: one resample (R = 1) with every weight one."""
    return Batch(
        x=sample.log10_flop[None],
        x_sd=math.sqrt(1 - shared_share) * sample.log10_flop_sd[None],
        error=sample.error[None],
        year=sample.year[None],
        weight=np.ones((1, sample.n)),
        paper=sample.paper,
        family=sample.family,
        prior_z=np.zeros((1, PRIORS)),
    )


def resample(sample: Sample, replicates: int, rng: np.random.Generator, shared_share: float = SHARED_SHARE) -> Batch:
    """Replicates of a sample: papers drawn with replacement, compute shifted by method (see the module).

    Arrays that do not differ between replicates are read-only views.
    """
    data = batch_of(sample, shared_share)
    shape = (replicates, sample.n)
    methods = np.arange(sample.method.max() + 1)
    shared_sd = np.where(methods[:, None] == sample.method, math.sqrt(shared_share) * sample.log10_flop_sd, 0.0)
    return data._replace(
        x=sample.log10_flop + rng.standard_normal((replicates, len(methods))) @ shared_sd,
        weight=paper_counts(sample.n_papers, replicates, rng)[:, sample.paper],
        x_sd=np.broadcast_to(data.x_sd, shape),
        error=np.broadcast_to(data.error, shape),
        year=np.broadcast_to(data.year, shape),
        prior_z=rng.standard_normal((replicates, PRIORS)),
    )


def paper_counts(n_papers: int, replicates: int, rng: np.random.Generator) -> Floats:
    """How often each paper was drawn: shape (R, papers), rows that sum to the number of papers."""
    drawn = rng.integers(n_papers, size=(replicates, n_papers)) + n_papers * np.arange(replicates)[:, None]
    return np.bincount(drawn.ravel(), minlength=replicates * n_papers).reshape(replicates, n_papers).astype(float)


def replicate(estimator: Estimator, sample: Sample, replicates: int, rng: np.random.Generator) -> Floats:
    """Parameters of every replicate, shape (R, k): drawn and fitted in blocks, whose arrays never leave the cache."""
    size = max(1, _BLOCK // sample.n)
    blocks = [min(size, replicates - start) for start in range(0, replicates, size)]
    return np.concatenate([estimator.fit(resample(sample, block, rng)) for block in blocks])


def draw(estimator: Estimator, sample: Sample, resamples: Batch, level: float) -> Draws:
    """Fit an estimator to a sample and to resamples of it that are at hand.

    Raises:
        FitRefused: too few observations or papers, or the data or too many of the resamples carry no fit.
    """
    refuse_unfit(estimator, sample)
    return _settled(estimator, sample, estimator.fit(resamples), level)


def _settled(estimator: Estimator, sample: Sample, replicates: Floats, level: float) -> Draws:
    point = estimator.fit(batch_of(sample))
    if np.isnan(point).any():
        raise FitRefused(FitReason.DATA_UNSTABLE)
    carried = ~np.isnan(replicates).any(axis=1)
    if carried.mean() < 1 - MOST_LOST:
        raise FitRefused(FitReason.RESAMPLES_UNSTABLE, percent=100 * float((~carried).mean()))
    return Draws(estimator, point, replicates[carried], level, sample.n_papers)


def refuse_unfit(estimator: Estimator, sample: Sample) -> None:
    """Refuse a sample with fewer observations than the estimator needs, or too few papers to draw from.

    Raises:
        FitRefused: it has.
    """
    refuse_few(sample.n, estimator.min_points)
    if sample.n_papers < MIN_PAPERS:
        raise FitRefused(FitReason.FEW_PAPERS_FOR_INTERVAL, n=sample.n_papers, least=MIN_PAPERS)


def tail(level: float, n_papers: int) -> float:
    """Share of draws to leave out at each end for a two-sided interval of this level: Phi(-t sqrt(G / (G - 1))).

    t is Student's quantile with G - 1 degrees of freedom, G the number of papers (see the module).
    """
    t = stats.t.ppf(0.5 + level / 2, n_papers - 1)
    return float(stats.norm.cdf(-t * math.sqrt(n_papers / (n_papers - 1))))


def ends(draws: Floats, level: float, n_papers: int) -> tuple[Floats, Floats]:
    """Lower and upper ends (shape (m,)) from draws of shape (R, m); no interpolation, so infinite draws do no harm.

    NaN draws count for nothing; where they are more than `MOST_LOST`, so do the ends.
    """
    ordered = np.sort(draws, axis=0)
    count = (~np.isnan(ordered)).sum(axis=0)
    last = np.maximum(count - 1, 0)
    share = tail(level, n_papers)
    places = np.floor(share * last).astype(int), np.ceil((1 - share) * last).astype(int)
    enough = count >= (1 - MOST_LOST) * len(draws)
    lower, upper = (np.where(enough, ordered[p, np.arange(draws.shape[1])], np.nan) for p in places)
    return lower, upper


def interval(value: float, draws: Floats, level: float, n_papers: int) -> Interval:
    """A value with its interval from draws of shape (R,); an end that is infinite (or unknown) is unbounded.

    An interval holds its value: a frontier, which no resample can pass, would else lie outside its own.
    """
    (low,), (high,) = ends(draws[:, None], level, n_papers)
    both = np.minimum(low, value), np.maximum(high, value)
    lower, upper = (float(end) if np.isfinite(end) else None for end in both)
    return Interval(float(value), lower, upper)


@dataclass(frozen=True)
class DrawnCurve:
    """The curve of the data, with intervals from the curves of the replicates."""

    draws: Draws

    def predict_error(self, log10_flop: ArrayLike) -> Band:
        """Error at the given compute (log10 FLOP, any shape), with its interval; NaN where the form has none."""
        x = np.asarray(log10_flop, dtype=float)
        error_at = self.draws.estimator.error_at
        with np.errstate(all="ignore"):
            value = error_at(self.draws.point, x.ravel())[0]
            low, high = ends(error_at(self.draws.replicates, x.ravel()), self.draws.level, self.draws.n_papers)
        lower, upper = np.minimum(low, value), np.maximum(high, value)
        return Band(value.reshape(x.shape), lower.reshape(x.shape), upper.reshape(x.shape))

    def log10_flop_at(self, error: float) -> Interval:
        """Compute (log10 FLOP) at which the curve reaches the error; infinite where it never does.

        Raises:
            ValueError: the error is not between 0 and 1 (exclusive).
        """
        if not 0 < error < 1:
            raise ValueError(f"an error must lie between 0 and 1, not {error}")
        at = self.draws.estimator.log10_flop_at
        with np.errstate(all="ignore"):
            value, drawn = float(at(self.draws.point, error)[0]), at(self.draws.replicates, error)
        return interval(value, drawn, self.draws.level, self.draws.n_papers)


def fit_with_intervals(
    estimator: Estimator,
    sample: Sample,
    replicates: int,
    rng: np.random.Generator,
    confidence_level: float,
    made_with: tuple[float | None, ...] = (),
) -> Fit:
    """Fit an estimator to a sample, with intervals from so many replicates.

    `made_with` is what the estimator was made with (the share of wrong labels, the error of a guess): it counts in the
    fit's id.

    Raises:
        FitRefused: the observations cannot carry the fit (see `draw`).
    """
    refuse_unfit(estimator, sample)
    draws = _settled(estimator, sample, replicate(estimator, sample, replicates, rng), confidence_level)

    def with_interval(value: float, drawn: Floats) -> Interval:
        return interval(value, drawn, confidence_level, sample.n_papers)

    about = sample.about
    x_min, x_max = about["log10_flop_min"], about["log10_flop_max"]
    floor = with_interval(float(estimator.floor(draws.point)[0]), estimator.floor(draws.replicates))
    return Fit(
        **about,
        fit_id=content_id(estimator.name, *made_with, confidence_level, replicates, sample.input_hash),
        estimator=estimator.name,
        title=estimator.title,
        kind=estimator.kind,
        parameters={
            name: with_interval(float(draws.point[0, k]), draws.replicates[:, k])
            for k, name in enumerate(estimator.parameters)
        },
        units=dict(zip(estimator.parameters, estimator.units, strict=True)),
        rise=with_interval(
            float(fall(estimator, draws.point, x_min, x_max)[0]), fall(estimator, draws.replicates, x_min, x_max)
        ),
        confidence_level=confidence_level,
        implied_power=_implied_power(draws, x_max),
        curve=DrawnCurve(draws),
        floor_draws=estimator.floor(draws.replicates),
        floor=None if floor == Interval(0.0, 0.0, 0.0) else floor,
        replicates=replicates,
    )


def _implied_power(draws: Draws, x_max: float) -> Interval | None:
    """Local power at the largest compute; None where the curve of the data does not fall there."""
    point, drawn = (local_power(draws.estimator, p, x_max) for p in (draws.point, draws.replicates))
    return interval(float(point[0]), drawn, draws.level, draws.n_papers) if np.isfinite(point[0]) else None
