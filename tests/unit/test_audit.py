"""The audit of the lock: what is known is told, and who could not be asked as well."""

import json
import re
import subprocess

import pytest

from tasks.provenance.versions import ROOT
from tools import audit

LOCK = ROOT / "requirements.lock"
SOUND = {"name": "six", "version": "1.17.0", "vulns": []}
UNSOUND = {"name": "jinja2", "version": "3.1.5", "vulns": [{"id": "CVE-2025-27516", "fix_versions": ["3.1.6"]}]}
UNKNOWN = {"name": "numpy", "skip_reason": "Dependency not found"}


def answering(monkeypatch: pytest.MonkeyPatch, code: int, output: str, error: str = "") -> None:
    monkeypatch.setattr(
        audit.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, code, output, error)
    )


@pytest.mark.parametrize(
    ("packages", "code", "told"),
    [
        ([SOUND, UNKNOWN], 0, "1 of 2 packages audited, 0 vulnerabilities known"),
        ([SOUND, UNSOUND], 1, "jinja2 3.1.5: CVE-2025-27516, mended in 3.1.6"),
        ([UNKNOWN, UNKNOWN], 0, "was not audited: the registry that was asked has no advisories"),
    ],
)
def test_what_is_known_of_the_lock_is_told(packages, code, told, monkeypatch, capsys):
    answering(monkeypatch, code, json.dumps({"dependencies": packages, "fixes": []}))
    assert audit.main() == code
    assert told in capsys.readouterr().out


def test_without_an_answer_the_reason_is_told(monkeypatch, capsys):
    answering(monkeypatch, 1, "", "Traceback (most recent call last):\n  …\nConnectionError: refused\n")
    assert audit.main() == 0
    assert capsys.readouterr().out == "requirements.lock was not audited: ConnectionError: refused\n"


@pytest.mark.slow
def test_pip_audit_understands_the_lock():
    asked = subprocess.run([*audit.command(LOCK), "--dry-run"], capture_output=True, text=True, timeout=60, check=False)
    assert asked.returncode == 0, asked.stderr
    assert re.search(r"would have audited (\d{3}) packages", asked.stderr), asked.stderr
