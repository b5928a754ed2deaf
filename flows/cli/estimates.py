"""What targets of one series take, on a terminal."""

from pathlib import Path

from rich.console import Console

from flows.cli.application import errors, print_line
from flows.cli.questions import released_database
from flows.errors import NotThere
from tasks.operate.status import readable
from tasks.publish.quick_estimate import estimate_lines
from tasks.refresh.assumed import Assumed
from tasks.refresh.quick_look import quick_look
from tasks.sources.own import OwnObservations
from tasks.wording import quantities
from warehouse.connection import check_columns


def print_estimates(
    console: Console, home: Path, series: str, assumed: Assumed, observations: OwnObservations | None
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
        print_line(errors, line, "yellow")
    for row in found.estimates:
        print_line(console, f"{series}, {quantities.percent(row.target_error)} error", "bold")
        for line in estimate_lines(row):
            print_line(console, f"  {line}")
