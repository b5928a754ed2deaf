"""Under which conditions a result was reached, so far as words say: an ensemble, a way of testing, further data."""

import re

ENSEMBLE = re.compile(
    r"\bensembles?\b|\bmulti-?model\b|\b\d+ (?:nets?|models)\b|\bmodel combination\b|\bcommittee\b", re.I
)
_PROTOCOL = re.compile(
    r"\b(?:single|multi|\d+)[- ](?:crop|view|scale|stride)s?\b(?: test\w*)?|\bdense test\w*|\bflip\w*"
    r"|\btest[- ]time aug\w*"
    r"|\bsacre-?bleu\b|\btokeni[sz]ed\b|\bdetokeni[sz]ed\b|\bbeam (?:size )?\d+",
    re.IGNORECASE,
)
_EXTRA_DATA = re.compile(
    r"\bJFT(?:-\d+[MB])?\b|\bImageNet-2[12]k\b|\bIN?-?2[12]k\b|\bInstagram\b|\bIG-[\w.]+|\bextra (?:training )?data\b"
    r"|\bexternal (?:labell?ed )?data\b|\badditional data\b|\bYFCC\w*|\bObjects365\b|\bParaCrawl\b|\bLibri-?Light\b",
    re.IGNORECASE,
)

_LARGER_IMAGENET = re.compile(
    r"(?<![\w.-])2[12]k\b(?!\s*(?:steps?|iterations?|images?|examples?|epochs?))", re.IGNORECASE
)


def protocol_in(text: str) -> str | None:
    """How it was tested, so far as a text says: crops, scales, flips, tokenisation."""
    return _found(_PROTOCOL, text)


def extra_data_in(words: str) -> str | None:
    """Training data besides the benchmark's own that words name; "(21k)" alone means the larger ImageNet."""
    return _found(_EXTRA_DATA, words) or ("imagenet-21k" if _LARGER_IMAGENET.search(words) else None)


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    found = list(dict.fromkeys(m.group().lower() for m in pattern.finditer(text)))
    return ", ".join(found) or None
