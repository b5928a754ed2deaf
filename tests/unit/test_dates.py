"""Dates of targets: records, the methods' distributions, back-tests without hindsight, and what is published."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from schemas.codes.evaluation import DateReason
from schemas.rows import Record
from tasks.evaluate.dates.backtest import (
    CAPABILITY_KNOWN,
    COMPUTE_KNOWN,
    DateCase,
    _score_date,
    backtest_dates,
    choose_method,
    known_at_origin,
    score_dates,
)
from tasks.evaluate.dates.methods import METHODS, ComputePoints, Known, RecordWalk, record_drift, time_trend
from tasks.evaluate.dates.records import RecordCurve, known_at
from tasks.evaluate.dates.targets import AHEAD_YEARS, GRID, Aim, probabilities, target_dates
from tasks.load.validate import validate
from tasks.refresh.dates import records_among
from tasks.refresh.flat import flat
from warehouse.connection import connect


def curve(years, errors, until: float | None = None, series: str = "cifar-10", guess: float = 1.0) -> RecordCurve:
    bare = RecordCurve(
        series=series,
        metric="top1_accuracy",
        guess_error=guess,
        label_errors=None,
        start=float(years[0]),
        until=float(until or years[-1]),
        until_day="2026-06-30",
        year=np.array(years, dtype=float),
        log10_odds=np.array([]),
        error=np.array(errors, dtype=float),
        model=tuple(f"net-{i}" for i in range(len(years))),
        day=tuple(f"{int(y)}-06-30" for y in years),
    )
    return replace(bare, log10_odds=bare.odds(bare.error))


def random_walks(n: int = 12, drift: float = -0.25, variance: float = 0.02, seed: int = 1) -> dict[str, RecordCurve]:
    """Records of random walks with one drift, watched for ten years at steps of a twentieth."""
    rng = np.random.default_rng(seed)
    curves = {}
    for i in range(n):
        years = 2010 + np.arange(0, 10, 0.05)
        odds = np.cumsum(rng.normal(drift * 0.05, np.sqrt(variance * 0.05), len(years)))
        is_record = odds <= np.minimum.accumulate(odds)
        errors = 1 / (1 + 10.0 ** -odds[is_record])
        made = curve(years[is_record], errors, until=2020, series=f"s{i}")
        curves[made.series] = replace(made, label_errors=1e-9)  # no floor
    return curves


DATED = {
    "result_id": "r1",
    "benchmark": "mmlu-pro",
    "metric": "accuracy",
    "model": "net",
    "value": 50.0,
    "scored_on": "2025-03-31",
    "is_own": True,
    "confidence": None,
}


def score(result_id: str = "r1", **changes) -> Record:
    return DATED | {"result_id": result_id} | changes


def records_of(*scores: Record, spoilt: tuple[str, ...] = ()) -> dict[str, RecordCurve]:
    """The records of dated scores, as the database finds them."""
    with connect(Path(":memory:")) as con:
        con.register("dated_scores", pd.DataFrame([*scores]).astype({"confidence": float}))
        con.register("spoilt", pd.DataFrame({"row_id": pd.Series(spoilt, dtype="str")}))
        return records_among(con)


# --- records


def test_a_record_is_the_lowest_error_so_far_whatever_the_order_of_the_rows():
    scores = [
        score("a", value=60.0, scored_on="2025-05-31", model="b"),
        score("b", value=50.0, scored_on="2025-03-31", model="a"),
        score("c", value=55.0, scored_on="2025-06-30"),
        score("d", value=61.0, scored_on="2025-05-31", model="c"),
    ]
    for order in (scores, scores[::-1]):
        found = records_of(*order)["mmlu-pro"]
        assert list(found.error) == [0.5, 0.39]
        assert (found.model, found.day, found.until_day) == (("a", "c"), ("2025-03-31", "2025-05-31"), "2025-06-30")


@pytest.mark.parametrize(
    "no_record",
    [
        {"confidence": 0.89},
        {"value": 10.0},  # what a guess has
        {"value": 100.0},
        {"metric": "another"},
        {"benchmark": "coco-val", "metric": "box_ap", "is_own": False},  # of several metrics, in another's table
        {"result_id": "spoilt"},
    ],
)
def test_what_may_be_misread_is_no_record(no_record):
    assert records_of(score(**no_record), spoilt=("spoilt",)) == {}


def test_a_score_that_a_paper_cites_counts_where_the_benchmark_has_one_metric():
    assert list(records_of(score(is_own=False, confidence=0.95))["mmlu-pro"].error) == [0.5]


def test_odds_start_from_chance_and_go_to_nothing():
    found = curve([2020, 2021], [0.5, 0.1], guess=0.75)
    assert found.odds(0.375) == pytest.approx(0)
    assert found.odds(0.75) == np.inf and found.odds(0.0) == -np.inf
    assert found.error_of(float(found.odds(0.2))) == pytest.approx(0.2)


# --- what a method says


def test_a_walk_says_what_its_formula_does():
    walk = RecordWalk(curve=curve([2020, 2021, 2022], [0.5, 0.4, 0.3]), drift=-0.2, drift_sd=0.1, variance=0.05)
    ahead, error = 2.0, 0.2
    middle = walk.curve.log10_odds[-1] - 0.4
    sd = np.sqrt(0.05 * 2 + 0.01 * 4)
    reached = stats.norm.cdf((float(walk.curve.odds(error)) - middle) / sd)
    assert walk.probability(error, np.array([ahead]))[0] == pytest.approx((1 - walk.never(error)) * reached)
    lower, upper = walk.error_ends(ahead, 0.9)
    assert walk.curve.odds(upper) - walk.curve.odds(lower) == pytest.approx(2 * 1.6449 * sd, rel=1e-4)


def test_a_probability_never_falls_with_time_and_starts_at_nothing():
    known = Known(random_walks(6), {})
    for method in METHODS.values():
        forecast = method("s0", known)
        if forecast:
            said = forecast.probability(0.5 * known.curves["s0"].error[-1], GRID)
            assert (np.diff(said) >= -1e-12).all() and said[0] >= 0 and said[-1] <= 1
    assert record_drift("s0", known).probability(0.5 * known.curves["s0"].error[-1], GRID)[0] == 0


def test_a_short_series_leans_on_the_others():
    others = random_walks(8, drift=-0.3)
    fast = curve([2018, 2018.5, 2019.1], [0.5, 0.3, 0.05], series="fast")
    drift = record_drift("fast", Known({**others, "fast": fast}, {})).drift
    alone = record_drift("fast", Known({"fast": fast}, {})).drift
    assert alone < drift < -0.3


def test_too_few_records_or_too_short_a_time_have_no_forecast():
    for c in (curve([2018, 2020], [0.5, 0.4]), curve([2018, 2018.2, 2018.4], [0.5, 0.4, 0.3])):
        assert record_drift("s", Known({"s": c}, {})) is None
        assert time_trend("s", Known({"s": c}, {})) is None


def test_growing_compute_drives_the_record_by_what_a_decade_does():
    c = curve([2014, 2016, 2018], [0.4, 0.2, 0.1], series="s")
    year = np.arange(2012.0, 2019.0)
    flop = 18 + 0.5 * (year - 2012)
    points = ComputePoints(year, flop, -0.4 * (flop - 18))
    found = METHODS["compute_growth"]("s", Known({"s": c}, {"s": points}))
    assert found.drift == pytest.approx(-0.4 * 0.5)
    assert METHODS["compute_growth"]("s", Known({"s": c}, {})) is None


def test_growing_capability_drives_the_record_by_the_benchmark_s_discrimination():
    c = curve([2014, 2016, 2018], [0.4, 0.2, 0.1], series="s")
    found = METHODS["capability_growth"]("s", Known({"s": c}, {}, {"s": -0.35}))
    own = record_drift("s", Known({"s": c}, {}))
    assert (found.drift, found.variance, found.curve) == (-0.35, own.variance, own.curve)
    assert METHODS["capability_growth"]("s", Known({"s": c}, {})) is None


# --- back-tests


def test_known_random_walks_are_held_as_often_as_said_and_beat_the_yardstick():
    scores = score_dates(*backtest_dates(random_walks(), {}))
    found = {(s.date_method, s.horizon): s for s in scores if s.scope == "all"}
    drift, trend = found["record_drift", "all"], found["time_trend", "all"]
    assert 0.84 <= drift.coverage_90 <= 0.96 and drift.n_intervals > 1000
    assert drift.crps_years < trend.crps_years
    assert drift.is_published and not trend.is_published
    assert all(0.8 <= s.coverage_90 <= 0.97 for (m, _), s in found.items() if m == "record_drift")


def test_what_came_after_an_origin_changes_nothing_at_it():
    curves, compute = random_walks(2), {}
    origin = 2015.0

    def changed(c: RecordCurve) -> RecordCurve:
        later = c.year > origin
        errors = np.where(later, c.error[~later][-1] * np.linspace(0.9, 0.01, len(later)), c.error)
        bare = replace(c, error=errors)
        return replace(bare, log10_odds=bare.odds(errors))

    others = {name: changed(c) for name, c in curves.items()}
    for method in METHODS.values():
        said = [method("s0", known_at_origin(known, compute, origin)) for known in (curves, others)]
        if said[0]:
            both = [s.probability(0.5 * known_at(curves["s0"], origin).error[-1], GRID) for s in said]
            assert (both[0] == both[1]).all()
    cases = [{(a.series, a.origin, a.share) for a in backtest_dates(k, compute)[0]} for k in (curves, others)]
    assert {c for c in cases[0] if c[1] <= origin} == {c for c in cases[1] if c[1] <= origin}


class Certain:
    """A forecast of one date."""

    def __init__(self, ahead: float):
        self.ahead = ahead

    def probability(self, error, ahead):
        return (ahead >= self.ahead).astype(float)

    def never(self, error):
        return 0.0

    def error_ends(self, ahead, level):
        return 0.0, 1.0


@pytest.mark.parametrize(("said", "missed"), [(2.0, 0.0), (3.0, 1.0), (1.0, 1.0), (50.0, 3.0)])
def test_the_crps_of_a_certain_date_is_how_far_off_it_was_as_far_as_it_was_watched(said, missed):
    c = curve([2018, 2019, 2020, 2022], [0.5, 0.4, 0.3, 0.1], until=2025)
    found = _score_date(DateCase(c, 2020.0, "m", Certain(said)), 0.5)
    assert found.crps == pytest.approx(missed, abs=0.051)


def test_the_method_with_the_least_crps_of_those_that_answer_is_published():
    asked, held = backtest_dates(random_walks(2), {})
    assert choose_method(asked) == "record_drift"
    worse = [replace(a, crps=a.crps + (9 if a.method == "record_drift" else 0)) for a in asked]
    assert choose_method(worse) == "time_trend"
    few = [a for a in worse if a.method != "time_trend" or a.series == "none"]
    assert choose_method(few) == "record_drift"
    assert choose_method([]) is None and score_dates([], held) == []


def test_cases_with_compute_are_also_scored_by_themselves():
    curves = random_walks(2)
    year = np.arange(2010.0, 2020.0)
    points = ComputePoints(year, 18 + 0.4 * (year - 2010), -0.25 * (year - 2010))
    scores = score_dates(*backtest_dates(curves, {"s0": points}))
    mine = [s for s in scores if s.scope == COMPUTE_KNOWN and s.horizon == "all"]
    assert {s.date_method for s in mine} == set(METHODS) - {"capability_growth"}
    assert len({s.n_cases for s in mine}) == 1 and {s.n_series for s in mine} == {1}
    good, refused = validate(flat(scores), "out_date_scores")
    assert refused["reason"].tolist() == [] and len(good) == len(scores)


def test_capability_is_asked_for_at_each_origin_and_scored_beside_the_others():
    curves, asked_at = random_walks(2), []

    def drifts_at(year: float) -> dict[str, float]:
        asked_at.append(year)
        return {"s0": -0.25}

    asked, held = backtest_dates(curves, {}, drifts_at)
    assert sorted(asked_at) == sorted({a.origin for a in asked})
    mine = [s for s in score_dates(asked, held) if s.scope == CAPABILITY_KNOWN and s.horizon == "all"]
    assert {s.date_method for s in mine} == {"record_drift", "capability_growth", "time_trend"}
    assert len({s.n_cases for s in mine}) == 1 and {s.n_series for s in mine} == {1}
    assert choose_method(asked) != "capability_growth"  # it does not answer for all


# --- what is published


def dated(error: float, c: RecordCurve | None) -> dict[str, tuple]:
    aim = Aim(series="cifar-10", metric="top1_accuracy", target="t", target_error=error)
    known = Known({"cifar-10": c} if c else {}, {})
    rows = list(target_dates([aim], known, "record_drift"))
    good, refused = validate(flat(row for row, _ in rows), "out_target_dates")
    assert refused["reason"].tolist() == [] and len(good) == len(METHODS)
    return {row.date_method: (row, found) for row, found in rows}


def test_a_target_has_quantiles_of_its_date_and_probabilities_by_year():
    row, found = dated(0.03, curve(np.arange(2016, 2023), 0.5 * 0.7 ** np.arange(7.0), until=2022.5))["record_drift"]
    assert row.is_published and row.reason[0].code == DateReason.DATED
    assert 2022.5 < row.reached_year.lower < row.reached_year.value < row.reached_year.upper
    by_year = list(probabilities(row, 2022.5, found))
    said = [p.probability for p in by_year]
    assert by_year[0].due_year == 2022 and said == sorted(said) and said[-1] <= 1 - row.probability_never
    assert np.interp(row.reached_year.value - 2022.5, GRID, found) == pytest.approx((1 - row.probability_never) / 2)
    good, refused = validate(flat(by_year), "out_date_probabilities")
    assert refused["reason"].tolist() == [] and len(good) == len(by_year)


def test_a_target_that_was_reached_has_the_day_and_no_doubt():
    row, found = dated(0.36, curve([2018, 2020, 2022], [0.5, 0.35, 0.25]))["time_trend"]
    assert (row.reached_on, row.reached_year.value, row.probability_never) == ("2020-06-30", 2020, 0)
    assert row.reason[0].code == DateReason.REACHED_ON and set(found) == {1.0}


def test_models_that_stand_apart_share_the_record_of_the_benchmark():
    aim = Aim(series="mmlu-pro-reasoning", metric="accuracy", target="t", target_error=0.36)
    known = Known({"mmlu-pro": curve([2018, 2020, 2022], [0.5, 0.35, 0.25], series="mmlu-pro")}, {})
    assert [row.reached_on for row, _ in target_dates([aim], known, None)] == ["2020-06-30"] * len(METHODS)


def test_where_the_data_cannot_say_there_is_a_code_and_no_figure():
    short, _ = dated(0.1, curve([2018, 2018.2], [0.5, 0.4]))["record_drift"]
    none, _ = dated(0.1, None)["record_drift"]
    slow, _ = dated(0.001, curve([2000, 2010, 2020], [0.5, 0.49, 0.48], until=2020))["record_drift"]
    assert [r.reason[0].code for r in (short, none, slow)] == [
        DateReason.NO_TREND,
        DateReason.NO_SCORES,
        DateReason.BEYOND_YEARS,
    ]
    assert all(r.reached_year.value is None for r in (short, none, slow))
    assert f"within {AHEAD_YEARS:.0f} years" in flat([slow])[0]["date_reason"]
