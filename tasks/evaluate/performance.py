"""What performance grew by, split into compute, data and algorithms; and compute's halving time behind an ability.

    performance = intercept + by_compute log10(FLOP) + by_data log10(examples or tokens) + by_year year

The year stands for algorithms: for all that makes later models better at the same compute and data. Each factor goes
from where its trend begins in the first year to where it ends in the last: the split is that of the typical model, not
of two chosen ones. What each brings depends on which came before it wherever performance is not a sum (accuracy is
100 (1 - 10^-performance)); the Shapley value takes the mean over all orders (Shapley 1953; for progress in vision Erdil
and Besiroglu 2022, arXiv 2212.05153). Of three factors there are eight states, so it is a closed form, and the parts
sum to the whole.

Where algorithms and compute rise together the split leans on little; the intervals, from papers drawn with replacement,
say how little.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from schemas.codes import Coded
from schemas.codes.evaluation import PerformanceReason
from schemas.rows import Limits
from schemas.rows.evaluation import PerformanceGrowth
from tasks.fit.estimators.progress import years_per_tenfold
from tasks.fit.model import Floats, finite_or_none
from tasks.fit.numerics.linear import least_squares

FACTORS = ("compute", "data", "algorithms")

MIN_MODELS = 20
"""Four coefficients and three trends want some models more than a line does."""

MIN_WITNESSES = 8
MIN_YEARS = 3

REPLICATES = 2000

MOST_LOST = 0.2
"""Share of resamples that may carry no fit, before the split is refused."""


States = Mapping[tuple[int, ...], Floats]
"""Performance by which factors have come (1) and which not (0), in the order of `FACTORS`: all eight."""


class DatedPerformance(NamedTuple):
    """A model with its performance, training compute and training data; models of one witness share a paper."""

    witness: str
    year: int
    log10_flop: float
    log10_data: float | None
    performance: float


class PerformanceSeries(NamedTuple):
    """Models of one benchmark, whose performance is log10(1/error), or of an ability, which has no error of a guess."""

    benchmark: str
    guess_error: float | None
    models: list[DatedPerformance]

    @property
    def with_data(self) -> list[DatedPerformance]:
        """Those whose data are known too."""
        return [m for m in self.models if m.log10_data is not None]


class _Resamples(NamedTuple):
    """Models as arrays, and how often each counts: first all once, then papers drawn with replacement."""

    year: Floats
    flop: Floats
    data: Floats
    performance: Floats
    weight: Floats


def _resamples(models: list[DatedPerformance], seed: int) -> _Resamples:
    frame = pd.DataFrame(models)
    place, names = pd.factorize(frame["witness"])
    random = np.random.default_rng(seed)
    counts = random.multinomial(len(names), np.full(len(names), 1 / len(names)), REPLICATES)
    weight = np.vstack([np.ones(len(names)), counts])[:, place].astype(float)
    year, flop, data, performance = frame[["year", "log10_flop", "log10_data", "performance"]].to_numpy(dtype=float).T
    return _Resamples(year, flop, data, performance, weight)


def halving_months(models: list[DatedPerformance], level: float, with_data: bool = False, seed: int = 0) -> Limits:
    """Months in which the compute needed for one performance halves, with its interval; empty without a fit.

    With data: for one performance at the same data.

    Without an upper end where performance may not rise from year to year, with a lower end of 0 where it may not rise
    with compute.
    """
    drawn = _resamples(models, seed)
    predictors = (drawn.flop, drawn.year - drawn.year.mean(), *([drawn.data] if with_data else []))
    performance = _rows(drawn, drawn.performance)
    _, slope, per_year, *_ = least_squares(tuple(_rows(drawn, x) for x in predictors), performance, drawn.weight).T
    return _limits(12 * np.log10(2) * years_per_tenfold(slope, per_year), level)


def performance_growth(measured: Iterable[PerformanceSeries], level: float, seed: int = 0) -> list[PerformanceGrowth]:
    """The split of every benchmark, or why it has none: a row for the whole and one for each factor."""
    return [row for one in measured for row in _growth(one, level, seed)]


def _growth(measured: PerformanceSeries, level: float, seed: int) -> list[PerformanceGrowth]:
    models = measured.with_data
    years = {m.year for m in models}
    whole = PerformanceGrowth(
        series=measured.benchmark,
        factor="performance",
        growth_unit="standard deviation" if measured.guess_error is None else "point",
        from_year=min(years, default=None),
        to_year=max(years, default=None),
        n=len(models),
        confidence_level=level,
    )
    if reason := too_few(models):
        return [replace(whole, reason=(reason,))]
    parts = shapley(_states(_resamples(models, seed), measured.guess_error))
    lost = np.isnan(parts.sum(axis=0))
    if lost[0] or lost.mean() > MOST_LOST:
        inseparable = Coded.of(PerformanceReason.FACTORS_INSEPARABLE, percent=100 * float(lost.mean()))
        return [replace(whole, reason=(inseparable,))]
    gain = _limits(parts.sum(axis=0), level)
    grows = gain.lower is not None and gain.lower > 0  # shares of a growth that may be none mean nothing
    shares = [_limits(part / parts.sum(axis=0), level) if grows else Limits() for part in parts]
    return [
        replace(whole, gain=gain),
        *(
            replace(whole, factor=factor, gain=_limits(part, level), share_of_gain=share)
            for factor, part, share in zip(FACTORS, parts, shares, strict=True)
        ),
    ]


def too_few(models: list[DatedPerformance]) -> Coded[PerformanceReason] | None:
    """Why these models carry no regression on compute, data and year; None where they do."""
    for code, n, least in (
        (PerformanceReason.FEW_MODELS, len(models), MIN_MODELS),
        (PerformanceReason.FEW_PAPERS, len({m.witness for m in models}), MIN_WITNESSES),
        (PerformanceReason.FEW_YEARS, len({m.year for m in models}), MIN_YEARS),
    ):
        if n < least:
            return Coded.of(code, n=n, least=least)
    return None


def _states(drawn: _Resamples, guess_error: float | None) -> States:
    """Performance in each resample with each factor at its first (0) or last (1) place, in the order of FACTORS."""
    first, last = drawn.year.min(), drawn.year.max()
    since = _rows(drawn, drawn.year - first)
    flop, data, performance = (_rows(drawn, v) for v in (drawn.flop, drawn.data, drawn.performance))
    intercept, *slopes = least_squares((flop, data, since), performance, drawn.weight).T
    trends = [least_squares((since,), v, drawn.weight).T for v in (flop, data)]
    span = last - first
    places = [(start, start + span * rise) for start, rise in trends]
    places.append((np.zeros(len(drawn.weight)), np.full(len(drawn.weight), span)))
    return {
        state: _performance(
            intercept + sum(slope * place[at] for slope, place, at in zip(slopes, places, state, strict=True)),
            guess_error,
        )
        for state in product((0, 1), repeat=len(FACTORS))
    }


def _performance(value: Floats, guess_error: float | None) -> Floats:
    """Accuracy in percent, no less than that of a guess; a capability as it is."""
    return value if guess_error is None else 100 * (1 - np.minimum(10**-value, guess_error))


def shapley(states: States) -> Floats:
    """What each of the three factors brings, in the mean over the orders in which they may come: (3, R)."""

    def brings(factor: int, *others: int) -> Floats:
        without, having = ((*others[:factor], at, *others[factor:]) for at in (0, 1))
        return states[having] - states[without]

    return np.array(
        [(2 * brings(k, 0, 0) + brings(k, 0, 1) + brings(k, 1, 0) + 2 * brings(k, 1, 1)) / 6 for k in range(3)]
    )


def _rows(drawn: _Resamples, values: Floats) -> Floats:
    return np.broadcast_to(values, drawn.weight.shape)


def _limits(values: Floats, level: float) -> Limits:
    """The data's own figure with the middle of the resamples; an unbounded end or figure is empty."""
    lower, upper = np.nanquantile(values[1:], [(1 - level) / 2, (1 + level) / 2], method="nearest")
    return Limits(*map(finite_or_none, (values[0], lower, upper)))
