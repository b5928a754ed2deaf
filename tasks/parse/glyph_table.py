"""The glyphs of a page as columns: an array for each of their properties, so that a page is worked on at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Paint = tuple[str, Any]
"""Name of a font, and a colour."""

NO_LETTER = "(cid:)"
"""A glyph whose font does not say which letter it is; pdfminer writes the font's number behind the colon."""
NO_GLYPH = "(cid:none)"
"""What stands for a code for which its font has no glyph: nothing is painted, and it may be any letter."""


@dataclass(slots=True, eq=False)
class Glyphs:
    """Glyphs in the order of painting, in points from the upper left corner of the sheet."""

    letters: list[str]
    """Different texts of glyphs."""
    letter: Ints
    """Of each glyph, which of `letters` it says."""
    paints: list[Paint]
    paint: Ints
    box: Floats
    """x0, top, x1, bottom."""
    origin: Floats
    """x and y of where it begins on its baseline."""
    matrix: Floats
    """a, b, c, d of the PDF's matrix, in which up is plus."""
    size: Floats
    upright: Mask
    overprinted: Mask
    """Whether it is painted a second time nearly in the same place, as bold type is faked."""

    @classmethod
    def of_pdfplumber(cls, chars: list[dict[str, Any]], left: float = 0.0) -> "Glyphs":
        """The characters of a page of pdfplumber, whose media box begins at `left`."""
        letters, letter = numbered([c["text"] for c in chars])
        paints, paint = numbered([(c["fontname"], c.get("non_stroking_color")) for c in chars])
        return cls(
            letters,
            letter,
            paints,
            paint,
            _columns([(c["x0"], c["top"], c["x1"], c["bottom"]) for c in chars], 4),
            _columns([(left + c["matrix"][4], c["bottom"] + c["y0"] - c["matrix"][5]) for c in chars], 2),
            _columns([c["matrix"][:4] for c in chars], 4),
            np.array([c["size"] for c in chars], dtype=float),
            np.array([c["upright"] for c in chars], dtype=bool),
            np.zeros(len(chars), dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.letter)

    def __getitem__(self, which: Mask | Ints) -> "Glyphs":
        """Some of the glyphs."""
        columns = ("letter", "paint", "box", "origin", "matrix", "size", "upright", "overprinted")
        return replace(self, **{name: getattr(self, name)[which] for name in columns})

    @property
    def texts(self) -> list[str]:
        """What each glyph says."""
        return [self.letters[k] for k in self.letter.tolist()]

    @property
    def blank(self) -> Mask:
        """Which are blanks."""
        return self.where(text.isspace() for text in self.letters)

    def where(self, of_letters: Iterable[bool]) -> Mask:
        """What holds for the letters, for each glyph."""
        return np.fromiter(of_letters, dtype=bool, count=len(self.letters))[self.letter]


def numbered(values: list[Any]) -> tuple[list[Any], Ints]:
    """The different values, and of each value its place among them."""
    places: dict[Any, int] = {}
    place = np.array([places.setdefault(value, len(places)) for value in values], dtype=np.int64)
    return list(places), place


def _columns(rows: list[tuple[float, ...]], width: int) -> Floats:
    return np.array(rows, dtype=float).reshape(-1, width)
