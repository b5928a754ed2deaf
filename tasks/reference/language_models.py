"""Families of language models by name (`warehouse/reference/language_models.csv`): a register of what is whose.

A later paper that prints such a name without a citation prints somebody else's figures, unless the name is its own.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class LanguageModelFamily:
    """One family of language models, and the paper that introduced it."""

    family: Annotated[str, Column("Key of the family.")]
    names: Annotated[tuple[str, ...], Column("Names of its members, without sizes and variants.")]
    arxiv_id: Annotated[str, Column("Paper that introduced it; empty where there is none on arXiv.", optional=True)]
    source: Annotated[str, Column("Where name and paper are from.")]


LANGUAGE_MODELS = ReferenceTable(
    "language_models.csv", LanguageModelFamily, ("family",), "Families of language models and their papers."
)


@cache
def _names() -> re.Pattern[str]:
    names = sorted({n for row in LANGUAGE_MODELS.rows() for n in row.names}, key=len, reverse=True)
    spelled = (r"[\s-]?".join(map(re.escape, re.split(r"[\s-]", name))) for name in names)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spelled)})(?=$|[\s\d_/,.;:)(^\-])(?![a-z])")


def language_models_in(text: str) -> list[str]:
    """The registered language models that a text names: "Qwen2.5-72B", "Llama 3 8B"; letters are told by their case."""
    return [m[0] for m in _names().finditer(text)]


def last_named(text: str) -> int | None:
    """Where a text names a registered model last; None where it names none."""
    return max((m.start() for m in _names().finditer(text)), default=None)
