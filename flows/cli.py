"""The command line: each verb is the same flow that the deployments run, or a look at what they left."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from flows.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""**Diminishing Returns**: what deep-learning accuracy costs in computing power, refreshed every night.

The way of the data: *discover → fetch → parse → extract → load → reckon → fit → extrapolate → publish*.
`nightly` does all of it; `ingest`, `refresh` and `publish` are its three parts. `backfill` works through papers that
are known of and not yet read.

Start with `python -m flows nightly`, open `data/releases/latest/index.html`, then ask
`python -m flows query`.""",
)

Home = Annotated[
    Path | None,
    typer.Option(help="Folder of the document store, the working warehouse and the releases.", show_default="data"),
]
Papers = Annotated[
    Path | None,
    typer.Option(
        help="A folder of PDFs to read, at any depth. `1512.03385v1.pdf` is known by its arXiv id, others by name.",
        exists=True,
        file_okay=False,
        readable=True,
    ),
]
Offline = Annotated[bool, typer.Option("--offline", help="Ask no source that needs a network; say what is put off.")]
Limit = Annotated[
    int | None,
    typer.Option(min=0, help="Fetch at most so many papers; the rest waits for another run.", show_default="300"),
]
Since = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="Where the first harvest of arXiv begins; later ones go on where the last one ended.",
        show_default="two weeks ago",
    ),
]
Benchmarks = Annotated[
    list[str] | None,
    typer.Option(
        "--benchmark",
        metavar="NAME",
        help="Fit only this benchmark (`imagenet-1k`, `coco`, …); may be given again. A restricted run publishes a"
        " restricted release: give it a `--home` of its own to keep the full one.",
    ),
]
Assume = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="Another value for an assumption (`pue=1.1`, `reckon_utilisation=0.4`, `grid_region=france`,"
        " `cost_hardware=nvidia-h100`); may be given again. The release's `out_assumptions` lists them all.",
    ),
]
AcceptChanges = Annotated[
    bool,
    typer.Option(
        "--accept-changes",
        help="Publish although figures moved beyond tolerance since the latest release: you have looked at them.",
    ),
]

_console = Console()


def _home(home: Path | None) -> Path:
    return (home or Settings().home).resolve()


def _overrides(assume: list[str] | None) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for item in assume or []:
        name, _, value = (part.strip() for part in item.partition("="))
        if not name or not value:
            raise typer.BadParameter(f"{item!r} is not NAME=VALUE", param_hint="--assume")
        try:
            pairs[name] = float(value)
        except ValueError:
            pairs[name] = value  # a region or a chip: which assumption takes a word, tasks.costs knows
    if pairs:
        from tasks.refresh import assumed

        with _plain_errors():
            assumed(pairs)  # refused here, in one line, and not in a flow
    return pairs


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn the errors that an operator can mend into one line and exit code 1; anything else is a bug and shows."""
    import duckdb

    from flows.pipeline import TooManyUnreadable
    from flows.runtime import HomeInUse
    from tasks.publish.release import PublishRefused

    try:
        yield
    except (HomeInUse, TooManyUnreadable, PublishRefused, ValueError, duckdb.IOException, OSError) as error:
        hint = " (nothing is lost: free some space and run again)" if getattr(error, "errno", None) == 28 else ""
        Console(stderr=True, style="red").print(f"{type(error).__name__}: {error}{hint}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error


def _run(name: str, **parameters: Any) -> Any:
    """Start a flow by name, with one plain line for an error that the operator can mend."""
    from flows import pipeline, runtime

    with _plain_errors():
        return runtime.start(getattr(pipeline, name), **parameters)


@app.command()
def nightly(
    papers: Papers = None,
    offline: Offline = False,
    limit: Limit = None,
    since: Since = None,
    benchmark: Benchmarks = None,
    assume: Assume = None,
    accept_changes: AcceptChanges = False,
    home: Home = None,
) -> None:
    """The nightly job: read what is new, refresh the estimates, publish a release.

    What a source cannot give tonight is put off and named; the job works with what is at hand. Running it again with
    nothing new changes nothing but the run record.
    """
    released = _run(
        "nightly",
        papers=papers,
        offline=offline,
        limit=limit,
        since=_day(since),
        benchmarks=benchmark,
        assumptions=_overrides(assume),
        accept_changes=accept_changes,
        home=_home(home),
    )
    _say_release(released)


@app.command()
def ingest(
    papers: Papers = None, offline: Offline = False, limit: Limit = None, since: Since = None, home: Home = None
) -> None:
    """Ask every source, find, fetch, read and load; what was read before is left alone."""
    _run("ingest", papers=papers, offline=offline, limit=limit, since=_day(since), home=_home(home))
    _say_next()


@app.command()
def backfill(
    benchmark: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Search arXiv for papers that name this benchmark; may be given again."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Search for papers submitted from this day on."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="… up to this day.", show_default="today"),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many papers.", show_default="none")] = None,
    home: Home = None,
) -> None:
    """Work through the papers that wait, a chunk at a time; stopped at any moment, it goes on from there.

    Without a benchmark or a day it takes what the watch list and the harvests have left waiting.
    """
    _run("backfill", benchmarks=benchmark, since=_day(since), until=_day(until), limit=limit, home=_home(home))
    _say_next()


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _say_next() -> None:
    _console.print("Next: `python -m flows refresh`, then `python -m flows publish`.", markup=False)


@app.command()
def refresh(benchmark: Benchmarks = None, assume: Assume = None, home: Home = None) -> None:
    """Reckon, fit and extrapolate anew from what is loaded, with other assumptions if you like."""
    _run("refresh", benchmarks=benchmark, assumptions=_overrides(assume), home=_home(home))
    _console.print("Next: `python -m flows publish`.", markup=False)


@app.command()
def publish(
    date: Annotated[str | None, typer.Option(help="Date of the release (YYYY-MM-DD).", show_default="today")] = None,
    accept_changes: AcceptChanges = False,
    home: Home = None,
) -> None:
    """Publish the warehouse as an immutable dated release and point `releases/latest` to it.

    Figures that moved farther than new papers explain are not published: the run says what moved and where to look.
    """
    _say_release(_run("publish", date=date, accept_changes=accept_changes, home=_home(home)))


def _say_release(released: Path) -> None:
    _console.print(f"Release: {released}", markup=False, soft_wrap=True)
    _console.print(f"Report:  {released / 'index.html'}", markup=False, soft_wrap=True)
    _console.print("Next: `python -m flows query` lists questions to ask of it.", markup=False)


@app.command()
def status(home: Home = None) -> None:
    """What the home folder holds: last runs, how each source answered, documents, rows, quarantine, releases."""
    from flows import show

    with _plain_errors():
        show.status(_console, _home(home))


@app.command()
def explain(
    claim: Annotated[str, typer.Argument(help="Id of the claim, or a beginning of it that no other claim has.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Where to put the picture.", show_default="explained/<id>.png at home"),
    ] = None,
    home: Home = None,
) -> None:
    """Show where a claim comes from, accepted or quarantined: its words, and its page with the figure framed."""
    from flows import show

    with _plain_errors():
        show.explanation(_console, _home(home), claim, out)


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
    from flows import simulation

    with _plain_errors():
        simulation.run(_console, runs, seed, (out or Settings().home / "simulation").resolve(), json)


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="Name of the question; none lists them all.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A variable that the question takes.")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV for other programs.")] = False,
    home: Home = None,
) -> None:
    """Ask a question of the latest release: one of `warehouse/queries/*.sql`."""
    from flows import show

    with _plain_errors():
        if name is None:
            show.questions(_console)
        else:
            variables = dict(pair.split("=", 1) for pair in set_ or [] if "=" in pair)
            show.answer(_console, _home(home), name, variables, csv)


@app.command()
def replicate(
    study: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder with CSVs of the replication data's form, of any benchmark.",
            show_default="what the home has kept of the source study-data",
            exists=True,
            file_okay=False,
            readable=True,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the regressions alone, unrounded, as JSON.")] = False,
    home: Home = None,
) -> None:
    """The study's published figures beside the same computed anew: regressions, exponents, costs, growth."""
    from flows import replication

    with _plain_errors():
        files = (
            replication.files_in(study) if study else replication.files_kept(_home(home), Settings().base_addresses())
        )
        replication.replicate(_console, Console(stderr=True, style="dim"), files, as_json)
