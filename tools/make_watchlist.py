"""`python -m tools.make_watchlist`: writes warehouse/reference/watchlist.csv again from ../shared/sources.

On the list stands every paper with an arXiv id of which a source says that it reports on a benchmark of ours:

    papers-with-code   it has a row in one of our leaderboards
    study-data         the study typed one of its models
    epoch-benchmarks   scores on one of our benchmarks were taken from it, or it introduced a model that has some
    epoch              it introduced a model with training compute, and its title or abstract names a benchmark (where
                       another source names the benchmark, Epoch's compute is enough)
    reference          figures of it stand in observations.csv

First come papers whose compute Epoch or the study came to, and of these such as several sources name: a first night
reads something that can be joined and compared. Within each group the benchmarks take turns, the newest paper first.
What was read by hand or lies on this machine plays no part. The same sources give the same bytes. Nothing here is
collected by pytest.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tasks.extract.accuracy.lexicon import Lexicon, plain
from tasks.names.arxiv_ids import arxiv_identity
from tasks.reference.benchmarks import Benchmark, load_benchmarks
from tasks.sources import epoch_benchmarks as hub
from tasks.sources import papers_with_code as pwc
from tasks.sources import study_data as study
from tasks.sources.leaderboards import load_leaderboards
from tasks.sources.study_file import FILES, read_study
from warehouse.connection import REFERENCE

SOURCES = Path(__file__).parents[2] / "shared" / "sources"
WATCHLIST = REFERENCE / "watchlist.csv"
COLUMNS = ("paper_id", "title", "benchmarks", "source")

PAPERS_WITH_CODE = "paperswithcode_evaluation-tables_2020-09-13.json.gz"
EPOCH_MODELS = ("epoch_notable_ai_models_2026-07.csv", "epoch_all_ai_models_2025-03.csv")
COMPUTE = "Training compute (FLOP)"

Cells = dict[str, str]


@dataclass(frozen=True)
class Mention:
    """What one row of a source says: this paper reports on that benchmark, or no more than that it has compute."""

    address: str
    title: str
    benchmark: str | None
    source_id: str
    has_compute: bool = False


@dataclass
class ListedPaper:
    """All that the sources say of one paper; the first title stays."""

    paper_id: str
    title: str
    series: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    has_compute: bool = False

    @property
    def group(self) -> tuple[bool, bool]:
        """What is read first: compute of others to compare with, several sources to join."""
        return not self.has_compute, self.n_others < 2

    @property
    def n_others(self) -> int:
        """How many sources besides ourselves name it: what we have read already is no reason to read it first."""
        return len(self.sources - {"reference"})


# --- what each source says


def _rows(path: Path) -> list[Cells]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def papers_with_code() -> Iterator[Mention]:
    """Rows of our leaderboards."""
    dump = pwc.read_dump((SOURCES / PAPERS_WITH_CODE).read_bytes())
    for score in pwc.scores(dump, load_leaderboards(pwc.SOURCE_ID))[0]:
        row = score.row
        yield Mention(row.link or "", row.paper_title or "", row.benchmark, pwc.SOURCE_ID)


def study_data() -> Iterator[Mention]:
    """Rows of the study's files, as many as are here."""
    for path in sorted((SOURCES / "computational_limits").glob("*.csv")):
        file = FILES[path.stem]
        for row in read_study(path.read_bytes(), file)[0]:
            compute = row.network_operations_flop or row.hardware_burden_flop
            yield Mention(row.link or "", row.title or "", file.benchmark, study.SOURCE_ID, bool(compute))


def epoch_benchmarks(models: list[Cells]) -> Iterator[Mention]:
    """Papers that scores were taken from, and papers of the models that were scored."""
    introduced = {row["Model"]: row for row in reversed(models)}
    files = {path.stem: path.read_bytes() for path in (SOURCES / "epoch_benchmarks").glob("*.csv")}
    for score in hub.scores(files, load_leaderboards(hub.SOURCE_ID))[0]:
        row = score.row
        yield Mention(row.link or "", "", row.benchmark, hub.SOURCE_ID)
        model = introduced.get(row.model)
        if model:
            yield Mention(model["Link"], model["Reference"], row.benchmark, hub.SOURCE_ID)


def epoch_models(models: list[Cells], benchmarks: Sequence[Benchmark]) -> Iterator[Mention]:
    """Models with training compute, and the benchmarks that their papers' titles and abstracts name."""
    lexicon = Lexicon(benchmarks)
    for row in models:
        if row[COMPUTE]:
            slugs: set[str] | set[None] = named(f"{row['Reference']}. {row['Abstract']}", lexicon) or {None}
            for slug in slugs:
                yield Mention(row["Link"], row["Reference"], slug, "epoch", has_compute=True)


def named(text: str, lexicon: Lexicon) -> set[str]:
    """Slugs of the benchmarks that a text names: the variants that it tells, else the usual ones, else all."""
    words, found = plain(text), set()
    for family in lexicon.datasets(words):
        rows = lexicon.families.get(family, [])
        named = lexicon.variants(family, words) if rows else set()
        ways = ([b for b in rows if b.slug in named], [b for b in rows if b.variant_default], rows)
        found |= {b.slug for b in next((w for w in ways if w), [])}
    return found


def reference() -> Iterator[Mention]:
    """Papers of observations.csv, which names no titles."""
    for row in _rows(REFERENCE / "observations.csv"):
        yield Mention(row["paper_id"], "", row["benchmark"], "reference")


# --- one list


def gather(mentions: Iterable[Mention], series_of: Mapping[str, str], titles: Mapping[str, str]) -> list[ListedPaper]:
    """Papers with an arXiv id and a benchmark, each once, with all that was said of it.

    Args:
        mentions: What the sources say.
        series_of: Series of each benchmark's slug.
        titles: By paper id, for those that no mention titles.
    """
    papers: dict[str, ListedPaper] = {}
    for m in mentions:
        identity = arxiv_identity(m.address)
        if identity:
            paper = papers.setdefault(identity[0], ListedPaper(identity[0], ""))
            paper.title = paper.title or " ".join(m.title.split())
            if m.benchmark:
                paper.series.add(series_of[m.benchmark])
            paper.sources.add(m.source_id)
            paper.has_compute |= m.has_compute
    for paper in papers.values():
        paper.title = paper.title or titles.get(paper.paper_id, "")
    return [p for p in papers.values() if p.series]


def _titles(models: Iterable[Cells]) -> dict[str, str]:
    """Titles of papers by id, as Epoch has them."""
    found = ((arxiv_identity(row["Link"]), " ".join(row["Reference"].split())) for row in models)
    return {identity[0]: title for identity, title in found if identity}


def turns_of(benchmarks: Sequence[Benchmark]) -> list[set[str]]:
    """Sets of series that take turns: each that is read in papers, and together those that only leaderboards give."""
    read = dict.fromkeys(b.series for b in benchmarks if b.is_read)
    rest = {b.series for b in benchmarks if b.series not in read}
    return [*({series} for series in read), *([rest] if rest else [])]


def in_reading_order(papers: list[ListedPaper], turns: list[set[str]]) -> list[ListedPaper]:
    """Group after group; within a group sets of series take turns, papers of most sources and then the newest first."""
    groups: dict[tuple[bool, bool], list[ListedPaper]] = defaultdict(list)
    for paper in sorted(papers, key=lambda p: p.paper_id, reverse=True):
        groups[paper.group].append(paper)
    return [p for group in sorted(groups) for p in _taking_turns(groups[group], turns)]


def _taking_turns(papers: list[ListedPaper], turns: list[set[str]]) -> list[ListedPaper]:
    ranked = sorted(papers, key=lambda p: -p.n_others)
    queues = [[p for p in ranked if series & p.series] for series in turns]
    ordered: dict[str, ListedPaper] = {}
    while any(queues):
        for queue in queues:
            first = next((p for p in queue if p.paper_id not in ordered), None)
            queue[:] = queue[queue.index(first) + 1 :] if first else []
            if first:
                ordered[first.paper_id] = first
    return list(ordered.values())


def watchlist() -> list[ListedPaper]:
    """The list in reading order."""
    benchmarks = load_benchmarks()
    series_of = {b.slug: b.series for b in benchmarks}
    models = [row for name in EPOCH_MODELS for row in _rows(SOURCES / name)]
    said = (papers_with_code(), study_data(), epoch_models(models, benchmarks), epoch_benchmarks(models), reference())
    papers = gather((m for source in said for m in source), series_of, _titles(models))
    return in_reading_order(papers, turns_of(benchmarks))


def as_rows(papers: list[ListedPaper]) -> list[dict[str, str]]:
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
