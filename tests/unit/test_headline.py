"""The rule of the headline, step by step, and what it says of targets."""

import numpy as np
import pandas as pd
import pytest

from schemas.frames import frame_of
from schemas.rows import Limits, from_record
from schemas.rows.evaluation import BacktestPrediction, BacktestScore
from schemas.rows.fits import Estimate
from tasks.evaluate.headline import choose, choose_by_domain, headline_estimates, with_headline_status
from tasks.evaluate.scores import score
from tasks.reference.headline_choices import HeadlineChoice
from tasks.wording import words
from tests.unit.rows import good_row

PARAMETERS = {"a": 2, "b": 2, "power_law_symmetric": 2, "long": 3}


def predictions(scores: dict[str, list[float]], series: str = "s", domain: str = "Vision", **changes):
    """A prediction of each record by each estimator, with these scores."""
    return [
        from_record(
            BacktestPrediction,
            good_row("out_backtests", series=series, domain=domain, estimator=name, n=30, horizon_error=0.9)
            | {
                "observation_id": f"{series} {i}",
                "origin_year": 2015,
                "log10_flop_predicted": 20.0,
                "flop_score": value,
            }
            | changes,
        )
        for name, values in scores.items()
        for i, value in enumerate(values)
    ]


def judged(scores: dict[str, list[float]], **changes) -> pd.DataFrame:
    return frame_of("out_backtests", predictions(scores, **changes), words)


def around(mean: float, seed: int, n: int = 30) -> list[float]:
    return list(mean + np.random.default_rng(seed).uniform(-0.2, 0.2, n))


def standing(found, estimator: str) -> str:
    return "; ".join(map(words, found.standing[estimator]))


def test_who_scores_worse_beyond_doubt_is_out():
    found = choose(judged({"a": around(0.5, 1), "b": around(0.9, 2)}), PARAMETERS)
    assert (found.estimator, found.alike) == ("a", ("a",))
    assert "beyond doubt more than" in standing(found, "b")


def test_of_those_that_cannot_be_told_apart_the_simplest_then_the_preferred_gives_the_headline():
    same = {name: around(0.5, i) for i, name in enumerate(PARAMETERS)}
    found = choose(judged(same), PARAMETERS)
    assert found.estimator == "power_law_symmetric"
    assert set(found.alike) == set(PARAMETERS)
    del same["power_law_symmetric"]
    assert choose(judged(same), PARAMETERS).estimator == "a"


def test_one_series_alone_tells_no_argmin():
    """Of one series the records are drawn: a difference that three of them make is none."""
    a = [0.5] * 20 + [0.1, 0.9, 0.1]
    b = [0.5] * 20 + [0.9, 0.1, 0.2]
    assert set(choose(judged({"a": a, "b": b}), PARAMETERS).alike) == {"a", "b"}


def test_who_gives_no_figure_too_often_is_out_however_good():
    rows = judged({"a": around(0.1, 1), "b": around(0.5, 2)})
    a = rows["estimator"] == "a"
    rows.loc[rows[a].index[:4], "log10_flop_predicted"] = None
    found = choose(rows, PARAMETERS)
    assert found.estimator == "b"
    assert "no compute in 4 of 30" in standing(found, "a")


def test_an_estimator_whose_intervals_are_known_to_fail_is_shown_and_not_chosen():
    rows = judged({"a": around(0.1, 1), "b": around(0.5, 2)})
    found = choose(rows, PARAMETERS, {"a": "its intervals are too short", "gone": "never scored"})
    assert found.estimator == "b"
    assert standing(found, "a").endswith("because its intervals are too short")
    assert "gone" not in found.standing


def test_yardsticks_are_told_and_never_chosen():
    rows = judged({"a": around(0.5, 1), "last_record": around(0.2, 2), "trend_of_error": around(0.9, 3)})
    found = choose(rows, PARAMETERS)
    assert (found.estimator, found.alike) == ("a", ("a",))
    told = [words(r) for r in found.reasons]
    assert any("yardstick last_record scored better" in t for t in told)
    assert any("yardstick trend_of_error scored no better" in t for t in told)


def test_each_domain_has_its_own_and_one_with_few_records_that_of_all():
    rows = (
        predictions({"a": around(0.2, 1), "b": around(0.9, 2)}, "s1", "Vision")
        + predictions({"a": around(0.9, 3), "b": around(0.1, 4)}, "s2", "Language models")
        + predictions({"a": around(0.1, 5, 3), "b": around(0.9, 6, 3)}, "s3", "Speech")
    )
    found = choose_by_domain(rows, PARAMETERS, {}, {})
    assert [found[d].estimator for d in ("Vision", "Language models")] == ["a", "b"]
    assert found["Speech"] == found["all"]


def settled(estimator: str, domain: str = "Vision", alike: tuple[str, ...] = ()) -> HeadlineChoice:
    return HeadlineChoice(
        domain=domain, estimator=estimator, alike=alike or (estimator,), chosen_on="2026-11-29", cases=82, series=3,
        source="s",
    )  # fmt: skip


def test_an_earlier_choice_stands_among_those_that_cannot_be_told_apart():
    same = {name: around(0.5, i) for i, name in enumerate(PARAMETERS)}
    found = choose(judged(same), PARAMETERS, settled=settled("b"))
    assert (found.estimator, set(found.alike)) == ("b", set(PARAMETERS))
    assert "which these do not contradict" in standing(found, "b")


def test_an_earlier_choice_that_back_tests_contradict_falls():
    found = choose(judged({"a": around(0.5, 1), "b": around(0.9, 2)}), PARAMETERS, settled=settled("b"))
    assert found.estimator == "a"
    assert "b, chosen on 2026-11-29 by 82 predictions, is contradicted" in standing(found, "a")


def test_few_records_of_a_domain_contradict_nothing():
    rows = predictions({"a": around(0.1, 5, 3), "b": around(0.9, 6, 3)})
    earlier = {"Vision": settled("b", alike=("b", "long"))}
    found = choose_by_domain(rows, PARAMETERS, {}, earlier)
    assert (found["Vision"].estimator, found["Vision"].alike) == ("b", ("b", "long"))
    assert "3 of this release, fewer than 10" in standing(found["Vision"], "b")


def test_a_domain_without_back_tests_has_the_headline_chosen_for_it():
    said = estimates("mmlu", a=(25.0, 24.0, 26.0), b=(26.0, 25.0, 27.0), long=(30.0, 29.0, 31.0))
    earlier = {"Language models": settled("b", "Language models", ("b", "long"))}
    (found,) = headline_estimates(said, scored(), earlier)
    assert (found.estimator, found.log10_training_flop) == ("b", Limits(26.0, 25.0, 31.0))


def test_only_near_records_of_fits_to_enough_models_are_judged():
    near = predictions({"a": around(0.5, 1), "b": around(0.9, 2)})
    far = predictions({"a": around(9, 3), "b": around(0.1, 4)}, "s2", horizon_error=0.5)
    few = predictions({"a": around(9, 3), "b": around(0.1, 4)}, "s3", n=9)
    assert choose_by_domain([*near, *far, *few], PARAMETERS, {}, {})["all"].estimator == "a"


def test_without_predictions_there_is_no_headline():
    assert choose_by_domain([], PARAMETERS, {}, {}) == {}
    assert choose(judged({"other": around(0.1, 1)}), PARAMETERS).estimator is None


def scored() -> list[BacktestScore]:
    """Vision takes a, with b as good; every other domain as well."""
    rows = predictions({"a": around(0.5, 1), "b": around(0.5, 2), "long": around(0.9, 3)}, "imagenet-1k")
    found = choose_by_domain(rows, PARAMETERS, {}, {})
    return with_headline_status(score(rows), found, {"imagenet-1k": "Vision"})


def test_every_row_learns_who_gives_the_headline_who_is_alike_and_judged_ones_why():
    rows = scored()
    assert {r.estimator for r in rows if r.is_headline} == {"a"}
    assert {r.estimator for r in rows if r.is_alike} == {"a", "b"}
    assert {(r.scope, r.horizon) for r in rows if r.standing} == {("all", "judged"), ("Vision", "judged")}


def estimates(benchmark: str, **limits: tuple[float | None, ...]) -> list[Estimate]:
    row = good_row("out_estimates", series=benchmark, target="half_of_best", reason_code=None)
    return [
        from_record(
            Estimate,
            row
            | {"estimator": name}
            | {f"log10_training_flop{end}": v for end, v in zip(("", "_lower", "_upper"), said, strict=True)},
        )
        for name, said in limits.items()
    ]


def test_the_headlines_interval_spans_all_that_cannot_be_told_apart():
    said = estimates("imagenet-1k", a=(25.0, 24.0, 26.0), b=(26.0, 25.0, 28.5), long=(40.0, 39.0, 41.0))
    (found,) = headline_estimates(said, scored(), {})
    assert (found.estimator, found.estimators_alike, found.n_alike) == ("a", "a, b", 2)
    assert found.log10_training_flop == Limits(25.0, 24.0, 28.5)


@pytest.mark.parametrize(
    ("b", "interval"),
    [((26.0, 25.0, None), Limits(25.0, 24.0, None)), ((None, None, None), Limits(25.0, 24.0, 26.0))],
)
def test_an_unbounded_interval_unbounds_it_and_one_without_a_figure_does_not(b, interval):
    (found,) = headline_estimates(estimates("imagenet-1k", a=(25.0, 24.0, 26.0), b=b), scored(), {})
    assert found.log10_training_flop == interval


def test_a_domain_without_records_takes_the_choice_of_all():
    (found,) = headline_estimates(estimates("mmlu", a=(25.0, 24.0, 26.0), b=(26.0, 25.0, 27.0)), scored(), {})
    assert (found.domain, found.estimator) == ("Language models", "a")


def test_without_back_tests_there_is_no_headline():
    assert headline_estimates(estimates("mmlu", a=(25.0, 24.0, 26.0)), [], {}) == []
