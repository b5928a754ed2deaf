"""What training consumed and cost, in tables: what headers and cells say, in the unit of the field."""

import re

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import SCALES, Number, parse_number
from tasks.extract.training.consumption import COST, RESOURCES, Unit, is_consumed, resource
from tasks.extract.training.findings import TRAINS, phase_of

_DOLLARS = r"(?:US\s?)?(?:\$|\bUSD\b|\bdollars?\b)"
_MONEY = re.compile(_DOLLARS, re.I)
_SCALE = r"[KMB]|thousands?|[mb]illions?|mn|bn"
_SCALED_MONEY = re.compile(
    rf"\b(?P<before>{_SCALE})\s*(?:of\s+)?{_DOLLARS}|{_DOLLARS}[\s,(]*(?:in\s+)?(?P<behind>{_SCALE})\b", re.I
)
_POWER_OF_TEN = re.compile(r"\b10\s?\^|\b1e\d|[x×]\s?10(?!\w)", re.I)
_OTHER_MONEY = re.compile(r"[€£¥]|\b(?:EUR|GBP|RMB|CNY|JPY|CAD|AUD|INR)\b|\b(?:C|CA|A|AU|HK|NT|R|S)\$")

_COST = re.compile(r"\b(?:costs?|expenses?)\b", re.I)
_PART_OR_RATE = re.compile(
    r"(?<!\bw)/|\bper\b|\beach\b|\b(?:hour|dai|month|year|annual)ly\b|\bannual\b|\bintensity\b|\bgrid\b|\boffset\w*|\bavoid\w*"
    r"|\bfree\b|\bfraction\b|\bshare\b|\bquer(?:y|ies)\b|(?-i:\b[kM]?W\b)(?![\s·.-]?h)|\brequests?\b",
    re.I,
)
_OTHER_COST = re.compile(
    r"\b(?:electric\w*|energy|power|annotat\w*|label\w*|crowd\w*|API|human|worker|labou?r|salar\w+|data(?:set)?|storage"
    r"|datasets|purchase|hardware|unit|release|retail|token|tokens|prompts?|memory|FLOPs?|ops)\b|[KMGTPE]FLOP",
    re.I,
)
"""What costs something else than the computing of a training, or is a cost in no money."""

_OF_COMPUTING = re.compile(r"\b(?:(?:pre-?|fine-?)?train\w*|fine-?tuning|comput\w*|cloud|rent\w*|[GT]PUs?)\b", re.I)

_TRAINING_TABLE = re.compile(
    r"\b(?:[GT]PU|core|chip)s?[\s-]*(?:hours?|hrs|days?)\b|\bPUE\b|\bTDP\b|\bcloud\b|\bdata\s?-?cent(?:er|re)s?\b", re.I
)
_SUMS = re.compile(
    r"\s*(?:(?:grand )?total\b|(?:sum|average|avg\.?|mean|overall|all)(?: (?:over|of|all|models|runs)\b.*)?\W*$"
    r"|(?:#\s*|number of )?(?:models|runs|trials)\s(?!1$)\d)",
    re.I,
)
"""Rows of several trainings: "Total", "all models", 24 in a column headed "Models"."""

_NO_TRAINING = re.compile(
    r"\bexperiments\b|\bhyper-?param\w*|\bR&D\b|\bflights?\b|\bair travel\b|\bcars?\b|\bhouseholds?\b|\blife(?:time)?\b"
    r"|\bpassengers?\b|\bpersons?\b|\beval\w*|\binference\b|\bdeploy\w*|\bidle\b",
    re.I,
)
"""Rows that are no one training: whole projects, inference, and what emissions are compared with."""

_SERVES = re.compile(r"\b(?:inference|serving|deploy\w*)\b", re.I)


def resource_of(header: str, caption: str = "", cells: str = "") -> str:
    """Which of the resources a header announces; '' for none, for a rate, a part, and a price of something else.

    A cost counts where the header, or the `cells` below it, say dollars; where the header does not say of what, the
    `caption` must not speak of data, annotators or an API.
    """
    if is_rate(header):
        return ""
    if _COST.search(header) and _MONEY.search(f"{header} {cells}"):
        whole = header if _OF_COMPUTING.search(header) else f"{header} {caption}"
        others = _OTHER_COST.search(whole) or _OTHER_MONEY.search(f"{header} {cells}")
        return "" if others else COST
    if _MONEY.search(header):
        return ""
    return next((r.field for r in RESOURCES if r.of_header.search(header)), "")


def is_without_overhead(field: str, header: str, headers: list[str]) -> bool:
    """Whether a column of a resource leaves out the data centre's overhead, which one beside it has ("× PUE")."""
    if not is_consumed(field) or "PUE" in header:
        return False
    return any("PUE" in h and resource_of(h) == field for h in headers)


def is_rate(header: str) -> bool:
    """Whether a header speaks of a rate, a power, a saving or a piece of the whole."""
    return bool(_PART_OR_RATE.search(header))


def resource_unit(field: str, header: str, caption: str) -> Unit | None:
    """Factor that the header (else the caption) puts on a resource's bare figures, with notes; None for no unit.

    None also where the unit is multiplied ("10^3 kWh", "million tonnes"), except for thousands and millions of dollars.
    """
    if _POWER_OF_TEN.search(header) or (field != COST and re.search(rf"\b(?:{_SCALE})\b", header)):
        return None
    kind = resource(field)
    if kind is None:
        return _money_unit(header)
    said = kind.unit_in(header)
    if said and re.search(r"\bnet\b", header, re.I):
        return said[0], (Coded(ReadingNote.NET_OF_CLEAN_ENERGY),)
    if said or re.search(r"[(\[]|\bpower\b", header, re.I):  # what stands in brackets is another unit
        return said
    return kind.unit_in_caption(caption)


def _money_unit(header: str) -> Unit | None:
    if not _MONEY.search(header):
        return None
    scale = _SCALED_MONEY.search(header)
    word = (scale["before"] or scale["behind"]).lower().rstrip("s") if scale else ""
    return (float(SCALES[word]) if word else 1.0), ()


def resource_in(field: str, text: str, factor: float | None) -> tuple[float, Number] | None:
    """Value of one cell in the resource's unit, and its number; None for a bound, and for anything else.

    The cell's own unit goes before the header's, whose `factor` is None where it has none. "1.2k" under "(MWh)" are
    1,200 MWh; "1.2M" under "($M)" are 1.2 million dollars.
    """
    if re.match(r"\s*[<>≤≥]", text):  # a bound, no figure
        return None
    kind = resource(field)
    if kind is None:
        bare = _MONEY.sub("", text)
        own = 1.0 if bare != text and factor is None else None
    else:
        unit = kind.of_cell.search(text)
        bare = text[: unit.start()] if unit else text
        own = kind.factor(unit["unit"])[0] if unit else None
    number = parse_number(re.sub(r"\s*([-–—])\s*", r"\1", bare.strip()))
    used = own if own is not None else factor
    if number is None or number.value <= 0 or used is None:
        return None
    if field == COST and number.scaled:
        used = 1.0
    return number.value * used, number


def notes_on_unit(field: str, text: str) -> tuple[Coded[ReadingNote], ...]:
    """The note on a cell's figure where its unit is a guess."""
    kind = resource(field)
    unit = kind.of_cell.search(text) if kind else None
    return kind.factor(unit["unit"])[1] if kind and unit else ()


def resource_phase(names: tuple[str, ...], caption: str, headers: str) -> str:
    """Phase of a resource's figure by its own labels (the model's name first), else by caption and the table's headers.

    '' where nothing says that it was spent on training, and where it was spent on inference or on no one training.
    """
    if _SUMS.match(names[0]) or any(_NO_TRAINING.search(name) for name in names):
        return ""
    if any(re.search(r"\bsearch\b|\bNAS\b", name) for name in names):
        return "search"
    phase = next((p for name in names if (p := phase_of(name)) != "unknown"), "unknown")
    if phase == "unknown" and not _SERVES.search(caption):
        phase = phase_of(caption)
    elif phase == "unknown":  # of "the energy of training and inference" a column that says neither may be either
        return ""
    if phase == "unknown" and (TRAINS.search(headers) or _TRAINING_TABLE.search(f"{headers} {caption}")):
        return "training"
    return "" if phase in ("unknown", "inference") else phase
