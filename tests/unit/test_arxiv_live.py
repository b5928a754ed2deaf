"""arXiv over HTTP: nights, searches and documents, the project's client against a local server of arXiv's forms."""

from collections import Counter
from datetime import date, timedelta

import pytest

from tasks.http import HttpLimits
from tasks.http.client import HttpClient
from tasks.reference.watchlist import load_watchlist
from tasks.sources.arxiv import source
from tasks.sources.arxiv.fetch_queue import offers
from tasks.sources.arxiv.records import PaperStore
from tests.unit.rows import said

TODAY = date(2026, 1, 10)


@pytest.fixture
def night(live_server, tmp_path):
    """One night: what was found, and how often which path was asked."""
    host = live_server.addresses.arxiv_api.split("/")[2]
    limits = HttpLimits(interval_seconds=0, host_intervals=(), backoff_seconds=0.01, allow_private=(host,))
    store = PaperStore(tmp_path / "papers")
    live_server.oai.page_size = 3
    watched = [p for p in load_watchlist() if p.paper_id in live_server.catalogue.papers]

    def run(today):
        live_server.catalogue.fixed_today = today
        live_server.clear_log()
        web = HttpClient(tmp_path / "web", limits)
        found = source.discover_metadata(web, live_server.addresses, store, watched, None, today)
        web.close()
        return found, Counter(request.path.rpartition("/")[2] for request in live_server.log)

    run.store, run.web, run.watched = store, lambda: HttpClient(tmp_path / "web", limits), watched
    return run


def test_nights_one_after_the_other(live_server, night):
    catalogue = live_server.catalogue
    fresh = [x for x in catalogue.papers if x not in {p.paper_id for p in night.watched}][:5]
    for paper_id in fresh:
        catalogue.touch(paper_id, when=TODAY - timedelta(days=2), abstract="We reach 80 % on ImageNet.")

    found, asked = night(TODAY)
    assert found.deferred == found.notes == []
    assert {c.row.paper_id for c in found.rows["raw_papers"]} == {p.paper_id for p in night.watched} | set(fresh)
    assert asked == {"query": 1, "oai": 5 + 1}  # five windows, one of them of two pages

    found, asked = night(TODAY)
    assert not asked and found.deferred == []

    newer, withdrawn, removed = (p.paper_id for p in night.watched[:3])
    before = night.store.get(newer).version
    catalogue.add_version(newer, when=TODAY)
    catalogue.withdraw(withdrawn, when=TODAY)
    catalogue.remove(removed, when=TODAY)
    found, asked = night(TODAY + timedelta(days=1))
    assert asked == {"oai": 1} and night.store.withdrawn().keys() == {withdrawn, removed}
    queue, _ = offers(night.store.all(), set(), live_server.addresses, 1000)
    by_paper = {offer.paper_id: offer for offer in queue}
    assert by_paper[newer].arxiv_id == f"{newer}v{before + 1}"
    assert not {withdrawn, removed} & by_paper.keys()


def test_an_offer_leads_to_the_document(live_server, night, tmp_path):
    night(TODAY)
    (offer,), waiting = offers(night.store.all(), set(), live_server.addresses, 1)
    assert waiting == len(night.watched) - 1
    assert night.web().download(offer.location, "pdf", tmp_path).media_type == "application/pdf"


def test_tokens_that_expire_start_the_window_again(live_server, night):
    for paper_id in list(live_server.catalogue.papers)[:5]:
        live_server.catalogue.touch(paper_id, when=TODAY - timedelta(days=2))
    live_server.oai.token_seconds = 0
    found, _ = night(TODAY)
    assert "does not accept its own resumption token" in said(found.deferred)[0]
    live_server.oai.token_seconds = 60
    found, _ = night(TODAY)
    assert found.deferred == [] and night.store.harvested()[1] == TODAY - timedelta(days=1)


def test_a_search_finds_what_the_days_and_the_names_say(live_server, night):
    papers = live_server.catalogue.papers.values()
    expected = {p.paper_id for p in papers if "COCO" in p.abstract and p.versions[0].submitted.year in (2016, 2017)}
    span = date(2016, 1, 1), date(2017, 12, 31)
    found = source.discover_search(night.web(), live_server.addresses, night.store, ["coco"], *span)
    assert {c.row.paper_id for c in found.rows["raw_papers"]} == expected != set()
