"""Observations: each accuracy with its compute, and what speaks against it whatever else is known of its model."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from schemas.codes import Coded, has
from schemas.codes.compute import ComputeFlag
from schemas.codes.matching import Exclusion
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Observation
from schemas.vocabularies import UNKNOWN
from tasks.match.accuracy import Accuracy, PooledAccuracy, PooledSeries
from tasks.match.conditions import Conditions, conditions_of, kind_apart
from tasks.match.pairing import ComputeIndex, Pair
from tasks.match.row_filter import RowFilter
from tasks.match.witness import unwitnessed
from tasks.provenance.claims import content_id
from tasks.reference.benchmarks import chance_levels, key_apart
from tasks.wording.matching import join_reason, median_words

SURELY_READ = 0.6
"""The least confidence in a figure read by machine that may enter a fit. In cross-validation 94 of 100 figures from
there on were right (docs/evaluation.md, 2026-11-29)."""

COMPUTE_EXCLUSIONS = {
    ComputeFlag.MODEL_SUPPOSED: Exclusion.COMPUTE_SUPPOSED,
    ComputeFlag.SEARCH_INCLUDED: Exclusion.COMPUTE_WITH_SEARCH,
    ComputeFlag.BASE_LEFT_OUT: Exclusion.COMPUTE_WITHOUT_BASE,
    ComputeFlag.DISTILLED: Exclusion.COMPUTE_WITHOUT_TEACHER,
    ComputeFlag.DROPPED: Exclusion.COMPUTE_DROPPED,
    ComputeFlag.BOUND_ONLY: Exclusion.COMPUTE_IS_A_BOUND,
    ComputeFlag.OTHER_SCOPE: Exclusion.COMPUTE_OF_OTHER_SCOPE,
}
"""Why a compute figure is not known to be what the model's training took (`schemas.codes.compute.NOT_FOR_FITS`)."""


@dataclass(frozen=True, slots=True)
class _Matched:
    """An observation that is not judged yet: what speaks against it, and the accuracy that it was made from.

    `trained_for` is the data set that the model must have learnt from where its compute does not name one; `set_back`
    why another score of the model stands.
    """

    row: Observation
    accuracy: Accuracy
    doubt: Coded[Exclusion] | None
    defect: Coded[Exclusion] | None
    trained_for: str | None = None
    set_back: Coded[Exclusion] | None = None


def match_observations(
    accuracies: Iterable[Accuracy],
    estimates: Iterable[ListedEstimate],
    pooled: Iterable[PooledSeries],
    source_order: tuple[str, ...],
    spoilt: Mapping[str, Coded[Exclusion]] | None = None,
    arxiv_papers: Mapping[str, str] | None = None,
    row_filter: RowFilter | None = None,
) -> list[Observation]:
    """Rows of core_observations, of which nothing but the others of their model decides (`tasks.match.standing`).

    Papers of which nobody else speaks can be matched each by itself; all of which structured sources speak, together.

    Args:
        accuracies: Of documents only own results; a hand-read one may also be a cited model's.
        estimates: Every compute estimate of their papers and, where there are scores of structured sources, of the
            models that they name.
        pooled: The pairs of benchmark and metric that fits use.
        source_order: Source ids, the most trusted first; sources not named come after them.
        spoilt: By id of result or estimate, why a fit may not use it (`tasks.defects.spoilt`).
        arxiv_papers: arXiv's id of papers that go by another, say a file's name (`tasks.names.papers`).
        row_filter: Which observations fits may use at all; another of the model's may stand for one left out.

    Returns:
        One row for each accuracy of a fit metric whose model has a compute estimate. `in_fit` is true where nothing
        speaks against it; the others say what does.
    """
    estimates = list(estimates)
    ids = arxiv_papers or {}
    spoilt = {**unwitnessed(estimates, ids), **(spoilt or {})}
    pools = {(p.benchmark, p.metric): p for p in pooled}
    of_fits = [PooledAccuracy(a, pools[a.benchmark, a.metric]) for a in accuracies if (a.benchmark, a.metric) in pools]
    index = ComputeIndex(estimates, of_fits, source_order, frozenset(spoilt), ids)
    found = [_matched(one, pair, spoilt) for one in of_fits if (pair := index.pair(one))]
    asked_for = _filtered(found, row_filter) if row_filter else found
    return [*map(_judged, _one_score_a_model(_doubt_two_trainings(asked_for), of_fits))]


def _matched(pooled: PooledAccuracy, pair: Pair, spoilt: Mapping[str, Coded[Exclusion]]) -> _Matched:
    accuracy, pool, estimate = pooled.accuracy, pooled.pool, pair.estimate
    conditions = conditions_of(accuracy, estimate)
    kind = kind_apart(conditions, pool.apart)
    row = _observation(accuracy, pair, key_apart(pool.series, kind) if kind else pool.series, conditions)
    return _Matched(
        row=row,
        accuracy=accuracy,
        doubt=pair.doubt or _not_the_models(estimate) or _unlike(conditions, pool.must_be_known),
        defect=spoilt.get(accuracy.result_id) or spoilt.get(estimate.estimate_id),
        trained_for=pool.training_set if pool.trains_anew and not estimate.training_set else None,
    )


def _unlike(conditions: Conditions, must_be_known: Iterable[str]) -> Coded[Exclusion] | None:
    """Why a score may be no like of the others of its series: a condition of it is not known."""
    lacking = next((name for name in must_be_known if getattr(conditions, name) == UNKNOWN), None)
    return Coded.of(Exclusion.CONDITION_UNKNOWN, condition=lacking.replace("_", " ")) if lacking else None


def _observation(accuracy: Accuracy, pair: Pair, series: str, conditions: Conditions) -> Observation:
    estimate = pair.estimate
    return Observation(
        observation_id=content_id(accuracy.result_id, estimate.estimate_id),
        series=series,
        benchmark=accuracy.benchmark,
        metric=accuracy.metric,
        paper_id=accuracy.paper_id or estimate.paper_id,
        model=accuracy.model,
        model_key=accuracy.model_key,
        year=accuracy.year or estimate.year,
        value=accuracy.value,
        # Through the printed decimals, so that 100 - 78.57 is 21.43 and not 21.430000000000007.
        error=round(1 - accuracy.value / 100, 6),
        training_flop=estimate.training_flop,
        training_flop_lower=estimate.training_flop_lower,
        training_flop_upper=estimate.training_flop_upper,
        method=estimate.method,
        compute_scope=estimate.compute_scope,
        hardware_burden_flop=estimate.hardware_burden_flop,
        hardware=estimate.hardware,
        chips=estimate.chips,
        duration_hours=estimate.duration_hours,
        **asdict(conditions),
        join_rule=pair.rule,
        join_reason=_join_reason(accuracy, pair),
        result_id=accuracy.result_id,
        estimate_id=estimate.estimate_id,
        result_source_id=accuracy.source_id,
        compute_source_id=estimate.source_id,
    )


def _join_reason(accuracy: Accuracy, pair: Pair) -> str:
    of_accuracy = (accuracy.value, accuracy.source_id, accuracy.source_table, accuracy.model)
    return join_reason(of_accuracy, pair.estimate, pair.rule, pair.not_taken)


def _not_the_models(estimate: ListedEstimate) -> Coded[Exclusion] | None:
    """Why a compute figure is not known to be what the model's training took."""
    return next((Coded.of(why) for flag, why in COMPUTE_EXCLUSIONS.items() if has(estimate.flags, flag)), None)


def _filtered(found: list[_Matched], row_filter: RowFilter) -> list[_Matched]:
    left_out = row_filter.left_out([m.row for m in found])
    doubt = Coded.of(Exclusion.FILTERED_OUT, condition=row_filter.condition)
    return [replace(m, doubt=doubt) if m.row.observation_id in left_out else m for m in found]


def _doubt_two_trainings(found: list[_Matched]) -> list[_Matched]:
    """Doubt scores that take one figure of others for two trainings: a translator to German is not that to French."""
    trained_for: dict[str, set[str]] = defaultdict(set)
    for m in found:
        if m.accuracy.is_score and m.trained_for:
            trained_for[m.row.estimate_id].add(m.trained_for)
    doubted = []
    for m in found:
        sets = trained_for[m.row.estimate_id] if m.accuracy.is_score and m.trained_for else set()
        doubt = Coded.of(Exclusion.ONE_OF_TWO_TRAININGS, datasets=" or ".join(sorted(sets)))
        doubted.append(replace(m, doubt=doubt) if len(sets) > 1 and not m.doubt else m)
    return doubted


def _one_score_a_model(found: list[_Matched], accuracies: Iterable[PooledAccuracy]) -> list[_Matched]:
    """Of several scores of one model on a benchmark in one structured source, the one that stands.

    Leaderboards test a model several times: with other shots, in other versions, by other hands. Taken is the median
    of those tested in the usual way, not the best, which would flatter; of an even number one of the two in the middle,
    by its id and not its height. The usual
    way is the one of more than half of the source's rows on the benchmark.
    """
    protocols: dict[tuple[str, str], Counter[str | None]] = defaultdict(Counter)
    for a in (pooled.accuracy for pooled in accuracies):
        protocols[a.source_id, a.benchmark][a.test_protocol] += 1
    groups: dict[tuple[str, str, str, str], list[_Matched]] = defaultdict(list)
    for m in found:
        if m.accuracy.is_score:
            groups[m.accuracy.source_id, m.accuracy.benchmark, m.row.series, m.row.estimate_id].append(m)
    chosen = [m for m in found if not m.accuracy.is_score]
    for (source, benchmark, *_), matched in groups.items():
        protocol, count = protocols[source, benchmark].most_common(1)[0]
        is_usual = 2 * count > protocols[source, benchmark].total()
        chosen += _median_first(matched, protocol, is_usual) if len(matched) > 1 else matched
    return chosen


def _median_first(scores: list[_Matched], protocol: str | None, is_usual: bool) -> list[_Matched]:
    fit = [m for m in scores if not m.doubt and not m.defect and not m.accuracy.is_ensemble] or scores
    usual = [m for m in fit if m.accuracy.test_protocol == protocol] if is_usual else []
    ranked = sorted(usual or fit, key=lambda m: (m.row.value, m.row.result_id))
    middle = min(ranked[(len(ranked) - 1) // 2 : len(ranked) // 2 + 1], key=lambda m: m.row.result_id)
    values = [m.row.value for m in scores]
    figures = {"scores": len(scores), "lowest": min(values), "highest": max(values), "median": middle.row.value}
    set_back = Coded.of(Exclusion.NOT_THE_MEDIAN, **figures)
    if usual and len(usual) < len(scores):
        way = protocol or "nothing remarked"
        set_back = Coded.of(Exclusion.NOT_THE_USUAL_MEDIAN, **figures, usual=len(usual), way=way)
    standing = replace(middle.row, join_reason=f"{middle.row.join_reason}; {median_words(set_back)}")
    return [replace(middle, row=standing), *(replace(m, set_back=set_back) for m in scores if m is not middle)]


def _judged(m: _Matched) -> Observation:
    """The observation with the first reason that holds why the fits leave it out, whatever the others are."""
    is_no_model = m.defect and m.defect.code == Exclusion.NO_MODELS_NAME
    reasons = (
        m.defect if is_no_model else None,
        m.doubt,
        Coded.of(Exclusion.ENSEMBLE) if m.accuracy.is_ensemble else None,
        m.defect,
        Coded.of(Exclusion.NO_LOGARITHM) if m.row.error in (0, 1) else None,
        _at_chance(m.accuracy),
        _doubtful_reading(m.accuracy),
        m.set_back,
    )
    first = next((r for r in reasons if r), None)
    return replace(m.row, in_fit=first is None, exclusions=(first,) if first else ())


def _doubtful_reading(accuracy: Accuracy) -> Coded[Exclusion] | None:
    """Why a figure that a machine read in a paper waits for review."""
    if accuracy.is_machine_read and accuracy.confidence < SURELY_READ:
        return Coded.of(Exclusion.NOT_SURELY_READ, probability=accuracy.confidence)
    return None


def _at_chance(accuracy: Accuracy) -> Coded[Exclusion] | None:
    """A score that a guess has: curves start from there, and no compute explains it."""
    chance = chance_levels().get((accuracy.benchmark, accuracy.metric))
    if chance is not None and accuracy.value <= 100 * chance:
        return Coded.of(Exclusion.AT_CHANCE, chance=100 * chance)
    return None
