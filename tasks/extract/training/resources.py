"""What training took beyond chips and time, in prose: number format, utilisation, what it consumed, money."""

import re
from collections.abc import Iterator

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import Number, find_numbers
from tasks.extract.training.consumption import COST, RESOURCES
from tasks.extract.training.findings import INFERS, SELF, TRAINS, Finding
from tasks.extract.training.units import FLOP_RATE, alt, flop_in
from tasks.reference.chip_patterns import NOUN, compiled, named_chip

FORMATS = {
    "mixed": r"(?:automatic\s)?mixed[\s-]precision",
    "bf16": r"bfloat-?16|bf-?16",
    "fp16": r"(?:fp|float)-?16|half[\s-]precision|16-bit float\w*",
    "fp8": r"fp-?8|8-bit float\w*",
    "tf32": r"tf-?32|tensor-?float-?32",
    "fp32": r"(?:fp|float)-?32|(?:single|full)[\s-]precision|32-bit float\w*",
}
"""Number formats as papers name them, the value of `precision` first."""

_DOLLARS_BEFORE = re.compile(r"(?:US\s?)?\$\s?$|\bUSD\s?$")
_DOLLARS_BEHIND = re.compile(r"\s*(?:US\s+)?(?:dollars\b|USD\b)", re.I)
_COSTS = re.compile(r"\b(?:costs?|costing|spent|price|expens\w+|pay|paid|budget)\b", re.I)
_MFU = (
    r"(?:\b(?:model|hardware|machine)[\s-]+FLOP(?:s|/s)?[\s-]+utili[sz]ation|\bFLOPs?[\s-]+utili[sz]ation|\b[MH]FU)\b"
    r"(?:\s*\([MH]FU\))?(?:\s+(?:of|in|for|during)\s+(?:[\w-]+\s+){1,4}?(?=is\b|was\b))?"
)
_MFU_BEFORE = re.compile(
    rf"{_MFU}\s*(?:(?:is|was|of|at|to|reach\w*|about|around|approximately|over|up|[=:~≈])\s*)*$", re.I
)
_MFU_BEHIND = re.compile(
    rf"\s*(?:%|per\s?cent)\s*(?:\w+\s+)?{_MFU}|\s*%\s+of\s+(?:(?:the|its|their|theoretical|device\w*|hardware|GPU\w*)\s+)*peak"
    r"\s+(?:\w+\s+)?(?:FLOPs?|FLOP/s|FLOPS|throughput|performance)\b",
    re.I,
)
_EACH_CHIP = rf"(?i:{named_chip()}|{NOUN}|worker(?![A-Za-z]))"
_RATE_OF_CHIP = (
    rf"\s*{FLOP_RATE}"
    rf"(?P<each>\s*/\s*{_EACH_CHIP}|\s+(?:per|an?|(?:on|from|for|of)\s+(?:each|every|an?))\s+{_EACH_CHIP})?"
)
_OF_EACH_CHIP = (
    rf"\b(?:each|every|per|a\s+single)[\s-]+(?:[\w-]+\s+)?{_EACH_CHIP}[^.;,\d]{{0,60}}$"
    r"|\bper-(?:GPU|TPU|device|chip)\b[^.;,\d]{0,60}$"
)
"""Around the operations a second that training reached on each chip: "380 TFLOP/s per GPU", "each GPU achieves"."""
_PEAK = re.compile(
    r"\b(?:peak|theoretical\w*|maximum|max|up to|capable|rated|advertised|offers?|deliver\w*|provid\w+)\b", re.I
)
_SUPPOSED = re.compile(r"\b(?:would|could|can|might|may)\b[^.;,]*$", re.I)
_SPARED = re.compile(r"\b(?:sav\w+|reduc\w+|offset\w*|fewer|less|below)\s+(?:\w+\s+){0,2}$", re.I)
_RATE = re.compile(
    r"[^\s\w]*\s*(?:/|per\b|an?\s+(?:hour|day|month)|each\b|(?:hour|dai|week|month|year|annual)ly\b)"
    r"|\s*(?:e|eq|equivalent)?\s*/",
    re.I,
)
_USED = alt(
    r"train\w* us(?:e|es|ed|ing) in with at of under via employ\w* enabl\w* adopt\w* apply\w* perform\w* PyTorch"
)
_IN_FORMAT = re.compile(
    rf"\b{_USED}\s+(?:(?:the|a|native|automatic|NVIDIA|Nvidia|Apex|standard|only)\s+|{_USED}\s+)*$", re.I
)
_FORMAT_BEHIND = re.compile(r"\s*(?:precision\s+)?(?:training|arithmetic|computation)s?\b", re.I)
_ONLY_A_PART = re.compile(
    r"\b(?:master|accumulat\w*|optimi[sz]er|states?|moments?|softmax|loss|stored?|copy|gradients?|inference|instead of"
    r"|without|not|rather than|than|peak|match\w*|compar\w*|baseline|found|accuracy|perplexity|thank\w*|input on)\b",
    re.I,
)
_TELLS_HOW = re.compile(
    rf"{SELF.pattern}[^.]*\b(?:pre-?|fine-?)?(?:train|tun)|\b(?:pre-?|fine-?)?(?:trained|tuned|performed|conducted)\b"
    r"|\btraining (?:is|was|used|uses|runs|ran)\b",
    re.I,
)
_TELLS_EMISSIONS = re.compile(
    r"\b(?:total|estimated|overall|resulting|corresponds?\sto|amounts?\sto|caused|our)\b[^.;]{0,40}"
    r"\b(?:emissions?|carbon\s+footprint)\b|\b(?:emissions?|carbon\s+footprint)\s+(?:of|is|are|was|were)\b",
    re.I,
)
"""A sentence on nothing but the emissions: "estimated total emissions were 539 tCO2eq"."""
_PARTS_APART = re.compile(r"[,;]|\b(?:and|while|but|with)\b")


def find_resources(text: str, phase: str) -> list[Finding]:
    """Precision, utilisation, FLOP/s of a chip, resources and cost (US dollars) of training in one sentence.

    Only sentences of training count; rates ("$2 per hour") and savings are none.
    """
    is_of_training = phase in ("training", "pretraining", "finetuning") or _TELLS_EMISSIONS.search(text)
    if phase in ("inference", "search") or not is_of_training or not _speaks_of_training(text):
        return []
    found = list(_precisions(text, phase))
    for n in find_numbers(text):
        found += _resource(text, n, phase)
    return found


def _speaks_of_training(text: str) -> bool:
    return bool(TRAINS.search(text)) or not INFERS.search(text)


def _resource(text: str, n: Number, phase: str) -> list[Finding]:
    before, behind = text[: n.start], text[n.end :]
    if _SUPPOSED.search(before) or _SPARED.search(before):
        return []
    for kind in RESOURCES:
        if unit := kind.behind.match(behind):
            factor, notes = kind.factor(unit["unit"])
            return _measured(kind.field, n, factor, unit.end(), behind, phase, notes)
    dollars = _DOLLARS_BEHIND.match(behind)
    if (dollars or _DOLLARS_BEFORE.search(before)) and _COSTS.search(text):
        return _measured(COST, n, 1.0, dollars.end() if dollars else 0, behind, phase)
    if 1 < n.value < 100 and (_MFU_BEHIND.match(behind) or _is_mfu(before, behind)):
        return _measured("utilisation", n, 0.01, 1, behind, phase)
    rate = compiled(_RATE_OF_CHIP, 0).match(behind)
    of_each = rate and (rate["each"] or compiled(_OF_EACH_CHIP).search(before))
    if rate and of_each and not _PEAK.search(f"{before[-60:]} {behind[:60]}"):
        return _measured("chip_flop_per_s", n, flop_in(rate["prefix"]), rate.end(), behind, phase)
    return []


def _is_mfu(before: str, behind: str) -> bool:
    return bool(_MFU_BEFORE.search(before)) and behind.lstrip().startswith(("%", "percent", "per cent"))


def _measured(
    field: str,
    n: Number,
    factor: float,
    width: int,
    behind: str,
    phase: str,
    notes: tuple[Coded[ReadingNote], ...] = (),
) -> list[Finding]:
    if field not in ("utilisation", "chip_flop_per_s") and _RATE.match(behind[width:]):
        return []
    low, high = (None if end is None else end * factor for end in (n.lower, n.upper))
    return [Finding(field, n.value * factor, n.start, n.end + width, n.raw, phase, low, high, notes=notes)]


def _precisions(text: str, phase: str) -> Iterator[Finding]:
    """Number formats that the sentence trains in; the master copy and other parts kept in a format are none.

    Mixed precision keeps a copy of the weights in fp32 (Micikevicius et al., 2018): fp32 beside it says nothing more.
    """
    if not _TELLS_HOW.search(text) or re.search(r"\bT?FLOPS\b|\bTFLOP", text):
        return
    found = []
    for value, names in FORMATS.items():
        match = next((m for m in re.finditer(rf"\b(?:{names})\b", text, re.I) if _is_trained_in(text, m)), None)
        if match:
            found.append(Finding("precision", value, match.start(), match.end(), match[0], phase))
    several = len(found) > 1
    yield from (f for f in found if not (several and f.value == "fp32"))


def _is_trained_in(text: str, match: re.Match[str]) -> bool:
    before = _PARTS_APART.split(text[: match.start()])[-1]
    behind = _PARTS_APART.split(text[match.end() :])[0]
    if _ONLY_A_PART.search(before) or _ONLY_A_PART.search(behind[:40]):
        return False
    return bool(_IN_FORMAT.search(text[: match.start()]) or _FORMAT_BEHIND.match(text[match.end() :]))
