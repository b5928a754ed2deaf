"""Figures of the study that ours cannot reproduce (`warehouse/reference/study_exceptions.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class StudyException:
    """One figure of the study that ours does not reproduce."""

    benchmark: Annotated[str, Column("The study's name of the benchmark.", name="study_benchmark")]
    model: Annotated[str, Column("The model.")]
    quantity: Annotated[str, Column("What differs.")]
    ours: Annotated[float, Column("Our figure.")]
    theirs: Annotated[float, Column("The study's.")]
    ratio: Annotated[float, Column("Ours over theirs.")]
    cause: Annotated[str, Column("Why they differ.")]


STUDY_EXCEPTIONS = ReferenceTable(
    "study_exceptions.csv", StudyException, (), "Figures of the study that ours cannot reproduce, with their causes."
)


def load_study_exceptions() -> tuple[StudyException, ...]:
    """Rows of study_exceptions.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return STUDY_EXCEPTIONS.rows()
