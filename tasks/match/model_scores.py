"""One score of each model on each benchmark, whether its compute is known or not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from statistics import median
from sys import intern
from typing import NamedTuple

from schemas.vocabularies import UNKNOWN, YES
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.conditions import Conditions, fine_tuned, formulation, kind_apart
from tasks.match.observations import SURELY_READ
from tasks.names.known_models import registered_key
from tasks.names.same_model import is_generic, join_key
from tasks.reference.benchmarks import APART, key_apart


class TrainedWith(NamedTuple):
    """What a model was trained with: FLOP, and examples (of language models tokens) where known."""

    training_flop: float
    dataset_size: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelScore:
    """What one model scored on one series of a benchmark; `score` as a fraction."""

    model: str
    model_key: str
    benchmark: str
    metric: str
    score: float
    year: int | None
    training_flop: float | None = None
    dataset_size: float | None = None


Asked = tuple[str | None, str | None]
"""With how many shots a model was asked, and by which prompt; None where nobody says it."""


@cache
def _asked(shots: str | None, prompting: str | None) -> Asked:
    """One way, kept once for all scores that were had in it."""
    return shots, prompting


class ReliableScore(NamedTuple):
    """What is kept of an accuracy that one can rely on; `series` is None where one must know more to tell it."""

    key: str
    name: str
    source_id: str
    benchmark: str
    metric: str
    series: str | None
    value: float
    year: int | None
    asked: Asked
    trained: TrainedWith | None


def reliable(
    accuracy: Accuracy, pools: Mapping[tuple[str, str], PooledSeries], trained: Mapping[str, TrainedWith]
) -> ReliableScore | None:
    """What one can rely on of an accuracy, if one can.

    Not on scores of models trained for the benchmark, which tell of no common ability, of several networks together,
    those that a machine does not surely read, and models with a name that tells them from no other.

    Args:
        accuracy: Of documents only own results.
        pools: By benchmark and metric, the series that count.
        trained: By id of a result, what its model was trained with, where known.
    """
    a, name = accuracy, _name(accuracy)
    pool = pools.get((a.benchmark, a.metric))
    surely_read = not a.is_machine_read or a.confidence >= SURELY_READ
    if pool is None or not surely_read or a.is_ensemble or is_generic(name) or fine_tuned(a) == YES:
        return None
    return ReliableScore(
        key=intern(registered_key(name) or join_key(name)),
        name=intern(name),
        source_id=intern(a.source_id),
        benchmark=pool.benchmark,
        metric=pool.metric,
        series=_series_of(a, pool),
        value=a.value,
        year=a.year,
        asked=_asked(a.shots, a.prompting),
        trained=trained.get(a.result_id),
    )


def model_scores(scores: Iterable[ReliableScore]) -> list[ModelScore]:
    """One score of each model and series, in the order of their keys.

    Where sources name the version tested, each version is a model. Of several scores the median stands, of those had in
    the usual way (see `usual_ways`).
    """
    of_model: dict[str, list[ReliableScore]] = defaultdict(list)
    for score in scores:
        of_model[score.key].append(score)
    usual = usual_ways(chain.from_iterable(of_model.values()))
    return [score for key in sorted(of_model) for score in _scores_of_model(of_model.pop(key), usual)]


def _name(accuracy: Accuracy) -> str:
    return accuracy.model_version or accuracy.model


def usual_ways(scores: Iterable[ReliableScore]) -> dict[tuple[str, str], Asked]:
    """By source and benchmark, how most of its scores were had, of equal ones the first in the alphabet."""
    counts: dict[tuple[str, str], Counter[Asked]] = defaultdict(Counter)
    for s in scores:
        counts[s.source_id, s.benchmark][s.asked] += 1
    return {place: max(sorted(found, key=str), key=found.__getitem__) for place, found in counts.items()}


def _scores_of_model(found: list[ReliableScore], usual: Mapping[tuple[str, str], Asked]) -> list[ModelScore]:
    """A model's scores; its name is the one printed most often, its year the first, compute and data the medians."""
    names = Counter(s.name for s in found)
    years = [s.year for s in found if s.year]
    known = [s.trained for s in found if s.trained]
    sizes = [t.dataset_size for t in known if t.dataset_size]
    by_series: dict[tuple[str, str], list[ReliableScore]] = defaultdict(list)
    for s in found:
        if s.series:
            by_series[s.series, s.metric].append(s)
    return [
        ModelScore(
            model=max(sorted(names), key=names.__getitem__),
            model_key=found[0].key,
            benchmark=benchmark,
            metric=metric,
            score=median(s.value for s in _usual_of(scores, usual)) / 100,
            year=min(years, default=None),
            training_flop=median(t.training_flop for t in known) if known else None,
            dataset_size=median(sizes) if sizes else None,
        )
        for (benchmark, metric), scores in sorted(by_series.items())
    ]


def _series_of(accuracy: Accuracy, pool: PooledSeries) -> str | None:
    """The series of a score by how its question was put, models that reason among the others; None where one must know
    it and nobody says it."""
    asked = Conditions(formulation=formulation(accuracy))
    if asked.formulation == UNKNOWN and "formulation" in pool.must_be_known:
        return None
    kind = kind_apart(asked, (k for k in pool.apart if APART[k].condition == "formulation"))
    return key_apart(pool.series, kind) if kind else pool.series


def _usual_of(scores: list[ReliableScore], usual: Mapping[tuple[str, str], Asked]) -> list[ReliableScore]:
    return [s for s in scores if s.asked == usual[s.source_id, s.benchmark]] or scores
