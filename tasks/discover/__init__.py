"""Discover: what there is to read. A source yields papers, documents or structured rows; nothing later knows which.

A new source is one module with a `discover` function that returns `Found`, and a line in `SOURCES` (flows/settings.py
decides which of them a run asks).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class SourceUnavailable(Exception):
    """The source cannot be asked now; the message says why, and what to do. The run goes on without it."""


@dataclass(frozen=True)
class Offer:
    """A document that a source offers: of which paper, and where its bytes are."""

    paper_id: str
    origin: str
    location: Path
    arxiv_id: str | None = None
    title: str | None = None
    year: int | None = None
    licence: str | None = None


@dataclass
class Found:
    """What one source yields: documents to fetch, and rows by table (plain dicts with the table's columns)."""

    source_id: str
    documents: list[Offer] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """One source: its id (as in sources.csv), how to ask it, and whether that needs a network."""

    source_id: str
    discover: Callable[[], Found]
    needs_network: bool = False


def ask(source: Source, offline: bool) -> Found:
    """What the source yields.

    Raises:
        SourceUnavailable: it needs a network and the run is offline, or it does not answer.
    """
    if source.needs_network and offline:
        raise SourceUnavailable("needs a network, and this run is offline")
    return source.discover()
