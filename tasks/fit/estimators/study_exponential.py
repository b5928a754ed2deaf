"""The study's "exponential": 1/error = a + b log10(FLOP), error on compute by ordinary least squares.

Thompson, Greenewald, Lee and Manso, arXiv 2007.05558. Compute then grows as 10^(1/(b error)), far faster than any
power of 1/error: 1 % error on ImageNet asks for 10^120 GFLOP.
"""

import math

from tasks.fit.estimators.study_line import fit_transformed_line
from tasks.fit.model import Fit, Interval
from tasks.fit.numerics.line import Line
from tasks.fit.numerics.straight import EXPONENTIAL
from tasks.fit.sample import Sample

NAME = "study_exponential"
TITLE = "The study's exponential: 1/error on compute"


def fit(sample: Sample, confidence_level: float) -> Fit:
    """Fit the exponential form to a sample."""
    return fit_transformed_line(NAME, TITLE, sample, confidence_level, EXPONENTIAL, local_power)


def local_power(line: Line, x_max: float) -> Interval | None:
    """Local power p of compute ~ (1/error)^p at the largest compute: ln(10) (x_max - x_0), x_0 where the line is zero.

    From log10(1/error) = log10(a + b x): its slope is b / ((a + b x) ln 10), and (a + b x) / b = x - x_0. The limits
    are those of x_0 (Fieller). None where the line does not rise, or is not above zero at x_max.
    """
    if line.slope.value <= 0:
        return None
    zero = line.x_at(0.0)
    if x_max <= zero.value:
        return None
    lower, upper = (None if end is None else math.log(10) * max(0.0, x_max - end) for end in (zero.upper, zero.lower))
    return Interval(math.log(10) * (x_max - zero.value), lower, upper)
