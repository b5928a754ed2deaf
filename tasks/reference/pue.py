"""Power usage effectiveness of data centres by year (`warehouse/reference/pue.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class PueYear:
    """Energy of a data centre over that of its computers, in one year."""

    year: Annotated[int, Column("Year.", "year")]
    pue: Annotated[float, Column("Average of all data centres.", "ratio", minimum=1)]
    lower: Annotated[float, Column("Lower end: large cloud centres.", "ratio", minimum=1)]
    upper: Annotated[float, Column("Upper end.", "ratio", minimum=1)]
    source: Annotated[str, Column("Where it comes from.")]


PUE = ReferenceTable("pue.csv", PueYear, ("year",), "Power usage effectiveness of data centres by year.")


def load_pue() -> tuple[PueYear, ...]:
    """Rows of pue.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return PUE.rows()
