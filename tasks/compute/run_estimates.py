"""What the methods give for one training run: an estimate or a refusal, with the evidence behind it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from schemas.codes import Coded
from schemas.codes.compute import ComputeDoubt, ComputeFlag
from schemas.rows.claims import Disclosure
from tasks.compute.evidence import Quantity, TrainingRun
from tasks.compute.methods import (
    ComputeAssumptions,
    MethodEstimate,
)
from tasks.compute.tables import ComputeTables

MAX_OPEN_RATIO = 3.0
"""The factor by which a paper may leave the figures of one run open, together, before they are far apart."""


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """An estimate by one method with the disclosures that it rests on."""

    estimate: MethodEstimate
    evidence: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class RunRefusal:
    """What a paper states towards one method, and why it gives no estimate."""

    doubt: Coded[ComputeDoubt]
    evidence: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a method needs beside the run: the tables, the assumptions, and the year of the paper (None: unknown)."""

    tables: ComputeTables
    assumptions: ComputeAssumptions
    year: int | None


RunMethod = Callable[[TrainingRun, RunContext], "RunEstimate | RunRefusal | None"]


def with_ranges(estimate: MethodEstimate, *quantities: Quantity) -> MethodEstimate:
    """An estimate whose range also spans what the paper leaves open in its inputs, with their flags."""
    lower, upper = estimate.training_flop_lower, estimate.training_flop_upper
    for q in quantities:
        lower, upper = lower * q.lower / q.value, upper * q.upper / q.value
    flags = tuple(dict.fromkeys((*estimate.flags, *(f for q in quantities for f in q.flags))))
    spanning = replace(estimate, training_flop_lower=lower, training_flop_upper=upper, flags=flags)
    return flag_if_open(math.prod(q.upper / q.lower for q in quantities), spanning)


def flag_if_open(ratio: float, estimate: MethodEstimate) -> MethodEstimate:
    """An estimate whose figures the paper leaves open by `ratio`, flagged where that is too much."""
    if ratio <= MAX_OPEN_RATIO:
        return estimate
    return with_flag(estimate, Coded.of(ComputeFlag.FIGURES_FAR_APART, ratio=ratio))


def with_flag(estimate: MethodEstimate, flag: Coded[ComputeFlag]) -> MethodEstimate:
    """The estimate with one more flag."""
    return replace(estimate, flags=(*estimate.flags, flag))
