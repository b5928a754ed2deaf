"""Trained decision trees as plain numbers: what the judges of results and of disclosures weigh evidence with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Rows = np.ndarray[Any, np.dtype[np.intp]]


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
        columns, rows = np.ascontiguousarray(table.T), np.arange(len(table))
        score, leaf = np.zeros((2, len(table)))
        for root in self.roots:
            self._fill(leaf, columns, root, rows)
            score += leaf
        odds = np.exp(score) * self.negatives
        result: Floats = odds / (1 + odds)
        return result

    def _fill(self, leaf: Floats, columns: Floats, root: int, rows: Rows) -> None:
        """Give each of `rows` the value of the leaf that it comes to; the rows that meet at a node go on together."""
        feature, threshold, left, right, value = self._nodes
        waiting = [(root, rows)]
        while waiting:
            node, here = waiting.pop()
            if feature[node] < 0:
                leaf[here] = value[node]
                continue
            goes_left = columns[feature[node]][here] <= threshold[node]
            if len(to_left := here[goes_left]):
                waiting.append((left[node], to_left))
            if len(to_left) < len(here):
                waiting.append((right[node], here[~goes_left]))

    @cached_property
    def _nodes(self) -> tuple[list[Any], ...]:
        """The columns of the nodes as lists, whose items are read one by one faster than those of arrays."""
        columns = self.feature, self.threshold, self.left, self.right, self.value
        return tuple(column.tolist() for column in columns)

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


def table_of(found: Iterable[Mapping[str, float]], names: Sequence[str]) -> Floats:
    """Features of candidates, a row each, in the order of `names` (at least one); those that do not apply are 0."""
    values = chain.from_iterable(map(features.get, names, repeat(0.0)) for features in found)
    return np.fromiter(values, float).reshape(-1, len(names))
