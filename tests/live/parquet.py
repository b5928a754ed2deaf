"""Papers with Code's evaluation tables as the four Parquet files that Hugging Face serves.

What is known of `pwc-archive/evaluation-tables`, from repositories that read it (nobody here can ask it): one row is
one task with the columns of the JSON dump; `datasets`, `sota`, `rows`, `code_links` nest as lists of structs; the four
shards together are the whole. Assumed: `datasets` inferred the schema from the JSON as it does, so a row's `metrics` is
one struct with every metric name of its depth, null where the row has no such value, `subtasks` nests as deep as the
deepest task, and what is empty everywhere is a list of nulls. Two other ways that readers of the archive provide for, a
map of names and values and a JSON string, are made on demand: `MetricsAs`.
"""

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.storage.store import atomic_write

SHARDS = 4
MetricsAs = Literal["struct", "map", "json"]
Task = dict[str, Any]

_TEXTS = pa.list_(pa.string())
_LINKS = pa.list_(pa.struct({"title": pa.string(), "url": pa.string()}))
_NOTHING = pa.list_(pa.null())
# Part of the cache's key: raise it with every change of what this module writes.
_FORM = "2"


def shard_bytes(dump: Path, number: int, metrics_as: MetricsAs = "struct") -> bytes:
    """Shard `number` (0 to 3) of the dump `…json.gz`; made once, then kept in the system's temporary folder."""
    key = hashlib.sha256(dump.read_bytes() + metrics_as.encode() + _FORM.encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"diminishing-live-{os.getuid()}-{key}"
    kept = folder / shard_name(number)
    if not kept.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        _write_shards(json.loads(gzip.decompress(dump.read_bytes())), folder, metrics_as)
    return kept.read_bytes()


def shard_name(number: int) -> str:
    """The file's name as `datasets` writes it."""
    return f"train-{number:05d}-of-{SHARDS:05d}.parquet"


def _write_shards(tasks: list[Task], folder: Path, metrics_as: MetricsAs) -> None:
    names = _metric_names(tasks)
    fields = list(_task_type(names, 0, metrics_as))
    size = -(-len(tasks) // SHARDS)
    for number in range(SHARDS):
        rows = [_recoded(task, metrics_as) for task in tasks[number * size : (number + 1) * size]]
        table = pa.Table.from_pylist(rows, schema=pa.schema(fields))
        with atomic_write(folder / shard_name(number)) as stream:
            pq.write_table(table, stream)


def _metric_names(tasks: list[Task]) -> list[list[str]]:
    """The names of metrics at each depth of subtasks, the top first."""
    names: list[list[str]] = []
    while tasks:
        names.append(sorted({name for task in tasks for row in _rows(task) for name in row["metrics"]}))
        tasks = [subtask for task in tasks for subtask in task["subtasks"]]
    return names


def _rows(task: Task) -> Iterator[dict[str, Any]]:
    for dataset in task["datasets"]:
        yield from dataset["sota"]["rows"]


def _task_type(names: list[list[str]], depth: int, metrics_as: MetricsAs) -> pa.DataType:
    deeper = depth + 1 < len(names)
    return pa.struct(
        {
            "task": pa.string(),
            "categories": _TEXTS,
            "description": pa.string(),
            "subtasks": pa.list_(_task_type(names, depth + 1, metrics_as)) if deeper else _NOTHING,
            "synonyms": _TEXTS,
            "source_link": pa.string(),
            "datasets": pa.list_(_dataset_type(_metrics_type(names[depth], metrics_as))),
        }
    )


def _metrics_type(names: list[str], metrics_as: MetricsAs) -> pa.DataType:
    if metrics_as == "json":
        return pa.string()
    if metrics_as == "map" or not names:  # Parquet knows no struct without fields
        return pa.map_(pa.string(), pa.string())
    return pa.struct({name: pa.string() for name in names})


def _dataset_type(metrics: pa.DataType) -> pa.DataType:
    row = {
        "code_links": _LINKS,
        "metrics": metrics,
        "model_links": _LINKS,
        "model_name": pa.string(),
        "paper_date": pa.string(),
        "paper_title": pa.string(),
        "paper_url": pa.string(),
    }
    return pa.struct(
        {
            "dataset": pa.string(),
            "dataset_citations": _TEXTS,
            "dataset_links": _LINKS,
            "description": pa.string(),
            "sota": pa.struct({"metrics": _TEXTS, "rows": pa.list_(pa.struct(row))}),
            "subdatasets": _NOTHING,
        }
    )


def _recoded(task: Task, metrics_as: MetricsAs) -> Task:
    """The task with the metrics of its rows, and of its subtasks' rows, in the wanted form."""
    if metrics_as == "struct":
        return task
    recode = json.dumps if metrics_as == "json" else lambda metrics: list(metrics.items())
    datasets = [
        {**d, "sota": {**d["sota"], "rows": [{**r, "metrics": recode(r["metrics"])} for r in d["sota"]["rows"]]}}
        for d in task["datasets"]
    ]
    return {**task, "datasets": datasets, "subtasks": [_recoded(s, metrics_as) for s in task["subtasks"]]}
