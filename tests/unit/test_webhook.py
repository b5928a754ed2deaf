"""Word to the operator that a release waits: one POST, and a failure that is told without the address."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from flows import steps
from tasks.publish import webhook

pytestmark = pytest.mark.slow  # each publishes

SECRET = "services/T0/secret"


@contextmanager
def listening(status: int) -> Iterator[tuple[str, list[dict]]]:
    """A server on this machine that answers with the status, and what it was sent."""
    heard: list[dict] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Ear)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{SECRET}", heard
    finally:
        server.shutdown()
        server.server_close()


def test_the_message_comes_once_as_json():
    with listening(200) as (address, heard):
        assert webhook.send(address, "waits: “ü”") is None
    assert heard == [{"text": "waits: “ü”"}]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_none_is_told_and_not_followed(status):
    with listening(status) as (address, heard):
        assert webhook.send(address, "x") == f"HTTP {status}"
    assert len(heard) == 1


@pytest.mark.parametrize("address", [f"http://127.0.0.1:9/{SECRET}", f"nonsense://{SECRET}"])
def test_a_failure_is_words_without_the_address(address):
    failure = webhook.send(address, "x")
    assert failure and "secret" not in failure


def test_the_step_logs_one_line_and_goes_on(caplog):
    steps.tell_webhook.fn(f"http://127.0.0.1:9/{SECRET}", "x")
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert "secret" not in caplog.text
    caplog.clear()
    steps.tell_webhook.fn("", "x")
    assert caplog.records == []
