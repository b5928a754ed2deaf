"""Forecasts and what became of them: the study's one by one, ours counted and those of the headline printed."""

from collections import Counter
from typing import NamedTuple

from schemas.codes.evaluation import ForecastOutcome
from schemas.rows.dates import DateProbability, DateScore
from schemas.rows.evaluation import Forecast, HeadlineEstimate
from tasks.estimate.extrapolate import HALF_OF_BEST
from tasks.evaluate.ledger import US
from tasks.evaluate.scores import ALL
from tasks.publish import labels
from tasks.publish.published import Published, PublishedDate, ScoredForecast
from tasks.publish.site.frame import Frame
from tasks.reference.benchmarks import whole_series

MOST_FORECASTS = 100
"""Most of our forecasts listed, the newest of each target; the rest is counted."""


class ForecastWithOutcome(NamedTuple):
    """One forecast with the title of its benchmark, and what became of it."""

    forecast: Forecast
    benchmark: str
    score: ScoredForecast


YEARS_AHEAD = (1, 2, 5, 10)
"""Years ahead for which the page gives the probability of reaching a target."""


class DatedTarget(NamedTuple):
    """When one named target is reached, with the title of its benchmark and the probabilities by the years asked."""

    of: PublishedDate
    benchmark: str
    probabilities: tuple[float | None, ...]


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The page of forecasts."""
    found = forecasts_with_outcomes(published)
    ours = [f for f in found if f.forecast.issuer == US]
    page = frame.page(
        "forecasts.html",
        "forecasts.html.j2",
        title="Forecasts and what became of them",
        description="What the study and this project forecast, and what came true.",
        study=[f for f in found if f.forecast.issuer != US],
        ours=_newest(ours, published)[:MOST_FORECASTS],
        counts=sorted(Counter(f.score.outcome for f in ours).items()),
        since=min((f.forecast.issued_on for f in ours), default=None),
        dated=dated_targets(published),
        years=_years(published),
        held=next((s.coverage_90 for s in published.rows("out_date_scores", DateScore) if _is_over_all(s)), None),
    )
    return {"forecasts.html": page}


def _newest(ours: list[ForecastWithOutcome], published: Published) -> list[ForecastWithOutcome]:
    """The newest forecast of each target and outcome by the headline's estimator."""
    chosen = {(h.series, h.estimator) for h in published.rows("out_headlines", HeadlineEstimate)}
    of_headlines = [f for f in ours if (f.forecast.series, f.forecast.estimator) in chosen]
    newest = {(f.forecast.series, f.forecast.target_error, f.score.outcome): f for f in of_headlines}
    return sorted(newest.values(), key=lambda f: (_is_open(f), f.benchmark, -f.forecast.target_error))


def _is_open(forecast: ForecastWithOutcome) -> bool:
    return forecast.score.outcome == ForecastOutcome.OPEN


def dated_targets(published: Published) -> list[DatedTarget]:
    """The named targets of every benchmark, those not reached first; series of models that stand apart share dates."""
    by_year = {
        (p.series, p.target, p.due_year): p.probability
        for p in published.rows("out_date_probabilities", DateProbability)
        if p.is_published
    }
    found = [
        DatedTarget(
            t,
            published.title(t.series),
            tuple(by_year.get((t.series, t.target, year)) for year in _years(published)),
        )
        for t in published.rows("out_target_dates", PublishedDate)
        if t.is_published and t.target != HALF_OF_BEST and t.series == whole_series(t.series)
    ]
    return sorted(found, key=lambda t: (t.of.reached_on is not None, t.benchmark, -t.of.target_error))


def _is_over_all(score: DateScore) -> bool:
    return score.is_published and (score.scope, score.horizon) == (ALL, ALL)


def _years(published: Published) -> tuple[int, ...]:
    return tuple(int(published.date[:4]) + ahead for ahead in YEARS_AHEAD)


def forecasts_with_outcomes(published: Published) -> list[ForecastWithOutcome]:
    """Every forecast with its outcome, decided ones first, then by date, benchmark and target."""
    score = {s.forecast_id: s for s in published.rows("out_forecast_scores", ScoredForecast)}
    found = [
        ForecastWithOutcome(f, published.title(f.series), score[f.forecast_id])
        for f in published.rows("out_forecasts", Forecast)
        if f.forecast_id in score
    ]

    def order(f: ForecastWithOutcome) -> tuple[bool, str, str, float, str]:
        return (
            _is_open(f),
            f.forecast.issued_on,
            f.benchmark,
            -f.forecast.target_error,
            labels.estimator(f.forecast.estimator),
        )

    return sorted(found, key=order)
