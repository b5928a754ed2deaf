"""The gate of publication: whether the figures that readers quote moved farther than new papers explain.

A slip in the code or a source gone bad shows first as a headline that leaps or as observations that vanish. Such a
night is not published until a person has looked.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from tasks.estimate.extrapolate import HALF_OF_BEST
from tasks.evaluate.scores import ALL
from tasks.fit.estimators import study_power_law
from tasks.reference.benchmarks import domain_of
from tasks.wording.quantities import flop

MOVED_DECADES = 1.0
"""Decades of compute by which the headline may move: between two nights it moves by hundredths, and a record that takes
a fifth off the best error moves it by one."""

GONE_SHARE = 0.30
"""Share of the observations in fits that may be gone: a retracted paper takes a few, a source that broke takes most."""

FILLING = 1.2
"""Times as many observations of the headline's series as in the last release from which on its move is no alarm: a home
that is still filling (a first folder of papers, a source that answers for the first time) has a reason to move."""

QUARANTINED_MORE = 0.10
"""How much the share of claims that are quarantined may rise: a reader or a source that broke fills the quarantine."""

READ_LESS = 0.30
"""Share of the claims of papers read before that may be gone. A run cannot score its reading, since it has no labels;
what it reads less of the same papers is what it can see of a reading that got worse."""

FEW = 100
"""Claims below which neither of these shares says anything."""

FIGURES = ("out_estimates", "out_observations", "out_backtest_scores", "out_papers", "core_quarantine")
"""Tables that are compared."""

STUDY = study_power_law.NAME

_IDENTITY = ("series", "benchmark", "paper_id", "model")

Tables = Mapping[str, pd.DataFrame | None]


class _Said(NamedTuple):
    """What one release says of halving the error: by which estimator, of which error, log10 FLOP if it has a number."""

    estimator: str
    error: float
    log10_flop: float | None
    status: str


def what_moved(before: Tables, now: Tables, series: str) -> list[str]:
    """What moved beyond tolerance, a line each in words; empty where a release may follow on the last one.

    Args:
        before: The tables of `FIGURES` as last published; None for one that the release does not have.
        now: The same as they would be published.
        series: The headline's series.
    """
    held, holds = _in_fits(before), _in_fits(now)
    lines = [*_benchmarks_gone(before, now), *_read_less(before, now), *_quarantined_more(before, now)]
    lines += _observations_gone(held, holds, "all series")
    lines += _observations_gone(_of(held, series), _of(holds, series), series)
    if len(_of(holds, series)) < FILLING * len(_of(held, series)):
        lines += _headline_moved(before, now, series)
    return lines


def _in_fits(tables: Tables) -> set[tuple[str, ...]]:
    """Series, paper and model of each observation in a fit: ids are made anew wherever a figure changes."""
    frame = tables["out_observations"]
    if frame is None:
        return set()
    used = frame[frame["in_fit"].astype(bool)]
    return set(zip(*(used[c] for c in _IDENTITY), strict=True))


def _of(observations: set[tuple[str, ...]], series: str) -> set[tuple[str, ...]]:
    return {o for o in observations if o[0] == series}


def _observations_gone(held: set[tuple[str, ...]], holds: set[tuple[str, ...]], where: str) -> list[str]:
    gone = len(held - holds)
    if gone <= GONE_SHARE * len(held):
        return []
    return [f"{gone} of {len(held)} observations in fits are gone ({where}), more than {GONE_SHARE:.0%}"]


def _benchmarks_gone(before: Tables, now: Tables) -> list[str]:
    gone = _estimated(before) - _estimated(now)
    return [f"no estimate any more of {', '.join(sorted(gone))}"] if gone else []


def _estimated(tables: Tables) -> set[str]:
    frame = tables["out_estimates"]
    return set() if frame is None else set(frame["series"])


def _read_less(before: Tables, now: Tables) -> list[str]:
    """Claims of the papers that both releases have."""
    old, new = _claims_by_paper(before), _claims_by_paper(now)
    both = old.keys() & new.keys()
    was, is_now = (sum(claims[p] for p in both) for claims in (old, new))
    if was < FEW or was - is_now <= READ_LESS * was:
        return []
    return [f"{was} claims were read in papers that give {is_now} now, less by more than {READ_LESS:.0%}"]


def _claims_by_paper(tables: Tables) -> dict[str, int]:
    frame = tables["out_papers"]
    if frame is None:
        return {}
    return dict(zip(frame["paper_id"], frame["results"] + frame["disclosures"], strict=True))


def _quarantined_more(before: Tables, now: Tables) -> list[str]:
    was, is_now = _share_quarantined(before), _share_quarantined(now)
    if was is None or is_now is None or is_now - was <= QUARANTINED_MORE:
        return []
    return [f"{is_now:.0%} of what was read is quarantined, {was:.0%} before"]


def _share_quarantined(tables: Tables) -> float | None:
    """Of all claims; None where they are few."""
    refused = tables["core_quarantine"]
    if refused is None:
        return None
    claims = sum(_claims_by_paper(tables).values()) + len(refused)
    return len(refused) / claims if claims >= FEW else None


def _headline_moved(before: Tables, now: Tables, series: str) -> list[str]:
    """Half of the best error by the headline's estimator of each release, and by the study's recipe."""
    compared = {
        "by the headline": (_headline(before, series), _headline(now, series)),
        "by the study's recipe": (STUDY, STUDY),
    }
    lines = []
    for by_whom, (estimator_before, estimator_now) in compared.items():
        said, says = _said(before, series, estimator_before), _said(now, series, estimator_now)
        if said is not None and _is_moved(said, says):
            lines.append(f"{HALF_OF_BEST} of {series} {by_whom}: {_in_words(said)}, now {_in_words(says)}")
    return lines


def _headline(tables: Tables, series: str) -> str | None:
    """The estimator that back-tests chose for the series, else for its domain, else for all."""
    scores = tables["out_backtest_scores"]
    if scores is None:
        return None
    chosen = scores[scores["is_headline"].astype(bool)]
    by_scope = dict(zip(chosen["scope"], chosen["estimator"], strict=True))
    return next((by_scope[s] for s in (series, domain_of(series), ALL) if s in by_scope), None)


def _said(tables: Tables, series: str, estimator: str | None) -> _Said | None:
    frame = tables["out_estimates"]
    if frame is None or estimator is None:
        return None
    asked = {"series": series, "target": HALF_OF_BEST, "estimator": estimator}
    for row in frame[(frame[list(asked)] == pd.Series(asked)).all(axis=1)].to_dict("records"):
        flop = row["log10_training_flop"]
        return _Said(estimator, row["target_error"], None if pd.isna(flop) else flop, row["status"])
    return None


def _is_moved(said: _Said, says: _Said | None) -> bool:
    if says is None:
        return True
    if said.log10_flop is None or says.log10_flop is None:
        return said.log10_flop != says.log10_flop
    return abs(says.log10_flop - said.log10_flop) > MOVED_DECADES


def _in_words(said: _Said | None) -> str:
    if said is None:
        return "nothing"
    figure = "no figure" if said.log10_flop is None else flop(said.log10_flop)
    return f"{figure} for {100 * said.error:.3g} % ({said.estimator}, {said.status})"
