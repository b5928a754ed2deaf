"""Figures of hardware.csv that differ from Epoch AI's (`warehouse/reference/hardware_disagreements.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One figure of ours that differs from Epoch AI's, and why."""

    slug: Annotated[str, Column("The chip (see hardware.csv).")]
    column: Annotated[str, Column("The column of hardware.csv.")]
    epoch_name: Annotated[str, Column("The row of Epoch AI's table.")]
    ours: Annotated[float, Column("Our figure.")]
    theirs: Annotated[float, Column("Epoch AI's figure.")]
    cause: Annotated[str, Column("Why they differ.")]


HARDWARE_DISAGREEMENTS = ReferenceTable(
    "hardware_disagreements.csv",
    Disagreement,
    ("slug", "column", "epoch_name"),
    "Figures of hardware.csv that differ from Epoch AI's, with their causes.",
)


def load_hardware_disagreements() -> tuple[Disagreement, ...]:
    """Rows of hardware_disagreements.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return HARDWARE_DISAGREEMENTS.rows()
