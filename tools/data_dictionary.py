"""`python -m tools.data_dictionary` writes docs/data_dictionary.md, drawn from the registry."""

from collections.abc import Iterator
from pathlib import Path

from schemas.tables import TABLES, Table, TableColumn

PAGE = Path(__file__).parents[1] / "docs" / "data_dictionary.md"

HEADER = """# Data dictionary

Every table and column of the warehouse and its releases. Written by `make docs` from `schemas/`; do not edit it.

`raw_` tables hold what the sources say and the records of runs, `core_` tables one fact a row, `out_` tables what
readers use. A column in **bold** belongs to the table's key; a type with "?" may be empty. The same texts stand as
comments in `warehouse.duckdb`, in `codebook.csv` and in `datapackage.json`.
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _line(column: TableColumn, table: Table) -> str:
    """One column as a row of its table's Markdown table."""
    field = column.field
    name = f"**`{column.name}`**" if column.name in table.key else f"`{column.name}`"
    words = [field.description]
    if field.allowed:
        words.append(f"One of: {', '.join(f'`{word}`' for word in field.allowed)}.")
    if field.minimum is not None or field.maximum is not None:
        ends = (("at least", field.minimum), ("at most", field.maximum))
        words.append(f"({', '.join(f'{side} {end:g}' for side, end in ends if end is not None)})")
    kind = field.dtype if column.required else f"{field.dtype}?"
    return f"| {name} | {kind} | {_cell(field.unit)} | {_cell(' '.join(words))} |"


def _sections() -> Iterator[str]:
    yield HEADER
    yield "".join(f"- [`{t.name}`](#{t.name}): {t.description}\n" for t in TABLES.values())
    for table in TABLES.values():
        rows = "\n".join(_line(column, table) for column in table.columns)
        head = "| column | type | unit | description |\n|---|---|---|---|"
        yield f"## {table.name}\n\n{table.description}\n\n{head}\n{rows}\n"


def data_dictionary() -> str:
    """The page in Markdown."""
    return "\n".join(_sections())


if __name__ == "__main__":
    PAGE.write_text(data_dictionary(), encoding="utf-8")
