"""Asking arXiv: batches and pages, hiccups and errors, resumption, the nights one after the other, and kills."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from schemas.codes.sources import WantedReason
from schemas.rows import Candidate
from tasks.http import Refused, Unreachable
from tasks.load.validate import validate_candidates
from tasks.reference.watchlist import WatchedPaper
from tasks.sources import SourceUnavailable
from tasks.sources.addresses import Addresses
from tasks.sources.arxiv import api, oai, source
from tasks.sources.arxiv.records import Metadata, PaperStore, first_record, refreshed
from tests.arxiv_answers import (
    API,
    FakeWeb,
    atom_entry,
    atom_feed,
    in_order,
    oai_answer,
    oai_deleted,
    oai_error,
    oai_record,
)
from tests.unit.rows import flat, said

DAY = date(2026, 1, 10)
WATCHED = (Coded.of(WantedReason.WATCH_LIST),)
ADDRESSES = Addresses()


def watched(paper_id: str, benchmarks: tuple[str, ...]) -> WatchedPaper:
    return WatchedPaper(paper_id=paper_id, title="", benchmarks=benchmarks, source=("test",))


def ids(papers):
    return [p.paper_id for p in papers]


# --- by id


def test_ids_are_asked_for_in_batches_each_once():
    asked = [f"2001.{n:05d}" for n in range(150)]
    web = FakeWeb(lambda url, p: atom_feed([atom_entry(f"{x}v1") for x in reversed(p["id_list"].split(","))]))
    batches = api.in_batches([*asked, asked[0]])
    assert sorted(x for batch in batches for x in ids(api.by_ids(web, API, batch))) == asked
    assert [(len(p["id_list"].split(",")), p["max_results"]) for _, p in web.asked] == [(100, "100"), (50, "50")]


def test_an_id_that_is_missing_is_asked_for_again_by_itself_and_then_left_out():
    web = in_order(
        atom_feed([atom_entry("2001.00001v1")], total=3),  # the API counts ids that it does not have
        atom_feed([], total=2),
        atom_feed([atom_entry("2001.00002v1")], total=2),
    )
    assert ids(api.by_ids(web, API, ["2001.00001", "2001.00002", "2001.00003"])) == ["2001.00001", "2001.00002"]
    assert [len(p["id_list"].split(",")) for _, p in web.asked] == [3, 2, 2]


def test_a_few_ids_may_all_be_missing_and_many_are_an_empty_answer():
    asked = [f"2001.{n:05d}" for n in range(api.MANY_IDS + 1)]
    nothing = FakeWeb(lambda url, p: atom_feed([], total=len(p["id_list"].split(","))))
    assert ids(api.by_ids(nothing, API, asked[:-1])) == []
    with pytest.raises(Unreachable, match=r"none of 21 papers from 2001\.00000 on; ask later"):
        list(api.by_ids(nothing, API, asked))


def test_an_answer_that_nobody_asked_for_is_no_paper_of_ours():
    web = FakeWeb(lambda u, p: atom_feed([atom_entry("9912.00001v1"), atom_entry("2001.00001v3")]))
    assert ids(api.by_ids(web, API, ["2001.00001"])) == ["2001.00001"]


def test_half_a_page_is_asked_for_once_more_and_twice_half_a_page_is_an_error():
    whole = atom_feed([atom_entry("2001.00001v1")])
    assert ids(api.by_ids(in_order(whole[:-20], whole), API, ["2001.00001"])) == ["2001.00001"]
    with pytest.raises(Refused, match="no XML"):
        list(api.by_ids(in_order(whole[:-20], whole[:-20]), API, ["2001.00001"]))


def test_an_error_that_arxiv_explains_is_not_asked_again():
    error = "<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title><summary>too many</summary></entry>"
    with pytest.raises(Refused, match="too many"):
        list(api.by_ids(in_order(atom_feed([error])), API, ["2001.00001"]))


# --- search


def paged(total, page=api.PAGE_SIZE):
    def answer(url, params):
        start = int(params["start"])
        return atom_feed([atom_entry(f"2001.{n:05d}v1") for n in range(start, min(start + page, total))], total)

    return FakeWeb(answer)


def test_a_search_goes_through_all_pages_newest_first():
    web = paged(450)
    assert len(list(api.search(web, API, "all:x", 1000))) == 450
    assert [p["start"] for _, p in web.asked] == ["0", "200", "400"]
    assert {p["sortBy"] + p["sortOrder"] for _, p in web.asked} == {"submittedDatedescending"}


def test_a_search_ends_at_its_limit_and_asks_no_further():
    web = paged(10_000)
    assert len(list(api.search(web, API, "all:x", 250))) == 250
    assert len(web.asked) == 2


def test_a_short_page_leaves_no_gap_and_what_moved_is_not_told_twice():
    web = in_order(
        atom_feed([atom_entry("2001.00001v1")], total=3),
        atom_feed([atom_entry("2001.00001v1"), atom_entry("2001.00002v1")], total=3),
    )
    assert ids(api.search(web, API, "all:x", 10)) == ["2001.00001", "2001.00002"]
    assert [p["start"] for _, p in web.asked] == ["0", "1"]


def test_an_empty_page_in_the_midst_is_asked_for_again():
    first, empty, second = (
        atom_feed([atom_entry("2001.00001v1")], total=2),
        atom_feed([], total=2),
        atom_feed([atom_entry("2001.00002v1")], total=2),
    )
    assert len(list(api.search(in_order(first, empty, empty, second), API, "all:x", 10))) == 2


def test_pages_that_stay_empty_are_an_incomplete_answer_and_what_came_before_stands():
    got = []
    web = in_order(atom_feed([atom_entry("2001.00001v1")], total=2), *[atom_feed([], total=2)] * api.EMPTY_PAGES)
    with pytest.raises(Unreachable, match=r"1 of 2 results.*incomplete"):
        for paper in api.search(web, API, "all:x", 10):
            got.append(paper.paper_id)
    assert got == ["2001.00001"]


def test_no_results_are_no_error():
    web = in_order(atom_feed([], total=0))
    assert list(api.search(web, API, "all:x", 10)) == []


def test_the_query_names_phrases_fields_and_days():
    query = api.query_for(["MS COCO", "MSCOCO"], date(2024, 1, 1), date(2024, 1, 31))
    assert query == (
        '(ti:"MS COCO" OR abs:"MS COCO" OR ti:"MSCOCO" OR abs:"MSCOCO") AND (cat:cs.* OR cat:stat.* OR cat:eess.*)'
        " AND submittedDate:[202401010000 TO 202401312359]"
    )


# --- OAI-PMH


def test_a_list_is_followed_to_its_last_page_and_the_token_goes_alone():
    web = in_order(oai_answer([oai_record("2501.00001")], "a%3Db"), oai_answer([oai_record("2501.00002")], ""))
    pages = list(oai.pages(web, "x", date(2026, 1, 1), date(2026, 1, 3)))
    assert [ids(page.records) for page in pages] == [["2501.00001"], ["2501.00002"]]
    assert [p for _, p in web.asked] == [
        {
            "verb": "ListRecords",
            "metadataPrefix": "arXivRaw",
            "set": "cs",
            "from": "2026-01-01",
            "until": "2026-01-03",
        },
        {"verb": "ListRecords", "resumptionToken": "a%3Db"},
    ]


def test_a_bad_token_starts_the_list_once_more_and_only_once():
    page, bad = oai_answer([oai_record("2501.00001")], "t"), oai_error("badResumptionToken")
    web = in_order(page, bad, page, oai_answer([oai_record("2501.00002")]))
    assert len(list(oai.pages(web, "x", DAY, DAY))) == 3
    with pytest.raises(oai.BadResumptionToken):
        list(oai.pages(in_order(page, bad, page, bad), "x", DAY, DAY))


def test_a_list_that_goes_round_in_circles_ends():
    web = FakeWeb(lambda u, p: oai_answer([oai_record("2501.00001")], "again"))
    with pytest.raises(Refused, match="round in circles"):
        list(oai.pages(web, "x", DAY, DAY))
    assert len(web.asked) == 2


# --- the records


def test_a_record_is_kept_and_read_again_old_ids_too(tmp_path):
    store = PaperStore(tmp_path)
    records = [
        first_record(Metadata(paper_id, 1, title="Ünïcode", submitted_at="2001-12-01T00:00:00Z"), WATCHED, DAY)
        for paper_id in ("cs/0112017", "2001.00001")
    ]
    for record in records:
        store.put(record)
    assert list(store.all()) == records[::-1]
    assert store.get("cs/0112017") == records[0]
    assert store.get("2001.00002") is None
    assert (records[0].arxiv_id, records[0].year) == ("cs/0112017v1", 2001)


@pytest.mark.parametrize("paper_id", ["../../etc/passwd", "cs/../x", "2001.00001v1", "", "a\0b"])
def test_what_is_no_id_stays_out_of_paths(tmp_path, paper_id):
    with pytest.raises(ValueError, match="no arXiv id"):
        PaperStore(tmp_path).path(paper_id)


DAMAGE = [b"", b"{", b'{"paper_id": "2001.000', b"null", b"[]", b'{"paper_id": "2001.00001"}', b"\xff\x00", b"7"]
"""What a disk, a person or another program makes of a file."""


@pytest.mark.parametrize("content", DAMAGE)
def test_a_damaged_record_is_set_aside_and_told_and_its_paper_is_asked_for_again(tmp_path, caplog, content):
    store = PaperStore(tmp_path)
    for paper_id in ("2001.00001", "2001.00002"):
        store.put(first_record(Metadata(paper_id, 1), WATCHED, DAY))
    store.path("2001.00001").write_bytes(content)
    assert [r.paper_id for r in store.all()] == ["2001.00002"]
    assert store.get("2001.00001") is None
    (line,) = caplog.messages
    assert "2001.00001.json is damaged (" in line and "\n" not in line
    assert [p.read_bytes() for p in store.damaged()] == [content]
    assert "2001.00001" in source._due(store, [], DAY)
    store.put(first_record(Metadata("2001.00001", 1), WATCHED, DAY))
    assert source._due(store, [], DAY) == source._due(store, [], DAY) and "2001.00001" not in source._due(
        store, [], DAY
    )


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b'{"first": "x", "last": "y"}', b'{"2001.1": 7}'])
def test_what_was_harvested_asked_and_refused_is_begun_anew_where_it_is_damaged(tmp_path, content):
    store = PaperStore(tmp_path)
    for name in ("harvest", "absent", "refused"):
        (tmp_path / f"{name}.json").write_bytes(content)
    assert (store.harvested(), store.absent(), store.refused()) == (None, {}, {})
    assert len(store.damaged()) == 3
    assert store.lost_ids() == []
    store.set_harvested(DAY, DAY)
    assert store.harvested() == (DAY, DAY)


def test_rows_enter_raw_papers(tmp_path):
    told = Metadata("2001.00001", 2, "T", "A; B", "cs.CV", None, "2020-01-01T00:00:00Z", None, None, True)
    row = first_record(told, WATCHED, DAY).row()
    good, refused = validate_candidates([Candidate(row)], "raw_papers")
    assert len(good) == 1 and len(refused) == 0
    assert good.loc[0, "arxiv_id"] == "2001.00001v2" and bool(good.loc[0, "is_withdrawn"])


KNOWN = first_record(
    Metadata("2001.00001", 2, "T", "Émile", "cs.CV", None, "2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z"),
    WATCHED,
    DAY,
)
LATER = DAY + timedelta(days=1)


def test_a_new_version_replaces_and_an_older_one_does_not():
    new = refreshed(KNOWN, Metadata("2001.00001", 3, title="T3", authors="E.", licence="CC0"), (), LATER)
    assert (new.version, new.title, new.authors, new.licence) == (3, "T3", "E.", "CC0")
    assert (new.wanted_for, new.checked_at, new.submitted_at) == (WATCHED, "2026-01-11", KNOWN.submitted_at)
    old = refreshed(KNOWN, Metadata("2001.00001", 1, title="T1", is_withdrawn=True), (), LATER)
    assert old == replace(KNOWN, checked_at="2026-01-11")


def test_the_first_spelling_of_a_version_stays_and_what_was_missing_is_filled_in():
    told = Metadata("2001.00001", 2, authors="{\\'E}mile", licence="CC0", is_withdrawn=False)
    assert refreshed(KNOWN, told, (), DAY) == replace(KNOWN, licence="CC0")


def test_a_withdrawal_stays_until_arxiv_shows_the_paper_again():
    gone = refreshed(KNOWN, Metadata("2001.00001", None, is_withdrawn=True), (), DAY)
    assert gone.is_withdrawn and gone.version == 2
    silent = Metadata("2001.00001", 2)  # a feed does not show it
    assert refreshed(gone, silent, (), DAY).is_withdrawn
    assert not refreshed(gone, replace(silent, is_withdrawn=False), (), DAY).is_withdrawn
    assert not refreshed(gone, replace(silent, version=3), (), DAY).is_withdrawn


# --- nights


class Nights:
    """An arXiv of a few papers: the API knows `entries` by id; OAI-PMH lists `changes` (day, record), two a page."""

    def __init__(self):
        self.entries: dict[str, str] = {}
        self.changes: list[tuple[date, str]] = []
        self.api_fails = self.oai_fails = None
        self.web = FakeWeb(self.answer)

    def answer(self, url, params):
        if url == API:
            wanted = params["id_list"].split(",")
            return self.api_fails or atom_feed([self.entries[x] for x in wanted if x in self.entries], len(wanted))
        if self.oai_fails:
            return self.oai_fails
        first, last, skip = (params.get("resumptionToken") or f"{params['from']} {params['until']} 0").split()
        records = [r for day, r in self.changes if first <= day.isoformat() <= last]
        if not records:
            return oai_error("noRecordsMatch")
        end = int(skip) + 2
        return oai_answer(records[int(skip) : end], f"{first} {last} {end}" if end < len(records) else "")

    def windows(self):
        return [(p["from"], p["until"]) for _, p in self.web.asked if "from" in p]

    def night(self, store, today, watchlist=(), since=None):
        self.web.asked.clear()
        papers = [watched(x, ("imagenet-1k",)) for x in watchlist]
        return source.discover_metadata(self.web, ADDRESSES, store, papers, since, today)


@pytest.fixture
def arxiv():
    return Nights()


@pytest.fixture
def store(tmp_path):
    return PaperStore(tmp_path)


def rows(found):
    return {row["paper_id"]: row for row in flat(found.rows["raw_papers"])}


def test_a_first_night_asks_for_the_watch_list_and_harvests_two_weeks(arxiv, store):
    arxiv.entries = {"2001.00001": atom_entry("2001.00001v1", abstract="Nothing to see.")}
    arxiv.changes = [
        (date(2026, 1, 2), oai_record("2601.00001", abstract="We reach 91 % on ImageNet and 60 AP on COCO.")),
        (date(2026, 1, 3), oai_record("2601.00002", abstract="We reach nothing.")),
    ]
    found = arxiv.night(store, DAY, ["2001.00001"])
    assert {k: v["wanted_because"] for k, v in rows(found).items()} == {
        "2001.00001": "watch list",
        "2601.00001": "names ImageNet, COCO",
    }
    assert found.notes == found.deferred == []
    assert arxiv.windows() == [
        ("2025-12-27", "2025-12-29"),
        ("2025-12-30", "2026-01-01"),
        ("2026-01-02", "2026-01-04"),
        ("2026-01-05", "2026-01-07"),
        ("2026-01-08", "2026-01-09"),
    ]
    assert store.harvested() == (date(2025, 12, 27), date(2026, 1, 9))


def test_a_night_with_nothing_to_harvest_asks_nothing(arxiv, store):
    arxiv.entries = {"2001.00001": atom_entry("2001.00001v1")}
    arxiv.night(store, DAY, ["2001.00001"])
    found = arxiv.night(store, DAY, ["2001.00001"])
    assert arxiv.web.asked == [] and rows(found).keys() == {"2001.00001"}


def test_the_next_night_goes_on_with_the_last_day_and_the_new_one(arxiv, store):
    arxiv.night(store, DAY, since=date(2026, 1, 9))
    arxiv.night(store, DAY + timedelta(days=1))
    assert arxiv.windows() == [("2026-01-09", "2026-01-10")]
    assert store.harvested() == (date(2026, 1, 9), date(2026, 1, 10))


def test_a_harvest_from_tomorrow_on_is_none(arxiv, store):
    arxiv.night(store, DAY, since=DAY)
    assert arxiv.web.asked == [] and store.harvested() is None


def test_an_earlier_since_than_the_first_harvest_is_told(arxiv, store):
    arxiv.night(store, DAY, since=date(2026, 1, 8))
    found = arxiv.night(store, DAY, since=date(2025, 1, 1))
    assert found.notes == ["the harvest began with 2026-01-08; what is older is found by a search from 2025-01-01 on"]


def test_a_known_paper_is_refreshed_by_the_harvest_whatever_it_says_now(arxiv, store):
    arxiv.entries = {"2001.00001": atom_entry("2001.00001v1", abstract="Nothing to see.")}
    arxiv.night(store, DAY, ["2001.00001"])
    new = "Mon, 07 Oct 2024 10:45:05 GMT"
    arxiv.changes = [(DAY, oai_record("2001.00001", versions=[(new, "1kb", "D")] * 2, abstract="Nothing."))]
    found = arxiv.night(store, LATER, ["2001.00001"])
    assert rows(found)["2001.00001"]["arxiv_id"] == "2001.00001v2"
    arxiv.changes = [(LATER, oai_record("2001.00001", versions=[(new, "1kb", "D")] * 2 + [(new, "0kb", "I")]))]
    found = arxiv.night(store, LATER + timedelta(days=1), ["2001.00001"])
    assert rows(found)["2001.00001"]["is_withdrawn"] is True
    assert store.withdrawn() == {"2001.00001": "2001.00001v3"}


def test_a_deleted_record_of_a_known_paper_withdraws_it_and_an_unknown_one_is_nothing(arxiv, store):
    arxiv.entries = {"2001.00001": atom_entry("2001.00001v1")}
    arxiv.night(store, DAY, ["2001.00001"])
    arxiv.changes = [(DAY, oai_deleted("2001.00001")), (DAY, oai_deleted("2001.00002"))]
    found = arxiv.night(store, LATER, ["2001.00001"])
    assert {k: v["is_withdrawn"] for k, v in rows(found).items()} == {"2001.00001": True}


def test_a_watched_record_is_asked_for_again_after_thirty_days_unless_a_harvest_brought_it(arxiv, store):
    arxiv.entries = {x: atom_entry(f"{x}v1") for x in ("2001.00001", "2001.00002")}
    watchlist = list(arxiv.entries)
    arxiv.night(store, DAY, watchlist)
    arxiv.changes = [(DAY + timedelta(days=20), oai_record("2001.00002"))]
    arxiv.night(store, DAY + timedelta(days=30), watchlist)
    assert not [url for url, _ in arxiv.web.asked if url == API]
    arxiv.night(store, DAY + timedelta(days=31), watchlist)
    assert [p["id_list"] for url, p in arxiv.web.asked if url == API] == ["2001.00001"]


def test_a_known_paper_outside_computer_science_is_asked_for_again_too(arxiv, store):
    for paper_id, categories in (("2001.00001", "stat.ML cs.LG"), ("2001.00002", "cs.LG stat.ML")):
        store.put(first_record(Metadata(paper_id, 1, categories=categories), WATCHED, DAY))
    arxiv.entries = {"2001.00001": atom_entry("2001.00001v2", categories=("stat.ML",))}
    found = arxiv.night(store, DAY + timedelta(days=31))
    assert [p["id_list"] for url, p in arxiv.web.asked if url == API] == ["2001.00001"]
    assert rows(found)["2001.00001"]["arxiv_id"] == "2001.00001v2"


def test_ids_that_arxiv_does_not_have_and_texts_that_are_none_are_told(arxiv, store):
    arxiv.entries = {"2001.00001": atom_entry("2001.00001v1")}
    found = arxiv.night(store, DAY, ["2001.00001", "2001.09999", "resnet", "2001.00001v1"])
    assert found.notes == [
        "the watch list names what is no arXiv id without version: resnet, 2001.00001v1; correct it",
        "arXiv has no paper 2001.09999: mistyped, or removed; correct watchlist.csv"
        " (it is requested again after 7 days)",
    ]
    assert rows(found).keys() == {"2001.00001"}


def test_an_id_that_arxiv_does_not_have_is_asked_again_after_a_week_and_told_every_night(arxiv, store):
    arxiv.night(store, DAY, ["2001.09999"])
    for days in (0, 7):
        found = arxiv.night(store, DAY + timedelta(days=days), ["2001.09999"])
        assert API not in [url for url, _ in arxiv.web.asked]
        assert "no paper 2001.09999" in found.notes[0]
    arxiv.entries = {"2001.09999": atom_entry("2001.09999v1")}
    found = arxiv.night(store, DAY + timedelta(days=8), ["2001.09999"])
    assert rows(found).keys() == {"2001.09999"} and found.notes == [] and store.absent() == {}


def test_either_half_stands_when_the_other_fails_and_the_records_stand_when_both_do(arxiv, store):
    arxiv.entries = {"2001.00001": atom_entry("2001.00001v1")}
    arxiv.changes = [(date(2026, 1, 9), oai_record("2601.00001"))]
    arxiv.oai_fails = Unreachable(
        HttpReason.NOTHING_CAME, host="oaipmh.arxiv.org", because=Coded.of(HttpReason.SILENCE)
    )
    found = arxiv.night(store, DAY, ["2001.00001"])
    assert rows(found).keys() == {"2001.00001"} and store.harvested() is None
    (reason,) = said(found.deferred)
    assert "the harvest of new papers: nothing came from oaipmh.arxiv.org: silence; it goes on from there" in reason

    arxiv.oai_fails, arxiv.api_fails = None, Refused(HttpReason.STATUS, status="HTTP 403")
    found = arxiv.night(store, DAY, ["2001.00001", "2001.00002"])
    assert rows(found).keys() == {"2001.00001", "2601.00001"}
    assert said(found.deferred) == ["papers of the watch list: HTTP 403"]

    arxiv.oai_fails = Unreachable(HttpReason.OFFLINE)
    found = arxiv.night(store, LATER, ["2001.00002"])
    assert rows(found).keys() == {"2001.00001", "2601.00001"} and len(found.deferred) == 2


def test_a_window_counts_only_when_its_last_page_came(arxiv, store):
    arxiv.changes = [(date(2026, 1, 8), oai_record(f"2601.0000{n}")) for n in range(5)]
    pages = iter([*["answer"] * 3, "fail"])  # a page of the window before, two pages of this one
    whole = arxiv.web.answer
    arxiv.web.answer = lambda u, p: (
        whole(u, p) if next(pages) == "answer" else Unreachable(HttpReason.BROKEN, error="reset")
    )
    found = arxiv.night(store, DAY, since=date(2026, 1, 4))
    assert len(rows(found)) == 4 and "reset" in said(found.deferred)[0]
    assert store.harvested() == (date(2026, 1, 4), date(2026, 1, 6))

    arxiv.web.answer = whole
    found = arxiv.night(store, DAY)
    assert len(rows(found)) == 5 and found.deferred == []
    assert arxiv.windows() == [("2026-01-06", "2026-01-08"), ("2026-01-09", "2026-01-09")]


def test_what_a_kill_interrupts_is_harvested_again_and_nothing_is_lost(arxiv, store):
    arxiv.changes = [(date(2026, 1, 9), oai_record(f"2601.0000{n}")) for n in range(5)]
    whole = arxiv.web.answer

    def killed(url, params):
        if "resumptionToken" in params:
            raise KeyboardInterrupt
        return whole(url, params)

    arxiv.web.answer = killed
    with pytest.raises(KeyboardInterrupt):
        arxiv.night(store, DAY, since=date(2026, 1, 9))
    assert len(list(store.all())) == 2 and store.harvested() is None
    arxiv.web.answer = whole
    assert len(rows(arxiv.night(store, DAY, since=date(2026, 1, 9)))) == 5


def test_a_record_that_cannot_be_read_is_noted(arxiv, store):
    arxiv.changes = [(date(2026, 1, 9), oai_record("2601.00001", versions=[]))]
    found = arxiv.night(store, DAY, since=date(2026, 1, 9))
    assert found.notes == ["OAI-PMH: a record was left out: 2601.00001 names no version"]


# --- searches


def test_a_search_keeps_what_names_the_benchmark(store):
    entries = [
        atom_entry("2401.00001v2", abstract="56 AP on MS COCO."),
        atom_entry("2401.00002v1", abstract="A test dev of ours."),
        atom_entry("1512.03385v1", abstract="Detection on COCO"),
    ]
    web = FakeWeb(lambda u, p: atom_feed(entries))
    found = source.discover_search(web, ADDRESSES, store, ["coco"], date(2024, 1, 1), date(2024, 1, 31))
    because = {k: v["wanted_because"] for k, v in rows(found).items()}
    assert because["2401.00001"] == "names COCO"
    assert because["1512.03385"] == "watch list; names COCO"
    (params,) = [p for _, p in web.asked]
    assert "submittedDate:[202401010000 TO 202401312359]" in params["search_query"]
    assert 'abs:"COCO"' in params["search_query"] and "ImageNet" not in params["search_query"]


def test_a_search_that_ends_at_its_limit_says_where_to_go_on(store):
    entries = [atom_entry(f"2401.0000{n}v1", published=f"2024-01-{20 - n}T00:00:00Z") for n in range(3)]
    web = FakeWeb(lambda u, p: atom_feed(entries, total=900))
    found = source.discover_search(web, ADDRESSES, store, ["mmlu"], date(2024, 1, 1), date(2024, 1, 31), limit=3)
    assert found.notes == ["the search for MMLU was ended after 3 papers; older ones: search until 2024-01-18"]


def test_a_search_that_fails_leaves_the_others(store):
    def answer(url, params):
        return (
            Refused(HttpReason.STATUS, status="HTTP 406")
            if "MMLU" in params["search_query"]
            else atom_feed([atom_entry("2401.00001v1")])
        )

    asked = ["mmlu", "imagenet-1k"]
    found = source.discover_search(FakeWeb(answer), ADDRESSES, store, asked, date(2024, 1, 1), date(2024, 1, 31))
    assert rows(found).keys() == {"2401.00001"}
    assert said(found.deferred) == ["the search for MMLU: HTTP 406"]


def test_a_benchmark_that_is_not_read_in_papers_is_named(store):
    with pytest.raises(SourceUnavailable, match="called imagnet; did you mean imagenet-1k"):
        source.discover_search(FakeWeb(lambda u, p: b""), ADDRESSES, store, ["imagnet"], DAY, DAY)


def test_a_record_of_an_earlier_version_keeps_its_reason_in_words(store):
    store.put(KNOWN)
    path = store.path(KNOWN.paper_id)
    earlier = {k: v for k, v in json.loads(path.read_text()).items() if not k.startswith("wanted_")}
    path.write_text(json.dumps(earlier | {"wanted_because": "watch list; names COCO"}))
    (known,) = store.all()
    assert said(known.wanted_for) == ["watch list; names COCO"]
    store.put(known)
    assert store.get(KNOWN.paper_id) == known
