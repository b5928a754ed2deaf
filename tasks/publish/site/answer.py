"""Today's answer: what halving the error multiplies computing by, and how sure that is, from the published tables."""

import math
from dataclasses import dataclass
from statistics import median
from typing import Literal

from schemas.rows import Limits
from schemas.rows.costs import Costs
from schemas.rows.evaluation import Calibration, HeadlineEstimate
from schemas.rows.fits import FitSummary
from tasks.estimate.extrapolate import BEST_IN_DATA, HALF_OF_BEST
from tasks.publish.published import Point, Published, TargetEstimate
from tasks.publish.site.figures import is_ruled_out
from tasks.reference.benchmarks import LANGUAGE_MODELS, domain_of, headline_benchmark

_NEAR = 0.1
"""A model within so many decades of the trend counts as on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halving:
    """By how much halving the error multiplies compute on one benchmark by its headline's estimator."""

    benchmark: str
    title: str
    task_description: str
    domain: str
    estimator: str
    n: int
    times: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageTest:
    """Coverage of ranges like today's in back-tests: `n` predictions of past records, and the share that held."""

    n: int
    share: float

    @property
    def held(self) -> int:
        """How many predictions held."""
        return round(self.n * self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHalving:
    """The next halving of the best error on one benchmark: what it multiplies the best model's computing by, and the
    dollars and CO2 of the estimate alone (its estimator's, at the prices that targets assume)."""

    best: Point
    half_error: float
    log10_times: Limits
    cost_usd: float | None
    co2e_kg: float | None
    model_used: Literal["more", "less", "as asked"]
    """The computing of the best model compared with the trend at its accuracy."""
    probability_unreachable: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineAnswer:
    """The answer for one domain: the leading benchmark's figure, or the spread over several."""

    halvings: list[Halving]
    tested: CoverageTest | None
    next_halving: NextHalving | None = None

    @property
    def times(self) -> Limits:
        """The only benchmark's figure with its interval, else the median, least and greatest of all."""
        values = [h.times.value for h in self.halvings if h.times.value is not None]
        return self.halvings[0].times if len(values) == 1 else Limits(median(values), min(values), max(values))

    @property
    def least(self) -> Halving:
        """The benchmark on which halving the error is cheapest."""
        return min(self.halvings, key=lambda h: h.times.value or 0.0)

    @property
    def most(self) -> Halving:
        """The benchmark on which it is most expensive."""
        return max(self.halvings, key=lambda h: h.times.value or 0.0)

    @property
    def named(self) -> list[Halving]:
        """The benchmarks that the answer names: the least and the most, which may be one."""
        return [self.least] if self.least == self.most else [self.least, self.most]


def halvings(published: Published) -> list[Halving]:
    """Every benchmark whose headline's estimator has a slope distinguishable from zero, cheapest first."""
    chosen = {h.series: h.estimator for h in published.rows("out_headlines", HeadlineEstimate)}
    fits = published.rows("out_fits", FitSummary)
    rising = [f for f in fits if f.rises and chosen.get(f.series) == f.estimator and f.implied_power.value]
    found = [
        Halving(
            benchmark=f.series,
            title=published.title(f.series),
            task_description=published.task_description(f.series),
            domain=domain_of(f.series),
            estimator=f.estimator,
            n=f.n,
            times=_halving(f.implied_power),
        )
        for f in rising
    ]
    return sorted(found, key=lambda h: (h.times.value or 0.0, h.benchmark))


def _halving(power: Limits) -> Limits:
    """2 to the power: k times less error takes k^power times the computing."""
    return power.each(lambda p: 2.0 ** min(p, 1000.0))


def images(published: Published) -> HeadlineAnswer | None:
    """The answer for the benchmark that comes first; None where it has no slope."""
    series = headline_benchmark()
    found = [h for h in halvings(published) if h.benchmark == series]
    if not found:
        return None
    tested = interval_coverage(published, found[0].domain, found[0].estimator)
    return HeadlineAnswer(halvings=found, tested=tested, next_halving=_next_halving(published, found[0]))


def language_models(published: Published) -> HeadlineAnswer | None:
    """The answer over the benchmarks of language models; None where none has a slope."""
    found = [h for h in halvings(published) if h.domain == LANGUAGE_MODELS]
    return (
        HeadlineAnswer(halvings=found, tested=interval_coverage(published, LANGUAGE_MODELS, found[0].estimator))
        if found
        else None
    )


def interval_coverage(published: Published, domain: str, estimator: str) -> CoverageTest | None:
    """Coverage of the calibrated intervals over all horizons of the domain; None without back-tests."""
    rows = [r for r in published.rows("out_calibration", Calibration) if (r.domain, r.estimator) == (domain, estimator)]
    known = [(r.n_cases, r.coverage) for r in rows if r.coverage is not None]
    n = sum(cases for cases, _ in known)
    return CoverageTest(n=n, share=sum(cases * share for cases, share in known) / n) if n else None


def _next_halving(published: Published, halving: Halving) -> NextHalving | None:
    series = halving.benchmark
    targets = {h.target: h for h in published.of_series("out_headlines", HeadlineEstimate, series)}
    half, best = targets.get(HALF_OF_BEST), targets.get(BEST_IN_DATA)
    points = points_in_fit(published, series)
    if half is None or best is None or half.log10_training_flop.value is None or not points:
        return None
    record = min(points, key=lambda p: (p.error, p.year or 0.0, p.model))
    limits = half.log10_training_flop
    estimates = published.of_series("out_estimates", TargetEstimate, series)
    estimate = next((e for e in estimates if (e.target, e.estimator) == (HALF_OF_BEST, half.estimator)), None)
    costs = Costs() if estimate is None or is_ruled_out(estimate) else estimate.costs
    log10_times = limits.each(lambda x: x - record.log10_flop)
    return NextHalving(
        best=record,
        half_error=half.target_error,
        log10_times=log10_times,
        cost_usd=costs.cost_usd.value,
        co2e_kg=costs.co2e_kg.value,
        model_used=_used(math.log10(halving.times.value or 1.0) - (log10_times.value or 0.0)),
        probability_unreachable=half.probability_unreachable or 0.0,
    )


def _used(decades_over: float) -> Literal["more", "less", "as asked"]:
    """The model compared with its curve, from the average halving over its own, in decades of computing."""
    if abs(decades_over) < _NEAR:
        return "as asked"
    return "more" if decades_over > 0 else "less"


def points_in_fit(published: Published, series: str) -> list[Point]:
    """The observations that the fits of a series use."""
    return [p for p in published.of_series("out_observations", Point, series) if p.in_fit]
