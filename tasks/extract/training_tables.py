"""Training figures in tables: columns (or rows) headed Params, FLOPs, Mult-Adds, Epochs, Batch size, Steps …"""

import re
from dataclasses import dataclass

from tasks.extract.chips import hardware_mentions
from tasks.extract.findings import phase_of
from tasks.extract.numbers import Number, parse_number
from tasks.extract.ownership import CITATION, Ownership, judge
from tasks.extract.table_headers import HeaderUnit, field_of, unit_of, usual_unit
from tasks.extract.units import HOURS, TRAINING_FLOP_LEAST
from tasks.hardware import GENERIC, Hardware
from tasks.parse.document import Cell, Table

OF_OTHERS = frozenset({"cited", "known", "rerun"})
"""Verdicts on a row or column that is not the paper's own."""

_BASELINE = re.compile(r"\bbaselines?\b|^N/?A$|^(?:original|vanilla|standard|plain)\b", re.IGNORECASE)
_CITED_AT_END = re.compile(rf"(?:{CITATION.pattern})[^\w(]*$")
_HELD_OUT = re.compile(r"\b(?:test|dev\w*|validation|val)\b", re.IGNORECASE)
_LAYERS = re.compile(r"(?:type|layers?|layer name|operator|stage|block|module|input|operation)s?\b", re.IGNORECASE)
_OF_LAYERS = re.compile(r"\b(?:output|stride|patch|kernel|filters?|channels?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class TableFigure:
    """One cell that discloses a figure: where it stands, whose it is, and what it says in the field's unit."""

    field: str
    value: float | str
    row: int
    column: int
    raw: str
    model: str
    row_header: str
    column_header: str
    phase: str
    lower: float | None = None
    upper: float | None = None
    confidence: float = 0.9
    reasons: str = ""


@dataclass(frozen=True)
class _Column:
    """A column (or row) of figures: its field, header, unit and phase."""

    field: str
    header: str
    unit: HeaderUnit
    phase: str


def find_in_table(table: Table, who: Ownership, hardware: tuple[Hardware, ...]) -> list[TableFigure]:
    """Figures of a table, by its headed columns, else by rows whose first cell names a field; cited rows left out."""
    if len(table.rows) < 2:
        return []
    owners = _owners(table, who)
    figures: list[TableFigure] = []
    for part, headers in _parts(table):
        rows = {i: owners[i] for i in part if i in owners}
        for column, header in enumerate(headers):
            field = field_of(header.split(" | ")[-1]) or field_of(header.replace(" | ", " "))
            if not field or not rows or (column == 0 and _holds_names(table)):
                continue
            if field not in ("parameters", "forward_ops") or not _lists_layers(headers):
                figures += _down(table, column, _column(table, field, header, rows, column), rows, hardware)
    return figures or _across(table, who, hardware)


def _lists_layers(headers: list[str]) -> bool:
    """Whether the rows are the layers of one network, whose figures are parts of a whole."""
    return bool(_LAYERS.match(headers[0].strip())) and any(_OF_LAYERS.search(h) for h in headers[1:])


def _parts(table: Table) -> list[tuple[list[int], list[str]]]:
    """Body rows with the column headers that hold for them: a table may set new headers half way down."""
    headers = [table.column_header(c) for c in range(len(table.rows[0]))]
    parts: list[tuple[list[int], list[str]]] = [([], headers)]
    for i in range(table.header_rows, len(table.rows)):
        texts = [c.text.strip() for c in table.rows[i]]
        if _is_header(texts):
            parts.append(([], texts))
        else:
            parts[-1][0].append(i)
    return [p for p in parts if p[0]]


def _is_header(texts: list[str]) -> bool:
    """Whether a body row is a row of headers: two cells or more, no figure, and the words of one."""
    filled = [t for t in texts if t]
    if len(set(filled)) < 2 or any(parse_number(t) is not None for t in filled):
        return False
    names = re.match(r"(?:model|method|network|#\s*layers)s?$", filled[0], re.I)
    return bool(names) or any(field_of(t) for t in filled[1:])


def _holds_names(table: Table) -> bool:
    """Whether the first column holds names and not figures."""
    cells = [r[0].text for r in table.rows[table.header_rows :] if r[0].text.strip()]
    return sum(parse_number(c) is not None for c in cells) < 0.6 * len(cells) if cells else True


def _verdict(label: str, who: Ownership) -> str:
    """`judge`, with a closing citation and baselines as somebody else's."""
    if _CITED_AT_END.search(label) and not re.search(r"\bours?\b", label, re.I):
        return "cited"
    verdict = judge(label, who)
    return verdict if verdict == "own" or not _BASELINE.search(label) else "cited"


def _owners(table: Table, who: Ownership) -> dict[int, tuple[str, str]]:
    """Name and verdict ('own', 'cited', 'known', 'rerun', '') of each body row; blank names take the one above.

    A row with one text only heads a group; "+ X" and "with X" continue the name above.
    """
    owners: dict[int, tuple[str, str]] = {}
    name, verdict, group = "", "", ""
    for i in range(table.header_rows, len(table.rows)):
        row = table.rows[i]
        label = _label(row)
        filled = {c.text.strip() for c in row if c.text.strip()}
        if label and len(filled) == 1:
            name, verdict = label, _verdict(label, who)
            group = verdict
            continue
        if label and re.match(r"^(?:\+|with\b|w/|-)", label):
            owners[i] = (f"{name} {label}".strip(), _verdict(label, who) or verdict)
            continue
        if label:
            name, verdict = label, _verdict(label, who) or group
        owners[i] = (name, verdict)
    return owners


def _label(row: list[Cell]) -> str:
    """Words of the row's first cells that are no figures."""
    for cell in row[:2]:
        text = cell.text.strip()
        if text and parse_number(text) is None and re.search(r"[A-Za-z]", text):
            return text
    return ""


def _column(table: Table, field: str, header: str, rows: dict[int, tuple[str, str]], column: int) -> _Column:
    texts = [table.rows[i][column].text for i in rows]
    unit = usual_unit(field, unit_of(field, header, table.caption), header, texts)
    return _Column(field, header, unit, _phase(field, f"{header} {table.caption}"))


def _phase(field: str, words: str) -> str:
    """Phase by header and caption; sizes of networks and tables that say nothing speak of training."""
    phase = phase_of(words)
    return "training" if phase in ("unknown", "inference") or field in ("parameters", "forward_ops") else phase


def _down(
    table: Table, column: int, head: _Column, rows: dict[int, tuple[str, str]], hardware: tuple[Hardware, ...]
) -> list[TableFigure]:
    """Figures of one column, row by row."""
    figures = []
    for i, (name, verdict) in rows.items():
        held_out = head.field in ("tokens", "examples") and _HELD_OUT.search(name)
        if verdict in OF_OTHERS or held_out:
            continue
        confidence = head.unit.confidence - (0.0 if verdict == "own" else 0.1)
        figures += _figures(table, (i, column), head, (name, name), hardware, confidence)
    return figures


def _across(table: Table, who: Ownership, hardware: tuple[Hardware, ...]) -> list[TableFigure]:
    """Tables that stand on their side: the first cell names the field, each column is a model or a setting."""
    figures = []
    for i, row in enumerate(table.rows):
        header = row[0].text.strip()
        field = field_of(header)
        if not field:
            continue
        unit = usual_unit(field, unit_of(field, header, table.caption), header, [c.text for c in row[1:]])
        for column in range(1, len(row)):
            name = table.column_header(column) if i >= table.header_rows else ""
            spans = row[column].box is not None and row[column].box == row[column - 1].box
            if spans or _verdict(name, who) in OF_OTHERS:
                continue
            head = _Column(field, name, unit, _phase(field, f"{name} {header} {table.caption}"))
            figures += _figures(
                table, (i, column), head, (name.split(" | ")[-1], header), hardware, unit.confidence - 0.05
            )
    return figures


def _figures(
    table: Table,
    at: tuple[int, int],
    head: _Column,
    names: tuple[str, str],
    hardware: tuple[Hardware, ...],
    confidence: float,
) -> list[TableFigure]:
    """Figures of one cell; `names` are those of the model and of the row."""
    row, column = at
    text = table.rows[row][column].text
    if head.unit.reasons and re.fullmatch(r"\d", text.strip()):  # a count of something else
        return []
    found = []
    for value, number in _values(head.field, text, head.unit, hardware):
        factor = float(value) / number.value if number else 1.0
        found.append(
            TableFigure(
                *(head.field, value, row, column, text, *names, head.header, head.phase),
                lower=number.lower * factor if number and number.lower is not None else None,
                upper=number.upper * factor if number and number.upper is not None else None,
                confidence=confidence,
                reasons=head.unit.reasons,
            )
        )
    return found


_NOTE = re.compile(r"\^\{[^{}\d]*\}|\s*\((?:[+-−–~]?\d+(?:\.\d+)?\s*%|[^()\d]*)\)|[†‡§∗*]")
_UNIT_WORD = re.compile(r"\s*(?:FLOPs?|params?|parameters|hours?|hrs?|epochs?|steps|iterations|tokens)$", re.I)
_DAYS = re.compile(r"\s*days?$", re.I)


def _values(
    field: str, text: str, unit: HeaderUnit, hardware: tuple[Hardware, ...]
) -> list[tuple[float | str, Number | None]]:
    """Values of one cell in the field's unit; none where it holds anything else."""
    if field == "hardware":
        return [(slug, None) for slug, _, _ in hardware_mentions(text, hardware) if slug not in GENERIC]
    bare = _UNIT_WORD.sub("", _NOTE.sub("", text).strip())
    number = parse_number(_DAYS.sub("", bare))
    if number is None or number.value <= 0:
        return []
    is_time = field in ("duration_hours", "chip_hours")
    factor = 1.0 if number.scaled and not is_time else unit.factor
    if field == "duration_hours" and _DAYS.search(bare):
        factor = HOURS["day"]
    value = float(f"{number.value * factor:.12g}")  # 4.1 x 1e9 is 4100000000, not 4099999999.9999995
    return [(value, number)] if _is_plausible(field, value) else []


_BOUNDS = {
    "parameters": (1e3, 1e14),
    "forward_ops": (1e5, TRAINING_FLOP_LEAST),
    "training_flop": (1e12, 1e28),
    "epochs": (0.1, 20000),
    "steps": (100, 1e9),
    "batch_size": (1, 5e7),
    "chips": (1, 1e5),
    "duration_hours": (0.01, 10000),
    "chip_hours": (0.1, 1e9),
    "tokens": (1e4, 1e15),
    "examples": (100, 2e10),
}
"""What a field's figure may be, in its unit: beyond that a conversion or a column went wrong."""


def _is_plausible(field: str, value: float) -> bool:
    low, high = _BOUNDS[field]
    counts = field in ("chips", "examples", "batch_size", "steps")
    return low <= value <= high and (not counts or value == int(value))
