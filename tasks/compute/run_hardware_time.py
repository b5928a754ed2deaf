"""Hardware time of one training run: chips x time x peak, from what a paper discloses."""

import re
from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.compute import ComputeDoubt, ComputeFlag
from schemas.rows.claims import Disclosure
from tasks.compute.evidence import Quantity, TrainingRun, stages_of
from tasks.compute.methods import (
    ComputeInputs,
    MethodEstimate,
    from_hardware_time,
    training_peaks,
)
from tasks.compute.run_estimates import RunContext, RunEstimate, RunRefusal, flag_if_open, with_flag, with_ranges
from tasks.compute.tables import typical_chip
from tasks.reference.hardware import GENERIC

CHIPS_PER_MACHINE = 8.0
"""Chips in one machine at most, where a paper on one machine does not say: DGX-1, DGX A100."""


def hardware_time(run: TrainingRun, context: RunContext) -> RunEstimate | RunRefusal | None:
    """Chips x time x peak; several stated times or chips become the range, the largest product the central value."""
    refused: list[RunRefusal] = []
    for field in ("chip_hours", "duration_hours"):
        tried = [
            _from_time(run, time, chip, context) for time in run.candidates(field) for chip in run.chips_named([time])
        ]
        found = [one for one in tried if isinstance(one, RunEstimate)]
        if found:
            return _sum_of_stages(found) or _largest(found)
        refused += [one for one in tried if isinstance(one, RunRefusal)]
    return next(iter(refused), None)


def _sum_of_stages(found: list[RunEstimate]) -> RunEstimate | None:
    """The sum over the stages of a training; None where times are not those of stages."""
    stages = stages_of([f.evidence[0] for f in found])
    if len(stages) < 2:
        return None
    parts = [_largest([f for f in found if f.evidence[0] is stage]) for stage in stages]
    longest = max(parts, key=lambda p: p.estimate.training_flop)
    flop, lower, upper = (
        sum(getattr(p.estimate, end) for p in parts)
        for end in ("training_flop", "training_flop_lower", "training_flop_upper")
    )
    whole = replace(longest.estimate, training_flop=flop, training_flop_lower=lower, training_flop_upper=upper)
    flag = Coded.of(ComputeFlag.STAGES_ADDED, stages=len(parts))
    evidence = tuple(dict.fromkeys(d for p in parts for d in p.evidence))
    return RunEstimate(with_flag(replace(whole, hardware_burden_flop=None), flag), evidence)


def _largest(found: list[RunEstimate]) -> RunEstimate:
    largest = max(found, key=lambda f: f.estimate.training_flop)
    if len({f.estimate.training_flop for f in found}) == 1:
        return largest
    lowest = min(f.estimate.training_flop_lower for f in found)
    spanning = replace(largest.estimate, training_flop_lower=lowest)
    flagged = with_flag(spanning, Coded.of(ComputeFlag.LARGEST_OF_SEVERAL_TIMES))
    least = min(f.estimate.training_flop for f in found)
    return replace(largest, estimate=flag_if_open(largest.estimate.training_flop / least, flagged))


def _from_time(run: TrainingRun, time: Disclosure, chip: Disclosure, context: RunContext) -> RunEstimate | RunRefusal:
    """Hardware time of one stated time on one chip; imputed where the paper leaves the chip or its number to guess."""
    if time.field == "chip_hours":
        count, inputs = None, ComputeInputs(chip_hours=time.number)
    else:
        is_counted = any(d.field == "chips" for d in (*run.own, *run.shared, *run.others))
        count = run.pick("chips", [time]) or (None if is_counted else _assume_one_chip(f"{time.quote} {chip.quote}"))
        if count is None:
            doubt = ComputeDoubt.CHIPS_UNDECIDED if is_counted else ComputeDoubt.CHIPS_NOT_STATED
            return RunRefusal(Coded.of(doubt, chip=chip.value), (time, chip))
        inputs = ComputeInputs(
            chips=count.value,
            duration_hours=time.number,
            duration_lower_hours=time.number_lower,
            duration_upper_hours=time.number_upper,
        )
    share, rate = run.pick("utilisation", [time]), run.pick("chip_flop_per_s", [time])
    inputs = replace(
        inputs,
        precision=run.word("precision", [time, chip]),
        utilisation=share.value if share else None,
        chip_flop_per_s=rate.value if rate else None,
    )
    hardware = context.tables.hardware.get(chip.value)
    if hardware is None or hardware.slug in GENERIC or training_peaks(hardware, "") is None:
        estimate = _assume_typical_chip(chip.value, inputs, context)
    else:
        estimate = from_hardware_time(replace(inputs, hardware=hardware.slug), hardware, context.assumptions)
    if estimate is None:
        return RunRefusal(Coded.of(ComputeDoubt.PEAK_NOT_KNOWN, chip=chip.value), (time, chip))
    evidence = (time, chip, *(d for reached in (share, rate) if reached for d in reached.evidence))
    if count is None:
        return RunEstimate(estimate, evidence)
    if not count.evidence:
        estimate = replace(estimate, method="imputed", chips=None, hardware_burden_flop=None)
    return RunEstimate(with_ranges(estimate, count), (*evidence, *count.evidence))


_SEVERAL_CHIPS = re.compile(
    r"\b(?:pods?|slices?|clusters?|nodes|machines|servers|hosts|instances|racks?|supercomputer)\b",
    re.IGNORECASE,
)
"""Words of many chips, whose number nobody says: "two v4 pods"."""


def _assume_one_chip(quotes: str) -> Quantity | None:
    """One chip, where a paper names its chip and states no number anywhere; up to a machine of eight.

    None where what is `quotes` of it speaks of several.
    """
    if _SEVERAL_CHIPS.search(quotes):
        return None
    flag = Coded.of(ComputeFlag.CHIPS_SUPPOSED)
    return Quantity(1.0, 1.0, CHIPS_PER_MACHINE, "1 chip", flags=(flag,))


def _assume_typical_chip(kind: str, inputs: ComputeInputs, context: RunContext) -> MethodEstimate | None:
    """Imputed: the paper says "GPUs" only, so a chip of its time stands in, with the range of those then in use."""
    typical = typical_chip(context.tables, kind, context.year) if context.year else None
    if typical is None:
        return None
    one = from_hardware_time(replace(inputs, hardware=typical.chip.slug), typical.chip, context.assumptions)
    spanning = replace(
        one,
        method="imputed",
        hardware="",
        hardware_burden_flop=None,
        training_flop_lower=one.training_flop_lower * typical.slowest,
        training_flop_upper=one.training_flop_upper * typical.fastest,
    )
    return with_flag(spanning, Coded.of(ComputeFlag.CHIP_OF_THE_TIME, chip=typical.chip.slug))
