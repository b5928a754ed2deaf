"""A local server that imitates the live sources in their real formats, and misbehaves on demand.

    with LiveServer(Path("../shared")) as server:
        server.fault(server.addresses.arxiv_api, Status(503, retry_after="1"), times=2)
        ...
        assert not server.bodies("/export.arxiv.org/pdf/")

From the shell: `python -m tests.live --help`. In tests: the fixture `live_server`.
"""

from tests.live.server import LiveServer, Logged

__all__ = ["LiveServer", "Logged"]
