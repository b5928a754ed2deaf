"""Sentences of a document, joined over lines, columns and pages, each character still knowing its place."""

import re
import statistics
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from tasks.parse.document import Box, Document, PdfPage, Word, enclosing

_ABBREVIATION = re.compile(
    r"\b(?:et al|e\.g|i\.e|cf|vs|resp|approx|Figs?|Secs?|Tabs?|(?<!\})Eqs?|Nos?|Dr|Prof|Refs?|App|w\.r\.t|etc|a\.k\.a"
    r"|St|incl|params?|hrs|min|max|avg|std|iter|dim|seq|Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec|[A-Z])\.$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\W*(?:(?:Table|Figure|Section|Appendix|Algorithm)\s+)?[A-Z]?[\d.]+\.", re.IGNORECASE)
"""What numbers an item, a heading or a caption, and is no sentence by itself: "2.", "Table 3."."""
_END = re.compile(
    r"[.?!][\"”’')\]]*(?:\^\{[\d,\s]*\})?\s+"
    r"(?=[†‡§∗*⋆]|\^\{(?:[†‡§∗*⋆]+\}|[^}]*\}\s*[A-Z])|[“\"]\w|[‘(\[]*[A-Z0-9•])"
    r"|(?<=[a-z]{3})[.?!](?=[A-Z][a-z]*\s)"  # "as signals.They are": the blank was lost
)
_REFERENCES = re.compile(r"^(?:\d+\.?\s*)?(?:references|bibliography|literature cited)\s*$", re.IGNORECASE)
_APPENDIX = re.compile(
    r"^(?:appendi(?:x|ces)\b|supplement(?:ary|al)?\b|(?:[A-K]|[IVX]+)(?:\.\d+)*[.:]?\s+[A-Z][A-Za-z]+)", re.IGNORECASE
)
_CAPTION = re.compile(r"^(?:Table|TABLE|Tab\.|Figure|FIGURE|Fig\.|Algorithm)\s*[A-Z]?\.?\d+\s*(?:[.:|]|$)")
_HEADING = re.compile(r"^(?:\d+|[A-Z])(?:\.\d+)*\.?\s+[A-Z][^.]{2,60}$")


@dataclass(slots=True)
class Sentence:
    """One sentence with the boxes of its words. `kind` is 'text', 'heading', 'caption' or 'plain' (without layout)."""

    text: str
    page: int
    kind: str
    section: str
    starts: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def page_at(self, start: int) -> int:
        """Page of the word at a place in the text."""
        if not self.starts:
            return self.page
        return self.pages[max(0, bisect_right(self.starts, start) - 1)]

    def box_of(self, start: int, end: int) -> Box | None:
        """Box around the words between two places, on the page of the first of them; None without layout."""
        if not self.starts:
            return None
        first = max(0, bisect_right(self.starts, start) - 1)
        last = max(first, bisect_right(self.starts, end - 1) - 1)
        boxes = [self.boxes[i] for i in range(first, last + 1) if self.pages[i] == self.pages[first]]
        return enclosing(boxes)

    def quote(self, start: int, end: int, limit: int = 300) -> str:
        """The sentence, or where it is longer the stretch of at most `limit` characters around a place."""
        if len(self.text) <= limit:
            return self.text
        room = limit - 2
        left = max(0, min(start - (room - (end - start)) // 2, len(self.text) - room))
        stretch = self.text[left : left + room]
        return ("…" if left else "") + stretch + ("…" if left + room < len(self.text) else "")


@dataclass(slots=True)
class _Line:
    """`size` is that of its type, 0 where the layout was not read; `gap` is the space above it in heights of a line."""

    text: str
    words: list[Word]
    page: int
    size: float
    gap: float


@dataclass(slots=True)
class _Token:
    text: str
    page: int
    box: Box | None


@dataclass(slots=True)
class _Block:
    """Lines that run on: one paragraph, footnote or caption, perhaps over columns and pages."""

    kind: str
    section: str
    size: float
    tokens: list[_Token]


def sentences_of(document: Document) -> list[Sentence]:
    """Sentences of the running text in reading order, without those of the list of references."""
    return [sentence for block in _blocks(document) for sentence in _split(block)]


def captions_of(document: Document) -> list[Sentence]:
    """Sentences of the captions of tables, which stand apart from the running text."""
    return [
        Sentence(table.caption[start:end], page.number, "caption", table.label)
        for page in document.pages
        for table in page.tables
        for start, end in bounds_of(table.caption)
    ]


def _blocks(document: Document) -> list[_Block]:
    blocks: list[_Block] = []
    in_references = False
    section = ""
    lines = [line for page in document.pages for line in _lines(page)]
    sizes = [line.size for line in lines if line.size]
    body = statistics.median_low(sizes) if sizes else 0.0  # the size of most lines
    for line in lines:
        if _REFERENCES.match(line.text):
            in_references = True
            continue
        is_set_off = _is_set_off(line, body)
        if in_references and not (_APPENDIX.match(line.text) and is_set_off):
            continue
        in_references = False
        is_heading = is_set_off and bool(_HEADING.match(line.text))
        section = line.text if is_heading else section
        _add(blocks, line, section, is_heading)
    return blocks


def _is_set_off(line: _Line, body: float) -> bool:
    """Whether a line is short and printed as headings are: larger than the text, bold, or in capitals below a gap."""
    is_capitals = line.gap > 1.7 and line.text.isupper()
    is_printed_so = line.size > body * 1.05 or all(w.bold for w in line.words) or is_capitals
    return len(line.words) <= 12 and is_printed_so


def _lines(page: PdfPage) -> Iterator[_Line]:
    """Lines of a page; of plain text where the layout was not read."""
    if not page.layout_read:
        for text in map(str.strip, page.plain_text.splitlines()):
            if text:
                yield _Line(text, [Word(text, (0.0, 0.0, 0.0, 0.0), 0.0)], page.number, 0.0, 0.0)
        return
    above: Box | None = None
    for line in page.lines:
        box = line.box
        gap = 0.0
        if above is not None and box[1] > above[1]:
            gap = (box[1] - above[1]) / max(above[3] - above[1], 1.0)
        size = sorted(w.size for w in line.words)[len(line.words) // 2]
        yield _Line(line.text.strip(), line.words, page.number, size, gap)
        above = box


def _add(blocks: list[_Block], line: _Line, section: str, is_heading: bool) -> None:
    """The line to the block that it continues, or to a new one."""
    is_caption = _CAPTION.match(line.text)
    kind = "caption" if is_caption else "heading" if is_heading else "text" if line.size else "plain"
    block = _continued(blocks, kind, line.size, line.gap, line.page)
    if block is None:
        block = _Block(kind, section, line.size, [])
        blocks.append(block)
    block.tokens += [_Token(w.text, line.page, w.box if line.size else None) for w in line.words]


def _continued(blocks: list[_Block], kind: str, size: float, gap: float, page: int) -> _Block | None:
    """The last block of the same type size, unless a heading, a wide gap or a caption's first line parts them."""
    if kind in ("caption", "heading") or not blocks or blocks[-1].kind == "heading":
        return None
    if abs(blocks[-1].size - size) < 0.4 and blocks[-1].tokens[-1].page >= page - 1:
        if gap > 2.4 or (gap > 1.7 and blocks[-1].kind == "caption"):
            return None
        return blocks[-1]
    for block in reversed(blocks[-6:]):  # a caption, footnote or figure stood between
        same_type = abs(block.size - size) < 0.2 and block.kind == kind
        if same_type and block.tokens[-1].page >= page - 1 and not re.search(r"[.?!:]\W*$", block.tokens[-1].text):
            return block
    return None


def _split(block: _Block) -> list[Sentence]:
    text = " ".join(token.text for token in block.tokens)
    starts = list(accumulate((len(token.text) + 1 for token in block.tokens[:-1]), initial=0))
    found = []
    for start, end in bounds_of(text):
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, end - 1) - 1
        tokens = block.tokens[first : last + 1]
        sentence = Sentence(text[start:end], tokens[0].page, block.kind, block.section)
        if all(t.box is not None for t in tokens):
            sentence.starts = [max(0, s - start) for s in starts[first : last + 1]]
            sentence.pages = [t.page for t in tokens]
            sentence.boxes = [t.box for t in tokens if t.box is not None]
        found.append(sentence)
    return found


def bounds_of(text: str) -> list[tuple[int, int]]:
    """Where sentences start and end; abbreviations and numbers do not end them."""
    bounds = []
    start = 0
    for match in _END.finditer(text):
        if not _is_within(text[start : match.start() + 1], text[match.end()]):
            bounds.append((start, match.end()))
            start = match.end()
    bounds.append((start, len(text)))
    return [(a, a + len(text[a:b].rstrip())) for a, b in bounds if text[a:b].strip()]


def _is_within(before: str, next_: str) -> bool:
    """Whether the stop that ends `before` is that of an abbreviation, a label or a broken decimal."""
    is_broken = before[-2:-1].isdigit() and next_.isdigit()
    return before.endswith(".") and bool(is_broken or _ABBREVIATION.search(before[-12:]) or _LABEL.fullmatch(before))
