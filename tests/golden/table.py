"""Tables of the golden papers: declared as rows of text, set with booktabs' rules, with all rules or with none.

A row is a line whose cells are parted by "|". A cell ">" goes on the cell to its left, a cell "^" the one above it;
"---" is a rule between rows, and a row of a single cell heads a group of rows.
"""

from dataclasses import dataclass
from functools import cached_property

from tests.golden.sheet import Sheet, lines_of, width_of

RULE = "---"
LEFTWARDS, UPWARDS = ">", "^"
_SEPARATION = 11.0  # pt between columns
_CAPTION = 8.6  # pt
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5)  # of a table's type: a table too wide for its column is set smaller


@dataclass(frozen=True)
class Table:
    """One table with its caption.

    Args:
        caption: "Table 1. …".
        head: Header rows.
        body: Rows below them.
        rules: "booktabs", "grid" or "none".
        below: The caption stands below the table.
        wide: The table spans both columns of the page.
    """

    caption: str
    head: str
    body: str
    rules: str = "booktabs"
    below: bool = False
    wide: bool = False

    @cached_property
    def head_rows(self) -> int:
        """How many rows are header."""
        return len(_lines(self.head))

    @cached_property
    def rows(self) -> list[list[str]]:
        """Cells of all rows."""
        lines = [line for line in _lines(self.head) + _lines(self.body) if line != RULE]
        return [[cell.strip() for cell in line.split("|")] for line in lines]

    @cached_property
    def ruled(self) -> set[int]:
        """Rows above which a rule stands: the first of the body, and those after "---"."""
        found, row = {self.head_rows}, self.head_rows
        for line in _lines(self.body):
            if line == RULE:
                found.add(row)
            else:
                row += 1
        return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def height_of(table: Table, width: float) -> float:
    """Height of the table with its caption, and the room around them."""
    return _Setting(table, width).height + _caption_height(table, width) + 25


def set_table(sheet: Sheet, table: Table, x: float, top: float, width: float) -> None:
    """Draw the table with its caption in a column `width` wide."""
    setting = _Setting(table, width)
    if table.below:
        setting.draw(sheet, x, top + 8)
        _set_caption(sheet, table, x, top + 8 + setting.height + 12, width)
    else:
        _set_caption(sheet, table, x, top + 12, width)
        setting.draw(sheet, x, top + 8 + _caption_height(table, width))


def _caption_height(table: Table, width: float) -> float:
    return 10.5 * len(lines_of(table.caption, width, _CAPTION))


def _set_caption(sheet: Sheet, table: Table, x: float, top: float, width: float) -> None:
    """A caption of one line is centred, a longer one fills the column's width."""
    lines = lines_of(table.caption, width, _CAPTION)
    if len(lines) == 1:
        sheet.centred(x + width / 2, top, " ".join(lines[0]), _CAPTION)
        return
    for i, words in enumerate(lines):
        if i < len(lines) - 1:
            sheet.spread(x, top + 10.5 * i, words, width, _CAPTION)
        else:
            sheet.text(x, top + 10.5 * i, " ".join(words), _CAPTION)


class _Setting:
    """A table's measures in a column of some width."""

    def __init__(self, table: Table, width: float) -> None:
        self.table = table
        self.columns = max(len(row) for row in table.rows)
        self.size = next((s for s in _SIZES if sum(self._widths(s)) <= width), _SIZES[-1])
        self.widths = self._widths(self.size)
        self.indent = (width - sum(self.widths)) / 2
        self.pitch = (1.4 if table.rules == "grid" else 1.22) * self.size
        self.tops: list[float] = []  # of the rows
        top = 0.0
        for i in range(len(table.rows)):
            top += 4 if i in table.ruled and table.rules == "booktabs" else 0
            self.tops.append(top)
            top += self.pitch
        self.height = top + 4

    def _widths(self, size: float) -> list[float]:
        """Widths of the columns, by their widest cells; cells that span columns widen the last of them."""
        widths = [0.0] * self.columns
        for spanning in (False, True):
            for i, row in enumerate(self.table.rows):
                for j in range(len(row)):
                    last = self._last(i, j)
                    if len(row) > 1 and row[j] not in (LEFTWARDS, UPWARDS) and (last > j) == spanning:
                        missing = width_of(row[j], size) + _SEPARATION - sum(widths[j : last + 1])
                        widths[last] += max(0.0, missing)
        return widths

    def _last(self, row: int, column: int) -> int:
        """The last column over which a cell reaches."""
        cells = self.table.rows[row]
        while column + 1 < len(cells) and cells[column + 1] == LEFTWARDS:
            column += 1
        return column

    def _lowest(self, row: int, column: int) -> int:
        """The last row over which a cell reaches."""
        rows = self.table.rows
        while row + 1 < len(rows) and column < len(rows[row + 1]) and rows[row + 1][column] == UPWARDS:
            row += 1
        return row

    def draw(self, sheet: Sheet, x: float, top: float) -> None:
        """Set cells and rules; `x` is the column's left edge."""
        edges = [x + self.indent + sum(self.widths[:j]) for j in range(self.columns + 1)]
        for i, row in enumerate(self.table.rows):
            for j, cell in enumerate(row):
                if cell and cell not in (LEFTWARDS, UPWARDS):
                    self._cell(sheet, edges, top, i, j)
        if self.table.rules == "booktabs":
            self._booktabs(sheet, edges, top)
        elif self.table.rules == "grid":
            self._grid(sheet, edges, top)

    def _cell(self, sheet: Sheet, edges: list[float], top: float, i: int, j: int) -> None:
        cell, last = self.table.rows[i][j], self._last(i, j)
        baseline = top + (self.tops[i] + self.tops[self._lowest(i, j)]) / 2 + 0.92 * self.size + 2
        if j == 0 and last == 0:
            sheet.text(edges[0] + _SEPARATION / 2, baseline, cell, self.size)
        else:
            sheet.centred((edges[j] + edges[last + 1]) / 2, baseline, cell, self.size)
        if last > j and i < self.table.head_rows and self.table.rules == "booktabs":
            sheet.rule(edges[j] + 3, edges[last + 1] - 3, top + self.tops[i] + self.pitch + 1.2, 0.3)

    def _booktabs(self, sheet: Sheet, edges: list[float], top: float) -> None:
        sheet.rule(edges[0], edges[-1], top, 0.9)
        for i in self.table.ruled:
            sheet.rule(edges[0], edges[-1], top + self.tops[i] - 0.5, 0.5)
        sheet.rule(edges[0], edges[-1], top + self.height, 0.9)

    def _grid(self, sheet: Sheet, edges: list[float], top: float) -> None:
        """A rule about every cell, but for those that go on into the next."""
        rows = self.table.rows
        bottoms = [*self.tops[1:], self.height]
        for i, row in enumerate(rows):
            for j in range(self.columns):
                cell = row[j] if j < len(row) else LEFTWARDS
                if cell != UPWARDS:
                    sheet.rule(edges[j], edges[j + 1], top + self.tops[i], 0.4)
                if cell != LEFTWARDS:
                    sheet.upright_rule(edges[j], top + self.tops[i], top + bottoms[i], 0.4)
            sheet.upright_rule(edges[-1], top + self.tops[i], top + bottoms[i], 0.4)
        sheet.rule(edges[0], edges[-1], top + self.height, 0.4)
