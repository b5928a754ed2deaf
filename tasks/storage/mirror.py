"""A copy of a home in a store that outlives its machine: a bucket of S3's kind or another folder, by fsspec.

    s3://bucket/prefix/documents/…, papers/…, readings/…, forecasts.jsonl   as in the home
    s3://bucket/prefix/releases/2026-11-23/…                                as in the home, its manifest written last
    s3://bucket/prefix/releases/latest                                      the name of the newest release

Nothing is ever deleted there. The working warehouse is not copied: a run makes it anew from these files.
"""

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import fsspec

from schemas.errors import OperatorError
from tasks.storage.store import atomic_write
from warehouse.aside import DAMAGED

READ = ("documents", "papers", "readings")
"""What a home holds of papers."""
PUBLISHED = ("releases", "forecasts.jsonl")
"""What it has told of them."""

_LATEST = "releases/latest"
_MANIFEST = "manifest.json"


class StoreFails(OperatorError):
    """The store cannot be reached, read or written."""


class Mirror:
    """The copy of a home at one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        try:
            folders = {"auto_mkdir": True} if fsspec.utils.get_protocol(address) == "file" else {}  # buckets have none
            self._files, root = fsspec.url_to_fs(address, **folders)
        except (ImportError, ValueError) as error:
            raise StoreFails(f"the store {address}: {error}") from error
        self._root = root.rstrip("/")

    def push(self, home: Path, parts: Iterable[str]) -> int:
        """Copy files of the home that the store has not, or has older; returns their number.

        Raises:
            StoreFails: the store cannot be read or written.
        """
        try:
            there = self._listed(parts)
            new = [p for p in _in_order(_kept(home, parts)) if _is_newer(home / p, there.get(p))]
            for path in new:
                self._files.put_file(str(home / path), self._at(path))
            if "releases" in parts and (home / _LATEST).exists():
                self._files.pipe_file(self._at(_LATEST), (home / _LATEST).resolve().name.encode())
        except Exception as error:  # each kind of store has errors of its own
            raise self._fails(error) from error
        return len(new)

    def pull(self, home: Path) -> int:
        """Copy what the store has into a home that has it not; returns the number of files.

        Raises:
            StoreFails: the store cannot be read.
        """
        try:
            there = self._listed((*READ, *PUBLISHED))
            absent = [p for p in _in_order(there) if p != _LATEST and not (home / p).exists()]
            for path in absent:
                with self._files.open(self._at(path), "rb") as stored, atomic_write(home / path) as out:
                    shutil.copyfileobj(stored, out, 1 << 20)
            if _LATEST in there and not (home / _LATEST).exists():
                (home / _LATEST).symlink_to(self._files.cat_file(self._at(_LATEST)).decode(), target_is_directory=True)
        except Exception as error:  # each kind of store has errors of its own
            raise self._fails(error) from error
        return len(absent)

    def _listed(self, parts: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What the store has, by its path in a home."""
        self._files.invalidate_cache()
        found: dict[str, dict[str, Any]] = {}
        for part in parts:
            for path, about in self._files.find(self._at(part), detail=True).items():
                found[path.removeprefix(f"{self._root}/")] = about
        return found

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _fails(self, error: Exception) -> StoreFails:
        return StoreFails(f"the store {self.address}: {' '.join(str(error).split()) or type(error).__name__}")


def is_empty(home: Path) -> bool:
    """Whether a home has neither documents nor releases."""
    return not any((home / part).exists() for part in ("documents", "releases"))


def _kept(home: Path, parts: Iterable[str]) -> list[str]:
    """Files of a home, without those that are being written or were set aside as damaged."""
    found = []
    for part in parts:
        under = (home / part).rglob("*") if (home / part).is_dir() else [home / part]
        found += [p.relative_to(home) for p in under if p.is_file()]
    hidden = [p for p in found if any(name.startswith(".") and name != ".names" for name in p.parts)]
    linked = [p for p in found if _LATEST in p.as_posix()]
    damaged = [p for p in found if any(name.endswith(DAMAGED) for name in p.parts)]
    return [p.as_posix() for p in found if p not in (*hidden, *linked, *damaged)]


def _in_order(paths: Iterable[str]) -> list[str]:
    """What makes other files count comes after them: a sidecar after its bytes, a manifest after its release."""
    return sorted(paths, key=lambda path: (path.endswith((".json", _MANIFEST)), path.endswith(_MANIFEST), path))


def _is_newer(path: Path, there: dict[str, Any] | None) -> bool:
    """Whether a file has another size than in the store, or is of a later second: S3 tells times in whole seconds."""
    if there is None or there["size"] != path.stat().st_size:
        return True
    stored = there.get("LastModified") or there["mtime"]
    return int(path.stat().st_mtime) > (stored.timestamp() if isinstance(stored, datetime) else stored)
