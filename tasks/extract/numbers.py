"""Numbers as papers print them: "1,281,167", "3 × 10^{18}", "5.6M", "1.2 billion", "five to six", "~41", "93.2 ± 0.3".

Values are worked out in decimals and only then made floats, so that what a paper prints comes back exactly.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_REMEMBERED = 5_000
"""Texts whose numbers are kept: every reader of a sentence or a cell asks for them."""

WORDS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "single": 1,
    "dozen": 12,
}
"""Words that stand for a number on their own ("two", "a single")."""

SCALES = {
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "k": Decimal(1000),
    "million": Decimal(10**6),
    "millions": Decimal(10**6),
    "mil": Decimal(10**6),
    "m": Decimal(10**6),
    "mn": Decimal(10**6),
    "billion": Decimal(10**9),
    "billions": Decimal(10**9),
    "bn": Decimal(10**9),
    "b": Decimal(10**9),
    "g": Decimal(10**9),
    "trillion": Decimal(10**12),
    "trillions": Decimal(10**12),
    "t": Decimal(10**12),
    "quadrillion": Decimal(10**15),
    "quintillion": Decimal(10**18),
    "sextillion": Decimal(10**21),
    "septillion": Decimal(10**24),
}
"""Scale words and suffixes. "M" is a million and "B" a billion, as in papers on deep learning."""

_MARKS = "\u2007\u2009\u200a\u202f\u00a0'’‘′´ʼ"
"""What may part thousands beside commas: narrow blanks, and the Swiss apostrophe in all its shapes."""
_SPACED = (
    r"(?:[1-9]\d{0,2}(?:(?: \d{3})* 0\d\d|(?: \d{3}){2,})"
    r"|(?:(?<=\bof )|(?<=\bfor )|(?<=\babout )|(?<=\bwith ))[1-9]\d{0,2} [1-9]\d\d)(?!\d|[.,]\d)"
)
"""Thousands parted by blanks: no number of its own begins with 0, and after "for" no two numbers follow each other."""
_GROUPED = (
    rf"\d{{1,3}}(?:[,{_MARKS}]\d{{3}})+(?:\.\d+)?"
    r"|\d{1,2}(?:,\d{2})+,\d{3}"  # 2,50,000 as in India
    r"|[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\d.])"  # 1.281.167; "1.024" alone may be either
)
_MANTISSA = rf"(?:{_GROUPED}|{_SPACED}|0,\d+|\d+(?:\.\d+)?|\.\d+)(?!\d|[,{_MARKS}]\d{{3}}(?!\d))"
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.333333", "⅔": "0.666667", "⅛": "0.125", "⅜": "0.375"}
_FRACTIONS |= {"⅝": "0.625", "⅞": "0.875", "1/2": "0.5", "1/4": "0.25", "3/4": "0.75", "and a half": "0.5"}
_MIXED = (
    rf"(?:\d{{1,4}}\s?)?[{''.join(f for f in _FRACTIONS if len(f) == 1)}]"
    r"|\d{1,4}\s(?:(?:1/2|1/4|3/4)(?![\d/])|and\sa\shalf\b)"
)
"""Whole numbers with a fraction: "12½", "2 1/2", "3 and a half"."""
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_DIGITS_RAISED = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
_TIMES = r"(?:\s*[×x∗*·⋅•✕✖⨯]\s*|\s[A-Za-z\ufffd]\s(?=10\s?[\^⁰-⁹¹²³]))"
"""A times sign, or the letter that a font without a map makes of it between a number and a power of ten."""
_RAISED = (
    rf"(?:(?:10|2)\s*\^\s*\{{?\s*[+−–-]?\s*\d+(?:\.\d+)?(?:\s*\}})?(?:{_DIGITS_RAISED}|\^\{{\d+\}})*"
    rf"|(?:10|2)[⁺⁻]?{_DIGITS_RAISED}{{2,}}|10[⁺⁻]{_DIGITS_RAISED}|10[³⁴-⁹]"
    r"|\b(?:ten\sto\sthe(?:\spower(?:\sof)?)?|10\sto\sthe\spower(?:\sof)?)\s\d{1,2}(?:th)?\b)"
)
_LIFTED = r"\s*[×∗·⋅x]\s*10\s?[12]\d(?=\s*(?:FLOP|operations\b))"
"""A power whose exponent stands on the line: "3 × 10 19 FLOP", "3 × 1019 FLOP"."""
_E = r"[eE](?:[+−-]?\d{1,3}(?:\.\d+)?)(?!\w|\.\d)"
_POWER = rf"(?:{_TIMES}(?:{_RAISED}|1{_E})|{_LIFTED})"
_SCALE_WORD = r"(?:hundred|thousand|(?:m|b|tr)illions?|(?:quadr|quint|sext|sept)illion)\b"
_SCALE_LETTER = r"(?:[KkMBbGT]|mil|mn|bn|m)(?:(?![\w^])|(?=tokens?\b))"
_TENS = (
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ](?:one|two|three|four|five|six|seven|eight|nine)\b"
)
_SMALL = rf"(?:{_TENS}|(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b)"
_ARTICLE = rf"(?:half an?\b|an?\b(?=\s(?:{_SCALE_WORD}|(?:hour|day|week|month)\b)))"
_HALF = r"(?:\sand\sa\shalf\b)?"
_WORDS = rf"\b(?:{_SMALL}|{_ARTICLE})(?:[\s-]hundred\s(?:and\s)?{_SMALL})?{_HALF}(?:[\s-]{_SCALE_WORD})*{_HALF}"
_FIRST_LETTERS = "".join(sorted({word[0] for word in WORDS} | {"h", "a"}))
_BEGINS = rf"(?=[\d.{''.join(f for f in _FRACTIONS if len(f) == 1)}]|\b[{_FIRST_LETTERS}])"
"""What every figure begins with: looked for first, since most places of a text are none."""
_FIGURE = (
    rf"{_BEGINS}(?:(?P<bare>{_RAISED})|(?P<mixed>{_MIXED})"
    rf"|(?P<mantissa>{_MANTISSA})(?:(?P<power>{_POWER})|(?P<e>{_E})|[\s-]?(?P<scale>{_SCALE_WORD}|{_SCALE_LETTER}))?"
    rf"|(?P<words>{_WORDS}))"
)
FIGURE = re.compile(_FIGURE, re.IGNORECASE)
"""One number at most; what stands around it is the caller's affair."""

_GLUED = re.compile(r"(?:hrs?|h|days?|mins?|epochs?|iters?|GPUs?|TPUs?|tokens?)\b", re.IGNORECASE)
_BEFORE = re.compile(r"[\w.^_\[]$|(?:^|[^\s∈=])\{$|[^\W\d_]-$|\d[,:]$|(?<!\d)/$")
_SIGN = re.compile(r"(?:^|[\s(=:,])[-−]$")
_OF_TIME = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|under|within|than|tak\w+|took|last\w*|for|in|over)(?:\s+us)?\s+$",
    re.I,
)
"""Before "a day" that is one day, and not each ("once a day")."""
_RANGE = re.compile(r"\s*(?:[-–—−~]|to|or|and)\s*(?:about\s+|~\s*)?", re.IGNORECASE)
_PLUS_MINUS = re.compile(r"\s*(?:±|\+/?[-−])\s*")
_SHARED_POWER = re.compile(rf"\)({_POWER})")
_ABOUT = re.compile(
    r"(?:[~∼≈≃]|\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|over|than|up to))\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Number:
    """A printed number, with its range where one is printed.

    `value` is the middle of a range. `start` and `end` are places in the text, `raw` what stands between them.
    """

    value: float
    lower: float | None
    upper: float | None
    start: int
    end: int
    raw: str
    about: bool = False
    scaled: bool = False


@dataclass(frozen=True)
class _Single:
    value: Decimal
    mantissa: Decimal
    scale: Decimal
    start: int
    end: int


def _decimal(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.+-]", "", text.replace("−", "-").replace("–", "-")))


def _raised(text: str) -> Decimal:
    """Value of "10^{18}", "10¹⁸", "10 18", "2^{20}", "1e18" or "ten to the 18th", whatever stands before it."""
    spelled = re.search(r"1e|to the (?:power (?:of )?)?", text, re.IGNORECASE)
    if spelled:
        return Decimal(10) ** _decimal(text[spelled.end() :])
    base, exponent = re.split(r"\^|(?<=10)\s|(?<=10)(?=[12]\d$)|(?=[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", text.rstrip(), maxsplit=1)
    exponent = exponent.translate(_SUPERSCRIPTS)
    return Decimal(10 if base.rstrip().endswith("10") else 2) ** _decimal(exponent)


def _mixed(text: str) -> Decimal:
    """Value of "12½" or "2 1/2"."""
    fraction = next(f for f in _FRACTIONS if text.endswith(f))
    return Decimal(text.removesuffix(fraction).strip() or 0) + Decimal(_FRACTIONS[fraction])


def _in_words(text: str) -> Decimal:
    """Value of a number in words: "one hundred and twenty thousand", "half a million", "one and a half"."""
    value = part = Decimal(0)
    last = Decimal(1)
    for word in re.split(r"[\s-]+", re.sub(r"\sand\sa\shalf", " plushalf", text.lower())):
        if word in SCALES:
            last = SCALES[word]
            part *= last
            value, part = (value, part) if word == "hundred" else (value + part, Decimal(0))
        elif word == "plushalf":
            part += last / 2
        elif word == "half":
            part = Decimal("0.5")
        elif word in ("a", "an"):
            part = part or Decimal(1)
        elif word != "and":
            part += WORDS[word]
    return value + part


def _single(match: re.Match[str], minus: bool) -> _Single:
    """Value of one matched figure; a sign before it is part of it."""
    groups = match.groupdict()
    scale = Decimal(1)
    if groups["bare"]:
        mantissa = _raised(groups["bare"])
    elif groups["mixed"]:
        mantissa = _mixed(groups["mixed"])
    elif groups["mantissa"]:
        digits = groups["mantissa"]
        if digits.count(".") > 1:
            digits = digits.replace(".", "")
        mantissa = Decimal(re.sub(rf"[,\s{_MARKS}]", "." if digits.startswith("0,") else "", digits))
        if groups["power"]:
            scale = _raised(groups["power"])
        elif groups["e"]:
            scale = Decimal(10) ** _decimal(groups["e"][1:])
        elif groups["scale"]:
            scale = SCALES[groups["scale"].lower()]
    else:
        mantissa = _in_words(groups["words"])
        last = re.split(r"[\s-]", groups["words"].lower())[-1]
        if last in SCALES:
            scale = SCALES[last]
            mantissa /= scale
    sign = -1 if minus else 1
    return _Single(sign * mantissa * scale, sign * mantissa, scale, match.start() - minus, match.end())


_NEAR = 80


def before_place(text: str, place: int) -> str:
    """The letters before a place that a pattern which ends there may need: not the whole text, which may be long."""
    return text[max(0, place - _NEAR) : place]


def _standing_alone(text: str, match: re.Match[str]) -> bool:
    """Whether the figure is no part of a name ("ResNet-50", "v2"), of a citation or of another number."""
    before = before_place(text, match.start())
    if _BEFORE.search(before[-2:]):
        return False
    behind = text[match.end() : match.end() + 8]
    if match[0].lower() in ("a", "an"):
        return bool(_OF_TIME.search(before))
    return not re.match(r"[A-Za-z_]\w", behind) or bool(_GLUED.match(behind))


@lru_cache(maxsize=_REMEMBERED)
def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers of a text, ranges and "±" joined, in order.

    Digits inside names ("ResNet-50") are left out. "2-3" and "five to six" are one number with a range; in "2.5-3.5M"
    the scale belongs to both ends. What no float holds ("1e400") is no number.
    """
    singles = [
        _single(m, bool(_SIGN.search(before_place(text, m.start()))))
        for m in FIGURE.finditer(text)
        if _standing_alone(text, m) or _after_dash(text, m)
    ]
    found: list[Number] = []
    i = 0
    while i < len(singles):
        first = singles[i]
        second = singles[i + 1] if i + 1 < len(singles) else None
        joined = _join(text, first, second) if second else None
        if joined:
            found.append(joined)
            while i < len(singles) and singles[i].start < joined.end:
                i += 1
            continue
        if not _after_dash_at(text, first.start) or (found and found[-1].end < first.start):
            found.append(_number(text, first.value, None, None, first.start, first.end, first.scale != 1))
        i += 1
    return tuple(n for n in found if all(math.isfinite(end) for end in (n.value, n.lower or 0, n.upper or 0)))


def _after_dash_at(text: str, start: int) -> bool:
    return bool(re.search(r"\d[KkMBG]?[-–—−]$", before_place(text, start)))


def _after_dash(text: str, match: re.Match[str]) -> bool:
    """The second end of a range such as "10K-200K"."""
    return _after_dash_at(text, match.start()) and not re.match(r"[A-Za-z_]\w", text[match.end() : match.end() + 2])


def _join(text: str, first: _Single, second: _Single) -> Number | None:
    """One number out of two where a range sign, "to", "or" or "±" stands between them, else None."""
    between = text[first.end : second.start]
    if _PLUS_MINUS.fullmatch(between):
        shared = second.scale if first.scale == 1 else Decimal(1)  # in "2.5 ± 0.5M" both are millions
        value, spread = first.value * shared, abs(second.value)
        scaled = first.scale != 1 or second.scale != 1
        return _number(text, value, value - spread, value + spread, first.start, second.end, scaled)
    if not _RANGE.fullmatch(between) or ("and" in between.lower() and not _between_before(text, first.start)):
        return None
    low = first.value
    if first.scale == 1 and second.scale != 1 and first.mantissa < second.value:
        shared = first.mantissa * second.scale
        low = shared if shared < second.value else low
    if low >= second.value or (" or " in between.lower() and second.value > 4 * low):
        return None
    power = _SHARED_POWER.match(text, second.end) if text.endswith("(", 0, first.start) else None
    factor = _raised(power[1]) if power else Decimal(1)
    start, end = (first.start - 1, power.end()) if power else (first.start, second.end)
    low, high = low * factor, second.value * factor
    return _number(text, (low + high) / 2, low, high, start, end, bool(power) or second.scale != 1)


def _between_before(text: str, start: int) -> bool:
    return bool(re.search(r"\bbetween\s+(?:about\s+)?$", before_place(text, start), re.IGNORECASE))


def _number(
    text: str, value: Decimal, lower: Decimal | None, upper: Decimal | None, start: int, end: int, scaled: bool
) -> Number:
    return Number(
        float(value),
        None if lower is None else float(lower),
        None if upper is None else float(upper),
        start,
        end,
        text[start:end],
        bool(_ABOUT.search(before_place(text, start))),
        scaled,
    )


def parse_number(text: str) -> Number | None:
    """The number that `text` is, marks of approximation and footnote marks aside; None where it is anything else."""
    bare = re.sub(r"\^\{[^\d{}]*\}|[†‡§¶∗*]+$|^[~∼≈≃><≤≥]\s*|[_^]\{\s*\}", "", text.strip()).strip()
    if not bare:
        return None
    found = find_numbers(bare)
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(bare):
        return found[0]
    return None


def format_number(value: float) -> str:
    """Shortest text that gives the same float back; whole numbers below 1e15 without a point."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
