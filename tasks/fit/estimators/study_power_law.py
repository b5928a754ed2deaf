"""The study's "polynomial": log10(1/error) = a + b log10(FLOP), error on compute by ordinary least squares.

Thompson, Greenewald, Lee and Manso, arXiv 2007.05558. Compute then grows as (1/error)^(1/b): on the study's 13
ImageNet points b = 0.0733 and the power is 13.6. The direction matters: the same points give 9.2 by the symmetric
line and 6.2 by compute on error (DESIGN.md, "What the study's data taught", 1).
"""

from tasks.fit.estimators.study_line import fit_transformed_line
from tasks.fit.model import Fit, Interval
from tasks.fit.numerics.line import Line
from tasks.fit.numerics.straight import POWER_LAW
from tasks.fit.sample import Sample

NAME = "study_power_law"
TITLE = "The study's power law: error on compute"


def fit(sample: Sample, confidence_level: float) -> Fit:
    """Fit the power law to a sample."""
    return fit_transformed_line(NAME, TITLE, sample, confidence_level, POWER_LAW, _power)


def _power(line: Line, x_max: float) -> Interval | None:
    return implied_power(line.slope)


def implied_power(slope: Interval) -> Interval | None:
    """Power p of compute ~ (1/error)^p: p = 1/slope, with the slope's limits inverted.

    None where the slope is not positive; the upper limit is None (unbounded) where the slope's lower one is not.
    """
    if slope.value <= 0 or slope.upper is None:
        return None
    upper = 1 / slope.lower if slope.lower is not None and slope.lower > 0 else None
    return Interval(1 / slope.value, 1 / slope.upper, upper)
