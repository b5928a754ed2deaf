"""The content-addressed document store: bytes untouched under their SHA-256, each with a sidecar.

    HOME/documents/ab/abcdef….bin      the bytes
    HOME/documents/ab/abcdef….json     where they came from, one entry for each paper that they are a document of
    HOME/readings/abcdef….<version>.json.gz   what was read out of them, by version of the reader

Everything is written to a temporary name and moved into place, so that a kill leaves whole files or none. A file that
was damaged afterwards is set aside under a name of its own (`….damaged`), with a line that says so.
"""

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeVar, get_type_hints

from warehouse.aside import DAMAGED, set_aside

NO_FILE = (IsADirectoryError, PermissionError)
"""Errors of what stands in the place of a file and cannot be read as one."""

DataT = TypeVar("DataT")


class DamagedFile(ValueError):
    """A file does not hold what was written to it; the message says how that shows."""


@dataclass(frozen=True)
class Sidecar:
    """What is known of stored bytes beside the bytes: one document of one paper."""

    document_sha256: str
    paper_id: str
    arxiv_id: str | None
    title: str | None
    year: int | None
    origin: str
    source_id: str
    licence: str | None
    fetched_at: str
    media_type: str
    http_status: int | None
    size_bytes: int


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under `path` whole, or not at all. A folder in its place is set aside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        replace_whole(Path(temporary), path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def replace_whole(new: Path, path: Path) -> None:
    """Move a file into its place in one step. A folder that stands there is set aside."""
    if path.is_dir():
        set_aside(path, "it is a folder")
    new.replace(path)


class DocumentStore:
    """The store below one home folder."""

    def __init__(self, home: Path) -> None:
        self.documents = home / "documents"
        self.readings = home / "readings"

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash are stored."""
        return self.documents / sha256[:2] / f"{sha256}.bin"

    def _sidecar_path(self, sha256: str) -> Path:
        return self.documents / sha256[:2] / f"{sha256}.json"

    def reading_path(self, sha256: str, paper_id: str, version: str) -> Path:
        """Where the reading of a document by this version of the reader is stored."""
        # Ids are free text (file stems); the hash keeps any of them out of the path.
        paper = hashlib.sha256(paper_id.encode()).hexdigest()[:8]
        return self.readings / sha256[:2] / f"{sha256}.{paper}.{version}.json.gz"

    def put(self, content: IO[bytes], sha256: str) -> None:
        """Store bytes whose hash is known, unless they are there already.

        Raises:
            ValueError: the bytes do not have that hash (the file changed while it was read).
            OSError: the disk is full or not writable.
        """
        target = self.path(sha256)
        if target.is_file():
            return
        digest = hashlib.sha256()
        with atomic_write(target) as out:
            while block := content.read(1 << 20):
                digest.update(block)
                out.write(block)
            if digest.hexdigest() != sha256:
                raise ValueError(f"content changed while it was stored (expected {sha256[:12]}…)")

    def note(self, sidecar: Sidecar) -> bool:
        """Write the sidecar entry of one document of one paper; returns False when it was known already.

        The first record stays: when bytes are met again, where they first came from is what counts.
        """
        path = self._sidecar_path(sidecar.document_sha256)
        entries = _entries(path) if path.exists() else []
        if any(e.paper_id == sidecar.paper_id for e in entries):
            return False
        with atomic_write(path) as out:
            out.write(json.dumps([asdict(e) for e in (*entries, sidecar)], ensure_ascii=False, indent=1).encode())
        return True

    def sidecars(self) -> list[Sidecar]:
        """All documents of all papers, by paper and time. A file of them that is damaged is set aside."""
        found = [sidecar for path in self.documents.glob("*/*.json") for sidecar in _entries(path)]
        return sorted(found, key=lambda s: (s.paper_id, s.fetched_at, s.document_sha256))

    def versions(self) -> set[tuple[str, str | None]]:
        """Paper and arXiv id of each document whose bytes are here."""
        return {(s.paper_id, s.arxiv_id) for s in self.sidecars() if self.path(s.document_sha256).is_file()}

    def holds(self, sha256: str) -> bool:
        """Whether the bytes with this hash are here. Bytes that have another one by now are set aside."""
        path = self.path(sha256)
        try:
            check_hash(path, sha256)
        except FileNotFoundError:
            return False
        except DamagedFile as fault:
            set_aside(path, fault)
            return False
        return True

    def set_unrecorded_aside(self) -> None:
        """Set bytes aside of which no sidecar says what they are: nothing would ever read them."""
        for path in sorted(self.documents.glob("*/*.bin")):
            if not path.with_suffix(".json").exists():
                set_aside(path, "nothing says which paper it is of")

    def damaged(self) -> list[Path]:
        """Files of the store that were set aside."""
        return sorted(self.documents.glob(f"*/*{DAMAGED}"))


def _entries(path: Path) -> list[Sidecar]:
    """The entries of one sidecar file; none where it is damaged, and it is set aside then."""
    try:
        return [_sidecar(entry, path.stem) for entry in read_json(path)]
    except (TypeError, ValueError) as error:
        set_aside(path, error)
        return []


def _sidecar(entry: dict[str, Any], sha256: str) -> Sidecar:
    sidecar = from_json(Sidecar, entry)
    if sidecar.document_sha256 != sha256:
        raise TypeError("document_sha256 is not what it must be")
    datetime.fromisoformat(sidecar.fetched_at)
    return sidecar


# --- plain data in files


def check_hash(path: Path, sha256: str) -> None:
    """See to it that a file's bytes have the hash that they had when they were stored.

    Raises:
        DamagedFile: they have another one, or cannot be read.
        FileNotFoundError: there is none.
    """
    try:
        found = sha256_of(path)
    except NO_FILE as error:
        raise DamagedFile(error.strerror) from error
    if found != sha256:
        raise DamagedFile(f"its bytes have the hash {found[:12]}…")


def read_json(path: Path) -> Any:
    """The content of a JSON file.

    Raises:
        DamagedFile: it is no whole JSON, or cannot be read.
        FileNotFoundError: there is none.
    """
    try:
        return json.loads(path.read_bytes())
    except NO_FILE as error:
        raise DamagedFile(error.strerror) from error
    except (RecursionError, ValueError) as error:
        raise DamagedFile(error) from error


def from_json(kind: type[DataT], content: Any) -> DataT:
    """A dataclass from JSON, each of whose fields is of its type.

    Raises:
        TypeError: a field is missing, unknown or of another type.
    """
    data = kind(**content)
    if wrong := [name for name, of in _kinds(kind).items() if not isinstance(getattr(data, name), of)]:
        raise TypeError(f"{', '.join(wrong)} is not what it must be")
    return data


_kinds: Callable[[Any], dict[str, Any]] = cache(get_type_hints)


def write_json_gz(path: Path, data: Any) -> None:
    """Write plain data, compressed, atomically; the same data gives the same bytes."""
    with atomic_write(path) as out, gzip.GzipFile(fileobj=out, mode="wb", mtime=0, compresslevel=3) as packed:
        packed.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def read_json_gz(path: Path) -> Any:
    """Inverse of `write_json_gz`.

    Raises:
        DamagedFile: it is cut off, its bytes are others, or it is no file that can be read.
        FileNotFoundError: there is none.
    """
    try:
        with gzip.open(path, "rb") as packed:
            return json.loads(packed.read())
    except (*NO_FILE, EOFError, zlib.error, gzip.BadGzipFile, RecursionError, ValueError) as error:
        raise DamagedFile(str(error)) from error
