"""From a table's words to its grid: rows by baseline, columns by the gaps that rows share, headers by rules."""

import itertools
import re
import statistics
from dataclasses import dataclass

from tasks.parse.document import Box, Cell, Rule, Word, enclosing
from tasks.parse.lines import middle, rows_of
from tasks.parse.regions import Region

_NUMERIC = re.compile(r"^[(<>~∼≈±+\-−–≤≥ ]*\.?\d[\d.,]*(?:\D{0,6}|\s*[/±(|–-].*|[_^]\{.*)$")
_PLAIN = re.compile(r"^(?:[+\-−]?\d[\d.,]*[%MBKkG]?(?:[\^_]\{[^}]*\})?|[-–—])$")
_DECIMALS = re.compile(r"^\d{1,3}\.\d+%? \d{1,3}\.\d+%?$")
_DASH = re.compile(r"^[-–—−.*/✓✗×x]+(?: / [-–—−]+)?$|^n/?a$", re.IGNORECASE)


@dataclass(slots=True)
class Chunk:
    """Words of one row with no more than a blank between them."""

    words: list[Word]

    @property
    def box(self) -> Box:
        """Box around the chunk."""
        return enclosing([w.box for w in self.words])

    @property
    def text(self) -> str:
        """Words joined by one blank."""
        return " ".join(w.text for w in self.words)

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


def is_figure(text: str) -> bool:
    """Whether a cell's text is a number, with what papers hang on it, or the dash that stands for none."""
    return bool(_NUMERIC.match(text.strip()) or _DASH.match(text.strip()))


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
    if len(edges) < 2:
        return None
    spans = [[_span(c, edges) for c in chunks_of(row)] for row in rows]
    spans = [_split_over(row_spans, edges, in_header=i < header_rows) for i, row_spans in enumerate(spans)]
    for i in range(header_rows):
        spans[i] = _widened(spans, i, header_rows, edges, region.spans, rows)
    grid = [_cells(row, len(edges)) for row in spans]
    tops = [min(middle(w) for w in row) for row in rows]
    grid, header_rows = _without_floating(grid, tops, header_rows)
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
            return above
        if above:
            break
    leading = 0
    while leading < min(4, len(rows) - 1) and not _holds_figures(rows[leading]):
        leading += 1
    return leading or int(
        _counts_only(rows[0]) and sum(_holds_decimals(row) for row in rows[1:]) > 0.6 * (len(rows) - 1)
    )


def _counts_only(row: list[Word]) -> bool:
    """Whether the row's figures are all whole numbers: years, sizes or numbers of layers that head columns."""
    return not _holds_decimals(row)


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
        gaps = [b.box[0] - a.box[2] for a, b in itertools.pairwise(chunk.words)]
        wide = bool(gaps) and min(gaps) > 0.4 * chunk.words[0].size
        if not tight or not (wide or (not in_header and any(is_figure(w.text) for w in chunk.words))):
            result.append((chunk, first, last))
            continue
        for column in range(first, last + 1):
            result.append((Chunk([w for p in parts if p[1] == column for w in p[0].words]), column, column))
    return result


def _part_between_columns(chunk: Chunk, edges: list[tuple[float, float]]) -> tuple[Chunk, Chunk] | None:
    """Two headers set tightly side by side: cut at a gap wider than the other blanks, over a gap between columns."""
    gaps = [b.box[0] - a.box[2] for a, b in itertools.pairwise(chunk.words)]
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


def _without_floating(grid: list[list[Cell]], tops: list[float], header_rows: int) -> tuple[list[list[Cell]], int]:
    """Rows that stand between two others, closer than a line (labels centred over two rows, labels on two lines),
    merged into the rows whose empty cells they fill. `tops` shrinks along."""
    leading = _leading(grid, tops)
    i = 0
    while i < len(grid):
        if len(grid) < 3:
            break
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(grid) and abs(tops[j] - tops[i]) < 0.72 * leading]
        hosts = [j for j in near if _fits(grid[i], grid[j])]
        if not hosts or (i < header_rows) != (hosts[0] < header_rows):
            i += 1
            continue
        for j in hosts:
            grid[j] = [_merged(a, b, i < j) for a, b in zip(grid[i], grid[j], strict=True)]
        del grid[i], tops[i]
        header_rows -= i < header_rows
    return grid, header_rows


def _leading(grid: list[list[Cell]], tops: list[float]) -> float:
    """The usual distance of two rows full of figures (of any two rows where there are fewer than three such)."""
    figures = [sum(is_figure(c.text) for c in row) for row in grid]
    heights = [y for n, y in zip(figures, tops, strict=True) if 2 * n >= max(figures) > 0]
    steps = sorted(b - a for a, b in itertools.pairwise(heights if len(heights) > 2 else tops))
    return steps[len(steps) // 2]


def _fits(floating: list[Cell], host: list[Cell]) -> bool:
    """Whether a row holds labels only and the host has figures, so that they are one row set on uneven heights."""
    texts = [c.text for c in floating if c.text]
    if not texts or (
        any(is_figure(t) for t in texts) and any(a.text and b.text for a, b in zip(floating, host, strict=True))
    ):
        return False
    return any(is_figure(c.text) for c in host)


def _merged(extra: Cell, cell: Cell, before: bool) -> Cell:
    if not extra.text:
        return cell
    if not cell.text or cell.box is None or extra.box is None:
        return extra
    text = f"{extra.text} {cell.text}" if before else f"{cell.text} {extra.text}"
    return Cell(text, enclosing([extra.box, cell.box]), cell.bold and extra.bold)


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
            if len(filled) == 1 and not alone and len(block) > 1:
                for i in block:
                    grid[i][column] = grid[filled[0]][column]
