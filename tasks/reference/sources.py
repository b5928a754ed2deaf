"""Where the rows come from, and under which licence (`warehouse/reference/sources.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """One source of rows."""

    source_id: Annotated[str, Column("Key of the source.")]
    title: Annotated[str, Column("Title.")]
    licence: Annotated[str, Column("Licence, as the source states it.")]
    attribution: Annotated[str, Column("Whom to name.")]
    address: Annotated[str, Column("Where it is.", optional=True)]
    what: Annotated[str, Column("What is taken from it.")]
    descends_from: Annotated[str, Column("What it was made from.", optional=True)]


SOURCES = ReferenceTable(
    "sources.csv", SourceEntry, ("source_id",), "Where the rows come from, and under which licence."
)


def load_sources() -> tuple[SourceEntry, ...]:
    """Rows of sources.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return SOURCES.rows()
