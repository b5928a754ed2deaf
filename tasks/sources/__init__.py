"""Sources: what there is to read. A source yields papers, documents or structured rows; nothing later knows which.

A new source of rows is a module with a `discover` function that returns `Discovery`, declared by its `SOURCE`
(`structured.py`), and a row in `sources.csv`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from schemas.codes import Coded
from schemas.codes.sources import DeferralReason
from schemas.rows import Candidate
from schemas.rows.sources import SourceRow
from tasks.http import HttpError, Refused
from tasks.wording import words

if TYPE_CHECKING:
    from tasks.http.client import HttpClient


class SourceUnavailable(Exception):
    """The source cannot be queried now; the message says why, and what to do. The run goes on without it."""

    code: ClassVar[DeferralReason] = DeferralReason.UNAVAILABLE

    def __init__(self, *reasons: str | Coded[DeferralReason]) -> None:
        """Take reasons, each as a code or in words that stand for themselves."""
        self.reasons = [Coded.of(self.code, detail=r) if isinstance(r, str) else r for r in reasons]
        super().__init__("; ".join(map(words, self.reasons)))


class SourceBroken(SourceUnavailable):
    """The source answers, and not as it should (another form, a page of errors): somebody must look."""

    code = DeferralReason.CHANGED_FORM


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
class Discovery:
    """What one source yields.

    `documents` are to be fetched; `rows`, by table, stand for all that the source has to say there; `notes` are for the
    operator (an unknown column, bytes that are no UTF-8); `deferred` says what the source could not give this time
    while the rest stands (an older copy was read, a window stayed open); `waiting` counts documents that are left for
    another run, and `is_part` is true where `documents` is but a part of what the source has.
    """

    source_id: str
    documents: list[Offer] = field(default_factory=list)
    rows: dict[str, Sequence[Candidate[SourceRow]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    deferred: list[Coded[DeferralReason]] = field(default_factory=list)
    waiting: int = 0
    is_part: bool = False


@dataclass(frozen=True)
class Source:
    """One source: its id (as in sources.csv), and how to ask it with a client."""

    source_id: str
    discover: Callable[["HttpClient"], Discovery]


def ask(source: Source, client: "HttpClient") -> Discovery:
    """What the source yields.

    Raises:
        SourceUnavailable: it does not answer, and nothing of it is at hand.
        SourceBroken: it answers, and not as it should.
    """
    try:
        return source.discover(client)
    except Refused as error:
        raise SourceBroken(Coded.of(DeferralReason.REFUSED, because=error.reason)) from error
    except HttpError as error:
        raise SourceUnavailable(Coded.of(DeferralReason.UNREACHABLE, because=error.reason)) from error
