"""Rows of the published tables as the page reads them: with the words that the tables say, where it prints those."""

from dataclasses import dataclass, field

from schemas.codes.evaluation import EstimateStatus
from schemas.rows import Limits, limits_field
from schemas.rows.costs import Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A row of out_observations."""

    series: str
    metric: str
    paper_id: str
    title: str | None
    model: str
    year: float | None
    value: float
    error: float
    training_flop: Limits = limits_field("training_flop")
    method: str
    basis: str
    in_fit: bool
    exclusion_reason: str | None
    accuracy_page: float | None
    accuracy_location: str | None
    accuracy_quote: str | None
    compute_quote: str | None

    @property
    def flop(self) -> float:
        """The compute itself."""
        return self.training_flop.value or 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEstimate:
    """A row of out_estimates."""

    benchmark: str
    metric: str
    target: str
    target_error: float
    estimator: str
    n: int
    error_floor: float | None
    probability_unreachable: float | None
    log10_training_flop: Limits = limits_field("log10_training_flop")
    costs: Costs = field(default_factory=Costs)
    decades_beyond_data: float | None
    status: EstimateStatus
    reason_code: str | None
    reason: str

    @property
    def log10_flop(self) -> float | None:
        """The compute itself, in decades; None where no compute gets there."""
        return self.log10_training_flop.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredForecast:
    """A row of out_forecast_scores."""

    forecast_id: str
    outcome: str
    reason: str | None
    best_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPaper:
    """A row of out_papers."""

    document_status: str | None
    reason: str | None
    results: int
    has_compute: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseChange:
    """A row of out_changes."""

    table_name: str
    row_id: str
    change: str
    column_changed: str | None
    value_before: str | None
    value_now: str | None
    release_before: str
