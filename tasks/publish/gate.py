"""The publication gate: whether the figures that readers quote moved farther than new papers explain.

A bug or a broken source shows first as a headline that jumps or as observations that vanish. Such a release waits until
a person has looked at it.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from tasks.estimate.extrapolate import HALF_OF_BEST
from tasks.evaluate.scores import ALL
from tasks.fit.estimators import study_power_law
from tasks.reference.benchmarks import domain_of
from tasks.wording.quantities import flop

MAX_DECADES_MOVED = 1.0
"""Decades of compute by which the headline may move. From night to night it moves by hundredths; a record that cuts the
best error by a fifth moves it by one."""

MAX_SHARE_GONE = 0.30
"""Share of the observations in fits that may disappear: a retracted paper removes a few, a broken source most."""

GROWTH_WITHOUT_ALARM = 1.2
"""If the headline's series has this many times the observations of the last release, its headline may move: the home is
still being filled (a first folder of papers, a source that answers for the first time)."""

MAX_QUARANTINE_RISE = 0.10
"""How much the quarantined share of claims may rise: a broken reader or source fills the quarantine."""

MAX_CLAIMS_LOST = 0.30
"""Share of the claims of papers read before that may be lost. A run has no labels to score its reading with; fewer
claims from the same papers are the only sign of a reading that got worse."""

MIN_CLAIMS = 100
"""With fewer claims these two shares are not tested."""

FIGURES = ("out_estimates", "out_observations", "out_backtest_scores", "out_papers", "core_quarantine")
"""Tables that are compared."""

STUDY = study_power_law.NAME

_IDENTITY = ("series", "benchmark", "paper_id", "model")

Tables = Mapping[str, pd.DataFrame | None]


class _HeadlineFigure(NamedTuple):
    """What one release says halving the error takes: estimator, target error, and log10 FLOP where it has a number."""

    estimator: str
    error: float
    log10_flop: float | None
    status: str


def suspicious_changes(before: Tables, now: Tables, series: str) -> list[str]:
    """Changes beyond tolerance, a line of text each; empty where the release may be published.

    Args:
        before: The tables of `FIGURES` as last published; None for one that the release does not have.
        now: The same as they would be published.
        series: The headline's series.
    """
    used_before, used_now = _in_fits(before), _in_fits(now)
    lines = [*_benchmarks_gone(before, now), *_read_less(before, now), *_quarantined_more(before, now)]
    lines += _observations_gone(used_before, used_now, "all series")
    lines += _observations_gone(_of_series(used_before, series), _of_series(used_now, series), series)
    if len(_of_series(used_now, series)) < GROWTH_WITHOUT_ALARM * len(_of_series(used_before, series)):
        lines += _headline_moved(before, now, series)
    return lines


def _in_fits(tables: Tables) -> set[tuple[str, ...]]:
    """Series, paper and model of each observation in a fit; ids would change with every figure."""
    frame = tables["out_observations"]
    if frame is None:
        return set()
    used = frame[frame["in_fit"].astype(bool)]
    return set(zip(*(used[c] for c in _IDENTITY), strict=True))


def _of_series(observations: set[tuple[str, ...]], series: str) -> set[tuple[str, ...]]:
    return {o for o in observations if o[0] == series}


def _observations_gone(used_before: set[tuple[str, ...]], used_now: set[tuple[str, ...]], where: str) -> list[str]:
    gone = len(used_before - used_now)
    if gone <= MAX_SHARE_GONE * len(used_before):
        return []
    return [f"{gone} of {len(used_before)} observations in fits are gone ({where}), more than {MAX_SHARE_GONE:.0%}"]


def _benchmarks_gone(before: Tables, now: Tables) -> list[str]:
    gone = _estimated(before) - _estimated(now)
    return [f"no estimate any more of {', '.join(sorted(gone))}"] if gone else []


def _estimated(tables: Tables) -> set[str]:
    frame = tables["out_estimates"]
    return set() if frame is None else set(frame["series"])


def _read_less(before: Tables, now: Tables) -> list[str]:
    """Claims of the papers that both releases have."""
    claims_before, claims_now = _claims_by_paper(before), _claims_by_paper(now)
    papers = claims_before.keys() & claims_now.keys()
    old, new = (sum(claims[p] for p in papers) for claims in (claims_before, claims_now))
    if old < MIN_CLAIMS or old - new <= MAX_CLAIMS_LOST * old:
        return []
    return [f"{old} claims were read in papers that give {new} now, less by more than {MAX_CLAIMS_LOST:.0%}"]


def _claims_by_paper(tables: Tables) -> dict[str, int]:
    frame = tables["out_papers"]
    if frame is None:
        return {}
    return dict(zip(frame["paper_id"], frame["results"] + frame["disclosures"], strict=True))


def _quarantined_more(before: Tables, now: Tables) -> list[str]:
    old, new = _share_quarantined(before), _share_quarantined(now)
    if old is None or new is None or new - old <= MAX_QUARANTINE_RISE:
        return []
    return [f"{new:.0%} of what was read is quarantined, {old:.0%} before"]


def _share_quarantined(tables: Tables) -> float | None:
    """Of all claims; None where they are few."""
    refused = tables["core_quarantine"]
    if refused is None:
        return None
    claims = sum(_claims_by_paper(tables).values()) + len(refused)
    return len(refused) / claims if claims >= MIN_CLAIMS else None


def _headline_moved(before: Tables, now: Tables, series: str) -> list[str]:
    """Half of the best error by the headline's estimator of each release, and by the study's recipe."""
    compared = {
        "by the headline": (_headline(before, series), _headline(now, series)),
        "by the study's recipe": (STUDY, STUDY),
    }
    lines = []
    for by_whom, (estimator_before, estimator_now) in compared.items():
        old = _headline_figure(before, series, estimator_before)
        new = _headline_figure(now, series, estimator_now)
        if old is not None and _has_moved(old, new):
            lines.append(f"{HALF_OF_BEST} of {series} {by_whom}: {_describe(old)}, now {_describe(new)}")
    return lines


def _headline(tables: Tables, series: str) -> str | None:
    """The estimator that back-tests chose for the series, else for its domain, else for all."""
    scores = tables["out_backtest_scores"]
    if scores is None:
        return None
    chosen = scores[scores["is_headline"].astype(bool)]
    by_scope = dict(zip(chosen["scope"], chosen["estimator"], strict=True))
    return next((by_scope[s] for s in (series, domain_of(series), ALL) if s in by_scope), None)


def _headline_figure(tables: Tables, series: str, estimator: str | None) -> _HeadlineFigure | None:
    frame = tables["out_estimates"]
    if frame is None or estimator is None:
        return None
    wanted = {"series": series, "target": HALF_OF_BEST, "estimator": estimator}
    for row in frame[(frame[list(wanted)] == pd.Series(wanted)).all(axis=1)].to_dict("records"):
        flop = row["log10_training_flop"]
        return _HeadlineFigure(estimator, row["target_error"], None if pd.isna(flop) else flop, row["status"])
    return None


def _has_moved(old: _HeadlineFigure, new: _HeadlineFigure | None) -> bool:
    if new is None:
        return True
    if old.log10_flop is None or new.log10_flop is None:
        return old.log10_flop != new.log10_flop
    return abs(new.log10_flop - old.log10_flop) > MAX_DECADES_MOVED


def _describe(figure: _HeadlineFigure | None) -> str:
    if figure is None:
        return "nothing"
    computing = "no figure" if figure.log10_flop is None else flop(figure.log10_flop)
    return f"{computing} for {100 * figure.error:.3g} % ({figure.estimator}, {figure.status})"
