"""Under which conditions a score was made: what must be alike for models to share a curve.

Every condition has a value; `UNKNOWN` where nobody says it, `NOT_APPLICABLE` where the benchmark has no such thing. Who
says it, in this order: the row itself where it names something, the register of known models, the name, and what the
paper or source says of the others.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from schemas.codes import has
from schemas.codes.compute import ComputeFlag
from schemas.rows.claims import Result
from schemas.rows.compute import ListedEstimate
from schemas.vocabularies import (
    NO,
    NO_EXTRA_DATA,
    NOT_APPLICABLE,
    ONE_VIEW,
    SEVERAL_VIEWS,
    TEST_PROTOCOLS,
    UNKNOWN,
    YES,
)
from tasks.match.accuracy import Accuracy
from tasks.match.pairing import SURELY_DISTILLED
from tasks.names.distillation import says_distilled
from tasks.names.known_models import known_model
from tasks.reference.benchmarks import (
    APART,
    LANGUAGE_MODELS,
    SeriesApart,
    chance_levels,
    domain_of_benchmark,
    kinds_apart,
)
from tasks.reference.datasets import Dataset, load_datasets, mentions
from tasks.reference.evaluation_setups import EvaluationSetup, setup_of
from tasks.reference.known_models import KnownModel

REASONING_SINCE = 2025
"""Models of earlier years that are not registered do not reason at test time: o1-preview, the first that was offered,
came in September 2024 (raw_scores: version o1-preview-2024-09-12)."""

PROMPTED_SINCE = 2019
"""Models of earlier years are trained for each task: GPT-2 of February 2019 was the first that was asked without."""

_SEVERAL_VIEWS = re.compile(
    r"\b(?:multi|ms|[2-9]|\d{2,})[- ]?(?:crop|view|scale)|dense|flip|test[- ]time aug|\btta\b|mean-max pooling", re.I
)
_ONE_VIEW = re.compile(r"\b(?:single|one|1)[- ]?(?:crop|view|scale)|\bcent(?:er|re)[- ]crop", re.I)
_EFFORT = re.compile(r"_(?:\d+K|low|medium|high|xhigh)$|\bthink(?:ing|er)?\b|\breason(?:ing|er)?\b", re.IGNORECASE)
"""Thinking budget in tokens or effort behind a version, as Epoch's hub writes them, or a name that says it."""
_TUNED = re.compile(
    r"(?<![a-z])(?:instruct|chat|it|sft|dpo|rlhf|tuned|assistant|turbo|preview)(?![a-z])", re.IGNORECASE
)
_FINE_TUNED = re.compile(r"\bfine-?\s?tun(?:ed|ing)\b(?!\W*(?:chat|instruct))", re.IGNORECASE)
_BASE = re.compile(r"(?<![a-z])(?:base|pt|pre-?trained)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The conditions of one score, as the columns of core_observations; `extra_examples` where a size is known."""

    extra_data: str = UNKNOWN
    extra_examples: float | None = None
    test_protocol: str = UNKNOWN
    ensemble: str = UNKNOWN
    distilled: str = UNKNOWN
    fine_tuned: str = NOT_APPLICABLE
    reasoning: str = NOT_APPLICABLE
    base_model: str = NOT_APPLICABLE
    shots: str = NOT_APPLICABLE
    prompting: str = NOT_APPLICABLE
    formulation: str = NOT_APPLICABLE


def kind_apart(conditions: Conditions, kinds: Iterable[str]) -> str | None:
    """The first of these kinds of models that stand apart to which a score belongs; None for one of the many."""
    return next((kind for kind in kinds if _is_of(conditions, APART[kind])), None)


def _is_of(conditions: Conditions, kind: SeriesApart) -> bool:
    value = getattr(conditions, kind.condition)
    return value == kind.value if kind.value else value not in (NO, NO_EXTRA_DATA, NOT_APPLICABLE, UNKNOWN)


def conditions_of(accuracy: Accuracy, estimate: ListedEstimate) -> Conditions:
    """Conditions of an accuracy whose model has this compute."""
    known = known_model(accuracy.model_version or accuracy.model) or known_model(accuracy.model)
    common = Conditions(
        ensemble=_ensemble(accuracy),
        distilled=_distilled(accuracy, estimate),
        test_protocol=_test_protocol(accuracy.test_protocol or ""),
    )
    if domain_of_benchmark(accuracy.benchmark) == LANGUAGE_MODELS:
        return _of_language_model(common, accuracy, known)
    data, examples = _extra_data(accuracy, estimate, known)
    return replace(common, extra_data=data, extra_examples=accuracy.extra_examples or examples)


def _ensemble(accuracy: Accuracy) -> str:
    """Sources and papers say it of ensembles, and hardly ever of a single network."""
    return YES if accuracy.is_ensemble else NO


def _test_protocol(said: str) -> str:
    """`UNKNOWN` where nothing is said, or both: a caption speaks of the crops of every column."""
    if said in TEST_PROTOCOLS:
        return said
    several, plain = _SEVERAL_VIEWS.search(said), _ONE_VIEW.search(said)
    return UNKNOWN if bool(several) == bool(plain) else SEVERAL_VIEWS if several else ONE_VIEW


_TAUGHT = (ComputeFlag.DISTILLED, ComputeFlag.TEACHER_ADDED)


def _distilled(accuracy: Accuracy, estimate: ListedEstimate) -> str:
    if accuracy.distilled:
        return accuracy.distilled
    said = accuracy.distillation_confidence
    if said in SURELY_DISTILLED or has(estimate.flags, *_TAUGHT) or says_distilled(accuracy.model):
        return YES
    return UNKNOWN if accuracy.is_score and said is None else NO


# --- data


def _extra_data(accuracy: Accuracy, estimate: ListedEstimate, known: KnownModel | None) -> tuple[str, float | None]:
    if accuracy.extra_data not in (None, UNKNOWN, NO_EXTRA_DATA):
        return named_data(accuracy.extra_data)
    if known and known.extra_data:
        return named_data(known.extra_data)
    if in_name := _pretraining_sets_in(accuracy.model):
        return named_data(in_name[0].names[0])
    if accuracy.extra_data == UNKNOWN and _is_trained_on(estimate, accuracy.benchmark):
        return named_data(NO_EXTRA_DATA)
    return named_data(accuracy.extra_data or UNKNOWN)


def _is_trained_on(estimate: ListedEstimate, benchmark: str) -> bool:
    """Whether a compute figure is that of a whole training on the benchmark's own set, and so of no other before."""
    own = {d.slug for d in load_datasets() if benchmark in d.series}
    return estimate.compute_scope == "whole" and estimate.training_set in own


def named_data(words: str) -> tuple[str, float | None]:
    """Extra data by the data set's own name where it is known, and how many examples it holds."""
    sets = _pretraining_sets_in(words)
    if not sets:
        return words, None
    return sets[0].names[0], float(sets[0].train_examples) if sets[0].train_examples else None


def _pretraining_sets_in(text: str) -> list[Dataset]:
    by_slug = _pretraining_sets()
    return [by_slug[slug] for slug, _, _ in mentions(text, load_datasets()) if slug in by_slug]


@cache
def _pretraining_sets() -> Mapping[str, Dataset]:
    return {d.slug: d for d in load_datasets() if d.for_pretraining}


def with_extra_data(results: Iterable[Result], pretraining: Collection[str]) -> list[Accuracy]:
    """Accuracies of documents with their extra data: named in the row, none, or unknown.

    Where a paper trains on a larger set, its rows have none only in tables that name it in others.

    Args:
        results: Rows of core_results.
        pretraining: Papers that train on a larger set than the benchmark's own.
    """
    results = list(results)
    marked = {_table_of(r) for r in results if r.extra_data}

    def said(result: Result) -> str:
        is_open = result.paper_id in pretraining and _table_of(result) not in marked
        return result.extra_data or (UNKNOWN if is_open else NO_EXTRA_DATA)

    return [Accuracy.of_result(replace(r, extra_data=said(r))) for r in results]


def _table_of(result: Result) -> tuple[str, int | None, str | None]:
    return result.paper_id, result.place.page, result.place.location


# --- language models


def _of_language_model(common: Conditions, accuracy: Accuracy, known: KnownModel | None) -> Conditions:
    version = accuracy.model_version or accuracy.model
    return replace(
        common,
        extra_data=NOT_APPLICABLE,
        test_protocol=NOT_APPLICABLE,
        reasoning=accuracy.reasoning or _reasoning(accuracy, version, known),
        base_model=accuracy.base_model or _base_model(version, known),
        shots=accuracy.shots or UNKNOWN,
        prompting=accuracy.prompting or UNKNOWN,
        fine_tuned=fine_tuned(accuracy),
        formulation=formulation(accuracy),
    )


def fine_tuned(accuracy: Accuracy) -> str:
    """Whether a language model was trained on the benchmark's training set, where it has one.

    A model with examples in its prompt was not, nor one that a report prompts; those before `PROMPTED_SINCE`, and of
    families that answer no other way, were.
    """
    if "fine_tuned" not in kinds_apart(accuracy.benchmark):
        return NOT_APPLICABLE
    if accuracy.fine_tuned or _FINE_TUNED.search(accuracy.model):
        return accuracy.fine_tuned or YES
    if accuracy.shots or accuracy.prompting:
        return NO
    setup, known = _setup(accuracy), known_model(accuracy.model)
    if setup and setup.fine_tuned:
        return setup.fine_tuned
    if known and known.fine_tuned:
        return known.fine_tuned
    return YES if accuracy.year is not None and accuracy.year < PROMPTED_SINCE else UNKNOWN


def formulation(accuracy: Accuracy) -> str:
    """How a question with options is put to a language model; one that was trained for them is not asked so."""
    if fine_tuned(accuracy) == YES or not chance_levels().get((accuracy.benchmark, accuracy.metric)):
        return NOT_APPLICABLE
    if accuracy.formulation:
        return accuracy.formulation
    setup = _setup(accuracy)
    return setup.formulation if setup and setup.formulation else UNKNOWN


def _setup(accuracy: Accuracy) -> EvaluationSetup | None:
    return setup_of(accuracy.link or accuracy.paper_id or "", accuracy.benchmark, accuracy.shots)


def _reasoning(accuracy: Accuracy, version: str, known: KnownModel | None) -> str:
    if _EFFORT.search(version):
        return YES
    if known and known.reasoning:
        return known.reasoning
    is_early = accuracy.year is not None and accuracy.year < REASONING_SINCE
    return NO if is_early or _BASE.search(version) else UNKNOWN


def _base_model(version: str, known: KnownModel | None) -> str:
    if _BASE.search(version):
        return YES
    if _TUNED.search(version) or _EFFORT.search(version):
        return NO
    return known.base_model if known and known.base_model else UNKNOWN
