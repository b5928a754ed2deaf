"""Trained decision trees as plain numbers: what the judges of results and of disclosures weigh evidence with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

_ROWS_AT_ONCE = 10_000
"""Rows whose way through all trees is followed at once: each takes some kilobytes."""
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Trees:
    """Gradient-boosted decision trees: the sum of their leaves, and the share of negatives that they were shown.

    The nodes of all trees stand one after the other; a node whose `feature` is -1 is a leaf. The `value` of another
    node is the mean over the training rows that reach it.
    """

    names: tuple[str, ...]
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
        blocks = [table[i : i + _ROWS_AT_ONCE] for i in range(0, max(1, len(table)), _ROWS_AT_ONCE)]
        return np.concatenate([self._probability(block) for block in blocks])

    def _probability(self, table: Floats) -> Floats:
        first = len(self.names) * np.arange(len(table))[:, np.newaxis]  # of each row among the values of all
        values, (feature, child) = table.ravel(), self._steps
        node = np.tile(np.array(self.roots), (len(table), 1))
        while (self.feature[node] >= 0).any():
            goes_left = values[first + feature[node]] <= self.threshold[node]
            node = child[2 * node + goes_left]
        score = np.zeros(len(table))
        for of_tree in self.value[node].T:
            score += of_tree
        odds = np.exp(score) * self.negatives
        result: Floats = odds / (1 + odds)
        return result

    @cached_property
    def _steps(self) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
        """The feature that each node asks of, and by turns its right and left child; a leaf leads to itself."""
        is_leaf, nodes = self.feature < 0, np.arange(len(self.feature))
        children = [np.where(is_leaf, nodes, side) for side in (self.right, self.left)]
        return np.maximum(self.feature, 0), np.stack(children, axis=1).ravel()

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
