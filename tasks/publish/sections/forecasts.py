"""Forecasts and what became of them: the ledger, the study's forecasts first."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.rows.evaluation import Forecast
from tasks.evaluate.ledger import US
from tasks.publish import words
from tasks.publish.published import ScoredForecast
from tasks.publish.sections.rows import Tables, typed_rows
from tasks.publish.sections.shown import STUDY, Shown

MOST_FORECASTS = 60
"""Forecasts of ours printed one by one, the newest; the rest is counted and stands in out_forecasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One forecast as the page prints it, with what became of it."""

    is_ours: bool
    issued_on: str
    benchmark: str
    target_error: float
    estimator: str
    name: str
    flop: float | None
    cost: str | None
    due_year: int | None
    outcome: str
    reason: str | None
    best_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSection:
    """Forecasts of others whole, decided ones apart; ours counted by outcome, those of the estimators shown printed."""

    decided: list[LedgerEntry]
    open: list[LedgerEntry]
    ours: list[LedgerEntry]
    ours_more: int
    n_ours: int
    since: str | None
    outcomes: list[tuple[str, int]]
    overdue: LedgerEntry | None


def forecasts(tables: Tables, shown: Shown, titles: Mapping[str, str]) -> LedgerSection:
    """The ledger of all forecasts.

    Args:
        tables: with out_forecasts and out_forecast_scores.
        shown: the estimators shown.
        titles: of series, by name.
    """
    issued = {f.forecast_id: f for f in typed_rows(tables, "out_forecasts", Forecast)}
    outcomes = typed_rows(tables, "out_forecast_scores", ScoredForecast)
    entries = [_entry(issued[o.forecast_id], o, titles) for o in outcomes if o.forecast_id in issued]
    entries = sorted(entries, key=lambda e: (e.issued_on, e.benchmark, -e.target_error, e.estimator))
    ours, theirs = ([e for e in entries if e.is_ours == mine] for mine in (True, False))
    single = [e for e in ours if e.estimator in (shown.main, STUDY)][::-1]
    return LedgerSection(
        decided=[e for e in theirs if e.outcome != "open"],
        open=[e for e in theirs if e.outcome == "open"],
        ours=single[:MOST_FORECASTS],
        ours_more=max(0, len(single) - MOST_FORECASTS),
        n_ours=len(ours),
        since=ours[0].issued_on if ours else None,
        outcomes=sorted(Counter(e.outcome for e in ours).items()),
        overdue=next((e for e in entries if e.outcome == "overdue"), None),
    )


def _entry(issued: Forecast, became: ScoredForecast, titles: Mapping[str, str]) -> LedgerEntry:
    cost = issued.cost_usd.value
    return LedgerEntry(
        is_ours=issued.issuer == US,
        issued_on=issued.issued_on,
        benchmark=titles.get(issued.benchmark, issued.benchmark),
        target_error=issued.target_error,
        estimator=issued.estimator,
        name=words.estimator(issued.estimator),
        flop=issued.log10_training_flop.value,
        cost=words.money(math.log10(cost)) if cost else None,
        due_year=issued.due_year,
        outcome=became.outcome,
        reason=became.reason,
        best_error=became.best_error,
    )
