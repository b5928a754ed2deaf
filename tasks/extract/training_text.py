"""Training figures in prose: times, epochs, steps, batch sizes, examples, tokens, parameters, operations, totals.

A number counts for the unit that stands behind it ("300 and 40 epochs": both); each field then asks for its own words
of training around it, and refuses those of schedules, of inference and of other people's work.
"""

import re
from dataclasses import dataclass, replace

from tasks.extract.findings import INFERS, TRAINS, Finding, measures_speed
from tasks.extract.numbers import Number, find_numbers

HOURS = {"second": 1 / 3600, "minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.5, "year": 8766.0}
"""Hours in a unit of time (a month is a twelfth of a year of 365.25 days)."""

FLOP_PREFIX = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15, "e": 1e18, "z": 1e21}
_PREFIX_WORDS = {"mega": 1e6, "giga": 1e9, "tera": 1e12, "peta": 1e15, "exa": 1e18, "zetta": 1e21}
SECONDS_PER_DAY = 86400.0

TRAINING_FLOP_LEAST = 1e15
"""A stated FLOP count from here on is a training total: no network of the benchmarks needs as much for one pass."""

_ADJ = r"(?:[A-Za-z][\w-]*\s+)"
_DEVICE = (
    r"(?:(?:GPU|TPU|TPUv\d\w?|TPU[\s-]?v\d\w?|core|chip|node|accelerator|NPU|[VAPH]100|K[48]0|P40|M40|T4|H800|A800|2080\s?Ti|1080\s?Ti"
    r"|NVIDIA|Nvidia|Tesla|Cloud|cloud|GTX|RTX|Titan\s?X[p]?)[\s-]*)+"
)
_TIME = r"(seconds?|secs?|minutes?|mins?|hours?|hrs?|h(?![\^_])|days?|weeks?|months?)\b"
_IMAGES = (
    r"(?:images?|sentences?|examples?|samples?|sentence[\s-]?pairs?|pairs?|utterances|instances|articles|documents|questions"
    r"|image[\s-]text[\s-]pairs|sequences|photos|segments)\b"
)
UNITS: dict[str, re.Pattern[str]] = {
    "chip_hours": re.compile(
        rf"[\s-]*({_DEVICE})[\s·⋅-]*(seconds?|minutes?|hours?|hrs?|days?|weeks?|months?|years?)\b", re.I
    ),
    "duration_hours": re.compile(rf"[\s-]*{_TIME}", re.I),
    "epochs": re.compile(
        rf"[\s-]*(?:(?:full|total|training|pre-?training|fine-?tuning|ImageNet|complete|more)[\s-]+){{0,2}}(?:epochs?\b|passes\b)",
        re.I,
    ),
    "petaflop_days": re.compile(
        r"[\s-]*(tera|peta|exa|zetta|[TPEZ])[\s-]*(?:FLOPS?|flops?|FLOP/s|flop/s)?(?:/s|ps)?[\s·⋅.-]*(days?|seconds?|hours?)\b",
        re.I,
    ),
    "forward_ops": re.compile(
        r"[\s-]*([KMGTPEZ])?[\s-]?(?:FLOPs?\b|FLOPS\b|flops?\b|MAdds?\b|Madds\b|MACs?\b|MAC\b|[Mm]ult-?[Aa]dds?\b"
        r"|[Mm]ultipl(?:y|ication)s?[-–\s]+(?:and[-\s]+)?(?:adds?|additions?|accumulates?)\b|(?:[Ff]loating[-\s]point|FP)[\s-]+(?:operations|multiplication)"
        r"|(?:multiply[- ]add|arithmetic|add-multiply)?\s*operations\b(?!\s+(?:in|of|such))|ops\b)"
    ),
    "parameters": re.compile(
        rf"[\s-]*(?:(?:trainable|learnable|learned|model|total|free|network|unique|active|activated|non-embedding|additional|of)\s+){{0,2}}(?:parameters?\b|params?\b)",
        re.I,
    ),
    "steps": re.compile(
        r"[\s-]*(?:(?:training|gradient|optimi[sz]er|optimi[sz]ation|SGD|parameter|weight|total|pre-?training|fine-?tuning|more|additional|mini-?batch)[\s-]+){0,2}"
        r"(?:iterations?|iters?|steps|step|updates|mini-?batches)\b",
        re.I,
    ),
    "tokens": re.compile(
        rf"[\s-]*(?:(?:training|total|running|source|target|input|unique|text|subword|non-unique|word|BPE|English|of)\s+){{0,3}}(?:tokens?\b|words\b|word-?pieces\b|sub-?words\b)",
        re.I,
    ),
    "examples": re.compile(rf"[\s-]*{_ADJ}{{0,3}}?{_IMAGES}", re.I),
}
"""What may stand behind a number, the more special before the more general."""

_LIST = re.compile(r"\s*(?:,|/|and|or|&|,\s*and)\s*", re.I)
_RATE_BEHIND = re.compile(r"\s*(?:/|per\b|an?\s+(?:image|second)|each\b|every\b)", re.I)
_SCHEDULE_BEFORE = re.compile(
    r"(?:\bevery|\beach|\bafter|\bat(?: the)?|\bfirst|\blast|\bper|\binitial|\bby|\bwarm-?up\w*|\bdecay\w*|\bdrop\w*|\breduc\w+"
    r"|\bdivid\w+|\buntil|\bthan|\bwithin|\bafter only|\bonce|\bin the|\bnext|\bbefore|\bannealed|\bevaluat\w+|\bcheckpoint\w*"
    r"|\bsaved?|\bpatience of|\bearly stopping\b.{0,30})(?:\s+(?:about|around|approximately|roughly|the|every|of|for|over|another|~))*\s*$",
    re.I,
)
_STOPS = re.compile(r"\b(?:terminat\w+|stop\w*|finish\w*|end\w*|complet\w+)\b[^.,;]{0,30}$", re.I)
_STOPPED = re.compile(
    r"\b(?:stop\w*|plateau\w*|converge\w*|obtained)\b[^;]*\b(?:normally|typically|usually|i\.e\.|about|at)\W*(?:after|at)?\W*(?:about |approximately |around )?$",
    re.I,
)
_WARM = re.compile(
    r"\s*(?:of\s+)?(?:linear\s+|learning[- ]rate\s+)?(?:warm-?\s?up|for warm|of warm|decay|linear)", re.I
)
_WARM_BEFORE = re.compile(
    r"\b(?:warm\w*(?:\s*-?\s*up)?|ramp\w*|decay\w*|anneal\w*|drop\w*|divid\w+|multipl\w+|reduc\w+|lower\w*|decreas\w+|increas\w+)\b[^.;]{0,45}$",
    re.I,
)
_DONE = re.compile(
    r"\b(?:train\w*|pre-?train\w*|fine-?tun\w*|re-?train\w*|run|runs|ran|total|up to|schedule\w*|takes?|took|number of|optimi\w+|updat\w+|learn\w*|experiment\w*|converge\w*"
    r"|continu\w+|iterate\w*|perform\w*|use|batch\w*)\b",
    re.I,
)
_TOOK = re.compile(
    r"\b(?:take|takes|took|taking|requires?|required|lasts?|lasted|within|train\w*|pre-?train\w*|fine-?tun\w*|finish\w*|complet\w+|converge\w*|total\w*|run|ran|runs|cost\w*|over)\b",
    re.I,
)


@dataclass(frozen=True)
class Measured:
    """A number with the unit found behind it: which field, and the match of the unit."""

    number: Number
    field: str
    unit: re.Match[str]
    listed: bool = False


def measured_numbers(text: str) -> list[Measured]:
    """Numbers of a text with the field that their units speak of; a list shares the unit of its last member."""
    numbers = find_numbers(text)
    found: list[Measured | None] = []
    for number in numbers:
        found.append(_unit_behind(text, number))
    found = [m or _unit_before(text, n) for m, n in zip(found, numbers, strict=True)]
    for i in range(len(numbers) - 2, -1, -1):
        behind = found[i + 1]
        if found[i] is None and behind and _LIST.fullmatch(text[numbers[i].end : numbers[i + 1].start]):
            number = _share_scale(numbers[i], behind.number)
            found[i] = Measured(number, behind.field, behind.unit, True)
    return [m for m in found if m]


def _share_scale(number: Number, behind: Number) -> Number:
    """ "15.3/19.6 billion": the first is in billions, too."""
    if number.scaled or not behind.scaled or re.search(r",|\d{4}", number.raw):
        return number
    tail = re.search(r"(?:\s?[A-Za-z]+)$", behind.raw)
    if not tail or behind.raw[0].isalpha():
        return number
    scaled = find_numbers(number.raw + tail[0])
    return replace(number, value=scaled[0].value) if len(scaled) == 1 else number


def _unit_behind(text: str, number: Number) -> Measured | None:
    behind = text[number.end : number.end + 80]
    for field, pattern in UNITS.items():
        match = pattern.match(behind)
        if match and not (field == "parameters" and re.match(r"\s*servers?", behind[match.end() :])):
            return Measured(number, field, match)
    return None


_SAYS = r"[^.;,\d]{0,25}?(?:\b(?:is|was|are|were|to|of|be|at|as|by)\b|[=:])\s*(?:set to|fixed to|fixed at|set as)?\s*(?:about|approximately|around|roughly|up to|only|~)?\s*$"
_BEFORE: dict[str, re.Pattern[str]] = {
    "epochs": re.compile(rf"\b(?:number of|maximum|max\.?|total)\s+(?:[\w-]+\s+)?epochs\b{_SAYS}", re.I),
    "steps": re.compile(rf"\b(?:number of|maximum|max\.?|total)\s+(?:[\w-]+\s+)?(?:steps|iterations|updates)\b{_SAYS}", re.I),
    "parameters": re.compile(rf"\b(?:number of|total|parameter)\s+(?:[\w-]+\s+)?(?:parameters|parameter count|count|parameter size)\b{_SAYS}", re.I),
}
"""What may stand before a number: "the total number of epochs is about 80"."""


def _unit_before(text: str, number: Number) -> Measured | None:
    head = text[max(0, number.start - 90) : number.start]
    for field, pattern in _BEFORE.items():
        if pattern.search(head):
            empty = re.compile("").match(text, number.end)
            return Measured(number, field, empty) if empty and not re.match(r"\s*%", text[number.end :]) else None
    return None


def find_figures(text: str, phase: str) -> list[Finding]:
    """All training figures of one sentence but hardware and chip counts, ownership not yet judged.

    Values are in the field's unit: hours, FLOP or operations, counts.
    """
    found = find_batch_sizes(text, phase)
    taken = [(f.start, f.end) for f in found]
    for m in measured_numbers(text):
        if any(a < m.number.end and m.number.start < b for a, b in taken):
            continue
        finding = _READERS[m.field](text, m, phase)
        if finding:
            found.append(finding)
    return found


def _finding(m: Measured, field: str, factor: float, phase: str, reasons: str = "") -> Finding:
    n = m.number
    low = None if n.lower is None else n.lower * factor
    high = None if n.upper is None else n.upper * factor
    end = n.end if m.listed else n.end + m.unit.end()
    return Finding(field, n.value * factor, n.start, end, n.raw, phase, low, high, reasons=reasons)


def _clause(text: str, start: int) -> str:
    """What stands before a place in the same clause."""
    return re.split(r"[;:]|,\s+(?:while|whereas|but|which)\b", text[:start])[-1]


def _hours_in(word: str) -> float:
    word = word.lower()
    for name, hours in HOURS.items():
        if word.startswith(name[:3]) or word == name[0]:
            return hours
    return 1.0


def _duration(text: str, m: Measured, phase: str) -> Finding | None:
    """Wall time of a training run; not a time per epoch, not an interval, not the time of inference."""
    hours = _hours_in(m.unit[1])
    behind = text[m.number.end + m.unit.end() :]
    if phase in ("inference", "unknown") or _RATE_BEHIND.match(behind) or hours < 1 / 60:
        return None
    if re.match(
        r"\s*(?:old|ago|later|[’']?s?[’']? worth|of (?:training (?:data|audio|set)|speech|audio|video|recording|data|labell?ed|unlabell?ed|transcri)\w*|long)", behind
    ):
        return None
    before = text[: m.number.start]
    if re.search(r"\b(?:every|each|per|last|first)\s*$|\b(?:written|collected|recorded|taken from|exclud)\w*\b[^.;)]{0,40}$", before, re.I):
        return None
    if not (
        _TOOK.search(text)
        and TRAINS.search(text)
        or re.match(r"[^.]{0,15}\bof (?:pre-?|fine-?)?train", behind)
        or _took_directly(text, m)
    ):
        return None
    if m.number.value * hours > 24 * 400 or m.number.value <= 0:
        return None
    if (
        re.search(r"\b(?:audio|speech|video|recordings?|corpus of|hours of)\b", text)
        and hours == 1.0
        and m.number.value >= 80
    ):
        return None
    return _finding(m, "duration_hours", hours, phase)


def _took_directly(text: str, m: Measured) -> bool:
    """ "it took six days": the neighbours may have said of what."""
    return bool(re.search(r"\b(?:took|takes|taking)\s+(?:\w+\s+){0,2}$", text[: m.number.start]))


def _chip_hours(text: str, m: Measured, phase: str) -> Finding | None:
    device = m.unit[1].lower()
    factor = _hours_in(m.unit[2])
    reasons = ""
    if re.search(r"core", device):
        if not re.search(r"tpu", device):
            return None
        factor /= 2
        reasons = "cores / 2"
    if re.fullmatch(r"(?:core|node|chip)[\s-]*", device) or _RATE_BEHIND.match(text[m.number.end + m.unit.end() :]):
        return None
    return _finding(m, "chip_hours", factor, phase, reasons)


def _petaflop_days(text: str, m: Measured, phase: str) -> Finding | None:
    prefix = m.unit[1].lower()
    factor = _PREFIX_WORDS.get(prefix) or FLOP_PREFIX.get(prefix)
    if factor is None:
        return None
    return _finding(m, "training_flop", factor * _hours_in(m.unit[2]) * 3600.0, phase)


def _epochs(text: str, m: Measured, phase: str) -> Finding | None:
    before, behind = text[: m.number.start], text[m.number.end + m.unit.end() :]
    if not 0 < m.number.value <= 20000 or _is_schedule(text, m, before, behind):
        return None
    if not _DONE.search(text) or re.match(r"[\s-]*(?:[a-z]+\s+)?(?:of )?patience", behind):
        return None
    if m.number.raw[0].isalpha() and not re.search(r"\bfor\s+(?:only\s+)?$", before):
        return None
    return _finding(m, "epochs", 1.0, phase)


def _is_schedule(text: str, m: Measured, before: str, behind: str) -> bool:
    """Whether the number is a milestone of a schedule and not its length."""
    head = (
        re.sub(r"(?:[\d.,kKM\s/&]+|\band\b|\bor\b)+$", "", before)
        if re.search(r"\d[kKM]?\s*(?:,|/|and|or|,\s*and)\s*$", before)
        else before
    )
    if re.search(r"\b(?:warm-?(?:ing\s|\s)?up|delay\w*|disabl\w*|freez\w*|frozen)\b[^;]{0,90}$", before, re.I):
        return True
    if _WARM.match(behind) or _WARM_BEFORE.search(re.split(r"[,;]\s", before)[-1]):
        return True
    if not (_SCHEDULE_BEFORE.search(before) or _SCHEDULE_BEFORE.search(head)):
        return False
    if (_STOPS.search(head) or _STOPPED.search(before)) and not re.search(r"\b(?:every|first|each)\b[^,]*$", head):
        return False
    return not re.search(r"\breport\w*\b[^.;]*\b(?:after|at)\s*$", head, re.I)


def _steps(text: str, m: Measured, phase: str) -> Finding | None:
    before, behind = text[: m.number.start], text[m.number.end + m.unit.end() :]
    if not 100 <= m.number.value <= 1e9 or _is_schedule(text, m, before, behind):
        return None
    if not _DONE.search(text) or re.match(r"\s*(?:ahead|away|per)", behind):
        return None
    return _finding(m, "steps", 1.0, phase)


_BATCH = re.compile(
    r"\b(?:(?:global|total|effective|mini|training|overall|large|small|maximum|max|default)[\s-]+)*(?:mini[\s-]?)?batch(?:es)?(?:[\s-]?sizes?)?(?:\s+\(?B\)?)?"
    r"(?:\s*(?:of(?:\s+size)?|is|was|are|were|to|as|at|=|:|with|contain\w*|consist\w*(?:\s+of)?|size|sizes?|set|fixed|used|use|uses|using|in all|for|by|we|be|respectively|about|approximately"
    r"|around|up|default|all|our|the|experiments?|models?|training|roughly|both|a total)\b|\s*[=:~])*\s*$",
    re.I,
)
_BATCH_BEHIND = re.compile(
    r"\s*(?:\w+\s+){0,2}?(?:images?|sentences?|examples?|samples?|tokens?|sequences|pairs?|words|instances|videos)?\s*(?:per|in (?:a|each|one|every))\s+(?:training\s+|mini-?)?batch\b",
    re.I,
)
_PER_DEVICE = re.compile(
    r"\s*(?:images?|samples?|sequences|examples?|sentences?|tokens)?\s*(?:per|on each|for each|in each|/|a)\s*(?:GPU|device|worker|core|chip|TPU|node|card|machine)",
    re.I,
)


_TOKENS_A_BATCH = re.compile(
    r"\b(?:each|every|an?|per)\s+(?:training\s+)?(?:mini-?)?(?:batch|step)\b[^.;]{0,80}?\b(?:contain|consist|compris|hold)\w*\b[^.;]{0,70}?"
    r"(\d[\d,.]*[kKM]?)\s+(?:source\s+|target\s+|input\s+)?tokens\b", re.I
)
"""Batches counted in tokens: "each training batch contained … approximately 25000 source tokens"."""


def find_batch_sizes(text: str, phase: str) -> list[Finding]:
    """Batch sizes: "batch size of 256", "mini-batches of size 128", "64 images in a batch"; not those of one device."""
    found: list[Finding] = []
    if measures_speed(text) or (INFERS.search(text) and not re.search(r"\btrain|\blearning rate\b", text, re.I)):
        return found
    numbers = find_numbers(text)
    for match in _TOKENS_A_BATCH.finditer(text):
        for n in numbers:
            if n.start == match.start(1):
                found.append(Finding("batch_size", n.value, n.start, n.end, n.raw, phase, reasons="in tokens"))
    for i, n in enumerate(numbers):
        before, behind = text[: n.start], text[n.end :]
        listed = found and found[-1].end == numbers[i - 1].end and _LIST.fullmatch(text[numbers[i - 1].end : n.start])
        if not (_BATCH.search(before[-90:]) or _BATCH_BEHIND.match(behind) or _hyphened(text, n) or listed):
            continue
        if n.raw[0].isalpha() and not re.search(r"size of $", before):
            continue
        if (
            n.value != int(n.value)
            or not 1 <= n.value <= 5e7
            or _PER_DEVICE.match(behind)
            or _not_a_size(before, behind, n)
        ):
            continue
        found.append(
            Finding("batch_size", n.value, n.start, n.end, n.raw, phase if phase != "inference" else "inference")
        )
    if len(found) > 2 and re.search(r"\bbatch sizes\b", text, re.I) and not re.search(r"\brespectively\b", text):
        found = [replace(f, doubt="several batch sizes, perhaps only tried") for f in found]
    return [f for f in found if f.phase != "inference"]


def _hyphened(text: str, n: Number) -> bool:
    """ "a 256-image minibatch", "4096 batch size"."""
    return bool(
        re.match(
            r"[\s-]+(?:images?[\s-]+|samples?[\s-]+|examples?[\s-]+)?(?:mini-?)?batch(?:[\s-]?size)?\b(?!es)",
            text[n.end :],
            re.I,
        )
    )


def _not_a_size(before: str, behind: str, n: Number) -> bool:
    """Numbers after "batch" that count something else."""
    if re.match(
        r"\s*(?:%|epochs?|iterations?|steps|GPUs?|TPUs?|×|x\d|hours|days|layers?|classes|times|workers)", behind
    ):
        return True
    if re.search(
        r"\b(?:image|crop|input|patch|hidden|kernel|step|vocabulary|learning)\s*(?:rate|size)s?\W*(?:of\W*)?$",
        before,
        re.I,
    ):
        return True
    return n.raw.startswith("0.") or bool(re.search(r"batch[\s-]norm\w*[^,;]*$", before[-40:], re.I))


_NOT_TRAINING_SET = re.compile(r"\b(?:validation|val\d*|test|testing|dev|development|evaluation|held-?out)\b", re.I)
_SET = re.compile(
    r"\b(?:consist\w*|contain\w*|compris\w*|includ\w*|hav(?:e|ing)|has|with|total\w*|of|on|us(?:e|ing|ed|es)|the|all|result\w*|there are|about|approximately|only|over|from|for)\s*"
    r"(?:(?:of|in|about|around|approximately|roughly|over|the|all|a|total|only|~|more than|its|full)\s*)*$|\bset\s*\($",
    re.I,
)


def _examples(text: str, m: Measured, phase: str) -> Finding | None:
    """Size of a training set; validation and test sets, classes and batches are none."""
    n = m.number
    words = m.unit[0]
    behind = text[n.end + m.unit.end() : n.end + m.unit.end() + 70]
    if n.value < 1000 or n.value > 2e10 or n.value != int(n.value) or phase == "inference":
        return None
    if re.fullmatch(r"(?:19|20)\d\d", n.raw):  # a year
        return None
    if _NOT_TRAINING_SET.search(words) or re.search(
        r"\b(?:per|each|class|batch|unlabell?ed|candidate|negative|search)\b", words, re.I
    ):
        return None
    if re.match(r"\s*(?:per|each|/|in (?:a|each) (?:mini-?)?batch|a batch)", behind, re.I):
        return None
    near_behind = re.split(r"[,;]|\band\b", behind)[0]
    if _NOT_TRAINING_SET.search(near_behind) and not re.search(r"\btrain", near_behind, re.I):
        return None
    named = re.search(r"\btrain", words + near_behind, re.I)
    before = text[: n.start]
    if re.search(r"\d/$", before) or re.search(r"\bas (?:the|a|our) (?:validation|test|dev)", behind, re.I):
        return None
    nearest = [
        w.lower()
        for w in re.findall(r"\b(?:train\w*|validation|val\w*|test\w*|dev|development|held-?out|evaluat\w+)\b", before, re.I)
    ]
    for_training = re.search(r"\btrain", words, re.I) or re.match(r"\s*(?:\w+\s+)?(?:for|in|as|used for)\s+(?:the\s+|our\s+)?(?:pre-?)?train", near_behind, re.I)
    if not for_training and nearest and not nearest[-1].startswith("train"):
        return None
    stated = re.search(r"\btrain(?:ing|ed)?\b", text, re.I) or re.search(
        r"\bwe (?:also )?use[ds]?\b.*\b(?:data\w*|corpus)\b", text
    )
    stated = bool(stated) and bool(_SET.search(before[-40:]))
    if not (named or stated):
        return None
    return _finding(m, "examples", 1.0, phase)


_SPLIT = re.compile(r"(?<![\d/,.])(\d{1,3}(?:,\d{3})+|\d+)\s*/\s*(?:\d[\d,]*\d)\s*/\s*(?:\d[\d,]*\d)(?![\d/])")
_SPLIT_OF = re.compile(
    r"\b(?:sentences|images|examples|samples|documents|pairs|instances|articles|questions)\b[^.;]{0,25}\btrain", re.I
)


def find_splits(text: str, phase: str) -> list[Finding]:
    """ "14,041/3,250/3,453 sentences in the training/development/test set": the first is the training set."""
    found: list[Finding] = []
    if not _SPLIT_OF.search(text):
        return found
    for match in _SPLIT.finditer(text):
        value = float(match[1].replace(",", ""))
        if value >= 500:
            found.append(Finding("examples", value, match.start(1), match.end(1), match[1], phase))
    return found


def _tokens(text: str, m: Measured, phase: str) -> Finding | None:
    """Tokens of the training corpus, or seen in training; not vocabularies, sequence lengths and batches."""
    n = m.number
    before, behind = text[: n.start], text[n.end + m.unit.end() :]
    if n.value < 1e5 or phase == "inference":
        return None
    if re.match(r"\s*(?:per|in (?:a|each)|/|a batch|vocab|long|of context)", behind, re.I):
        return None
    if re.search(r"\b(?:vocabular\w+|most frequent|length|batch\w*|per|context)\b[^,;]{0,12}$", before, re.I):
        return None
    if not re.search(r"\b(?:train\w*|pre-?train\w*|total|combined|result\w*|compris\w*)\b", text, re.I):
        return None
    if re.search(r"\b(?:every|first|last|initial)\s*$", before) or re.match(r"[^.;]{0,12}\bprior to\b", behind):
        return None
    if re.search(r"\bembeddings?\b|word2vec|GloVe|fastText", text):
        return None
    return _finding(m, "tokens", 1.0, phase)


def _parameters(text: str, m: Measured, phase: str) -> Finding | None:
    n = m.number
    before, behind = text[: n.start], text[n.end + m.unit.end() :]
    if not 1e4 <= n.value <= 1e14 or n.raw[0].isalpha() or n.lower is not None or _is_comparative(before, behind):
        return None
    return _finding(m, "parameters", 1.0, "training")


def _is_comparative(before: str, behind: str) -> bool:
    """ "reduces by 5M parameters", "fewer than 5M": differences and bounds are no counts of a model."""
    return bool(
        re.search(
            r"\b(?:by|in excess of|exceed\w*|over|above|up to|additional|extra|saves?|saving|fewer|another|adds?|adding|increase of|more|less than|under|below|beyond|per)\s*(?:about|only|~|roughly|than)?\s*$",
            before,
            re.I,
        )
        or re.match(
            r"\s*(?:fewer|less|more|or more|or less|per|in each|for each|were added|are added|reduction|budget)\b", behind, re.I
        )
    )


def _operations(text: str, m: Measured, phase: str) -> Finding | None:
    """Operations a forward pass, or a training total when there are too many for one."""
    n = m.number
    value = n.value * FLOP_PREFIX[(m.unit[1] or "").lower()]
    before, behind = text[: n.start], text[n.end + m.unit.end() :]
    if (
        re.match(r"\s*(?:/\s*s\b|ps\b|/sec|per second|a second)|S\b", behind)
        or re.search(r"(?:FLOPS|flops)$", m.unit[0])
        and re.search(r"\b(?:peak|sustained|GPUs?|TPUs?|hardware|[VAPHKM]\d{2,3})\b", text)
    ):
        return None
    if _is_comparative(before, behind) or re.search(
        r"\b(?:budget|constraint|limit\w*|range|regime|level|scale|order) (?:of )?(?:about |around )?$", before, re.I
    ):
        return None
    factor = FLOP_PREFIX[(m.unit[1] or "").lower()]
    if value >= TRAINING_FLOP_LEAST:
        return _finding(m, "training_flop", factor, phase)
    if not 1e6 <= value or n.lower is not None:
        return None
    return _finding(m, "forward_ops", factor, "training")


_READERS = {
    "duration_hours": _duration,
    "chip_hours": _chip_hours,
    "petaflop_days": _petaflop_days,
    "epochs": _epochs,
    "steps": _steps,
    "examples": _examples,
    "tokens": _tokens,
    "parameters": _parameters,
    "forward_ops": _operations,
}
