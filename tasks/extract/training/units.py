"""Numbers with the words that say what they count: "300 and 40 epochs", "19.6 billion FLOPs", "steps is 5k"."""

import re
from dataclasses import dataclass, replace

from tasks.extract.numbers import Number, before_place, find_numbers
from tasks.reference.chip_patterns import named_chip, spans_of_names

HOURS = {"second": 1 / 3600, "minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.5, "year": 8766.0}
"""Hours in a unit of time (a month is a twelfth of a year of 365.25 days)."""

FLOP_PREFIX = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15, "e": 1e18, "z": 1e21, "y": 1e24}
"""SI prefixes of FLOP."""

FLOP_PREFIX_WORDS = {"mega": 1e6, "giga": 1e9, "tera": 1e12, "peta": 1e15, "exa": 1e18, "zetta": 1e21, "yotta": 1e24}

TRAINING_FLOP_LEAST = 1e15
"""A stated FLOP count from here on is a training total: no network of the benchmarks needs as much for one pass."""


def alt(words: str) -> str:
    """A regular expression of alternatives, written as words between blanks (a blank inside one is `\\s`)."""
    return "(?:" + "|".join(words.split()) + ")"


_DEVICE_NOUN = "(?:GPU|TPU|NPU|IPU|HPU|XPU|DCU|accelerator|chip|core|node|card)s?(?![A-Za-z])"
DEVICE = rf"(?:{named_chip()}|{_DEVICE_NOUN}|(?:NVIDIA|Tesla|Cloud)(?!\w))"
"""What chip-hours are counted of, each word of it."""
_UNKNOWN_CHIP = r"(?:(?-i:[A-Z])\w*(?:[- ]\d\w*)?[\s-]+(?=[GTNIHX]PU|accelerator|chip)|(?-i:[A-Z]+-?\d+[A-Za-z]{0,2}))"
"""A name that hardware.csv does not have, before a word for chips or with a figure in it: "K9000 GPU hours"."""
_LONG_TIME = alt("hours? hrs? days? weeks? months? years? minutes? seconds?")
_TIME = alt(r"seconds? secs? minutes? mins? hours? hrs? h(?![\^_]) days? d(?=\s+(?:on|using)\b) weeks? months?")
_EXAMPLES = alt(
    r"""images? sentences? examples? samples? sentence[\s-]?pairs? pairs? utterances instances articles documents
    questions image[\s-]text[\s-]pairs sequences photos segments training\scases dialog(?:ue)?s? prompts triplets
    conversations demonstrations digits clips videos sessions turns instructions trajectories annotations tuples
    data(?=\sin\stotal\b) training\sdata
    training(?=\s(?:and|/)\s*[\d,.]+[kKM]?\s(?:test|val|dev))
    train(?:ing|val)?\sset"""
)
_EXAMPLE_WORD = (
    r"(?:[‘“'\"]?(?!(?:because|that|which|while|when|where)\b)[A-Za-z][\w&-]*[’”'\"]?,?"
    r"|\[\d[\d, ]*\]|\d{2,4}\s?[x×]\s?\d{2,4})"
)
"""Any word that may describe examples: "100K question, answer, document triplets", "1.2M 331x331 examples"."""
OPERATIONS = alt(
    r"""FLOPs? FLOPS flops? MAdds? Madds MACs? [Mm]ult-?[Aa]dds?
    [Mm]ultipl(?:y|ication)s?[-–\s]+(?:and[-\s]+)?(?:adds?|additions?|accumulates?)
    (?:[Ff]loating[-\s]point|FP)[\s-]+(?:operations|multiplication)
    (?:(?:multiply[-\s]add|arithmetic|add-multiply)\s+)?operations(?!\s+(?:in|of|such)) ops"""
)
"""Words for operations, each of which counts one."""
_FLOP_PREFIX = alt("[KMGTPEZY] [Mm]ega [Gg]iga [Tt]era [Pp]eta [Ee]xa [Zz]etta [Yy]otta")
_EPOCH_KIND = alt("full total training pre-?training fine-?tuning ImageNet complete more")
_STEP_KIND = alt(
    r"""train(?:ing)? RL gradient optimi[sz]er optimi[sz]ation SGD parameter weight total pre-?training fine-?tuning
    more additional mini-?batch update"""
)
_PARAMETER_KIND = alt(
    "trainable learnable learned model total free network unique active activated non-embedding additional of"
)
_TOKEN_KIND = alt(
    """training total running source target input unique text subword non-unique word English of multilingual
    high-quality curated deduplicated filtered web code"""
)

_TOKEN_KIND += r"|(?:byte[\s-]+pair[\s-]+encoding\s+)?\(?BPE\)?"

_NOT_OF_TOKENS = alt(
    r"""of in for per on with from to at by is are was were the each out than times more days hours epochs? steps?
    iterations? layers? heads? parameters? params? documents? sentences? examples? images? languages? experts? and
    lines? pages? files? pairs? sequences? GPUs? chips? that which we"""
)
_TOKEN_WORD = rf"(?-i:(?!{_NOT_OF_TOKENS}\b|and\b)[A-Z]?[a-z][a-z-]+(?:\s+and\s+[a-z-]+(?=\s+tokens))?)"
"""Any word that may describe tokens: "5T higher-quality tokens", "348M French words", "web and code tokens"."""

FLOP_RATE_TIMES = (
    r"(tera|peta|exa|zetta|yotta|[TPEZY](?=[\s-]?F))[\s-]?(?:FLOPS?|FLOP|fs?(?![a-z]))?(?:/s(?:ec(?:ond)?)?|ps|s|[\s-]per[\s-]second)?"
    r"[\s·⋅×*.-]*(days?|seconds?|hours?|weeks?|months?|years?)\b"
)
"""Operations as a rate times a time, in all spellings: "petaflop/s-days", "PF-days", "PFLOPS·days", "pfs-day"."""

FLOP_RATE = (
    r"(?P<prefix>tera|peta|[TP])[\s-]?(?i:FLOPs?(?:/s(?:ec(?:ond)?)?|ps|[\s-]per[\s-]second)?)(?![\w/]*[\s-]?days)"
)
"""Operations a second: "TFLOP/s", "teraFLOPs", "TFLOPS"; of a chip also where "per second" is left out."""

UNITS: dict[str, re.Pattern[str]] = {
    "chip_hours": re.compile(rf"[\s-]*((?:(?:{DEVICE}|{_UNKNOWN_CHIP})[\s·⋅-]*)+)({_LONG_TIME})\b", re.I),
    "duration_hours": re.compile(rf"[\s-]*({_TIME})\b", re.I),
    "epochs": re.compile(
        rf"[\s-]*(?:{_EPOCH_KIND}[\s-]+){{0,2}}(?:epochs?|passes|(?:cycles|sweeps)(?=\s+(?:through|over)\b))\b", re.I
    ),
    "petaflop_days": re.compile(rf"[\s-]*{FLOP_RATE_TIMES}", re.I),
    "forward_ops": re.compile(rf"[\s-]*({_FLOP_PREFIX})?[\s-]?{OPERATIONS}\b"),
    "parameters": re.compile(
        rf"[\s-]*(?:{_PARAMETER_KIND}\s+){{0,2}}(?:parameters?|params?|weights)\b(?!\s*servers?)"
        r"|[\s-]+(?:(?:of\s+(?:them|these|which)\s+)?(?:are|is|being|get)\s+)?activ(?:e|ated)\b"
        r"|\s+(?:per|for\s+each|for\s+every)\s+(?:input\s+)?token\b"
        r"|\s+(?:in\s+)?total\b(?=\s*(?:[,/&;)]|and\b|or\b|with\b|of\s+which|when\b|$))"
        r"|[\s-]+(?:(?:dense|sparse|base|language|MoE|Transformer|encoder|decoder)[\s-]+){0,2}(?:models?|LLMs?|MoEs?)\b",
        re.I,
    ),
    "steps": re.compile(
        rf"(?:-?th\b)?[\s-]*(?:{_STEP_KIND}[\s-]+){{0,2}}(?:iterations?|iters?|steps?|updates|mini-?batches)\b", re.I
    ),
    "tokens": re.compile(
        rf"[\s-]*(?:(?:{_TOKEN_KIND}|{_TOKEN_WORD})\s+){{0,4}}?(?:tokens?|words|word(?=[\s-]+corpus)|word-?pieces|sub-?words)\b",
        re.I,
    ),
    "examples": re.compile(
        rf"\)?[\s-]*(?:{_EXAMPLE_WORD}\s+){{0,3}}?{_EXAMPLES}\b|\s+for\s+training\b(?=\s*(?:,|and|;))", re.I
    ),
}
"""What may stand behind a number, the more special before the more general."""

_SAYS = (
    r"[^.;,\d]{0,25}?(?:\b(?:is|was|are|were|to|of|be|at|as|by)\b|[=:])\s*(?:set to|fixed to|fixed at|set as)?\s*"
    r"(?:about|approximately|around|roughly|up to|only|~)?\s*$"
)
_LISTED = r"(?:^|[;,.(•]\s*)(?:training\s+)?"
"""Before a setting of a list: "batch size: 256; epochs: 90"."""
_TOTAL = r"\b(?:number of|maximum|max\.?|total|(?:pre-?|fine-?)?(?:training|tuning))\s+(?:[\w-]+\s+)?"
OF_A_SIZE = r"\bmodels?\s+(?:of|with)\s+(?:sizes?\s+)?$"
"""Before a bare number of millions or billions of parameters: "two models of 410M and 515M"."""
UNITS_BEFORE: dict[str, re.Pattern[str]] = {
    "training_flop": re.compile(
        r"\b(?:total|training|overall)\s+(?:training\s+)?(?:FLOPs?|compute)\b[^;]{0,75}(?:=|\bis\b|\bof\b|\bto\b)\s*"
        r"(?:about|approximately|around|roughly|~)?\s*$",
        re.I,
    ),
    "epochs": re.compile(rf"{_TOTAL}epochs\b{_SAYS}|{_LISTED}epochs\s*[:=]\s*$|\bepochs\s+(?:from|to)\s*$", re.I),
    "steps": re.compile(
        rf"{_TOTAL}(?:steps|iterations|updates)\b{_SAYS}|{_LISTED}(?:steps|iterations|updates)\s*[:=]\s*$", re.I
    ),
    "parameters": re.compile(
        r"\bactivat(?:es?|ing)\s+(?:only\s+|about\s+|approximately\s+|just\s+|roughly\s+|~)*$"
        r"|\bactiv(?:e|ated)\s+(?:out\s+)?of\s+(?:a\s+total\s+of\s+|the\s+|its\s+)?$"
        r"|\b(?:number of|total|active|parameter)\s+(?:[\w-]+\s+)?(?:parameters?(?:\s+count|\s+size)?|count)\b"
        rf"{_SAYS}|{OF_A_SIZE}",
        re.I,
    ),
    "forward_ops": re.compile(
        r"\b(?:FLOPs|M-?Adds|MACs|multiply-adds)\s+(?:is|are|of|to|from|at|by|=|:)\s+(?:about\s+|only\s+|~\s*)?$"
    ),
    "examples": re.compile(
        rf"\b(?:number of|total)\s+(?:[\w-]+\s+)?(?:images|sentences|examples|samples|pairs|sequences)\b{_SAYS}", re.I
    ),
    "tokens": re.compile(r"\btokens?\s+(?:volumes?|budgets?|counts?|numbers)\b(?:[^.;\d]|\.(?=[a-z,])){0,20}$", re.I),
}
"""What may stand before a number: "the total number of epochs is about 80"."""

LIST = re.compile(r"\s*(?:,|/|and|or|&|,\s*and|vs\.?|versus)\s*", re.I)
"""What parts the members of a list."""


@dataclass(frozen=True)
class Measured:
    """A number with the unit found beside it: which field, and the match of the unit."""

    number: Number
    field: str
    unit: re.Match[str]
    listed: bool = False

    @property
    def word(self) -> str | None:
        """The unit's own word or prefix; none where the words before the number tell what it counts."""
        return self.unit[1] if self.unit.re.groups else None

    @property
    def end(self) -> int:
        """End of number and unit in the text (of the number alone in a list)."""
        return self.number.end if self.listed else self.number.end + len(self.unit[0])


_LABEL_BEFORE = re.compile(
    r"(?:[A-Za-z]\s*=|\b(?:stages?|phases?|parts?|tables?|figures?|sections?|versions?|the))\s*$", re.IGNORECASE
)
"""Before a number that is no member of a list: the 12 of "A = 12, 110M params", the 1 of "stage 1, 2T tokens"."""


def measured_numbers(text: str) -> list[Measured]:
    """Numbers of a text with the field that their units speak of; a list shares the unit of its last member."""
    names = spans_of_names(text)
    numbers = [n for n in find_numbers(text) if not any(a <= n.start < b for a, b in names)]
    found = [_unit_behind(text, n) or _unit_before(text, n) for n in numbers]
    for i in range(len(numbers) - 2, -1, -1):
        behind = found[i + 1]
        is_symbol = _LABEL_BEFORE.search(before_place(text, numbers[i].start))
        listed = LIST.fullmatch(text[numbers[i].end : numbers[i + 1].start])
        if found[i] is None and behind and listed and not is_symbol:
            found[i] = Measured(_share_scale(numbers[i], behind.number), behind.field, behind.unit, True)
    for i in range(1, len(numbers)):  # "epochs to 60 or 30"
        before = found[i - 1]
        is_announced = before and not before.unit[0] and before.field in _SHORTENED
        if before and is_announced and not found[i] and LIST.fullmatch(text[numbers[i - 1].end : numbers[i].start]):
            found[i] = Measured(numbers[i], before.field, before.unit, True)
    return [m for m in _with_shortened(text, numbers, found) if m]


_SHORTENED = frozenset({"tokens", "steps", "epochs"})
_OF_ONE = re.compile(r"\s+(?:for|on|in)\b", re.I)


def _with_shortened(text: str, numbers: list[Number], found: list[Measured | None]) -> list[Measured | None]:
    """The members of a list whose unit stands at another one: "14T tokens for the 27B, 12T for the 12B, 4T for …"."""
    full = [m for m in found if m and m.field in _SHORTENED and _OF_ONE.match(text, m.end)]
    if not full:
        return found
    return [
        Measured(n, full[0].field, full[0].unit, listed=True)
        if m is None and n.scaled and n.raw[-1] == full[0].number.raw[-1] and _OF_ONE.match(text, n.end)
        else m
        for n, m in zip(numbers, found, strict=True)
    ]


def _share_scale(number: Number, behind: Number) -> Number:
    """In "15.3/19.6 billion" the first is in billions, too; a year or a number with thousands is not."""
    if number.scaled or not behind.scaled or re.search(r",|\d{4}", number.raw):
        return number
    tail = re.search(r"(?:\s?[A-Za-z]+)$", behind.raw)
    if not tail or behind.raw[0].isalpha():
        return number
    scaled = find_numbers(number.raw + tail[0])
    return replace(number, value=scaled[0].value) if len(scaled) == 1 else number


_WHOLE = frozenset({"epochs", "steps", "examples", "tokens", "parameters"})
_THOUSANDS_OR_DECIMAL = re.compile(r"\d{1,3}\.\d{3}")
"""What a count cannot be sure to be: "250.000 steps" are a quarter of a million in half of Europe."""


def _unit_behind(text: str, number: Number) -> Measured | None:
    behind = text[number.end : number.end + 80]
    for field, pattern in UNITS.items():
        match = pattern.match(behind)
        if match and not (field in _WHOLE and _THOUSANDS_OR_DECIMAL.fullmatch(number.raw)):
            return Measured(number, field, match)
    return None


_NOTHING = re.compile("")
_PERCENT = re.compile(r"\s*%")


def _unit_before(text: str, number: Number) -> Measured | None:
    head = text[max(0, number.start - 90) : number.start]
    for field, pattern in UNITS_BEFORE.items():
        nothing = _NOTHING.match(text, number.end)
        if nothing and pattern.search(head) and not _PERCENT.match(text, number.end):
            return Measured(number, field, nothing)
    return None


def flop_in(prefix: str | None) -> float:
    """FLOP in a prefix as papers write it ("G", "giga"); 1 for none.

    Raises:
        KeyError: the word is no prefix.
    """
    prefix = (prefix or "").lower()
    return FLOP_PREFIX_WORDS[prefix] if prefix in FLOP_PREFIX_WORDS else FLOP_PREFIX[prefix]


def hours_in(word: str) -> float:
    """Hours in a unit of time as papers write it ("hrs", "h", "days"); 1 for a word that is none."""
    word = word.lower()
    for name, hours in HOURS.items():
        if word.startswith(name[:3]) or word == name[0] or (name == "hour" and word.startswith("hr")):
            return hours
    return 1.0
