"""What a figure in a sentence measures, and what a whole paper speaks of, for what its sentences leave open."""

import re
from collections import Counter
from dataclasses import dataclass, field

from schemas.codes.reading import ReadingNote
from tasks.extract.accuracy.lexicon import (
    OTHER,
    Lexicon,
    direction,
    first_direction,
    plain,
)
from tasks.extract.tables import headers_of
from tasks.parse.document import Document
from tasks.reference.benchmarks import Benchmark

_ANY_SPLIT = re.compile(r"(?:top-?[15]|test(?:ing)?|val(?:id(?:ation)?)?|dev(?:elopment)?|set|err(?:or)?|[()\s])+")
"""Words for splits that texts use of any dataset: about a table they prove nothing, unlike "test-dev" or "minival"."""


@dataclass(frozen=True)
class Habits:
    """What a whole paper speaks of: how often each dataset, and each direction, is named."""

    datasets: Counter[str]
    directions: Counter[str]
    variants: dict[str, Counter[str]]
    distinctive: Counter[str]
    """Per split: how often it is named by words that only its family has ("test-dev", not "test set")."""
    said: dict[str, Counter[str]] = field(default_factory=dict)
    """Per family: which direction its tables name, where they name one."""


def habits_of(document: Document, lexicon: Lexicon) -> Habits:
    """Count datasets, splits and directions in the text before the references; title and first page weigh more.

    Directions said in the captions and headers of tables weigh most.
    """
    datasets: Counter[str] = Counter()
    directions: Counter[str] = Counter()
    variants: dict[str, Counter[str]] = {family: Counter() for family in lexicon.families}
    distinctive: Counter[str] = Counter()
    for page in document.pages:
        text = plain(page.plain_text)
        text = re.split(r"\breferences\b\s", text)[0] if page.number > 2 else text
        weight = 3 if page.number == 1 else 1
        for name in lexicon.datasets(text):
            datasets[name] += weight
        for family in lexicon.families:
            for _, words, slug in lexicon.variant_mentions(family, text):
                variants[family][slug] += 1
                distinctive[slug] += not _ANY_SPLIT.fullmatch(words)
        directions["error"] += len(re.findall(r"\berrors?(?: rates?)?\b", text))
        directions["accuracy"] += len(re.findall(r"\baccurac(?:y|ies)\b", text))
        for table in page.tables:
            headers = [table.caption, *headers_of(table)]
            for said in (direction(plain(w)) for w in headers):
                if said:
                    directions[said] += 10
    return Habits(datasets, directions, variants, distinctive)


def _most_named(counts: Counter[str], families: set[str], least: int) -> str:
    """The one of `families` that is named at least `least` times, and thrice as often as each other one; else ''."""
    ranked = sorted(((counts[f], f) for f in families if counts[f] >= least), reverse=True)
    clear = ranked and (len(ranked) == 1 or ranked[0][0] >= 3 * ranked[1][0])
    return ranked[0][1] if clear else ""


def split_of(family: str, text: str, lexicon: Lexicon, habits: Habits) -> tuple[str, ReadingNote | None]:
    """Slug of the family's split (or language pair) that plain `text` means, and what lowers the confidence in it.

    The slug is empty where the text names another split than ours, or nothing tells which.
    """
    found = lexicon.variants(family, text)
    if OTHER in found and not lexicon.names_task(family, text):
        return "", None
    named = found - {OTHER}
    return (named.pop(), None) if len(named) == 1 else _usual_split(family, lexicon, habits)


def _usual_split(family: str, lexicon: Lexicon, habits: Habits) -> tuple[str, ReadingNote | None]:
    slugs = {row.slug for row in lexicon.families[family]}
    if len(slugs) == 1:
        return slugs.pop(), None
    usual = _most_named(habits.variants[family], slugs, least=3)
    if usual and habits.distinctive[usual] >= 3:
        return usual, ReadingNote.SPLIT_NOT_NEAR
    default = {row.slug for row in lexicon.families[family] if row.variant_default}
    return (default.pop(), ReadingNote.SPLIT_NOT_NAMED) if len(default) == 1 else ("", None)


def is_error_of(benchmark: Benchmark, text: str, habits: Habits, value: float) -> bool | None:
    """Whether a figure (in percent) that plain `text` states is an error; None where nothing says so.

    Where no word says, size may: nobody prints an ImageNet top-1 accuracy of 24 % for a trained network, nor an error
    of 76 %.
    """
    if benchmark.printed != "either":
        return benchmark.printed == "error"
    if said := first_direction(text):
        return said == "error"
    if benchmark.usual_lower is not None:
        lower = float(benchmark.usual_lower)
        if (value >= lower) != (100 - value >= lower):
            return value < lower
    for usual in (habits.said.get(benchmark.names[0], Counter()), habits.directions):
        if usual["error"] > 1.5 * usual["accuracy"]:
            return True if value < 70 else None
        if usual["accuracy"] > 1.5 * usual["error"]:
            return False if value > 30 else None
    return None
