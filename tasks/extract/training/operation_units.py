"""What a paper's "FLOPs" count: it says so, or a network that everybody knows stands among its figures."""

import re
from collections.abc import Iterator

from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import parse_number
from tasks.extract.tables import inner_header
from tasks.extract.training.table_headers import field_of, unit_of, usual_unit
from tasks.extract.training.units import OPERATIONS, flop_in, measured_numbers
from tasks.names.keys import model_key
from tasks.parse.document import Document, PageTable
from tasks.reference.networks import unit_by_anchors

_SAYS_MULTIPLY_ADDS = re.compile(
    r"\bFLOPs\b[^.;]{0,80}\bmultipl\w+[-\s]*(?:and[-\s]+)?(?:add|acc)\w*|\bmultipl\w+[-\s]*(?:and[-\s]+)?(?:add|acc)\w*[^.;]{0,40}\bFLOPs\b"
)
_COUNTED = re.compile(OPERATIONS)
_NAME_BEFORE = re.compile(
    r"([A-Za-z][\w-]*(?:-\d+)?)\s*(?:\(|has|have|of|with|requires?|needs?|at|is|,|:)?\s*(?:about\s*)?$"
)


def unit_of_operations(document: Document) -> ReadingNote | None:
    """`MULTIPLY_ADDS` or `COUNTS_FLOP` where the paper's words or its figures of known networks decide, else None."""
    texts = [page.plain_text.replace("\n", " ") for page in document.pages]
    if any(_SAYS_MULTIPLY_ADDS.search(text) for text in texts):
        return ReadingNote.MULTIPLY_ADDS
    tables = (table for page in document.pages for table in page.tables)
    counts = [c for table in tables for c in _in_table(table)] + [c for text in texts for c in _in_prose(text)]
    by_unit = {"multiply_add": ReadingNote.MULTIPLY_ADDS, "flop": ReadingNote.COUNTS_FLOP}
    return by_unit.get(unit_by_anchors(counts))


def _in_table(table: PageTable) -> Iterator[tuple[str, float]]:
    """Key and operations of every row of the columns that count operations, whoever's the row is."""
    for column in range(1, len(table.rows[0]) if table.rows else 0):
        header = table.column_header(column)
        if field_of(inner_header(header)) != "forward_ops":
            continue
        body = table.rows[table.header_rows :]
        texts = [row[column].text for row in body]
        unit = usual_unit("forward_ops", unit_of("forward_ops", header, table.caption), header, texts)
        for row, text in zip(body, texts, strict=True):
            number = parse_number(text)
            if number:
                yield model_key(row[0].text), number.value * (1.0 if number.scaled else unit.factor)


def _in_prose(text: str) -> Iterator[tuple[str, float]]:
    """Key and operations of networks named right before their count: "VGG-19 (19.6 billion FLOPs)"."""
    if not _COUNTED.search(text):
        return
    for m in measured_numbers(text):
        name = _NAME_BEFORE.search(text[: m.number.start]) if m.field == "forward_ops" and m.unit[0] else None
        if name:
            yield model_key(name[1]), m.number.value * flop_in(m.word)
