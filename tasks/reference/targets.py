"""Named targets of the estimates (`warehouse/reference/targets.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """One target of a series: an error to be reached."""

    benchmark: Annotated[str, Column("Series of the benchmark (see benchmarks.csv).")]
    metric: Annotated[str, Column("Metric.")]
    target: Annotated[str, Column("Key of the target.")]
    target_error: Annotated[float, Column("The error, between 0 and 1 and neither.", "fraction", minimum=0, maximum=1)]
    source: Annotated[str, Column("Where the target comes from.")]


TARGETS = ReferenceTable("targets.csv", TargetRow, ("benchmark", "metric", "target"), "Named targets of the estimates.")


def load_target_rows() -> tuple[TargetRow, ...]:
    """Rows of targets.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return TARGETS.rows()
