"""Records of runs that could not write to the warehouse, until another run takes them in.

HOME/unrecorded.jsonl    a record in each line
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from schemas.rows import Record
from tasks.storage.store import NO_FILE
from warehouse.aside import set_aside

KILLED = "killed, or the machine went down"
"""Why a run has no end that left no record of it."""

_FILE = "unrecorded.jsonl"


def add_unrecorded(home: Path, load: Record) -> None:
    """Keep the record of a run that could not write to the warehouse beside it, until another run takes it in."""
    with suppress(OSError), (home / _FILE).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(load, default=str) + "\n")


def read_unrecorded(home: Path) -> list[Record]:
    """The run records beside the warehouse. A line that a full disk cut off, or that is damaged, is none."""
    return [record for record in map(_record, _lines(home)) if record]


def delete_unrecorded(home: Path) -> None:
    """Drop the run records beside the warehouse: it holds them now. A file of which it does not is set aside."""
    path = home / _FILE
    odd = sum(not _record(line) for line in _lines(home))
    if odd or path.is_dir():
        set_aside(path, f"{odd} of its lines are no run records" if odd else "it is a folder")
    path.unlink(missing_ok=True)


def _lines(home: Path) -> Iterator[str]:
    with suppress(FileNotFoundError, *NO_FILE), (home / _FILE).open(encoding="utf-8", errors="replace") as lines:
        yield from lines


def _record(line: str) -> Record | None:
    """The run record of a line; None where it is none."""
    try:
        record: Record = dict(json.loads(line))
        json.loads(record["parameters_json"]).keys()
        datetime.fromisoformat(record["started_at"])
        return record if all(isinstance(record[name], str) for name in ("load_id", "flow", "run_outcome")) else None
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None
