"""Curves, and what targets cost by them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from duckdb import DuckDBPyConnection

from schemas.rows import Record
from schemas.rows.evaluation import BacktestScore, Calibration
from tasks.costs.assumptions import Override
from tasks.costs.rates import target_numbers
from tasks.estimate.extrapolate import estimate, load_targets
from tasks.evaluate.article import ComparedFigure, TodaysFigures, claims_today
from tasks.evaluate.calibration import widening
from tasks.evaluate.headline import headline_estimates
from tasks.fit.registry import fit_all
from tasks.fit.tables import curve, parameters, summary
from tasks.load.derived import load_derived
from tasks.reference.article import load_article_claims
from tasks.reference.benchmarks import error_floors, guess_errors
from tasks.reference.headline_choices import headline_choices
from tasks.reference.targets import ASKED_FOR, TargetRow
from tasks.refresh.assumed import cost_setting
from tasks.refresh.flat import flat
from tasks.refresh.joined import observations_in_fits
from warehouse.connection import LOOKUPS
from warehouse.rows import rows_of, typed


def unanswered(connection: DuckDBPyConnection, asked: Sequence[TargetRow]) -> list[str]:
    """A line for each target that a run was asked for and no curve tells the compute of, with the first reason."""
    told = (
        "SELECT count(log10_training_flop), any_value(reason ORDER BY estimator)"
        " FROM out_estimates WHERE series = ? AND target = ?"
    )
    lines = []
    for target in asked:
        answers, reason = connection.execute(told, [target.series, target.target]).fetchall()[0]
        if not answers:
            lines.append(f"no curve answers {target.source.removeprefix(ASKED_FOR)}: {reason}")
    return lines


def fit_and_extrapolate(
    connection: DuckDBPyConnection,
    series: list[str],
    cost_overrides: Mapping[str, Override],
    confidence_level: float,
    asked: Sequence[TargetRow] = (),
) -> Counter[str]:
    """Curves, estimates and headlines for these series, calibrated by the back-tests at hand.

    There are as many bootstrap replicates as `bootstrap_replicates` assumes; `asked` are targets beside the named ones.
    """
    observations = observations_in_fits(connection, series)
    targets = load_targets(asked)
    targets = targets[targets["series"].isin(series)]
    setting = cost_setting(cost_overrides, connection)
    assumptions = target_numbers(setting)
    floors = error_floors()
    replicates = round(assumptions["bootstrap_replicates"].value)
    fitted = fit_all(
        observations, confidence_level, replicates=replicates, error_floors=floors, guess_errors=guess_errors()
    )
    calibrations = rows_of(connection, Calibration, "out_calibration")
    scores = rows_of(connection, BacktestScore, "out_backtest_scores")
    estimates = estimate(fitted, observations, targets, floors, assumptions, widening(calibrations))
    headlines = headline_estimates(estimates, scores, headline_choices())
    fits = [summary(fit) for fit in fitted.fits]
    compared = typed(connection.execute((LOOKUPS / "figures_of_claims.sql").read_text()), ComparedFigure)
    today = TodaysFigures(headlines, estimates, fits, compared)
    used = [vars(a) for a in (*assumptions.values(), *setting.choices.values())]
    tables: dict[str, list[Record]] = {
        "out_fits": flat(fits),
        "out_fit_parameters": flat(row for fit in fitted.fits for row in parameters(fit)),
        "out_curves": flat(row for fit in fitted.fits for row in curve(fit)),
        "out_estimates": flat(estimates),
        "out_headlines": flat(headlines),
        "out_claims": flat(claims_today(load_article_claims(), today)),
        "out_assumptions": used,
    }
    return load_derived(connection, tables)
