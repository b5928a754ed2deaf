"""Chips that a sentence says its authors trained on: which, and how many.

Cores, chips, boards, devices and nodes are told apart: two TPU v2/v3 cores are one chip, a Cloud TPU device is four.
"""

import re
from dataclasses import dataclass, replace

from schemas.codes import Coded, has
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import WORDS, find_numbers
from tasks.extract.training.findings import Finding
from tasks.extract.training.units import alt
from tasks.reference.chip_patterns import (
    FORM,
    NOUN,
    bare,
    chips_of_slice,
    compiled,
    hardware_mentions,
    named_chip,
    node_names,
    node_sizes,
    slice_slug,
    slices,
    spans_of_names,
)
from tasks.reference.hardware import GENERIC, Hardware, by_slug, load_hardware

_ROWS = by_slug(load_hardware())

_TENS = rf"(?:{'|'.join(WORDS)})\b(?:-(?:one|two|three|four|five|six|seven|eight|nine)\b)?"
_NUM = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:[kK]\b)?"
    rf"|(?:an?|{'|'.join(WORDS)})\s(?:hundred|thousand)\b(?:\s(?:and\s)?{_TENS})?|{_TENS})"
)
_FORM = rf"(?:{FORM}|[\s-]*with \d+\s?GB(?: of)?(?: memory)?)*"
_MAKERS = alt(
    r"""NVIDIA Nvidia nvidia NVidia Huawei Graphcore Habana AWS Tesla GeForce Geforce Quadro AMD Google Cloud
    cloud Volta Pascal commodity parallel synchronous GB
    [A-Z]{1,3}\d{2,4}[A-Za-z]{0,2}
    synchroni[sz]ed worker \d+\s?GB high-end modern same [Ii]dentical different high-memory of the our"""
)
_ADJECTIVES = rf"(?:{_MAKERS}[\s-]+)*(?:(?:NVIDIA|Nvidia|AMD|Google|Huawei)\s+(?-i:[A-Z][a-z]+)\s+)?"
_FILL = r"(?:(?!and\b|or\b|of\b|with\b|\d)[\w.-]+[\s-]+){0,3}?"
_NOUN = rf"(?:[\s-]*{NOUN})?"
_TIME_BEHIND = r"[\s·⋅-]*(?:hours?|days?|years?)\b"
"""Behind cores or chips: core-days are a cost, and no count."""

_NODE = r"(?:nodes?|machines?|servers?|workstations?|hosts?|DGX-?\d?(?: \w+)?|instances?|boxes)"


_CHIP_TIME = re.compile(
    rf"s?{_FORM}{_NOUN}[\s·⋅-]*(?:core[\s·⋅-]*)?(?:hours?|hrs?|days?|weeks?|months?|years?)\b", re.IGNORECASE
)
"""Behind a chip, what makes a number before it chip-hours and no count."""

_MACHINES = re.compile(rf"{_FORM}{_NOUN}[\s-]+(?:nodes|machines|servers|workstations|hosts|instances|boxes)\b", re.I)
"""Behind a chip, what makes a number before it count machines: "64 MI250X nodes"."""

_BOARDS = re.compile(rf"{_FORM}[\s-]+(?:boards?|cards?)\b", re.IGNORECASE)
_PODS = re.compile(r"[\s-]*(?:pods?|slices?|clusters?)\b", re.IGNORECASE)
"""Behind TPUs, what makes a number before them count something of many chips."""


@dataclass(frozen=True)
class _Mention:
    slug: str
    start: int
    end: int


def find_chips(text: str, hardware: tuple[Hardware, ...], phase: str) -> list[Finding]:
    """Hardware and chip counts of one sentence. Generic names ("8 GPUs") count where no chip is named beside them.

    A processor named beside accelerators feeds them ("4 V100 and an Intel Xeon E5-2680 v4"): it counts only alone.
    """
    mentions = [_Mention(*m) for m in hardware_mentions(text, hardware)]
    if all(m.slug in GENERIC for m in mentions):
        mentions = _slices_named(text, bool(mentions)) or mentions
    mentions = [m for m in mentions if _ROWS[m.slug].kind != "cpu"] or mentions
    named = [m for m in mentions if m.slug not in GENERIC]
    generic = [m for m in mentions if m.slug in ("gpu", "tpu")]
    counts = [replace(f, phase=phase) for f in _counts(text, mentions, bool(named))] if named or generic else []
    return [
        Finding("hardware", m.slug, m.start, m.end, text[m.start : m.end], phase) for m in named or generic
    ] + counts


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
        is_other = _counts_others(text, mention.end)  # "625 TPU·days"
        if value is not None and value == int(value) and value < 1e5 and not is_memory and not is_other:
            counted = _of_boards(value, match.start(1), mention, text)
            return [*_listed_before(head[: match.start(1)], text), counted]
    if not has_named:
        return []
    if re.search(rf"\b(?:an?|one)\s+{_ADJECTIVES}$", head, re.IGNORECASE) and re.match(
        rf"{_FORM}\s*(?:GPU|card|graphics card|accelerator|TPU|machine|\.|,|$)(?!s)", text[mention.end :]
    ):
        return [_chips(1, mention.start, mention.end, text, ReadingNote.ARTICLE_AS_ONE)]
    return []


_MORE_COUNTS = re.compile(
    r"(?<![\w.,-])(\d{1,5}(?:(?:,\s+|\s+(?:and|or)\s+|,\s+and\s+)\d{1,5})*)(?:,?\s+(?:and|or)|,)\s+$"
)


def _listed_before(head: str, text: str) -> list[Finding]:
    """Counts before the last of a list: the 128 of "128 and 256 GPUs"."""
    match = _MORE_COUNTS.search(head)
    numbers = re.finditer(r"\d+", match[1]) if match else ()
    offset = match.start(1) if match else 0
    return [_chips(float(m[0]), offset + m.start(), offset + m.end(), text) for m in numbers]


def _counts_others(text: str, end: int) -> bool:
    """Whether what stands behind a chip makes the number before it one of chip-hours, machines or pods."""
    return any(pattern.match(text, end) for pattern in (_CHIP_TIME, _MACHINES, _PODS))


def _of_boards(value: float, start: int, mention: _Mention, text: str) -> Finding:
    """So many chips; of "4 K80 boards", as many as the boards hold."""
    chip = _ROWS.get(mention.slug)
    if chip and chip.kind == "gpu" and chip.chips_per_board > 1 and _BOARDS.match(text, mention.end):
        total = value * chip.chips_per_board
        return _chips(total, start, mention.end, text, ReadingNote.BOARDS_TIMES_CHIPS)
    return _chips(value, start, mention.end, text)


def _count_after(text: str, mention: _Mention) -> list[Finding]:
    """ "V100 GPUs × 8", "V100 (x8)"."""
    match = re.match(rf"{_FORM}{_NOUN}\s*\(?\s*[×x]\s*(\d+)\b", text[mention.end :])
    if not match:
        return []
    return [_chips(float(match[1]), mention.start, mention.end + match.end(), text)]


_HOLDING = alt(
    r"""with of having hold(?:ing|s) contain(?:ing|s) hosting equipped\swith has have featuring consist(?:ing|s)\sof
    compris\w+ hous\w+ (?:is|are)\sequipped\swith including offering"""
)
_CHIP = rf"(?:(?!{_NUM}[\s×x]|{_NODE}\b|days?\b|hours?\b)[\w-]+\s+){{0,4}}?(?:{named_chip()}|{NOUN})"
_OF = r"(?:\s*[×x]\s*|[\s-]+)"
_EACH_NODE = (
    rf"\b(?:each|every)(?:\s+(?:{_NODE}|of\s+(?:which|them|these))(?:\s+(?:in|of)(?:\s+[\w-]+){{1,4}}?)?)?"
    rf"\s+{_HOLDING}\s+({_NUM}){_OF}{_CHIP}",
    rf"(?<![\w.])({_NUM}){_OF}{_CHIP}(?:\s*{NOUN})?[\s(]*"
    rf"(?:\beach\b|(?:\bper|/|\ba|\bon(?:\s+each|\s+every)?(?:\s+of)?)(?:\s+the)?\s*(?:{_NUM}\s+)?(?:[\w-]+\s+)?{_NODE})",
    rf"(?<![\w.])({_NUM})(?:\s*[×x]\s*|-)(?:{named_chip()}|{NOUN})[\s-]+{_NODE}",
    rf"\b{_NODE}[,\s(]+{_HOLDING}\s+({_NUM}){_OF}{_CHIP}",
    rf"\b{_NODE}\s*[×x]\s*({_NUM})\s+{_CHIP}",
)
"""How many chips a node has: "each with 8 H100s", "8 GPUs per node", "8xH100 nodes", "nodes of 8 GPUs", "nodes × 8"."""
_NODES = re.compile(rf"(?<![\w.-])({_NUM})\s+(?:(?!{_NUM}\s)[\w-]+\s+){{0,2}}?{_NODE}(?!\w)", re.I)
_PRODUCT = rf"(?<![\w.×])(\d{{1,4}})\s*[×x]\s*(\d{{1,3}}){_OF}(?:{named_chip()}|GPU)"
_NAMED_NODES = rf"(?<![\w.-])({_NUM})\s+({node_names()})"


def _per_node(text: str) -> list[Finding]:
    """ "2 nodes with 8 GPUs each", "16 DGX-1 machines", "32 × 8 A100": nodes times chips."""
    names = spans_of_names(text)
    each = next((m for pattern in _EACH_NODE if (m := compiled(pattern).search(text))), None)
    taken = [*names, each.span(1)] if each else names  # the 6000 of "64 RTX 6000 nodes"
    nodes = [m for m in _NODES.finditer(text) if _value(m[1]) and not any(a <= m.start(1) < b for a, b in taken)]
    if each and nodes:
        start, end = min(each.start(), nodes[0].start()), max(each.end(), nodes[-1].end())
        products = [(_value(m[1]) or 0) * (_value(each[1]) or 0) for m in nodes]
        return [_chips(value, start, end, text, ReadingNote.NODES_TIMES_CHIPS) for value in products if value]
    if product := compiled(_PRODUCT).search(text):
        value = float(product[1]) * float(product[2])
        return [_chips(value, product.start(), product.end(), text, ReadingNote.NODES_TIMES_CHIPS)]
    named = compiled(_NAMED_NODES).search(text)  # "16 DGX A100"
    if named and (nodes_named := _value(named[1])):
        size = node_sizes()[bare(named[2]).removeprefix("nvidia")]
        return [_chips(nodes_named * size, named.start(), named.end(), text, ReadingNote.NODES_TIMES_CHIPS)]
    return []


_LEAST_OF_A_RANGE = re.compile(r"(?<![\w.,-])(\d{1,5})\s*(?:to|-|–|—)\s*$")
"""Before the most chips of several runs: the 64 of "64 to 128 TPUv4 chips"."""
_SLICES = re.compile(rf"(?<![\w.])({_NUM})\s+(?:Google\s+)?(?:Cloud\s+)?$", re.I)
_ON_A_SLICE = re.compile(r"\b(?:on|using|with)\s+(?:(?:an?|one|two|three|four|the|single|\d{1,3})\s+)*$", re.I)


def _slices_named(text: str, of_tpus: bool) -> list[_Mention]:
    """Slices as names of chips; one without the word TPU only where something runs on it: "on a v4-1024"."""
    return [
        _Mention(slice_slug(m), m.start(), m.end())
        for m in slices().finditer(text)
        if of_tpus or _ON_A_SLICE.search(text[: m.start()])
    ]


def _tpu_counts(text: str, slug: str) -> list[Finding]:
    """Counts of TPUs: "32-core TPUv3", "512 TPU v3 cores", "v3-128", "4x4 TPU Pod", "16 Cloud TPUs", "64 TPU chips"."""
    match = re.search(rf"(?<![\w.])({_NUM})[\s-]+{_FILL}chips\b(?!{_TIME_BEHIND})", text, re.IGNORECASE)
    if match and _value(match[1]):
        counted = _chips(_value(match[1]) or 0, match.start(), match.end(), text)
        least = _LEAST_OF_A_RANGE.search(text, 0, match.start())
        return [_chips(float(least[1]), *least.span(1), text), counted] if least else [counted]
    if sliced := slices().search(text):
        chips, counts_cores = chips_of_slice(sliced)
        codes = (ReadingNote.CORES_HALVED,) if counts_cores else ()
        several = _SLICES.search(text[: sliced.start()])
        several_of_them = several and re.match(r"[\s\w-]{0,20}?(?:slices|pods)\b", text[sliced.end() :])
        times = (_value(several[1]) or 1) if several and several_of_them else 1
        return [_chips(chips * times, sliced.start(), sliced.end(), text, *codes)]
    cores = _ROWS[slug].cores_per_chip or 1
    match = re.search(rf"(?<![\w.])({_NUM})[\s-]+{_FILL}cores?\b(?!{_TIME_BEHIND})", text, re.IGNORECASE)
    if match and _value(match[1]):
        codes = (ReadingNote.CORES_HALVED,) if cores == 2 else ()
        return [_chips((_value(match[1]) or 0) / cores, match.start(), match.end(), text, *codes)]
    match = re.search(r"(?<![\w.])(\d+)\s*[x×]\s*(\d+)(?:\s*[x×]\s*(\d+))?\s+(?:\w+\s+)?TPU", text)
    if match:
        value = int(match[1]) * int(match[2]) * int(match[3] or 1)
        return [_chips(value, match.start(), match.end(), text, ReadingNote.POD_SLICE)]
    return _devices(text, slug) or _plain_tpu_counts(text)


_CLOUD_TPUS = re.compile(
    rf"(?<![\w.])({_NUM})\s+(?:Google\s+)?Cloud\s+TPUs?(?:[\s-]*v?\d(?:\.\d|\w)?)?(?:\s+devices?)?(?!\w)", re.IGNORECASE
)


def _devices(text: str, slug: str) -> list[Finding]:
    """ "16 Cloud TPUs": devices of as many chips as stand on a board."""
    match = _CLOUD_TPUS.search(text)
    if not match or not _value(match[1]) or _counts_others(text, match.end()):
        return []
    value = (_value(match[1]) or 0) * _ROWS[slug].chips_per_board
    return [_chips(value, match.start(), match.end(), text, ReadingNote.DEVICES_OF_FOUR)]


_PLAIN_TPUS = re.compile(
    rf"(?<![\w.])({_NUM})\s+(?:(?!per\b)[\w-]+\s+){{0,2}}?(?:TPUs?|Tensor Processing Units)(?![A-Za-z])", re.IGNORECASE
)
_GENERATION = re.compile(r"(?:[\s-]*v?\d(?:\.\d|\w)?(?:\s?lite)?)?(?![A-Za-z0-9])")


def _plain_tpu_counts(text: str) -> list[Finding]:
    match = _PLAIN_TPUS.search(text)
    generation = _GENERATION.match(text, match.end()) if match else None
    if match and _value(match[1]) and not (generation and _counts_others(text, generation.end())):
        return [_chips(_value(match[1]) or 0, match.start(), match.end(), text)]
    match = re.search(r"number of (?:TPUs|GPUs|chips|accelerators)\b[^.]{0,40}?\bfrom\s+(\d+)\s+to\s+(\d+)", text)
    if match:
        return [_chips(float(match[i]), match.start(i), match.end(i), text) for i in (1, 2)]
    return []


def _largest_only(text: str, found: list[Finding]) -> list[Finding]:
    """Where nodes times chips is known, the chips a node are no count of their own."""
    products = [f for f in found if has(f.notes, ReadingNote.NODES_TIMES_CHIPS)]
    if not products:
        each = [m.start(1) for pattern in _EACH_NODE[:2] if (m := compiled(pattern).search(text))]
        return [f for f in found if f.start not in each]
    return products + [
        f
        for f in found
        if f not in products
        and not any(p.start <= f.start < p.end and float(f.value) < float(p.value) for p in products)
    ]
