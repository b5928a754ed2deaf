"""What the estimates are worth: held against the past (before they are made, for it tells how wide their intervals are
and which is the headline's), against other choices, without single papers, beside theory."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.rows.fits import FitSummary
from tasks.compute.tables import load_compute_tables
from tasks.estimate.extrapolate import Target, load_targets, named_targets
from tasks.evaluate import evaluate
from tasks.evaluate.growth import growth_rows
from tasks.evaluate.sensitivity.disclosure import disclosure_rows
from tasks.evaluate.sensitivity.influence import half_of_best, influence_rows
from tasks.evaluate.sensitivity.specifications import quantile_rows, specification_rows
from tasks.evaluate.sensitivity.structure import structure
from tasks.evaluate.theory.powers import beside_practice
from tasks.fit.estimator import Estimator
from tasks.fit.registry import RECIPES, estimators_for
from tasks.load.derived import load_derived
from tasks.reference.benchmarks import error_floors, guess_errors
from tasks.reference.targets import TargetRow
from tasks.refresh.capabilities import known_scores
from tasks.refresh.flat import flat
from tasks.refresh.joined import observations_in_fits
from warehouse.connection import LOOKUPS
from warehouse.rows import as_dicts, rows_of

COMPARED = ("power_law_forward", "power_law_symmetric")
"""Estimators whose sensitivity to single papers is shown beside the headline's: the study's direction, and neither."""


def backtest_estimators(connection: DuckDBPyConnection, series: list[str]) -> Counter[str]:
    """What the past says of the estimators: back-tests, scores with each domain's choice, and how intervals held."""
    found = evaluate(observations_in_fits(connection, series), _all_for, RECIPES)
    return load_derived(
        connection,
        {
            "out_backtests": flat(found.backtests),
            "out_backtest_scores": flat(found.scores),
            "out_calibration": flat(found.calibrations),
        },
    )


def evaluate_estimates(
    connection: DuckDBPyConnection, series: list[str], confidence_level: float, asked: Sequence[TargetRow] = ()
) -> Counter[str]:
    """What the estimates hang on: influence, disclosure, specifications, structure; theory and growth beside them.

    `asked` are targets beside the named ones.
    """
    observations = observations_in_fits(connection, series)
    shown = _shown(connection)

    def short_for(name: str, metric: str) -> tuple[Estimator, ...]:
        return tuple(e for e in _all_for(name, metric) if e.name in shown)

    targets = _targets(observations, series, asked)
    halves = half_of_best(observations)
    scored = known_scores(connection, series)
    specifications = specification_rows(observations, _all_for, targets)
    pooled = structure(observations, confidence_level)
    runs = as_dicts(connection.execute((LOOKUPS / "growth_runs.sql").read_text()))
    return load_derived(
        connection,
        {
            "out_influence": flat(influence_rows(observations, short_for, halves)),
            "out_disclosure_weighting": flat(disclosure_rows(observations, scored, short_for, halves)),
            "out_specifications": flat(specifications),
            "out_specification_quantiles": flat(quantile_rows(specifications)),
            "out_pooled_powers": flat(pooled.powers),
            "out_pools": flat(pooled.pools),
            "out_theory": flat(beside_practice(rows_of(connection, FitSummary, "out_fits"), [*RECIPES, *shown])),
            "out_growth": flat(growth_rows(runs, load_compute_tables().hardware, confidence_level)),
        },
    )


def _all_for(name: str, metric: str) -> tuple[Estimator, ...]:
    return estimators_for(error_floors().get((name, metric)), guess_errors().get((name, metric), 1.0))


def _shown(connection: DuckDBPyConnection) -> tuple[str, ...]:
    """The estimators of all headlines, and those beside them."""
    chosen = connection.execute("SELECT DISTINCT estimator FROM out_headlines ORDER BY ALL").fetchall()
    return tuple(dict.fromkeys([*COMPARED, *(name for (name,) in chosen)]))


def _targets(observations: pd.DataFrame, series: list[str], asked: Sequence[TargetRow]) -> list[Target]:
    """Half of the best error of every series, and the targets that were named."""
    named = load_targets(asked)
    return [*half_of_best(observations), *named_targets(named[named["series"].isin(series)])]
