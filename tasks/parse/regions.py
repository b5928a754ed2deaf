"""Where a page's tables are: between horizontal rules of equal extent, or beside a caption where none is drawn."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tasks.parse.captions import Caption
from tasks.parse.document import Box, Rule, TextLine, Word, enclosing
from tasks.parse.glyphs import turned_box
from tasks.parse.lines import is_tabular, rows_of

BETWEEN_RULES = 0.48  # of the type size: where rules vouch for a table, gaps may be this narrow
_FIGURE_SIZE = re.compile(r"\d")
_DECIMAL = re.compile(r"^\d{1,3}\.\d+%?$")


@dataclass(slots=True)
class Region:
    """A table's place, the full rules that cross it, the partial ones under spanning headers, and its own heading."""

    box: Box
    rules: list[float] = field(default_factory=list)
    spans: list[Rule] = field(default_factory=list)
    title: str = ""


def horizontal_rules(page: Any, turned: bool, upwards: bool = True) -> list[Rule]:
    """Horizontal strokes of a pdfplumber page, pieces in one line joined; where text that runs up (or down) the sheet
    is read, the vertical ones."""
    strokes: list[Rule] = []
    for shape in [*page.lines, *page.rects, *page.curves, *page.images]:
        x0, x1, top, bottom = shape["x0"], shape["x1"], shape["top"], shape["bottom"]
        if turned:
            x0, top, x1, bottom = turned_box((x0, top, x1, bottom), page.width, page.height, upwards)
        if x1 - x0 < 5:
            continue
        if bottom - top <= 2.5:
            strokes.append(Rule(x0, x1, (top + bottom) / 2))
        elif shape["object_type"] == "rect" and shape.get("stroke") and bottom - top > 8:
            strokes += [Rule(x0, x1, top), Rule(x0, x1, bottom)]
    return _joined(strokes)


def _joined(strokes: list[Rule]) -> list[Rule]:
    rules: list[Rule] = []
    for s in sorted(strokes, key=lambda r: (round(r.y), r.x0)):
        near = [r for r in rules[-12:] if abs(r.y - s.y) < 1.3 and s.x0 - r.x1 < 0.9 and s.x1 > r.x0 - 0.9]
        if near:
            near[-1].x0, near[-1].x1 = min(near[-1].x0, s.x0), max(near[-1].x1, s.x1)
        else:
            rules.append(Rule(s.x0, s.x1, s.y))
    return rules


def ruled_regions(rules: list[Rule], words: list[Word], captions: list[Caption]) -> list[Region]:
    """Regions between consecutive rules of equal extent whose content looks like a table."""
    groups: list[list[Rule]] = []
    for rule in sorted((r for r in rules if r.x1 - r.x0 > 40), key=lambda r: r.y):
        group = next((g for g in groups if abs(g[0].x0 - rule.x0) < 4 and abs(g[0].x1 - rule.x1) < 4), None)
        if group is None:
            groups.append([rule])
        else:
            group.append(rule)
    regions: list[Region] = []
    for group in groups:
        chain = [group[0]]
        for rule in group[1:]:
            if not _belongs(chain[-1], rule, words, captions):
                regions += _region(chain, rules, words)
                chain = []
            chain.append(rule)
        regions += _region(chain, rules, words)
    return _outermost(regions)


def lone_rule_regions(
    rules: list[Rule], page_rows: list[list[Word]], captions: list[Caption], taken: list[Region]
) -> list[Region]:
    """Tables that draw one rule only, between header and body: grown up and down from it."""
    found: list[Region] = []
    words = [w for row in page_rows for w in row]
    for rule in rules:
        seed = Region((rule.x0, rule.y - 1, rule.x1, rule.y + 1), [rule.y])
        if rule.x1 - rule.x0 < 40 or any(stands_in(seed.box, r.box) for r in [*taken, *found]):
            continue
        region = extended(seed, page_rows, captions, taken)
        inside = words_in(words, region.box)
        head = [w for w in inside if w.box[3] < rule.y + 3]
        rows = rows_of([w for w in inside if w.box[3] >= rule.y + 3])
        decimals = sum(any(_DECIMAL.match(w.text) for w in row[1:]) for row in rows)
        if head and decimals >= 2 and decimals > 0.5 * len(rows) and not any(_DECIMAL.match(w.text) for w in head):
            found.append(region)
    return found


def _belongs(upper: Rule, lower: Rule, words: list[Word], captions: list[Caption]) -> bool:
    """Whether what stands between two rules is part of one table."""
    box = (upper.x0 - 2, upper.y - 1, upper.x1 + 2, lower.y + 1)
    if any(stands_in(c.box, box) for c in captions):
        return False
    inside = words_in(words, box)
    if not inside:
        return lower.y - upper.y < 14
    rows = rows_of(inside)
    prose = [
        row
        for row in rows
        if not is_tabular(TextLine(row), BETWEEN_RULES) and row[-1].box[2] - row[0].box[0] > 0.75 * (box[2] - box[0])
    ]
    if len(prose) >= 2 and len(prose) > 0.5 * len(rows):
        return False
    return _largest_gap(rows, upper.y, lower.y) < 60


def _largest_gap(rows: list[list[Word]], top: float, bottom: float) -> float:
    edges = [top, *[y for row in rows for y in (row[0].box[1], row[0].box[3])], bottom]
    return max(b - a for a, b in zip(edges[::2], edges[1::2], strict=True))


def _region(chain: list[Rule], rules: list[Rule], words: list[Word]) -> list[Region]:
    if len(chain) < 2:
        return []
    box = (chain[0].x0, chain[0].y, chain[0].x1, chain[-1].y)
    if not looks_tabular(words_in(words, box)):
        return []
    full = [r.y for i, r in enumerate(chain) if i == 0 or r.y - chain[i - 1].y > 4]
    inner = [r for r in rules if box[0] - 4 < r.x0 and r.x1 < box[2] + 4 and box[1] + 3 < r.y < box[3] - 3]
    spans = [r for r in inner if r.x1 - r.x0 < 0.97 * (box[2] - box[0])]
    return [Region(box, full, spans)]


def looks_tabular(words: list[Word]) -> bool:
    """At least two rows, two of them with gaps, and a figure."""
    rows = rows_of(words)
    return (
        len(rows) >= 2
        and sum(is_tabular(TextLine(r), BETWEEN_RULES) for r in rows) >= 2
        and any(_FIGURE_SIZE.search(w.text) for w in words)
    )


def _outermost(regions: list[Region]) -> list[Region]:
    """Regions that no larger one holds."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda r: -(r.box[2] - r.box[0]) * (r.box[3] - r.box[1])):
        if not any(stands_in(region.box, k.box) for k in kept):
            kept.append(region)
    return kept


def extended(region: Region, page_rows: list[list[Word]], captions: list[Caption], others: list[Region]) -> Region:
    """The region with the rows of the page that stand right above its first and right below its last rule.

    Many tables draw a rule under the header only, or none below their last block.
    """
    x0, top, x1, bottom = region.box
    rows = [inside for row in page_rows if (inside := _within(row, x0, x1))]
    for row in sorted(rows, key=lambda r: -r[0].box[3]):
        box = enclosing([w.box for w in row])
        if (box[1] + box[3]) / 2 >= region.box[1]:
            continue
        stops = top - box[3] > 1.1 * row[0].size or _stops(row, box, captions, others)
        if stops and box[3] > top + 3:  # one of several headers set on uneven heights
            continue
        if stops:
            break
        top = min(top, box[1] - 1)
    below = [row for row in sorted(rows, key=lambda r: r[0].box[1]) if row[0].box[1] >= bottom - 3]
    for i, row in enumerate(below):
        box = enclosing([w.box for w in row])
        if box[1] - bottom > 0.95 * row[0].size:
            break
        if _stops(row, box, captions, others) and not _heads_group(row, below[i + 1 : i + 2], region, captions, others):
            break
        bottom = max(bottom, box[3] + 1)
    return Region((x0, top, x1, bottom), region.rules, region.spans)


def _heads_group(
    row: list[Word], following: list[list[Word]], region: Region, captions: list[Caption], others: list[Region]
) -> bool:
    """Whether a short row of text names the group of rows that goes on below it."""
    box = enclosing([w.box for w in row])
    too_wide = box[2] - box[0] > 0.8 * (region.box[2] - region.box[0])
    if not following or too_wide or any(stands_in(box, c.box) for c in captions):
        return False
    below = enclosing([w.box for w in following[0]])
    return below[1] - box[3] < 0.95 * row[0].size and not _stops(following[0], below, captions, others)


def _within(row: list[Word], x0: float, x1: float) -> list[Word]:
    """The words of the row between `x0` and `x1`; none where the text runs on beyond them."""
    inside, beyond = list[Word](), list[Word]()
    for w in row:
        (inside if x0 - 4 <= w.box[0] and w.box[2] <= x1 + 4 else beyond).append(w)
    if not inside:
        return []
    left, right = inside[0].box[0], inside[-1].box[2]
    runs_on = any(-8 < w.box[0] - right < 8 or -8 < left - w.box[2] < 8 for w in beyond)
    return [] if runs_on else inside


def _stops(row: list[Word], box: Box, captions: list[Caption], others: list[Region]) -> bool:
    """Whether the row is no part of a table: prose, a caption, or another table's."""
    line = TextLine(row)
    if not is_tabular(line, BETWEEN_RULES) or any(stands_in(box, c.box) for c in captions):
        return True
    return any(stands_in(box, o.box) for o in others)


class PlacedLines:
    """The lines of a page with their boxes side by side, so that a page of thousands of captions is asked at once."""

    def __init__(self, lines: list[TextLine], captions: list[Caption], taken: list[Box]) -> None:
        """Lines are free where no caption and no table that is `taken` holds them."""
        self.lines = lines
        self.boxes = np.array([line.box for line in lines]).reshape(-1, 4)
        self.free = np.ones(len(lines), dtype=bool)
        for box in [*(c.box for c in captions), *taken]:
            self.take(box)

    def take(self, box: Box) -> None:
        """Lines whose middle lies in the box are free no longer."""
        x, y = (self.boxes[:, 0] + self.boxes[:, 2]) / 2, (self.boxes[:, 1] + self.boxes[:, 3]) / 2
        self.free &= ~((box[0] <= x) & (x <= box[2]) & (box[1] <= y) & (y <= box[3]))


def unruled_region(caption: Caption, placed: PlacedLines, gutter: float | None) -> Region | None:
    """The run of tabular lines right below or right above a caption that no ruled table goes with."""
    boxes, column = placed.boxes, caption.box[2] - caption.box[0]
    here = np.ones(len(boxes), dtype=bool)
    if gutter is not None and not caption.box[0] < gutter - 20 < gutter + 20 < caption.box[2]:
        here = boxes[:, 2] < gutter + 2 if caption.box[0] < gutter else boxes[:, 0] > gutter - 2
    if gutter is not None and here.any():
        column = min(column, gutter - float(boxes[here, 0].min()))
    overlap = np.minimum(boxes[:, 2], caption.box[2] + 60) - np.maximum(boxes[:, 0], caption.box[0] - 60)
    here &= placed.free & (overlap > 0)
    lower = np.flatnonzero(here & (boxes[:, 1] > caption.box[3] - 2))
    upper = np.flatnonzero(here & (boxes[:, 3] < caption.box[1] + 2))
    down = lower[np.argsort(boxes[lower, 1], kind="stable")]
    up = upper[np.argsort(-boxes[upper, 1], kind="stable")]
    runs = ((placed.lines[i] for i in order) for order in (down, up))
    found = [_run_of_rows(caption, run, column, below) for run, below in zip(runs, (True, False), strict=True)]
    return max((r for r in found if r is not None), key=lambda r: r.box[3] - r.box[1], default=None)


def _run_of_rows(caption: Caption, near: Iterable[TextLine], column: float, below: bool) -> Region | None:
    """The rows among the lines beside a caption, given from the nearest on, up to a gap or to prose."""
    run: list[TextLine] = []
    edge = caption.box[3] if below else caption.box[1]
    for line in near:
        box = line.box
        gap = box[1] - edge if below else edge - box[3]
        if gap > 2.6 * line.words[0].size or _is_prose(line, column):
            break
        run.append(line)
        edge = box[3] if below else box[1]
    while run and not is_tabular(run[-1]):
        run.pop()
    words = [w for line in run for w in line.words]
    return Region(enclosing([w.box for w in words])) if len(run) > 2 and looks_tabular(words) else None


def _is_prose(line: TextLine, column: float) -> bool:
    """Whether the line is running text; `column` is the width that such text has here."""
    return not is_tabular(line) and len(line.words) > 7 and line.box[2] - line.box[0] > 0.6 * column


def words_in(words: list[Word], box: Box) -> list[Word]:
    """Words whose middle lies in the box."""
    x0, top, x1, bottom = box
    return [
        w for w in words if x0 - 1 <= (w.box[0] + w.box[2]) / 2 <= x1 + 1 and top <= (w.box[1] + w.box[3]) / 2 <= bottom
    ]


def stands_in(inner: Box, outer: Box) -> bool:
    """Whether the middle of `inner` lies in `outer`."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]
