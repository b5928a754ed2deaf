"""Figures that a table prints in names: "FooNet (20 layers, 39M params)", "1.3B", "FooNet / 300 epochs"."""

import re
from collections.abc import Iterator

from tasks.extract.numbers import find_numbers, parse_number
from tasks.extract.training.owners import RowOwner
from tasks.extract.training.table_cells import TableFigure
from tasks.parse.document import PageTable

_FIGURE = r"\d[\d.,]*\s?(?:[KMB]|million|billion)"
_SAID = re.compile(rf"(?P<before>{_FIGURE})\s+(?:params?|parameters)\b|\bparam\w*\s*[:=]\s*(?P<behind>{_FIGURE})\b")
_SIZE = re.compile(r"(?:\d+|\d,\d{3})(?:\.\d+)?\s?[MB]\W?")
_OF_MODELS = re.compile(r"^(?:models?|baselines?|(?:model )?(?:sizes?|names?)|)$", re.IGNORECASE)
_SETTINGS = {
    "epochs": re.compile(r"(?<![\w.,+-])(\d{1,5})[\s-]?(?:epochs|ep)\b", re.IGNORECASE),
    "batch_size": re.compile(
        r"\bbatch[\s-]?sizes?(?:\s+of)?[\s=:]+(\d{1,3}(?:,\d{3})+|\d{1,6}k?)(?![\w.,×])", re.IGNORECASE
    ),
    "steps": re.compile(r"(?<![\w.,+-])(\d{1,3}(?:,\d{3})+|\d+[kKM])[\s-]?(?:steps|iterations|iters)\b"),
}
"""Settings of a training by which a table tells its rows apart: "Batch size 256", "(1800 epochs)"."""


def figures_in_names(table: PageTable, owners: dict[int, RowOwner]) -> list[TableFigure]:
    """Parameters and settings that the words of a table's rows print, and sizes that head its columns."""
    return [*_sizes(table, owners), *_sizes_above(table), *_settings(table, owners)]


def _sizes(table: PageTable, owners: dict[int, RowOwner]) -> list[TableFigure]:
    """Parameters in the first cells: beside the word, or as the whole name of every model of the table."""
    firsts = {i: table.rows[i][0].text.strip() for i, owner in owners.items() if not owner.is_another}
    header = table.column_header(0)
    all_sizes = len(firsts) > 1 and all(_SIZE.fullmatch(t) for t in firsts.values())
    if all_sizes and _OF_MODELS.match(header):
        said = firsts
    else:
        said = {i: m["before"] or m["behind"] for i, t in firsts.items() if (m := _SAID.search(t))}
    return [_figure("parameters", (i, 0), text, firsts[i], header) for i, text in said.items()]


def _sizes_above(table: PageTable) -> list[TableFigure]:
    """Parameters where each column but the first is headed by the size of a model, and by nothing else."""
    first, *rest = (c.text.strip() for c in table.rows[0])
    if len(rest) < 2 or parse_number(first) is not None or not all(_SIZE.fullmatch(t) for t in rest):
        return []
    return [_figure("parameters", (0, column), text, text, first) for column, text in enumerate(rest, start=1)]


def _settings(table: PageTable, owners: dict[int, RowOwner]) -> Iterator[TableFigure]:
    """Epochs, steps and batch sizes in the words of a row of the paper's own."""
    for i, owner in owners.items():
        for column, cell in enumerate(table.rows[i]):
            if owner.is_another or parse_number(cell.text) is not None:
                continue
            for field, pattern in _SETTINGS.items():
                for said in pattern.finditer(cell.text):
                    yield _figure(field, (i, column), said[1], owner.name, table.column_header(column))


def _figure(field: str, at: tuple[int, int], text: str, name: str, header: str) -> TableFigure:
    number = parse_number(text) or find_numbers(text)[0]
    return TableFigure(field, number.value, *at, text, name, name, header, "training", confidence=0.8)
