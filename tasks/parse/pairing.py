"""Which caption belongs to which table: the nearest on the side where this paper sets captions.

Tables under one caption often have headings of their own ("(b) Results on the test set"): a region is cut at those that
stand inside it, and keeps its own as `title`.
"""

import itertools
import re
from dataclasses import replace

from tasks.parse.captions import SUBCAPTION, Caption
from tasks.parse.document import Box, TextLine, Word, enclosing
from tasks.parse.lines import middle, rows_of
from tasks.parse.regions import Region, stands_in, words_in

_FAR = 160.0  # pt: further away than this a caption belongs to something else
_DECIMAL = re.compile(r"\d\.\d")


def captions_stand_above(pages: list[tuple[list[Caption], list[Region]]]) -> bool:
    """Whether a paper sets captions above its tables, by the cases on its pages that leave no choice."""
    above = below = 0
    for captions, regions in pages:
        for caption in captions:
            if not caption.is_table:
                continue
            distances = [_distances(caption, region) for region in regions]
            near_above = any(d is not None and d[0] == "above" and d[1] < 30 for d in distances)
            near_below = any(d is not None and d[0] == "below" and d[1] < 30 for d in distances)
            above += near_above and not near_below
            below += near_below and not near_above
    return above >= below


def _distances(caption: Caption, region: Region) -> tuple[str, float] | None:
    """On which side of the region the caption stands, and how far; None where they share no column."""
    if min(caption.box[3], region.box[3]) - max(caption.box[1], region.box[1]) > 8:
        aside = max(caption.box[0] - region.box[2], region.box[0] - caption.box[2])
        return ("aside", aside + 20) if 0 <= aside < 40 else None
    overlap = min(caption.box[2], region.box[2]) - max(caption.box[0], region.box[0])
    if overlap < 0.3 * min(caption.box[2] - caption.box[0], region.box[2] - region.box[0]):
        return None
    if caption.box[3] <= region.box[1] + 4:
        return "above", max(0.0, region.box[1] - caption.box[3])
    if caption.box[1] >= region.box[3] - 4:
        return "below", max(0.0, caption.box[1] - region.box[3])
    return None


def pair(
    regions: list[Region], captions: list[Caption], words: list[Word], captions_above: bool
) -> list[tuple[Region, Caption | None]]:
    """Each region with its caption: the nearest on the usual side, else on another.

    A region that goes with a figure's caption is no table, unless it has a table's form.
    """
    pairs: list[tuple[Region, Caption | None]] = []
    for region in regions:
        caption = _nearest(region, captions, captions_above)
        if region.title and (caption is None or not caption.is_table):
            caption = _shared(region, captions, captions_above) or caption
        if caption is None or caption.is_table or _has_table_form(words_in(words, region.box)):
            pairs.append((region, caption))
    # tables stacked under (or over) one caption share it
    for i, (region, caption) in enumerate(pairs):
        if caption is None:
            stacked = (c for other, c in pairs if c is not None and _is_stacked(region, other))
            pairs[i] = (region, next(stacked, None))
    return pairs


def _nearest(region: Region, captions: list[Caption], captions_above: bool) -> Caption | None:
    best: tuple[float, Caption] | None = None
    for caption in captions:
        found = _distances(caption, region)
        if found is None or found[1] > _FAR:
            continue
        usual = found[0] == ("above" if captions_above and caption.is_table else "below")
        cost = found[1] + (0 if usual else 40)
        if best is None or cost < best[0]:
            best = (cost, caption)
    return best[1] if best else None


def _shared(region: Region, captions: list[Caption], captions_above: bool) -> Caption | None:
    """The table caption, however far away, under (or over) which a part with a heading of its own stands."""
    found = [(d, c) for c in captions if c.is_table and (d := _distances(c, region)) is not None]
    usual = [x for x in found if x[0][0] == ("above" if captions_above else "below")]
    return min(usual or found, key=lambda x: x[0][1], default=(None, None))[1]


def _has_table_form(words: list[Word]) -> bool:
    """Whether words under a figure's caption are a table: a header of words over labelled rows of decimals.

    The ticks of a chart have no labels of words beside them.
    """
    rows = rows_of(words)
    if len(rows) < 3 or _DECIMAL.search(rows[0][-1].text) or len(rows[0]) < 2:
        return False
    labelled = [r for r in rows[1:] if re.match(r"[A-Za-z]{2}", r[0].text) and _DECIMAL.search(r[-1].text)]
    return len(labelled) >= 2 and len(labelled) > 0.5 * (len(rows) - 1)


def _is_stacked(region: Region, other: Region) -> bool:
    same_extent = abs(region.box[0] - other.box[0]) < 6 and abs(region.box[2] - other.box[2]) < 6
    return same_extent and (abs(region.box[3] - other.box[1]) < 30 or abs(other.box[3] - region.box[1]) < 30)


def with_titles(regions: list[Region], words: list[Word]) -> list[Region]:
    """Regions cut at the headings of their parts, each with the heading that stands right under or over it."""
    parts = [part for region in regions for part in _cut_at_headings(region, words)]
    outside = [w for w in words if not any(stands_in(w.box, p.box) for p in parts)]
    headings = [h for row in rows_of(outside) for h in _headings_in(row)]
    return [p if p.title else replace(p, title=_title_of(p, headings)) for p in parts]


def _headings_in(row: list[Word]) -> list[TextLine]:
    """Headings of parts in a row: it may hold several side by side, "(a) Depth.    (b) Width."."""
    starts = [
        i
        for i, w in enumerate(row)
        if re.match(r"\([a-h]\)", w.text) and (i == 0 or w.box[0] - row[i - 1].box[2] > 0.55 * w.size)
    ]
    pieces = [TextLine(row[a:b]) for a, b in itertools.pairwise([*starts, len(row)])]
    return [p for p in pieces if SUBCAPTION.match(p.text)]


def _title_of(region: Region, headings: list[TextLine]) -> str:
    """The heading right under the region, else right over it."""
    x0, top, x1, bottom = region.box
    for below in (True, False):
        for h in headings:
            box = h.box
            gap = box[1] - bottom if below else top - box[3]
            overlap = min(box[2], x1) - max(box[0], x0)
            if -3 < gap < 1.7 * h.words[0].size and overlap > 0.5 * min(box[2] - box[0], x1 - x0):
                return h.text
    return ""


def _cut_at_headings(region: Region, words: list[Word]) -> list[Region]:
    """The parts of a region in which rows such as "(a) Depth of the network" stand alone."""
    rows = rows_of(words_in(words, region.box))
    cuts = [
        (middle(row[0]), TextLine(row).text)
        for row in rows
        if SUBCAPTION.match(TextLine(row).text) and not any(_DECIMAL.search(w.text) for w in row)
    ]
    if not cuts:
        return [region]
    stand_above = SUBCAPTION.match(TextLine(rows[0]).text) is not None
    edges = [region.box[1], *[y for y, _ in cuts], region.box[3]]
    titles = ["", *[t for _, t in cuts]] if stand_above else [*[t for _, t in cuts], ""]
    parts = [_part(region, words, a, b, t) for (a, b), t in zip(itertools.pairwise(edges), titles, strict=True)]
    return [p for p in parts if p is not None] or [region]


def _part(region: Region, words: list[Word], top: float, bottom: float, title: str) -> Region | None:
    inside = [w for w in words_in(words, region.box) if w.box[1] > top - 1 and w.box[3] < bottom + 1]
    if len(rows_of(inside)) < 2:
        return None
    box: Box = enclosing([w.box for w in inside])
    rules = [y for y in region.rules if box[1] - 8 < y < box[3] + 8]
    return Region((region.box[0], box[1] - 1, region.box[2], box[3] + 1), rules, region.spans, title)
