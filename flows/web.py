"""How the tasks of a run share the web: each gets a description, and the client is built where it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from flows.settings import Settings
from tasks.http import HttpLimits
from tasks.http.client import HttpClient

WEB = "web"
"""Folder of the web client in the home: its cache, and the turns at hosts."""


@dataclass(frozen=True)
class WebAccess:
    """What a task needs to build the client of its run. It can be handed to another process."""

    folder: Path
    limits: HttpLimits
    offline: bool
    run: str = field(default_factory=lambda: uuid4().hex)


_clients: dict[WebAccess, HttpClient] = {}


def client_of(access: WebAccess) -> HttpClient:
    """The run's client in this process; the first task that needs it builds it.

    The tasks of a run share it because it remembers which hosts failed: they are not tried again in this run. Rate
    limits stand in files below the folder, and hold across processes and runs.
    """
    if access not in _clients:
        _clients[access] = HttpClient(access.folder, access.limits, offline=access.offline)
    return _clients[access]


@contextmanager
def web_access(home: Path, settings: Settings, offline: bool = False) -> Iterator[WebAccess]:
    """Access to the web for one run, with cached files below the home folder."""
    access = WebAccess(home / WEB, settings.web_limits(), offline or settings.offline)
    try:
        yield access
    finally:
        if client := _clients.pop(access, None):
            client.close()
