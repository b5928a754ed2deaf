"""The two readers of a page agree: pdfium, and pdfplumber, which reads what pdfium is unsure of."""

from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium
import pytest

from tasks.parse import parse_document
from tasks.parse.pdfium_page import Unsure
from tasks.parse.regions import horizontal_rules
from tasks.parse.sheet import PageSheet, by_pdfium, by_pdfplumber
from tests.pdfs import text, write_pdf

FIGURES = "".join(text(100, 700 - 14 * i, f"FooNet-{i} (AVA) 7{i}.5 9{i}.1 %") for i in range(4))
RULES = (
    "100 710 m 300 710 l S\n0.5 w 100 650 200 30 re S\n100 640 200 1 re f\n100 610 m 100 640 l S\n"
    "100 630 m 150 635 200 625 300 630 c S\n"
)
SET = "BT /F1 12 Tf 80 Tz 1 0 0 1 100 600 Tm [(Narrow) -400 (type)] TJ 100 Tz 0 -16 Td (as usual) Tj ET\n"
SIDEWAYS = "BT /F1 10 Tf 0 1 -1 0 400 300 Tm (Up the page) Tj ET\nBT /F1 10 Tf 0 -1 1 0 450 400 Tm (and down) Tj ET\n"
FORM = "q 0.5 0 0 0.5 50 100 cm /X1 Do Q\n"
IN_FORM = text(200, 300, "in a form 12.5", 20) + "200 290 m 400 290 l S\n"
OBJECTS = (
    f"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1"
    f" /BaseFont /Helvetica >> >> >> /Length {len(IN_FORM)} >>\nstream\n{IN_FORM}\nendstream",
)


def sheets(path: Path) -> tuple[PageSheet, PageSheet]:
    """The first page by pdfium and by pdfplumber."""
    shown, source = pdfium.PdfDocument(path), pdfplumber.open(path)
    try:
        page = shown[0]
        return by_pdfium(source.pages[0], page, 1.0), by_pdfplumber(source.pages[0], page, 1.0)
    finally:
        source.close()
        shown.close()


@pytest.mark.parametrize(
    "page",
    [
        "/MediaBox [0 0 612 792]",
        "/MediaBox [20 -30 632 762]",
        "/MediaBox [0 0 612 792] /CropBox [50 40 500 750]",
        *(f"/MediaBox [10 0 612 792] /Rotate {angle}" for angle in (90, 180, 270)),
    ],
)
def test_both_put_the_same_glyphs_and_rules_in_the_same_places(page: str, tmp_path: Path) -> None:
    content = FIGURES + RULES + SET + SIDEWAYS + FORM
    path = write_pdf(tmp_path / "a.pdf", content, "/XObject << /X1 10 0 R >>", page, objects=OBJECTS)
    one, other = sheets(path)
    assert (one.width, one.height) == pytest.approx((other.width, other.height))
    a, b = one.glyphs, other.glyphs
    assert a.texts == b.texts
    assert (a.upright == b.upright).all()
    assert a.origin == pytest.approx(b.origin, abs=0.05)
    assert a.size == pytest.approx(b.size, abs=0.05)
    assert a.box[:, 2] - a.box[:, 0] == pytest.approx(b.box[:, 2] - b.box[:, 0], abs=0.05)
    assert a.box == pytest.approx(b.box, abs=0.3)  # each has descents of its own
    for turned in (False, True):
        ours, theirs = ([x for r in horizontal_rules(s, turned) for x in (r.x0, r.x1, r.y)] for s in (one, other))
        assert ours and ours == pytest.approx(theirs, abs=0.05)


def drawn(names: str) -> str:
    """A Type 3 font whose glyph "a" is a square; `names` are the differences of its encoding."""
    return (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0]"
        f" /FirstChar 97 /LastChar 97 /Widths [1000] /Encoding << /Type /Encoding /Differences [{names}] >>"
        " /CharProcs << /seven 10 0 R /eight 10 0 R >> >>"
    )


SQUARE = "<< /Length 40 >>\nstream\n1000 0 0 0 750 750 d1 0 0 750 750 re f  \nendstream"
HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
DRAWN_A = "BT /F3 10 Tf 1 0 0 1 100 500 Tm (a) Tj ET\n"


def words(path: Path) -> set[str]:
    return {w.text for line in parse_document(path, "0").pages[0].lines for w in line.words}


@pytest.mark.parametrize("in_a_form", [False, True])
def test_what_only_names_of_drawn_glyphs_tell_is_read_without_pdfplumber(in_a_form: bool, tmp_path: Path) -> None:
    fonts = f"/Font << /F3 11 0 R /F1 {HELVETICA} >>"
    form = f"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << {fonts} >> /Length {len(DRAWN_A)} >>"
    path = write_pdf(
        tmp_path / "a.pdf",
        FIGURES + ("/X1 Do\n" if in_a_form else DRAWN_A),
        f"/XObject << /X1 12 0 R >> /Font << /F1 {HELVETICA} >>" if in_a_form else fonts,
        objects=(SQUARE, drawn("97 /seven"), f"{form}\nstream\n{DRAWN_A}\nendstream"),
    )
    one, other = sheets(path)
    assert one.glyphs.texts == other.glyphs.texts
    assert one.glyphs.texts[-1] == "7"
    assert {"7", "FooNet-1"} <= words(path)


def test_drawn_fonts_of_one_name_that_contradict_each_other_are_left_to_pdfplumber(tmp_path: Path) -> None:
    content = FIGURES + DRAWN_A + DRAWN_A.replace("/F3", "/F4").replace("100 500", "200 500")
    path = write_pdf(
        tmp_path / "a.pdf",
        content,
        f"/Font << /F3 11 0 R /F4 12 0 R /F1 {HELVETICA} >>",
        objects=(SQUARE, drawn("97 /seven"), drawn("97 /eight")),
    )
    shown, source = pdfium.PdfDocument(path), pdfplumber.open(path)
    with pytest.raises(Unsure):
        by_pdfium(source.pages[0], shown[0], 1.0)
    source.close()
    shown.close()
    assert {"7", "8", "FooNet-1"} <= words(path)


def test_type_painted_twice_is_left_to_pdfplumber(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", FIGURES + text(100, 500, "Bold 71.2") + text(100.2, 500, "Bold 71.2"))
    words = {w.text: w.bold for line in parse_document(path, "0").pages[0].lines for w in line.words}
    assert words["71.2"] and not words["FooNet-1"]
