"""How a home stands: its last run, its release, its sources, and what of that a person should look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import duckdb

from schemas.errors import OperatorError
from schemas.rows import Record
from tasks.load.runs import left_beside
from tasks.publish.release import LATEST, REFUSED, RELEASES
from warehouse.connection import LOOKUPS, connect
from warehouse.rows import as_dicts, typed
from warehouse.working import WAREHOUSE

_NO_END = ("failed", "interrupted")


class ProblemCode(StrEnum):
    """What a person should look at, the most urgent first."""

    NIGHT_FAILED = "night_failed"
    """The last run failed, or was killed."""
    RELEASE_WAITS = "release_waits"
    """A release was refused, and waits for a person to accept it."""
    RELEASE_STALE = "release_stale"
    """No publication has come to its end for so many days: neither a new release, nor the word that it still stands."""
    SOURCE_IN_VAIN = "source_in_vain"
    """A source was asked in vain for so many nights."""


@dataclass(frozen=True)
class Problem:
    """A thing to look at, in one line."""

    code: ProblemCode
    words: str


@dataclass(frozen=True)
class RunState:
    """How a run ended; `outcome` is `running` for one under way."""

    flow: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    reason: str | None


@dataclass(frozen=True)
class SourceState:
    """How a source answered last, and the nights since its last answer on which it was asked in vain."""

    source_id: str
    answered_at: datetime | None
    outcome: str
    nights_in_vain: int
    reason: str


@dataclass(frozen=True)
class HomeStatus:
    """The state of a home at one moment. All times are UTC; `confirmed_at` is when a publication last ended well."""

    home: str
    asked_at: datetime
    last_run: RunState | None
    release: str | None
    confirmed_at: datetime | None
    sources: list[SourceState]
    problems: list[Problem]


def home_status(home: Path, stale_days: int, source_nights: int, now: datetime | None = None) -> HomeStatus:
    """Look at a home; its warehouse is only read.

    Args:
        home: The home folder, which has a warehouse.
        stale_days: A release is stale when no publication has ended well for more than so many days.
        source_nights: A source is a problem when it was asked in vain on so many days.
        now: The moment of the look, UTC.

    Raises:
        OperatorError: the warehouse cannot be read, or is of another version of the code.
    """
    asked_at = now or datetime.now(UTC)
    with readable(home) as warehouse:
        sources = typed(warehouse.execute((LOOKUPS / "source_nights.sql").read_text()), SourceState)
        runs = as_dicts(
            warehouse.execute(
                "SELECT flow, started_at, finished_at, run_outcome AS outcome, reason FROM raw_loads ORDER BY load_id"
            )
        )
    beside = [{**load, "outcome": load["run_outcome"]} for load in left_beside(home)]
    ended = [_run(r) for r in (*runs, *beside)]
    ended.sort(key=lambda r: r.started_at)
    published = [r.finished_at for r in ended if r.flow == "publish" and r.outcome == "completed" and r.finished_at]
    latest = home / RELEASES / LATEST
    release, confirmed_at = (latest.resolve().name if latest.exists() else None), max(published, default=None)
    last = ended[-1] if ended else None
    problems = [*_of_run(last), *_of_release(home, confirmed_at, asked_at, stale_days), *_of(sources, source_nights)]
    return HomeStatus(str(home), asked_at, last, release, confirmed_at, sources, problems)


@contextmanager
def readable(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The home's warehouse, open to read; whatever is wrong with it is one line.

    Raises:
        OperatorError: it cannot be read, or is of another version of the code.
    """
    try:
        with connect(home / WAREHOUSE, read_only=True) as warehouse:
            yield warehouse
    except duckdb.ProgrammingError as error:
        raise OperatorError(
            f"{home / WAREHOUSE} was written by another version of the code: the next run brings it up to date"
        ) from error
    except duckdb.Error as error:
        words = " ".join(str(error).split())[:200]
        raise OperatorError(
            f"{home / WAREHOUSE} cannot be read ({words}): the next run makes it anew if it is damaged"
        ) from error


def _run(row: Record) -> RunState:
    started, finished = (_moment(row[name]) for name in ("started_at", "finished_at"))
    return RunState(row["flow"], started or datetime.min.replace(tzinfo=UTC), finished, row["outcome"], row["reason"])


def _moment(value: datetime | str | None) -> datetime | None:
    """A time of the warehouse, or of a line beside it."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _of_run(last: RunState | None) -> Iterator[Problem]:
    if last and last.outcome in _NO_END:
        words = f"the last run, {last.flow} of {last.started_at:%Y-%m-%d %H:%M}, {last.outcome}: {last.reason}"
        yield Problem(ProblemCode.NIGHT_FAILED, words)


def _of_release(home: Path, confirmed_at: datetime | None, now: datetime, stale_days: int) -> Iterator[Problem]:
    waiting = home / REFUSED / RELEASES / LATEST
    if waiting.exists():
        words = f"a release waits: open {waiting / 'index.html'}; `publish --accept-changes` if it is right"
        yield Problem(ProblemCode.RELEASE_WAITS, words)
    if confirmed_at is None:
        yield Problem(ProblemCode.RELEASE_STALE, "nothing was ever published")
    elif now - confirmed_at > timedelta(days=stale_days):
        days = (now - confirmed_at).days
        yield Problem(ProblemCode.RELEASE_STALE, f"the last publication that ended well is {days} days old")


def _of(sources: list[SourceState], nights: int) -> Iterator[Problem]:
    for s in sources:
        if s.nights_in_vain >= nights:
            yield Problem(
                ProblemCode.SOURCE_IN_VAIN, f"{s.source_id} was asked in vain on {s.nights_in_vain} days: {s.reason}"
            )
