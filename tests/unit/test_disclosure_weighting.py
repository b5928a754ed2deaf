"""Estimates weighted for who discloses compute: a bias by disclosure is undone where it hangs on year and error."""

import numpy as np
import pandas as pd
import pytest

from tasks.estimate.extrapolate import Target
from tasks.evaluate.sensitivity.disclosure import LEAST, disclosure_rows
from tasks.fit.registry import estimators_for
from tasks.match.model_scores import ModelScore
from tests.unit.series import observations

TARGET = Target("imagenet-1k", "top1_accuracy", "half_of_best", 0.02)


def forward(series, metric):
    return tuple(e for e in estimators_for(None) if e.name == "power_law_forward")


def population(seed: int, keep):
    """400 scored models on a line with scatter; `keep` says with which probability one tells its compute."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(17, 23, 400)
    y = 0.1 * x - 1.2 + rng.normal(0, 0.08, 400)
    told = rng.uniform(size=400) < keep(y)
    every = observations(x, y, benchmark="imagenet-1k", year=rng.integers(2012, 2022, 400))
    scored = [
        ModelScore(
            model=row.model, model_key=row.model_key, benchmark="imagenet-1k", metric=row.metric, score=1 - row.error,
            year=int(row.year), training_flop=row.training_flop if is_told else None,
        )
        for row, is_told in zip(every.itertuples(), told, strict=True)
    ]  # fmt: skip
    return every[told], scored, every


def weighted(observed: pd.DataFrame, scored: list[ModelScore]):
    return disclosure_rows(observed, scored, forward, [TARGET])


def test_where_compute_is_told_at_random_weights_change_next_to_nothing():
    observed, scored, _ = population(1, lambda y: np.full(len(y), 0.5))
    (row,) = weighted(observed, scored)
    assert (row.n, row.n_scored) == (len(observed), 400)
    assert row.log10_training_flop_weighted == pytest.approx(row.log10_training_flop, abs=0.3)
    assert row.effective_n > 0.9 * row.n


def test_where_the_best_do_not_tell_weights_bring_the_estimate_nearer_to_that_of_all():
    moved = []
    for seed in range(5):
        observed, scored, every = population(seed, lambda y: 1 / (1 + np.exp(12 * (y - 0.75))))
        (row,), (truth,) = weighted(observed, scored), weighted(every, scored)
        moved.append((abs(row.log10_training_flop - truth.log10_training_flop),
                      abs(row.log10_training_flop_weighted - truth.log10_training_flop)))  # fmt: skip
    plain, corrected = np.mean(moved, axis=0)
    assert corrected < 0.7 * plain


def test_too_few_that_tell_or_do_not_give_no_row():
    observed, scored, _ = population(2, lambda y: np.full(len(y), 0.5))
    told = [s for s in scored if s.training_flop]
    untold = [s for s in scored if not s.training_flop]
    assert weighted(observed, [*told[: LEAST - 1], *untold]) == weighted(observed, told) == []
    assert weighted(observed, [*told[:LEAST], *untold[:LEAST]]) != []


def test_the_order_of_rows_changes_nothing():
    observed, scored, _ = population(3, lambda y: np.full(len(y), 0.4))
    shuffled = scored[::-1]
    assert weighted(observed, scored)[0].power_weighted == pytest.approx(weighted(observed, shuffled)[0].power_weighted)
