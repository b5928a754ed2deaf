"""Whether the last refresh was a what-if, and what it assumed, by its run record."""

import json

from duckdb import DuckDBPyConnection

from schemas.rows import Record
from schemas.rows.sources import HandReadObservation
from schemas.rows.what_if import DEFAULT_CONFIDENCE, WhatIf
from tasks.refresh.assumed import known_series
from tasks.refresh.own import own_left_out
from tasks.sources.own import SOURCE_ID
from warehouse.rows import typed


def what_if(connection: DuckDBPyConnection) -> WhatIf | None:
    """What the last refresh assumed by itself; None for one under the usual assumptions, at the usual level."""
    asked = _asked(connection)
    level = asked.get("confidence_level", DEFAULT_CONFIDENCE)
    own = asked.get("observations") or {}
    found = WhatIf(
        observations=_own_rows(connection) if own else (),
        observations_file=own.get("file"),
        observations_sha256=own.get("sha256"),
        left_out=tuple(own_left_out(connection)) if own else (),
        only=asked.get("only"),
        targets=tuple(asked.get("targets") or ()),
        assumptions=asked.get("assumptions") or {},
        confidence_level=None if level == DEFAULT_CONFIDENCE else level,
    )
    return None if found == WhatIf() else found


def is_usual(connection: DuckDBPyConnection) -> bool:
    """Whether the last refresh was of all benchmarks, and no what-if."""
    is_whole = set(_asked(connection).get("benchmarks") or known_series()) == set(known_series())
    return is_whole and what_if(connection) is None


def _asked(connection: DuckDBPyConnection) -> Record:
    """The parameters of the last refresh: by its place in the table, as a clock may have been set back meanwhile."""
    last = connection.execute(
        "SELECT parameters_json FROM raw_loads WHERE flow = 'refresh' ORDER BY rowid DESC LIMIT 1"
    ).fetchone()
    asked: Record = json.loads(last[0]) if last else {}
    return asked


def _own_rows(connection: DuckDBPyConnection) -> tuple[HandReadObservation, ...]:
    rows = connection.execute("SELECT * FROM raw_observations WHERE source_id = ? ORDER BY location", [SOURCE_ID])
    return tuple(typed(rows, HandReadObservation))
