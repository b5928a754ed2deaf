"""The sources that a run asks, in order."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from tasks.http.client import Web
from tasks.reference.watchlist import load_watchlist
from tasks.sources import Found, Source, SourceUnavailable, folder, reference
from tasks.sources.addresses import Addresses
from tasks.sources.arxiv import source as arxiv
from tasks.sources.arxiv.fetch_queue import keep_refusals, offers, resting
from tasks.sources.arxiv.records import PaperStore
from tasks.sources.arxiv.selection import phrases, read_benchmarks
from tasks.sources.structured import structured_sources
from tasks.storage.store import DocumentStore

PAPERS = "papers"
"""Folder of the home in which the records of known papers stand."""


def at_hand(papers: Path | None) -> list[Source]:
    """What is on this machine: the observations that ship with the project, and a folder of PDFs if one is named."""
    return [
        Source(reference.SOURCE_ID, reference.discover),
        *([Source(folder.SOURCE_ID, partial(folder.discover, papers))] if papers else []),
    ]


def structured(web: Web, addresses: Addresses) -> list[Source]:
    """What gives rows: tables of models, scores, chips, prices and grids."""
    return [Source(s.source_id, partial(s.discover, web, addresses)) for s in structured_sources()]


def literature(web: Web, addresses: Addresses, home: Path, since: date | None, limit: int) -> Source:
    """What gives papers by itself: arXiv's watch list and nightly harvest, and the PDFs of what is wanted."""

    def discover() -> Found:
        store = PaperStore(home / PAPERS)
        found = arxiv.discover_metadata(web, addresses, store, load_watchlist(), since, _today())
        return _with_documents(found, store, addresses, home, limit)

    return Source(arxiv.SOURCE_ID, discover)


@dataclass(frozen=True)
class Search:
    """What to search arXiv for: papers that name these benchmarks, first submitted on these days, inclusive."""

    benchmarks: list[str]
    since: date
    until: date


ARXIV_BEGAN = date(1991, 8, 14)


def search_for(benchmarks: list[str], since: date | None, until: date | None) -> Search:
    """A search with its gaps filled: all benchmarks that are read in papers, from arXiv's first day to today.

    Raises:
        ValueError: a name that is no benchmark, or a window that ends before it begins.
    """
    asked = Search(benchmarks or sorted({b.series for b in read_benchmarks()}), since or ARXIV_BEGAN, until or _today())
    if asked.since > asked.until:
        raise ValueError(f"the search ends on {asked.until}, before it begins on {asked.since}")
    try:
        phrases(read_benchmarks(), asked.benchmarks)
    except SourceUnavailable as error:
        raise ValueError(str(error)) from error
    return asked


def searched(web: Web, addresses: Addresses, home: Path, asked: Search, limit: int) -> Source:
    """What gives papers on demand: a search of arXiv, and the PDFs of what is wanted."""

    def discover() -> Found:
        store = PaperStore(home / PAPERS)
        found = arxiv.discover_search(web, addresses, store, asked.benchmarks, asked.since, asked.until)
        return _with_documents(found, store, addresses, home, limit)

    return Source(arxiv.SOURCE_ID, discover)


def waiting_papers(addresses: Addresses, home: Path, limit: int) -> Source:
    """What is known of and not yet fetched: no question is asked, the next PDFs are offered."""

    def discover() -> Found:
        return _with_documents(Found(arxiv.SOURCE_ID), PaperStore(home / PAPERS), addresses, home, limit)

    return Source(arxiv.SOURCE_ID, discover)


def _with_documents(found: Found, store: PaperStore, addresses: Addresses, home: Path, limit: int) -> Found:
    known = {(s.paper_id, s.arxiv_id) for s in DocumentStore(home).sidecars() if s.arxiv_id}
    found.documents, found.waiting = offers(store.all(), known | resting(store, _today()), addresses, limit)
    found.is_part = True
    return found


def _today() -> date:
    return datetime.now(UTC).date()


def note_refusals(home: Path, found: Found, refused: list[bool]) -> None:
    """Remember which of arXiv's documents were refused, in the order in which they were offered."""
    if found.source_id == arxiv.SOURCE_ID:
        keep_refusals(PaperStore(home / PAPERS), zip(found.documents, refused, strict=True), _today())
