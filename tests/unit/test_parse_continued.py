"""Tables that go on overleaf."""

import pytest

from tasks.parse.continued import continue_tables
from tasks.parse.document import Cell, PageTable, PdfPage

HEAD = ["Model", "top-1", "top-5"]


def _pages(*tables: PageTable) -> list[PdfPage]:
    return [PdfPage(t.page, 600, 800, "", [], [t], layout_read=True) for t in tables]


def _table(page: int, rows: list[list[str]], label: str = "", caption: str = "", header_rows: int = 1) -> PageTable:
    cells = [[Cell(text) for text in row] for row in rows]
    return PageTable(page, label, caption, (50, 80, 300, 200), cells, header_rows)


FIRST = [HEAD, ["ResNet-50", "76.15", "92.87"]]
MORE = [["FooNet-L", "78.57", "94.29"], ["FooNet-XL", "79.04", "94.61"]]


@pytest.mark.parametrize(
    ("rows", "header_rows", "label", "caption"),
    [
        pytest.param([HEAD, *MORE], 1, "", "", id="head repeated"),
        pytest.param([HEAD, *MORE], 1, "Table 1", "Table 1 (continued).", id="captioned"),
        pytest.param(MORE, 0, "", "", id="no head"),
        pytest.param(MORE, 1, "Table 1", "Table 1, cont'd", id="no head, first row taken for one"),
    ],
)
def test_a_part_overleaf_has_caption_and_header(
    rows: list[list[str]], header_rows: int, label: str, caption: str
) -> None:
    pages = _pages(_table(1, FIRST, "Table 1", "Table 1. On ImageNet."), _table(2, rows, label, caption, header_rows))
    continue_tables(pages)
    (part,) = pages[1].tables
    assert (part.label, part.caption, part.header_rows) == ("Table 1", "Table 1. On ImageNet.", 1)
    assert [[c.text for c in row] for row in part.rows] == [HEAD, *MORE]


def test_another_table_overleaf_is_left_alone() -> None:
    others = [["Data", "size", "classes"], ["CIFAR", "50000", "10"]]
    pages = _pages(_table(1, FIRST, "Table 1", "Table 1. On ImageNet."), _table(2, others))
    continue_tables(pages)
    assert pages[1].tables[0].label == ""
