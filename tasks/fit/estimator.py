"""The face of an estimator: resamples of one series in, parameters out, and the curve that they draw, both ways.

An estimator works on many resamples at once (arrays of R rows), so that thousands of bootstrap replicates cost little
more than one fit; the fit to the data itself is the resample with every weight one (R = 1). What an interval is,
`tasks.fit.bootstrap` knows, and no estimator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tasks.fit.model import Floats

Ints = NDArray[np.int64]

_STEP = 0.05
"""Decades over which the local power is taken, up to the compute asked for."""

Kind = Literal["study", "direction", "form", "frontier", "progress", "structure"]


PRIORS = 2
"""Parameters with a prior that an estimator may have."""


class Batch(NamedTuple):
    """Resamples of one series: arrays of shape (R, n), one row a resample, one column an observation.

    `x` is log10 of training FLOP (may differ from row to row where compute is drawn within its range), `x_sd` its
    standard deviation as an error of measurement (zero where the figure is exact), `error` the error as a fraction,
    `year` the year of publication (NaN where unknown), `weight` how often the observation stands in the resample (0, 1,
    2, …). `paper` and `family` (shape (n,)) number the paper and the family of models that an observation is from.
    `prior_z` (shape (R, PRIORS)) says by how many of its standard deviations the centre of each prior is moved in a
    resample: zero in the data themselves.
    """

    x: Floats
    x_sd: Floats
    error: Floats
    year: Floats
    weight: Floats
    paper: Ints
    family: Ints
    prior_z: Floats


@dataclass(frozen=True)
class Estimator:
    """One way of fitting.

    Attributes:
        name: Slug, as in `out_fits.estimator`.
        title: In words, for readers.
        kind: What it varies.
        parameters: Names of the k parameters, each with its unit in `units`.
        units: Units of the parameters, in their order.
        fit: From R resamples to parameters of shape (R, k); a row of NaN where a resample cannot carry the fit. An
            infinite parameter is a figure like any other (years until nothing is gained). Never raises for data, nor
            warns.
        error_at: From parameters (R, k) and log10 FLOP (m,) to the error (R, m), a fraction; NaN where the curve is
            not defined.
        log10_flop_at: From parameters (R, k) and an error (fraction, in (0, 1)) to log10 FLOP (R,): +inf where the
            curve never falls to it (a floor above it, a slope of no sign), NaN where the parameters are NaN.
        min_points: Observations below which it refuses.
        needs_years: True where observations without a year are left out.
        fault: Why its intervals are shorter than they say though its assumptions hold (tools/coverage_of_intervals.py);
            empty where they are not. Such an estimator is shown and never gives the headline.
        floor: From parameters (R, k) to the error that no compute gets below (R,), a fraction; zeros without one.
    """

    name: str
    title: str
    kind: Kind
    parameters: tuple[str, ...]
    units: tuple[str, ...]
    fit: Callable[[Batch], Floats]
    error_at: Callable[[Floats, Floats], Floats]
    log10_flop_at: Callable[[Floats, float], Floats]
    min_points: int = 5
    needs_years: bool = False
    fault: str = ""
    floor: Callable[[Floats], Floats] = lambda parameters: np.zeros(len(parameters))


def fall(estimator: Estimator, parameters: Floats, start: ArrayLike, end: ArrayLike) -> Floats:
    """Mean fall of log10 error (R,) per decade from one compute to another (log10 FLOP, one for all rows or (R,))."""
    with np.errstate(all="ignore"):
        before, behind = (np.log10(_error_at_own(estimator, parameters, x)) for x in (start, end))
        found: Floats = (before - behind) / (np.asarray(end, dtype=float) - np.asarray(start, dtype=float))
    return found


def local_power(estimator: Estimator, parameters: Floats, log10_flop: ArrayLike) -> Floats:
    """Power p of compute ~ (1/error)^p, 1 / (-d log10 error / d log10 FLOP), at a compute (one for all rows or (R,)).

    +inf where the error does not fall there, NaN where the curve is not defined.
    """
    x = np.asarray(log10_flop, dtype=float)
    slope = fall(estimator, parameters, x - _STEP, x)
    power = np.divide(1.0, slope, out=np.full_like(slope, np.inf), where=slope > 0)
    return np.where(np.isnan(slope), np.nan, power)


def _error_at_own(estimator: Estimator, parameters: Floats, log10_flop: ArrayLike) -> Floats:
    """The error (R,) of each row at a compute of its own, or at one for all."""
    places, own = np.unique(np.broadcast_to(log10_flop, len(parameters)), return_inverse=True)
    return estimator.error_at(parameters, places)[np.arange(len(parameters)), own]
