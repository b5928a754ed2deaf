"""The web client against a real server on this machine that misbehaves: one request, retries, redirects, bounds."""

import gzip
import resource as rusage
import socket
import subprocess
import sys
import time
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path

import pytest

from tasks.http import HttpLimits, Refused, Unreachable
from tasks.http.client import HttpClient
from tests.misbehaving import (
    Endless,
    answer,
    broken_chunks,
    drip,
    drip_headers,
    hang_up,
    misbehaving,
    redirect,
    reset,
    short,
    silence,
)

PDF = b"%PDF-1.5\n" + b"body " * 1000
ATOM = b"<?xml version='1.0'?><feed/>"
LIMITS = HttpLimits(
    user_agent="diminishing-returns/test (mailto:nobody@example.org)",
    read_seconds=5.0,
    total_seconds=10.0,
    backoff_seconds=0.0,
    interval_seconds=0.0,
    obey_robots=False,
    allow_private=("127.0.0.1",),
)


class Clock:
    """Seconds that pass only by sleeping."""

    def __init__(self):
        self.now = time.time()
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def server():
    with misbehaving() as running:
        yield running


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def web(tmp_path, clock):
    """A maker of clients that share a folder."""
    made = []

    def make(offline=False, **limits):
        made.append(HttpClient(tmp_path / "web", replace(LIMITS, **limits), offline, clock, clock.sleep))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def into(tmp_path):
    return tmp_path / "downloads"


def files(folder: Path):
    return [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []


# --- what comes


def test_a_document_comes_as_a_file(server, web, into):
    client = web()
    got = client.download(server.on("/a.pdf", answer(200, PDF)), "pdf", into)
    assert got.path.parent == into and got.path.read_bytes() == PDF
    assert (got.size_bytes, got.media_type, got.http_status) == (len(PDF), "application/pdf", 200)
    assert (client.requests_sent, client.bytes_received) == (1, len(PDF))


def test_every_request_says_who_asks_and_documents_come_unpacked(server, web, into):
    client = web()
    client.download(server.on("/a.pdf", answer(200, PDF)), "pdf", into)
    server.on("/there", answer(200, ATOM))
    client.query(server.on("/api", redirect("/there")), {"q": "a b&c"}, "xml")
    assert [s.headers["User-Agent"] for s in server.seen] == [LIMITS.user_agent] * 3
    assert server.seen[0].headers["Accept-Encoding"] == "identity"
    assert server.seen[1].path == "/api?q=a+b%26c"


def test_the_answer_to_a_query_is_unpacked(server, web):
    packed = gzip.compress(ATOM)
    client = web()
    assert client.query(server.on("/", answer(200, packed, Content_Encoding="gzip")), {}, "xml") == ATOM
    assert client.bytes_received == len(packed)


def test_one_connection_serves_several_requests(server, web):
    client = web()
    accepted = []
    genuine = server.get_request
    server.get_request = lambda: accepted.append(1) or genuine()
    for _ in range(3):
        client.query(server.on("/", answer(200, ATOM)), {}, "xml")
    assert len(accepted) == 1


# --- tried again, or not


@pytest.mark.parametrize(
    "first",
    [
        short(PDF[:50], len(PDF)),
        reset(PDF[:50], len(PDF)),
        broken_chunks(PDF[:50]),
        hang_up,
        answer(200, b"no gzip", Content_Encoding="gzip"),
        *(answer(status) for status in (429, 500, 502, 503, 504)),
    ],
)
def test_what_broke_is_tried_again_and_nothing_of_it_is_stored(server, web, into, first):
    client = web()
    got = client.download(server.on("/a.pdf", first, answer(200, PDF)), "pdf", into)
    assert got.path.read_bytes() == PDF
    assert files(into) == [got.path]
    assert server.count("/a.pdf") == client.requests_sent == 2


@pytest.mark.parametrize(
    "always", [short(PDF[:50], len(PDF)), reset(PDF[:50], len(PDF)), hang_up, answer(500), answer(503)]
)
def test_what_stays_broken_is_unreachable_after_so_many_attempts(server, web, into, always):
    with pytest.raises(Unreachable, match=r"nothing came from 127\.0\.0\.1.*: .*\(3 attempts\)"):
        web(attempts=3).download(server.on("/a.pdf", always), "pdf", into)
    assert server.count("/a.pdf") == 3
    assert files(into) == []


@pytest.mark.parametrize(
    ("status", "words"), [(404, "404"), (410, "410 Gone"), (403, "403"), (400, "400"), (413, "413"), (501, "501")]
)
def test_other_statuses_are_refused_at_once_in_words(server, web, into, status, words):
    url = server.on("/a.pdf", answer(status, b"<html><title>Sorry, no</title></html>", Retry_After=1))
    with pytest.raises(Refused, match=rf"HTTP {words}.*Sorry, no"):
        web().download(url, "pdf", into)
    assert server.count("/a.pdf") == 1


def test_pauses_between_attempts_grow_and_vary(server, web, clock):
    with pytest.raises(Unreachable):
        web(attempts=4, backoff_seconds=1.0).query(server.on("/", answer(500)), {}, "xml")
    second, third = [s for s in clock.slept if s > 0]
    assert 2 <= second <= 3 and 4 <= third <= 5 and second + third != 6


@pytest.mark.parametrize("form", [lambda clock: "7", lambda clock: formatdate(clock.now + 7, usegmt=True)])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(server, web, clock, form, status):
    url = server.on("/", answer(status, Retry_After=form(clock)), answer(200, ATOM))
    assert web().query(url, {}, "xml") == ATOM
    assert 5 < sum(clock.slept) < 8


def test_a_host_that_asks_for_long_rest_gets_it_in_this_run_and_the_next(server, web, clock):
    url = server.on("/", answer(503, Retry_After=3600), answer(200, ATOM))
    for _ in range(2):
        with pytest.raises(Unreachable, match=r"asked to be left alone until 20.*HTTP 503.*run again"):
            web().query(url, {}, "xml")
    assert server.count("/") == 1 and sum(clock.slept) == 0
    clock.now += 3601
    assert web().query(url, {}, "xml") == ATOM


def test_a_retry_after_that_is_nonsense_is_as_none(server, web):
    assert web().query(server.on("/", answer(503, Retry_After="soon"), answer(200, ATOM)), {}, "xml") == ATOM


# --- bounds of time


@pytest.mark.parametrize(
    "slow", [drip(), drip(Connection="close"), drip(Transfer_Encoding="chunked"), drip_headers(), silence(30)]
)
def test_whatever_drips_ends_in_time(server, web, into, slow):
    client = web(total_seconds=0.5)
    started = time.monotonic()
    with pytest.raises(Unreachable, match=r"no end after 0\.5 s|silence"):
        client.download(server.on("/a.pdf", slow), "pdf", into)
    assert time.monotonic() - started < 2
    assert files(into) == []


def test_silence_is_asked_twice_and_no_more(server, web):
    started = time.monotonic()
    with pytest.raises(Unreachable, match=r"silence \(2 attempts\)"):
        web(read_seconds=0.2).query(server.on("/", silence(30)), {}, "xml")
    assert time.monotonic() - started < 2
    assert server.count("/") == 2


# --- bounds of size


def test_a_body_announced_too_large_is_not_read(server, web, into):
    def huge(handler):
        handler.start(200, Content_Length=2 * 2**30)
        handler.wfile.write(PDF)

    client = web()
    with pytest.raises(Refused, match="2048 MiB are announced"):
        client.download(server.on("/a.pdf", huge), "pdf", into)
    assert server.count("/a.pdf") == 1 and client.bytes_received == 0
    assert files(into) == []


def test_a_body_without_length_is_cut_at_the_cap(server, web, into):
    endless = Endless()
    with pytest.raises(Refused, match="more than 1 MiB came"):
        web().download(server.on("/a.pdf", endless), "pdf", into, max_bytes=2**20)
    assert endless.sent < 2**24  # what buffers on the way hold, and no more
    assert files(into) == []


def test_the_cap_is_exact(server, web, into):
    url = server.on("/a.pdf", answer(200, PDF))
    assert web().download(url, "pdf", into, max_bytes=len(PDF)).size_bytes == len(PDF)
    with pytest.raises(Refused):
        web().download(url, "pdf", into, max_bytes=len(PDF) - 1)


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_a_gzip_bomb_is_refused_without_being_unpacked(server, web, into, encoding):
    bomb = gzip.compress(b"%PDF-" + bytes(200 * 2**20), 1)
    if "," in encoding:
        bomb = gzip.compress(bomb)
    before = rusage.getrusage(rusage.RUSAGE_SELF).ru_maxrss
    client = web()
    with pytest.raises(Refused, match="more than 1 MiB came"):
        client.download(server.on("/a.pdf", answer(200, bomb, Content_Encoding=encoding)), "pdf", into, max_bytes=2**20)
    assert rusage.getrusage(rusage.RUSAGE_SELF).ru_maxrss - before < 50 * 2**10  # KiB
    assert server.count("/a.pdf") == 1 and files(into) == []


# --- what is not what it should be


@pytest.mark.parametrize("kind", ["pdf", "csv", "xml", "gzip", "zip", "parquet", "json"])
def test_an_error_page_is_refused_and_quoted(server, web, into, kind):
    page = b"<!DOCTYPE html>\n<html><head><title>Down for\n maintenance</title></head>" + b" " * 5000
    with pytest.raises(Refused, match=f"an HTML page came instead of {kind}: “Down for maintenance”"):
        web().download(server.on("/a", answer(200, page, Content_Type="application/pdf")), kind, into)
    assert files(into) == []


def test_an_empty_body_is_refused(server, web):
    with pytest.raises(Refused, match="an empty body"):
        web().query(server.on("/", answer(200)), {}, "xml")


@pytest.mark.parametrize("status", [204, 206, 304])
def test_a_success_that_brings_no_whole_body_is_refused(server, web, status):
    with pytest.raises(Refused, match=f"HTTP {status}"):
        web().query(server.on("/", answer(status)), {}, "xml")


# --- redirects


def test_redirects_are_followed_and_relative_ones_too(server, web, into):
    server.on("/b/c.pdf", answer(200, PDF))
    server.on("/b/", redirect("c.pdf#page=2", 307))
    client = web()
    assert client.download(server.on("/a", redirect(f"{server.url}/b/", 301)), "pdf", into).size_bytes == len(PDF)
    assert [s.path for s in server.seen] == ["/a", "/b/", "/b/c.pdf"] and client.requests_sent == 3


def test_a_loop_of_redirects_ends(server, web):
    with pytest.raises(Refused, match="more than 5 redirects"):
        web().query(server.on("/", redirect("/")), {}, "xml")
    assert server.count("/") == 6


def test_the_body_of_a_redirect_is_not_read(server, web):
    endless = Endless(status=302, headers={"Location": "/there"})
    server.on("/there", answer(200, ATOM))
    assert web().query(server.on("/", endless), {}, "xml") == ATOM
    assert endless.sent < 2**24


PRIVATE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://2852039166/",
    "http://0xa9.0xfe.0xa9.0xfe/",
    "http://0251.0376.0251.0376/",
    "http://10.0.0.1/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[fe80::1]/",
    "http://127.1/",
    "http://localhost/",
    "http://224.0.0.1/",
    "http://192.0.0.192/",
    "http://[::127.0.0.1]/",
    "http://[fec0::1]/",
    "http://[64:ff9b:1::a00:1]/",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_no_redirect_leads_to_a_private_address(server, web, address):
    started = time.monotonic()
    with pytest.raises(Refused, match=r"http://127\.0\.0\.1.* leads to .* not public"):
        web().query(server.on("/", redirect(address)), {}, "xml")
    with pytest.raises(Refused, match="not public"):
        web().query(address, {}, "xml")
    assert time.monotonic() - started < 1 and server.count("/") == 1


@pytest.mark.parametrize("address", [a for a in PRIVATE if "localhost" not in a])
def test_behind_a_proxy_written_private_addresses_are_refused_all_the_same(server, web, monkeypatch, address):
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(Refused, match="not public"):
        web().query(address, {}, "xml")
    assert server.seen == []


def test_a_proxy_of_the_environment_is_used_and_resolves_names(server, web, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "")
    server.on("http://papers.invalid/api", answer(200, ATOM))
    assert web().query("http://papers.invalid/api", {}, "xml") == ATOM


@pytest.mark.parametrize(
    ("proxy", "error"), [("http://127.0.0.1:9", "Connection refused"), ("http://proxy.invalid", "")]
)
def test_a_proxy_that_is_not_there_is_told_as_such(web, monkeypatch, proxy, error):
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(Unreachable) as told:
        web(attempts=1).query("https://papers.invalid/api", {}, "xml")
    assert "papers.invalid: no way through the proxy that HTTP_PROXY or HTTPS_PROXY names (" in str(told.value)
    assert error in str(told.value) and "_Guarded" not in str(told.value)


def resolver(monkeypatch, answers):
    """Names resolve to what is said, in turn; the last for ever."""
    genuine = socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        if host not in answers:
            return genuine(host, port, *args, **kwargs)
        ips = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_one_private_address_among_those_of_a_name_is_enough(server, web, monkeypatch):
    resolver(monkeypatch, {"evil.example": [["8.8.8.8", "127.0.0.1"]]})
    with pytest.raises(Refused, match=r"evil\.example is the address 127\.0\.0\.1"):
        web().query(f"http://evil.example:{server.server_port}/", {}, "xml")
    assert server.seen == []


def test_a_name_that_leads_elsewhere_after_it_was_checked_is_not_asked(server, web, monkeypatch):
    resolver(monkeypatch, {"evil.example": [["8.8.8.8"], ["127.0.0.1"]]})
    client = web()
    with pytest.raises(Refused, match=r"evil\.example:\d+ is the address 127\.0\.0\.1"):
        client.query(f"http://evil.example:{server.server_port}/", {}, "xml")
    assert server.seen == [] and client.requests_sent == 0


@pytest.mark.parametrize("named", ["mirror.example", "Mirror.example:{port}"])
def test_a_host_that_is_named_may_be_private(server, web, monkeypatch, named):
    resolver(monkeypatch, {"mirror.example": [["127.0.0.1"]]})
    server.on("/", answer(200, ATOM))
    client = web(allow_private=(named.format(port=server.server_port),))
    assert client.query(f"http://mirror.example:{server.server_port}/", {}, "xml") == ATOM
    with pytest.raises(Refused):
        client.query(f"http://127.0.0.1:{server.server_port}/", {}, "xml")


@pytest.mark.parametrize(
    "to", ["ftp://example.org/a", "file:///etc/passwd", "http://me:secret@example.org/", "http://["]
)
def test_only_web_addresses_are_followed(server, web, to):
    with pytest.raises(Refused, match="address") as caught:
        web().query(server.on("/", redirect(to)), {}, "xml")
    assert "secret" not in str(caught.value)


def test_a_redirect_from_https_to_http_is_refused():
    from tasks.http.client import _next, parse

    with pytest.raises(Refused, match="from https to http"):
        _next(parse("https://example.org/a"), "http://example.org/b")
    assert _next(parse("https://example.org/a"), "//other.example/b").geturl() == "https://other.example/b"


# --- hosts that are not there


def test_an_unknown_name_is_asked_about_once(web, monkeypatch):
    asked = []

    def resolve(host, *_, **__):
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    client = web()
    for _ in range(3):
        with pytest.raises(Unreachable, match="cannot be resolved"):
            client.query("http://gone.example/", {}, "xml")
    assert asked == ["gone.example"]


def test_a_host_that_refuses_connections_is_left_alone(web):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        client = web(breaker_failures=2)
        for words in (
            "nothing came from .*: no connection",
            "nothing came from",
            "left alone for the rest of this run: .*no c",
        ):
            with pytest.raises(Unreachable, match=words):
                client.query(url, {}, "xml")


def test_a_host_that_answers_in_between_is_not_left_alone(server, web):
    client = web(attempts=1)
    url = server.on("/", answer(503), answer(200, ATOM), answer(503), answer(200, ATOM))
    for _ in range(2):
        with pytest.raises(Unreachable):
            client.query(url, {}, "xml")
        assert client.query(url, {}, "xml") == ATOM


def test_a_storm_of_503_ends_after_two_calls_and_one_bad_page_does_not_close_a_host(server, web):
    client = web(attempts=2)
    for _ in range(5):
        with pytest.raises(Unreachable):
            client.query(server.on("/storm", answer(503)), {}, "xml")
    assert server.count("/storm") == 4
    client = web(attempts=2)
    for _ in range(5):
        with pytest.raises(Unreachable):
            client.query(server.on("/page", answer(500)), {}, "xml")
    assert server.count("/page") == 10


def test_offline_nothing_is_sent(server, web, into):
    client = web(offline=True)
    for ask in (
        lambda: client.query(server.url, {}, "xml"),
        lambda: client.download(server.url, "pdf", into),
        lambda: client.resource(server.url, "csv"),
    ):
        with pytest.raises(Unreachable, match="this run is offline"):
            ask()
    assert server.seen == []


@pytest.mark.parametrize("agent", ["", "two\nlines", "Café"])
def test_a_user_agent_that_no_header_can_hold_is_an_error_of_configuration(web, agent):
    with pytest.raises(ValueError, match="user agent"):
        web(user_agent=agent)


# --- turns


def test_requests_to_a_host_start_an_interval_apart(server, web, clock):
    client = web(interval_seconds=2.0)
    url = server.on("/", answer(200, ATOM))
    for _ in range(3):
        client.query(url, {}, "xml")
    assert clock.slept == [2.0, 2.0]
    web(interval_seconds=2.0).query(url, {}, "xml")  # another run, a moment later
    assert clock.slept == [2.0, 2.0, 2.0]


def test_a_host_of_its_own_terms_has_its_own_interval_and_retries_wait_for_it_too(server, web, clock):
    client = web(host_intervals=(("127.0.0.1", 3.0),), interval_seconds=1.0)
    client.query(server.on("/", answer(500), answer(200, ATOM)), {}, "xml")
    assert [s for s in clock.slept if s] == [3.0]


def test_a_clock_set_back_and_a_torn_state_file_cost_one_interval(server, web, clock, tmp_path):
    client = web(interval_seconds=2.0)
    url = server.on("/", answer(200, ATOM))
    client.query(url, {}, "xml")
    clock.now -= 86400
    client.query(url, {}, "xml")
    (state,) = (tmp_path / "web" / "hosts").iterdir()
    state.write_text('{"last_sta')
    client.query(url, {}, "xml")
    assert clock.slept == [2.0, 2.0]


CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from tasks.http.client import HttpClient
from tests.unit.test_http_client import LIMITS
with HttpClient(Path(sys.argv[1]), replace(LIMITS, interval_seconds=0.3)) as client:
    for _ in range(3):
        client.query(sys.argv[2], {}, "xml")
"""


@pytest.mark.slow
def test_two_processes_share_the_turns(server, tmp_path):
    inside, most = [], []

    def slowly(handler):
        inside.append(handler)
        most.append(len(inside))
        time.sleep(0.1)
        inside.remove(handler)
        answer(200, ATOM)(handler)

    command = [sys.executable, "-c", CHILD, str(tmp_path), server.on("/", slowly)]
    children = [subprocess.Popen(command) for _ in range(2)]
    assert [child.wait(30) for child in children] == [0, 0]
    starts = [seen.at for seen in server.seen]
    assert len(starts) == 6 and max(most) == 1
    assert min(b - a for a, b in pairwise(starts)) > 0.2  # 0.3 but for the way to the server


# --- robots.txt


def test_robots_are_asked_once_and_obeyed(server, web, into):
    server.on("/robots.txt", answer(200, b"User-agent: *\nDisallow: /private\n\nUser-agent: other\nDisallow: /"))
    url = server.on("/a.pdf", answer(200, PDF))
    client = web(obey_robots=True)
    client.download(url, "pdf", into)
    client.download(url, "pdf", into)
    with pytest.raises(Refused, match=r"robots\.txt of 127.* /private/b\.pdf alone"):
        client.download(server.on("/private/b.pdf", answer(200, PDF)), "pdf", into)
    with pytest.raises(Refused):
        client.resource(server.on("/private/c.csv", answer(200, b"a,b")), "csv")
    assert client.query(server.on("/private/api", answer(200, ATOM)), {}, "xml") == ATOM
    assert server.count("/robots.txt") == 1 and server.count("/private/b.pdf") == 0


def test_robots_know_us_by_the_product_in_the_user_agent(server, web, into):
    server.on("/robots.txt", answer(200, b"User-agent: diminishing-returns\nDisallow: /"))
    with pytest.raises(Refused, match="robots"):
        web(obey_robots=True).download(server.on("/a.pdf", answer(200, PDF)), "pdf", into)


def test_a_host_that_is_exempt_from_robots_is_not_asked_about_them(server, web, into):
    server.on("/robots.txt", answer(200, b"User-agent: *\nDisallow: /"))
    client = web(obey_robots=True, robots_exempt=("127.0.0.1",))
    client.download(server.on("/a.pdf", answer(200, PDF)), "pdf", into)
    assert server.count("/robots.txt") == 0


@pytest.mark.parametrize("none", [answer(404), answer(403), answer(200), redirect("/robots.txt")])
def test_a_host_without_robots_lets_everything_be_had(server, web, into, none):
    server.on("/robots.txt", none)
    web(obey_robots=True).download(server.on("/a.pdf", answer(200, PDF)), "pdf", into)


def test_a_host_whose_robots_fail_is_unreachable(server, web, into):
    server.on("/robots.txt", answer(500))
    client = web(obey_robots=True, attempts=2)
    for _ in range(3):
        with pytest.raises(Unreachable, match=r"HTTP 500.*robots\.txt"):
            client.download(server.on("/a.pdf", answer(200, PDF)), "pdf", into)
    assert (server.count("/robots.txt"), server.count("/a.pdf")) == (2, 0)


@pytest.mark.parametrize(
    ("delay", "intervals", "slept"),
    [("7", (), 7.0), ("3600", (), 30.0), ("7", (("127.0.0.1", 3.0),), 3.0), ("x", (), 1.0)],
)
def test_a_crawl_delay_is_kept_where_the_terms_name_no_interval(server, web, into, clock, delay, intervals, slept):
    server.on("/robots.txt", answer(200, f"User-agent: *\nCrawl-delay: {delay}\nAllow: /".encode()))
    client = web(obey_robots=True, interval_seconds=1.0, host_intervals=intervals)
    client.download(server.on("/a.pdf", answer(200, PDF)), "pdf", into)
    assert clock.slept[-1] == slept
