"""Rows of fits and of the estimates that they give."""

from dataclasses import dataclass, field
from typing import Annotated

from schemas.codes import Coded
from schemas.codes.evaluation import CostBound, EstimateStatus, FitReason, Frontier
from schemas.rows import Described, Limits, coded_field, limits_field
from schemas.rows.costs import Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSummary:
    """A row of out_fits: one estimator fitted to one series."""

    fit_id: str
    series: str
    metric: str
    estimator: str
    estimator_title: str
    estimator_kind: str
    n: int
    n_papers: int
    slope: Limits = limits_field("slope")
    intercept: Limits = limits_field("intercept")
    r_squared: float | None
    residual_sd: float | None
    confidence_level: float
    replicates: int | None
    rises: bool
    implied_power: Limits = limits_field("implied_power")
    fitted_floor: Limits = limits_field("fitted_floor")
    log10_flop_min: float
    log10_flop_max: float
    year_min: int | None
    year_max: int | None
    input_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FitParameter:
    """A row of out_fit_parameters: one parameter of one fit."""

    fit_id: str
    parameter: str
    unit: str | None
    limits: Limits = limits_field("")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A row of out_curves: one point of one fit's curve."""

    fit_id: str
    log10_flop: float
    curve_error: float
    curve_error_lower: float | None
    curve_error_upper: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A row of out_estimates: what a fit says that a target costs.

    A column more is a field here, described where no other table has it, and its value in `tasks.estimate`.
    """

    series: str
    metric: str
    target: str
    target_error: float
    estimator: str
    fit_id: str | None = None
    n: int
    error_floor: Annotated[
        float | None,
        Described("Share of the benchmark's labels known to be wrong.", "fraction", minimum=0, maximum=1),
    ]
    probability_unreachable: Annotated[
        float | None,
        Described(
            "Probability that no compute gets to the target, by the posterior of the error that no model gets below;"
            " empty without observations.",
            "fraction",
            minimum=0,
            maximum=1,
        ),
    ]
    log10_training_flop: Limits = limits_field("log10_training_flop")
    log10_flop_model_lower: Annotated[
        float | None, Described("Compute: lower end of the model's own interval, before calibration.", "log10 FLOP")
    ] = None
    log10_flop_model_upper: Annotated[
        float | None, Described("Compute: upper end of the model's own interval, before calibration.", "log10 FLOP")
    ] = None
    calibration_factor: Annotated[
        float | None,
        Described(
            "By how much back-tests widen the half-widths of the model's intervals; empty where they cannot tell.",
            "ratio",
            minimum=1,
        ),
    ] = None
    costs: Costs = field(default_factory=Costs)
    cost_bound: tuple[Coded[CostBound], ...] = coded_field(CostBound, "cost_bound_code", "cost_bound")
    decades_beyond_data: Annotated[
        float | None, Described("How far the compute lies beyond the largest observed.", "decade")
    ] = None
    frontier: Frontier | None = None
    decades_from_frontier: Annotated[
        float | None,
        Described(
            "How much more compute the curve asks for than the least that reached the target, or the lowest error where"
            " nothing reached it; below zero: less.",
            "decade",
        ),
    ] = None
    confidence_level: float
    status: EstimateStatus
    reason: tuple[Coded[FitReason], ...] = coded_field(FitReason, "reason_code", "reason")


ROWS = {
    "out_fits": FitSummary,
    "out_fit_parameters": FitParameter,
    "out_curves": CurvePoint,
    "out_estimates": Estimate,
}
"""Row types by table."""
