"""The observations of one series, checked, as arrays: what an estimator sees."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.claims import content_id
from tasks.fit.model import FitRefused, Floats

MIN_POINTS = 5
"""Fewer observations than this carry no line with an interval worth printing."""

MIN_SPREAD = 1e-6
"""Decades of compute (or of error) below which all points count as one."""


@dataclass(frozen=True)
class Sample:
    """Observations of one series: `log10_flop` (log10 FLOP) and `error` (fraction), both of shape (n,)."""

    series: str
    metric: str
    log10_flop: Floats
    error: Floats
    n_papers: int
    year_min: int | None
    year_max: int | None
    input_hash: str

    @property
    def n(self) -> int:
        """Number of observations."""
        return len(self.error)


def sample_of(observations: pd.DataFrame, min_points: int = MIN_POINTS) -> Sample:
    """Check the observations of one series (columns of core_observations) and make arrays of them.

    Reads series, metric, paper_id, year, error (fraction) and training_flop (FLOP). The order of rows does not matter.

    Raises:
        ValueError: `min_points` is below 3, where a line leaves no residuals to judge it by.
        FitRefused: fewer than `min_points` rows, mixed metrics, a figure that is not finite or out of range, or no
            spread in compute or error.
    """
    if min_points < 3:
        raise ValueError(f"a line with an interval needs 3 points, not {min_points}")
    if len(observations) < min_points:
        raise FitRefused(f"{len(observations)} observations, at least {min_points} are needed")
    _refuse_mixture(observations)
    rows = observations.sort_values(["error", "training_flop", "paper_id"], kind="stable")
    error = rows["error"].to_numpy(dtype=float, na_value=np.nan)
    flop = rows["training_flop"].to_numpy(dtype=float, na_value=np.nan)
    _refuse_figures(error, flop)
    log10_flop = np.log10(flop)
    if np.ptp(log10_flop) < MIN_SPREAD:
        raise FitRefused("all observations have the same compute")
    if np.ptp(np.log10(error)) < MIN_SPREAD:
        raise FitRefused("all observations have the same error")
    years = [int(y) for y in rows["year"].dropna()]
    return Sample(
        series=str(rows["series"].iloc[0]),
        metric=str(rows["metric"].iloc[0]),
        log10_flop=log10_flop,
        error=error,
        n_papers=rows["paper_id"].nunique(),
        year_min=min(years, default=None),
        year_max=max(years, default=None),
        input_hash=_input_hash(rows),
    )


def _refuse_mixture(observations: pd.DataFrame) -> None:
    for column in ("series", "metric"):
        values = sorted(observations[column].astype(str).unique())
        if len(values) > 1:
            raise FitRefused(f"the observations mix several values of {column}: {', '.join(values)}")


def _refuse_figures(error: Floats, flop: Floats) -> None:
    bad = int((~np.isfinite(error) | ~np.isfinite(flop)).sum())
    if bad:
        raise FitRefused(f"{bad} observations have an error or a compute that is not a finite number")
    bad = int((flop <= 0).sum())
    if bad:
        raise FitRefused(f"{bad} observations have a compute of zero or less")
    bad = int(((error <= 0) | (error >= 1)).sum())
    if bad:
        raise FitRefused(f"{bad} observations have an error outside the open interval from 0 to 1")


def _input_hash(rows: pd.DataFrame) -> str:
    """Hash of what an estimator sees, whatever the order of rows; all of it stands in out_observations as well."""
    facts = sorted(
        (float(error), float(flop), str(paper), 0 if pd.isna(year) else int(year))
        for error, flop, paper, year in zip(
            rows["error"], rows["training_flop"], rows["paper_id"], rows["year"], strict=True
        )
    )
    return content_id(str(rows["series"].iloc[0]), str(rows["metric"].iloc[0]), facts)
