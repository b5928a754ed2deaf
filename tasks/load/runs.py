"""Run records: one row of raw_loads for each run of a flow."""

import json
from datetime import UTC, datetime
from typing import Any

from duckdb import DuckDBPyConnection

from tasks.load.insert import insert_valid
from tasks.provenance.versions import code_version, package_versions


def start_load(
    connection: DuckDBPyConnection, flow: str, parameters: dict[str, Any], refresh_inputs: str | None = None
) -> str:
    """Open a run record and return its load id. `refresh_inputs` is the hash of what a refresh rests on."""
    started = datetime.now(UTC)
    load_id = started.strftime("%Y%m%dT%H%M%S.%fZ")
    row = {
        "load_id": load_id,
        "flow": flow,
        "started_at": started,
        "parameters_json": json.dumps(parameters, sort_keys=True, default=str),
        "code_version": code_version(),
        "packages_json": json.dumps(package_versions(), sort_keys=True),
        "refresh_inputs": refresh_inputs,
    }
    insert_valid(connection, "raw_loads", [row])
    return load_id


def finish_load(connection: DuckDBPyConnection, load_id: str, counts: dict[str, Any], deferred: list[str]) -> None:
    """Close a run record with what the run did and what it deferred."""
    connection.execute(
        "UPDATE raw_loads SET finished_at = ?, counts_json = ?, deferred = ? WHERE load_id = ?",
        [datetime.now(UTC), json.dumps(counts, sort_keys=True), "\n".join(deferred) or None, load_id],
    )
