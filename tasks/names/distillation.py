"""Words of a model's name, or of a note on its training, that say that another network taught it."""

import re

_DISTILLED = re.compile(r"\bdistil(?:l(?:ed|ation|ing)?)?|\bteacher\b", re.IGNORECASE)
_NOT_DISTILLED = re.compile(r"\b(?:no|not|without|isn't)\b[^.]{0,30}\bdistil", re.IGNORECASE)


def says_distilled(words: str) -> bool:
    """Whether a model's name, or a note on its training, says that another network taught it."""
    return bool(_DISTILLED.search(words)) and not _NOT_DISTILLED.search(words)
