"""Observations: each accuracy with its compute, and the one of each model and series that the fits use."""

import math
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
from tasks.match.proportion import out_of_proportion
from tasks.match.row_filter import RowFilter
from tasks.match.witness import unwitnessed
from tasks.names.known_models import registered_key
from tasks.names.same_model import have_word_in_common, is_generic, key_without_data, sizes
from tasks.provenance.claims import content_id
from tasks.reference.benchmarks import chance_levels, key_apart
from tasks.wording.matching import join_reason, median_words

SAME_POINTS, SAME_COMPUTE = 0.1, 1.05
"""Accuracies so near, with compute within this factor, are perhaps one model's under two names: sources round."""

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

    `paper` is its paper's id, arXiv's where it has one; `trained_for` the data set that the model must have learnt from
    where its compute does not name one; `set_back` why another score of the model stands.
    """

    row: Observation
    paper: str
    accuracy: Accuracy
    name: str
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
    """Rows of core_observations, best first within a model.

    Args:
        accuracies: Of documents only own results; a hand-read one may also be a cited model's.
        estimates: Every compute estimate.
        pooled: The pairs of benchmark and metric that fits use.
        source_order: Source ids, the most trusted first; sources not named come after them.
        spoilt: By id of result or estimate, why a fit may not use it (`tasks.defects.spoilt`).
        arxiv_papers: arXiv's id of papers that go by another, say a file's name (`tasks.names.papers`).
        row_filter: Which observations fits may use at all; another of the model's may stand for one left out.

    Returns:
        One row for each accuracy of a fit metric whose model has a compute estimate. `in_fit` is true for one row of
        each model and series; the others say why they stand back.
    """
    estimates = list(estimates)
    ids = arxiv_papers or {}
    spoilt = {**unwitnessed(estimates, ids), **(spoilt or {})}
    pools = {(p.benchmark, p.metric): p for p in pooled}
    of_fits = [PooledAccuracy(a, pools[a.benchmark, a.metric]) for a in accuracies if (a.benchmark, a.metric) in pools]
    index = ComputeIndex(estimates, of_fits, source_order, frozenset(spoilt), ids)
    found = [_matched(one, pair, spoilt, ids) for one in of_fits if (pair := index.pair(one))]
    asked_for = _filtered(found, row_filter) if row_filter else found
    scored = _one_score_a_model(_doubt_two_trainings(asked_for), of_fits)
    in_fit = [row for row in _choose(scored, source_order, {}) if row.in_fit]
    read_by_machine = (m.row.observation_id for m in scored if m.accuracy.is_machine_read)
    return _choose(scored, source_order, out_of_proportion(in_fit, read_by_machine))


def _matched(
    pooled: PooledAccuracy, pair: Pair, spoilt: Mapping[str, Coded[Exclusion]], arxiv_papers: Mapping[str, str]
) -> _Matched:
    accuracy, pool, estimate = pooled.accuracy, pooled.pool, pair.estimate
    conditions = conditions_of(accuracy, estimate)
    kind = kind_apart(conditions, pool.apart)
    row = _observation(accuracy, pair, key_apart(pool.series, kind) if kind else pool.series, conditions)
    return _Matched(
        row=row,
        paper=arxiv_papers.get(row.paper_id, row.paper_id),
        accuracy=accuracy,
        name=_identity(accuracy, conditions),
        doubt=pair.doubt or _not_the_models(estimate) or _unlike(conditions, pool.must_be_known),
        defect=spoilt.get(accuracy.result_id) or spoilt.get(estimate.estimate_id),
        trained_for=pool.training_set if pool.trains_anew and not estimate.training_set else None,
    )


def _identity(accuracy: Accuracy, conditions: Conditions) -> str:
    """What makes two rows one model: its registered name, else its own and its extra data."""
    registered = registered_key(accuracy.model)
    if registered:
        return registered
    name = key_without_data(accuracy.model) if accuracy.is_score or conditions.extra_examples else accuracy.model_key
    return f"{name} {conditions.extra_data}" if conditions.extra_examples else name


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


# --- one observation of each model and series for the fits


class _Standing:
    """The observations of one series that stand, found by their paper and by their accuracy and compute."""

    def __init__(self) -> None:
        self._rows: list[_Matched] = []
        self._of_paper: dict[str, list[int]] = defaultdict(list)
        self._near: dict[tuple[int, int], list[int]] = defaultdict(list)

    def add(self, m: _Matched) -> None:
        """Let one more observation stand."""
        self._of_paper[m.paper].append(len(self._rows))
        self._near[self._cell(m)].append(len(self._rows))
        self._rows.append(m)

    def perhaps_same(self, m: _Matched) -> str | None:
        """A model that stands and may be this one under another name; the first that does.

        In the same paper under a longer or shorter name ("BERT" is perhaps "BERT large"); or with the same accuracy to
        within the rounding and a word in common, by two sources of the same paper ("S-MLP-deep", printed S²-MLP-deep)
        or with the same compute ("RetinaNet (SpineNet-190)" and "SpineNet-190"). What a document prints under two names
        is two models: its rows are compared with those of other sources only.
        """
        accuracy, compute = self._cell(m)
        around = [(accuracy + i, compute + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        places = {place for cell in around for place in self._near.get(cell, ())}
        for place in sorted(places.union(self._of_paper.get(m.paper, ()))):
            if _is_perhaps_same(m, self._rows[place]):
                return self._rows[place].row.model
        return None

    @staticmethod
    def _cell(m: _Matched) -> tuple[int, int]:
        """What is the same lies in one cell or in two neighbours: a cell is wider than what counts as the same."""
        return math.floor(m.row.value / (2 * SAME_POINTS)), math.floor(math.log(m.row.training_flop, SAME_COMPUTE**2))


def _is_perhaps_same(m: _Matched, other: _Matched) -> bool:
    same_source, same_paper = m.accuracy.source_id == other.accuracy.source_id, m.paper == other.paper
    if same_source and not m.accuracy.is_score:
        return False
    same_value = abs(m.row.value - other.row.value) <= SAME_POINTS
    one_word = same_value and have_word_in_common(m.row.model, other.row.model)
    one_run = (same_paper and not same_source) or _same_compute(m.row, other.row)
    return (one_word and one_run) or (same_paper and _named_alike(m, other))


def _choose(
    found: list[_Matched], source_order: tuple[str, ...], waiting: Mapping[str, Coded[Exclusion]]
) -> list[Observation]:
    """Mark one observation of each model and series for the fits.

    First the trusted source, then a single network before an ensemble, the plain test protocol, the surest reading,
    the earliest paper, and of what is left the best value: a paper's tables repeat a model with and without extras.
    `waiting` says of some, by observation, why they wait for review. Another source's observation of the model may then
    stand, but no other reading of a machine: it would be taken for lying nearer to the line.
    """
    trust = {source: place for place, source in enumerate(source_order)}

    def preference(m: _Matched) -> tuple[object, ...]:
        return (
            trust.get(m.accuracy.source_id, len(trust)),
            bool(m.accuracy.is_ensemble),
            m.accuracy.test_protocol is not None,
            -m.accuracy.confidence,
            m.row.year or 9999,
            -m.row.value,
            m.row.observation_id,
        )

    chosen: dict[tuple[str, str], str] = {}
    standing: dict[str, _Standing] = defaultdict(_Standing)
    awaited: set[tuple[str, str]] = set()
    model_waits = Coded.of(Exclusion.MODEL_WAITS)
    rows = []
    for m in sorted(found, key=preference):
        keys = _identities(m)
        there_from = next((chosen[k] for k in keys if k in chosen), None)
        exclusion = _exclusion(m, there_from, standing[m.row.series])
        if exclusion is None and m.accuracy.is_machine_read:
            exclusion = waiting.get(m.row.observation_id) or next((model_waits for k in keys if k in awaited), None)
            awaited.update(keys if exclusion else ())
        if exclusion is None:
            chosen.update((k, m.row.paper_id) for k in keys)
            standing[m.row.series].add(m)
        rows.append(replace(m.row, in_fit=exclusion is None, exclusions=(exclusion,) if exclusion else ()))
    return rows


def _exclusion(m: _Matched, there_from: str | None, standing: _Standing) -> Coded[Exclusion] | None:
    """Why the fits leave an observation out: the first reason that holds; None where they use it.

    `there_from` is the paper of the same model's observation that stands already.
    """
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
        Coded.of(Exclusion.MODEL_THERE_ALREADY, paper=there_from) if there_from else None,
    )
    first = next((r for r in reasons if r), None)
    other = None if first else standing.perhaps_same(m)
    return Coded.of(Exclusion.PERHAPS_THE_SAME_MODEL, model=other) if other else first


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


def _identities(m: _Matched) -> list[tuple[str, str]]:
    """What makes two observations the same model: its name, or its name within the paper where that says nothing; and
    its compute, which is that of one training: under it others' scores may bear two names, a paper's rows only one."""
    name = f"{m.paper} {m.name}" if is_generic(m.row.model) else m.name
    trained = f"compute {m.row.estimate_id}" + ("" if m.accuracy.is_score else f" {m.row.model_key}")
    return [(m.row.series, name), (m.row.series, trained)]


def _named_alike(a: _Matched, b: _Matched) -> bool:
    """Whether one name goes on where the other ends, and no size sets them apart."""
    shorter, longer = sorted((a.name, b.name), key=len)
    ours, theirs = sizes(a.row.model), sizes(b.row.model)
    return longer.startswith(shorter) and (ours <= theirs or theirs <= ours)


def _same_compute(a: Observation, b: Observation) -> bool:
    low, high = sorted((a.training_flop, b.training_flop))
    return high <= low * SAME_COMPUTE
