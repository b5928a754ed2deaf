"""Tables that go on overleaf: each part gets the caption, and where it has none the header, of the first part."""

import re

from tasks.parse.document import Cell, PageTable, PdfPage
from tasks.parse.records import is_figure

CONTINUED = re.compile(r"^\W*(?:continued|cont(?:inuation|['’]?d)?\b)", re.IGNORECASE)
_UPPER = 0.35  # of a page's height: where a part without caption begins


def continue_tables(pages: list[PdfPage]) -> None:
    """Complete the parts of tables that were begun on the page before; the pages are changed in place."""
    last: PageTable | None = None
    for page in pages:
        if not page.layout_read:
            last = None
            continue
        for table in page.tables:
            if last is not None and table.page == last.page + 1 and _goes_on(last, table, page.height):
                _complete(table, last)
        last = max(page.tables, key=lambda t: t.box[3], default=None)


def _goes_on(first: PageTable, table: PageTable, height: float) -> bool:
    """Whether `table` is a further part of `first`, on the page before."""
    if not first.label or len(first.rows[0]) != len(table.rows[0]):
        return False
    if table.label:
        rest = table.caption.removeprefix(table.label)
        return table.label == first.label and (CONTINUED.match(rest) is not None or table.caption == first.caption)
    at_top = table.box[1] < _UPPER * height
    return at_top and (_headless(table) or _texts(table.rows[0]) == _texts(first.rows[0]))


def _headless(table: PageTable) -> bool:
    """Whether the table begins with a row of figures."""
    first = _texts(table.rows[0])[1:]
    return any(first) and 2 * sum(map(is_figure, first)) >= sum(map(bool, first))


def _complete(table: PageTable, first: PageTable) -> None:
    if _headless(table):
        table.rows = [*first.rows[: first.header_rows], *table.rows]
        table.header_rows = first.header_rows
    table.label, table.caption, table.title = first.label, first.caption, table.title or first.title


def _texts(row: list[Cell]) -> list[str]:
    return [c.text.strip() for c in row]
