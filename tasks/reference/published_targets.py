"""Compute for the study's targets, as published (`warehouse/reference/published_targets.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class PublishedTarget:
    """One target of the study with what it would take."""

    version: Annotated[str, Column("Version of the study.", allowed=("2020", "2022"))]
    benchmark: Annotated[str, Column("The study's name of the benchmark.", name="study_benchmark")]
    file: Annotated[str, Column("The data file; empty for 2020.", optional=True)]
    form: Annotated[str, Column("Form of the curve.", allowed=("polynomial", "exponential"))]
    target: Annotated[str, Column("Key of the target.")]
    error: Annotated[float, Column("The error.", "fraction", minimum=0, maximum=1, name="target_error")]
    log10_gflop: Annotated[float, Column("Log10 of the compute.", "log10 GFLOP")]
    gflop_power: Annotated[int | None, Column("The printed power of ten of the compute.")]
    co2_lb_power: Annotated[int | None, Column("The printed power of ten of the carbon.")]
    usd_power: Annotated[int | None, Column("The printed power of ten of the cost.")]
    n: Annotated[int, Column("Points.", minimum=1)]
    r_squared: Annotated[float, Column("R squared.")]
    slope: Annotated[float, Column("Slope of the line.")]
    source: Annotated[str, Column("Where it comes from.")]


PUBLISHED_TARGETS = ReferenceTable(
    "published_targets.csv",
    PublishedTarget,
    ("version", "study_benchmark", "form", "target"),
    "Compute for the study's targets, as published.",
)


def load_published_targets() -> tuple[PublishedTarget, ...]:
    """Rows of published_targets.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return PUBLISHED_TARGETS.rows()
