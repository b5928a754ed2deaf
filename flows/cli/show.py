"""What the command line shows: the state of a home folder, and answers to the example questions."""

import re
import sys
from difflib import get_close_matches
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from flows.cli.tables import print_rows, write_csv
from flows.errors import NotThere, OperatorError
from flows.settings import Settings
from flows.steps import RELEASES
from tasks.load.corrections import line_for
from tasks.operate.status import HomeStatus, Problem, home_status, readable
from tasks.publish import explain, explain_decision, explain_rows
from tasks.publish.quick_estimate import estimate_lines
from tasks.publish.releases import DATABASE
from tasks.refresh import Assumed
from tasks.refresh.quick_look import quick_look
from tasks.sources import own
from tasks.storage.store import DocumentStore, atomic_write
from tasks.wording import quantities
from warehouse.connection import QUERIES, STATUS, check_columns
from warehouse.rows import first_of
from warehouse.working import WAREHOUSE

EXPLAINED = "explained"
OF_RUNS = ("documents_failed", "quarantined", "source_changes", "source_runs")
"""Questions about what the runs themselves leave."""

_OUTCOMES = {"completed": "Well", "in_part": "In part", "stopped": "Stopped", "running": "Under way"}
_SECTIONS = 2  # of the status that a screen shows: runs and sources
_ROWS = 100  # that a terminal shows of an answer where no other number is asked for


def status(console: Console, home: Path, is_full: bool = False) -> list[Problem]:
    """Print how a home folder stands, the outcome first, and with `is_full` all that it holds; returns the problems.

    Raises:
        NotThere: there is no warehouse yet.
        OperatorError: it cannot be read, or its tables are those of another version of the code.
    """
    state = state_of(home)
    outcome(console, state)
    with readable(home) as warehouse:
        for section in sorted(STATUS.glob("*.sql"))[: None if is_full else _SECTIONS]:
            print_rows(console, warehouse.execute(section.read_text()), _title(section), all_in="a wider terminal")
    for source in state.sources:
        if source.reason:
            words = "; ".join(source.reason.splitlines())
            console.print(f"{source.source_id}: {words}", markup=False, highlight=False, soft_wrap=True)
    if not is_full:
        console.print("`status --full` also counts documents, rows, quarantine and estimates.", style="dim")
    return state.problems


def state_of(home: Path) -> HomeStatus:
    """How a home stands by the settings.

    Raises:
        NotThere: there is no warehouse yet.
        OperatorError: it cannot be read, or its tables are those of another version of the code.
    """
    check_warehouse(home)
    settings = Settings()
    return home_status(home, settings.stale_days, settings.source_nights)


def outcome(console: Console, state: HomeStatus) -> None:
    """Print what a person should look at, a line each, or that there is nothing; then the release."""
    for problem in state.problems:
        console.print(f"{problem.code}: {problem.words}", style="red", markup=False, soft_wrap=True)
    if not state.problems and (run := state.last_night or state.last_run):
        text = f"{_OUTCOMES[run.outcome]}: {run.flow} of {run.started_at:%Y-%m-%d %H:%M}"
        console.print(f"{text}{f' ({run.reason})' if run.reason else ''}", markup=False, soft_wrap=True)
    confirmed = f", confirmed {state.confirmed_at:%Y-%m-%d %H:%M}" if state.confirmed_at else ""
    console.print(f"Latest release: {state.release or 'none yet'}{confirmed}", markup=False, soft_wrap=True)


def check_warehouse(home: Path) -> None:
    """See to it that a home has a warehouse.

    Raises:
        NotThere: it has none yet.
    """
    path = home / WAREHOUSE
    if not path.exists():
        raise NotThere(f"no warehouse in {home} yet: run `python -m flows nightly` first, or name its --home")


def explanation(console: Console, home: Path, claim_id: str, out: Path | None) -> None:
    """Print where a claim comes from, and draw its page with the figure framed; of other ids, what stands behind them.

    Raises:
        NotThere: there is no warehouse yet.
        NoSuchClaim: nothing has the id, or several begin with it.
    """
    check_warehouse(home)
    with readable(home) as warehouse:
        try:
            claim = explain.find_claim(warehouse, claim_id)
        except explain.NoSuchClaim:
            told = explain_rows.sections(warehouse, claim_id)
            if not told:
                raise
            _print_sections(console, told)
            return
    grid = RichTable.grid("", "", padding=(0, 2))
    store = DocumentStore(home)
    for part, text in (*explain.claim_parts(claim), *explain_decision.decision_rows(claim, store)):
        grid.add_row(f"[dim]{part}[/dim]", escape(text))
    console.print(grid)
    target = out or home / EXPLAINED / f"{claim['claim_id']}.png"
    try:
        image = explain.picture_of(claim, store)
    except explain.NoPicture as reason:
        console.print(f"No picture can be drawn: {reason}", markup=False, soft_wrap=True)
    else:
        try:
            with atomic_write(target) as stream:
                image.save(stream, format="PNG")
        except OSError as error:
            raise OperatorError(f"the picture cannot be written to {target}: {error}") from error
        console.print(f"Picture: {target}", markup=False, soft_wrap=True)
    if claim.get("check_name") is None and claim.get("correction") is None:
        text = "Is it wrong? Complete this line (without a corrected value it rejects the claim) and add it to"
        console.print(f"{text} warehouse/reference/corrections.csv:\n{line_for(claim)}", markup=False, soft_wrap=True)


def _print_sections(console: Console, sections: list[explain_rows.Section]) -> None:
    for heading, parts in sections:
        console.print(heading, style="bold", markup=False)
        grid = RichTable.grid("", "", padding=(0, 2))
        for part, text in parts:
            grid.add_row(f"[dim]{part}[/dim]", escape(text))
        console.print(grid)
    console.print("`python -m flows explain ID` shows a claim on its page.", style="dim", markup=False)


def questions(console: Console) -> None:
    """List the example questions, with what each answers."""
    table = RichTable("question", "what it answers", box=None)
    for path in sorted(QUERIES.glob("*.sql")):
        table.add_row(path.stem, _title(path))
    console.print(table)
    console.print("Ask one: `python -m flows query NAME`.", markup=False)


def check_question(name: str, variables: dict[str, str]) -> None:
    """See to it that there is such a question, and that its variables can be.

    Raises:
        ValueError: no question of that name, or a variable that can have no such name.
    """
    known = sorted(p.stem for p in QUERIES.glob("*.sql"))
    if name not in known:
        raise ValueError(f"no question named {name}; known are {', '.join(known)}")
    takes = sorted(set(re.findall(r"getvariable\('(\w+)'\)", (QUERIES / f"{name}.sql").read_text())))
    for variable in variables:
        if variable not in takes:
            near = get_close_matches(variable, takes, n=1)
            told = f"it takes {', '.join(takes)}" if takes else "it takes none"
            meant = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"{name} takes no variable {variable!r} ({told}){meant}")


def answer(console: Console, home: Path, name: str, variables: dict[str, str], as_csv: bool, limit: int | None) -> None:
    """Run one example question, checked before, and print the answer, at most `limit` rows.

    What the runs themselves leave (documents, source runs, quarantine) is asked of the home's warehouse, where a night
    that published nothing has left it as well; all else of the latest release.

    Raises:
        NotThere: no release yet.
        OperatorError: the warehouse cannot be read.
    """
    path = QUERIES / f"{name}.sql"
    is_of_runs = name in OF_RUNS and (home / WAREHOUSE).exists()
    with readable(home, None if is_of_runs else released_database(home)) as asked:
        if is_of_runs:
            Console(stderr=True, style="dim").print(f"Asked: {home / WAREHOUSE}", markup=False, soft_wrap=True)
        for variable, value in variables.items():
            asked.execute(f"SET VARIABLE {variable} = ?", [value])
        query, most = path.read_text(), limit or (None if as_csv else _ROWS)
        result = asked.execute(first_of(query, most + 1) if most else query)  # one more tells that there are more
        if as_csv:
            write_csv(result, limit)
        else:
            print_rows(console, result, _title(path), most)


def released_database(home: Path) -> Path:
    """The database of the latest release.

    Raises:
        NotThere: no release yet.
    """
    database = home / RELEASES / "latest" / DATABASE
    if not database.exists():
        raise NotThere(f"no release in {home} yet: run `python -m flows nightly` first, or name its --home")
    return database


def template(console: Console) -> None:
    """Write a CSV of own observations to standard output, and what its columns hold to the console."""
    sys.stdout.write(own.template())
    table = RichTable("column", "unit", "what it holds", box=None)
    for c in own.OWN.columns:
        allowed = f" One of {', '.join(c.column.allowed)}." if c.column.allowed else ""
        needed = "" if c.required else " May be left out."
        table.add_row(c.name, c.column.unit, escape(f"{c.column.description}{allowed}{needed}"))
    console.print(table)
    ways = "; or ".join(", ".join(names) for _, names in own.WAYS)
    console.print(f"Each row tells its training compute by {ways}.", markup=False)


def _title(path: Path) -> str:
    """The first comment of an SQL file: what it answers."""
    return path.read_text().splitlines()[0].removeprefix("--").strip()


def quick_estimates(
    console: Console, home: Path, series: str, assumed: Assumed, observations: own.OwnObservations | None
) -> None:
    """Print what targets of a series take, each in a few lines.

    Raises:
        NotThere: there is no release yet.
    """
    database = released_database(home)
    with readable(home, database) as release:
        check_columns(release)
    found = quick_look(database, series, assumed, observations)
    if not found.estimates:
        raise NotThere(f"nothing is published of {series}: no back-test tells which curve to take")
    for line in found.left_out:
        Console(stderr=True, style="yellow").print(line, markup=False, highlight=False, soft_wrap=True)
    for row in found.estimates:
        console.print(f"{series}, {quantities.percent(row.target_error)} error", style="bold", highlight=False)
        for line in estimate_lines(row):
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
