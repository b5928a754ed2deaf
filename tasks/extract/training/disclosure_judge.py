"""The judge: how probable it is that a figure tells of the training of the paper's own models.

It was trained on labelled papers (`make train`, docs/contributing.md). `warehouse/reference/disclosure_judge.json`
holds the weights of words, the decision trees and the record of its training. Words are weighed first; trees look at a
figure alone, its words' weight among its features; others see it beside the other figures of the paper; their mean
counts.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tasks.extract.training.candidates import PossibleFigure, TrainingPaper
from tasks.extract.training.context import frame_of, in_context
from tasks.extract.training.evidence import facts_of, words_of
from tasks.extract.trees import Floats, Trees, table_of

JUDGE_FILE = Path(__file__).parents[3] / "warehouse" / "reference" / "disclosure_judge.json"


@dataclass(frozen=True)
class FigureJudge:
    """Weights of words, trees, and the probabilities from which a figure is taken, or kept for review."""

    words: dict[str, float]
    alone: Trees
    final: Trees
    accept: float
    review: float
    record: dict[str, Any]


@cache
def load_judge() -> FigureJudge:
    """The judge as shipped.

    Raises:
        OSError: the file is not there; without it nothing is read.
    """
    data = json.loads(JUDGE_FILE.read_text())
    trees = {name: Trees.of(data["models"][name]) for name in ("alone", "final")}
    return FigureJudge(data["words"], **trees, accept=data["accept"], review=data["review"], record=data["record"])


def with_field(words: Iterable[str], field: str) -> list[str]:
    """The names that words have among the weights: on their own, and for figures of one field."""
    return ["", f"{field}|", *(name for word in sorted(words) for name in (word, f"{field}|{word}"))]


def is_anothers(facts: Mapping[str, float]) -> bool:
    """Whether a figure is said to be another's, in its sentence or beside a row of the paper's own: never taken."""
    in_table = facts.get("rule:others") and facts.get("rows_own")
    return bool(in_table or facts.get("others") or facts.get("another"))


def probabilities(paper: TrainingPaper, possible: Sequence[PossibleFigure]) -> list[float]:
    """Of each figure, how probable it is that it tells of the training of the paper's own models."""
    if not possible:
        return []
    final = load_judge().final
    found, alone = evidence_on(paper, possible)
    together = (alone + final.probability(table_of(found, final.names))) / 2
    return [0.0 if is_anothers(f) else float(p) for f, p in zip(found, together, strict=True)]


def evidence_on(paper: TrainingPaper, possible: Sequence[PossibleFigure]) -> tuple[list[dict[str, float]], Floats]:
    """The evidence on each figure, what is known of it alone and beside the others of the paper; and the probability of
    each by what is known of it alone."""
    judge = load_judge()
    facts = facts_of(paper, possible)
    for p, found in zip(possible, facts, strict=True):
        found["words"] = math.fsum(weights_of_words(paper, p).values())
    frame = frame_of(paper, possible)
    frame["probability"] = alone = judge.alone.probability(table_of(facts, judge.alone.names))
    beside = in_context(frame).to_dict("records")
    return [{**a, **{str(k): float(v) for k, v in b.items()}} for a, b in zip(facts, beside, strict=True)], alone


def weights_of_words(paper: TrainingPaper, possible: PossibleFigure) -> dict[str, float]:
    """What each word around a figure weighs, in log-odds."""
    weights = load_judge().words
    return {n: weights[n] for n in with_field(words_of(paper, possible), possible.figure.field) if n in weights}
