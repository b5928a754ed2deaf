"""Numbers and names in words."""

import math

import pytest

from schemas.codes.evaluation import ClaimVerdict, EstimateStatus, ForecastOutcome
from tasks.evaluate.baselines import BASELINES
from tasks.fit.registry import ESTIMATORS
from tasks.publish import labels
from tasks.wording import evaluation, quantities


def test_every_word_that_the_tables_may_say_has_its_words():
    assert {*ESTIMATORS, *BASELINES} == set(labels.ESTIMATORS)
    assert set(EstimateStatus) == set(evaluation.STATUSES)
    assert set(ForecastOutcome) == set(evaluation.OUTCOMES)
    assert set(ClaimVerdict) == set(evaluation.CLAIMS)


@pytest.mark.parametrize(
    ("log10_value", "text"),
    [
        (-0.37, "0.43"),
        (1.5, "32"),
        (4.1, "13,000"),
        (6.07, "1.2 million"),
        (11, "100 billion"),
        (14.99, "980 trillion"),
    ],
)
def test_figures_in_words(log10_value, text):
    assert quantities.figure(log10_value) == text


def test_more_words():
    assert quantities.figure(19.06) == "over 1,000 trillion"
    assert quantities.money(10.998) == "$100 billion"
    assert quantities.mass(2.5) == "320 kg"
    assert quantities.mass(10.6) == "40 million t"
    assert quantities.energy(5.2) == "160 MWh"
    assert quantities.percent(0.0583) == "5.83\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.2, "less than once"),
        (1, "about once"),
        (2, "about twice"),
        (5, "a few times"),
        (13, "about ten times"),
        (14, "about fifteen times"),
        (16, "about fifteen times"),
        (18, "about twenty times"),
        (40, "dozens of times"),
        (100, "about a hundred times"),
        (146, "about a hundred and fifty times"),
        (210, "about two hundred times"),
        (340, "a few hundred times"),
        (690, "several hundred times"),
        (990, "about a thousand times"),
        (4e4, "tens of thousands of times"),
        (3e6, "a few million times"),
        (1e14, "about a hundred trillion times"),
        (1e17, "more than a thousand trillion times"),
    ],
)
def test_times_as_one_would_say_them(value, said):
    assert quantities.times(math.log10(value)) == said


def test_shares_are_so_many_in_ten_and_the_ends_are_meant():
    said = [quantities.in_ten(share) for share in (0.02, 0.68, 0.92, 0.99, 1.0)]
    assert said == [
        "about 1 time in\N{NO-BREAK SPACE}10",
        *(f"about {n} times in\N{NO-BREAK SPACE}10" for n in (7, 9, 9)),
        "every time",
    ]


def test_targets_and_commands_by_name():
    assert labels.target("error_11_5pct") == "11.5\N{NO-BREAK SPACE}% error"
    assert labels.target("half_of_best") == "half of the best error"
    assert str(labels.coded("ask `query <b>`")) == "ask <code>query &lt;b&gt;</code>"


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0.0, "under 1 %"), (0.009, "under 1 %"), (0.01, "1 %"), (0.287, "29 %"), (0.99, "99 %"), (0.9951, "over 99 %")],
)
def test_a_chance_is_told_as_far_as_it_is_known(probability, said):
    assert quantities.chance(probability) == said.replace(" %", "\N{NO-BREAK SPACE}%")


def test_computing_is_told_in_words_first_and_the_power_beside():
    assert quantities.computing(18.0) == "2.8 hours of one fast chip (1×10¹⁸ FLOP)"
    assert quantities.computing_between(20.0, 21.5) == "12 days to 1 year of one fast chip (1×10²⁰ to 3.2×10²¹ FLOP)"
    assert quantities.computing_between(20.0, None) == "12 days and up of one fast chip (1×10²⁰ and up FLOP)"
    assert quantities.computing_above(20.0) == "more than 12 days of one fast chip (1×10²⁰ FLOP)"
    assert quantities.computing_above(40.0) == "more than ten million years of one fast chip (1×10⁴⁰ FLOP)"
    assert quantities.money(31.2) == "over $1,000 trillion"


def test_ticks_of_computing_say_what_a_chip_takes():
    assert {tick: quantities.chip_time(tick + 1e-9) for tick in (14.0,)} == {14.0: "1 second of one fast chip"}
    for tick, said in quantities.CHIP_TICKS.items():
        if said not in ("1 millisecond", "1 month") and tick < 28:
            assert quantities.chip_time(tick + 1e-6) == f"{said} of one fast chip"


@pytest.mark.parametrize(
    ("log10_value", "text"), [(21.5, "3.2×10²¹"), (21.999, "1×10²²"), (-2.0, "1×10⁻²"), (129.3, "2×10¹²⁹")]
)
def test_numbers_too_large_to_print(log10_value, text):
    assert quantities.scientific(log10_value) == text
