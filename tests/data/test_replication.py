"""The study reproduced from its own files: every printed row, every exponent (skipped where its data are absent)."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tasks.reference.published_points import PUBLISHED_POINTS
from tasks.reference.published_regressions import PUBLISHED_REGRESSIONS, load_published_regressions
from tasks.reference.published_targets import load_published_targets
from tasks.reference.table import FOLDER
from tasks.replicate import exponents, regressions
from tasks.replicate.data import read_all
from tests.conftest import SHARED

STUDY = SHARED / "sources" / "computational_limits"
REFERENCE = SHARED / "reference"

pytestmark = pytest.mark.skipif(not STUDY.is_dir(), reason="the study's data are not on this machine")


@pytest.fixture(scope="module")
def data():
    return read_all({p.stem: p.read_bytes() for p in STUDY.glob("*.csv")})[0]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_printed_row_is_reproduced_to_its_digits(data):
    published = load_published_regressions()
    done = [r for study in data for r in regressions.reproduce(study, published)]
    assert [r.reason for r in done if r.reason] == []
    assert sum(r.agreeing for r in done) == len(published) == 39


def test_every_exponent_is_reproduced(data):
    targets = list(load_published_targets())
    names = {t.file: t.benchmark for t in targets if t.file}
    found = exponents.reproduce(targets, [*exponents.curves_of_points(), *exponents.curves_of_data(data, names)])
    assert len(found) == len(targets) == 36
    assert [e.target for e in found if not e.agrees] == []
    for e in found:
        line = e.curve.line
        assert (line.n, round(line.r_squared, 3), round(line.slope.value, 4)) == (
            e.target.n, e.target.r_squared, e.target.slope,
        )  # fmt: skip


def test_the_verb_gives_the_columns_and_rows_of_the_published_table():
    told = CliRunner().invoke(app, ["replicate", "--study", str(STUDY), "--json"])
    rows, expected = json.loads(told.stdout), rows_of(REFERENCE / "study_2022_regressions.csv")
    assert len(rows) == len(expected)
    for ours, theirs in zip(rows, expected, strict=True):
        assert list(ours) == list(theirs)
        for column, printed in theirs.items():
            value = ours[column]
            if isinstance(value, str):
                assert value == printed
            else:
                digits = 4 if column == "coef" or (column == "r_squared" and ours["estimator"] == "quantreg") else 3
                assert round(value, digits) == float(printed), (ours["section"], column)


def test_the_verb_says_that_all_is_reproduced():
    told = CliRunner().invoke(app, ["replicate", "--study", str(STUDY)])
    assert told.exit_code == 0
    for words in ("39 of 39 printed rows", "Exponents: 36 of 36", "1,095 | 1,095.5", "6.03 | 6.03"):
        assert words in told.stdout
    assert "✗" not in told.stdout
    assert told.stderr == ""


def test_a_changed_score_is_a_changed_figure(data, tmp_path):
    """The published table names formulas and is no source of figures."""
    stem = "question-answering-on-squad-1-1"
    content = (STUDY / f"{stem}.csv").read_text(encoding="utf-8")
    assert content.count(",90.60,") == 1
    (tmp_path / f"{stem}.csv").write_text(content.replace(",90.60,", ",70.60,"), encoding="utf-8")
    told = CliRunner().invoke(app, ["replicate", "--study", str(tmp_path)])
    assert "0 of 4 printed rows" in told.stdout


@pytest.mark.parametrize("stem", [p.stem for p in STUDY.glob("*.csv")])
def test_under_another_name_a_file_gets_the_common_recipe(data, stem):
    content = (STUDY / f"{stem}.csv").read_bytes()
    (renamed,), _ = read_all({"renamed": content})
    ours = {(t.section, t.term, t.dependent): t for r in regressions.reproduce(renamed, []) for t in r.reproduced}
    burden = [t for key, t in ours.items() if key[0] == "Hardware Burden"]
    assert len(burden) == 4
    assert {t.n for t in burden} == {renamed.frame["hardware_burden"].count()}


def test_entered_figures_are_those_of_the_reference():
    entered = rows_of(FOLDER / PUBLISHED_REGRESSIONS.file)
    theirs = rows_of(REFERENCE / "study_2022_regressions.csv")
    assert [{k: v for k, v in row.items() if k != "source"} for row in entered] == theirs
    targets = list(load_published_targets())
    for ours, row in zip(targets, rows_of(REFERENCE / "study_2020_targets.csv"), strict=True):
        assert (ours.benchmark, ours.form, ours.error) == (row["benchmark"], row["model"], float(row["error_rate"]))
        assert ours.log10_gflop == float(row["log10_gflop_refit"])
    points = rows_of(FOLDER / PUBLISHED_POINTS.file)
    for point, row in zip(points, rows_of(REFERENCE / "study_2020_points.csv"), strict=True):
        assert (point["study_benchmark"], point["accuracy"]) == (row["benchmark"], row["accuracy"])
        assert float(point["hardware_burden_flop"]) == pytest.approx(1e9 * float(row["hardware_burden_gflop"]))
