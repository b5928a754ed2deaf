"""Figures in table cells and prose: what is a result, what hangs on it, and its value in percent, exactly."""

import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(r"(?P<sign>[+\-−–±∼~≈≃<>≤≥]?)\s*(?P<figure>\d{1,3}(?:\.\d+)?|\.\d+)\s*(?P<percent>%?)")
_SCRIPT = re.compile(r"[\^_]\{([^{}\d]*)\}|(?:_|\^(?=\{\+)|(?<![\s×·]10)(?<!^10)\^)\{([^{}]*)\}")
"""What hangs on a figure; "10^{5}" is a power, where "10_{+0.3}" and "10^{+0.3}" are not."""
_MARKS = re.compile(r"[†‡§¶∗*⋆♯♭∥]+|\[\d[\d, ]*\]|^[✓✔✗✘×\ufffd\s]+(?=\d)")
_CHANGE = re.compile(r"\s*[↑↓▲△▼▽]\s*\d*\.?\d*\s*%?")
_SPREAD = re.compile(r"^(?:±|\+/?[-−])\s*[<∼~]?\s*\d*\.?\d+\s*(%?)$")
_OTHER_POINT = re.compile(r"(?<![\d.,])(\d{1,3})[,·∙⋅‧](\d{1,2})(?![\d.,])")
"""A decimal comma or a middle dot; "12,345" has thousands."""
_BETWEEN = re.compile(
    r"\s*[/|]\s*|(?<=\d%)\s+(?=\d{1,3}(?:\.\d+)?%)|(?<=\d\.\d)\s+(?=\d{1,3}\.\d)|(?<=\d\.\d\d)\s+(?=\d{1,3}\.\d)"
)
"""Between two results of a cell: a slash, a bar, or a space alone where both are percentages or have decimals."""
_MISSING = re.compile(r"^(?:[-–—−]+|n/?a)$", re.IGNORECASE)


@dataclass(frozen=True)
class Score:
    """One figure of a cell: its value as printed, and how it stands there."""

    value: Decimal
    raw: str
    is_percent: bool
    is_mean: bool = False
    is_missing: bool = False
    """The dash of a pair of which one half was not measured."""

    @property
    def decimals(self) -> int:
        """How many digits stand behind its point."""
        return len(self.raw.rstrip("%").partition(".")[2])


def read_scores(text: str) -> list[Score]:
    """The results that a cell holds, in order; none where it holds something else.

    "74.9/92.2" and "74.9 92.2" hold two, "91.89 (± 0.23)" one, "34.98 (1.01)" one (a bracket, an arrow or a script
    holds a gain, a deviation or a note, unless it is a mean with its deviation: "6.43 (6.61±0.16)"), "76.3/–" one and
    a gap, "+0.7", "38M", "224×224" and "–" none.
    """
    text = _SCRIPT.sub(lambda script: f" {script[2]}" if (script[2] or "").lstrip().startswith("±") else "", text)
    text = _CHANGE.sub("", _MARKS.sub("", text)).replace("\u2009", " ").strip()
    text = _OTHER_POINT.sub(r"\1.\2", text)
    head, bracket = _split_bracket(text)
    scores: list[Score] = []
    for part in _BETWEEN.split(re.sub(r"\+/[-−]", "±", head)):
        score = _read_one(part)
        if score is None:
            return []
        scores.append(score)
    if all(s.is_missing for s in scores):
        return []
    mean = re.match(r"^(\d{1,3}\.\d+)\s*±\s*\d*\.\d+\s*$", bracket)
    if mean:
        scores.append(Score(Decimal(mean[1]), mean[1], False, is_mean=True))
    return scores


def _split_bracket(text: str) -> tuple[str, str]:
    found = re.match(r"^([^(\[]*?)\s*[(\[]([^()\[\]]*)[)\]]\s*$", text)
    if found and found[1].strip():
        return found[1].strip(), found[2].strip()
    return text, ""


def _read_one(part: str) -> Score | None:
    if _MISSING.match(part.strip()):
        return Score(Decimal(0), part.strip(), False, is_missing=True)
    found = _NUMBER.match(part)
    if not found or found["sign"] not in ("", "∼", "~", "≈", "≃"):
        return None
    rest = part[found.end() :].strip()
    spread = _SPREAD.match(rest)
    if rest and not spread:
        return None
    percent = found["percent"] or (spread[1] if spread else "")
    return Score(Decimal(found["figure"]), found["figure"] + percent, bool(percent))


def to_percent(value: Decimal, is_error: bool, is_fraction: bool) -> Decimal:
    """The value in percent with higher better: fractions times 100, errors taken from 100, nothing rounded."""
    if is_fraction:
        value = value * 100
    return Decimal(100) - value if is_error else value
