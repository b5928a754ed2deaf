"""The example questions and their answers, on a terminal or as CSV."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from flows.cli.application import errors, print_line
from flows.cli.tables import print_rows, title_of, write_csv
from flows.errors import NotThere
from schemas.suggestions import close_names, did_you_mean
from tasks.operate.status import readable
from tasks.publish.releases import DATABASE, LATEST, RELEASES
from warehouse.connection import QUERIES
from warehouse.rows import first_of
from warehouse.working import WAREHOUSE

OF_RUNS = ("documents_failed", "quarantined", "source_changes", "source_runs")
"""Questions about what the runs themselves leave."""

_NAMES = {"model": "model", "benchmark": "benchmark", "series": "series", "paper": "paper_id"}
"""Variables that hold a name, and the column of `core_observations` in which such names stand."""

_ROWS = 100  # that a terminal shows of an answer where no other number is asked for


def print_questions(console: Console) -> None:
    """List the example questions, with what each answers."""
    table = Table("question", "what it answers", box=None)
    for path in sorted(QUERIES.glob("*.sql")):
        table.add_row(path.stem, title_of(path))
    console.print(table)
    print_line(console, "Ask one: `python -m flows query NAME`.")


def check_question(name: str, variables: dict[str, str]) -> None:
    """See to it that there is such a question, and that its variables can be.

    Raises:
        ValueError: no question of that name, or a variable that can have no such name.
    """
    known = sorted(p.stem for p in QUERIES.glob("*.sql"))
    if name not in known:
        raise ValueError(f"no question named {name}; {did_you_mean(name, known)}")
    takes = sorted(set(re.findall(r"getvariable\('(\w+)'\)", (QUERIES / f"{name}.sql").read_text())))
    for variable in variables:
        if variable not in takes:
            told = did_you_mean(variable, takes) if takes else "it takes none"
            raise ValueError(f"{name} takes no variable {variable!r}; {told}")


def print_answer(
    console: Console, home: Path, name: str, variables: dict[str, str], as_csv: bool, limit: int | None
) -> None:
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
            print_line(errors, f"Asked: {home / WAREHOUSE}", "dim")
        for variable, value in variables.items():
            asked.execute(f"SET VARIABLE {variable} = ?", [value])
        query, most = path.read_text(), limit or (None if as_csv else _ROWS)
        result = asked.execute(first_of(query, most + 1) if most else query)  # one more tells that there are more
        if as_csv:
            write_csv(result, limit)
        else:
            print_rows(console, result, title_of(path), most)
            for line in _mistyped(asked, variables):
                print_line(errors, line)


def _mistyped(asked: duckdb.DuckDBPyConnection, variables: dict[str, str]) -> Iterator[str]:
    """A line for each value that no observation has, where a like one is known."""
    for variable, value in variables.items():
        if column := _NAMES.get(variable):
            rows = asked.execute(f"SELECT DISTINCT {column} FROM core_observations").fetchall()
            known = [name for (name,) in rows if name]
            is_part = variable == "model" and any(value.lower() in name.lower() for name in known)
            if value not in known and not is_part and close_names(value, known):
                yield f"{variable}={value} stands in no observation; {did_you_mean(value, known)}"


def released_database(home: Path) -> Path:
    """The database of the latest release.

    Raises:
        NotThere: no release yet.
    """
    database = home / RELEASES / LATEST / DATABASE
    if not database.exists():
        raise NotThere(f"no release in {home} yet: run `python -m flows nightly` first, or name its --home")
    return database
