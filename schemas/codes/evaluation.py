"""Codes of fits, estimates, back-tests, forecasts and costs: what each says of its data, and why."""

from enum import StrEnum


class EstimateStatus(StrEnum):
    """Whether an estimate can be relied on; from AT_OR_BELOW_FITTED_FLOOR on it has no number.

    AT_OR_BELOW_ERROR_FLOOR stands in forecasts of earlier releases alone: wrong labels are no verdict
    (`tasks.estimate.unreachable`).
    """

    OK = "ok"
    REACHED = "reached"
    FAR_EXTRAPOLATION = "far_extrapolation"
    AT_OR_BELOW_ERROR_FLOOR = "at_or_below_error_floor"
    AT_OR_BELOW_FITTED_FLOOR = "at_or_below_fitted_floor"
    NO_SLOPE = "no_slope"
    UNDEFINED = "undefined"
    UNSTABLE = "unstable"
    TOO_FEW_POINTS = "too_few_points"
    TOO_FEW_PAPERS = "too_few_papers"
    UNUSABLE_POINTS = "unusable_points"


class FitReason(StrEnum):
    """Why a fit was refused, why an estimate has its status, or why a fit says nothing of a back-test's record."""

    # the observations carry no fit
    NO_OBSERVATIONS = "no_observations"
    FEW_OBSERVATIONS = "few_observations"
    FEW_WITH_LOGARITHM = "few_with_logarithm"
    FEW_PAPERS_FOR_INTERVAL = "few_papers_for_interval"
    FEW_PAPERS_TO_COMPARE = "few_papers_to_compare"
    VALUES_MIXED = "values_mixed"
    NOT_FINITE = "not_finite"
    COMPUTE_NOT_ABOVE_ZERO = "compute_not_above_zero"
    ERROR_OUT_OF_RANGE = "error_out_of_range"
    SAME_COMPUTE = "same_compute"
    SAME_ERROR = "same_error"
    NO_SCATTER = "no_scatter"
    MANY_OBSERVATIONS = "many_observations"
    DATA_UNSTABLE = "data_unstable"
    RESAMPLES_UNSTABLE = "resamples_unstable"
    # the fit has no number for the target
    ACCURACY_FALLS = "accuracy_falls"
    SLOPE_MAY_BE_ZERO = "slope_may_be_zero"
    BELOW_FITTED_FLOOR = "below_fitted_floor"
    NOT_ON_CURVE = "not_on_curve"
    # the fit has one
    TARGET_REACHED = "target_reached"
    FAR_BEYOND_DATA = "far_beyond_data"
    BEYOND_DATA = "beyond_data"
    WITHIN_DATA = "within_data"
    # the fit says nothing of a record
    CURVE_NEVER_FALLS = "curve_never_falls"
    NO_COMPUTE_FOR_ERROR = "no_compute_for_error"
    NO_ERROR_FOR_COMPUTE = "no_error_for_compute"


STATUS_OF = {
    FitReason.NO_OBSERVATIONS: EstimateStatus.TOO_FEW_POINTS,
    FitReason.FEW_OBSERVATIONS: EstimateStatus.TOO_FEW_POINTS,
    FitReason.FEW_WITH_LOGARITHM: EstimateStatus.TOO_FEW_POINTS,
    FitReason.FEW_PAPERS_FOR_INTERVAL: EstimateStatus.TOO_FEW_PAPERS,
    FitReason.FEW_PAPERS_TO_COMPARE: EstimateStatus.TOO_FEW_PAPERS,
    FitReason.VALUES_MIXED: EstimateStatus.UNUSABLE_POINTS,
    FitReason.NOT_FINITE: EstimateStatus.UNUSABLE_POINTS,
    FitReason.COMPUTE_NOT_ABOVE_ZERO: EstimateStatus.UNUSABLE_POINTS,
    FitReason.ERROR_OUT_OF_RANGE: EstimateStatus.UNUSABLE_POINTS,
    FitReason.SAME_COMPUTE: EstimateStatus.UNUSABLE_POINTS,
    FitReason.SAME_ERROR: EstimateStatus.UNUSABLE_POINTS,
    FitReason.NO_SCATTER: EstimateStatus.UNUSABLE_POINTS,
    FitReason.MANY_OBSERVATIONS: EstimateStatus.UNUSABLE_POINTS,
    FitReason.DATA_UNSTABLE: EstimateStatus.UNSTABLE,
    FitReason.RESAMPLES_UNSTABLE: EstimateStatus.UNSTABLE,
    FitReason.ACCURACY_FALLS: EstimateStatus.NO_SLOPE,
    FitReason.SLOPE_MAY_BE_ZERO: EstimateStatus.NO_SLOPE,
    FitReason.BELOW_FITTED_FLOOR: EstimateStatus.AT_OR_BELOW_FITTED_FLOOR,
    FitReason.NOT_ON_CURVE: EstimateStatus.UNDEFINED,
    FitReason.TARGET_REACHED: EstimateStatus.REACHED,
    FitReason.FAR_BEYOND_DATA: EstimateStatus.FAR_EXTRAPOLATION,
    FitReason.BEYOND_DATA: EstimateStatus.OK,
    FitReason.WITHIN_DATA: EstimateStatus.OK,
}
"""The status of an estimate follows from its reason. A back-test's reasons have none."""


class Frontier(StrEnum):
    """How a curve stands to the least compute that reached an error: its interval holds it, or not."""

    HELD = "held"
    ASKS_MORE = "asks_more"
    ASKS_LESS = "asks_less"


class PredictionStatus(StrEnum):
    """What a fit at a back-test's origin said: both figures, no compute that reaches the error, no figure, no fit."""

    PREDICTED = "predicted"
    UNREACHABLE = "unreachable"
    UNDEFINED = "undefined"
    REFUSED = "refused"


class FitOutcome(StrEnum):
    """What a fit says of a target: a compute, that its curve never falls so low, or nothing since there is no fit."""

    NUMBER = "number"
    UNREACHABLE = "unreachable"
    NOT_FITTED = "not_fitted"


class Standing(StrEnum):
    """How an estimator stands by the rule of the headline: why it is not chosen, or step by step why it is."""

    UNANSWERED = "unanswered"
    INTERVALS_FAULTY = "intervals_faulty"
    SCORE_TOO_LARGE = "score_too_large"
    AS_GOOD = "as_good"
    NONE_ABLE = "none_able"
    SCORE_OF_CHOSEN = "score_of_chosen"
    LEAST_SCORE = "least_score"
    SIMPLEST = "simplest"
    SETTLED = "settled"
    SETTLED_AND_FEW = "settled_and_few"
    CONTRADICTED = "contradicted"
    YARDSTICK_IS_NEARER = "yardstick_is_nearer"
    YARDSTICK_IS_NO_NEARER = "yardstick_is_no_nearer"


class ClaimVerdict(StrEnum):
    """Whether today's interval holds the study's figure, lies below it or above it, or there is none to compare."""

    HOLDS = "holds"
    LESS_TODAY = "less_today"
    MORE_TODAY = "more_today"
    NOT_ANSWERED = "not_answered"


class ClaimReason(StrEnum):
    """Why these data cannot answer a claim of the article."""

    NO_FIGURE = "no_figure"
    FEW_PAPERS_STATE_BOTH = "few_papers_state_both"
    SINGLE_RUNS = "single_runs"
    LABELLED_ALONE = "labelled_alone"
    NO_FIRST_YEAR = "no_first_year"
    NO_OBSERVATION = "no_observation"


class CapabilityReason(StrEnum):
    """Why a model has no capability, a benchmark no curve, or a curve no held-out scores."""

    FEW_BENCHMARKS = "few_benchmarks"
    FEW_MODELS = "few_models"
    FEW_HELD_OUT = "few_held_out"


class ProgressVerdict(StrEnum):
    """How our halving time of the compute needed stands to a published one."""

    AGREES = "agrees"
    INTERVALS_MEET = "intervals_meet"
    SLOWER = "slower"
    FASTER = "faster"
    NOT_RESOLVED = "not_resolved"


class PerformanceReason(StrEnum):
    """Why growth in performance is not split into compute, data and algorithms."""

    FEW_MODELS = "few_models"
    FEW_PAPERS = "few_papers"
    FEW_YEARS = "few_years"
    FACTORS_INSEPARABLE = "factors_inseparable"


class TheoryVerdict(StrEnum):
    """Where the interval of a fitted power lies: above theory's bound, across it, below it; no power was fitted."""

    DEARER = "dearer"
    IN_LINE = "in_line"
    CHEAPER = "cheaper"
    NO_POWER = "no_power"


class ForecastOutcome(StrEnum):
    """What became of a forecast."""

    OPEN = "open"
    REACHED = "reached"
    OVERDUE = "overdue"


class ForecastReason(StrEnum):
    """What the observations say of a forecast."""

    BENCHMARK_UNOBSERVED = "benchmark_unobserved"
    NOT_REACHED = "not_reached"
    REACHED_BY = "reached_by"
    REACHED_BY_OPERATIONS = "reached_by_operations"
    SAID_UNREACHABLE = "said_unreachable"
    COMPUTE_FORECAST = "compute_forecast"
    MODEL_IS_OLDER = "model_is_older"
    REACHED_WITHOUT_COMPUTE = "reached_without_compute"
    NO_DUE_DATE = "no_due_date"


class DateReason(StrEnum):
    """What is known of the date at which a target is reached; only DATED and REACHED_ON come with a median date."""

    DATED = "dated"
    REACHED_ON = "reached_on"
    BEYOND_YEARS = "beyond_years"
    NO_TREND = "no_trend"
    NO_SCORES = "no_scores"


class CostBound(StrEnum):
    """Why a cost, or an end of its range, is arithmetic alone: nobody can spend it."""

    ABOVE_GDP = "above_gdp"


class CostFlag(StrEnum):
    """What the costs of a training run rest on besides the paper, or lack."""

    HARDWARE_NOT_NAMED = "hardware_not_named"
    YEAR_NOT_KNOWN = "year_not_known"
    POWER_NOT_KNOWN = "power_not_known"
    PRICE_NOT_KNOWN = "price_not_known"
    RENT_NOT_KNOWN = "rent_not_known"
