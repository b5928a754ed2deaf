"""The judge: how probable it is that a printed figure is the paper's own result of a benchmark.

It was trained on labelled papers (`make train`, docs/contributing.md). `warehouse/reference/judge.json` holds its
decision trees and the record of its training. Two models look at each candidate alone (what is
measured, whose it is) and one at both together; a last one weighs them beside the other figures of the paper.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tasks.extract.accuracy.candidates import Hypothesis, PrintedFigure, possible_results
from tasks.extract.accuracy.context import frame_of, in_context
from tasks.extract.accuracy.evidence import evidence_of
from tasks.extract.accuracy.paper import ReadPaper

JUDGE_FILE = Path(__file__).parents[3] / "warehouse" / "reference" / "judge.json"
MODELS = ("joint", "what", "own")
"""The models that see a candidate alone: is it an own result, is it a result, is it the paper's own."""

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Trees:
    """Gradient-boosted decision trees: the sum of their leaves, and the share of negatives that they were shown.

    The nodes of all trees stand one after the other; a node whose `feature` is -1 is a leaf.
    """

    names: tuple[str, ...]
    start: float
    roots: tuple[int, ...]
    feature: np.ndarray[Any, np.dtype[np.int64]]
    threshold: Floats
    left: np.ndarray[Any, np.dtype[np.int64]]
    right: np.ndarray[Any, np.dtype[np.int64]]
    value: Floats
    negatives: float

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Trees":
        """Take them from their JSON."""
        return cls(
            names=tuple(data["names"]),
            start=data["start"],
            roots=tuple(data["roots"]),
            feature=np.array(data["feature"], dtype=np.int64),
            threshold=np.array(data["threshold"]),
            left=np.array(data["left"], dtype=np.int64),
            right=np.array(data["right"], dtype=np.int64),
            value=np.array(data["value"]),
            negatives=data["negatives"],
        )

    def probability(self, table: Floats) -> Floats:
        """Probability of each row of `table`, whose columns are `names`."""
        score = np.full(len(table), self.start)
        rows = np.arange(len(table))
        for root in self.roots:
            node = np.full(len(table), root)
            while (self.feature[node] >= 0).any():
                feature = self.feature[node]
                inner = feature >= 0
                goes_left = table[rows, np.where(inner, feature, 0)] <= self.threshold[node]
                node = np.where(inner, np.where(goes_left, self.left[node], self.right[node]), node)
            score += self.value[node]
        odds = np.exp(score) * self.negatives
        result: Floats = odds / (1 + odds)
        return result


@dataclass(frozen=True)
class Judge:
    """The trained models, and the probabilities from which a figure is taken, or kept for review."""

    alone: dict[str, Trees]
    final: Trees
    accept: float
    review: float
    record: dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """A figure with its most probable meaning.

    `probability`: that it is the paper's own result of that meaning; `what`: that it has that meaning, whosever it is.
    """

    figure: PrintedFigure
    hypothesis: Hypothesis
    probability: float
    what: float


@cache
def load_judge() -> Judge:
    """The judge as shipped.

    Raises:
        OSError: the file is not there; without it nothing is read.
    """
    data = json.loads(JUDGE_FILE.read_text())
    return Judge(
        alone={name: Trees.of(data["models"][name]) for name in MODELS},
        final=Trees.of(data["models"]["final"]),
        accept=data["accept"],
        review=data["review"],
        record=data["record"],
    )


def _table_of(found: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    """Features of candidates, a row each, in the order of `names`; those that do not apply are 0."""
    return np.array([[f.get(name, 0.0) for name in names] for f in found], dtype=float)


def judged(paper: ReadPaper) -> list[Judged]:
    """The most probable meaning of each figure of the paper's tables, in their order."""
    candidates = possible_results(paper)
    if not candidates:
        return []
    judge = load_judge()
    frame = frame_of(candidates)
    found = evidence_of(candidates)
    for name, trees in judge.alone.items():
        frame[name] = trees.probability(_table_of(found, trees.names))
    context = in_context(frame)
    frame["probability"] = judge.final.probability(context[list(judge.final.names)].to_numpy(dtype=float))
    return [
        Judged(candidates[i].figure, candidates[i].hypothesis, frame["probability"][i], _what(frame, i))
        for i in frame.groupby(["table", "figure"], sort=False)["probability"].idxmax()
    ]


def _what(frame: pd.DataFrame, i: Any) -> float:
    return float(max(frame["what"][i], frame["probability"][i]))
