"""The imitation of the live sources: every endpoint, every change, every fault once, asked with plain requests."""

import csv
import io
import json
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
import requests

from tests.live import LiveServer, faults
from tests.live.catalogue import Catalogue, split_identity
from tests.live.files import PWC_DUMP, Table, path_of
from tests.live.search import BadQuery, parse

ATOM = {"a": "http://www.w3.org/2005/Atom", "o": "http://a9.com/-/spec/opensearch/1.1/"}
ATOM["x"] = "http://arxiv.org/schemas/atom"
OAI = {"o": "http://www.openarchives.org/OAI/2.0/", "r": "http://arxiv.org/OAI/arXivRaw/"}
RESNET = "1512.03385"
TODAY = date(2026, 7, 15)


@pytest.fixture
def server(live_server: LiveServer) -> LiveServer:
    live_server.catalogue.fixed_today = TODAY
    return live_server


def get(url: str, **options) -> requests.Response:
    options.setdefault("timeout", 10)
    return requests.get(url, **options)


def feed(server: LiveServer, **params) -> ElementTree.Element:
    return ElementTree.fromstring(get(server.addresses.arxiv_api, params=params).content)


def ids(found: ElementTree.Element) -> list[str]:
    return [e.text.rpartition("/abs/")[2] for e in found.findall("a:entry/a:id", ATOM)]


def total(found: ElementTree.Element) -> int:
    return int(found.findtext("o:totalResults", namespaces=ATOM))


def harvest(server: LiveServer, **params) -> ElementTree.Element:
    answer = get(server.addresses.arxiv_oai, params={name.rstrip("_"): value for name, value in params.items()})
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


def records(server: LiveServer, **params) -> ElementTree.Element:
    return harvest(server, verb="ListRecords", metadataPrefix="arXivRaw", **params)


def error_code(found: ElementTree.Element) -> str | None:
    error = found.find("o:error", OAI)
    return None if error is None else error.get("code")


# --- arXiv's API


def test_search_has_the_form_of_the_real_answer(server):
    ours = feed(server, search_query="id:1512.03385")
    real = ElementTree.parse(server.shared / "sources" / "arxiv_api_response.xml").getroot()

    def tags(root: ElementTree.Element) -> list[str]:
        return list(dict.fromkeys(e.tag for e in root.iter()))

    assert tags(ours) == tags(real)
    assert ids(ours) == ["1512.03385v1"]
    assert ours.find("a:entry/x:primary_category", ATOM).get("term") == "cs.CV"


def test_the_newer_form_of_the_feed_says_the_same(server):
    query = {"search_query": "all:ImageNet", "max_results": "3"}
    before = feed(server, **query)
    server.atom_of_2025 = True
    text = get(server.addresses.arxiv_api, params=query).text
    assert ids(ElementTree.fromstring(text)) == ids(before)
    assert text.count("xmlns:arxiv=") == text.count("xmlns:opensearch=") == 1
    assert 'href="https://arxiv.org/pdf/' in text


def test_search_pages_through_everything_once(server):
    query = {"search_query": "all:ImageNet", "max_results": "15", "sortBy": "submittedDate"}
    pages = [feed(server, **query, start=str(start)) for start in (0, 15, 30, 45)]
    seen = [one for page in pages for one in ids(page)]
    assert len(seen) == len(set(seen)) == total(pages[0]) > 30
    dates = [e.text for page in pages for e in page.findall("a:entry/a:published", ATOM)]
    assert dates == sorted(dates, reverse=True)


def test_max_results_is_ten_and_bounds_a_list_of_ids_too(server):
    known = list(server.catalogue.papers)[:12]
    found = feed(server, id_list=",".join(known))
    assert len(ids(found)) == 10
    assert total(found) == 12


def test_id_list_with_version_without_and_unknown(server):
    found = feed(server, id_list="1409.0473v2,1409.0473,1512.03385v9,2401.99999")
    assert ids(found) == ["1409.0473v2", "1409.0473v7"]
    entries = found.findall("a:entry", ATOM)
    assert entries[0].findtext("a:updated", namespaces=ATOM) < entries[1].findtext("a:updated", namespaces=ATOM)


def test_id_list_is_narrowed_by_the_search(server):
    assert ids(feed(server, id_list="1409.0473,1512.03385", search_query="cat:cs.CV")) == ["1512.03385v1"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"search_query": "all:x", "max_results": "2001"}, "max_results"),
        ({"search_query": "all:x", "max_results": "-1"}, "non-negative"),
        ({"search_query": "all:x", "start": "one"}, "integer"),
        ({"search_query": "all:x", "sortBy": "date"}, "sortBy"),
        ({"search_query": "all:x AND"}, "missing"),
        ({"id_list": "1234.1"}, "incorrect id format for 1234.1"),
    ],
)
def test_errors_are_feeds_with_one_entry(server, params, words):
    answer = get(server.addresses.arxiv_api, params=params)
    found = ElementTree.fromstring(answer.content)
    assert answer.status_code == 400
    assert [e.text for e in found.findall("a:entry/a:title", ATOM)] == ["Error"]
    assert words in found.findtext("a:entry/a:summary", namespaces=ATOM)


def test_a_window_too_far_out_is_a_server_error(server):
    assert get(server.addresses.arxiv_api, params={"search_query": "all:a", "start": "9999"}).status_code == 500


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("all:residual", True),
        ("all:resid", False),
        ('ti:"deep residual learning"', True),
        ('ti:"residual deep"', False),
        ("abs:CIFAR-10", True),
        ("abs:CIFAR-1", False),
        ("residual", True),
        ("ti:nothing OR abs:imagenet", True),
        ("ti:nothing abs:imagenet", True),
        ("ti:residual AND abs:nothing", False),
        ("ti:residual ANDNOT cat:cs.CV", False),
        ("(ti:nothing OR ti:residual) AND cat:cs.*", True),
        ("ti:residual OR ti:nothing AND ti:nothing", True),
        ("submittedDate:[201512100000 TO 201512312359]", True),
        ("submittedDate:[201601010000 TO 201612312359]", False),
        ("submittedDate:[20151210 TO 20151231]", True),
        ("id:1512.03385", True),
    ],
)
def test_query_language(query, matches):
    assert parse(query)(_resnet()) is matches


@pytest.mark.parametrize("query", ["(ti:a", "ti:a)", "OR", "xx:a", "submittedDate:[2015 TO 2016]", "AND ti:a"])
def test_queries_that_are_none(query):
    with pytest.raises(BadQuery):
        parse(query)


def _resnet():
    catalogue = Catalogue(fixed_today=TODAY)
    return catalogue.add_paper(
        RESNET, "Deep Residual Learning", b"%PDF-", "On ImageNet and CIFAR-10.", ("cs.CV",), date(2015, 12, 10)
    )


# --- arXiv's OAI-PMH


def test_identify(server):
    found = harvest(server, verb="Identify")
    assert found.findtext("o:Identify/o:granularity", namespaces=OAI) == "YYYY-MM-DD"


def test_list_records_in_pages_gives_every_paper_once(server):
    server.oai.page_size = 40
    found, seen = records(server, set="cs"), []
    for _ in range(9):
        seen += [e.text for e in found.findall("o:ListRecords/o:record/o:header/o:identifier", OAI)]
        token = found.find("o:ListRecords/o:resumptionToken", OAI)
        if not token.text:
            break
        assert token.get("expires")
        found = harvest(server, verb="ListRecords", resumptionToken=token.text)
    assert len(seen) == len(set(seen)) == len(server.catalogue.papers)


def test_records_have_versions_with_dates_licence_and_abstract(server):
    found = harvest(server, verb="GetRecord", identifier="oai:arXiv.org:1409.0473", metadataPrefix="arXivRaw")
    raw = found.find("o:GetRecord/o:record/o:metadata/r:arXivRaw", OAI)
    assert [v.get("version") for v in raw.findall("r:version", OAI)] == [f"v{n}" for n in range(1, 8)]
    assert raw.findtext("r:version/r:date", namespaces=OAI).startswith("Wed, 03 Sep 2014 ")
    assert raw.findtext("r:license", namespaces=OAI).startswith("http")
    assert "machine translation" in raw.findtext("r:abstract", namespaces=OAI)
    assert found.find("o:GetRecord/o:record/o:header/o:setSpec", OAI).text == "cs:cs:CL"


def test_days_and_sets_select(server):
    server.catalogue.add_paper("2607.00001", "New", b"%PDF-1", categories=("stat.ML",), when=date(2026, 7, 14))
    window = {"from_": "2026-07-14", "until": "2026-07-14"}
    assert error_code(records(server, **window, set="cs")) == "noRecordsMatch"
    assert len(records(server, **window, set="stat").findall("o:ListRecords/o:record", OAI)) == 1
    assert error_code(records(server, from_="2026-07-15", until="2026-07-15")) == "noRecordsMatch"
    assert len(records(server, set="stat:stat:ML", from_="2026-07-01").findall("o:ListRecords/o:record", OAI)) == 1


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"verb": "Nothing"}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from_": "July"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from_": "2001-01-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "until": "2026-07-16"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "set": "computing"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "a", "set": "cs"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "made-up"}, "badResumptionToken"),
        ({"verb": "GetRecord", "identifier": "oai:arXiv.org:1", "metadataPrefix": "arXivRaw"}, "idDoesNotExist"),
    ],
)
def test_oai_errors(server, params, code):
    assert error_code(harvest(server, **params)) == code


def test_a_token_expires(server):
    server.oai.page_size, server.oai.token_seconds = 5, 0
    token = records(server).findtext("o:ListRecords/o:resumptionToken", namespaces=OAI)
    assert error_code(harvest(server, verb="ListRecords", resumptionToken=token)) == "badResumptionToken"


# --- arXiv's PDFs, and papers that change


def test_pdf_with_and_without_version(server):
    base = server.addresses.arxiv_pdf
    first = get(f"{base}1409.0473v1")
    newest = get(f"{base}1409.0473")
    assert first.headers["Content-Type"] == "application/pdf"
    assert newest.content == get(f"{base}1409.0473v7.pdf").content != first.content
    assert newest.content == (server.shared / "corpus" / "pdf" / "1409.0473v7.pdf").read_bytes()
    assert int(first.headers["Content-Length"]) == len(first.content)
    assert get(f"{base}1409.0473v8").status_code == get(f"{base}nonsense").status_code == 404


def test_a_new_version_has_new_bytes_and_a_new_datestamp(server):
    old = get(f"{server.addresses.arxiv_pdf}{RESNET}")
    server.catalogue.add_version(RESNET, when=date(2026, 7, 14))
    new = get(f"{server.addresses.arxiv_pdf}{RESNET}v2")
    assert new.content != old.content
    assert new.headers["ETag"] != old.headers["ETag"]
    assert ids(feed(server, id_list=RESNET)) == [f"{RESNET}v2"]
    assert len(records(server, from_="2026-07-14").findall("o:ListRecords/o:record", OAI)) == 1


def test_withdrawn_papers_keep_their_entry_and_lose_their_pdf(server):
    server.catalogue.withdraw(RESNET)
    found = feed(server, id_list=RESNET)
    assert ids(found) == [f"{RESNET}v2"]
    assert found.findtext("a:entry/x:comment", namespaces=ATOM).startswith("This paper has been withdrawn by")
    raw = records(server, from_=str(TODAY)).find("o:ListRecords/o:record/o:metadata/r:arXivRaw", OAI)
    newest = raw.findall("r:version", OAI)[-1]
    assert newest.findtext("r:size", namespaces=OAI) == "0kb"
    assert newest.findtext("r:source_type", namespaces=OAI) == "I"
    assert get(f"{server.addresses.arxiv_pdf}{RESNET}").status_code == 404
    assert get(f"{server.addresses.arxiv_pdf}{RESNET}v1").status_code == 200


def test_removed_papers_are_deleted_records(server):
    server.catalogue.remove(RESNET)
    found = records(server, from_=str(TODAY))
    assert found.find("o:ListRecords/o:record/o:header", OAI).get("status") == "deleted"
    assert found.find("o:ListRecords/o:record/o:metadata", OAI) is None
    assert ids(feed(server, id_list=RESNET)) == []
    assert get(f"{server.addresses.arxiv_pdf}{RESNET}v1").status_code == 404


def test_added_and_touched_papers(server):
    server.catalogue.add_paper("cs/0112017", "Old & new", b"%PDF-1.4 x")
    assert ids(feed(server, search_query='ti:"old new"')) == ["cs/0112017v1"]
    assert get(f"{server.addresses.arxiv_pdf}cs/0112017v1").content == b"%PDF-1.4 x"
    server.catalogue.touch(RESNET, title="Renamed")
    assert ids(feed(server, search_query="ti:renamed")) == [f"{RESNET}v1"]


def test_every_corpus_paper_has_plausible_dates(server):
    for paper in server.catalogue.present():
        assert split_identity(paper.paper_id)
        assert [v.number for v in paper.versions] == list(range(1, len(paper.versions) + 1))
        assert paper.versions[0].submitted.strftime("%y%m") == paper.paper_id[:4]
        assert paper.datestamp <= TODAY
    assert server.catalogue.papers == Catalogue.from_corpus(server.shared / "corpus").papers


# --- files


def test_every_address_is_served_with_the_bytes_of_its_source(server):
    sources, at = server.shared / "sources", server.addresses
    for address, file in {
        at.epoch_all_models: "epoch_all_ai_models_2025-03.csv",
        at.epoch_notable_models: "epoch_notable_ai_models_2026-07.csv",
        at.epoch_hardware: "epoch_ml_hardware_2026-07.csv",
        at.epoch_prices: "epoch_hardware_prices_2025-08.csv",
        at.owid_carbon: "owid_carbon_intensity_electricity.csv",
        at.study_data + "object-detection-on-coco.csv": "computational_limits/object-detection-on-coco.csv",
        server.url + path_of(PWC_DUMP): "paperswithcode_evaluation-tables_2020-09-13.json.gz",
    }.items():
        answer = get(address)
        assert answer.status_code == 200
        assert answer.content == (sources / file).read_bytes(), address
    assert get(f"{at.study_data}machine-translation-on-wmt2014-en-de.csv").status_code == 404


def test_the_hub_is_a_zip_of_its_tables_and_always_the_same(server):
    content = get(server.addresses.epoch_benchmarks).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == 41
        table = "model_versions.csv"
        assert archive.read(table) == (server.shared / "sources" / "epoch_benchmarks" / table).read_bytes()
    with LiveServer(server.shared) as other:
        assert get(other.addresses.epoch_benchmarks).content == content


@pytest.mark.slow
@pytest.mark.parametrize("metrics_as", ["struct", "map", "json"])
def test_papers_with_code_as_hugging_face_serves_it(server, metrics_as):
    with LiveServer(server.shared, metrics_as=metrics_as) as other:
        url = f"{other.addresses.papers_with_code}train-00000-of-00004.parquet"
        assert get(url, allow_redirects=False).status_code == 302
        tasks = pq.read_table(io.BytesIO(get(url).content)).to_pylist()
    rows = [row for task in tasks for table in task["datasets"] for row in table["sota"]["rows"]]
    metrics = rows[0]["metrics"]
    metrics = dict(json.loads(metrics) if metrics_as == "json" else metrics)
    assert {name: value for name, value in metrics.items() if value is not None} == {"Sequence error": "15.8"}
    assert rows[0]["paper_url"] == "http://arxiv.org/abs/1704.03549v4"
    assert tasks[0]["subtasks"][0]["subtasks"] is not None


@pytest.mark.parametrize("path", ["/epoch.ai/data/ml_hardware.csv", f"/export.arxiv.org/pdf/{RESNET}v1"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_conditional_requests(server, path, encoding):
    accept = {"Accept-Encoding": encoding}
    first = get(server.url + path, headers=accept)
    by_tag = get(server.url + path, headers={**accept, "If-None-Match": first.headers["ETag"]})
    by_date = get(server.url + path, headers={**accept, "If-Modified-Since": first.headers["Last-Modified"]})
    assert by_tag.status_code == by_date.status_code == 304
    assert not by_tag.content
    assert get(server.url + path, headers={**accept, "If-None-Match": '"other"'}).status_code == 200


def test_a_changed_file_has_a_new_etag(server):
    url = server.addresses.epoch_hardware
    first = get(url)
    server.files.replace(url, b"Hardware name\nNew\n")
    known = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    second = get(url, headers=known)
    assert second.status_code == 200
    assert second.content == b"Hardware name\nNew\n"
    server.files.replace("https://raw.githubusercontent.com/a/new.csv", b"a\n1\n")
    assert get(f"{server.url}/raw.githubusercontent.com/a/new.csv").content == b"a\n1\n"


def test_one_cell_changes_and_nothing_else(server):
    path = "https://epoch.ai/data/notable_ai_models.csv"
    before = Table.read(server.files.read(path))
    row = {"Model": before.rows[3][before.header.index("Model")]}
    server.files.edit_cell(path, row, "Training compute (FLOP)", "1e99")
    after = list(csv.reader(io.StringIO(get(server.addresses.epoch_notable_models).content.decode())))
    changed = [(a, b) for x, y in zip(before.rows, after[1:], strict=True) for a, b in zip(x, y, strict=True) if a != b]
    assert after[0] == before.header
    assert [b for _, b in changed] == ["1e99"]
    with pytest.raises(ValueError, match="0 rows"):
        server.files.edit_cell(path, {"Model": "no such model"}, "Model", "x")


def test_robots_can_be_set(server):
    assert "Disallow:\n" in get(f"{server.url}/robots.txt").text
    assert "Crawl-delay" in get(f"{server.url}/export.arxiv.org/robots.txt").text
    server.robots = None
    assert get(f"{server.url}/robots.txt").status_code == 404


# --- the server itself


def test_the_log_tells_requests_from_bodies(server):
    with requests.Session() as session:
        url = server.addresses.epoch_hardware
        first = session.get(url, params={"v": "1"}, headers={"User-Agent": "me"})
        session.get(url, headers={"If-None-Match": first.headers["ETag"]})
        session.head(url)
        session.get(f"{server.url}/epoch.ai/nothing")
    asked = server.requests("/epoch.ai/")
    assert [(one.method, one.status) for one in asked] == [("GET", 200), ("GET", 304), ("HEAD", 200), ("GET", 404)]
    assert asked[0].query == {"v": "1"}
    assert asked[0].headers["User-Agent"] == "me"
    assert server.bodies() == asked[:1]
    assert asked[0].bytes == int(first.headers["Content-Length"])
    assert len(server.intervals()) == 3
    assert server.requests(server.addresses.epoch_hardware) == asked[:3]
    server.clear_log()
    assert server.requests() == []


def test_connections_are_kept_and_end_with_the_server(server):
    with requests.Session() as session:
        for _ in range(2):
            session.get(server.addresses.epoch_hardware)
        assert server.connections == 1
        server.stop()
        with pytest.raises(requests.ConnectionError):
            session.get(server.addresses.epoch_hardware, timeout=5)
        server.start()
        assert session.get(server.addresses.epoch_hardware).status_code == 200


def test_without_the_shared_folder_there_is_no_server(tmp_path):
    with pytest.raises(FileNotFoundError, match="cannot be imitated"):
        LiveServer(tmp_path)


# --- faults


def hardware(server: LiveServer, fault: faults.Fault, **options) -> requests.Response:
    server.fault(server.addresses.epoch_hardware, fault)
    return get(server.addresses.epoch_hardware, **options)


def test_faults_end_after_their_number_and_by_prefix(server):
    server.fault("/epoch.ai/", faults.Status(503), times=2)
    server.fault("/epoch.ai/data/ml", faults.Status(500))
    seen = [get(server.addresses.epoch_hardware).status_code for _ in range(3)]
    assert seen == [503, 503, 500]
    assert get(server.addresses.owid_carbon).status_code == 200
    server.clear_faults()
    assert get(server.addresses.epoch_hardware).status_code == 200


def test_slow_drip(server):
    start = time.monotonic()
    answer = hardware(server, faults.SlowDrip(seconds=0.02, size=10), stream=True)
    with answer:
        assert len(next(answer.iter_content(100))) == 100
    assert 0.15 < time.monotonic() - start < 2


def test_reset(server):
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="Connection reset"):
        hardware(server, faults.Reset())
    assert 0 < server.log[0].bytes < len(server.files.read(server.addresses.epoch_hardware))


def test_wrong_length(server):
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        hardware(server, faults.WrongLength())


def test_too_many_requests(server):
    answer = hardware(server, faults.Status(429, retry_after="7"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_redirect_loop(server):
    with pytest.raises(requests.TooManyRedirects):
        hardware(server, faults.RedirectLoop())


def test_redirect_to_a_private_address(server):
    answer = hardware(server, faults.RedirectTo(), allow_redirects=False)
    assert answer.headers["Location"] == "http://169.254.169.254/latest/meta-data/"


def test_gzip_bomb(server):
    answer = hardware(server, faults.GzipBomb(size=64 * 2**20), stream=True)
    assert int(answer.headers["Content-Length"]) < 2**18
    assert sum(map(len, answer.iter_content(2**20))) > 64 * 2**20


@pytest.mark.parametrize(("media_type", "told"), [("text/html", "text/html"), (None, "text/csv; charset=utf-8")])
def test_html_with_200(server, media_type, told):
    answer = hardware(server, faults.HtmlPage(media_type=media_type))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, told)
    assert "<title>Temporarily unavailable" in answer.text


@pytest.mark.parametrize("is_declared", [True, False])
def test_huge_body(server, is_declared):
    server.fault("/export.arxiv.org/pdf/", faults.HugeBody(is_declared=is_declared))
    with get(f"{server.addresses.arxiv_pdf}{RESNET}v1", stream=True) as answer:
        assert answer.headers.get("Content-Length") == (str(2 * 2**30) if is_declared else None)
        start = next(answer.iter_content(2**20))
        assert start.startswith(b"%PDF")
    with get(f"{server.addresses.arxiv_pdf}{RESNET}v1", stream=True) as answer:
        assert sum(len(block) for _, block in zip(range(200), answer.iter_content(2**20), strict=False)) > 2**22


def test_a_chunked_body_ends_in_order(server):
    answer = hardware(server, faults.HugeBody(size=200_000, is_declared=False))
    assert len(answer.content) == 200_000


def test_malformed_xml(server):
    server.fault("/oaipmh.arxiv.org/", faults.malformed_xml())
    with pytest.raises(ElementTree.ParseError):
        records(server)


def test_an_empty_page_in_mid_paging(server):
    server.fault(server.addresses.arxiv_api, faults.EmptyPage(), times=1)
    first = feed(server, search_query="all:ImageNet")
    empty = feed(server, search_query="all:ImageNet", start="10")
    again = feed(server, search_query="all:ImageNet", start="10")
    assert [len(ids(page)) for page in (first, empty, again)] == [10, 0, 10]
    assert total(first) == total(empty)


def test_invalid_utf8(server):
    answer = hardware(server, faults.invalid_utf8())
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()
    assert answer.content.count(b"\n") == server.files.read(server.addresses.epoch_hardware).count(b"\n")


def test_a_truncated_file(server):
    whole = server.files.read(server.addresses.epoch_hardware)
    answer = hardware(server, faults.truncated())
    assert whole.startswith(answer.content)
    assert len(answer.content) == int(len(whole) * 0.6)


@pytest.mark.parametrize(
    ("fault", "gone", "new"),
    [
        (faults.new_column(), set(), {"Something new"}),
        (faults.missing_column("TDP (W)"), {"TDP (W)"}, set()),
        (faults.missing_column(), {"Manufacturer"}, set()),
        (faults.renamed_column("TDP (W)=Power"), {"TDP (W)"}, {"Power"}),
        (faults.renamed_column(), {"Manufacturer"}, {"Manufacturer (new)"}),
    ],
)
def test_columns_that_drift(server, fault, gone, new):
    before = Table.read(server.files.read(server.addresses.epoch_hardware))
    answer = hardware(server, fault)
    after = Table.read(answer.content)
    assert set(before.header) - set(after.header) == gone
    assert set(after.header) - set(before.header) == new
    assert {len(cells) for cells in after.rows} == {len(after.header)}
    assert len(after.rows) == len(before.rows)


def test_a_faulty_file_is_not_answered_with_304(server):
    url = server.addresses.epoch_hardware
    first = get(url)
    known = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    assert hardware(server, faults.new_column(), headers=known).status_code == 200


def test_a_fault_that_does_not_fit_says_so(server):
    answer = hardware(server, faults.missing_column("No such column"))
    assert answer.status_code == 500
    assert "'No such column' is not in list" in answer.text


def test_every_fault_has_a_name_for_the_shell(server):
    for name, make in faults.FAULTS.items():
        fault = make("500") if name == "status" else make()
        assert isinstance(fault, faults.Fault), name


def test_from_the_shell(server):
    command = [sys.executable, "-m", "tests.live", "--shared", str(server.shared), "--withdraw", RESNET]
    command += ["--fault", "/epoch.ai/data/ml_hardware.csv=unavailable:9"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as run:
        name, _, url = run.stdout.readline().decode().strip().partition("=")
        try:
            answer = get(f"{url}/epoch.ai/data/ml_hardware.csv")
            gone = get(f"{url}/export.arxiv.org/pdf/{RESNET}").status_code
        finally:
            run.terminate()
        heard = run.stderr.read().decode()
    assert name == "DIMINISHING_MIRROR"
    assert (answer.status_code, answer.headers["Retry-After"], gone) == (503, "9", 404)
    assert "503 GET /epoch.ai/data/ml_hardware.csv" in heard
