"""The methods of `tasks.compute.methods`, applied to what a paper discloses of one training run."""

from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.compute import ComputeFlag
from tasks.compute.evidence import TrainingRun
from tasks.compute.frontier import most_by
from tasks.compute.methods import (
    from_reported,
)
from tasks.compute.run_estimates import RunContext, RunEstimate, RunMethod, with_flag, with_ranges
from tasks.compute.run_hardware_time import hardware_time
from tasks.compute.run_operations import operation_count

MAX_ABOVE_RECORD = 10.0
"""How far above the most compute known by its year a stated total may lie before a slip is likelier than a record."""

PREFIX_FACTOR = 1e3
"""What a slip of one prefix (peta for tera) or of days for seconds at least costs."""


def reported(run: TrainingRun, context: RunContext) -> RunEstimate | None:
    """The stated total."""
    total = run.pick("training_flop") or run.largest_stated()
    if total is None:
        return None
    estimate = with_ranges(from_reported(total.value, context.assumptions), total)
    most = most_by(context.year) if context.year else None
    if context.year and most and total.value > MAX_ABOVE_RECORD * most:
        estimate = replace(estimate, training_flop_lower=estimate.training_flop_lower / PREFIX_FACTOR)
        flag = Coded.of(ComputeFlag.ABOVE_RECORD, ratio=total.value / most, year=context.year)
        estimate = with_flag(estimate, flag)
    return RunEstimate(estimate, total.evidence)


METHODS_OF_A_RUN: tuple[RunMethod, ...] = (reported, hardware_time, operation_count)
