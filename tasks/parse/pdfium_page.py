"""Glyphs and strokes of a page by pdfium, in pdfplumber's form: some ten times faster than pdfminer reads them.

Of each glyph pdfium tells the letters (`FPDFText_GetUnicode`), the matrix and origin (`FPDFText_GetMatrix`,
`FPDFText_GetCharOrigin`), the
box of its advance (`FPDFText_GetLooseCharBox`) and the text object, which has font, size and colour. Its box is as long
as its advance and as high as its type, as pdfminer's is. Paths and images come from the page's objects, forms opened.

A page is left to pdfplumber where pdfium says less than it does; `Unsure` says which these are.
"""

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Glyph = dict[str, Any]
"""As pdfplumber has it: `text`, `x0`, `x1`, `top`, `bottom`, `size`, `matrix`, `upright`, `fontname` and so on."""
Shape = dict[str, Any]
"""A line, rectangle, curve or image as pdfplumber has it."""
Matrix = tuple[float, float, float, float, float, float]
Floats = npt.NDArray[np.float64]

_FORM_DEPTH = 15
_SHORTEST = 5.0  # pt: a shape that is shorter both ways is no rule
_HYPHEN = "\x02"  # what pdfium's text has for a hyphen at a line's end
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
_text_object = _function(pdfium_c.FPDFText_GetTextObject, _P, _P, _I)
_matrix = _function(pdfium_c.FPDFText_GetMatrix, _I, _P, _I, _P)
_origin = _function(pdfium_c.FPDFText_GetCharOrigin, _I, _P, _I, _P, _P)
_loose_box = _function(pdfium_c.FPDFText_GetLooseCharBox, _I, _P, _I, _P)
_ink_box = _function(pdfium_c.FPDFText_GetCharBox, _I, _P, _I, _P, _P, _P, _P)
_font = _function(pdfium_c.FPDFTextObj_GetFont, _P, _P)
_font_size = _function(pdfium_c.FPDFTextObj_GetFontSize, _I, _P, _P)
_font_name = _function(pdfium_c.FPDFFont_GetBaseFontName, ctypes.c_size_t, _P, _P, ctypes.c_size_t)
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


def glyphs_and_shapes(shown: pdfium.PdfPage, onto: Matrix, height: float) -> tuple[list[Glyph], list[Shape]]:
    """The glyphs of a page in the order of painting, and its paths and images.

    Args:
        shown: The page.
        onto: From the PDF's own space to the sheet, whose origin is below on the left.
        height: Of the sheet, in points.

    Raises:
        Unsure: Where pdfplumber tells more of the page.
    """
    placed = list(_objects(ctypes.cast(shown.raw, _P).value or 0, onto))
    order = {handle: i for i, (kind, handle, _) in enumerate(placed) if kind == pdfium_c.FPDF_PAGEOBJ_TEXT}
    glyphs = _glyphs(shown, order, onto, height)
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


def _glyphs(shown: pdfium.PdfPage, order: dict[int, int], onto: Matrix, height: float) -> list[Glyph]:
    textpage = shown.get_textpage()
    try:
        text = ctypes.cast(textpage.raw, _P).value or 0
        count = textpage.count_chars()
        handles = [_text_object(text, i) for i in range(count)]
        letters = [_letter(text, i, handle) for i, handle in enumerate(handles)]
        kept = [i for i, letter in enumerate(letters) if letter]
        matrix, box = np.zeros((count, 6), np.float32), np.zeros((count, 4), np.float32)
        origin = np.zeros((count, 2))
        to_matrix, to_box, to_origin = matrix.ctypes.data, box.ctypes.data, origin.ctypes.data
        for i in kept:
            _matrix(text, i, to_matrix + 24 * i)
            _origin(text, i, to_origin + 16 * i, to_origin + 16 * i + 8)
            _loose_box(text, i, to_box + 16 * i)
        matrix[:, 4:] = origin  # pdfium's is the text object's
        kept = _joined(text, kept, letters, handles, matrix)
    finally:
        textpage.close()
    unseen = order.keys() - {handles[i] for i in kept}
    if any(_has_extent(handle) for handle in unseen):  # what has none is blank
        raise Unsure("text objects without glyphs")
    kept.sort(key=lambda i: order.get(handles[i], len(order)))
    paints = {handle: _paint(handle) for handle in dict.fromkeys(handles[i] for i in kept)}
    matrices = _matrices_on(matrix[kept].astype(float), onto)
    widths = _widths([(paints[handles[i]], letters[i]) for i in kept])
    extents = np.array([(paints[handles[i]].descent, paints[handles[i]].size) for i in kept], dtype=float)
    boxes = _set_on_origin(_boxes_on(box[kept].astype(float), onto), matrices, widths, extents.reshape(-1, 2))
    upright = (matrices[:, 0] * matrices[:, 3] > 0) & (matrices[:, 1] * matrices[:, 2] <= 0)
    return [
        {
            "text": letters[i],
            "x0": x0,
            "x1": x1,
            "top": height - y1,
            "bottom": height - y0,
            "y0": y0,
            "y1": y1,
            "size": y1 - y0,
            "matrix": tuple(along),
            "upright": stands,
            "fontname": paints[handles[i]].name,
            "non_stroking_color": paints[handles[i]].colour,
        }
        for i, (x0, y0, x1, y1), along, stands in zip(
            kept, boxes.tolist(), matrices.tolist(), upright.tolist(), strict=True
        )
    ]


def _set_on_origin(boxes: Floats, matrices: Floats, widths: Floats, extents: Floats) -> Floats:
    """Boxes of level and upright glyphs as far as their advance and as high as their type, from the origin on: pdfium's
    own take in what hangs over."""
    a, b, c, d, e, f = matrices.T
    descent, size = extents.T
    for scale, off, origin, cross, base, axis in ((a, b, e, d, f, 0), (b, a, f, c, e, 1)):
        straight = np.abs(off) < 1e-3 * np.abs(scale)
        reach = np.where(scale > 0, boxes[:, axis + 2] - origin, origin - boxes[:, axis])
        advance = widths * np.abs(scale)
        known = (advance > _LEAST_ADVANCE * reach) & (advance < reach)
        end = origin + np.sign(scale) * np.where(known, advance, reach)
        along = np.sort([origin, end], axis=0)
        across = np.sort([base + cross * descent, base + cross * (descent + size)], axis=0)
        for side in (0, 1):
            boxes[straight, axis + 2 * side] = along[side][straight]
            boxes[straight, 1 - axis + 2 * side] = across[side][straight]
    return boxes


def _widths(glyphs: list[tuple["_Paint", str]]) -> Floats:
    """How far each glyph moves on, by its font; 0 where the font does not say."""
    known: dict[tuple[int, float, str], float] = {}
    width = ctypes.c_float()
    at = ctypes.addressof(width)
    for paint, letter in glyphs:
        key = (paint.font, paint.size, letter)
        if key not in known:
            said = len(letter) == 1 and _width(paint.font, ord(letter), paint.size, at)
            known[key] = width.value if said else 0.0
    return np.array([known[paint.font, paint.size, letter] for paint, letter in glyphs], dtype=float)


def _letter(text: int, i: int, handle: int | None) -> str:
    """What a glyph says; nothing where pdfium added it."""
    letter = chr(_unicode(text, i))
    if handle is None or (letter in " \r\n" and _is_generated(text, i)):
        return ""
    if letter == _HYPHEN:
        return "-"
    return _NO_LETTER if letter == "\0" or _is_unmapped(text, i) else letter


def _joined(
    text: int, kept: list[int], letters: list[str], handles: list[int | None], matrix: npt.NDArray[np.float32]
) -> list[int]:
    """Characters that are one glyph ("ﬁ" is two of pdfium's) made one; `letters` are changed in place."""
    at = matrix[kept]
    same = (at[1:] == at[:-1]).all(axis=1)
    gone = set()
    for k in np.flatnonzero(same).tolist():
        before, i = kept[k], kept[k + 1]
        if handles[i] == handles[before] and _ink_of(text, i) == _ink_of(text, before):
            first = next(kept[j] for j in range(k, -1, -1) if kept[j] not in gone)
            letters[first] += letters[i]
            gone.add(i)
    for i in kept:
        if "\ud800" <= letters[i][:1] <= "\udfff":
            letters[i] = letters[i].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return [i for i in kept if i not in gone]


def _ink_of(text: int, i: int) -> tuple[float, ...]:
    box = np.zeros(4)
    at = box.ctypes.data
    _ink_box(text, i, at, at + 8, at + 16, at + 24)
    return tuple(box.tolist())


class _Paint(NamedTuple):
    """What the glyphs of a text object share. `descent` and `size` are in the units of their matrix."""

    font: int
    name: str
    colour: tuple[int, ...]
    descent: float
    size: float


def _paint(handle: int) -> _Paint:
    font = _font(handle)
    up, down, size = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    _font_size(handle, ctypes.addressof(size))
    _ascent(font, size.value, ctypes.addressof(up))
    _descent(font, size.value, ctypes.addressof(down))
    if up.value == down.value:
        raise Unsure("a font without height")
    name = ctypes.create_string_buffer(256)
    _font_name(font, ctypes.addressof(name), 256)
    colour = np.zeros(4, np.uint32)
    at = colour.ctypes.data
    _fill(handle, at, at + 4, at + 8, at + 12)
    return _Paint(font, name.value.decode("utf-8", "replace"), tuple(colour.tolist()), down.value, size.value)


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
    a, b, c, d, e, f = matrix
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
        part.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
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


def _bounds_of(handle: int, onto: Matrix) -> tuple[float, ...]:
    bounds = np.zeros(4, np.float32)
    at = bounds.ctypes.data
    _bounds(handle, at, at + 4, at + 8, at + 12)
    left, bottom, right, top = bounds.tolist()
    return tuple(_boxes_on(np.array([[left, top, right, bottom]]), onto)[0].tolist())


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


def _boxes_on(boxes: Floats, onto: Matrix) -> Floats:
    """Boxes (left, top, right, bottom) of the PDF's space as (x0, y0, x1, y1) on the sheet."""
    a, b, c, d, e, f = onto
    corners = [(boxes[:, i], boxes[:, j]) for i in (0, 2) for j in (1, 3)]
    x, y = (np.stack([p * u + q * v + w for u, v in corners]) for p, q, w in ((a, c, e), (b, d, f)))
    return np.stack([x.min(axis=0), y.min(axis=0), x.max(axis=0), y.max(axis=0)], axis=1)


def _matrices_on(matrices: Floats, onto: Matrix) -> Floats:
    """Each matrix followed by the one onto the sheet."""
    a, b, c, d, e, f = onto
    turned = matrices.reshape(-1, 3, 2) @ np.array([[a, b], [c, d]])
    turned[:, 2] += (e, f)
    return turned.reshape(-1, 6)
