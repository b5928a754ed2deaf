"""How a home folder stands, on a terminal."""

from pathlib import Path

from rich.console import Console

from flows.cli.application import print_line
from flows.cli.tables import print_rows, title_of
from flows.errors import NotThere
from flows.settings import Settings
from tasks.operate.status import HomeStatus, home_status, readable
from warehouse.connection import STATUS
from warehouse.working import WAREHOUSE

_OUTCOMES = {"completed": "Well", "in_part": "In part", "stopped": "Stopped", "running": "Under way"}
_SECTIONS = 2  # of the status that a screen shows: runs and sources


def print_status(console: Console, home: Path, state: HomeStatus, is_full: bool = False) -> None:
    """Print how a home folder stands, the outcome first, and with `is_full` all that it holds.

    Raises:
        OperatorError: its warehouse cannot be read.
    """
    print_outcome(console, state)
    with readable(home) as warehouse:
        for section in sorted(STATUS.glob("*.sql"))[: None if is_full else _SECTIONS]:
            print_rows(console, warehouse.execute(section.read_text()), title_of(section), all_in="a wider terminal")
    for source in state.sources:
        if source.reason:
            print_line(console, f"{source.source_id}: {'; '.join(source.reason.splitlines())}")
    if not is_full:
        print_line(console, "`status --full` also counts documents, rows, quarantine and estimates.", "dim")


def state_of(home: Path) -> HomeStatus:
    """How a home stands by the settings.

    Raises:
        NotThere: there is no warehouse yet.
        OperatorError: it cannot be read, or its tables are those of another version of the code.
    """
    check_warehouse(home)
    settings = Settings()
    return home_status(home, settings.stale_days, settings.source_nights)


def print_outcome(console: Console, state: HomeStatus) -> None:
    """Print what a person should look at, a line each, or that there is nothing; then the release."""
    for problem in state.problems:
        print_line(console, f"{problem.code}: {problem.words}", "red")
    if not state.problems and (run := state.last_night or state.last_run):
        reason = f" ({run.reason})" if run.reason else ""
        print_line(console, f"{_OUTCOMES[run.outcome]}: {run.flow} of {run.started_at:%Y-%m-%d %H:%M}{reason}")
    confirmed = f", confirmed {state.confirmed_at:%Y-%m-%d %H:%M}" if state.confirmed_at else ""
    print_line(console, f"Latest release: {state.release or 'none yet'}{confirmed}")


def check_warehouse(home: Path) -> None:
    """See to it that a home has a warehouse.

    Raises:
        NotThere: it has none yet.
    """
    if not (home / WAREHOUSE).exists():
        raise NotThere(f"no warehouse in {home} yet: run `python -m flows nightly` first, or name its --home")
