"""Which models and benchmarks the latent model is fitted to, and their scores as arrays."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tasks.evaluate.capability.latent import Scores
from tasks.fit.model import Floats
from tasks.match.model_scores import ModelScore

MIN_BENCHMARKS = 2
"""A score on one benchmark tells that score and no ability behind several."""

MIN_MODELS = 10
"""Fewer models carry no curve of two parameters that would tell the next model's score."""

Series = tuple[str, str]
"""A benchmark with its metric."""


@dataclass(frozen=True)
class Grid:
    """Scores of models that have enough of them, on benchmarks that have; places follow `models` and `series`."""

    rows: tuple[ModelScore, ...]
    chances: Mapping[Series, float]
    error_floors: Mapping[Series, float]

    @cached_property
    def models(self) -> list[str]:
        """Keys of the models, in order."""
        return sorted({r.model_key for r in self.rows})

    @cached_property
    def series(self) -> list[Series]:
        """The benchmarks, in order."""
        return sorted({(r.benchmark, r.metric) for r in self.rows})

    @cached_property
    def scores(self) -> Scores:
        """What the latent model is fitted to."""
        models, series = ({name: place for place, name in enumerate(names)} for names in (self.models, self.series))
        return Scores(
            model=np.array([models[r.model_key] for r in self.rows], dtype=np.int64),
            benchmark=np.array([series[r.benchmark, r.metric] for r in self.rows], dtype=np.int64),
            score=np.array([r.score for r in self.rows], dtype=float),
            n_models=len(models),
            chance=np.array([self.chances.get(s, 0.0) for s in self.series], dtype=float),
            ceiling=np.array([1 - self.error_floors.get(s, 0.0) for s in self.series], dtype=float),
        )

    @cached_property
    def year(self) -> Floats:
        """The year of each score's model; NaN where not known."""
        return np.array([np.nan if r.year is None else r.year for r in self.rows], dtype=float)

    @cached_property
    def log10_flop(self) -> Floats:
        """The compute of each score's model; NaN where not known."""
        return np.log10([r.training_flop or np.nan for r in self.rows])


def grid_of(rows: Iterable[ModelScore], chances: Mapping[Series, float], error_floors: Mapping[Series, float]) -> Grid:
    """Leave out models and benchmarks with too few scores, until all that stay have enough."""
    kept = list(rows)
    while True:
        of_model = Counter(r.model_key for r in kept)
        of_series = Counter((r.benchmark, r.metric) for r in kept if of_model[r.model_key] >= MIN_BENCHMARKS)
        enough = [
            r
            for r in kept
            if of_model[r.model_key] >= MIN_BENCHMARKS and of_series[r.benchmark, r.metric] >= MIN_MODELS
        ]
        if len(enough) == len(kept):
            return Grid(tuple(kept), chances, error_floors)
        kept = enough
