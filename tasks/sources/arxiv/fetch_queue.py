"""Which documents to fetch next: the newest version of each selected paper, unless it is in the store."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta

from tasks.names.arxiv_ids import parse_id
from tasks.reference.watchlist import WatchedPaper, load_watchlist
from tasks.sources import Offer
from tasks.sources.addresses import Addresses
from tasks.sources.arxiv.records import PaperRecord, PaperStore

REFUSED_DAYS = 7
"""Age after which a document that was refused (not found, no PDF) is requested again."""


def offers(
    records: Iterable[PaperRecord],
    known: Collection[tuple[str, str]],
    addresses: Addresses,
    limit: int,
    watchlist: Sequence[WatchedPaper] | None = None,
) -> tuple[list[Offer], int]:
    """The first `limit` documents to fetch, and how many wait beyond them.

    Papers of the watch list come first, benchmark by benchmark in turns and in the order of the list; then the others,
    the newest version first. Withdrawn papers are not offered.

    Args:
        records: The papers that are selected.
        known: Documents that are in the store, or need not be requested: paper id, and arXiv id with version.
        addresses: Where the PDFs are.
        limit: How many documents the run may fetch.
        watchlist: The watch list; None reads the one that ships with the project.
    """
    open_ = {r.paper_id: r for r in records if not r.is_withdrawn and (r.paper_id, r.arxiv_id) not in known}
    watched = load_watchlist() if watchlist is None else watchlist
    first = [open_.pop(paper_id) for paper_id in in_turns(p for p in watched if p.paper_id in open_)]
    rest = sorted(open_.values(), key=lambda r: (r.updated_at or "", r.paper_id), reverse=True)
    queue = first + rest
    return [_offer(r, addresses) for r in queue[:limit]], len(queue[limit:])


def in_turns(watched: Iterable[WatchedPaper]) -> Iterator[str]:
    """Paper ids, each once: the first of each benchmark, then the second of each, and so on."""
    lines: dict[str, deque[str]] = {}
    for paper in watched:
        for benchmark in paper.benchmarks:
            lines.setdefault(benchmark, deque()).append(paper.paper_id)
    taken: set[str] = set()
    while lines:
        for benchmark, line in list(lines.items()):
            while line and line[0] in taken:
                line.popleft()
            if line:
                taken.add(line[0])
                yield line.popleft()
            else:
                del lines[benchmark]


def _offer(record: PaperRecord, addresses: Addresses) -> Offer:
    address = f"{addresses.arxiv_pdf}{record.arxiv_id}"
    return Offer(record.paper_id, address, address, record.arxiv_id, record.title, record.year, record.licence)


def keep_refusals(store: PaperStore, outcomes: Iterable[tuple[Offer, bool]], today: date) -> None:
    """Note which offered documents were refused (true) and which were not, so that the queue passes over the former."""
    refused = store.refused()
    for offer, was_refused in outcomes:
        refused.pop(offer.arxiv_id or "", None)
        if was_refused and offer.arxiv_id:
            refused[offer.arxiv_id] = today.isoformat()
    store.set_refused(refused)


def resting(store: PaperStore, today: date) -> set[tuple[str, str]]:
    """Refused documents that need not be requested yet: paper id, and arXiv id with version."""
    since = (today - timedelta(days=REFUSED_DAYS)).isoformat()
    ids = [arxiv_id for arxiv_id, day in store.refused().items() if day >= since]
    return {(identity[0], arxiv_id) for arxiv_id in ids if (identity := parse_id(arxiv_id))}
