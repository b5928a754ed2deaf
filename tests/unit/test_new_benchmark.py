"""A benchmark is a row: one that is added to benchmarks.csv is read, fitted and shown without a line of code."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tasks.costs.assumptions import load_assumptions
from tasks.estimate.extrapolate import estimate
from tasks.extract.accuracy.results import extract_results
from tasks.fit.registry import fit_all
from tasks.load.doubts import doubt_impossible_order
from tasks.publish.published import Published
from tasks.publish.site.displayed import displayed_estimators
from tasks.publish.site.series import all_series
from tasks.reference.benchmarks import error_floors, headline_benchmark, load_benchmarks
from tests.unit.published import curves_table, estimates_table, fits_table
from tests.unit.released import described, typed
from tests.unit.test_extrapolate import observations, targets
from tests.unit.test_results_tables import _document

COMMON = {
    "slug": "speckle-7", "series": "speckle-7", "is_read": "true", "title": "Speckle-7 dice", "domain": "Vision",
    "is_headline": "false", "names": "Speckle-7|SPK7", "variant_default": "true", "printed": "accuracy",
    "lower": "1", "upper": "99", "unit": "%", "chance_level_source": "not known", "error_floor_source": "none known",
    "task_description": "Find the speckles.", "task_description_source": "Made up",
}  # fmt: skip
DICE = COMMON | {
    "metric": "dice", "is_fit_metric": "true", "metric_names": "Dice|Dice score", "error_name": "missed dice",
    "metric_note": "Dice is no share of pixels.", "not_below": "overlap", "error_floor": "0.02",
    "error_floor_source": "Made up",
}  # fmt: skip
IOU = COMMON | {"metric": "overlap", "is_fit_metric": "false", "metric_names": "Overlap", "error_name": "1 − overlap"}


def add(folder: Path, *rows: dict[str, str]) -> None:
    path = folder / "benchmarks.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        header = next(csv.reader(stream))
    with path.open("a", newline="", encoding="utf-8") as stream:
        csv.DictWriter(stream, header, restval="", lineterminator="\n").writerows(rows)


def read(dice: float) -> tuple[set[tuple[str, str, float]], bool]:
    """What is read of a made paper, and whether its figures are doubted."""
    paper = _document("Results on SPK7.", ["Model | Dice | Overlap | Params", f"FooNet | {dice} | 60.2 | 33M"])
    found = doubt_impossible_order(extract_results(paper, "foo", load_benchmarks()))
    return {(c.row.benchmark, c.row.metric, c.row.value) for c in found}, any(c.doubts for c in found)


def test_an_added_benchmark_is_read_and_its_metrics_are_held_against_each_other(reference: Path) -> None:
    add(reference, DICE, IOU)
    both = {("speckle-7", "dice", 71.5), ("speckle-7", "overlap", 60.2)}
    assert read(71.5) == (both, False)
    assert read(51.5)[1]  # Dice never lies below the overlap


@pytest.mark.slow
def test_an_added_benchmark_is_fitted_and_shown(reference: Path) -> None:
    add(reference, DICE, IOU)
    observed = described(observations(np.linspace(18, 22, 9), np.linspace(0.4, 0.2, 9), "speckle-7", "dice"))
    floors = error_floors()
    assert floors["speckle-7", "dice"] == 0.02
    fitted = fit_all(observed, replicates=20, error_floors=floors)
    assumptions = load_assumptions(overrides={"utilisation": 1.0})
    wanted = targets(0.1, series="speckle-7", metric="dice")
    tables = {
        "out_observations": typed(observed, "out_observations"),
        "out_fits": fits_table(fitted.fits),
        "out_curves": curves_table(fitted.fits),
        "out_estimates": estimates_table(estimate(fitted, observed, wanted, floors, assumptions)),
    }
    published = Published(tables=tables, date="2026-11-23", benchmarks=load_benchmarks(), assumptions=assumptions)
    (view,) = all_series(published, displayed_estimators(published))
    assert (view.title, view.error_name, view.note) == ("Speckle-7 dice", "missed dice", "Dice is no share of pixels.")
    assert view.task_description == published.task_description("speckle-7") == "Find the speckles."
    assert view.n == 9 and view.fits and view.targets


def test_one_benchmark_is_the_headline() -> None:
    assert [b.slug for b in load_benchmarks() if b.is_headline] == [headline_benchmark()]
