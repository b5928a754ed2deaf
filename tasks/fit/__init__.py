"""Fits: observations of one series in, a curve with intervals out.

`estimators` holds a module for each family, `numerics` their arithmetic. An `Estimator` works on many resamples at
once, with intervals from `bootstrap`; the study's two recipes are functions `(Sample, confidence_level) -> Fit`.
`registry` lists them all, `fit_all` runs them over a frame of observations, and `tables` makes rows of the fits. What a
fit hangs on, `tasks.evaluate.sensitivity` asks.
"""
