"""Wording: the one place where a code becomes a sentence. A module for each vocabulary of `schemas.codes`.

Each holds a table from code to template, whose fields are the parameters of the code. Nothing reads these sentences
back: reword them freely.
"""

import math
from enum import StrEnum
from typing import Any

from schemas.codes import Coded, Parameter
from tasks.wording import compute, evaluation, http, matching, operating, parsing, reading, sources
from tasks.wording.quantities import computing

TEMPLATES: dict[tuple[type[StrEnum], StrEnum], str] = {
    (type(code), code): template
    for vocabulary in (compute, evaluation, http, matching, operating, parsing, reading, sources)
    for name, table in vars(vocabulary).items()
    if name.isupper() and not name.startswith("_") and isinstance(table, dict)
    for code, template in table.items()
    if isinstance(code, StrEnum)
}
"""By vocabulary and code (two vocabularies may have the same word), the sentence of the code; `{name}` takes a
parameter, with a format where one is wanted (`{ratio:.0f}`, `{log10_flop:computing}`)."""


def words(note: Coded[Any]) -> str:
    """The sentence of one code with its parameters: an infinite figure is unbounded, a code is its own sentence.

    Raises:
        KeyError: the code has no sentence, or its sentence asks for a parameter that it does not have.
    """
    template = TEMPLATES[type(note.code), note.code]
    return template.format_map({name: _parameter_text(value) for name, value in note.parameters})


class _Figure(float):
    """A figure in a sentence: unbounded where it is infinite, in words where the format is `computing` (log10 FLOP)."""

    def __format__(self, spec: str) -> str:
        if math.isinf(self):
            return "unbounded"
        return computing(self) if spec == "computing" else super().__format__(spec)


def _parameter_text(value: Parameter | Coded[Any]) -> Parameter:
    if isinstance(value, Coded):
        return words(value)
    return _Figure(value) if isinstance(value, float) else value
