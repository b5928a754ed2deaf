"""Observations of one series with known truth, in the columns of core_observations that the fits read."""

from typing import Any

import numpy as np
import pandas as pd

from tasks.fit.estimator import PRIORS, Batch


def observations(x: Any, y: Any, paper: Any = None, **columns: Any) -> pd.DataFrame:
    """Observations at log10 FLOP `x` with log10(1/error) `y`; each of a paper of its own unless told."""
    n = len(x)
    base = {
        "observation_id": [f"o{i:04d}" for i in range(n)],
        "series": "imagenet-1k",
        "benchmark": "imagenet-1k",
        "metric": "top1_accuracy",
        "paper_id": [f"p{p:04d}" for p in (range(n) if paper is None else paper)],
        "model": [f"model {i}" for i in range(n)],
        "model_key": [f"model{i}" for i in range(n)],
        "year": pd.array([2015] * n, dtype="Int64"),
        "error": 10.0 ** -np.asarray(y, dtype=float),
        "training_flop": 10.0 ** np.asarray(x, dtype=float),
        "training_flop_lower": 10.0 ** np.asarray(x, dtype=float) / 1.5,
        "training_flop_upper": 10.0 ** np.asarray(x, dtype=float) * 1.5,
        "hardware_burden_flop": np.nan,
        "method": "operation_count",
        "extra_data": "none",
        "join_rule": "same_row",
        "in_fit": True,
    }
    return pd.DataFrame(base | columns)


def batch(x: Any, y: Any, paper: Any, weight: Any = None) -> Batch:
    """A batch of log10 FLOP and log10(1/error), each (n,) or (R, n), without ranges."""
    x, y = np.broadcast_arrays(np.atleast_2d(np.asarray(x, float)), np.atleast_2d(np.asarray(y, float)))
    weight = np.ones(x.shape) if weight is None else np.atleast_2d(np.asarray(weight, float))
    x, y = np.broadcast_to(x, weight.shape), np.broadcast_to(y, weight.shape)
    paper = np.asarray(paper)
    exact, year, as_given = np.zeros(x.shape), np.full(x.shape, 2015.0), np.zeros((len(x), PRIORS))
    return Batch(x, exact, 10.0**-y, year, weight, paper, paper, as_given)
