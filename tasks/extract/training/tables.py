"""Training figures in tables: columns (or rows) headed Params, FLOPs, Epochs, Steps, Energy (kWh), CO2e …"""

import re
from dataclasses import dataclass, replace

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import parse_number
from tasks.extract.ownership import Ownership, Verdict
from tasks.extract.tables import header_path, headers_of, inner_header
from tasks.extract.training.consumption import is_consumed
from tasks.extract.training.data_tables import training_set_sizes
from tasks.extract.training.findings import is_unlabelled, phase_of
from tasks.extract.training.owners import OF_OTHERS, RowOwner, in_column, lists_layers, row_owners, verdict_on
from tasks.extract.training.setting_rows import lines_of
from tasks.extract.training.shared_layers import with_sharing
from tasks.extract.training.sized_names import figures_in_names
from tasks.extract.training.stages import named_stage
from tasks.extract.training.table_cells import TableFigure, values_of
from tasks.extract.training.table_headers import HeaderUnit, field_of, names_a_value, unit_of, usual_unit
from tasks.extract.training.table_resources import (
    is_rate,
    is_without_overhead,
    notes_on_unit,
    resource_phase,
)
from tasks.parse.document import HEADER_SEPARATOR, Cell, PageTable
from tasks.provenance.claims import unique
from tasks.reference.chip_patterns import hardware_mentions
from tasks.reference.hardware import GENERIC, Hardware, load_hardware

_HELD_OUT = re.compile(r"\b(?:test|dev\w*|validation|val)\b", re.IGNORECASE)
_SETTINGS = frozenset({"batch_size", "epochs", "steps"})
_CORES = re.compile(r"(?:#|number of|num\.?)?\s*cores", re.IGNORECASE)
"""What heads numbers of cores, of TPUs where another header names them."""
_IN_A_UNIT = re.compile(r"in\s+\S.*", re.IGNORECASE)
_TRIED = re.compile(r"\b(?:search|grid|sweep|candidates?|ranges?|tried)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Column:
    """A column (or row) of figures: its field, header, unit and phase, and whether several in a cell were tried."""

    field: str
    header: str
    unit: HeaderUnit
    phase: str
    tried: bool


def find_in_table(table: PageTable, who: Ownership, hardware: tuple[Hardware, ...]) -> list[TableFigure]:
    """Figures of a table, by its headed columns, else by rows whose first cell names a field.

    Sizes of training sets in tables of data sets are among them, as are numbers of parameters printed in names.
    """
    if len(table.rows) < 2:
        return []
    owners = row_owners(table, who)
    figures = [f for part, headers in _parts(table) for f in _in_columns(table, part, headers, owners, who, hardware)]
    figures += _across(table, who, hardware)
    figures += figures_in_names(table, owners) + training_set_sizes(table, owners)
    return unique(with_sharing(table, figures), lambda f: (f.row, f.column, f.field, f.value))


def _in_columns(
    table: PageTable,
    part: list[int],
    headers: list[str],
    owners: dict[int, RowOwner],
    who: Ownership,
    hardware: tuple[Hardware, ...],
) -> list[TableFigure]:
    """Figures of the columns of one part of a table."""
    rows = {i: owners[i] for i in part if i in owners}
    names = [owner.name for owner in rows.values()]
    figures: list[TableFigure] = []
    for column, whole in enumerate(headers):
        if not rows or (column == 0 and _holds_names(table)):
            continue
        twins = _twins(whole)
        for k, header in enumerate(twins):
            field = _field(header, table, " ".join(table.rows[i][column].text for i in rows))
            if not field or (field in ("parameters", "forward_ops") and lists_layers(headers, names)):
                continue
            if is_without_overhead(field, header, headers):
                continue
            texts = {i: _part_of(table.rows[i][column].text, k, len(twins)) for i in rows}
            judged = {i: in_column(owner, header, who, table.caption) for i, owner in rows.items()}
            head = _column(table, field, header, list(texts.values()))
            figures += _down(table, texts, column, head, judged, hardware)
    return figures


def _twins(header: str) -> list[str]:
    """The headers of a column that holds two figures a cell, "Params (M) / FLOPs (G)"; else the header itself."""
    *groups, last = header_path(header)
    parts = [p.strip() for p in last.split("/")]
    shared = parts[-1].split()[-1] if parts[-1] else ""
    parts = [p if field_of(p) else f"{p} {shared}" for p in parts]  # "Train / Infer FLOPs"
    if len(parts) < 2 or not all(field_of(p) for p in parts):
        return [header]
    return [HEADER_SEPARATOR.join([*groups, p]) for p in parts]


def _part_of(text: str, k: int, n: int) -> str:
    """The k-th of n figures that a cell parts by a slash; "" where it holds another number of them."""
    parts = text.split("/") if n > 1 else [text]
    return parts[k].strip() if len(parts) == n else ""


def _field(header: str, table: PageTable, cells: str) -> str:
    last = inner_header(header)
    whole = " ".join(level for level in header_path(header) if not names_a_value(level))
    field = field_of(last, table.caption, cells)
    if field in ("", "duration_hours"):  # "GPU | Hours"
        field = field_of(whole, table.caption, cells) or field
    if not field and _CORES.fullmatch(last.strip()) and any("TPU" in h for h in headers_of(table)):
        return "chips"
    if field == "hardware" and not _names_a_chip(cells):
        field = "chips" if re.search(r"[a-zA-Z]s$", last.strip()) else ""
    return "" if is_consumed(field) and is_rate(whole) else field  # "Per query | Energy (kWh)"


def _names_a_chip(cells: str) -> bool:
    return any(slug not in GENERIC for slug, _, _ in hardware_mentions(cells, load_hardware()))


def _parts(table: PageTable) -> list[tuple[list[int], list[str]]]:
    """Body rows with the column headers that hold for them: a table may set new headers half way down."""
    headers = headers_of(table)
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


def _holds_names(table: PageTable) -> bool:
    """Whether the first column holds names and not figures."""
    cells = [r[0].text for r in table.rows[table.header_rows :] if r[0].text.strip()]
    return sum(parse_number(c) is not None for c in cells) < 0.6 * len(cells) if cells else True


def _column(table: PageTable, field: str, header: str, texts: list[str]) -> _Column:
    unit = usual_unit(field, unit_of(field, header, table.caption), header, texts)
    words = f"{header} {table.caption}"
    return _Column(field, header, unit, _phase(field, words), bool(_TRIED.search(words)))


def _phase(field: str, words: str) -> str:
    """Phase by header and caption; sizes of networks and tables that say nothing speak of training."""
    phase = phase_of(words)
    return "training" if phase in ("unknown", "inference") or field in ("parameters", "forward_ops") else phase


def _down(
    table: PageTable,
    texts: dict[int, str],
    column: int,
    head: _Column,
    rows: dict[int, RowOwner],
    hardware: tuple[Hardware, ...],
) -> list[TableFigure]:
    """Figures of one column, row by row."""
    figures = []
    for i, owner in rows.items():
        if _is_held_out(head.field, owner.name) or (owner.is_another and is_unlabelled(head.field)):
            continue
        confidence = head.unit.confidence - (0.0 if owner.verdict == Verdict.OWN else 0.1)
        if of_row := _spent_on(head, (owner.name, head.header), table):
            found = _figures(texts[i], (i, column), of_row, (owner.name, owner.name), hardware, confidence)
            figures += [replace(f, is_others=owner.is_another) for f in found]
    return figures


def _spent_on(head: _Column, names: tuple[str, str], table: PageTable) -> _Column | None:
    """The column as it stands for one row: energy, cost and carbon by the row's own phase; None for no training."""
    if not is_consumed(head.field):
        return head
    rows = table.rows
    labels = [c.text for row in rows[: max(table.header_rows, 1)] for c in row] + [row[0].text for row in rows]
    phase = resource_phase(names, table.caption, " ".join(labels))
    return replace(head, phase=phase) if phase else None


def _is_held_out(field: str, name: str) -> bool:
    """Whether a row or column counts data that nothing is trained on."""
    return field in ("tokens", "examples") and bool(_HELD_OUT.search(name))


def _across(table: PageTable, who: Ownership, hardware: tuple[Hardware, ...]) -> list[TableFigure]:
    """Tables that stand on their side: the first cell names the field, each column is a model or a setting."""
    figures = []
    corner = table.rows[0][0].text.strip()
    for i, row in enumerate(table.rows):
        for label, texts in _lines(row):
            header = f"{corner} {label}" if _IN_A_UNIT.fullmatch(label) else label  # "Training costs" over "in USD"
            field = field_of(header, table.caption, " ".join(texts))
            if not field:
                continue
            unit = usual_unit(field, unit_of(field, header, table.caption), header, texts)
            for column, text in enumerate(texts, start=1):
                name = _name_above(table, i, column)
                spans = row[column].box is not None and row[column].box == row[column - 1].box
                is_others = verdict_on(name, who, table.caption) in OF_OTHERS
                if spans or _is_held_out(field, name) or (is_others and is_unlabelled(field)):
                    continue
                words = f"{name} {header} {table.caption}"
                head = _Column(field, name, unit, _phase(field, words), bool(_TRIED.search(words)))
                names = (inner_header(name), header)
                if of_column := _spent_on(head, (name, header), table):
                    found = _figures(text, (i, column), of_column, names, hardware, unit.confidence - 0.05)
                    figures += [replace(f, is_others=is_others) for f in found]
    return figures


def _lines(row: list[Cell]) -> list[tuple[str, list[str]]]:
    """Lines of a row; its second cell is the label where it names a field: "FooNet | GFLOPs | 2.1 | 4.3".

    Or both are: "Train | TOKEN | 912,344 | 204,567".
    """
    texts = [c.text.strip() for c in row]
    both = " ".join(texts[:2])
    if len(row) > 2 and field_of(texts[1]):
        return [(texts[1], ["", *texts[2:]])]
    if len(row) > 2 and texts[1].isalpha() and field_of(both) and not field_of(texts[0]):
        return [(both, ["", *texts[2:]])]
    return lines_of(row)


def _name_above(table: PageTable, row: int, column: int) -> str:
    """What heads a column above a row: its header, else the first row's cell where that row's corner is empty."""
    if table.header_rows:
        return table.column_header(column) if row >= table.header_rows else ""
    return table.rows[0][column].text.strip() if row and not table.rows[0][0].text.strip() else ""


def _active(field: str, labels: tuple[str, ...]) -> tuple[Coded[ReadingNote], ...]:
    """The note on parameters that a label calls active."""
    is_active = field == "parameters" and any(re.search(r"\bactiv", label, re.IGNORECASE) for label in labels)
    return (Coded(ReadingNote.ACTIVE_PARAMETERS),) if is_active else ()


def _figures(
    text: str,
    at: tuple[int, int],
    head: _Column,
    names: tuple[str, str],
    hardware: tuple[Hardware, ...],
    confidence: float,
) -> list[TableFigure]:
    """Figures of one cell; `names` are those of the model and of the row."""
    counts = not is_consumed(head.field)
    if counts and head.unit.notes and re.fullmatch(r"\d", text.strip()):  # a count of something else
        return []
    found = []
    values = values_of(head.field, text, head.unit, hardware)
    if len(values) > 1 and head.tried and head.field in _SETTINGS:
        return []
    stage = named_stage(names[0])
    names = ("" if stage else names[0], names[1])
    of_all = (*([stage] if stage else []), *_active(head.field, (*names, head.header)))
    for field, value, number in values:
        factor = float(value) / number.value if number else 1.0
        found.append(
            TableFigure(
                *(field, value, *at, text, *names, head.header, head.phase),
                lower=number.lower * factor if number and number.lower is not None else None,
                upper=number.upper * factor if number and number.upper is not None else None,
                confidence=confidence,
                notes=(*(notes_on_unit(field, text) or head.unit.notes), *of_all),
            )
        )
    return found
