"""Figures in table cells and prose: what is a result, what hangs on it, and its value in percent, exactly."""

import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(r"(?P<sign>[+\-−–±∼~<>≤≥]?)\s*(?P<figure>\d{1,3}(?:\.\d+)?|\.\d+)\s*(?P<percent>%?)")
_UNIT = re.compile(r"^\s*(?:[MBKGTkx×]\b|[a-zA-Z]{1,3}\b|×|x\d|[\^]\{)")
_MARKS = re.compile(r"[\^_]\{[^{}\d]*\}|\^\{\d{1,2}(?:,\d+)*\}|[†‡§¶∗*⋆♯♭∥]+|\[\d[\d, ]*\]")
_SUBSCRIPT = re.compile(r"_\{\s*(±[^{}]*)\}")


@dataclass(frozen=True)
class Score:
    """One figure of a cell: its value as printed, and how it stands there."""

    value: Decimal
    raw: str
    is_percent: bool
    is_mean: bool = False


def read_scores(text: str) -> list[Score]:
    """The results that a cell holds, in order; none where it holds something else.

    "74.9/92.2" holds two, "91.89 (± 0.23)" one, "34.98 (1.01)" one (a bracket holds a gain or a note, unless it is a
    mean with its deviation: "6.43 (6.61±0.16)"), "+0.7", "38M", "224×224" and "–" none.
    """
    text = _SUBSCRIPT.sub(r"\1", text)
    text = _MARKS.sub("", text).replace("\u2009", " ").strip()
    head, bracket = _split_bracket(text)
    scores: list[Score] = []
    for part in re.split(r"\s*[/|]\s*", head):
        score = _read_one(part)
        if score is None:
            return []
        scores.append(score)
    mean = re.match(r"^(\d{1,3}\.\d+)\s*±\s*\d*\.\d+\s*$", bracket)
    if mean and scores:
        scores.append(Score(Decimal(mean[1]), mean[1], False, is_mean=True))
    return scores


def _split_bracket(text: str) -> tuple[str, str]:
    found = re.match(r"^([^(\[]*?)\s*[(\[]([^()\[\]]*)[)\]]\s*$", text)
    if found and found[1].strip():
        return found[1].strip(), found[2].strip()
    return text, ""


def _read_one(part: str) -> Score | None:
    found = _NUMBER.match(part)
    if not found or found["sign"] not in ("", "∼", "~"):
        return None
    rest = part[found.end() :].strip()
    if rest and not re.match(r"^±\s*\d*\.?\d+\s*%?$", rest):
        return None
    raw = found["figure"]
    return Score(Decimal(raw), raw + found["percent"], bool(found["percent"]))


def to_percent(value: Decimal, is_error: bool, is_fraction: bool) -> Decimal:
    """The value in percent with higher better: fractions times 100, errors taken from 100, nothing rounded."""
    if is_fraction:
        value = value * 100
    return Decimal(100) - value if is_error else value
