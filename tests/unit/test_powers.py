"""Theory beside practice: verdicts by the whole interval, sentences, and what is not there said so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rows import Limits, from_record
from schemas.rows.fits import FitSummary
from schemas.tables import TABLES
from tasks.evaluate.theory.powers import THEORIES, beside_practice, verdict
from tasks.load.validate import conform
from tasks.refresh.flat import flat
from tasks.wording import words
from tests.unit.rows import good_rows


@pytest.fixture
def fits():
    rows = good_rows("out_fits", 2, benchmark="b", metric="m", confidence_level=0.9)
    power = {"implied_power": 9.2, "implied_power_lower": 8.7, "implied_power_upper": 9.9}
    names = ("mine", "other")
    return [from_record(FitSummary, row | power | {"estimator": e}) for row, e in zip(rows, names, strict=True)]


def test_a_known_power_is_set_beside_both_theories(fits):
    rows = flat(beside_practice(fits, ["mine"]))
    assert [(r["theory"], r["theory_power"]) for r in rows] == [("statistics", 2), ("overparameterised", 4)]
    assert [r["power_ratio"] for r in rows] == [pytest.approx(4.6), pytest.approx(2.3)]
    assert [r["verdict"] for r in rows] == ["dearer", "dearer"]
    assert rows[1]["statement"].startswith("practice is k^9.2 (k^8.7 to k^9.9)")


def test_rows_fit_their_table(fits):
    rows = flat(beside_practice(fits, ["mine"]))
    frame, failures = conform(rows, TABLES["out_theory"])
    assert not failures
    assert set(rows[0]) == set(frame.columns)


def test_estimators_come_in_the_order_asked_and_once(fits):
    rows = flat(beside_practice(fits, ["other", "no_such", "mine", "other"]))
    assert [r["estimator"] for r in rows] == ["other"] * len(THEORIES) + ["mine"] * len(THEORIES)


@pytest.mark.parametrize(
    ("power", "least", "is_so"),
    [
        (Limits(9.2, 7.0, 12.0), 4, "dearer"),
        (Limits(9.2, 3.0, 12.0), 4, "in_line"),
        (Limits(9.2, 5.0, None), 4, "dearer"),
        (Limits(3.0, 2.5, 3.5), 4, "cheaper"),
        (Limits(3.0, 2.5, None), 4, "in_line"),
        (Limits(4.0, None, None), 4, "in_line"),
        (Limits(None, None, None), 4, "no_power"),
    ],
)
def test_the_verdict_asks_the_whole_interval(power, least, is_so):
    assert verdict(power, least).code == is_so


def test_the_statement_says_what_halving_costs():
    said = words(verdict(Limits(9.2, 8.0, None), 4))
    assert said == (
        "practice is k^9.2 (k^8.0 to an unbounded end), costlier than theory's k^4:"
        " half the error takes 588 times the compute, by theory 16"
    )
    assert "10^39.8 times" in words(verdict(Limits(132.2, 71, 960), 2))
    assert "does not fall" in words(verdict(Limits(None, None, None), 2))


def test_a_fit_without_a_power_is_told_and_not_left_out(fits):
    powerless = [replace(fit, implied_power=Limits()) for fit in fits]
    rows = flat(beside_practice(powerless, ["mine"]))
    assert {r["verdict"] for r in rows} == {"no_power"}
    assert {r["power_ratio"] for r in rows} == {None}


@given(st.floats(0.01, 1e6), st.floats(0.01, 1), st.floats(1, 100), st.sampled_from([2.0, 4.0]))
def test_a_verdict_agrees_with_its_sentence_for_every_power(value, down, up, least):
    power = Limits(value, value * down, value * up)
    said = {"dearer": "costlier than", "cheaper": "cheaper than", "in_line": "not distinguishable"}
    found = verdict(power, least)
    assert said[found.code] in words(found)
