"""The specification curve: each row is a fit of the observations that its choices name, none stands there twice."""

from dataclasses import replace

import numpy as np
import pytest

from schemas.codes.evaluation import FitOutcome
from schemas.rows import from_record
from schemas.rows.evaluation import SpecificationResult
from tasks.estimate.extrapolate import Target
from tasks.evaluate.sensitivity.chosen_rows import series_of
from tasks.evaluate.sensitivity.specifications import QUANTILES, quantile_rows, specification_rows, specifications_of
from tasks.fit.estimators.directions import FORWARD, SYMMETRIC
from tasks.fit.estimators.forms import BROKEN_POWER_LAW
from tasks.load.validate import validate
from tasks.refresh.flat import flat
from tests.unit.rows import good_row
from tests.unit.series import observations

TARGET = Target("imagenet-1k", "top1_accuracy", "five percent", 0.05)


def both(series, metric):
    return FORWARD, SYMMETRIC


def mixed(seed=1, n=60):
    """Observations of all kinds, from 2010 on."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(17, 23, n)
    burden = np.where(rng.random(n) < 0.5, 10 ** (x + rng.normal(0.5, 0.2, n)), np.nan)
    return observations(
        x,
        -0.9 + 0.08 * x + rng.normal(0, 0.04, n),
        rng.integers(0, 40, n),
        year=rng.integers(2010, 2022, n),
        method=rng.choice(["operation_count", "imputed", "third_party", "hardware_time"], n),
        hardware_burden_flop=burden,
        extra_data=rng.choice(["JFT-300M", "none"], n),
        join_rule=rng.choice(["same_row", "linked_by_source"], n),
        benchmark=rng.choice(["imagenet-1k", "imagenet-1k-v2"], n, p=[0.7, 0.3]),
    )


def chosen(frame, row):
    """The observations of a row's choices, by pandas alone, and their compute."""
    error, year = frame["error"], frame["year"]
    best_before = [error[year < y].min() if (year < y).any() else np.inf for y in year]
    keeps = {
        "all": True,
        "pooled": True,
        "without_imputed": frame["method"] != "imputed",
        "without_third_party": frame["method"] != "third_party",
        "hardware_burden": frame["hardware_burden_flop"].notna(),
        "since_2012": year >= 2012,
        "records": error <= best_before,
        "without_extra_data": frame["extra_data"] == "none",
        "same_paper": frame["join_rule"] == "same_row",
        "largest_split": frame["benchmark"] == "imagenet-1k",
    }
    kept = np.ones(len(frame), dtype=bool)
    for choice in ("compute_choice", "observation_choice", "split_choice"):
        kept &= keeps[row[choice]]
    column = "hardware_burden_flop" if row["compute_choice"] == "hardware_burden" else "training_flop"
    return frame[kept], np.log10(frame[kept][column])


def test_each_row_is_a_fit_of_the_observations_that_it_names():
    frame = mixed()
    rows = [r for r in flat(specification_rows(frame, both, [TARGET])) if r["estimator"] == FORWARD.name]
    assert {r["compute_choice"] for r in rows} == {"all", "without_imputed", "without_third_party", "hardware_burden"}
    assert len({r["observation_choice"] for r in rows}) == 5
    for row in rows:
        of_row, x = chosen(frame, row)
        slope, intercept = np.polyfit(x, -np.log10(of_row["error"]), 1)
        assert (row["n"], row["n_papers"]) == (len(of_row), of_row["paper_id"].nunique())
        if slope > 0:
            assert row["fit_outcome"] == "number"
            assert row["implied_power"] == pytest.approx(1 / slope)
            assert row["log10_training_flop"] == pytest.approx((np.log10(20) - intercept) / slope)
        else:
            assert (row["fit_outcome"], row["implied_power"]) == ("unreachable", None)


def test_the_first_is_the_projects_own_choice():
    row = flat(specification_rows(mixed(), both, [TARGET]))[0]
    assert [row[f"{kind}_choice"] for kind in ("compute", "observation", "split")] == ["all", "all", "pooled"]
    assert row["n"] == 60


def test_no_selection_stands_there_twice():
    plain = observations(np.linspace(18, 23, 12), np.linspace(0.5, 0.9, 12))
    assert [s[:3] for s in specifications_of(plain)] == [("all", "all", "pooled")]
    specifications = specifications_of(mixed())
    seen = {(s.compute == "hardware_burden", s.used.tobytes()) for s in specifications}
    assert len(seen) == len(specifications) > 20


def test_a_burden_is_another_choice_even_of_all_observations():
    x = np.linspace(18, 23, 12)
    frame = observations(x, np.linspace(0.5, 0.9, 12), hardware_burden_flop=10 ** (x + 1))
    rows = flat(specification_rows(frame, both, [TARGET]))
    assert [r["compute_choice"] for r in rows] == ["all", "hardware_burden"] * 2
    assert rows[1]["log10_training_flop"] == pytest.approx(rows[0]["log10_training_flop"] + 1)


def test_choices_that_leave_too_few_are_none():
    frame = observations(np.linspace(18, 23, 12), np.linspace(0.5, 0.9, 12))
    frame.loc[:6, "method"] = "third_party"  # five points of five papers stay
    assert len(specifications_of(frame)) == 1
    frame.loc[6, "method"] = "reported"
    assert [s.compute for s in specifications_of(frame)] == ["all", "without_third_party"]


def test_estimators_that_need_more_points_say_so():
    frame = observations(np.linspace(18, 23, 12), np.linspace(0.5, 0.9, 12))
    (row,) = flat(specification_rows(frame, lambda series, metric: (BROKEN_POWER_LAW,), [TARGET]))
    assert BROKEN_POWER_LAW.min_points > 12
    assert (row["fit_outcome"], row["implied_power"], row["log10_training_flop"]) == ("not_fitted", None, None)


def test_rows_not_in_the_fits_are_not_used():
    frame = mixed()
    frame.loc[:9, "in_fit"] = False
    assert specification_rows(frame, both, [TARGET]) == specification_rows(frame.iloc[10:], both, [TARGET])


def test_records_have_no_lower_error_in_an_earlier_year():
    errors = [0.4, 0.5, 0.3, 0.2, 0.35, 0.2, 0.15, 0.15]
    years = [2012, 2012, 2013, 2014, 2014, 2015, 2016, 2017]
    frame = observations(np.linspace(18, 22, 8), -np.log10(errors), year=years)
    frame["year"] = frame["year"].astype("Int64")
    frame.loc[2, "year"] = None  # so 0.35 in 2014 is a record as far as is known
    frame.loc[5, "error"] = 0.21
    rows = series_of(frame).rows
    (records,) = (s.used for s in specifications_of(rows) if s.observation == "records")
    assert sorted(rows["observation_id"][records]) == [f"o000{i}" for i in (0, 1, 3, 4, 6, 7)]


# --- quantiles


def row(value, outcome="number", **changes):
    power = None if value is None else value / 2
    made = from_record(SpecificationResult, good_row("out_specifications", target="t", target_error=0.1))
    figures = {"fit_outcome": FitOutcome(outcome), "implied_power": power, "log10_training_flop": value}
    return replace(made, **figures, **changes)


def test_quantiles_count_what_is_unreachable_as_the_largest():
    rows = [row(float(v)) for v in range(1, 9)] + [row(None, "unreachable")] * 2 + [row(None, "not_fitted")] * 5
    found = {r["quantile"]: r for r in flat(quantile_rows(rows))}
    assert {(r["specifications"], r["specifications_unreachable"]) for r in found.values()} == {(10, 2)}
    assert [found[q]["log10_training_flop"] for q in QUANTILES] == [1.0, 3.0, 5.0, 8.0, None]
    assert [found[q]["implied_power"] for q in QUANTILES] == [0.5, 1.5, 2.5, 4.0, None]


def test_quantiles_of_each_target_stand_apart():
    found = flat(quantile_rows([row(1.0), row(9.0, target="u")]))
    assert [(r["target"], r["log10_training_flop"]) for r in found if r["quantile"] == 0.5] == [("t", 1.0), ("u", 9.0)]


def test_nothing_fitted_has_no_quantiles():
    assert quantile_rows([]) == quantile_rows([row(None, "not_fitted")]) == []


def test_rows_fit_their_tables():
    rows = specification_rows(mixed(), both, [TARGET])
    for table, of_table in {"out_specifications": rows, "out_specification_quantiles": quantile_rows(rows)}.items():
        good, refused = validate(flat(of_table), table)
        assert (len(good), len(refused)) == (len(of_table), 0), refused["reason"].tolist()
