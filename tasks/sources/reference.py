"""What ships with the project: observations read in papers by hand, the study's runs, and the hardware table."""

from typing import TypeVar

from schemas.rows import Candidate, Record, columns_of
from schemas.rows.sources import Accelerator, HandReadObservation, StudyRun
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.reference.hardware import load_hardware
from tasks.reference.observations import load_observations
from tasks.reference.study_runs import load_study_runs
from tasks.reference.table import MalformedTable, record
from tasks.sources import Discovery, SourceUnavailable

SOURCE_ID = "reference"

RowT = TypeVar("RowT")


def discover() -> Discovery:
    """The rows of observations.csv, study_runs.csv and hardware.csv, by the table that they are meant for.

    Raises:
        SourceUnavailable: a file cannot be used.
    """
    try:
        read, ran, chips = (
            [record(row) for row in rows] for rows in (load_observations(), load_study_runs(), load_hardware())
        )
    except (OSError, MalformedTable) as error:
        raise SourceUnavailable(str(error)) from error
    observations = [
        {
            **row,
            "method": row["compute_method"],
            "result_id": content_id(SOURCE_ID, row["paper_id"], row["benchmark"], row["model"]),
        }
        for row in read
    ]
    runs = [{**row, "model_key": model_key(row["model"])} for row in ran]
    found = Discovery(SOURCE_ID)
    found.rows["raw_observations"] = _typed(HandReadObservation, observations)
    found.rows["raw_study_runs"] = _typed(StudyRun, runs)
    found.rows["core_hardware"] = _typed(Accelerator, chips)
    return found


def _typed(row_type: type[RowT], rows: list[Record]) -> list[Candidate[RowT]]:
    names = columns_of(row_type)
    given = [{n: v for n, v in {**row, "source_id": SOURCE_ID}.items() if n in names and v is not None} for row in rows]
    return [Candidate(row_type(**row)) for row in given]
