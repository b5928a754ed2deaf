"""One Prefect server for all flow tests."""

import pytest
from prefect.testing.utilities import prefect_test_harness

from tests.conftest import loopback_works


@pytest.fixture(scope="session")
def prefect_server():
    if not loopback_works():
        pytest.skip("no loopback network: Prefect's test server cannot be reached")
    with prefect_test_harness(server_startup_timeout=180):
        yield
