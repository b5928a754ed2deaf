"""Size limits of the pages, and the choice of what they show; the tables hold everything."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, takewhile
from typing import Any, NamedTuple, TypeVar

Row = TypeVar("Row")

POINTS_DRAWN = 500
"""Most points of one interactive chart."""

POINTS_OF_FIRST_PAGE = 200
"""Most points of one chart of the first page, whose file holds each point twice."""

POINT_BYTES = 8_000_000
"""Most bytes of the points of all interactive charts."""

MODEL_BYTES, BRIEF_BYTES = 8_000_000, 3_000_000
"""Most bytes of models with their evidence, and of the others without."""

ROWS_OF_MODEL, ROWS_IN_BRIEF = 40, 3
"""Most rows of each part of a model, with its evidence and without."""


class PointRank(NamedTuple):
    """What ranks a point for drawing. Compute in FLOP; the id is a hash of its content."""

    error: float
    training_flop: float
    year: float | None
    in_fit: bool
    is_own: bool
    observation_id: str


def select_points(points: Sequence[Row], rank_of: Callable[[Row], PointRank], most: int) -> list[Row]:
    """At most `most` points: records first, then those in fits, those from the model's own paper, and the others. Ties
    are broken by id, a hash, which amounts to a random sample."""
    if len(points) <= most:
        return list(points)
    places = [rank_of(point) for point in points]
    records = {*_records(places, lambda p: p.training_flop), *_records(places, lambda p: p.year or math.inf)}

    def rank(n: int) -> tuple[bool, bool, bool, str]:
        place = places[n]
        return n not in records, not place.in_fit, not place.is_own, place.observation_id

    return [points[n] for n in sorted(range(len(points)), key=rank)[:most]]


def _records(places: Sequence[PointRank], along: Callable[[PointRank], float]) -> Iterator[int]:
    """Indices of the points with less error than all before them along an axis."""
    best = math.inf
    for n in sorted(range(len(places)), key=lambda n: (along(places[n]), places[n].error, places[n].observation_id)):
        if places[n].error < best:
            best = places[n].error
            yield n


def within_size(rows: Sequence[Row], most_bytes: int, serialised: Callable[[Row], Any]) -> list[Row]:
    """The first rows whose JSON stays within so many bytes together."""
    weights = accumulate(len(json.dumps(serialised(row), ensure_ascii=False).encode()) for row in rows)
    return list(rows[: sum(1 for _ in takewhile(lambda weight: weight <= most_bytes, weights))])
