"""Results stated in sentences: "achieves 88.4% top-1 accuracy on ImageNet"."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tasks.extract.accuracy.lexicon import OTHER, Lexicon, Mention, is_generic, plain
from tasks.extract.ownership import CITATION, Ownership, Verdict, verdict_of
from tasks.extract.sentences import Sentence

_NUMBER = re.compile(r"(?<![\w.\-+±∼~=@(])(\d{1,2}\.\d{1,3}|\d{2}(?=\s?%))(?![\d.]*[\d×])\s?(%?)")
_BEFORE_METRIC = re.compile(
    r"^[\s%,]*(?:(?:a|an|the|in|of|on|test|validation|val|dev|absolute|single-crop|single-model|box)\s+)*$"
)
_AFTER_METRIC = re.compile(
    r"^s?(?: \([^)]*\))?\s*(?:(?:scores?|rates?|error|accuracy|accuracies|of|is|was|are|were|to|at|as|about"
    r"|only|up|the|a"
    r"|an|new|state-of-the-art|reach\w*|achiev\w*|attain\w*|obtain\w*|on|test|validation|set|val|:|=|result\w*|which"
    r"|that|from|\d+(?:\.\d+)?\s?%|,)\s*)*$"
)
_CHANGE = re.compile(
    r"\b(?:by|improv\w*|gain\w*|reduc\w*|drop\w*|increas\w*|decreas\w*|differ\w*|higher|lower|better|worse|margin"
    r"|additional|absolute|relative|points?|loss of|degrad\w*|boost\w*)\b[^.;]{0,40}$"
)
_OTHERS_AFTER = re.compile(
    r"\b(?:than|compared (?:to|with)|versus|vs\.?|while|whereas|over the|against|from|outperform\w*|surpass\w*"
    r"|exceed\w*"
    r"|beat\w*)\b|;",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"\b(?:human|previous(?:ly)?|prior|reported|their|original|others?"
    r"|baselines?|best published|competitors?|localization)\b"
)
_CHANGE_BEHIND = re.compile(
    r"\s*(?:absolute|relative|improvement|reduction|points?|gain|lower|higher|better|worse|more|less|drop)\b"
)
_JOINT = re.compile(r"\s*(?:/|and|,)\s*")
_ENUMERATED = re.compile(r"\([a-d]\).*\([a-d]\)")
_STATES = re.compile(
    r"\b(?:achiev|obtain|reach|attain|get|yield|giv|produc|scor|report|perform|reduc|ha(?:s|ve)|is|are|was|were)\w*\b"
)


@dataclass(frozen=True)
class Statement:
    """A figure that a sentence states of a metric."""

    sentence: Sentence
    metric: str
    value: Decimal
    raw: str

    @property
    def span(self) -> tuple[int, int]:
        """Where the figure is printed in its sentence."""
        figure = self.raw.rstrip("%").strip()
        start = max(0, self.sentence.text.find(figure))
        return start, start + len(figure)


def is_own_statement(sentence: str, who: Ownership) -> bool:
    """Whether the sentence speaks of the paper's own result: it cites nobody and names no model cited elsewhere."""
    said = _own_part(sentence)
    if CITATION.search(said) or _FOREIGN.search(said.lower()) or _ENUMERATED.search(sentence):
        return False
    verdict = verdict_of(said, who)
    return verdict == Verdict.OWN or (not verdict and bool(_STATES.search(said)))


def _own_part(sentence: str) -> str:
    """The sentence up to where it turns to others ("than", "outperforming", …)."""
    turn = _OTHERS_AFTER.search(re.sub(r"\bfrom (?=\d)", "____ ", sentence))  # "from 10.95% to 9.36%" is no turn
    return sentence[: turn.start()] if turn else sentence


def statements_in(sentence: Sentence, family: str, lexicon: Lexicon) -> list[Statement]:
    """Figures that the sentence states of the family's metrics."""
    text = plain(_own_part(sentence.text))
    metrics = lexicon.metric_mentions(family, text)
    numbers = [m for m in _NUMBER.finditer(text) if _is_reached(text, m) or not _CHANGE.search(text[: m.start()])]
    numbers = [m for m in numbers if not re.search(r"\bfrom $", text[: m.start()])]
    numbers = [m for m in numbers if not _CHANGE_BEHIND.match(text[m.end() :])]
    pairs = _paired(text, metrics, numbers)
    if pairs is None:
        unnamed = lexicon.without_datasets(text)
        pairs = [(m, _metric_of(unnamed, m, metrics)) for m in numbers]
    several = len({row.metric for row in lexicon.families[family]}) > 1
    return [
        Statement(sentence, metric, Decimal(number[1]), number[1] + number[2])
        for number, metric in pairs
        if metric and (number[2] or "." in number[1]) and not (several and all(is_generic(m[1]) for m in metrics))
    ]


def _is_reached(text: str, number: re.Match[str]) -> bool:
    """Whether the figure is where a change ends: "from 10.95% to 9.36%", "reduced to 2.251%"."""
    return bool(re.search(r"\bto (?:about |only )?$", text[: number.start()]))


def _paired(
    text: str, metrics: Sequence[Mention], numbers: list[re.Match[str]]
) -> list[tuple[re.Match[str], str]] | None:
    """Figures side by side: "top-1/top-5 errors are 35.06%/14.04%" are two metrics in the same order.

    Returns:
        None where no two figures stand side by side; nothing where they do without two metrics doing so too.
    """
    twos = [(a, b) for a, b in itertools.pairwise(numbers) if _JOINT.fullmatch(text[a.end() : b.start()])]
    if not twos:
        return None
    for (p, words, first), (q, _, second) in itertools.pairwise(metrics):
        if first != second and _JOINT.fullmatch(text[p + len(words) : q]):
            return [(twos[0][0], first), (twos[0][1], second)]
    return []


def _metric_of(text: str, number: re.Match[str], metrics: Sequence[Mention]) -> str:
    """The metric that a figure is said of: the words right behind it, else those before it; names of data sets in
    `text` are blank."""
    for p, _, metric in metrics:
        if p >= number.end() and _BEFORE_METRIC.match(text[number.end() : p]):
            return metric
    for p, words, metric in reversed(metrics):
        end = p + len(words)
        if end <= number.start() and _AFTER_METRIC.match(text[end : number.start()]):
            return metric
    return ""


def family_of_sentence(sentences: list[Sentence], index: int, lexicon: Lexicon) -> str:
    """The one family that a sentence names, else the one that the nearest sentence before it names; empty for none."""
    for i in range(index, max(-1, index - 7), -1):
        named = set(lexicon.datasets(plain(sentences[i].text)))
        if named:
            return named.pop() if len(named) == 1 and OTHER not in named else ""
    return ""
