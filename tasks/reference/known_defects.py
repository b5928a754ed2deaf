"""Defects of others' tables that a person found and no rule does (`warehouse/reference/known_defects.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from schemas.vocabularies import DEFECT_RULES
from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class KnownDefect:
    """A row of another's table that is wrong: which kind, why, by whom and when."""

    source_id: Annotated[str, Column("The source (see sources.csv).")]
    source_table: Annotated[str, Column("Its table.")]
    model: Annotated[str, Column("The model, as that table names it.")]
    rule: Annotated[str, Column("Kind of defect.", allowed=DEFECT_RULES)]
    reason: Annotated[str, Column("Why it is one.")]
    source: Annotated[str, Column("Where that can be checked.")]
    who: Annotated[str, Column("Who found it.")]
    when: Annotated[str, Column("When: YYYY-MM-DD.")]


KNOWN_DEFECTS = ReferenceTable(
    "known_defects.csv",
    KnownDefect,
    ("source_id", "source_table", "model"),
    "Defects of others' tables that a person found and no rule does.",
)


def load_known_defects() -> tuple[KnownDefect, ...]:
    """Rows of known_defects.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return KNOWN_DEFECTS.rows()
