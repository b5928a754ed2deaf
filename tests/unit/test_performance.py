"""Growth in performance by factor, and halving times: known ones are recovered, and what is too thin is refused."""

from itertools import product

import numpy as np
import pytest

from schemas.codes.evaluation import PerformanceReason, ProgressVerdict
from schemas.rows import Limits
from schemas.rows.evaluation import EffectiveCompute
from schemas.rows.fits import FitParameter, FitSummary
from schemas.tables import TABLES
from tasks.evaluate.effective_compute import (
    CAPABILITY,
    before_last_year,
    beside_published,
    of_fits,
    of_models,
    verdict,
)
from tasks.evaluate.performance import (
    FACTORS,
    MIN_MODELS,
    DatedPerformance,
    PerformanceSeries,
    halving_months,
    performance_growth,
    shapley,
)
from tasks.load.validate import validate
from tasks.reference.progress import load_published_progress
from tasks.refresh.flat import flat
from tests.unit.rows import good_row

BY_FLOP, BY_DATA, BY_YEAR = 0.10, 0.05, 0.02
RISE_OF_FLOP, RISE_OF_DATA, YEARS = 0.4, 0.2, 10


def models(seed: int = 0, n: int = 300, noise: float = 0.01, data: bool = True) -> list[DatedPerformance]:
    """Models of ten years, three a paper, whose performance is a sum of known terms."""
    random = np.random.default_rng(seed)
    year = random.integers(0, YEARS + 1, n)
    year[:2] = 0, YEARS
    flop = 18 + RISE_OF_FLOP * year + random.normal(0, 0.8, n)
    size = 6 + RISE_OF_DATA * year + random.normal(0, 0.8, n)
    performance = 0.3 + BY_FLOP * (flop - 18) + BY_DATA * (size - 6) + BY_YEAR * year + random.normal(0, noise, n)
    return [
        DatedPerformance(f"p{i // 3}", 2012 + int(y), float(f), float(s) if data else None, float(p))
        for i, (y, f, s, p) in enumerate(zip(year, flop, size, performance, strict=True))
    ]


def by_factor(rows):
    return {r.factor: r for r in rows}


# --- Shapley values


def test_parts_sum_to_the_whole_whatever_the_performance():
    random = np.random.default_rng(1)
    states = {state: random.normal(size=50) for state in product((0, 1), repeat=3)}
    assert shapley(states).sum(axis=0) == pytest.approx(states[1, 1, 1] - states[0, 0, 0])


def test_a_factor_that_changes_nothing_brings_nothing_and_equal_ones_bring_the_same():
    states = {(a, b, c): np.array([float(a + b + 3 * a * b)]) for a, b, c in product((0, 1), repeat=3)}
    assert shapley(states)[:, 0] == pytest.approx([2.5, 2.5, 0.0])


def test_it_is_the_mean_over_all_orders():
    random = np.random.default_rng(2)
    states = {state: random.normal(size=1) for state in product((0, 1), repeat=3)}
    orders = [(a, b, c) for a, b, c in product(range(3), repeat=3) if len({a, b, c}) == 3]
    brought = np.zeros(3)
    for order in orders:
        come = [0, 0, 0]
        for factor in order:
            before = states[tuple(come)][0]
            come[factor] = 1
            brought[factor] += (states[tuple(come)][0] - before) / len(orders)
    assert shapley(states)[:, 0] == pytest.approx(brought)


# --- the split


def test_known_shares_of_a_capability_are_recovered():
    rows = by_factor(performance_growth([PerformanceSeries(CAPABILITY, None, models())], 0.9))
    gains = {
        "compute": BY_FLOP * RISE_OF_FLOP * YEARS,
        "data": BY_DATA * RISE_OF_DATA * YEARS,
        "algorithms": BY_YEAR * YEARS,
    }
    whole = sum(gains.values())
    assert rows["performance"].gain.value == pytest.approx(whole, rel=0.1)
    for factor, gain in gains.items():
        assert rows[factor].gain.value == pytest.approx(gain, abs=0.05)
        assert rows[factor].share_of_gain.value == pytest.approx(gain / whole, abs=0.06)
        assert rows[factor].gain.lower < rows[factor].gain.value < rows[factor].gain.upper


def test_gains_in_accuracy_sum_to_the_whole_too():
    rows = by_factor(performance_growth([PerformanceSeries("imagenet-1k", 0.999, models())], 0.9))
    assert sum(rows[f].gain.value for f in FACTORS) == pytest.approx(rows["performance"].gain.value)
    assert sum(rows[f].share_of_gain.value for f in FACTORS) == pytest.approx(1)
    assert rows["performance"].growth_unit == "point"


def test_intervals_hold_the_truth():
    held = []
    for seed in range(40):
        rows = by_factor(performance_growth([PerformanceSeries(CAPABILITY, None, models(seed, n=60, noise=0.05))], 0.9))
        gain = rows["algorithms"].gain
        held.append(gain.lower <= BY_YEAR * YEARS <= gain.upper)
    assert np.mean(held) > 0.75


def test_no_accuracy_is_worse_than_a_guess():
    low = [m._replace(performance=m.performance - 5) for m in models()]
    rows = by_factor(performance_growth([PerformanceSeries("mmlu", 0.75, low)], 0.9))
    assert rows["performance"].gain.value == pytest.approx(0, abs=1e-9)
    assert rows["compute"].share_of_gain == Limits()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (models(data=False), PerformanceReason.FEW_MODELS),
        (models()[: MIN_MODELS - 1], PerformanceReason.FEW_MODELS),
        ([m._replace(witness="one") for m in models()], PerformanceReason.FEW_PAPERS),
        ([m._replace(year=2020) for m in models()], PerformanceReason.FEW_YEARS),
        ([m._replace(log10_data=m.log10_flop / 2) for m in models()], PerformanceReason.FACTORS_INSEPARABLE),
    ],
)
def test_what_cannot_be_split_says_why(given, code):
    (row,) = performance_growth([PerformanceSeries("mmlu", 0.75, given)], 0.9)
    assert row.gain == Limits()
    assert [r.code for r in row.reason] == [code]


# --- halving times


def test_a_known_halving_time_is_recovered():
    found = halving_months(
        [m._replace(performance=m.performance - BY_DATA * (m.log10_data - 6)) for m in models()], 0.9
    )
    truth = 12 * np.log10(2) * BY_FLOP / BY_YEAR
    assert found.value == pytest.approx(truth, rel=0.1)
    assert found.lower < truth < found.upper


def test_at_the_same_data_the_halving_time_needs_no_data_taken_out():
    found = halving_months(models(), 0.9, with_data=True)
    assert found.value == pytest.approx(12 * np.log10(2) * BY_FLOP / BY_YEAR, rel=0.1)
    series = [PerformanceSeries("mmlu", 0.75, models()), PerformanceSeries("x", 0.5, models(data=False))]
    rows = [row for one in series for row in of_models(one, "at_same_data", 0.9, with_data=True)]
    assert [(r.series, r.halving_months) for r in rows] == [("mmlu", found)]


def test_without_progress_there_is_no_upper_end():
    still = [m._replace(performance=BY_FLOP * m.log10_flop + 1e-3 * (i % 7)) for i, m in enumerate(models())]
    assert halving_months(still, 0.9).upper is None


def capability(rows: list[DatedPerformance]) -> PerformanceSeries:
    return PerformanceSeries(CAPABILITY, None, rows)


def test_without_the_last_year_the_year_before_is_the_last():
    series = capability(models())
    rows = [row for one in (series, before_last_year(series)) for row in of_models(one, "x", 0.9)]
    assert [r.to_year for r in rows] == [2022, 2021]
    assert all(r.is_resolved for r in rows)
    assert of_models(before_last_year(capability([])), "x", 0.9) == []


def test_fits_with_a_year_term_give_theirs_in_months():
    fit = {"fit_id": "f", "series": "imagenet-1k", "estimator": "progress", "year_min": 2012, "year_max": 2022}
    summary = FitSummary(**{k: v for k, v in good_row("out_fits", **fit).items() if k in FitSummary.__slots__})
    years = FitParameter(fit_id="f", parameter="halving_years", unit="year", limits=Limits(1.5, 0.5, None))
    (row,) = of_fits([summary], [years])
    assert row.halving_months == Limits(18.0, 6.0, None)
    assert not row.is_resolved


def effective(value, lower, upper, **changes) -> EffectiveCompute:
    known = {"series": "imagenet-1k", "estimator": "progress", "n": 100, "from_year": 2012, "to_year": 2022}
    resolved = bool(lower) and upper is not None
    months = Limits(value, lower, upper)
    return EffectiveCompute(
        **{**known, "halving_months": months, "is_resolved": resolved, "confidence_level": 0.9, **changes}
    )


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ((20, 10, 40), ProgressVerdict.AGREES),  # theirs holds ours
        ((30, 8, 60), ProgressVerdict.AGREES),  # ours holds theirs
        ((30, 20, 60), ProgressVerdict.INTERVALS_MEET),
        ((60, 40, 90), ProgressVerdict.SLOWER),
        ((2, 1, 3), ProgressVerdict.FASTER),
        ((20, 10, None), ProgressVerdict.NOT_RESOLVED),
        ((20, 0.0, 40), ProgressVerdict.NOT_RESOLVED),
    ],
)
def test_verdicts_beside_a_published_figure(ours, expected):
    assert verdict(effective(*ours), Limits(9, 4, 25)) == expected


def test_published_figures_say_whether_their_source_was_seen():
    published = load_published_progress()
    assert {"imagenet-1k", CAPABILITY} <= {p.series for p in published}
    assert all("seen" in p.source for p in published)


def test_rows_enter_the_warehouse():
    ours = [effective(20, 10, 40), *of_models(capability(models()), "capability_progress", 0.9)]
    tables = {
        "out_performance_growth": performance_growth(
            [PerformanceSeries("mmlu", 0.75, models()), PerformanceSeries("x", 0.5, [])], 0.9
        ),
        "out_effective_compute": ours,
        "out_progress_checks": beside_published(ours, load_published_progress()),
    }
    for name, made in tables.items():
        good, refused = validate(flat(made), name)
        assert refused.empty, refused["reason"].tolist()
        assert len(good) == len(made) > 0
        assert not good.duplicated(list(TABLES[name].key)).any()
