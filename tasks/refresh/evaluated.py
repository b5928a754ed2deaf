"""What the estimates are worth: held against the past, against other choices, without single papers, beside theory."""

from collections import Counter

import pandas as pd
from duckdb import DuckDBPyConnection

from tasks.compute.tables import load_compute_tables
from tasks.estimate.extrapolate import Target, load_targets
from tasks.evaluate import Headline, evaluate
from tasks.evaluate.growth import growth_rows
from tasks.evaluate.sensitivity.influence import half_of_best, influence_rows
from tasks.evaluate.sensitivity.specifications import quantile_rows, specification_rows
from tasks.evaluate.sensitivity.structure import structure
from tasks.evaluate.theory.powers import beside_practice
from tasks.fit.estimator import Estimator
from tasks.fit.registry import RECIPES, estimators_for
from tasks.load.derived import load_derived
from tasks.reference.benchmarks import error_floors
from tasks.refresh.flat import flat
from warehouse.connection import LOOKUPS, read_table
from warehouse.rows import as_dicts

COMPARED = ("power_law_forward", "power_law_symmetric")
"""Estimators whose sensitivity to single papers is shown beside the headline's: the study's direction, and neither."""


def evaluate_estimates(connection: DuckDBPyConnection, series: list[str], confidence_level: float) -> Counter[str]:
    """Back-tests and the headline they lead to, influence, specifications, structure, theory and growth."""
    observations = read_table(connection, "core_observations")
    observations = observations[observations["series"].isin(series)]
    floors = error_floors()

    def all_for(name: str, metric: str) -> tuple[Estimator, ...]:
        return estimators_for(floors.get((name, metric)))

    evaluation = evaluate(observations, all_for, RECIPES)
    shown = _shown(evaluation.headline)

    def short_for(name: str, metric: str) -> tuple[Estimator, ...]:
        return tuple(e for e in all_for(name, metric) if e.name in shown)

    targets = _targets(observations, series)
    specifications = specification_rows(observations, all_for, targets)
    pooled = structure(observations, confidence_level)
    runs = as_dicts(connection.execute((LOOKUPS / "growth_runs.sql").read_text()))
    return load_derived(
        connection,
        {
            "out_backtests": flat(evaluation.backtests),
            "out_backtest_scores": flat(evaluation.scores),
            "out_influence": flat(influence_rows(observations, short_for, half_of_best(observations))),
            "out_specifications": flat(specifications),
            "out_specification_quantiles": flat(quantile_rows(specifications)),
            "out_pooled_powers": flat(pooled.powers),
            "out_pools": flat(pooled.pools),
            "out_theory": flat(beside_practice(read_table(connection, "out_fits"), [*RECIPES, *shown])),
            "out_growth": flat(growth_rows(runs, load_compute_tables().hardware, confidence_level)),
        },
    )


def _shown(headline: Headline) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*COMPARED, *([headline.estimator] if headline.estimator else [])]))


def _targets(observations: pd.DataFrame, series: list[str]) -> list[Target]:
    """Half of the best error of every series, and the targets that were named."""
    named = load_targets()
    return [
        *half_of_best(observations),
        *(
            Target(str(r["benchmark"]), str(r["metric"]), str(r["target"]), float(r["target_error"]))
            for r in named[named["benchmark"].isin(series)].to_dict("records")
        ),
    ]
