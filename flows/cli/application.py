"""The application that all verbs belong to, and how each of them ends."""

import logging
import sys
from errno import EACCES, EDQUOT, EEXIST, EIO, EISDIR, ENOSPC, ENOTDIR, EPERM, EROFS
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from flows import stopping
from flows.errors import OperatorError

# What the operating system refuses whatever the code does: a full or broken disk, a place that may not be written.
_MACHINE = {ENOSPC, EDQUOT, EROFS, EACCES, EPERM, EEXIST, EIO, ENOTDIR, EISDIR}


class Verbs(TyperGroup):
    """All verbs end alike: what an operator can mend, or has stopped, is one line and an exit code (`flows.errors`)."""

    def invoke(self, ctx: Any) -> Any:
        """Run a verb."""
        try:
            return super().invoke(ctx)
        except BaseException as error:
            signal = stopping.cause_of(error)
            code = 128 + signal if signal else _exit_code(error)
            if code is None:
                raise
            words = stopping.last_words(signal) if signal else f"Error: {_in_one_line(error)}"
            print_line(errors, words, "red")
            raise typer.Exit(code) from error


def _exit_code(error: BaseException) -> int | None:
    """The exit code of an error that an operator can mend; None where it is a bug, or one that typer reports."""
    if isinstance(error, OperatorError):
        return error.exit_code
    if isinstance(error, OSError) and error.errno in _MACHINE:
        return 1
    duckdb = sys.modules.get("duckdb")  # imported by those who can raise its errors
    return 1 if duckdb and isinstance(error, duckdb.IOException) else None


def without_traceback(record: logging.LogRecord) -> bool:
    """Keep Prefect from logging the traceback of an error that an operator can mend."""
    if record.exc_info and record.exc_info[1] and _exit_code(record.exc_info[1]) is not None:
        record.exc_info = None
    return True


def _in_one_line(error: BaseException) -> str:
    hint = " (nothing is lost: free some space and run again)" if getattr(error, "errno", None) == ENOSPC else ""
    told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else error
    return " ".join(f"{told}{hint}".split())


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""**Diminishing Returns**: what deep-learning accuracy costs in computing power, refreshed every night.

The steps of the data: *sources → documents → parse → extract → load → compute → match → fit → evaluate → publish*.
`nightly` does all of it; `ingest`, `refresh` and `publish` are its three parts. `backfill` works through papers that
are known of and not yet read.

Start with `python -m flows nightly`, open `data/releases/latest/index.html`, then ask
`python -m flows query`.""",
)

console = Console()
errors = Console(stderr=True)


def print_line(on: Console, text: object, style: str | None = None) -> None:
    """Print a text as it is: not wrapped, so that it can be copied or read by a program."""
    on.print(f"{text}", style=style, markup=False, highlight=False, soft_wrap=True)
