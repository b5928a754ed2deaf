"""How much wider the ranges of a method are made, so that nine in ten hold what others have of the same model.

The factors stand in `warehouse/reference/range_calibration.csv`; `python -m tools.calibrate_ranges` measures them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from schemas.vocabularies import METHODS
from tasks.reference.table import Column, ReferenceTable

MACHINE = "machine"
KINDS_OF_SOURCE = {"reference": "hand", "study-data": "study", "epoch": "Epoch AI"}
"""Who read what a figure was made from, by source; every other source is read by machine."""


@dataclass(frozen=True, kw_only=True)
class RangeCalibration:
    """By how much the ranges of one method are widened, for figures of one kind of source."""

    method: Annotated[str, Column("The method.", allowed=METHODS)]
    read_by: Annotated[str, Column("Who read the figures behind it.", allowed=(MACHINE, *KINDS_OF_SOURCE.values()))]
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


def kind_of(source_id: str) -> str:
    """Who read the figures of a source."""
    return KINDS_OF_SOURCE.get(source_id, MACHINE)


@cache
def range_factors() -> Mapping[tuple[str, str], float]:
    """The factor of each method and kind of source; errors as `ReferenceTable.rows`."""
    return {(row.method, row.read_by): row.factor for row in CALIBRATIONS.rows()}


def range_factor(method: str, source_id: str) -> float:
    """How much wider either way a range of this method is made for figures of a source; 1 where it was not measured."""
    return range_factors().get((method, kind_of(source_id)), 1.0)
