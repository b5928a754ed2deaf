"""Fits: observations of one series in, a curve with intervals out.

The study's two recipes are functions `(Sample, confidence_level) -> Fit`; every other estimator is an `Estimator`,
which works on many resamples at once, with intervals from `bootstrap`. `registry` lists them; `fit_all` runs them all
over a frame of observations, and `tables` makes rows of the fits.
"""

from tasks.fit.model import Band, Fit, FitRefused, Interval, Refusal
from tasks.fit.registry import ESTIMATORS, Fitted, estimators_for, fit_all, fit_series
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
    "estimators_for",
    "fit_all",
    "fit_series",
    "sample_of",
]
