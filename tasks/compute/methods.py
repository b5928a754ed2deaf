"""Training compute from what papers disclose: value, range, and the reckoning spelled out.

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
from dataclasses import dataclass, replace

from schemas.vocabularies import METHODS
from tasks.reference.hardware import Hardware, burden_peak, half_precision_peak

SECONDS_PER_HOUR = 3600.0

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
"""GPUs from the A100 (May 2020) on train on tensor cores without being asked (TF32, bf16)."""


@dataclass(frozen=True)
class ReckonAssumptions:
    """Values a user may override; each range is a factor either way unless it names lower and upper."""

    utilisation: float = 0.34
    """Median implied utilisation of the study's models that have both network operations and hardware burden
    (arXiv 2007.05558 replication data, n = 11); Epoch AI's median reported MFU is 0.33-0.38."""
    utilisation_lower: float = 0.10
    """Lower quartile of the same 11 models (0.09); the 5th percentile of Epoch AI's 34 reported MFUs is 0.19."""
    utilisation_upper: float = 0.65
    """Upper quartile of the same 11 models (0.64); the 95th percentile of Epoch AI's reported MFUs is 0.52."""
    reported_range: float = 1.1
    """Stated totals are printed with two digits; a tenth either way covers the rounding."""
    operation_range: float = 1.5
    """Optimiser, augmentation, phases at another resolution, a count with or without the smaller layers (one network's
    differ by 15 % between papers, see `tasks.reference.networks`), a backward pass not exactly twice the forward."""
    parameter_token_range: float = 1.5
    """Attention and embeddings left out of 6ND (Kaplan et al., arXiv 2001.08361, section 2.1)."""


@dataclass(frozen=True)
class ComputeInputs:
    """What is known of one training run. Units: FLOP, chips (not cores, not boards), hours, examples, tokens.

    Examples seen are `examples` x `epochs`, else `batch_size` x `steps` (a batch in examples, not in tokens).
    `forward_ops` is per example in `forward_ops_unit`: 'flop', 'multiply_add', or '' when the paper leaves it open.
    `precision` is 'fp32', 'tf32', 'fp16', 'bf16', 'fp8', 'mixed' or '', `utilisation` the stated share of the peak.
    `third_party_confidence` is Epoch's word.
    """

    stated_training_flop: float | None = None
    hardware: str = ""
    chips: float | None = None
    duration_hours: float | None = None
    duration_lower_hours: float | None = None
    duration_upper_hours: float | None = None
    chip_hours: float | None = None
    precision: str = ""
    utilisation: float | None = None
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
class Reckoning:
    """Training compute by one method, in FLOP, with the reckoning in words."""

    method: str
    training_flop: float
    training_flop_lower: float
    training_flop_upper: float
    basis: str
    hardware_burden_flop: float | None = None
    hardware: str = ""
    chips: float | None = None
    duration_hours: float | None = None
    flags: tuple[str, ...] = ()


class MagnitudeError(ValueError):
    """A training-compute figure that no training run can have."""


def check_magnitude(flop: float) -> float:
    """`flop` itself, when it lies within `FLOP_MINIMUM` and `FLOP_MAXIMUM`.

    Raises:
        MagnitudeError: it does not, or is not finite.
    """
    if not math.isfinite(flop) or not FLOP_MINIMUM <= flop <= FLOP_MAXIMUM:
        raise MagnitudeError(f"{flop:g} FLOP is no training run ({FLOP_MINIMUM:g} to {FLOP_MAXIMUM:g})")
    return flop


def _reckoning(method: str, value: float, lower: float, upper: float, basis: str) -> Reckoning:
    check_magnitude(value)
    return Reckoning(method, value, min(lower, value), max(upper, value), basis)


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


def from_reported(flop: float, assumptions: ReckonAssumptions) -> Reckoning:
    """Stated total training compute, FLOP.

    Raises:
        MagnitudeError: the figure is no training run's.
    """
    spread = assumptions.reported_range
    return _reckoning("reported", flop, flop / spread, flop * spread, f"stated: {flop:.4g} FLOP")


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


def from_hardware_time(inputs: ComputeInputs, hardware: Hardware, assumptions: ReckonAssumptions) -> Reckoning:
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
    share, least, most = _utilisation(inputs, assumptions)
    reckoning = _reckoning(
        "hardware_time",
        seconds * peaks[0] * share,
        seconds * shortest * peaks[1] * least,
        seconds * longest * peaks[2] * most,
        f"{_hours_text(inputs)} x {peaks[0]:.4g} FLOP/s ({hardware.slug}) x utilisation {share:g}",
    )
    burden = burden_peak(hardware)
    return replace(
        reckoning,
        hardware_burden_flop=seconds * burden if burden else None,
        hardware=hardware.slug,
        chips=inputs.chips,
        duration_hours=inputs.duration_hours,
    )


def _utilisation(inputs: ComputeInputs, a: ReckonAssumptions) -> tuple[float, float, float]:
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


def _hours_text(inputs: ComputeInputs) -> str:
    if inputs.chip_hours is not None:
        return f"{inputs.chip_hours:.6g} chip-hours"
    return f"{inputs.chips:g} chips x {inputs.duration_hours:.6g} h"


def from_operation_count(inputs: ComputeInputs, assumptions: ReckonAssumptions) -> Reckoning:
    """Operations per forward pass x 3 x examples x epochs, in FLOP.

    When the paper leaves open whether it counts FLOP or multiply-adds the central value takes multiply-adds (what most
    vision papers mean: ResNet-50's "4.1 GFLOPs" are 4.1e9 multiply-adds) and the range holds both.

    Raises:
        ValueError: operations, examples or epochs are not known, or the unit is none of 'flop', 'multiply_add', ''.
        MagnitudeError: the result is no training run's.
    """
    seen = examples_seen(inputs)
    if inputs.forward_ops is None or seen is None:
        raise ValueError("an operation count needs operations per pass, and examples x epochs or batch size x steps")
    if inputs.forward_ops_unit not in ("flop", "multiply_add", ""):
        raise ValueError(f"unknown unit of operations: {inputs.forward_ops_unit!r}")
    factor = 1.0 if inputs.forward_ops_unit == "flop" else FLOP_PER_MULTIPLY_ADD
    least = FLOP_PER_MULTIPLY_ADD if inputs.forward_ops_unit == "multiply_add" else 1.0
    passes = inputs.forward_ops * PASSES_PER_STEP * seen[0]
    unit = {"flop": "FLOP", "multiply_add": "multiply-adds x 2"}.get(
        inputs.forward_ops_unit, "operations x 2 (FLOP or multiply-adds not said)"
    )
    spread = assumptions.operation_range
    reckoning = _reckoning(
        "operation_count",
        passes * factor,
        passes * least / spread,
        passes * factor * spread,
        f"{inputs.forward_ops:.4g} {unit} x 3 x {seen[1]}",
    )
    if inputs.forward_ops_unit:
        return reckoning
    return replace(reckoning, flags=("FLOP or multiply-adds undecided: the range holds both",))


def examples_seen(inputs: ComputeInputs) -> tuple[float, str] | None:
    """Number of examples seen in training and how it was had; None where it is not known."""
    if inputs.examples is not None and inputs.epochs is not None:
        return inputs.examples * inputs.epochs, f"{inputs.examples:.6g} examples x {inputs.epochs:.4g} epochs"
    if inputs.batch_size is not None and inputs.steps is not None:
        return inputs.batch_size * inputs.steps, f"{inputs.batch_size:.6g} examples a batch x {inputs.steps:.4g} steps"
    return None


def from_parameters_and_tokens(parameters: float, tokens: float, assumptions: ReckonAssumptions) -> Reckoning:
    """6 x parameters x tokens, in FLOP: dense transformers on tokens only, wrong by two orders for vision.

    Raises:
        MagnitudeError: the result is no training run's.
    """
    value = FLOP_PER_PARAMETER_AND_TOKEN * parameters * tokens
    spread = assumptions.parameter_token_range
    basis = f"6 x {parameters:.4g} parameters x {tokens:.4g} tokens"
    return _reckoning("operation_count", value, value / spread, value * spread, basis)


def from_third_party(flop: float, confidence: str) -> Reckoning:
    """A third party's training compute in FLOP with its confidence word (Confident, Likely, Speculative).

    Raises:
        ValueError: the word is none of Epoch's.
        MagnitudeError: the figure is no training run's.
    """
    factor = CONFIDENCE_FACTORS.get(confidence.strip().lower())
    if factor is None:
        raise ValueError(f"unknown confidence word: {confidence!r}")
    basis = f"third party: {flop:.4g} FLOP, {confidence.strip().lower()} (a factor of {factor:g} either way)"
    return _reckoning("third_party", flop, flop / factor, flop * factor, basis)


def training_flop_from(
    inputs: ComputeInputs, hardware: Mapping[str, Hardware], assumptions: ReckonAssumptions | None = None
) -> list[Reckoning]:
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
    a = assumptions or ReckonAssumptions()
    found: list[Reckoning] = []
    if inputs.stated_training_flop is not None:
        found.append(from_reported(inputs.stated_training_flop, a))
    timed = inputs.chip_hours is not None or (inputs.chips is not None and inputs.duration_hours is not None)
    if inputs.hardware and timed:
        chip = hardware[inputs.hardware]
        if training_peaks(chip, inputs.precision) is not None:
            found.append(from_hardware_time(inputs, chip, a))
    if inputs.forward_ops is not None and examples_seen(inputs) is not None:
        found.append(from_operation_count(inputs, a))
    elif inputs.parameters is not None and inputs.tokens is not None:
        found.append(from_parameters_and_tokens(inputs.parameters, inputs.tokens, a))
    if inputs.third_party_flop is not None:
        found.append(from_third_party(inputs.third_party_flop, inputs.third_party_confidence))
    return cross_check(found)


def preference(r: Reckoning) -> tuple[bool, float, int]:
    """Sorts reckonings of one model, the preferred one first: the order written at the head of this module."""
    return r.method == "third_party", r.training_flop_upper / r.training_flop_lower, METHODS.index(r.method)


def cross_check(reckonings: Iterable[Reckoning]) -> list[Reckoning]:
    """Reckonings of one model in the order of preference, with flags where they contradict each other.

    Flagged are an implied utilisation (operation count / hardware burden) outside 0.02-1, and ranges that do not meet.
    """
    ordered = sorted(reckonings, key=preference)
    counted = next((r for r in ordered if r.method == "operation_count"), None)
    checked = []
    for r in ordered:
        flags = list(r.flags)
        if counted and r.hardware_burden_flop:
            implied = counted.training_flop / r.hardware_burden_flop
            if not UTILISATION_MINIMUM <= implied <= UTILISATION_MAXIMUM:
                flags.append(f"implied utilisation {implied:.2g} outside {UTILISATION_MINIMUM:g}-1")
        flags += [f"range does not meet {o.method}'s" for o in ordered if o is not r and _apart(r, o)]
        checked.append(replace(r, flags=tuple(flags)))
    return checked


def _apart(a: Reckoning, b: Reckoning) -> bool:
    return a.training_flop_upper < b.training_flop_lower or b.training_flop_upper < a.training_flop_lower
