"""How the study names and counts chips where ours differ (`warehouse/reference/study_chips.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class StudyChip:
    """A name of the study's tables: the chip, how many of it a unit has, and the rate that the study books."""

    name: Annotated[str, Column("The study's name.")]
    slug: Annotated[str, Column("The chip (see hardware.csv).")]
    chips_per_unit: Annotated[int, Column("Chips in one of the study's units.", "chip", minimum=1)]
    unit_flop_per_s: Annotated[float | None, Column("Peak rate of a unit that the study books.", "FLOP/s", minimum=1)]
    source: Annotated[str, Column("Where it comes from.")]
    note: Annotated[str, Column("Why ours differs.")]


STUDY_CHIPS = ReferenceTable(
    "study_chips.csv", StudyChip, ("name",), "How the study names and counts chips where ours differ."
)


def load_study_chips() -> tuple[StudyChip, ...]:
    """Rows of study_chips.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return STUDY_CHIPS.rows()
