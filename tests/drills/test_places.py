"""Homes in odd places, and odd machines around them: each is looked at by a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
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
AS_ANOTHER_USER = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
READS_ALL = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]  # Python may lie in root's home


@pytest.fixture
def home(request) -> Iterator[Path]:
    """A home that all may read, with a night that ended well; by a clock that was set back meanwhile, days ahead."""
    with tempfile.TemporaryDirectory() as folder:  # those of pytest are one user's
        Path(folder).chmod(0o755)
        yield home_in(Path(folder), timedelta(days=getattr(request, "param", 0)))


def home_in(folder: Path, ahead: timedelta) -> Path:
    home = folder / ODD
    home.mkdir()
    run = Run("nightly", {})
    run.started_at += ahead
    run.end()
    if run.finished_at:
        run.finished_at += ahead
    with connect(home / WAREHOUSE) as con:
        migrate(con)
        put_load(con, run.row())
    return home


@pytest.mark.parametrize(
    ("home", "around"),
    [(0, ASCII), (0, LATIN), (3, FAR_EAST), (0, WEST)],
    ids=["ascii", "latin", "east, clock set back", "west"],
    indirect=["home"],
)
def test_a_home_is_found_and_read_the_same_wherever_it_lies(home, tmp_path, around):
    """Beside that: from another folder, and with a home directory of the user's that cannot be written."""
    look(home, tmp_path, around)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become another user")
def test_a_user_who_may_only_read_a_home_reads_the_same(home, tmp_path):
    look(home, tmp_path, {}, [*AS_ANOTHER_USER, *READS_ALL])


def look(home: Path, folder: Path, around: dict[str, str], become: Sequence[str] = ()) -> None:
    """See what `status` tells of a home, from a folder beside it."""
    away = folder / "away"
    away.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": "/proc/nobody"} | around
    looked = subprocess.run(
        [*become, sys.executable, "-m", "flows", "status", "--json", "--home", str(home)],
        cwd=away, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (looked.returncode, looked.stderr) == (0, "")
    told = json.loads(looked.stdout)
    assert (told["home"], told["last_night"]["outcome"]) == (str(home), "completed")
    with connect(home / WAREHOUSE, read_only=True) as con:
        ((started,),) = con.execute("SELECT started_at FROM raw_loads").fetchall()
    assert told["last_night"]["started_at"] == started.isoformat()
    assert list(away.iterdir()) == []
