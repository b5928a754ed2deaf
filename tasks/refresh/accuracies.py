"""Accuracies out of the warehouse, and the benchmarks of which they are asked."""

from collections.abc import Iterable
from dataclasses import replace

from duckdb import DuckDBPyConnection

from schemas.rows.claims import Result
from schemas.rows.sources import HandReadObservation, SourceScore
from tasks.defects.of_accuracy import says_ensemble
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.conditions import with_extra_data
from tasks.reference.benchmarks import Benchmark, load_benchmarks
from tasks.reference.datasets import Dataset, by_series, load_datasets
from warehouse.connection import LOOKUPS
from warehouse.rows import column, rows_of, typed

_OWN = (LOOKUPS / "own_results.sql").read_text()

ENOUGH_TO_LEARN_FROM = 1_000_000
"""Examples of a training set from which models learn without another before it: ImageNet has 1.3 million, WMT14 4.5
and 36; SQuAD, CoNLL, COCO and CIFAR, to which trained models are tuned, have 14 to 118 thousand (datasets.csv)."""


def pooled_series() -> list[PooledSeries]:
    """The pairs of benchmark and metric that fits pool into series."""
    sets = by_series(load_datasets())
    benchmarks = load_benchmarks()
    return [_pooled(b, sets.get(b.series)) for b in benchmarks if b.is_fit_metric]


def _pooled(benchmark: Benchmark, dataset: Dataset | None) -> PooledSeries:
    anew = bool(dataset and (dataset.train_examples or 0) >= ENOUGH_TO_LEARN_FROM)
    slug = dataset.slug if dataset else None
    conditions = (benchmark.apart, benchmark.must_be_known)
    return PooledSeries(benchmark.slug, benchmark.metric, benchmark.series, slug, anew, *conditions)


def accuracies(connection: DuckDBPyConnection, pooled: Iterable[PooledSeries]) -> list[Accuracy]:
    """Accuracies read by hand, scores of structured sources, and what papers state of their own models on these."""
    return [*accuracies_of_others(connection), *own_accuracies(connection, pooled)]


def accuracies_of_others(connection: DuckDBPyConnection) -> list[Accuracy]:
    """Accuracies read by hand, and scores of structured sources."""
    scores = map(Accuracy.of_score, rows_of(connection, SourceScore, "raw_scores"))
    return [
        *map(Accuracy.of_hand_read, rows_of(connection, HandReadObservation, "raw_observations")),
        *(replace(s, is_ensemble=s.is_ensemble or says_ensemble(s.model)) for s in scores),
    ]


def own_accuracies(
    connection: DuckDBPyConnection, pooled: Iterable[PooledSeries], where: str = "TRUE"
) -> list[Accuracy]:
    """What papers that meet a condition, in SQL, state of their own models on these pairs of benchmark and metric."""
    pairs = [f"{p.benchmark} {p.metric}" for p in pooled]
    query = f"SELECT * FROM ({_OWN}) WHERE {where} ORDER BY result_id"
    read = typed(connection.execute(query, {"pooled": pairs}), Result)
    return with_extra_data(read, _papers_with_pretraining(connection))


def _papers_with_pretraining(connection: DuckDBPyConnection) -> frozenset[str]:
    """Papers that disclose a training on a larger set than a benchmark's own."""
    sets = [d.slug for d in load_datasets() if d.for_pretraining]
    asked = "SELECT DISTINCT paper_id FROM core_disclosures WHERE list_contains(?, training_set)"
    return frozenset(column(connection.execute(asked, [sets])))
