"""Which networks of a table use the same parameters at every layer, and how many layers they have."""

import re
from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import parse_number
from tasks.extract.tables import headers_of, inner_header
from tasks.extract.training.table_cells import TableFigure
from tasks.parse.document import PageTable

_LAYERS = re.compile(r"(?:#|num\w*\.?|number of|n)?\s*\(?(?:layers?|L)\)?|depth", re.IGNORECASE)
_SHARING = re.compile(r"\b(?:parameter|weight|cross-layer|layer)s?[\s-]+shar(?:ing|ed)\b|\bshared?\b", re.IGNORECASE)
_SHARED = re.compile(r"true|yes|all(?:[\s-]shared)?|✓|✔", re.IGNORECASE)


def with_sharing(table: PageTable, figures: list[TableFigure]) -> list[TableFigure]:
    """The figures of a table, its parameters with the number of layers that share them where columns tell both."""
    layers = _layers_sharing(table)
    return [
        replace(f, notes=(*f.notes, Coded.of(ReadingNote.LAYERS_SHARED, layers=layers[f.row])))
        if f.field == "parameters" and f.row in layers
        else f
        for f in figures
    ]


def _layers_sharing(table: PageTable) -> dict[int, int]:
    """Layers of each body row whose network is said to share its parameters among them."""
    headers = [inner_header(h).strip() for h in headers_of(table)]
    depth = next((c for c, h in enumerate(headers) if _LAYERS.fullmatch(h)), None)
    sharing = next((c for c, h in enumerate(headers) if _SHARING.search(h)), None)
    if depth is None or sharing is None:
        return {}
    found = {}
    for i in range(table.header_rows, len(table.rows)):
        number = parse_number(table.rows[i][depth].text)
        if number and number.value > 1 and _SHARED.fullmatch(table.rows[i][sharing].text.strip()):
            found[i] = int(number.value)
    return found
