"""The thought experiment tells the article's story: who learns from how much data, and at which computation."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from typer.testing import CliRunner

from flows.cli import app
from flows.cli import simulation as shown
from tasks.evaluate.theory import simulation
from tasks.evaluate.theory.simulation import Design, averages, needed, one_run, runs

pytestmark = pytest.mark.slow  # each simulates

# A fifth of the article's variables: the same story, in a second.
SMALL = Design(variables=200, relevant=10, expert_knows=9, sizes=(20, 50, 100, 150, 200, 300, 500, 1000, 3000))


@pytest.fixture(scope="module")
def means():
    return averages([row for rows in runs(SMALL, 8, seed=1) for row in rows])


@pytest.fixture(scope="module")
def performance(means):
    return means.pivot(index="n", columns="learner", values="performance")


@pytest.mark.slow
def test_the_oracle_is_best_everywhere(performance):
    assert (performance.idxmax(axis=1) == "oracle").all()


def test_the_oracle_s_squared_error_falls_as_one_over_the_data(performance):
    slope = np.polyfit(np.log10(performance.index[2:]), performance["oracle"].iloc[2:], 1)[0]
    assert slope == pytest.approx(1, abs=0.1)


def test_the_expert_is_good_with_little_data_and_then_stands_still(performance):
    rivals = performance[["flexible", "lasso"]]
    assert performance.loc[20, "expert"] > rivals.loc[20].max() + 0.3
    # One of ten equal variables is left out: a tenth of the variance stays unexplained whatever the data.
    assert performance["expert"].iloc[-1] == pytest.approx(1, abs=0.02)
    assert performance["expert"].iloc[-1] - performance.loc[300, "expert"] < 0.05


def test_least_squares_on_all_needs_more_data_than_variables_and_passes_the_expert_late(performance):
    gap = performance["flexible"] - performance["expert"]
    assert (gap[gap.index <= SMALL.variables] < -0.5).all()
    assert gap.iloc[-1] > 0.5
    assert performance["flexible"].idxmin() == SMALL.variables  # as many data as variables: the worst of all


def test_the_lasso_passes_the_expert_with_far_fewer_data_than_least_squares(means):
    level = 0.95
    found = needed(means, level)
    assert found["oracle"][0] < found["lasso"][0] < found["flexible"][0] / 3


def test_the_lasso_stands_between_oracle_and_least_squares(performance):
    later = performance[performance.index >= 50]
    assert ((later["lasso"] < later["oracle"]) & (later["lasso"] > later["flexible"])).all()


def test_flexibility_costs_computation_at_equal_performance(means):
    found = needed(means, 0.9)
    assert found["oracle"][1] < found["expert"][1] < found["lasso"][1] / 100
    assert found["expert"][1] < found["flexible"][1] / 100


def test_computation_grows_with_performance_for_every_learner(means):
    for name in simulation.LEARNERS:
        levels = [needed(means, p) for p in (0.5, 0.8, 0.95)]
        operations = [level[name][1] for level in levels]
        assert operations == sorted(operations)
        assert name == "oracle" or operations[-1] > operations[0]
    assert needed(means, 1.5)["expert"] is None  # no amount of computing helps who lacks a variable


def test_least_squares_agrees_with_a_library():
    rng = np.random.default_rng(5)
    x, y = rng.standard_normal((80, 30)), rng.standard_normal(80)
    design = Design(variables=30, relevant=10, sizes=(80,))
    for few in (80, 20):  # more data than variables, and fewer: the solution of least norm
        wanted = LinearRegression(fit_intercept=False).fit(x[:few], y[:few]).coef_
        assert simulation.flexible(x[:few], y[:few], design).weights == pytest.approx(wanted, abs=1e-9)
    wanted = LinearRegression(fit_intercept=False).fit(x[:, 1:11], y).coef_
    assert simulation.expert(x, y, design).weights[1:11] == pytest.approx(wanted, abs=1e-9)
    assert not simulation.expert(x, y, design).weights[[0, *range(11, 30)]].any()


def test_without_noise_the_lasso_finds_the_variables_that_matter():
    design = Design(variables=60, relevant=5, expert_knows=4, noise_sd=1e-9, sizes=(200,))
    (row,) = (r for r in one_run(design, np.random.default_rng(0)) if r["learner"] == "lasso")
    assert row["performance"] > 3


def test_the_same_seed_gives_the_same_runs_and_more_runs_keep_the_first():
    tiny = Design(variables=40, relevant=5, expert_knows=4, sizes=(20, 60))
    two, three = list(runs(tiny, 2, seed=3)), list(runs(tiny, 3, seed=3))
    assert two == three[:2]
    assert three[0] != three[1]
    assert next(runs(tiny, 1, seed=4)) != two[0]


@pytest.mark.parametrize(
    "wrong", [{"expert_knows": 11}, {"sizes": ()}, {"sizes": (10,)}, {"noise_sd": 0.0}, {"variables": 15}]
)
def test_numbers_that_make_no_experiment_are_refused(wrong):
    with pytest.raises(ValueError):
        Design(**wrong)


def test_no_runs_are_refused():
    with pytest.raises(ValueError, match="at least one run"):
        next(runs(SMALL, 0, seed=0))


def test_what_is_needed_lies_between_two_sizes():
    curve = pd.DataFrame(
        {"learner": "oracle", "n": [10, 100, 1000], "performance": [1.0, 0.5, 2.5], "operations": [1e2, 1e4, 1e6]}
    )
    n, operations = needed(curve, 1.5)["oracle"]  # a fall on the way does not count as reached
    assert (n, operations) == (pytest.approx(10**2.5), pytest.approx(1e5))
    assert needed(curve, 0.4)["oracle"] == (pytest.approx(10), pytest.approx(1e2))
    assert needed(curve, 3)["oracle"] is None


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(shown, "Design", lambda: Design(variables=40, relevant=5, expert_knows=4, sizes=(20, 60, 200)))


def test_simulate_draws_two_panels_and_prints_tables(quick, tmp_path):
    done = CliRunner().invoke(app, ["simulate", "--runs", "2", "--out", str(tmp_path / "new")])
    assert done.exit_code == 0, done.output
    assert "not reached" in done.output and "oracle" in done.output
    svg = (tmp_path / "new" / "simulation.svg").read_text()
    assert svg.startswith("<svg") and "Data points" in svg and "Floating-point operations" in svg
    assert len(pd.read_csv(tmp_path / "new" / "simulation.csv")) == 12


def test_simulate_prints_json_for_programs(quick, tmp_path):
    ask = ["simulate", "--runs", "2", "--seed", "7", "--json", "--out", str(tmp_path)]
    first, second = (CliRunner().invoke(app, ask).stdout for _ in range(2))
    rows = json.loads(first)
    assert first == second
    assert {r["learner"] for r in rows} == set(simulation.LEARNERS) and rows[0]["runs"] == 2


def test_a_folder_that_cannot_be_is_told_in_one_line(quick, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = CliRunner().invoke(app, ["simulate", "--runs", "1", "--out", str(tmp_path / "file" / "below")])
    assert done.exit_code == 2
    assert "Traceback" not in done.output
