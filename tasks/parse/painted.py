"""Which glyphs of a page count as its text: those that a reader sees, without watermarks.

A glyph is seen if its ink is missing when the page is drawn without its text. This one test answers for invisible text,
text in the colour of what lies behind it, clipped or covered text, and layers that are switched off. Where glyphs lie
over one another, the page is drawn with one of them at a time. The exception are scans: invisible text over the picture
of a page is what character recognition read there.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
import pypdfium2 as pdfium
from scipy.spatial import cKDTree

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse.drawing import Drawing
from tasks.parse.glyph_table import Floats, Glyphs, Ints, Mask
from tasks.parse.glyphs import painted_once
from tasks.parse.pdfium_page import Shape
from tasks.parse.sheet import PageSheet

_LEAST_SIZE = 1.5  # pt: smaller type is not read
_CORE = (0.12, 0.45)  # of the size above the baseline: where every letter and figure has ink
_RUN_GAP = 3.0  # times the size: further apart, or so far back, two glyphs are not of one run
_CUT_SHARE = 0.2  # of a page's glyphs: a table that is wider than its page has up to a tenth beside it
_LEVEL = 0.03  # sine of the angle up to which a line counts as level (or upright): across a table it rises by a line
_OVERLAP = 0.3  # of a core under another glyph's core
_INSET = 0.2  # of a core on each side
_NEIGHBOURS = 4  # glyphs before and after one that tell its text object
_MOST_LAYERS = 5  # drawings of a page to part glyphs that lie over one another
_SCAN_SHARE = 0.5  # of a page under pictures, of its glyphs without ink, and of these over something in the picture
_PICTURE_CONTRAST = 60  # of 255
_BIG = 1.8  # times the size of most glyphs: where watermarks begin
_PALE, _LARGE = 140, 18.0  # of 255, pt: larger type of less contrast is a watermark
_OVERLAID = 3  # glyphs of the text below (or above) one of a watermark's


@dataclass(slots=True)
class PaintedText:
    """The glyphs of a page that count, those that do not, notes that say why."""

    kept: Glyphs
    """Each once."""
    dropped: Glyphs
    notes: list[Coded[ParseNote]] = field(default_factory=list)


def painted_text(sheet: PageSheet, shown: pdfium.PdfPage, page: int) -> PaintedText:
    """The glyphs that count as text.

    Args:
        sheet: The page's glyphs.
        shown: The same page, opened with pdfium.
        page: Its number, for the notes.
    """
    if not len(sheet.glyphs):
        return PaintedText(sheet.glyphs, sheet.glyphs)
    geometry = _Geometry.of(sheet)
    drawing = Drawing(sheet, shown)
    off = geometry.off_page(sheet)
    tiny = ~off & (geometry.size < _LEAST_SIZE)
    mirrored = ~off & ~tiny & geometry.mirrored
    slanted = ~off & ~tiny & ~mirrored & ~geometry.level & ~geometry.standing
    notes: list[Coded[ParseNote]] = []
    hidden = watermark = np.zeros_like(off)
    try:
        hidden = ~off & ~tiny & ~_with_ink(sheet, geometry, drawing)
        if _is_scan(sheet, geometry, hidden, drawing):
            notes.append(Coded.of(ParseNote.SCAN_LAYER, page=page, glyphs=int(hidden.sum())))
            hidden = np.zeros_like(off)
        watermark = _watermark(sheet, geometry, ~off & ~tiny & ~hidden, drawing)
    except (pdfium.PdfiumError, MemoryError) as error:
        notes.append(Coded.of(ParseNote.INK_NOT_CHECKED, page=page, error=f"{type(error).__name__}: {error}"))
    slanted &= ~hidden & ~watermark
    mirrored &= ~hidden & ~watermark
    reasons = {
        ParseNote.GLYPHS_OFF_PAGE: off,
        ParseNote.GLYPHS_TINY: tiny,
        ParseNote.GLYPHS_UNPAINTED: hidden,
        ParseNote.GLYPHS_WATERMARK: watermark,
        ParseNote.GLYPHS_SLANTED: slanted,
        ParseNote.GLYPHS_MIRRORED: mirrored,
    }
    counts = {code: int((mask & ~geometry.blank).sum()) for code, mask in reasons.items()}
    notes += [Coded.of(code, page=page, glyphs=n) for code, n in counts.items() if n]
    cut = counts[ParseNote.GLYPHS_OFF_PAGE] / max(1, int((~geometry.blank).sum()))
    if cut > _CUT_SHARE:
        notes.append(Coded.of(ParseNote.PAGE_CUT, page=page, share=round(cut, 2)))
    gone = np.logical_or.reduce(list(reasons.values()))
    return PaintedText(painted_once(sheet.glyphs[~gone]), sheet.glyphs[gone & ~geometry.blank], notes)


@dataclass(slots=True)
class _Geometry:
    """Of each glyph: its box, its core (the band above the baseline that has ink), its size, its run, its sort."""

    boxes: Floats
    cores: Floats
    size: Floats
    run: Ints
    level: Mask
    standing: Mask
    mirrored: Mask
    solid: Mask
    """Letters and figures: they have ink in their core."""
    blank: Mask

    @classmethod
    def of(cls, sheet: PageSheet) -> "_Geometry":
        glyphs = sheet.glyphs
        boxes, matrix, (x, y) = glyphs.box, glyphs.matrix, glyphs.origin.T
        along = np.abs(matrix[:, :2]) / np.maximum(np.hypot(matrix[:, 0], matrix[:, 1]), 1e-9)[:, None]
        level, standing = along[:, 1] < _LEVEL, along[:, 0] < _LEVEL
        width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        size = np.where(level, height, np.where(standing, width, height / (along[:, 0] + 0.6 * along[:, 1])))
        up, aside = np.where(matrix[:, 3] < 0, -1, 1) * size, np.where(matrix[:, 2] < 0, -1, 1) * size
        heights = np.sort([y - share * up for share in _CORE], axis=0).T
        reaches = np.sort([x + share * aside for share in _CORE], axis=0).T
        cores = boxes.copy()
        cores[:, 1::2][level] = heights[level]
        cores[:, 0::2][standing] = reaches[standing]
        line, along_line = np.where(standing, x, y), np.where(standing, y, x)
        breaks = np.abs(np.diff(line, prepend=line[0])) > 0.3 * size
        breaks |= np.abs(np.diff(along_line, prepend=along_line[0])) > _RUN_GAP * size
        breaks[1:] |= glyphs.paint[1:] != glyphs.paint[:-1]
        solid = glyphs.where(t[:1].isalnum() and not "ʰ" <= t <= "˿" for t in glyphs.letters)  # accents stand higher
        mirrored = matrix[:, 0] * matrix[:, 3] < matrix[:, 1] * matrix[:, 2]
        return cls(boxes, cores, size, np.cumsum(breaks), level, standing, mirrored, solid, glyphs.blank)

    def off_page(self, sheet: PageSheet) -> Mask:
        """Glyphs whose middle is not on the page."""
        x, y = (self.boxes[:, 0] + self.boxes[:, 2]) / 2, (self.boxes[:, 1] + self.boxes[:, 3]) / 2
        inside: Mask = (x > 0) & (x < sheet.width) & (y > 0) & (y < sheet.height)
        return ~inside


def _with_ink(sheet: PageSheet, geometry: _Geometry, drawing: Drawing) -> Mask:
    """Glyphs that leave ink on the page. Signs go with the letters of their run; blanks always count."""
    solid, run = geometry.solid, geometry.run
    core = drawing.text_ink.within(geometry.cores)
    covered = _overlapping(geometry, sheet)
    if covered.any():
        core &= ~_without_own_ink(sheet, covered, geometry, drawing)
    letters = np.bincount(run[solid], minlength=run[-1] + 1)
    inked = np.bincount(run[solid & core], minlength=run[-1] + 1)
    shown: Mask = (2 * inked >= letters)[run] & (~solid | core)
    shown |= geometry.blank
    signs = np.flatnonzero((letters[run] == 0) & ~geometry.blank)
    margin = np.maximum(1.0, geometry.size[signs])  # fonts misstate the boxes of signs
    shown[signs] = drawing.text_ink.within(geometry.boxes[signs], margin)
    return shown


def _overlapping(geometry: _Geometry, sheet: PageSheet) -> Mask:
    """Letters and figures whose core shares a good part of its place with others'."""
    covered = np.zeros(len(geometry.solid), dtype=bool)
    which = np.flatnonzero(geometry.solid & ~geometry.off_page(sheet))
    if not len(which):
        return covered
    low, high = geometry.cores[which, :2], geometry.cores[which, 2:]
    inset = _INSET * (high - low)  # neighbours on a line may touch
    low, high = low + inset, high - inset
    reach = float(np.hypot(*(high - low).T).max())
    pairs = cKDTree((low + high) / 2).query_pairs(reach, output_type="ndarray")
    one, other = pairs[:, 0], pairs[:, 1]
    shared = (np.minimum(high[one], high[other]) - np.maximum(low[one], low[other])).clip(0).prod(axis=1)
    under = np.bincount(one, shared, len(which)) + np.bincount(other, shared, len(which))
    covered[which] = under > _OVERLAP * (high - low).prod(axis=1)
    return covered


def _without_own_ink(sheet: PageSheet, covered: Mask, geometry: _Geometry, drawing: Drawing) -> Mask:
    """Of glyphs that overlap, those whose text object leaves no ink by itself."""
    unseen = np.zeros_like(covered)
    members = _objects_of(np.flatnonzero(covered).tolist(), sheet, drawing)
    boxes = {handle: _around(geometry.cores[glyphs]) for handle, glyphs in members.items()}
    for layer in _layers(boxes)[:_MOST_LAYERS]:
        ink = drawing.ink_of(layer)
        for handle in layer:
            glyphs = members[handle]
            unseen[glyphs] = 2 * ink.within(geometry.cores[glyphs]).sum() < len(glyphs)
    return unseen


def _objects_of(which: list[int], sheet: PageSheet, drawing: Drawing) -> dict[int, list[int]]:
    """The text objects of glyphs, by address, each with its glyphs; an object that pdfium's text lacks is left out.

    Where the same letter stands twice in one place, the object that holds a glyph's neighbours too is its own; where
    that does not tell, the objects follow each other as the glyphs do. (Of two objects that are quite the same, pdfium
    has one only.)
    """
    found: dict[_Key, dict[int, None]] = defaultdict(dict)
    for text, place, handle in drawing.characters():
        if handle:
            found[_key(text, place)][handle] = None
    keys = _keys(sheet.glyphs)
    members: dict[int, list[int]] = {}
    taken = set()
    for i in which:
        near = Counter(a for key in keys[max(i - _NEIGHBOURS, 0) : i + _NEIGHBOURS + 1] for a in found.get(key, ()))
        likely = [a for a in found.get(keys[i], ()) if near[a] == max(near[b] for b in found[keys[i]])]
        own = min((a for a in likely if (keys[i], a) not in taken), key=drawing.order, default=None)
        if own is not None:
            taken.add((keys[i], own))
            members.setdefault(own, []).append(i)
    return members


def _layers(boxes: dict[int, Floats]) -> list[list[int]]:
    """Floats sorted into layers in which none touches another."""
    layers: list[list[int]] = []
    for key, box in boxes.items():
        free = (layer for layer in layers if not any(_meet(box, boxes[other]) for other in layer))
        layer = next(free, None)
        if layer is None:
            layers.append([key])
        else:
            layer.append(key)
    return layers


def _around(boxes: Floats) -> Floats:
    box: Floats = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    return box


def _meet(a: Floats, b: Floats) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def _is_scan(sheet: PageSheet, geometry: _Geometry, hidden: Mask, drawing: Drawing) -> bool:
    """Whether the glyphs without ink are what character recognition read in a picture of the page."""
    letters = np.flatnonzero(hidden & geometry.solid)
    if not len(letters) or len(letters) < _SCAN_SHARE * geometry.solid.sum():
        return False
    area = sum(_area_on(sheet, image) for image in sheet.images)
    if area < _SCAN_SHARE * sheet.width * sheet.height:
        return False
    over_marks = sum(drawing.contrast(geometry.boxes[i]) >= _PICTURE_CONTRAST for i in letters)
    return over_marks > _SCAN_SHARE * len(letters)


def _area_on(sheet: PageSheet, shape: Shape) -> float:
    width = min(shape["x1"], sheet.width) - max(shape["x0"], 0)
    height = min(shape["bottom"], sheet.height) - max(shape["top"], 0)
    return float(max(width, 0) * max(height, 0))


def _watermark(sheet: PageSheet, geometry: _Geometry, seen: Mask, drawing: Drawing) -> Mask:
    """Type far larger than the text that is pale, or stands over or under the text; all type of its kind with it."""
    letters = seen & geometry.solid
    if not letters.any():
        return np.zeros_like(seen)
    large = geometry.size > _BIG * float(np.median(geometry.size[letters]))
    small = geometry.cores[letters & ~large]
    x, y = (small[:, 0] + small[:, 2]) / 2, (small[:, 1] + small[:, 3]) / 2
    across = geometry.level if 2 * geometry.level[letters].sum() >= letters.sum() else geometry.standing
    pale_may = across & (geometry.size > _LARGE)
    marked = []
    for i in np.flatnonzero(letters & large).tolist():
        x0, y0, x1, y1 = geometry.cores[i]
        below = int(((x > x0) & (x < x1) & (y > y0) & (y < y1)).sum())
        if below >= _OVERLAID or (pale_may[i] and 0 < drawing.text_ink.depth(geometry.cores[i]) < _PALE):
            marked.append(i)
    kind = np.stack([sheet.glyphs.paint, np.rint(geometry.size)], axis=1)
    of_marked = (kind[:, None] == np.unique(kind[marked], axis=0)).all(axis=2).any(axis=1)
    return seen & large & of_marked


def text_without(painted: PaintedText, sheet: PageSheet, shown: pdfium.PdfPage) -> str:
    """pdfium's text of a page without the glyphs that do not count.

    Where a glyph that counts and one that does not stand in the same place, the rest of their text objects decides.
    """
    gone, stays = set(_keys(painted.dropped)), set(_keys(painted.kept))
    characters = Drawing(sheet, shown).characters()
    votes: Counter[int] = Counter()
    for text, place, handle in characters:
        key = _key(text, place)
        if handle and (key in gone) != (key in stays):
            votes[handle] += 1 if key in gone else -1
    written = []
    for text, place, handle in characters:
        key = _key(text, place)
        if key not in gone or (key in stays and votes[handle] <= 0):
            written.append(text)
    return re.sub(r"(?:\r?\n[ \t]*)+\r?\n", "\r\n", "".join(written))  # lines that are gone leave no empty ones


_Key = tuple[str, int, int]


def _key(text: str, place: tuple[float, float]) -> _Key:
    """A glyph by its letter and place; the odd offset keeps round coordinates from being rounded both ways."""
    return text[:1], round(place[0] + 0.137), round(place[1] + 0.137)


def _keys(glyphs: Glyphs) -> list[_Key]:
    return [_key(text, (x, y)) for text, (x, y) in zip(glyphs.texts, glyphs.origin.tolist(), strict=True)]
