"""The content-addressed document store: bytes untouched under their SHA-256, each with a sidecar.

    HOME/documents/ab/abcdef….bin      the bytes
    HOME/documents/ab/abcdef….json     where they came from, one entry for each paper that they are a document of
    HOME/readings/abcdef….<version>.json.gz   what was read out of them, by version of the reader

Everything is written to a temporary name and moved into place, so that a kill leaves whole files or none.
"""

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any


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


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under `path` whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


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
        if target.exists():
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
        entries = json.loads(path.read_text()) if path.exists() else []
        if any(e["paper_id"] == sidecar.paper_id for e in entries):
            return False
        entries.append(asdict(sidecar))
        with atomic_write(path) as out:
            out.write(json.dumps(entries, ensure_ascii=False, indent=1).encode())
        return True

    def sidecars(self) -> list[Sidecar]:
        """All documents of all papers, by paper and time."""
        found = [Sidecar(**entry) for path in self.documents.glob("*/*.json") for entry in json.loads(path.read_text())]
        return sorted(found, key=lambda s: (s.paper_id, s.fetched_at, s.document_sha256))


def write_json_gz(path: Path, data: Any) -> None:
    """Write plain data, compressed, atomically; the same data gives the same bytes."""
    with atomic_write(path) as out, gzip.GzipFile(fileobj=out, mode="wb", mtime=0, compresslevel=3) as packed:
        packed.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def read_json_gz(path: Path) -> Any:
    """Inverse of `write_json_gz`."""
    with gzip.open(path, "rb") as packed:
        return json.loads(packed.read())
