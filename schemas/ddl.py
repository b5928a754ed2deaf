"""DuckDB's DDL and comments, and the codebook, drawn from the registry."""

from collections.abc import Iterable
from itertools import takewhile

from schemas.fields import Field
from schemas.tables import TABLES, Table, TableColumn

DUCKDB_TYPES = {
    "string": "VARCHAR",
    "float": "DOUBLE",
    "int": "BIGINT",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
}


def quoted(text: str) -> str:
    """The text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def describe(field: Field) -> str:
    """The field's description with its unit, vocabulary and bounds, as one line."""
    parts = [field.description]
    if field.unit:
        parts.append(f"Unit: {field.unit}.")
    if field.allowed:
        parts.append(f"One of: {', '.join(field.allowed)}.")
    return " ".join(parts)


def column_type(column: TableColumn) -> str:
    """DuckDB type of a column."""
    return DUCKDB_TYPES[column.field.dtype]


def create_table(table: Table) -> str:
    """CREATE TABLE with NOT NULL where required.

    The key is checked by query before a publication: an index would be kept in every published file.
    """
    lines = [f'  "{c.name}" {column_type(c)}{" NOT NULL" if c.required else ""}' for c in table.columns]
    return f"CREATE TABLE {table.name} (\n" + ",\n".join(lines) + "\n)"


def comments(table: Table) -> list[str]:
    """COMMENT ON statements for the table and each of its columns."""
    said = f"{table.description} Key: {', '.join(table.key)}."
    statements = [f"COMMENT ON TABLE {table.name} IS {quoted(said)}"]
    statements += [f'COMMENT ON COLUMN {table.name}."{c.name}" IS {quoted(describe(c.field))}' for c in table.columns]
    return statements


def view_comments(name: str, text: str, columns: Iterable[str]) -> list[str]:
    """COMMENT ON statements for a view and its columns.

    The text of its file begins with a comment: a line on the view, then `-- column: description` for each column that
    is none of a table; all others mean what they mean there.
    """
    first, *others = [line.removeprefix("-- ") for line in takewhile(lambda s: s.startswith("-- "), text.splitlines())]
    described = {c.name: describe(c.field) for table in reversed(TABLES.values()) for c in table.columns}
    described |= dict(line.split(": ", 1) for line in others)
    statements = [f"COMMENT ON VIEW {name} IS {quoted(first)}"]
    return statements + [f'COMMENT ON COLUMN {name}."{c}" IS {quoted(described[c])}' for c in columns if c in described]


def codebook() -> list[dict[str, str]]:
    """One row a published column: what it holds, in which type and unit, and whether it may be empty."""
    return [
        {
            "table": table.name,
            "column": c.name,
            "type": c.field.dtype,
            "unit": c.field.unit,
            "required": "yes" if c.required else "no",
            "key": "yes" if c.name in table.key else "no",
            "description": describe(c.field),
        }
        for table in TABLES.values()
        for c in table.columns
    ]
