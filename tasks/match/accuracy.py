"""One accuracy of a model, wherever it stands: in a document, read by hand, or in a structured source."""

from dataclasses import dataclass
from typing import Self

from schemas.rows.claims import Result
from schemas.rows.sources import HandReadObservation, SourceScore
from schemas.vocabularies import NO_EXTRA_DATA
from tasks.names.keys import model_key
from tasks.names.prompting import prompting_in, shots_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """What matching and the rules for defects ask of an accuracy; `value` in percent or points.

    `source_table` is set for scores of structured sources alone, and so are the columns below it. `table_name` is the
    table of the warehouse that the row stands in.
    """

    table_name: str
    result_id: str
    source_id: str
    paper_id: str | None
    model: str
    model_key: str
    benchmark: str
    metric: str
    value: float
    year: int | None
    is_own: bool
    is_ensemble: bool | None
    extra_data: str | None
    extra_examples: float | None = None
    test_protocol: str | None = None
    distilled: str | None = None
    fine_tuned: str | None = None
    reasoning: str | None = None
    base_model: str | None = None
    shots: str | None = None
    prompting: str | None = None
    formulation: str | None = None
    confidence: float = 0.0
    is_corrected: bool = False
    source_table: str | None = None
    link: str | None = None
    paper_title: str | None = None
    model_version: str | None = None
    distillation_confidence: str | None = None

    @property
    def is_machine_read(self) -> bool:
        """Whether a machine read it in a document, and no person has put it right."""
        return self.table_name == "core_results" and not self.is_corrected

    @property
    def is_score(self) -> bool:
        """Whether a structured source gives it, where no person of ours has looked."""
        return self.source_table is not None

    @classmethod
    def of_result(cls, row: Result) -> Self:
        """That of a document."""
        return cls(
            table_name="core_results",
            result_id=row.result_id,
            source_id=row.source_id or "",
            paper_id=row.paper_id,
            model=row.model,
            model_key=row.model_key,
            benchmark=row.benchmark,
            metric=row.metric,
            value=row.value,
            year=row.year,
            is_own=row.is_own,
            is_ensemble=row.is_ensemble,
            extra_data=row.extra_data,
            test_protocol=row.test_protocol,
            shots=row.shots,
            prompting=row.prompting,
            confidence=row.confidence,
            is_corrected=row.correction is not None,
        )

    @classmethod
    def of_hand_read(cls, row: HandReadObservation) -> Self:
        """That of an observation read by hand."""
        return cls(
            table_name="raw_observations",
            result_id=row.result_id,
            source_id=row.source_id,
            paper_id=row.paper_id,
            model=row.model,
            model_key=model_key(row.model),
            benchmark=row.benchmark,
            metric=row.metric,
            value=row.value,
            year=row.year,
            is_own=row.is_own,
            is_ensemble=row.is_ensemble,
            extra_data=row.extra_data or NO_EXTRA_DATA,
            extra_examples=row.extra_examples,
            test_protocol=row.test_protocol,
            distilled=row.distilled,
            fine_tuned=row.fine_tuned,
            reasoning=row.reasoning,
            base_model=row.base_model,
            shots=row.shots,
            prompting=row.prompting,
            formulation=row.formulation,
        )

    @classmethod
    def of_score(cls, row: SourceScore) -> Self:
        """That of a structured source."""
        return cls(
            table_name="raw_scores",
            result_id=row.result_id,
            source_id=row.source_id,
            paper_id=row.paper_id,
            model=row.model,
            model_key=row.model_key,
            benchmark=row.benchmark,
            metric=row.metric,
            value=row.value,
            year=row.year,
            is_own=row.is_own,
            is_ensemble=row.is_ensemble,
            extra_data=row.extra_data,
            test_protocol=row.test_protocol,
            shots=shots_in(row.test_protocol or ""),
            prompting=prompting_in(row.test_protocol or ""),
            source_table=row.source_table,
            link=row.link,
            paper_title=row.paper_title,
            model_version=row.model_version,
            distillation_confidence=row.distillation_confidence,
        )


@dataclass(frozen=True, slots=True)
class PooledSeries:
    """Where a (benchmark, metric) pair goes: the series that a fit pools, and the data set its models train on.

    `trains_anew` where that set is so large that models learn from it and not, tuned to it, from another before.
    `apart` are the kinds of models that are series of their own (`tasks.reference.benchmarks.APART`), `must_be_known`
    the conditions without which a score may be of either kind.
    """

    benchmark: str
    metric: str
    series: str
    training_set: str | None = None
    trains_anew: bool = False
    apart: tuple[str, ...] = ()
    must_be_known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PooledAccuracy:
    """An accuracy of a series that fits pool."""

    accuracy: Accuracy
    pool: PooledSeries
