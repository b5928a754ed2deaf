"""Data sets that networks are trained on: their names in papers, what they hold, and how many examples.

Everything about one data set stands in `warehouse/reference/datasets.csv`, each row with its source. A row without
sizes is there so that its name is not taken for another's ("ImageNet-21k" for "ImageNet").
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATASETS_CSV = Path(__file__).parents[2] / "warehouse" / "reference" / "datasets.csv"


@dataclass(frozen=True)
class Dataset:
    """One training set: `train_examples` in examples, `train_tokens` in tokens; `series` are the benchmarks on it."""

    slug: str
    names: tuple[str, ...]
    modality: str
    series: tuple[str, ...]
    train_examples: int | None
    train_tokens: int | None
    source: str


def load_datasets(path: Path = DATASETS_CSV) -> list[Dataset]:
    """Rows of the table of data sets, in the file's order.

    Raises:
        OSError: the file cannot be read.
        KeyError, ValueError: a column is missing, or a number is none.
    """
    with path.open(newline="", encoding="utf-8") as file:
        return [_dataset(row) for row in csv.DictReader(file)]


def _dataset(row: dict[str, str]) -> Dataset:
    return Dataset(
        slug=row["slug"],
        names=tuple(row["names"].split("|")),
        modality=row["modality"],
        series=tuple(s for s in row["series"].split("|") if s),
        train_examples=int(row["train_examples"]) if row["train_examples"] else None,
        train_tokens=int(row["train_tokens"]) if row["train_tokens"] else None,
        source=row["source"],
    )


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
