"""Sentences that state results of the paper's own, as tables of one row: what the judge weighs stands there as it does
in a table.

The words up to the first figure are the row's label, those before and behind a figure its headers, and the sentence
with those before it the caption.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.extract.ownership import CITATION, Ownership, Verdict, verdict_of
from tasks.extract.sentences import Sentence
from tasks.parse.document import Box, Cell, PageTable

_FIGURE = re.compile(
    r"(?<![\w.\-+±×@^{])(?:\d{1,3}[.·]\d{1,3}|\d{1,2}(?=\s?%))(?![.\d]*[\d×])(?:\s?%)?"
    r"(?!\s?(?:million|billion|trillion|[kKMBGT](?:B|FLOPs)?|ms|s|h|hours?|days?|times|[x×])\b)"
)
_OF_A_PART = re.compile(
    r"\b(?:sec(?:tion|s?\.)|tab(?:le|\.)|fig(?:ure|s?\.)|eqs?\.|equation|appendix|chapter|v)\s*\(?$", re.IGNORECASE
)
"""What stands before the number of a section or a table."""
_SIDE_BY_SIDE = re.compile(r"\s*(?:/|,|and|,\s?and)\s*")
_CHANGE = re.compile(
    r"\b(?:by|improv\w*|gain\w*|reduc\w*|drop\w*|increas\w*|decreas\w*|differ\w*|higher|lower|better|worse|margin"
    r"|additional|absolute|relative|points?|loss of|degrad\w*|boost\w*)\b[^.;]{0,40}$|\bfrom $",
    re.IGNORECASE,
)
"""What stands before a change, or before the value from which something changed."""
_REACHED = re.compile(r"\bto (?:about |only )?$")
"""What stands where a change ends: "from 10.95% to 9.36%"."""
_CHANGE_BEHIND = re.compile(
    r"\s*(?:absolute|relative|improvement|reduction|points?|gain|lower|higher|better|worse|more|less|drop)\b"
)
_TURN = re.compile(
    r"\b(?:than|compared (?:to|with)|versus|vs\.?|while|whereas|over the|against|from (?!\d)|outperform\w*|surpass\w*"
    r"|exceed\w*|beat\w*)\b|;",
    re.IGNORECASE,
)
"""Where a sentence turns to others."""
_OTHERS = re.compile(
    r"\b(?:human|previous(?:ly)?|prior|reported|their|original|others?|baselines?|best published|competitors?"
    r"|localization)\b",
    re.IGNORECASE,
)
_STATE_OF_THE_ART = re.compile(r"\bstate[- ]of[- ]the[- ]art\b", re.IGNORECASE)
_STATES = re.compile(
    r"\b(?:achiev|obtain|reach|attain|get|yield|giv|produc|scor|report|perform|reduc|ha(?:s|ve)|is|are|was|were)\w*\b"
)
_BEFORE = 6
"""So many sentences before one may tell what it is about."""
_NO_BOX: Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Span:
    """Where figures that stand side by side are printed in their sentence."""

    start: int
    end: int


@dataclass(frozen=True)
class SentenceTable:
    """A sentence, its figures, and both as a table: `spans` are those of its columns from the second on."""

    sentence: Sentence
    spans: tuple[Span, ...]
    table: PageTable


def sentence_tables(sentences: Sequence[Sentence], who: Ownership) -> Iterator[SentenceTable]:
    """Each sentence that states a percentage or a decimal, and speaks of nobody else's result nor of a change."""
    for i, sentence in enumerate(sentences):
        said = _up_to_others(sentence.text)
        spans = _spans_in(said) if sentence.kind != "heading" else ()
        if spans and _is_own(said, who):
            before = [s.text for s in sentences[max(0, i - _BEFORE) : i]]
            yield SentenceTable(sentence, spans, _as_table(sentence, said, spans, before))


def _up_to_others(sentence: str) -> str:
    turn = _TURN.search(sentence)
    return sentence[: turn.start()] if turn else sentence


def _is_own(said: str, who: Ownership) -> bool:
    """Whether words speak of the paper's own result: they cite nobody and name no model that is cited elsewhere."""
    if CITATION.search(said) or _OTHERS.search(said):
        return False
    verdict = verdict_of(_STATE_OF_THE_ART.sub("", said), who)
    return verdict == Verdict.OWN or (not verdict and bool(_STATES.search(said)))


def _spans_in(said: str) -> tuple[Span, ...]:
    """The results in words; those side by side ("35.06%/14.04%", "35.06% and 14.04%") stand in one place."""
    spans: list[Span] = []
    for found in _FIGURE.finditer(said):
        if spans and _SIDE_BY_SIDE.fullmatch(said[spans[-1].end : found.start()]):
            spans[-1] = Span(spans[-1].start, found.end())
        elif _is_result(said[: found.start()], said[found.end() :]):
            spans.append(Span(found.start(), found.end()))
    return tuple(spans)


def _is_result(before: str, behind: str) -> bool:
    """Whether the words about a figure leave it a result: neither a change nor the number of a section."""
    if _OF_A_PART.search(before) or _CHANGE_BEHIND.match(behind):
        return False
    return bool(_REACHED.search(before)) or not _CHANGE.search(before)


def _as_table(sentence: Sentence, said: str, spans: Sequence[Span], before: Sequence[str]) -> PageTable:
    text = said.replace("|", "/")
    ends = [0, *(s.end for s in spans)]
    starts = [*(s.start for s in spans), len(text)]
    around = [text[a:b] for a, b in zip(ends, starts, strict=True)]
    ahead, behind = around[:-1], around[1:]
    figures = [Cell(_in_one_cell(text[s.start : s.end]), sentence.box_of(s.start, s.end)) for s in spans]
    lead = Cell(before[-1] if before else ".")
    rows = [
        [lead, *map(Cell, ahead)],
        [lead, *(Cell(words.strip() or ".") for words in behind)],
        [Cell(ahead[0]), *figures],
    ]
    page = sentence.page_at(spans[0].start)
    box = sentence.box_of(spans[0].start, spans[-1].end) or _NO_BOX
    return PageTable(page, "", " ".join([sentence.text, *reversed(before)]), box, rows, header_rows=2)


def _in_one_cell(figures: str) -> str:
    return " / ".join(f.group() for f in _FIGURE.finditer(figures))
