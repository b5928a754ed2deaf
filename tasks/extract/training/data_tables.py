"""Sizes of training sets in tables of data sets: rows or columns of splits, one of them headed "train"."""

import re
from collections.abc import Iterator

from tasks.extract.tables import headers_of, inner_header
from tasks.extract.training.owners import RowOwner
from tasks.extract.training.table_cells import TableFigure, values_of
from tasks.extract.training.table_headers import HeaderUnit, field_of, unit_of
from tasks.parse.document import PageTable

_SPLIT = re.compile(r"(?:data )?(?:splits?|partition|subset)", re.I)
_COUNT = re.compile(
    r"#|count|size|#?\s*(?:examples|images|sentences|samples|instances|prompts|documents|questions|pairs|utterances)"
    r"|(?:number|no\.|#) of (?:examples|images|sentences|samples|instances|prompts|documents|questions|pairs)",
    re.I,
)
_TRAIN = re.compile(r"#?\s*train(?:ing)?(?:\s+set)?", re.I)
_OF_SIZES = re.compile(
    r"\b(?:statistics|sizes?|numbers? of (?:\w+ )?(?:examples|images|sentences|samples|instances|pairs))\b", re.I
)
_OF_DATA = re.compile(r"\b(?:data\s?sets?|corpus|corpora|benchmarks?|tasks?|data)\b", re.I)
_OTHER_COUNTS = re.compile(r"\b(?:tokens?|words?|labels?|class(?:es)?|entit\w+|length|vocab\w*|hours?|types?)\b", re.I)


def training_set_sizes(table: PageTable, owners: dict[int, RowOwner]) -> list[TableFigure]:
    """Numbers of training examples, one for each data set of the table."""
    headers = headers_of(table)
    found = _sizes_below_names(table)
    for column, header in enumerate(headers):
        unit = unit_of("examples", header, "")
        for i in _rows(table, column, headers, owners):
            found += _figures(table, i, column, header, owners[i].name, unit)
    return found


_BELOW = re.compile(
    r"\b(?:numbers?|counts?|figures?)\s+(?:below|under|beneath|next to|after)\b[^.]*\btrain(?:ing)?\s+"
    r"(?:examples|samples|instances|sentences|images|set sizes?|data)\b",
    re.I,
)


def _sizes_below_names(table: PageTable) -> list[TableFigure]:
    """The row of numbers below the names of tasks that the caption explains as numbers of training examples."""
    if not _BELOW.search(table.caption):
        return []
    rows = range(1, min(3, len(table.rows)))
    row = next((i for i in rows if not table.rows[i][0].text.strip()), None)
    if row is None:
        return []
    unit = HeaderUnit(1.0, False)
    names = [c.text.strip() for c in table.rows[0]]
    return [f for c in range(1, len(names)) for f in _figures(table, row, c, names[c], names[c], unit)]


def _rows(
    table: PageTable,
    column: int,
    headers: list[str],
    owners: dict[int, RowOwner],
) -> Iterator[int]:
    """Rows whose cell in a column counts a training set's examples."""
    last = inner_header(headers[column]).strip()
    splits = next((c for c in range(column - 1, -1, -1) if _SPLIT.fullmatch(inner_header(headers[c]).strip())), None)
    if _COUNT.fullmatch(last) and splits is not None:
        yield from _rows_of_split(table, splits, owners)
    elif field_of(last) == "examples":
        yield from owners
    elif _TRAIN.fullmatch(last) and _OF_SIZES.search(table.caption) and _OF_DATA.search(table.caption):
        yield from (i for i, o in owners.items() if not _OTHER_COUNTS.search(o.name))


def _rows_of_split(table: PageTable, splits: int, owners: dict[int, RowOwner]) -> list[int]:
    """Rows of a training split; none where two in a row are parts of one set."""
    rows = [i for i in owners if _TRAIN.fullmatch(table.rows[i][splits].text.strip())]
    return [] if any(i + 1 in rows for i in rows) else rows


def _figures(table: PageTable, row: int, column: int, header: str, name: str, unit: HeaderUnit) -> list[TableFigure]:
    text = table.rows[row][column].text
    return [
        TableFigure(field, value, row, column, text, "", name, header, "training", confidence=0.8)
        for field, value, _ in values_of("examples", text, unit, ())
    ]
