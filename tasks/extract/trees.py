"""Trained decision trees as plain numbers: what the judges of results and of disclosures weigh evidence with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Trees:
    """Gradient-boosted decision trees: the sum of their leaves, and the share of negatives that they were shown.

    The nodes of all trees stand one after the other; a node whose `feature` is -1 is a leaf. The `value` of another
    node is the mean over the training rows that reach it.
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

    def contributions(self, row: Floats) -> Floats:
        """How much each feature of a row adds to the log-odds, over the mean of the training rows (Saabas 2014)."""
        found = np.zeros(len(self.names))
        for root in self.roots:
            node = root
            while (feature := self.feature[node]) >= 0:
                child = self.left[node] if row[feature] <= self.threshold[node] else self.right[node]
                found[feature] += self.value[child] - self.value[node]
                node = child
        return found


def table_of(found: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    """Features of candidates, a row each, in the order of `names`; those that do not apply are 0."""
    return np.array([[f.get(name, 0.0) for name in names] for f in found], dtype=float)
