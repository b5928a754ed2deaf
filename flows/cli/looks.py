"""The verbs that look at what the runs left: the status of a home, a claim, answers to questions. They keep nothing."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.application import app, console, errors
from flows.cli.options import Assume, Home, Observations, Only, Targets, checking, home_of, name_values, question
from flows.errors import EXIT_CODES

AsCsv = Annotated[
    bool, typer.Option("--csv", help="Print CSV for other programs; text that a spreadsheet would execute gets a '.")
]


@app.command()
def status(
    full: Annotated[bool, typer.Option("--full", help="Also documents, rows, quarantine and estimates.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Print only what is wrong; exit with its code.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the state as JSON (docs/operating.md).")] = False,
    home: Home = None,
) -> None:
    """How the home folder stands, the outcome first: last runs, the release, how each source answered.

    With `--check` the exit code is 0 where all is well, else of the first problem: 5 the last run failed, 6 a release
    waits for a person, 7 the release is stale, 8 a source was asked in vain for too many nights.
    """
    from flows.cli.status import print_outcome, print_status, state_of

    place = home_of(home)
    state = state_of(place)
    if as_json:
        print(json.dumps(asdict(state), default=datetime.isoformat, indent=1))
    elif check:
        if state.problems:  # else not a word: cron mails whatever is printed
            print_outcome(console, state)
    else:
        print_status(console, place, state, full)
    if check and state.problems:
        raise typer.Exit(EXIT_CODES[state.problems[0].code])


@app.command()
def explain(
    claim: Annotated[str, typer.Argument(help="Any id that a release shows, or a beginning of it that no other has.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Where to put the picture.", show_default="explained/<id>.png at home"),
    ] = None,
    home: Home = None,
) -> None:
    """Show where a figure comes from: a claim's words and its page with the figure framed; what else rests on which.

    Claims (accepted or quarantined), observations, estimates of compute, fits, forecasts and rows of sources have ids.
    """
    from flows.cli.explanation import print_explanation

    print_explanation(console, home_of(home), claim, out)


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="Name of the question; none lists them all.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A variable that the question takes.")
    ] = None,
    csv: AsCsv = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Print at most so many rows.", show_default="100; with --csv all")
    ] = None,
    home: Home = None,
) -> None:
    """Ask a question of the latest release: one of `warehouse/queries/*.sql`."""
    from flows.cli.questions import check_question, print_answer, print_questions

    if name is None:
        return print_questions(console)
    variables = name_values(set_, "--set")
    with checking("query"):
        check_question(name, variables)
    print_answer(console, home_of(home), name, variables, csv, limit)


@app.command()
def sql(
    statement: Annotated[
        str | None, typer.Argument(help="A statement to answer; none starts a shell, or reads what is piped in.")
    ] = None,
    csv: AsCsv = False,
    home: Home = None,
) -> None:
    """A read-only SQL shell on the latest release, with its views listed.

    For example `python -m flows sql "FROM records WHERE series = 'imagenet-1k'"`.
    """
    from flows.cli import shell

    shell.run(console, home_of(home), statement, csv)


@app.command()
def template() -> None:
    """A CSV of observations of your own to begin with, for `--observations`; what its columns hold stands beside it.

    `python -m flows template > my.csv` writes the file and shows the columns.
    """
    from flows.cli.template import print_template

    print_template(errors)


@app.command()
def estimate(
    benchmark: Annotated[str, typer.Argument(help="Benchmark or series: `imagenet-1k`, `mmlu`, `coco-val`, …")],
    target: Targets = None,
    observations: Observations = None,
    only: Only = None,
    assume: Assume = None,
    home: Home = None,
) -> None:
    """What targets of one benchmark take by the latest release's headline curve, fitted anew; nothing is kept.

    For example `python -m flows estimate imagenet-1k --target imagenet-1k=97 --only 'year >= 2016'`.
    """
    from flows.cli.estimates import print_estimates

    place = home_of(home)
    asked = question(place, [benchmark], assume, observations, only, target)
    print_estimates(console, place, asked.series[0], asked.assumed, asked.own)
