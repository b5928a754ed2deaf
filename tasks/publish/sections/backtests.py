"""Tested by time: how far each estimator's predictions of later records were out, and which one the headline takes."""

from schemas.rows.evaluation import BacktestScore
from tasks import wording
from tasks.evaluate.headline import HORIZON
from tasks.evaluate.scores import ALL
from tasks.evaluate.yardstick import NAME as YARDSTICK
from tasks.publish import words
from tasks.publish.sections.figures import between
from tasks.publish.sections.rows import Row, Tables, typed_rows
from tasks.publish.sections.shown import STUDY, Shown


def backtests(tables: Tables, shown: Shown) -> Row:
    """Scores over all series: `judged` by estimator (the yardstick first, then by loss), `horizons` of the headline's,
    and by themselves the scores of headline, study and yardstick at the judged horizon (None where not scored)."""
    rows = [r for r in typed_rows(tables, "out_backtest_scores", BacktestScore) if r.scope == ALL]
    judged = {r.estimator: _score(r, shown) for r in rows if r.horizon == HORIZON}
    by_horizon = {(r.estimator, r.horizon): _score(r, shown) for r in rows}
    ranked = sorted(judged.values(), key=_rank)
    return {
        "judged": ranked,
        "horizons": [
            {"name": name, "score": by_horizon[shown.main, key], "yardstick": by_horizon.get((YARDSTICK, key))}
            for key, name in words.HORIZONS.items()
            if key != HORIZON and (shown.main, key) in by_horizon
        ],
        "headline": judged.get(shown.headline) if shown.headline else None,
        "study": judged.get(STUDY),
        "yardstick": judged.get(YARDSTICK),
        "all_too_narrow": all(s["held"] < 0.9 for s in ranked),
        "is_nearest": next((s["is_headline"] for s in ranked if not s["is_yardstick"]), False),
    }


def _rank(score: Row) -> tuple[bool, bool, float, str]:
    loss = score["loss"]
    return (score["estimator"] != YARDSTICK, loss is None, loss or 0.0, score["estimator"])


def _score(row: BacktestScore, shown: Shown) -> Row:
    loss, coverage = row.flop_loss, row.flop_coverage_90
    return {
        "estimator": row.estimator,
        "name": words.estimator(row.estimator),
        "title": shown.title(row.estimator),
        "is_headline": row.is_headline,
        "is_yardstick": row.estimator == YARDSTICK,
        "n_cases": row.n_cases,
        "n_series": row.n_series,
        "n_unpredicted": row.n_unpredicted,
        "loss": loss.value,
        "loss_range": between(loss.lower, loss.upper, lambda v: f"{v:.2f}"),
        "times": None if loss.value is None else words.figure(loss.value),
        "q90": row.flop_loss_q90,
        "held": coverage.value,
        "held_range": between(coverage.lower, coverage.upper, lambda v: f"{100 * v:.0f} %"),
        "standing": [wording.words(reason) for reason in row.standing],
    }
