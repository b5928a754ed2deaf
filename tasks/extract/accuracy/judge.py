"""The judge: how probable it is that a printed figure is the paper's own result of a benchmark.

It was trained on labelled papers (`make train`, docs/contributing.md). `warehouse/reference/judge.json` holds its
decision trees and the record of its training. Two models look at each candidate alone (what is
measured, whose it is) and one at both together; a last one weighs them beside the other figures of the paper.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from tasks.extract.accuracy.candidates import Hypothesis, PossibleResult, PrintedFigure, possible_results
from tasks.extract.accuracy.context import best_meanings, frame_of, in_context
from tasks.extract.accuracy.evidence import evidence_of
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.trees import Trees, table_of

JUDGE_FILE = Path(__file__).parents[3] / "warehouse" / "reference" / "judge.json"
MODELS = ("joint", "what", "own")
"""The models that see a candidate alone: is it an own result, is it a result, is it the paper's own."""


@dataclass(frozen=True)
class Judge:
    """The trained models, and the probabilities from which a figure is taken, or kept for review."""

    alone: dict[str, Trees]
    final: Trees
    accept: float
    review: float
    only_in_sentence: float
    """By what the probability of a figure counts that only a sentence states: such figures are less often right."""
    record: dict[str, Any]

    @cached_property
    def names(self) -> list[str]:
        """Every feature that the models of `alone` ask for."""
        return list(dict.fromkeys(name for trees in self.alone.values() for name in trees.names))


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
        only_in_sentence=data["only_in_sentence"],
        record=data["record"],
    )


def looked_at_alone(candidates: Sequence[PossibleResult], evidence: Iterable[Mapping[str, float]]) -> pd.DataFrame:
    """The candidates as `frame_of`, with what each of `MODELS` makes of their evidence."""
    frame, judge = frame_of(candidates), load_judge()
    table = table_of(evidence, judge.names)
    for name, trees in judge.alone.items():
        frame[name] = trees.probability(table[:, [judge.names.index(n) for n in trees.names]])
    return frame


def judged(paper: ReadPaper) -> list[Judged]:
    """The most probable meaning of each figure of the paper's tables and sentences, in their order.

    Sentences that only repeat, or round, a figure that is read elsewhere are left out.
    """
    candidates = possible_results(paper)
    if not candidates:
        return []
    judge = load_judge()
    frame = looked_at_alone(candidates, evidence_of(candidates))
    context = in_context(frame)
    frame["probability"] = judge.final.probability(context[list(judge.final.names)].to_numpy(dtype=float))
    best = best_meanings(frame, judge.review, judge.only_in_sentence)
    what = best[["what", "probability"]].max(axis=1)
    return [Judged(candidates[i].figure, candidates[i].hypothesis, best["probability"][i], what[i]) for i in best.index]
