"""One ability behind many benchmarks: capabilities of language models, from all their scores."""

from collections import Counter, defaultdict
from statistics import median

from duckdb import DuckDBPyConnection

from schemas.rows.observations import Observation
from tasks.defects.mark import spoilt_rows
from tasks.evaluate.capability import estimate_capabilities
from tasks.load.derived import load_derived
from tasks.match.model_scores import ModelScore, TrainedWith, model_scores
from tasks.names.same_model import join_key
from tasks.reference.benchmarks import LANGUAGE_MODELS, domain_of, error_floors, guess_errors
from tasks.refresh.flat import flat
from tasks.refresh.joined import accuracies, pooled_series
from warehouse.rows import rows_of

DATASET_SIZES = "SELECT model, dataset_size FROM raw_models WHERE source_id = 'epoch' AND dataset_size > 0"


def fit_capabilities(connection: DuckDBPyConnection, series: list[str]) -> Counter[str]:
    """Capabilities of models, difficulties of benchmarks, held-out scores, and scores not yet had."""
    scores = known_scores(connection, [s for s in series if domain_of(s) == LANGUAGE_MODELS])
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


def known_scores(connection: DuckDBPyConnection, series: list[str]) -> list[ModelScore]:
    """One score of each model on each of these series, whether its compute is known or not."""
    pooled = [p for p in pooled_series() if p.series in series]
    return model_scores(accuracies(connection), pooled, spoilt_rows(connection), _trained(connection))


def _trained(connection: DuckDBPyConnection) -> dict[str, TrainedWith]:
    """By result, what its model was trained with: compute by the figures that fits use."""
    observations, sizes = rows_of(connection, Observation, "core_observations"), dataset_sizes(connection)
    sound = {o.estimate_id for o in observations if o.in_fit}
    return {
        o.result_id: TrainedWith(o.training_flop, sizes.get(o.estimate_id))
        for o in observations
        if o.estimate_id in sound
    }


def dataset_sizes(connection: DuckDBPyConnection) -> dict[str, float]:
    """By compute estimate, the examples (of language models tokens) that Epoch AI has for the model of its name."""
    found: dict[str, list[float]] = defaultdict(list)
    for model, size in connection.execute(DATASET_SIZES).fetchall():
        found[join_key(model)].append(size)
    estimates = connection.execute("SELECT estimate_id, model FROM core_compute_estimates").fetchall()
    return {estimate: median(found[key]) for estimate, model in estimates if (key := join_key(model)) in found}
