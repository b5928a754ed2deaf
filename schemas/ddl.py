"""DuckDB's DDL and comments, and the codebook, drawn from the registry."""

from schemas.fields import Field
from schemas.tables import TABLES, Table, TableColumn

DUCKDB_TYPES = {
    "string": "VARCHAR",
    "float": "DOUBLE",
    "int": "BIGINT",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
}


def _quoted(text: str) -> str:
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
    statements = [f"COMMENT ON TABLE {table.name} IS {_quoted(table.description)}"]
    statements += [f'COMMENT ON COLUMN {table.name}."{c.name}" IS {_quoted(describe(c.field))}' for c in table.columns]
    return statements


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
