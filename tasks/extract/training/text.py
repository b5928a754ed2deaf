"""Training figures in prose: times, totals, epochs, steps, parameters, operations (data and batches: `data`).

A number counts for the unit that stands beside it; each field then asks for its own words of training around it, and
refuses those of schedules, of inference and of differences.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import Number, find_numbers
from tasks.extract.training.data import (
    examples,
    find_audio_lengths,
    find_batch_sizes,
    find_sequence_lengths,
    find_splits,
    tokens,
)
from tasks.extract.training.durations import duration, find_durations
from tasks.extract.training.findings import Finding, measured_finding
from tasks.extract.training.piece_times import find_piece_times
from tasks.extract.training.resources import find_resources
from tasks.extract.training.stages import with_stages
from tasks.extract.training.units import (
    OF_A_SIZE,
    TRAINING_FLOP_LEAST,
    UNITS,
    Measured,
    flop_in,
    hours_in,
    measured_numbers,
)
from tasks.reference.chip_patterns import compiled, cores_in, counts_cores, named_chip


def find_figures(text: str, phase: str) -> list[Finding]:
    """All training figures of one sentence but hardware and chip counts, ownership not yet judged.

    Values are in the field's unit: hours, FLOP or operations, counts.
    """
    found = find_batch_sizes(text, phase) + find_splits(text, phase)
    found += find_sequence_lengths(text, phase) + find_audio_lengths(text, phase)
    found += _sizes_of_experts(text) + find_resources(text, phase) + find_durations(text, phase)
    taken = [(f.start, f.end) for f in (*found, *find_piece_times(text, phase))]
    for m in (*measured_numbers(text), *_amounts_in_words(text)):
        if any(a < m.number.end and m.number.start < b for a, b in taken):
            continue
        finding = _READERS[m.field](text, m, phase)
        if finding and m.number.raw.lower() in _RANGES:
            found.append(replace(finding, confidence=0.7, notes=(*finding.notes, Coded(ReadingNote.WORDS_ONLY))))
        elif finding:
            found += _ends(finding) if _spans_models(finding, text) else [finding]
    return with_stages(text, found)


_LEAST_OF_A_MODEL = 1e4
"""Fewer parameters or tokens are none of a model: the 0 of "0 to 33B tokens"."""


def _spans_models(finding: Finding, text: str) -> bool:
    """Whether a range reaches from one model's figure to another's: "we increase the epochs from 120 to 200"."""
    changes = finding.field == "epochs" and re.search(r"\bfrom\s*$", text[: finding.start])
    return bool(changes) or finding.field in ("parameters", "tokens")


def _ends(finding: Finding) -> list[Finding]:
    """Both ends of a range of models ("from 125M to 175B parameters"): two models, and none in the middle."""
    if finding.lower is None or finding.upper is None:
        return [finding]
    ends = [end for end in (finding.lower, finding.upper) if end >= _LEAST_OF_A_MODEL or finding.field == "epochs"]
    return [replace(finding, value=end, lower=None, upper=None) for end in ends]


def _chip_hours(text: str, m: Measured, phase: str) -> Finding | None:
    """Chip-hours: GPU-days, V100-hours; of TPU-core-days as many make a chip's as it has cores."""
    device = m.unit[1].lower()
    if re.fullmatch(r"(?:(?:core|node|chip)s?[\s·⋅-]*)+", device) or (counts_cores(device) and "tpu" not in device):
        return None
    cores = cores_in(device) if counts_cores(device) else 1
    if cores > 1:
        return measured_finding(m, "chip_hours", hours_in(m.unit[2]) / cores, phase, Coded(ReadingNote.CORES_HALVED))
    return measured_finding(m, "chip_hours", hours_in(m.unit[2]), phase)


def _petaflop_days(text: str, m: Measured, phase: str) -> Finding | None:
    """Stated totals: 1 petaflop/s-day = 1e15 FLOP/s x 86,400 s = 8.64e19 FLOP."""
    return measured_finding(m, "training_flop", flop_in(m.unit[1]) * hours_in(m.unit[2]) * 3600.0, phase)


def _epochs(text: str, m: Measured, phase: str) -> Finding | None:
    """Epochs; "a single epoch" is the piece of a run, "for one epoch" and "one epoch over our data" a run."""
    before, behind = text[: m.number.start], text[m.end :]
    is_run = re.search(r"\bfor\s+(?:only\s+)?(?:a\s+)?$", before) or re.match(r"\s+(?:over|through|on)\b", behind)
    is_piece = m.number.raw[0].isalpha() and m.number.value == 1 and not is_run
    return measured_finding(m, "epochs", 1.0, phase) if 0 < m.number.value <= 20000 and not is_piece else None


def _steps(text: str, m: Measured, phase: str) -> Finding | None:
    """Steps: iterations, updates, mini-batches."""
    return measured_finding(m, "steps", 1.0, phase) if 100 <= m.number.value <= 1e9 else None


def _parameters(text: str, m: Measured, phase: str) -> Finding | None:
    n = m.number
    if not 1e4 <= (n.lower or n.value) <= 1e14:
        return None
    is_total = _TOTAL_BEHIND.match(text, n.end)
    is_active = (
        _ACTIVE_BEHIND.match(text[n.end :])
        or (_ACTIVE_BEFORE.search(text[: n.start]) and not is_total)
        or (_USES.search(text[: n.start]) and _PER_TOKEN.match(text, n.end))
    )
    of_experts = _IN_BILLIONS.search(n.raw) and _OF_EXPERTS.search(text) and re.search(r"\bactiv|\btoken\b", text, re.I)
    says_parameters = re.search(r"param|weights", m.unit[0] or text[max(0, n.start - 90) : n.start], re.I)
    is_a_model = re.search(r"(?:models?|LLMs?|MoEs?)$", m.unit[0], re.I) or re.search(OF_A_SIZE, text[: n.start], re.I)
    of_a_size = _IN_BILLIONS.search(n.raw) and is_a_model
    if not (says_parameters or of_experts or of_a_size):
        return None
    notes = (Coded(ReadingNote.ACTIVE_PARAMETERS),) if is_active else ()
    return measured_finding(m, "parameters", 1.0, "training", *notes)


_SIZE_OF_EXPERTS = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?[BT])-A(\d+(?:\.\d+)?[MB])\b")


def _sizes_of_experts(text: str) -> list[Finding]:
    """Total and active parameters that the name of a mixture of experts prints: "a 30B-A3B model"."""
    return [
        Finding("parameters", find_numbers(m[k])[0].value, m.start(1), m.end(2), m[k], "training", notes=notes)
        for m in _SIZE_OF_EXPERTS.finditer(text)
        for k, notes in ((1, ()), (2, (Coded(ReadingNote.ACTIVE_PARAMETERS),)))
    ]


_IN_BILLIONS = re.compile(r"(?:[MBT]|[mbt]illion)$")
_OF_EXPERTS = re.compile(r"\bparam\w*|\bMoE\b|\bexperts?\b", re.I)
"""Beside a bare "21B activated", what says that parameters are meant."""
_ACTIVE_BEHIND = re.compile(
    r"[\s-]*(?:parameters?\s+|params?\s+)?(?:of\s+(?:them|these|which)\s+)?(?:(?:are|is|being|get)\s+)?activ(?:e|at)",
    re.I,
)
_USES = re.compile(r"\b(?:us(?:es?|ing)|with|only)\s+(?:only\s+|about\s+|just\s+|~)?$", re.I)
_PER_TOKEN = re.compile(r"\s+(?:parameters?\s+|params?\s+)?(?:per|for\s+each|for\s+every)\s+(?:input\s+)?token\b", re.I)
"""Around active parameters that are not called so: "uses 12.9B parameters per token"."""
_TOTAL_BEHIND = re.compile(r"[\s-]*(?:parameters?\s+|params?\s+)?(?:in\s+)?total\b", re.I)
_ACTIVE_BEFORE = re.compile(
    r"(?<!\d[BMT][\s-])(?<!\d[\s-])\bactiv(?:at(?:es?|ed|ing)|e)\s+(?:params?\b|parameters?\b|count\b|size\b)?[\s(:=~∼]*"
    r"(?:(?:of|is|are|only|about|around|approximately|just|roughly|to)\s+)*$",
    re.I,
)


_PER_SECOND = re.compile(r"\s*(?:/\s*s\b|ps\b|/sec|per second|a second)|S\b")
_OF_A_CHIP = rf"\b(?:peak|sustained|GPUs?|TPUs?|hardware)\b|(?<![\w.]){named_chip()}"


def _operations(text: str, m: Measured, phase: str) -> Finding | None:
    """Operations of one forward pass as printed, or a training total where there are too many for one; no rates."""
    behind = text[m.number.end + len(m.unit[0]) :]
    factor = flop_in(m.word)
    value = m.number.value * factor
    is_rate = _PER_SECOND.match(behind) or (
        re.search(r"FLOPS$|flops$", m.unit[0]) and compiled(_OF_A_CHIP).search(text)
    )
    if is_rate:
        return None
    if value >= TRAINING_FLOP_LEAST:
        return measured_finding(m, "training_flop", factor, phase)
    if value < 1e6 or m.number.lower is not None:
        return None
    return measured_finding(m, "forward_ops", factor, "training")


_AMOUNTS = {"a few": 1.0, "several": 1.0, "tens of": 10.0, "dozens of": 12.0, "hundreds of": 100.0}
_AMOUNTS |= {"a few hundred": 100.0, "several hundred": 100.0, "a few thousand": 1e3, "several thousand": 1e3}
_AMOUNTS |= {"thousands of": 1e3, "tens of thousands of": 1e4, "hundreds of thousands of": 1e5}
_FEW = 2.0, 9.0
"""What "several" and "tens" leave open: from two to nine of them; the middle on a scale of logarithms stands for it."""
_RANGES = {words: (few * _FEW[0], few * _FEW[1]) for words, few in _AMOUNTS.items()} | {"a couple of": (2.0, 3.0)}
_AMOUNT = re.compile(rf"\b(?:{'|'.join(sorted(_RANGES, key=len, reverse=True))})(?=\s)", re.IGNORECASE)
_IN_WORDS = "petaflop_days", "chip_hours", "duration_hours"
"""Fields that words without a figure may tell of: "several thousand petaflop/s-days", "a couple of days"."""


def _amounts_in_words(text: str) -> Iterator[Measured]:
    """Amounts stated in words only, with what they leave open as their range."""
    for match in _AMOUNT.finditer(text):
        low, high = _RANGES[match[0].lower()]
        number = Number(float(f"{math.sqrt(low * high):.2g}"), low, high, *match.span(), match[0])
        units = ((field, UNITS[field].match(text, match.end())) for field in _IN_WORDS)
        yield from (Measured(number, field, unit) for field, unit in units if unit)


def _total(text: str, m: Measured, phase: str) -> Finding | None:
    """A total announced before the number: "the total FLOPs is … = 3.55E+23"."""
    return measured_finding(m, "training_flop", 1.0, phase) if m.number.value >= TRAINING_FLOP_LEAST else None


_READERS = {
    "training_flop": _total,
    "duration_hours": duration,
    "chip_hours": _chip_hours,
    "petaflop_days": _petaflop_days,
    "epochs": _epochs,
    "steps": _steps,
    "examples": examples,
    "tokens": tokens,
    "parameters": _parameters,
    "forward_ops": _operations,
}
