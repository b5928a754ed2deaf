"""Fonts that a file lost: their letters are another font's, and what is read of them waits for a look."""

from pathlib import Path

import pytest
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse import parse_document
from tests.pdfs import text, write_pdf
from tools.damages import plain_objects

FONTS = Path(reportlab.__file__).parent / "fonts"
SENTENCE = "We train “GoodNet” to an accuracy of 78.25 % on ImageNet – without more."


def notes(path: Path) -> list[Coded[ParseNote]]:
    """What parsing tells of a file."""
    return parse_document(path, "0").notes


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A page of a Type 1 font with an encoding of its own, of a TrueType font, and of one that is in no file."""
    face = pdfmetrics.EmbeddedType1Face(str(FONTS / "DarkGardenMK.afm"), str(FONTS / "DarkGardenMK.pfb"))
    pdfmetrics.registerTypeFace(face)
    pdfmetrics.registerFont(pdfmetrics.Font("Garden", face.name, "WinAnsiEncoding"))
    pdfmetrics.registerFont(TTFont("Vera", str(FONTS / "Vera.ttf")))
    path = tmp_path_factory.mktemp("papers") / "paper.pdf"
    canvas = Canvas(str(path))
    for height, font in ((700, "Garden"), (600, "Vera"), (500, "Helvetica")):
        canvas.setFont(font, 10)
        canvas.drawString(60, height, SENTENCE)
    canvas.save()
    return path.read_bytes()


@pytest.mark.parametrize(
    ("lost", "note"),
    [
        (b"", None),
        (b"/FontFile2", Coded.of(ParseNote.FONT_MISSING, page=1, fonts="AAAAAA+BitstreamVeraSans-Roman")),
        (b"/Encoding", Coded.of(ParseNote.GLYPHS_MISSING, page=1, glyphs=3)),
    ],
    ids=["whole", "program gone", "encoding gone"],
)
def test_what_a_font_lost_is_told(paper: bytes, lost: bytes, note: Coded[ParseNote] | None, tmp_path: Path) -> None:
    content = plain_objects(paper)
    assert lost in content
    (tmp_path / "paper.pdf").write_bytes(content.replace(lost, lost[:-1] + b"X") if lost else content)
    assert notes(tmp_path / "paper.pdf") == ([note] if note else [])


@pytest.mark.parametrize("name", ["F1", "F2"], ids=["the page's own", "unknown to the page"])
def test_text_in_a_font_that_its_page_does_not_have_is_told(name: str, tmp_path: Path) -> None:
    content = text(60, 700, "An accuracy of 78.25 %") + text(60, 600, "on ImageNet").replace("F1", name)
    told = notes(write_pdf(tmp_path / "paper.pdf", content))
    assert told == [Coded.of(ParseNote.FONT_MISSING, page=1, fonts="Helvetica")] * (name == "F2")


def test_a_code_without_a_glyph_is_no_hyphen(paper: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(plain_objects(paper).replace(b"/Encoding", b"/EncodinX"))
    words = [w.text for line in parse_document(tmp_path / "paper.pdf", "0").pages[0].lines for w in line.words]
    assert "\N{REPLACEMENT CHARACTER}GoodNet\N{REPLACEMENT CHARACTER}" in words
