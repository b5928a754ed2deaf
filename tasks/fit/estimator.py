"""The face of an estimator: resamples of one series in, parameters out, and the curve that they draw, both ways.

An estimator works on many resamples at once (arrays of R rows), so that thousands of bootstrap replicates cost little
more than one fit; the fit to the data itself is the resample with every weight one (R = 1). What an interval is,
`tasks.fit.bootstrap` knows, and no estimator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.fit.model import Floats

Ints = NDArray[np.int64]

Kind = Literal["study", "direction", "form", "frontier", "progress", "structure"]


class Batch(NamedTuple):
    """Resamples of one series: arrays of shape (R, n), one row a resample, one column an observation.

    `x` is log10 of training FLOP (may differ from row to row where compute is drawn within its range), `x_sd` its
    standard deviation as an error of measurement (zero where the figure is exact), `error` the error as a fraction,
    `year` the year of publication (NaN where unknown), `weight` how often the observation stands in the resample (0, 1,
    2, …). `paper` and `family` (shape (n,)) number the paper and the family of models that an observation is from.
    """

    x: Floats
    x_sd: Floats
    error: Floats
    year: Floats
    weight: Floats
    paper: Ints
    family: Ints


@dataclass(frozen=True)
class Estimator:
    """One way of fitting.

    Attributes:
        name: Slug, as in `out_fits.estimator`.
        title: In words, for readers.
        kind: What it varies.
        parameters: Names of the k parameters, each with its unit in `units`.
        units: Units of the parameters, in their order.
        fit: From R resamples to parameters of shape (R, k); a row of NaN where a resample cannot carry the fit. Never
            raises for data.
        error_at: From parameters (R, k) and log10 FLOP (m,) to the error (R, m), a fraction; NaN where the curve is
            not defined.
        log10_flop_at: From parameters (R, k) and an error (fraction, in (0, 1)) to log10 FLOP (R,): +inf where the
            curve never falls to it (a floor above it, a slope of no sign), NaN where the parameters are NaN.
        min_points: Observations below which it refuses.
        needs_years: True where observations without a year are left out.
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
    floor: Callable[[Floats], Floats] = lambda parameters: np.zeros(len(parameters))
