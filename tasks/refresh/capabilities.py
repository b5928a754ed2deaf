"""One ability behind many benchmarks: capabilities of language models, from all their scores."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from statistics import median

from duckdb import DuckDBPyConnection

from tasks.costs.trends import decimal_year
from tasks.evaluate.capability import estimate_capabilities
from tasks.evaluate.capability.growth import record_drifts
from tasks.evaluate.dates.backtest import DriftsAt
from tasks.load.derived import load_derived
from tasks.match.accuracy import PooledSeries
from tasks.match.model_scores import ModelScore, ReliableScore, TrainedWith, model_scores, reliable
from tasks.names.same_model import join_key
from tasks.reference.benchmarks import LANGUAGE_MODELS, domain_of, error_floors, guess_errors
from tasks.refresh.accuracies import pooled_series, sure_accuracies
from tasks.refresh.flat import flat

DATASET_SIZES = "SELECT model, dataset_size FROM raw_models WHERE source_id = 'epoch' AND dataset_size > 0"


def fit_capabilities(connection: DuckDBPyConnection, series: list[str]) -> Counter[str]:
    """Capabilities of models, difficulties of benchmarks, held-out scores, and scores not yet had."""
    scores = known_scores(connection, [s for s in series if domain_of(s) == LANGUAGE_MODELS])
    found = estimate_capabilities(scores, _chances(), error_floors())
    return load_derived(
        connection,
        {
            "out_capabilities": flat(found.capabilities),
            "out_benchmark_difficulties": flat(found.difficulties),
            "out_capability_checks": flat(found.checks),
            "out_predicted_scores": flat(found.predictions),
        },
    )


def _chances() -> dict[tuple[str, str], float]:
    return {place: 1 - error for place, error in guess_errors().items()}


def capability_drifts(connection: DuckDBPyConnection) -> DriftsAt:
    """What was known at a time of how language benchmarks' records change as capability grows, by series."""
    pooled = [p for p in pooled_series() if domain_of(p.series) == LANGUAGE_MODELS]
    dated = [(decimal_year(day), s) for s, day in _reliable_scores(connection, pooled, {}) if day]

    def drifts_at(year: float) -> dict[str, float]:
        by_then = [(known, score) for known, score in dated if known <= year]
        first: dict[str, float] = {}
        for known, score in by_then:
            first[score.key] = min(known, first.get(score.key, math.inf))
        return record_drifts(model_scores(s for _, s in by_then), first, _chances(), error_floors())

    return drifts_at


def known_scores(connection: DuckDBPyConnection, series: list[str]) -> list[ModelScore]:
    """One score of each model on each of these series, whether its compute is known or not."""
    pooled = [p for p in pooled_series() if p.series in series]
    return model_scores(s for s, _ in _reliable_scores(connection, pooled, _trained(connection)))


def _reliable_scores(
    connection: DuckDBPyConnection, pooled: list[PooledSeries], trained: Mapping[str, TrainedWith]
) -> Iterator[tuple[ReliableScore, str | None]]:
    """Scores on these series that one can rely on, with the day by which each was known, where that is."""
    pools = {(p.benchmark, p.metric): p for p in pooled}
    for accuracy, day in sure_accuracies(connection, pooled):
        if score := reliable(accuracy, pools, trained):
            yield score, day


def _trained(connection: DuckDBPyConnection) -> dict[str, TrainedWith]:
    """By result, what its model was trained with: compute by the figures that fits use."""
    sizes = dataset_sizes(connection)
    rows = connection.execute(
        "SELECT result_id, training_flop, estimate_id FROM core_observations"
        " WHERE estimate_id IN (SELECT estimate_id FROM core_observations WHERE in_fit)"
    )
    return {result: TrainedWith(flop, sizes.get(estimate)) for result, flop, estimate in rows.fetchall()}


def dataset_sizes(connection: DuckDBPyConnection) -> dict[str, float]:
    """By compute estimate, the examples (of language models tokens) that Epoch AI has for the model of its name."""
    found: dict[str, list[float]] = defaultdict(list)
    for model, size in connection.execute(DATASET_SIZES).fetchall():
        found[join_key(model)].append(size)
    estimates = connection.execute("SELECT estimate_id, model FROM core_compute_estimates").fetchall()
    return {estimate: median(found[key]) for estimate, model in estimates if (key := join_key(model)) in found}
