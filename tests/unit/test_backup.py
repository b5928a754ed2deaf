"""A home copied into a file and put back: the same bytes, links and modes, or nothing at all."""

import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tasks.operate.backup import LIST, BackupRefused, backup, restore

RUNNER = CliRunner()


@pytest.fixture
def home(tmp_path) -> Path:
    place = tmp_path / "it's ä home"
    release = place / "releases" / "2026-11-29"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text("{}")
    (release / "manifest.json").chmod(0o444)
    (place / "releases" / "latest").symlink_to("2026-11-29", target_is_directory=True)
    (place / "documents" / "ab").mkdir(parents=True)
    (place / "documents" / "ab" / "ab–ü.bin").write_bytes(b"\0" * 5000)
    (place / "forecasts.jsonl").write_text('{"forecast_id": "x"}\n')
    (place / ".lock").write_text("7")
    return place


def everything(home: Path) -> dict[str, object]:
    found = (p for p in home.rglob("*") if p.name != ".lock" and not (p.is_dir() and not p.is_symlink()))
    return {
        p.relative_to(home).as_posix(): str(p.readlink()) if p.is_symlink() else (p.read_bytes(), p.stat().st_mode)
        for p in found
    }


def test_what_comes_back_is_what_was_kept(home, tmp_path):
    kept = backup(home, tmp_path / "kept.tar")
    assert kept.files == 3
    restore(kept.file, tmp_path / "new" / "home")
    assert everything(tmp_path / "new" / "home") == everything(home)
    assert (tmp_path / "new" / "home" / "releases" / "latest" / "manifest.json").exists()


def test_a_home_that_holds_something_is_never_written_over(home, tmp_path):
    kept = backup(home, tmp_path / "kept.tar").file
    before = everything(home)
    with pytest.raises(BackupRefused, match="empty home"):
        restore(kept, home)
    assert everything(home) == before


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:6000])


def _changed(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"forecast_id": "x"', b'"forecast_id": "y"'))


def _no_backup(file: Path) -> None:
    file.write_bytes(b"something else")


def _without_a_list(file: Path) -> None:
    with tarfile.open(file, "w"):
        pass


def _listing(content: bytes) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with tarfile.open(file, "w") as tar:
            front = tarfile.TarInfo(LIST)
            front.size = len(content)
            tar.addfile(front, BytesIO(content))

    return write


_LISTS = (b"", b"[1]", b"5", b'{"files": 5, "links": 3}', b'{"files": {"a": 1}, "links": {}}', b"[" * 200_000)


@pytest.mark.parametrize("damage", [_cut, _changed, _no_backup, _without_a_list, *map(_listing, _LISTS)])
def test_a_damaged_backup_leaves_nothing_behind(home, tmp_path, damage):
    kept = backup(home, tmp_path / "kept.tar").file
    damage(kept)
    with pytest.raises(BackupRefused, match="no whole backup"):
        restore(kept, tmp_path / "new")
    assert [p.name for p in tmp_path.iterdir() if "new" in p.name] == []


def test_a_member_that_leads_out_of_the_home_is_refused(tmp_path):
    evil = tmp_path / "evil.tar"
    (tmp_path / "x").write_text("x")
    with tarfile.open(evil, "w") as tar:
        tar.add(tmp_path / "x", "../outside")
    with pytest.raises(BackupRefused):
        restore(evil, tmp_path / "deep" / "new")
    assert not (tmp_path / "deep" / "outside").exists()


@pytest.mark.parametrize("place", ["kept.tar", "home"])
def test_a_file_that_is_there_or_lies_in_the_home_is_refused(home, tmp_path, place):
    target = home / "kept.tar" if place == "home" else tmp_path / place
    if place != "home":
        target.write_text("")
    with pytest.raises(BackupRefused):
        backup(home, target)
    assert not target.exists() or target.read_text() == ""


def test_a_folder_that_is_not_there_is_not_made(home, tmp_path):
    """Else a copy lies on the disk of the home where that for copies is not mounted."""
    with pytest.raises(BackupRefused, match="mounted"):
        backup(home, tmp_path / "backups" / "kept.tar")
    assert not (tmp_path / "backups").exists()


def test_the_verbs_copy_and_put_back_and_refuse_in_one_line(home, tmp_path):
    kept = str(tmp_path / "kept.tar")
    assert "3 files" in RUNNER.invoke(app, ["backup", kept, "--home", str(home)]).output
    refused = RUNNER.invoke(app, ["restore", kept, "--home", str(home)])
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert RUNNER.invoke(app, ["restore", kept, "--home", str(tmp_path / "new")]).exit_code == 0
    assert everything(tmp_path / "new") == everything(home)
