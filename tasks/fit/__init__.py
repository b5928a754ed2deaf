"""Fits: observations of one series in, a curve with intervals out.

Each estimator is one small module with one function `(Sample, confidence_level) -> Fit`, listed in
`registry.ESTIMATORS`. `fit_all` runs them all over a frame of observations.
"""

from tasks.fit.model import Band, Fit, FitRefused, Interval, Refusal
from tasks.fit.registry import ESTIMATORS, Fitted, fit_all, fit_series
from tasks.fit.sample import MIN_POINTS, Sample, sample_of

__all__ = [
    "ESTIMATORS",
    "MIN_POINTS",
    "Band",
    "Fit",
    "FitRefused",
    "Fitted",
    "Interval",
    "Refusal",
    "Sample",
    "fit_all",
    "fit_series",
    "sample_of",
]
