"""Whether a page's text is made of words: fonts without a map to Unicode, or with a wrong one, give other signs."""

import re
from collections import Counter
from functools import lru_cache
from math import sqrt

_PAGES_KEPT = 512  # a document is asked as a whole first, then page by page
_ENOUGH = 300  # signs without blanks: with fewer nothing is judged
_NO_LETTERS = 0.2  # of the signs: control and private-use characters and the like
_FEWEST_LETTERS = 0.35  # of the signs: letters and figures
_LIKENESS = 0.75  # cosine between the frequencies of letters: languages in Latin script agree to 0.85 and better
_FUNCTION_WORDS = 0.02  # of the words; a text in English has 0.3
_VARIETY = 60  # different words: prose of 300 letters has as many
_LEADERS = re.compile(r"[\s._·•\-–—]+")
NO_LETTER = re.compile(r"[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\uffff\U000f0000-\U0010ffff]")
"""A sign that is no letter: control and private-use characters, and what stands for a glyph without a map."""
_WORD = re.compile(r"[a-z]+")
_LETTERS = "etaoinshrdlcumwfgypbvkjxqz"
_PER_MILLE = (127, 91, 82, 75, 70, 67, 63, 61, 60, 43, 40, 28, 28, 24, 24, 22, 20, 20, 19, 15, 10, 8, 2, 2, 1, 1)
_ENGLISH = dict(zip(_LETTERS, _PER_MILLE, strict=True))
"""How frequent letters are in English text. Lewand, R. (2000), Cryptological Mathematics."""
_COMMON = re.compile(
    r"\b(?:the|of|and|to|in|is|we|for|that|with|as|are|on|by|this|from|be|an|at|which"  # English
    r"|der|die|und|den|das|von|mit|zu|ist|le|la|les|des|et|en|un|une|que|para|los|del|el|por"  # German, French, Spanish
    r"|di|il|che|per|da|em|os|uma|het|een|van|de)\b"  # Italian, Portuguese, Dutch
)


@lru_cache(maxsize=_PAGES_KEPT)
def is_unreadable(text: str) -> bool:
    """Whether a text of some length holds no words, in whatever language; False where too little is there to tell."""
    signs = _LEADERS.sub("", text)
    if len(signs) < _ENOUGH:
        return False
    if len(NO_LETTER.findall(signs)) > _NO_LETTERS * len(signs):
        return True
    if sum(map(str.isalnum, signs)) < _FEWEST_LETTERS * len(signs):
        return True
    lower = text.lower()
    letters = Counter({letter: lower.count(letter) for letter in _ENGLISH})
    is_of_others = letters.total() < max(_ENOUGH, len(signs) / 3)  # of another script, or figures
    if is_of_others or _likeness(letters) >= _LIKENESS:
        return False
    words = _WORD.findall(lower)
    if len(set(words)) < _VARIETY:  # labels of a figure
        return False
    return len(_COMMON.findall(lower)) < _FUNCTION_WORDS * len(words)


def without_letters(text: str) -> float:
    """The share of a text's signs that are no letters; blanks are no signs."""
    signs = _LEADERS.sub("", text)
    return len(NO_LETTER.findall(signs)) / max(1, len(signs))


def _likeness(letters: Counter[str]) -> float:
    product = sum(n * _ENGLISH[letter] for letter, n in letters.items())
    return product / sqrt(sum(n * n for n in letters.values()) * sum(p * p for p in _ENGLISH.values()))
