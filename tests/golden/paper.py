"""A small two-column paper with known content, set by reportlab: what the golden tests read."""

from pathlib import Path

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

LEFT, RIGHT, WIDTH = 54, 318, 240
PROSE = (
    "We train our networks with stochastic gradient descent and report the",
    "accuracy of a single model on the validation set of the benchmark. The",
    "training of the largest model took six days on eight chips and needed in",
    "total about the amount of computing that is stated in the next section,",
)


class Sheet:
    """A page under the pen, with the height from the top."""

    def __init__(self, path: Path) -> None:
        self.canvas = Canvas(str(path), pagesize=letter)
        self.height = letter[1]

    def text(self, x: float, top: float, words: str, size: float = 9, font: str = "Times-Roman") -> float:
        """Set words on a baseline `top` points below the page's top; returns where they end."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - top, words)
        return x + self.canvas.stringWidth(words, font, size)

    def centred(self, x: float, top: float, words: str, size: float = 9) -> None:
        """Set words with their middle at `x`."""
        self.canvas.setFont("Times-Roman", size)
        self.canvas.drawCentredString(x, self.height - top, words)

    def rule(self, x0: float, x1: float, top: float) -> None:
        """Draw a horizontal rule."""
        self.canvas.line(x0, self.height - top, x1, self.height - top)

    def prose(self, x: float, top: float, lines: int) -> float:
        """Set lines of running text in a column; returns the top of the line after them."""
        for i in range(lines):
            self.text(x, top + 11 * i, PROSE[i % len(PROSE)], size=8.6)
        return top + 11 * lines

    def table(self, x0: float, top: float, columns: list[float], header: list[str], rows: list[list[str]]) -> float:
        """Set a booktabs table; the first column is flush left, the others centred on `columns`."""
        self.rule(x0, x0 + WIDTH, top)
        self._row(x0, top + 11, columns, header)
        self.rule(x0, x0 + WIDTH, top + 15)
        for i, row in enumerate(rows):
            self._row(x0, top + 26 + 11 * i, columns, row)
        bottom = top + 30 + 11 * (len(rows) - 1)
        self.rule(x0, x0 + WIDTH, bottom)
        return bottom

    def _row(self, x0: float, top: float, columns: list[float], cells: list[str]) -> None:
        self.text(x0 + 4, top, cells[0])
        for x, cell in zip(columns, cells[1:], strict=True):
            self.centred(x, top, cell)

    def save(self) -> None:
        """Write the file."""
        self.canvas.save()


def write_paper(path: Path) -> None:
    """Two columns: a booktabs table of error rates, a power of ten, a table with spanning header and pair cells."""
    sheet = Sheet(path)
    sheet.text(140, 60, "FooNet: Small Networks for Large Images", size=17, font="Times-Bold")
    top = sheet.prose(LEFT, 110, 16)
    end = sheet.text(LEFT, top + 4, "The training takes 3 × 10", size=9)
    end = sheet.text(end, top + 0.5, "18", size=6)
    sheet.text(end + 3, top + 4, "FLOP in total.", size=9)
    sheet.prose(LEFT, top + 16, 22)
    sheet.text(RIGHT, 110, "Table 1. Error rates (%) on the ImageNet validation set.", size=8)
    bottom = sheet.table(
        RIGHT,
        118,
        [RIGHT + 150, RIGHT + 210],
        ["Model", "top-1 err.", "top-5 err."],
        [
            ["ResNet-50 [12]", "22.85", "6.71"],
            ["FooNet-S (ours)", "23.10", "6.90"],
            ["FooNet-L (ours)", "21.43", "5.71"],
        ],
    )
    sheet.prose(RIGHT, bottom + 20, 6)
    top = bottom + 110
    sheet.text(RIGHT, top, "Table 2. Results of FooNet on ImageNet and CIFAR-10, accuracy in %.", size=8)
    _spanning_table(sheet, top + 8)
    sheet.prose(RIGHT, top + 110, 20)
    sheet.save()


def _spanning_table(sheet: Sheet, top: float) -> None:
    columns = [RIGHT + 130, RIGHT + 200]
    sheet.rule(RIGHT, RIGHT + WIDTH, top)
    sheet.centred(RIGHT + 130, top + 11, "ImageNet")
    sheet.centred(RIGHT + 200, top + 11, "CIFAR-10")
    sheet.rule(RIGHT + 95, RIGHT + 165, top + 14)
    sheet.rule(RIGHT + 175, RIGHT + 225, top + 14)
    sheet.text(RIGHT + 4, top + 24, "Model")
    sheet.centred(columns[0], top + 24, "top-1/top-5")
    sheet.centred(columns[1], top + 24, "acc.")
    sheet.rule(RIGHT, RIGHT + WIDTH, top + 28)
    for i, cells in enumerate((("FooNet-S", "76.9/93.1", "95.25"), ("FooNet-L", "78.6/94.3", "96.10 ± 0.12"))):
        sheet.text(RIGHT + 4, top + 39 + 11 * i, cells[0])
        sheet.centred(columns[0], top + 39 + 11 * i, cells[1])
        sheet.centred(columns[1], top + 39 + 11 * i, cells[2])
    sheet.rule(RIGHT, RIGHT + WIDTH, top + 54)
