"""The usual share of the peak, from runs that state theirs."""

from tasks.reference.assumptions import assumption_row
from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.training_utilisation import RUNS, usual_utilisation


def test_the_default_and_its_range_are_those_of_the_runs() -> None:
    row = assumption_row("compute_utilisation")
    assert (row.value, row.lower, row.upper) == tuple(round(share, 2) for share in usual_utilisation())
    assert f"{len(RUNS.rows())} runs" in row.source


def test_every_run_names_a_known_chip_and_its_place() -> None:
    chips = by_slug(load_hardware())
    for run in RUNS.rows():
        assert not run.hardware or run.hardware in chips, run.model
        assert run.paper and run.place and 0.05 < run.utilisation < 0.95, run.model
