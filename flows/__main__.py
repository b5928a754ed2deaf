"""`python -m flows`: the command line."""

import os
import sys
from io import TextIOWrapper
from typing import TextIO

from flows import stopping


def main() -> None:
    """Run the command line."""
    name_files_in_utf8()
    for stream in (sys.stdout, sys.stderr):
        print_all_letters(stream)
    stopping.listen()
    from flows.cli import app

    app(prog_name="python -m flows")


def name_files_in_utf8() -> None:
    """Start again in Python's UTF-8 mode where the locale would read file names otherwise: DuckDB takes UTF-8 alone."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | {"PYTHONUTF8": "1"})


def print_all_letters(stream: TextIO) -> None:
    """Print a question mark for what a terminal has no letter for, where Python would end the run."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
