"""One ability behind many benchmarks: capabilities of language models, from all their scores."""

from collections import Counter, defaultdict
from math import log10
from statistics import median

from duckdb import DuckDBPyConnection

from schemas.rows.observations import Observation
from tasks.defects.mark import spoilt_rows
from tasks.evaluate.capability import estimate_capabilities
from tasks.load.derived import load_derived
from tasks.match.model_scores import model_scores
from tasks.reference.benchmarks import domain_of, error_floors, guess_errors
from tasks.refresh.flat import flat
from tasks.refresh.joined import accuracies, pooled_series
from warehouse.rows import rows_of

DOMAIN = "Language models"
"""The domain whose benchmarks test one ability: the same model answers all of them without training on any."""


def fit_capabilities(connection: DuckDBPyConnection, series: list[str]) -> Counter[str]:
    """Capabilities of models, difficulties of benchmarks, held-out scores, and scores not yet had."""
    pooled = [p for p in pooled_series() if p.series in series and domain_of(p.series) == DOMAIN]
    scores = model_scores(accuracies(connection), pooled, spoilt_rows(connection), _compute(connection))
    chances = {place: 1 - error for place, error in guess_errors().items()}
    found = estimate_capabilities(scores, chances, error_floors())
    return load_derived(
        connection,
        {
            "out_capabilities": flat(found.capabilities),
            "out_benchmark_difficulties": flat(found.difficulties),
            "out_capability_checks": flat(found.checks),
            "out_predicted_scores": flat(found.predictions),
        },
    )


def _compute(connection: DuckDBPyConnection) -> dict[str, float]:
    """By result, log10 of its model's training compute, by figures that some fit uses."""
    observations = rows_of(connection, Observation, "core_observations")
    sound = {o.estimate_id for o in observations if o.in_fit}
    found: dict[str, list[float]] = defaultdict(list)
    for o in observations:
        if o.estimate_id in sound:
            found[o.result_id].append(log10(o.training_flop))
    return {result: median(values) for result, values in found.items()}
