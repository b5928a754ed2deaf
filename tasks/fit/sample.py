"""The observations of one series, checked, as arrays: what an estimator sees."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from schemas.codes.evaluation import FitReason
from schemas.rows import Record
from tasks.compute.methods import CONFIDENCE_FACTORS, ComputeAssumptions
from tasks.fit.estimator import Ints
from tasks.fit.model import FitRefused, Floats
from tasks.provenance.claims import content_id

MIN_POINTS = 5
"""Fewer observations than this carry no line with an interval worth printing."""

MIN_SPREAD = 1e-6
"""Decades of compute (or of error) below which all points count as one."""

RANGE_LEVEL = 0.90
"""A compute range is taken to hold the truth nine times in ten: what Epoch AI's confidence words promise."""

_SDS_IN_RANGE = 2 * float(stats.norm.ppf(0.5 + RANGE_LEVEL / 2))

_COMPUTE = ComputeAssumptions()
_USUAL_RANGES = {
    "reported": _COMPUTE.reported_range**2,
    "operation_count": _COMPUTE.operation_range**2,
    "hardware_time": _COMPUTE.utilisation_upper / _COMPUTE.utilisation_lower,
    "third_party": CONFIDENCE_FACTORS["likely"] ** 2,
}
"""Upper over lower end of the range that a method has as a rule (sources: `tasks.compute.methods`), for a figure that
comes without one; the widest of them for any other method."""

_FAMILY = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Sample:
    """Observations of one series as arrays of shape (n,).

    Attributes:
        log10_flop: log10 of training FLOP.
        log10_flop_sd: Standard deviation of the error that its range allows, in decades.
        error: A fraction.
        year: Year of publication; NaN where unknown.
        paper, family, method: Number of the paper, of the family of models and of the method by which compute was
            estimated, each counted from 0.
    """

    series: str
    metric: str
    log10_flop: Floats
    log10_flop_sd: Floats
    error: Floats
    year: Floats
    paper: Ints
    family: Ints
    method: Ints
    input_hash: str

    @property
    def n(self) -> int:
        """Number of observations."""
        return len(self.error)

    @property
    def n_papers(self) -> int:
        """Number of papers."""
        return int(self.paper.max()) + 1

    @property
    def about(self) -> Record:
        """What every fit says of its sample; no first and last year where none is known."""
        years = self.year[~np.isnan(self.year)]
        return {
            "series": self.series,
            "metric": self.metric,
            "n": self.n,
            "n_papers": self.n_papers,
            "log10_flop_min": float(self.log10_flop.min()),
            "log10_flop_max": float(self.log10_flop.max()),
            "year_min": int(years.min()) if len(years) else None,
            "year_max": int(years.max()) if len(years) else None,
            "input_hash": self.input_hash,
        }


def sample_of(observations: pd.DataFrame, min_points: int = MIN_POINTS) -> Sample:
    """Check the observations of one series (columns of core_observations) and make arrays of them.

    Reads series, metric, paper_id, model_key, year, error (fraction), training_flop (FLOP) with its range, and method.
    The order of rows does not matter; those without a logarithm are left out (see `with_logarithms`).

    Raises:
        ValueError: `min_points` is below 3, where a line leaves no residuals to judge it by.
        FitRefused: fewer than `min_points` rows, mixed metrics, a figure that is not finite or out of range, or no
            spread in compute or error.
    """
    if min_points < 3:
        raise ValueError(f"a line with an interval needs 3 points, not {min_points}")
    used = with_logarithms(observations)
    refuse_few(len(used), min_points, left_out=len(observations) - len(used))
    _refuse_mixture(used)
    rows = used.sort_values(["error", "training_flop", "paper_id", "model_key"], kind="stable")
    error, flop, lower, upper, year = (
        rows[c].to_numpy(dtype=float, na_value=np.nan)
        for c in ("error", "training_flop", "training_flop_lower", "training_flop_upper", "year")
    )
    _refuse_figures(error, flop)
    log10_flop = np.log10(flop)
    if np.ptp(log10_flop) < MIN_SPREAD:
        raise FitRefused(FitReason.SAME_COMPUTE)
    if np.ptp(np.log10(error)) < MIN_SPREAD:
        raise FitRefused(FitReason.SAME_ERROR)
    methods = rows["method"].astype(str).tolist()
    families = [family_of(str(key)) for key in rows["model_key"]]
    sd = compute_sd(lower, upper, methods)
    return Sample(
        series=str(rows["series"].iloc[0]),
        metric=str(rows["metric"].iloc[0]),
        log10_flop=log10_flop,
        log10_flop_sd=sd,
        error=error,
        year=year,
        paper=_numbered(rows["paper_id"].astype(str).tolist()),
        family=_numbered(families),
        method=_numbered(methods),
        input_hash=_input_hash(rows, sd, families),
    )


def used_in_fits(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations that fits use: `in_fit` is true."""
    return observations[observations["in_fit"].fillna(False).astype(bool)]


def with_logarithms(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations whose error is not exactly 0 or 1.

    A model that solves all or nothing of a test has reached the test's end: what it could do is not known, and
    no logarithm of odds or of error says it.
    """
    return observations[~observations["error"].isin([0.0, 1.0])]


def refuse_few(n: int, least: int, left_out: int = 0) -> None:
    """Refuse fewer than `least` observations, and say how many were left out for their error of 0 or 1.

    Raises:
        FitRefused: they are fewer.
    """
    if n < least and left_out:
        raise FitRefused(FitReason.FEW_WITH_LOGARITHM, n=n, least=least, left_out=left_out)
    if n < least:
        raise FitRefused(FitReason.FEW_OBSERVATIONS, n=n, least=least)


def compute_sd(lower: Floats, upper: Floats, methods: list[str]) -> Floats:
    """Standard deviation of log10 compute (decades) from its range in FLOP, both ends of shape (n,).

    The range is read as the central 90 % of a lognormal. Where an end is missing, zero or beyond the other, the usual
    range of the method stands in.
    """
    usual = np.array([_USUAL_RANGES.get(m, max(_USUAL_RANGES.values())) for m in methods])
    with np.errstate(all="ignore"):
        given = upper / lower
    known = np.isfinite(given) & (lower > 0) & (given >= 1)
    sd: Floats = np.log10(np.where(known, given, usual)) / _SDS_IN_RANGE
    return sd


def family_of(model_key: str) -> str:
    """Family of a model: the letters that its key begins with (`resnet152` -> `resnet`), else the whole key."""
    found = _FAMILY.match(model_key)
    return found.group() if found else model_key


def _numbered(names: list[str]) -> Ints:
    """Names as numbers from 0, in the order of the alphabet."""
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _refuse_mixture(observations: pd.DataFrame) -> None:
    for column in ("series", "metric"):
        values = sorted(observations[column].astype(str).unique())
        if len(values) > 1:
            raise FitRefused(FitReason.VALUES_MIXED, column=column, values=", ".join(values))


def _refuse_figures(error: Floats, flop: Floats) -> None:
    bad = int((~np.isfinite(error) | ~np.isfinite(flop)).sum())
    if bad:
        raise FitRefused(FitReason.NOT_FINITE, n=bad)
    bad = int((flop <= 0).sum())
    if bad:
        raise FitRefused(FitReason.COMPUTE_NOT_ABOVE_ZERO, n=bad)
    bad = int(((error <= 0) | (error >= 1)).sum())
    if bad:
        raise FitRefused(FitReason.ERROR_OUT_OF_RANGE, n=bad)


def _input_hash(rows: pd.DataFrame, sd: Floats, families: list[str]) -> str:
    """Hash of what an estimator sees, whatever the order of rows."""
    facts = sorted(
        (float(error), float(flop), str(paper), 0 if pd.isna(year) else int(year), str(method), spread, family)
        for error, flop, paper, year, method, spread, family in zip(
            rows["error"],
            rows["training_flop"],
            rows["paper_id"],
            rows["year"],
            rows["method"],
            (round(float(s), 9) for s in sd),  # machines' logarithms differ in the last digits
            families,
            strict=True,
        )
    )
    return content_id(str(rows["series"].iloc[0]), str(rows["metric"].iloc[0]), facts)
