"""One Prefect server for all flow tests."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from flows.server import own_server
from tests.conftest import loopback_works


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory) -> Iterator[None]:
    """A server as a run starts it. Prefect's own harness looks for a free port, which others may take meanwhile."""
    if not loopback_works():
        pytest.skip("no loopback network: Prefect's test server cannot be reached")
    folder = tmp_path_factory.mktemp("prefect")
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", f"sqlite+aiosqlite:///{folder}/prefect.db")
            stack.enter_context(own_server(folder / "log"))
        yield
