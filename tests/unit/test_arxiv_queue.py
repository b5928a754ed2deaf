"""Which papers are selected, and which documents are fetched next."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.codes import Coded
from schemas.codes.sources import WantedReason
from tasks.reference.watchlist import WatchedPaper, load_watchlist
from tasks.sources.addresses import Addresses
from tasks.sources.arxiv.fetch_queue import in_turns, offers
from tasks.sources.arxiv.records import Metadata, first_record
from tasks.sources.arxiv.selection import PaperSelection, phrases, read_benchmarks
from tests.unit.rows import said

DAY = date(2026, 1, 10)
ADDRESSES = Addresses(arxiv_pdf="https://export.arxiv.org/pdf/")


def watched(paper_id: str, benchmarks: tuple[str, ...]) -> WatchedPaper:
    return WatchedPaper(paper_id=paper_id, title="", benchmarks=benchmarks, source=("test",))


def record(paper_id, version=1, updated="2020-01-01T00:00:00Z", withdrawn=False):
    told = Metadata(paper_id, version, f"Title of {paper_id}", submitted_at="2019-12-31T23:00:00Z", licence="CC0")
    because = (Coded.of(WantedReason.RECORDED, detail="names mmlu"),)
    return first_record(replace(told, updated_at=updated, is_withdrawn=withdrawn), because, DAY)


def offered(records, known=(), limit=10, watchlist=()):
    found, waiting = offers(records, set(known), ADDRESSES, limit, list(watchlist))
    return [o.arxiv_id for o in found], waiting


def test_an_offer_says_all_that_the_sidecar_needs():
    ((offer,), waiting) = offers([record("cs/0112017", 2)], set(), ADDRESSES, 5, [])
    assert waiting == 0
    assert (offer.location, offer.origin) == ("https://export.arxiv.org/pdf/cs/0112017v2",) * 2
    assert (offer.paper_id, offer.arxiv_id, offer.title) == ("cs/0112017", "cs/0112017v2", "Title of cs/0112017")
    assert (offer.year, offer.licence) == (2019, "CC0")


def test_what_is_in_the_store_is_not_offered_until_there_is_a_new_version():
    known = [("2001.00001", "2001.00001v1")]
    assert offered([record("2001.00001", 1)], known) == ([], 0)
    assert offered([record("2001.00001", 2)], known) == (["2001.00001v2"], 0)


def test_withdrawn_papers_are_not_offered_and_do_not_wait():
    assert offered([record("2001.00001", withdrawn=True)], limit=0) == ([], 0)


def test_the_newest_come_first_and_the_limit_leaves_the_others_waiting():
    records = [record("2001.00001", updated="2020-01-01"), record("2001.00002", updated="2021-01-01")]
    records += [record("2001.00003", updated=None)]
    assert offered(records, limit=2) == (["2001.00002v1", "2001.00001v1"], 1)
    assert offered(records, limit=0) == ([], 3)


def test_the_watch_list_comes_before_the_newest_in_turns_over_benchmarks():
    watchlist = [
        watched("2001.00001", ("imagenet-1k",)),
        watched("2001.00002", ("imagenet-1k", "coco")),
        watched("2001.00003", ("imagenet-1k",)),
        watched("2001.00004", ("coco",)),
        watched("2001.00005", ("mmlu",)),
        watched("2001.00099", ("mmlu",)),  # no record yet
    ]
    records = [record(f"2001.0000{n}") for n in range(1, 6)] + [record("2601.00001", updated="2026-01-01")]
    ids, _ = offered(records, watchlist=watchlist)
    assert [x[-3:-2] for x in ids] == ["1", "2", "5", "3", "4", "1"] and ids[-1] == "2601.00001v1"


def test_what_of_the_watch_list_is_in_the_store_takes_no_turn():
    watchlist = [watched("2001.00001", ("coco",)), watched("2001.00002", ("mmlu",)), watched("2001.00003", ("coco",))]
    known = [("2001.00001", "2001.00001v1")]
    assert offered([record(f"2001.0000{n}") for n in (1, 2, 3)], known, 1, watchlist) == (["2001.00002v1"], 1)


def test_every_watched_paper_has_its_turn_once():
    watchlist = load_watchlist()
    turns = list(in_turns(watchlist))
    assert sorted(turns) == sorted({p.paper_id for p in watchlist})
    first = {p.paper_id: p.benchmarks for p in watchlist}
    named = {b for p in watchlist for b in p.benchmarks}
    assert {b for x in turns[: len(named)] for b in first[x]} == named  # one round brings something of each


# --- wanted


@pytest.fixture(scope="module")
def wanted():
    return PaperSelection(read_benchmarks(), [watched("1512.03385", ("imagenet-1k",))])


@pytest.mark.parametrize(
    ("title", "abstract", "because"),
    [
        ("A net", "85 % top-1 on ImageNet and 50 AP on COCO.", "names ImageNet, COCO"),
        ("ImageNet in an hour", None, "names ImageNet"),
        ("A net", "On the WMT 2014 English-German task", "names WMT14"),
        ("A net", "MMLU-Redux is clean; MMLU is not.", "names MMLU"),
        ("A net", "Pretrained on ImageNet, it segments cells.", None),
        ("A net", "ImageNet-21k alone", None),
        ("A net", "In 2014 we ate coconuts in a clean kitchen.", None),
        (None, None, None),
    ],
)
def test_why_a_paper_is_wanted(wanted, title, abstract, because):
    reasons = wanted.because(Metadata("2001.00001", 1, title=title, abstract=abstract))
    assert ("; ".join(said(reasons)) or None) == because


def test_the_watch_list_is_a_reason_by_itself_and_old_reasons_stay(wanted):
    silent = Metadata("1512.03385", 1, title="A net")
    assert said(wanted.because(silent)) == ["watch list"]
    assert said(wanted.because(replace(silent, paper_id="2001.00001"), record("2001.00001"))) == ["names mmlu"]


def test_phrases_are_the_names_that_tell_and_the_short_ones_stand_for_the_long(wanted):
    found = phrases(read_benchmarks(), ["coco", "coco-val", "wmt14-en-de"])
    assert found.keys() == {"COCO", "WMT14"}
    assert "COCO" in found["COCO"] and "MS COCO" not in found["COCO"] and "MSCOCO" in found["COCO"]
    assert "2014" not in found["WMT14"]
