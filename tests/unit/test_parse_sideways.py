"""Tables set sideways on an upright page, among text that is read as usual."""

from pathlib import Path

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from tasks.parse import parse_document
from tasks.parse.document import PdfPage
from tasks.parse.glyphs import turned_back, turned_box

ROWS = [
    ("Model", "top-1 acc.", "top-5 acc."),
    ("BarNet", "76.15", "92.87"),
    ("FooNet-S", "76.90", "93.10"),
    ("FooNet-L", "78.57", "94.29"),
]
PROSE = [
    "We describe how the network was trained and what was measured on it.",
    "The learning rate rises over the first epochs and then follows a cosine.",
    "All inputs are normalised with the mean and the deviation of the data.",
    "No other change was made, and the same settings serve all sizes.",
] * 3


def _page(folder: Path, angle: int, caption: str = "Table 3: Accuracy on ImageNet.", ruled: bool = True) -> PdfPage:
    canvas = Canvas(str(folder / "a.pdf"), pagesize=letter)
    canvas.setFont("Helvetica", 10)
    for i, line in enumerate(PROSE):
        canvas.drawString(72, 740 - 12 * i, line)
    canvas.translate(306, 300)
    canvas.rotate(angle)
    canvas.drawString(-100, 40, caption)
    for i, row in enumerate(ROWS):
        for x, cell in zip((-100, 0, 80), row, strict=True):
            canvas.drawString(x, 20 - 13 * i, cell)
    for y in (31, 17, -23) if ruled else ():
        canvas.line(-103, y, 140, y)
    canvas.save()
    return parse_document(folder / "a.pdf", "0").pages[0]


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("angle", [90, -90])
def test_a_table_that_runs_up_or_down_an_upright_page_is_read(angle: int, ruled: bool, tmp_path: Path) -> None:
    page = _page(tmp_path, angle, ruled=ruled)
    (table,) = page.tables
    assert [[c.text for c in row] for row in table.rows] == [list(row) for row in ROWS]
    assert (table.label, table.caption) == ("Table 3", "Table 3: Accuracy on ImageNet.")
    assert [line.text for line in page.lines[: len(PROSE)]] == PROSE


@pytest.mark.parametrize("angle", [90, -90])
def test_its_boxes_stand_where_the_page_shows_it(angle: int, tmp_path: Path) -> None:
    page = _page(tmp_path, angle)
    (table,) = page.tables
    box = table.rows[1][1].box
    assert box is not None
    along, across = 492 - (1 if angle == 90 else -1) * 15, 306 - (1 if angle == 90 else -1) * 7
    assert box[0] - 6 < across < box[2] + 6 and box[1] < along < box[3]
    assert box[3] - box[1] > box[2] - box[0]  # the figure is taller than wide


def test_what_is_set_sideways_without_a_caption_is_no_table(tmp_path: Path) -> None:
    assert not _page(tmp_path, 90, caption="arXiv:1234.56789v1 [cs.CV] 1 Jan 2020").tables


@pytest.mark.parametrize("upwards", [True, False])
def test_turning_back_undoes_turning(upwards: bool) -> None:
    box = (10.0, 20.0, 40.0, 90.0)
    assert turned_back(turned_box(box, 612, 792, upwards), 612, 792, upwards) == box
