"""What is known of arXiv's papers, stored beside the documents: raw_papers of the warehouse can be rebuilt from it.

HOME/papers/records/1512.03385.json    one paper
HOME/papers/harvest.json               the days that were harvested to their end
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from schemas.codes import Coded, parameters_text
from schemas.codes.sources import WantedReason
from schemas.rows import Record, coded_field, from_record, record
from schemas.rows.sources import WantedPaper
from tasks.names.arxiv_ids import first_year, parse_id, versioned
from tasks.storage.store import atomic_write, read_json
from tasks.wording import words
from warehouse.aside import DAMAGED, set_aside

SOURCE_ID = "arxiv"

ReadT = TypeVar("ReadT")


@dataclass(frozen=True)
class Metadata:
    """A paper as one answer of arXiv has it; what that answer does not say is None.

    `version` is the newest one's number; dates are ISO 8601 in UTC; `is_withdrawn` is None where the answer would not
    show it. A record that arXiv deleted has an id, no version, and is withdrawn.
    """

    paper_id: str
    version: int | None
    title: str | None = None
    authors: str | None = None
    categories: str | None = None
    licence: str | None = None
    submitted_at: str | None = None
    updated_at: str | None = None
    abstract: str | None = None
    is_withdrawn: bool | None = None


@dataclass(frozen=True)
class PaperRecord:
    """A selected paper: its newest version, why it was selected, and the day on which arXiv last confirmed it."""

    paper_id: str
    version: int
    title: str | None
    authors: str | None
    categories: str | None
    licence: str | None
    submitted_at: str | None
    updated_at: str | None
    is_withdrawn: bool
    checked_at: str
    wanted_for: tuple[Coded[WantedReason], ...] = coded_field(
        WantedReason, "wanted_codes", "wanted_because", "wanted_parameters"
    )

    @property
    def arxiv_id(self) -> str:
        """The id with its newest version: `1512.03385v1`."""
        return versioned(self.paper_id, self.version)

    @property
    def year(self) -> int:
        """Year of the first version."""
        return int(self.submitted_at[:4]) if self.submitted_at else first_year(self.paper_id)

    def row(self) -> WantedPaper:
        """The paper as a row of raw_papers."""
        return WantedPaper(
            paper_id=self.paper_id,
            arxiv_id=self.arxiv_id,
            title=self.title,
            authors=self.authors,
            categories=self.categories,
            licence=self.licence,
            year=self.year,
            submitted_at=self.submitted_at,
            updated_at=self.updated_at,
            is_withdrawn=self.is_withdrawn,
            wanted_for=self.wanted_for,
            source_id=SOURCE_ID,
        )


def first_record(metadata: Metadata, because: tuple[Coded[WantedReason], ...], today: date) -> PaperRecord | None:
    """The record of a paper that was not known before; None where the answer says no more than that it is gone."""
    if metadata.version is None:
        return None
    return PaperRecord(
        metadata.paper_id,
        metadata.version,
        metadata.title,
        metadata.authors,
        metadata.categories,
        metadata.licence,
        metadata.submitted_at,
        metadata.updated_at,
        bool(metadata.is_withdrawn),
        today.isoformat(),
        because,
    )


def refreshed(
    known: PaperRecord, metadata: Metadata, because: tuple[Coded[WantedReason], ...], today: date
) -> PaperRecord:
    """The record after another answer: what that one does not say stays, and so does a version that is newer.

    The first spelling of a version's title, authors and categories stays, too: the two interfaces write names
    differently (TeX here, Unicode there), and would otherwise change them in turns.
    """
    known = replace(known, checked_at=today.isoformat(), wanted_for=because or known.wanted_for)
    if metadata.version is None:
        return replace(known, is_withdrawn=True)
    if metadata.version < known.version:  # a mirror behind the times
        return known
    is_new = metadata.version > known.version
    before = {f.name: getattr(known, f.name) for f in fields(known)}
    news = {
        k: v for k, v in asdict(metadata).items() if k in before and v is not None and (is_new or before[k] is None)
    }
    if metadata.is_withdrawn is not None or is_new:
        news["is_withdrawn"] = bool(metadata.is_withdrawn)
    if metadata.licence:
        news["licence"] = metadata.licence
    return replace(known, **news)


class PaperStore:
    """The records below one folder."""

    def __init__(self, folder: Path) -> None:
        self.records = folder / "records"
        self._harvest = folder / "harvest.json"
        self._absent = folder / "absent.json"
        self._refused = folder / "refused.json"

    def path(self, paper_id: str) -> Path:
        """Where the paper's record is stored.

        Raises:
            ValueError: it is no arXiv id without version; whatever else it is, it stays out of paths.
        """
        if parse_id(paper_id) != (paper_id, None):
            raise ValueError(f"{paper_id!r} is no arXiv id without version")
        return self.records / f"{paper_id.replace('/', '_')}.json"

    def get(self, paper_id: str) -> PaperRecord | None:
        """The paper's record, if there is one. One that is damaged is set aside, as in all that follows."""
        return _read(self.path(paper_id), _paper)

    def put(self, paper: PaperRecord) -> None:
        """Keep a record, whole or not at all."""
        _write(self.path(paper.paper_id), record(paper, words))

    def all(self) -> Iterator[PaperRecord]:
        """Every record, by the names of their files."""
        for path in sorted(self.records.glob("*.json")):
            if paper := _read(path, _paper):
                yield paper

    def withdrawn(self) -> dict[str, str]:
        """The newest arXiv id of each paper that is withdrawn, by paper id."""
        return {r.paper_id: r.arxiv_id for r in self.all() if r.is_withdrawn}

    def damaged(self) -> list[Path]:
        """Files of the store that were set aside."""
        return sorted(self.records.parent.rglob(f"*{DAMAGED}"))

    def lost_ids(self) -> list[str]:
        """Ids of the papers whose records were set aside."""
        return [p.name.partition(".json")[0].replace("_", "/") for p in self.damaged() if p.parent == self.records]

    def harvested(self) -> tuple[date, date] | None:
        """First and last day of what was harvested without a gap; None where nothing was."""
        return _read(self._harvest, lambda days: (date.fromisoformat(days["first"]), date.fromisoformat(days["last"])))

    def set_harvested(self, first: date, last: date) -> None:
        """Note that these days, inclusive, were harvested to their end."""
        _write(self._harvest, {"first": first.isoformat(), "last": last.isoformat()})

    def absent(self) -> dict[str, str]:
        """Ids that arXiv did not have, and the day of the last request for each."""
        return _read(self._absent, _days) or {}

    def set_absent(self, days: dict[str, str]) -> None:
        """Note which ids arXiv does not have, all of them, with the day of the last request."""
        _write(self._absent, days)

    def refused(self) -> dict[str, str]:
        """Versions (arXiv ids) whose documents were refused, and the day of the last request for each."""
        return _read(self._refused, _days) or {}

    def set_refused(self, days: dict[str, str]) -> None:
        """Note which versions' documents were refused, all of them, with the day of the last request."""
        _write(self._refused, days)


def _paper(content: Record) -> PaperRecord:
    """A record of a file; files of earlier versions say in words only why the paper was selected."""
    if "wanted_codes" not in content:
        recorded = Coded.of(WantedReason.RECORDED, detail=content["wanted_because"])
        content |= {"wanted_codes": recorded.code, "wanted_parameters": parameters_text([recorded])}
    return from_record(PaperRecord, content)


def _days(content: Record) -> dict[str, str]:
    """Days by id."""
    for day in content.values():
        date.fromisoformat(day)
    return content


def _read(path: Path, understood: Callable[[Record], ReadT]) -> ReadT | None:
    """The content of a file, as it is understood; None where there is none, or it is damaged and set aside."""
    try:
        return understood(dict(read_json(path)))
    except FileNotFoundError:
        return None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        set_aside(path, f"{type(error).__name__}: {error}")
        return None


def _write(path: Path, content: Record) -> None:
    with atomic_write(path) as out:
        out.write(json.dumps(content, ensure_ascii=False, indent=1).encode())
