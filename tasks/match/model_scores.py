"""One score of each model on each benchmark, whether its compute is known or not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import NamedTuple

from schemas.vocabularies import UNKNOWN, YES
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.conditions import Conditions, fine_tuned, formulation, kind_apart
from tasks.match.observations import SURELY_READ
from tasks.names.known_models import registered_key
from tasks.names.same_model import is_generic, join_key
from tasks.reference.benchmarks import APART, key_apart


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


class ReliableScore(NamedTuple):
    """What is kept of an accuracy that one can rely on; `series` is None where one must know more to tell it.

    `training_flop` and `dataset_size` (examples, of language models tokens) are what its model was trained with, where
    that is known.
    """

    key: str
    name: str
    result_id: str
    source_id: str
    benchmark: str
    metric: str
    series: str | None
    value: float
    year: int | None
    shots: str | None
    prompting: str | None
    training_flop: float | None = None
    dataset_size: float | None = None

    @property
    def asked(self) -> Asked:
        """How the question was put."""
        return self.shots, self.prompting


def reliable(accuracy: Accuracy, pools: Mapping[tuple[str, str], PooledSeries]) -> ReliableScore | None:
    """What one can rely on of an accuracy, if one can; not yet what its model was trained with.

    Not on scores of models trained for the benchmark, which tell of no common ability, of several networks together,
    those that a machine does not surely read, and models with a name that tells them from no other.

    Args:
        accuracy: Of documents only own results.
        pools: By benchmark and metric, the series that count.
    """
    a, name = accuracy, _name(accuracy)
    pool = pools.get((a.benchmark, a.metric))
    surely_read = not a.is_machine_read or a.confidence >= SURELY_READ
    if pool is None or not surely_read or a.is_ensemble or is_generic(name) or fine_tuned(a) == YES:
        return None
    return ReliableScore(
        key=registered_key(name) or join_key(name),
        name=name,
        result_id=a.result_id,
        source_id=a.source_id,
        benchmark=pool.benchmark,
        metric=pool.metric,
        series=_series_of(a, pool),
        value=a.value,
        year=a.year,
        shots=a.shots,
        prompting=a.prompting,
    )


def model_scores(by_key: Iterable[ReliableScore], usual: Mapping[tuple[str, str], Asked]) -> Iterator[ModelScore]:
    """One score of each model and series.

    Where sources name the version tested, each version is a model. Of several scores the median stands, of those had in
    the usual way.

    Args:
        by_key: Scores in the order of their keys: no more than those of one model are held at a time.
        usual: By source and benchmark, how most of its scores were had (`usual_ways`).
    """
    for _, of_model in groupby(by_key, lambda s: s.key):
        yield from _scores_of_model(list(of_model), usual)


def _name(accuracy: Accuracy) -> str:
    return accuracy.model_version or accuracy.model


def usual_ways(counted: Mapping[tuple[str, str, Asked], int]) -> dict[tuple[str, str], Asked]:
    """By source and benchmark, how most of its scores were had, of equal ones the first in the alphabet.

    Args:
        counted: How many scores of a source and benchmark were had in each way.
    """
    ways: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for source, benchmark, asked in counted:
        ways[source, benchmark].append(asked)
    return {place: max(sorted(of, key=str), key=lambda way: counted[*place, way]) for place, of in ways.items()}


def _scores_of_model(found: list[ReliableScore], usual: Mapping[tuple[str, str], Asked]) -> list[ModelScore]:
    """A model's scores; its name is the one printed most often, its year the first, compute and data the medians."""
    names = Counter(s.name for s in found)
    years = [s.year for s in found if s.year]
    known = [s.training_flop for s in found if s.training_flop]
    sizes = [s.dataset_size for s in found if s.dataset_size]
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
            training_flop=median(known) if known else None,
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
