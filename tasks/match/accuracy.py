"""One accuracy of a model, wherever it stands: in a document, read by hand, or in a structured source."""

from dataclasses import dataclass
from typing import Any, Self

from schemas.rows import same_named
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
        return cls._of(row, "core_results", source_id=row.source_id or "", is_corrected=row.correction is not None)

    @classmethod
    def of_hand_read(cls, row: HandReadObservation) -> Self:
        """That of an observation read by hand."""
        said = {"model_key": model_key(row.model), "extra_data": row.extra_data or NO_EXTRA_DATA}
        return cls._of(row, "raw_observations", **said)

    @classmethod
    def of_score(cls, row: SourceScore) -> Self:
        """That of a structured source."""
        way = row.test_protocol or ""
        return cls._of(row, "raw_scores", shots=shots_in(way), prompting=prompting_in(way))

    @classmethod
    def _of(cls, row: Result | HandReadObservation | SourceScore, table_name: str, **otherwise: Any) -> Self:
        """What a row says under the names that fields have here, but for what is told otherwise."""
        return cls(**same_named(row, cls) | {"table_name": table_name} | otherwise)


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
