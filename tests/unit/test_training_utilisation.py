"""The usual share of the peak, from runs that state theirs."""

from collections.abc import Callable

import pytest

from tasks.reference.assumptions import assumption_row
from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.training_utilisation import RUNS, UtilisedRun, usual_utilisation
from tools.usual_utilisation import by_family, by_years, chance, grouped


def test_the_default_and_its_range_are_those_of_the_runs() -> None:
    row = assumption_row("compute_utilisation")
    assert (row.value, row.lower, row.upper) == tuple(round(share, 2) for share in usual_utilisation())
    assert f"{len(RUNS.rows())} runs" in row.source


@pytest.mark.parametrize("group_of", [by_years, by_family(by_slug(load_hardware()))])
def test_one_default_holds_for_all_since_groups_do_not_differ(group_of: Callable[[UtilisedRun], str]) -> None:
    groups = grouped(group_of)
    assert sum(len(found) >= 5 for found in groups.values()) >= 3
    assert chance(groups) > 0.05


def test_groups_that_differ_are_told_apart() -> None:
    assert chance({"low": [0.1, 0.12, 0.11, 0.13, 0.14], "high": [0.5, 0.52, 0.51, 0.53, 0.54]}) < 0.05


def test_every_run_names_a_known_chip_and_its_place() -> None:
    chips = by_slug(load_hardware())
    for run in RUNS.rows():
        assert not run.hardware or run.hardware in chips, run.model
        assert run.paper and run.place and 0.05 < run.utilisation < 0.95, run.model
