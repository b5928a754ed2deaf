"""Glyphs and strokes of a page by pdfium: some ten times faster than pdfminer reads them.

Of each glyph pdfium tells the letters (`FPDFText_GetUnicode`), the origin (`FPDFText_GetCharOrigin`) and the text
object, which has matrix, font, size and colour. Its box is as long as its advance (`FPDFFont_GetGlyphWidth`, bounded by
`FPDFText_GetLooseCharBox`) and as high as its type, as pdfminer's is. Paths and images come from the page's objects,
forms opened.

A page is left to pdfplumber (`Unsure`) where pdfium says less than it does: fonts that state no height, Type 3 fonts of
one name that contradict each other, and text that pdfium's text leaves out, such as type painted twice. Glyphs that no
library can name are "(cid:)", which is no letter.
"""

import ctypes
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from tasks.parse import pdfium_functions as call
from tasks.parse.drawn_fonts import Letters
from tasks.parse.glyph_table import NO_GLYPH, NO_LETTER, Floats, Glyphs, Ints, Mask, Paint, numbered

Shape = dict[str, Any]
"""A line, rectangle, curve or image as pdfplumber has it."""
Matrix = tuple[float, float, float, float, float, float]
UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
PlacedObject = tuple[int, int, Matrix]
"""Kind, address, and matrix to the sheet."""
DrawnFonts = Callable[[], dict[str, Letters]]

_FORM_DEPTH = 15
_SHORTEST = 5.0  # pt: a shape that is shorter both ways is no rule
_BLANKS = list(map(ord, " \r\n"))
_HYPHEN = 2  # what pdfium's text has for a hyphen at a line's end
_NO_EXTENT = 1e-3  # pt
_NO_HEIGHT = 0.011  # in the units of a glyph's matrix: pdfium makes a box without height 0.01 high (measured)
_WIDEST_BLANK = 0.35  # of the type's size; a code without a glyph that is no wider may be a blank
_LEAST_ADVANCE = 0.5  # of a glyph's box: a width below it is another glyph's


class Unsure(Exception):
    """pdfium does not tell all of this page: pdfplumber is to read it."""


def glyphs_and_shapes(
    shown: pdfium.PdfPage, drawn_fonts: DrawnFonts, onto: Matrix, height: float
) -> tuple[Glyphs, list[Shape], list[int]]:
    """The glyphs of a page in the order of painting, its paths and images, and the addresses of its text objects.

    Args:
        shown: The page.
        drawn_fonts: Gives the letters of its Type 3 fonts; asked only where pdfium cannot tell them.
        onto: From the PDF's own space to the sheet, whose origin is below on the left.
        height: Of the sheet, in points.

    Raises:
        Unsure: Where pdfplumber tells more of the page.
    """
    placed = list(objects_of(shown, onto))
    texts = texts_among(placed)
    glyphs = _glyphs(shown, drawn_fonts, texts, onto, height)
    shapes: list[Shape] = []
    for kind, handle, matrix in placed:
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            shapes += _path(handle, matrix, height)
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            box = _bounds_of(handle, matrix)
            shapes.append(_shape("image", box, height))
    return glyphs, shapes, texts


def texts_among(placed: Iterable[PlacedObject]) -> list[int]:
    """Addresses of the text objects among what is painted."""
    return [handle for kind, handle, _ in placed if kind == pdfium_c.FPDF_PAGEOBJ_TEXT]


def objects_of(shown: pdfium.PdfPage, onto: Matrix) -> Iterator[PlacedObject]:
    """What is painted, in its order, forms opened."""
    page = call.address(shown.raw)
    for i in range(call.count_objects(page)):
        yield from _opened(call.get_object(page, i), onto, _FORM_DEPTH)


def _opened(handle: int, onto: Matrix, depth: int) -> Iterator[PlacedObject]:
    kind = call.get_type(handle)
    if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
        yield kind, handle, onto
    elif depth:
        matrix = _times(_matrix_of(handle), onto)
        for i in range(call.count_form_objects(handle)):
            yield from _opened(call.get_form_object(handle, i), matrix, depth - 1)


# --- glyphs


@dataclass(slots=True, eq=False)
class _TextObjects:
    """What the glyphs of each text object share, as columns. `descent` and `size` are in the units of `matrix`, which
    leads to the PDF's own space; its origin is each glyph's own."""

    handle: list[int]
    font: list[int]
    paint: list[Paint]
    descent: Floats
    size: Floats
    matrix: Floats

    @classmethod
    def of(cls, text: int, handles: list[int], glyphs: list[int]) -> "_TextObjects":
        """The objects of a page's text, each with one of its glyphs."""
        count, texts = len(handles), repeat(text)
        font = list(map(call.get_font, handles))
        size = call.numbers(call.get_font_size, np.float32, (count, 1), handles).ravel()
        colour = call.numbers(call.get_fill_color, np.uint32, (count, 4), handles, apart=True)
        matrix = call.numbers(call.get_matrix, np.float32, (count, 6), texts, glyphs)[:, :4]
        types = list(map(cache(_type_of), font, size.tolist()))  # asked once for each font and size of a page
        paint = [(name, tuple(of)) for (name, _), of in zip(types, colour.tolist(), strict=True)]
        descent = np.array([descent for _, descent in types], dtype=float)
        return cls(handles, font, paint, descent, size.astype(float), matrix.astype(float))


class _Characters:
    """The characters of pdfium's text that are painted, as columns: without the blanks that it adds."""

    def __init__(self, text: int, count: int) -> None:
        self.text = text
        handles = np.fromiter(map(call.get_text_object, repeat(text), range(count)), np.uint64, count)
        codes = np.fromiter(map(call.get_unicode, repeat(text), range(count)), np.int64, count)
        painted = np.flatnonzero(handles)
        distinct, first, of = np.unique(handles[painted], return_index=True, return_inverse=True)
        self.objects = _TextObjects.of(text, distinct.tolist(), painted[first].tolist())
        blanks = np.flatnonzero(np.isin(codes[painted], _BLANKS)).tolist()
        stays = np.ones(len(painted), dtype=bool)
        stays[blanks] = [not call.is_generated(text, i) for i in painted[blanks].tolist()]
        self.index: Ints = painted[stays]
        """Of each character, its place in pdfium's text."""
        self.of: Ints = of[stays]
        """Of each character, which of `objects` it belongs to."""
        self.codes: Ints = codes[self.index]
        self.origin = call.origins(text, self.index.tolist())

    def keep(self, which: Mask) -> None:
        """Leave the other characters out."""
        self.index, self.of, self.origin = self.index[which], self.of[which], self.origin[which]


def _glyphs(shown: pdfium.PdfPage, drawn_fonts: DrawnFonts, texts: list[int], onto: Matrix, height: float) -> Glyphs:
    textpage = shown.get_textpage()
    try:
        characters = _Characters(call.address(textpage.raw), textpage.count_chars())
        letters, letter = _joined(characters, *_letters(characters, drawn_fonts))
        advances = _advances(characters, letters, letter)
    finally:
        textpage.close()
    objects, of = characters.objects, characters.of
    order = {handle: i for i, handle in enumerate(texts)}
    unseen = order.keys() - {objects.handle[k] for k in np.unique(of).tolist()}
    if any(_has_extent(handle) for handle in unseen):  # what has none is blank
        raise Unsure("text objects without glyphs")
    painted = np.array([order.get(handle, len(order)) for handle in objects.handle], dtype=np.int64)
    glyphs = _placed(characters, letters, letter, advances, onto, height)
    return glyphs[np.argsort(painted[of], kind="stable")]


def _placed(
    characters: _Characters, letters: list[str], letter: Ints, advances: Floats, onto: Matrix, height: float
) -> Glyphs:
    """The glyphs on the sheet; each box is as long as the advance and as high as the type."""
    objects, of = characters.objects, characters.of
    paints, paint = numbered(objects.paint)
    matrix = np.stack(_times((*objects.matrix.T, 0, 0), onto)[:4], axis=1)[of]
    a, b, c, d = matrix.T
    low, size = objects.descent[of], objects.size[of]
    x, y = on(characters.origin[:, 0], characters.origin[:, 1], onto)
    corners = [(along, across) for along in (0 * advances, advances) for across in (low, low + size)]
    xs = np.stack([x + a * along + c * across for along, across in corners])
    ys = np.stack([y + b * along + d * across for along, across in corners])
    left, right, lower, upper = xs.min(axis=0), xs.max(axis=0), ys.min(axis=0), ys.max(axis=0)
    return Glyphs(
        letters,
        letter,
        paints,
        paint[of],
        box=np.stack([left, height - upper, right, height - lower], axis=1),
        origin=np.stack([x, height - y], axis=1),
        matrix=matrix,
        size=upper - lower,
        upright=(a * d > 0) & (b * c <= 0),
        overprinted=np.zeros(len(of), dtype=bool),
    )


def _letters(characters: _Characters, drawn_fonts: DrawnFonts) -> tuple[list[str], Ints]:
    """Letters, and which of them each character says; found once for each code of a font."""
    text, index, objects = characters.text, characters.index, characters.objects
    fonts, font = numbered(objects.font)
    drawn = ~np.array([has_program(f) for f in fonts], dtype=bool)[font][characters.of]
    unnamed = np.zeros(len(index), dtype=bool)
    unnamed[drawn] = [call.has_map_error(text, i) for i in index[drawn].tolist()]
    keys = font[characters.of] << 33 | characters.codes << 1 | unnamed
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    said = []
    for k in first.tolist():
        code = int(characters.codes[k])
        of, i = int(characters.of[k]), int(index[k])
        if unnamed[k]:
            said.append(_drawn_letter(code, objects.paint[of], drawn_fonts()))
            continue
        letter = _letter(text, i, code)
        may_lack = letter == NO_LETTER or (letter.isalnum() and not drawn[k])
        said.append(NO_GLYPH if may_lack and _has_no_outline(text, i, objects, of) else letter)
    return said, which


def _letter(text: int, i: int, code: int) -> str:
    if not code or call.has_map_error(text, i):
        return NO_LETTER
    return "-" if code == _HYPHEN else chr(code)


def _has_no_outline(text: int, i: int, objects: _TextObjects, of: int) -> bool:
    """Whether a glyph is as flat as pdfium makes the box of one that its font lacks, and is not as wide as a blank."""
    left, right, bottom, top = _ink_of(text, i)
    a, b, c, d = objects.matrix[of].tolist()
    along, across = (right - left, top - bottom) if abs(a) >= abs(b) else (top - bottom, right - left)
    is_blank: bool = _NO_EXTENT < along < _WIDEST_BLANK * objects.size[of] * math.hypot(a, b)
    return across < _NO_HEIGHT * math.hypot(c, d) and not is_blank


def _drawn_letter(code: int, paint: Paint, drawn_fonts: dict[str, Letters]) -> str:
    """What a glyph of a Type 3 font says that pdfium cannot name: it then gives the font's own code."""
    name, _ = paint
    if name not in drawn_fonts:
        raise Unsure("a font of drawings, whose names for its glyphs are not found")
    return drawn_fonts[name].get(code, NO_LETTER)


def has_program(font: int) -> bool:
    """Whether a font has a font program, its own or another's: all but those of Type 3, whose glyphs are drawings."""
    length = ctypes.c_size_t()
    return bool(call.get_font_data(font, None, 0, ctypes.addressof(length)) and length.value)


def _joined(characters: _Characters, letters: list[str], letter: Ints) -> tuple[list[str], Ints]:
    """Characters that are one glyph ("ﬁ" is two of pdfium's) made one; the others are left out."""
    origin, of, index = characters.origin, characters.of, characters.index.tolist()
    same = (origin[1:] == origin[:-1]).all(axis=1) & (of[1:] == of[:-1])
    stays = np.ones(len(index), dtype=bool)
    for k in reversed(np.flatnonzero(same).tolist()):
        if _ink_of(characters.text, index[k]) == _ink_of(characters.text, index[k + 1]):
            letters.append(letters[letter[k]] + letters[letter[k + 1]])
            letter[k], stays[k + 1] = len(letters) - 1, False
    characters.keep(stays)
    different, which = numbered([_whole(text) for text in letters])
    return different, which[letter[stays]]


def _whole(letter: str) -> str:
    """A letter of two UTF-16 units as one; half of one is no letter."""
    is_half = "\ud800" <= letter[:1] <= "\udfff"
    return letter.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if is_half else letter


def _ink_of(text: int, i: int) -> tuple[float, ...]:
    box = (ctypes.c_double * 4)()
    at = ctypes.addressof(box)
    call.get_ink_box(text, i, at, at + 8, at + 16, at + 24)
    return tuple(box)


def _advances(characters: _Characters, letters: list[str], letter: Ints) -> Floats:
    """How far each glyph moves on, in the units of its matrix; found once for each letter of a font."""
    objects = characters.objects
    _, font = numbered(list(zip(objects.font, objects.size.tolist(), strict=True)))
    keys = font[characters.of] * len(letters) + letter
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    known = [
        _advance(characters.text, i, letters[said], objects, k, origin)
        for i, said, k, origin in zip(
            *(column[first].tolist() for column in (characters.index, letter, characters.of, characters.origin)),
            strict=True,
        )
    ]
    return np.array(known, dtype=float)[which]


def _advance(text: int, i: int, letter: str, objects: _TextObjects, of: int, origin: list[float]) -> float:
    """As far as the glyph's box reaches; where its ink hangs over, which that box takes in, the width its font states.

    The font is asked by letter, and may answer for another form of it, as old-style figures: hence only there.
    """
    box, width = (ctypes.c_float * 4)(), ctypes.c_float()
    call.get_loose_box(text, i, ctypes.addressof(box))
    left, top, right, bottom = box
    ink_left, ink_right, ink_bottom, ink_top = _ink_of(text, i)
    a, b, _, _ = objects.matrix[of].tolist()
    level, ahead = abs(a) >= abs(b), (a if abs(a) >= abs(b) else b) > 0
    scale, start = (a, origin[0]) if level else (b, origin[1])
    ends = (
        ((right, ink_right) if ahead else (left, ink_left))
        if level
        else ((top, ink_top) if ahead else (bottom, ink_bottom))
    )
    reach, ink = ((end - start) / scale if scale else 0.0 for end in ends)
    font, size = objects.font[of], objects.size[of]
    stated = len(letter) == 1 and call.get_glyph_width(font, ord(letter), size, ctypes.addressof(width))
    overhangs = ink > reach - _NO_EXTENT
    return width.value if overhangs and stated and _LEAST_ADVANCE * reach < width.value < reach else reach


def _type_of(font: int, size: float) -> tuple[str, float]:
    """Name of a font, and how far its type of a size reaches below the baseline."""
    up, down = ctypes.c_float(), ctypes.c_float()
    call.get_ascent(font, size, ctypes.addressof(up))
    call.get_descent(font, size, ctypes.addressof(down))
    if up.value == down.value:
        raise Unsure("a font without height")
    return font_name(font), down.value


def font_name(font: int) -> str:
    """Name of a font; that of an embedded Type 1 font is without the tag of a subset."""
    name = ctypes.create_string_buffer(256)
    call.get_font_name(font, ctypes.addressof(name), 256)
    return name.value.decode("utf-8", "replace")


# --- shapes


def _path(handle: int, onto: Matrix, height: float) -> list[Shape]:
    """The parts of a path as pdfminer tells them apart: lines, upright rectangles, all else."""
    x0, y0, x1, y1 = _bounds_of(handle, onto)
    if x1 - x0 < _SHORTEST and y1 - y0 < _SHORTEST:
        return []
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    call.get_draw_mode(handle, ctypes.addressof(fill), ctypes.addressof(stroke))
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
    for i in range(call.count_segments(handle)):
        segment = call.get_path_segment(handle, i)
        kind = call.get_segment_type(segment)
        if kind == pdfium_c.FPDF_SEGMENT_BEZIERTO:
            controls = (controls + 1) % 3
            if controls:
                continue
        elif kind == pdfium_c.FPDF_SEGMENT_MOVETO and part:
            yield part
            part = []
        call.get_segment_point(segment, to_x, to_y)
        part.append(on(x.value, y.value, matrix))
        if call.get_segment_close(segment) and part[-1] != part[0]:
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
    call.get_bounds(handle, at, at + 4, at + 8, at + 12)
    left, bottom, right, top = bounds
    xs, ys = zip(*(on(x, y, onto) for x in (left, right) for y in (bottom, top)), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _has_extent(handle: int) -> bool:
    left, bottom, right, top = _bounds_of(handle, UNMOVED)
    return max(right - left, top - bottom) > _NO_EXTENT


# --- places


def _matrix_of(handle: int) -> Matrix:
    parts = (ctypes.c_float * 6)()
    call.get_object_matrix(handle, ctypes.addressof(parts))
    return tuple(parts)


def _times(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that does first the one, then the other."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def on(x: Any, y: Any, onto: Matrix) -> tuple[Any, Any]:
    """Where a point (or each of many) comes to stand."""
    a, b, c, d, e, f = onto
    return a * x + c * y + e, b * x + d * y + f
