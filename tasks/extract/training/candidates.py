"""Candidates: every figure of a paper that may tell of the training of its own models.

Sentences and captions (`text`, `chips`) and tables (`tables`) are read for numbers with a field's unit and for named
chips; `tasks.extract.training.disclosure_judge` weighs which count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from schemas.codes import has
from schemas.codes.reading import ReadingNote
from tasks.extract.ownership import Ownership, ownership_of
from tasks.extract.sentences import Sentence, captions_of, sentences_of
from tasks.extract.training.chips import find_chips
from tasks.extract.training.findings import Finding, is_unlabelled, phase_of
from tasks.extract.training.owners import with_registered
from tasks.extract.training.piece_times import find_piece_times
from tasks.extract.training.tables import TableFigure, find_in_table
from tasks.extract.training.text import find_figures
from tasks.parse.document import Document, PageTable
from tasks.reference.datasets import Dataset
from tasks.reference.hardware import Hardware


@dataclass(frozen=True)
class TrainingPaper:
    """A paper that is read for its training figures."""

    document: Document
    paper_id: str
    hardware: tuple[Hardware, ...]
    training_sets: tuple[Dataset, ...]

    @cached_property
    def who(self) -> Ownership:
        """Names of the paper's own models and of others'."""
        return with_registered(ownership_of(self.document), self.document.title)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Its sentences in reading order, then those of the captions of tables."""
        return sentences_of(self.document) + captions_of(self.document)

    @cached_property
    def tables(self) -> list[PageTable]:
        """Its tables, in reading order."""
        return [table for page in self.document.pages for table in page.tables]


@dataclass(frozen=True)
class InSentence:
    """A figure of a sentence, by the sentence's place in the paper."""

    place: int
    figure: Finding


@dataclass(frozen=True)
class InTable:
    """A figure of a table, by the table's place in the paper."""

    place: int
    figure: TableFigure


PossibleFigure = InSentence | InTable


def is_judged(figure: Finding | TableFigure) -> bool:
    """Whether the judge decides on a figure: labels tell of its field, and it is no time of one epoch or step."""
    return not is_unlabelled(figure.field) and not has(figure.notes, ReadingNote.PIECE_TIME)


def possible_figures(paper: TrainingPaper) -> list[PossibleFigure]:
    """Every figure of the paper, in its order: those of sentences first."""
    found: list[PossibleFigure] = [InSentence(i, f) for i in range(len(paper.sentences)) for f in _findings(paper, i)]
    for i, table in enumerate(paper.tables):
        found += [InTable(i, f) for f in find_in_table(table, paper.who, paper.hardware)]
    return found


_SAYS_A_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|eight|ten|single|day|week|hour)s?\b|\bGPU|TPU")


def _findings(paper: TrainingPaper, place: int) -> Iterator[Finding]:
    sentence = paper.sentences[place]
    text = sentence.text
    words = text.split()
    if not _SAYS_A_NUMBER.search(text):
        return
    if sum(bool(re.fullmatch(r"[\d.,^{}()%−e+-]+[kM]?", w)) for w in words) > 0.4 * len(words):  # the axis of a figure
        return
    around = " ".join(s.text for s in paper.sentences[max(0, place - 1) : place + 2] if s is not sentence)
    phase = phase_of(text, f"{sentence.section} {around}")
    yield from find_figures(text, phase)
    yield from find_piece_times(text, phase)
    yield from find_chips(text, paper.hardware, phase)
