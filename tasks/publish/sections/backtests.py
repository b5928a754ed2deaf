"""Tested by time: how far each estimator's predictions of later records were out, and which one the headline takes."""

from dataclasses import dataclass

from schemas.rows.evaluation import BacktestScore
from tasks import wording
from tasks.evaluate.headline import HORIZON
from tasks.evaluate.scores import ALL
from tasks.evaluate.yardstick import NAME as YARDSTICK
from tasks.publish import words
from tasks.publish.sections.figures import between
from tasks.publish.sections.rows import Tables, typed_rows
from tasks.publish.sections.shown import STUDY, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFigures:
    """The scores of one estimator at one horizon as the page prints them."""

    estimator: str
    name: str
    title: str
    is_headline: bool
    is_yardstick: bool
    n_cases: int
    n_series: int
    n_unpredicted: int
    loss: float | None
    loss_range: str
    times: str | None
    q90: float | None
    held: float
    held_range: str
    standing: list[str]


@dataclass(frozen=True, slots=True)
class AtHorizon:
    """The headline's scores at one horizon, and the yardstick's beside them."""

    name: str
    score: ScoreFigures
    yardstick: ScoreFigures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestsSection:
    """Scores over all series: `judged` by estimator (the yardstick first, then by loss), `horizons` of the headline's,
    and by themselves the scores of headline, study and yardstick at the judged horizon (None where not scored)."""

    judged: list[ScoreFigures]
    horizons: list[AtHorizon]
    headline: ScoreFigures | None
    study: ScoreFigures | None
    yardstick: ScoreFigures | None
    all_too_narrow: bool
    is_nearest: bool


def backtests(tables: Tables, shown: Shown) -> BacktestsSection:
    """The section, made of out_backtest_scores."""
    rows = [r for r in typed_rows(tables, "out_backtest_scores", BacktestScore) if r.scope == ALL]
    judged = {r.estimator: _score(r, shown) for r in rows if r.horizon == HORIZON}
    by_horizon = {(r.estimator, r.horizon): _score(r, shown) for r in rows}
    ranked = sorted(judged.values(), key=_rank)
    return BacktestsSection(
        judged=ranked,
        horizons=[
            AtHorizon(name, by_horizon[shown.main, key], by_horizon.get((YARDSTICK, key)))
            for key, name in words.HORIZONS.items()
            if key != HORIZON and (shown.main, key) in by_horizon
        ],
        headline=judged.get(shown.headline) if shown.headline else None,
        study=judged.get(STUDY),
        yardstick=judged.get(YARDSTICK),
        all_too_narrow=all(s.held < 0.9 for s in ranked),
        is_nearest=next((s.is_headline for s in ranked if not s.is_yardstick), False),
    )


def _rank(score: ScoreFigures) -> tuple[bool, bool, float, str]:
    return (not score.is_yardstick, score.loss is None, score.loss or 0.0, score.estimator)


def _score(row: BacktestScore, shown: Shown) -> ScoreFigures:
    loss, coverage = row.flop_loss, row.flop_coverage_90
    return ScoreFigures(
        estimator=row.estimator,
        name=words.estimator(row.estimator),
        title=shown.title(row.estimator),
        is_headline=row.is_headline,
        is_yardstick=row.estimator == YARDSTICK,
        n_cases=row.n_cases,
        n_series=row.n_series,
        n_unpredicted=row.n_unpredicted,
        loss=loss.value,
        loss_range=between(loss.lower, loss.upper, lambda v: f"{v:.2f}"),
        times=None if loss.value is None else words.figure(loss.value),
        q90=row.flop_loss_q90,
        held=coverage.value or 0.0,
        held_range=between(coverage.lower, coverage.upper, lambda v: f"{100 * v:.0f} %"),
        standing=[wording.words(reason) for reason in row.standing],
    )
