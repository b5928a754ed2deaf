"""The verbs about the study itself: its thought experiment, and its published figures computed anew."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.application import app, console
from flows.cli.options import Home, checking, home_of
from flows.settings import Settings


@app.command()
def simulate(
    runs: Annotated[int, typer.Option(min=1, help="Average over so many runs (two seconds each).")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers: the same, the same result.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder for the drawing and its numbers.", show_default="data/simulation"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON instead of tables.")] = False,
) -> None:
    """The article's thought experiment: 1,000 candidate variables, 10 that matter, and four who learn.

    An oracle and an expert name the variables, least squares and the LASSO try them all: performance against data and
    against computation. What is assumed stands in `tasks/evaluate/theory/simulation.py`.
    """
    from flows.cli import simulation

    folder = (out or Settings().home / "simulation").resolve()
    with checking(f"the folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
    simulation.run(console, runs, seed, folder, json)


@app.command()
def replicate(
    study: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder with CSVs of the replication data's form, of any benchmark.",
            show_default="the home's copies of the source study-data",
            exists=True,
            file_okay=False,
            readable=True,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the regressions alone, unrounded, as JSON.")] = False,
    home: Home = None,
) -> None:
    """The study's published figures beside the same computed anew: regressions, exponents, costs, growth."""
    from flows.cli import replication

    files = replication.files_in(study) if study else replication.files_kept(home_of(home), Settings().base_addresses())
    replication.replicate(console, files, as_json)
