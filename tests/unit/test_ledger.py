"""The ledger of forecasts: what is new, that nothing is lost, and what became of each."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.codes import Coded
from schemas.codes.evaluation import DateReason
from schemas.rows import Limits
from schemas.rows.dates import DateProbability, TargetDate
from schemas.rows.evaluation import Forecast
from tasks.evaluate import ledger
from tasks.evaluate.dates.records import DatedRecord, RecordCurve, record_curves
from tasks.evaluate.ledger import (
    MalformedLedger,
    append,
    merge_ledgers,
    new_forecasts,
    read_ledger,
    study_forecasts,
)
from tasks.evaluate.outcomes import score_forecasts
from tasks.load.validate import validate
from tasks.refresh.flat import flat

TARGETS = Path(__file__).parents[3] / "shared" / "reference" / "study_2020_targets.csv"
DAY, SAME_MONTH, NEXT_MONTH = "2026-11-23", "2026-11-24", "2026-12-01"


def targets(**changes) -> tuple[list[TargetDate], list[DateProbability]]:
    """One target as out_target_dates and out_date_probabilities have it, and the same by the yardstick."""
    usual = {
        "series": "imagenet-1k",
        "metric": "top1_accuracy",
        "domain": "Vision",
        "target": "error_5pct",
        "target_error": 0.05,
        "date_method": "record_drift",
        "is_published": True,
        "n_records": 21,
        "scored_until": "2022-05-31",
        "record_error": 0.09,
        "record_model": "net",
        "record_on": "2022-05-31",
        "reached_on": None,
        "reached_year": Limits(2027.5, 2026.8, 2031.0),
        "probability_never": 0.2,
        "estimator": "power_law",
        "log10_training_flop": Limits(26.0, 25.0, None),
        "cost_usd": Limits(1e8, 1e7, None),
        "cost_year": 2027,
        "reason": (Coded.of(DateReason.DATED, records=21, day="2022-05-31"),),
    }
    shift = changes.pop("shift", 0.0)
    row = TargetDate(**(usual | changes))
    trend = replace(row, date_method="time_trend", is_published=False)
    said = [
        DateProbability(
            **{c: getattr(r, c) for c in ("series", "metric", "target", "target_error")},
            date_method=r.date_method,
            is_published=r.is_published,
            due_year=year,
            probability=min(0.8, (0.1 if r is row else 0.02) * (year - 2025) + shift),
        )
        for r in (row, trend)
        for year in range(2026, 2038)
    ]
    return [row, trend], said


def issued(**changes) -> Forecast:
    (forecast,) = new_forecasts([], *targets(**changes), DAY)
    return forecast


UNDATED = {"date_method": None, "reached_year": Limits(), "due_year": None} | dict.fromkeys(
    (*ledger.PROBABILITIES, *ledger.TREND_PROBABILITIES)
)


def undated() -> Forecast:
    """As releases up to November 2026 kept them: a compute and no date."""
    return replace(issued(), **UNDATED)


def records(*dated: tuple[str, float], until: str = "2022-05-31") -> dict[str, RecordCurve]:
    return record_curves(
        DatedRecord(
            series="imagenet-1k",
            metric="top1_accuracy",
            scored_on=day,
            model=f"net-{i}",
            error=error,
            until_day=until,
        )
        for i, (day, error) in enumerate(dated or [(until, 0.5)])
    )


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


def outcome(
    forecast: Forecast, observations: pd.DataFrame, this_year: int = 2027, curves: dict[str, RecordCurve] | None = None
) -> dict:
    (row,) = flat(score_forecasts([forecast], observations, curves or {}, this_year))
    good, refused = validate([row], "out_forecast_scores")
    assert refused["reason"].tolist() == [] and len(good) == 1
    return row


# --- what is a new forecast


def test_a_forecast_has_target_due_date_distribution_compute_and_cost():
    (row,) = flat([issued()])
    good, refused = validate([row], "out_forecasts")
    assert refused["reason"].tolist() == [] and len(good) == 1
    assert (row["issued_on"], row["issuer"], row["compute_measure"]) == (DAY, ledger.US, "training_flop")
    assert (row["due_year"], row["reached_year_lower"], row["reached_year_upper"]) == (2027, 2026.8, 2031.0)
    assert [row[c] for c in ledger.PROBABILITIES] == pytest.approx([0.2, 0.3, 0.6, 0.8])
    assert [row[c] for c in ledger.TREND_PROBABILITIES] == pytest.approx([0.04, 0.06, 0.12, 0.22])
    assert (row["log10_training_flop"], row["cost_usd"], row["data_year_max"]) == (26.0, 1e8, 2022)
    assert row["log10_training_flop_upper"] is None


def test_a_median_date_that_has_passed_falls_due_this_year():
    assert issued(reached_year=Limits(2024.5, 2023.0, None)).due_year == 2026


def test_the_same_is_not_kept_again():
    before = [issued()]
    assert new_forecasts(before, *targets(), NEXT_MONTH) == []
    assert new_forecasts(before, *targets(log10_training_flop=Limits(26.04, 25.0, None)), NEXT_MONTH) == []


@pytest.mark.parametrize(
    "change",
    [
        {"log10_training_flop": Limits(26.06, 25.0, None)},
        {"log10_training_flop": Limits(26.0, 24.9, None)},
        {"log10_training_flop": Limits(26.0, 25.0, 28.0)},
        {"log10_training_flop": Limits(26.0, None, None)},
        {"reached_year": Limits(2027.9, 2026.8, 2031.0)},
        {"reached_year": Limits(2027.5, 2026.8, None)},
        {"shift": 0.06},
        {"target_error": 0.051},
    ],
)
def test_what_says_something_else_is_kept_beside_the_old_but_once_a_month(change):
    before = [issued()]
    assert new_forecasts(before, *targets(**change), SAME_MONTH) == []
    (new,) = new_forecasts(before, *targets(**change), NEXT_MONTH)
    assert new.issued_on == NEXT_MONTH
    assert new.forecast_id != before[0].forecast_id


def test_a_new_year_has_new_due_years():
    (new,) = new_forecasts([issued()], *targets(), "2027-01-02")
    assert new.probability_1y == pytest.approx(0.3)


def test_small_steps_add_up_against_what_was_issued_last():
    held = new_forecasts([], *targets(), "2026-01-01")
    for month in range(1, 5):
        moved = targets(log10_training_flop=Limits(26 + 0.03 * month, 25.0, None))
        held += new_forecasts(held, *moved, f"2026-{month + 1:02}-01")
    assert [f.log10_training_flop.value for f in held] == pytest.approx([26.0, 26.06, 26.12])


@pytest.mark.parametrize(
    "nothing",
    [
        {"reason": (Coded.of(DateReason.REACHED_ON, model="net", percent=4.0, day="2022-05-31"),)},
        {"reason": (Coded.of(DateReason.NO_TREND, records=1, years=0.5),)},
        {"estimator": None},
        {"is_published": False},
    ],
)
def test_a_target_that_was_reached_or_has_no_trend_is_no_forecast(nothing):
    assert new_forecasts([], *targets(**nothing), DAY) == []


def test_a_forecast_without_a_date_does_not_stand_for_one_with_a_date():
    assert len(new_forecasts([undated()], *targets(), SAME_MONTH)) == 1


def test_what_the_study_said_is_nothing_that_we_said():
    study = replace(issued(), issuer="Thompson et al.")
    assert len(new_forecasts([study], *targets(), SAME_MONTH)) == 1


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


@pytest.mark.parametrize("damage", [b"{\n", b"hello\xff\n", b'{"forecast_id": "x"'])
def test_a_damaged_ledger_is_set_aside_and_what_can_be_read_stays(tmp_path, damage, caplog):
    path = tmp_path / ledger.FILE
    append(path, [issued()])
    whole = path.read_bytes()
    ledger.set_damaged_aside(path)
    assert (path.read_bytes(), caplog.records) == (whole, [])
    path.write_bytes(whole + damage)
    ledger.set_damaged_aside(path)
    assert path.read_bytes() == whole
    assert path.with_name(f"{ledger.FILE}.damaged").read_bytes() == whole + damage
    assert [r.getMessage().count("1 of 2 lines") for r in caplog.records] == [1]


def test_no_ledger_is_not_damaged(tmp_path):
    ledger.set_damaged_aside(tmp_path / ledger.FILE)
    assert list(tmp_path.iterdir()) == []


def test_a_line_of_before_a_column_was_renamed_is_the_same_forecast(tmp_path):
    path = tmp_path / ledger.FILE
    append(path, [issued()])
    path.write_text(path.read_text().replace('"series"', '"benchmark"'))
    assert read_ledger(path) == [issued()]


def test_a_release_gives_back_what_the_file_lost():
    one, two = issued(), issued(target_error=0.01)
    release, refused = validate(flat([one, two]), "out_forecasts")
    assert len(refused) == 0
    found = merge_ledgers([two], map(ledger.forecast_from_row, release.to_dict("records")))
    assert sorted(found, key=lambda f: f.forecast_id) == sorted([one, two], key=lambda f: f.forecast_id)


def test_ledgers_come_together_in_the_order_of_issue():
    rows = merge_ledgers([issued()], study_forecasts())
    assert [f.issued_on for f in rows] == sorted(f.issued_on for f in rows)
    assert rows[-1] == issued()


# --- what became of it


def test_a_target_that_nobody_reached_is_open_then_overdue():
    seen = observed(error=[0.12, 0.09], year=[2020, 2022])
    assert outcome(undated(), seen)["outcome"] == "open"
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
    assert outcome(undated(), seen)["in_time"] is None


def test_a_burden_is_held_against_a_burden_where_there_is_one():
    forecast = replace(issued(), compute_measure="hardware_burden")
    both = observed(error=[0.05, 0.05], training_flop=[1e20, 1e25], hardware_burden_flop=[None, 3e25])
    assert outcome(forecast, both)["log10_flop_needed"] == pytest.approx(25.477, abs=1e-3)
    neither = outcome(forecast, observed(error=[0.05]))
    assert neither["log10_flop_needed"] == 25
    assert "its hardware burden is not known" in neither["reason"]


def test_what_was_said_to_be_unreachable_and_was_reached_says_so():
    never = replace(undated(), log10_training_flop=Limits(), status="at_or_below_error_floor")
    found = outcome(never, observed(error=[0.04]))
    assert (found["outcome"], found["log10_flop_ratio"], found["interval_held"]) == ("reached", None, None)
    assert "said to be unreachable" in found["reason"]


# --- when it falls due


@pytest.mark.parametrize(("this_year", "n_due"), [(2027, 0), (2028, 1), (2029, 2), (2031, 2), (2032, 3), (2037, 4)])
def test_what_fell_due_by_the_end_of_last_year_is_scored_and_what_falls_due_now_is_not(this_year, n_due):
    found = outcome(issued(), observed(error=[0.09]), this_year, records(until="2036-12-31"))
    assert found["n_due"] == n_due
    assert (found["crps_years"] is None) == (n_due == 0)


def test_the_score_is_the_squared_miss_of_each_year():
    reached = records(("2028-03-01", 0.04), until="2031-06-30")
    found = outcome(issued(), observed(error=[0.09]), 2032, reached)
    assert found["crps_years"] == pytest.approx(0.2**2 + 0.7**2 + 3 * 0.4**2)
    assert found["trend_crps_years"] == pytest.approx(0.04**2 + 0.94**2 + 3 * 0.88**2)
    assert (found["reached_on"], found["date_held"], found["in_time"]) == ("2028-03-01", True, False)
    assert (found["outcome"], found["log10_flop_needed"]) == ("reached", None)
    assert "its compute is not known" in found["reason"]


def test_a_year_without_scores_of_the_benchmark_tells_nothing():
    assert outcome(issued(), observed(error=[0.09]), 2037, records(until="2022-05-31"))["n_due"] == 0
    assert outcome(issued(), observed(error=[0.09]), 2037, records(until="2029-05-31"))["n_due"] == 2


def test_a_date_outside_its_interval_is_not_held():
    found = outcome(issued(), observed(error=[0.09]), 2033, records(("2032-03-01", 0.04), until="2032-06-30"))
    assert found["date_held"] is False


def test_a_forecast_of_an_older_ledger_never_falls_due_and_says_so():
    found = outcome(undated(), observed(error=[0.09]), 2037, records(until="2036-12-31"))
    assert (found["outcome"], found["n_due"], found["crps_years"]) == ("open", None, None)
    assert found["reason"].endswith("it named no date, so it never falls due")


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
        for s in flat(score_forecasts(study_forecasts(), seen, {}, 2026))
        if s["due_year"] == 2025 and s["target_error"] == 0.05
    ]
    assert (found["outcome"], found["issued_on"], found["log10_training_flop"]) == ("overdue", "2021-09", 28.06)


@pytest.mark.skipif(not TARGETS.is_file(), reason=f"{TARGETS} is absent")
def test_the_studys_forecasts_are_what_it_printed():
    series = {"ImageNet": "imagenet-1k", "MS COCO": "coco", "SQuAD 1.1": "squad-1.1"}
    forms = {"polynomial": "study_power_law", "exponential": "study_exponential"}
    with TARGETS.open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["paper_version"].startswith("v1")]
    printed = [r for r in rows if r["target"] != "today"]  # what had been reached was no forecast
    ours = {(r["series"], r["target_error"], r["estimator"]): r for r in flat(study_forecasts()) if not r["due_year"]}
    assert len(ours) == len(printed) == 12
    for p in printed:
        row = ours[series[p["benchmark"]], float(p["error_rate"]), forms[p["model"]]]
        assert row["log10_training_flop"] == pytest.approx(9 + float(p["log10_gflop_refit"]))
        assert row["log10_training_flop_lower"] == 9 + float(p["published_gflop_pow10"])
        assert row["cost_usd"] == pytest.approx(10 ** float(p["published_usd_pow10"]))
        assert row["co2e_kg"] == pytest.approx(0.45359237 * 10 ** float(p["published_lbsCO2_pow10"]), rel=1e-4)
        assert row["n"] == int(p["n"])
