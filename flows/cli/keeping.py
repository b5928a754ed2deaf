"""The verbs that copy a home folder, put a copy back, and free its disk."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.application import app, console, errors, print_line
from flows.cli.options import Home, home_of
from flows.settings import Settings


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="The file to write; one that is there is kept.")],
    home: Home = None,
) -> None:
    """Copy the whole home into one file: documents, readings, warehouse, releases and the ledger of forecasts.

    It waits for a run that holds the home (setting `wait_seconds`), and no run starts meanwhile.
    """
    from flows.lock import holding
    from tasks.operate.backup import backup

    place = home_of(home)
    with holding(place, Settings().wait_seconds, say=_say):
        made = backup(place, file.resolve())
    print_line(console, f"Kept: {made.files:,} files, {made.size_bytes / 1e6:,.0f} MB in {made.file}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="What `backup` wrote.", exists=True, dir_okay=False)],
    home: Home = None,
) -> None:
    """Put a copy back into a home that is not there or empty, after a look at the hash of every file."""
    from tasks.operate.backup import restore

    place = home_of(home)
    put = restore(file.resolve(), place)
    print_line(console, f"Restored: {put.files:,} files into {place}")


@app.command()
def prune(
    delete: Annotated[bool, typer.Option("--delete", help="Delete what is listed.")] = False,
    home: Home = None,
) -> None:
    """List what nothing needs any more and how much that is; `--delete` deletes it.

    That is old releases (settings `keep_releases` and `keep_parquet`) and documents that speak for no paper: earlier
    versions and withdrawn papers. What the latest release needs always stays.
    """
    from flows.cli.status import check_warehouse
    from flows.lock import holding
    from tasks.operate import prune

    settings, place = Settings(), home_of(home)
    check_warehouse(place)
    with holding(place, settings.wait_seconds, say=_say):
        found = prune.spares(place, settings.keep_releases, settings.keep_parquet)
        for spare in found:
            print_line(console, f"{spare.size_bytes / 1e6:10,.1f} MB  {spare.words}")
            if delete:
                prune.drop(spare)
    size, done = sum(s.size_bytes for s in found), "deleted" if delete else "may go: `prune --delete` deletes it"
    print_line(console, f"{size / 1e6:10,.1f} MB  {done}" if found else "Nothing may go.")


def _say(words: str) -> None:
    print_line(errors, words, "dim")
