"""Invariants of fits, estimates and what judges them: each question below finds rows that must not be there."""

import numpy as np
import pytest

from schemas.codes.evaluation import EstimateStatus
from schemas.tables import TABLES
from tasks.defects.mark import spoilt_rows
from tasks.evaluate.sensitivity.chosen_rows import Series, estimate_target, used_series, with_weights
from tasks.fit.estimator import Batch
from tasks.fit.registry import ESTIMATORS, estimators_for
from tasks.publish.releases import DATABASE
from tasks.reference.benchmarks import error_floors
from warehouse.connection import connect, read_table

_STATUSES = [status.value for status in EstimateStatus]
WITHHELD = _STATUSES[_STATUSES.index("at_or_below_fitted_floor") :]
BELIEVED = ("ok", "reached", "far_extrapolation")


@pytest.fixture(scope="module")
def published(released):
    with connect(released / DATABASE, read_only=True) as con:
        yield con


def ask(con, sql: str) -> list[tuple]:
    return con.execute(sql).fetchall()


def values(*words: str) -> str:
    return "(" + ", ".join(f"'{w}'" for w in words) + ")"


# --- intervals


INTERVALS = [
    (table.name, name, f"{name}_lower", f"{name}_upper")
    for table in TABLES.values()
    for name in table.column_names
    if {f"{name}_lower", f"{name}_upper"} <= set(table.column_names)
]
OTHER_INTERVALS = [
    ("out_fit_parameters", "value", "lower", "upper"),
    ("out_assumptions", "value", "lower", "upper"),
    ("out_cost_checks", "ours", "ours_lower", "ours_upper"),
    ("out_backtests", "predicted_error", "error_interval_lower", "error_interval_upper"),
    ("out_backtests", "log10_flop_predicted", "log10_flop_interval_lower", "log10_flop_interval_upper"),
]


def test_an_interval_holds_its_value(published):
    outside = []
    for table, value, lower, upper in (*INTERVALS, *OTHER_INTERVALS):
        found = ask(published, f'SELECT * FROM {table} WHERE "{value}" < "{lower}" OR "{value}" > "{upper}" LIMIT 5')
        outside += [(table, value, row) for row in found]
    assert outside == []


def test_there_are_intervals_to_look_at():
    assert len(INTERVALS) > 30


def test_papers_drawn_anew_move_a_headline_by_less_than_its_interval(published):
    """In 95 % of the draws of all benchmarks; a draw that gives no figure counts as moved."""
    series = used_series(read_table(published, "core_observations"))
    estimators = {
        (name, metric): {e.name: e for e in estimators_for(error_floors().get((name, metric)))}
        for name, metric in series
    }
    headlines = ask(
        published,
        "SELECT series, metric, target_error, estimator, log10_training_flop,"
        " log10_training_flop_upper - log10_training_flop_lower"
        f" FROM out_headlines WHERE target = 'half_of_best' AND log10_training_flop_upper IS NOT NULL"
        f" AND status IN {values(*BELIEVED)}",
    )
    assert len(headlines) >= 2
    held = []
    for benchmark, metric, error, estimator, centre, width in headlines:
        drawn = resampled(series[benchmark, metric], draws=200)
        redrawn = estimate_target(estimators[benchmark, metric][estimator], drawn, error).log10_flop
        held += list(np.abs(redrawn - centre) <= width)
    assert np.mean(held) >= 0.95


def resampled(series: Series, draws: int) -> Batch:
    """The observations of papers drawn with replacement, as often as there are papers."""
    papers = len(series.papers)
    times = np.random.default_rng(0).multinomial(papers, np.full(papers, 1 / papers), size=draws)
    return with_weights(series.batch, times[:, series.batch.paper])


# --- rows that must not be there

MUST_NOT_BE = {
    "a number where the status withholds it": f"""
        FROM out_estimates WHERE status IN {values(*WITHHELD)}
        AND coalesce(log10_training_flop, log10_training_flop_lower, log10_training_flop_upper, decades_beyond_data,
            cost_usd, energy_kwh, co2e_kg, chip_hours) IS NOT NULL""",
    "a verdict by wrong labels": "FROM out_estimates WHERE status = 'at_or_below_error_floor'",
    "belief without a number or a fit": f"""
        FROM out_estimates WHERE status IN {values(*BELIEVED)}
        AND (log10_training_flop IS NULL OR fit_id IS NULL OR cost_usd IS NULL OR decades_beyond_data IS NULL)""",
    "a target reached that no observation reached, or the other way round": """
        FROM out_estimates e WHERE fit_id IS NOT NULL AND log10_training_flop IS NOT NULL AND (status = 'reached') <> (
            SELECT min(error) <= e.target_error FROM core_observations WHERE in_fit AND series = e.series)""",
    "an estimate on a fit of another series or estimator": """
        FROM out_estimates e JOIN out_fits f USING (fit_id)
        WHERE (e.series, e.metric, e.estimator, e.n) IS DISTINCT FROM (f.series, f.metric, f.estimator, f.n)""",
    "decades beyond the data that are not what they say": """
        FROM out_estimates e JOIN out_fits f USING (fit_id)
        WHERE abs(e.log10_training_flop - f.log10_flop_max - e.decades_beyond_data) > 1e-9""",
    "half of another error than the best": """
        FROM out_estimates h JOIN out_estimates b USING (series, metric, estimator)
        WHERE h.target = 'half_of_best' AND b.target = 'best_in_data'
        AND abs(2 * h.target_error - b.target_error) > 1e-12""",
    "more compute for a larger error by the same fit": """
        FROM out_estimates a JOIN out_estimates b USING (fit_id)
        WHERE a.target_error > b.target_error AND a.log10_training_flop > b.log10_training_flop + 1e-6""",
    "a fit of other observations than those in fits": """
        FROM out_fits f WHERE n > (SELECT count(*) FROM core_observations WHERE in_fit AND series = f.series)
        OR n_papers > (SELECT count(DISTINCT paper_id) FROM core_observations WHERE in_fit AND series = f.series)""",
    "a fit without parameters": "FROM out_fits ANTI JOIN out_fit_parameters USING (fit_id)",
    "parameters without a fit": "FROM out_fit_parameters ANTI JOIN out_fits USING (fit_id)",
    "a slope that is told in two ways": """
        FROM out_fits f JOIN out_fit_parameters p USING (fit_id)
        WHERE p.parameter = 'slope' AND f.slope IS NOT NULL AND p.value <> f.slope""",
    "a curve without a fit": "FROM out_curves ANTI JOIN out_fits USING (fit_id)",
    "a fit without a curve": "FROM out_fits ANTI JOIN out_curves USING (fit_id)",
    "a curve beyond the data of a fit that does not rise": """
        FROM out_curves c JOIN out_fits f USING (fit_id)
        WHERE NOT f.rises AND c.log10_flop > f.log10_flop_max + 1e-9""",
    "a forecast without a score": "FROM out_forecasts ANTI JOIN out_forecast_scores USING (forecast_id)",
    "a score without a forecast": "FROM out_forecast_scores ANTI JOIN out_forecasts USING (forecast_id)",
    "a dated target that is no forecast": """
        FROM out_target_dates d WHERE is_published AND date_code IN ('dated', 'beyond_years') AND estimator IS NOT NULL
        AND NOT EXISTS (
            FROM out_forecasts f WHERE f.issuer = 'Diminishing Returns' AND f.date_method IS NOT NULL
            AND (f.series, f.target) = (d.series, d.target))""",
    "a forecast without a probability, or a probability without a date": """
        FROM out_forecasts WHERE issuer = 'Diminishing Returns'
        AND (date_method IS NULL) <> (probability_1y IS NULL OR trend_probability_1y IS NULL)""",
    "a forecast that was reached without an outcome": """
        FROM out_forecast_scores WHERE (outcome = 'reached') <> (error IS NOT NULL)""",
    "a probability that falls with time": """
        FROM out_date_probabilities a JOIN out_date_probabilities b USING (series, target, date_method)
        WHERE b.due_year = a.due_year + 1 AND b.probability < a.probability - 1e-9""",
    "a published method that is not one": """
        FROM (SELECT series, target, count(*) FILTER (is_published) AS n FROM out_target_dates GROUP BY ALL)
        WHERE n <> 1""",
    "a record predicted from its own year or a later one": """
        FROM out_backtests WHERE year <= origin_year OR horizon_years <> year - origin_year OR origin_year < 2014""",
    "a prediction without a figure, or a figure without a prediction": """
        FROM out_backtests WHERE (prediction_status = 'predicted')
        <> (predicted_error IS NOT NULL AND log10_flop_predicted IS NOT NULL)""",
    "a figure where the fit was refused": """
        FROM out_backtests WHERE prediction_status = 'refused'
        AND (coalesce(predicted_error, log10_flop_predicted) IS NOT NULL OR prediction_reason IS NULL)""",
    "a ratio that is no ratio": """
        FROM out_backtests WHERE abs(log10_flop_predicted - log10_flop_actual - log10_flop_ratio) > 1e-9""",
    "an interval that holds while a wider one does not": """
        FROM out_backtests WHERE (flop_held_50 AND NOT flop_held_80) OR (flop_held_80 AND NOT flop_held_90)
        OR (error_held_50 AND NOT error_held_80) OR (error_held_80 AND NOT error_held_90)""",
    "estimators that met other cases than the rest": """
        FROM (SELECT scope, horizon FROM out_backtest_scores GROUP BY ALL HAVING min(n_cases) <> max(n_cases))""",
    "a standing at a horizon that is not judged": """
        FROM out_backtest_scores
        WHERE standing IS NOT NULL AND (horizon <> 'judged' OR scope IN (SELECT series FROM out_backtests))""",
    "a score of cases that are not there": """
        FROM out_backtest_scores s WHERE scope <> 'all' AND horizon = 'all' AND n_cases <> (
            SELECT count(*) FROM out_backtests b
            WHERE s.scope IN (b.series, b.domain) AND b.estimator = s.estimator)""",
    "shares of growth that are not the whole": """
        FROM (SELECT sum(share) FILTER (factor <> 'compute') AS whole FROM out_growth
            GROUP BY from_name, to_name, comparison, population, peak_basis)
        WHERE abs(whole - 1) > 1e-9""",
    "factors of growth that do not multiply to it": """
        FROM (SELECT sum(ln(times)) FILTER (factor <> 'compute') AS parts,
                sum(ln(times)) FILTER (factor = 'compute') AS c
            FROM out_growth WHERE times > 0 GROUP BY from_name, to_name, comparison, population, peak_basis)
        WHERE abs(parts - c) > 1e-6""",
    "growth told by fewer than four rows": """
        FROM (SELECT count(*) AS n FROM out_growth GROUP BY from_name, to_name, comparison, population, peak_basis)
        WHERE n <> 4""",
    "influence of who is not in the series": """
        FROM out_influence i WHERE left_out_kind = 'paper' AND n_left_out <> (SELECT count(*) FROM core_observations o
            WHERE o.in_fit AND o.series = i.series AND o.paper_id = i.left_out)""",
    "a move that is not the difference": """
        FROM out_influence
        WHERE abs(log10_training_flop_without - log10_training_flop - decades_moved) > 1e-9
        OR (fit_outcome <> 'number' AND log10_training_flop_without IS NOT NULL)""",
    "a less influential paper that moves more": """
        FROM out_influence a JOIN out_influence b USING (series, target, estimator, left_out_kind)
        WHERE a.influence_rank < b.influence_rank AND abs(a.decades_moved) < abs(b.decades_moved) - 1e-9""",
    "influence on another figure than the one published": """
        FROM out_influence i JOIN out_estimates e USING (series, target, estimator)
        WHERE abs(i.log10_training_flop - e.log10_training_flop) > 1e-6""",
    "a specification of the project's own choices that says something else than its estimate": """
        FROM out_specifications s JOIN out_estimates e USING (series, target, estimator)
        WHERE s.compute_choice = 'all' AND s.observation_choice = 'all' AND s.split_choice = 'pooled'
        AND abs(s.log10_training_flop - e.log10_training_flop) > 1e-6""",
    "a number of a specification that has none": """
        FROM out_specifications WHERE (fit_outcome = 'number') <> (log10_training_flop IS NOT NULL)""",
    "quantiles that fall": """
        FROM out_specification_quantiles a JOIN out_specification_quantiles b USING (series, target)
        WHERE a.quantile < b.quantile AND (a.log10_training_flop > b.log10_training_flop + 1e-9
            OR (a.log10_training_flop IS NULL AND b.log10_training_flop IS NOT NULL))""",
    "quantiles over other specifications than those told": """
        FROM out_specification_quantiles q WHERE (specifications, specifications_unreachable) IS DISTINCT FROM (
            SELECT (count(*), count(*) FILTER (fit_outcome = 'unreachable')) FROM out_specifications s
            WHERE (s.series, s.target) = (q.series, q.target) AND fit_outcome <> 'not_fitted')""",
    "a pooled slope outside its own and the mean": """
        FROM out_pooled_powers p, out_pools m
        WHERE pooled_slope NOT BETWEEN least(p.slope, m.slope) - 0.02 AND greatest(p.slope, m.slope) + 0.02""",
    "a power that is not one over its slope": """
        FROM out_pooled_powers
        WHERE abs(pooled_power * pooled_slope - 1) > 1e-6 OR abs(implied_power * slope - 1) > 1e-6""",
    "a ratio to theory that is none": """
        FROM out_theory WHERE abs(implied_power / theory_power / power_ratio - 1) > 1e-9""",
    "a verdict against the interval": """
        FROM out_theory WHERE (verdict = 'dearer' AND implied_power_lower <= theory_power)
        OR (verdict = 'cheaper' AND implied_power_upper >= theory_power)
        OR (verdict = 'no_power') <> (implied_power IS NULL)""",
    "a check of costs whose ratio is none": """
        FROM out_cost_checks WHERE abs(ours / published / ratio - 1) > 1e-9 OR (ours IS NULL) <> (ratio IS NULL)""",
    "a compute estimate without a price": """
        FROM core_compute_estimates ANTI JOIN out_training_costs USING (estimate_id)""",
}


def test_nothing_is_there_that_must_not_be(published):
    found = {what: ask(published, f"SELECT * {rows.strip()} LIMIT 5") for what, rows in MUST_NOT_BE.items()}
    assert {what: rows for what, rows in found.items() if rows} == {}


OF_LEADERBOARDS = {
    "out_disclosure_weighting",
    "out_capabilities",
    "out_benchmark_difficulties",
    "out_capability_checks",
    "out_predicted_scores",
    "out_accuracy_witnesses",
}
"""Tables that need scores which sources outside warehouse/reference give."""

FILLED = sorted(n for n in TABLES if n.startswith("out_") and n not in {"out_changes", *OF_LEADERBOARDS})


def test_there_are_rows_to_look_at(published):
    assert [table for table in FILLED if ask(published, f"SELECT count(*) FROM {table}") == [(0,)]] == []


# --- what holds of the whole


def test_no_observation_in_a_fit_is_one_that_a_rule_spoils(home):
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        spoilt = spoilt_rows(con)
        used = ask(con, "SELECT result_id, estimate_id FROM core_observations WHERE in_fit")
    assert len(used) >= 120
    assert [row for row in used if set(row) & set(spoilt)] == []


def test_every_series_meets_every_estimator_once(published):
    met = ask(published, "SELECT series, target, list(estimator ORDER BY estimator) FROM out_estimates GROUP BY ALL")
    assert len(met) >= 10
    assert {tuple(estimators) for *_, estimators in met} == {tuple(sorted(ESTIMATORS))}


def test_one_estimator_gives_the_headline_of_each_scope_and_says_why(published):
    chosen = ask(published, "SELECT DISTINCT scope, estimator FROM out_backtest_scores WHERE is_headline")
    assert len(chosen) == len(dict(chosen)) > 1
    assert set(dict(chosen).values()) <= set(ESTIMATORS)
    told = ask(
        published, "SELECT estimator, standing FROM out_backtest_scores WHERE is_headline AND standing IS NOT NULL"
    )
    assert told and all(standing.startswith(estimator) for estimator, standing in told)
    shown = dict(ask(published, "SELECT DISTINCT series, estimator FROM out_headlines"))
    assert set(shown.values()) <= set(ESTIMATORS)


def test_the_mean_scores_are_those_of_the_records(published):
    """Every record weighs the same: the mean over records of the mean over the origins that foretold it."""
    rows = ask(
        published,
        """WITH records AS (
            SELECT series, estimator, observation_id, avg(flop_score) AS of_record FROM out_backtests GROUP BY ALL
        )
        SELECT s.flop_score,
            (SELECT avg(of_record) FROM records r WHERE (series, estimator) = (s.scope, s.estimator))
        FROM out_backtest_scores s WHERE s.horizon = 'all' AND s.scope IN (SELECT series FROM out_backtests)""",
    )
    assert len(rows) >= 20
    for score, mean in rows:
        assert score == pytest.approx(mean)


def test_the_ledger_begins_with_the_study(published):
    issuers = ask(published, "SELECT issuer, min(issued_on) FROM out_forecasts GROUP BY 1 ORDER BY 2")
    assert [issuer for issuer, _ in issuers] == ["Thompson et al.", "Diminishing Returns"]
