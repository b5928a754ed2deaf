"""A web that gives what a test puts into it: bytes, or the reason why there are none."""

from hashlib import sha256
from pathlib import Path

import pytest

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.http import Copy, HttpError, Unreachable

SOURCES = Path(__file__).parents[3] / "shared" / "sources"


def source(name: str) -> bytes:
    """A real copy of what a source served; the test is skipped where there is none."""
    path = SOURCES / name
    if not path.exists():
        pytest.skip(f"no copy of {name} here")
    return path.read_bytes()


class WebAtHand:
    """Files by address: bytes, a reason to fail, or (bytes, why an older copy stands in)."""

    def __init__(self, folder: Path, files: dict[str, bytes | HttpError | tuple[bytes, Coded[HttpReason]]]):
        self.folder, self.files = folder, files

    def resource(self, url: str, kind: str) -> Copy:
        assert kind == "csv"
        held = self.files.get(url, Unreachable(HttpReason.OFFLINE))
        if isinstance(held, HttpError):
            raise held
        content, stale = held if isinstance(held, tuple) else (held, None)
        path = self.folder / sha256(url.encode()).hexdigest()
        path.write_bytes(content)
        return Copy(url, path, sha256(content).hexdigest(), "2026-11-25T00:00:00Z", 200, True, stale)
