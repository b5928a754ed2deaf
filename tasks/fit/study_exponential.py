"""The study's "exponential": 1/error = a + b log10(FLOP), error on compute by ordinary least squares.

Thompson, Greenewald, Lee and Manso, arXiv 2007.05558. Compute then grows as 10^(1/(b error)), far faster than any
power of 1/error: 1 % error on ImageNet asks for 10^120 GFLOP.
"""

import numpy as np

from tasks.fit.model import Fit, Floats
from tasks.fit.sample import Sample
from tasks.fit.transformed_line import Transform, fit_transformed_line

NAME = "study_exponential"


def _error(performance: Floats) -> Floats:
    """1/performance; NaN where the line has fallen to zero or below, where no error corresponds to it."""
    performance = np.asarray(performance, dtype=float)
    return np.divide(1.0, performance, out=np.full_like(performance, np.nan), where=performance > 0)


_TRANSFORM = Transform(performance=lambda error: 1.0 / np.asarray(error, dtype=float), error=_error)


def fit(sample: Sample, confidence_level: float) -> Fit:
    """Fit the exponential form to a sample."""
    return fit_transformed_line(NAME, sample, confidence_level, _TRANSFORM)
