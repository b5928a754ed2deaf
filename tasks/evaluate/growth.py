"""Growth of training compute, split: faster chips, more of them, longer runs; between two runs and over the years.

Compute is chips x peak rate x hours, as the study's hardware burden (Thompson et al., arXiv 2007.05558), so that the
three factors multiply to it and their logarithms add. A factor's share of the growth is its difference of logarithms
over that of compute: between two runs the logarithmic mean Divisia index gives the same shares, with no remainder (Ang,
Energy Policy 33(7), 2005). What is typical of a year is therefore the geometric mean and not the median, whose factors
do not multiply to the whole. A trend is least squares of each factor's logarithm on the year: linear in the factors, so
trends add too.

The peak rate follows two conventions (`peak_basis`): the study's, GPUs at FP32 and TPUs at bf16; and that of the
number format trained in, by which tensor cores are faster chips (`tasks.compute.methods.training_peaks`).
"""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

from schemas.rows import Limits
from schemas.rows.evaluation import Growth
from tasks.compute.methods import training_peaks
from tasks.fit.model import Floats
from tasks.reference.hardware import Hardware, burden_peak

FACTORS = ("faster_chips", "more_chips", "longer_runs")

PEAK_BASES = ("study", "training")

MAX_HOURS = 365.25 * 24
"""No run is on record that took a year by the clock; longer "runs" are chip-hours booked as hours of one chip."""

MIN_RUNS_IN_YEAR = 3
MIN_PAPERS_FOR_TREND = 8
MIN_YEARS_FOR_TREND = 3
"""Fewer runs, papers or years carry no mean, or no trend with an interval, worth printing."""

MIN_CHANGE_SHARED = 1.5
"""Compute that changed by less than this factor has no shares: they would be multiples of next to nothing."""


class RunFactors(NamedTuple):
    """One training run: peak in FLOP/s per chip at full utilisation; runs of one paper are one witness."""

    model: str
    paper_id: str
    year: int
    flop_per_s: float
    chips: float
    duration_hours: float

    @property
    def logs(self) -> tuple[float, float, float, float]:
        """log10 of the compute (up to the seconds of an hour) and of its three factors, in the order of FACTORS."""
        parts = tuple(math.log10(v) for v in (self.flop_per_s, self.chips, self.duration_hours))
        return (sum(parts), parts[0], parts[1], parts[2])


class GrowthSpan(NamedTuple):
    """What growth is between: two models or years, and how many runs it rests on."""

    comparison: str
    from_name: str
    to_name: str
    from_year: int
    to_year: int
    n: int


class Change(NamedTuple):
    """How many times compute or one factor became over a span, and its share of the growth (None where that means
    nothing); trends have an interval."""

    span: GrowthSpan
    factor: str
    times: Limits
    share: float | None
    confidence_level: float | None = None


def runs_of(rows: Iterable[Mapping[str, Any]], hardware: Mapping[str, Hardware], peak_basis: str) -> list[RunFactors]:
    """The runs that can be split: those on chips with a known peak, and no longer than a year.

    Args:
        rows: columns of warehouse/lookups/growth_runs.sql.
        hardware: chips by slug.
        peak_basis: one of PEAK_BASES.
    """
    runs = []
    for row in rows:
        chip = hardware.get(row["hardware"])
        peak = _peak(chip, row["precision"] or "", peak_basis) if chip else None
        if peak and row["duration_hours"] <= MAX_HOURS:
            known = (row["model"], row["paper_id"], int(row["year"]))
            runs.append(RunFactors(*known, peak, float(row["chips"]), float(row["duration_hours"])))
    return runs


def _peak(chip: Hardware, precision: str, basis: str) -> float | None:
    if basis == "study":
        return burden_peak(chip)
    peaks = training_peaks(chip, precision)
    return peaks[0] if peaks else None


def growth_rows(
    rows: Iterable[Mapping[str, Any]], hardware: Mapping[str, Hardware], confidence_level: float
) -> list[Growth]:
    """Growth in every population and by every peak, from the rows of warehouse/lookups/growth_runs.sql."""
    given = list(rows)
    found = []
    for population in sorted({r["population"] for r in given}):
        for basis in PEAK_BASES:
            runs = runs_of((r for r in given if r["population"] == population), hardware, basis)
            found += [
                Growth(
                    population=population,
                    peak_basis=basis,
                    factor=change.factor,
                    times=change.times,
                    share=change.share,
                    confidence_level=change.confidence_level,
                    **change.span._asdict(),
                )
                for change in (*records(runs), *typical(runs), *trends(runs, confidence_level))
            ]
    return found


def split(before: RunFactors, after: RunFactors) -> list[Change]:
    """How many times compute and its three factors became between two runs."""
    span = GrowthSpan("record", before.model, after.model, before.year, after.year, 2)
    return _split(span, np.array(before.logs), np.array(after.logs))


def _split(span: GrowthSpan, before: Floats, after: Floats) -> list[Change]:
    change = after - before
    names = ("compute", *FACTORS)
    return [Change(span, f, Limits(float(10**c)), _share(c, change[0])) for f, c in zip(names, change, strict=True)]


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if abs(whole) >= math.log10(MIN_CHANGE_SHARED) else None


def record_runs(runs: list[RunFactors]) -> list[RunFactors]:
    """The runs that took more compute than any run of an earlier year, the largest of each such year, in order."""
    best_so_far: list[RunFactors] = []
    for year in sorted({r.year for r in runs}):
        largest = max((r for r in runs if r.year == year), key=lambda r: (r.logs[0], r.model))
        if not best_so_far or largest.logs[0] > best_so_far[-1].logs[0]:
            best_so_far.append(largest)
    return best_so_far


def records(runs: list[RunFactors]) -> list[Change]:
    """Each record beside the one before it."""
    return [change for pair in pairwise(record_runs(runs)) for change in split(*pair)]


def typical(runs: list[RunFactors]) -> list[Change]:
    """The geometric mean of each year's runs beside that of the first year; years with too few runs are left out."""
    frame = pd.DataFrame([(r.year, *r.logs) for r in runs], columns=["year", "compute", *FACTORS])
    years = frame.groupby("year")
    means = years.mean()[years.size() >= MIN_RUNS_IN_YEAR]
    counts = years.size()
    found: list[Change] = []
    for first, year in ((means.index[0], later) for later in means.index[1:]):
        span = GrowthSpan("typical", str(first), str(year), int(first), int(year), int(counts[first] + counts[year]))
        found += _split(span, means.loc[first].to_numpy(), means.loc[year].to_numpy())
    return found


def trends(runs: list[RunFactors], confidence_level: float) -> list[Change]:
    """How many times compute and its factors become in a year: over all runs, and over the record runs.

    Records are picked for being above those before, so their interval shows the scatter about the line and no more.
    """
    return [*_trend("trend", runs, confidence_level), *_trend("record_trend", record_runs(runs), confidence_level)]


def _trend(comparison: str, runs: list[RunFactors], confidence_level: float) -> list[Change]:
    """Slopes of least squares on the year with their intervals; no rows where papers or years are too few.

    Where a paper has several runs, variances are clustered on papers, with Student's t of one degree of freedom less
    than papers (Cameron and Miller, Journal of Human Resources 50(2), 2015); else they are the ordinary ones, which are
    right for fewer runs.
    """
    years = np.array([r.year for r in runs], dtype=float)
    papers, names = pd.factorize(pd.Series([r.paper_id for r in runs], dtype="str"))
    if len(names) < MIN_PAPERS_FOR_TREND or len(set(years)) < MIN_YEARS_FOR_TREND:
        return []
    design = add_constant(years - years.mean())
    how = {} if len(names) == len(runs) else {"cov_type": "cluster", "cov_kwds": {"groups": papers}, "use_t": True}
    fits = [OLS(values, design).fit(**how) for values in np.array([r.logs for r in runs]).T]
    slopes = [(fit.params[1], *fit.conf_int(1 - confidence_level)[1]) for fit in fits]
    whole, least, most = slopes[0]
    grows = least > 0 or most < 0  # shares of a growth that may be none mean nothing
    first, last = int(years.min()), int(years.max())
    span = GrowthSpan(comparison, str(first), str(last), first, last, len(runs))
    return [
        Change(
            span,
            factor,
            Limits(float(10**slope), float(10**lower), float(10**upper)),
            float(slope / whole) if grows else None,
            confidence_level,
        )
        for factor, (slope, lower, upper) in zip(("compute", *FACTORS), slopes, strict=True)
    ]
