"""What ships with the project: observations read in papers by hand, the study's runs, and the hardware table."""

import csv
from pathlib import Path

from tasks.load.validate import Row
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.sources import Found, SourceUnavailable

SOURCE_ID = "reference"


def discover(folder: Path) -> Found:
    """The rows of observations.csv, study_runs.csv and hardware.csv in `folder`, by the table that they are meant for.

    Raises:
        SourceUnavailable: a file is not there or is no CSV in UTF-8.
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
    tables = {"raw_observations": observations, "raw_study_runs": runs, "core_hardware": _rows(folder / "hardware.csv")}
    return Found(SOURCE_ID, rows={t: [{**r, "source_id": SOURCE_ID} for r in rows] for t, rows in tables.items()})


def _rows(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return [{k: v or None for k, v in row.items()} for row in csv.DictReader(stream, strict=True)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceUnavailable(f"{path} cannot be read: {error}") from error
