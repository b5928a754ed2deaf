"""Names of models as papers print them: the key that joins them, and the size that one prints."""

import re
import unicodedata
from functools import lru_cache

_CITATION = re.compile(
    r"\[[\d,;\s–\-a-zA-Z+&.]*\d[\d,;\s–\-]*\]|\(\s*[A-Z][^()]*?\b(?:19|20)\d\d[a-z]?\s*\)"
    r"|\bet al\.?,?(?:\s*\(?(?:19|20)\d\d[a-z]?\)?)?"
)
_SCRIPT_NUMBER = re.compile(r"\^\{[\d,\s†‡§¶∗*⋆♯#+a-e]*\}")
_SCRIPT = re.compile(r"[_^]\{([^{}]*)\}")
_OWN = re.compile(
    r"[\(\[]\s*(?:ours?|our (?:model|method|work|results?|impl\w*\.?)|this (?:work|paper)|proposed)\s*[\)\]]|\bours?\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[†‡§¶∗*⋆♯♭∥✓✗]+")
_RESNET = re.compile(r"^rn(?=\d)")
ACTIVE_IN_NAME = re.compile(r"(?<=[BMT])-A(\d+(?:\.\d+)?)([MB])\b")
"""The active parameters that a name prints behind the total: "30B-A3B"."""
_PARAMETERS = re.compile(r"(\d+(?:\.\d+)?)([MB])\b")
_SAME_SIZE = 0.2  # how near a number of parameters must be to the rounded one in a name
REMEMBERED = 20_000
"""Names of which what they mean is kept: those of one paper, which is read in many passes, or of one series."""


@lru_cache(maxsize=REMEMBERED)
def clean_name(text: str) -> str:
    """The name as a reader would copy it: citation and footnote marks and "(ours)" gone, blanks single."""
    text = unicodedata.normalize("NFKC", text)
    text = _SCRIPT_NUMBER.sub("", text)
    text = _SCRIPT.sub(r" \1", text)
    text = _OWN.sub("", _CITATION.sub("", text))
    text = _MARKS.sub("", text)
    return re.sub(r"\s+", " ", text).strip(" ,;:-–—|")


@lru_cache(maxsize=REMEMBERED)
def model_key(text: str) -> str:
    """Key under which the same model meets however a paper writes it ("ResNet-152", "ResNet152", "RN152" are one).

    Args:
        text: Name as printed, marks and all.

    Returns:
        Lower-case letters, digits, '.', '+' and '@' only; empty when nothing of a name is left.
    """
    name = clean_name(text).lower().replace("×", "x")
    name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    key = re.sub(r"[^\w.+@]|_", "", name).strip(".")
    return _RESNET.sub("resnet", key)


def prints_another_size(name: str, parameters: float, are_active: bool = False) -> bool:
    """Whether a name such as "OPT-175B" prints a number of parameters that is not the figure's.

    The active parameters of a mixture of experts are fewer than its name prints, unless it prints them ("30B-A3B").
    """
    size = _PARAMETERS.search(name)
    if size is None:
        return False
    if are_active:
        active = ACTIVE_IN_NAME.search(name)
        if active is None:
            return parameters > float(size[1]) * {"M": 1e6, "B": 1e9}[size[2]]
        size = active
    return abs(float(size[1]) * {"M": 1e6, "B": 1e9}[size[2]] / parameters - 1) > _SAME_SIZE
