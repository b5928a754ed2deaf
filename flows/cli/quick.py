"""The verb that answers a question without a run: what one benchmark's targets take, printed and not kept."""

from typing import Annotated

import typer

from flows.cli.application import app, console
from flows.cli.options import Assume, Home, Observations, Only, Targets, home_of, question


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
