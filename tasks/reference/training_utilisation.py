"""Runs that state which share of the peak they reached (`warehouse/reference/training_utilisation.csv`).

They are behind `compute_utilisation` of assumptions.csv: one default with one range, since neither families of chips
nor years can be told apart by them (docs/evaluation.md).
"""

from dataclasses import dataclass
from statistics import median, quantiles
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class UtilisedRun:
    """One training run, and the share of its chips' peak that its operations took (MFU)."""

    model: Annotated[str, Column("The model.")]
    hardware: Annotated[str, Column("The chip (see hardware.csv); empty where not known.", optional=True)]
    year: Annotated[int, Column("Year of the model.", "year")]
    utilisation: Annotated[
        float,
        Column(
            "Operations of the model over chips x peak x time, without operations done again.", minimum=0, maximum=1
        ),
    ]
    paper: Annotated[str, Column("The paper, or its address.")]
    place: Annotated[str, Column("Page of the paper, or row of the table that has it from there.")]
    source: Annotated[str, Column("Where the figure was read.")]
    note: Annotated[str, Column("How it follows, where it is not printed as such.", optional=True)]


RUNS = ReferenceTable(
    "training_utilisation.csv", UtilisedRun, ("model",), "Runs with the share of the peak that they reached."
)


def usual_utilisation() -> tuple[float, float, float]:
    """Median, 5th and 95th percentile of the runs; errors as `ReferenceTable.rows`."""
    shares = [run.utilisation for run in RUNS.rows()]
    percentiles = quantiles(shares, n=20, method="inclusive")
    return median(shares), percentiles[0], percentiles[-1]
