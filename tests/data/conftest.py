"""One small warehouse and release, made from warehouse/reference alone by the plain functions."""

from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from tasks.defects import mark
from tasks.evaluate.ledger import FILE
from tasks.load.source_rows import load_rows
from tasks.publish import release
from tasks.refresh.assumed import assumed, known_series
from tasks.refresh.capabilities import fit_capabilities
from tasks.refresh.compute import estimate_compute, price_training_runs
from tasks.refresh.dates import date_targets
from tasks.refresh.estimates import fit_and_extrapolate
from tasks.refresh.evaluated import backtest_estimators, evaluate_estimates
from tasks.refresh.forecasts import keep_forecasts, write_ledger
from tasks.refresh.joined import join_observations
from tasks.refresh.performance import split_performance
from tasks.sources import reference
from warehouse.connection import connect, migrate

DATE = "2026-11-23"


def made_anew(place: Path, date: str = DATE) -> Path:
    """A home folder with a warehouse made from warehouse/reference alone; returns it."""
    with connect(place / "warehouse.duckdb") as warehouse:
        migrate(warehouse)
        load_rows(warehouse, reference.SOURCE_ID, reference.discover().rows)
        estimate(warehouse, place, date)
    return place


def estimate(warehouse: DuckDBPyConnection, place: Path, date: str) -> None:
    """What a refresh does, and what a publication of that day keeps."""
    usual, series = assumed({}), known_series()
    estimate_compute(warehouse, usual.compute)
    price_training_runs(warehouse, usual.overrides)
    mark.mark_defects(warehouse)
    join_observations(warehouse)
    backtest_estimators(warehouse, series)
    fit_and_extrapolate(warehouse, series, usual.overrides, 0.9)
    date_targets(warehouse, usual.overrides)
    evaluate_estimates(warehouse, series, 0.9)
    fit_capabilities(warehouse, series)
    split_performance(warehouse, series, 0.9)
    keep_forecasts(warehouse, place / FILE, date)
    write_ledger(warehouse, place / FILE)


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    return made_anew(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def released(home) -> Path:
    return release.publish(home / "warehouse.duckdb", home / "releases", DATE, []).path
