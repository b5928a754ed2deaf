"""What flows return, and the state in which a run ends that lost a source."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from prefect.context import FlowRunContext
from prefect.states import Completed

from flows.runtime import logger

Result = TypeVar("Result")

IN_PART = "CompletedInPart"
"""Name of the Prefect state of a run that lost a source."""


@dataclass(frozen=True)
class Ingested:
    """What an ingest or a backfill deferred, one line each, the sources that it lost, and what it did."""

    deferred: list[str]
    lost: list[str]
    counts: Counter[str] = field(default_factory=Counter, compare=False)


@dataclass(frozen=True)
class Night:
    """The release that a night left, the sources that it lost, and how it went in a few lines."""

    release: Path
    lost: list[str]
    summary: list[str] = field(default_factory=list, compare=False)


def without(lost: list[str]) -> str:
    """In words what a run did without."""
    return f"without {', '.join(lost)}: what came of that before stands, and `python -m flows status` says why"


def in_part(result: Result, lost: list[str]) -> Result:
    """The result of a run; one that lost a source ends in a state that says so."""
    if not lost:
        return result
    logger().warning("done %s", without(lost))
    if not FlowRunContext.get():
        return result
    # Whoever called the flow gets the state's data.
    return Completed(name=IN_PART, message=f"Done {without(lost)}", data=result)  # type: ignore[return-value]
