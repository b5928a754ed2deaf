"""Headers of tables, as both readers of tables see them: paths from the outermost cell to the innermost."""

from tasks.parse.document import HEADER_SEPARATOR, PageTable


def headers_of(table: PageTable) -> list[str]:
    """The header of each column: its cells, outermost first, as `PageTable.column_header` joins them."""
    return [table.column_header(c) for c in range(len(table.rows[0]))] if table.rows else []


def header_path(header: str) -> list[str]:
    """The cells of a joined header, outermost first."""
    return header.split(HEADER_SEPARATOR)


def inner_header(header: str) -> str:
    """The innermost cell of a joined header."""
    return header_path(header)[-1]


def outer_headers(header: str) -> list[str]:
    """The cells of a joined header over its innermost one."""
    return header_path(header)[:-1]
