"""The command line: each verb is the same flow that the deployments run, or a look at what they left."""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from errno import ENOSPC
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from typer.core import TyperGroup

from flows import stopping
from flows.errors import Mistake, OperatorError
from flows.parameters import AtLeastOne, AtLeastZero, Folder
from flows.settings import Settings


class _Verbs(TyperGroup):
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
            told = stopping.last_words(signal) if signal else f"Error: {_in_one_line(error)}"
            Console(stderr=True, style="red").print(told, markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(code) from error


def _exit_code(error: BaseException) -> int | None:
    """The exit code of an error that an operator can mend; None where it is a bug, or one that typer tells."""
    if isinstance(error, OperatorError):
        return error.exit_code
    if isinstance(error, (typer.Exit, typer.BadParameter, BrokenPipeError)):
        return None
    import duckdb

    from tasks.evaluate.ledger import MalformedLedger
    from tasks.extract.read import ReadingStopped
    from tasks.publish.explain import NoSuchClaim
    from tasks.publish.release import PublishRefused
    from tasks.replicate.data import NoStudyData

    mendable = (MalformedLedger, NoStudyData, NoSuchClaim, OSError, PublishRefused, ReadingStopped, duckdb.IOException)
    return 1 if isinstance(error, mendable) else None


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep Prefect from logging the traceback of an error that an operator can mend."""
    if record.exc_info and record.exc_info[1] and _exit_code(record.exc_info[1]) is not None:
        record.exc_info = None
    return True


def _in_one_line(error: BaseException) -> str:
    hint = " (nothing is lost: free some space and run again)" if getattr(error, "errno", None) == ENOSPC else ""
    return " ".join(f"{error}{hint}".split())


app = typer.Typer(
    cls=_Verbs,
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


def _kind(kind: Any) -> Callable[[Any], Any]:
    """An option that may be what the flow's parameter may be (`flows.parameters`)."""

    def checked(value: Any) -> Any:
        try:
            return value if value is None else TypeAdapter(kind).validate_python(value)
        except ValidationError as error:
            raise typer.BadParameter(error.errors()[0]["msg"].removeprefix("Value error, ")) from error

    return checked


Home = Annotated[
    Path | None,
    typer.Option(help="Folder of the document store, the working warehouse and the releases.", show_default="data"),
]
Papers = Annotated[
    Path | None,
    typer.Option(
        help="A folder of PDFs to read, at any depth. `1512.03385v1.pdf` is known by its arXiv id, others by name.",
        callback=_kind(Folder),
    ),
]
Offline = Annotated[bool, typer.Option("--offline", help="Ask no source that needs a network; say what is put off.")]
Limit = Annotated[
    int | None,
    typer.Option(
        callback=_kind(AtLeastZero),
        help="Fetch at most so many papers; the rest waits for another run.",
        show_default="300",
    ),
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
    settings = Settings()  # whether or not they are asked for the home: what is not understood is told at once
    return (home or settings.home).resolve()


def _overrides(assume: list[str] | None) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for name, value in _pairs(assume, "--assume").items():
        try:
            pairs[name] = float(value)
        except ValueError:
            pairs[name] = value  # a region or a chip: which assumption takes a word, tasks.costs knows
    if pairs:
        from tasks.refresh import assumed

        with _checking("--assume"):
            assumed(pairs)
    return pairs


def _pairs(items: list[str] | None, option: str) -> dict[str, str]:
    """What an option gives as NAME=VALUE, again and again."""
    pairs = {}
    for item in items or []:
        name, _, value = (part.strip() for part in item.partition("="))
        if not name or not value:
            raise Mistake(f"{option} {item}: NAME=VALUE is wanted")
        pairs[name] = value
    return pairs


def _fitted(benchmarks: list[str] | None) -> list[str] | None:
    if benchmarks:
        from tasks.refresh import series_of

        with _checking("--benchmark"):
            series_of(benchmarks)
    return benchmarks


@contextmanager
def _checking(what: str) -> Iterator[None]:
    """Refuse, before anything is started, what a check of `what` refuses."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise Mistake(f"{what}: {error}") from error


def _run(name: str, **parameters: Any) -> Any:
    """Start a flow by name, after a look at what every flow needs."""
    from tasks.reference.corrections import load_corrections

    home = parameters["home"]
    with _checking(f"the home {home}"):
        home.mkdir(parents=True, exist_ok=True)
        NamedTemporaryFile(dir=home).close()
    with _checking("corrections"):
        load_corrections()
    with _checking("Prefect's own settings"), warnings.catch_warnings(action="ignore"):
        import prefect.context  # noqa: F401 - reads them
    from flows import pipeline, runtime

    for runs in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(runs).addFilter(_without_traceback)
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
    night = _run(
        "nightly",
        papers=papers,
        offline=offline,
        limit=limit,
        since=_day(since),
        benchmarks=_fitted(benchmark),
        assumptions=_overrides(assume),
        accept_changes=accept_changes,
        home=_home(home),
    )
    _say_release(night.release)
    _say_lost(night.lost)


@app.command()
def ingest(
    papers: Papers = None, offline: Offline = False, limit: Limit = None, since: Since = None, home: Home = None
) -> None:
    """Ask every source, find, fetch, read and load; what was read before is left alone."""
    taken = _run("ingest", papers=papers, offline=offline, limit=limit, since=_day(since), home=_home(home))
    _say_next()
    _say_lost(taken.lost)


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
    limit: Annotated[
        int | None,
        typer.Option(callback=_kind(AtLeastOne), help="Stop after so many papers, one at least.", show_default="none"),
    ] = None,
    home: Home = None,
) -> None:
    """Work through the papers that wait, a chunk at a time; stopped at any moment, it goes on from there.

    Without a benchmark or a day it takes what the watch list and the harvests have left waiting.
    """
    first, last = _day(since), _day(until)
    with _checking("backfill"):
        from tasks.sources.registry import search_for

        search_for(benchmark or [], first, last)
    taken = _run("backfill", benchmarks=benchmark, since=first, until=last, limit=limit, home=_home(home))
    _say_next()
    _say_lost(taken.lost)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _say_lost(lost: list[str]) -> None:
    """What a run did without: its last line, whatever else it says."""
    if lost:
        from flows.pipeline import without

        Console(stderr=True, style="yellow").print(f"Done {without(lost)}", markup=False, soft_wrap=True)


def _say_next() -> None:
    _console.print("Next: `python -m flows refresh`, then `python -m flows publish`.", markup=False)


@app.command()
def refresh(benchmark: Benchmarks = None, assume: Assume = None, home: Home = None) -> None:
    """Reckon, fit and extrapolate anew from what is loaded, with other assumptions if you like."""
    _run("refresh", benchmarks=_fitted(benchmark), assumptions=_overrides(assume), home=_home(home))
    _console.print("Next: `python -m flows publish`.", markup=False)


@app.command()
def publish(
    date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Date of the release.", show_default="today"),
    ] = None,
    accept_changes: AcceptChanges = False,
    home: Home = None,
) -> None:
    """Publish the warehouse as an immutable dated release and point `releases/latest` to it.

    Figures that moved farther than new papers explain are not published: the run says what moved and where to look.
    """
    _say_release(_run("publish", date=_day(date), accept_changes=accept_changes, home=_home(home)))


def _say_release(released: Path) -> None:
    _console.print(f"Release: {released}", markup=False, soft_wrap=True)
    _console.print(f"Report:  {released / 'index.html'}", markup=False, soft_wrap=True)
    _console.print("Next: `python -m flows query` lists questions to ask of it.", markup=False)


@app.command()
def status(home: Home = None) -> None:
    """What the home folder holds: last runs, how each source answered, documents, rows, quarantine, releases."""
    from flows import show

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

    if name is None:
        return show.questions(_console)
    variables = _pairs(set_, "--set")
    with _checking("query"):
        show.check_question(name, variables)
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

    files = replication.files_in(study) if study else replication.files_kept(_home(home), Settings().base_addresses())
    replication.replicate(_console, Console(stderr=True, style="dim"), files, as_json)


@app.command()
def worker(
    pool: Annotated[str, typer.Option(help="The work pool whose runs it takes.")] = "diminishing",
) -> None:
    """Run what the schedule or a person starts, until it is stopped; what a killed worker left is marked as crashed."""
    from flows import worker

    Settings()  # what is not understood is told now, not by every night
    worker.start(pool)
