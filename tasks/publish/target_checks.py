"""Checks of the targets that a person asks for, before a run starts."""

import math
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from schemas.vocabularies import NO_EXTRA_DATA, UNKNOWN
from tasks.match.row_filter import COLUMNS
from tasks.publish.releases import LATEST, RELEASES, read_published
from tasks.reference.benchmarks import load_benchmarks, with_apart
from tasks.reference.targets import ASKED_FOR, TargetRow
from tasks.refresh.assumed import Assumed, in_short
from tasks.sources.own import OwnObservations
from tasks.wording.quantities import computing


class _Result(NamedTuple):
    """A model that fits will use, with its error and a description."""

    series: str
    error: float
    description: str


def check_targets(home: Path, series: Collection[str], assumed: Assumed, own: OwnObservations | None) -> None:
    """Check that every target belongs to the run's series and that none has been reached already.

    Raises:
        ValueError: a target is of another benchmark, or has been reached by the latest release; the message says by
            whom.
    """
    for target in assumed.targets:
        if not set(series) & set(with_apart(target.series)):
            raise ValueError(f"{_as_typed(target)} is no target of {in_short(series)}, and nothing else is asked about")
    known = [*_own_results(own), *_published_results(home, assumed)] if assumed.targets else []
    for target in assumed.targets:
        best = min((k for k in known if k.series == target.series), key=lambda k: k.error, default=None)
        if best and best.error <= target.target_error:
            raise ValueError(
                f"{_as_typed(target)} is reached already, by {best.description}: ask for more than {_score(best)}"
            )


def _own_results(own: OwnObservations | None) -> Iterator[_Result]:
    """The run's own, except those of which their series is not told before they are matched."""
    series = {b.slug: b.series for b in load_benchmarks() if b.is_fit_metric}
    for line, row in own.numbered if own else ():
        if row.extra_data in (UNKNOWN, NO_EXTRA_DATA):
            yield _Result(series[row.benchmark], 1 - row.value / 100, f"{row.model} ({own and own.file}, line {line})")


def _published_results(home: Path, assumed: Assumed) -> Iterator[_Result]:
    """What the latest release fits, and the run's filter keeps; nothing where there is none of the present form."""
    frame = read_published(home / RELEASES / LATEST, "core_observations")
    if frame is None or not {*COLUMNS, "in_fit"} <= set(frame.columns):
        return
    kept = set(frame["observation_id"]) if assumed.row_filter is None else assumed.row_filter.met(frame)
    for row in frame[frame["in_fit"].astype(bool) & frame["observation_id"].isin(kept)].to_dict("records"):
        year = "" if pd.isna(row["year"]) else f", {row['year']:.0f}"
        used = computing(math.log10(row["training_flop"]))
        yield _Result(row["series"], row["error"], f"{row['model']} ({100 - 100 * row['error']:.4g}{year}, {used})")


def _as_typed(target: TargetRow) -> str:
    return target.source.removeprefix(ASKED_FOR)


def _score(known: _Result) -> str:
    return f"{100 - 100 * known.error:.4g}"
