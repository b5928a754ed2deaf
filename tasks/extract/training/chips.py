"""Chips that a sentence says its authors trained on: which, and how many.

Cores, chips, boards, devices and nodes are told apart: two TPU v2/v3 cores are one chip, a Cloud TPU device is four.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from schemas.codes import Coded, has
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import WORDS, find_numbers
from tasks.extract.training.findings import Finding
from tasks.extract.training.units import alt
from tasks.reference.hardware import GENERIC, Hardware

CORES_PER_TPU_CHIP = 2
CHIPS_PER_CLOUD_TPU = 4
"""Google Cloud documentation, "System architecture": TPU v2 and v3 chips have two cores, a device four chips."""

_NUM = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:[kK]\b)?"
    rf"|(?:{'|'.join(WORDS)})\b(?:-(?:one|two|three|four|five|six|seven|eight|nine)\b)?)"
)
_FORM = r"(?:[\s-]*(?:\(?\d+\s?GB?\)?|SXM\d?|PCIe|NVLink|Tensor Core|with \d+\s?GB(?: of)?(?: memory)?))*"
_MAKERS = alt(
    r"""NVIDIA Nvidia nvidia NVidia Huawei Graphcore Habana AWS Tesla GeForce Geforce Quadro AMD Google Cloud
    cloud Volta Pascal commodity parallel synchronous GB
    \d+\s?GB high-end modern same [Ii]dentical different high-memory of the our"""
)
_ADJECTIVES = rf"(?:{_MAKERS}[\s-]+)*"
_FILL = r"(?:(?!and\b|or\b|of\b|with\b|\d)[\w.-]+[\s-]+){0,3}?"
_NOUN = r"(?:[\s-]*(?:GPUs?|TPUs?|cards?|chips?|accelerators?|graphics cards?|devices?|processors?))?"
_TIME_BEHIND = r"[\s·⋅-]*(?:hours?|days?|years?)\b"
"""Behind cores or chips: core-days are a cost, and no count."""

_NODE = r"(?:nodes?|machines?|servers?|workstations?|hosts?|DGX-?\d?(?: \w+)?|instances?|boxes)"


_TRAINED_ON = re.compile(
    r"\b(?:train\w*|takes|took|run|ran|experiments?)\b[^.;]*\b(?:on|using|with)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
_MAYBE = re.compile(r"\b(?:may|might|can|could|would|memory)\b", re.IGNORECASE)


_CHIP_TIME = re.compile(r"s?[\s·⋅-]*(?:core[\s·⋅-]*)?(?:hours?|days?|weeks?|years?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Mention:
    slug: str
    start: int
    end: int


def hardware_mentions(text: str, hardware: tuple[Hardware, ...]) -> list[tuple[str, int, int]]:
    """Slug, start and end of every chip named in a text, longest name first; generic names included."""
    pattern, slugs = _alias_pattern(hardware)
    found = []
    for match in pattern.finditer(text):
        if re.match(r"[a-z][\d-]", match[1]):  # "a 100-layer net" is no A100
            continue
        found.append((slugs[_bare(match[1])], match.start(), match.end()))
    return found


def _bare(alias: str) -> str:
    return re.sub(r"[\s\-‐–()]+", "", re.sub(r"TPUs\s", "TPU", alias)).lower()


@lru_cache(maxsize=4)
def _alias_pattern(hardware: tuple[Hardware, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    slugs: dict[str, str] = {}
    parts = []
    for chip in hardware:
        for alias in chip.aliases:
            slugs[_bare(alias)] = chip.slug
            words = re.split(r"[\s-]+", alias)
            joint = r"[\-‐–]?" if len(words[0]) == 1 else r"[\s\-‐–]*"
            parts.append(joint.join(re.escape(w) for w in words))
            if words[0] == "TPU" and len(words) == 2:  # "TPUs (v3)"
                parts.append(rf"TPUs?\s\({re.escape(words[1])}\)")
            if re.fullmatch(r"[A-Z]+\d+\w*", alias):  # "V100s", "K40s"
                slugs.setdefault(_bare(alias + "s"), chip.slug)
                parts.append(re.escape(alias) + "s")
    parts.sort(key=len, reverse=True)
    brands = r"(?:(?:NVIDIA|GeForce|GTX|Tesla|Quadro)[\s-]+)*"  # first, so that "GeForce Titan X" is no "GeForce Titan"
    return re.compile(rf"(?<![\w.]){brands}({'|'.join(parts)})(?![A-Za-z0-9])", re.IGNORECASE), slugs


def find_chips(text: str, hardware: tuple[Hardware, ...], phase: str) -> list[Finding]:
    """Hardware and chip counts of one sentence. Generic names ("8 GPUs") count where no chip is named beside them.

    A processor named beside accelerators feeds them ("4 V100 and an Intel Xeon E5-2680 v4"): it counts only alone.
    """
    mentions = [_Mention(*m) for m in hardware_mentions(text, hardware)]
    processors = {chip.slug for chip in hardware if chip.kind == "cpu"}
    mentions = [m for m in mentions if m.slug not in processors] or mentions
    named = [m for m in mentions if m.slug not in GENERIC]
    generic = [m for m in mentions if m.slug in ("gpu", "tpu")]
    counts = [replace(f, phase=phase) for f in _counts(text, mentions, bool(named))] if named or generic else []
    if not named:
        generic = [m for m in generic if _is_counted(m, counts) or _is_trained_on(text, m)]
    return [
        Finding("hardware", m.slug, m.start, m.end, text[m.start : m.end], phase) for m in named or generic
    ] + counts


def _is_counted(mention: _Mention, counts: list[Finding]) -> bool:
    return any(c.start <= mention.end and mention.start <= c.end for c in counts)


def _is_trained_on(text: str, mention: _Mention) -> bool:
    return bool(_TRAINED_ON.search(text[: mention.start])) and not _MAYBE.search(text)


def _counts(text: str, mentions: list[_Mention], has_named: bool) -> list[Finding]:
    tpu = next((m for m in mentions if m.slug.startswith("tpu")), None)
    found = _tpu_counts(text, tpu.slug) if tpu else []
    for mention in (m for m in mentions if not (found and m.slug.startswith("tpu"))):
        counts = _count_before(text, mention, has_named) or _count_after(text, mention)
        found += [c for c in counts if not any(m.start < c.start < m.end for m in mentions)]  # the 580 of "GTX 580"
    found += _per_node(text)
    return _largest_only(text, found)


def _chips(value: float, start: int, end: int, text: str, *codes: ReadingNote) -> Finding:
    return Finding("chips", float(value), start, end, text[start:end], "", notes=tuple(map(Coded, codes)))


def _value(word: str) -> float | None:
    found = find_numbers(word)
    return found[0].value if len(found) == 1 and found[0].value > 0 else None


def _count_before(text: str, mention: _Mention, has_named: bool) -> list[Finding]:
    """ "8 NVIDIA P100 GPUs", "four K20", "a single Titan X", "8× V100", "8-GPU"."""
    head = text[: mention.start]
    match = re.search(rf"(?<![\w.^-])({_NUM})(?:\s*[×x]\s*|[\s-]+){_ADJECTIVES}$", head)
    if match:
        value = _value(match[1])
        is_memory = re.match(r"\s*GB?\b", head[match.end(1) :])  # "12 GB GPU"
        is_time = _CHIP_TIME.match(text, mention.end)  # "625 TPU·days"
        if value is not None and value == int(value) and value < 1e5 and not is_memory and not is_time:
            return [_chips(value, match.start(1), mention.end, text)]
    if not has_named:
        return []
    if re.search(rf"\b(?:an?|one)\s+{_ADJECTIVES}$", head, re.IGNORECASE) and re.match(
        rf"{_FORM}\s*(?:GPU|card|graphics card|accelerator|TPU|machine|\.|,|$)(?!s)", text[mention.end :]
    ):
        return [_chips(1, mention.start, mention.end, text, ReadingNote.ARTICLE_AS_ONE)]
    return []


def _count_after(text: str, mention: _Mention) -> list[Finding]:
    """ "V100 GPUs × 8", "V100 (x8)"."""
    match = re.match(rf"{_FORM}{_NOUN}\s*\(?\s*[×x]\s*(\d+)\b", text[mention.end :])
    if not match:
        return []
    return [_chips(float(match[1]), mention.start, mention.end + match.end(), text)]


_HOLDING = alt(r"with of having containing equipped\swith has and each")
_NODE_CHIPS = alt("GPUs? TPUs? V100s? A100s? P100s? H100s? cards chips accelerators")
_NODES = re.compile(
    rf"(?<![\w.-])({_NUM})\s+(?:[\w-]+\s+){{0,2}}?{_NODE}[,\s(]+(?:each\s+)?{_HOLDING}"
    rf"\s+(?:with\s+)?({_NUM})\s+(?:[\w-]+\s+){{0,4}}?{_NODE_CHIPS}\b",
    re.IGNORECASE,
)


def _per_node(text: str) -> list[Finding]:
    """ "2 nodes with 8 GPUs each", "16 DGX-1 machines, each with 8 V100": nodes times chips."""
    match = _NODES.search(text)
    if match:
        nodes, each = _value(match[1]), _value(match[2])
        if nodes and each and nodes >= 1:
            return [_chips(nodes * each, match.start(), match.end(), text, ReadingNote.NODES_TIMES_CHIPS)]
    return []


def _tpu_counts(text: str, slug: str) -> list[Finding]:
    """Counts of TPUs: "32-core TPUv3", "512 TPU v3 cores", "v3-128", "4x4 TPU Pod", "16 Cloud TPUs", "64 TPU chips"."""
    cores_per_chip = CORES_PER_TPU_CHIP if slug in ("tpu", "tpu-v2", "tpu-v3", "tpu-v4") else 1
    match = re.search(rf"(?<![\w.])({_NUM})[\s-]+{_FILL}chips\b(?!{_TIME_BEHIND})", text, re.IGNORECASE)
    if match and _value(match[1]):
        return [_chips(_value(match[1]) or 0, match.start(), match.end(), text)]
    match = re.search(r"\bTPU\s*-?v?([23])-(\d{1,4})\b|\bv([23])-(\d{1,4})\b", text)
    if match:
        return [
            _chips(
                int(match[2] or match[4]) / CORES_PER_TPU_CHIP,
                match.start(),
                match.end(),
                text,
                ReadingNote.CORES_HALVED,
            )
        ]
    match = re.search(rf"(?<![\w.])({_NUM})[\s-]+{_FILL}cores?\b(?!{_TIME_BEHIND})", text, re.IGNORECASE)
    if match and _value(match[1]):
        value = (_value(match[1]) or 0) / cores_per_chip
        codes = (ReadingNote.CORES_HALVED,) if cores_per_chip == 2 else ()
        return [_chips(value, match.start(), match.end(), text, *codes)]
    match = re.search(r"(?<![\w.])(\d+)\s*[x×]\s*(\d+)(?:\s*[x×]\s*(\d+))?\s+(?:\w+\s+)?TPU", text)
    if match:
        value = int(match[1]) * int(match[2]) * int(match[3] or 1)
        return [_chips(value, match.start(), match.end(), text, ReadingNote.POD_SLICE)]
    match = re.search(
        rf"(?<![\w.])({_NUM})\s+(?:Google\s+)?Cloud\s+TPUs?(?:\s*v?\d\w?)?(?:\s+devices?)?\b", text, re.IGNORECASE
    )
    if match and _value(match[1]):
        return [
            _chips(
                (_value(match[1]) or 0) * CHIPS_PER_CLOUD_TPU,
                match.start(),
                match.end(),
                text,
                ReadingNote.DEVICES_OF_FOUR,
            )
        ]
    return _plain_tpu_counts(text)


def _plain_tpu_counts(text: str) -> list[Finding]:
    match = re.search(
        rf"(?<![\w.])({_NUM})\s+(?:[\w-]+\s+){{0,2}}?(?:TPUs?|Tensor Processing Units)\b", text, re.IGNORECASE
    )
    if match and _value(match[1]) and not _CHIP_TIME.match(text, match.end()):
        return [_chips(_value(match[1]) or 0, match.start(), match.end(), text)]
    match = re.search(r"number of (?:TPUs|GPUs|chips|accelerators)\b[^.]{0,40}?\bfrom\s+(\d+)\s+to\s+(\d+)", text)
    if match:
        return [_chips(float(match[i]), match.start(i), match.end(i), text) for i in (1, 2)]
    return []


def _largest_only(text: str, found: list[Finding]) -> list[Finding]:
    """Where nodes times chips is known, the chips a node are no count of their own."""
    product = next((f for f in found if has(f.notes, ReadingNote.NODES_TIMES_CHIPS)), None)
    if product is None:
        return found
    return [f for f in found if f is product or not product.start <= f.start < product.end]
