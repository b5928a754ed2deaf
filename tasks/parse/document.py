"""The document as the extractors see it: words with boxes, lines in reading order, tables with cells.

All boxes are (x0, top, x1, bottom) in points, from the top left of the page as it is read (rotation undone).
Superscripts and subscripts are kept in the text as `^{...}` and `_{...}` ("3 × 10^{18}", "76.3^{†}"), because
plain text flattens them: "3 × 1018" for 3×10^18, or a footnote mark that looks like a digit of the figure.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote

Box = tuple[float, float, float, float]

HEADER_SEPARATOR = " | "
"""What joins the header cells above one column."""


def enclosing(boxes: list[Box]) -> Box:
    """Smallest box around `boxes` (at least one)."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


@dataclass(slots=True)
class Word:
    """One word with its box, font size in points, and whether it is bold."""

    text: str
    box: Box
    size: float
    bold: bool = False


@dataclass(slots=True)
class Rule:
    """A horizontal stroke from `x0` to `x1` at height `y`."""

    x0: float
    x1: float
    y: float


@dataclass(slots=True)
class TextLine:
    """One line of text in one column."""

    words: list[Word]

    @property
    def text(self) -> str:
        """Words joined by one blank."""
        return " ".join(w.text for w in self.words)

    @property
    def box(self) -> Box:
        """Box around the line."""
        return enclosing([w.box for w in self.words])


@dataclass(slots=True)
class Cell:
    """One table cell; a cell that spans columns stands in each of them with the same box."""

    text: str
    box: Box | None = None
    bold: bool = False


@dataclass(slots=True)
class PageTable:
    """One table: `header_rows` of `rows` are header; all rows are equally long.

    `title` is its own heading where several tables share one caption: "(b) Results on the test set".
    """

    page: int
    label: str
    caption: str
    box: Box
    rows: list[list[Cell]]
    header_rows: int = 1
    title: str = ""

    def column_header(self, column: int) -> str:
        """Header cells above `column`, outermost first, joined by `HEADER_SEPARATOR`, repeats dropped."""
        parts: list[str] = []
        for row in self.rows[: self.header_rows]:
            text = row[column].text.strip()
            if text and text not in parts:
                parts.append(text)
        return HEADER_SEPARATOR.join(parts)


@dataclass(slots=True)
class PdfPage:
    """One page. `lines` hold everything but table bodies, in reading order; `plain_text` is pypdfium2's."""

    number: int
    width: float
    height: float
    plain_text: str
    lines: list[TextLine] = field(default_factory=list)
    tables: list[PageTable] = field(default_factory=list)
    layout_read: bool = False


@dataclass(slots=True)
class Document:
    """One parsed document."""

    sha256: str
    page_count: int
    pages: list[PdfPage]
    title: str = ""
    notes: list[Coded[ParseNote]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for the parse cache."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Document":
        """Inverse of `to_dict` (also of its JSON round trip)."""
        pages = []
        for p in data["pages"]:
            lines = [TextLine([_word(w) for w in line["words"]]) for line in p["lines"]]
            tables = [_table(t) for t in p["tables"]]
            pages.append(
                PdfPage(p["number"], p["width"], p["height"], p["plain_text"], lines, tables, p["layout_read"])
            )
        return cls(data["sha256"], data["page_count"], pages, data["title"], [_note(n) for n in data["notes"]])


def _note(n: dict[str, Any]) -> Coded[ParseNote]:
    return Coded(ParseNote(n["code"]), tuple((name, value) for name, value in n["parameters"]))


def _word(w: dict[str, Any]) -> Word:
    return Word(w["text"], tuple(w["box"]), w["size"], w["bold"])


def _table(t: dict[str, Any]) -> PageTable:
    rows = [[Cell(c["text"], tuple(c["box"]) if c["box"] else None, c["bold"]) for c in row] for row in t["rows"]]
    return PageTable(t["page"], t["label"], t["caption"], tuple(t["box"]), rows, t["header_rows"], t["title"])
