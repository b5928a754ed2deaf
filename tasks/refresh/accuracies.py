"""Accuracies out of the warehouse, and the benchmarks of which they are asked."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from duckdb import DuckDBPyConnection

from schemas.rows.claims import Result
from schemas.rows.sources import HandReadObservation, SourceScore
from tasks.defects.mark import find_spoilt
from tasks.defects.of_accuracy import says_ensemble
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.conditions import with_extra_data
from tasks.match.observations import SURELY_READ
from tasks.reference.benchmarks import Benchmark, load_benchmarks
from tasks.reference.datasets import Dataset, by_series, load_datasets
from warehouse.connection import LOOKUPS
from warehouse.rows import column, rows_by_portions, rows_of, typed

_OWN, _DATED, _SURE_RESULTS, _SURE_SCORES = (
    (LOOKUPS / f"{name}.sql").read_text() for name in ("own_results", "dated_scores", "sure_results", "sure_scores")
)

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


def find_dated(connection: DuckDBPyConnection) -> None:
    """Provide `dated_scores`, with the days by which scores of one network were known, and what is `spoilt`."""
    find_spoilt(connection)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW dated_scores AS {_DATED}")


def sure_accuracies(
    connection: DuckDBPyConnection, pooled: Iterable[PooledSeries]
) -> Iterator[tuple[Accuracy, str | None]]:
    """Accuracies of others, and what papers surely state of their own models on these pairs of benchmark and metric.

    Each with the day (YYYY-MM-DD) by which it was known, where that is; none that a rule for defects keeps out. The
    connection may be asked other things before the last.
    """
    find_dated(connection)
    days = dict(connection.execute(_SURE_SCORES).fetchall())
    yield from ((a, days[a.result_id]) for a in accuracies_of_others(connection) if a.result_id in days)
    asked = {"pooled": _pairs(pooled), "confidence": SURELY_READ}
    connection.execute(f"CREATE OR REPLACE TEMP TABLE sure_results AS {_SURE_RESULTS}", asked)
    for flat in rows_by_portions(connection, "sure_results"):
        day = flat.pop("scored_on")
        yield Accuracy(**flat), day
    connection.execute("DROP TABLE sure_results")


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
    query = f"SELECT * FROM ({_OWN}) WHERE {where} ORDER BY result_id"
    read = typed(connection.execute(query, {"pooled": _pairs(pooled)}), Result)
    return with_extra_data(read, _papers_with_pretraining(connection))


def _pairs(pooled: Iterable[PooledSeries]) -> list[str]:
    return [f"{p.benchmark} {p.metric}" for p in pooled]


def _papers_with_pretraining(connection: DuckDBPyConnection) -> frozenset[str]:
    """Papers that disclose a training on a larger set than a benchmark's own."""
    sets = [d.slug for d in load_datasets() if d.for_pretraining]
    asked = "SELECT DISTINCT paper_id FROM core_disclosures WHERE list_contains(?, training_set)"
    return frozenset(column(connection.execute(asked, [sets])))
