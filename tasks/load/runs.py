"""Run records: one row of raw_loads for each run of a flow, however it ends."""

import json
import signal
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from duckdb import DuckDBPyConnection

from schemas.errors import without_login
from schemas.rows import Record
from tasks.load.insert import insert_valid
from tasks.load.unrecorded import KILLED
from tasks.provenance.versions import code_version, package_versions
from warehouse.connection import transaction

_REASON_LENGTH = 500  # characters: the rest of a longer one stands in the log


def _versions() -> dict[str, str]:
    """What ran, as it was when the run began."""
    return {"code_version": code_version(), "packages_json": json.dumps(package_versions(), sort_keys=True)}


@dataclass
class Run:
    """One run of a flow, as far as it has come.

    `counts` is what it did, by kind; `deferred` what it deferred, one line each; `lost` the sources that gave nothing
    or only an older copy; `refresh_inputs` the hash of what a refresh rests on; `part_of` the key of the run that this
    is a part of.
    """

    flow: str
    parameters: dict[str, Any]
    counts: Counter[str] = field(default_factory=Counter)
    deferred: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    refresh_inputs: str | None = None
    part_of: str | None = None
    outcome: str = "running"
    reason: str | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    versions: dict[str, str] = field(default_factory=_versions)

    @property
    def load_id(self) -> str:
        """Key of the run record."""
        return self.started_at.strftime("%Y%m%dT%H%M%S.%fZ")

    def end(self, error: BaseException | None = None, stopped_by: int | None = None) -> None:
        """The run ends now: by itself, or by an error, which may come of the signal `stopped_by`."""
        self.finished_at = datetime.now(UTC)
        if error is None:
            self.outcome = "in_part" if self.lost else "completed"
            self.reason = f"without {', '.join(self.lost)}" if self.lost else None
        elif stopped_by:
            self.outcome = "stopped"
            self.reason = f"by {signal.Signals(stopped_by).name}{' (Ctrl-C)' if stopped_by == signal.SIGINT else ''}"
        else:
            self.outcome = "failed" if isinstance(error, Exception) else "stopped"
            told = without_login(f"{type(error).__name__}: {error}")
            self.reason = " ".join(told.split()).removesuffix(":")[:_REASON_LENGTH]

    def row(self) -> Record:
        """The run record, as a row of raw_loads."""
        return {
            "load_id": self.load_id,
            "flow": self.flow,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "run_outcome": self.outcome,
            "reason": self.reason,
            "parameters_json": json.dumps(self.parameters, sort_keys=True, default=str),
            **self.versions,
            "counts_json": json.dumps(self.counts, sort_keys=True),
            "deferred": "\n".join(self.deferred) or None,
            "refresh_inputs": self.refresh_inputs,
            "part_of": self.part_of,
        }


def put_load(connection: DuckDBPyConnection, load: Record) -> None:
    """Write a run record, in the place of what it said before."""
    with transaction(connection):
        connection.execute("DELETE FROM raw_loads WHERE load_id = ?", [load["load_id"]])
        insert_valid(connection, "raw_loads", [load])


def mark_interrupted(connection: DuckDBPyConnection) -> None:
    """Say of every run without an end that it was killed; a run that takes the home up has no record yet."""
    connection.execute(
        "UPDATE raw_loads SET run_outcome = 'interrupted', reason = ?"
        " WHERE finished_at IS NULL AND run_outcome IS DISTINCT FROM 'interrupted'",
        [KILLED],
    )
