"""What the header of a table's column says of the training figures below it: which field, in which unit."""

import re
from dataclasses import dataclass
from functools import lru_cache

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import SCALES, parse_number
from tasks.extract.training.consumption import is_consumed
from tasks.extract.training.table_resources import resource_of, resource_unit
from tasks.extract.training.units import (
    DEVICE,
    FLOP_PREFIX,
    FLOP_RATE,
    FLOP_RATE_TIMES,
    HOURS,
    alt,
    flop_in,
    hours_in,
)
from tasks.reference.chip_patterns import compiled, cores_in, counts_cores, named_chip, without_names

_COST = alt("cost compute [KMGTPEZY]?FLOPs? operations PF-days exaFLOPs?")
_NOT_HYPER = r"(?<!hyper)(?<!hyper-)(?<!hyper )"
_OPS = alt(
    r"""[KMGTB]?FLOPs? [MG]?-?MAdds? [GM]?MACs? mult(?:iply|i)?[-\s]*add\w* complexity operations [GM]?OPs
    multiply-accumulates?"""
)
_PHASE = r"(?:(?:fine-?|pre-?)?(?:train|tun)\w*[\s_-]+)?"
_COUNT = r"(?:#|number of|num\.?|no\.? of|n)\s*(?:of )?"
_CHIP_KIND = rf"(?:(?:{named_chip()}|TPU|GPU|NVIDIA|v\d\w?|training)[\s-]*){{0,2}}"
_CHIPS = rf"(?:{named_chip()}(?<=s)|GPUs?|TPUs?|NPUs?|chips|accelerators|devices|TPU\schips)"
_SETS = alt(r"images examples size samples sentences sents? pairs data\ssize")
_HEADERS: list[tuple[str, str]] = [
    ("chip_hours", rf"(?<![A-Za-z])(?:{DEVICE}[\s·⋅-]*)+(?:hours?|hrs|days?|weeks?|months?|years?)\b"),
    (
        "training_flop",
        rf"\b(?:train\w*|pre-?train\w*|total)\b[^|]{{0,30}}\b{_COST}\b|\b{FLOP_RATE_TIMES}"
        r"|\b(?:exa|zetta|yotta|[EZY])-?FLOPs?\b",
    ),
    (
        "parameters",
        rf"{_NOT_HYPER}(?:^|[\s#(|.]|\bn_)(?:params?|parameters?|paras?|model size)\b(?!\s*(?:\(?(?:MB|GB|bytes)))"
        r"|\bn_?\{?params\}?|^#?\s*activ(?:ated|e)$|^#?\s*weights(?:\s*[(\[][KMB][)\]])?$|^#\s*P(?:\s*[(\[][KMB][)\]])?$",
    ),
    ("forward_ops", rf"\b{_OPS}\b(?!/s\b)|#\s*(?:ops|connections)\b"),
    ("sequence_length", r"\b(?:seq(?:uence|\.)?|context)[\s_-]*(?:len(?:gth)?|window|size)\b"),
    ("batch_size", r"\b(?:mini-?)?batch(?:[\s_-]*size)?\b(?!\s*norm)|\bBSZ\b|^BS$"),
    ("epochs", r"\bepochs?\b"),
    ("hardware", r"^(?:GPU|hardware|device|accelerator|GPU (?:type|model)|chip|processor|platform)s?$"),
    (
        "chips",
        rf"{_COUNT}{_CHIP_KIND}(?:{_CHIPS}|{named_chip()})(?!\w)|^{_PHASE}{_CHIP_KIND}{_CHIPS}$"
        r"|^(?:GPU|TPU|chip|device|accelerator)s?\s+(?:count|number)$",
    ),
    ("tokens", r"(?:^#|\b(?:train\w*|pre-?train\w*|total|num\w*))\s*(?:of )?tokens?\b|^tokens\b"),
    ("examples", rf"\b(?:#|num\w*|size of)?\s*train\w*\s*(?:set\s*)?{_SETS}$|^#?\s*train(?:ing)? {_SETS}"),
    (
        "steps",
        rf"^(?:(?:#|num\w*\.?|number of|of|max\w*\.?|total)[\s_-]*){{0,3}}{_PHASE}"
        r"(?:steps|iterations?|iters?|updates)\b|^TS$|\bupdates\b.*10",
    ),
    (
        "duration_hours",
        r"\b(?:train\w*\s+)?time\b[^|]*\((?:h|hours?|hrs?|days?)\)|^(?:train\w*\s+)?(?:hours|hrs|days)$|\btrain(?:ing)?[\s_-]*(?:time|duration)\b|^time\b"
        r"|\bwall[- ]?clock",
    ),
]
"""Fields by the words of a header, the more special before the more general."""

_OTHER = alt(
    r"""warm-?up\w* eval\w* reduc\w+ saved? saving ratio percent relative decay inference latency speed
    test(?:ing)?\stime per\s(?:layer|epoch|second|image) dropout range server memory MB speed-?up compress\w*
    hyper-?param\w* rate prun\w+ remain\w* search effici\w+ drop sec(?:onds?)?"""
)
_NOT_A_FIELD = re.compile(
    rf"\b{_OTHER}\b|/\s*epoch|%|/s\b|\(ms\)|\bms\b|×\s*less|\btime\b.*\bbatch\b|\b(?:batch|epoch) time\b"
    r"|\btest batch|\bbest epoch|\bbatch\s*(?:size\s*)?[=:]?\s*\d|\bbatch\b.*\b(?:per|/)\s*(?:GPU|device)",
    re.I,
)
_SEARCH_COST = re.compile(r"\bsearch (?:cost|time)\b[^|]*\bGPU[\s-]*(?:hours?|hrs|days?)\b", re.I)
_VALUE_IN_NAME = re.compile(r"\d[\dkKM]*\s*-?\s*(?:epochs?|steps|iter\w*|params|parameters|tokens)\b")
_MARKS = re.compile(r"\^\{[†‡∗*§\s]*\}|[†‡§]|\s*\((?:(?:relative )?speed-?ups?|ratio)\)", re.I)


_BY_CAPTION = {
    "parameters": (
        re.compile(r"^(?:#\s*)?(?:model )?(?:total|size|count)(?:\s*[(\[][KMB][)\]])?$", re.I),
        re.compile(r"\b(?:numbers?|counts?|comparison) of (?:\w+ ){0,2}parameters\b|\bparameter counts?\b", re.I),
    ),
}
"""Fields that a header names only together with its caption: "Size" under "… and size (number of parameters)"."""


def names_a_value(header: str) -> bool:
    """Whether a header tells the setting under which its column was measured ("10 epochs")."""
    return bool(_VALUE_IN_NAME.fullmatch(header.strip()))


_RATE_OF_CHIPS = re.compile(
    r"(?-i:\b[TPE]FLOPS\b)|FLOPs?\s*(?:/|per)\s*(?:GPU|chip|core|device|s\b|sec)|\b(?:observed|achieved|through-?put)\b",
    re.I,
)
"""Operations a second, as chips do them: "TFLOPS" in capitals is a rate, as "GFLOPS" often is not."""


_RATE_OF_EACH = (
    rf"\b{FLOP_RATE}\s*(?:/|per|on\s+each)\s*(?i:{DEVICE})|(?i:\b(?:per|each)[\s-]+{DEVICE}[^|]{{0,30}}?)\b[TP]-?FLOP"
)
"""Operations a second that training reached on each chip: "Achieved teraFLOP/s per GPU"."""
_PEAK = re.compile(r"\b(?:peak|theoretical|max\w*)\b", re.I)


@lru_cache(maxsize=5_000)
def field_of(header: str, caption: str = "", cells: str = "") -> str:
    """The disclosure field that a header announces; '' for none, for a rate or a saving, and for two run together.

    Only of a cost it matters whether the `cells` below the header say dollars.
    """
    text = _MARKS.sub("", header).strip()
    if _SEARCH_COST.search(text):
        return "chip_hours"
    if resource := _resource(text, caption, cells):
        return resource
    if not text or len(text) > 70 or _NOT_A_FIELD.search(text) or _VALUE_IN_NAME.search(text):
        return ""
    fields = [field for field, pattern in _HEADERS if compiled(pattern).search(text)]
    if _RATE_OF_CHIPS.search(text):
        fields = [field for field in fields if field not in ("forward_ops", "chips")]
    if "parameters" in fields and ("forward_ops" in fields or "epochs" in fields):
        return ""
    if fields:
        return fields[0]
    by_caption = (f for f, (short, said) in _BY_CAPTION.items() if short.search(text) and said.search(caption))
    return next(by_caption, "")


def _resource(text: str, caption: str, cells: str) -> str:
    """Energy, cost or carbon that a header announces, or what each chip reached; that of a search is told apart by its
    phase."""
    if compiled(_RATE_OF_EACH, 0).search(text) and not _PEAK.search(text):
        return "chip_flop_per_s"
    of_no_training = _NOT_A_FIELD.search(re.sub(r"\bsearch\b", "", text, flags=re.I))
    is_figure = re.match(r"\W*(?:US\W*)?\d", text)  # "36 MWh" is a cell, and heads nothing
    if len(text) > 70 or of_no_training or is_figure or compiled(_HEADERS[0][1]).search(text):
        return ""
    return resource_of(text, caption, cells)


@dataclass(frozen=True)
class HeaderUnit:
    """Factor from the printed figure to the field's unit, and whether the header says it."""

    factor: float
    stated: bool
    notes: tuple[Coded[ReadingNote], ...] = ()
    confidence: float = 0.9


_IN_BRACKETS = r"[(\[]\s*(?:in\s+)?(?P<bracket>[KMBGTP]|mil\.?|[mb]illions?|thousands?|bn|[GMTPEZY]FLOPs?)\s*[)\]]"
_POWER = r"(?P<power>(?:[×x*·]\s*)?10\s*\^?\s*\{?\s*(?P<exponent>[3-9]|[12]\d)\s*\}?)"
_PREFIX = r"\b(?P<prefix>[KMGTPEZYB])-?(?:FLOPs?|OPs|MACs?|MAdds?|Mult|ops)\b"
_UNIT = re.compile(
    rf"{_IN_BRACKETS}|{_POWER}|\b(?P<word>[mb]illions?|thousands?)\b|{_PREFIX}|(?P<spelled>tera|peta|exa|zetta|yotta)-?FLOP",
    re.I,
)
_SPOKEN_OF = {"parameters": r"param\w*", "forward_ops": r"(?:complexity|FLOPs|ops|mult\w*|operations)"}


def unit_of(field: str, header: str, caption: str) -> HeaderUnit:
    """Factor that a header (else a phrase of the caption that speaks of the field) puts on the figures below it.

    Times in hours, compute in FLOP, energy in kWh, money in dollars, carbon in kg, the rest in ones; `stated` is
    False where nothing says a unit.
    """
    if is_consumed(field):
        said = resource_unit(field, header, caption)
        return HeaderUnit(said[0], True, said[1]) if said else HeaderUnit(1.0, False)
    if field in ("duration_hours", "chip_hours"):
        return _time_unit(field, header, caption)
    if field == "chips" and counts_cores(header):
        return HeaderUnit(1 / cores_in(header if "TPU" in header.upper() else f"TPU {header}"), True)
    if rate := re.search(rf"\b{FLOP_RATE_TIMES}", header, re.I):
        return HeaderUnit(flop_in(rate[1]) * hours_in(rate[2]) * 3600.0, True)
    phrases = [header]
    if field in _SPOKEN_OF:
        phrases += [m[0] for m in re.finditer(rf"\b{_SPOKEN_OF[field]}\b(?:[^.;]|\.,){{0,25}}", caption, re.I)]
    for phrase in phrases:
        match = _UNIT.search(phrase)
        if match:
            return HeaderUnit(_factor(match), True)
    return HeaderUnit(1.0, False)


def _time_unit(field: str, header: str, caption: str) -> HeaderUnit:
    """Hours in the unit of time that the header names, else the caption; hours, not stated, where neither does."""
    is_of_cores = field == "chip_hours" and counts_cores(header)
    per_core = 1 / (cores_in(header) if "TPU" in header.upper() else 2) if is_of_cores else 1.0
    for words in map(without_names, (header, caption)):
        found = re.search(
            r"\b(?:(?P<day>days?)|(?P<week>weeks?)|(?P<month>months?)|(?P<year>years?)|(?P<minute>min(?:ute)?s?)|(?P<hour>hours?|hrs?|h))\b",
            words,
            re.I,
        )
        if found and found.lastgroup:
            return HeaderUnit(HOURS[found.lastgroup] * per_core, True)
    return HeaderUnit(per_core, False)


def _factor(match: re.Match[str]) -> float:
    groups = match.groupdict()
    if groups["power"]:
        return float(f"1e{groups['exponent']}")
    if groups["spelled"]:
        return flop_in(groups["spelled"])
    word = (groups["bracket"] or groups["word"] or groups["prefix"]).lower().rstrip(".")
    if word.endswith(("flop", "flops")):
        return FLOP_PREFIX[word[0]]
    if word.startswith("thousand"):
        return 1e3
    return float(SCALES[word]) if word in SCALES else FLOP_PREFIX[word]


def usual_unit(field: str, unit: HeaderUnit, header: str, texts: list[str]) -> HeaderUnit:
    """Where neither header nor cells say a unit of parameters or operations, the usual one, with less confidence.

    Parameters below 3,000 are millions. Operations: "MAdds" and figures from 100 on are millions, smaller ones
    billions.
    """
    numbers = [n for t in texts if (n := parse_number(t)) is not None]
    bare = [n.value for n in numbers if not n.scaled]
    if unit.stated or not bare:
        return unit
    largest = max(bare)
    if field == "parameters" and largest < 3000 and not re.search(r"\bweights$", header, re.I):  # perhaps of a loss
        return HeaderUnit(1e6, True, _supposed("millions"), 0.75)
    if field == "forward_ops" and largest < 1e5:
        if any(n.value < 10 and "." in n.raw for n in numbers if not n.scaled):  # "4.1" beside "179.0"
            return HeaderUnit(1e9, True, _supposed("billions"), 0.7)
        multiply_adds = re.search(r"\bM-?Adds?\b|Mult|MAC", header)
        if largest >= 100 or (multiply_adds and largest >= 20):
            return HeaderUnit(1e6, True, _supposed("millions"), 0.7)
        return HeaderUnit(1e9, True, _supposed("billions"), 0.7)
    return unit


def _supposed(unit: str) -> tuple[Coded[ReadingNote], ...]:
    return (Coded.of(ReadingNote.UNIT_SUPPOSED, unit=unit),)
