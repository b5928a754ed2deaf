"""Rows of a table that are set on several lines: wrapped labels, and labels that stand between the rows they name."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.parse.document import Cell, enclosing

_NUMERIC = re.compile(r"^[(<>~∼≈±+\-−–≤≥ ]*\.?\d[\d.,·∙⋅‧]*(?:\D{0,6}|\s*[/±(|–-].*|[_^]\{.*)$")
_DASH = re.compile(r"^[-–—−.*/✓✗×x]+(?: / [-–—−]+)?$|^n/?a$", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:[-,&+/(]|\b(?:and|or|with|without|w/|w/o|of|on|for|from|to|in|by|the|a|using|via|plus))$")
_GOES_ON = re.compile(r"^(?:[a-z]{2,}|\(\w{2,}|[&)])")
_ADDS = re.compile(r"^(?:\+|w/|\[)")
NEAR = 0.94  # of the distance of two rows: lines of one row stand closer


def is_figure(text: str) -> bool:
    """Whether a cell's text is a number, with what papers hang on it, or the dash that stands for none."""
    return bool(_NUMERIC.match(text.strip()) or _DASH.match(text.strip()))


@dataclass(slots=True)
class PrintedLine:
    """One printed line of a table's body: its cells and its height on the page."""

    cells: list[Cell]
    top: float

    def texts(self) -> list[int]:
        """Columns that hold text."""
        return [i for i, c in enumerate(self.cells) if c.text]


def whole_rows(lines: list[PrintedLine], rules: Sequence[float]) -> list[PrintedLine]:
    """The table's rows, each with all its lines.

    Lines without figures go to a row when they stand closer to it than rows stand to each other, or when their words
    go on where a full line above broke off. A label centred between two rows that have none is given to both. What
    is left stands alone: the heading of a group of rows.

    Args:
        lines: Printed lines of the body, from the top down.
        rules: Heights of the rules that cross the table; no row goes on behind one.
    """
    figured = _figure_columns(lines)
    bare = [not any(c in figured for c in line.texts()) for line in lines]
    if len(lines) < 2 or all(bare) or not any(bare):
        return lines
    lines, bare = _centred_labels_given(lines, bare)
    joined = _joined(lines, bare, rules)
    rows, has_figures = [lines[0]], not bare[0]
    for i, line in enumerate(lines[1:]):
        if joined[i] and not (has_figures and not bare[i + 1]):
            rows[-1] = _merged(rows[-1], line, keep_first=has_figures)
            has_figures = has_figures or not bare[i + 1]
        else:
            rows.append(line)
            has_figures = not bare[i + 1]
    return rows


def _figure_columns(lines: list[PrintedLine]) -> set[int]:
    """Columns in which most cells are figures, and which are not much emptier than others."""
    columns = zip(*(line.cells for line in lines), strict=True)
    filled = [[c.text for c in column if c.text] for column in columns]
    counts = [sum(map(is_figure, texts)) for texts in filled]
    return {i for i, n in enumerate(counts) if 2 * n > len(filled[i]) and 3 * n > max(counts)}


def _centred_labels_given(lines: list[PrintedLine], bare: list[bool]) -> tuple[list[PrintedLine], list[bool]]:
    """Labels between (or half a line off) rows whose own label cells are empty, given to those rows."""
    reach = 0.72 * _leading(lines)
    hosts = {
        i: [
            j
            for j in (i - 1, i + 1)
            if 0 <= j < len(lines) and not bare[j] and abs(lines[j].top - line.top) < reach and _room(line, lines[j])
        ]
        for i, line in enumerate(lines)
        if bare[i]
    }
    given = list(lines)
    for i, near in hosts.items():
        for j in near:
            first, second = (lines[i], given[j]) if i < j else (given[j], lines[i])
            given[j] = _merged(first, second, keep_first=j < i)
    kept = [i for i in range(len(lines)) if not hosts.get(i)]
    return [given[i] for i in kept], [bare[i] for i in kept]


def _room(line: PrintedLine, host: PrintedLine) -> bool:
    """Whether the host's cells are free for the line's texts, or hold marks only ("✓")."""
    return all(not re.search(r"\w", host.cells[c].text) for c in line.texts())


def _leading(lines: list[PrintedLine]) -> float:
    """The usual distance of two lines full of figures (of any two lines where there are fewer than three such)."""
    figures = [sum(is_figure(c.text) for c in line.cells) for line in lines]
    heights = [line.top for n, line in zip(figures, lines, strict=True) if 2 * n >= max(figures) > 0]
    steps = sorted(b - a for a, b in itertools.pairwise(heights if len(heights) > 2 else [x.top for x in lines]))
    return steps[len(steps) // 2]


def _joined(lines: list[PrintedLine], bare: list[bool], rules: Sequence[float]) -> list[bool]:
    """For each two lines that follow each other, whether they are lines of one row."""
    pairs = list(itertools.pairwise(range(len(lines))))
    gaps = [lines[j].top - lines[i].top for i, j in pairs]
    open_ = [not any(lines[i].top < y < lines[j].top for y in rules) for i, j in pairs]
    rows_apart = [g for g, (i, j), o in zip(gaps, pairs, open_, strict=True) if o and not bare[i] and not bare[j]]
    reach = NEAR * min(rows_apart) if rows_apart else 0.0
    right = [
        max((c.box[2] for c in column if c.box), default=0.0) for column in zip(*(x.cells for x in lines), strict=True)
    ]
    full = [
        o and (bare[i] or bare[j]) and _broken(lines[i], lines[j], right)
        for (i, j), o in zip(pairs, open_, strict=True)
    ]
    told = [f and _told(lines[i], lines[j], bare[j]) for (i, j), f in zip(pairs, full, strict=True)]
    near = [o and (bare[i] or bare[j]) and g < reach for (i, j), g, o in zip(pairs, gaps, open_, strict=True)]
    # one label that words tell to be wrapped shows on which of its lines this table sets the figures
    downwards = sum(t and bare[i] and not bare[j] for (i, j), t in zip(pairs, told, strict=True))
    upwards = sum(t and bare[j] and not bare[i] for (i, j), t in zip(pairs, told, strict=True))
    likely = [
        f and ((upwards > downwards and bare[j]) or (downwards > upwards and bare[i]))
        for (i, j), f in zip(pairs, full, strict=True)
    ]
    joined = [n or t or k for n, t, k in zip(near, told, likely, strict=True)]
    return _one_row_each(joined, near, told, bare)


def _one_row_each(joined: list[bool], near: list[bool], told: list[bool], bare: list[bool]) -> list[bool]:
    """Where a line without figures could go to the row above as well as to that below, the stronger sign decides."""
    for i in range(1, len(bare) - 1):
        if bare[i] and joined[i - 1] and joined[i] and not bare[i - 1] and not bare[i + 1]:
            above, below = (near[i - 1], told[i - 1]), (near[i], told[i])
            joined[i if above >= below else i - 1] = False
    return joined


def _aligned(upper: PrintedLine, lower: PrintedLine) -> bool:
    """Whether every text of the lower line stands under one of the upper line as text goes on: flush, hanging, centred.

    Headings of groups are often centred over labels that are flush.
    """
    for c in set(upper.texts()) & set(lower.texts()):
        a, b = upper.cells[c].box, lower.cells[c].box
        if a and b and not (-1.5 < b[0] - a[0] < 20 or abs(a[0] + a[2] - b[0] - b[2]) < 4 or abs(a[2] - b[2]) < 1.5):
            return False
    return True


def _broken(upper: PrintedLine, lower: PrintedLine, right: list[float]) -> bool:
    """Whether the first word of the lower line would not have fitted behind the upper one, in a column of both."""
    for c in set(upper.texts()) & set(lower.texts()):
        a, b = upper.cells[c], lower.cells[c]
        if a.box is None or b.box is None or is_figure(a.text) or is_figure(b.text):
            continue
        glyph = (b.box[2] - b.box[0]) / len(b.text)
        if a.box[2] + (1 + len(b.text.split()[0])) * glyph > right[c]:
            return True
    return False


def _told(upper: PrintedLine, lower: PrintedLine, lower_is_bare: bool) -> bool:
    """Whether the words of two lines tell that the lower one goes on with the upper one."""
    for c in set(upper.texts()) & set(lower.texts()):
        a, b = upper.cells[c].text, lower.cells[c].text
        if _UNFINISHED.search(a) or a.count("(") > a.count(")") or _GOES_ON.match(b):
            return True
        if lower_is_bare and _ADDS.match(b):
            return True
    return False


def _merged(upper: PrintedLine, lower: PrintedLine, keep_first: bool) -> PrintedLine:
    """Two lines as one, at the height of the one that holds the figures."""
    cells = [_one(a, b) for a, b in zip(upper.cells, lower.cells, strict=True)]
    return PrintedLine(cells, upper.top if keep_first else lower.top)


def _one(upper: Cell, lower: Cell) -> Cell:
    if not upper.text or upper.box is None:
        return lower
    if not lower.text or lower.box is None:
        return upper
    blank = "" if re.search(r"\w-$", upper.text) else " "
    return Cell(f"{upper.text}{blank}{lower.text}", enclosing([upper.box, lower.box]), upper.bold and lower.bold)
