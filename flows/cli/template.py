"""The form of a file of observations of one's own."""

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.cli.application import print_line
from tasks.sources import own


def print_template(console: Console) -> None:
    """Write a CSV of own observations to standard output, and what its columns hold to the console."""
    sys.stdout.write(own.template())
    table = Table("column", "unit", "what it holds", box=None)
    for c in own.OWN.columns:
        allowed = f" One of {', '.join(c.column.allowed)}." if c.column.allowed else ""
        needed = "" if c.required else " May be left out."
        table.add_row(c.name, c.column.unit, escape(f"{c.column.description}{allowed}{needed}"))
    console.print(table)
    ways = "; or ".join(", ".join(names) for _, names in own.WAYS)
    print_line(console, f"Each row tells its training compute by {ways}.")
