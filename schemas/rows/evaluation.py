"""Rows of what estimates are worth: back-tests, forecasts, sensitivity, theory, growth."""

from dataclasses import dataclass
from typing import Annotated

from schemas.codes import Coded
from schemas.codes.evaluation import (
    ClaimReason,
    ClaimVerdict,
    EstimateStatus,
    FitOutcome,
    FitReason,
    ForecastOutcome,
    ForecastReason,
    PerformanceReason,
    PredictionStatus,
    ProgressVerdict,
    Standing,
    TheoryVerdict,
)
from schemas.rows import Described, Limits, coded_field, limits_field


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestPrediction:
    """A row of out_backtests: one record predicted by one estimator from what was known before."""

    series: str
    metric: str
    domain: str
    origin_year: int
    estimator: str
    observation_id: str
    model: str
    year: int
    horizon_years: int
    horizon_decades: float
    horizon_error: float
    n: int
    error: float
    predicted_error: float | None = None
    error_interval_lower: float | None = None
    error_interval_upper: float | None = None
    log10_error_ratio: float | None = None
    error_score: float
    error_held_50: bool = False
    error_held_80: bool = False
    error_held_90: bool = False
    log10_flop_actual: float
    log10_flop_predicted: float | None = None
    log10_flop_interval_lower: float | None = None
    log10_flop_interval_upper: float | None = None
    log10_flop_ratio: float | None = None
    flop_score: float
    flop_held_50: bool = False
    flop_held_80: bool = False
    flop_held_90: bool = False
    prediction_status: PredictionStatus
    reason: tuple[Coded[FitReason], ...] = coded_field(FitReason, "prediction_reason_code", "prediction_reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestScore:
    """A row of out_backtest_scores: how well one estimator predicted the records at one horizon."""

    scope: str
    estimator: str
    horizon: str
    n_cases: int
    n_series: int
    n_unpredicted: int
    flop_score: float
    flop_loss: Limits = limits_field("flop_loss")
    flop_loss_se: float | None
    flop_loss_q90: float | None
    flop_bias: float | None
    flop_coverage_50: float
    flop_coverage_80: float
    flop_coverage_90: Limits = limits_field("flop_coverage_90")
    error_score: float
    error_loss: Limits = limits_field("error_loss")
    error_loss_q90: float | None
    error_bias: float | None
    error_coverage_50: float
    error_coverage_80: float
    error_coverage_90: Limits = limits_field("error_coverage_90")
    is_headline: bool = False
    is_alike: bool = False
    standing: tuple[Coded[Standing], ...] = coded_field(Standing, "standing_codes", "standing", "standing_parameters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A row of out_calibration: by how much one estimator's intervals are widened in one domain at one horizon."""

    domain: str
    estimator: str
    horizon: str
    n_cases: int
    n_series: int
    calibrated_on: Annotated[
        str,
        Described(
            "Whose misses the factor comes from: domain_and_horizon, domain_and_horizons_beside, domain, horizon, all."
        ),
    ]
    n_calibrated_on: Annotated[int, Described("Predictions whose misses the factor comes from.", "case", minimum=0)]
    calibration_factor: float | None
    raw_coverage: Annotated[
        float | None, Described("Share of the model's own 90 % intervals that held.", "fraction", minimum=0, maximum=1)
    ]
    coverage: Annotated[
        float | None,
        Described(
            "Share of the widened 90 % intervals that held, each widened by what the other series tell, or, where these"
            " are too few, the other records.",
            "fraction",
            minimum=0,
            maximum=1,
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineEstimate:
    """A row of out_headlines: what the headline of one benchmark says of one target."""

    series: str
    metric: str
    domain: str
    target: str
    target_error: float
    estimator: str
    estimators_alike: Annotated[
        str, Described("Estimators that the rule cannot tell apart, the chosen one among them.")
    ]
    n_alike: Annotated[int, Described("Those of them that give a compute: the interval spans theirs.", "estimator", 0)]
    log10_training_flop: Limits = limits_field("log10_training_flop")
    probability_unreachable: float | None
    status: EstimateStatus
    reason: tuple[Coded[FitReason], ...] = coded_field(FitReason, "reason_code", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimToday:
    """A row of out_claims: one claim of the article beside what the release says."""

    claim: Annotated[str, Described("Key of the claim.")]
    statement: str
    study_figure: Annotated[float | None, Described("The study's figure.", "in the claim's unit")]
    today: Limits = limits_field("today")
    claim_unit: Annotated[str | None, Described("Unit of the claim's figures.")]
    verdict: ClaimVerdict
    reason: tuple[Coded[ClaimReason], ...] = coded_field(
        ClaimReason, "claim_reason_code", "claim_reason", "claim_reason_parameters"
    )
    query: Annotated[str, Described("The question to ask of a release that tells more.")]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A row of out_forecasts: one estimate as it was published."""

    forecast_id: str
    issuer: str
    issued_on: str
    series: str
    metric: str
    target: str
    target_error: float
    estimator: str
    log10_training_flop: Limits = limits_field("log10_training_flop")
    confidence_level: float | None
    compute_measure: str
    cost_usd: Limits = limits_field("cost_usd")
    co2e_kg: Limits = limits_field("co2e_kg")
    due_year: int | None
    data_year_max: int | None
    log10_flop_max: float | None
    n: int | None
    status: str | None
    source: str
    note: str | None
    date_method: str | None = None
    reached_year: Limits = limits_field("reached_year")
    probability_1y: float | None = None
    probability_2y: float | None = None
    probability_5y: float | None = None
    probability_10y: float | None = None
    trend_probability_1y: float | None = None
    trend_probability_2y: float | None = None
    trend_probability_5y: float | None = None
    trend_probability_10y: float | None = None

    @property
    def probabilities(self) -> tuple[float | None, ...]:
        """That the target is reached by the ends of the years 1, 2, 5 and 10 after that of issue."""
        return self.probability_1y, self.probability_2y, self.probability_5y, self.probability_10y

    @property
    def trend_probabilities(self) -> tuple[float | None, ...]:
        """The same by the time trend."""
        return (
            self.trend_probability_1y,
            self.trend_probability_2y,
            self.trend_probability_5y,
            self.trend_probability_10y,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastScore:
    """A row of out_forecast_scores: what became of one forecast."""

    forecast_id: str
    issuer: str
    issued_on: str
    series: str
    metric: str
    target: str
    target_error: float
    estimator: str
    outcome: ForecastOutcome
    log10_training_flop: float | None
    log10_flop_needed: float | None = None
    log10_flop_ratio: float | None = None
    interval_held: bool | None = None
    due_year: int | None
    in_time: bool | None = None
    model: str | None = None
    year: int | None = None
    error: float | None = None
    best_error: float | None = None
    data_year_max: int | None = None
    reached_on: str | None = None
    date_held: bool | None = None
    n_due: int | None = None
    crps_years: float | None = None
    trend_crps_years: float | None = None
    reason: tuple[Coded[ForecastReason], ...] = coded_field(ForecastReason, "reason_codes", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledPower:
    """A row of out_pooled_powers: one series' power by its own data, and as pooled with the other series."""

    series: str
    metric: str
    n: int
    n_papers: int
    n_families: int
    effective_n: float
    paper_sd: float | None
    family_sd: float | None
    residual_sd: float
    slope: Limits = limits_field("slope")
    implied_power: Limits = limits_field("implied_power")
    pooled_slope: Limits = limits_field("pooled_slope")
    pooled_power: Limits = limits_field("pooled_power")
    own_weight: float | None = None
    confidence_level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A row of out_pools: what several series say together."""

    pool: str
    n_series: int
    slope: Limits = limits_field("slope")
    implied_power: Limits = limits_field("implied_power")
    between_sd: Limits = limits_field("between_sd")
    new_slope: Limits = limits_field("new_slope")
    new_power: Limits = limits_field("new_power")
    confidence_level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """A row of out_influence: how one estimate changes without one paper or family."""

    series: str
    metric: str
    target: str
    target_error: float
    estimator: str
    left_out_kind: str
    left_out: str
    influence_rank: int
    n: int
    n_left_out: int
    fit_outcome: FitOutcome
    implied_power: float | None
    power_without: float | None
    log10_training_flop: float | None
    log10_training_flop_without: float | None
    decades_moved: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureWeighting:
    """A row of out_disclosure_weighting: one estimate beside what it is when weighted for who discloses compute."""

    series: str
    metric: str
    target: str
    target_error: float
    estimator: str
    n: int
    n_scored: int
    effective_n: float
    fit_outcome: FitOutcome
    implied_power: float | None
    power_weighted: float | None
    log10_training_flop: float | None
    log10_training_flop_weighted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationResult:
    """A row of out_specifications: what one combination of choices says of a target."""

    series: str
    metric: str
    target: str
    target_error: float
    estimator: str
    compute_choice: str
    observation_choice: str
    split_choice: str
    n: int
    n_papers: int
    fit_outcome: FitOutcome
    implied_power: float | None
    log10_training_flop: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationQuantile:
    """A row of out_specification_quantiles: power and compute up to which a share of the specifications lies."""

    series: str
    metric: str
    target: str
    target_error: float
    quantile: float
    specifications: int
    specifications_unreachable: int
    implied_power: float | None
    log10_training_flop: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryComparison:
    """A row of out_theory: a fitted power beside the least that one theory asks for."""

    series: str
    metric: str
    estimator: str
    n: int
    theory: str
    theory_power: float
    implied_power: Limits = limits_field("implied_power")
    confidence_level: float | None
    power_ratio: float | None
    verdict: tuple[Coded[TheoryVerdict], ...] = coded_field(TheoryVerdict, "verdict", "statement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A row of out_growth: how many times compute, or one of its factors, became."""

    from_name: str
    to_name: str
    from_year: int
    to_year: int
    factor: str
    comparison: str
    population: str
    peak_basis: str
    n: int
    times: Limits = limits_field("times")
    share: float | None
    confidence_level: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceGrowth:
    """A row of out_performance_growth: what one factor brought to the performance on one benchmark, or the whole."""

    series: str
    factor: str
    growth_unit: Annotated[
        str, Described("Unit of the gain: a point of accuracy, or a standard deviation of capabilities.")
    ]
    from_year: int | None
    to_year: int | None
    n: int
    gain: Limits = limits_field("gain")
    share_of_gain: Limits = limits_field("share_of_gain")
    confidence_level: float
    reason: tuple[Coded[PerformanceReason], ...] = coded_field(PerformanceReason, "reason_code", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveCompute:
    """A row of out_effective_compute: in how many months the compute needed for the same score halves."""

    series: str
    estimator: str
    n: int
    from_year: int | None
    to_year: int | None
    halving_months: Limits = limits_field("halving_months")
    is_resolved: Annotated[
        bool, Described("True where both the gain from compute and that from year to year are beyond doubt.")
    ]
    confidence_level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressCheck:
    """A row of out_progress_checks: a published halving time beside ours."""

    publication: Annotated[str, Described("Who published the halving time, and when.")]
    series: str
    estimator: str
    published_months: Limits = limits_field("published_months")
    published_level: Annotated[float | None, Described("Level of the published interval.", "fraction", 0, 1)]
    halving_months: Limits = limits_field("halving_months")
    confidence_level: float
    verdict: ProgressVerdict
    their_data: Annotated[str, Described("What it was measured on.")]
    source: str
    note: str | None


ROWS = {
    "out_backtests": BacktestPrediction,
    "out_backtest_scores": BacktestScore,
    "out_calibration": Calibration,
    "out_headlines": HeadlineEstimate,
    "out_claims": ClaimToday,
    "out_forecasts": Forecast,
    "out_forecast_scores": ForecastScore,
    "out_pooled_powers": PooledPower,
    "out_pools": Pool,
    "out_influence": Influence,
    "out_specifications": SpecificationResult,
    "out_specification_quantiles": SpecificationQuantile,
    "out_theory": TheoryComparison,
    "out_growth": Growth,
    "out_performance_growth": PerformanceGrowth,
    "out_effective_compute": EffectiveCompute,
    "out_progress_checks": ProgressCheck,
}
"""Row types by table."""
