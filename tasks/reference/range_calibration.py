"""How much wider the ranges of a method are made, so that nine in ten hold what others have of the same model.

The factors stand in `warehouse/reference/range_calibration.csv`; `python -m tools.calibrate_ranges` measures them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from schemas.vocabularies import METHODS
from tasks.reference.table import Column, ReferenceTable

MACHINE, DOUBTFUL = "machine", "machine, doubtful"
KINDS_OF_SOURCE = {"reference": "hand", "study-data": "study", "epoch": "Epoch AI"}
"""Who read what a figure was made from, by source; every other source is read by machine."""

KINDS = (MACHINE, DOUBTFUL, *KINDS_OF_SOURCE.values())


@dataclass(frozen=True, kw_only=True)
class RangeCalibration:
    """By how much the ranges of one method are widened, for figures of one kind of source."""

    method: Annotated[str, Column("The method.", allowed=METHODS)]
    read_by: Annotated[str, Column("Who read the figures behind it.", allowed=KINDS)]
    factor: Annotated[float, Column("Factor either way by which a range grows.", minimum=1)]
    papers: Annotated[int, Column("Papers with a comparison.", minimum=0)]
    comparisons: Annotated[int, Column("Comparisons with another's figure for the same model.", minimum=0)]
    measured: Annotated[str, Column("Day on which it was measured: YYYY-MM-DD.")]
    source: Annotated[str, Column("What the figures were compared with.")]


CALIBRATIONS = ReferenceTable(
    "range_calibration.csv",
    RangeCalibration,
    ("method", "read_by"),
    "Factors by which ranges of training compute are widened, so that they hold what they claim.",
)


@cache
def range_factors() -> Mapping[tuple[str, str], float]:
    """By how much ranges of each method and kind grow either way; errors as `ReferenceTable.rows`."""
    return {(row.method, row.read_by): row.factor for row in CALIBRATIONS.rows()}
