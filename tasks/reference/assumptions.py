"""What a run assumes of compute, chips, power, prices and grids (`warehouse/reference/assumptions.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class AssumptionRow:
    """One assumption: a number with its range, or a word (`choice`)."""

    name: Annotated[str, Column("Name, as a run overrides it.")]
    value: Annotated[float | None, Column("The number; empty for a word.")]
    lower: Annotated[float | None, Column("Lower end of its range.")]
    upper: Annotated[float | None, Column("Upper end of its range.")]
    choice: Annotated[str, Column("The word; empty for a number.", optional=True)]
    unit: Annotated[str, Column("Unit of the number, or what the word names.")]
    source: Annotated[str, Column("Where it comes from.")]
    note: Annotated[str, Column("What it means.")]


COMPUTE = "compute_"
"""How the names begin of what is assumed where training compute is estimated; all others are about costs and fits."""

ASSUMPTIONS = ReferenceTable(
    "assumptions.csv", AssumptionRow, ("name",), "What a run assumes of compute, chips, power, prices and grids."
)


def load_assumption_rows() -> tuple[AssumptionRow, ...]:
    """Rows of assumptions.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return ASSUMPTIONS.rows()


def assumption_row(name: str) -> AssumptionRow:
    """The row of one assumption.

    Raises:
        KeyError: there is none of this name.
    """
    return {row.name: row for row in load_assumption_rows()}[name]
