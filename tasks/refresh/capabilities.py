"""One ability behind many benchmarks: capabilities of language models, from all their scores."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import median

import pandas as pd
from duckdb import DuckDBPyConnection

from tasks.costs.trends import decimal_year
from tasks.evaluate.capability import estimate_capabilities
from tasks.evaluate.capability.growth import record_drifts
from tasks.evaluate.dates.backtest import DriftsAt
from tasks.load.derived import ROWS_AT_A_TIME, load_derived, some_at_a_time
from tasks.match.accuracy import PooledSeries
from tasks.match.model_scores import ModelScore, ReliableScore, model_scores, reliable, usual_ways
from tasks.names.same_model import join_key
from tasks.reference.benchmarks import LANGUAGE_MODELS, domain_of, error_floors, guess_errors
from tasks.refresh.accuracies import pooled_series, sure_accuracies
from tasks.refresh.flat import flat
from warehouse.connection import LOOKUPS
from warehouse.rows import tuples

DATASET_SIZES = "SELECT model, dataset_size FROM raw_models WHERE source_id = 'epoch' AND dataset_size > 0"

_RELIABLE, _TRAINING = ((LOOKUPS / f"{name}.sql").read_text() for name in ("reliable_scores", "training_of_scores"))


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
    """What was known at a time of how language benchmarks' records change as capability grows, by series.

    The connection must hold `reliable_scores` as long as that is asked.
    """
    find_reliable(connection, [p for p in pooled_series() if domain_of(p.series) == LANGUAGE_MODELS])

    def drifts_at(year: float) -> dict[str, float]:
        first = "SELECT key, min(known) FROM reliable_scores WHERE known <= ? GROUP BY key"
        first_scored = dict(connection.execute(first, [year]).fetchall())
        return record_drifts(_scores_known_by(connection, year), first_scored, _chances(), error_floors())

    return drifts_at


def known_scores(connection: DuckDBPyConnection, series: list[str]) -> Iterator[ModelScore]:
    """One score of each model on each of these series, whether its compute is known or not.

    Nothing else may be asked of the connection until the last.
    """
    find_reliable(connection, [p for p in pooled_series() if p.series in series])
    _add_training(connection)
    yield from _scores_known_by(connection)


def find_reliable(connection: DuckDBPyConnection, pooled: list[PooledSeries]) -> None:
    """Put the scores on these series that one can rely on into `reliable_scores`, with when each was known.

    There are millions: the database holds them, and its disk what memory has no room for.
    """
    pools = {(p.benchmark, p.metric): p for p in pooled}
    connection.execute(_RELIABLE)
    found = (
        (*score, decimal_year(day) if day else None)
        for accuracy, day in sure_accuracies(connection, pooled)
        if (score := reliable(accuracy, pools))
    )
    for portion in some_at_a_time(found, ROWS_AT_A_TIME):
        connection.register("portion", pd.DataFrame(portion, columns=[*ReliableScore._fields, "known"]))
        connection.execute("INSERT INTO reliable_scores BY NAME SELECT * FROM portion")


def _scores_known_by(connection: DuckDBPyConnection, year: float | None = None) -> Iterator[ModelScore]:
    """One score of each model and series by the `reliable_scores` that were known by a time, or by all."""
    known_by = "FROM reliable_scores WHERE $year IS NULL OR known <= $year"
    asked = f"SELECT source_id, benchmark, (shots, prompting), count(*) {known_by} GROUP BY ALL"
    ways = connection.execute(asked, {"year": year}).fetchall()
    usual = usual_ways({(source, benchmark, way): n for source, benchmark, way, n in ways})
    by_key = connection.execute(f"SELECT * EXCLUDE (known) {known_by} ORDER BY key", {"year": year})
    return model_scores(map(ReliableScore._make, tuples(by_key)), usual)


def _add_training(connection: DuckDBPyConnection) -> None:
    """Tell what the models of `reliable_scores` were trained with: compute by the figures that fits use."""
    sizes = pd.DataFrame(dataset_sizes(connection).items(), columns=["estimate_id", "dataset_size"])
    connection.register("training_sizes", sizes.astype({"estimate_id": "str", "dataset_size": "float"}))
    connection.execute(_TRAINING)


def dataset_sizes(connection: DuckDBPyConnection) -> dict[str, float]:
    """By compute estimate, the examples (of language models tokens) that Epoch AI has for the model of its name."""
    found: dict[str, list[float]] = defaultdict(list)
    for model, size in connection.execute(DATASET_SIZES).fetchall():
        found[join_key(model)].append(size)
    estimates = tuples(connection.execute("SELECT estimate_id, model FROM core_compute_estimates"))
    return {estimate: median(found[key]) for estimate, model in estimates if (key := join_key(model)) in found}
