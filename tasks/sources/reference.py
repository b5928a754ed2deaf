"""What ships with the project: observations read in papers by hand, the study's runs, and the hardware table."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from schemas.rows import Candidate, Record, columns_of
from schemas.rows.sources import Accelerator, HandReadObservation, StudyRun
from schemas.tables import TABLES
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.sources import Found, SourceUnavailable

SOURCE_ID = "reference"

RowT = TypeVar("RowT")


def discover(folder: Path) -> Found:
    """The rows of observations.csv, study_runs.csv and hardware.csv in `folder`, by the table that they are meant for.

    Raises:
        SourceUnavailable: a file is not there or is no CSV in UTF-8, or a cell is not what it has to be.
    """
    observations = [
        {
            **row,
            "method": row["compute_method"],
            "result_id": content_id(SOURCE_ID, row["paper_id"], row["benchmark"], row["model"]),
        }
        for row in _rows(folder / "observations.csv")
    ]
    runs = [{**row, "model_key": model_key(row["model"] or "")} for row in _rows(folder / "study_runs.csv")]
    chips = _rows(folder / "hardware.csv")
    found = Found(SOURCE_ID)
    found.rows["raw_observations"] = _typed("raw_observations", HandReadObservation, observations)
    found.rows["raw_study_runs"] = _typed("raw_study_runs", StudyRun, runs)
    found.rows["core_hardware"] = _typed("core_hardware", Accelerator, chips)
    return found


_CONVERT: dict[str, Callable[[str], Any]] = {
    "string": str,
    "float": float,
    "int": lambda text: int(float(text)),
    "bool": lambda text: {"true": True, "false": False}[text],
}


def _typed(table: str, row_type: type[RowT], rows: list[Record]) -> list[Candidate[RowT]]:
    convert = {c.name: _CONVERT[c.field.dtype] for c in TABLES[table].columns}
    names = columns_of(row_type)
    given = [{n: v for n, v in {**row, "source_id": SOURCE_ID}.items() if n in names and v is not None} for row in rows]
    return [Candidate(row_type(**{n: convert[n](v) for n, v in row.items()})) for row in given]


def _rows(path: Path) -> list[Record]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return [{k: v or None for k, v in row.items()} for row in csv.DictReader(stream, strict=True)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceUnavailable(f"{path} cannot be read: {error}") from error
