"""Sentences of the evidence that the judge of training figures weighs: one for each feature, by its name and value.

Templates are those of `tasks.wording.evidence`.
"""

import re

from tasks.wording.evidence import Templates, filled

_WORD_PLACES = {
    "before": "before it",
    "before1": "right before it",
    "before2": "two words before it",
    "before3": "three words before it",
    "before12": "right before it",
    "behind": "behind it",
    "behind1": "right behind it",
    "behind2": "two words behind it",
    "behind3": "three words behind it",
    "behind12": "right behind it",
    "unit": "in its words",
    "sentence": "in its sentence",
    "heading": "in the heading of its section",
    "header": "in the column's header",
    "group": "in the header over the column's",
    "label": "in the row's label",
    "caption": "in the caption",
    "headers": "in the table's headers",
    "labels": "in the table's labels",
}
_WORD_KINDS = {
    "OWN": "a model of the paper",
    "KNOWN": "a model of others",
    "CITED": "a citation",
    "CHIP": "a chip",
    "NAME": "a name",
    "#": "a number",
}

_NAMED_AT = {
    "clause": "its clause",
    "sentence": "its sentence",
    "label": "the row's label",
    "header": "the column's header",
    "caption": "the caption",
}
_NAMED: dict[str, Templates] = {
    "own": ("{where} names a model of the paper", "{where} names no model of the paper"),
    "cited": ("{where} names a model of a cited paper", "{where} names no model of a cited paper"),
    "known": ("{where} names a well-known model", "{where} names no well-known model"),
    "registered": ("{where} names a registered model", "{where} names no registered model"),
    "cites": ("{where} cites a paper", "{where} cites no paper"),
    "rerun": ("{where} says that it was run again", "{where} does not say that it was run again"),
}

_OF_RULES: dict[str, str] = {
    "alone": "its sentence alone tells its phase",
    "corpus": "its sentence speaks of a corpus",
    "held_out": "held-out data are named near it",
    "infers": "its sentence speaks of inference",
    "milestone": "it is a milestone of a schedule",
    "of_text": "its sentence speaks of the length of texts",
    "others": "its row or column is another paper's",
    "part": "it is of a part of the model, or of a model beside it",
    "prepared": "it tells of prepared data",
    "rate": "it is a rate",
    "registered": "a registered model is its subject",
    "runs": "its sentence speaks of a run",
    "runs_for": "its sentence says how long a run is",
    "set_of": "it is the size of a set",
    "took": "its sentence says what something took",
}

_OF_FIGURE: dict[str, Templates] = {
    "across": ("its table stands on its side", "its table does not stand on its side"),
    "another": ("its sentence gives it to another model", "its sentence gives it to no other model"),
    "bold": ("it is printed bold", "it is not printed bold"),
    "brackets": ("it stands in brackets", "it does not stand in brackets"),
    "caption": ("it stands in a caption", "it does not stand in a caption"),
    "cell_words": "its cell has {value:.0f} words",
    "cites": ("its sentence cites a paper", "its sentence cites no paper"),
    "cites_in_clause": ("its clause cites a paper", "its clause cites no paper"),
    "columns": "its table has {value:.0f} columns",
    "confidence": "its reading has a confidence of {value:.2f}",
    "numbers": "its sentence has {value:.0f} numbers",
    "of_field": "the paper prints {value:.0f} figures of this field",
    "page": "it stands {value:.0%} through the paper",
    "place": "its sentence stands {value:.0%} through the paper",
    "range": ("it is printed with a range", "it is printed without a range"),
    "related_work": ("its section is on related work", "its section is not on related work"),
    "round": ("it is a round number", "it is no round number"),
    "row_share": "{value:.0%} of the table's rows stand above it",
    "rows": "its table has {value:.0f} rows",
    "rows_others": "{value:.0%} of the table's rows are others'",
    "rows_own": "{value:.0%} of the table's rows are the paper's own",
    "self": ('its sentence says "we" or "our"', 'its sentence does not say "we" or "our"'),
    "self_in_caption": ('the caption says "we" or "our"', 'the caption does not say "we" or "our"'),
    "self_in_clause": ('its clause says "we" or "our"', 'its clause does not say "we" or "our"'),
    "table": ("it stands in a table", "it stands in no table"),
    "text": ("it stands in a sentence", "it stands in no sentence"),
    "times": "so often does the paper print this value: {value:.0f}",
    "training_near": ("the text near it speaks of training", "the text near it does not speak of training"),
    "value": "its size is about 10^{value:.1f}",
    "words": "the words around it, as below",
    "probability": "the figure looked at alone, as below",
}

_BESIDE = {
    "value": "the figures of the same value",
    "field": "the paper's figures of this field",
    "unit": "the figures of its field in its sentence or table",
    "column": "the figures of its column",
    "row": "the figures of its row",
    "cell": "the figures of its cell",
    "page": "the figures of its field on its page",
}
_ABOUT_OTHERS = re.compile(rf"({'|'.join(_BESIDE)}):(?:max|mean|figures|rank)")


def training_evidence_words(name: str, value: float) -> str:
    """The sentence of a feature, or of a word ("field|place:word"), with its value.

    Raises:
        KeyError: the feature has no sentence.
    """
    if beside := _ABOUT_OTHERS.fullmatch(name):
        return _BESIDE[beside[1]]
    if name in _OF_FIGURE:
        return filled(_OF_FIGURE[name], value)
    kind, _, rest = name.partition(":")
    if kind in ("field", "phase"):
        text = rest.replace("_", " ")
        return f"its {kind} is {text}" if value > 0 else f"its {kind} is not {text}"
    if kind == "rule":
        return _OF_RULES[rest] if value > 0 else f"it does not hold that {_OF_RULES[rest]}"
    return filled(_NAMED[rest], value, _NAMED_AT[kind])


def word_evidence(name: str) -> str:
    """The sentence of a word around a figure ("place:word", or "field|place:word" for figures of one field).

    Raises:
        KeyError: its place has no words.
    """
    place, _, word = name.rpartition("|")[2].partition(":")
    if not place:
        return "figures of its field in general"
    text = " ".join(_WORD_KINDS.get(w, w) for w in word.split(" "))
    quoted = text if word in _WORD_KINDS else f'"{text}"'
    return f"{quoted} {_WORD_PLACES[place]}"
