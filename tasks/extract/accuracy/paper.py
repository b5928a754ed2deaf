"""What the reading of one document needs throughout: its words, its habits, its own models."""

import re
from collections import Counter
from collections.abc import Sequence

from tasks.extract.accuracy.habits import Habits, habits_of
from tasks.extract.accuracy.lexicon import Lexicon, names_dataset, plain
from tasks.extract.accuracy.shots import shots_of_benchmarks
from tasks.extract.ownership import Ownership, ownership_of
from tasks.extract.sentences import sentences_of
from tasks.names.keys import model_key
from tasks.parse.document import Document
from tasks.reference.benchmarks import Benchmark

_ABBREVIATED = re.compile(r"\s?\(\s?([A-Za-z][\w\- ]{0,10}\w\+?)\s?\)")

_REFERENCES = re.compile(r"^\W*(?:\d+\.? )?references\W*$", re.IGNORECASE | re.MULTILINE)


def abbreviations_of(document: Document, lexicon: Lexicon) -> dict[str, str]:
    """Names of datasets that the paper abbreviates itself: "Oxford Flowers (Flw)", "CIFAR-10 (C-10)"."""
    learned: dict[str, str] = {}
    for page in document.pages:
        text = plain(page.plain_text)
        for position, words, family in lexicon.dataset_mentions(text):
            found = _ABBREVIATED.match(text, position + len(words))
            if found and not lexicon.says_anything(found[1]) and not found[1].isdigit():
                learned.setdefault(found[1], family)
    return learned


class ReadPaper:
    """A paper as the reading of its results sees it."""

    def __init__(self, document: Document, paper_id: str, benchmarks: Sequence[Benchmark]) -> None:
        """Read the paper's habits and names."""
        self.document = document
        self.paper_id = paper_id
        self.lexicon = Lexicon(benchmarks, abbreviations_of(document, Lexicon(benchmarks)))
        self.who: Ownership = ownership_of(document, lambda name: self._names_no_model(plain(name)))
        self.habits: Habits = habits_of(document, self.lexicon)
        self.sentences = sentences_of(document)
        self.shots = shots_of_benchmarks(self.sentences, self.lexicon)
        self.title_key = model_key(document.title)
        text = " ".join(page.plain_text for page in document.pages)
        self.word_counts = Counter(re.findall(r"[\w.+@-]*\w", text.lower()))
        years = Counter(int(year) for year in re.findall(r"\b(?:19[89]|20[0-4])\d\b", text))
        self.year = max((year for year, n in years.items() if n > 1), default=0)
        """The latest year that the paper names twice: about that of its writing; 0 where it names none."""
        self._references = [page.number for page in document.pages if _REFERENCES.search(page.plain_text)]

    def _names_no_model(self, name: str) -> bool:
        """Whether a plain name is a dataset's; a word alone also where it is a metric, a split or a quantity."""
        return names_dataset(name, self.lexicon) if " " in name else self.lexicon.says_anything(name)

    def is_after_references(self, page: int) -> bool:
        """Whether a page comes after the list of references: an appendix."""
        return bool(self._references) and page > self._references[-1]
