"""Whether what a person asks of a run can be answered: looked at before anything starts."""

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
from tasks.refresh import Assumed
from tasks.refresh.assumed import in_short
from tasks.sources.own import OwnObservations
from tasks.wording.quantities import computing


class _Known(NamedTuple):
    """A model that fits will use, and its error."""

    series: str
    error: float
    words: str


def check_targets(home: Path, series: Collection[str], asked: Assumed, own: OwnObservations | None) -> None:
    """See to it that every target is of the run's series, and that none has been reached: what that took is known.

    Raises:
        ValueError: a target is of another benchmark, or has been reached by the latest release; the message says by
            whom.
    """
    for target in asked.targets:
        if not set(series) & set(with_apart(target.series)):
            raise ValueError(f"{_typed(target)} is no target of {in_short(series)}, and nothing else is asked about")
    known = [*_own(own), *_published(home, asked)] if asked.targets else []
    for target in asked.targets:
        best = min((k for k in known if k.series == target.series), key=lambda k: k.error, default=None)
        if best and best.error <= target.target_error:
            raise ValueError(f"{_typed(target)} is reached already, by {best.words}: ask for more than {_score(best)}")


def _own(own: OwnObservations | None) -> Iterator[_Known]:
    """The run's own, except those of which their series is not told before they are matched."""
    series = {b.slug: b.series for b in load_benchmarks() if b.is_fit_metric}
    for line, row in own.numbered if own else ():
        if row.extra_data in (UNKNOWN, NO_EXTRA_DATA):
            yield _Known(series[row.benchmark], 1 - row.value / 100, f"{row.model} ({own and own.file}, line {line})")


def _published(home: Path, asked: Assumed) -> Iterator[_Known]:
    """What the latest release fits, and the run's filter keeps; nothing where there is none of the present form."""
    frame = read_published(home / RELEASES / LATEST, "core_observations")
    if frame is None or not {*COLUMNS, "in_fit"} <= set(frame.columns):
        return
    kept = set(frame["observation_id"]) if asked.row_filter is None else asked.row_filter.met(frame)
    for row in frame[frame["in_fit"].astype(bool) & frame["observation_id"].isin(kept)].to_dict("records"):
        year = "" if pd.isna(row["year"]) else f", {row['year']:.0f}"
        took = computing(math.log10(row["training_flop"]))
        yield _Known(row["series"], row["error"], f"{row['model']} ({100 - 100 * row['error']:.4g}{year}, {took})")


def _typed(target: TargetRow) -> str:
    return target.source.removeprefix(ASKED_FOR)


def _score(known: _Known) -> str:
    return f"{100 - 100 * known.error:.4g}"
