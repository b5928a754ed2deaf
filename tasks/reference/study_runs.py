"""The two runs between which the study tells the growth of compute (`warehouse/reference/study_runs.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class PublishedRun:
    """One training run: chips and hours."""

    model: Annotated[str, Column("The model.")]
    year: Annotated[int, Column("Year.", "year")]
    hardware: Annotated[str, Column("The chip (see hardware.csv).")]
    chips: Annotated[float, Column("Chips.", "chip", minimum=0)]
    duration_hours: Annotated[float, Column("Duration.", "h", minimum=0)]
    source: Annotated[str, Column("Where it comes from.")]
    note: Annotated[str, Column("What a reader must know.", optional=True)]


STUDY_RUNS = ReferenceTable(
    "study_runs.csv", PublishedRun, ("model",), "The two runs between which the study tells the growth of compute."
)


def load_study_runs() -> tuple[PublishedRun, ...]:
    """Rows of study_runs.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return STUDY_RUNS.rows()
