"""What the report makes of back-tests, forecasts, theory, growth and cost checks: words and order, from the tables."""

import json
import re

import pandas as pd
import pytest

from schemas import fields
from schemas.codes import Coded, codes_text, parameters_text
from schemas.codes.evaluation import EstimateStatus, ForecastOutcome, Standing
from schemas.frames import empty
from schemas.rows import Limits
from tasks import wording
from tasks.estimate.extrapolate import HALF_OF_BEST
from tasks.evaluate.ledger import US
from tasks.evaluate.yardstick import LAST_RECORD as YARDSTICK
from tasks.evaluate.yardstick import YARDSTICKS
from tasks.fit.registry import ESTIMATORS
from tasks.publish import words
from tasks.publish.power_chart import Power, power_chart
from tasks.publish.report import render_report
from tasks.publish.sections.backtests import backtests
from tasks.publish.sections.cost_checks import cost_checks
from tasks.publish.sections.figures import between
from tasks.publish.sections.forecasts import forecasts
from tasks.publish.sections.growth import growth
from tasks.publish.sections.series import all_series, by_group
from tasks.publish.sections.shown import STUDY, Shown, shown_estimators
from tasks.publish.sections.theory import theory
from tasks.wording import evaluation
from tests.unit.rows import good_row
from tests.unit.test_report import HOSTILE, benchmarks, release, text_of, two_series, typed, without_bundle

HEADLINE = "power_law_symmetric"
STANDING = (
    Coded.of(Standing.SIMPLEST, parameters=2),
    Coded.of(Standing.INTERVALS_FAULTY, loss=0.1, why="an interval is amiss; <b>twice</b>"),
)


def rows(table: str, *changes: dict) -> pd.DataFrame:
    return typed(pd.DataFrame([good_row(table, **change) for change in changes]), table)


def scores(*chosen: str) -> pd.DataFrame:
    """Scores at the judged horizon: losses 0.4 (yardstick), 0.76, 2.0 and none, with HEADLINE chosen where named."""
    losses = {YARDSTICK: 0.4, HEADLINE: 0.76, STUDY: 2.0, "m4": None}
    return rows(
        "out_backtest_scores",
        *(
            {
                "scope": "all",
                "estimator": name,
                "horizon": horizon,
                "n_cases": 53,
                "n_series": 8,
                "n_unpredicted": 30 if loss is None else 0,
                "flop_loss": loss,
                "flop_score": 3.0 if loss is None else loss,
                "flop_loss_q90": 4.18,
                "flop_coverage_90": 0.55,
                "is_headline": name in chosen,
                "standing": "what the table says in words",
                "standing_codes": codes_text(STANDING) if horizon == "judged" else None,
                "standing_parameters": parameters_text(STANDING) if horizon == "judged" else None,
            }
            for name, loss in losses.items()
            for horizon in ("judged", "from_0.8", "all")
        ),
    )


@pytest.fixture(scope="module")
def published() -> tuple[dict, dict]:
    return release(two_series(), floor=None)


def page_text(tables: dict, context: dict) -> str:
    text = re.sub(r"<[^>]+>", "", text_of(render_report(tables, "2026-11-23", context)))
    return text.replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ")


# --- words


def test_every_word_that_the_tables_may_say_has_its_words():
    assert {*ESTIMATORS, *YARDSTICKS} == set(words.ESTIMATORS)
    assert set(EstimateStatus) == set(evaluation.STATUSES)
    assert set(fields.ESTIMATOR_KINDS) == set(words.KINDS)
    assert set(fields.HORIZONS) == set(words.HORIZONS)
    assert set(ForecastOutcome) == set(evaluation.OUTCOMES)
    assert set(fields.THEORIES) == set(words.THEORIES)
    assert set(fields.CHECKED_QUANTITIES) == set(words.QUANTITIES)


@pytest.mark.parametrize(
    ("lower", "upper", "text"),
    [(1.0, 2.0, "1 to 2"), (1.0, None, "1 and up"), (None, 2.0, "up to 2"), (None, None, "no limits")],
)
def test_open_ends_are_told(lower, upper, text):
    assert between(lower, upper, lambda v: f"{v:g}") == text


# --- the headline


def test_the_headline_stands_beside_the_studys_recipe_with_its_reasons(published):
    tables, context = published
    text = page_text({**tables, "out_backtest_scores": scores(HEADLINE)}, context)
    power = tables["out_fits"].set_index(["benchmark", "estimator"])["implied_power"]["imagenet-1k", HEADLINE]
    factor = float(f"{2**power:.2g}")
    assert f"multiplies the training compute by about {factor:,.0f} (90 % interval" in text
    assert "By the study’s recipe it is 13,000 (" in text
    assert (
        "power law, symmetric (reduced major axis): asked for the compute of 53 later records on 8 benchmarks" in text
    )
    assert "out by 5.8 times in the median (0.76 decades); the study’s recipe by 100 times" in text
    assert "the yardstick, would have been nearer (2.5 times)" in text


def test_every_domain_has_a_headline_of_its_own(published):
    tables, context = published
    vision = scores("power_law_reverse").assign(scope="Vision")
    vision["estimator"] = vision["estimator"].replace(HEADLINE, "power_law_reverse")
    vision["is_headline"] = vision["estimator"] == "power_law_reverse"
    tables = {**tables, "out_backtest_scores": pd.concat([scores(HEADLINE), vision])}
    shown = shown_estimators(tables)
    by_slug = {s.slug: s.shown.headline for s in all_series(tables, shown, context)}
    assert shown.headline == by_slug["imagenet-1k"] == "power_law_reverse"
    assert shown.of("Language models").headline == HEADLINE


def test_without_a_headline_the_studys_recipe_stands_alone(published):
    tables, context = published
    for table in (empty("out_backtest_scores"), scores()):
        text = page_text({**tables, "out_backtest_scores": table}, context)
        assert "By the study’s recipe, halving the error on ImageNet" in text
        assert "the study’s recipe stands alone" in text
        assert "Why this estimator" not in text


def test_a_headline_without_a_fit_on_the_series_gives_way(published):
    tables, context = published
    fits = tables["out_fits"]
    tables = {**tables, "out_backtest_scores": scores(HEADLINE), "out_fits": fits[fits["estimator"] != HEADLINE]}
    text = page_text(tables, context)
    assert "The estimator that back-tests choose, power law, symmetric, has no fit here" in text
    assert "13,000" in text


def test_the_summary_has_both_and_the_chart_draws_both(published):
    tables, context = published
    html = render_report({**tables, "out_backtest_scores": scores(HEADLINE)}, "2026-11-23", context)
    specs = json.loads(html.split('id="charts">')[1].split("</script>", maxsplit=1)[0])
    styles = [layer["mark"].get("style") for layer in specs[0]["layer"]]
    assert {"headline", STUDY, "study_exponential", "band-headline", "target-headline"} <= set(styles)
    assert "band-study_power_law" not in styles
    assert styles.index("headline") > styles.index(STUDY)  # on top
    assert html.count("study: ") == 1  # a word of the style sheet
    assert '<th scope="rowgroup" rowspan="3">' in html


# --- one series


def test_all_estimators_are_listed_with_the_headline_marked(published):
    tables, context = published
    shown = shown_estimators({**tables, "out_backtest_scores": scores(HEADLINE)})
    series = all_series({**tables, "out_backtest_scores": scores(HEADLINE)}, shown, context)
    view = next(s for s in series if s.slug == "imagenet-1k")
    assert len(view.all_estimators) == len(ESTIMATORS)
    assert [e.name for e in view.all_estimators if e.is_headline] == [words.ESTIMATORS[HEADLINE]]
    flop = [e.flop for e in view.all_estimators if e.flop is not None]
    assert flop == sorted(flop)
    assert all(e.flop is None for e in view.all_estimators[len(flop) :])


def trusted(published, **more) -> list[str]:
    tables, context = published
    shown = Shown(HEADLINE, {})
    return next(s for s in all_series({**tables, **more}, shown, context) if s.slug == "imagenet-1k").trust


def quantiles(low: float | None, high: float | None, unreachable: int) -> pd.DataFrame:
    here = {"benchmark": "imagenet-1k", "target": HALF_OF_BEST, "specifications": 136}
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
        (25.6, 27.2, 16, "the middle half asks for 10^25.6 to 10^27.2 FLOP for half of the best error; 16 never get"),
        (25.6, 27.2, 0, "10^25.6 to 10^27.2 FLOP for half of the best error."),
        (25.6, None, 50, "the middle half asks for 10^25.6 and up FLOP"),
        (None, None, 120, "120 never get to half of the best"),
    ],
)
def test_the_spread_over_choices_is_a_sentence(published, low, high, unreachable, text):
    (sentence,) = trusted(published, out_specification_quantiles=quantiles(low, high, unreachable))
    assert sentence.startswith("Of 136 defensible ways")
    assert text in sentence


@pytest.mark.parametrize(
    ("outcome", "without", "text"),
    [
        ("number", 25.95, "without it half of the best takes 10^25.9 FLOP, not 10^24.9"),
        ("unreachable", None, "without it the curve never gets to half of the best"),
        ("not_fitted", None, "without it there is no fit"),
    ],
)
def test_the_paper_that_matters_most_is_named(published, outcome, without, text):
    here = {"benchmark": "imagenet-1k", "target": HALF_OF_BEST, "left_out_kind": "paper", "influence_rank": 1}
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
        published, out_pooled_powers=rows("out_pooled_powers", {"benchmark": "imagenet-1k", **power, **pooled})
    )
    assert "10.9 (10.2 to 11.8) by this benchmark’s data alone, and 10.1 (9.0 and up) where all" in sentence


def test_series_come_by_group_in_the_order_of_the_benchmarks(published):
    tables, context = published
    other = {**context, "benchmarks": benchmarks(None)[::-1]}
    shown = Shown(None, {})
    assert [g.name for g in by_group(all_series(tables, shown, context))] == ["Vision", "Detection"]
    groups = by_group(all_series(tables, shown, other))
    assert [(g.id, [s.slug for s in g.series]) for g in groups] == [
        ("g-detection", ["coco"]),
        ("g-vision", ["imagenet-1k"]),
    ]


def test_the_navigation_names_groups_and_sections_and_every_link_has_its_end(published):
    html = without_bundle(render_report(published[0], "2026-11-23", published[1]))
    nav = html[html.index("<nav") : html.index("</nav>")]
    assert "g-vision" in nav and "s-imagenet-1k" not in nav
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


# --- back-tests


def test_back_tests_come_by_domain_and_score_with_the_yardsticks_among_them():
    of_vision = scores(STUDY).assign(scope="Vision", n_cases=20)
    tested = backtests({"out_backtest_scores": pd.concat([scores(HEADLINE), of_vision])}, Shown(STUDY, {}))
    vision, together = tested.domains
    assert [t.estimator for t in vision.scores] == [YARDSTICK, HEADLINE, STUDY, "m4"]
    assert [t.is_yardstick for t in vision.scores] == [True, False, False, False]
    assert (vision.name, vision.n_cases, vision.headline.estimator) == ("Vision", 20, STUDY)
    assert (together.name, together.headline.estimator) == ("all domains together", HEADLINE)
    assert tested.headline.standing == list(map(wording.words, STANDING))


def test_the_coverage_of_the_headlines_intervals_is_printed(published):
    tables, context = published
    calibration = rows(
        "out_calibration",
        *(
            {
                "domain": "all",
                "estimator": e,
                "horizon": "from_0.8",
                "n_cases": n,
                "raw_coverage": 0.41,
                "coverage": 0.91,
            }
            for e, n in ((HEADLINE, 77), ("m4", 78))
        ),
    )
    text = page_text({**tables, "out_backtest_scores": scores(HEADLINE), "out_calibration": calibration}, context)
    assert re.search(r"up to a fifth less\s+77\s?\d* benchmark.*?41 %.*?91 %", text, re.S)
    assert "78" not in text[text.index("up to a fifth less") :][:200]


def test_no_scores_are_no_back_tests():
    tested = backtests({}, Shown(None, {}))
    assert (tested.domains, tested.headline, tested.coverage) == ([], None, [])


# --- forecasts


def ledger(*forecasts_: tuple[str, str, str, str]) -> dict:
    """Tables of forecasts: (id, issuer, estimator, outcome)."""
    issued = [{"forecast_id": i, "issuer": who, "estimator": e, "cost_usd": 1e11} for i, who, e, _ in forecasts_]
    scored = [{"forecast_id": i, "issuer": who, "estimator": e, "outcome": o} for i, who, e, o in forecasts_]
    return {
        "out_forecasts": rows("out_forecasts", *issued),
        "out_forecast_scores": rows("out_forecast_scores", *scored),
    }


def test_the_ledger_tells_decided_forecasts_first_and_counts_ours():
    tables = ledger(
        ("a", "Thompson et al.", STUDY, "overdue"),
        ("b", "Thompson et al.", STUDY, "open"),
        ("c", US, STUDY, "open"),
        ("d", US, "m4", "reached"),
    )
    told = forecasts(tables, Shown(HEADLINE, {}), {"benchmark-1": "ImageNet"})
    assert [f.outcome for f in told.decided] == ["overdue"]
    assert [f.outcome for f in told.open] == ["open"]
    assert [f.name for f in told.ours] == ["study’s power law"]
    assert (told.n_ours, told.outcomes) == (2, [("open", 1), ("reached", 1)])
    assert told.decided[0].cost == "$100 billion"
    assert told.overdue.benchmark == "ImageNet"


# --- theory


def powers(*found: tuple[str, str, float | None, str, str]) -> pd.DataFrame:
    """Rows of out_theory: (benchmark, estimator, power, verdict beside statistics, verdict beside the other)."""
    return rows(
        "out_theory",
        *(
            {
                "benchmark": b,
                "estimator": e,
                "implied_power": p,
                "theory": theory_name,
                "theory_power": bound,
                "verdict": v,
            }
            for b, e, p, *verdicts in found
            for theory_name, bound, v in zip(fields.THEORIES, (2.0, 4.0), verdicts, strict=True)
        ),
    )


def test_powers_beyond_theorys_are_counted_by_estimator():
    table = powers(
        ("a", HEADLINE, 3.0, "dearer", "in_line"),
        ("b", HEADLINE, 9.0, "dearer", "dearer"),
        ("a", STUDY, 130.0, "dearer", "dearer"),
        ("c", HEADLINE, None, "no_power", "no_power"),
    )
    told = theory({"out_theory": table}, Shown(HEADLINE, {}), {"b": "B", "a": "A"})
    assert [(t.n, t.above) for t in told.by_estimator] == [
        (2, [(2.0, 2), (4.0, 1)]),
        (1, [(2.0, 1), (4.0, 1)]),
    ]
    assert told.beyond == ["A by the study’s power law (130)"]
    values = [row for data in told.chart["datasets"].values() for row in data if "benchmark" in row]
    assert [v["benchmark"] for v in values] == ["B", "A"] * (len(values) // 2)  # the order of the page


def test_open_intervals_reach_the_ends_of_the_chart():
    point = Power("A", "headline", "x", 3.0, Limits(3.0))
    (rule,) = [r for d in power_chart([point], [2.0])["datasets"].values() for r in d if "low" in r][:1]
    assert rule["low"] < 1 and rule["high"] >= 60
    assert rule["power"] == "3.0 (no limit to no limit)"


# --- growth and costs


def test_growth_names_the_shares_of_the_largest_trend():
    span = {"comparison": "trend", "population": "epoch", "peak_basis": "training", "from_year": 2011, "to_year": 2025}
    parts = {"compute": 1.0, "faster_chips": 0.46, "more_chips": 0.6, "longer_runs": -0.06}
    large = [{**span, "n": 193, "factor": f, "times": 3.27, "share": s} for f, s in parts.items()]
    small = [{**row, "population": "papers", "n": 72, "share": None} for row in large]
    incomplete = [{**row, "peak_basis": "study"} for row in large[:2]]
    told = growth({"out_growth": rows("out_growth", *small, *large, *incomplete)})
    assert [t.n for t in told.trends] == [193, 72]
    assert told.first.shares == ["46\N{NO-BREAK SPACE}%", "60\N{NO-BREAK SPACE}%", "−6\N{NO-BREAK SPACE}%"]
    assert told.trends[1].shares is None
    assert told.first.times == "3.3"


def test_cost_checks_by_publisher_and_those_not_held():
    here = {"publisher": "Epoch AI", "quantity": "cost_owned_usd", "ratio_as_they": 1.0}
    table = rows(
        "out_cost_checks",
        {**here, "model": "a", "ratio": 0.5, "is_held": False, "cause": "a board has two chips"},
        {**here, "model": "b", "ratio": 1.5, "is_held": True},
        {**here, "model": "c", "publisher": "Strubell", "ratio": 2.0, "is_held": True, "ratio_as_they": None},
        {**here, "model": "d", "ratio": None, "is_held": None, "ratio_as_they": None},
    )
    told = cost_checks({"out_cost_checks": table})
    assert [(g.publisher, g.ratio, g.held, g.n, g.as_they) for g in told.groups] == [
        ("Epoch AI", "1.00", 1, 2, "1.00"),
        ("Strubell", "2.00", 1, 1, ""),
    ]
    assert (told.n, told.held, told.n_as_they) == (3, 2, 2)
    assert [(m.model, m.cause) for m in told.missed] == [("a", "a board has two chips")]


# --- hostile words


def test_hostile_words_of_the_new_tables_stay_words(published):
    tables, context = published
    cost = {"model": HOSTILE, "publisher": HOSTILE, "cause": HOSTILE, "ratio": 2.0, "is_held": False}
    influence = {"benchmark": "imagenet-1k", "target": HALF_OF_BEST, "left_out_kind": "paper", "influence_rank": 1}
    why = (Coded.of(Standing.INTERVALS_FAULTY, loss=0.1, why=HOSTILE),)
    hostile = {"standing_codes": codes_text(why), "standing_parameters": parameters_text(why)}
    tables = {
        **tables,
        **ledger(("a", HOSTILE, STUDY, "open")),
        "out_backtest_scores": scores(HEADLINE).assign(**hostile),
        "out_cost_checks": rows("out_cost_checks", cost),
        "out_influence": rows("out_influence", {**influence, "estimator": HEADLINE, "left_out": HOSTILE}),
        "out_theory": powers((HOSTILE, HEADLINE, 3.0, "dearer", "in_line")),
    }
    tables["out_forecast_scores"] = tables["out_forecast_scores"].assign(reason=HOSTILE)
    html = without_bundle(render_report(tables, "2026-11-23", context))
    assert "<img" not in html
    assert "<script>document.title" not in html
    assert html.count("<script") == 3
