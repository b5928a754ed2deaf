"""Codes of reading: what lowers the confidence in a figure, what more is known of it, and why one is doubtful."""

from enum import StrEnum


class ReadingNote(StrEnum):
    """What a reader should know of a figure. A comment names the parameters of a code."""

    # --- accuracy: what the words about a figure leave open
    DATASET_NOT_NEAR = "dataset_not_near"
    SPLIT_NOT_NEAR = "split_not_near"
    SPLIT_NOT_NAMED = "split_not_named"
    METRIC_NOT_NAMED = "metric_not_named"
    DIRECTION_NOT_NAMED = "direction_not_named"
    IN_PROSE = "in_prose"
    # --- training: what a figure is
    SEVERAL_MODELS = "several_models"
    """No model beside the figure can be given it."""
    MULTIPLY_ADDS = "multiply_adds"
    """The paper's "FLOPs" are multiply-adds: it says so, or prints a known network's multiply-adds as FLOPs."""
    COUNTS_FLOP = "counts_flop"
    """The paper prints twice a known network's multiply-adds."""
    WHOLE_SCHEDULE = "whole_schedule"
    """Tokens that a model saw, as the length of its learning rate's schedule says."""
    IN_TOKENS = "in_tokens"
    """A batch counted in tokens, not in examples."""
    LAYERS_SHARED = "layers_shared"  # layers
    """Parameters that so many layers share."""
    ACTIVE_PARAMETERS = "active_parameters"
    """Of a mixture of experts the parameters that work on a token."""
    STAGE = "stage"  # stage
    """Of one stage of a training; the stages add up."""
    ALL_STAGES = "all_stages"
    """The total of the stages beside it."""
    PIECE_TIME = "piece_time"  # piece
    """The time of one epoch or step only."""
    PIECES_TIMED = "pieces_timed"  # piece, count, counted
    """The time of one epoch or step times their number."""
    MOST_NAMED_NETWORK = "most_named_network"  # sentences
    # --- training: how a figure was worked out
    CORES_HALVED = "cores_halved"
    POD_SLICE = "pod_slice"
    DEVICES_OF_FOUR = "devices_of_four"
    NODES_TIMES_CHIPS = "nodes_times_chips"
    BOARDS_TIMES_CHIPS = "boards_times_chips"
    ARTICLE_AS_ONE = "article_as_one"
    AUDIO_POSITIONS = "audio_positions"  # seconds, rate
    WORDS_ONLY = "words_only"
    UNIT_SUPPOSED = "unit_supposed"  # unit
    TON_AS_METRIC = "ton_as_metric"
    NET_OF_CLEAN_ENERGY = "net_of_clean_energy"


class Doubt(StrEnum):
    """Why a figure is ambiguous or impossible: it goes to quarantine."""

    NOT_SURE = "not_sure"
    """The judge of results finds it neither probable nor improbable."""
    IMPOSSIBLE_ORDER = "impossible_order"  # metric, lesser
    BEYOND_RECORD = "beyond_record"  # record, year
    SIZES_TRIED = "sizes_tried"
    HEADER_UNREADABLE = "header_unreadable"  # header
    """A sign without a letter stands beside the words that tell what is measured: "top-1", or its difference?"""
    PARTLY_READ = "partly_read"
    """Its document is damaged: what is lost of the paper's models, splits and tables is not known."""
    SEVERAL_DOCUMENTS = "several_documents"
    """Its file holds more than one document: whose figure it is is not known."""
