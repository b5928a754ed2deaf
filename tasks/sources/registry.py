"""The sources that a run queries, in order. None holds a live client: a source can be handed to another process."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from tasks.http.client import HttpClient
from tasks.reference.watchlist import load_watchlist
from tasks.sources import Discovery, Source, SourceUnavailable, folder, reference
from tasks.sources.addresses import Addresses
from tasks.sources.arxiv import source as arxiv
from tasks.sources.arxiv.fetch_queue import keep_refusals, offers, resting
from tasks.sources.arxiv.records import PaperStore
from tasks.sources.arxiv.selection import phrases, read_benchmarks
from tasks.sources.structured import StructuredSource, structured_sources
from tasks.storage.store import DocumentStore

PAPERS = "papers"
"""Folder of the home in which the records of known papers stand."""


def at_hand(papers: Path | None) -> list[Source]:
    """What is on this machine: the observations that ship with the project, and a folder of PDFs if one is named."""
    return [
        Source(reference.SOURCE_ID, _reference),
        *([Source(folder.SOURCE_ID, partial(_folder, papers))] if papers else []),
    ]


def _reference(_client: HttpClient) -> Discovery:
    return reference.discover()


def _folder(papers: Path, _client: HttpClient) -> Discovery:
    return folder.discover(papers)


def structured(addresses: Addresses) -> list[Source]:
    """What gives rows: tables of models, scores, chips, prices and grids."""
    return [Source(s.source_id, partial(_structured, s, addresses)) for s in structured_sources()]


def _structured(source: StructuredSource, addresses: Addresses, client: HttpClient) -> Discovery:
    return source.discover(client, addresses)


def literature(addresses: Addresses, home: Path, since: date | None, limit: int) -> Source:
    """What gives papers by itself: arXiv's watch list and nightly harvest, and the PDFs of selected papers."""
    return Source(arxiv.SOURCE_ID, partial(_literature, addresses, home, since, limit))


def _literature(addresses: Addresses, home: Path, since: date | None, limit: int, client: HttpClient) -> Discovery:
    store = PaperStore(home / PAPERS)
    found = arxiv.discover_metadata(client, addresses, store, load_watchlist(), since, _today())
    return _with_documents(found, store, addresses, home, limit)


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
    names = benchmarks or sorted({b.series for b in read_benchmarks()})
    search = Search(names, since or ARXIV_BEGAN, until or _today())
    if search.since > search.until:
        raise ValueError(f"the search ends on {search.until}, before it begins on {search.since}")
    try:
        phrases(read_benchmarks(), search.benchmarks)
    except SourceUnavailable as error:
        raise ValueError(str(error)) from error
    return search


def searched(addresses: Addresses, home: Path, search: Search, limit: int) -> Source:
    """What gives papers on demand: a search of arXiv, and the PDFs of selected papers."""
    return Source(arxiv.SOURCE_ID, partial(_searched, addresses, home, search, limit))


def _searched(addresses: Addresses, home: Path, search: Search, limit: int, client: HttpClient) -> Discovery:
    store = PaperStore(home / PAPERS)
    found = arxiv.discover_search(client, addresses, store, search.benchmarks, search.since, search.until)
    return _with_documents(found, store, addresses, home, limit)


def waiting_papers(addresses: Addresses, home: Path, limit: int) -> Source:
    """What is known of and not yet fetched: arXiv is not queried, the next PDFs are offered."""
    return Source(arxiv.SOURCE_ID, partial(_waiting_papers, addresses, home, limit))


def _waiting_papers(addresses: Addresses, home: Path, limit: int, _client: HttpClient) -> Discovery:
    return _with_documents(Discovery(arxiv.SOURCE_ID), PaperStore(home / PAPERS), addresses, home, limit)


def _with_documents(found: Discovery, store: PaperStore, addresses: Addresses, home: Path, limit: int) -> Discovery:
    known = {(paper_id, arxiv_id) for paper_id, arxiv_id in DocumentStore(home).versions() if arxiv_id}
    found.documents, found.waiting = offers(store.all(), known | resting(store, _today()), addresses, limit)
    found.is_part = True
    return found


def _today() -> date:
    return datetime.now(UTC).date()


def note_refusals(home: Path, found: Discovery, refused: list[bool]) -> None:
    """Remember which of arXiv's documents were refused, in the order in which they were offered."""
    if found.source_id == arxiv.SOURCE_ID:
        keep_refusals(PaperStore(home / PAPERS), zip(found.documents, refused, strict=True), _today())
