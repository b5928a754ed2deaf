"""How a home stands: its last run, its release, its sources, and what of that a person should look at."""

import fcntl
import json
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
from tasks.load.unrecorded import KILLED, read_unrecorded
from tasks.operate.form import LOCK
from tasks.publish.releases import LATEST, REFUSED, RELEASES
from tasks.refresh import parameters
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
    """How a run ended; `outcome` is `running` for one under way. A what-if leaves the latest release alone."""

    flow: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    reason: str | None
    is_what_if: bool
    part_of: str | None


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
    """The state of a home at one moment. All times are UTC; `confirmed_at` is when a publication last ended well.

    `last_night` is the last run of `nightly`, `last_run` the last of any flow that is no part of another one. What-ifs
    are neither, and confirm nothing.
    """

    home: str
    asked_at: datetime
    last_night: RunState | None
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
        loads = [*as_dicts(warehouse.execute("SELECT * FROM raw_loads")), *read_unrecorded(home)]
    runs = [run for run in _runs(loads, _is_held(home)) if not run.is_what_if]
    whole = [run for run in runs if not run.part_of]
    night = next((run for run in reversed(whole) if run.flow == "nightly"), None)
    published = [r.finished_at for r in runs if r.flow == "publish" and r.outcome == "completed" and r.finished_at]
    latest = home / RELEASES / LATEST
    release, confirmed_at = (latest.resolve().name if latest.exists() else None), max(published, default=None)
    last = whole[-1] if whole else None
    found = [
        *_of_runs(night, last, confirmed_at),
        *_of_release(home, confirmed_at, asked_at, stale_days),
        *_of(sources, source_nights),
    ]
    problems = [Problem(problem.code, words(problem)) for problem in found]
    return HomeStatus(str(home), asked_at, night, last, release, confirmed_at, sources, problems)


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


def _is_held(home: Path) -> bool:
    """Whether a run holds the home; True where nobody can tell."""
    try:
        with (home / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (FileNotFoundError, IsADirectoryError):
        return False
    except OSError:
        return True
    return False


def _runs(loads: list[Record], is_held: bool) -> Iterator[RunState]:
    """The runs of these records, in the order in which they began; in a home that no run holds, none is under way.

    A publication is a what-if when the refresh before it was one.
    """
    is_refreshed_so = False
    for load in sorted(loads, key=lambda load: str(load["load_id"])):
        flow, is_what_if = load["flow"], False
        if flow in ("nightly", "refresh"):
            is_what_if = parameters.is_what_if(json.loads(load["parameters_json"]))
        elif flow == "publish":
            is_what_if = is_refreshed_so
        if flow == "refresh":
            is_refreshed_so = is_what_if
        outcome, reason = load["run_outcome"], load["reason"]
        if outcome == "running" and not is_held:
            outcome, reason = "interrupted", KILLED
        started, finished = (_moment(load[name]) for name in ("started_at", "finished_at"))
        started = started or datetime.min.replace(tzinfo=UTC)
        yield RunState(flow, started, finished, outcome, reason, is_what_if, load.get("part_of"))


def _moment(value: datetime | str | None) -> datetime | None:
    """A time of the warehouse, or of a line beside it."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _of_runs(
    night: RunState | None, last: RunState | None, confirmed_at: datetime | None
) -> Iterator[Coded[ProblemCode]]:
    """The last run where it did not come to its end, or the last night where nothing was published since."""
    is_made_good = night and confirmed_at and confirmed_at > (night.finished_at or night.started_at)
    failed = [run for run in (last, None if is_made_good else night) if run and run.outcome in _NO_END]
    for run in failed[:1]:
        started = f"{run.started_at:%Y-%m-%d %H:%M}"
        told = {"flow": run.flow, "started": started, "outcome": run.outcome, "reason": run.reason or ""}
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
