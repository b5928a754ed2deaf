"""Families of models by name (`warehouse/reference/model_families.csv`): a register of what is whose.

A later paper that prints such a name without a citation prints somebody else's figures, unless the name is its own.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class ModelFamily:
    """One family of models, and the paper that introduced it."""

    family: Annotated[str, Column("Key of the family.")]
    names: Annotated[tuple[str, ...], Column("Names of its members, without sizes and variants.")]
    in_sentences: Annotated[bool, Column("Whether sentences are searched for them, as labels and headers always are.")]
    arxiv_id: Annotated[str, Column("Paper that introduced it; empty where none is known here.", optional=True)]
    source: Annotated[str, Column("Where name and paper are from.")]


MODEL_FAMILIES = ReferenceTable("model_families.csv", ModelFamily, ("family",), "Families of models and their papers.")


def registered_names() -> frozenset[str]:
    """All names of the register, as papers print them."""
    return frozenset(name for row in MODEL_FAMILIES.rows() for name in row.names)


@cache
def _in_sentences() -> re.Pattern[str]:
    names = sorted({n for row in MODEL_FAMILIES.rows() if row.in_sentences for n in row.names}, key=len, reverse=True)
    spelled = (r"[\s-]?".join(map(re.escape, re.split(r"[\s-]", name))) for name in names)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spelled)})(?=$|[\s\d_/,.;:)(^\-])(?![a-z])")


def models_in(text: str) -> list[str]:
    """The registered models that a text names: "Qwen2.5-72B", "Llama 3 8B"; letters are told by their case."""
    return [m[0] for m in _in_sentences().finditer(text)]


def last_named(text: str) -> int | None:
    """Where a text names a registered model last; None where it names none."""
    return max((m.start() for m in _in_sentences().finditer(text)), default=None)


def starts_with_model(text: str) -> bool:
    """Whether a text begins with the name of a registered model."""
    return bool(_in_sentences().match(text))
