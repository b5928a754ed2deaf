"""Training compute from what is known of a run: value, range, and what went into it.

Methods (`schemas.vocabularies.METHODS`):

- `reported`: the paper states the total.
- `operation_count`: operations per forward pass x 3 x examples x epochs; 6 x parameters x tokens for language models.
- `hardware_time`: chips x peak FLOP/s x time x utilisation.
- `imputed`: one of the two, with an input from our tables where the paper leaves it out (operations of a network that
  everybody knows, the epochs usual on ImageNet, the usual chip of the year, a single chip).
- `third_party`: somebody else's figure, with the range that its confidence word stands for.

Order of preference: the figure with the narrowest range, because least is supposed in it; at the same width in the
order above; a third party's after all others. So a stated total (a range of 1.2) comes before operations plainly
counted (2.25), these before hardware time (6.5, for its utilisation), and that before a count whose passes or tokens
the paper leaves open.

A multiply-add is two operations everywhere. All results are total FLOP.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from schemas.codes import Coded, Parameter
from schemas.codes.compute import ComputeBasis, ComputeFlag
from schemas.vocabularies import METHODS
from tasks.reference.assumptions import COMPUTE, assumption_row
from tasks.reference.hardware import Hardware, burden_peak, half_precision_peak
from tasks.reference.units import SECONDS_PER_HOUR

FLOP_PER_MULTIPLY_ADD = 2.0
"""One multiplication and one addition. ResNet-50: 4.1e9 multiply-adds = 8.2e9 FLOP."""

PASSES_PER_STEP = 3.0
"""A training step costs a forward pass and a backward pass of twice its operations (Kaplan et al., arXiv 2001.08361,
section 2.1; `fp_bp_ratio` = 3 throughout the study's replication data)."""

FLOP_PER_PARAMETER_AND_TOKEN = 6.0
"""Dense transformers on tokens: 2 forward, 4 backward (Kaplan et al., arXiv 2001.08361). Median ratio to Epoch's
figures is 1.00 for language models; for vision it is wrong by a factor of 129 in the median: never use it there."""

CONFIDENCE_FACTORS = {"confident": 3.0, "likely": 10.0, "speculative": 30.0}
"""Epoch AI's confidence words as factors either way (Epoch AI, documentation of the notable models data, CC BY 4.0)."""

FLOP_MINIMUM, FLOP_MAXIMUM = 1e9, 1e28
"""No training run of a published network costs less than 1e9 FLOP, and none so far more than 1e27 (Epoch AI, 2026):
beyond these a conversion lost or gained a prefix."""

UTILISATION_MINIMUM, UTILISATION_MAXIMUM = 0.02, 1.0
"""Implied utilisation (operation count / hardware burden) outside these is flagged."""

TENSOR_TRAINING_SINCE = "2020-05"
"""GPUs from the A100 (May 2020) on train on tensor cores by default (TF32, bf16)."""


def _assumed(name: str, end: Literal["value", "lower", "upper"] = "value") -> float:
    """A dataclass field whose default is a figure of `assumptions.csv`."""
    made: float = field(default_factory=lambda: getattr(assumption_row(f"{COMPUTE}{name}"), end))
    return made


@dataclass(frozen=True)
class ComputeAssumptions:
    """What is assumed where a paper leaves it out; values and sources stand in `assumptions.csv` as `compute_...`.

    The utilisation is that of published runs. That of `utilisation` there, for what a target costs, has another range:
    it holds the study's full utilisation too. Each range is a factor either way.
    """

    utilisation: float = _assumed("utilisation")
    utilisation_lower: float = _assumed("utilisation", "lower")
    utilisation_upper: float = _assumed("utilisation", "upper")
    reported_range: float = _assumed("reported_range")
    operation_range: float = _assumed("operation_range")
    parameter_token_range: float = _assumed("parameter_token_range")


@dataclass(frozen=True)
class ComputeInputs:
    """What is known of one training run. Units: FLOP, chips (not cores, not boards), hours, examples, tokens.

    Examples seen are `examples` x `epochs`, else `batch_size` x `steps` (a batch in examples, not in tokens).
    `forward_ops` is per example in `forward_ops_unit`: 'flop', 'multiply_add', or '' when the paper leaves it open.
    `precision` is 'fp32', 'tf32', 'fp16', 'bf16', 'fp8', 'mixed' or '', `utilisation` the stated share of the peak,
    `chip_flop_per_s` the stated FLOP/s that training reached on each chip.
    `third_party_confidence` is Epoch's word.
    """

    stated_training_flop: float | None = None
    hardware: str = ""
    chips: float | None = None
    duration_hours: float | None = None
    duration_lower_hours: float | None = None
    duration_upper_hours: float | None = None
    chip_hours: float | None = None
    hardware_burden_flop: float | None = None
    precision: str = ""
    utilisation: float | None = None
    chip_flop_per_s: float | None = None
    forward_ops: float | None = None
    forward_ops_unit: str = ""
    examples: float | None = None
    epochs: float | None = None
    batch_size: float | None = None
    steps: float | None = None
    parameters: float | None = None
    tokens: float | None = None
    third_party_flop: float | None = None
    third_party_confidence: str = ""


@dataclass(frozen=True)
class MethodEstimate:
    """Training compute by one method, in FLOP, with what it was made from and what a reader should know of it.

    `scope` is what it counts (`schemas.vocabularies.COMPUTE_SCOPES`), '' where that is not known.
    """

    method: str
    training_flop: float
    training_flop_lower: float
    training_flop_upper: float
    basis: tuple[Coded[ComputeBasis], ...]
    hardware_burden_flop: float | None = None
    hardware: str = ""
    chips: float | None = None
    duration_hours: float | None = None
    scope: str = ""
    flags: tuple[Coded[ComputeFlag], ...] = ()


@dataclass(frozen=True)
class ExamplesSeen:
    """Number of examples seen in training; `terms` spells out how it was had ("1.28e+06 examples x 90 epochs")."""

    number: float
    terms: str


class MagnitudeError(ValueError):
    """A training-compute figure, `flop`, that no training run can have."""

    def __init__(self, flop: float) -> None:
        super().__init__(f"{flop:g} FLOP is no training run ({FLOP_MINIMUM:g} to {FLOP_MAXIMUM:g})")
        self.flop = flop


def check_magnitude(flop: float) -> float:
    """`flop` itself, when it lies within `FLOP_MINIMUM` and `FLOP_MAXIMUM`.

    Raises:
        MagnitudeError: it does not, or is not finite.
    """
    if not math.isfinite(flop) or not FLOP_MINIMUM <= flop <= FLOP_MAXIMUM:
        raise MagnitudeError(flop)
    return flop


def _estimate(method: str, value: float, lower: float, upper: float, basis: Coded[ComputeBasis]) -> MethodEstimate:
    check_magnitude(value)
    return MethodEstimate(method, value, min(lower, value), max(upper, value), (basis,))


def hardware_burden(hardware: Hardware, chips: float, duration_hours: float) -> float:
    """Chips x peak FLOP/s x time at full utilisation, in FLOP: the study's hardware burden (GPUs FP32, TPUs bf16).

    NASNet-A: 500 x 9.53e12 x 4 d = 1.65e21; AlexNet: 2 x 1.58e12 x 5.5 d = 1.50e18 (arXiv 2007.05558).

    Raises:
        ValueError: the chip's peak is not known.
    """
    peak = burden_peak(hardware)
    if peak is None:
        raise ValueError(f"no peak rate is known for {hardware.slug}")
    return chips * peak * duration_hours * SECONDS_PER_HOUR


def from_reported(flop: float, assumptions: ComputeAssumptions) -> MethodEstimate:
    """Stated total training compute, FLOP.

    Raises:
        MagnitudeError: the figure is no training run's.
    """
    spread = assumptions.reported_range
    return _estimate("reported", flop, flop / spread, flop * spread, Coded.of(ComputeBasis.STATED, flop=flop))


def training_peaks(hardware: Hardware, precision: str) -> tuple[float, float, float] | None:
    """Central, lower and upper peak in FLOP/s for training at `precision`; None where no peak is known.

    'fp16', 'bf16' and 'mixed' take the 16-bit peak, 'fp32', 'tf32' and 'fp8' theirs. When the precision is not known:
    GPUs released before May 2020 FP32 with the tensor-core peak as upper end; later GPUs, which multiply on tensor
    cores unasked, the 16-bit peak with TF32 (where known, else FP32) as lower end; TPUs bf16; others the 16-bit peak.
    """
    half, single = half_precision_peak(hardware), burden_peak(hardware)
    stated = {
        **dict.fromkeys(("fp16", "bf16", "mixed"), half),
        "fp32": single,
        "tf32": hardware.tf32_flop_per_s or half,
        "fp8": hardware.fp8_flop_per_s or half,
    }.get(precision)
    peak = stated or single or half
    if peak is None:
        return None
    if stated or half is None or single is None or hardware.kind == "tpu":
        return peak, peak, peak
    if hardware.kind == "gpu" and hardware.release_date >= TENSOR_TRAINING_SINCE:
        return half, hardware.tf32_flop_per_s or min(single, half), max(single, half)
    return single, min(single, half), max(single, half)


def from_hardware_time(inputs: ComputeInputs, hardware: Hardware, assumptions: ComputeAssumptions) -> MethodEstimate:
    """Chips x peak x time x utilisation, in FLOP; hours x chips may stand as `chip_hours`.

    Raises:
        ValueError: chips and time, or the chip's peak, are not known.
        MagnitudeError: the result is no training run's.
    """
    hours = inputs.chip_hours
    if hours is None:
        if inputs.chips is None or inputs.duration_hours is None:
            raise ValueError("hardware time needs chips and duration, or chip-hours")
        hours = inputs.chips * inputs.duration_hours
    peaks = training_peaks(hardware, inputs.precision)
    if peaks is None:
        raise ValueError(f"no peak rate is known for {hardware.slug}")
    shortest, longest = _duration_factors(inputs)
    seconds = hours * SECONDS_PER_HOUR
    flags: tuple[Coded[ComputeFlag], ...] = ()
    if inputs.chip_flop_per_s:
        reached = inputs.chip_flop_per_s / peaks[0]
        if UTILISATION_MINIMUM <= reached <= UTILISATION_MAXIMUM:
            inputs, peaks = replace(inputs, utilisation=reached), (peaks[0],) * 3
        else:
            flags = (_implausible(reached),)
    share, least, most = _utilisation(inputs, assumptions)
    estimate = _estimate(
        "hardware_time",
        seconds * peaks[0] * share,
        seconds * shortest * peaks[1] * least,
        seconds * longest * peaks[2] * most,
        _time_basis(inputs, peak=peaks[0], chip=hardware.slug, utilisation=share),
    )
    burden = burden_peak(hardware)
    return replace(
        estimate,
        hardware_burden_flop=seconds * burden if burden else None,
        hardware=hardware.slug,
        chips=inputs.chips,
        duration_hours=inputs.duration_hours,
        flags=flags,
    )


def _implausible(utilisation: float) -> Coded[ComputeFlag]:
    return Coded.of(ComputeFlag.IMPLAUSIBLE_UTILISATION, utilisation=utilisation, least=UTILISATION_MINIMUM)


def from_burden(burden: float, assumptions: ComputeAssumptions) -> MethodEstimate:
    """Chips x peak x time as somebody else multiplied them (FLOP, at full utilisation) x utilisation.

    Raises:
        MagnitudeError: the result is no training run's.
    """
    share = assumptions.utilisation
    estimate = _estimate(
        "hardware_time",
        burden * share,
        burden * assumptions.utilisation_lower,
        burden * assumptions.utilisation_upper,
        Coded.of(ComputeBasis.HARDWARE_BURDEN, flop=burden, utilisation=share),
    )
    return replace(estimate, hardware_burden_flop=burden)


def _utilisation(inputs: ComputeInputs, a: ComputeAssumptions) -> tuple[float, float, float]:
    """Share of the peak with its range: as stated, within a tenth for the rounding, else as assumed."""
    if inputs.utilisation is None:
        return a.utilisation, a.utilisation_lower, a.utilisation_upper
    return inputs.utilisation, inputs.utilisation / a.reported_range, inputs.utilisation * a.reported_range


def _duration_factors(inputs: ComputeInputs) -> tuple[float, float]:
    """Shortest and longest printed time as factors of the central one."""
    if not inputs.duration_hours:
        return 1.0, 1.0
    shortest = inputs.duration_lower_hours or inputs.duration_hours
    longest = inputs.duration_upper_hours or inputs.duration_hours
    return shortest / inputs.duration_hours, longest / inputs.duration_hours


def _time_basis(inputs: ComputeInputs, **rates: Parameter) -> Coded[ComputeBasis]:
    if inputs.chip_hours is not None:
        return Coded.of(ComputeBasis.CHIP_HOURS, chip_hours=inputs.chip_hours, **rates)
    return Coded.of(ComputeBasis.CHIPS_AND_TIME, chips=inputs.chips or 0.0, hours=inputs.duration_hours or 0.0, **rates)


_UNIT_BASES = {
    "flop": ComputeBasis.FLOP,
    "multiply_add": ComputeBasis.MULTIPLY_ADDS,
    "": ComputeBasis.UNIT_OPEN,
}


def from_operation_count(
    operations: float, unit: str, seen: ExamplesSeen, assumptions: ComputeAssumptions
) -> MethodEstimate:
    """Operations per forward pass x 3 x examples seen, in FLOP.

    When the paper leaves open whether it counts FLOP or multiply-adds (`unit` '') the central value takes multiply-adds
    (what most vision papers mean: ResNet-50's "4.1 GFLOPs" are 4.1e9 multiply-adds) and the range holds both.

    Raises:
        ValueError: the unit is none of 'flop', 'multiply_add', ''.
        MagnitudeError: the result is no training run's.
    """
    if unit not in _UNIT_BASES:
        raise ValueError(f"unknown unit of operations: {unit!r}")
    factor = 1.0 if unit == "flop" else FLOP_PER_MULTIPLY_ADD
    least = FLOP_PER_MULTIPLY_ADD if unit == "multiply_add" else 1.0
    passes = operations * PASSES_PER_STEP * seen.number
    spread = assumptions.operation_range
    estimate = _estimate(
        "operation_count",
        passes * factor,
        passes * least / spread,
        passes * factor * spread,
        Coded.of(_UNIT_BASES[unit], operations=operations, seen=seen.terms),
    )
    return estimate if unit else replace(estimate, flags=(Coded.of(ComputeFlag.UNIT_UNDECIDED),))


def examples_seen(inputs: ComputeInputs) -> ExamplesSeen | None:
    """Examples seen in training; None where they are not known."""
    if inputs.examples is not None and inputs.epochs is not None:
        terms = f"{inputs.examples:.6g} examples x {inputs.epochs:.4g} epochs"
        return ExamplesSeen(inputs.examples * inputs.epochs, terms)
    if inputs.batch_size is not None and inputs.steps is not None:
        terms = f"{inputs.batch_size:.6g} examples a batch x {inputs.steps:.4g} steps"
        return ExamplesSeen(inputs.batch_size * inputs.steps, terms)
    return None


def from_parameters_and_tokens(parameters: float, tokens: float, assumptions: ComputeAssumptions) -> MethodEstimate:
    """6 x parameters x tokens, in FLOP: dense transformers on tokens only, wrong by two orders for vision.

    Raises:
        MagnitudeError: the result is no training run's.
    """
    value = FLOP_PER_PARAMETER_AND_TOKEN * parameters * tokens
    spread = assumptions.parameter_token_range
    basis = Coded.of(ComputeBasis.PARAMETERS_AND_TOKENS, parameters=parameters, tokens=tokens)
    return _estimate("operation_count", value, value / spread, value * spread, basis)


def from_third_party(flop: float, confidence: str) -> MethodEstimate:
    """A third party's training compute in FLOP with its confidence word (Confident, Likely, Speculative).

    Raises:
        ValueError: the word is none of Epoch's.
        MagnitudeError: the figure is no training run's.
    """
    word = confidence.strip().lower()
    factor = CONFIDENCE_FACTORS.get(word)
    if factor is None:
        raise ValueError(f"unknown confidence word: {confidence!r}")
    basis = Coded.of(ComputeBasis.CONFIDENCE_WORD, flop=flop, word=word, factor=factor)
    return _estimate("third_party", flop, flop / factor, flop * factor, basis)


def estimates_by_method(
    inputs: ComputeInputs, hardware: Mapping[str, Hardware], assumptions: ComputeAssumptions | None = None
) -> list[MethodEstimate]:
    """Every method that `inputs` allow, in the order of preference, cross-checked; empty when none applies.

    Args:
        inputs: What is known of the run.
        hardware: The hardware table by slug.
        assumptions: Utilisation and ranges; defaults where None.

    Raises:
        KeyError: the hardware slug is not in the table.
        ValueError: a unit or confidence word is unknown.
        MagnitudeError: a figure is no training run's.
    """
    a = assumptions or ComputeAssumptions()
    found: list[MethodEstimate] = []
    if inputs.stated_training_flop is not None:
        found.append(from_reported(inputs.stated_training_flop, a))
    timed = inputs.chip_hours is not None or (inputs.chips is not None and inputs.duration_hours is not None)
    if inputs.hardware and timed:
        chip = hardware[inputs.hardware]
        if training_peaks(chip, inputs.precision) is not None:
            found.append(from_hardware_time(inputs, chip, a))
    elif inputs.hardware_burden_flop is not None:
        found.append(from_burden(inputs.hardware_burden_flop, a))
    seen = examples_seen(inputs)
    if inputs.forward_ops is not None and seen is not None:
        found.append(from_operation_count(inputs.forward_ops, inputs.forward_ops_unit, seen, a))
    elif inputs.parameters is not None and inputs.tokens is not None:
        found.append(from_parameters_and_tokens(inputs.parameters, inputs.tokens, a))
    if inputs.third_party_flop is not None:
        found.append(from_third_party(inputs.third_party_flop, inputs.third_party_confidence))
    return cross_check(found)


def preference(estimate: MethodEstimate) -> tuple[bool, float, int]:
    """Sorts estimates of one model, the preferred one first: the order written at the head of this module."""
    width = estimate.training_flop_upper / estimate.training_flop_lower
    return estimate.method == "third_party", width, METHODS.index(estimate.method)


def cross_check(estimates: Iterable[MethodEstimate]) -> list[MethodEstimate]:
    """Estimates of one model in the order of preference, with flags where they contradict each other.

    Both go by the ranges as the methods give them, which say how much is supposed (`rows` widens them later).

    Flagged are an implied utilisation (operation count / hardware burden) outside 0.02-1, and ranges that do not meet.
    """
    ordered = sorted(estimates, key=preference)
    counted = next((e for e in ordered if e.method == "operation_count"), None)
    checked = []
    for e in ordered:
        flags = list(e.flags)
        if counted and e.hardware_burden_flop:
            implied = counted.training_flop / e.hardware_burden_flop
            if not UTILISATION_MINIMUM <= implied <= UTILISATION_MAXIMUM:
                flags.append(_implausible(implied))
        flags += [Coded.of(ComputeFlag.RANGES_APART, method=o.method) for o in ordered if o is not e and _apart(e, o)]
        checked.append(replace(e, flags=tuple(flags)))
    return checked


def _apart(a: MethodEstimate, b: MethodEstimate) -> bool:
    return a.training_flop_upper < b.training_flop_lower or b.training_flop_upper < a.training_flop_lower
