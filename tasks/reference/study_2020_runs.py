"""Points of the study of 2020 whose burden is devices x rate x time (`warehouse/reference/study_2020_runs.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class Study2020Run:
    """One such point."""

    benchmark: Annotated[str, Column("The study's name of the benchmark.", name="study_benchmark")]
    model: Annotated[str, Column("The model.")]
    accuracy: Annotated[float, Column("Accuracy.", "fraction", minimum=0, maximum=1)]
    name: Annotated[str, Column("The study's name of the chip.")]
    amount: Annotated[float, Column("Devices.", minimum=0)]
    duration_hours: Annotated[float, Column("Duration.", "h", minimum=0)]
    note: Annotated[str, Column("How the paper states it.")]


STUDY_2020_RUNS = ReferenceTable(
    "study_2020_runs.csv",
    Study2020Run,
    ("study_benchmark", "model"),
    "Points of the study of 2020 whose burden is devices x rate x time.",
)


def load_study_2020_runs() -> tuple[Study2020Run, ...]:
    """Rows of study_2020_runs.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return STUDY_2020_RUNS.rows()
