"""Sentences of fits, estimates, back-tests, forecasts and costs. Errors and shares are given in percent."""

from schemas.codes.evaluation import (
    CapabilityReason,
    ClaimReason,
    ClaimVerdict,
    CostBound,
    CostFlag,
    DateReason,
    EstimateStatus,
    FitOutcome,
    FitReason,
    ForecastOutcome,
    ForecastReason,
    Frontier,
    PerformanceReason,
    PredictionStatus,
    ProgressVerdict,
    Standing,
    TheoryVerdict,
)

FITS = {
    FitReason.NO_OBSERVATIONS: "no observations",
    FitReason.FEW_OBSERVATIONS: "{n} observations, at least {least} are needed",
    FitReason.FEW_WITH_LOGARITHM: "{n} observations, at least {least} are needed ({left_out} more with all or nothing"
    " right have no logarithm)",
    FitReason.FEW_PAPERS_FOR_INTERVAL: "{n} papers, at least {least} are needed for an interval by papers",
    FitReason.FEW_PAPERS_TO_COMPARE: "{n} papers, at least {least} are needed to tell papers apart",
    FitReason.VALUES_MIXED: "the observations mix several values of {column}: {values}",
    FitReason.NOT_FINITE: "{n} observations have an error or a compute that is not a finite number",
    FitReason.COMPUTE_NOT_ABOVE_ZERO: "{n} observations have a compute of zero or less",
    FitReason.ERROR_OUT_OF_RANGE: "{n} observations have an error below 0 or above 1",
    FitReason.SAME_COMPUTE: "all observations have the same compute",
    FitReason.SAME_ERROR: "all observations have the same error",
    FitReason.MANY_OBSERVATIONS: "{n} observations, more than the {most} for whose matrices there is memory",
    FitReason.NO_SCATTER: "the observations leave no scatter about a line to share out",
    FitReason.DATA_UNSTABLE: "the observations do not settle the form's parameters",
    FitReason.RESAMPLES_UNSTABLE: "{percent:.0f} % of the resamples do not settle the form's parameters",
    FitReason.ACCURACY_FALLS: "accuracy falls as compute grows in these data (slope per decade of compute from"
    " {lower:.3g} to {upper:.3g})",
    FitReason.SLOPE_MAY_BE_ZERO: "no slope that these data can tell from zero (slope per decade of compute from"
    " {lower:.3g} to {upper:.3g})",
    FitReason.BELOW_FITTED_FLOOR: "no compute gets there by this fit: its curve levels off at {percent:.3g} %"
    " ({lower:.3g} to {upper:.3g} %)",
    FitReason.NOT_ON_CURVE: "the fitted curve has no such error",
    FitReason.TARGET_REACHED: "reached by {model} with {log10_flop:computing}",
    FitReason.FAR_BEYOND_DATA: "{decades:.1f} decades beyond the data; more than {limit:g} has not been validated",
    FitReason.BEYOND_DATA: "{decades:.1f} decades beyond the data",
    FitReason.WITHIN_DATA: "within the range of the data",
    FitReason.CURVE_NEVER_FALLS: "the curve never falls to an error of {percent:.3g} %",
    FitReason.NO_COMPUTE_FOR_ERROR: "the curve gives no compute for the record's error",
    FitReason.NO_ERROR_FOR_COMPUTE: "the curve gives no error for the record's compute",
}

STANDING = {
    Standing.UNANSWERED: "gave no compute in {unpredicted} of {cases} cases, more than {most:.0%}",
    Standing.INTERVALS_FAULTY: "out because {why}",
    Standing.SCORE_TOO_LARGE: "mean score of {score:.2f} decades of compute, beyond doubt more than the {least:.2f} of"
    " {best}",
    Standing.AS_GOOD: "mean score of {score:.2f} decades of compute, not to be told from the {least:.2f} of {best}",
    Standing.NONE_ABLE: "no estimator gave a compute for enough of the records that came after",
    Standing.SCORE_OF_CHOSEN: "{estimator}: mean score of {score:.2f} decades of compute in {cases} predictions of"
    " records with at least two thirds of the best error known, in {series} series",
    Standing.LEAST_SCORE: "the least mean score is {least:.2f} ({estimator}); the records cannot tell from it: {alike}",
    Standing.SIMPLEST: "of these it has the fewest parameters ({parameters}), and puts the scatter into both compute"
    " and error where any does",
    Standing.SETTLED: "of these it was chosen on {day} by {cases} predictions, which these do not contradict",
    Standing.SETTLED_AND_FEW: "{estimator}: chosen on {day} by {then} predictions, and the {cases} of this release,"
    " fewer than {least}, could not contradict it",
    Standing.CONTRADICTED: "{estimator}, chosen on {day} by {cases} predictions, is contradicted by these; this one is"
    " the simplest of those",
    Standing.YARDSTICK_IS_NEARER: "the yardstick {yardstick} scored better ({score:.2f}): these curves tell no more of"
    " the next record than it does",
    Standing.YARDSTICK_IS_NO_NEARER: "the yardstick {yardstick} scored no better ({score:.2f})",
}

_PRACTICE = (
    "practice is k^{power:.1f} ({lower} to {upper}), %s theory's k^{least:g}: half the error takes {times} times the"
    " compute, by theory {times_by_theory:g}"
)

CAPABILITIES = {
    CapabilityReason.FEW_BENCHMARKS: "scored on {n} benchmarks, at least {least} are needed to tell a capability",
    CapabilityReason.FEW_MODELS: "{n} models with other scores were run on it, at least {least} are needed",
    CapabilityReason.FEW_HELD_OUT: "no last years hold {least} scores and leave as many before them",
}

PROGRESS = {
    ProgressVerdict.AGREES: "agrees with the published figure",
    ProgressVerdict.INTERVALS_MEET: "the intervals meet",
    ProgressVerdict.SLOWER: "slower in these data",
    ProgressVerdict.FASTER: "faster in these data",
    ProgressVerdict.NOT_RESOLVED: "these data cannot say",
}

PERFORMANCE = {
    PerformanceReason.FEW_MODELS: "{n} models with a known year, compute and data, at least {least} are needed",
    PerformanceReason.FEW_PAPERS: "{n} papers or families of models, at least {least} are needed",
    PerformanceReason.FEW_YEARS: "models of {n} years, at least {least} are needed",
    PerformanceReason.FACTORS_INSEPARABLE: "compute, data and years rise together: in {percent:.0f} % of the resamples"
    " they cannot be told apart",
}

THEORY = {
    TheoryVerdict.NO_POWER: "theory asks for k^{least:g}; in these data the error does not fall as compute grows",
    TheoryVerdict.DEARER: _PRACTICE % "costlier than",
    TheoryVerdict.CHEAPER: _PRACTICE % "cheaper than",
    TheoryVerdict.IN_LINE: _PRACTICE % "not distinguishable from",
}

FORECASTS = {
    ForecastReason.BENCHMARK_UNOBSERVED: "no observation of this benchmark",
    ForecastReason.NOT_REACHED: "not reached: the lowest error is {percent:.3g} % ({model}), in observations up to"
    " {year_max}",
    ForecastReason.REACHED_BY: "reached by {model} at {percent:.3g} % with {log10_flop:computing}",
    ForecastReason.REACHED_BY_OPERATIONS: "reached by {model} at {percent:.3g} % with {log10_flop:computing}"
    " (of operations; its hardware burden is not known)",
    ForecastReason.REACHED_WITHOUT_COMPUTE: "reached by {model} at {percent:.3g} %, known by {day}; its compute is not"
    " known",
    ForecastReason.NO_DUE_DATE: "it named no date, so it never falls due",
    ForecastReason.SAID_UNREACHABLE: "said to be unreachable",
    ForecastReason.COMPUTE_FORECAST: "{log10_flop:computing} was forecast, {times}",
    ForecastReason.MODEL_IS_OLDER: "the model is older than the forecast, whose data lacked it",
}

DATES = {
    DateReason.DATED: "from {records} records up to {day}",
    DateReason.REACHED_ON: "reached by {model} at {percent:.3g} %, known by {day}",
    DateReason.BEYOND_YEARS: "even if it can be reached at all, it is within {years:.0f} years of the last score with a"
    " probability of {percent:.2g} % only: no median date",
    DateReason.NO_TREND: "{records} records in {years:.1f} years: too few for a date",
    DateReason.NO_SCORES: "no score is known here that could be a record",
}

COST_BOUNDS = {
    CostBound.ABOVE_GDP: "more than all that the United States produce in a year ({gdp:.3g} dollars), which nobody"
    " can spend",
}

COSTS = {
    CostFlag.HARDWARE_NOT_NAMED: "no hardware named: reference chip of the year",
    CostFlag.YEAR_NOT_KNOWN: "year not known: that of the chip's release",
    CostFlag.POWER_NOT_KNOWN: "power of the chip not known: no energy, no carbon",
    CostFlag.PRICE_NOT_KNOWN: "price of the chip not known: no cost",
    CostFlag.RENT_NOT_KNOWN: "no rent known: price at release written off",
}

STATUSES = {
    EstimateStatus.OK: "near the data",
    EstimateStatus.REACHED: "reached",
    EstimateStatus.FAR_EXTRAPOLATION: "untested range",
    EstimateStatus.AT_OR_BELOW_ERROR_FLOOR: "unreachable",
    EstimateStatus.AT_OR_BELOW_FITTED_FLOOR: "under the fitted floor",
    EstimateStatus.NO_SLOPE: "no slope",
    EstimateStatus.UNDEFINED: "not on the curve",
    EstimateStatus.UNSTABLE: "unstable",
    EstimateStatus.TOO_FEW_POINTS: "too few points",
    EstimateStatus.TOO_FEW_PAPERS: "too few papers",
    EstimateStatus.UNUSABLE_POINTS: "unusable points",
}
"""What the statuses of estimates are called on the page."""

OUTCOMES = {
    ForecastOutcome.OPEN: "open",
    ForecastOutcome.REACHED: "reached",
    ForecastOutcome.OVERDUE: "overdue",
}
"""What the outcomes of forecasts are called on the page."""

PREDICTIONS = {
    PredictionStatus.PREDICTED: "predicted",
    PredictionStatus.UNREACHABLE: "the curve never falls so low",
    PredictionStatus.UNDEFINED: "no figure",
    PredictionStatus.REFUSED: "no fit",
}

FIT_OUTCOMES = {
    FitOutcome.NUMBER: "a compute",
    FitOutcome.UNREACHABLE: "the curve never falls so low",
    FitOutcome.NOT_FITTED: "no fit",
}

FRONTIER = {
    Frontier.HELD: "The chosen curve passes the best model.",
    Frontier.ASKS_MORE: "The chosen curve ends below what exists: by it an error of {error} takes {times} times the"
    " computing that the best model took.",
    Frontier.ASKS_LESS: "The chosen curve ends above what exists: the best model took {times} times the computing that"
    " an error of {error} takes by it.",
}

UNANSWERED = {
    ClaimReason.NO_FIGURE: "the release has no figure: `query headline` and `query estimators` say why",
    ClaimReason.FEW_PAPERS_STATE_BOTH: "papers that state what both took: {n}, where {least} are needed",
    ClaimReason.SINGLE_RUNS: "no figure here rests on a single run; `query training_costs` has what known runs cost"
    " on their own chips in their own year",
    ClaimReason.LABELLED_ALONE: "the claim counts labelled images alone, `query parameters_per_example` all that a"
    " model learnt from",
    ClaimReason.NO_FIRST_YEAR: "`query hardware_history` begins with the first accelerators, later than the claim does",
    ClaimReason.NO_OBSERVATION: "no observation can say it; `python -m flows simulate` runs the article's thought"
    " experiment",
}

CLAIMS = {
    ClaimVerdict.HOLDS: "within today's range",
    ClaimVerdict.LESS_TODAY: "lower today",
    ClaimVerdict.MORE_TODAY: "higher today",
    ClaimVerdict.NOT_ANSWERED: "these data cannot say",
}
