"""Refresh: from loaded claims to estimates, step by step inside the warehouse.

Each step reads what the step before wrote and puts its tables in the place of the old ones; the science stands in
`tasks.compute`, `match`, `fit`, `estimate` and `evaluate`. The same claims and assumptions give the same tables.
"""

from tasks.refresh.assumed import Assumed, assumed, known_series, series_of
from tasks.refresh.capabilities import fit_capabilities
from tasks.refresh.compute import estimate_compute, price_training_runs
from tasks.refresh.dates import date_targets
from tasks.refresh.estimates import fit_and_extrapolate, unanswered
from tasks.refresh.evaluated import backtest_estimators, evaluate_estimates
from tasks.refresh.forecasts import is_published, keep_forecasts, write_ledger
from tasks.refresh.inputs import is_refreshed, refresh_inputs
from tasks.refresh.joined import join_observations
from tasks.refresh.own import load_own, own_left_out, own_observations
from tasks.refresh.performance import split_performance
from tasks.refresh.what_if import is_usual, what_if

__all__ = [
    "Assumed",
    "assumed",
    "backtest_estimators",
    "date_targets",
    "estimate_compute",
    "evaluate_estimates",
    "fit_and_extrapolate",
    "fit_capabilities",
    "is_published",
    "is_refreshed",
    "is_usual",
    "join_observations",
    "keep_forecasts",
    "known_series",
    "load_own",
    "own_left_out",
    "own_observations",
    "price_training_runs",
    "refresh_inputs",
    "series_of",
    "split_performance",
    "unanswered",
    "what_if",
    "write_ledger",
]
