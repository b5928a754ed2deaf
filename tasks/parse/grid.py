"""From a table's words to its grid: rows by baseline, columns by the gaps that rows share, headers by rules."""

import itertools
import re
import statistics

from tasks.parse.document import Box, Cell, Rule, TextLine, Word, enclosing
from tasks.parse.lines import gaps_in, middle, rows_of
from tasks.parse.records import PrintedLine, is_figure, whole_rows
from tasks.parse.regions import Region

_PLAIN = re.compile(r"^(?:[+\-−]?\d[\d.,]*[%MBKkG]?(?:[\^_]\{[^}]*\})?|[-–—])$")
_DECIMALS = re.compile(r"^\d{1,3}\.\d+%? \d{1,3}\.\d+%?$")


class Chunk(TextLine):
    """Words of one row with no more than a blank between them."""

    @property
    def bold(self) -> bool:
        """Whether every word that holds a letter or a figure is bold."""
        telling = [w for w in self.words if re.search(r"\w", w.text)]
        return bool(telling) and all(w.bold for w in telling)


def chunks_of(row: list[Word]) -> list[Chunk]:
    """The row cut where the gap is wider than a blank; between two figures a blank is enough."""
    chunks = [Chunk([row[0]])]
    for before, word in itertools.pairwise(row):
        figures = _PLAIN.match(before.text) and _PLAIN.match(word.text)
        share = 0.0 if _DECIMALS.match(f"{before.text} {word.text}") else 0.24 if figures else 0.48
        if word.box[0] - before.box[2] > share * min(word.size, before.size):
            chunks.append(Chunk([word]))
        else:
            chunks[-1].words.append(word)
    return chunks


def build_grid(words: list[Word], region: Region, sideways: list[Word]) -> tuple[list[list[Cell]], int] | None:
    """Cells and the number of header rows, or None where no grid of two rows and two columns comes out.

    Args:
        words: Words of the table.
        region: Its rules.
        sideways: Words of the page that run up the sheet, as narrow columns' headers do.
    """
    rows = [row for row in rows_of(words) if row]
    if len(rows) < 2:
        return None
    header_rows = _header_rows(rows, region)
    body = rows[header_rows:] or rows
    edges = _column_edges(body)
    edges = _with_lone_labels(edges, body)
    if len(edges) < 2:
        return None
    spans = [[_span(c, edges) for c in chunks_of(row)] for row in rows]
    spans = [_split_over(row_spans, edges, in_header=i < header_rows) for i, row_spans in enumerate(spans)]
    for i in reversed(range(header_rows)):
        below = {c for row in spans[i + 1 : header_rows] for _, a, b in row for c in range(a, b + 1)}
        spans[i] = [part for span in spans[i] for part in _leaves(span, edges, below)]
    for i in range(header_rows):
        spans[i] = _widened(spans, i, header_rows, edges, region.spans, rows)
    grid = [_cells(row, len(edges)) for row in spans]
    tops = [min(middle(w) for w in row) for row in rows]
    lines = whole_rows(
        [PrintedLine(cells, top) for cells, top in zip(grid[header_rows:], tops[header_rows:], strict=True)],
        region.rules,
    )
    grid = [*grid[:header_rows], *(line.cells for line in lines)]
    tops = [*tops[:header_rows], *(line.top for line in lines)]
    _fill_labels(grid, tops, header_rows, region)
    above = _sideways_header(sideways, edges, region)
    if above:
        grid, header_rows = [above, *grid], header_rows + 1
    return (grid, header_rows) if len(grid) >= 2 else None


def _sideways_header(sideways: list[Word], edges: list[tuple[float, float]], region: Region) -> list[Cell]:
    """A header row of the words that run up over the table's columns; empty where fewer than two columns have any."""
    x0, top, x1, bottom = region.box
    near = [w for w in sideways if x0 - 2 < _mid(w.box) < x1 + 8 and top - 150 < w.box[3] < (top + bottom) / 2]
    cells = [Cell("") for _ in edges]
    for word in sorted(near, key=lambda w: -w.box[3]):  # read from the foot upwards
        i = min(range(len(edges)), key=lambda k: abs((edges[k][0] + edges[k][1]) / 2 - _mid(word.box)))
        box = cells[i].box
        cells[i] = Cell(
            f"{cells[i].text} {word.text}".strip(), enclosing([box, word.box]) if box else word.box, word.bold
        )
    return cells if sum(bool(c.text) for c in cells) >= 2 else []


def _header_rows(rows: list[list[Word]], region: Region) -> int:
    """Rows above the first full rule inside the table; without one, the leading rows that hold no figures."""
    tops = [middle(row[0]) for row in rows]
    for rule in _inner_rules(region):
        above = sum(t < rule for t in tops)
        if above and above < len(rows) and sum(_holds_figures(row) for row in rows[:above]) <= above / 2:
            return _up_to_results(rows, above) or above + _further_headers(rows[above:])
        if above:
            break
    leading = 0
    while leading < min(4, len(rows) - 1) and not _holds_figures(rows[leading]):
        leading += 1
    # years, sizes or numbers of layers may head columns of decimals
    return leading or int(not _holds_decimals(rows[0]) and sum(map(_holds_decimals, rows[1:])) > 0.6 * (len(rows) - 1))


def _up_to_results(rows: list[list[Word]], above: int) -> int:
    """Rows before the first one over the rule that is a row of results: a label and decimals above 1; 0 without one."""
    for i, row in enumerate(rows[:above]):
        label, *cells = chunks_of(row)
        results = [c for c in cells if re.match(r"(?:[2-9]|\d{2,3})\.\d", c.text)]
        if re.match(r"\W?[A-Za-z]{2}", label.text) and results and 2 * len(results) >= len(cells):
            return i
    return 0


def _further_headers(rows: list[list[Word]]) -> int:
    """How many of the rows below a rule still are headers: as full as the rows of figures that follow, but of words."""
    n = 0
    while n < min(3, len(rows) - 2) and not _holds_figures(rows[n]) and not _holds_decimals(rows[n]):
        n += 1
    below = rows[n:]
    full = max((len(chunks_of(row)) for row in below), default=0)
    figures = sum(map(_holds_figures, below))
    if not n or not _holds_figures(below[0]) or 2 * figures <= len(below) or full < 3:
        return 0
    return n if all(len(chunks_of(row)) >= max(3, 0.45 * full) for row in rows[:n]) else 0


def _holds_decimals(row: list[Word]) -> bool:
    return any(re.search(r"\d\.\d", w.text) for w in row)


def _inner_rules(region: Region) -> list[float]:
    """Heights of the full rules that part the table's rows, its top and bottom rule left out."""
    return [y for y in region.rules if region.box[1] + 3 < y < region.box[3] - 3]


def _holds_figures(row: list[Word]) -> bool:
    """Whether at least half of the row's chunks, its label aside, are numbers with a decimal or the like."""
    chunks = chunks_of(row)
    rest = chunks[1:] if len(chunks) > 1 else chunks
    figures = sum(is_figure(c.text) for c in rest)
    return figures >= 1 and figures >= 0.5 * len(rest)


def _column_edges(body: list[list[Word]]) -> list[tuple[float, float]]:
    """Extents of the columns: what the gaps that (nearly) all rows with figures leave open lie between."""
    rows = [row for row in body if _holds_figures(row)]
    if len(rows) < 2:
        rows = [row for row in body if len(chunks_of(row)) > 1] or body
    size = statistics.median(w.size for row in rows for w in row)
    x0 = min(w.box[0] for row in rows for w in row)
    x1 = max(w.box[2] for row in rows for w in row)
    steps = int((x1 - x0) * 2) + 1
    cover = [0] * (steps + 1)
    for row in rows:
        for left, right in _extents(row):
            for k in range(max(0, int((left - x0) * 2)), min(steps, int((right - x0) * 2)) + 1):
                cover[k] += 1
    # a row or two whose text runs over a gap must not hide it; but a column may hold one figure only
    candidates = [_open_stretches(cover, allowed, x0, 0.24 * size) for allowed in (0, max(1, len(rows) // 12))]
    found = max(candidates if len(rows) >= 5 else candidates[:1], key=len)
    return max(found, _aligned(rows), key=len)


def _with_lone_labels(edges: list[tuple[float, float]], body: list[list[Word]]) -> list[tuple[float, float]]:
    """The columns and those of labels that stand between rows only, beside every row with figures."""
    if not edges:
        return edges
    blank = 0.24 * statistics.median(w.size for row in body for w in row)
    between = _between_rows(body)
    lone = [c.box for row in body if not _holds_figures(row) for c in chunks_of(row)]
    lone = [b for b in lone if not any(b[0] < right + blank and left < b[2] + blank for left, right in edges)]
    found: list[list[Box]] = []
    for box in sorted(lone):
        if found and box[0] < max(b[2] for b in found[-1]) + blank:
            found[-1].append(box)
        else:
            found.append([box])
    columns = [(g[0][0], max(b[2] for b in g)) for g in found if len(g) > 1 or g[0][3] in between]
    return sorted([*edges, *columns])


def _between_rows(body: list[list[Word]]) -> set[float]:
    """Bottoms of the words without figures that stand half a line off the rows above and below."""
    tops = [middle(row[0]) for row in body]
    figures = [top for row, top in zip(body, tops, strict=True) if _holds_figures(row)]
    if len(figures) < 2:
        return set()
    near = 0.72 * statistics.median(b - a for a, b in itertools.pairwise(figures))
    return {
        w.box[3]
        for i, row in enumerate(body[1:-1], start=1)
        if not _holds_figures(row) and tops[i] - tops[i - 1] < near and tops[i + 1] - tops[i] < near
        for w in row
    }


def _aligned(rows: list[list[Word]]) -> list[tuple[float, float]]:
    """Extents of the columns where most rows have the same number of chunks, one under the other, set so tightly that
    bold figures of one row reach into the gaps of another; none where they do not stand in line."""
    cut = [chunks_of(row) for row in rows]
    usual = statistics.mode(len(chunks) for chunks in cut)
    columns = list(zip(*[chunks for chunks in cut if len(chunks) == usual], strict=True))
    if usual < 4 or len(columns[0]) < max(3, 0.6 * len(rows)):
        return []
    inner = columns[1:]  # labels are flush left, figures centred
    middles = [statistics.median(_mid(c.box) for c in column) for column in inner]
    step = min(b - a for a, b in itertools.pairwise(middles))
    if any(abs(_mid(c.box) - m) > 0.3 * step for column, m in zip(inner, middles, strict=True) for c in column):
        return []
    widths = [statistics.median(c.box[2] - c.box[0] for c in column) for column in inner]
    edges = [(m - 0.5 * min(w, step), m + 0.5 * min(w, step)) for m, w in zip(middles, widths, strict=True)]
    label = max(c.box[2] for c in columns[0])
    return [(min(c.box[0] for c in columns[0]), min(label, edges[0][0])), *edges]


def _extents(row: list[Word]) -> list[tuple[float, float]]:
    """Stretches of x that the row's words cover, blanks between words of one chunk included."""
    return [(c.words[0].box[0], max(w.box[2] for w in c.words)) for c in chunks_of(row)]


def _open_stretches(cover: list[int], allowed: int, x0: float, least: float) -> list[tuple[float, float]]:
    columns: list[tuple[float, float]] = []
    start: float | None = None
    gap = 0.0
    last = 0.0
    for k, n in enumerate(cover):
        x = x0 + k / 2
        if n > allowed:
            if start is None:
                start = x
            elif gap >= least:
                columns.append((start, last))
                start = x
            gap, last = 0.0, x
        else:
            gap += 0.5
    if start is not None:
        columns.append((start, last))
    return columns


_Span = tuple[Chunk, int, int]


def _span(chunk: Chunk, edges: list[tuple[float, float]]) -> _Span:
    """First and last column that the chunk overlaps; the nearest where it overlaps none."""
    x0, x1 = chunk.box[0], chunk.box[2]
    touched = [i for i, (a, b) in enumerate(edges) if min(b, x1) - max(a, x0) > min(1.5, 0.3 * (b - a) + 0.1)]
    if not touched:
        x = (x0 + x1) / 2
        nearest = min(range(len(edges)), key=lambda i: abs((edges[i][0] + edges[i][1]) / 2 - x))
        return chunk, nearest, nearest
    return chunk, touched[0], touched[-1]


def _split_over(spans: list[_Span], edges: list[tuple[float, float]], in_header: bool) -> list[_Span]:
    """A chunk over several columns whose every word falls into one of them is several cells set tightly."""
    result: list[_Span] = []
    for chunk, first, last in spans:
        parts = [_span(Chunk([w]), edges) for w in chunk.words]
        tight = (
            last > first and all(p[1] == p[2] for p in parts) and {p[1] for p in parts} == set(range(first, last + 1))
        )
        parted = _part_between_columns(chunk, edges) if last > first else None
        if parted is not None:
            result += [_span(part, edges) for part in parted]
            continue
        gaps = gaps_in(chunk.words)
        wide = bool(gaps) and min(gaps) > 0.4 * chunk.words[0].size
        if not tight or not (wide or (not in_header and any(is_figure(w.text) for w in chunk.words))):
            result.append((chunk, first, last))
            continue
        for column in range(first, last + 1):
            result.append((Chunk([w for p in parts if p[1] == column for w in p[0].words]), column, column))
    return result


def _leaves(span: _Span, edges: list[tuple[float, float]], below: set[int]) -> list[_Span]:
    """Headers of single columns set so tightly that they look like one over all of them: each word goes to the column
    in whose middle it stands. Over further headers, the blanks between them must be wider than those inside."""
    chunk, first, last = span
    columns = range(first, last + 1)
    if len(chunk.words) < len(columns) or len(columns) < 2:
        return [span]
    words: dict[int, list[Word]] = {c: [] for c in columns}
    for word in chunk.words:
        words[min(columns, key=lambda c: abs((edges[c][0] + edges[c][1]) / 2 - _mid(word.box)))].append(word)
    off = [abs((edges[c][0] + edges[c][1]) / 2 - _mid(Chunk(w).box)) for c, w in words.items() if w]
    step = min(edges[c + 1][0] + edges[c + 1][1] - edges[c][0] - edges[c][1] for c in columns[:-1]) / 2
    if len(off) < len(columns) or max(off) > 0.3 * step:
        return [span]
    if below & set(columns) and not _wide_between(list(words.values())):
        return [span]
    return [(Chunk(w), c, c) for c, w in words.items()]


def _wide_between(groups: list[list[Word]]) -> bool:
    """Whether the blanks between groups of words are clearly wider than those inside them."""
    inside = [gap for group in groups for gap in gaps_in(group)]
    between = [b[0].box[0] - a[-1].box[2] for a, b in itertools.pairwise(groups)]
    return bool(inside) and min(between) > 1.4 * max(inside)


def _part_between_columns(chunk: Chunk, edges: list[tuple[float, float]]) -> tuple[Chunk, Chunk] | None:
    """Two headers set tightly side by side: cut at a gap wider than the other blanks, over a gap between columns."""
    gaps = gaps_in(chunk.words)
    if len(gaps) < 2 or max(gaps) < 1.25 * min(gaps) or any(is_figure(w.text) for w in chunk.words[:1]):
        return None
    k = gaps.index(max(gaps))
    x0, x1 = chunk.words[k].box[2], chunk.words[k + 1].box[0]
    over_gap = any(min(b[0], x1) - max(a[1], x0) > 0.5 for a, b in itertools.pairwise(edges))
    return (Chunk(chunk.words[: k + 1]), Chunk(chunk.words[k + 1 :])) if over_gap else None


def _widened(
    spans: list[list[_Span]],
    i: int,
    header_rows: int,
    edges: list[tuple[float, float]],
    rules: list[Rule],
    rows: list[list[Word]],
) -> list[_Span]:
    """Header cells of row `i` stretched over the columns they head: as far as the rule below them, or to both sides
    over empty columns while the text stays in the middle."""
    below_text = {c for row in spans[i + 1 : header_rows] for _, a, b in row for c in range(a, b + 1)}
    widened: list[_Span] = []
    bottom = max(w.box[3] for w in rows[i])
    next_top = min(middle(w) for w in rows[i + 1]) if i + 1 < len(rows) else bottom + 20
    for n, (chunk, first, last) in enumerate(spans[i]):
        rule = next((r for r in rules if bottom - 5 < r.y < next_top and _over(chunk, r)), None)
        if rule is not None and any(_over(other, rule) for other, _, _ in spans[i] if other is not chunk):
            rule = None
        if rule is not None:
            under = [k for k, (a, b) in enumerate(edges) if rule.x0 - 3 < (a + b) / 2 < rule.x1 + 3]
            if under:
                widened.append((chunk, min(first, under[0]), max(last, under[-1])))
                continue
        left_limit = spans[i][n - 1][2] + 1 if n else 0
        right_limit = spans[i][n + 1][1] - 1 if n + 1 < len(spans[i]) else len(edges) - 1
        widened.append((chunk, *_centred(chunk, (first, last), (left_limit, right_limit), edges, below_text)))
    return widened


def _over(chunk: Chunk, rule: Rule) -> bool:
    """Whether the chunk's middle is over (or under) the rule."""
    return rule.x0 - 3 < _mid(chunk.box) < rule.x1 + 3


def _centred(
    chunk: Chunk, own: tuple[int, int], limits: tuple[int, int], edges: list[tuple[float, float]], below: set[int]
) -> tuple[int, int]:
    """The widest stretch of columns about `own`, each with header text below, in whose middle the chunk stands."""
    best, best_off = own, abs((edges[own[0]][0] + edges[own[1]][1]) / 2 - _mid(chunk.box))
    if not below & set(range(own[0], own[1] + 1)):
        return own
    for first in range(limits[0], own[0] + 1):
        for last in range(own[1], limits[1] + 1):
            if (first, last) == own or any(c not in below for c in range(first, last + 1)):
                continue
            off = abs((edges[first][0] + edges[last][1]) / 2 - _mid(chunk.box))
            if off < best_off - 1 or (off < 6 and last - first > best[1] - best[0] and off < best_off + 3):
                best, best_off = (first, last), off
    return best


def _mid(box: Box) -> float:
    return (box[0] + box[2]) / 2


def _cells(spans: list[_Span], columns: int) -> list[Cell]:
    cells = [Cell("") for _ in range(columns)]
    for chunk, first, last in spans:
        for column in range(first, last + 1):
            old = cells[column]
            if old.box is None:
                cells[column] = Cell(chunk.text, chunk.box, chunk.bold)
            else:
                cells[column] = Cell(
                    f"{old.text} {chunk.text}", enclosing([old.box, chunk.box]), old.bold and chunk.bold
                )
    return cells


def _fill_labels(grid: list[list[Cell]], tops: list[float], header_rows: int, region: Region) -> None:
    """A label that stands once for all rows between two full rules is given to each of them."""
    columns = len(grid[0])
    first_figures = next(
        (
            c
            for c in range(columns)
            if sum(is_figure(row[c].text) for row in grid[header_rows:]) > 0.5 * (len(grid) - header_rows)
        ),
        columns,
    )
    for top, bottom in itertools.pairwise([*_inner_rules(region), region.box[3]]):
        block = [i for i in range(header_rows, len(grid)) if top < tops[i] < bottom]
        for column in range(min(first_figures, 3)):
            filled = [i for i in block if grid[i][column].text]
            alone = [i for i in filled if sum(bool(c.text) for c in grid[i]) == 1]
            if len({grid[i][column].box for i in filled}) == 1 and not alone and len(block) > 1:
                for i in block:
                    grid[i][column] = grid[filled[0]][column]
