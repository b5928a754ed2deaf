"""Forecasts and what became of them: the study's one by one, ours counted and those of the headline printed."""

from collections import Counter
from dataclasses import dataclass

from schemas.codes.evaluation import ForecastOutcome
from schemas.rows.evaluation import Forecast, HeadlineEstimate
from tasks.evaluate.ledger import US
from tasks.publish import words
from tasks.publish.published import Published, ScoredForecast
from tasks.publish.site.frame import Frame

MOST_FORECASTS = 60
"""Forecasts of ours printed one by one, the newest; the rest is counted and stands in out_forecasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedForecast:
    """One forecast as it is read, and what became of it."""

    is_ours: bool
    issued_on: str
    benchmark: str
    target_error: float
    by: str
    log10_flop: float | None
    due_year: int | None
    outcome: str
    reason: str | None


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The page of forecasts."""
    chosen = {h.estimator for h in published.rows("out_headlines", HeadlineEstimate)}
    found = judged(published)
    ours = [f for f in found if f.is_ours]
    page = frame.page(
        "forecasts.html",
        "forecasts.html.j2",
        title="Forecasts and what became of them",
        description="What the study and this project forecast, and what came true.",
        study=[f for f in found if not f.is_ours],
        ours=[f for f in ours if f.by in {words.estimator(e) for e in chosen}][-MOST_FORECASTS:][::-1],
        counts=sorted(Counter(f.outcome for f in ours).items()),
        since=min((f.issued_on for f in ours), default=None),
    )
    return {"forecasts.html": page}


def judged(published: Published) -> list[JudgedForecast]:
    """Every forecast with its outcome, decided ones first, then by date, benchmark and target."""
    became = {s.forecast_id: s for s in published.rows("out_forecast_scores", ScoredForecast)}
    titles = published.titles()
    found = [
        JudgedForecast(
            is_ours=f.issuer == US,
            issued_on=f.issued_on,
            benchmark=titles.get(f.benchmark, f.benchmark),
            target_error=f.target_error,
            by=words.estimator(f.estimator),
            log10_flop=f.log10_training_flop.value,
            due_year=f.due_year,
            outcome=became[f.forecast_id].outcome,
            reason=became[f.forecast_id].reason,
        )
        for f in published.rows("out_forecasts", Forecast)
        if f.forecast_id in became
    ]
    return sorted(
        found,
        key=lambda f: (f.outcome == ForecastOutcome.OPEN, f.issued_on, f.benchmark, -f.target_error, f.by),
    )
