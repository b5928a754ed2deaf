"""What stands around each figure of a table: headers, row label, group rows, caption, notes, mentions in the text."""

import re
from dataclasses import dataclass

from tasks.extract.sentences import bounds_of
from tasks.extract.tables import header_path
from tasks.parse.captions import SUBCAPTION
from tasks.parse.document import Cell, PageTable, PdfPage
from tasks.parse.grid import is_figure

_TRAINING_DATA = re.compile(r"\bdata\b|\bpre-?train|\bcorpus\b|\btrain(?:ed|ing)? (?:on|set)\b", re.IGNORECASE)
_LABEL = re.compile(r"^(?:Table|TABLE|Tab\.|Figure|FIGURE|Fig\.)\s*\S+?(?:\s*[:.|–—-]?\s+|\s*\|\s*)")
_MARK = re.compile(r"[†‡§¶∗*⋆♯♭]")
_SIDE_BY_SIDE = 3
"""So many runs of label columns with figures between them set models side by side."""


@dataclass(slots=True)
class ResultCell:
    """One cell that may hold results, with what heads it."""

    row: int
    column: int
    cell: Cell
    headers: list[str]  # innermost first
    label: str
    groups: list[str]  # nearest first
    labels: list[str]  # the cells that the label is made of, less those that name training data
    spanning: list[str]  # those of them that stand over several rows, and head a group like a row of their own


def figures_of(table: PageTable) -> list[ResultCell]:
    """Every cell right of the row labels, with its headers; and the first column where it prints decimals throughout.

    Rows without figures in the body are headers of what follows (several texts) or name a group of rows (one text).
    """
    labels = label_columns(table)
    unlabelled = _first_is_decimal(table)
    about_data = {c for c in labels if _TRAINING_DATA.search(table.column_header(c))}
    titles = _header_groups(table)
    inner: list[list[Cell]] = []
    corner = [_top_label(table)] if _top_label(table) else []
    groups = list(titles)
    replaced = False
    last_label, parts = "", [""]
    blocks = _blocks(labels)
    found: list[ResultCell] = []
    previous_was_header = False
    for i, row in enumerate(table.rows):
        if i < table.header_rows:
            continue
        kind = _row_kind(row)
        if kind == "header":
            if not previous_was_header:
                inner, replaced = [], row[0].text.strip() != "" and row[0].text == _top_label(table)
                corner = [row[0].text.strip()] if row[0].text.strip() and not replaced else []
            inner.insert(0, row)
        elif kind == "group":
            text = next(c.text for c in row if c.text.strip())
            groups = [text, *groups[1:]] if groups else [text]
        else:
            cells = {row[c].text.strip(): c for c in labels if not is_spare(row[c].text)}
            parts = [text for text, c in cells.items() if c not in about_data] or parts
            last_label = _full_label(" ".join(cells), last_label)
            spanning = _spanning(table, i, cells)
            for c in range(len(row)):
                if (c not in labels or (c == 0 and unlabelled)) and row[c].text.strip():
                    headers = [h[c].text.strip() for h in inner if h[c].text.strip()]
                    if not replaced:
                        outer = reversed(header_path(table.column_header(c)))
                        headers += [p for p in outer if p and p not in headers and p not in titles]
                    beside = [text for text, at in cells.items() if at in _beside(c, blocks)]
                    label, named = (last_label, parts) if len(blocks) < _SIDE_BY_SIDE else (" ".join(beside), beside)
                    found.append(ResultCell(i, c, row[c], headers, label, [*groups, *corner], named, spanning))
        previous_was_header = kind == "header"
    return found


def _blocks(columns: list[int]) -> list[list[int]]:
    """Runs of label columns that stand side by side."""
    found: list[list[int]] = []
    for c in columns:
        if found and c == found[-1][-1] + 1:
            found[-1].append(c)
        else:
            found.append([c])
    return found


def _beside(column: int, blocks: list[list[int]]) -> list[int]:
    """Of a table that sets models side by side, each with its figures: the first column and the labels left of one."""
    return [0, *next(block for block in reversed(blocks) if block[0] <= column)]


def _spanning(table: PageTable, row: int, cells: dict[str, int]) -> list[str]:
    """Label cells that the row shares with the one over or under it, where another tells them apart."""
    body = range(table.header_rows, len(table.rows))
    shared = [
        t for t, c in cells.items() for i in (row - 1, row + 1) if i in body and table.rows[i][c].text.strip() == t
    ]
    return list(dict.fromkeys(shared)) if set(shared) != set(cells) else []


def is_spare(text: str) -> bool:
    """Whether a label cell holds nothing, or only a dash or a tick."""
    return bool(re.fullmatch(r"[\s\-–—✓✗×�.]*", text))


def _full_label(label: str, last: str) -> str:
    """A row without a label of its own goes on with the last one; "+ X" and "with X" build on it."""
    if not label:
        return last
    if re.match(r"^(?:[+−–-]\s|\+|w/|with\b|without\b|w/o\b|–)", label) and last:
        base = re.split(r"\s(?:[+−]|w/|with\b|without\b)", last)[0]
        return f"{base} {label}"
    return label


def _top_label(table: PageTable) -> str:
    return table.rows[0][0].text if table.rows and table.header_rows else ""


def _header_groups(table: PageTable) -> list[str]:
    """A header row of one cell alone, set once over the columns, heads the whole table."""
    texts = []
    for row in table.rows[: table.header_rows]:
        distinct = {(c.text.strip(), c.box) for c in row if c.text.strip()}
        if len(distinct) == 1 and not row[0].text.strip():
            texts.append(distinct.pop()[0])
    return texts


def _row_kind(row: list[Cell]) -> str:
    """'figures', 'header' or 'group'."""
    texts = list(dict.fromkeys(c.text.strip() for c in row if c.text.strip()))
    if any(is_figure(c.text) and re.search(r"\d", c.text) for c in row[1:]):
        return "figures"
    if len(texts) == 1:
        return "group"
    return "header" if len(texts) > 1 and not any(re.search(r"\d\.\d", t) for t in texts) else "figures"


def label_columns(table: PageTable) -> list[int]:
    """Columns that name the rows: the first, and others that hold mostly words."""
    body = table.rows[table.header_rows :]
    columns = [0]
    for c in range(1, len(table.rows[0])):
        texts = [row[c].text for row in body if row[c].text.strip()]
        if texts and sum(_is_wordy(t) for t in texts) > 0.5 * len(texts):
            columns.append(c)
    return columns


def _first_is_decimal(table: PageTable) -> bool:
    """Whether the first column prints figures like the others: the part of a table that goes on beside another."""
    texts = [row[0].text for row in table.rows[table.header_rows :] if row[0].text.strip()]
    return len(texts) > 1 and all(is_figure(text) and re.search(r"\d\.\d", text) for text in texts)


def _is_wordy(text: str) -> bool:
    bare = re.sub(r"[\^_]\{[^{}]*\}", "", text)
    return (
        re.search(r"[^\W\d_]{2}", bare) is not None
        and not is_figure(bare)
        and not re.match(r"^[\W_]*\d+(?:\.\d+)?\s*(?:[±(/%↑↓]|$)", bare)
    )


def note_of(text: str, caption: str) -> str:
    """The note in the caption that a mark on a cell's text points to ("8.43^{†}" … "^{†} reported on the test set")."""
    mark = _MARK.search(text)
    if not mark:
        return ""
    found = re.search(re.escape(mark[0]) + r"[\}”’'\"]?[\s:]*([^†‡§¶∗*⋆♯♭.]{3,160})", caption)
    return found[1].strip() if found else ""


def mentions_in(sentences: list[str], table: PageTable) -> list[int]:
    """Places of the sentences that speak of the table by its label; at most four."""
    if not table.label:
        return []
    kind = r"Fig(?:ure|\.|s\.|ures)" if table.label.lower().startswith("fig") else r"Tab(?:le|\.|les)"
    number = re.escape(table.label.split()[-1])
    letter = SUBCAPTION.match(table.title)
    part = rf"(?:\s*\(?{letter['letter']}\)?)?" if letter else ""
    pattern = re.compile(rf"\b{kind}\s*{number}{part}(?![\w]|[.\d]\d)", re.IGNORECASE)
    hint = table.label.split()[-1].lower()  # looked for first: most sentences do not have it
    found = (i for i, s in enumerate(sentences) if hint in s.lower() and pattern.search(s))
    return [i for i in found if not sentences[i].startswith(table.label)][:4]


def with_neighbours(sentences: list[str], places: list[int], before: int, after: int) -> str:
    """The sentences at `places`, each with so many of its neighbours."""
    wanted = {j for i in places for j in range(max(0, i - before), min(len(sentences), i + after + 1))}
    return " ".join(sentences[j] for j in sorted(wanted))


def lines_above(page: PdfPage, table: PageTable) -> str:
    """The text right above (else below) a table that has no caption: what leads over to it."""
    x0, top, x1, bottom = table.box
    beside = [line for line in page.lines if line.box[0] < x1 and line.box[2] > x0]
    above = [line for line in beside if 0 <= top - line.box[3] < 60]
    below = [line for line in beside if 0 <= line.box[1] - bottom < 30]
    return " ".join(line.text for line in (above or below)[-5:])


def caption_parts(table: PageTable, page: PdfPage) -> tuple[str, str]:
    """The caption's first sentence, its label aside, and the rest; of a table without one, the text that leads to it.

    Under a caption that several tables share, sentences on the others ("(b) …") are left out.
    """
    first, rest = first_sentence(table.caption or lines_above(page, table))
    letter = SUBCAPTION.match(table.title)
    if letter:
        pieces = re.split(r"(?=\([a-h]\)[\s:])", rest)
        rest = "".join(p for p in pieces if not re.match(r"\([a-h]\)", p) or p.startswith(letter[0].strip()))
    return first, rest


def first_sentence(caption: str) -> tuple[str, str]:
    """The caption's first sentence, its label aside, and the rest."""
    body = _LABEL.sub("", caption)
    end = next((end for _, end in bounds_of(body)), 0)
    return body[:end], body[end:].lstrip()
