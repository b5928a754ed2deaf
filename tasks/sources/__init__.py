"""Discover: what there is to read. A source yields papers, documents or structured rows; nothing later knows which.

A new source is one module with a `discover` function that returns `Found`, a row in `sources.csv`, and a line in
`tasks/sources/registry.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.http import Refused, WebError


class SourceUnavailable(Exception):
    """The source cannot be asked now; the message says why, and what to do. The run goes on without it."""


class SourceBroken(SourceUnavailable):
    """The source answers, and not as it should (another form, a page of errors): somebody must look."""


@dataclass(frozen=True)
class Offer:
    """A document that a source offers: of which paper, and where its bytes are (a file, or an address)."""

    paper_id: str
    origin: str
    location: Path | str
    arxiv_id: str | None = None
    title: str | None = None
    year: int | None = None
    licence: str | None = None


@dataclass
class Found:
    """What one source yields.

    `documents` are to be fetched; `rows` by table are plain dicts with the table's columns, and stand for all that the
    source has to say there; `notes` are for the operator (an unknown column, bytes that are no UTF-8); `deferred` says
    what the source could not give this time while the rest stands (an older copy was read, a window stayed open);
    `waiting` counts documents that are left for another run, and `is_part` is true where `documents` is but a part of
    what the source has.
    """

    source_id: str
    documents: list[Offer] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    deferred: list[str] = field(default_factory=list)
    waiting: int = 0
    is_part: bool = False


@dataclass(frozen=True)
class Source:
    """One source: its id (as in sources.csv), and how to ask it."""

    source_id: str
    discover: Callable[[], Found]


def ask(source: Source) -> Found:
    """What the source yields.

    Raises:
        SourceUnavailable: it does not answer, and nothing of it is at hand.
        SourceBroken: it answers, and not as it should.
    """
    try:
        return source.discover()
    except Refused as error:
        raise SourceBroken(str(error)) from error
    except WebError as error:
        raise SourceUnavailable(str(error)) from error
