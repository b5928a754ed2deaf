"""Observations of one's own on their way into the warehouse: looked at as a whole before anything is started."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from duckdb import DuckDBPyConnection

from tasks.compute.methods import ComputeAssumptions
from tasks.compute.rows import RefusedEstimate
from tasks.load.source_rows import load_rows
from tasks.load.validate import validate_candidates
from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.table import MalformedTable
from tasks.refresh.assumed import in_short
from tasks.refresh.compute import estimate_observation
from tasks.sources.own import SOURCE_ID, OwnObservations, read_own
from tasks.wording import words

TABLE = "raw_observations"


def own_observations(
    path: Path, assumptions: ComputeAssumptions, series: Collection[str] | None = None
) -> OwnObservations:
    """The observations of a file, each of which may enter the warehouse and has a compute estimate.

    Raises:
        OSError: the file cannot be read.
        MalformedTable: it is no such file, one of its rows cannot be taken, or none is of these series; the message
            names file and line.
    """
    own = read_own(path)
    if series is not None and not own.is_about(series):
        raise MalformedTable(f"{own.file} has no row of {in_short(series)}, and nothing else is asked about")
    _, refused = validate_candidates(own.candidates, TABLE)
    lines = {row.result_id: line for line, row in own.numbered}
    for fault in refused.to_dict("records"):
        raise own.refusal(lines[fault["row_id"]], fault["reason"])
    hardware = by_slug(load_hardware())
    for line, row in own.numbered:
        estimate = estimate_observation(row, hardware, assumptions)
        if isinstance(estimate, RefusedEstimate):
            raise own.refusal(line, words(estimate.doubt))
    return own


def load_own(connection: DuckDBPyConnection, own: OwnObservations | None) -> Counter[str]:
    """Put these observations in the place of those of an earlier run; without any, those are gone."""
    return load_rows(connection, SOURCE_ID, {TABLE: own.candidates if own else []})


def own_left_out(connection: DuckDBPyConnection) -> list[str]:
    """A line for each own observation that no fit uses, with the reason."""
    rows = connection.execute(
        "SELECT accuracy_location, model, exclusion_reason FROM out_observations"
        " WHERE result_source_id = ? AND NOT in_fit ORDER BY ALL",
        [SOURCE_ID],
    ).fetchall()
    return [f"{place}: no fit uses {model}: {reason}" for place, model, reason in rows]
