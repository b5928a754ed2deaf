"""Functions of pdfium that are called for every glyph or object: they take addresses, so that no call makes wrappers.

The names are those of pdfium's headers without their prefix; handles are addresses, 0 or None for none
(a number as the result is made faster than an address that may be None).
"""

import ctypes
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

from tasks.parse.glyph_table import Floats


def _function(of: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)(address(of))


def address(handle: Any) -> int:
    """The address that a handle of pypdfium2 holds."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


_P, _I, _U, _F = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint, ctypes.c_float
_SIZE = ctypes.c_size_t

get_unicode = _function(pdfium_c.FPDFText_GetUnicode, _U, _P, _I)
is_generated = _function(pdfium_c.FPDFText_IsGenerated, _I, _P, _I)
has_map_error = _function(pdfium_c.FPDFText_HasUnicodeMapError, _I, _P, _I)
get_text_object = _function(pdfium_c.FPDFText_GetTextObject, _SIZE, _P, _I)
get_matrix = _function(pdfium_c.FPDFText_GetMatrix, _I, _P, _I, _P)
get_origin = _function(pdfium_c.FPDFText_GetCharOrigin, _I, _P, _I, _P, _P)
get_loose_box = _function(pdfium_c.FPDFText_GetLooseCharBox, _I, _P, _I, _P)
get_ink_box = _function(pdfium_c.FPDFText_GetCharBox, _I, _P, _I, _P, _P, _P, _P)
get_font = _function(pdfium_c.FPDFTextObj_GetFont, _P, _P)
get_font_size = _function(pdfium_c.FPDFTextObj_GetFontSize, _I, _P, _P)
get_font_name = _function(pdfium_c.FPDFFont_GetBaseFontName, _SIZE, _P, _P, _SIZE)
is_embedded = _function(pdfium_c.FPDFFont_GetIsEmbedded, _I, _P)
get_font_data = _function(pdfium_c.FPDFFont_GetFontData, _I, _P, _P, _SIZE, _P)
get_ascent = _function(pdfium_c.FPDFFont_GetAscent, _I, _P, _F, _P)
get_descent = _function(pdfium_c.FPDFFont_GetDescent, _I, _P, _F, _P)
get_glyph_width = _function(pdfium_c.FPDFFont_GetGlyphWidth, _I, _P, ctypes.c_uint32, _F, _P)
get_fill_color = _function(pdfium_c.FPDFPageObj_GetFillColor, _I, _P, _P, _P, _P, _P)
get_bounds = _function(pdfium_c.FPDFPageObj_GetBounds, _I, _P, _P, _P, _P, _P)
get_type = _function(pdfium_c.FPDFPageObj_GetType, _I, _P)
get_object_matrix = _function(pdfium_c.FPDFPageObj_GetMatrix, _I, _P, _P)
set_is_active = _function(pdfium_c.FPDFPageObj_SetIsActive, _I, _P, _I)
count_objects = _function(pdfium_c.FPDFPage_CountObjects, _I, _P)
get_object = _function(pdfium_c.FPDFPage_GetObject, _P, _P, _I)
count_form_objects = _function(pdfium_c.FPDFFormObj_CountObjects, _I, _P)
get_form_object = _function(pdfium_c.FPDFFormObj_GetObject, _P, _P, ctypes.c_ulong)
get_draw_mode = _function(pdfium_c.FPDFPath_GetDrawMode, _I, _P, _P, _P)
count_segments = _function(pdfium_c.FPDFPath_CountSegments, _I, _P)
get_path_segment = _function(pdfium_c.FPDFPath_GetPathSegment, _P, _P, _I)
get_segment_type = _function(pdfium_c.FPDFPathSegment_GetType, _I, _P)
get_segment_point = _function(pdfium_c.FPDFPathSegment_GetPoint, _I, _P, _P, _P)
get_segment_close = _function(pdfium_c.FPDFPathSegment_GetClose, _I, _P)


def numbers(function: Any, kind: Any, shape: tuple[int, int], *given: Iterable[int], apart: bool = False) -> Any:
    """What a function of pdfium writes for each of many things: a row for each, of numbers of a kind.

    Args:
        function: Takes what is given, and behind it where to write: one address for the row, or one for each number.
        kind: Of the numbers, a type of numpy.
        shape: How many things, and how many numbers each.
        given: The arguments of each call.
        apart: Whether each number has an address of its own.
    """
    found = np.zeros(shape, kind)
    row, each = found.strides
    start, end = found.ctypes.data, found.ctypes.data + found.nbytes
    places = (range(start + place, end, row) for place in range(0, row if apart else each, each))
    deque(map(function, *given, *places), maxlen=0)
    return found


def origins(text: int, glyphs: Sequence[int]) -> Floats:
    """x and y of where glyphs of a page's text begin on their baselines, in the PDF's own space."""
    found: Floats = numbers(get_origin, np.float64, (len(glyphs), 2), repeat(text), glyphs, apart=True)
    return found
