"""Words of matched accuracy and compute: exclusions, defects, and why an accuracy and a compute figure were joined."""

from collections.abc import Sequence
from enum import StrEnum

from schemas.codes import Coded, has
from schemas.codes.compute import NOT_FOR_FITS, ComputeFlag
from schemas.codes.matching import DefectSign, Exclusion
from schemas.rows.compute import ComputeEstimate
from schemas.vocabularies import DEFECT_RULES
from tasks.wording import compute

_SCORES = "of its {scores} scores here ({lowest:g} to {highest:g})"
_MEDIANS = {
    Exclusion.NOT_THE_MEDIAN: f"{_SCORES} the median stands, not the best",
    Exclusion.NOT_THE_USUAL_MEDIAN: f"{_SCORES} {{usual}} were had in the usual way ({{way}}), and the median stands,"
    " not the best",
}

TEMPLATES: dict[StrEnum, str] = {
    Exclusion.FILTERED_OUT: "this run uses observations only where {condition}",
    Exclusion.SEVERAL_ROWS_OF_THE_NAME: "the source has several rows of this name",
    Exclusion.NAME_WITHOUT_YEAR: "the name alone joins them, and no year is stated to compare",
    Exclusion.NAMES_DIFFER: "the only model of the paper in both sources, but the names differ: '{of_accuracy}' and"
    " '{of_compute}'",
    Exclusion.ENSEMBLE_BY_ANOTHER_SOURCE: "another source says that this accuracy of the paper is that of several"
    " networks together",
    Exclusion.COMPUTE_OF_ANOTHER_BENCHMARK: "the source typed this compute for {series}",
    Exclusion.DISTILLED_BY_SOURCE: "the source of the accuracy says that the model is distilled: its teacher's training"
    " is not counted in",
    Exclusion.ONE_OF_TWO_TRAININGS: "the compute is of one training, and not said whether on {datasets}",
    Exclusion.COMPUTE_SUPPOSED: "the paper does not say that its compute is this model's",
    Exclusion.COMPUTE_WITH_SEARCH: f"compute: {compute.TEMPLATES[ComputeFlag.SEARCH_INCLUDED]}",
    Exclusion.COMPUTE_WITHOUT_BASE: f"compute: {compute.TEMPLATES[ComputeFlag.BASE_LEFT_OUT]}",
    Exclusion.COMPUTE_WITHOUT_TEACHER: f"compute: {compute.TEMPLATES[ComputeFlag.DISTILLED]}",
    Exclusion.COMPUTE_DROPPED: f"compute: {compute.TEMPLATES[ComputeFlag.DROPPED]}",
    Exclusion.COMPUTE_IS_A_BOUND: "compute: known as a bound alone",
    Exclusion.COMPUTE_OF_OTHER_SCOPE: f"compute: {compute.TEMPLATES[ComputeFlag.OTHER_SCOPE]}",
    Exclusion.COMPUTE_UNWITNESSED: "compute read by machine, without a second method or source that agrees, and"
    " doubtful: {reason}",
    Exclusion.ENSEMBLE: "an ensemble's accuracy comes from testing several networks together",
    Exclusion.NOT_SURELY_READ: "read by machine with a probability of {probability} only: it waits for review",
    Exclusion.CONDITION_UNKNOWN: "nobody says its {condition}, by which models stand in series of their own",
    Exclusion.AT_CHANCE: "no better than a guess ({chance:.3g} %): it says nothing of what compute buys",
    Exclusion.NO_LOGARITHM: "all or nothing right: an error without a logarithm tells a curve nothing",
    **{Exclusion(f"defect_{rule}"): f"{rule.replace('_', ' ')}: {{reason}}" for rule in DEFECT_RULES},
    **{code: f"{template}: {{median:g}}" for code, template in _MEDIANS.items()},
    Exclusion.MODEL_THERE_ALREADY: "the model is there already, from {paper}",
    Exclusion.PERHAPS_THE_SAME_MODEL: "perhaps the same model as '{model}', which is there already",
    Exclusion.OUT_OF_PROPORTION: "read by machine, and {deviations:.1f} robust standard deviations from the line of the"
    " series' {others} other observations, {expected:.3g} at its compute (limit {limit:.1f}): it waits for review",
    Exclusion.MODEL_WAITS: "read by machine, and the reading of the model that stands before it waits for review",
    DefectSign.SAME_FLOP_TO_ALL_DIGITS: "its {flop:.7g} FLOP are to all digits those of {model} ({paper}), and no run"
    " of its own is stated",
    DefectSign.EQUAL_STEPS: "one of {rows} rows in a row whose compute differs by {step:.7g} FLOP each: filled down",
    DefectSign.RUN_OF_THE_SEARCH: "{chips:g} chips for {hours:g} h are the paper's search, not its training",
    DefectSign.TIME_IN_WORDS_OF_SEARCH: "its time is stated in words of a search for the architecture",
    DefectSign.CALLED_A_SEARCH: "{source}: by its note, or by name and title, the cost of a search",
    DefectSign.SEVERAL_NETWORKS_ONE_COMPUTE: "the accuracy of several networks with {flop:.3g} FLOP, those of one",
    DefectSign.SEVERAL_COUNTS: "{printed!r} as {field}: several counts in the place of one figure",
    DefectSign.COUNT_AND_NO_RATE: "{printed!r} as {field}: a count, no rate",
    DefectSign.RANGES_DO_NOT_MEET: "{flop:.3g} FLOP by {method} ({source}) here, {other_flop:.3g} by {other_method}"
    " ({other_source}) elsewhere",
    DefectSign.NEIGHBOURING_DIGITS: "{value:g} here, {other:g} in {papers}: digits changed over",
    DefectSign.FACTOR_OF_TWO: "{number:.3g} here, {other:.3g} in {paper} ({unit}): FLOP and multiply-adds taken for"
    " each other",
    **{
        sign: f"“{{name}}” is the name of {kind}, not of a model"
        for sign, kind in (
            (DefectSign.NAME_OF_DATASET, "a data set"),
            (DefectSign.NAME_OF_LANGUAGE, "a language"),
            (DefectSign.NAME_OF_SUBJECT, "a subject"),
            (DefectSign.NAME_OF_METRIC, "a metric"),
            (DefectSign.NAME_OF_SPLIT, "a part of a data set"),
            (DefectSign.NAME_OF_EFFORT, "a setting"),
            (DefectSign.NAME_OF_ANSWER, "an answer in a column"),
            (DefectSign.NAME_OF_TECHNIQUE, "a technique"),
            (DefectSign.NAME_OF_EDITION, "an edition"),
            (DefectSign.NAME_OF_ADDITION, "something added to a model"),
        )
    },
    DefectSign.KNOWN_BY_HAND: "{reason} (by hand: {who}, {when}; {source})",
}

RULES = {
    "same_row": "one row of the source gives both",
    "same_paper_and_name": "the same paper gives both under the same name",
    "linked_by_source": "the source of the accuracy says which model the tested version is",
    "same_name": "the name is distinctive, one figure stands under it, and nothing contradicts",
    "only_model_of_paper": "it is the only model of the paper in both sources",
}
"""Why accuracy and compute are held to be of one model, by the rule (`schemas.vocabularies.JOIN_RULES`)."""


_OTHERS_SHOWN = 3


def join_reason(
    accuracy: tuple[float, str, str | None, str],
    taken: ComputeEstimate,
    rule: str,
    not_taken: Sequence[ComputeEstimate],
) -> str:
    """Which accuracy and which compute were joined, why, and which compute was not taken.

    `accuracy` is its value, source, table of the source (None for a document) and model.
    """
    reason = f"accuracy: {_accuracy_words(*accuracy)}; compute: {_compute_words(taken)}; {RULES[rule]}"
    if not not_taken:
        return reason
    shown = "; ".join(map(_compute_words, not_taken[:_OTHERS_SHOWN]))
    more = f" and {len(not_taken) - _OTHERS_SHOWN} more" if len(not_taken) > _OTHERS_SHOWN else ""
    return f"{reason}; not taken: {shown}{more}, since {_why_first(taken, not_taken[0])}"


def _accuracy_words(value: float, source_id: str, source_table: str | None, model: str) -> str:
    """Whose accuracy: value, source, table and the name as printed there."""
    table = f", {source_table}" if source_table else ""
    return f"{value:g} from {compute.source_name(source_id)}{table}, '{model}'"


def _compute_words(estimate: ComputeEstimate) -> str:
    """Whose compute: figure, method, and the row that it stands in."""
    whose = f"the paper, '{estimate.model}'" if estimate.is_of_paper else estimate.compute_source
    return f"{estimate.training_flop:.3g} FLOP by {estimate.method} from {whose}"


def _why_first(taken: ComputeEstimate, other: ComputeEstimate) -> str:
    amiss = next((code for code in NOT_FOR_FITS if has(other.flags, code)), None)
    if amiss:
        return f"of that one: {compute.TEMPLATES[amiss]}"
    if taken.source_id == other.source_id:
        return "the taken one is the surer join, or else its range is the narrower"
    return "the surer join stands before the weaker, and what was read in the paper before what others estimated of it"


def median_words(set_back: Coded[Exclusion]) -> str:
    """What is said of the score that stands for its model, by what excludes the model's other scores."""
    return _MEDIANS[set_back.code].format_map(dict(set_back.parameters))
