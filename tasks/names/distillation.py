"""Words of a model's name, or of a note on its training, that say that another network taught it, and which."""

import re

_DISTILLED = re.compile(r"\bdistil(?:l(?:ed|ation|ing)?)?|\bteacher\b", re.IGNORECASE)
_NOT_DISTILLED = re.compile(r"\b(?:no|not|without|isn't)\b[^.]{0,30}\bdistil", re.IGNORECASE)


_TEACHER = re.compile(r"\b(?:w/|with)\s+(?:an?\s+)?([\w.+-]+(?:\s[\w.+-]+){0,2}?)\s+teacher\b", re.IGNORECASE)


def teacher_in(name: str) -> str:
    """The teacher that a model's name prints ("ResNet-18 (PAD-L2 w/ ResNet-34 teacher)"); '' for none."""
    found = _TEACHER.search(name)
    return found[1] if found else ""


def says_distilled(words: str) -> bool:
    """Whether a model's name, or a note on its training, says that another network taught it."""
    return bool(_DISTILLED.search(words)) and not _NOT_DISTILLED.search(words)
