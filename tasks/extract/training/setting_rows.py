"""Rows of a table of settings, where the parser has glued several into one: "LR Batch size | 3e-5 32"."""

import re

from tasks.parse.document import Cell

_SETTING = re.compile(
    r"(?:(?:peak|base|max(?:imum)?|initial)\s+)?(?:LR|learning\s+rate)(?:\s+(?:schedule|decay))?"
    r"|(?:LR\s+)?warm-?up(?:\s+(?:steps|updates|epochs|ratio|proportion))?"
    r"|(?:mini-?)?batch\s+size"
    r"|(?:(?:max(?:imum)?|total|training|number\s+of)\s+){0,2}(?:epochs|steps|updates|iterations)"
    r"|(?:attention\s+)?dropout|weight\s+decay|optimi[sz]er|(?:max(?:imum)?\s+)?sequence\s+length|(?:random\s+)?seed"
    r"|gradient\s+clipping|adam\s+(?:epsilon|beta\w*|ϵ|ε|β\w*)|momentum",
    re.IGNORECASE,
)
"""Names of settings that may stand glued together."""

_KEY = re.compile(r"[a-z]\w*(?:[.\-_]\w+)*")
_KEY_OF_SEVERAL_WORDS = re.compile(r"[a-z]\w*(?:[.\-_]\w+)+")


def lines_of(row: list[Cell]) -> list[tuple[str, list[str]]]:
    """Label and further cells of a row; of each line where label and all filled cells fall into as many parts."""
    label, cells = row[0].text.strip(), [c.text.strip() for c in row[1:]]
    names = _names(label)
    parts = [c.split() for c in cells]
    if len(names) < 2 or any(p and len(p) != len(names) for p in parts):
        return [(label, cells)]
    return [(name, [p[k] if p else "" for p in parts]) for k, name in enumerate(names)]


def _names(label: str) -> list[str]:
    """Names of settings that a label consists of: known ones, or keys of a file of settings ("train-iters")."""
    words = label.split()
    if all(_KEY.fullmatch(w) for w in words) and any(_KEY_OF_SEVERAL_WORDS.fullmatch(w) for w in words):
        return words
    if _SETTING.sub("", label).strip():
        return []
    return [m[0] for m in _SETTING.finditer(label)]
