"""A golden paper, declared as title, abstract and blocks, and set in one or two columns as conferences have it."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.golden.filler import REFERENCES, paragraphs
from tests.golden.sheet import BOLD, ITALIC, Sheet, lines_of, width_of
from tests.golden.table import Table, height_of, set_table

_MARGIN, _GUTTER, _TOP, _BOTTOM = 54.0, 18.0, 62.0, 738.0
_SIZE, _LEADING = 9.6, 11.4
NEW_PAGE = "\f"
"""A block after which the text goes on with a new page."""


@dataclass(frozen=True)
class Sideways:
    """A table on a page of its own whose text runs up the sheet."""

    table: Table
    shown_upright: bool = False


Block = str | Table | Sideways
"""A paragraph ("# …" is a heading), a table, or a break."""


@dataclass(frozen=True)
class Paper:
    """A paper's content; filler prose, `before` and `after` the blocks, makes it look like one.

    `scanned` turns every page into an image.
    """

    title: str
    abstract: str
    blocks: tuple[Block, ...]
    columns: int = 2
    before: int = 1
    after: int = 3
    scanned: bool = False


def write(paper: Paper, path: Path) -> Path:
    """Set the paper and write it."""
    sheet = Sheet(path)
    columns = _Columns(sheet, paper.columns)
    _head(sheet, columns, paper)
    blocks: list[Block] = ["# 1 Introduction", *paragraphs(paper.before), "# 2 Experiments", *paper.blocks]
    for block in [*blocks, *paragraphs(paper.after, start=2), "# References"]:
        _set(sheet, columns, block)
    for reference in REFERENCES:
        _paragraph(sheet, columns, reference, 8, 9.2)
    columns.finish()
    sheet.save()
    if paper.scanned:
        _scan(path)
    return path


class _Columns:
    """The columns that are being filled, page after page. Tables that no column holds wait for the next page."""

    def __init__(self, sheet: Sheet, count: int) -> None:
        self.sheet = sheet
        self.count = count
        self.wide: list[Table] = []
        self.sideways: list[Sideways] = []
        self.new_page()

    @property
    def width(self) -> float:
        return (self.sheet.width - 2 * _MARGIN - (self.count - 1) * _GUTTER) / self.count

    @property
    def x(self) -> float:
        return _MARGIN + self.column * (self.width + _GUTTER)

    def new_page(self) -> None:
        """Begin a page: what waits sideways has pages of its own before it, wide tables stand at its top."""
        self._set_sideways()
        self.sheet.page()
        whole = self.sheet.width - 2 * _MARGIN
        self.sheet.centred(self.sheet.width / 2, 764, str(self.sheet.number), 9)
        self.start_at(_TOP)
        for table in self.wide:
            set_table(self.sheet, table, _MARGIN, self.top, whole)
            self.start_at(self.top + height_of(table, whole) + 6)
        self.wide = []

    def finish(self) -> None:
        """Set what still waits."""
        self._set_sideways()
        if self.wide:
            self.new_page()

    def _set_sideways(self) -> None:
        for block in self.sideways:
            self.sheet.page(sideways=True, shown_upright=block.shown_upright)
            set_table(self.sheet, block.table, _MARGIN, 150, self.sheet.width - 2 * _MARGIN)
        self.sideways = []

    def start_at(self, top: float) -> None:
        """Begin the page's columns at `top`."""
        self.first = self.top = top
        self.column = 0

    def place(self, height: float) -> tuple[float, float]:
        """Left edge and top of the next free place of some height."""
        if self.top + height > _BOTTOM:
            self.column += 1
            self.top = self.first
            if self.column == self.count:
                self.new_page()
        top = self.top
        self.top += height
        return self.x, top


def _head(sheet: Sheet, columns: _Columns, paper: Paper) -> None:
    """Title, authors and abstract."""
    lines = lines_of(paper.title, 430, 17)
    for i, words in enumerate(lines):
        sheet.centred(sheet.width / 2, 84 + 20 * i, " ".join(words), 17, BOLD)
    top = 84 + 20 * len(lines)
    sheet.centred(sheet.width / 2, top + 6, "Ada Muster      Bo Exempel      Cleo Sample", 11)
    sheet.centred(sheet.width / 2, top + 20, "Institute of Examples", 10, ITALIC)
    columns.start_at(top + 44)
    x, at = columns.place(18)
    sheet.centred(x + columns.width / 2, at + 9, "Abstract", 11.5, BOLD)
    _paragraph(sheet, columns, paper.abstract, _SIZE, _LEADING)


def _set(sheet: Sheet, columns: _Columns, block: Block) -> None:
    if isinstance(block, Sideways):
        columns.sideways.append(block)
    elif isinstance(block, Table) and block.wide:
        columns.wide.append(block)
    elif isinstance(block, Table):
        x, top = columns.place(height_of(block, columns.width))
        set_table(sheet, block, x, top, columns.width)
    elif block == NEW_PAGE:
        columns.new_page()
    elif block.startswith("# "):
        x, top = columns.place(24)
        sheet.text(x, top + 15, block[2:], 11.5, BOLD)
    else:
        _paragraph(sheet, columns, block, _SIZE, _LEADING)


def _paragraph(sheet: Sheet, columns: _Columns, text: str, size: float, leading: float) -> None:
    lines = lines_of(text, columns.width, size)
    for words in lines[:-1]:
        x, top = columns.place(leading)
        sheet.spread(x, top + 0.8 * leading, words, columns.width, size)
    x, top = columns.place(leading)
    blank = width_of(" ", size)
    natural = sum(width_of(word, size) for word in lines[-1]) + blank * (len(lines[-1]) - 1)
    sheet.spread(x, top + 0.8 * leading, lines[-1], min(natural, columns.width), size)
    columns.top += 3


def _scan(path: Path) -> None:
    """Put an image of each page in its place, as a scanner leaves it: no letter remains."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    images = [page.render(scale=1).to_pil() for page in document]
    document.close()
    canvas = Canvas(str(path), pagesize=letter)
    for image in images:
        data = BytesIO()
        image.save(data, "PNG")
        canvas.drawImage(ImageReader(BytesIO(data.getvalue())), 0, 0, *letter)
        canvas.showPage()
    canvas.save()
