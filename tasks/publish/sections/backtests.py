"""Tested by time: how far each estimator's predictions of later records were out, by domain, and how intervals held."""

from dataclasses import dataclass

from schemas.rows.evaluation import BacktestScore, Calibration
from tasks import wording
from tasks.evaluate.scores import ALL, JUDGED
from tasks.evaluate.yardstick import LAST_RECORD, YARDSTICKS
from tasks.publish import words
from tasks.publish.sections.figures import between
from tasks.publish.sections.rows import Tables, typed_rows
from tasks.publish.sections.shown import STUDY, Shown
from tasks.reference.benchmarks import domain_of, headline_benchmark, load_benchmarks


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFigures:
    """The judged scores of one estimator as the page prints them."""

    estimator: str
    name: str
    title: str
    is_headline: bool
    is_yardstick: bool
    n_cases: int
    n_series: int
    n_unpredicted: int
    score: float
    loss: float | None
    loss_range: str
    times: str | None
    bias: float | None
    held: float
    standing: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainScores:
    """The scores of one domain, the best first, and the headline's."""

    name: str
    n_cases: int
    n_series: int
    scores: list[ScoreFigures]
    headline: ScoreFigures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFigures:
    """How many 90 % intervals of one estimator held at one horizon: the model's own, and as published."""

    name: str
    horizon: str
    n_cases: int
    n_series: int
    raw: float | None
    published: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestsSection:
    """Scores by domain, yardsticks among them; how the headlines' intervals held; and by themselves the scores of
    headline, study and yardstick in the first benchmark's domain (None where not scored)."""

    domains: list[DomainScores]
    coverage: list[CoverageFigures]
    headline: ScoreFigures | None
    study: ScoreFigures | None
    yardstick: ScoreFigures | None


def backtests(tables: Tables, shown: Shown) -> BacktestsSection:
    """The section, made of out_backtest_scores and out_calibration."""
    rows = [r for r in typed_rows(tables, "out_backtest_scores", BacktestScore) if r.horizon == JUDGED]
    scopes = {r.scope for r in rows}
    first = domain_of(headline_benchmark())
    of_first = {r.estimator: _score(r, shown) for r in rows if r.scope == (first if first in scopes else ALL)}
    return BacktestsSection(
        domains=[
            _domain(name, [_score(r, shown) for r in rows if r.scope == name])
            for name in dict.fromkeys([*(b.domain for b in load_benchmarks()), ALL])
            if name in scopes
        ],
        coverage=_coverage(tables, shown),
        headline=of_first.get(shown.headline) if shown.headline else None,
        study=of_first.get(STUDY),
        yardstick=of_first.get(LAST_RECORD),
    )


def _domain(name: str, scores: list[ScoreFigures]) -> DomainScores:
    return DomainScores(
        name="all domains together" if name == ALL else name,
        n_cases=scores[0].n_cases,
        n_series=scores[0].n_series,
        scores=sorted(scores, key=lambda s: (s.score, s.estimator)),
        headline=next((s for s in scores if s.is_headline), None),
    )


def _score(row: BacktestScore, shown: Shown) -> ScoreFigures:
    loss = row.flop_loss
    return ScoreFigures(
        estimator=row.estimator,
        name=words.estimator(row.estimator),
        title=shown.title(row.estimator),
        is_headline=row.is_headline,
        is_yardstick=row.estimator in YARDSTICKS,
        n_cases=row.n_cases,
        n_series=row.n_series,
        n_unpredicted=row.n_unpredicted,
        score=row.flop_score,
        loss=loss.value,
        loss_range=between(loss.lower, loss.upper, lambda v: f"{v:.2f}"),
        times=None if loss.value is None else words.figure(loss.value),
        bias=row.flop_bias,
        held=row.flop_coverage_90.value or 0.0,
        standing=[wording.words(reason) for reason in row.standing],
    )


def _coverage(tables: Tables, shown: Shown) -> list[CoverageFigures]:
    """How the headlines' intervals held by horizon, in all domains together."""
    calibrations = typed_rows(tables, "out_calibration", Calibration)
    rows = {(c.estimator, c.horizon): c for c in calibrations if c.domain == ALL and c.n_cases}
    return [
        CoverageFigures(
            name=words.estimator(estimator),
            horizon=words.HORIZONS[horizon],
            n_cases=row.n_cases,
            n_series=row.n_series,
            raw=row.raw_coverage,
            published=row.coverage,
        )
        for estimator in dict.fromkeys(shown.by_domain.values())
        for horizon in words.HORIZONS
        if (row := rows.get((estimator, horizon)))
    ]
