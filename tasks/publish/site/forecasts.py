"""Forecasts and what became of them: the study's one by one, ours counted and those of the headline printed."""

from collections import Counter
from dataclasses import dataclass

from schemas.codes.evaluation import ForecastOutcome
from schemas.rows.dates import DateProbability, DateScore
from schemas.rows.evaluation import Forecast, HeadlineEstimate
from tasks.estimate.extrapolate import HALF_OF_BEST
from tasks.evaluate.ledger import US
from tasks.evaluate.scores import ALL
from tasks.publish import words
from tasks.publish.published import Published, PublishedDate, ScoredForecast
from tasks.publish.site.frame import Frame
from tasks.reference.benchmarks import whole_series

MOST_FORECASTS = 100
"""Forecasts of ours printed one by one, the newest of each target; the rest is counted and stands in out_forecasts."""


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


YEARS_AHEAD = (1, 2, 5, 10)
"""Years after the release's, by whose end the page says how probable a target is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedTarget:
    """When one named target is reached: the best so far, the probabilities by the years asked, and what it takes."""

    benchmark: str
    target_error: float
    record_error: float | None
    record_model: str | None
    scored_until: str | None
    reached_on: str | None
    probabilities: tuple[float | None, ...]
    never: float | None
    log10_flop: float | None
    cost_usd: float | None
    reason: str


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The page of forecasts."""
    found = judged(published)
    ours = [f for f in found if f.is_ours]
    page = frame.page(
        "forecasts.html",
        "forecasts.html.j2",
        title="Forecasts and what became of them",
        description="What the study and this project forecast, and what came true.",
        study=[f for f in found if not f.is_ours],
        ours=_newest(ours, published)[:MOST_FORECASTS],
        counts=sorted(Counter(f.outcome for f in ours).items()),
        since=min((f.issued_on for f in ours), default=None),
        dated=dated_targets(published),
        years=_years(published),
        held=next((s.coverage_90 for s in published.rows("out_date_scores", DateScore) if _is_over_all(s)), None),
    )
    return {"forecasts.html": page}


def _newest(ours: list[JudgedForecast], published: Published) -> list[JudgedForecast]:
    """The newest forecast of each target by the estimator of its benchmark's headline, decided and open apart."""
    titles = published.titles()
    chosen = {
        (titles.get(h.series, h.series), words.estimator(h.estimator))
        for h in published.rows("out_headlines", HeadlineEstimate)
    }
    newest = {(f.benchmark, f.target_error, f.outcome): f for f in ours if (f.benchmark, f.by) in chosen}
    return sorted(newest.values(), key=lambda f: (f.outcome == ForecastOutcome.OPEN, f.benchmark, -f.target_error))


def dated_targets(published: Published) -> list[DatedTarget]:
    """The named targets of every benchmark, those not reached first; series of models that stand apart share dates."""
    by_year = {
        (p.series, p.target, p.due_year): p.probability
        for p in published.rows("out_date_probabilities", DateProbability)
        if p.is_published
    }
    titles = published.titles()
    found = [
        DatedTarget(
            benchmark=titles.get(t.series, t.series),
            target_error=t.target_error,
            record_error=t.record_error,
            record_model=t.record_model,
            scored_until=t.scored_until,
            reached_on=t.reached_on,
            probabilities=tuple(by_year.get((t.series, t.target, year)) for year in _years(published)),
            never=t.probability_never,
            log10_flop=t.log10_training_flop.value,
            cost_usd=t.cost_usd.value,
            reason=t.date_reason,
        )
        for t in published.rows("out_target_dates", PublishedDate)
        if t.is_published and t.target != HALF_OF_BEST and t.series == whole_series(t.series)
    ]
    return sorted(found, key=lambda t: (t.reached_on is not None, t.benchmark, -t.target_error))


def _is_over_all(score: DateScore) -> bool:
    return score.is_published and (score.scope, score.horizon) == (ALL, ALL)


def _years(published: Published) -> tuple[int, ...]:
    return tuple(int(published.date[:4]) + ahead for ahead in YEARS_AHEAD)


def judged(published: Published) -> list[JudgedForecast]:
    """Every forecast with its outcome, decided ones first, then by date, benchmark and target."""
    became = {s.forecast_id: s for s in published.rows("out_forecast_scores", ScoredForecast)}
    titles = published.titles()
    found = [
        JudgedForecast(
            is_ours=f.issuer == US,
            issued_on=f.issued_on,
            benchmark=titles.get(f.series, f.series),
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
