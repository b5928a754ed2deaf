"""Only what a reader sees counts as text, each glyph once; what does not count leaves a note."""

from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from schemas.codes.parsing import ParseNote
from tasks.parse import parse_document
from tasks.parse.document import Document
from tasks.parse.plain import tidy
from tests.pdfs import text, write_pdf

PROSE = "".join(
    text(72, 700 - 14 * i, line)
    for i, line in enumerate(
        [
            "We train a network on ImageNet and report its accuracy on the validation set.",
            "The learning rate rises linearly over the first five epochs and then falls to zero.",
            "No other change was made, and the same settings serve all sizes of the model.",
        ]
    )
)
SHOWN = text(72, 600, "Wigeon 76.90") + text(72, 586, "Teal 78.57")
HIDDEN = "Garganey 71.20"


def words_in(document: Document) -> list[str]:
    """All words of the first page, those of tables too."""
    page = document.pages[0]
    words = [w.text for line in page.lines for w in line.words]
    return words + [w for t in page.tables for row in t.rows for cell in row for w in cell.text.split()]


def notes_of(document: Document) -> set[ParseNote]:
    return {note.code for note in document.notes}


def at(y: float, before: str = "", after: str = "", size: float = 10) -> str:
    """The hidden words at some height, between operators of their own."""
    return f"q\n{before}\n{text(72, y, HIDDEN, size)}{after}\nQ\n"


WHITE_BOX = "1 g 60 {y} 200 14 re f"

HIDING = {
    "render mode 3": at(560, "3 Tr"),
    "render mode 7": at(560, "7 Tr"),
    "white": at(560, "1 1 1 rg"),
    "white, grey space": at(560, "1 g"),
    "white, CMYK": at(560, "0 0 0 0 k"),
    "white, no tint of a spot colour": at(560, "/Spot cs 0 scn"),
    "white, calibrated": at(560, "/Cal cs 1 1 1 scn"),
    "nearly white": at(560, "0.98 0.97 0.98 rg"),
    "transparent": at(560, "/Clear gs"),
    "nearly transparent": at(560, "/Faint gs"),
    "clipped away": at(560, "300 300 10 10 re W n"),
    "left of the page": text(-300, 560, HIDDEN),
    "below the page": text(72, -30, HIDDEN),
    "layer off": f"/OC /Off BDC\n{text(72, 560, HIDDEN)}EMC\n",
    "under a white box": at(560, after=WHITE_BOX.format(y=556)),
    "under a black box": at(560, after="0 g 60 556 200 14 re f"),
    "dark on a dark box": at(560, "0.2 g 60 556 200 14 re f 0.22 g"),
    "white in white on a dark page": at(560, "0 g 0 500 612 80 re f 1 g 60 556 200 14 re f"),
    "type of 0.8 points": text(72, 560, HIDDEN, 0.8),
    "scaled to nothing": "q 0.05 0 0 0.05 72 560 cm\n" + text(0, 0, HIDDEN) + "Q\n",
    "without width": at(560, "0 Tz"),
    "larger than the text": at(560, "1 g", size=30),
    "beneath visible text": at(600, "1 g"),
    "invisible in the place of visible text": at(600, "3 Tr"),
    "invisible between two lines": at(593, "3 Tr"),
    "white over visible words of another size": at(598, "1 g", size=14),
    "painted over and written anew": at(600, after=WHITE_BOX.format(y=597)) + text(72, 600, "Wigeon 76.90"),
    "in a form": "q 1 g /Form Do Q\n",
}
RESOURCES = """
/ExtGState << /Clear << /ca 0 /CA 0 >> /Faint << /ca 0.02 /CA 0.02 >> >>
/ColorSpace << /Spot [/Separation /Foo /DeviceCMYK 10 0 R] /Cal [/CalRGB << /WhitePoint [0.9505 1 1.089] >>] >>
/Properties << /Off 11 0 R >>
/XObject << /Form 12 0 R >>
"""
FORM = text(72, 560, HIDDEN)
OBJECTS = (
    "<< /FunctionType 2 /Domain [0 1] /N 1 /C0 [0 0 0 0] /C1 [0 1 1 0] >>",
    "<< /Type /OCG /Name (Draft) >>",
    "<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1"
    f" /BaseFont /Helvetica >> >> >> /Length {len(FORM)} >>\nstream\n{FORM}\nendstream",
)
CATALOG = "/OCProperties << /OCGs [11 0 R] /D << /OFF [11 0 R] >> >>"


@pytest.mark.parametrize("hiding", HIDING)
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_what_is_not_seen_is_not_text(hiding: str, first: bool, tmp_path: Path) -> None:
    parts = [HIDING[hiding], SHOWN] if first else [SHOWN, HIDING[hiding]]
    if hiding == "white over visible words of another size" and not first:
        pytest.skip("then the visible words are painted over in part")
    path = write_pdf(tmp_path / "a.pdf", PROSE + "".join(parts), RESOURCES, catalog=CATALOG, objects=OBJECTS)
    document = parse_document(path, "0")
    words = words_in(document)
    assert words.count("76.90") == words.count("78.57") == words.count("Wigeon") == 1
    assert "71.20" not in words and "Garganey" not in words
    plain = document.pages[0].plain_text
    assert "Wigeon 76.90" in plain and "71.20" not in plain and "Garganey" not in plain
    kinds = {ParseNote.GLYPHS_UNPAINTED, ParseNote.GLYPHS_OFF_PAGE, ParseNote.GLYPHS_TINY}
    assert notes_of(document) <= kinds and notes_of(document)


SHOWING = {
    "black": text(72, 560, HIDDEN),
    "grey": at(560, "0.6 g"),
    "light blue": at(560, "0.5 0.7 1 rg"),
    "yellow": at(560, "1 1 0 rg"),
    "white on a dark row": at(560, "0.1 0.2 0.4 rg 60 556 300 14 re f 1 g"),
    "white on a picture": at(560, "60 556 300 14 re W n 0.3 0.3 0.3 rg 0 0 612 792 re f 1 g"),
    "black on a pale row": at(560, "0.9 g 60 556 300 14 re f 0 g"),
    "outlined": at(560, "1 Tr"),
    "on a layer that is on": f"/OC /On BDC\n{text(72, 560, HIDDEN)}EMC\n",
    "type of 3 points": text(72, 560, HIDDEN, 3),
    "over a white box": at(560, WHITE_BOX.format(y=556) + " 0 g"),
    "partly transparent": at(560, "/Half gs"),
    "in a form": "q /Form Do Q\n",
    "clipped to its own row": at(560, "60 556 300 14 re W n"),
}


@pytest.mark.parametrize("showing", SHOWING)
def test_what_is_seen_is_text(showing: str, tmp_path: Path) -> None:
    resources = RESOURCES.replace("/Clear", "/Half << /ca 0.5 >> /Clear").replace("/Off 11", "/On 13 0 R /Off 11")
    objects = (*OBJECTS, "<< /Type /OCG /Name (Text) >>")
    path = write_pdf(tmp_path / "a.pdf", PROSE + SHOWN + SHOWING[showing], resources, catalog=CATALOG, objects=objects)
    document = parse_document(path, "0")
    assert {"76.90", "78.57", "Garganey", "71.20"} <= set(words_in(document))
    assert not document.notes


def test_what_a_crop_box_cuts_off_is_not_text(tmp_path: Path) -> None:
    box = "/MediaBox [0 0 612 792] /CropBox [40 300 600 780]"
    path = write_pdf(tmp_path / "a.pdf", PROSE + SHOWN + text(72, 200, HIDDEN), page=box)
    document = parse_document(path, "0")
    assert "76.90" in words_in(document) and "71.20" not in words_in(document)
    assert notes_of(document) == {ParseNote.GLYPHS_OFF_PAGE}


# --- painted twice


@pytest.mark.parametrize("shift", [(0, 0), (0.3, 0), (0.6, 0), (0.3, 0.2), (-0.4, 0), (0, 0.4)])
@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("by", ["glyph", "word"])
def test_bold_that_is_painted_again_counts_once(
    shift: tuple[float, float], times: int, by: str, tmp_path: Path
) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 700, "Accuracy on ImageNet of a model that is small")
    x = 72.0
    for piece in list("Mallet 77.11 will") if by == "glyph" else ["Mallet 77.11 will"]:
        for n in range(times):
            canvas.drawString(x + n * shift[0], 680 + n * shift[1], piece)
        x += canvas.stringWidth(piece)
    canvas.save()
    words = [w for line in parse_document(tmp_path / "a.pdf", "0").pages[0].lines for w in line.words]
    assert [w.text for w in words][-3:] == ["Mallet", "77.11", "will"]
    assert [w.bold for w in words] == [False] * (len(words) - 3) + [True] * 3


# --- watermarks


def watermark(words: str, size: float, angle: float, grey: float, place: tuple[float, float], split: bool) -> str:
    from math import cos, radians, sin

    turn = f"{cos(radians(angle)):.4f} {sin(radians(angle)):.4f} {-sin(radians(angle)):.4f} {cos(radians(angle)):.4f}"
    pieces = list(words) if split else [words]
    shown = "".join(text(0.65 * size * i, 0, piece, size) for i, piece in enumerate(pieces))
    return f"q {grey} g {turn} {place[0]} {place[1]} cm\n{shown}Q\n"


@pytest.mark.parametrize("split", [False, True], ids=["one object", "several objects"])
@pytest.mark.parametrize("after", [False, True], ids=["below", "above"])
@pytest.mark.parametrize(
    ("size", "angle", "grey", "place"),
    [
        (24, 0, 0.85, (300, 590)),
        (24, 30, 0.85, (60, 560)),
        (24, 45, 0.7, (90, 560)),
        (36, 0, 0.8, (60, 595)),
        (60, 55, 0.9, (60, 520)),
        (60, -45, 0.5, (60, 700)),
        (90, 0, 0.85, (60, 580)),
        (90, 45, 0.5, (80, 520)),
        (90, 90, 0.85, (140, 420)),
        (90, 0, 0.3, (60, 580)),
    ],
)
def test_watermarks_are_no_words(
    size: float, angle: float, grey: float, place: tuple[float, float], after: bool, split: bool, tmp_path: Path
) -> None:
    mark = watermark("DRAFT", size, angle, grey, place, split)
    path = write_pdf(tmp_path / "a.pdf", PROSE + SHOWN + mark if after else mark + PROSE + SHOWN)
    document = parse_document(path, "0")
    bare = parse_document(write_pdf(tmp_path / "b.pdf", PROSE + SHOWN), "0")
    assert words_in(document) == words_in(bare)
    assert "DRAFT" not in document.pages[0].plain_text
    assert notes_of(document) <= {ParseNote.GLYPHS_WATERMARK, ParseNote.GLYPHS_SLANTED} and document.notes


@pytest.mark.parametrize(
    ("matrix", "note"),
    [
        ("1 0 0 1 0 0", None),
        ("1 0.01 -0.01 1 0 0", None),
        ("0.9986 0.0523 -0.0523 0.9986 20 0", ParseNote.GLYPHS_SLANTED),
        ("1 0 0 -1 0 792", ParseNote.GLYPHS_MIRRORED),
        ("-1 0 0 1 612 0", ParseNote.GLYPHS_MIRRORED),
        ("-1 0 0 -1 612 792", None),
        ("1 0 0 -1 0 792 cm 1 0 0 -1 0 792", None),
    ],
    ids=["as it is", "nearly level", "askew", "head over heels", "in a mirror", "turned round", "mirrored twice"],
)
def test_a_page_whose_rows_do_not_run_level_is_told(matrix: str, note: ParseNote | None, tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", f"q {matrix} cm\n{PROSE}{SHOWN}Q\n")
    document = parse_document(path, "0")
    assert notes_of(document) == ({note, ParseNote.TEXT_MISSING} if note else set())
    assert ("Wigeon" in words_in(document)) == (note is None)


def test_a_large_title_stays(tmp_path: Path) -> None:
    titles = text(72, 740, "Large Networks", 28) + "q 0.2 0.3 0.6 rg " + text(72, 640, "Results", 22) + "Q\n"
    document = parse_document(write_pdf(tmp_path / "a.pdf", titles + PROSE + SHOWN), "0")
    assert document.title == "Large Networks"
    assert "Results" in words_in(document)
    assert not document.notes


# --- scans


@pytest.mark.parametrize("strips", [1, 4])
@pytest.mark.parametrize("over", [True, False], ids=["over the picture", "under the picture"])
def test_what_was_recognised_in_a_scan_counts(strips: int, over: bool, tmp_path: Path) -> None:
    lines = ["We train a network on ImageNet.", "It has an accuracy of 77.11 on the validation set.", "The end."]
    source = Canvas(str(tmp_path / "source.pdf"), pagesize=letter)
    write_lines(source, lines)
    source.save()
    picture = picture_of(tmp_path / "source.pdf")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    if not over:
        write_lines(canvas, lines)
    step = picture.height // strips
    for i in range(strips):
        piece = tmp_path / f"{i}.png"
        picture.crop((0, i * step, picture.width, (i + 1) * step)).save(piece)
        canvas.drawImage(str(piece), 0, 792 * (1 - (i + 1) / strips), 612, 792 / strips)
    if over:
        write_lines(canvas, lines, mode=3)
    canvas.save()
    document = parse_document(tmp_path / "a.pdf", "0")
    assert "77.11" in words_in(document)
    assert notes_of(document) == {ParseNote.SCAN_LAYER}


def test_hidden_text_over_an_empty_picture_does_not_count(tmp_path: Path) -> None:
    Image.new("RGB", (100, 130), "white").save(tmp_path / "paper.png")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    canvas.drawImage(str(tmp_path / "paper.png"), 0, 0, 612, 792)
    write_lines(canvas, ["We train a network on ImageNet.", "Its accuracy is 71.20, which nobody can see."], mode=3)
    canvas.drawString(72, 500, "The accuracy is 76.90.")
    canvas.save()
    document = parse_document(tmp_path / "a.pdf", "0")
    assert "71.20," not in words_in(document) and "76.90." in words_in(document)
    assert notes_of(document) == {ParseNote.GLYPHS_UNPAINTED}


def write_lines(canvas: Canvas, lines: list[str], mode: int = 0) -> None:
    """Lines of text, in a render mode."""
    written = canvas.beginText(72, 700)
    written.setFont("Helvetica", 11)
    written.setTextRenderMode(mode)
    for line in lines:
        written.textLine(line)
    written.setTextRenderMode(0)
    canvas.drawText(written)


def picture_of(path: Path) -> Image.Image:
    """The first page as a scanner would give it."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    try:
        return document[0].render(scale=2).to_pil().convert("RGB")
    finally:
        document.close()


def test_pairs_of_utf16_units_are_one_character_and_halves_can_be_stored() -> None:
    assert tidy("\ud835\udc65 = 1") == "𝑥 = 1"
    tidy("half \ud835 of one").encode()
