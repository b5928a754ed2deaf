"""arXiv as a source: the watch list, the nightly harvest, and searches. All known papers are given each time."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from schemas.codes import Coded
from schemas.codes.sources import DeferralReason
from schemas.rows import Candidate
from tasks.http import HttpError
from tasks.names.arxiv_ids import parse_id
from tasks.reference.watchlist import WatchedPaper, load_watchlist
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses
from tasks.sources.arxiv import api, oai
from tasks.sources.arxiv.records import SOURCE_ID, Metadata, PaperStore, first_record, refreshed
from tasks.sources.arxiv.selection import PaperSelection, phrases, read_benchmarks
from tasks.sources.arxiv.xml_responses import QueryClient

__all__ = ["SOURCE_ID", "discover_metadata", "discover_search"]

FIRST_HARVEST_DAYS = 14
"""How far back the first harvest goes, unless a day is named."""

WINDOW_DAYS = 3
"""Days of one harvest window: what an interruption can make a run ask for again."""

STALE_DAYS = 30
"""Age after which a record that no harvest reaches is requested again."""


ABSENT_DAYS = 7
"""Age after which an id that arXiv did not have is requested again."""


def discover_metadata(
    client: QueryClient,
    addresses: Addresses,
    store: PaperStore,
    watchlist: Sequence[WatchedPaper],
    since: date | None,
    today: date,
) -> Discovery:
    """What a night does: ask for papers of the watch list that are not known or long unheard of, then harvest.

    Either stands when the other fails; the reason is in `deferred`.

    Args:
        client: The web client.
        addresses: Where arXiv is.
        store: The records; it is brought up to date.
        watchlist: Papers that are selected by their ids.
        since: First day of the first harvest; None goes back two weeks. Later harvests go on from the last one.
        today: The day in UTC. It is harvested when it is over.

    Returns:
        Rows of raw_papers for all records, notes, and what was deferred.

    Raises:
        SourceUnavailable: the records cannot be read.
    """
    found = Discovery(SOURCE_ID)
    recorder = _Recorder(store, PaperSelection(read_benchmarks(), watchlist), today)
    try:
        _ask_for_watched(client, addresses.arxiv_api, recorder, watchlist, found)
    except HttpError as error:
        found.deferred.append(Coded.of(DeferralReason.WATCH_LIST_INCOMPLETE, because=error.reason))
    try:
        _harvest(client, addresses.arxiv_oai, recorder, since, found)
    except HttpError as error:
        found.deferred.append(Coded.of(DeferralReason.HARVEST_INCOMPLETE, because=error.reason))
    return _with_rows(found, store)


def discover_search(
    client: QueryClient,
    addresses: Addresses,
    store: PaperStore,
    benchmarks: list[str],
    since: date,
    until: date,
    limit: int = api.MAX_RESULTS,
) -> Discovery:
    """Search for papers that name the benchmarks (slugs or series) and were first submitted on these days, inclusive.

    Families of benchmarks are searched one after the other, at most `limit` papers each; one that fails is in
    `deferred`, and what came of it before stands.

    Returns:
        Rows of raw_papers for all records, notes, and what was deferred.

    Raises:
        SourceUnavailable: a benchmark is not known, or the records cannot be read.
    """
    found = Discovery(SOURCE_ID)
    read = read_benchmarks()
    recorder = _Recorder(store, PaperSelection(read, load_watchlist()), datetime.now(UTC).date())
    for family, names in phrases(read, benchmarks).items():
        query = api.query_for(names, since, until)
        try:
            papers = list(recorder.record(api.search(client, addresses.arxiv_api, query, limit)))
        except HttpError as error:
            found.deferred.append(Coded.of(DeferralReason.SEARCH_INCOMPLETE, family=family, because=error.reason))
            continue
        if len(papers) >= limit:
            oldest = min((t.submitted_at or "")[:10] for t in papers)
            found.notes.append(
                f"the search for {family} was ended after {limit} papers; older ones: search until {oldest}"
            )
    return _with_rows(found, store)


@dataclass(frozen=True)
class _Recorder:
    """Records papers that are selected or known, one by one, so that a kill loses nothing."""

    store: PaperStore
    wanted: PaperSelection
    today: date

    def record(self, papers: Iterable[Metadata]) -> Iterator[Metadata]:
        for paper in papers:
            record = self.store.get(paper.paper_id)
            because = self.wanted.because(paper, record)
            if record:
                self.store.put(refreshed(record, paper, because, self.today))
            elif because and (new := first_record(paper, because, self.today)):
                self.store.put(new)
            yield paper


def _ask_for_watched(
    client: QueryClient, base: str, recorder: _Recorder, watchlist: Sequence[WatchedPaper], found: Discovery
) -> None:
    ids = [paper.paper_id for paper in watchlist]
    wrong = [x for x in ids if parse_id(x) != (x, None)]
    if wrong:
        found.notes.append(f"the watch list names what is no arXiv id without version: {_some(wrong)}; correct it")
    try:
        for batch in api.in_batches(_due(recorder.store, [x for x in ids if x not in wrong], recorder.today)):
            try:
                got = {paper.paper_id for paper in recorder.record(api.by_ids(client, base, batch))}
            except api.Doubted as doubt:  # the other batches may fare better
                found.deferred.append(Coded.of(DeferralReason.WATCH_LIST_INCOMPLETE, because=doubt.reason))
                continue
            absent = {x: day for x, day in recorder.store.absent().items() if x not in got}
            recorder.store.set_absent(absent | {x: recorder.today.isoformat() for x in batch if x not in got})
    finally:
        absent = recorder.store.absent()
        if missing := [x for x in ids if x in absent]:
            found.notes.append(
                f"arXiv has no paper {_some(missing)}: mistyped, or removed; correct watchlist.csv"
                f" (it is requested again after {ABSENT_DAYS} days)"
            )


def _due(store: PaperStore, watched: list[str], today: date) -> list[str]:
    """Papers that are watched or whose records were damaged and have none, and those long unheard of.

    Long unheard of are papers that are watched or outside what is harvested.
    """
    records = {r.paper_id: r for r in store.all()}
    # The harvest's set holds the papers of computer science; of others that it lists beside there is no promise.
    outside = [r.paper_id for r in records.values() if not (r.categories or "").startswith("cs.")]
    oldest, absent = _days_before(today, STALE_DAYS), store.absent()
    in_doubt = {x for x, day in absent.items() if day >= _days_before(today, ABSENT_DAYS)}
    candidates = [x for x in dict.fromkeys([*watched, *outside, *store.lost_ids()]) if x not in in_doubt]
    return [x for x in candidates if x not in records or records[x].checked_at < oldest]


def _days_before(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()


def _harvest(client: QueryClient, base: str, recorder: _Recorder, since: date | None, found: Discovery) -> None:
    yesterday = recorder.today - timedelta(days=1)
    first, last = recorder.store.harvested() or (None, None)
    if first and since and since < first:
        found.notes.append(f"the harvest began with {first}; what is older is found by a search from {since} on")
    if last and last >= yesterday:
        return
    start = last or since or recorder.today - timedelta(days=FIRST_HARVEST_DAYS)
    for begin, end in windows(start, yesterday):
        for page in oai.pages(client, base, begin, end):
            found.notes += page.notes
            deque(recorder.record(page.records), maxlen=0)
        recorder.store.set_harvested(first or start, end)


def windows(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days from `first` to `last`, inclusive, in windows of a few days.

    A harvest begins with the last day of the one before: arXiv pages a list by offset over what matches at that moment
    (github.com/arXiv/oaipmh, resume.py), so that a record changed in the midst of it can push another one out of sight.
    Each day is therefore read on two nights.
    """
    while first <= last:
        end = min(first + timedelta(days=WINDOW_DAYS - 1), last)
        yield first, end
        first = end + timedelta(days=1)


def _with_rows(found: Discovery, store: PaperStore) -> Discovery:
    found.rows["raw_papers"] = [Candidate(record.row()) for record in store.all()]
    return found


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:10]) + (f" and {len(ids) - 10} more" if len(ids) > 10 else "")
