"""Which papers are selected, and why: the watch list's, and those that name a benchmark which is read in papers."""

import re
from collections.abc import Collection, Iterable

from schemas.codes import Coded
from schemas.codes.sources import WantedReason
from schemas.suggestions import did_you_mean
from tasks.extract.accuracy.lexicon import OTHER, Lexicon, is_terse, plain
from tasks.reference.benchmarks import Benchmark, load_benchmarks
from tasks.reference.watchlist import WatchedPaper
from tasks.sources import SourceUnavailable
from tasks.sources.arxiv.records import Metadata, PaperRecord


class PaperSelection:
    """Says of a paper why it is selected."""

    def __init__(self, benchmarks: Iterable[Benchmark], watchlist: Iterable[WatchedPaper] = ()) -> None:
        """Take the benchmarks that are read in papers, and the papers selected whatever they say."""
        self._lexicon = Lexicon(benchmarks)
        self._watched = {paper.paper_id for paper in watchlist}

    def because(self, metadata: Metadata, record: PaperRecord | None = None) -> tuple[Coded[WantedReason], ...]:
        """Why the paper is selected; nothing where it is not.

        A paper with a record stays selected for the reasons it had, whatever a new version's abstract says.
        """
        text = plain(f"{metadata.title or ''}. {metadata.abstract or ''}")
        named = [family for family in dict.fromkeys(self._lexicon.datasets(text)) if family != OTHER]
        reasons = [Coded.of(WantedReason.WATCH_LIST)] if metadata.paper_id in self._watched else []
        if named:
            reasons.append(Coded.of(WantedReason.NAMES_BENCHMARKS, benchmarks=", ".join(named)))
        return tuple(reasons) or (record.wanted_for if record else ())


def read_benchmarks() -> list[Benchmark]:
    """The benchmarks that are read in papers."""
    return [b for b in load_benchmarks() if b.is_read]


def phrases(benchmarks: Iterable[Benchmark], requested: Collection[str]) -> dict[str, list[str]]:
    """What to search for, by family of benchmarks: for each requested by slug or series, the names that identify it.

    A name that holds another one as its words ("ImageNet 2012") finds nothing that the other does not, and is left out.

    Raises:
        SourceUnavailable: a benchmark is requested that is not among them.
    """
    benchmarks = list(benchmarks)
    unknown = set(requested) - {name for b in benchmarks for name in (b.slug, b.series)}
    if unknown:
        known = {b.series for b in benchmarks}
        told = (f"no benchmark that is read in papers is called {n}; {did_you_mean(n, known)}" for n in sorted(unknown))
        raise SourceUnavailable("; ".join(told))
    families = {b.names[0] for b in benchmarks if {b.slug, b.series} & set(requested)}
    names: dict[str, list[str]] = {family: [] for family in sorted(families)}
    for benchmark in benchmarks:
        if benchmark.names[0] in families:
            names[benchmark.names[0]] += [name for name in benchmark.names if not is_terse(name)]
    return {family: _shortest(_words(name) for name in found) for family, found in names.items()}


def _words(name: str) -> str:
    """The name as arXiv's search sees it: words of letters and digits."""
    return " ".join(re.findall(r"[A-Za-z0-9]+(?:\.[0-9]+)*", name))


def _shortest(names: Iterable[str]) -> list[str]:
    distinct = sorted({name.lower(): name for name in names}.values(), key=lambda n: (len(n), n))
    kept: list[str] = []
    for name in distinct:
        if not any(f" {shorter} ".lower() in f" {name} ".lower() for shorter in kept):
            kept.append(name)
    return kept
