"""What decided about a figure: how far each piece of evidence moved a judge.

A tree contributes the splits on the way to its leaf: each changes the mean over the training rows that reach it
(Saabas 2014, "Interpreting random forests"; Palczewska et al., arXiv 1312.1121). Together with the mean over all
training rows they add up to the log-odds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tasks.extract.trees import Trees, table_of


@dataclass(frozen=True)
class Contribution:
    """A feature with its value, and the log-odds that it added."""

    name: str
    value: float
    log_odds: float


@dataclass(frozen=True)
class Weighing:
    """What one model of a judge makes of a figure, and why."""

    probability: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True)
class Decision:
    """Why a figure was taken for what it was."""

    by_model: Mapping[str, Weighing]
    """The judge's models by name; `final` weighs what the others make of the figure beside the paper's others."""
    quotes: Mapping[str, str] = field(default_factory=dict)
    """The words about the figure, by where they stand (`tasks.extract.accuracy.candidates.LAYERS`)."""


def weighing(trees: Trees, evidence: Mapping[str, float]) -> Weighing:
    """What trees make of a figure with this evidence."""
    row = table_of([evidence], trees.names)
    moved = zip(trees.names, row[0], trees.contributions(row[0]), strict=True)
    return Weighing(float(trees.probability(row)[0]), tuple(Contribution(n, float(v), float(m)) for n, v, m in moved))
