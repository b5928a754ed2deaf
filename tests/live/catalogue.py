"""The papers that the imitated arXiv knows: the corpus's, and what a test adds, changes, withdraws or removes."""

import csv
import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

# What arXiv's own server says is the earliest datestamp (github.com/arXiv/oaipmh, oai_config.py).
EARLIEST = date(2005, 9, 16)
LICENCES = (
    "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    "http://creativecommons.org/licenses/by/4.0/",
    "http://creativecommons.org/licenses/by-nc-sa/4.0/",
)
# The index tells a paper's area only: which benchmarks its invented abstract names, and its categories.
_AREAS = {
    "image classification": ("ImageNet and CIFAR-10", ("cs.CV", "cs.LG")),
    "object detection": ("COCO test-dev", ("cs.CV",)),
    "machine translation": ("WMT14 English-German and English-French", ("cs.CL",)),
    "NER": ("CoNLL-2003", ("cs.CL",)),
    "question answering": ("SQuAD 1.1", ("cs.CL", "cs.AI")),
    "language model": ("MMLU and the One Billion Word benchmark", ("cs.CL", "cs.LG")),
    "other": ("several tasks", ("cs.LG", "stat.ML")),
}
_AUTHORS = (
    "Ada Example",
    "Boris Muster",
    "Chen Ejemplo",
    "Dana Esempio",
    "Émile Exemple",
    "Farah Örnek",
    "G. Voorbeeld",
)


@dataclass(frozen=True)
class Version:
    """One version: its PDF is a file or bytes, with `tail` appended; None where the version is a withdrawal."""

    number: int
    submitted: datetime
    source: Path | bytes | None
    tail: bytes = b""

    @property
    def size_bytes(self) -> int:
        """Size of the PDF; 0 for a withdrawal."""
        if self.source is None:
            return 0
        size = self.source.stat().st_size if isinstance(self.source, Path) else len(self.source)
        return size + len(self.tail)

    def pdf(self) -> bytes | None:
        """The PDF's bytes; None for a withdrawal."""
        if self.source is None:
            return None
        return (self.source.read_bytes() if isinstance(self.source, Path) else self.source) + self.tail


@dataclass(frozen=True)
class Paper:
    """One paper. `datestamp` is the day of the last change to its record, which OAI-PMH selects by."""

    paper_id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    licence: str
    versions: tuple[Version, ...]
    datestamp: date
    comment: str | None = None
    is_deleted: bool = False

    @property
    def newest(self) -> Version:
        """The newest version, a withdrawal too."""
        return self.versions[-1]

    def version(self, number: int | None) -> Version | None:
        """That version, or the newest; None where there is no such version."""
        return self.newest if number is None else next((v for v in self.versions if v.number == number), None)


@dataclass
class Catalogue:
    """Papers by id, in the order of the index. Whatever changes a paper gives it a new datestamp: `when`, or today.

    `today` is the server's day (UTC); set it to move the server's clock, None goes with the real one.
    """

    papers: dict[str, Paper] = field(default_factory=dict)
    fixed_today: date | None = None

    @property
    def today(self) -> date:
        """The server's day."""
        return self.fixed_today or datetime.now(UTC).date()

    @classmethod
    def from_corpus(cls, corpus: Path) -> "Catalogue":
        """The papers of `corpus/index.csv` that have an arXiv id, with deterministic dates and invented abstracts."""
        with (corpus / "index.csv").open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["arxiv_id"]]
        papers = [_corpus_paper(row, corpus / "pdf" / row["file"]) for row in rows]
        return cls({paper.paper_id: paper for paper in papers})

    def get(self, paper_id: str) -> Paper | None:
        """The paper, None where there is none or it was removed."""
        paper = self.papers.get(paper_id)
        return None if paper is None or paper.is_deleted else paper

    def present(self) -> list[Paper]:
        """All papers that were not removed."""
        return [paper for paper in self.papers.values() if not paper.is_deleted]

    def add_paper(
        self,
        paper_id: str,
        title: str,
        pdf: Path | bytes,
        abstract: str = "",
        categories: tuple[str, ...] = ("cs.LG",),
        when: date | None = None,
    ) -> Paper:
        """A new paper, submitted on `when`."""
        first = Version(1, _noon(when or self.today), pdf)
        paper = Paper(
            paper_id, title, abstract, _AUTHORS[:2], categories, LICENCES[0], (first,), first.submitted.date()
        )
        return self._put(paper)

    def add_version(self, paper_id: str, pdf: Path | bytes | None = None, when: date | None = None) -> Paper:
        """A new version; without bytes of its own it is the last PDF with a comment after its end."""
        paper = self.papers[paper_id]
        last = next(v for v in reversed(paper.versions) if v.source is not None)
        number = paper.newest.number + 1
        submitted = _noon(when or self.today)
        version = Version(number, submitted, pdf) if pdf else replace(last, number=number, submitted=submitted)
        return self._put(_with_version(paper, version if pdf else replace(version, tail=_tail(number))))

    def withdraw(self, paper_id: str, when: date | None = None) -> Paper:
        """Withdrawn as arXiv does it: a new version without a PDF, said in the comment; older versions stay.

        See info.arxiv.org/help/withdraw; arXivRaw shows that version with size 0kb and source type I.
        """
        paper = self.papers[paper_id]
        version = Version(paper.newest.number + 1, _noon(when or self.today), None)
        comment = "This paper has been withdrawn by the authors due to an error in the evaluation"
        return self._put(replace(_with_version(paper, version), comment=comment))

    def remove(self, paper_id: str, when: date | None = None) -> Paper:
        """Removed by arXiv: a deleted record in OAI-PMH, nothing elsewhere."""
        return self._put(replace(self.papers[paper_id], is_deleted=True, datestamp=when or self.today))

    def touch(self, paper_id: str, when: date | None = None, **changed: str) -> Paper:
        """The record changes, the paper does not: its datestamp, and fields such as `title` or `comment`."""
        return self._put(replace(self.papers[paper_id], datestamp=when or self.today, **changed))  # type: ignore[arg-type]

    def _put(self, paper: Paper) -> Paper:
        self.papers[paper.paper_id] = paper
        return paper


def split_identity(text: str) -> tuple[str, int | None] | None:
    """arXiv id and version from `2010.11929v2`, `cs/0112017`, with `.pdf` at the end or without; None if it is none."""
    found = re.fullmatch(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(\d+))?(?:\.pdf)?", text)
    return (found[1], int(found[2]) if found[2] else None) if found else None


def _with_version(paper: Paper, version: Version) -> Paper:
    return replace(paper, versions=(*paper.versions, version), datestamp=version.submitted.date())


def _tail(number: int) -> bytes:
    """A comment after the end of the file: another version has other bytes, and is the same PDF to every reader."""
    return b"\n%% version %d\n" % number


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _draw(text: str, below: int) -> int:
    """A number from 0 to `below` - 1 that looks drawn at random and is always the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % below


def _corpus_paper(row: dict[str, str], pdf: Path) -> Paper:
    paper_id, newest = split_identity(row["arxiv_id"]) or (row["arxiv_id"], None)
    newest = newest or 1  # some rows leave the version out
    # An id says year and month of the first version; later versions follow every four weeks.
    month = datetime(2000 + int(paper_id[:2]), int(paper_id[2:4]), 1, tzinfo=UTC)
    first = month + timedelta(seconds=_draw(paper_id, 27 * 86400))
    versions = tuple(
        Version(n, first + timedelta(days=28 * (n - 1)), pdf, b"" if n == newest else _tail(n))
        for n in range(1, newest + 1)
    )
    named, categories = _AREAS.get(row["area"], _AREAS["other"])
    title = row["title"] or paper_id
    start = _draw(f"authors {paper_id}", len(_AUTHORS))
    return Paper(
        paper_id=paper_id,
        title=title,
        abstract=f"We study {row['area']} and report results on {named}, together with what training took.",
        authors=tuple(_AUTHORS[(start + i) % len(_AUTHORS)] for i in range(1 + _draw(f"n {paper_id}", 4))),
        categories=categories,
        licence=LICENCES[_draw(f"licence {paper_id}", len(LICENCES))],
        versions=versions,
        datestamp=max(versions[-1].submitted.date(), EARLIEST),
        comment=f"{row['pages']} pages",
    )
