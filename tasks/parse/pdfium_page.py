"""Glyphs and strokes of a page by pdfium, in pdfplumber's form: some ten times faster than pdfminer reads them.

Of each glyph pdfium tells the letters (`FPDFText_GetUnicode`), the origin (`FPDFText_GetCharOrigin`) and the text
object, which has matrix, font, size and colour. Its box is as long as its advance (`FPDFFont_GetGlyphWidth`, bounded by
`FPDFText_GetLooseCharBox`) and as high as its type, as pdfminer's is. Paths and images come from the page's objects,
forms opened.

A page is left to pdfplumber (`Unsure`) where pdfium says less than it does: fonts that state no height, Type 3 fonts of
one name that contradict each other, and text that pdfium's text leaves out, such as type painted twice. Glyphs that no
library can name are "(cid:)", which is no letter.
"""

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from tasks.parse.drawn_fonts import Letters

Glyph = dict[str, Any]
"""As pdfplumber has it: `text`, `x0`, `x1`, `top`, `bottom`, `size`, `matrix`, `upright`, `fontname` and so on."""
Shape = dict[str, Any]
"""A line, rectangle, curve or image as pdfplumber has it."""
Matrix = tuple[float, float, float, float, float, float]
Floats = npt.NDArray[np.float64]

_FORM_DEPTH = 15
_SHORTEST = 5.0  # pt: a shape that is shorter both ways is no rule
_BLANKS = frozenset(map(ord, " \r\n"))
_HYPHEN = 2  # what pdfium's text has for a hyphen at a line's end
_NO_LETTER = "(cid:)"  # as pdfminer writes a glyph whose font does not say which letter it is
_NO_EXTENT = 1e-3  # pt
_LEAST_ADVANCE = 0.5  # of a glyph's box: a width below it is another glyph's


class Unsure(Exception):
    """pdfium does not tell all of this page: pdfplumber is to read it."""


def _function(of: Any, result: Any, *arguments: Any) -> Any:
    """A function of pdfium that takes addresses: results land in arrays without a wrapper for each."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(of, ctypes.c_void_p).value or 0)


_P, _I, _U, _F = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint, ctypes.c_float
_unicode = _function(pdfium_c.FPDFText_GetUnicode, _U, _P, _I)
_is_generated = _function(pdfium_c.FPDFText_IsGenerated, _I, _P, _I)
_is_unmapped = _function(pdfium_c.FPDFText_HasUnicodeMapError, _I, _P, _I)
_handle_of = _function(pdfium_c.FPDFText_GetTextObject, _P, _P, _I)
_matrix = _function(pdfium_c.FPDFText_GetMatrix, _I, _P, _I, _P)
_origin = _function(pdfium_c.FPDFText_GetCharOrigin, _I, _P, _I, _P, _P)
_loose_box = _function(pdfium_c.FPDFText_GetLooseCharBox, _I, _P, _I, _P)
_ink_box = _function(pdfium_c.FPDFText_GetCharBox, _I, _P, _I, _P, _P, _P, _P)
_font = _function(pdfium_c.FPDFTextObj_GetFont, _P, _P)
_font_size = _function(pdfium_c.FPDFTextObj_GetFontSize, _I, _P, _P)
_font_name = _function(pdfium_c.FPDFFont_GetBaseFontName, ctypes.c_size_t, _P, _P, ctypes.c_size_t)
_font_data = _function(pdfium_c.FPDFFont_GetFontData, _I, _P, _P, ctypes.c_size_t, _P)
_ascent = _function(pdfium_c.FPDFFont_GetAscent, _I, _P, _F, _P)
_descent = _function(pdfium_c.FPDFFont_GetDescent, _I, _P, _F, _P)
_width = _function(pdfium_c.FPDFFont_GetGlyphWidth, _I, _P, ctypes.c_uint32, _F, _P)
_fill = _function(pdfium_c.FPDFPageObj_GetFillColor, _I, _P, _P, _P, _P, _P)
_bounds = _function(pdfium_c.FPDFPageObj_GetBounds, _I, _P, _P, _P, _P, _P)
_kind = _function(pdfium_c.FPDFPageObj_GetType, _I, _P)
_object_matrix = _function(pdfium_c.FPDFPageObj_GetMatrix, _I, _P, _P)
_count = _function(pdfium_c.FPDFPage_CountObjects, _I, _P)
_object = _function(pdfium_c.FPDFPage_GetObject, _P, _P, _I)
_count_in_form = _function(pdfium_c.FPDFFormObj_CountObjects, _I, _P)
_object_in_form = _function(pdfium_c.FPDFFormObj_GetObject, _P, _P, ctypes.c_ulong)
_draw_mode = _function(pdfium_c.FPDFPath_GetDrawMode, _I, _P, _P, _P)
_count_segments = _function(pdfium_c.FPDFPath_CountSegments, _I, _P)
_segment = _function(pdfium_c.FPDFPath_GetPathSegment, _P, _P, _I)
_segment_kind = _function(pdfium_c.FPDFPathSegment_GetType, _I, _P)
_segment_point = _function(pdfium_c.FPDFPathSegment_GetPoint, _I, _P, _P, _P)
_segment_closes = _function(pdfium_c.FPDFPathSegment_GetClose, _I, _P)


def glyphs_and_shapes(
    shown: pdfium.PdfPage, drawn_fonts: Callable[[], dict[str, Letters]], onto: Matrix, height: float
) -> tuple[list[Glyph], list[Shape]]:
    """The glyphs of a page in the order of painting, and its paths and images.

    Args:
        shown: The page.
        drawn_fonts: Gives the letters of its Type 3 fonts; asked only where pdfium cannot tell them.
        onto: From the PDF's own space to the sheet, whose origin is below on the left.
        height: Of the sheet, in points.

    Raises:
        Unsure: Where pdfplumber tells more of the page.
    """
    placed = list(_objects(ctypes.cast(shown.raw, _P).value or 0, onto))
    order = {handle: i for i, (kind, handle, _) in enumerate(placed) if kind == pdfium_c.FPDF_PAGEOBJ_TEXT}
    glyphs = _glyphs(shown, cache(drawn_fonts), order, onto, height)
    shapes: list[Shape] = []
    for kind, handle, matrix in placed:
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            shapes += _path(handle, matrix, height)
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            box = _bounds_of(handle, matrix)
            shapes.append(_shape("image", box, height))
    return glyphs, shapes


def _objects(page: int, onto: Matrix) -> Iterator[tuple[int, int, Matrix]]:
    """Kind, handle and matrix (to the sheet) of what is painted, forms opened."""
    for i in range(_count(page)):
        yield from _opened(_object(page, i), onto, _FORM_DEPTH)


def _opened(handle: int, onto: Matrix, depth: int) -> Iterator[tuple[int, int, Matrix]]:
    kind = _kind(handle)
    if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
        yield kind, handle, onto
    elif depth:
        matrix = _times(_matrix_of(handle), onto)
        for i in range(_count_in_form(handle)):
            yield from _opened(_object_in_form(handle, i), matrix, depth - 1)


# --- glyphs


class _TextObject(NamedTuple):
    """What the glyphs of a text object share. `descent` and `size` are in the units of `matrix`, which leads to the
    PDF's own space; its origin is each glyph's own."""

    font: int
    fontname: str
    colour: tuple[int, ...]
    descent: float
    size: float
    matrix: tuple[float, float, float, float]


def _glyphs(
    shown: pdfium.PdfPage,
    drawn_fonts: Callable[[], dict[str, Letters]],
    order: dict[int, int],
    onto: Matrix,
    height: float,
) -> list[Glyph]:
    textpage = shown.get_textpage()
    try:
        text = ctypes.cast(textpage.raw, _P).value or 0
        handles = [_handle_of(text, i) for i in range(textpage.count_chars())]
        first = {handle: i for i, handle in reversed(list(enumerate(handles))) if handle}
        objects = {handle: _text_object(text, i, handle) for handle, i in first.items()}
        letters = _letters(text, handles, objects, drawn_fonts)
        origins = np.zeros((len(handles), 2))
        at = origins.ctypes.data
        for i in letters:
            _origin(text, i, at + 16 * i, at + 16 * i + 8)
        _join(text, letters, handles, origins)
        advances = _advances(text, letters, handles, objects, origins)
    finally:
        textpage.close()
    unseen = order.keys() - {handles[i] for i in letters}
    if any(_has_extent(handle) for handle in unseen):  # what has none is blank
        raise Unsure("text objects without glyphs")
    kept = sorted(letters, key=lambda i: order.get(handles[i] or 0, len(order)))
    return _placed(
        [(letters[i], objects[handles[i] or 0]) for i in kept],
        origins[kept],
        np.array([advances[i] for i in kept]),
        onto,
        height,
    )


def _placed(
    glyphs: list[tuple[str, _TextObject]], origins: Floats, advances: Floats, onto: Matrix, height: float
) -> list[Glyph]:
    """The glyphs on the sheet; each box is as long as the advance and as high as the type."""
    parts = {id(of): _times((*of.matrix, 0, 0), onto)[:4] for _, of in glyphs}
    a, b, c, d = np.array([parts[id(of)] for _, of in glyphs], dtype=float).reshape(-1, 4).T
    low, size = np.array([(of.descent, of.size) for _, of in glyphs], dtype=float).reshape(-1, 2).T
    x, y = _on(origins[:, 0], origins[:, 1], onto)
    corners = [(along, across) for along in (0 * advances, advances) for across in (low, low + size)]
    xs = np.stack([x + a * along + c * across for along, across in corners])
    ys = np.stack([y + b * along + d * across for along, across in corners])
    upright = (a * d > 0) & (b * c <= 0)
    sides = (xs.min(axis=0), ys.min(axis=0), xs.max(axis=0), ys.max(axis=0), x, y, upright)
    return [
        {
            "text": letter,
            "x0": x0,
            "x1": x1,
            "top": height - y1,
            "bottom": height - y0,
            "y0": y0,
            "size": y1 - y0,
            "matrix": (*parts[id(of)], at_x, at_y),
            "upright": stands,
            "fontname": of.fontname,
            "non_stroking_color": of.colour,
        }
        for (letter, of), x0, y0, x1, y1, at_x, at_y, stands in zip(glyphs, *(s.tolist() for s in sides), strict=True)
    ]


def _letters(
    text: int,
    handles: list[int | None],
    objects: dict[int, _TextObject],
    drawn_fonts: Callable[[], dict[str, Letters]],
) -> dict[int, str]:
    """What each glyph says, by its index; without those that pdfium adds."""
    letters: dict[int, str] = {}
    known: dict[tuple[int, int, bool], str] = {}
    is_drawn = cache(_is_drawn)
    for i, handle in enumerate(handles):
        if handle is None:
            continue
        code = _unicode(text, i)
        if code in _BLANKS and _is_generated(text, i):
            continue
        of = objects[handle]
        key = of.font, code, is_drawn(of.font) and bool(_is_unmapped(text, i))
        if key not in known:
            known[key] = _drawn_letter(code, of, drawn_fonts()) if key[-1] else _letter(text, i, code)
        letters[i] = known[key]
    return letters


def _letter(text: int, i: int, code: int) -> str:
    if code == _HYPHEN:
        return "-"
    return chr(code) if code and not _is_unmapped(text, i) else _NO_LETTER


def _drawn_letter(code: int, of: _TextObject, drawn_fonts: dict[str, Letters]) -> str:
    """What a glyph of a Type 3 font says that pdfium cannot name: it then gives the font's own code."""
    if of.fontname not in drawn_fonts:
        raise Unsure("a font of drawings, whose names for its glyphs are not found")
    return drawn_fonts[of.fontname].get(code, _NO_LETTER)


def _is_drawn(font: int) -> bool:
    """Whether the font is of Type 3, which has no font program."""
    length = ctypes.c_size_t()
    return not (_font_data(font, None, 0, ctypes.addressof(length)) and length.value)


def _join(text: int, letters: dict[int, str], handles: list[int | None], origins: Floats) -> None:
    """Make characters that are one glyph ("ﬁ" is two of pdfium's) one, in place."""
    kept = list(letters)
    same = (origins[kept[1:]] == origins[kept[:-1]]).all(axis=1)
    for k in reversed(np.flatnonzero(same).tolist()):
        before, i = kept[k], kept[k + 1]
        if handles[i] == handles[before] and _ink_of(text, i) == _ink_of(text, before):
            letters[before] += letters.pop(i)
    for i, letter in letters.items():
        if "\ud800" <= letter[:1] <= "\udfff":
            letters[i] = letter.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _ink_of(text: int, i: int) -> tuple[float, ...]:
    box = (ctypes.c_double * 4)()
    at = ctypes.addressof(box)
    _ink_box(text, i, at, at + 8, at + 16, at + 24)
    return tuple(box)


def _advances(
    text: int, letters: dict[int, str], handles: list[int | None], objects: dict[int, _TextObject], origins: Floats
) -> dict[int, float]:
    """How far each glyph moves on, in the units of its matrix; found once for each letter of a font."""
    known: dict[tuple[int, float, str], float] = {}
    advances: dict[int, float] = {}
    for i, letter in letters.items():
        of = objects[handles[i] or 0]
        key = (of.font, of.size, letter)
        if key not in known:
            known[key] = _advance(text, i, letter, of, origins[i].tolist())
        advances[i] = known[key]
    return advances


def _advance(text: int, i: int, letter: str, of: _TextObject, origin: list[float]) -> float:
    """As far as the glyph's box reaches; where its ink hangs over, which that box takes in, the width its font states.

    The font is asked by letter, and may answer for another form of it, as old-style figures: hence only there.
    """
    box, width = (ctypes.c_float * 4)(), ctypes.c_float()
    _loose_box(text, i, ctypes.addressof(box))
    left, top, right, bottom = box
    ink_left, ink_right, ink_bottom, ink_top = _ink_of(text, i)
    a, b, _, _ = of.matrix
    level, ahead = abs(a) >= abs(b), (a if abs(a) >= abs(b) else b) > 0
    scale, start = (a, origin[0]) if level else (b, origin[1])
    ends = (
        ((right, ink_right) if ahead else (left, ink_left))
        if level
        else ((top, ink_top) if ahead else (bottom, ink_bottom))
    )
    reach, ink = ((end - start) / scale if scale else 0.0 for end in ends)
    stated = len(letter) == 1 and _width(of.font, ord(letter), of.size, ctypes.addressof(width))
    overhangs = ink > reach - _NO_EXTENT
    return width.value if overhangs and stated and _LEAST_ADVANCE * reach < width.value < reach else reach


def _text_object(text: int, i: int, handle: int) -> _TextObject:
    """The text object of the glyph `i`."""
    font = _font(handle)
    up, down, size = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    _font_size(handle, ctypes.addressof(size))
    _ascent(font, size.value, ctypes.addressof(up))
    _descent(font, size.value, ctypes.addressof(down))
    if up.value == down.value:
        raise Unsure("a font without height")
    name = ctypes.create_string_buffer(256)
    _font_name(font, ctypes.addressof(name), 256)
    colour, matrix = (ctypes.c_uint * 4)(), (ctypes.c_float * 6)()
    at = ctypes.addressof(colour)
    _fill(handle, at, at + 4, at + 8, at + 12)
    _matrix(text, i, ctypes.addressof(matrix))
    a, b, c, d, _, _ = matrix
    fontname = name.value.decode("utf-8", "replace")
    return _TextObject(font, fontname, tuple(colour), down.value, size.value, (a, b, c, d))


# --- shapes


def _path(handle: int, onto: Matrix, height: float) -> list[Shape]:
    """The parts of a path as pdfminer tells them apart: lines, upright rectangles, all else."""
    x0, y0, x1, y1 = _bounds_of(handle, onto)
    if x1 - x0 < _SHORTEST and y1 - y0 < _SHORTEST:
        return []
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    _draw_mode(handle, ctypes.addressof(fill), ctypes.addressof(stroke))
    if not (fill.value or stroke.value):
        return []
    matrix = _times(_matrix_of(handle), onto)
    return [_part(points, bool(stroke.value), height) for points in _parts(handle, matrix) if len(points) > 1]


def _parts(handle: int, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The end points of each part of a path, on the sheet; a closed one ends where it begins."""
    part: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    to_x, to_y = ctypes.addressof(x), ctypes.addressof(y)
    controls = 0
    for i in range(_count_segments(handle)):
        segment = _segment(handle, i)
        kind = _segment_kind(segment)
        if kind == pdfium_c.FPDF_SEGMENT_BEZIERTO:
            controls = (controls + 1) % 3
            if controls:
                continue
        elif kind == pdfium_c.FPDF_SEGMENT_MOVETO and part:
            yield part
            part = []
        _segment_point(segment, to_x, to_y)
        part.append(_on(x.value, y.value, matrix))
        if _segment_closes(segment) and part[-1] != part[0]:
            part.append(part[0])
    yield part


def _part(points: list[tuple[float, float]], stroke: bool, height: float) -> Shape:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    is_rect = (
        len(points) == 5 and points[0] == points[-1] and all(xs[i] == xs[i + 1] or ys[i] == ys[i + 1] for i in range(4))
    )
    kind = "line" if len(points) == 2 else "rect" if is_rect else "curve"
    return _shape(kind, (min(xs), min(ys), max(xs), max(ys)), height) | {"stroke": stroke}


def _shape(kind: str, box: tuple[float, ...], height: float) -> Shape:
    x0, y0, x1, y1 = box
    return {"object_type": kind, "x0": x0, "x1": x1, "top": height - y1, "bottom": height - y0}


def _bounds_of(handle: int, onto: Matrix) -> tuple[float, float, float, float]:
    bounds = (ctypes.c_float * 4)()
    at = ctypes.addressof(bounds)
    _bounds(handle, at, at + 4, at + 8, at + 12)
    left, bottom, right, top = bounds
    xs, ys = zip(*(_on(x, y, onto) for x in (left, right) for y in (bottom, top)), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _has_extent(handle: int) -> bool:
    left, bottom, right, top = _bounds_of(handle, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    return max(right - left, top - bottom) > _NO_EXTENT


# --- places


def _matrix_of(handle: int) -> Matrix:
    parts = (ctypes.c_float * 6)()
    _object_matrix(handle, ctypes.addressof(parts))
    return tuple(parts)


def _times(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that does first the one, then the other."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _on(x: Any, y: Any, onto: Matrix) -> tuple[Any, Any]:
    a, b, c, d, e, f = onto
    return a * x + c * y + e, b * x + d * y + f
