"""One page as a reader holds it: glyphs and strokes in points from the upper left corner of what a viewer shows.

Where a page's boxes begin, what they cut off, how the page is rotated and how long its unit is end here.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from tasks.parse.drawn_fonts import drawn_fonts
from tasks.parse.glyph_table import Glyphs
from tasks.parse.pdfium_page import UNMOVED, Matrix, Shape, Unsure, glyphs_and_shapes, objects_of, on, texts_among

_SIDES = ("x0", "x1", "top", "bottom")
_SHAPES = ("lines", "rects", "curves", "images")
_MOST_UNITS = 75.0
"""A unit of more points than this is an error (200 inches, the largest page, in units of a small one)."""


@dataclass(slots=True)
class PageSheet:
    """The glyphs of one page, and its shapes in pdfplumber's form, placed so that the visible page begins at (0, 0).

    `texts` are the addresses of its text objects in pdfium, in the order of painting; `unit` is the length of the PDF's
    unit in points.
    """

    glyphs: Glyphs
    lines: list[Shape]
    rects: list[Shape]
    curves: list[Shape]
    images: list[Shape]
    texts: list[int]
    width: float
    height: float
    unit: float


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
    if is_upside_down(sheet.glyphs):
        _turn_round(sheet)
        shown.set_rotation((shown.get_rotation() + 180) % 360)
    return sheet


def by_pdfium(source: Any, shown: pdfium.PdfPage, unit: float) -> PageSheet:
    """The page as pdfium reads it.

    Raises:
        Unsure: Where pdfplumber tells more of the page.
    """
    onto, width, height = placement(shown.get_bbox(), shown.get_rotation(), unit)
    fonts = cache(lambda: drawn_fonts(source.page_obj))
    return _sheet(*glyphs_and_shapes(shown, fonts, onto, height), width, height, unit)


def _sheet(
    glyphs: Glyphs, shapes: list[Shape], texts: list[int], width: float, height: float, unit: float
) -> PageSheet:
    of = {kind: [s for s in shapes if s["object_type"] == kind.removesuffix("s")] for kind in _SHAPES}
    return PageSheet(glyphs, **of, texts=texts, width=width, height=height, unit=unit)


def placement(box: tuple[float, ...], rotation: int, unit: float) -> tuple[Matrix, float, float]:
    """From the PDF's own space to a sheet that shows a box of it, with the origin below on the left; the sheet's width
    and height."""
    left, bottom, right, top = box
    a, b, c, d, e, f = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }[rotation]
    sides = ((right - left) * unit, (top - bottom) * unit)
    width, height = sides if rotation in (0, 180) else sides[::-1]
    return (a * unit, b * unit, c * unit, d * unit, e * unit, f * unit), width, height


def by_pdfplumber(source: Any, shown: pdfium.PdfPage, unit: float) -> PageSheet:
    """The page as pdfplumber reads it; its objects are changed in place."""
    left, top, width, height = _shown_box(shown, source.page_obj.mediabox, source.rotation)
    corner = (float(source.mediabox[0] + left), float(source.mediabox[1] + top))
    glyphs = Glyphs.of_pdfplumber(source.chars, source.mediabox[0])
    glyphs.box = (glyphs.box - np.array(corner * 2)) * unit
    glyphs.origin = (glyphs.origin - corner) * unit
    glyphs.size = glyphs.size * unit
    shapes = [shape for kind in _SHAPES for shape in getattr(source, kind)]
    for shape in shapes:
        for side in _SIDES:
            shape[side] = (shape[side] - corner[side in ("top", "bottom")]) * unit
    return _sheet(glyphs, shapes, texts_among(objects_of(shown, UNMOVED)), width * unit, height * unit, unit)


def is_upside_down(glyphs: Glyphs) -> bool:
    """Whether most text of a page stands on its head."""
    return bool(((glyphs.matrix[:, 0] < 0) & (glyphs.matrix[:, 3] < 0)).sum() > 0.5 * len(glyphs))


def user_unit(source: Any) -> float:
    """Points in one unit of pdfplumber's page; 1 where the page says nothing sensible."""
    unit = source.page_obj.attrs.get("UserUnit")
    return float(unit) if isinstance(unit, int | float) and 0 < unit <= _MOST_UNITS else 1.0


def _turn_round(sheet: PageSheet) -> None:
    """Turn all that stands on the sheet by half a circle."""
    for shape in (shape for kind in _SHAPES for shape in getattr(sheet, kind)):
        shape["x0"], shape["x1"] = sheet.width - shape["x1"], sheet.width - shape["x0"]
        shape["top"], shape["bottom"] = sheet.height - shape["bottom"], sheet.height - shape["top"]
    glyphs, size = sheet.glyphs, np.array([sheet.width, sheet.height])
    glyphs.box = np.tile(size, 2) - glyphs.box[:, [2, 3, 0, 1]]
    glyphs.origin = size - glyphs.origin
    glyphs.matrix = -glyphs.matrix


def _shown_box(shown: pdfium.PdfPage, media: Any, rotation: int) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is shown, from the upper left corner of the rotated media box."""
    left, bottom, right, top = shown.get_bbox()
    x0, y0, x1, y1 = (float(side) for side in media)
    onto, _, height = placement((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), rotation, 1.0)
    (xa, ya), (xb, yb) = on(left, bottom, onto), on(right, top, onto)
    return min(xa, xb), height - max(ya, yb), abs(xb - xa), abs(yb - ya)
