"""What a whole paper speaks of: how often it names each dataset, split and direction."""

import re
from collections import Counter
from dataclasses import dataclass, field

from tasks.extract.accuracy.lexicon import Lexicon, direction, plain
from tasks.extract.tables import headers_of
from tasks.parse.document import Document


@dataclass(frozen=True)
class Habits:
    """What a whole paper speaks of: how often each dataset, and each direction, is named."""

    datasets: Counter[str]
    directions: Counter[str]
    variants: dict[str, Counter[str]]
    said: dict[str, Counter[str]] = field(default_factory=dict)
    """Per family: which direction its tables name, where they name one."""


def habits_of(document: Document, lexicon: Lexicon) -> Habits:
    """Count datasets, splits and directions in the text before the references; title and first page weigh more.

    Directions said in the captions and headers of tables weigh most.
    """
    datasets: Counter[str] = Counter()
    directions: Counter[str] = Counter()
    variants: dict[str, Counter[str]] = {family: Counter() for family in lexicon.families}
    for page in document.pages:
        text = plain(page.plain_text)
        text = re.split(r"\breferences\b\s", text)[0] if page.number > 2 else text
        weight = 3 if page.number == 1 else 1
        for name in lexicon.datasets(text):
            datasets[name] += weight
        for family in lexicon.families:
            for _, _, slug in lexicon.variant_mentions(family, text):
                variants[family][slug] += 1
        directions["error"] += len(re.findall(r"\berrors?(?: rates?)?\b", text))
        directions["accuracy"] += len(re.findall(r"\baccurac(?:y|ies)\b", text))
        for table in page.tables:
            headers = [table.caption, *headers_of(table)]
            for said in (direction(plain(w)) for w in headers):
                if said:
                    directions[said] += 10
    return Habits(datasets, directions, variants)
