"""The ledger of forecasts: what is new, that nothing is lost, and what became of each."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.rows import Limits
from schemas.rows.evaluation import Forecast
from schemas.tables import TABLES
from tasks.estimate.extrapolate import BEST_IN_DATA
from tasks.evaluate import ledger
from tasks.evaluate.ledger import (
    MalformedLedger,
    append,
    new_forecasts,
    read_ledger,
    score_forecasts,
    study_forecasts,
    together,
)
from tasks.load.validate import validate
from tasks.refresh.flat import flat

TARGETS = Path(__file__).parents[3] / "shared" / "reference" / "study_2020_targets.csv"
DAY, NEXT_DAY = "2026-11-23", "2026-11-24"


def estimates(*rows: dict) -> pd.DataFrame:
    one = {
        "benchmark": "imagenet-1k",
        "metric": "top1_accuracy",
        "target": "error_5pct",
        "target_error": 0.05,
        "estimator": "power_law",
        "fit_id": "f1",
        "n": 150,
        "log10_training_flop": 26.0,
        "log10_training_flop_lower": 25.0,
        "log10_training_flop_upper": None,
        "cost_usd": 1e8,
        "confidence_level": 0.9,
        "status": "ok",
    }
    return pd.DataFrame([one | row for row in rows], columns=TABLES["out_estimates"].column_names)


FITS = pd.DataFrame([{"fit_id": "f1", "year_max": 2022, "log10_flop_max": 23.4}])


def issued(**changes) -> Forecast:
    (forecast,) = new_forecasts([], estimates(changes), FITS, DAY)
    return forecast


def observed(**columns) -> pd.DataFrame:
    n = len(columns["error"])
    usual = {
        "observation_id": [f"o{i}" for i in range(n)],
        "series": "imagenet-1k",
        "metric": "top1_accuracy",
        "model": [f"net-{i}" for i in range(n)],
        "year": 2027,
        "training_flop": 1e25,
        "hardware_burden_flop": None,
        "in_fit": True,
    }
    return pd.DataFrame(usual | columns)


def outcome(forecast: Forecast, observations: pd.DataFrame, this_year: int = 2027) -> dict:
    (row,) = flat(score_forecasts([forecast], observations, this_year))
    good, refused = validate([row], "out_forecast_scores")
    assert refused["reason"].tolist() == [] and len(good) == 1
    return row


# --- what is a new forecast


def test_an_estimate_is_kept_with_the_extent_of_its_data():
    (row,) = flat([issued()])
    assert (row["issued_on"], row["issuer"], row["compute_measure"]) == (DAY, ledger.US, "training_flop")
    assert (row["data_year_max"], row["log10_flop_max"], row["n"], row["cost_usd"]) == (2022, 23.4, 150, 1e8)
    assert row["log10_training_flop_upper"] is None


def test_the_same_estimate_is_not_kept_again():
    before = new_forecasts([], estimates({}), FITS, DAY)
    assert new_forecasts(before, estimates({}), FITS, NEXT_DAY) == []
    assert new_forecasts(before, estimates({"log10_training_flop": 26.04}), FITS, NEXT_DAY) == []


@pytest.mark.parametrize(
    "change",
    [
        {"log10_training_flop": 26.06},
        {"log10_training_flop_lower": 24.9},
        {"log10_training_flop_upper": 28.0},
        {"log10_training_flop_lower": None},
        {"status": "far_extrapolation"},
        {"target_error": 0.051},
        {"estimator": "another"},
    ],
)
def test_what_says_something_else_is_kept_beside_the_old(change):
    before = new_forecasts([], estimates({}), FITS, DAY)
    (new,) = new_forecasts(before, estimates(change), FITS, NEXT_DAY)
    assert new.issued_on == NEXT_DAY
    assert new.forecast_id != before[0].forecast_id


def test_small_steps_add_up_against_what_was_issued_last():
    held = new_forecasts([], estimates({}), FITS, DAY)
    for step in range(1, 5):
        moved = estimates({"log10_training_flop": 26 + 0.03 * step})
        held += new_forecasts(held, moved, FITS, f"2026-12-0{step}")
    assert [f.log10_training_flop.value for f in held] == pytest.approx([26.0, 26.06, 26.12])


def test_an_estimate_without_a_figure_is_a_forecast_only_where_it_says_never():
    nothing = {"log10_training_flop": None, "log10_training_flop_lower": None}
    assert new_forecasts([], estimates(nothing | {"status": "too_few_points"}), FITS, DAY) == []
    assert len(new_forecasts([], estimates(nothing | {"status": "at_or_below_error_floor"}), FITS, DAY)) == 1


def test_what_the_study_said_is_nothing_that_we_said():
    study = replace(issued(), issuer="Thompson et al.")
    assert len(new_forecasts([study], estimates({}), FITS, NEXT_DAY)) == 1


# --- the file


def test_a_ledger_only_grows(tmp_path):
    path = tmp_path / "home" / ledger.FILE
    assert read_ledger(path) == []
    append(path, [issued()])
    before = path.read_bytes()
    append(path, [issued(target_error=0.01)])
    append(path, [])
    assert path.read_bytes().startswith(before)
    assert read_ledger(path) == [issued(), issued(target_error=0.01)]
    assert [p.name for p in path.parent.iterdir()] == [ledger.FILE]


def test_a_failed_write_leaves_the_ledger_as_it_was(tmp_path):
    path = tmp_path / ledger.FILE
    append(path, [issued()])
    before = path.read_bytes()
    with pytest.raises(ValueError):
        append(path, [replace(issued(), cost_usd=Limits(float("nan")))])
    assert path.read_bytes() == before


@settings(max_examples=25)  # each waits for the disk
@example("a\x85b\u2028c\n\r", 1.0, None, 1)
@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.floats(0, 60),
    st.one_of(st.none(), st.floats(0, 60)),
    st.integers(0, 1000),
)
def test_what_is_written_is_read(tmp_path_factory, target, flop, upper, n):
    path = tmp_path_factory.mktemp("ledger") / ledger.FILE
    row = replace(issued(), target=target, log10_training_flop=Limits(flop, None, upper), n=n)
    append(path, [row, issued()])
    assert read_ledger(path) == [row, issued()]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '"words"', "", json.dumps({"forecast_id": "x"})])
def test_a_line_that_is_no_forecast_is_named(tmp_path, line):
    path = tmp_path / ledger.FILE
    append(path, [issued()])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(MalformedLedger, match=r"line 2 is no forecast.*newest release"):
        read_ledger(path)


def test_a_release_gives_back_what_the_file_lost():
    one, two = issued(), issued(target_error=0.01)
    release, refused = validate(flat([one, two]), "out_forecasts")
    assert len(refused) == 0
    found = together([two], map(ledger.forecast_of, release.to_dict("records")))
    assert sorted(found, key=lambda f: f.forecast_id) == sorted([one, two], key=lambda f: f.forecast_id)


def test_ledgers_come_together_in_the_order_of_issue():
    rows = together([issued()], study_forecasts())
    assert [f.issued_on for f in rows] == sorted(f.issued_on for f in rows)
    assert rows[-1] == issued()


# --- what became of it


def test_a_target_that_nobody_reached_is_open_then_overdue():
    seen = observed(error=[0.12, 0.09], year=[2020, 2022])
    assert outcome(issued(), seen)["outcome"] == "open"
    due = replace(issued(), due_year=2027)
    assert outcome(due, seen, 2027)["outcome"] == "open"
    found = outcome(due, seen, 2028)
    assert (found["outcome"], found["best_error"], found["data_year_max"]) == ("overdue", 0.09, 2022)
    assert found["reason"] == "not reached: the lowest error is 9 % (net-1, 2022), in observations up to 2022"


def test_the_first_year_counts_and_in_it_the_least_compute():
    seen = observed(
        error=[0.05, 0.04, 0.03, 0.06],
        year=[2028, 2027, 2027, 2026],
        training_flop=[1e20, 1e25, 1e24, 1e19],
    )
    found = outcome(issued(), seen, 2029)
    assert (found["outcome"], found["model"], found["year"]) == ("reached", "net-2", 2027)
    assert found["log10_flop_needed"] == pytest.approx(24)
    assert found["log10_flop_ratio"] == pytest.approx(2)
    assert found["interval_held"] is False  # 10^25 to unbounded
    assert "100 times too many" in found["reason"]


@pytest.mark.parametrize(("flop", "held"), [(1e26, True), (1e29, True), (1e24, False)])
def test_an_end_that_is_not_there_is_unbounded(flop, held):
    assert outcome(issued(), observed(error=[0.05], training_flop=[flop]))["interval_held"] is held


def test_whether_it_came_in_time():
    seen = observed(error=[0.05], year=[2026])
    assert outcome(replace(issued(), due_year=2026), seen)["in_time"] is True
    assert outcome(replace(issued(), due_year=2025), seen)["in_time"] is False
    assert outcome(issued(), seen)["in_time"] is None


def test_a_burden_is_held_against_a_burden_where_there_is_one():
    forecast = replace(issued(), compute_measure="hardware_burden")
    both = observed(error=[0.05, 0.05], training_flop=[1e20, 1e25], hardware_burden_flop=[None, 3e25])
    assert outcome(forecast, both)["log10_flop_needed"] == pytest.approx(25.477, abs=1e-3)
    neither = outcome(forecast, observed(error=[0.05]))
    assert neither["log10_flop_needed"] == 25
    assert "its hardware burden is not known" in neither["reason"]


def test_what_was_said_to_be_unreachable_and_was_reached_says_so():
    never = issued(log10_training_flop=None, log10_training_flop_lower=None, status="at_or_below_error_floor")
    found = outcome(never, observed(error=[0.04]))
    assert (found["outcome"], found["log10_flop_ratio"], found["interval_held"]) == ("reached", None, None)
    assert "said to be unreachable" in found["reason"]


@pytest.mark.parametrize("known", [{"status": "reached"}, {"target": BEST_IN_DATA}])
def test_an_estimate_of_what_the_data_have_reached_is_no_forecast(known):
    assert new_forecasts([], estimates(known), FITS, DAY) == []


def test_rows_out_of_the_fits_and_other_metrics_are_no_outcome():
    assert outcome(issued(), observed(error=[0.01], in_fit=[False]))["outcome"] == "open"
    assert outcome(issued(), observed(error=[0.01], metric="top5_accuracy"))["outcome"] == "open"


def test_observations_without_a_year_count_too():
    found = outcome(replace(issued(), due_year=2025), observed(error=[0.04], year=[None]))
    assert (found["outcome"], found["year"], found["in_time"]) == ("reached", None, None)


# --- the study's


def test_the_studys_forecasts_pass_the_schema_and_have_sources():
    rows = flat(study_forecasts())
    good, refused = validate(rows, "out_forecasts")
    assert (len(good), refused["reason"].tolist()) == (len(rows), [])
    assert all(r["source"] for r in rows)


def test_five_percent_by_2025_is_overdue():
    seen = observed(error=[0.098, 0.09], year=[2020, 2022])
    (found,) = [
        s
        for s in flat(score_forecasts(study_forecasts(), seen, 2026))
        if s["due_year"] == 2025 and s["target_error"] == 0.05
    ]
    assert (found["outcome"], found["issued_on"], found["log10_training_flop"]) == ("overdue", "2021-09", 28.06)


@pytest.mark.skipif(not TARGETS.is_file(), reason=f"{TARGETS} is absent")
def test_the_studys_forecasts_are_what_it_printed():
    series = {"ImageNet": "imagenet-1k", "MS COCO": "coco", "SQuAD 1.1": "squad-1.1"}
    forms = {"polynomial": "study_power_law", "exponential": "study_exponential"}
    with TARGETS.open(newline="") as file:
        printed = [r for r in csv.DictReader(file) if r["paper_version"].startswith("v1")]
    ours = {
        (r["benchmark"], r["target_error"], r["estimator"]): r for r in flat(study_forecasts()) if not r["due_year"]
    }
    assert len(ours) == len(printed) == 18
    for p in printed:
        row = ours[series[p["benchmark"]], float(p["error_rate"]), forms[p["model"]]]
        assert row["log10_training_flop"] == pytest.approx(9 + float(p["log10_gflop_refit"]))
        assert row["log10_training_flop_lower"] == 9 + float(p["published_gflop_pow10"])
        assert row["cost_usd"] == pytest.approx(10 ** float(p["published_usd_pow10"]))
        assert row["co2e_kg"] == pytest.approx(0.45359237 * 10 ** float(p["published_lbsCO2_pow10"]), rel=1e-4)
        assert row["n"] == int(p["n"])
