"""Epoch AI's Benchmarking Hub: scores of language models, from Epoch's own runs and from leaderboards and papers.

One archive of CSVs (https://epoch.ai/data/benchmark_data.zip), a file for each benchmark. A table of versions leads
from the version that was tested to the model as Epoch's tables of models name it: the name that compute stands under.
"""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from schemas.codes import Coded
from schemas.codes.sources import DeferralReason, RowDoubt
from schemas.rows import Candidate
from schemas.rows.sources import SourceScore
from tasks.http.client import HttpClient
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses
from tasks.sources.leaderboards import Leaderboard, LeaderboardCell, load_leaderboards, one_each, plain, read_column
from tasks.sources.structured import StructuredSource
from tasks.sources.tabular import Cells, ChangedFeed, read_table

SOURCE_ID = "epoch-benchmarks"

# The archive holds some 80 files of at most a few hundred kilobytes; ten times that is another archive.
_MAX_MEMBERS = 1000
_MAX_MEMBER_BYTES = 32 * 2**20
_MAX_BYTES = 128 * 2**20

_VERSIONS = ("model_versions", "model_metadata")
_DISTILLED = ("distilled_models",)

# Headers by our names. The files of 2025 and those since 2026 differ; see tests/unit/test_epoch_benchmarks.py.
_SCORE_COLUMNS = {
    "row": ("id", "UUID"),
    "version": ("Model version", "model"),
    "name": ("Name",),
    "dataset": ("task",),
    "shots": ("Shots",),
    "source": ("Source",),
    "link": ("Source link", "Source link (site from table)"),
    "viewer": ("log viewer",),
    "logs": ("logs",),
    "note": ("Notes",),
    "status": ("Status",),
    "released": ("Release date",),
}
_UNUSED = (
    *("Challenge score", "Easy score", "Scores", "job", "started_at", "Manual evaluation", "task version", "stderr"),
    *("Organization", "Country", "Training compute (FLOP)", "Training compute notes", "mean_score"),
    *("Hugging Face developer id", "Link", "Notes", "benchmarks/runs", "Display name", "Unique display name"),
)
_VERSION_COLUMNS = {
    "version": ("id", "model_version"),
    "model": ("Model", "model_group"),
    "released": ("Version release date", "release_date", "date"),
}
_DISTILLED_COLUMNS = {
    "version": ("model",),
    "distilled": ("distilled",),
    "sureness": ("confidence",),
    "note": ("notes",),
}


def discover(client: HttpClient, addresses: Addresses) -> Discovery:
    """Scores of the benchmarks that are ours: rows of raw_scores.

    Raises:
        HttpError: the archive cannot be had, and no copy of it is stored.
        ChangedFeed: it is no archive that may be read, or a table has lost what nothing can be read without.
    """
    copy = client.resource(addresses.epoch_benchmarks, "zip")
    boards = load_leaderboards(SOURCE_ID)
    wanted = {table for board in boards for table in board.tables} | {*_VERSIONS, *_DISTILLED}
    found = Discovery(SOURCE_ID)
    if copy.stale:
        found.deferred.append(Coded.of(DeferralReason.OLDER_COPY, because=copy.stale))
    found.rows["raw_scores"], found.notes = scores(unpack(copy.read_bytes(), wanted), boards)
    return found


def unpack(content: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    """Content of the wanted CSVs of an archive, by file name without folder and ending; nothing is written to disk.

    Raises:
        ChangedFeed: it is no zip archive, is damaged, holds more or larger files than this source has, paths that lead
            out of the archive, or two files of one wanted name.
    """
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in _bounded(archive.infolist()):
                path = PurePosixPath(member.filename)
                if path.suffix.lower() != ".csv" or path.stem not in wanted:
                    continue
                if path.stem in found:
                    raise ChangedFeed(f"the archive holds two files {path.name}; look which of them is meant")
                with archive.open(member) as stream:
                    found[path.stem] = stream.read(_MAX_MEMBER_BYTES + 1)
                if len(found[path.stem]) > _MAX_MEMBER_BYTES:
                    raise ChangedFeed(f"{path.name} is larger than its archive says")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise ChangedFeed(f"the archive of the Benchmarking Hub cannot be read: {error}") from error
    return found


def _bounded(members: Sequence[zipfile.ZipInfo]) -> Sequence[zipfile.ZipInfo]:
    if len(members) > _MAX_MEMBERS:
        raise ChangedFeed(f"the archive holds {len(members)} files; more than {_MAX_MEMBERS} are not read")
    if sum(m.file_size for m in members) > _MAX_BYTES or any(m.file_size > _MAX_MEMBER_BYTES for m in members):
        raise ChangedFeed(
            f"the archive unpacks to more than {_MAX_BYTES} bytes, or a file of it to {_MAX_MEMBER_BYTES}"
        )
    for m in members:
        if m.filename.startswith("/") or "\\" in m.filename or ".." in PurePosixPath(m.filename).parts:
            raise ChangedFeed(f"the archive holds a path that leads out of it: {m.filename!r}")
    return members


@dataclass(frozen=True)
class _Distillation:
    """How sure the hub is that a version is distilled, and what it notes of it."""

    confidence: str
    note: str | None

    @property
    def words(self) -> str:
        words = f"distilled: compute does not count the teacher's (Epoch, confidence {self.confidence})"
        return f"{words}: {self.note}" if self.note else words


@dataclass
class _Models:
    """What the hub knows of versions: the model that each is of, its day of release, and which are distilled."""

    model: dict[str, str] = field(default_factory=dict)
    released: dict[str, str] = field(default_factory=dict)
    distilled: dict[str, _Distillation] = field(default_factory=dict)


def scores(files: Mapping[str, bytes], boards: Sequence[Leaderboard]) -> tuple[list[Candidate[SourceScore]], list[str]]:
    """Rows of raw_scores for the given leaderboards out of the archive's files, and notes for the operator.

    Raises:
        ChangedFeed: none of the leaderboards' files is there, or one lacks the columns of version or score.
    """
    models, notes = _known_models(files)
    read: list[LeaderboardCell] = []
    for board in boards:
        for name in (t for t in board.tables if t in files):
            cells, about = _cells(name, files[name], board, models)
            read += read_column(board, cells)
            notes += about
    rows = one_each(read)
    if not rows:
        raise ChangedFeed(f"no leaderboard of ours is in the archive, which has {', '.join(sorted(files)) or 'none'}")
    unled = sum(c.row.model_version not in models.model for c in rows)
    filled = {c.row.benchmark for c in rows}
    empty = dict.fromkeys(b.benchmark.slug for b in boards if b.benchmark.slug not in filled)
    notes += [f"no row on {', '.join(empty)}: not in the archive, or renamed (leaderboards.csv)"] if empty else []
    return rows, [*dict.fromkeys(notes), f"{unled} of {len(rows)} rows lead to no model of Epoch's tables"]


def _known_models(files: Mapping[str, bytes]) -> tuple[_Models, list[str]]:
    models, notes = _Models(), []
    for name in (n for n in _VERSIONS if n in files):
        table = read_table(files[name], _VERSION_COLUMNS, {"version", "model"}, _UNUSED, name)
        notes += table.notes
        for row in (r for r in table.rows if r["version"]):
            models.model |= {str(row["version"]): row["model"]} if row["model"] else {}
            models.released |= {str(row["version"]): row["released"]} if row["released"] else {}
    if not models.model:
        notes.append(f"no table of versions ({' or '.join(_VERSIONS)}): models go by the names of their rows")
    for name in (n for n in _DISTILLED if n in files):
        table = read_table(files[name], _DISTILLED_COLUMNS, {"version", "distilled"}, _UNUSED, name)
        notes += table.notes
        distilled = [r for r in table.rows if r["version"] and plain(r["distilled"] or "") == "true"]
        models.distilled = {
            str(r["version"]): _Distillation(r["sureness"] or "not stated", r["note"]) for r in distilled
        }
    return models, notes


def _cells(name: str, content: bytes, board: Leaderboard, models: _Models) -> tuple[list[LeaderboardCell], list[str]]:
    """The cells of one file that belong to a leaderboard."""
    columns = {**_SCORE_COLUMNS, "score": board.metric_names}
    required = {"version", "score", *(["dataset"] if board.datasets else [])}
    table = read_table(content, columns, required, _UNUSED, name)
    wanted = set(map(plain, board.datasets))
    cells = [
        _cell(name, str(number), row, board, models)
        for number, row in enumerate(table.rows)
        if row["score"]
        and (not wanted or plain(row["dataset"] or "") in wanted)
        and plain(row["status"] or "success") == "success"
    ]
    # The tables differ in what they have besides version and score: what one lacks is nothing to look after.
    return cells, [n for n in table.notes if not n.startswith(f"{name}: missing: ")]


def _cell(name: str, entry: str, row: Cells, board: Leaderboard, models: _Models) -> LeaderboardCell:
    version, printed = row["version"], row["name"] or row["version"] or ""
    model = models.model.get(version or "")
    released = models.released.get(version or "") or row["released"]
    date = re.match(r"(?:19|20)\d\d(?:-\d\d){0,2}", released or "")
    identity = row["row"] or "|".join(str(row[k]) for k in ("version", "name", "shots", "link"))
    benchmark, distilled = board.benchmark, models.distilled.get(version or "")
    score = SourceScore(
        result_id=content_id(SOURCE_ID, benchmark.slug, benchmark.metric, identity),
        source_id=SOURCE_ID,
        source_table=name,
        model=model or printed,
        model_key=model_key(model or printed),
        model_version=version,
        benchmark=benchmark.slug,
        metric=benchmark.metric,
        value=math.nan,
        raw_value=row["score"] or "",
        source_metric=board.metric_names[0],
        published=date[0] if date else None,
        year=int(date[0][:4]) if date else None,
        paper_id=None,  # the source's link is where the score stands, not where the model was introduced
        link=row["link"] or row["viewer"] or row["logs"],
        is_own=True,
        test_protocol=_shots(row["shots"]),
        distillation_confidence=distilled.confidence if distilled else None,
        note="; ".join(_remarks(row, version, model, models)) or None,
        quote=f"Epoch's hub: {name}: {version or printed} | {board.metric_names[0]} {row['score']}",
    )
    return LeaderboardCell(entry, score, () if score.model_key else (Coded.of(RowDoubt.NO_MODEL),))


def _remarks(row: Cells, version: str | None, model: str | None, models: _Models) -> Iterator[str]:
    if row["source"]:
        yield f"score from: {row['source']}"
    if not model:
        yield f"no model of Epoch's is known for the version {version}" if version else "the row names no version"
    if version in models.distilled:
        yield models.distilled[version].words
    if row["note"]:
        yield row["note"]


def _shots(printed: str | None) -> str | None:
    """Examples in the prompt as a test protocol: "5", "25-shot" and "few" are 5-shot, 25-shot and few-shot."""
    return f"{printed.removesuffix('-shot')}-shot" if printed else None


SOURCE = StructuredSource(SOURCE_ID, discover)
