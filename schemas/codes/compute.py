"""Codes of training compute: what an estimate was made from, what its reader should know, why it was refused."""

from enum import StrEnum


class ComputeFlag(StrEnum):
    """What a careful reader should know of a compute estimate; the comments name the parameters."""

    # --- supposed, since the paper leaves it out
    MODEL_SUPPOSED = "model_supposed"
    PARTLY_OF_THE_PAPER = "partly_of_the_paper"
    LARGEST_MODEL_STANDS_IN = "largest_model_stands_in"
    EPOCHS_SUPPOSED = "epochs_supposed"
    CHIPS_SUPPOSED = "chips_supposed"
    CHIP_OF_THE_TIME = "chip_of_the_time"  # chip
    SEQUENCE_LENGTH_SUPPOSED = "sequence_length_supposed"  # tokens
    OPERATIONS_BY_PARAMETERS = "operations_by_parameters"  # usual, least, most
    OPERATIONS_OF_BACKBONE = "operations_of_backbone"  # network

    # --- from the reference tables
    OPERATIONS_BY_NAME = "operations_by_name"
    PARAMETERS_BY_NAME = "parameters_by_name"
    EXAMPLES_OF_DATA_SET = "examples_of_data_set"  # dataset
    TOKENS_OF_DATA_SET = "tokens_of_data_set"  # dataset

    # --- one value out of several, and what the range spans
    MOST_FREQUENT_VALUE = "most_frequent_value"  # field
    LARGEST_OF_SEVERAL = "largest_of_several"  # field
    LARGEST_OF_SEVERAL_TIMES = "largest_of_several_times"
    STATED_TWICE = "stated_twice"  # first, second
    LARGER_OF_TWO_PHASES = "larger_of_two_phases"
    STAGES_ADDED = "stages_added"  # stages
    UNIT_UNDECIDED = "unit_undecided"
    TOKENS_OF_CORPUS = "tokens_of_corpus"
    TOKENS_TIMES_EPOCHS = "tokens_times_epochs"
    FIGURES_FAR_APART = "figures_far_apart"  # ratio
    LAYERS_SHARED = "layers_shared_by_model"  # layers
    DENSE_TRANSFORMERS_ONLY = "dense_transformers_only"

    # --- figures that are perhaps not of this training, or not what the paper says
    OF_ANOTHER_RUN = "of_another_run"  # field
    NETWORK_OF_OTHERS = "network_of_others"  # field, network
    INPUT_NOT_SURELY_READ = "input_not_surely_read"  # field, probability

    # --- contradictions
    ABOVE_RECORD = "above_record"  # ratio, year
    IMPLAUSIBLE_UTILISATION = "implausible_utilisation"  # utilisation, least
    RANGES_APART = "ranges_apart"  # method

    # --- of others' figures
    NO_CONFIDENCE = "no_confidence"
    TABLES_DIFFER = "tables_differ"  # ratio, table, flop
    TRAINED_FURTHER = "trained_further"  # base_model
    BASE_INCLUDED = "base_included"
    BASE_LEFT_OUT = "base_left_out"
    BASE_UNKNOWN = "base_unknown"
    BASE_ADDED = "base_added"  # model, flop, estimate_id
    DISTILLED = "distilled"
    TEACHER_ADDED = "teacher_added"  # model, flop, estimate_id
    DROPPED = "dropped_by_its_source"
    SEARCH_INCLUDED = "search_included"
    BOUND_ONLY = "bound_only"  # side
    FEW_EPOCHS = "few_epochs"  # epochs, least, dataset
    OTHER_SCOPE = "other_scope"


NOT_THE_MODELS_TRAINING = (
    ComputeFlag.SEARCH_INCLUDED,
    ComputeFlag.BASE_LEFT_OUT,
    ComputeFlag.DISTILLED,
    ComputeFlag.DROPPED,
    ComputeFlag.BOUND_ONLY,
    ComputeFlag.OTHER_SCOPE,
)
"""Flags of figures that are not, or not surely, what it took to train the model: no fit uses them."""

NOT_FOR_FITS = (ComputeFlag.MODEL_SUPPOSED, *NOT_THE_MODELS_TRAINING)
"""Flags that keep a figure out of the fits."""

NEEDS_WITNESS = (
    ComputeFlag.OF_ANOTHER_RUN,
    ComputeFlag.NETWORK_OF_OTHERS,
    ComputeFlag.INPUT_NOT_SURELY_READ,
    ComputeFlag.RANGES_APART,
    ComputeFlag.IMPLAUSIBLE_UTILISATION,
    ComputeFlag.ABOVE_RECORD,
    ComputeFlag.FIGURES_FAR_APART,
    ComputeFlag.MOST_FREQUENT_VALUE,
    ComputeFlag.LARGER_OF_TWO_PHASES,
    ComputeFlag.CHIP_OF_THE_TIME,
)
"""Flags of a figure that a machine read in a paper and that a fit uses only with a second witness
(`tasks.match.witness`)."""


class ComputeBasis(StrEnum):
    """How a compute estimate was made, with the figures that went into it; `tasks.compute.rows` makes ids of them."""

    STATED = "basis_stated"  # flop
    CHIP_HOURS = "basis_chip_hours"  # chip_hours, peak, chip, utilisation
    CHIPS_AND_TIME = "basis_chips_and_time"  # chips, hours, peak, chip, utilisation
    MULTIPLY_ADDS = "basis_multiply_adds"  # operations, seen
    FLOP = "basis_flop"  # operations, seen
    UNIT_OPEN = "basis_unit_open"  # operations, seen
    PARAMETERS_AND_TOKENS = "basis_parameters_and_tokens"  # parameters, tokens
    CONFIDENCE_WORD = "basis_confidence_word"  # flop, word, factor
    OWN_BOUNDS = "basis_own_bounds"  # flop, lower, upper
    OTHER_TABLE = "basis_other_table"  # table, flop
    TYPED_OPERATIONS = "basis_typed_operations"  # flop
    TYPED_MULTIPLY_ADDS = "basis_typed_multiply_adds"  # flop
    TYPED_UNIT_OPEN = "basis_typed_unit_open"  # flop
    HARDWARE_BURDEN = "basis_hardware_burden"  # flop, utilisation
    SOURCE_NOTE = "basis_source_note"  # note


class ComputeDoubt(StrEnum):
    """Why an estimate was refused, or why what a paper states gives none: it goes to quarantine."""

    NO_TRAINING_RUN = "no_training_run"  # source, flop, least, most
    CALLED_WRONG = "called_wrong"  # source
    INPUTS_UNUSABLE = "inputs_unusable"  # method, error
    METHOD_NOT_SUPPORTED = "method_not_supported"  # method

    # --- what a paper states of a training, and what it leaves out
    CHIPS_NOT_STATED = "chips_not_stated"  # chip
    CHIPS_UNDECIDED = "chips_undecided"  # chip
    PEAK_NOT_KNOWN = "peak_not_known"  # chip
    OPERATIONS_NOT_STATED = "operations_not_stated"  # seen
    OPERATIONS_BY_WEIGHTS = "operations_by_weights"  # seen, parameters
    ACTIVE_NOT_STATED = "active_not_stated"  # parameters
