"""The cache of files: for every address the last bytes and the ones before, with the validators that the host sent.

    FOLDER/<hash of the address>/<sha256>.bin    bytes
    FOLDER/<hash of the address>/record.json     which of them is present, and its validators

Bytes come before the record that names them, and the record changes whole: whenever a kill comes, a validator stands
beside the bytes that it belongs to. Bytes are compared with their hash before a host is asked whether they still hold.
"""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from tasks.storage.store import atomic_write, check_hash, from_json, read_json, replace_whole
from warehouse.aside import DAMAGED, set_aside

LEFTOVER_SECONDS = 86_400.0  # no transfer takes a day: a temporary file as old as that was left by a kill


@dataclass(frozen=True)
class CacheEntry:
    """What is known of the present bytes of one address."""

    url: str
    sha256: str
    size: int
    media_type: str
    etag: str | None
    last_modified: str | None
    http_status: int
    fetched_at: str
    checked_at: str
    previous_sha256: str | None = None

    def validators(self) -> dict[str, str]:
        """Request headers that ask for the bytes only if they changed (RFC 9110 §13.1)."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


class HttpCache:
    """The cached files of the client that works in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "kept"

    def folder(self, url: str) -> Path:
        """Where the files of one address are."""
        return self._folder / hashlib.sha256(url.encode()).hexdigest()[:32]

    def path(self, record: CacheEntry) -> Path:
        """Where the bytes of an entry are."""
        return self.folder(record.url) / f"{record.sha256}.bin"

    def get(self, url: str) -> CacheEntry | None:
        """The entry of an address whose bytes are there as they came, else None: then it is fetched as if it were new.

        What is damaged is set aside.
        """
        path = self.folder(url) / "record.json"
        try:
            record = from_json(CacheEntry, read_json(path))
            path = self.path(record)
            check_hash(path, record.sha256)
            return record
        except FileNotFoundError:
            return None
        except (TypeError, ValueError) as error:
            set_aside(path, error)
            return None

    def damaged(self) -> list[Path]:
        """Files of the cache that were set aside."""
        return sorted(self._folder.glob(f"*/*{DAMAGED}"))

    def note(self, record: CacheEntry) -> None:
        """Write the entry of bytes that are in place; bytes older than the previous ones are deleted."""
        folder = self.folder(record.url)
        with atomic_write(folder / "record.json") as out:
            out.write(json.dumps(asdict(record), ensure_ascii=False, indent=1).encode())
        for path in folder.glob("*.bin"):
            if path.stem not in (record.sha256, record.previous_sha256):
                path.unlink(missing_ok=True)
        sweep(folder)

    def put(self, record: CacheEntry, content: Path) -> None:
        """Move bytes into their place, and write their entry."""
        replace_whole(content, self.path(record))
        self.note(record)


@contextmanager
def temporary(folder: Path) -> Iterator[IO[bytes]]:
    """A temporary file in a folder; `name` is its path. When the block ends it is on the disk, when it raises gone."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".part", delete=False) as stream:
        try:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            Path(stream.name).chmod(0o644)
        except BaseException:
            Path(stream.name).unlink(missing_ok=True)
            raise


def sweep(folder: Path) -> None:
    """Delete temporary files that a kill left in a folder."""
    for path in folder.glob(".*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
                path.unlink()
