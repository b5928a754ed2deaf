"""Accuracy and compute of the same model, and the tables that users read of them."""

from collections import Counter

from duckdb import DuckDBPyConnection

from tasks import match
from tasks.defects import says_ensemble
from tasks.defects.mark import spoilt_rows
from tasks.load.derived import load_derived
from tasks.names.keys import model_key
from tasks.reference.benchmarks import Benchmark, load_benchmarks
from tasks.reference.datasets import Dataset, by_series, load_datasets
from tasks.refresh.rows import as_dicts, records
from warehouse.connection import DERIVED, LOOKUPS

SOURCE_ORDER = ("reference", "folder", "arxiv", "study-data", "epoch-benchmarks", "papers-with-code", "epoch")
"""Whose accuracy, and whose compute, stands when several sources have the same model: read by hand, then read by the
extractors, then typed by the study from papers; then what others collected, Epoch AI's compute last."""

ENOUGH_TO_LEARN_FROM = 1_000_000
"""Examples of a training set from which models learn without another before it: ImageNet has 1.3 million, WMT14 4.5
and 36; SQuAD, CoNLL, COCO and CIFAR, to which trained models are tuned, have 14 to 118 thousand (datasets.csv)."""


def _pooling(benchmark: Benchmark, dataset: Dataset | None) -> match.Pooling:
    anew = bool(dataset and (dataset.train_examples or 0) >= ENOUGH_TO_LEARN_FROM)
    slug = dataset.slug if dataset else None
    return match.Pooling(benchmark.slug, benchmark.metric, benchmark.series, slug, anew)


def join_observations(connection: DuckDBPyConnection) -> Counter[str]:
    """Accuracy and compute of the same model, and the table of papers."""
    benchmarks = load_benchmarks()
    sets = by_series(load_datasets())
    pooling = [_pooling(b, sets.get(b.series)) for b in benchmarks if b.is_fit_metric]
    read = [r for r in records(connection, "core_results") if r["is_own"]]
    whole = [{**r, "model_key": model_key(r["model"])} for r in records(connection, "raw_observations")]
    scores = [
        {**r, "is_ensemble": r["is_ensemble"] or says_ensemble(r["model"])} for r in records(connection, "raw_scores")
    ]
    estimates = as_dicts(connection.execute((LOOKUPS / "estimates_to_join.sql").read_text()))
    rows = match.observations([*whole, *read, *scores], estimates, pooling, SOURCE_ORDER, spoilt_rows(connection))
    counts = load_derived(connection, {"core_observations": rows})
    for name in ("out_observations", "out_papers"):
        frame = connection.execute((DERIVED / f"{name}.sql").read_text()).df()
        counts += load_derived(connection, {name: frame})
    return counts
