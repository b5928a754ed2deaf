"""How a language model was asked: the words for solved examples in the prompt, chains of thought and votes."""

import re

from schemas.vocabularies import PROMPTINGS

_SHOTS = re.compile(r"\b(\d+)[- ]?shots?\b|\b(zero|one|few)[- ]?shots?\b", re.IGNORECASE)
_SHOTS_IN_WORDS = {"zero": "0", "one": "1", "few": "few"}
_VOTES = re.compile(r"\bmaj(?:ority)?(?:@|[- ]?vot)|\bself-?consistency\b|\bcons@", re.IGNORECASE)
_CHAIN = re.compile(r"\bchains?[- ]of[- ]thoughts?\b|\bCoT\b", re.IGNORECASE)


def shots_in(text: str) -> str | None:
    """How many solved examples the prompt shows, where a text says one number: "5", or "few"."""
    found = {m[1] or _SHOTS_IN_WORDS[m[2].lower()] for m in _SHOTS.finditer(text)}
    return found.pop() if len(found) == 1 else None


def prompting_in(text: str) -> str | None:
    """How the model was asked, where a text says it: by chain of thought, or with a vote over several answers."""
    chain, vote = PROMPTINGS
    return vote if _VOTES.search(text) else chain if _CHAIN.search(text) else None
