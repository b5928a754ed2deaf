"""One benchmark on its page: all estimators, how far the figure is to be trusted, the order of the groups."""

from dataclasses import replace

import pandas as pd
import pytest

from tasks.estimate.extrapolate import BEST_IN_DATA, HALF_OF_BEST
from tasks.fit.registry import ESTIMATORS
from tasks.publish import labels
from tasks.publish.published import Published
from tasks.publish.site.displayed import DisplayedEstimators, displayed_estimators
from tasks.publish.site.figures import between
from tasks.publish.site.series import all_series, by_group
from tests.unit.released import HEADLINE, benchmarks, release, rows, scores, two_series, with_tables


@pytest.fixture(scope="module")
def published() -> Published:
    return release(two_series(), floor=None)


@pytest.mark.parametrize(
    ("lower", "upper", "text"),
    [(1.0, 2.0, "1 to 2"), (1.0, None, "1 and up"), (None, 2.0, "up to 2"), (None, None, "no limits")],
)
def test_open_ends_are_told(lower, upper, text):
    assert between(lower, upper, lambda v: f"{v:g}") == text


def test_every_domain_has_a_headline_of_its_own(published):
    vision = scores("power_law_reverse").assign(scope="Vision")
    vision["estimator"] = vision["estimator"].replace(HEADLINE, "power_law_reverse")
    vision["is_headline"] = vision["estimator"] == "power_law_reverse"
    language = scores(HEADLINE).assign(scope="Language models")
    judged = with_tables(published, out_backtest_scores=pd.concat([scores(HEADLINE), language, vision]))
    shown = displayed_estimators(judged)
    by_slug = {s.slug: s.shown.headline for s in all_series(judged, shown)}
    assert shown.headline == by_slug["imagenet-1k"] == "power_law_reverse"
    assert shown.of("Language models").headline == HEADLINE


def test_all_estimators_are_listed_with_the_headline_marked(published):
    judged = with_tables(published, out_backtest_scores=scores(HEADLINE))
    series = all_series(judged, displayed_estimators(judged))
    view = next(s for s in series if s.slug == "imagenet-1k")
    assert len(view.all_estimators) == len(ESTIMATORS)
    assert [labels.estimator(e.of.estimator) for e in view.all_estimators if e.is_headline] == [
        labels.ESTIMATORS[HEADLINE]
    ]
    flop = [e.flop for e in view.all_estimators if e.flop is not None]
    assert flop == sorted(flop)
    assert all(e.flop is None for e in view.all_estimators[len(flop) :])


def trusted(published, **more) -> list[str]:
    series = all_series(with_tables(published, **more), DisplayedEstimators(HEADLINE, {}))
    return next(s for s in series if s.slug == "imagenet-1k").trust


def quantiles(low: float | None, high: float | None, unreachable: int) -> pd.DataFrame:
    here = {"series": "imagenet-1k", "target": HALF_OF_BEST, "specifications": 136}
    return rows(
        "out_specification_quantiles",
        *(
            {**here, "specifications_unreachable": unreachable, "quantile": q, "log10_training_flop": v}
            for q, v in ((0.25, low), (0.5, low), (0.75, high))
        ),
    )


@pytest.mark.parametrize(
    ("low", "high", "unreachable", "text"),
    [
        (25.6, 27.2, 16, "13,000 years to 500,000 years of one fast chip (4×10²⁵ to 1.6×10²⁷ FLOP) for half of"),
        (25.6, 27.2, 16, "for half of the best error; 16 never get there."),
        (25.6, 27.2, 0, "for half of the best error."),
        (25.6, None, 50, "the middle half of the answers is 13,000 years and up of one fast chip"),
        (None, None, 120, "120 never get to half of the best"),
    ],
)
def test_the_spread_over_choices_is_a_sentence(published, low, high, unreachable, text):
    (sentence,) = trusted(published, out_specification_quantiles=quantiles(low, high, unreachable))
    assert "136 defensible choices of data and curve, " in sentence
    assert text in sentence


@pytest.mark.parametrize(
    ("outcome", "without", "text"),
    [
        ("number", 25.95, "without it half of the best takes 28,000 years of one fast chip (8.9×10²⁵ FLOP), not 2,600"),
        ("unreachable", None, "without it the curve never gets to half of the best"),
        ("not_fitted", None, "without it there is no fit"),
    ],
)
def test_the_paper_that_matters_most_is_named(published, outcome, without, text):
    here = {"series": "imagenet-1k", "target": HALF_OF_BEST, "left_out_kind": "paper", "influence_rank": 1}
    of_headline = {"estimator": HEADLINE, "left_out": "1905.00003", "n_left_out": 4, "log10_training_flop": 24.92}
    table = rows(
        "out_influence",
        {**here, **of_headline, "log10_training_flop_without": without, "fit_outcome": outcome},
        {**here, "estimator": "a_first_by_name", "left_out": "another"},
    )
    (sentence,) = trusted(published, out_influence=table)
    assert "“1905.00003” (4 models)" in sentence
    assert text in sentence


def test_the_pooled_power_stands_beside_its_own(published):
    power = {"implied_power": 10.9, "implied_power_lower": 10.2, "implied_power_upper": 11.8}
    pooled = {"pooled_power": 10.1, "pooled_power_lower": 9.0, "pooled_power_upper": None}
    (sentence,) = trusted(
        published, out_pooled_powers=rows("out_pooled_powers", {"series": "imagenet-1k", **power, **pooled})
    )
    assert "would take 1,900 times the computing (1,200 to 3,600) by this benchmark’s data alone" in sentence
    assert "and 1,100 times (510 and up) where all" in sentence


@pytest.mark.parametrize(
    ("slug", "floor", "told"),
    [("coco", 0.45, True), ("coco", 0.39, False), ("coco", None, False), ("imagenet-1k", 0.11, False)],
)
def test_a_curve_that_ends_above_an_error_that_a_model_has_says_so(published, slug, floor, told):
    record = {"record_error": 0.4 if slug == "coco" else 0.09, "record_model": "Known Net"}
    fitted = {"series": slug, "estimator": "m4", "fitted_floor": floor}
    found = replace(
        published,
        tables=published.tables
        | {
            "out_fits": rows("out_fits", fitted),
            "out_target_dates": rows("out_target_dates", {"series": slug, **record}),
        },
    )
    (view,) = [v for v in all_series(found, DisplayedEstimators(None, {})) if v.slug == slug]
    ends = [s for s in view.trust if s.startswith("Do not read curves that end at")]
    assert len(ends) == told
    assert all("Known Net has 40\N{NO-BREAK SPACE}%" in s for s in ends)


@pytest.mark.parametrize(
    ("frontier", "decades", "said"),
    [
        ("asks_more", 0.5, ["The chosen curve ends below what exists"]),
        ("asks_less", -0.5, ["The chosen curve ends above what exists"]),
        ("held", 0.5, []),
    ],
)
def test_a_chosen_curve_off_the_best_model_says_so(published, frontier, decades, said):
    estimates = published.table("out_estimates").copy()
    best = (estimates["target"] == BEST_IN_DATA) & (estimates["series"] == "imagenet-1k")
    estimates.loc[best, ["frontier", "decades_from_frontier"]] = [frontier, decades]
    ends = [s for s in trusted(published, out_estimates=estimates) if "chosen curve ends" in s]
    assert [s.split(":")[0] for s in ends] == said
    assert all("3.2 times the computing" in s for s in ends)


def test_series_come_by_group_in_the_order_of_the_benchmarks(published):
    other = replace(published, benchmarks=benchmarks(None)[::-1])
    shown = DisplayedEstimators(None, {})
    assert [g.name for g in by_group(all_series(published, shown))] == ["Vision", "Detection"]
    groups = by_group(all_series(other, shown))
    assert [(g.id, [s.slug for s in g.series]) for g in groups] == [
        ("g-detection", ["coco"]),
        ("g-vision", ["imagenet-1k"]),
    ]
