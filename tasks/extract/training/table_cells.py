"""Figures of one table cell in a field's unit: "5.3", "12B", "6.9 days (2×)", "471M/217M", "8 × V100"."""

import re
from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.numbers import Number, parse_number
from tasks.extract.training.consumption import COST, is_consumed, resource
from tasks.extract.training.table_headers import HeaderUnit
from tasks.extract.training.table_resources import resource_in
from tasks.extract.training.units import TRAINING_FLOP_LEAST, hours_in
from tasks.reference.chip_patterns import FORM, NOUN, chips_of_slice, hardware_mentions, slices
from tasks.reference.hardware import GENERIC, Hardware


@dataclass(frozen=True)
class TableFigure:
    """One cell that discloses a figure: where it stands, whose it is, and what it says in the field's unit."""

    field: str
    value: float | str
    row: int
    column: int
    raw: str
    model: str
    row_header: str
    column_header: str
    phase: str
    lower: float | None = None
    upper: float | None = None
    confidence: float = 0.9
    notes: tuple[Coded[ReadingNote], ...] = ()
    is_others: bool = False
    """Whether the labels of its row or column say that it is not the paper's own."""


Value = tuple[str, float | str, Number | None]
"""Field, value in the field's unit, and the printed number where there is one."""

TIMES = frozenset({"duration_hours", "chip_hours"})
_LISTED = frozenset({"parameters", "forward_ops", "batch_size", "steps", "epochs"})
"""Fields of which one cell may hold several ("471M/217M": two tasks); of data, the rest are held-out parts."""

_NOTE = re.compile(r"\^\{[^{}\d]*\}|\s*\((?:[+-−–~]?\d+(?:\.\d+)?\s*[%×x]|\d+(?:\.\d+)?\s[A-Za-z]+|[^()\d]*)\)|[†‡§∗*]")
_UNIT_WORD = re.compile(
    r"\s*(?:FLOPs?|params?|parameters|epochs?|steps|iterations|iters|updates|tokens|images|examples|sentences)$", re.I
)
_TIME_WORD = re.compile(r"\s*\b(?P<unit>hours?|hrs?|h|days?|d|weeks?|minutes?|mins?)$", re.I)
_GLUED_TIME = re.compile(r"(?<=\d)(?P<unit>h|hrs?|d|days?)$", re.I)
_PARTED = re.compile(r"\s*[,;]\s+|\s*/\s*")
_OF_ONE = re.compile(r"\s+(?:for|on)\s+(?:the\s+)?[A-Za-z][\w-]*(?:\s+[\w-]+){0,3}$")
"""Whose the figure before it is, in a list: "10 for RTE and STS, 2 for SQuAD"."""
_E = re.compile(r"\d[eE][+−-]?\d")
_COUNT_BEFORE = re.compile(
    r"^(\d{1,5})\s*[x×*]?\s*(?:\d{1,3}\s?GB?\s)?(?:(?:NVIDIA|AMD|Google|Intel|Huawei)\s)?$", re.I
)
_COUNT_BEHIND = re.compile(rf"^{FORM}(?:\s*{NOUN})?\s*\(?[x×*]\s*(\d{{1,5}})\)?$", re.I)


def values_of(field: str, text: str, unit: HeaderUnit, hardware: tuple[Hardware, ...]) -> list[Value]:
    """Values of one cell in the field's unit; none where it holds anything else.

    A figure with a scale of its own ("12B") needs no unit of the header; "7.5E+05" under "PFLOPs" does.
    """
    if field == "hardware":
        return _chips(text, hardware)
    bare = _UNIT_WORD.sub("", _NOTE.sub("", text).strip())
    if field in TIMES:
        return _time(field, bare, unit, hardware)
    if is_consumed(field):
        return _resource(field, bare, unit)
    return [
        (field, value, number)
        for number in _numbers(field, bare)
        if _is_plausible(field, value := _in_unit(number, unit, bare))
    ]


def _in_unit(number: Number, unit: HeaderUnit, text: str) -> float:
    needs_none = number.scaled and not (unit.stated and _E.search(text))
    return _exact(number.value * (1.0 if needs_none else unit.factor))


def _exact(value: float) -> float:
    return float(f"{value:.12g}")  # 4.1 x 1e9 is 4100000000, not 4099999999.9999995


def _numbers(field: str, text: str) -> list[Number]:
    """The number that a cell holds, or the different ones of a list whose members all are numbers of one kind."""
    whole = parse_number(text)
    if whole is not None:
        return [whole] if whole.value > 0 else []
    parts = _PARTED.split(text) if field in _LISTED else []
    numbers = [n for p in parts if (n := parse_number(_OF_ONE.sub("", p))) is not None and n.value > 0]
    alike = len({n.scaled for n in numbers}) == 1
    return list({n.value: n for n in numbers}.values()) if alike and len(numbers) == len(parts) > 1 else []


_TIME_AND_CHIPS = re.compile(
    r"(\d[\d.]*\s*(?:h|hrs?|hours?|d|days?|w|weeks?))\s*(?:,|/|;|@|×|x|\(|on|with|using)\s*(?:an?\s+)?"
    r"(\d+.*?[A-Za-z].*?)\)?$",
    re.I,
)
"""A time with the chips that took it: "15 hours, 16 k40s", "4d on 16 TPUv3s"."""


def _time(field: str, text: str, unit: HeaderUnit, hardware: tuple[Hardware, ...]) -> list[Value]:
    """Hours, by the cell's own unit, else by the header's; none where neither says one."""
    if field == "duration_hours" and (parts := _TIME_AND_CHIPS.match(text)):
        return _time(field, parts[1], unit, hardware) + _chips(parts[2], hardware)
    word = _TIME_WORD.search(text) or _GLUED_TIME.search(text)
    number = parse_number(text[: word.start()] if word else text)
    if number is None or number.value <= 0 or not (word or unit.stated):
        return []
    factor = hours_in(word["unit"]) if word and field == "duration_hours" else unit.factor
    value = _exact(number.value * factor)
    return [(field, value, number)] if _is_plausible(field, value) else []


def _resource(field: str, text: str, unit: HeaderUnit) -> list[Value]:
    """Energy, cost or carbon, by the cell's own unit, else by the header's; none where neither says one."""
    found = resource_in(field, text, unit.factor if unit.stated else None)
    value = _exact(found[0]) if found else 0.0
    return [(field, value, found[1])] if found and _is_plausible(field, value) else []


def _chips(text: str, hardware: tuple[Hardware, ...]) -> list[Value]:
    """Chips named in a cell, and their number where it stands beside the only one: "8 × V100", "V100 × 8", "16"."""
    alone = parse_number(text)
    if alone is not None:
        return [("chips", alone.value, alone)] if _is_plausible("chips", alone.value) else []
    mentions = hardware_mentions(text, hardware)
    found: list[Value] = [("hardware", slug, None) for slug, _, _ in mentions if slug not in GENERIC]
    if sliced := slices().search(text):
        chips = chips_of_slice(sliced)[0]
        return [*found, ("chips", chips, parse_number(sliced["count"]))] if _is_plausible("chips", chips) else found
    if len(mentions) == 1:
        _, start, end = mentions[0]
        count = _COUNT_BEFORE.search(text[:start]) or _COUNT_BEHIND.search(text[end:])
        number = parse_number(count[1]) if count else None
        if number and _is_plausible("chips", number.value):
            found.append(("chips", number.value, number))
    return found


_BOUNDS = {
    "parameters": (1e3, 1e14),
    "forward_ops": (1e5, TRAINING_FLOP_LEAST),
    "training_flop": (TRAINING_FLOP_LEAST, 1e28),
    "chip_flop_per_s": (1e11, 1e17),
    "epochs": (0.1, 20000),
    "steps": (100, 1e9),
    "sequence_length": (16, 1e7),
    "batch_size": (1, 5e7),
    "chips": (1, 1e5),
    "duration_hours": (0.01, 10000),
    "chip_hours": (0.1, 1e9),
    "tokens": (1e4, 1e15),
    "examples": (100, 1e11),
    COST: (0.01, 1e10),
}
"""What a field's figure may be, in its unit: beyond that a conversion or a column went wrong."""


def _is_plausible(field: str, value: float) -> bool:
    kind = resource(field)
    low, high = (kind.least, kind.most) if kind else _BOUNDS[field]
    counts = field in ("chips", "examples", "batch_size", "sequence_length", "steps")
    return low <= value <= high and (not counts or value == int(value))
