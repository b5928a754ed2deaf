"""The pen of the golden papers: pages of words with scripts, weights and rules; heights count from the page's top.

Marked text: `^{†}` is raised, `_{50}` lowered, `**76.3**` bold, `__76.1__` underlined.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import letter
from reportlab.pdfbase.pdfmetrics import Encoding, Font, registerEncoding, registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

ROMAN, BOLD, ITALIC = "Times-Roman", "Times-Bold", "Times-Italic"
_SYMBOLS = {"→": "arrowright", "↑": "arrowup", "−": "minus", "∗": "asteriskmath", "∼": "similar", "×": "multiply"}
_TOKEN = re.compile(rf"\*\*|__(?!\{{)|[\^_]\{{[^{{}}]*\}}|[{''.join(_SYMBOLS)}]|[^*_^{''.join(_SYMBOLS)}]+|.")


def _symbol_font() -> str:
    """A font for mathematical signs that names its glyphs, as TeX's do; Symbol alone leaves readers to guess them."""
    encoding = Encoding("latin-1")
    for code, glyph in enumerate(_SYMBOLS.values(), ord("a")):
        encoding[code] = glyph
    registerEncoding(encoding)
    registerFont(Font("Signs", "Symbol", "latin-1"))
    return "Signs"


SIGNS = _symbol_font()


@dataclass(frozen=True)
class Run:
    """Letters of one font on one baseline; `rise` lifts them above the line's."""

    text: str
    font: str
    size: float
    rise: float = 0.0
    underlined: bool = False

    @property
    def width(self) -> float:
        """Width in points."""
        return float(stringWidth(self.text, self.font, self.size))


def runs_of(marked: str, size: float, font: str = ROMAN) -> list[Run]:
    """The runs of a marked text."""
    runs, bold, underlined = [], False, False
    for token in _TOKEN.findall(marked):
        here = BOLD if bold else font
        if token == "**":
            bold = not bold
        elif token == "__":
            underlined = not underlined
        elif token[:2] == "^{":
            runs.append(Run(token[2:-1], here, 0.7 * size, 0.36 * size))
        elif token[:2] == "_{":
            runs.append(Run(token[2:-1], here, 0.7 * size, -0.16 * size))
        elif token in _SYMBOLS:
            runs.append(Run(chr(ord("a") + list(_SYMBOLS).index(token)), SIGNS, size))
        else:
            runs.append(Run(token, here, size, underlined=underlined))
    return runs


def width_of(marked: str, size: float, font: str = ROMAN) -> float:
    """Width of a marked text in points."""
    return sum(run.width for run in runs_of(marked, size, font))


class Sheet:
    """A page under the pen."""

    def __init__(self, path: Path) -> None:
        """Open a file; `page` begins the first page."""
        self.canvas = Canvas(str(path), pagesize=letter)
        self.width, self.height = letter
        self.number = 0

    def page(self, sideways: bool = False, shown_upright: bool = False) -> None:
        """Begin a page.

        Args:
            sideways: Text runs up the sheet, as in LaTeX's sidewaystable; the page is then wider than high.
            shown_upright: Such a page carries /Rotate, so that a viewer shows it upright.
        """
        if self.number:
            self.canvas.showPage()
        self.number += 1
        self.canvas.setPageRotation(90 if shown_upright else 0)
        self.width, self.height = letter
        if sideways:
            self.canvas.rotate(90)
            self.canvas.translate(0, -self.width)
            self.width, self.height = self.height, self.width

    def text(self, x: float, top: float, marked: str, size: float = 9, font: str = ROMAN) -> float:
        """Set words on a baseline `top` points below the page's top; returns where they end."""
        placed = []
        for run in runs_of(marked, size, font):
            placed.append((x, run))
            if run.underlined:
                self.rule(x, x + run.width, top + 1.5, 0.4)
            x += run.width
        self._set(placed, top)
        return x

    def _set(self, placed: list[tuple[float, Run]], top: float) -> None:
        """Set runs on one line in one go, which keeps the files small and quick to read."""
        text = self.canvas.beginText()
        for x, run in placed:
            text.setFont(run.font, run.size)
            text.setTextOrigin(x, self.height - top + run.rise)
            text.textOut(run.text)
        self.canvas.drawText(text)

    def centred(self, x: float, top: float, marked: str, size: float = 9, font: str = ROMAN) -> None:
        """Set words with their middle at `x`."""
        self.text(x - width_of(marked, size, font) / 2, top, marked, size, font)

    def spread(self, x: float, top: float, words: list[str], width: float, size: float) -> None:
        """Set words so that they fill a line; the blanks between them are room, not letters, as TeX has it."""
        blank = (width - sum(width_of(word, size) for word in words)) / max(1, len(words) - 1)
        placed = []
        for word in words:
            for run in runs_of(word, size):
                placed.append((x, run))
                x += run.width
            x += blank
        self._set(placed, top)

    def rule(self, x0: float, x1: float, top: float, weight: float = 0.5) -> None:
        """Draw a horizontal rule."""
        self.canvas.setLineWidth(weight)
        self.canvas.line(x0, self.height - top, x1, self.height - top)

    def upright_rule(self, x: float, top: float, bottom: float, weight: float = 0.5) -> None:
        """Draw a vertical rule."""
        self.canvas.setLineWidth(weight)
        self.canvas.line(x, self.height - top, x, self.height - bottom)

    def save(self) -> None:
        """Write the file."""
        self.canvas.save()


def lines_of(text: str, width: float, size: float) -> list[list[str]]:
    """The words of a marked text, broken into lines no wider than `width`."""
    blank = 0.22 * size  # TeX shrinks blanks to about this
    lines: list[list[str]] = [[]]
    used = 0.0
    for word in text.split():
        wide = width_of(word, size)
        if lines[-1] and used + blank + wide > width:
            lines.append([])
            used = 0.0
        used += wide + (blank if lines[-1] else 0)
        lines[-1].append(word)
    return lines
