"""Closed vocabularies: the words that a column may hold, each list declared once."""

from enum import StrEnum

METHODS = ("reported", "operation_count", "hardware_time", "imputed", "third_party")
"""How a training-compute figure was estimated (order of preference: tasks/compute/methods.py)."""

COMPUTE_SCOPES = ("pretraining", "whole", "finetuning", "student")
"""What a training-compute figure counts: pre-training alone, all training that made the model, fine-tuning without the
model that it starts from, or a student's training without its teacher's."""

BOUNDS = ("lower", "upper")
"""What a figure is that a source does not give as such, but as a bound."""

PHASES = ("training", "pretraining", "finetuning", "search", "inference", "unknown")

DISCLOSURE_FIELDS = (
    "hardware",
    "chips",
    "duration_hours",
    "chip_hours",
    "epochs",
    "steps",
    "batch_size",
    "sequence_length",
    "examples",
    "tokens",
    "parameters",
    "forward_ops",
    "training_flop",
    "network",
    "precision",
    "utilisation",
    "chip_flop_per_s",
    "energy_kwh",
    "cost_usd",
    "co2e_kg",
)
"""What a paper discloses of training, in its canonical unit: hours, FLOP, counts; `sequence_length` in tokens,
`utilisation` a fraction of the peak rate, `chip_flop_per_s` the FLOP/s that training reached on each chip,
`energy_kwh`, `cost_usd` (US dollars), `co2e_kg` of the whole training; `hardware`, `precision` (fp32, fp16, bf16, fp8,
tf32, mixed) and `network` (see networks.csv) are words."""


class DefectRule(StrEnum):
    """Rules that look for defects of collected figures every night (see tasks/defects/)."""

    COPIED_COMPUTE = "copied_compute"
    FILLED_SERIES = "filled_series"
    SEARCH_AS_TRAINING = "search_as_training"
    ENSEMBLE_WITH_SINGLE_COMPUTE = "ensemble_with_single_compute"
    COUNT_IN_RATE = "count_in_rate"
    TWO_COMPUTES = "two_computes"
    DIGITS_SWAPPED = "digits_swapped"
    FLOP_OR_MULTIPLY_ADD = "flop_or_multiply_add"
    SCORE_OF_ANOTHER_MODEL = "score_of_another_model"  # found by hand alone
    NO_MODELS_NAME = "no_models_name"


DEFECT_RULES = tuple(rule.value for rule in DefectRule)

JOIN_RULES = ("same_row", "same_paper_and_name", "linked_by_source", "same_name", "only_model_of_paper")
"""Why an accuracy and a compute figure are held to be of one model, the surest first (tasks/match/pairing.py)."""

SOURCE_OUTCOMES = ("read", "unchanged", "in_part", "deferred", "failed")
"""What became of asking a source: new content, the same as before, some of it could not be had, or only as an older
copy; deferred; not as it should be."""

RUN_OUTCOMES = ("completed", "in_part", "failed", "stopped", "interrupted", "running")
"""How a run ended: all done; done, without a source that gave nothing or only an older copy; an error; a signal or a
key; killed, as the next run found; not ended when this was written."""

CHECKED_QUANTITIES = ("energy_kwh", "cost_usd", "cost_rented_usd", "cost_owned_usd", "co2e_kg")
"""Costs of training that others have published and ours are held against."""

PRECISIONS = ("fp32", "tf32", "fp16", "bf16", "fp8", "mixed")
"""Number formats that a paper may say it trained in."""

WORDED_FIELDS = frozenset({"hardware", "network", "precision"})
"""Disclosure fields whose value is a word and no number."""

HORIZONS = ("from_0.8", "0.67_to_0.8", "0.5_to_0.67", "below_0.5", "all", "judged")
"""The record's error over the best known at the origin. `judged` is what the headline's rule looks at: at least two
thirds, from at least 10 observations (tasks/evaluate/scores.py)."""

DATE_METHODS = ("record_drift", "compute_growth", "capability_growth", "time_trend")
"""How the date of a target is foretold; `time_trend` is the yardstick (tasks/evaluate/dates/methods.py)."""

DATE_HORIZONS = ("all", "to_1_year", "1_to_2_years", "2_to_4_years", "from_4_years")
"""Years from the origin of a back-test of dates (tasks/evaluate/dates/backtest.py)."""

THEORIES = ("statistics", "overparameterised")
"""Lower bounds of the power of computation that theory gives (see tasks/evaluate/theory/powers.py)."""

GROWTH_FACTORS = ("compute", "faster_chips", "more_chips", "longer_runs")
"""What grew: the compute of training runs, and the three factors that multiply to it."""

GROWTH_COMPARISONS = ("record", "typical", "trend", "record_trend")
"""What growth is measured between (see tasks/evaluate/growth.py)."""

READ, PARTLY_READ, FAILED = "read", "partly_read", "failed"

DOCUMENT_STATUSES = (READ, PARTLY_READ, FAILED, "superseded", "duplicate", "withdrawn", "damaged")
"""What became of a document; the first three of one that stands for its paper."""

UNKNOWN, NOT_APPLICABLE = "unknown", "not applicable"
"""Values of a condition that nobody states, or that the benchmark does not have."""

NO_EXTRA_DATA = "none"
"""Said of a score whose model learnt from the benchmark's own training set alone."""

YES, NO = "yes", "no"

YES_NO_UNKNOWN = (YES, NO, UNKNOWN)
"""Whether a condition holds."""

ONE_VIEW, SEVERAL_VIEWS = "one view", "several views"

TEST_PROTOCOLS = (ONE_VIEW, SEVERAL_VIEWS, UNKNOWN, NOT_APPLICABLE)
"""How an input is tested: once, or by several crops, scales or flips whose answers are averaged."""

PROMPTINGS = ("chain of thought", "majority vote")
"""How a language model is asked, where it is said: for its steps, or several times with a vote."""

COMPLETION, UNNORMALISED_COMPLETION, MULTIPLE_CHOICE = "completion", "unnormalised completion", "multiple choice"

FORMULATIONS = (COMPLETION, UNNORMALISED_COMPLETION, MULTIPLE_CHOICE, UNKNOWN, NOT_APPLICABLE)
"""How a question with options is put to a language model: the options are its completions, of which the likeliest (by
length or not) is its answer, or they stand in the prompt, and its answer is the letter of one (Gu et al. 2024, OLMES,
arXiv 2406.08446)."""

PERFORMANCE_FACTORS = ("performance", "compute", "data", "algorithms")
"""What grew: performance, and the three factors whose gains add to it (see tasks/evaluate/performance.py)."""

COMPUTE_MEASURES = ("training_flop", "hardware_burden")
"""What a forecast's compute counts: operations done, or what the chips could have done at full utilisation."""

ESTIMATOR_KINDS = ("study", "direction", "form", "frontier", "progress", "structure")
"""What an estimator varies (tasks/fit/estimator.py)."""


LEFT_OUT_KINDS = ("paper", "family")

COMPUTE_CHOICES = ("all", "without_imputed", "without_third_party", "hardware_burden")
OBSERVATION_CHOICES = ("all", "since_2012", "records", "without_extra_data", "same_paper")
SPLIT_CHOICES = ("pooled", "largest_split")
"""Choices of the specification curve (see tasks/evaluate/sensitivity/specifications.py), the project's own first."""
