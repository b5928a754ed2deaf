"""A copy of a home in one file, and the copy put back.

The file is a tar archive of the home folder with `BACKUP.json` in front: the SHA-256 of every file, and what each link
points to. It appears under its name whole or not at all; a restored home appears whole or not at all as well.
"""

import json
import shutil
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from schemas.errors import OperatorError
from tasks.operate.form import LOCK
from tasks.storage.store import atomic_write, read_json, sha256_of

LIST = "BACKUP.json"


class BackupRefused(OperatorError):
    """A copy cannot be made or put back; the message says why, and what to do."""


@dataclass(frozen=True)
class BackedUp:
    """A copy of a home: how many files it holds, and their size."""

    file: Path
    files: int
    size_bytes: int


def backup(home: Path, target: Path) -> BackedUp:
    """Write the home into the file `target`, which the caller sees to it that nobody writes to meanwhile.

    Raises:
        BackupRefused: the home holds nothing, or the file is there already, would lie in the home or in no folder.
        OSError: something cannot be read or written.
    """
    if target.exists():
        raise BackupRefused(f"{target} is there already: name another file")
    if not target.parent.is_dir():
        raise BackupRefused(f"{target.parent} is not there: is its disk mounted?")
    if target.resolve().is_relative_to(home.resolve()):
        raise BackupRefused(f"{target} lies in the home {home} itself: name a file elsewhere")
    paths = _contents(home)
    if not paths:
        raise BackupRefused(f"{home} holds nothing to keep")
    links = {_name(home, p): str(p.readlink()) for p in paths if p.is_symlink()}
    hashes = {_name(home, p): sha256_of(p) for p in paths if not p.is_symlink()}
    listed = json.dumps({"files": hashes, "links": links}, ensure_ascii=False, indent=1).encode()
    with atomic_write(target) as out, tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        front = tarfile.TarInfo(LIST)
        front.size = len(listed)
        tar.addfile(front, BytesIO(listed))
        for path in paths:
            tar.add(path, _name(home, path), recursive=False)
    return BackedUp(target, len(hashes), target.stat().st_size)


def restore(source: Path, home: Path) -> BackedUp:
    """Put a copy back into a home that is not there or empty; every file is compared with its hash before it counts.

    Raises:
        BackupRefused: the home holds something, or the file is no whole backup.
        OSError: something cannot be read or written.
    """
    if home.exists() and _contents(home):
        raise BackupRefused(f"{home} holds something already: restore into an empty home")
    building = home.with_name(f".{home.name}.restored")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        with tarfile.open(source) as tar:
            tar.extractall(building, filter="data")
            for member in tar:
                if member.isfile():  # the filter lets the owner write to what is read-only in a release
                    (building / member.name).chmod(member.mode & 0o777)
        listed = read_json(building / LIST)
        _compare(building, listed["files"], listed["links"])
        (building / LIST).unlink()
        shutil.rmtree(home, ignore_errors=True)
        building.rename(home)
    except (tarfile.TarError, FileNotFoundError, KeyError, TypeError, ValueError) as error:
        raise BackupRefused(f"{source} is no whole backup ({' '.join(str(error).split())}): name another") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return BackedUp(source, len(listed["files"]), source.stat().st_size)


def _contents(home: Path) -> list[Path]:
    """Files and links below a home, in the order of their names."""
    return sorted(p for p in home.rglob("*") if (p.is_symlink() or p.is_file()) and p.name != LOCK)


def _name(home: Path, path: Path) -> str:
    return path.relative_to(home).as_posix()


def _compare(folder: Path, hashes: dict[str, str], links: dict[str, str]) -> None:
    present = {_name(folder, p) for p in _contents(folder)} - {LIST}
    if odd := sorted(present ^ {*hashes, *links}):
        raise ValueError(f"{odd[0]} is missing or not listed")
    for name, sha256 in hashes.items():
        if sha256_of(folder / PurePosixPath(name)) != sha256:
            raise ValueError(f"{name} has other bytes than were kept")
