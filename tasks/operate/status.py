"""How a home stands: its last run, its release, its sources, and what of that a person should look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from schemas.codes import Coded
from schemas.codes.operating import ProblemCode
from schemas.errors import OperatorError
from schemas.rows import Record
from tasks.load.runs import left_beside
from tasks.publish.release import LATEST, REFUSED, RELEASES
from tasks.wording import words
from warehouse.connection import LOOKUPS, connect
from warehouse.rows import as_dicts, typed
from warehouse.working import WAREHOUSE

_NO_END = ("failed", "interrupted")


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
    found = [*_of_run(last), *_of_release(home, confirmed_at, asked_at, stale_days), *_of(sources, source_nights)]
    problems = [Problem(problem.code, words(problem)) for problem in found]
    return HomeStatus(str(home), asked_at, last, release, confirmed_at, sources, problems)


@contextmanager
def readable(home: Path, database: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The home's warehouse, or its release's database, open to read; whatever is wrong with it is one line.

    Raises:
        OperatorError: it cannot be read, or is of another version of the code.
    """
    file = database or home / WAREHOUSE
    try:
        with connect(file, read_only=True) as connection:
            yield connection
    except duckdb.ProgrammingError as error:
        raise OperatorError(
            f"{file} was written by another version of the code: the next night brings what you ask up to date"
        ) from error
    except duckdb.Error as error:
        words = " ".join(str(error).split())[:200]
        raise OperatorError(
            f"{file} cannot be read ({words}): the next night makes it anew if it is damaged"
        ) from error


def _run(row: Record) -> RunState:
    started, finished = (_moment(row[name]) for name in ("started_at", "finished_at"))
    return RunState(row["flow"], started or datetime.min.replace(tzinfo=UTC), finished, row["outcome"], row["reason"])


def _moment(value: datetime | str | None) -> datetime | None:
    """A time of the warehouse, or of a line beside it."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _of_run(last: RunState | None) -> Iterator[Coded[ProblemCode]]:
    if last and last.outcome in _NO_END:
        started = f"{last.started_at:%Y-%m-%d %H:%M}"
        told = {"flow": last.flow, "started": started, "outcome": last.outcome, "reason": last.reason or ""}
        yield Coded.of(ProblemCode.NIGHT_FAILED, **told)


def _of_release(
    home: Path, confirmed_at: datetime | None, now: datetime, stale_days: int
) -> Iterator[Coded[ProblemCode]]:
    waiting = home / REFUSED / RELEASES / LATEST
    if waiting.exists():
        yield Coded.of(ProblemCode.RELEASE_WAITS, report=f"{waiting / 'index.html'}")
    if confirmed_at is None:
        yield Coded.of(ProblemCode.NEVER_PUBLISHED)
    elif now - confirmed_at > timedelta(days=stale_days):
        yield Coded.of(ProblemCode.RELEASE_STALE, days=(now - confirmed_at).days)


def _of(sources: list[SourceState], nights: int) -> Iterator[Coded[ProblemCode]]:
    for s in sources:
        if s.nights_in_vain >= nights:
            yield Coded.of(ProblemCode.SOURCE_IN_VAIN, source=s.source_id, days=s.nights_in_vain, reason=s.reason)
