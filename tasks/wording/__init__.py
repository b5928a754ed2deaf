"""Wording: the one place where a code becomes a sentence. A module for each vocabulary of `schemas.codes`.

Each holds a table from code to template, whose fields are the parameters of the code. Nothing reads these sentences
back: reword them freely.
"""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from schemas.codes import Coded, Parameter
from tasks.wording import compute, evaluation, http, matching, operating, parsing, reading, sources
from tasks.wording.quantities import computing

_TABLES: tuple[Mapping[Any, str], ...] = (
    parsing.NOTES,
    reading.NOTES,
    reading.DOUBTS,
    http.TEMPLATES,
    operating.PROBLEMS,
    sources.DEFERRALS,
    sources.FETCHES,
    sources.DOCUMENTS,
    sources.WANTED,
    sources.ROWS,
    sources.HANDS,
    evaluation.FITS,
    evaluation.STANDING,
    evaluation.CAPABILITIES,
    evaluation.PROGRESS,
    evaluation.PERFORMANCE,
    evaluation.THEORY,
    evaluation.FORECASTS,
    evaluation.DATES,
    evaluation.COST_BOUNDS,
    evaluation.COSTS,
    evaluation.STATUSES,
    evaluation.OUTCOMES,
    evaluation.PREDICTIONS,
    evaluation.FIT_OUTCOMES,
    evaluation.CLAIMS,
    evaluation.FRONTIER,
    compute.TEMPLATES,
    matching.TEMPLATES,
)

TEMPLATES: dict[tuple[type[StrEnum], StrEnum], str] = {
    (type(code), code): template for table in _TABLES for code, template in table.items()
}
"""By vocabulary and code (two vocabularies may have the same word), the sentence of the code; `{name}` takes a
parameter, with a format where one is wanted (`{ratio:.0f}`, `{log10_flop:computing}`)."""


def words(note: Coded[Any]) -> str:
    """The sentence of one code with its parameters: an infinite figure is unbounded, a code is its own sentence.

    Raises:
        KeyError: the code has no sentence, or its sentence asks for a parameter that it does not have.
    """
    template = TEMPLATES[type(note.code), note.code]
    return template.format_map({name: _said(value) for name, value in note.parameters})


class _Figure(float):
    """A figure in a sentence: unbounded where it is infinite, in words where the format is `computing` (log10 FLOP)."""

    def __format__(self, spec: str) -> str:
        if math.isinf(self):
            return "unbounded"
        return computing(self) if spec == "computing" else super().__format__(spec)


def _said(value: Parameter | Coded[Any]) -> Parameter:
    if isinstance(value, Coded):
        return words(value)
    return _Figure(value) if isinstance(value, float) else value
