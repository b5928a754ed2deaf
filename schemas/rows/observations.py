"""Rows of matched accuracy and compute, and of defects."""

from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.matching import DefectSign, Exclusion
from schemas.rows import coded_field


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Accuracy and training compute of the same model on the same benchmark: what a fit sees.

    `exclusions` holds the one reason why no fit uses it; empty where one does.
    """

    observation_id: str
    series: str
    benchmark: str
    metric: str
    paper_id: str
    model: str
    model_key: str
    year: int | None
    value: float
    error: float
    training_flop: float
    training_flop_lower: float
    training_flop_upper: float
    method: str
    compute_scope: str | None = None
    hardware_burden_flop: float | None
    hardware: str | None
    chips: float | None
    duration_hours: float | None
    extra_data: str
    extra_examples: float | None
    test_protocol: str
    ensemble: str
    distilled: str
    fine_tuned: str
    reasoning: str
    base_model: str
    shots: str
    prompting: str
    formulation: str
    in_fit: bool = False
    exclusions: tuple[Coded[Exclusion], ...] = coded_field(
        Exclusion, "exclusion_code", "exclusion_reason", "exclusion_parameters"
    )
    join_rule: str
    join_reason: str
    result_id: str
    estimate_id: str
    result_source_id: str
    compute_source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One row that a rule points at as a likely defect; `signs` holds the one thing that the rule saw."""

    row_id: str
    rule: str
    table_name: str
    paper_id: str | None = None
    model: str | None = None
    signs: tuple[Coded[DefectSign], ...] = coded_field(DefectSign, "reason_code", "reason", "reason_parameters")
