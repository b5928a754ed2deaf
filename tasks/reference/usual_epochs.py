"""Epochs usual on a data set, for papers that do not state theirs (`warehouse/reference/usual_epochs.csv`)."""

import math
from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class UsualEpochs:
    """Epochs over one data set, in papers of up to one year."""

    dataset: Annotated[str, Column("The data set (see datasets.csv).")]
    until_year: Annotated[int | None, Column("Last year that it holds for; empty for the years since.", "year")]
    epochs: Annotated[float, Column("Median.", "epoch", minimum=0)]
    epochs_lower: Annotated[float, Column("5th percentile.", "epoch", minimum=0)]
    epochs_upper: Annotated[float, Column("95th percentile.", "epoch", minimum=0)]
    papers: Annotated[int, Column("Papers that they are of.", minimum=1)]
    source: Annotated[str, Column("Where they come from.")]


USUAL_EPOCHS = ReferenceTable(
    "usual_epochs.csv", UsualEpochs, ("dataset", "until_year"), "Epochs usual on a data set, by year of the paper."
)


def usual_epochs(dataset: str, year: int) -> UsualEpochs | None:
    """The epochs usual on a data set in a year; None where the table has none. Errors as `ReferenceTable.rows`."""
    rows = [r for r in USUAL_EPOCHS.rows() if r.dataset == dataset and year <= (r.until_year or math.inf)]
    return min(rows, key=lambda r: r.until_year or math.inf, default=None)
