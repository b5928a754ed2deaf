"""The rule of the headline, step by step."""

from dataclasses import replace

import pytest

from schemas.rows import Limits, from_record
from schemas.rows.evaluation import BacktestScore
from tasks.evaluate.headline import choose, with_standing
from tasks.wording import words
from tests.unit.rows import good_row

A, B, C, LONG = ({"a": 2}, {"b": 2}, {"c": 2}, {"long": 3})


def judged(
    estimator: str, loss: float | None, se: float | None = 0.1, coverage: float = 0.5, **changes
) -> BacktestScore:
    row = good_row("out_backtest_scores", scope="all", estimator=estimator, horizon="judged", standing_codes=None)
    usual = {"n_cases": 100, "n_series": 9, "n_unpredicted": 0, "flop_loss_q90": 3.0, "is_headline": False}
    made = from_record(BacktestScore, row | usual | {"flop_loss": loss, "flop_loss_se": se})
    return replace(made, flop_coverage_90=Limits(coverage), **changes)


def standing(found, estimator: str) -> str:
    return "; ".join(map(words, found.standing[estimator]))


def test_the_least_loss_among_equally_simple_ones():
    assert choose([judged("a", 0.55), judged("b", 0.5), judged("c", 0.9)], A | B | C).estimator == "b"


def test_simpler_within_one_standard_error_beyond_it_not():
    scores = [judged("a", 0.59), judged("long", 0.5)]
    assert choose(scores, A | LONG).estimator == "a"
    scores = [judged("a", 0.61), judged("long", 0.5)]
    found = choose(scores, A | LONG)
    assert found.estimator == "long"
    assert "more than 0.60" in standing(found, "a")


def test_who_gives_no_figure_too_often_is_out_however_good():
    scores = [judged("a", 0.1, n_unpredicted=11), judged("b", 0.5), judged("c", None, n_unpredicted=60)]
    found = choose(scores, A | B | C)
    assert found.estimator == "b"
    assert "no compute in 11 of 100" in standing(found, "a")
    assert choose([judged("a", 0.1, n_unpredicted=10), judged("b", 0.5)], A | B).estimator == "a"


def test_calibration_decides_among_the_good_where_any_has_it():
    scores = [judged("a", 0.5), judged("b", 0.58, coverage=0.85), judged("c", 0.9, coverage=0.95)]
    found = choose(scores, A | B | C)
    assert found.estimator == "b"
    assert "held in 50%" in standing(found, "a")


def test_where_none_is_calibrated_the_reasons_say_so():
    found = choose([judged("a", 0.5)], A)
    assert any(
        "too narrow: 90 % of its predictions were within 3.0 decades" in reason for reason in map(words, found.reasons)
    )


def test_an_estimator_whose_intervals_are_known_to_fail_is_shown_and_not_chosen():
    scores = [judged("a", 0.4), judged("b", 0.58), judged("c", 0.7)]
    found = choose(scores, A | B | C, {"a": "its intervals are too short", "gone": "never scored"})
    assert found.estimator == "b"
    assert standing(found, "a").endswith("but its intervals are too short")
    assert "gone" not in found.standing
    assert "more than 0.68" in standing(found, "c")


def test_the_yardstick_is_told_and_never_chosen():
    found = choose([judged("a", 0.5), judged("no_change", 0.2)], A)
    assert found.estimator == "a"
    assert words(found.reasons[-1]).endswith("would have been nearer (0.20)")


def test_skill_over_the_yardstick_is_told_too():
    assert words(choose([judged("a", 0.5), judged("no_change", 0.6)], A).reasons[-1]).endswith("no nearer (0.60)")


@pytest.mark.parametrize("scores", [[], [judged("a", None)], [judged("a", 0.1, horizon="all")]])
def test_without_scores_there_is_no_headline(scores):
    found = choose(scores, A)
    assert found.estimator is None
    assert found.reasons


def test_an_infinite_standard_error_makes_all_finite_losses_good():
    assert choose([judged("long", 0.5, se=None), judged("a", 5.0)], A | LONG).estimator == "a"


def test_every_row_learns_who_gives_the_headline_and_judged_ones_why():
    scores = [judged("a", 0.5), judged("a", 0.5, horizon="all"), judged("b", 0.9), judged("a", 0.4, scope="coco")]
    rows = with_standing(scores, choose(scores, A | B))
    assert [r.is_headline for r in rows] == [True, True, False, True]
    assert [bool(r.standing) for r in rows] == [True, False, True, False]
