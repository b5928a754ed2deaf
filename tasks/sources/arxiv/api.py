"""arXiv's Atom API (https://info.arxiv.org/help/api/user-manual.html): papers by id, and searches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from xml.etree.ElementTree import Element

from schemas.codes.http import HttpReason
from tasks.http import Refused, Unreachable
from tasks.names.arxiv_ids import arxiv_identity
from tasks.sources.arxiv.records import Metadata
from tasks.sources.arxiv.withdrawal import announces_withdrawal
from tasks.sources.arxiv.xml_responses import QueryClient, Unreadable, ask, parse_xml, words

INTERFACE = "arXiv's API"
IDS_PER_REQUEST = 100
"""Keeps addresses near one kilobyte."""

PAGE_SIZE = 200
"""Results per page of a search. The manual allows 2,000; small pages are what its users advise (arxiv.py, issue 43)."""

MAX_RESULTS = 30_000
"""Results that one search can be paged through, by the manual."""

EMPTY_PAGES = 3
"""How often an empty page is believed to be a hiccup: the API sends valid, empty feeds in the midst of a result
(arxiv.py, issues 43 and 129)."""


class Doubted(Unreachable):
    """The API answers, and what it says is not believed."""


MANY_IDS = 20
"""Ids of one request that cannot all be mistyped: that arXiv has none of more than these is no answer."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@dataclass(frozen=True)
class Feed:
    """One page: how many results there are in all, how many entries stood on it, and the papers read in them."""

    total: int
    entries: int
    papers: list[Metadata]


def parse_feed(content: bytes) -> Feed:
    """Read one page of an answer.

    Raises:
        Refused: it is arXiv's feed of an error.
        Unreadable: it is no Atom feed with OpenSearch totals, or holds an entry without the id of a version.
    """
    root = parse_xml(content)
    if root.tag != f"{_ATOM}feed":
        raise Unreadable(HttpReason.OTHER_XML, wanted="Atom feed", element=root.tag.rpartition("}")[2])
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        # As the manual has it, errors come as a feed with one entry of that title under /api/errors.
        if words(entry, f"{_ATOM}title") == "Error" and "/api/errors" in (words(entry, f"{_ATOM}id") or ""):
            raise Refused(
                HttpReason.API_ERROR, interface=INTERFACE, error=words(entry, f"{_ATOM}summary") or "no reason given"
            )
    total = words(root, f"{_SEARCH}totalResults") or ""
    if not total.isdecimal():
        raise Unreadable(HttpReason.INCOMPLETE, part="the number of results")
    return Feed(int(total), len(entries), [_paper(entry) for entry in entries])


def _paper(entry: Element) -> Metadata:
    address = words(entry, f"{_ATOM}id") or ""
    identity = arxiv_identity(address)
    if identity is None or identity[1] is None:
        raise Unreadable(HttpReason.NO_VERSION, address=address)
    primary = [e.get("term") for e in entry.findall(f"{_ARXIV}primary_category")]
    others = [e.get("term") for e in entry.findall(f"{_ATOM}category")]
    abstract = words(entry, f"{_ATOM}summary")
    names = [words(author, f"{_ATOM}name") for author in entry.findall(f"{_ATOM}author")]
    return Metadata(
        *identity,
        title=words(entry, f"{_ATOM}title"),
        authors="; ".join(name for name in names if name) or None,
        categories=" ".join(dict.fromkeys(term for term in primary + others if term)) or None,
        submitted_at=words(entry, f"{_ATOM}published"),
        updated_at=words(entry, f"{_ATOM}updated"),
        abstract=abstract,
        # A feed says nothing of a version's files, so that silence is no proof.
        is_withdrawn=announces_withdrawal(words(entry, f"{_ARXIV}comment"), abstract) or None,
    )


def in_batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """The ids, each once, so many together as one request takes."""
    waiting = iter(dict.fromkeys(ids))
    while batch := list(islice(waiting, IDS_PER_REQUEST)):
        yield batch


def by_ids(client: QueryClient, base: str, batch: list[str]) -> Iterator[Metadata]:
    """The newest version of each paper of a batch, in any order; a paper that arXiv does not have is left out.

    Nonexistent ids are not in the answer though its total counts them (arxiv.py, issue 82), so ids that are missing are
    asked for again, by themselves: then their absence is no hiccup.

    Raises:
        Doubted: of many papers not one came, however often they were asked for.
        HttpError: as the client raises it; what was yielded before stands.
    """
    missing = set(batch)
    for _ in range(EMPTY_PAGES):
        if missing:
            for paper in _batch(client, base, [x for x in batch if x in missing]):
                if paper.paper_id in missing:
                    missing.remove(paper.paper_id)
                    yield paper
    if len(missing) == len(batch) > MANY_IDS:
        raise Doubted(HttpReason.NONE_KNOWN, interface=INTERFACE, times=EMPTY_PAGES, papers=len(batch), first=batch[0])


def _batch(client: QueryClient, base: str, ids: list[str]) -> list[Metadata]:
    # Without max_results ten are given.
    params = {"id_list": ",".join(ids), "max_results": str(len(ids))}
    return ask(client, base, params, parse_feed).papers


def query_for(phrases: Iterable[str], since: date, until: date) -> str:
    """The search for any of these phrases in title or abstract, first submitted within these days (inclusive, UTC)."""
    named = " OR ".join(f'ti:"{phrase}" OR abs:"{phrase}"' for phrase in phrases)
    fields = " OR ".join(f"cat:{archive}.*" for archive in ("cs", "stat", "eess"))
    days = f"submittedDate:[{since:%Y%m%d}0000 TO {until:%Y%m%d}2359]"
    return f"({named}) AND ({fields}) AND {days}"


def search(client: QueryClient, base: str, query: str, limit: int) -> Iterator[Metadata]:
    """At most `limit` papers that the query finds, the newest first, each once.

    Raises:
        Unreachable: a page stayed empty though the answer says that there is more: it is incomplete.
        HttpError: as the client raises it; what was yielded before stands.
    """
    seen: set[str] = set()
    start, total = 0, 1
    while start < min(total, MAX_RESULTS) and len(seen) < limit:
        feed = _page(client, base, query, start)
        for paper in feed.papers:
            if paper.paper_id not in seen and len(seen) < limit:
                seen.add(paper.paper_id)
                yield paper
        start, total = start + feed.entries, feed.total


def _page(client: QueryClient, base: str, query: str, start: int) -> Feed:
    params = {
        "search_query": query,
        "start": str(start),
        "max_results": str(PAGE_SIZE),
        "sortBy": "submittedDate",
        "sortOrder": "descending",
    }
    pages = (ask(client, base, params, parse_feed) for _ in range(EMPTY_PAGES))
    for feed in pages:
        if feed.entries or feed.total <= start:
            return feed
    raise Unreachable(HttpReason.EMPTY_PAGES, interface=INTERFACE, given=start, total=feed.total, times=EMPTY_PAGES)
