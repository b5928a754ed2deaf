"""From words to lines in reading order: columns, bands between spanning lines, words broken at line ends."""

import itertools
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.parse.document import TextLine, Word
from tasks.parse.glyphs import DEPTH

MIN_GUTTER = 8.0  # pt between two columns of text
_DECIMAL = re.compile(r"^[(+\-−]?\d{1,3}\.\d+\D{0,3}$")


def middle(word: Word) -> float:
    """Height of the word's middle on the page."""
    return (word.box[1] + word.box[3]) / 2


def gaps_in(row: list[Word]) -> list[float]:
    """How far the words of a row stand apart, from left to right."""
    return [b.box[0] - a.box[2] for a, b in itertools.pairwise(row)]


def rows_of(words: list[Word], share: float = 0.4) -> list[list[Word]]:
    """Words on a common height, from the top down, each row from left to right.

    Args:
        words: Words of one column, one table or one page.
        share: Of the font size: how far the bottoms of words in one row may differ.
    """
    rows: list[list[Word]] = []
    anchor = 0.0
    placed = [(word.box[3] - DEPTH * word.size, word.box[0], i) for i, word in enumerate(words)]  # by their baselines
    for base, _, i in sorted(placed):
        word = words[i]
        if rows and base - anchor <= share * word.size:
            rows[-1].append(word)
            anchor += (base - anchor) / len(rows[-1])
        else:
            rows.append([word])
            anchor = base
    return [sorted(row, key=lambda w: w.box[0]) for row in rows]


def find_gutter(rows: list[list[Word]], width: float, start: float = 0.0) -> float | None:
    """Middle of the gap between two columns of text, or None on a page with one column; the page begins at `start`."""
    if len(rows) < 8:
        return None
    candidates = start + width * 0.4 + np.arange(int(width * 0.2) + 1)
    crossings = np.sum([_crossed(row, candidates) for row in rows], axis=0)
    fewest = crossings.min()
    if fewest > 0.5 * len(rows):
        return None
    x = _middle_of_longest(candidates[crossings == fewest].tolist())
    left_edge, right_edge = min(row[0].box[0] for row in rows), max(w.box[2] for row in rows for w in row)
    apart = [row for row in rows if not _crosses(row, x)]
    left = sum(_fills([w for w in row if w.box[2] <= x], left_edge, x) for row in apart)
    right = sum(_fills([w for w in row if w.box[0] >= x], x, right_edge) for row in apart)
    return x if left + right >= 12 and min(left, right) >= 2 else None


def _crosses(row: list[Word], x: float) -> bool:
    """Whether the row runs through `x`: a word over it, or two words about it no further apart than a blank."""
    edge = max((w.box[2] for w in row if w.box[0] < x), default=-np.inf)
    start = next((w.box[0] for w in row if w.box[0] >= x), np.inf)
    return edge > x or start - edge < MIN_GUTTER


def _crossed(row: list[Word], xs: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of the `xs` the row, ordered from left to right, runs through, as `_crosses` tells."""
    starts = np.array([*(w.box[0] for w in row), np.inf])
    ends = np.maximum.accumulate([-np.inf, *(w.box[2] for w in row)])
    before = np.searchsorted(starts, xs)
    edge = ends[before]
    crossed: npt.NDArray[np.bool_] = (edge > xs) | (starts[before] - edge < MIN_GUTTER)
    return crossed


def _middle_of_longest(xs: list[float]) -> float:
    """Middle of the longest stretch of consecutive candidates."""
    runs: list[list[float]] = [[xs[0]]]
    for x in xs[1:]:
        if x - runs[-1][-1] < 1.5:
            runs[-1].append(x)
        else:
            runs.append([x])
    longest = max(runs, key=len)
    return (longest[0] + longest[-1]) / 2


def _fills(row: list[Word], x0: float, x1: float) -> bool:
    """Whether the words make a line of prose that fills most of the stretch, without wide gaps."""
    if len(row) < 4:
        return False
    return row[-1].box[2] - row[0].box[0] > 0.8 * (x1 - x0) - 15 and max(gaps_in(row)) < 1.2 * row[0].size


def lines_of(rows: list[list[Word]], gutter: float | None) -> list[TextLine]:
    """Lines in reading order: between lines that span the page, the left column comes before the right one."""
    if gutter is None:
        return [TextLine(row) for row in rows]
    spanning, left, right = [], [], []
    for row in rows:
        if _crosses(row, gutter):
            spanning.append(row)
        else:
            left += [w for w in row if w.box[0] < gutter]
            right += [w for w in row if w.box[0] >= gutter]
    columns = [rows_of(left), rows_of(right)]
    ordered: list[list[Word]] = []
    for across in [*spanning, []]:
        limit = middle(across[0]) if across else float("inf")
        for column in columns:
            while column and middle(column[0][0]) < limit:
                ordered.append(column.pop(0))
        if across:
            ordered.append(across)
    return [TextLine(row) for row in ordered]


def is_tabular(line: TextLine, share: float = 1.25) -> bool:
    """Whether the line is no prose: a gap of more than `share` of the type size, or figure after figure."""
    words = line.words
    if sum(bool(_DECIMAL.match(w.text)) for w in words) >= max(3, 0.6 * len(words)):
        return True
    return len(words) > 1 and max(gaps_in(words)) > share * max(w.size for w in words)
