"""Judge: what a refresh makes of the observations beside fits and estimates, and whose headline stands."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from schemas.tables import TABLES
from tasks.load.validate import validate
from tasks.refresh import evaluated
from tasks.refresh.estimates import fit_and_extrapolate
from tasks.refresh.evaluated import backtest_estimators, evaluate_estimates
from tests.unit.rows import good_row
from tests.unit.series import observations
from warehouse.connection import connect, insert, migrate
from warehouse.rows import as_dicts, records

JUDGED = (
    "out_backtests",
    "out_backtest_scores",
    "out_calibration",
    "out_headlines",
    "out_influence",
    "out_specifications",
    "out_specification_quantiles",
    "out_pooled_powers",
    "out_pools",
    "out_theory",
    "out_growth",
)
SERIES = {"imagenet-1k": "top1_accuracy", "coco": "box_ap", "squad-1.1": "f1", "cifar-10": "top1_accuracy"}


def series(name: str, seed: int) -> list[dict]:
    """Thirty models of as many papers, 2012 to 2021, whose error falls with compute as a power law with noise."""
    rng = np.random.default_rng(seed)
    years = np.repeat(np.arange(2012, 2022), 3)
    x = 17 + 0.5 * (years - 2012) + rng.uniform(0, 0.5, len(years))
    drawn = observations(x, 0.1 * x - 1.5 + rng.normal(0, 0.02, len(x)), year=years)
    facts = drawn[["year", "error", "training_flop", "training_flop_lower", "training_flop_upper", "paper_id"]]
    return [
        good_row(
            "core_observations",
            **row,
            observation_id=f"{name} {i}",
            series=name,
            benchmark=name,
            metric=SERIES[name],
            model=f"net-{i}",
            model_key=f"{name}{i}",
            value=100 * (1 - row["error"]),
            method="operation_count",
            join_rule="same_row",
            extra_data="none",
            exclusion_reason=None,
        )
        for i, row in enumerate(facts.to_dict("records"))
    ]


def judge(con, series: list[str], level: float) -> None:
    backtest_estimators(con, series)
    fit_and_extrapolate(con, series, {"bootstrap_replicates": 50.0}, level)
    evaluate_estimates(con, series, level)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    """Four series, fitted with few resamples, and judged once."""
    path = tmp_path_factory.mktemp("home") / "warehouse.duckdb"
    with connect(path) as con:
        migrate(con)
        good, refused = validate([row for n, s in enumerate(SERIES) for row in series(s, n)], "core_observations")
        assert refused.empty, refused["reason"].tolist()
        insert(con, TABLES["core_observations"], good)
        judge(con, [*SERIES], 0.9)
    return path


@pytest.fixture
def warehouse(file, tmp_path):
    shutil.copy(file, tmp_path)
    with connect(tmp_path / file.name) as con:
        yield con


@pytest.fixture
def empty():
    with connect(Path(":memory:")) as con:
        migrate(con)
        yield con


def tables(con) -> dict[str, list[dict]]:
    return {name: records(con, name) for name in JUDGED}


# --- what is judged


def test_with_no_observations_nothing_is_said_and_nothing_breaks(empty):
    judge(empty, [*SERIES], 0.9)
    assert {name: len(rows) for name, rows in tables(empty).items()} == dict.fromkeys(JUDGED, 0)


@pytest.mark.slow
def test_every_table_is_filled_but_growth_which_has_no_runs_here(warehouse):
    assert {name for name, rows in tables(warehouse).items() if not rows} == {"out_growth"}


@pytest.mark.slow
def test_nothing_is_refused(warehouse):
    assert as_dicts(warehouse.execute("FROM core_quarantine")) == []


@pytest.mark.slow
def test_judging_again_changes_nothing(warehouse):
    before = tables(warehouse)
    judge(warehouse, [*SERIES], 0.9)
    assert tables(warehouse) == before


@pytest.mark.slow
def test_influence_and_theory_are_told_of_the_headline_the_studys_direction_and_neither(warehouse):
    shown = {r["estimator"] for r in records(warehouse, "out_headlines")} | {*evaluated.COMPARED}
    assert {r["estimator"] for r in records(warehouse, "out_influence")} == shown
    assert {r["estimator"] for r in records(warehouse, "out_theory")} == shown | {*evaluated.RECIPES}


@pytest.mark.slow
def test_specifications_are_told_of_half_the_best_error_and_of_the_targets_that_have_names(warehouse):
    found = {(r["series"], r["target"]) for r in records(warehouse, "out_specifications")}
    named = evaluated.load_targets()
    named = named[named["series"].isin(SERIES)]
    assert found == {(s, "half_of_best") for s in SERIES} | set(zip(named["series"], named["target"], strict=True))
    assert len(named) > 1


@pytest.mark.slow
def test_only_the_series_asked_for_are_judged_and_at_the_level_asked_for(warehouse):
    before = tables(warehouse)
    judge(warehouse, ["coco"], 0.5)
    found = tables(warehouse)
    for name in ("out_backtests", "out_influence", "out_specifications", "out_pooled_powers"):
        assert {r["series"] for r in found[name]} == {"coco"}, name
    assert found["out_backtests"] == [r for r in before["out_backtests"] if r["series"] == "coco"]
    assert {r["confidence_level"] for r in found["out_pooled_powers"]} == {0.5}


@pytest.mark.slow
def test_published_intervals_are_the_models_as_back_tests_widen_them(warehouse):
    rows = [r for r in records(warehouse, "out_estimates") if r["log10_training_flop"] is not None]
    widened = [r for r in rows if r["calibration_factor"] is not None]
    assert len(widened) > len(rows) / 2
    for r in widened:
        for end, outwards in (("lower", -1), ("upper", 1)):
            bound, raw = r[f"log10_training_flop_{end}"], r[f"log10_flop_model_{end}"]
            assert (bound is None) == (raw is None)
            assert bound is None or outwards * (bound - raw) >= 0


@pytest.mark.slow
def test_every_benchmark_has_a_headline_for_every_target_whose_interval_holds_the_chosen_estimators(warehouse):
    estimates = {(r["series"], r["target"], r["estimator"]): r for r in records(warehouse, "out_estimates")}
    headlines = records(warehouse, "out_headlines")
    assert {(r["series"], r["target"]) for r in headlines} == {key[:2] for key in estimates}
    for r in headlines:
        chosen = estimates[r["series"], r["target"], r["estimator"]]
        assert r["log10_training_flop"] == chosen["log10_training_flop"]
        for end, outwards in (("lower", -1), ("upper", 1)):
            spanned, own = r[f"log10_training_flop_{end}"], chosen[f"log10_training_flop_{end}"]
            assert spanned is None or outwards * (spanned - own) >= 0
