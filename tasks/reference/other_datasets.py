"""Data sets whose results must not be taken for those of our benchmarks (`warehouse/reference/other_datasets.csv`).

A header that names one is not about a benchmark of `benchmarks.csv`. What papers train on stands in `datasets.csv`.
"""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class OtherDataset:
    """One name of such a data set."""

    name: Annotated[str, Column("Name as papers print it.")]
    is_word: Annotated[bool, Column("Whether it is a plain word too, which counts only as a whole cell of a header.")]


OTHER_DATASETS = ReferenceTable(
    "other_datasets.csv", OtherDataset, ("name",), "Data sets that are none of the benchmarks, by their names."
)


def load_other_datasets() -> tuple[OtherDataset, ...]:
    """Rows of other_datasets.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return OTHER_DATASETS.rows()
