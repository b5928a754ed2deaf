"""What pages hold at most, however many papers are read: the most telling rows first, all of them in the tables."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, takewhile
from typing import Any, NamedTuple, TypeVar

Row = TypeVar("Row")

POINTS_DRAWN = 500
"""The most points of one chart with switches."""

POINTS_OF_FIRST_PAGE = 200
"""The most points of one chart of the first page, where each is part of the page itself, twice."""

POINT_BYTES = 8_000_000
"""What the points of all charts with switches weigh at most."""

MODEL_BYTES, BRIEF_BYTES = 8_000_000, 3_000_000
"""What the evidence of the best known models weighs at most, and what is told of the others without their evidence."""

ROWS_OF_MODEL, ROWS_IN_BRIEF = 40, 3
"""The most rows of one kind that are told of a model, with its evidence and without."""


class Spot(NamedTuple):
    """Where a point stands in a chart, and what speaks for drawing it. Compute in FLOP; the id is a hash of content."""

    error: float
    training_flop: float
    year: float | None
    in_fit: bool
    is_own: bool
    observation_id: str


def most_telling(points: Sequence[Row], spot_of: Callable[[Row], Spot], most: int) -> list[Row]:
    """The points that are drawn where there are more: records, those of fits, those that the model's own paper states,
    then the others; of equals a sample that favours none, since their ids are hashes."""
    if len(points) <= most:
        return list(points)
    places = [spot_of(point) for point in points]
    records = {*_records(places, lambda p: p.training_flop), *_records(places, lambda p: p.year or math.inf)}

    def rank(n: int) -> tuple[bool, bool, bool, str]:
        place = places[n]
        return n not in records, not place.in_fit, not place.is_own, place.observation_id

    return [points[n] for n in sorted(range(len(points)), key=rank)[:most]]


def _records(places: Sequence[Spot], along: Callable[[Spot], float]) -> Iterator[int]:
    """Which points have less error than all before them along an axis."""
    best = math.inf
    for n in sorted(range(len(places)), key=lambda n: (along(places[n]), places[n].error, places[n].observation_id)):
        if places[n].error < best:
            best = places[n].error
            yield n


def fitting(rows: Sequence[Row], most_bytes: int, written: Callable[[Row], Any]) -> list[Row]:
    """The first rows that weigh no more together than so many bytes, as they are written in a page's data."""
    weights = accumulate(len(json.dumps(written(row), ensure_ascii=False).encode()) for row in rows)
    return list(rows[: sum(1 for _ in takewhile(lambda weight: weight <= most_bytes, weights))])
