"""Names of models so well known that later papers print them without a citation (`model_families.csv`).

A row labelled with one of them is another's, unless the paper's own title or abstract introduces the name.
"""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class ModelFamily:
    """One name."""

    name: Annotated[str, Column("Name of a model or of a family of models, as papers print it.")]


MODEL_FAMILIES = ReferenceTable(
    "model_families.csv", ModelFamily, ("name",), "Models that papers name without a citation."
)


def load_model_families() -> tuple[ModelFamily, ...]:
    """Rows of model_families.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return MODEL_FAMILIES.rows()
