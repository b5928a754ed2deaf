"""The file that a run works on: it and readers of the other are not in each other's way, and a kill loses nothing."""

import contextlib
import shutil
import subprocess
import sys

import duckdb
import pytest

from warehouse import working
from warehouse.connection import connect
from warehouse.working import WAREHOUSE, WarehouseUnusable, hand_over, open_working, show, take_up, working_file

HOLD = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reader")
if sys.argv[2] == "writer":
    con.execute("CREATE TABLE of_theirs (n INTEGER)")
before = con.execute("SELECT count(*) FROM t").fetchall()
print("held", flush=True)
sys.stdin.readline()
assert con.execute("SELECT count(*) FROM t").fetchall() == before
"""

KILLED = """
import duckdb, os, sys
con = duckdb.connect(sys.argv[1])
con.execute("INSERT INTO t VALUES (7)")
os._exit(9)
"""


@pytest.fixture
def home(tmp_path):
    """A home with a warehouse of one row."""
    write(tmp_path)
    return tmp_path


def write(home) -> None:
    """What a run does: another row."""
    take_up(home)
    with open_working(home) as con:
        con.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
    show(home)
    with open_working(home) as con:
        con.execute("INSERT INTO t SELECT count(*) FROM t")
    hand_over(home)


def read(home) -> int:
    with connect(home / WAREHOUSE, read_only=True) as con:
        return con.execute("SELECT count(*) FROM t").fetchall()[0][0]


@contextlib.contextmanager
def held(home, how: str):
    """The readers' file, held open by another process: a notebook, or DuckDB's own shell, which opens it to write."""
    command = [sys.executable, "-c", HOLD, str(home / WAREHOUSE), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("\n")
    assert process.returncode == 0


def files(home) -> list[str]:
    return sorted(p.name for p in home.iterdir())


def test_between_two_runs_there_is_one_file(home):
    assert files(home) == [WAREHOUSE]
    write(home)
    assert (read(home), files(home)) == (2, [WAREHOUSE])


@pytest.mark.parametrize("how", ["reader", "shell", "writer"])
def test_whoever_holds_the_readers_file_all_the_while_holds_up_nothing(home, how):
    with held(home, how):
        for n in (2, 3):
            write(home)
            assert read(home) == n
    write(home)
    assert read(home) == 4


def test_readers_meet_no_writer_and_see_what_a_run_shows(home):
    take_up(home)
    with open_working(home) as con:
        con.execute("INSERT INTO t VALUES (7)")
        assert read(home) == 1
    assert read(home) == 1
    show(home)
    assert read(home) == 2
    hand_over(home)
    assert read(home) == 2


def test_the_next_run_goes_on_with_what_a_killed_one_wrote(home):
    take_up(home)
    subprocess.run([sys.executable, "-c", KILLED, str(working_file(home))], check=False)
    assert len(files(home)) == 3  # the working file has a log
    assert read(home) == 1
    write(home)
    assert (read(home), files(home)) == (3, [WAREHOUSE])


def test_a_log_that_a_killed_writer_left_beside_the_readers_file_is_taken_up(home):
    subprocess.run([sys.executable, "-c", KILLED, str(home / WAREHOUSE)], check=False)
    assert len(files(home)) == 2
    write(home)
    assert (read(home), files(home)) == (3, [WAREHOUSE])


@pytest.mark.parametrize("copies", [0, 1])
def test_a_kill_while_the_working_file_is_made_leaves_none(home, monkeypatch, copies):
    (home / f"{WAREHOUSE}.wal").touch()
    genuine, done = shutil.copyfile, []

    def killed(source, target):
        if len(done) == copies:
            target.write_bytes(b"half")
            raise KeyboardInterrupt
        done.append(genuine(source, target))

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "copyfile", killed)
        take_up(home)
    assert not working_file(home).exists()
    write(home)
    assert (read(home), files(home)) == (2, [WAREHOUSE])


def test_a_kill_while_it_is_shown_leaves_readers_what_they_had(home, monkeypatch):
    take_up(home)
    with open_working(home) as con:
        con.execute("INSERT INTO t VALUES (7)")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(working.os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        show(home)
    assert read(home) == 1
    write(home)
    assert (read(home), files(home)) == (3, [WAREHOUSE])


def test_a_warehouse_that_was_deleted_is_made_anew_also_after_a_kill(home):
    take_up(home)
    (home / WAREHOUSE).unlink()
    write(home)
    assert (read(home), files(home)) == (1, [WAREHOUSE])


def test_a_working_file_that_could_not_be_closed_in_order_is_kept(home):
    take_up(home)
    with open_working(home) as con:
        con.execute("INSERT INTO t VALUES (7)")
        hand_over(home)  # with its log: the connection is open still
        assert (working_file(home).exists(), read(home)) == (True, 1)
    write(home)
    assert read(home) == 3


def damaged(content: bytes) -> list[bytes]:
    """What disks, people and other programs make of a database."""
    middle = len(content) // 2
    last_block = len(content) - 200_000
    changed = [content[:at] + b"\xff" * 64 + content[at + 64 :] for at in (0, 4100, 12300, last_block)]
    return [b"", b"no database" * 1000, content[:100], content[:middle], bytes(len(content)), *changed]


def fill(home) -> None:
    """A table whose blocks are not read when the file is opened."""
    with connect(home / WAREHOUSE) as con:
        con.execute("CREATE TABLE filled AS SELECT range AS n, sha256(range::VARCHAR) AS word FROM range(20000)")


@pytest.mark.parametrize("way", range(9))
def test_a_damaged_warehouse_is_set_aside_and_the_next_run_begins_with_an_empty_one(home, caplog, way):
    fill(home)
    content = damaged((home / WAREHOUSE).read_bytes())[way]
    (home / WAREHOUSE).write_bytes(content)
    write(home)
    assert (read(home), files(home)) == (1, [WAREHOUSE, f"{WAREHOUSE}.damaged"])
    assert (home / f"{WAREHOUSE}.damaged").read_bytes() == content
    (line,) = caplog.messages
    assert f"{WAREHOUSE} is damaged (" in line and "\n" not in line
    write(home)
    assert (read(home), len(caplog.messages)) == (2, 1)


@pytest.mark.parametrize("way", range(9))
def test_a_damaged_working_file_is_set_aside_and_the_run_begins_with_the_readers_file(home, caplog, way):
    fill(home)
    working_file(home).write_bytes(damaged((home / WAREHOUSE).read_bytes())[way])
    write(home)
    assert (read(home), files(home)) == (2, [".working.duckdb.damaged", WAREHOUSE])
    assert len(caplog.messages) == 1


def test_a_damaged_log_is_set_aside_and_what_was_written_before_it_stands(home, caplog):
    log = home / f"{WAREHOUSE}.wal"
    subprocess.run([sys.executable, "-c", KILLED, str(home / WAREHOUSE)], check=False)
    log.write_bytes(log.read_bytes()[:20] + b"\xff" * 200)
    write(home)
    assert (read(home), files(home)) == (2, [WAREHOUSE, f"{WAREHOUSE}.wal.damaged"])
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("error", ["Could not set lock on file", "Cannot open file", "No space left on device"])
def test_a_working_file_that_cannot_be_opened_is_not_damaged_and_says_what_to_do(home, monkeypatch, error):
    def fail(*_, **__):
        raise duckdb.IOException(f"IO Error: {error}\n{working_file(home)}")

    shutil.copy(home / WAREHOUSE, working_file(home))
    with monkeypatch.context() as patch:
        patch.setattr(working, "connect", fail)
        take_up(home)
        with pytest.raises(WarehouseUnusable, match="delete it") as told, open_working(home):
            pass
    assert "\n" not in str(told.value)
    write(home)
    assert (read(home), files(home)) == (2, [WAREHOUSE])


def test_a_working_file_that_is_gone_is_not_made_empty(home):
    with pytest.raises(WarehouseUnusable, match="gone"), open_working(home):
        pass
    assert files(home) == [WAREHOUSE]
