"""Records of runs that could not write to the warehouse, until another run takes them in.

HOME/unrecorded.jsonl    a record in each line
"""

import json
from contextlib import suppress
from pathlib import Path

from schemas.rows import Record

KILLED = "killed, or the machine went down"
"""Why a run has no end that left no record of it."""

_FILE = "unrecorded.jsonl"


def add_unrecorded(home: Path, load: Record) -> None:
    """Keep the record of a run that could not write to the warehouse beside it, until another run takes it in."""
    with suppress(OSError), (home / _FILE).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(load, default=str) + "\n")


def read_unrecorded(home: Path) -> list[Record]:
    """The run records beside the warehouse. A line that a full disk cut off is none."""
    found = []
    with suppress(FileNotFoundError):
        for line in (home / _FILE).read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                found.append(json.loads(line))
    return found


def delete_unrecorded(home: Path) -> None:
    """Drop the run records beside the warehouse: it holds them now."""
    (home / _FILE).unlink(missing_ok=True)
