"""Alerts: one message a run that needs a look, to every address, and no address in any log or refusal."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from flows import alerts
from flows.lock import holding
from flows.settings import Settings, SettingsError
from schemas.codes.operating import ProblemCode
from tasks.load.runs import Run
from tasks.operate.alerts import check_addresses, send
from tasks.operate.status import Problem
from tests.unit.test_settings import refusal

SECRET = "services-T0-secret"


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[dict]]]:
    """A server on this machine that answers with the status, and what it was sent."""
    heard: list[dict] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Ear)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/{SECRET}?:message=text", heard
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def problems(monkeypatch) -> list[Problem]:
    """What the status of the home says."""
    found: list[Problem] = []
    monkeypatch.setattr(alerts, "home_status", lambda *_: type("State", (), {"problems": found}))
    return found


def test_the_message_comes_once_with_its_subject_in_the_field_that_the_address_names():
    with listening() as (address, heard):
        assert send([address], "Subject", "waits: “ü”") == []
    assert [(m["title"], m["text"]) for m in heard] == [("Subject", "waits: “ü”")]


def test_a_mail_keeps_its_lines(monkeypatch):
    sent: list[str] = []

    class Post:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def sendmail(self, _from: str, _to: list[str], text: str) -> None:
            sent.append(text)

        def quit(self) -> None:
            pass

    monkeypatch.setattr("smtplib.SMTP", Post)
    assert send(["mailto://127.0.0.1:25?from=a@b.org&to=c@d.org&mode=insecure"], "Subject", "one\ntwo") == []
    parts = [
        part.get_content() for part in message_from_string(sent[0], policy=default).walk() if not part.is_multipart()
    ]
    assert parts[0].splitlines()[:2] == ["one", "two"]
    assert not parts[1:] or "one<br" in parts[1]


def test_an_address_that_cannot_be_is_known_by_its_form_and_told_by_its_number():
    check_addresses(["json://127.0.0.1/path", "mailto://mail.example.org?from=a@b.org&to=c@d.org"])
    with pytest.raises(ValueError, match="address 2 is none that apprise knows") as refused:
        check_addresses(["json://127.0.0.1/path", f"nonsense://{SECRET}"])
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("address", [f"json://127.0.0.1:9/{SECRET}", f"nonsense://{SECRET}", SECRET])
def test_a_failure_is_told_without_the_address(address, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        (failure,) = send([address], "x", "y")
    assert failure.startswith("alert address 1 ")
    assert SECRET not in failure + caplog.text + "".join(capfd.readouterr())


def a_night(home: Path, error: BaseException | None = None) -> None:
    with alerts.reported(home, Settings(), Run("nightly", {}, Counter({"documents read": 3}))):
        if error:
            raise error


def test_a_run_that_needs_no_look_tells_nobody_and_one_that_does_tells_once(problems, monkeypatch, tmp_path):
    with listening() as (address, heard):
        monkeypatch.setenv("DIMINISHING_ALERTS", json.dumps([address]))
        a_night(tmp_path)
        assert heard == []
        problems.append(Problem(ProblemCode.RELEASE_WAITS, "look"))
        with alerts.reported(tmp_path, Settings(), Run("nightly", {})), holding(tmp_path):
            a_night(tmp_path)
    assert [m["text"] for m in heard] == ["release_waits: look\nNew: nothing"]


def test_where_every_night_is_told_a_good_one_is_with_what_it_did(problems, monkeypatch, tmp_path):
    with listening() as (address, heard):
        monkeypatch.setenv("DIMINISHING_ALERTS", json.dumps([address]))
        monkeypatch.setenv("DIMINISHING_ALERT_EVERY_NIGHT", "true")
        a_night(tmp_path)
    assert [m["text"] for m in heard] == ["New: 3 documents read"]
    assert heard[0]["title"].startswith(f"{tmp_path.name}: nightly of ")
    assert heard[0]["title"].endswith("completed in 0:00:00")


def test_a_run_that_failed_is_told_and_fails_all_the_same_and_one_that_was_stopped_is_not(
    problems, monkeypatch, tmp_path
):
    with listening() as (address, heard):
        monkeypatch.setenv("DIMINISHING_ALERTS", json.dumps([address]))
        for error in (OSError("disk full"), KeyboardInterrupt()):
            with pytest.raises(type(error)):
                a_night(tmp_path, error)
    assert [m["text"] for m in heard] == ["OSError: disk full\nNew: 3 documents read"]


def test_an_address_that_does_not_answer_is_a_line_in_the_log_and_no_failure(problems, monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("DIMINISHING_ALERTS", json.dumps([f"json://127.0.0.1:9/{SECRET}"]))
    problems.append(Problem(ProblemCode.RELEASE_STALE, "old"))
    a_night(tmp_path)
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert SECRET not in caplog.text


@pytest.mark.parametrize("value", [f"mailto://{SECRET}", f'["{SECRET}", 7]', f'{{"a": "{SECRET}"}}'])
def test_neither_settings_nor_their_refusal_show_an_address(value, monkeypatch):
    monkeypatch.setenv("DIMINISHING_ALERTS", value)
    with pytest.raises(SettingsError):
        Settings()
    assert SECRET not in refusal()
    monkeypatch.setenv("DIMINISHING_ALERTS", json.dumps([SECRET]))
    assert SECRET not in f"{Settings()!r} {Settings().model_dump_json()}"
