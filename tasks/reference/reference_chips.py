"""The chip that most models of a year were trained on (`warehouse/reference/reference_chips.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class ReferenceChip:
    """The usual chip of one year."""

    year: Annotated[int, Column("Year.", "year")]
    hardware: Annotated[str, Column("The chip (see hardware.csv).")]
    source: Annotated[str, Column("Where it comes from.")]


REFERENCE_CHIPS = ReferenceTable(
    "reference_chips.csv", ReferenceChip, ("year",), "The chip that most models of a year were trained on."
)


def load_reference_chips() -> tuple[ReferenceChip, ...]:
    """Rows of reference_chips.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return REFERENCE_CHIPS.rows()


def chip_by_year() -> dict[int, str]:
    """For each year the slug of the chip that most models of it were trained on."""
    return {row.year: row.hardware for row in load_reference_chips()}
