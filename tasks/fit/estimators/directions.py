"""The power law log10(1/error) = intercept + slope log10(FLOP), by the direction of the regression.

Which variable carries the scatter decides the slope: error on compute puts all of it into the error, compute on error
all of it into compute, and the other two share it out. Isobe, Feigelson, Akritas and Babu 1990 (ApJ 364:104), table 1,
has the first three; the power of compute ~ (1/error)^power is 1/slope. On the study's 13 ImageNet points it is 13.6,
6.2 and (symmetric) 9.2.
"""

from collections.abc import Callable

import numpy as np

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Floats
from tasks.fit.numerics.errors_in_variables import errors_in_variables
from tasks.fit.numerics.rows import Moments, in_blocks, moments, once
from tasks.fit.numerics.straight import POWER_LAW, error_at, log10_flop_at

_UNITS = ("log10(1/error) at 1 FLOP", "log10(1/error) per decade of compute")


def forward_slope(m: Moments) -> Floats:
    """Error on compute: ordinary least squares of y on x."""
    return m.sxy / m.sxx


def reverse_slope(m: Moments) -> Floats:
    """Compute on error: ordinary least squares of x on y, its slope inverted."""
    return m.syy / m.sxy


def symmetric_slope(m: Moments) -> Floats:
    """Reduced major axis: the geometric mean of the two, with the sign of the correlation."""
    return np.sign(m.sxy) * np.sqrt(m.syy / m.sxx)


def _line(slope_of: Callable[[Moments], Floats]) -> Callable[[Batch], Floats]:
    def fit(batch: Batch) -> Floats:
        m = moments(batch.x, once(POWER_LAW.performance, batch.error), batch.weight)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(m.has_spread & (m.sxy != 0), slope_of(m), np.nan)
        return np.stack([m.mean_y - slope * m.mean_x, slope], axis=1)

    return in_blocks(fit)


def _by_moments(name: str, title: str, slope_of: Callable[[Moments], Floats]) -> Estimator:
    return Estimator(
        name=name,
        title=title,
        kind="direction",
        parameters=("intercept", "slope"),
        units=_UNITS,
        fit=_line(slope_of),
        error_at=error_at(POWER_LAW),
        log10_flop_at=log10_flop_at(POWER_LAW),
    )


@in_blocks
def _with_ranges(batch: Batch) -> Floats:
    return errors_in_variables(batch.x, batch.x_sd, once(POWER_LAW.performance, batch.error), batch.weight)


FORWARD = _by_moments("power_law_forward", "power law, error on compute", forward_slope)
REVERSE = _by_moments("power_law_reverse", "power law, compute on error", reverse_slope)
SYMMETRIC = _by_moments("power_law_symmetric", "power law, symmetric (reduced major axis)", symmetric_slope)
ERRORS_IN_VARIABLES = Estimator(
    name="power_law_errors_in_variables",
    title="power law, each point's compute uncertain within its range (York)",
    kind="direction",
    parameters=("intercept", "slope", "scatter"),
    units=(*_UNITS, "standard deviation of log10(1/error) about the line"),
    fit=_with_ranges,
    error_at=error_at(POWER_LAW),
    log10_flop_at=log10_flop_at(POWER_LAW),
)

ESTIMATORS: tuple[Estimator, ...] = (FORWARD, REVERSE, SYMMETRIC, ERRORS_IN_VARIABLES)
