"""How long a run lasted, in prose: in one unit of time, in several ("12d 7h"), and as a clock shows it ("36:30 h")."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tasks.extract.numbers import WORDS, find_numbers
from tasks.extract.training.findings import Finding, measured_finding
from tasks.extract.training.units import HOURS, Measured, hours_in

SHORTEST_RUN_HOURS = 0.05
"""Three minutes: a shorter time is that of a step, or no time at all."""

LONGEST_RUN_HOURS = 24.0 * 400
"""No published network trained for longer than a year."""

_OF_RECORDINGS = re.compile(
    r"\s+(?:worth\s+)?of\s+(?:[\w-]+\s+){0,2}?(?:data|audio|speech|video|recordings?)\b", re.IGNORECASE
)
"""Behind hours that something was recorded for."""

_CHIP_TIME_BEFORE = re.compile(r"\b(?:GPU|TPU|NPU|accelerator|chip)[\s-]+time\b[^.;\d]*$", re.IGNORECASE)
"""Before hours of all chips together: "the total GPU time was 184k hours"."""


def duration(text: str, m: Measured, phase: str) -> Finding | None:
    """A time of the length of a run, in one unit of time; of all chips together where it is called theirs."""
    hours = hours_in(m.unit[1])
    if re.match(r"\s+and a half\b", text[m.end :]):  # "a week and a half"
        m = replace(m, number=replace(m.number, value=m.number.value + 0.5))
    if m.unit[1] == "H" or _OF_RECORDINGS.match(text, m.end):
        return None
    if _CHIP_TIME_BEFORE.search(text[: m.number.start]):
        return measured_finding(m, "chip_hours", hours, phase)
    return measured_finding(m, "duration_hours", hours, phase) if _is_run(m.number.value * hours) else None


def _is_run(hours: float) -> bool:
    return SHORTEST_RUN_HOURS < hours <= LONGEST_RUN_HOURS


_UNITS = {
    "month": "months?",
    "week": "(?:weeks?|wks?|(?-i:w))",
    "day": "(?:days?|(?-i:d))",
    "hour": "(?:hours?|hrs?|(?-i:h))",
    "minute": "(?:minutes?|mins?|(?-i:m))",
    "second": "(?:seconds?|secs?|(?-i:s))",
}
_AMOUNT = rf"\d{{1,3}}(?:\.\d+)?|(?:an?|{'|'.join(WORDS)})\b"
_BETWEEN = r"(?:\s*(?:,|and|,\s*and|\+)?\s*(?=[\da-t])|(?=\d)|\b)"
_PARTS = (rf"(?:(?P<{name}>{_AMOUNT})[\s-]*{unit}(?![A-Za-z]){_BETWEEN})?" for name, unit in _UNITS.items())
_IN_UNITS = re.compile(rf"(?<![\w.,:])(?={_AMOUNT}){''.join(_PARTS)}", re.IGNORECASE)
"""Amounts of several units of time, the largest first; each may be missing."""
_CLOCK = re.compile(
    r"(?<![\w.,:])(?:(?P<day>\d{1,3})(?:-|\s*(?:days?|d)\b(?:,|\s+and)?\s*))?"
    r"(?P<hour>\d{1,3}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\d:])"
    r"(?P<unit>\s*(?:hours?|hrs?|h)\b)?",
    re.IGNORECASE,
)
"""A time as a clock or a batch system prints it: "12:30 hours", "1:15:00", "1-02:30:00", "2 days, 4:30:00"."""


def find_durations(text: str, phase: str) -> list[Finding]:
    """Times of runs in two units of time or more, the largest first, and in hours, minutes and seconds by colons.

    "4:30" alone is the time of a day, or a ratio.
    """
    return [
        Finding("duration_hours", hours, match.start(), match.start() + len(raw), raw, phase)
        for match in (*_in_units(text), *_by_clock(text))
        if _is_run(hours := _hours(match)) and (raw := match[0].rstrip(" ,+"))
    ]


def _in_units(text: str) -> Iterator[re.Match[str]]:
    return (m for m in _IN_UNITS.finditer(text) if sum(part is not None for part in m.groups()) > 1)


def _by_clock(text: str) -> Iterator[re.Match[str]]:
    return (
        m
        for m in _CLOCK.finditer(text)
        if m["unit"] or (m["second"] and (m["day"] or _TAKES.search(text, 0, m.start())))
    )


_TAKES = re.compile(
    r"\b(?:tak\w+|took|last\w*|requir\w+|needs?|needed|times?|within|in|for)\b[^.;]{0,30}$", re.IGNORECASE
)
"""Before a clock's figures that are a time taken, and not one of the day."""


def _hours(match: re.Match[str]) -> float:
    parts = {name: number for name, number in match.groupdict().items() if name in HOURS and number}
    return sum(_number(number) * HOURS[name] for name, number in parts.items())


def _number(text: str) -> float:
    return 1.0 if text.lower() in ("a", "an") else find_numbers(text)[0].value
