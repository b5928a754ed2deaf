"""Accuracy and compute of the same model, and the tables that users read of them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from duckdb import DuckDBPyConnection

from schemas.rows.claims import Result
from schemas.rows.compute import ListedEstimate
from schemas.rows.sources import HandReadObservation, SourceScore
from tasks.defects.mark import spoilt_rows
from tasks.defects.of_accuracy import says_ensemble
from tasks.load.derived import load_derived
from tasks.load.documents import arxiv_ids
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.conditions import with_extra_data
from tasks.match.observations import match_observations
from tasks.match.row_filter import ConditionRefused, RowFilter
from tasks.reference.benchmarks import Benchmark, load_benchmarks
from tasks.reference.datasets import Dataset, by_series, load_datasets
from tasks.refresh.assumed import in_short
from tasks.refresh.flat import flat
from tasks.refresh.scope import ANY_SCOPE, of_scope
from warehouse.connection import DERIVED, LOOKUPS
from warehouse.rows import rows_of, typed

SOURCE_ORDER = ("own", "reference", "folder", "arxiv", "study-data", "epoch-benchmarks", "papers-with-code", "epoch")
"""Whose accuracy, and whose compute, stands when several sources have the same model: one's own, what was read by hand,
then by the extractors, then typed by the study from papers; then what others collected, Epoch AI's compute last."""

ENOUGH_TO_LEARN_FROM = 1_000_000
"""Examples of a training set from which models learn without another before it: ImageNet has 1.3 million, WMT14 4.5
and 36; SQuAD, CoNLL, COCO and CIFAR, to which trained models are tuned, have 14 to 118 thousand (datasets.csv)."""


def join_observations(
    connection: DuckDBPyConnection,
    scope: str = ANY_SCOPE,
    row_filter: RowFilter | None = None,
    series: Collection[str] | None = None,
) -> Counter[str]:
    """Accuracy and compute of the same model, and the table of papers.

    Fits use compute of this scope alone, and observations that pass the filter.

    Raises:
        ConditionRefused: the filter leaves nothing of these series to fit.
    """
    listed = typed(connection.execute((LOOKUPS / "estimates_to_join.sql").read_text()), ListedEstimate)
    estimates = of_scope(listed, scope)
    spoilt = spoilt_rows(connection)
    observations = match_observations(
        accuracies(connection), estimates, pooled_series(), SOURCE_ORDER, spoilt, arxiv_ids(connection), row_filter
    )
    if row_filter and not any(o.in_fit and (series is None or o.series in series) for o in observations):
        names = "any benchmark" if series is None else in_short(series)
        raise ConditionRefused(f"{row_filter.condition!r} leaves no observation of {names} to fit")
    counts = load_derived(connection, {"core_observations": flat(observations)})
    for name in ("out_observations", "out_accuracy_witnesses", "out_papers"):
        frame = connection.execute((DERIVED / f"{name}.sql").read_text()).df()
        counts += load_derived(connection, {name: frame})
    return counts


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


def accuracies(connection: DuckDBPyConnection) -> list[Accuracy]:
    """Accuracies read by hand, those that papers state of their own models, and scores of structured sources."""
    pooled = [f"{p.benchmark} {p.metric}" for p in pooled_series()]
    read = typed(connection.execute((LOOKUPS / "own_results.sql").read_text(), {"pooled": pooled}), Result)
    scores = map(Accuracy.of_score, rows_of(connection, SourceScore, "raw_scores"))
    return [
        *map(Accuracy.of_hand_read, rows_of(connection, HandReadObservation, "raw_observations")),
        *with_extra_data(read, _papers_with_pretraining(connection)),
        *(replace(s, is_ensemble=s.is_ensemble or says_ensemble(s.model)) for s in scores),
    ]


def _papers_with_pretraining(connection: DuckDBPyConnection) -> frozenset[str]:
    """Papers that disclose a training on a larger set than a benchmark's own."""
    sets = [d.slug for d in load_datasets() if d.for_pretraining]
    asked = "SELECT DISTINCT paper_id FROM core_disclosures WHERE list_contains(?, training_set)"
    return frozenset(paper for (paper,) in connection.execute(asked, [sets]).fetchall())
