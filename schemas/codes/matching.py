"""Codes of matched accuracy and compute: why an observation is out of the fits, and what a rule for defects saw."""

from enum import StrEnum


class Exclusion(StrEnum):
    """Why the fits leave an observation out; the first that holds, in the order of `tasks.match.observations`."""

    # --- the run
    FILTERED_OUT = "filtered_out"  # condition
    """The run was asked for other observations only (`--only`)."""

    # --- the name (a defect too, below)
    NO_MODELS_NAME = "defect_no_models_name"  # reason

    # --- doubts of the join
    SEVERAL_ROWS_OF_THE_NAME = "several_rows_of_the_name"
    NAME_WITHOUT_YEAR = "name_without_year"
    NAMES_DIFFER = "names_differ"  # of_accuracy, of_compute
    ENSEMBLE_BY_ANOTHER_SOURCE = "ensemble_by_another_source"
    COMPUTE_OF_ANOTHER_BENCHMARK = "compute_of_another_benchmark"  # series
    DISTILLED_BY_SOURCE = "distilled_by_source"
    ONE_OF_TWO_TRAININGS = "one_of_two_trainings"  # datasets

    # --- the compute is not known to be what the model's training took (`schemas.codes.compute.NOT_FOR_FITS`)
    COMPUTE_SUPPOSED = "compute_supposed"
    COMPUTE_WITH_SEARCH = "compute_with_search"
    COMPUTE_WITHOUT_BASE = "compute_without_base"
    COMPUTE_WITHOUT_TEACHER = "compute_without_teacher"
    COMPUTE_DROPPED = "compute_dropped"
    COMPUTE_IS_A_BOUND = "compute_is_a_bound"
    COMPUTE_OF_OTHER_SCOPE = "compute_of_other_scope"
    COMPUTE_UNWITNESSED = "compute_unwitnessed"  # flag, reason
    """A machine read it in a paper, something makes it doubtful, and no second witness confirms it."""

    # --- the conditions of the score
    CONDITION_UNKNOWN = "condition_unknown"  # condition
    """Models that differ in it stand in series of their own, and nobody says to which this one belongs."""

    # --- the accuracy
    ENSEMBLE = "ensemble"
    NO_LOGARITHM = "no_logarithm"
    NOT_SURELY_READ = "not_surely_read"  # probability
    """A machine read it in a paper, and is less sure of it than a fit asks for."""
    AT_CHANCE = "at_chance"  # chance
    """A machine read it in a paper, and a guess would score as much: it is hardly that benchmark's."""

    # --- defects, by their rule (`schemas.vocabularies.DEFECT_RULES`); each with `reason`, the defect's words
    COPIED_COMPUTE = "defect_copied_compute"
    FILLED_SERIES = "defect_filled_series"
    SEARCH_AS_TRAINING = "defect_search_as_training"
    ENSEMBLE_WITH_SINGLE_COMPUTE = "defect_ensemble_with_single_compute"
    COUNT_IN_RATE = "defect_count_in_rate"
    TWO_COMPUTES = "defect_two_computes"
    DIGITS_SWAPPED = "defect_digits_swapped"
    FLOP_OR_MULTIPLY_ADD = "defect_flop_or_multiply_add"
    SCORE_OF_ANOTHER_MODEL = "defect_score_of_another_model"

    # --- another observation of the model stands
    NOT_THE_MEDIAN = "not_the_median"  # scores, lowest, highest, median
    NOT_THE_USUAL_MEDIAN = "not_the_usual_median"  # scores, lowest, highest, usual, way, median
    MODEL_THERE_ALREADY = "model_there_already"  # paper
    PERHAPS_THE_SAME_MODEL = "perhaps_the_same_model"  # model

    # --- the series
    OUT_OF_PROPORTION = "out_of_proportion"  # deviations, limit, expected, others
    """A machine read it in a paper, and it is far from the line of its series (`tasks.match.proportion`)."""
    MODEL_WAITS = "model_waits"
    """A machine read it, and the observation of the model that stands before it is `OUT_OF_PROPORTION`."""


class DefectSign(StrEnum):
    """What a rule for defects saw in a row."""

    SAME_FLOP_TO_ALL_DIGITS = "same_flop_to_all_digits"  # flop, model, paper
    EQUAL_STEPS = "equal_steps"  # rows, step
    RUN_OF_THE_SEARCH = "run_of_the_search"  # chips, hours
    TIME_IN_WORDS_OF_SEARCH = "time_in_words_of_search"
    CALLED_A_SEARCH = "called_a_search"  # source
    SEVERAL_NETWORKS_ONE_COMPUTE = "several_networks_one_compute"  # flop
    SEVERAL_COUNTS = "several_counts"  # printed, field
    COUNT_AND_NO_RATE = "count_and_no_rate"  # printed, field
    RANGES_DO_NOT_MEET = "ranges_do_not_meet"  # flop, method, source, other_flop, other_method, other_source
    NEIGHBOURING_DIGITS = "neighbouring_digits"  # value, other, papers
    FACTOR_OF_TWO = "factor_of_two"  # number, other, paper, unit
    KNOWN_BY_HAND = "known_by_hand"  # reason, who, when, source
    NAME_OF_DATASET = "name_of_dataset"  # name
    NAME_OF_LANGUAGE = "name_of_language"  # name
    NAME_OF_SUBJECT = "name_of_subject"  # name
    NAME_OF_METRIC = "name_of_metric"  # name
    NAME_OF_SPLIT = "name_of_split"  # name
    NAME_OF_EFFORT = "name_of_effort"  # name
    NAME_OF_ANSWER = "name_of_answer"  # name
    NAME_OF_TECHNIQUE = "name_of_technique"  # name
    NAME_OF_EDITION = "name_of_edition"  # name
    NAME_OF_ADDITION = "name_of_addition"  # name
