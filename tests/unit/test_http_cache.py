"""HttpCache files: asked for only if they changed, and whatever happens a good copy stays with what belongs to it."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.http import Refused, Unreachable
from tasks.http import cache as module
from tasks.http.cache import LEFTOVER_SECONDS, HttpCache, sweep, temporary
from tasks.http.client import HttpClient
from tasks.wording import words as sentence
from tests.misbehaving import Endless, answer, drip, hang_up, misbehaving, redirect, short, validated
from tests.unit.test_http_client import LIMITS

OLD, NEW = b"model,flop\nA,1\n", b"model,flop\nA,2\n"
MODIFIED = "Thu, 26 Nov 2026 10:00:00 GMT"


@pytest.fixture
def server():
    with misbehaving() as running:
        yield running


@pytest.fixture
def web(tmp_path):
    """A maker of clients, one for each night."""
    return lambda offline=False, **limits: HttpClient(tmp_path / "web", replace(LIMITS, **limits), offline)


def kept_files(tmp_path: Path) -> list[str]:
    return sorted(p.suffix for p in (tmp_path / "web" / "kept").rglob("*") if p.is_file())


@pytest.mark.parametrize(
    "validators", [{"etag": '"a1"'}, {"modified": MODIFIED}, {"etag": 'W/"a"', "modified": MODIFIED}]
)
def test_the_second_night_brings_no_body(server, web, validators):
    url = server.on("/a.csv", validated(OLD, **validators))
    first = web().resource(url, "csv")
    assert (first.read_bytes(), first.is_new, first.stale, first.http_status, first.url) == (OLD, True, None, 200, url)
    night = web()
    second = night.resource(url, "csv")
    assert (night.requests_sent, night.bytes_received) == (1, 0)
    assert second == replace(first, is_new=False)


def test_the_same_bytes_again_are_not_new(server, web):
    url = server.on("/a.csv", answer(200, OLD))
    first = web().resource(url, "csv")
    assert web().resource(url, "csv") == replace(first, is_new=False)


def test_other_bytes_are_new_and_only_two_are_kept(server, web, tmp_path):
    versions = [f"model,flop\nA,{n}\n".encode() for n in range(4)]
    url = server.on("/a.csv", *(validated(v, etag=f'"{i}"') for i, v in enumerate(versions)))
    copies = [web().resource(url, "csv") for _ in versions]
    assert [c.is_new for c in copies] == [True] * 4
    assert [c.path.exists() for c in copies] == [False, False, True, True]
    assert copies[-1].read_bytes() == versions[-1]
    assert kept_files(tmp_path) == [".bin", ".bin", ".json"]
    web().resource(url, "csv")
    assert server.seen[-1].headers["If-None-Match"] == '"3"'


def test_the_record_tells_all_that_is_known(server, web, tmp_path):
    web().resource(server.on("/a.csv", validated(OLD, '"a1"', MODIFIED)), "csv")
    (path,) = (tmp_path / "web" / "kept").glob("*/record.json")
    record = json.loads(path.read_text())
    assert record["fetched_at"] == record["checked_at"]
    assert {k: v for k, v in record.items() if not k.endswith("_at")} == {
        "url": f"{server.url}/a.csv",
        "sha256": record["sha256"],
        "size": len(OLD),
        "media_type": "text/csv",
        "etag": '"a1"',
        "last_modified": MODIFIED,
        "http_status": 200,
        "previous_sha256": None,
    }


def test_a_frozen_copy_is_never_asked_for_again(server, web):
    url = server.on("/dump.gz", answer(200, b"\x1f\x8b dump"))
    first = web().resource(url, "gzip", frozen=True)
    assert first.is_new
    for offline in (False, True):
        assert web(offline).resource(url, "gzip", frozen=True) == replace(first, is_new=False)
    assert server.count("/dump.gz") == 1


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (hang_up, "nothing came from"),
        (answer(503), "HTTP 503"),
        (answer(404), "HTTP 404"),
        (answer(200), "empty"),
        (answer(200, b"<html><title>Just a moment...</title>"), "Just a moment..."),
        (short(NEW, 100), "nothing came from"),
        (drip(Content_Length=10**6), "no end after 0.3 s"),
        (Endless(start=NEW), "more than"),
        (redirect("http://169.254.169.254/"), "not public"),
        (redirect("/a.csv"), "redirects"),
    ],
)
def test_the_last_good_copy_stands_in_and_says_why(server, web, tmp_path, bad, words):
    url = server.on("/a.csv", validated(OLD, '"a1"'), bad, validated(OLD, '"a1"'))
    first = web().resource(url, "csv")
    server.routes["/a.csv"] = [bad]
    stale = web(attempts=2, max_bytes=2**20, total_seconds=0.3).resource(url, "csv")
    assert words in sentence(stale.stale)
    assert stale == replace(first, is_new=False, stale=stale.stale)
    assert kept_files(tmp_path) == [".bin", ".json"]
    server.routes["/a.csv"] = [validated(OLD, '"a1"')]
    assert web().resource(url, "csv") == replace(first, is_new=False)


def test_offline_the_kept_copy_stands_in(server, web):
    url = server.on("/a.csv", answer(200, OLD))
    web().resource(url, "csv")
    copy = web(offline=True).resource(url, "csv")
    assert (copy.read_bytes(), copy.is_new, copy.stale) == (OLD, False, Coded.of(HttpReason.OFFLINE))
    assert server.count("/a.csv") == 1


def test_without_a_copy_the_error_is_raised_and_nothing_is_left(server, web, tmp_path):
    for bad, error in ((answer(404), Refused), (hang_up, Unreachable)):
        with pytest.raises(error):
            web(attempts=1).resource(server.on("/a.csv", bad), "csv")
    assert kept_files(tmp_path) == []


@pytest.mark.parametrize(
    "damage",
    ["truncate", "other bytes", "folder", "no json", "other fields", "other types", "a list", "deep", "delete"],
)
def test_damaged_bytes_are_had_anew_and_not_confirmed(server, web, damage, caplog, tmp_path):
    url = server.on("/a.csv", validated(OLD, '"a1"'))
    copy = web().resource(url, "csv")
    record = copy.path.parent / "record.json"
    match damage:
        case "truncate":
            copy.path.write_bytes(OLD[:5])
        case "other bytes":  # as many: the host would confirm them every night
            copy.path.write_bytes(OLD[:-2] + b"7\n")
        case "folder":
            copy.path.unlink()
            copy.path.mkdir()
        case "delete":
            copy.path.unlink()
        case "no json":
            record.write_text('{"url"')
        case "other fields":
            record.write_text('{"uri": 1}')
        case "other types":
            record.write_text(json.dumps(json.loads(record.read_text()) | {"etag": 3}))
        case "a list":
            record.write_text("[1]")
        case "deep":
            record.write_text("[" * 100_000)
    again = web().resource(url, "csv")
    assert again.read_bytes() == OLD and again.stale is None
    assert "If-None-Match" not in server.seen[-1].headers
    aside = HttpCache(tmp_path / "web").damaged()
    assert len(caplog.messages) == len(aside) == (damage != "delete")
    assert web().resource(url, "csv").read_bytes() == OLD and "If-None-Match" in server.seen[-1].headers


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[1]", b'{"last_start": "now"}', b"[" * 100_000, None])
def test_a_damaged_record_of_a_host_is_told_and_holds_up_nothing(server, web, tmp_path, caplog, content):
    url = server.on("/a.csv", validated(OLD))
    web().resource(url, "csv")
    (path,) = (tmp_path / "web" / "hosts").glob("*.json")
    if content is None:
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(content)
    assert web().resource(url, "csv").read_bytes() == OLD
    (line,) = caplog.messages
    assert f"{path.name} is damaged" in line and "\n" not in line
    assert web().resource(url, "csv").read_bytes() == OLD and len(caplog.messages) == 1


class Kill(BaseException):
    pass


@pytest.mark.parametrize("step", ["bytes", "record", "after"])
def test_a_kill_at_any_step_leaves_a_validator_with_its_bytes(server, web, monkeypatch, step):
    url = server.on("/a.csv", validated(OLD, '"old"'))
    web().resource(url, "csv")
    server.on("/a.csv", validated(NEW, '"new"'))

    def kill(*_, **__):
        raise Kill

    with monkeypatch.context() as patch:
        match step:
            case "bytes":
                patch.setattr(module.HttpCache, "put", kill)
            case "record":
                patch.setattr(module, "atomic_write", kill)
            case "after":
                patch.setattr(module, "sweep", kill)
        with pytest.raises(Kill):
            web().resource(url, "csv")
    present = web(offline=True).resource(url, "csv")
    assert present.read_bytes() == (NEW if step == "after" else OLD)
    night = web().resource(url, "csv")
    assert night.read_bytes() == NEW and night.is_new == (step != "after")
    shown = server.seen[-1].headers["If-None-Match"]
    assert shown == ('"new"' if step == "after" else '"old"')


CHILD = """
import sys
from pathlib import Path
from tasks.http.client import HttpClient
from tests.unit.test_http_client import LIMITS
web = HttpClient(Path(sys.argv[1]), LIMITS)
web.resource(sys.argv[2], "csv") if sys.argv[3] == "resource" else web.download(sys.argv[2], "pdf", Path(sys.argv[4]))
"""


@pytest.mark.parametrize("way", ["resource", "download"])
def test_kill_9_in_mid_body_leaves_no_half_file_and_no_lock(server, web, tmp_path, way):
    slow = server.on("/slow", drip(0.01) if way == "download" else drip_csv)
    into = tmp_path / "into"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path / "web"), slow, way, str(into)])
    deadline = time.monotonic() + 20
    while not any(p.suffix == ".part" for p in tmp_path.rglob(".*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.1)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    left = [p for p in tmp_path.rglob("*") if p.is_file() and p.parent.name != "hosts"]
    assert [p.suffix for p in left] == [".part"] and left[0].name.startswith(".")
    server.on("/slow", answer(200, OLD))
    assert web().resource(slow, "csv").read_bytes() == OLD  # nobody holds the turn
    os.utime(left[0], (0, 0))
    sweep(left[0].parent)
    assert not left[0].exists()


def drip_csv(handler):
    handler.start(200, Content_Length=10**6)
    while True:
        handler.wfile.write(b"a,b\n")
        time.sleep(0.01)


def test_leftovers_of_a_kill_go_after_a_day_and_not_before(tmp_path):
    with temporary(tmp_path) as fresh, temporary(tmp_path) as old:
        pass
    os.utime(old.name, (time.time() - LEFTOVER_SECONDS - 1,) * 2)
    (tmp_path / "document.pdf").write_bytes(b"")
    os.utime(tmp_path / "document.pdf", (0, 0))
    sweep(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {Path(fresh.name).name, "document.pdf"}
