"""`python -m tests.make_watchlist`: writes warehouse/reference/watchlist.csv again from ../shared/sources.

On the list stands every paper with an arXiv id of which a source says that it reports on a benchmark of ours:

    papers-with-code   it has a row in one of our leaderboards
    study-data         the study typed one of its models
    epoch-benchmarks   scores on one of our benchmarks were taken from it, or it introduced a model that has some
    epoch              it introduced a model with training compute, and its title or abstract names a benchmark (where
                       another source names the benchmark, Epoch's compute is enough)
    reference          figures of it stand in observations.csv

First come papers whose compute Epoch or the study came to, and of these such as several sources name: a first night
reads something that can be joined and compared. Within each group the benchmarks take turns, the newest paper first.
What lies on this machine plays no part. The same sources give the same bytes. Nothing here is collected by pytest.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.arxiv_ids import arxiv_identity
from tasks.extract.accuracy.benchmarks import Benchmark, Lexicon, load_benchmarks, plain
from warehouse.connection import REFERENCE

SOURCES = Path(__file__).parents[2] / "shared" / "sources"
WATCHLIST = REFERENCE / "watchlist.csv"
COLUMNS = ("paper_id", "title", "benchmarks", "source")

PAPERS_WITH_CODE = "paperswithcode_evaluation-tables_2020-09-13.json.gz"
EPOCH_MODELS = ("epoch_notable_ai_models_2026-07.csv", "epoch_all_ai_models_2025-03.csv")
COMPUTE = "Training compute (FLOP)"

Leaderboards = dict[tuple[str, str], str]
"""(table, dataset) of a source -> our benchmark's slug."""

_PWC: Leaderboards = {
    ("Image Classification", "ImageNet"): "imagenet-1k",
    ("Image Classification", "CIFAR-10"): "cifar-10",
    ("Image Classification", "CIFAR-100"): "cifar-100",
    ("Object Detection", "COCO minival"): "coco-val",
    ("Object Detection", "COCO test-dev"): "coco-test-dev",
    ("Question Answering", "SQuAD1.1"): "squad-1.1-test",
    ("Question Answering", "SQuAD1.1 dev"): "squad-1.1-dev",
    ("Named Entity Recognition", "CoNLL 2003 (English)"): "conll-2003-ner",
    ("Machine Translation", "WMT2014 English-French"): "wmt14-en-fr",
    ("Machine Translation", "WMT2014 English-German"): "wmt14-en-de",
    ("Speech Recognition", "LibriSpeech test-clean"): "librispeech-test-clean",
    ("Speech Recognition", "LibriSpeech test-other"): "librispeech-test-other",
}
_STUDY = {
    "image-classification-on-imagenet": "imagenet-1k",
    "object-detection-on-coco": "coco-test-dev",
    "question-answering-on-squad-1-1": "squad-1.1-test",
}
_HUB = {"external_benchmark_mmlu": "mmlu"}


@dataclass(frozen=True)
class Mention:
    """What one row of a source says: this paper reports on that benchmark, or no more than that it has compute."""

    address: str
    title: str
    benchmark: str | None
    source_id: str
    has_compute: bool = False


@dataclass
class Paper:
    """All that the sources say of one paper; the first title stays."""

    paper_id: str
    title: str
    series: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    has_compute: bool = False

    @property
    def group(self) -> tuple[bool, bool]:
        """What is read first: compute of others to compare with, several sources to join."""
        return not self.has_compute, len(self.sources) < 2


# --- what each source says


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def papers_with_code() -> Iterator[Mention]:
    """Rows of our leaderboards, at whatever depth of tasks and subtasks."""
    with gzip.open(SOURCES / PAPERS_WITH_CODE, "rt", encoding="utf-8") as file:
        tasks: list[dict[str, Any]] = json.load(file)
    while tasks:
        task = tasks.pop()
        tasks += task.get("subtasks", [])
        for dataset in task["datasets"]:
            benchmark = _PWC.get((task["task"], dataset["dataset"]))
            if benchmark:
                for row in dataset["sota"]["rows"]:
                    yield Mention(row["paper_url"] or "", row["paper_title"] or "", benchmark, "papers-with-code")


def study_data() -> Iterator[Mention]:
    """Rows of the study's CSVs; the three sub-headers name no address."""
    for stem, benchmark in _STUDY.items():
        for row in _rows(SOURCES / "computational_limits" / f"{stem}.csv"):
            compute = bool(row["network_operations"] or row["hardware_burden"])
            yield Mention(row["paper_link"], row["title"], benchmark, "study-data", compute)


def epoch_benchmarks() -> Iterator[Mention]:
    """Papers that scores were taken from, and papers of the models that were scored."""
    folder = SOURCES / "epoch_benchmarks"
    model_of = {row["id"]: row["Model"] for row in _rows(folder / "model_versions.csv")}
    introduced = {row["Model"]: row for name in reversed(EPOCH_MODELS) for row in _rows(SOURCES / name)}
    for stem, benchmark in _HUB.items():
        for row in _rows(folder / f"{stem}.csv"):
            yield Mention(row["Source link"], row["Source"], benchmark, "epoch-benchmarks")
            model = introduced.get(model_of.get(row["Model version"], ""))
            if model:
                compute = bool(model[COMPUTE])
                yield Mention(model["Link"], model["Reference"], benchmark, "epoch-benchmarks", compute)


def epoch_models(benchmarks: list[Benchmark]) -> Iterator[Mention]:
    """Models with training compute, and the benchmarks that their papers' titles and abstracts name."""
    lexicon = Lexicon(benchmarks)
    for name in EPOCH_MODELS:
        for row in _rows(SOURCES / name):
            if row[COMPUTE]:
                for slug in named(f"{row['Reference']}. {row['Abstract']}", lexicon) or {None}:
                    yield Mention(row["Link"], row["Reference"], slug, "epoch", has_compute=True)


def named(text: str, lexicon: Lexicon) -> set[str]:
    """Slugs of the benchmarks that a text names: the variants that it tells, else the usual ones, else all."""
    words, found = plain(text), set()
    for family in lexicon.datasets(words):
        rows = lexicon.families.get(family, [])
        told = lexicon.variants(family, words) if rows else set()
        ways = ([b for b in rows if b.slug in told], [b for b in rows if b.variant_default], rows)
        found |= {b.slug for b in next((w for w in ways if w), [])}
    return found


def reference() -> Iterator[Mention]:
    """Papers of observations.csv, which names no titles."""
    for row in _rows(REFERENCE / "observations.csv"):
        yield Mention(row["paper_id"], "", row["benchmark"], "reference")


# --- one list


def gather(mentions: Iterable[Mention], series_of: dict[str, str]) -> list[Paper]:
    """Papers with an arXiv id and a benchmark, each once, with all that was said of it."""
    papers: dict[str, Paper] = {}
    for m in mentions:
        identity = arxiv_identity(m.address)
        if identity:
            paper = papers.setdefault(identity[0], Paper(identity[0], ""))
            paper.title = paper.title or " ".join(m.title.split())
            if m.benchmark:
                paper.series.add(series_of[m.benchmark])
            paper.sources.add(m.source_id)
            paper.has_compute |= m.has_compute
    return [p for p in papers.values() if p.series]


def in_reading_order(papers: list[Paper], series: list[str]) -> list[Paper]:
    """Group after group; within a group the series take turns, those named by most sources, then the newest first."""
    groups: dict[tuple[bool, bool], list[Paper]] = defaultdict(list)
    for paper in sorted(papers, key=lambda p: p.paper_id, reverse=True):
        groups[paper.group].append(paper)
    return [p for group in sorted(groups) for p in _taking_turns(groups[group], series)]


def _taking_turns(papers: list[Paper], series: list[str]) -> list[Paper]:
    ranked = sorted(papers, key=lambda p: -len(p.sources))
    queues = [[p for p in ranked if name in p.series] for name in series]
    ordered: dict[str, Paper] = {}
    while any(queues):
        for queue in queues:
            first = next((p for p in queue if p.paper_id not in ordered), None)
            queue[:] = queue[queue.index(first) + 1 :] if first else []
            if first:
                ordered[first.paper_id] = first
    return list(ordered.values())


def watchlist() -> list[Paper]:
    """The list in reading order."""
    benchmarks = load_benchmarks(REFERENCE / "benchmarks.csv")
    series_of = {b.slug: b.series for b in benchmarks}
    said = [*papers_with_code(), *study_data(), *epoch_models(benchmarks), *epoch_benchmarks(), *reference()]
    return in_reading_order(gather(said, series_of), list(dict.fromkeys(series_of.values())))


def as_rows(papers: list[Paper]) -> list[dict[str, str]]:
    """Rows of watchlist.csv."""
    return [
        {
            "paper_id": p.paper_id,
            "title": p.title,
            "benchmarks": "|".join(sorted(p.series)),
            "source": "|".join(sorted(p.sources)),
        }
        for p in papers
    ]


def main() -> None:
    """Write the file."""
    papers = watchlist()
    with WATCHLIST.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(as_rows(papers))
    print(f"{len(papers)} papers, {sum(p.has_compute for p in papers)} of them with compute of Epoch's or the study's")


if __name__ == "__main__":
    main()
