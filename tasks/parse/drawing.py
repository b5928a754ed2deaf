"""A page drawn by pdfium, with all its text and without some of it: what differs is that text's ink."""

import ctypes
from collections.abc import Collection
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from tasks.parse import pdfium_functions as call
from tasks.parse.broken_words import BREAK
from tasks.parse.glyph_table import Floats, Ints, Mask
from tasks.parse.pdfium_page import on
from tasks.parse.sheet import PageSheet, placement

_PIXELS_PER_POINT = 1.5
_LONGEST_SIDE = 2400  # pixels
_LEAST_CONTRAST = 24  # of 255, in any colour: less is not seen

Image = npt.NDArray[np.uint8]


class PlacedCharacter(NamedTuple):
    """A character of pdfium's text: where it stands on the sheet, and its text object (0 for a blank it adds)."""

    text: str
    place: tuple[float, float]
    handle: int


class Ink:
    """What of a page some text changes: `one` and `other` are the page with it and without. Floats are in points on the
    sheet."""

    def __init__(self, one: Image, other: Image, scale: float) -> None:
        self._images, self._scale = (one, other), scale
        pixels = [image.reshape(-1, 4).view(np.uint32).ravel() for image in self._images]
        changed = np.flatnonzero(pixels[0] != pixels[1])
        contrast = _contrast(*(of[changed].view(np.uint8).reshape(-1, 4) for of in pixels))
        self._seen: Ints = changed[contrast >= _LEAST_CONTRAST]
        """Places of the pixels whose change can be seen, counted row after row."""

    def within(self, boxes: Floats, margin: float | Floats = 0.0) -> Mask:
        """Whether ink that can be seen lies in each box, with a margin in points around it."""
        x0, y0 = (self._pixels(np.floor, boxes[:, i] - margin, 1 - i) for i in (0, 1))
        x1, y1 = (self._pixels(np.ceil, boxes[:, 2 + i] + margin, 1 - i) for i in (0, 1))
        found = np.zeros(len(boxes), dtype=bool)
        for row in range(int((y1 - y0).max(initial=0))):
            left = np.flatnonzero(~found & (y0 + row < y1))
            start = (y0[left] + row) * self._images[0].shape[1]
            first, end = (self._seen.searchsorted(start + x[left]) for x in (x0, x1))
            found[left] = first < end
        return found

    def depth(self, box: Floats) -> float:
        """Contrast of the inner parts of the ink in a box, whose edges are paler; 0 without ink."""
        ink = _contrast(*(piece(image, box, self._scale).reshape(-1, 4) for image in self._images))
        strong = ink[ink >= _LEAST_CONTRAST]
        return float(np.percentile(strong, 80)) if strong.size else 0.0

    def _pixels(self, rounding: Any, points: Floats, axis: int) -> Ints:
        # a matrix without bounds gives no number: such a glyph stands nowhere
        pixels: Ints = rounding(np.nan_to_num(points) * self._scale).clip(0, self._images[0].shape[axis]).astype(int)
        return pixels


class Drawing:
    """One page in pixels, until another is drawn. Floats are in points on the sheet.

    Raises:
        pdfium.PdfiumError: from every method, where the page cannot be drawn.
    """

    def __init__(self, sheet: PageSheet, shown: pdfium.PdfPage) -> None:
        self._sheet, self._shown = sheet, shown
        self._zoom = float(min(_PIXELS_PER_POINT, _LONGEST_SIDE / max(shown.get_size())))
        self._scale = self._zoom / sheet.unit

    @cached_property
    def whole(self) -> Image:
        """The page as it is shown."""
        return self._draw("whole")

    @cached_property
    def text_ink(self) -> Ink:
        """Ink of all text of the page."""
        return Ink(self.whole, self._bare, self._scale)

    def ink_of(self, texts: list[int]) -> Ink:
        """Ink that these text objects alone leave on the page: text hides no other text."""
        return Ink(self._draw_without(self._texts.keys() - texts, "layer"), self._bare, self._scale)

    def order(self, text: int) -> int:
        """Where a text object stands in the order of painting."""
        return self._texts.get(text, len(self._texts))

    @cached_property
    def _texts(self) -> dict[int, int]:
        """All text objects, and their places in the order of painting."""
        return {handle: i for i, handle in enumerate(self._sheet.texts)}

    @cached_property
    def _bare(self) -> Image:
        return self._draw_without(self._texts.keys(), "bare")

    def _draw_without(self, texts: Collection[int], name: str) -> Image:
        for text in texts:
            call.set_is_active(text, False)
        try:
            return self._draw(name)
        finally:
            for text in texts:
                call.set_is_active(text, True)

    def contrast(self, box: Floats) -> int:
        """Between the lightest and the darkest pixel of the page in a box."""
        pixels = piece(self.whole, box, self._scale)[:, :, :3].max(axis=2, initial=0)
        return int(np.ptp(pixels)) if pixels.size else 0

    def characters(self) -> list[PlacedCharacter]:
        """pdfium's text of the page, character by character."""
        onto, _, height = placement(self._shown.get_bbox(), self._shown.get_rotation(), self._sheet.unit)
        textpage = self._shown.get_textpage()
        found: list[PlacedCharacter] = []
        x, y = ctypes.c_double(), ctypes.c_double()
        to_x, to_y = ctypes.addressof(x), ctypes.addressof(y)
        try:
            of = call.address(textpage.raw)
            for i in range(textpage.count_chars()):
                call.get_origin(of, i, to_x, to_y)
                across, up = on(x.value, y.value, onto)
                text = chr(call.get_unicode(of, i))
                text = BREAK if text == "\x02" else text  # a hyphen at a line's end, as pdfium's text has it
                found.append(PlacedCharacter(text, (across, height - up), call.get_text_object(of, i)))
        finally:
            textpage.close()
        return found

    def _draw(self, name: str) -> Image:
        def make(width: int, height: int, **options: Any) -> pdfium.PdfBitmap:
            return pdfium.PdfBitmap.new_native(width, height, buffer=_memory(name, 4 * width * height), **options)

        bitmap = self._shown.render(scale=self._zoom, prefer_bgrx=True, bitmap_maker=make)
        try:
            image: Image = bitmap.to_numpy()
        finally:
            bitmap.close()
        return image


@lru_cache(maxsize=3)
def _memory(name: str, size: int) -> Any:
    """Where a picture of some bytes is drawn, and the next page's after it: fresh memory costs as much as drawing."""
    return (ctypes.c_ubyte * size)()


def _contrast(one: Image, other: Image) -> Image:
    """How far each of some pixels differs, in the colour where it differs most."""
    colours = np.maximum(one, other) - np.minimum(one, other)
    return np.maximum(np.maximum(colours[:, 0], colours[:, 1]), colours[:, 2])


def piece(image: Image, box: Floats, scale: float) -> Image:
    """The pixels of a box, all that it touches."""
    x0, y0, x1, y1 = (max(round(side * scale), 0) for side in box)
    return image[y0 : y1 + 1, x0 : x1 + 1]
