"""How often the 90 % intervals hold the truth, for every estimator: `python -m tools.coverage_of_intervals`.

For each estimator data are made that follow its own law, with known parameters: 40 observations of 25 papers, scatter
that a paper's observations share in part, and compute known within its range. Asked are its main parameter, the error
one decade beyond the data, and the compute at the error two decades beyond, each with the interval that a release would
print. Then twice more with assumptions broken: noise in both axes, and 5 % outliers.
"""

import argparse
import math
import sys
import zlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import product, repeat
from typing import NamedTuple

import numpy as np
from scipy import stats

from tasks.fit.bootstrap import SHARED_SHARE, fit_with_intervals
from tasks.fit.estimators.m4 import m4_curve
from tasks.fit.model import Fit, FitRefused, Floats, Interval
from tasks.fit.numerics.irreducible import RELATIVE_SD
from tasks.fit.numerics.straight import EXPONENTIAL, POINTS, POWER_LAW, Transform
from tasks.fit.registry import RECIPES, estimators_for
from tasks.fit.sample import Sample

LEVEL = 0.90
PAPERS, OBSERVATIONS = 25, 40
DATA_SETS, REPLICATES = 600, 400

LOWEST, HIGHEST = 17.0, 23.0
BEYOND, FAR = 24.0, 25.0
"""log10 FLOP: ends of the data, where the curve is asked for its error, and for whose error it is asked the compute."""

FIRST_YEAR, LAST_YEAR = 2012, 2024

USUAL_SD, WIDE_SD = 0.2, 0.6
"""Decades: ranges as of hardware and time, and as of Epoch AI's confidence "likely" (a factor of ten either way)."""

WRONG_LABELS = 0.05

CONDITIONS = ("as assumed", "noise in both axes", "5 % outliers")
QUANTITIES = ("parameter", "error", "compute")


class Placement(NamedTuple):
    """Where the observations stand: paper, true log10 FLOP and year, all (n,)."""

    paper: np.ndarray
    x: Floats
    year: Floats


Curve = Callable[[Floats, Floats], Floats]
"""From log10 FLOP and year to performance."""


class Law(NamedTuple):
    """A curve and what is asked of it: the main parameter's value. `shift` is what lies between curve and scatter's
    middle: none but where an estimator draws the frontier of the scatter."""

    performance: Curve
    parameter: float
    shift: float = 0.0


Scatter = Callable[[np.random.Generator, np.ndarray], Floats]
"""From a generator and papers (n,) to deviations (n,)."""


def clustered(of_paper: float, of_point: float) -> Scatter:
    """Normal deviations that observations of one paper share in part."""

    def draw(rng: np.random.Generator, paper: np.ndarray) -> Floats:
        return rng.normal(0, of_paper, PAPERS)[paper] + rng.normal(0, of_point, len(paper))

    return draw


def none(rng: np.random.Generator, paper: np.ndarray) -> Floats:
    """No scatter."""
    return np.zeros(len(paper))


@dataclass(frozen=True)
class Case:
    """An estimator and the data that it is made for.

    Attributes:
        parameter: Its main parameter.
        law: Draws the truth.
        transform: From error to performance.
        scatter: Of performance.
        x_scatter: Of compute as reported about the true one (beside what `classical` says).
        sd: Standard deviation of compute's error by its range, in decades.
        classical: True where the part of that error that each point has of its own makes the reported figure scatter
            about the truth; else the truth scatters about the figure (Berkson's kind), which flattens no slope.
        with_years: Compute and year rise together.
    """

    estimator: str
    parameter: str
    law: Callable[[np.random.Generator], Law]
    transform: Transform = POWER_LAW
    scatter: Scatter = field(default=clustered(0.05, 0.06))
    x_scatter: Scatter = none
    sd: float = USUAL_SD
    classical: bool = False
    with_years: bool = False


def line(intercept: float, slope: float, shift: float = 0.0) -> Callable[[np.random.Generator], Law]:
    """A straight line of performance on log10 FLOP; its parameter is the slope."""
    return lambda rng: Law(lambda x, year: intercept + slope * x, slope, shift)


def with_floor(rng: np.random.Generator) -> Law:
    """A power law above a floor, which differs from data set to data set as its prior says."""
    floor = drawn_floor(rng)
    return Law(lambda x, year: -np.log10(floor + 10 ** -(-2.25 + 0.15 * x)), floor)


def drawn_floor(rng: np.random.Generator) -> float:
    """A floor as its prior has it: normal, cut off at zero."""
    sd = RELATIVE_SD * WRONG_LABELS
    return float(stats.truncnorm.rvs(-WRONG_LABELS / sd, np.inf, WRONG_LABELS, sd, random_state=rng))


def sigmoid(rng: np.random.Generator) -> Law:
    """M4 with floor and bend as their priors say."""
    floor, log_alpha = drawn_floor(rng), float(rng.normal(0, 1))
    parameters = np.array([[floor, log_alpha, -2.55, 0.15]])
    return Law(lambda x, year: -m4_curve(parameters, np.atleast_2d(x), 1.0)[0].reshape(np.shape(x)), floor)


def broken(rng: np.random.Generator) -> Law:
    """Two slopes that meet in the middle; the parameter is the second."""
    return Law(lambda x, year: 0.52 + 0.04 * np.minimum(x - 20, 0) + 0.12 * np.maximum(x - 20, 0), 0.12)


def progress(shift: float = 0.0) -> Callable[[np.random.Generator], Law]:
    """Slopes in compute and in time; the parameter is the time in which the compute needed halves."""
    slope, per_year = 0.06, 0.02
    law = Law(
        lambda x, year: -0.7 + slope * x + per_year * (year - FIRST_YEAR), math.log10(2) * slope / per_year, shift
    )
    return lambda rng: law


def inefficient(of_paper: float, of_point: float, inefficiency: float) -> Scatter:
    """Noise, and below it the half of a normal distribution."""
    noise = clustered(of_paper, of_point)
    return lambda rng, paper: noise(rng, paper) - np.abs(rng.normal(0, inefficiency, len(paper)))


def quantile_of(percent: int) -> float:
    """How far above the middle the best so many per cent stand, of the scatter with the range's own part in it."""
    sd = math.hypot(0.05, 0.06, 0.08 * math.sqrt(1 - SHARED_SHARE) * USUAL_SD)
    return float(-stats.norm.ppf(percent / 100) * sd)


_POWER_LAW = line(-0.9, 0.08)
_ALONE = clustered(0, 0.08)
_IN_X = clustered(0.6, 0.8)

CASES: tuple[Case, ...] = (
    Case("study_power_law", "slope", _POWER_LAW, scatter=_ALONE, sd=0),
    Case("study_exponential", "slope", line(-13.5, 1), EXPONENTIAL, clustered(0, 0.6), sd=0),
    Case("power_law_forward", "slope", _POWER_LAW),
    Case("power_law_reverse", "slope", _POWER_LAW, scatter=none, x_scatter=_IN_X),
    Case("power_law_symmetric", "slope", _POWER_LAW, scatter=clustered(0.048, 0.064), x_scatter=_IN_X),
    Case("power_law_errors_in_variables", "slope", _POWER_LAW, sd=WIDE_SD, classical=True),
    Case("exponential", "slope", line(-13.5, 1), EXPONENTIAL, clustered(0.4, 0.45)),
    Case("points_per_decade", "slope", line(-1.52, 0.06), POINTS, clustered(0.02, 0.025)),
    Case("power_law_floor", "floor", with_floor, scatter=clustered(0.03, 0.04)),
    Case("m4", "floor", sigmoid, scatter=clustered(0.03, 0.04)),
    Case("broken_power_law", "slope_after", broken, scatter=clustered(0.03, 0.04)),
    *(Case(f"quantile_{p}", "slope", line(-0.9, 0.08, quantile_of(p))) for p in (5, 10, 25)),
    Case("pareto_frontier", "slope", _POWER_LAW, scatter=inefficient(0, 0, 0.12), sd=0),
    Case("stochastic_frontier", "slope", _POWER_LAW, scatter=inefficient(0.02, 0.02, 0.12)),
    Case("progress", "halving_years", progress(), with_years=True),
    Case("progress_frontier", "halving_years", progress(quantile_of(10)), with_years=True),
    Case("random_effects", "slope", _POWER_LAW, scatter=clustered(0.08, 0.04)),
)


BY_NAME = {case.estimator: case for case in CASES}

WHY_OUTSIDE = {
    **{e.name: e.fault for e in estimators_for(None) if e.fault},
    "progress_frontier": "too wide, which is the safe side: of 40 observations four stand above a plane of two"
    " predictors; with 120 of 75 papers its intervals hold the halving time in 95 %.",
}
"""Estimators whose coverage is known to lie outside 85 to 95 %, with the reason."""


def design_of(rng: np.random.Generator, with_years: bool) -> Placement:
    """Every paper has an observation, some have more; those of one paper are of one year and near each other."""
    paper = np.concatenate([np.arange(PAPERS), rng.integers(PAPERS, size=OBSERVATIONS - PAPERS)])
    year = rng.integers(FIRST_YEAR, LAST_YEAR + 1, PAPERS)[paper].astype(float)
    if with_years:
        span = HIGHEST - LOWEST
        rising = span * 0.7 * (year - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)
        return Placement(paper, LOWEST + rising + rng.uniform(0, 0.3 * span, OBSERVATIONS), year)
    near = rng.uniform(LOWEST + 0.5, HIGHEST - 0.5, PAPERS)[paper] + rng.uniform(-0.5, 0.5, OBSERVATIONS)
    return Placement(paper, near, year)


def simulate(case: Case, condition: str, rng: np.random.Generator) -> tuple[Sample, Law]:
    """One data set under one condition, with its truth."""
    paper, x, year = design_of(rng, case.with_years)
    law = case.law(rng)
    in_both = condition == "noise in both axes"
    sd = WIDE_SD if in_both else case.sd
    method = rng.integers(3, size=OBSERVATIONS)
    shared = math.sqrt(SHARED_SHARE) * sd * rng.normal(size=3)[method]
    own = math.sqrt(1 - SHARED_SHARE) * sd * rng.normal(size=OBSERVATIONS)
    is_classical = case.classical or in_both
    reported = x + case.x_scatter(rng, paper) + shared + (own if is_classical else 0)
    scatter = case.scatter(rng, paper) + (clustered(0.05, 0.06)(rng, paper) if in_both and case.scatter is none else 0)
    true_x = x if is_classical else x + own
    error = case.transform.error(law.performance(true_x, year) + scatter)
    if condition == "5 % outliers":
        error = np.where(rng.random(OBSERVATIONS) < 0.05, error * 10.0 ** rng.choice([-0.4, 0.4], OBSERVATIONS), error)
    nothing = np.zeros(OBSERVATIONS, dtype=np.int64)
    sample = Sample(
        series="simulated",
        metric="accuracy",
        log10_flop=reported,
        log10_flop_sd=np.full(OBSERVATIONS, float(sd)),
        error=np.clip(error, 0.005, 0.99),
        year=year,
        paper=paper,
        family=nothing,
        method=method,
        input_hash="0",
    )
    return sample, law


class QuantityCheck(NamedTuple):
    """What one fit says of one quantity: how far it is off, and whether its interval holds the truth."""

    off: float
    is_held: bool


def answers(case: Case, fit: Fit, law: Law, last_year: float) -> list[QuantityCheck]:
    """Of each of QUANTITIES: parameter and error off by a share of the truth, compute by decades."""
    error, far_error = (
        float(case.transform.error(np.asarray(law.performance(np.asarray(x), np.asarray(last_year)) + law.shift)))
        for x in (BEYOND, FAR)
    )
    band = fit.predict_error(BEYOND)
    predicted = Interval(float(band.value), float(band.lower), float(band.upper))
    return [
        _answer(fit.parameters[case.parameter], law.parameter, law.parameter),
        _answer(predicted, error, error),
        _answer(fit.log10_flop_at(far_error), FAR, 1.0),
    ]


def _answer(said: Interval, truth: float, unit: float) -> QuantityCheck:
    """An end that is None is open; where the fit gives no figure (NaN) it holds nothing."""
    lower = -math.inf if said.lower is None else said.lower
    upper = math.inf if said.upper is None else said.upper
    return QuantityCheck((said.value - truth) / unit, lower <= truth <= upper)


class Coverage(NamedTuple):
    """Of one case under one condition, by quantity: the median of what the fits are off, and the share of intervals
    that hold the truth (of the data sets that are not refused)."""

    off: Floats
    held: Floats
    refused: float


def coverage(estimator: str, condition: str, data_sets: int, replicates: int) -> Coverage:
    """Simulate and fit so many data sets."""
    case = BY_NAME[estimator]
    rng = np.random.default_rng(zlib.crc32(f"{estimator} {condition}".encode()))
    estimators = {e.name: e for e in estimators_for(WRONG_LABELS)}
    found = []
    for _ in range(data_sets):
        sample, law = simulate(case, condition, rng)
        try:
            if estimator in RECIPES:
                fit = RECIPES[estimator](sample, LEVEL)
            else:
                fit = fit_with_intervals(estimators[estimator], sample, replicates, rng, LEVEL)
        except FitRefused:
            continue
        found.append(answers(case, fit, law, float(sample.year.max())))
    off, held = np.moveaxis(np.array(found, dtype=float).reshape(-1, len(QUANTITIES), 2), 2, 0)
    return Coverage(np.nanmedian(off, axis=0), held.mean(axis=0), 1 - len(found) / data_sets)


def is_outside(held: Floats, data_sets: int) -> bool:
    """True where a coverage lies outside 85 to 95 % by more than two Monte-Carlo standard errors."""
    return bool((np.abs(held - LEVEL) > 0.05 + 2 * np.sqrt(held * (1 - held) / data_sets)).any())


def report(results: dict[tuple[str, str], Coverage], data_sets: int) -> str:
    """The table in Markdown."""
    lines = [
        f"Median of what {data_sets} fits are off (parameter and error by per cent of the truth, compute by decades),"
        " and how many of 100 intervals of 90 % hold the truth: main parameter / error one decade beyond the data /"
        " compute at the error two decades beyond.",
        "",
        "| estimator, main parameter |" + "".join(f" {c}: off | held |" for c in CONDITIONS),
        "|---|" + "---|---|" * len(CONDITIONS),
    ]
    for case in CASES:
        cells = [_cells(results[case.estimator, condition]) for condition in CONDITIONS]
        mark = " *" if case.estimator in WHY_OUTSIDE else ""
        lines.append(f"| `{case.estimator}`, {case.parameter.replace('_', ' ')}{mark} | " + " | ".join(cells) + " |")
    marked = [f"\\* `{name}`: {why}" for name, why in WHY_OUTSIDE.items()]
    return "\n".join([*lines, "", *marked])


def _cells(found: Coverage) -> str:
    parameter, error, compute = found.off
    refused = f" ({100 * found.refused:.0f} % refused)" if found.refused > 0.005 else ""
    held = " / ".join(f"{100 * h:.0f}" for h in found.held)
    return (
        f"{round(100 * parameter):+d} % / {round(100 * error):+d} % / {round(compute, 1) + 0.0:+.1f} | {held}{refused}"
    )


def main() -> int:
    """Print the table.

    Returns:
        1 where an estimator's coverage lies outside 85 to 95 % though its assumptions hold, and no reason is known.
    """
    parser = argparse.ArgumentParser(description="Coverage of the 90 % intervals of every estimator.")
    parser.add_argument("--data-sets", type=int, default=DATA_SETS)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    asked = parser.parse_args()
    jobs = list(product(BY_NAME, CONDITIONS))
    with ProcessPoolExecutor() as pool:
        found = pool.map(coverage, *zip(*jobs, strict=True), repeat(asked.data_sets), repeat(asked.replicates))
        results = dict(zip(jobs, found, strict=True))
    print(report(results, asked.data_sets))
    outside = {name for name in BY_NAME if is_outside(results[name, CONDITIONS[0]].held, asked.data_sets)}
    return int(bool(outside - set(WHY_OUTSIDE)))


if __name__ == "__main__":
    sys.exit(main())
