"""One small warehouse and release, made from warehouse/reference alone by the plain functions."""

from pathlib import Path

import pytest

from tasks import load, refresh
from tasks.defects import mark
from tasks.discover import reference
from tasks.publish import release
from warehouse.connection import REFERENCE, connect, migrate

DATE = "2026-11-23"


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("home")
    with connect(place / "warehouse.duckdb") as warehouse:
        migrate(warehouse)
        load.load_rows(warehouse, reference.SOURCE_ID, reference.discover(REFERENCE).rows)
        assume = refresh.assumed({})
        refresh.reckon_compute(warehouse, assume.reckoning)
        refresh.price_training_runs(warehouse, assume.costs)
        mark.mark_defects(warehouse)
        refresh.join_observations(warehouse)
        refresh.fit_and_extrapolate(warehouse, refresh.known_series(), assume.costs, 0.9)
    return place


@pytest.fixture(scope="session")
def released(home) -> Path:
    return release.publish(home / "warehouse.duckdb", home / "releases", DATE, []).path
