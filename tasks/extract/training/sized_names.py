"""Numbers of parameters that a table prints in the names of models: "FooNet (20 layers, 39M params)", "1.3B"."""

import re

from tasks.extract.numbers import find_numbers, parse_number
from tasks.extract.training.owners import RowOwner
from tasks.extract.training.table_cells import TableFigure
from tasks.parse.document import PageTable

_FIGURE = r"\d[\d.,]*\s?(?:[KMB]|million|billion)"
_SAID = re.compile(rf"(?P<before>{_FIGURE})\s+(?:params?|parameters)\b|\bparam\w*\s*[:=]\s*(?P<behind>{_FIGURE})\b")
_SIZE = re.compile(r"\d+(?:\.\d+)?\s?[MB]\W?")
_OF_MODELS = re.compile(r"^(?:models?|(?:model )?(?:sizes?|names?)|)$", re.IGNORECASE)


def sizes_in_names(table: PageTable, owners: dict[int, RowOwner]) -> list[TableFigure]:
    """Parameters in the first cells: beside the word, or as the whole name of every model of the table."""
    firsts = {i: table.rows[i][0].text.strip() for i, owner in owners.items() if not owner.is_another}
    header = table.column_header(0)
    all_sizes = len(firsts) > 1 and all(_SIZE.fullmatch(t) for t in firsts.values())
    if all_sizes and _OF_MODELS.match(header):
        said = firsts
    else:
        said = {i: m["before"] or m["behind"] for i, t in firsts.items() if (m := _SAID.search(t))}
    return [_figure(i, text, firsts[i], header) for i, text in said.items()]


def _figure(row: int, size: str, name: str, header: str) -> TableFigure:
    number = parse_number(size) or find_numbers(size)[0]
    return TableFigure("parameters", number.value, row, 0, size, name, name, header, "training", confidence=0.8)
