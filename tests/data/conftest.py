"""One small warehouse and release, made from warehouse/reference alone by the plain functions."""

from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from tasks import refresh
from tasks.defects import mark
from tasks.evaluate.ledger import FILE
from tasks.load.source_rows import load_rows
from tasks.publish import release
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
    assumed, series = refresh.assumed({}), refresh.known_series()
    refresh.estimate_compute(warehouse, assumed.compute)
    refresh.price_training_runs(warehouse, assumed.overrides)
    mark.mark_defects(warehouse)
    refresh.join_observations(warehouse)
    refresh.backtest_estimators(warehouse, series)
    refresh.fit_and_extrapolate(warehouse, series, assumed.overrides, 0.9)
    refresh.date_targets(warehouse, assumed.overrides)
    refresh.evaluate_estimates(warehouse, series, 0.9)
    refresh.fit_capabilities(warehouse, series)
    refresh.split_performance(warehouse, series, 0.9)
    refresh.keep_forecasts(warehouse, place / FILE, date)
    refresh.write_ledger(warehouse, place / FILE)


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    return made_anew(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def released(home) -> Path:
    return release.publish(home / "warehouse.duckdb", home / "releases", DATE, []).path
