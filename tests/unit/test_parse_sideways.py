"""Tables set sideways on an upright page, among text that is read as usual."""

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from tasks.parse import parse_document
from tasks.parse.document import PdfPage
from tasks.parse.glyph_table import Glyphs
from tasks.parse.glyphs import turned_back, turned_box, words_of
from tests.papers import write_paper

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


def _said(path: Path) -> tuple[list[str], list[str], list[str]]:
    """Plain texts, lines and cells of a paper."""
    pages = parse_document(path, "0").pages
    cells = [cell.text for page in pages for table in page.tables for row in table.rows for cell in row]
    return [page.plain_text for page in pages], [line.text for page in pages for line in page.lines], cells


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_paper_that_is_shown_turned_says_the_same(angle: int, tmp_path: Path) -> None:
    whole = write_paper(tmp_path / "whole.pdf", "GoodNet", 78.25, 4)
    document = pdfium.PdfDocument(whole)
    for page in document:
        page.set_rotation(angle)
    document.save(tmp_path / "turned.pdf")
    document.close()
    assert _said(tmp_path / "turned.pdf") == _said(whole)


def _glyph(box: list[float], origin: list[float], matrix: list[float]) -> Glyphs:
    one, size = np.zeros(1, dtype=np.int64), np.array([max(box[2] - box[0], 40.0)])
    upright = np.array([matrix[1] == 0])
    places = (np.array([values]) for values in (box, origin, matrix))
    return Glyphs(["["], one, [("CMEX10", None)], one, *places, size, upright, np.zeros(1, dtype=bool))


def test_sideways_glyphs_stand_on_their_origins_as_upright_ones_do(tmp_path: Path) -> None:
    """A bracket in pieces hangs below its origin: its box says nothing of the line that it stands on."""
    glyphs = _glyph([100, 100, 108, 140], [100, 104], [1, 0, 0, 1])
    turned = _glyph([100, 492, 140, 500], [104, 500], [0, 1, -1, 0])
    (upright,), _, _ = words_of(glyphs, 600.0, 600.0)
    (sideways,), _, is_turned = words_of(turned, 600.0, 600.0)
    assert is_turned and sideways.box == upright.box
