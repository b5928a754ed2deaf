"""One score of each model on each benchmark, whether its compute is known or not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from schemas.codes import Coded
from schemas.codes.matching import Exclusion
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


def model_scores(
    accuracies: Iterable[Accuracy],
    pooled: Iterable[PooledSeries],
    spoilt: Mapping[str, Coded[Exclusion]],
    trained: Mapping[str, TrainedWith],
) -> list[ModelScore]:
    """The scores that one can rely on, one of each model and series, in the order of their keys.

    Left out are scores of models trained for the benchmark, which tell of no common ability, of several networks
    together, those that a machine does not surely read, those that a rule for defects points at, and models with a name
    that tells them from no other. Where sources name the version tested, each version is a model. Of several scores the
    median stands, of those had in the usual way (see `usual_ways`).

    Args:
        accuracies: Of documents only own results.
        pooled: The pairs of benchmark and metric that count, with their series.
        spoilt: By id of a result, why it may not be used.
        trained: By id of a result, what its model was trained with, where known.
    """
    pools = {(p.benchmark, p.metric): p for p in pooled}
    usable = [a for a in accuracies if (a.benchmark, a.metric) in pools and _is_usable(a, spoilt)]
    usual = usual_ways(usable)
    of_model: dict[str, list[Accuracy]] = defaultdict(list)
    for accuracy in usable:
        of_model[key_of(accuracy)].append(accuracy)
    return [
        score
        for key, found in sorted(of_model.items())
        for score in _scores_of_model(key, found, pools, usual, trained)
    ]


def _is_usable(accuracy: Accuracy, spoilt: Mapping[str, Coded[Exclusion]]) -> bool:
    if fine_tuned(accuracy) == YES:
        return False
    surely_read = not accuracy.is_machine_read or accuracy.confidence >= SURELY_READ
    is_known = not accuracy.is_ensemble and not is_generic(_name(accuracy))
    return surely_read and is_known and accuracy.result_id not in spoilt


def key_of(accuracy: Accuracy) -> str:
    """The key of the model, or of its version, whose accuracy it is."""
    return registered_key(_name(accuracy)) or join_key(_name(accuracy))


def _name(accuracy: Accuracy) -> str:
    return accuracy.model_version or accuracy.model


Asked = tuple[str | None, str | None]
"""With how many shots a model was asked, and by which prompt; None where nobody says it."""


def usual_ways(accuracies: Iterable[Accuracy]) -> dict[tuple[str, str], Asked]:
    """By source and benchmark, how most of its scores were had, of equal ones the first in the alphabet."""
    counts: dict[tuple[str, str], Counter[Asked]] = defaultdict(Counter)
    for a in accuracies:
        counts[a.source_id, a.benchmark][_asked(a)] += 1
    return {place: max(sorted(found, key=str), key=found.__getitem__) for place, found in counts.items()}


def _asked(accuracy: Accuracy) -> Asked:
    return accuracy.shots, accuracy.prompting


def _scores_of_model(
    key: str,
    found: list[Accuracy],
    pools: Mapping[tuple[str, str], PooledSeries],
    usual: Mapping[tuple[str, str], Asked],
    trained: Mapping[str, TrainedWith],
) -> list[ModelScore]:
    """A model's scores; its name is the one printed most often, its year the first, compute and data the medians."""
    names = Counter(_name(a) for a in found)
    years = [a.year for a in found if a.year]
    known = [trained[a.result_id] for a in found if a.result_id in trained]
    sizes = [t.dataset_size for t in known if t.dataset_size]
    by_series: dict[tuple[str, str], list[Accuracy]] = defaultdict(list)
    for a in found:
        if series := _series_of(a, pools[a.benchmark, a.metric]):
            by_series[series, a.metric].append(a)
    return [
        ModelScore(
            model=max(sorted(names), key=names.__getitem__),
            model_key=key,
            benchmark=benchmark,
            metric=metric,
            score=median(a.value for a in _usual_of(scores, usual)) / 100,
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


def _usual_of(scores: list[Accuracy], usual: Mapping[tuple[str, str], Asked]) -> list[Accuracy]:
    return [a for a in scores if _asked(a) == usual[a.source_id, a.benchmark]] or scores
