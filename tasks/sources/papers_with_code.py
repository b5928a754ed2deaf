"""Papers with Code's evaluation tables: accuracy of models on benchmarks, as volunteers typed it from papers.

The site closed in July 2025. Two forms of its last words are read: the archive on Hugging Face
(https://huggingface.co/datasets/pwc-archive/evaluation-tables, Parquet in four parts) and a JSON dump, gzipped or not,
such as the site itself gave out. Both hold tasks, which hold data sets and subtasks, which hold the same again.
"""

import gzip
import io
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.codes import Coded
from schemas.codes.sources import DeferralReason, RowDoubt
from schemas.rows import Candidate
from schemas.rows.sources import SourceScore
from tasks.http.client import HttpClient
from tasks.names.arxiv_ids import arxiv_identity, first_year
from tasks.names.keys import clean_name, model_key
from tasks.provenance.claims import content_id
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses
from tasks.sources.leaderboards import Leaderboard, LeaderboardCell, load_leaderboards, one_each, plain, read_column
from tasks.sources.structured import StructuredSource
from tasks.sources.tabular import ChangedFeed

SOURCE_ID = "papers-with-code"

# Parts of the archive, as its file listing has them; the archive is frozen.
PARTS = tuple(f"train-{n:05d}-of-00004.parquet" for n in range(4))

# The last dump is 21 MB gzipped; ten times of what that may unpack to is no dump any more.
_MAX_DUMP_BYTES = 2**30
_MAX_ROWS = 10**6
"""Of one part: the last archive has a thousand tasks in each. A run of one value packs a billion of them in a page."""

Json = Mapping[str, Any]

_FIELDS = ("task", "dataset", "model_name", "paper_url", "paper_title", "paper_date", "uses_additional_data")
_CONTAINERS = ("datasets", "subdatasets", "subtasks", "sota", "rows", "metrics")


def discover(client: HttpClient, addresses: Addresses) -> Discovery:
    """Scores of the leaderboards that are benchmarks of ours: rows of raw_scores.

    Raises:
        HttpError: a part cannot be had, and no copy of it is stored (the parts make sense together only).
        ChangedFeed: what came has another form.
    """
    boards = load_leaderboards(SOURCE_ID)
    metric_names = {plain(name) for board in boards for name in board.metric_names}
    found = Discovery(SOURCE_ID)
    tasks: list[Json] = []
    address = addresses.papers_with_code
    for url in [address] if _is_dump(address) else [address + part for part in PARTS]:
        kind = "gzip" if url.endswith(".gz") else "json" if url.endswith(".json") else "parquet"
        copy = client.resource(url, kind, frozen=True)
        content = copy.read_bytes()
        tasks += read_dump(content) if _is_dump(url) else read_parquet(content, metric_names)
        if copy.stale:
            found.deferred.append(Coded.of(DeferralReason.OLDER_COPY, because=copy.stale))
    found.rows["raw_scores"], found.notes = scores(tasks, boards)
    return found


def _is_dump(address: str) -> bool:
    return address.endswith((".json", ".json.gz"))


def read_dump(content: bytes) -> list[Json]:
    """The tasks of a JSON dump, gzipped or not.

    Raises:
        ChangedFeed: it is no JSON list of tasks, or unpacks to more than a gibibyte.
    """
    try:
        if content[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(content)) as stream:
                content = stream.read(_MAX_DUMP_BYTES + 1)
        if len(content) > _MAX_DUMP_BYTES:
            raise ChangedFeed(f"the dump of Papers with Code unpacks to more than {_MAX_DUMP_BYTES} bytes")
        tasks = json.loads(content)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise ChangedFeed(f"the dump of Papers with Code cannot be read: {error}") from error
    return _known_as_tasks(tasks)


def read_parquet(content: bytes, metric_names: Collection[str]) -> list[Json]:
    """The tasks of one part of the archive, without the columns that nothing here needs.

    Args:
        content: The Parquet file.
        metric_names: Metrics to read, as `plain` names. A file that was drawn from JSON has a column for every metric
            that any row has: thousands, nearly all empty.

    Raises:
        ChangedFeed: it is no Parquet file, holds no tasks, or unpacks to more than a gibibyte.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        paths = [file.schema.column(n).path for n in range(len(file.schema))]
        needed = [n for n, path in enumerate(paths) if _is_needed(path, metric_names)]
        _check_unpacked(file.metadata, needed)
        table = file.read(columns=[paths[n] for n in needed])
    except (pa.ArrowException, OSError) as error:
        raise ChangedFeed(f"a part of Papers with Code's archive cannot be read: {error}") from error
    return _known_as_tasks(table.to_pylist())


def _check_unpacked(metadata: pq.FileMetaData, columns: Sequence[int]) -> None:
    groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
    size = sum(group.column(n).total_uncompressed_size for group in groups for n in columns)
    if size > _MAX_DUMP_BYTES or metadata.num_rows > _MAX_ROWS:
        size_text = f"{metadata.num_rows} rows, {size} bytes"
        raise ChangedFeed(f"a part of Papers with Code's archive unpacks to {size_text}: more than is read")


def _is_needed(path: str, metric_names: Collection[str]) -> bool:
    """Whether a leaf of the Parquet schema is read; its path has the names of Parquet's own layers of lists in it."""
    bare = re.sub(r"\.(?:list\.(?:element|item)|bag\.array_element|array)(?=\.|$)", "", path)
    head, _, metric = bare.rpartition("rows.metrics.")
    if head or bare.startswith("rows.metrics."):
        return plain(metric) in metric_names or metric.split(".")[0] in _PAIR_NAMES
    return bare.rpartition(".")[2] in (*_FIELDS, *_CONTAINERS)


def _known_as_tasks(tasks: object) -> list[Json]:
    found = _items(tasks)
    if not any("task" in t and ("datasets" in t or "subtasks" in t) for t in found):
        raise ChangedFeed("Papers with Code's data hold no tasks with data sets; look at tasks/sources")
    return found


# --- the nest of tasks


@dataclass(frozen=True)
class EvaluationTable:
    """One evaluation table: the task and the data set that it is of, and its rows as the source has them."""

    task: str
    dataset: str
    rows: list[Json]


def tables(tasks: Sequence[Json]) -> Iterator[EvaluationTable]:
    """Every evaluation table, at any depth of subtasks and parts of data sets; one may come several times."""
    waiting = [(task, "") for task in reversed(_items([*tasks]))]
    while waiting:
        node, above = waiting.pop()
        if "dataset" in node:
            sota = _opened(node.get("sota"))
            yield EvaluationTable(
                above, _text(node["dataset"]), _items(sota.get("rows")) if isinstance(sota, dict) else []
            )
            below = _items(node.get("subdatasets"))
        else:
            above = _text(node.get("task"))
            below = [*_items(node.get("datasets")), *_items(node.get("subtasks"))]
        waiting += [(child, above) for child in reversed(below)]


def _items(value: object) -> list[Json]:
    """The objects of a list; nothing where there is none."""
    opened = _opened(value)
    return [item for item in map(_opened, opened) if isinstance(item, dict)] if isinstance(opened, list) else []


def _opened(value: object) -> Any:
    """The value, out of JSON text where it is packed in that: tables of strings hold nested data so."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):  # nested a thousand times is no table either
        return value


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


_PAIR_NAMES = ("name", "metric", "key", "value", "key_value")


def metrics_of(value: object) -> dict[str, str]:
    """Metric names and printed values: of a mapping, of a list of pairs, or of either as JSON text."""
    opened = _opened(value)
    if isinstance(opened, list):
        opened = dict(pair for pair in map(_pair, opened) if pair)
    if not isinstance(opened, dict):
        return {}
    return {str(name): _text(printed) for name, printed in opened.items() if printed is not None}


def _pair(item: object) -> tuple[str, object] | None:
    if isinstance(item, dict):
        name = next((item[k] for k in ("name", "metric", "key") if item.get(k) is not None), None)
        return None if name is None else (str(name), item.get("value"))
    return (str(item[0]), item[1]) if isinstance(item, list | tuple) and len(item) == 2 else None


# --- names


@dataclass(frozen=True)
class ModelName:
    """A model's name without remarks on how it was tested, and what these say; None where nothing is said."""

    model: str
    is_ensemble: bool | None
    test_protocol: str | None
    extra_data: str | None


_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_ENSEMBLE = re.compile(r"\bensembl", re.IGNORECASE)
_VOTING = re.compile(r"(?:an? )?ensemble(?: models?| of \d+ models?)?", re.IGNORECASE)
_SINGLE = re.compile(r"single(?: model| network)?", re.IGNORECASE)
_PROTOCOL = re.compile(
    r"(?:single|multi|ms|\d+)[- ]?(?:crop|view|scale)s?(?: test(?:ing)?| inference)?|cent(?:er|re)[- ]crop"
    r"|test[- ]time aug\w*|tta|beam[- ]?(?:size)?[- ]?\d+|(?:zero|one|two|few|\d+)[- ]shots?"
    r"|\d{3,4} ?[x×] ?\d{3,4}|\d{3,4} ?(?:px|res(?:olution)?)|mean-max pooling",
    re.IGNORECASE,
)
_EXTRA_DATA = re.compile(
    r"\bJFT(?:-\w+)?|\b(?:ImageNet|IN)-?2[12]k\b|\bInstagram\b|\bIG-[\w.]+"
    r"|\b(?:extra|external|additional) (?:training )?data\b|\bYFCC\w*|\b(?:Objects ?365|O365)\b"
    r"|\bLibri-?Light\b|\bsemi-weakly sup\w*|\+ ?TriviaQA\b|\bLAION\S*",
    re.IGNORECASE,
)


def read_name(printed: str) -> ModelName:
    """A model's name taken apart: "QANet (single)", "DPN-98 (320x320, Mean-Max Pooling)", "BiT-L (ResNet)".

    Remarks on votes and on the test are taken off, since training is the same without them. Words on more data stay:
    a model that learnt from more is another model.
    """
    remarks: list[str] = []

    def without_remarks(match: re.Match[str]) -> str:
        parts = [p.strip() for p in re.split(r"[,;]", match[1])]
        stay = [p for p in parts if not any(r.fullmatch(p) for r in (_VOTING, _SINGLE, _PROTOCOL))]
        if len(stay) == len(parts):
            return match[0]
        remarks.extend(p for p in parts if p not in stay)
        return f" ({', '.join(stay)})" if stay else " "

    rest = _BRACKETS.sub(without_remarks, printed)
    single = any(_SINGLE.fullmatch(r) for r in remarks)
    protocol = [r.lower() for r in remarks if _PROTOCOL.fullmatch(r)]
    extra = _EXTRA_DATA.search(rest)
    return ModelName(
        clean_name(rest),
        True if _ENSEMBLE.search(printed) else False if single else None,
        ", ".join(protocol) or None,
        extra[0].strip("+ ") if extra else None,
    )


# --- rows


def scores(tasks: Sequence[Json], boards: Sequence[Leaderboard]) -> tuple[list[Candidate[SourceScore]], list[str]]:
    """Rows of raw_scores for the given leaderboards, and notes on what was left aside."""
    cells: list[list[LeaderboardCell]] = [[] for _ in boards]
    seen: set[str] = set()
    aside: Counter[tuple[str, str]] = Counter()
    for table in tables(tasks):
        places = [n for n, board in enumerate(boards) if _is_of(table, board)]
        for entry in table.rows:
            # Tables of subtasks stand under every task above them: the same entry counts once.
            identity = content_id(table.task, table.dataset, entry)
            if identity in seen:
                continue
            seen.add(identity)
            if not places:
                aside[table.task, table.dataset] += 1
            printed = {plain(k): (k, v) for k, v in metrics_of(entry.get("metrics")).items()}
            for n in places:
                cells[n] += _stated(table, entry, identity, boards[n], printed)
    read = [cell for board, column in zip(boards, cells, strict=True) for cell in read_column(board, column)]
    return one_each(read), _notes(aside, boards, cells)


def _is_of(table: EvaluationTable, board: Leaderboard) -> bool:
    return plain(table.task) in map(plain, board.tables) and plain(table.dataset) in map(plain, board.datasets)


def _stated(
    table: EvaluationTable, entry: Json, identity: str, board: Leaderboard, printed: Mapping[str, tuple[str, str]]
) -> Iterator[LeaderboardCell]:
    """The cells of one entry that belong to a leaderboard; names of metrics drift between dumps."""
    for name in map(plain, board.metric_names):
        if name in printed:
            metric, value = printed[name]
            row = _row(table, entry, board, metric, value)
            if row.model_key:
                yield LeaderboardCell(identity, row)
            else:
                no_model = replace(row, model=_text(entry.get("model_name")))
                yield LeaderboardCell(identity, no_model, (Coded.of(RowDoubt.NO_MODEL),))


_FLAGGED = {"true": "not named", "false": "none"}
"""What the source's flag of additional data says, where an entry has one: the dump of 2020 has none."""


def _row(table: EvaluationTable, entry: Json, board: Leaderboard, metric: str, value: str) -> SourceScore:
    printed, url = _text(entry.get("model_name")), _text(entry.get("paper_url"))
    name = read_name(printed)
    arxiv = arxiv_identity(url)
    date = re.match(r"(?:19|20)\d\d(?:-\d\d){0,2}", _text(entry.get("paper_date")))
    published = date[0] if date else None
    year = first_year(arxiv[0]) if arxiv else int(published[:4]) if published else None
    more_data = _FLAGGED.get(str(entry.get("uses_additional_data")).lower())
    return SourceScore(
        result_id=content_id(SOURCE_ID, table.task, table.dataset, board.benchmark.metric, printed, url),
        source_id=SOURCE_ID,
        source_table=f"{table.task} / {table.dataset}",
        model=name.model,
        model_key=model_key(name.model),
        benchmark=board.benchmark.slug,
        metric=board.benchmark.metric,
        value=math.nan,
        raw_value=value.strip(),
        source_metric=metric,
        published=published,
        year=year,
        paper_id=arxiv[0] if arxiv else None,
        paper_title=_text(entry.get("paper_title")) or None,
        link=url or None,
        is_own=True,
        is_ensemble=name.is_ensemble,
        test_protocol=name.test_protocol,
        extra_data=name.extra_data or more_data,
        quote=f"PwC: {table.task} / {table.dataset}: {printed} | {metric} {value.strip()}",
    )


def _notes(
    aside: Mapping[tuple[str, str], int], boards: Sequence[Leaderboard], cells: Sequence[list[LeaderboardCell]]
) -> list[str]:
    notes = [f"{sum(aside.values())} rows of {len(aside)} tables are on no benchmark of ours and were left aside"]
    filled = {b.benchmark.slug for b, column in zip(boards, cells, strict=True) if column}
    empty = dict.fromkeys(b.benchmark.slug for b in boards if b.benchmark.slug not in filled)
    if empty:
        notes.append(f"no row on {', '.join(empty)}: not in these data, or renamed (leaderboards.csv)")
    return notes


SOURCE = StructuredSource(SOURCE_ID, discover)
