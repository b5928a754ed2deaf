"""Homes in odd places, and odd machines around them: each is looked at by a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.load.runs import Run, put_load
from tasks.provenance.versions import ROOT
from warehouse.connection import connect, migrate
from warehouse.working import WAREHOUSE

ODD = "höme of 'Zoë' [a*] \"b\" {c} %d – 精度"
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN = ASCII | {"LC_ALL": "en_US.ISO-8859-1"}
FAR_EAST, WEST = {"TZ": "Pacific/Kiritimati"}, {"TZ": "America/New_York"}


@pytest.fixture
def home(tmp_path) -> Path:
    home = tmp_path / ODD
    home.mkdir()
    run = Run("nightly", {})
    run.end()
    with connect(home / WAREHOUSE) as con:
        migrate(con)
        put_load(con, run.row())
    return home


@pytest.mark.parametrize("around", [ASCII, LATIN, FAR_EAST, WEST], ids=["ascii", "latin", "east", "west"])
def test_a_home_is_found_and_read_the_same_wherever_it_lies(home, tmp_path, around):
    """Beside that: from another folder, and with a home directory of the user's that cannot be written."""
    away = tmp_path / "away"
    away.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": "/proc/nobody"} | around
    looked = subprocess.run(
        [sys.executable, "-m", "flows", "status", "--json", "--home", str(home)],
        cwd=away, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert looked.returncode == 0, looked.stderr
    told = json.loads(looked.stdout)
    assert (told["home"], told["last_night"]["outcome"]) == (str(home), "completed")
    with connect(home / WAREHOUSE, read_only=True) as con:
        ((started,),) = con.execute("SELECT started_at FROM raw_loads").fetchall()
    assert told["last_night"]["started_at"] == started.isoformat()
    assert list(away.iterdir()) == []
