"""Data sets that networks are trained on: their names in papers, what they hold, and how many examples.

Everything about one data set stands in `warehouse/reference/datasets.csv`, each row with its source. A row without
sizes is there so that its name is not taken for another's ("ImageNet-21k" for "ImageNet").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable

MODALITIES = ("image", "text", "speech")


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One training set; `series` are the benchmarks on it."""

    slug: Annotated[str, Column("Key of the data set.")]
    names: Annotated[tuple[str, ...], Column("Names by which papers mean it.")]
    modality: Annotated[str, Column("What an example is.", allowed=MODALITIES)]
    whole_images: Annotated[
        bool, Column("Whether images are classified whole: detectors see larger ones, at other operations a parameter.")
    ]
    for_pretraining: Annotated[
        bool, Column("Whether models learn from it before they are tuned to a benchmark of fewer examples.")
    ]
    series: Annotated[tuple[str, ...], Column("Series of benchmarks whose models are trained on it.", optional=True)]
    train_examples: Annotated[int | None, Column("Training examples.", "example", minimum=1)]
    train_tokens: Annotated[int | None, Column("Training tokens.", "token", minimum=1)]
    source: Annotated[str, Column("Where the sizes come from.", optional=True)]


DATASETS = ReferenceTable("datasets.csv", Dataset, ("slug",), "Data sets that networks are trained on.")


def load_datasets() -> tuple[Dataset, ...]:
    """Rows of datasets.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return DATASETS.rows()


def whole_images() -> set[str]:
    """Slugs of the data sets whose images are classified whole."""
    return {dataset.slug for dataset in load_datasets() if dataset.whole_images}


def by_series(datasets: Iterable[Dataset]) -> dict[str, Dataset]:
    """The data set that each benchmark (or series of benchmarks) trains on."""
    return {series: d for d in datasets for series in d.series}


def mentions(text: str, datasets: tuple[Dataset, ...]) -> list[tuple[str, int, int]]:
    """Slug, start and end of every data set named in a text, the longest name at each place."""
    pattern, slugs = _names(datasets)
    return [(slugs[_bare(m[0])], m.start(), m.end()) for m in pattern.finditer(text)]


def _bare(name: str) -> str:
    return re.sub(r"[\s\-‐–]+", "", name).lower()


@lru_cache(maxsize=4)
def _names(datasets: tuple[Dataset, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    slugs = {_bare(name): d.slug for d in datasets for name in d.names}
    names = sorted((name for d in datasets for name in d.names), key=len, reverse=True)
    parts = [r"[\s\-‐–]*".join(re.escape(w) for w in re.split(r"[\s\-]+", name)) for name in names]
    # "CIFAR-10+" and "ImageNet-1k's" are the data set; "CoNLLx" and "ImageNet-trained" is another word's affair.
    return re.compile(rf"(?<![\w])(?:{'|'.join(parts)})(?![A-Za-z0-9])", re.IGNORECASE), slugs
