"""The known network that a paper trains most: named so often that a reader knows whose operations it spends."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.sentences import Sentence
from tasks.extract.training.findings import SELF, TRAINS, Finding, speaks_of_others
from tasks.names.keys import model_key
from tasks.reference.networks import load_networks

NAMED_LEAST = 3
"""A network named in fewer sentences is only mentioned."""


@cache
def _names() -> re.Pattern[str]:
    names = sorted({n.name for n in load_networks().values() if n.multiply_adds}, key=len, reverse=True)
    bare = {re.split(r"[\s(]", name)[0] for name in names}  # "ResNeXt-50 (32x4d)", "MobileNet 1.0-224"
    parts = [r"[\s-]?".join(re.escape(p) for p in name.split("-")) for name in sorted(bare, key=len, reverse=True)]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w])", re.IGNORECASE)


def find_backbone(sentences: Sequence[Sentence]) -> tuple[Sentence, Finding] | None:
    """The known network that most sentences name, and the sentence that says best that it is trained; else None.

    None too where two are named equally often, or none in `NAMED_LEAST` sentences.
    """
    named: dict[str, list[tuple[Sentence, re.Match[str]]]] = defaultdict(list)
    for sentence in sentences:
        if not speaks_of_others(sentence.text):
            for key, match in {model_key(m[0]): m for m in _names().finditer(sentence.text)}.items():
                named[key].append((sentence, match))
    ranked = sorted(named.items(), key=lambda kv: -len(kv[1]))
    if not ranked or len(ranked[0][1]) < NAMED_LEAST:
        return None
    if len(ranked) > 1 and len(ranked[1][1]) == len(ranked[0][1]):
        return None
    key, places = ranked[0]
    sentence, match = max(places, key=lambda p: (bool(TRAINS.search(p[0].text)), bool(SELF.search(p[0].text))))
    note = Coded.of(ReadingNote.MOST_NAMED_NETWORK, sentences=len(places))
    finding = Finding("network", key, match.start(), match.end(), match[0], "training", confidence=0.6, notes=(note,))
    return sentence, finding
