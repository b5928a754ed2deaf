"""The regression sample of the study of 2020 (`warehouse/reference/published_points.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class PublishedPoint:
    """One point: a model's hardware burden and accuracy."""

    benchmark: Annotated[str, Column("The study's name of the benchmark.", name="study_benchmark")]
    model: Annotated[str, Column("The model.", optional=True)]
    year: Annotated[int, Column("Year.", "year")]
    hardware_burden_flop: Annotated[float, Column("Hardware burden.", "FLOP", minimum=0)]
    accuracy: Annotated[float, Column("Accuracy.", "fraction", minimum=0, maximum=1)]
    source: Annotated[str, Column("Where it comes from.")]


PUBLISHED_POINTS = ReferenceTable(
    "published_points.csv", PublishedPoint, (), "The regression sample of the study of 2020."
)


def load_published_points() -> tuple[PublishedPoint, ...]:
    """Rows of published_points.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return PUBLISHED_POINTS.rows()
