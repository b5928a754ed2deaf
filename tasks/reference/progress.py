"""Halving times of the compute needed that others published (`warehouse/reference/published_progress.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from schemas.rows import Limits
from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class PublishedProgress:
    """One published halving time, and the series whose data are nearest to its own."""

    publication: Annotated[str, Column("Who published it, and when.")]
    series: Annotated[str, Column("Series of ours that is of its kind.")]
    halving_months: Annotated[float, Column("Halving time of the compute needed.", "month", minimum=0)]
    halving_months_lower: Annotated[float | None, Column("Lower end of the published interval.", "month", minimum=0)]
    halving_months_upper: Annotated[float | None, Column("Upper end of the published interval.", "month", minimum=0)]
    level: Annotated[float | None, Column("Level of the published interval.", "fraction", minimum=0, maximum=1)]
    their_data: Annotated[str, Column("What it was measured on.")]
    source: Annotated[str, Column("Where the figure stands, and whether that was seen.")]
    note: Annotated[str, Column("Why ours may differ.", optional=True)]

    @property
    def limits(self) -> Limits:
        """The halving time with its interval."""
        return Limits(self.halving_months, self.halving_months_lower, self.halving_months_upper)


PUBLISHED_PROGRESS = ReferenceTable(
    "published_progress.csv", PublishedProgress, ("publication", "series"), "Halving times that others published."
)


def load_published_progress() -> tuple[PublishedProgress, ...]:
    """Rows of published_progress.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return PUBLISHED_PROGRESS.rows()
