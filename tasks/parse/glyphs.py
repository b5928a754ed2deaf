"""From glyphs to words: spacing by the glyphs' own boxes, superscripts and subscripts by size and baseline."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from tasks.parse.document import Box, Word
from tasks.parse.glyph_table import Floats, Glyphs

SPACE_SHARE = 0.17  # of the font size: a wider gap parts words (1.7 pt at 10 pt; TeX shrinks blanks to about 2.2)
SAME_BASELINE = 0.6  # pt
HEIGHT, DEPTH = 0.75, 0.22  # of the font size: what a word's box takes above and below the baseline
SCRIPT_SIZE = 0.87  # a script is smaller than this share of its host
FAKE_BOLD = 0.15
OWN_WIDTH = 0.4
"""Of the font size, and of a glyph's width: closer than both to the same glyph, it is painted a second time."""
_BAND = 3.0  # pt
_BOLD = re.compile(r"bold|bx|medi(?!um?it)|black|heavy|demi|-bd", re.IGNORECASE)
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": "-"}
_RAISED = {"²": "^{2}", "³": "^{3}", "¹": "^{1}"}


@dataclass(slots=True)
class GlyphRun:
    """Glyphs set one after the other on one baseline."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool
    base_end: float = 0.0
    """Right edge without scripts: one raised and one lowered script may start at the same place."""

    def __post_init__(self) -> None:
        self.base_end = self.x1

    def absorb(self, other: "GlyphRun", text: str) -> None:
        """Take `other` in as `text`, keeping this run's own baseline and size."""
        self.text = text
        self.x0, self.x1 = min(self.x0, other.x0), max(self.x1, other.x1)


def painted_once(glyphs: Glyphs) -> Glyphs:
    """The glyphs without those painted again nearly in the same place, as bold type is faked; what stays is marked so.

    Args:
        glyphs: In the order of painting.
    """
    (x0, top, x1, _), size, letter = glyphs.box.T, glyphs.size, glyphs.letter
    within = np.minimum(np.minimum(FAKE_BOLD * size, OWN_WIDTH * (x1 - x0)), _BAND / 2)
    blank = glyphs.blank
    again, marked = np.zeros((2, len(glyphs)), dtype=bool)
    for start in (0.0, _BAND / 2):  # neighbours in height share a band of one of the two kinds
        band = np.floor((top + start) / _BAND)
        order = np.lexsort((x0, band, letter))
        one, other = order[:-1], order[1:]
        near = (
            (letter[one] == letter[other])
            & (band[one] == band[other])
            & (x0[other] - x0[one] < within[one])
            & ~blank[one]
        )
        near &= np.abs(top[other] - top[one]) < within[one]
        again[np.maximum(one, other)[near]] = True
        marked[np.minimum(one, other)[near]] = True
    return replace(glyphs, overprinted=glyphs.overprinted | marked)[~again]


def words_of(glyphs: Glyphs, width: float, height: float) -> tuple[list[Word], list[Word], bool]:
    """Words of a page, words that run up an upright page (headers set sideways), and whether the page itself is read
    sideways (its coordinates are then turned).

    Args:
        glyphs: Those of the page, in the order of painting.
        width: Width of the page in points.
        height: Height of the page in points.
    """
    upright, sideways = glyphs[glyphs.upright], glyphs[~glyphs.upright]
    along = _words(sideways, *_turned(sideways, width, height))
    if len(sideways) > 1.5 * len(upright):
        return along, [], True
    upwards = runs_up(glyphs)
    back = [replace(w, box=turned_back(w.box, width, height, upwards)) for w in along]
    return _words(upright, *_as_it_stands(upright)), back, False


def runs_up(glyphs: Glyphs) -> bool:
    """Whether what is set sideways runs up the sheet for the most part, and not down."""
    rises = glyphs.matrix[~glyphs.upright, 1] > 0
    return bool(rises.sum() > 0.5 * len(rises))


def turned_box(box: Box, width: float, height: float, upwards: bool) -> Box:
    """A box of the upright page where it stands once the sheet is turned to read what runs up (or down) it."""
    x0, top, x1, bottom = box
    return (height - bottom, x0, height - top, x1) if upwards else (top, width - x1, bottom, width - x0)


def turned_back(box: Box, width: float, height: float, upwards: bool) -> Box:
    """The inverse of `turned_box`."""
    x0, top, x1, bottom = box
    return (top, height - x1, bottom, height - x0) if upwards else (width - bottom, x0, width - top, x1)


_Placed = tuple[Floats, Floats, Floats, Floats]
"""Of each glyph: left and right edge, baseline, size."""


def _words(glyphs: Glyphs, *placed: Floats) -> list[Word]:
    return [_word(r) for r in _join_neighbours(_attach_scripts(_runs(glyphs, *placed)))]


def _as_it_stands(glyphs: Glyphs) -> _Placed:
    (x0, top, x1, bottom), size = glyphs.box.T, glyphs.size
    return x0, x1, _baseline(glyphs.origin[:, 1], top, bottom, size), size


def _turned(glyphs: Glyphs, width: float, height: float) -> _Placed:
    """Glyphs that run up (or down) the sheet, as they stand when the sheet is turned."""
    (x0, top, x1, bottom), upwards = glyphs.box.T, glyphs.matrix[:, 1] > 0
    left, right = np.where(upwards, height - bottom, top), np.where(upwards, height - top, bottom)
    above, below = np.where(upwards, x0, width - x1), np.where(upwards, x1, width - x0)
    size = np.maximum(x1 - x0, 1.0)
    x = glyphs.origin[:, 0]
    return left, right, _baseline(np.where(upwards, x, width - x), above, below, size), size


def _baseline(origin: Floats, top: Floats, bottom: Floats, size: Floats) -> Floats:
    """Where glyphs stand, by their origin; those that state one far from their box stand on its lower edge."""
    is_sound = (top - size <= origin) & (origin <= bottom + size)
    return np.where(is_sound, origin, bottom)


def _text(letter: str) -> str:
    """A glyph's letter as words have it: "" for a blank."""
    if letter.startswith("(cid:"):
        return "�"
    return "" if letter.isspace() else _LIGATURES.get(letter, _RAISED.get(letter, letter))


@lru_cache(maxsize=1024)
def _is_bold_font(name: str) -> bool:
    return bool(_BOLD.search(name.rsplit("+", maxsplit=1)[-1]))


def _runs(glyphs: Glyphs, *placed: Floats) -> list[GlyphRun]:
    """Glyphs that follow each other on one baseline without a gap, as one run each; blanks part runs."""
    runs: list[GlyphRun] = []
    current: GlyphRun | None = None
    for text, x0, x1, baseline, size, bold in _pieces(glyphs, *placed):
        if not text:
            current = None
        elif (
            current is not None
            and abs(baseline - current.baseline) < SAME_BASELINE
            and -0.4 * size < x0 - current.x1 < SPACE_SHARE * max(size, current.size)
            and not _starts_anew(current.text, text)
        ):
            current.text += text
            current.x0, current.size = min(current.x0, x0), max(current.size, size)
            current.x1 = current.base_end = max(current.x1, x1)
        else:
            current = GlyphRun(text, x0, x1, baseline, size, bold)
            runs.append(current)
    return runs


def _pieces(
    glyphs: Glyphs, x0: Floats, x1: Floats, baseline: Floats, size: Floats
) -> Iterator[tuple[str, float, float, float, float, bool]]:
    """Pieces of runs: glyphs of one size and baseline that follow each other so closely that any run holds them all.

    Of each: text ("" for a blank), left and right edge, baseline, size, whether it is bold.
    """
    texts = [_text(letter) for letter in glyphs.letters]
    bold = np.array([_is_bold_font(font) for font, _ in glyphs.paints], dtype=bool)[glyphs.paint] | glyphs.overprinted
    blank = glyphs.where(not text for text in texts)
    anew = glyphs.where(t.endswith("%") for t in texts)[:-1] & glyphs.where(t[:1].isdigit() for t in texts)[1:]
    same = (size[1:] == size[:-1]) & (baseline[1:] == baseline[:-1])
    onward = (x0[1:] >= x0[:-1]) & (x1[1:] >= x1[:-1])
    gap = x0[1:] - x1[:-1]
    close = (-0.4 * size[1:] < gap) & (gap < SPACE_SHARE * size[1:])
    goes_on = same & onward & close & ~anew & ~blank[1:] & ~blank[:-1]
    starts = np.flatnonzero(np.concatenate([[True], ~goes_on])[: len(glyphs)])
    ends = np.append(starts, len(glyphs))[1:]
    letters = [texts[k] for k in glyphs.letter.tolist()]
    words = ("".join(letters[a:b]) for a, b in zip(starts.tolist(), ends.tolist(), strict=True))
    columns = (x0[starts], x1[ends - 1], baseline[starts], size[starts], bold[starts])
    return zip(words, *(column.tolist() for column in columns), strict=True)


def _starts_anew(before: str, following: str) -> bool:
    """Whether two figures are set without a blank: "54.85%72.51%"."""
    return before.endswith("%") and following[:1].isdigit()


def _attach_scripts(runs: list[GlyphRun]) -> list[GlyphRun]:
    """Hang raised and lowered small runs on the run they belong to, from left to right."""
    sizes = sorted(r.size for r in runs)
    if not sizes:
        return runs
    hosts = [r for r in runs if r.size >= 0.6 * sizes[len(sizes) // 2]]
    by_height = sorted((r.baseline, i) for i, r in enumerate(hosts))
    taken: set[int] = set()
    for small in sorted(runs, key=lambda r: r.x0):
        if small.size > SCRIPT_SIZE * sizes[-1]:
            continue
        # only hosts that are as near as the largest type allows, in the order of the stream
        first = bisect_left(by_height, (small.baseline - 0.5 * sizes[-1], -1))
        last = bisect_left(by_height, (small.baseline + 0.8 * sizes[-1], len(hosts)))
        left, right = small.x0 - 0.35 * sizes[-1], small.x1 + 0.35 * sizes[-1]
        near = sorted(i for _, i in by_height[first:last] if hosts[i].x1 > left and hosts[i].x0 < right)
        host, before = _host_of(small, [hosts[i] for i in near], taken)
        if host is None:
            continue
        mark = "^" if small.baseline < host.baseline else "_"
        script = f"{mark}{{{small.text}}}"
        host.absorb(small, script + host.text if before else host.text + script)
        taken.add(id(small))
    return [r for r in runs if id(r) not in taken]


def _host_of(small: GlyphRun, hosts: list[GlyphRun], taken: set[int]) -> tuple[GlyphRun | None, bool]:
    """The run that `small` is a script of, and whether it stands before it ("^{†}Foo"); the left neighbour wins."""
    after: GlyphRun | None = None
    for host in hosts:
        if id(host) in taken or host is small or small.size > SCRIPT_SIZE * host.size:
            continue
        rise = (host.baseline - small.baseline) / host.size
        if not (0.12 < rise < 0.8 or -0.5 < rise < -0.06):
            continue
        if any(-0.35 * host.size < small.x0 - edge < 0.25 * host.size for edge in (host.x1, host.base_end)):
            return host, False
        if rise > 0 and -0.1 * host.size < host.x0 - small.x1 < 0.2 * host.size:
            after = host
    return after, True


def _join_neighbours(runs: list[GlyphRun]) -> list[GlyphRun]:
    """Join runs that touch on one baseline: what follows a script, and glyphs that the stream holds out of order."""
    rows: dict[int, list[GlyphRun]] = {}
    for r in sorted(runs, key=lambda r: r.baseline):
        key = round(r.baseline / SAME_BASELINE)
        rows.setdefault(key - 1 if key - 1 in rows else key, []).append(r)
    joined: list[GlyphRun] = []
    for row in rows.values():
        row.sort(key=lambda r: r.x0)
        last: GlyphRun | None = None
        for r in row:
            touches = last is not None and -0.3 * r.size < r.x0 - last.x1 < 0.11 * max(r.size, last.size)
            if last is not None and touches and not _starts_anew(last.text, r.text):
                last.absorb(r, last.text + r.text)
                last.bold = last.bold and r.bold
            else:
                last = r
                joined.append(r)
    return joined


def _word(r: GlyphRun) -> Word:
    """The word's box runs from cap height to depth about its baseline: fonts state their own extents too unevenly."""
    box = (
        round(r.x0, 2),
        round(r.baseline - HEIGHT * r.size, 2),
        round(r.x1, 2),
        round(r.baseline + DEPTH * r.size, 2),
    )
    return Word(r.text, box, round(r.size, 2), r.bold)
