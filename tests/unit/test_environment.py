"""Nothing on this machine is asked through a proxy, by whatever library; everything else is."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import requests
from websockets.proxy import get_proxy
from websockets.uri import parse_uri

from flows.environment import spare_loopback

pytestmark = pytest.mark.slow  # each starts a process

DEAD = "http://127.0.0.1:9"


class Here(BaseHTTPRequestHandler):
    """Answers with what it was asked for: to a proxy that is a whole address."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(host: str) -> Iterator[str]:
    """A server at an address of this machine; yields its URL."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    served = type("Server", (ThreadingHTTPServer,), {"address_family": family, "daemon_threads": True})
    try:
        server = served((host, 0), Here)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(params=[str.upper, str.lower], ids=["upper case", "lower case"])
def behind(request, monkeypatch):
    """Put this process behind a proxy, as the environment says it in one case of letters or the other."""

    def put(proxy: str, **others: str) -> None:
        names = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
        for name in [n for n in os.environ if n.lower() in names]:
            monkeypatch.delenv(name)
        for name in ("NO_PROXY", "no_proxy"):  # what is written there is taken back after the test
            monkeypatch.setenv(name, "")
        for name, value in (dict.fromkeys(names[:3], proxy) | others).items():
            monkeypatch.setenv(request.param(name), value)

    return put


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.5", "::1"])
def test_loopback_is_asked_without_the_proxy(host, behind):
    behind(DEAD)
    with serving(host) as url:
        spare_loopback(url)
        assert requests.get(url, timeout=5).text == "/"
        assert httpx.get(url, timeout=5).text == "/"
        assert get_proxy(parse_uri(url.replace("http:", "ws:"))) is None


def test_all_else_is_asked_through_the_proxy(behind):
    with serving("127.0.0.1") as proxy:
        behind(proxy)
        spare_loopback("http://prefect.example:4200/api")
        for url in ("http://papers.example/", "http://prefect.example:4200/api"):
            assert requests.get(url, timeout=5).text == url
            assert httpx.get(url, timeout=5).text == url
            assert get_proxy(parse_uri(url.replace("http:", "ws:"))) == proxy


def test_what_the_operator_spared_stays_spared(behind):
    behind(DEAD, no_proxy="intranet.example, 127.0.0.1")
    spare_loopback()
    spare_loopback()
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "intranet.example,127.0.0.1,localhost,::1,127.0.0.0/8"
    behind(DEAD, no_proxy="*")
    spare_loopback()
    assert {os.environ["NO_PROXY"], os.environ["no_proxy"]} <= {"*", ""}
