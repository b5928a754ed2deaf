"""Options that several verbs share, and how what is typed becomes a flow's parameters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from pydantic import TypeAdapter, ValidationError

from flows import parameters
from flows.errors import Mistake
from flows.parameters import AtLeastZero, File
from flows.settings import Settings

if TYPE_CHECKING:
    from tasks.refresh.assumed import Assumed
    from tasks.sources.own import OwnObservations


def kind_of(kind: Any) -> Callable[[Any], Any]:
    """An option that may be what the flow's parameter may be (`flows.parameters`)."""

    def checked(value: Any) -> Any:
        try:
            return value if value is None else TypeAdapter(kind).validate_python(value)
        except ValidationError as error:
            fault = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise typer.BadParameter(fault)

    return checked


def day_option(words: str, default: str | bool = True) -> Any:
    """An option that is a day."""
    return typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help=words, show_default=default)


Home = Annotated[
    Path | None,
    typer.Option(help="Folder of the document store, the working warehouse and the releases.", show_default="data"),
]
Papers = Annotated[
    Path | None,
    typer.Option(
        help="A folder of PDFs to read, at any depth, or one PDF. `1512.03385v1.pdf` is known by its arXiv id,"
        " others by name.",
        callback=kind_of(parameters.Papers),
    ),
]
Offline = Annotated[bool, typer.Option("--offline", help="Ask no source that needs a network; say what is deferred.")]
Limit = Annotated[
    int | None,
    typer.Option(
        callback=kind_of(AtLeastZero),
        help="Fetch at most so many papers; the rest waits for another run.",
        show_default="300",
    ),
]
Since = Annotated[
    datetime | None,
    day_option("Where the first harvest of arXiv begins; later ones go on where the last one ended.", "two weeks ago"),
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
        help="Another value for an assumption (`pue=1.1`, `compute_utilisation=0.4`, `grid_region=france`,"
        " `cost_hardware=nvidia-h100`, `compute_scope=whole`); may be given again. The release's `out_assumptions`"
        " lists them all.",
    ),
]
Observations = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="Observations of your own, which stand before all others of the same model. `python -m flows template`"
        " prints a file to begin with and says what its columns hold.",
        callback=kind_of(File),
    ),
]
Only = Annotated[
    str | None,
    typer.Option(
        metavar="CONDITION",
        help="Fit only observations that meet a condition over columns of `core_observations`: `extra_data = false`,"
        " `year >= 2020 AND method <> 'third_party'`. One that says nothing of it does not meet it.",
    ),
]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="NAME=SCORE",
        help="A target of your own, `mmlu=92`: a score by the metric that the benchmark is fitted by, higher is better,"
        " in its unit of `benchmarks.csv` (percent; BLEU for wmt14); may be given again.",
    ),
]
AcceptChanges = Annotated[
    bool,
    typer.Option(
        "--accept-changes",
        help="Publish although figures moved beyond tolerance since the latest release: you have looked at them.",
    ),
]


def home_of(home: Path | None) -> Path:
    """The home folder, after a look at all settings and at its form: what is not understood is refused at once."""
    from tasks.operate.form import check_form

    settings = Settings()
    place = (home or settings.home).resolve()
    check_form(place)
    return place


def day_of(moment: datetime | None) -> date | None:
    """The day that an option gives."""
    return moment.date() if moment else None


class Question(NamedTuple):
    """What a run is to assume by itself: as it was looked at, and as parameters of a flow."""

    series: list[str]
    assumed: "Assumed"
    own: "OwnObservations | None"
    parameters: dict[str, Any]


def question(
    home: Path,
    benchmarks: list[str] | None,
    assume: list[str] | None,
    observations: Path | None,
    only: str | None,
    targets: list[str] | None,
) -> Question:
    """What is asked of a run, each option looked at in view of the others and of the latest release."""
    from tasks.publish.target_checks import check_targets
    from tasks.refresh.assumed import assumed, series_of
    from tasks.refresh.own import own_observations

    with checking("benchmark"):
        series = series_of(benchmarks or [])
    given = {name: _number_or_word(value) for name, value in name_values(assume, "--assume").items()}
    with checking("--assume"):
        assumed(given)
    with checking("--only"):
        filtered = assumed(given, only)
    with checking("--observations"):
        own = own_observations(observations, filtered.compute, series) if observations else None
    with checking("--target"):
        asked = assumed(given, only, targets or [])
        check_targets(home, series, asked, own)
    what_if = {"assumptions": given, "observations": observations, "only": only, "targets": targets or []}
    return Question(series, asked, own, {"benchmarks": benchmarks, **what_if})


def _number_or_word(text: str) -> float | str:
    """The value of an assumption: some are words, a region or a chip."""
    try:
        return float(text)
    except ValueError:
        return text


def name_values(items: list[str] | None, option: str) -> dict[str, str]:
    """What an option gives as NAME=VALUE, once or more often."""
    pairs = {}
    for item in items or []:
        name, _, value = (part.strip() for part in item.partition("="))
        if not name or not value:
            raise Mistake(f"{option} {item}: write NAME=VALUE")
        if name in pairs:
            raise Mistake(f"{option} {item}: {name} is given twice")
        pairs[name] = value
    return pairs


@contextmanager
def checking(what: str) -> Iterator[None]:
    """Refuse, before anything is started, what a check of `what` refuses."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise Mistake(f"{what}: {error}") from error
