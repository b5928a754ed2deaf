"""Growth of compute split into its factors: exact between two runs, known trends recovered, intervals that cover."""

import math

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tables import TABLES
from tasks.compute.tables import load_compute_tables
from tasks.evaluate import growth
from tasks.evaluate.growth import (
    FACTORS,
    RunFactors,
    growth_rows,
    record_runs,
    records,
    runs_of,
    split,
    trends,
    typical,
)
from tasks.load.derived import load_derived
from tasks.load.source_rows import load_rows
from tasks.load.validate import conform
from tasks.publish.reference_tables import write_reference
from tasks.reference.hardware import by_slug, load_hardware
from tasks.refresh.assumed import assumed
from tasks.refresh.compute import estimate_compute
from tasks.refresh.flat import flat
from tasks.sources import reference
from tests.unit.rows import candidates
from warehouse.connection import LOOKUPS, QUERIES, create_views, migrate
from warehouse.rows import as_dicts

CHIPS = by_slug(load_hardware())


def run(year: int = 2015, flop_per_s: float = 1e13, chips: float = 8, hours: float = 100, **named: str) -> RunFactors:
    return RunFactors(named.get("model", f"m{year}"), named.get("paper", f"p{year}"), year, flop_per_s, chips, hours)


def as_rows(*runs: dict) -> list[dict]:
    usual = {"population": "papers", "precision": None, "hardware": "nvidia-v100", "chips": 8, "duration_hours": 50}
    return [{"model": f"m{i}", "paper_id": f"p{i}", "year": 2018, **usual, **r} for i, r in enumerate(runs)]


def by_factor(changes: list) -> dict:
    return {change.factor: change for change in changes}


def grown(rng: np.random.Generator, per_year: dict[str, float], papers: int = 40, each: int = 1) -> list[RunFactors]:
    """Runs of papers that grow by known factors in a year; runs of one paper share its scatter."""
    runs = []
    for p in range(papers):
        year = int(rng.integers(2012, 2023))
        common = rng.normal(0, 0.3, 3)
        for i in range(each):
            parts = [
                10 ** (start + (year - 2012) * math.log10(per_year[f]) + c + rng.normal(0, 0.1))
                for f, start, c in zip(FACTORS, (12, 0.5, 2), common, strict=True)
            ]
            runs.append(RunFactors(f"m{p}.{i}", f"p{p}", year, *parts))
    return runs


PER_YEAR = {"faster_chips": 1.4, "more_chips": 1.6, "longer_runs": 1.1}


# --- between two runs


def test_the_study_s_split_of_nasnet_over_alexnet():
    alexnet, nasnet = (
        RunFactors(m, m, year, growth.runs_of(as_rows({"hardware": h}), CHIPS, "study")[0].flop_per_s, n, days * 24)
        for m, year, h, n, days in (("a", 2012, "nvidia-gtx-580", 2, 5.5), ("n", 2017, "nvidia-p100", 500, 4))
    )
    told = by_factor(split(alexnet, nasnet))
    assert math.floor(told["compute"].times.value) == 1095
    assert round(told["faster_chips"].times.value, 2) == 6.03
    assert told["more_chips"].times.value == pytest.approx(250)
    assert told["longer_runs"].share < 0  # the run was the shorter one


POSITIVE = st.floats(1e-3, 1e6)


@given(st.tuples(POSITIVE, POSITIVE, POSITIVE), st.tuples(POSITIVE, POSITIVE, POSITIVE))
def test_factors_multiply_and_shares_add(one, other):
    told = by_factor(split(run(2012, *one), run(2020, *other)))
    assert math.prod(told[f].times.value for f in FACTORS) == pytest.approx(told["compute"].times.value)
    shares = [told[f].share for f in FACTORS]
    if told["compute"].share is None:
        assert shares == [None] * 3
        assert 1 / growth.MIN_CHANGE_SHARED < told["compute"].times.value < growth.MIN_CHANGE_SHARED
    else:
        assert sum(shares) == pytest.approx(1)


def test_the_split_back_is_the_split_turned():
    there, back = (by_factor(split(*pair)) for pair in ((run(2012), run(2013, 3e13)), (run(2013, 3e13), run(2012))))
    assert there["faster_chips"].times.value == pytest.approx(1 / back["faster_chips"].times.value)
    assert there["faster_chips"].share == back["faster_chips"].share == pytest.approx(1)


# --- which runs


def test_a_run_of_more_than_a_year_is_chip_hours_in_disguise():
    rows = as_rows({"duration_hours": 8000.0}, {"duration_hours": 241_200.0, "chips": 1})
    assert [r.duration_hours for r in runs_of(rows, CHIPS, "study")] == [8000]


def test_a_chip_without_a_known_peak_is_left_out():
    assert runs_of(as_rows({"hardware": "gpu"}, {"hardware": "no-such-chip"}), CHIPS, "study") == []


def test_tensor_cores_are_faster_chips_only_by_the_format_trained_in():
    rows = as_rows({"hardware": "nvidia-a100", "precision": "bf16"})
    (study,), (training,) = (runs_of(rows, CHIPS, basis) for basis in growth.PEAK_BASES)
    assert (study.flop_per_s, training.flop_per_s) == (
        pytest.approx(1.95e13, rel=0.01),
        pytest.approx(3.12e14, rel=0.01),
    )


# --- over the years


def test_a_record_beats_every_earlier_year():
    runs = [
        run(2012),
        run(2013, chips=4),
        run(2013, chips=2),
        run(2014, chips=80),
        run(2015, chips=80),
        run(2016, 9e13),
    ]
    assert [(r.year, r.chips) for r in record_runs(runs)] == [(2012, 8), (2014, 80)]
    told = records(runs)
    assert {(r.span.from_name, r.span.to_name) for r in told} == {("m2012", "m2014")}
    assert by_factor(told)["more_chips"].times.value == pytest.approx(10)


def test_typical_runs_are_geometric_means_of_years_with_enough_runs():
    first, later = (1, 10, 100), (10, 100, 1000)
    runs = [run(2012, chips=c) for c in first] + [run(2013)] + [run(2014, chips=c) for c in later]
    told = typical(runs)
    assert {(r.span.from_name, r.span.to_name, r.span.n) for r in told} == {("2012", "2014", 6)}
    assert by_factor(told)["more_chips"].times.value == pytest.approx(10)
    assert by_factor(told)["compute"].times.value == pytest.approx(10)


@pytest.mark.parametrize("each", [1, 4])
def test_known_growth_is_recovered(each):
    found = {f: [] for f in ("compute", *FACTORS)}
    for seed in range(60):
        runs = grown(np.random.default_rng(seed), PER_YEAR, each=each)
        for row in trends(runs, 0.9):
            if row.span.comparison == "trend":
                found[row.factor].append(math.log10(row.times.value))
    for factor, wanted in {**PER_YEAR, "compute": math.prod(PER_YEAR.values())}.items():
        assert np.mean(found[factor]) == pytest.approx(math.log10(wanted), abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("each", [1, 4])
def test_nine_of_ten_intervals_hold_the_truth_also_where_papers_have_several_runs(each):
    wanted, held = PER_YEAR["more_chips"], []
    for seed in range(300):
        row = by_factor(trends(grown(np.random.default_rng(seed), PER_YEAR, each=each), 0.9)[:4])["more_chips"]
        held.append(row.times.lower < wanted < row.times.upper)
    assert 0.85 <= np.mean(held) <= 0.95


def test_trends_add_as_their_factors_multiply():
    told = by_factor(trends(grown(np.random.default_rng(1), PER_YEAR, each=3), 0.9)[:4])
    assert math.prod(told[f].times.value for f in FACTORS) == pytest.approx(told["compute"].times.value)
    assert sum(told[f].share for f in FACTORS) == pytest.approx(1)


def test_shares_of_a_growth_that_may_be_none_are_not_told():
    still = grown(np.random.default_rng(2), dict.fromkeys(FACTORS, 1.0))
    told = by_factor(trends(still, 0.9)[:4])
    assert told["compute"].times.lower < 1 < told["compute"].times.upper
    assert told["more_chips"].share is None


def test_many_runs_of_few_papers_carry_no_trend():
    runs = grown(np.random.default_rng(3), PER_YEAR, papers=growth.MIN_PAPERS_FOR_TREND - 1, each=20)
    assert [r for r in trends(runs, 0.9) if r.span.comparison == "trend"] == []
    assert growth_rows([], CHIPS, 0.9) == []


# --- rows and questions


@pytest.fixture(scope="module")
def warehouse():
    """The observations and runs that ship with the project, estimated, and two rows as Epoch AI has them."""
    with duckdb.connect() as con:
        migrate(con)
        load_rows(con, reference.SOURCE_ID, reference.discover().rows)
        epoch = {
            "model_row_id": "1", "source_id": "epoch", "source_table": "t", "model": "Big-LM", "model_key": "biglm",
            "year": 2020, "hardware": "nvidia-a100", "chips": 1000, "duration_hours": 500, "numerical_format": "BF16",
            "quote": "q",
        }  # fmt: skip
        again = {**epoch, "model_row_id": "2", "source_table": "u", "duration_hours": 400}
        tuned = {**epoch, "model_row_id": "3", "model": "Tuned", "model_key": "tuned", "base_model": "Big-LM"}
        load_rows(con, "epoch", candidates({"raw_models": [epoch, again, tuned]}))
        estimate_compute(con, assumed({}).compute)
        write_reference(con)
        create_views(con)
        yield con


def test_the_rows_fit_their_table(warehouse):
    runs = as_dicts(warehouse.execute((LOOKUPS / "growth_runs.sql").read_text()))
    rows = flat(growth_rows(runs, load_compute_tables().hardware, 0.9))
    frame, failures = conform(rows, TABLES["out_growth"])
    assert not failures
    assert set().union(*rows) == set(frame.columns)
    assert not frame.duplicated(list(TABLES["out_growth"].key)).any()
    assert {r["comparison"] for r in rows} >= {"record", "typical", "trend"}


def test_a_model_counts_once_with_its_largest_run_and_further_training_not(warehouse):
    runs = as_dicts(warehouse.execute((LOOKUPS / "growth_runs.sql").read_text()))
    assert [(r["model"], r["duration_hours"], r["precision"]) for r in runs if r["population"] == "epoch"] == [
        ("Big-LM", 500, "bf16")
    ]
    assert len({r["model"] for r in runs if r["population"] == "papers"}) > 10


def test_what_we_supposed_or_what_was_a_search_is_no_run(warehouse):
    def papers() -> set[str]:
        runs = as_dicts(warehouse.execute((LOOKUPS / "growth_runs.sql").read_text()))
        return {r["model"] for r in runs if r["population"] == "papers"}

    searched, supposed = sorted(before := papers())[:2]
    warehouse.execute("BEGIN")
    warehouse.execute(
        "INSERT INTO core_defects (row_id, rule, table_name, reason_code, reason)"
        " SELECT estimate_id, 'search_as_training', 'core_compute_estimates', 'time_in_words_of_search', 'r'"
        " FROM core_compute_estimates WHERE model = ?",
        [searched],
    )
    warehouse.execute("UPDATE core_compute_estimates SET method = 'imputed' WHERE model = ?", [supposed])
    assert before - papers() == {searched, supposed}
    warehouse.execute("ROLLBACK")


def test_any_two_models_can_be_split_whoever_tells_of_them(warehouse):
    warehouse.execute("SET VARIABLE from_model = 'AlexNet'")
    warehouse.execute("SET VARIABLE to_model = 'big-lm'")
    told = as_dicts(warehouse.execute((QUERIES / "growth_split.sql").read_text()))
    assert told and all("(epoch)" in r["to_run"] for r in told)
    for r in told:
        product = r["times_faster_chips"] * r["times_more_chips"] * r["times_longer"]
        assert r["times_the_compute"] == pytest.approx(product, rel=0.01)
        shares = r["share_faster_chips_pct"] + r["share_more_chips_pct"] + r["share_longer_pct"]
        assert shares == pytest.approx(100, abs=0.2)


def test_the_question_of_growth_shows_a_comparison_in_one_row(warehouse):
    runs = as_dicts(warehouse.execute((LOOKUPS / "growth_runs.sql").read_text()))
    rows = flat(growth_rows(runs, load_compute_tables().hardware, 0.9))
    load_derived(warehouse, {"out_growth": rows})
    assert warehouse.execute("SELECT count(*) FROM core_quarantine WHERE table_name = 'out_growth'").fetchone() == (0,)
    told = as_dicts(warehouse.execute((QUERIES / "growth.sql").read_text()))
    assert len(told) == len(rows) / 4
    assert told[0]["comparison"] == "trend"
    product = told[0]["times_faster_chips"] * told[0]["times_more_chips"] * told[0]["times_longer"]
    assert told[0]["times_the_compute"] == pytest.approx(product, rel=0.03)
