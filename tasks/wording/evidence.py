"""Sentences of the evidence that judges of figures weigh: one for each feature, by its name and value.

A template is used whatever the value, or one of three by its sign: above zero, zero, below. `{where}` is the words
about the figure (see `PLACES`), `{value}` the feature's value.
"""

import re
from collections.abc import Mapping
from textwrap import shorten

Templates = str | tuple[str, str] | tuple[str, str, str]

PLACES: dict[str, str] = {
    "note": "the note of its mark",
    "inner": "the column's header",
    "outer": "the header over the column's",
    "row": "the row's label",
    "group": "the heading of its rows",
    "groups": "the heading over that of its rows",
    "title": "the heading of this part of the table",
    "caption": "the caption's first sentence",
    "tail": "the rest of the caption",
    "mention": "the text that names the table",
    "around": "the text about the table",
}
"""Where words about a figure stand, by name of the layer (`tasks.extract.accuracy.candidates.LAYERS`)."""
PLACES_OF_SENTENCES = PLACES | {
    "inner": "what follows it in its sentence",
    "outer": "what stands before it in its sentence",
    "row": "the beginning of its sentence",
    "group": "the sentence before",
    "caption": "its sentence",
    "tail": "the sentences before",
}
"""The same for a figure in a sentence (`tasks.extract.accuracy.sentence_tables`)."""
_QUOTED = 40
"""Characters of a place's words that are quoted."""

_OF_PLACE: dict[str, Templates] = {
    "dataset:": ("{where} names the data set", "{where} does not name the data set"),
    "dataset:others": ("{where} names other data sets", "{where} names no other data set"),
    "dataset:unknown": ("{where} names data sets that are not read", "{where} names no data set that is not read"),
    "dataset:share": ("the data set's name is {value:.0%} of {where}", "{where} does not name the data set"),
    "metric:": ("{where} names the metric", "{where} names no metric", "{where} names another metric"),
    "metric:generic": ("{where} names the metric in general words", "{where} has no general word for the metric"),
    "metric:foreign": ("{where} names a measure that is not read", "{where} names no measure that is not read"),
    "split:": ("{where} names the split", "{where} names no split", "{where} names another split"),
    "split:excluded": ("{where} names a split that is not read", "{where} names no split that is not read"),
    "direction:": (
        "{where} says error or accuracy as supposed",
        "{where} does not say whether it is an error",
        "{where} says error where accuracy is supposed, or the reverse",
    ),
    "words:rest": (
        "{value:.0%} of {where} is no data set, metric or split",
        "{where} is all data set, metric or split",
    ),
    "words:quantity": ("{where} speaks of a size, time or cost", "{where} speaks of no size, time or cost"),
    "words:change": ("{where} speaks of a difference", "{where} speaks of no difference"),
    "owner:own": ("{where} says that it is the paper's own", "{where} does not say that it is the paper's own"),
    "owner:rerun": ("{where} says that it was run again", "{where} does not say that it was run again"),
    "owner:cited": ("{where} gives it to another paper", "{where} gives it to no other paper"),
    "owner:known": ("{where} is a well-known model", "{where} is no well-known model"),
    "owner:own_names": ("{where} names a model of the paper", "{where} names no model of the paper"),
    "owner:cited_names": ("{where} names a model of a cited paper", "{where} names no model of a cited paper"),
    "owner:known_names": ("{where} names a well-known model", "{where} names no well-known model"),
    "owner:cites": ("{where} cites a paper", "{where} cites no paper"),
    "owner:mark": ("{where} bears a mark", "{where} bears no mark"),
    "owner:in_title": ("{where} begins with a name of the title", "{where} begins with no name of the title"),
    "owner:mentions": ("the paper says the first word of {where} {value:.0f} times", "the paper never says {where}"),
    "owner:words": ("{where} has {value:.0f} words", "{where} is empty"),
    "owner:year": ("{where} names a year", "{where} names no year"),
    "owner:builds_on": ('{where} says "with" or "+"', '{where} does not say "with" or "+"'),
    "owner:digits_only": ("{where} holds only figures", "{where} does not hold only figures"),
}
"""Features of the words at a place: `dataset:row_share` is `dataset:share` of the row's label."""

_ORDER = (
    "the metric stands to the figure beside it as it must (top-5 is not below top-1, F1 not below EM)",
    "the metric's order tells nothing about the figure beside it",
    "the metric stands to the figure beside it as it cannot (top-5 below top-1, F1 below EM)",
)

_OF_FIGURE: dict[str, Templates] = {
    "dataset:nearest": "{value:.0f} kinds of places are nearer than one that names the data set",
    "dataset:nearest_other": "{value:.0f} kinds of places are nearer than one that names another data set",
    "dataset:nearer": (
        "no other data set is named as near",
        "another data set is named as near",
        "another data set is named nearer",
    ),
    "dataset:as_written": ("the data set's name is written as usual", "the data set's name is not written as usual"),
    "dataset:places": ("{value:.0f} places name the data set", "no place of the table names the data set"),
    "dataset:places_others": ("{value:.0f} places name only other data sets", "no place names only other data sets"),
    "metric:nearest": (
        "the nearest metric that is named is this one",
        "no metric is named near it",
        "the nearest metric that is named is another",
    ),
    "metric:order": (
        "the header names the cell's metrics in this order",
        "the header does not tell the figures of the cell apart",
        "the header names the cell's metrics in another order",
    ),
    "metric:any_foreign": (
        "{value:.0f} places name a measure that is not read",
        "no place names a measure that is not read",
    ),
    "metric:order_left": _ORDER,
    "metric:order_right": _ORDER,
    "metric:order_in_cell_left": _ORDER,
    "metric:order_in_cell_right": _ORDER,
    "metric:count": "the benchmark has {value:.0f} metrics",
    "metric:rank": ("it is one of the benchmark's further metrics", "it is the benchmark's first metric"),
    "metric:is_fitted": ("it is the benchmark's main metric", "it is not the benchmark's main metric"),
    "split:nearest": (
        "the nearest split that is named is this one",
        "no split is named near it",
        "the nearest split that is named is another",
    ),
    "split:first": (
        "the first split that is named is this one",
        "no split is named near it",
        "the first split that is named is another",
    ),
    "split:other_task": ("words near it are those of another task", "no words near it are those of another task"),
    "split:default": ("the split is the usual one", "the split is not the usual one"),
    "split:slugs": "the data set has {value:.0f} splits that are read",
    "split:task_named": ("words near it name the task", "no words near it name the task"),
    "family:members": "the data set has {value:.0f} metrics and splits",
    "direction:fixed": ("the metric has only one direction", "the metric is printed as accuracy or as error"),
    "direction:is_error": ("it is taken for an error", "it is taken for an accuracy"),
    "direction:nearest": (
        "the nearest word says error or accuracy as supposed",
        "no word near it says error or accuracy",
        "the nearest word says error where accuracy is supposed, or the reverse",
    ),
    "words:transfer": ("the headers speak of transfer or fine-tuning", "the headers do not speak of transfer"),
    "words:average": ("the headers speak of an average", "the headers do not speak of an average"),
    "words:shots": ("the headers speak of shots or prompting", "the headers do not speak of shots"),
    "words:any_quantity": (
        "{value:.0f} headers speak of a size, time or cost",
        "no header speaks of a size, time or cost",
    ),
    "words:any_change": ("{value:.0f} headers speak of a difference", "no header speaks of a difference"),
    "words:sizes": ("the column is of small, medium or large objects", "the column is not of objects of one size"),
    "owner:any_own": (
        "a label or header says that it is the paper's own",
        "no label or header says that it is its own",
    ),
    "owner:any_cited": ("a label or header gives it to another paper", "no label or header gives it to another paper"),
    "owner:any_known": ("a label or header is a well-known model", "no label or header is a well-known model"),
    "owner:any_known_names": ("a label or header names a well-known model", "none names a well-known model"),
    "owner:any_cites": ("a label or header cites a paper", "no label or header cites a paper"),
    "owner:beside_own": ("the table has own results, and this is not said to be one", "it is not beside own results"),
    "row:mentions_share": "the paper says its row's name {value:.0%} as often as the table's most frequent one",
    "column:mentions_share": "the paper says its column's name {value:.0%} as often as the table's most frequent one",
    "paper:year": "the paper is of about {value:.0f}",
    "paper:dataset_share": "{value:.0%} of the paper's mentions of data sets are of this one",
    "paper:dataset_rank": ("the paper names {value:.0f} data sets more often", "the paper names none more often"),
    "paper:split_share": "{value:.0%} of the paper's mentions of splits are of this one",
    "paper:direction": "{value:.0%} of the paper's words for error or accuracy are as supposed",
    "paper:direction_of_dataset": "{value:.0%} of the tables of this data set say error or accuracy as supposed",
    "value": "as a result it would be {value:.4g} %",
    "value:column_middle": "the middle of its column would be {value:.3g} %",
    "value:off_column": "it is {value:+.3g} points off the middle of its column",
    "value:off_row": "it is {value:+.3g} points off the middle of its row",
    "value:over_usual": "it is {value:+.3g} points over the least that is usual",
    "value:column_over_usual": "its column is {value:+.3g} points over the least that is usual",
    "value:below_upper": "it is {value:.3g} points below the most that is possible",
    "value:chance": "it is {value:+.0%} over chance",
    "value:decimals": ("it is printed with {value:.0f} decimals", "it is printed without decimals"),
    "value:is_percent": ("it is printed with a percent sign", "it is printed without a percent sign"),
    "value:is_fraction": ("its column holds fractions of one", "its column does not hold fractions of one"),
    "value:bold": ("it is printed bold", "it is not printed bold"),
    "value:is_mean": ("it is printed as a mean with its deviation", "it is printed without a deviation"),
    "cell:figures": "its cell holds {value:.0f} figures",
    "cell:position": ("it is not the first figure of its cell", "it is the first figure of its cell"),
    "column:index": "{value:.0f} columns stand at its left",
    "column:from_right": "it stands in column {value:.0f} from the right",
    "column:figures": "its column holds {value:.0f} figures",
    "column:whole": "{value:.0%} of its column are whole numbers",
    "column:largest": "the largest figure of its column is {value:.4g}",
    "column:is_best": ("it is the largest of its column", "it is not the largest of its column"),
    "column:spread": "the figures of its column span {value:.3g}",
    "row:step_left": "it differs by {value:+.3g} from the figure at its left",
    "row:step_right": "the figure at its right differs by {value:+.3g}",
    "row:share": "{value:.0%} of the table's rows stand above it",
    "row:after_last_cited": (
        "it stands below all rows of other papers",
        "it stands in the last row of another paper",
        "rows of other papers stand below it",
    ),
    "row:after_first_own": (
        "it stands below the paper's first own row",
        "it stands in the paper's first own row",
        "no own row of the paper stands above it",
    ),
    "row:bold": "{value:.0%} of its row is bold",
    "row:last_group": ("it stands in the last group of rows", "it does not stand in a last group of rows"),
    "row:same_label": "{value:.0f} rows have its label",
    "table:rows": "the table has {value:.0f} rows of figures",
    "table:columns": "the table has {value:.0f} columns of figures",
    "table:rows_naming_datasets": "{value:.0%} of the table's rows name data sets",
    "table:rows_naming_metrics": "{value:.0%} of the table's rows name metrics",
    "table:row_datasets": "the labels of the table's rows name {value:.0f} data sets",
    "table:column_datasets": "the headers of the table's columns name {value:.0f} data sets",
    "table:columns_naming_datasets": "{value:.0%} of the table's columns name data sets",
    "table:columns_naming_metrics": "{value:.0%} of the table's columns name metrics",
    "table:rows_own": "{value:.0%} of the table's rows are said to be the paper's own",
    "table:rows_cited": "{value:.0%} of the table's rows are given to other papers",
    "table:rows_known": "{value:.0%} of the table's rows are well-known models",
    "table:rows_rerun": "{value:.0%} of the table's rows are said to be run again",
    "table:rows_known_names": "{value:.0%} of the table's rows name well-known models",
    "table:columns_known_names": "{value:.0%} of the table's columns name well-known models",
    "table:columns_own": "{value:.0%} of the table's columns are said to be the paper's own",
    "table:columns_cited": "{value:.0%} of the table's columns are given to other papers",
    "table:caption_ablation": ("the caption speaks of an ablation", "the caption speaks of no ablation"),
    "table:caption_comparison": ("the caption speaks of a comparison", "the caption speaks of no comparison"),
    "table:caption_transfer": ("the caption speaks of transfer or fine-tuning", "the caption speaks of no transfer"),
    "table:caption_ours": ("the caption speaks of the paper's own", "the caption does not speak of the paper's own"),
    "table:has_caption": ("the table has a caption", "the table has no caption"),
    "table:is_figure": ("it stands in a figure", "it stands in no figure"),
    "table:page_share": "the table stands {value:.0%} through the paper",
    "table:in_appendix": ("the table stands in an appendix", "the table does not stand in an appendix"),
    "table:average_in_row": ("another column is an average", "no other column is an average"),
    "table:average_in_column": ("another row is an average", "no other row is an average"),
    "table:excluded_in_row": "{value:.0%} of the other columns are of parts or variants that are not read",
    "table:excluded_in_column": "{value:.0%} of the other rows are of parts or variants that are not read",
    "table:rows_of_dataset": "{value:.0f} rows name the data set",
    "table:rows_of_dataset_share": "{value:.0%} of the rows name the data set",
    "table:bold_share": "{value:.0%} of the table's figures are bold",
    "sentence": ("it stands in a sentence", "it stands in a table"),
    "sentence:is_caption": ("it stands in a caption", "it does not stand in a caption"),
    "sentence:figures": "its sentence states {value:.0f} figures",
}

_BESIDE: dict[str, str] = {
    r"other_task": "words near it of another task",
    r"in_sentence": "whether it stands in a sentence or in a table",
    r"stated:\w+": "the same figure in sentences and in tables",
    r"joint|what|own|both": "the figure looked at alone, as below",
    r"(?:joint|what):figure_\w+": "the figure's other meanings",
    r"(?:joint|what|own):row_\w+": "the figures of its row",
    r"(?:joint|what|own):column_\w+": "the figures of its column",
    r"(?:joint|what|own):table_\w+": "the figures of its table",
    r"own:label_mean": "the figures under its label, in all tables",
    r"what:header_mean": "the figures under its headers, in all tables",
    r"paper:meaning_\w+": "the paper's figures of this meaning",
    r"paper:tables_with_value": "the number of tables that hold the same result",
    r"paper:(?:below_best|off_middle)": "the paper's likely results of this benchmark",
}
"""Features of a figure beside the others of its paper, by pattern of their names (`tasks.extract.accuracy.context`)."""

_PLACED = re.compile(rf"(\w+:)({'|'.join(PLACES)})(?:_(\w+))?")


def evidence_words(name: str, value: float, quotes: Mapping[str, str], places: Mapping[str, str] = PLACES) -> str:
    """The sentence of a feature with its value.

    Args:
        name: Of the feature.
        value: Of the feature.
        quotes: The words that stand at each of `PLACES`.
        places: How each place is called: `PLACES`, or `PLACES_OF_SENTENCES`.

    Raises:
        KeyError: the feature has no sentence.
    """
    if beside := next((words for pattern, words in _BESIDE.items() if re.fullmatch(pattern, name)), None):
        return beside
    placed = _PLACED.fullmatch(name) if name not in _OF_FIGURE else None
    templates = _OF_PLACE[placed[1] + (placed[3] or "")] if placed else _OF_FIGURE[name]
    return filled(templates, value, _where(places[placed[2]], quotes.get(placed[2], "")) if placed else "")


def filled(templates: Templates, value: float, where: str = "") -> str:
    """The template for a value, filled in."""
    template = templates if isinstance(templates, str) else templates[0 if value > 0 else 1 if value == 0 else -1]
    return template.format(where=where, value=value)


def _where(place: str, words: str) -> str:
    quote = shorten(words, _QUOTED, placeholder=" …")
    return f'{place} ("{quote}")' if quote else place
