"""What all tests share: no Prefect home, cache or settings of the user's is touched."""

import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from tests.live import LiveServer

MEMORY = Path("/dev/shm")
"""Memory as a file system (Linux). The tests write hundreds of small databases, and a disk is waited for at each."""

if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4 * 2**30:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="prefect-home-")
atexit.register(shutil.rmtree, os.environ["PREFECT_HOME"], ignore_errors=True)
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ.pop("PREFECT_API_URL", None)
for name in [n for n in os.environ if n.startswith("DIMINISHING_")]:
    del os.environ[name]
os.environ["DIMINISHING_OFFLINE"] = "true"  # no test asks the live web; those of the web have a server of their own

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("untimed")

SHARED = Path(__file__).parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run on several cores: those of a module, or that share a warehouse or a server, stay together."""
    for item in items:
        folder, shared = item.path.parent.name, "prefect_server"
        module = folder if folder == "data" else f"{folder}-{item.path.stem}"
        item.add_marker(pytest.mark.xdist_group(shared if shared in getattr(item, "fixturenames", ()) else module))


def loopback_works() -> bool:
    """Whether this machine can talk to itself: a server of Prefect's needs that, even without a network."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reference tables that every loader reads for one test, so that it may write into them."""
    from tasks.reference import table

    folder = tmp_path / "reference"
    shutil.copytree(table.FOLDER, folder)
    monkeypatch.setattr(table, "FOLDER", folder)
    return folder


@pytest.fixture
def live_server() -> "Iterator[LiveServer]":
    """A fresh imitation of the live sources on 127.0.0.1, for one test."""
    if not (SHARED / "sources").is_dir() or not (SHARED / "corpus").is_dir():
        pytest.skip(f"{SHARED} is absent: nothing to imitate the live sources with")
    from tests.live import LiveServer  # only who asks pays for it

    with LiveServer(SHARED) as server:
        yield server
