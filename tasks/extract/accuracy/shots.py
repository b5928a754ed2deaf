"""How many solved examples a paper shows on a benchmark, where sentences say it: "MMLU (5-shot)", "8-shot GSM8K"."""

import re
from collections import defaultdict
from collections.abc import Iterable

from tasks.extract.accuracy.lexicon import Lexicon, plain
from tasks.extract.sentences import Sentence
from tasks.names.prompting import shots_in
from tasks.reference.benchmarks import LANGUAGE_MODELS

_BEHIND = re.compile(
    r"\s*(?:[(\[,]|with|in|using|under)?\s*(?:an?\s)?((?:\d+|zero|one|few)[- ]?shots?)\b", re.IGNORECASE
)
_BEFORE = re.compile(r"((?:\d+|zero|one|few)[- ]?shots?)\s(?:\w+\s){0,1}$", re.IGNORECASE)


def shots_of_benchmarks(sentences: Iterable[Sentence], lexicon: Lexicon) -> dict[str, str]:
    """Shots by family of benchmarks of language models; a family of which a paper says several numbers is left out."""
    said: dict[str, set[str | None]] = defaultdict(set)
    for sentence in sentences:
        if "shot" not in sentence.text:
            continue
        text = plain(sentence.text)
        for position, words, family in lexicon.dataset_mentions(text):
            found = _BEHIND.match(text, position + len(words)) or _BEFORE.search(text[:position])
            if found and any(b.domain == LANGUAGE_MODELS for b in lexicon.families.get(family, ())):
                said[family].add(shots_in(found[1]))
    return {family: only for family, shots in said.items() if len(shots) == 1 and (only := shots.pop())}
