"""One page as a reader holds it: glyphs and strokes in points from the upper left corner of what a viewer shows.

Where a page's boxes begin, what they cut off, how the page is rotated and how long its unit is end here.
"""

from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium

from tasks.parse.drawn_fonts import drawn_fonts
from tasks.parse.pdfium_page import Glyph, Matrix, Shape, Unsure, glyphs_and_shapes

_SIDES = ("x0", "x1", "top", "bottom")
_LENGTHS = (*_SIDES, "y0", "y1", "width", "height", "size")
_SHAPES = ("lines", "rects", "curves", "images")
_MOST_UNITS = 75.0
"""A unit of more points than this is an error (200 inches, the largest page, in units of a small one)."""


@dataclass(slots=True)
class PageSheet:
    """The glyphs and shapes of one page, in pdfplumber's form, placed so that the visible page begins at (0, 0).

    `unit` is the length of the PDF's unit in points; `shift` leads from where a glyph's matrix puts it (up is plus) to
    its place on the sheet (down is plus).
    """

    chars: list[Glyph]
    lines: list[Shape]
    rects: list[Shape]
    curves: list[Shape]
    images: list[Shape]
    width: float
    height: float
    unit: float
    shift: tuple[float, float]

    def place(self, glyph: dict[str, Any]) -> tuple[float, float]:
        """Where the glyph's own origin (on the baseline, left) stands on the sheet."""
        return glyph["matrix"][4] + self.shift[0], self.shift[1] - glyph["matrix"][5]


def sheet_of(source: Any, shown: pdfium.PdfPage) -> PageSheet:
    """A page within the box that pdfium shows, read by pdfium; where that is unsure, by pdfplumber.

    Args:
        source: The page in pdfplumber, which reads it only when its objects are asked for.
        shown: The same page in pdfium.
    """
    unit = user_unit(source)
    try:
        sheet = by_pdfium(source, shown, unit)
    except Unsure:
        sheet = by_pdfplumber(source, shown, unit)
    if is_upside_down(sheet.chars):
        _turn_round(sheet)
        shown.set_rotation((shown.get_rotation() + 180) % 360)
    return sheet


def by_pdfium(source: Any, shown: pdfium.PdfPage, unit: float) -> PageSheet:
    """The page as pdfium reads it.

    Raises:
        Unsure: Where pdfplumber tells more of the page.
    """
    left, bottom, right, top = box = shown.get_bbox()
    sides = ((right - left) * unit, (top - bottom) * unit)
    rotation = shown.get_rotation()
    width, height = sides if rotation in (0, 180) else sides[::-1]
    onto = _onto_sheet(box, rotation, unit)
    read = glyphs_and_shapes(shown, lambda: drawn_fonts(source.page_obj), onto, height)
    return _sheet(*read, width, height, unit, (0, height))


def _sheet(
    chars: list[Glyph], shapes: list[Shape], width: float, height: float, unit: float, shift: tuple[float, float]
) -> PageSheet:
    of = {kind: [s for s in shapes if s["object_type"] == kind.removesuffix("s")] for kind in _SHAPES}
    return PageSheet(chars, **of, width=width, height=height, unit=unit, shift=shift)


def _onto_sheet(box: tuple[float, ...], rotation: int, unit: float) -> Matrix:
    """From the PDF's own space to the sheet with its origin below on the left."""
    left, bottom, right, top = box
    a, b, c, d, e, f = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }[rotation]
    return a * unit, b * unit, c * unit, d * unit, e * unit, f * unit


def by_pdfplumber(source: Any, shown: pdfium.PdfPage, unit: float) -> PageSheet:
    """The page as pdfplumber reads it; its objects are changed in place."""
    left, top, width, height = _shown_box(shown, source.page_obj.mediabox, source.rotation)
    full_height = source.height
    corner = (source.mediabox[0] + left, source.mediabox[1] + top)
    shapes = [shape for kind in _SHAPES for shape in getattr(source, kind)]
    chars = list(source.chars)
    if unit != 1 or any(corner):
        for thing in [*chars, *shapes]:
            _move(thing, corner, unit)
    shift = (-left * unit, (full_height - top) * unit)
    return _sheet(chars, shapes, width * unit, height * unit, unit, shift)


def is_upside_down(chars: list[Glyph]) -> bool:
    """Whether most text of a page stands on its head."""
    return sum(c["matrix"][0] < 0 and c["matrix"][3] < 0 for c in chars) > 0.5 * len(chars)


def user_unit(source: Any) -> float:
    """Points in one unit of pdfplumber's page; 1 where the page says nothing sensible."""
    unit = source.page_obj.attrs.get("UserUnit")
    return float(unit) if isinstance(unit, int | float) and 0 < unit <= _MOST_UNITS else 1.0


def _turn_round(sheet: PageSheet) -> None:
    """Turn all that stands on the sheet by half a circle."""
    shapes = (shape for kind in _SHAPES for shape in getattr(sheet, kind))
    for thing in (*sheet.chars, *shapes):
        thing["x0"], thing["x1"] = sheet.width - thing["x1"], sheet.width - thing["x0"]
        thing["top"], thing["bottom"] = sheet.height - thing["bottom"], sheet.height - thing["top"]
    for glyph in sheet.chars:
        (x, y), matrix = sheet.place(glyph), glyph["matrix"]
        origin = (sheet.width - x - sheet.shift[0], sheet.shift[1] - sheet.height + y)
        glyph["matrix"] = (*(-part for part in matrix[:4]), *origin)
        glyph["y0"], glyph["y1"] = sheet.shift[1] - glyph["bottom"], sheet.shift[1] - glyph["top"]


def turned_point(box: tuple[float, ...], rotation: int, x: float, y: float) -> tuple[float, float]:
    """A point of the PDF's own space on the rotated page, from the upper left corner of `box`."""
    left, bottom, right, top = box
    return {
        0: (x - left, top - y),
        90: (y - bottom, x - left),
        180: (right - x, y - bottom),
        270: (top - y, right - x),
    }[rotation]


def _shown_box(shown: pdfium.PdfPage, media: Any, rotation: int) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is shown, from the upper left corner of the rotated media box."""
    left, bottom, right, top = shown.get_bbox()
    x0, y0, x1, y1 = (float(side) for side in media)
    whole = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    corners = [turned_point(whole, rotation, x, y) for x, y in ((left, bottom), (right, top))]
    (xa, ya), (xb, yb) = corners
    return min(xa, xb), min(ya, yb), abs(xb - xa), abs(yb - ya)


def _move(thing: Glyph | Shape, corner: tuple[float, float], unit: float) -> None:
    for side in _SIDES:
        thing[side] -= corner[side in ("top", "bottom")]
    if unit != 1:
        for length in _LENGTHS:
            if thing.get(length) is not None:
                thing[length] *= unit
        if "matrix" in thing:
            thing["matrix"] = tuple(unit * part for part in thing["matrix"])
