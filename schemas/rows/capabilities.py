"""Rows of the latent capability behind many benchmarks: of models, of benchmarks, held-out scores, predicted scores."""

from dataclasses import dataclass
from typing import Annotated

from schemas.codes import Coded
from schemas.codes.evaluation import CapabilityReason
from schemas.rows import Described, Limits, coded_field, limits_field


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """A row of out_capabilities: the capability of one model, or why it has none."""

    model: str
    model_key: str
    year: int | None
    training_flop: float | None
    dataset_size: float | None
    n_benchmarks: int
    capability: Limits = limits_field("capability")
    confidence_level: float
    reason: tuple[Coded[CapabilityReason], ...] = coded_field(CapabilityReason, "reason_code", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkDifficulty:
    """A row of out_benchmark_difficulties: the curve of one benchmark, and how well it foretold held-out years."""

    series: str
    metric: str
    n_models: Annotated[int, Described("Models with a capability that were scored on it.", "model", 0)]
    chance_level: Annotated[float | None, Described("Score of a guess.", "fraction", 0, 1)]
    ceiling: Annotated[float | None, Described("Score that the curve rises to.", "fraction", 0, 1)] = None
    discrimination: Limits = limits_field("discrimination")
    difficulty: Limits = limits_field("difficulty")
    score_sd: Annotated[float | None, Described("Scatter of scores about the curve.", "point", 0)] = None
    held_out_from: int | None = None
    n_held_out: Annotated[int, Described("Scores of those years, which the curve did not see.", "score", 0)] = 0
    capability_miss: Annotated[
        float | None, Described("Mean |score - predicted| of the held-out scores, from other benchmarks.", "point", 0)
    ] = None
    date_miss: Annotated[
        float | None, Described("The same by a curve of the benchmark's scores on the year.", "point")
    ] = None
    compute_miss: Annotated[
        float | None, Described("The same by a curve on compute, by the year where it is not known.", "point")
    ] = None
    mean_miss: Annotated[
        float | None, Described("The same by the mean of the benchmark's earlier scores.", "point")
    ] = None
    is_best: Annotated[
        bool | None, Described("True where the capability's miss is the least of the four, chosen with hindsight.")
    ] = None
    held_out_coverage: Annotated[
        float | None, Described("Share of the held-out scores in their 90 % interval.", "fraction", 0, 1)
    ] = None
    confidence_level: float
    reason: tuple[Coded[CapabilityReason], ...] = coded_field(CapabilityReason, "reason_code", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityCheck:
    """A row of out_capability_checks: one held-out score beside what was predicted of it."""

    series: str
    metric: str
    held_out_from: int
    model: str
    model_key: str
    year: int
    n_benchmarks: int
    score: Annotated[float, Described("Score of the model.", "%", 0, 100)]
    predicted_score: Limits = limits_field("predicted_score")
    score_held: Annotated[bool, Described("Whether the interval holds the score.")]
    date_score: Annotated[float, Described("Score predicted by the benchmark's curve on the year.", "%", 0, 100)]
    compute_score: Annotated[
        float, Described("Score predicted by its curve on compute, by the year where it is not known.", "%", 0, 100)
    ]
    mean_score: Annotated[float, Described("Mean of the benchmark's earlier scores.", "%", 0, 100)]
    confidence_level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedScore:
    """A row of out_predicted_scores: what a model would score on a benchmark on which it was not run."""

    model: str
    model_key: str
    series: str
    metric: str
    year: int | None
    n_benchmarks: int
    predicted_score: Limits = limits_field("predicted_score")
    confidence_level: float


ROWS = {
    "out_capabilities": Capability,
    "out_benchmark_difficulties": BenchmarkDifficulty,
    "out_capability_checks": CapabilityCheck,
    "out_predicted_scores": PredictedScore,
}
"""Row types by table."""
