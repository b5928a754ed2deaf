"""Training figures in prose: times, totals, epochs, steps, parameters, operations (data and batches: `data`).

A number counts for the unit that stands beside it; each field then asks for its own words of training around it, and
refuses those of schedules, of inference and of differences.
"""

import math
import re
from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import find_numbers
from tasks.extract.training.data import (
    examples,
    find_audio_lengths,
    find_batch_sizes,
    find_sequence_lengths,
    find_splits,
    tokens,
)
from tasks.extract.training.findings import TRAINS, Finding, runs_for
from tasks.extract.training.piece_times import LONGEST_RUN_HOURS, find_piece_times
from tasks.extract.training.resources import find_resources
from tasks.extract.training.stages import with_stages
from tasks.extract.training.units import (
    TRAINING_FLOP_LEAST,
    UNITS,
    Measured,
    alt,
    flop_in,
    hours_in,
    measured_numbers,
)
from tasks.reference.chip_patterns import cores_in, counts_cores, named_chip


def find_figures(text: str, phase: str) -> list[Finding]:
    """All training figures of one sentence but hardware and chip counts, ownership not yet judged.

    Values are in the field's unit: hours, FLOP or operations, counts.
    """
    found = find_batch_sizes(text, phase) + find_splits(text, phase)
    found += find_sequence_lengths(text, phase) + find_audio_lengths(text, phase)
    found += (
        _sizes_of_experts(text)
        + find_resources(text, phase)
        + _totals_in_words(text, phase)
        + _times_in_two_units(text, phase)
    )
    taken = [(f.start, f.end) for f in (*found, *find_piece_times(text, phase))]
    for m in measured_numbers(text):
        if any(a < m.number.end and m.number.start < b for a, b in taken):
            continue
        finding = _READERS[m.field](text, m, phase)
        if finding:
            found += _ends(finding) if finding.field in ("parameters", "tokens") else [finding]
    return with_stages(text, found)


_LEAST_OF_A_MODEL = 1e4
"""Fewer parameters or tokens are none of a model: the 0 of "0 to 33B tokens"."""


def _ends(finding: Finding) -> list[Finding]:
    """Both ends of a range of models ("from 125M to 175B parameters"): two models, and none in the middle."""
    if finding.lower is None or finding.upper is None:
        return [finding]
    ends = [end for end in (finding.lower, finding.upper) if end >= _LEAST_OF_A_MODEL]
    return [replace(finding, value=end, lower=None, upper=None) for end in ends]


def _finding(m: Measured, field: str, factor: float, phase: str, *notes: Coded[ReadingNote]) -> Finding:
    n = m.number
    low = None if n.lower is None else n.lower * factor
    high = None if n.upper is None else n.upper * factor
    return Finding(field, n.value * factor, n.start, m.end, n.raw, phase, low, high, notes=notes)


def _around(text: str, m: Measured) -> tuple[str, str]:
    """What stands before the number, and what behind its unit."""
    return text[: m.number.start], text[m.number.end + len(m.unit[0]) :]


_RATE_BEHIND = re.compile(r"\s*(?:/|per\b|an?\s+(?:image|second)|each\s+\w|every\b)", re.I)
_PER_PIECE = re.compile(
    r"\b(?:each|every|per|one)\s+(?:\w+\s+){0,2}(?:tokens?|epochs?|steps?|iterations?|batch)\b", re.I
)
_NOT_A_RUN_BEHIND = re.compile(
    r"\s*(?:old|ago|later|long|[’']?s?[’']? worth"
    r"|of (?:training (?:data|audio|set)|speech|audio|video|recording|data|labell?ed|unlabell?ed|transcri)\w*)"
)
_NOT_A_RUN_BEFORE = re.compile(
    r"\b(?:every|each|per|last|first)\s*$|\b(?:written|collected|recorded|taken from|exclud)\w*\b[^.;)]{0,40}$", re.I
)
_TAKING = alt(
    r"""take takes took taking requires? required lasts? lasted within train\w* pre-?train\w* fine-?tun\w* finish\w*
    complet\w+ converge\w* total\w* run ran runs cost\w* over"""
)
_TOOK = re.compile(
    rf"\b{_TAKING}\b",
    re.I,
)
_TOOK_BEFORE = re.compile(r"\b(?:took|takes|taking)\s+(?:\w+\s+){0,2}$")
_RECORDINGS = re.compile(r"\b(?:audio|speech|video|recordings?|corpus of|hours of)\b")


def _duration(text: str, m: Measured, phase: str) -> Finding | None:
    """Wall time of a training run, in one unit of time."""
    hours = hours_in(m.unit[1])
    if re.match(r"\s+and a half\b", text[m.end :]):  # "a week and a half"
        m = replace(m, number=replace(m.number, value=m.number.value + 0.5))
    is_run = (
        hours >= 1 / 60
        and m.unit[1] != "H"
        and _is_run_time(text, (m.number.start, m.end), m.number.value * hours, phase)
    )
    if is_run and not (hours == 1.0 and m.number.value >= 80 and _RECORDINGS.search(text)):
        return _finding(m, "duration_hours", hours, phase)
    return None


SHORTEST_RUN_HOURS = 0.05
"""Three minutes: a shorter time is that of a step, or no time at all."""


def _is_run_time(text: str, span: tuple[int, int], hours: float, phase: str) -> bool:
    """Whether a time is that of a run: not per epoch, no interval, not the time of inference, not of speech."""
    before, behind = text[: span[0]], text[span[1] :]
    if phase in ("inference", "unknown") or not SHORTEST_RUN_HOURS < hours <= LONGEST_RUN_HOURS:
        return False
    if _RATE_BEHIND.match(behind) or _NOT_A_RUN_BEHIND.match(behind) or _NOT_A_RUN_BEFORE.search(before):
        return False
    took = (_TOOK.search(text) and TRAINS.search(text)) or runs_for(text)
    return bool(took or _TOOK_BEFORE.search(before) or re.match(r"[^.]{0,15}\bof (?:pre-?|fine-?)?train", behind))


_PART_OF_TIME = r"(\d{{1,3}}(?:\.\d+)?|(?:a|one|two|three|four|five|six|seven|eight|nine|ten)\b)[\s-]*{unit}"
_TIME_IN_TWO_UNITS = re.compile(
    r"(?<![\w.,])"
    + "".join(
        rf"(?:{_PART_OF_TIME.format(unit=unit)}(?![A-Za-z])(?:\s*(?:,|and|,\s*and|\+)?\s*(?=[\da-t])|(?=\d)|\b))?"
        for unit in (
            "(?:weeks?|wks?|(?-i:w))",
            "(?:days?|(?-i:d))",
            "(?:hours?|hrs?|(?-i:h))",
            "(?:minutes?|mins?|(?-i:m))",
        )
    ),
    re.I,
)
"""Times such as "12d 7h", "2 weeks and 3 days", "3 days, 12 hours", "1h30m"."""


def _times_in_two_units(text: str, phase: str) -> list[Finding]:
    """Times of runs that are stated in two units of time or more, largest first."""
    found = []
    for m in _TIME_IN_TWO_UNITS.finditer(text):
        parts = [
            (number, hours) for number, hours in zip(m.groups(), (168.0, 24.0, 1.0, 1 / 60), strict=True) if number
        ]
        if len(parts) < 2:
            continue
        total = sum(find_numbers(number)[0].value * hours for number, hours in parts)
        raw = m[0].rstrip(" ,+")
        span = m.start(), m.start() + len(raw)
        if _is_run_time(text, span, total, phase):
            found.append(Finding("duration_hours", total, *span, raw, phase))
    return found


def _chip_hours(text: str, m: Measured, phase: str) -> Finding | None:
    """Chip-hours: GPU-days, V100-hours; of TPU-core-days as many make a chip's as it has cores."""
    device = m.unit[1].lower()
    behind = _around(text, m)[1]
    of_no_chip = re.fullmatch(r"(?:(?:core|node|chip)s?[\s·⋅-]*)+", device) or (
        counts_cores(device) and "tpu" not in device
    )
    if of_no_chip or _PER_PIECE.search(text) or _RATE_BEHIND.match(behind):
        return None
    cores = cores_in(device) if counts_cores(device) else 1
    if cores > 1:
        return _finding(m, "chip_hours", hours_in(m.unit[2]) / cores, phase, Coded(ReadingNote.CORES_HALVED))
    return _finding(m, "chip_hours", hours_in(m.unit[2]), phase)


def _petaflop_days(text: str, m: Measured, phase: str) -> Finding | None:
    """Stated totals: 1 petaflop/s-day = 1e15 FLOP/s x 86,400 s = 8.64e19 FLOP."""
    return _finding(m, "training_flop", flop_in(m.unit[1]) * hours_in(m.unit[2]) * 3600.0, phase)


_MILESTONE_WORDS = alt(
    r"""every each after at(?:\sthe)? first last per initial by warm-?up\w* decay\w* drop\w* reduc\w+ divid\w+ until
    than within after\sonly once in\sthe next before annealed evaluat\w+ checkpoint\w*(?!\sfor) saved? patience\sof
    early\sstopping\b.{0,30} occurs?(?:\saround)?"""
)
_MILESTONE = re.compile(
    rf"\b{_MILESTONE_WORDS}"
    r"(?:\s+(?:about|around|approximately|roughly|the|every|of|for|over|another|~))*\s*$",
    re.I,
)
_STOPS = re.compile(r"\b(?:terminat\w+|stop\w*|finish\w*|end\w*|complet\w+)\b[^.,;]{0,30}$", re.I)
_STOPPED = re.compile(
    r"\b(?:stop\w*|plateau\w*|converge\w*|obtained)\b[^;]*\b(?:normally|typically|usually|i\.e\.|about|at)\W*(?:after|at)?"
    r"\W*(?:about |approximately |around )?$",
    re.I,
)
_WARM_UP_BEHIND = re.compile(
    r"\s*(?:of\s+)?(?:linear\s+|learning[- ]rate\s+)?(?:warm-?\s?up|for warm|of warm|decay|linear)", re.I
)
_CHANGING = alt(
    r"""warm\w*(?:\s*-?\s*up)? ramp\w* decay\w* anneal\w* drop\w* divid\w+ multipl\w+ reduc\w+ lower\w* decreas\w+
    increas\w+"""
)
_RATE_CHANGES = re.compile(
    rf"\b{_CHANGING}\b[^.;]{{0,45}}$",
    re.I,
)
_HELD_BACK = re.compile(r"\b(?:warm-?(?:ing\s|\s)?up|delay\w*|disabl\w*|freez\w*|frozen)\b[^;]{0,90}$", re.I)
_DOING = alt(
    r"""train\w* pre-?train\w* fine-?tun\w* re-?train\w* run runs ran total up\sto schedule\w* takes? took
    number\sof optimi\w+ updat\w+ learn\w* experiment\w* converge\w* continu\w+ iterate\w* equat\w* perform\w* use
    batch\w*"""
)
_DONE = re.compile(
    rf"\b{_DOING}\b",
    re.I,
)
_WHOLE_SCHEDULE = re.compile(
    r"\b(?:cosine|decay schedule|to zero|to 0|schedule|gradually)\b[^.;,]{0,40}\b(?:for|over|in)\s*$", re.I
)
_LIST_BEFORE = re.compile(r"\d[kKM]?(?:-?th)?\s*(?:,|/|and|or|,\s*and)\s*$")


_BEST_AFTER = re.compile(
    r"\b(?:best|maximum|highest|peak|final|lowest|minimum|optimal)\b[^.;,]{0,40}\bafter\s+"
    r"(?:about\s+|around\s+|approximately\s+|roughly\s+|only\s+|~\s*)?$",
    re.I,
)
"""Before the passes after which a network was best: so long it was trained for its result."""

_PATIENCE = re.compile(
    r"\b(?:not|no|without|fails? to)\b[^.;]{0,40}\b(?:improv|increas|decreas|drop|chang|reduc)\w*[^.;]{0,25}$", re.I
)
"""Before a number of epochs that training waits for something better."""


def _is_milestone(before: str, behind: str) -> bool:
    """Whether the number is a milestone of a schedule ("at 32k and 48k iterations") and not its length."""
    before = re.sub(r"[\d,.]+\s(?:\w+\s){1,2}\(or\s$", "", before)  # "every 2 billion tokens (or 1,000 iterations)"
    head = re.sub(r"(?:[\d.,kKM\s/&]+|-th\b|\band\b|\bor\b)+$", "", before) if _LIST_BEFORE.search(before) else before
    last_clause = re.split(r"[,;]\s", before)[-1]
    if _WHOLE_SCHEDULE.search(before) or _BEST_AFTER.search(before):
        return False
    if (
        _PATIENCE.search(before)
        or _HELD_BACK.search(before)
        or _WARM_UP_BEHIND.match(behind)
        or _RATE_CHANGES.search(last_clause)
    ):
        return True
    if not (_MILESTONE.search(before) or _MILESTONE.search(head)):
        return False
    if (_STOPS.search(head) or _STOPPED.search(before)) and not re.search(r"\b(?:every|first|each)\b[^,]*$", head):
        return False
    return not re.search(r"\breport\w*\b[^.;]*\b(?:after|at)\s*$", head, re.I)


def _epochs(text: str, m: Measured, phase: str) -> Finding | None:
    """Epochs of a run; milestones, patience and "one epoch is one pass" are none."""
    before, behind = _around(text, m)
    if not 0 < m.number.value <= 20000 or not _DONE.search(text) or _is_milestone(before, behind):
        return None
    in_words = m.number.raw[0].isalpha() and not re.search(r"\bfor\s+(?:only\s+)?$", before)
    if in_words or re.match(r"[\s-]*(?:[a-z]+\s+)?(?:of )?patience", behind):
        return None
    return _finding(m, "epochs", 1.0, phase)


def _steps(text: str, m: Measured, phase: str) -> Finding | None:
    """Steps of a run: iterations, updates, mini-batches."""
    before, behind = _around(text, m)
    if not 100 <= m.number.value <= 1e9 or not _DONE.search(text) or _is_milestone(before, behind):
        return None
    return None if re.match(r"\s*(?:ahead|away|per)", behind) else _finding(m, "steps", 1.0, phase)


_DIFFERENCE_WORDS = alt(
    r"""by in\sexcess\sof exceed\w* over above additional extra saves? saving fewer another adds? adding
    increase\sof more less\sthan under below beyond per"""
)
_DIFFERENCE_BEFORE = re.compile(
    rf"(?:\b{_DIFFERENCE_WORDS}\s*(?:about|only|~|roughly|than)?|[<>≤≥])\s*$",
    re.I,
)
_DIFFERENCE_WORDS_BEHIND = alt(
    r"""fewer less more or\smore or\sless in\seach for\seach(?!\stoken) were\sadded are\sadded reduction budget
    per(?!\s(?:token|forward|image|inference|sample|example|crop|pass|sequence))"""
)
_DIFFERENCE_BEHIND = re.compile(rf"\s*{_DIFFERENCE_WORDS_BEHIND}\b", re.I)


def _is_difference(before: str, behind: str) -> bool:
    """Whether it is a difference or a bound ("reduces by 5M", "fewer than 5M") and no count of a model."""
    return bool(_DIFFERENCE_BEFORE.search(before) or _DIFFERENCE_BEHIND.match(behind))


def _parameters(text: str, m: Measured, phase: str) -> Finding | None:
    n = m.number
    if not 1e4 <= (n.lower or n.value) <= 1e14 or n.raw[0].isalpha():
        return None
    is_active = _ACTIVE_BEHIND.match(text[n.end :]) or _ACTIVE_BEFORE.search(text[: n.start])
    if not is_active and _is_difference(*_around(text, m)):
        return None
    if _BOUND.search(text[: n.start]):
        return None
    of_experts = _IN_BILLIONS.search(n.raw) and _OF_EXPERTS.search(text) and re.search(r"\bactiv", text, re.I)
    says_parameters = re.search(r"param", m.unit[0] or text[max(0, n.start - 90) : n.start], re.I)
    if not says_parameters and not of_experts:
        return None
    notes = (Coded(ReadingNote.ACTIVE_PARAMETERS),) if is_active else ()
    return _finding(m, "parameters", 1.0, "training", *notes)


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
_ACTIVE_BEFORE = re.compile(
    r"\bactiv(?:at(?:es?|ed|ing)|e)\s+(?:params?\b|parameters?\b|count\b|size\b)?[\s(:=~∼]*"
    r"(?:(?:of|is|are|only|about|around|approximately|just|roughly|to)\s+)*$",
    re.I,
)


_PER_SECOND = re.compile(r"\s*(?:/\s*s\b|ps\b|/sec|per second|a second)|S\b")
_OF_A_CHIP = re.compile(rf"\b(?:peak|sustained|GPUs?|TPUs?|hardware)\b|(?<![\w.]){named_chip()}", re.IGNORECASE)
_BOUND = re.compile(
    r"\b(?:budget|constraint|limit\w*|range|regime|level|scale|order) (?:of )?(?:about |around )?$", re.I
)


def _operations(text: str, m: Measured, phase: str) -> Finding | None:
    """Operations of one forward pass as printed, or a training total where there are too many for one; no rates."""
    before, behind = _around(text, m)
    factor = flop_in(m.unit[1])
    value = m.number.value * factor
    is_rate = _PER_SECOND.match(behind) or (re.search(r"FLOPS$|flops$", m.unit[0]) and _OF_A_CHIP.search(text))
    if is_rate or _is_difference(before, behind):
        return None
    if value >= TRAINING_FLOP_LEAST:
        return _finding(m, "training_flop", factor, phase)
    if _BOUND.search(before) or value < 1e6 or m.number.lower is not None:
        return None
    return _finding(m, "forward_ops", factor, "training")


_IN_WORDS = {"a few": 1.0, "several": 1.0, "tens of": 10.0, "dozens of": 12.0, "hundreds of": 100.0}
_IN_WORDS |= {"a few hundred": 100.0, "several hundred": 100.0, "a few thousand": 1e3, "several thousand": 1e3}
_IN_WORDS |= {"thousands of": 1e3, "tens of thousands of": 1e4, "hundreds of thousands of": 1e5}
_FEW = 2.0, 9.0
"""What "several" and "tens" leave open: from two to nine of them; the middle on a scale of logarithms stands for it."""
_TOTAL_IN_WORDS = re.compile(
    rf"\b({'|'.join(sorted(_IN_WORDS, key=len, reverse=True))})\s+{UNITS['petaflop_days'].pattern}", re.I
)
_COMPARED = re.compile(r"\b(?:than|compared (?:to|with)|versus|vs\.?|unlike)\s+(?:\w+\s+){0,2}$", re.I)


def _totals_in_words(text: str, phase: str) -> list[Finding]:
    """Totals stated in words ("consumed several thousand petaflop/s-days"), less those that are only compared with."""
    found = []
    for m in _TOTAL_IN_WORDS.finditer(text):
        if _COMPARED.search(text[: m.start()]):
            continue
        flop = _IN_WORDS[m[1].lower()] * flop_in(m[2]) * hours_in(m[3]) * 3600.0
        low, high = (flop * few for few in _FEW)
        middle = float(f"{math.sqrt(low * high):.2g}")
        notes = (Coded(ReadingNote.WORDS_ONLY),)
        found.append(Finding("training_flop", middle, m.start(), m.end(), m[1], phase, low, high, 0.7, notes))
    return found


def _total(text: str, m: Measured, phase: str) -> Finding | None:
    """A total announced before the number: "the total FLOPs is … = 3.55E+23"."""
    return _finding(m, "training_flop", 1.0, phase) if m.number.value >= TRAINING_FLOP_LEAST else None


_READERS = {
    "training_flop": _total,
    "duration_hours": _duration,
    "chip_hours": _chip_hours,
    "petaflop_days": _petaflop_days,
    "epochs": _epochs,
    "steps": _steps,
    "examples": examples,
    "tokens": tokens,
    "parameters": _parameters,
    "forward_ops": _operations,
}
