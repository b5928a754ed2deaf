"""Of which kind a compute figure is, for the calibration of its range (`tasks.reference.range_calibration`)."""

from collections.abc import Sequence

from schemas.codes import Coded, has
from schemas.codes.compute import NEEDS_WITNESS, NOT_FOR_FITS, ComputeFlag
from tasks.reference.range_calibration import DOUBTFUL, KINDS_OF_SOURCE, MACHINE


def kind_of(source_id: str, flags: Sequence[Coded[ComputeFlag]]) -> str:
    """Who read the figures of a source; of a machine's apart are those that enter no fit without more ado."""
    doubtful = DOUBTFUL if has(flags, *NOT_FOR_FITS, *NEEDS_WITNESS) else MACHINE
    return KINDS_OF_SOURCE.get(source_id, doubtful)
