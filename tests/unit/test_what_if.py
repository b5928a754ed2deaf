"""What-if runs: what they assume, that they say so, and that no release of ours comes of them."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import pipeline
from flows.cli import app
from schemas.rows.sources import HandReadObservation
from schemas.rows.what_if import WhatIf
from schemas.tables import TABLES
from tasks.compute.methods import ComputeAssumptions
from tasks.estimate.extrapolate import load_targets
from tasks.load.runs import Run, put_load
from tasks.load.validate import validate
from tasks.publish import release
from tasks.publish.published import Published
from tasks.publish.release import publish_at
from tasks.publish.releases import read_published
from tasks.publish.site.frame import Frame
from tasks.publish.target_checks import check_targets
from tasks.reference.targets import asked_target
from tasks.refresh.assumed import assumed, known_series
from tasks.refresh.compute import estimate_compute
from tasks.refresh.estimates import unanswered
from tasks.refresh.joined import join_observations
from tasks.refresh.own import load_own, own_observations
from tasks.refresh.what_if import is_usual, what_if
from tasks.wording.what_if import assumed_lines
from tests.unit.rows import good_row
from warehouse.connection import connect, insert, migrate

OWN = "model,benchmark,value,training_flop\nMine,imagenet-1k,88.8,5e22\n"
ASKED = {"file": "my.csv", "sha256": "ab"}


# --- targets


@pytest.mark.parametrize(
    ("text", "series", "target", "error"),
    [
        ("mmlu=92", "mmlu", "error_8pct", 0.08),
        (" imagenet-1k = 97.3 ", "imagenet-1k", "error_2.7pct", 0.027),
        ("coco-val=70", "coco", "error_30pct", 0.30),
        ("coco=70", "coco", "error_30pct", 0.30),
        ("wmt14-en-de=40", "wmt14-en-de", "error_60pct", 0.60),
        ("librispeech-test-clean=99", "librispeech-test-clean", "error_1pct", 0.01),
    ],
)
def test_a_target_is_a_score_of_the_metric_that_the_benchmark_is_fitted_by(text, series, target, error):
    row = asked_target(text)
    assert (row.series, row.target, row.target_error) == (series, target, error)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mmlu", "write BENCHMARK=SCORE"),
        ("mmlu=", "write BENCHMARK=SCORE"),
        ("mmlu=high", "write BENCHMARK=SCORE"),
        ("mmlu=nan", "is above 25"),
        ("mmlu=inf", "and below 100"),
        ("=92", "unknown benchmark: none; known are"),
        ("mmlo=92", r"unknown benchmark: mmlo; did you mean mmlu\b"),
        ("mmlu=100", "below 100"),
        ("mmlu=25", "MMLU, in %, is above 25, which a guess has"),
        ("mmlu=-3", "is above 25"),
        ("wmt14-en-de=0", "English-German, in BLEU, is above 1 and no fraction"),
        ("imagenet-1k=0.97", "in %, is above 1 and no fraction"),
        ("imagenet-1k=99.99999", "below 100"),
    ],
)
def test_a_target_that_can_be_none_is_refused(text, told):
    with pytest.raises(ValueError, match=told):
        asked_target(text)


def test_a_target_is_that_of_models_that_stand_apart_too_and_there_once_where_it_has_a_name_already():
    asked = [asked_target(text) for text in ("imagenet-1k=95", "mmlu=92", "mmlu=92.0")]
    new = load_targets(asked).iloc[len(load_targets()) :]
    assert new[["series", "target"]].values.tolist() == [["mmlu", "error_8pct"], ["mmlu-reasoning", "error_8pct"]]


# --- what a run was asked for


def refreshed(con, **parameters) -> None:
    run = Run("refresh", {"benchmarks": known_series(), "confidence_level": 0.9, **parameters})
    run.end()
    put_load(con, run.row())


@pytest.fixture
def own(tmp_path):
    (tmp_path / "my.csv").write_text(OWN)
    return own_observations(tmp_path / "my.csv", ComputeAssumptions())


@pytest.fixture
def warehouse(tmp_path):
    with connect(tmp_path / "w.duckdb") as con:
        migrate(con)
        yield con


USUAL = {"assumptions": {}, "observations": None, "only": None, "targets": []}


@pytest.mark.parametrize("parameters", [{}, USUAL, {"assumptions": None}])
def test_a_usual_run_is_no_what_if(warehouse, parameters):
    refreshed(warehouse, **parameters)
    assert what_if(warehouse) is None and is_usual(warehouse)


def test_the_last_refresh_counts_also_where_the_clock_was_set_back_meanwhile(warehouse):
    ahead = Run("refresh", {"targets": ["mmlu=95"]})
    ahead.started_at += timedelta(days=10)
    put_load(warehouse, ahead.row())
    assert what_if(warehouse)
    refreshed(warehouse)
    assert what_if(warehouse) is None


def test_a_run_of_some_benchmarks_is_no_what_if_and_not_usual_either(warehouse):
    refreshed(warehouse, benchmarks=["coco"])
    assert what_if(warehouse) is None and not is_usual(warehouse)


@pytest.mark.parametrize(
    ("parameters", "line"),
    [
        ({"only": "extra_data = false"}, "Only observations where extra_data = false."),
        ({"targets": ["mmlu=92", "coco=80"]}, "Targets of its own, beside the usual ones: mmlu=92, coco=80."),
        ({"confidence_level": 0.8}, "Intervals that should hold in 80 of 100."),
        ({"observations": ASKED}, "Observations of its own, from my.csv: Mine (imagenet-1k 88.8). Each stands"),
    ],
)
def test_what_a_run_assumes_by_itself_is_told(warehouse, own, parameters, line):
    load_own(warehouse, own)
    refreshed(warehouse, **parameters)
    asked = what_if(warehouse)
    assert not is_usual(warehouse)
    (told,) = assumed_lines(asked)
    assert line in told
    page = Frame(date="2026-11-29", what_if=(told,)).page("a.html", "home.html.j2", **EMPTY).decode()
    assert "what-if run, not a release" in page and line.split(":")[0] in page


def test_a_researcher_s_walk_from_the_template_to_what_the_page_says(warehouse, tmp_path):
    """The template filled in, loaded and matched: each row where it belongs, and the page names the one left out."""
    header, example = CliRunner().invoke(app, ["template"]).stdout.splitlines()
    blank = dict.fromkeys(header.split(","), "")
    mine = [
        {"model": "Net-XL", "extra_data": "Photos-2B", "extra_examples": "2e9", "test_protocol": "several views"},
        {"model": "Net-T"},
        {"model": "LM-7B", "benchmark": "arc-easy", "value": "66", "shots": "5", "formulation": "completion"},
    ]
    rows = [blank | {"benchmark": "imagenet-1k", "value": "84", "training_flop": "1e22"} | own for own in mine]
    (tmp_path / "my.csv").write_text("\n".join([header, example, *(",".join(row.values()) for row in rows)]))
    load_own(warehouse, own_observations(tmp_path / "my.csv", ComputeAssumptions()))
    estimate_compute(warehouse, ComputeAssumptions())
    join_observations(warehouse)
    refreshed(warehouse, observations={"file": "my.csv", "sha256": "ab"})
    found = warehouse.execute("SELECT model, series FROM out_observations WHERE in_fit ORDER BY 1").fetchall()
    assert found == [("LM-7B", "arc-easy"), ("MyNet-L", "imagenet-1k"), ("Net-XL", "imagenet-1k-extra-data")]
    said, left_out = assumed_lines(what_if(warehouse))
    assert "MyNet-L (imagenet-1k 85.2), Net-XL (imagenet-1k 84), Net-T (imagenet-1k 84), LM-7B (arc-easy 66)" in said
    assert left_out.startswith(
        "Of these some are listed only: my.csv, line 4: no fit uses Net-T: nobody says its extra"
    )


def test_the_page_of_a_release_says_nothing_of_it():
    assert "what-if" not in Frame(date="2026-11-29").page("a.html", "home.html.j2", **EMPTY).decode().split("<main")[0]


EMPTY = {"title": "a", "description": "b", "images": None, "language": None, "charts": [], "deferred": []}
EMPTY["changes"] = type("Changes", (), {"since": None})()


def test_of_many_own_observations_some_are_named():
    row = {f: None for f in HandReadObservation.__dataclass_fields__}
    rows = tuple(HandReadObservation(**{**row, "model": f"M{i}", "benchmark": "mmlu", "value": 70.5}) for i in range(7))
    (line,) = assumed_lines(WhatIf(observations=rows, observations_file="my.csv"))
    assert "M4 (mmlu 70.5) and 2 more." in line and "M5" not in line


# --- its publication


def small_site(published: Published) -> dict[str, bytes]:
    """One page with what every page of the site says."""
    frame = Frame(date=published.date, what_if=published.assumed)
    return {"index.html": frame.page("index.html", "home.html.j2", **EMPTY)}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A home with one release of one estimate, of a usual refresh."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "build_site", small_site)
        with connect(home / "warehouse.duckdb") as con:
            migrate(con)
            put(con, "out_estimates", estimate(24.0))
            put(con, "core_observations", observation())
            refreshed(con)
        assert publish_at(home, home / "warehouse.duckdb", "2026-11-29", []).path == home / "releases" / "2026-11-29"
        yield home


@pytest.fixture
def home(first, tmp_path) -> Path:
    shutil.copytree(first, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def put(con, table: str, row: dict) -> None:
    good, refused = validate([row], table)
    assert refused.empty, refused["reason"].tolist()
    con.execute(f"DELETE FROM {table}")
    insert(con, TABLES[table], good)


def estimate(log10_flop: float) -> dict:
    ends = {"log10_training_flop_lower": None, "log10_training_flop_upper": None}
    known = {"series": "imagenet-1k", "target": "half_of_best", "estimator": "power_law_symmetric"}
    return good_row("out_estimates", log10_training_flop=log10_flop, **known, **ends)


def observation() -> dict:
    known = {"series": "imagenet-1k", "benchmark": "imagenet-1k", "metric": "top1_accuracy", "model": "CoCa"}
    flop = {"training_flop": 1e23, "training_flop_lower": 1e22, "training_flop_upper": 1e24}
    codes = {"exclusion_code": None, "exclusion_parameters": None}
    return good_row("core_observations", **known, **flop, **codes, year=2022, value=91.0, error=0.09, in_fit=True)


def test_a_what_if_is_published_beside_the_releases_and_compared_with_the_latest(home, own):
    with connect(home / "warehouse.duckdb") as con:
        put(con, "out_estimates", estimate(25.5))
        load_own(con, own)
        refreshed(con, observations=ASKED, only="year > 2000", targets=["mmlu=92"], assumptions={"pue": 1.2})
    made = publish_at(home, home / "warehouse.duckdb", "2026-11-29", []).path
    assert made == home / "what-if" / "releases" / "2026-11-29"
    assert (home / "releases" / "latest").readlink() == Path("2026-11-29")
    assert [p.name for p in (home / "releases").iterdir() if p.is_dir() and not p.is_symlink()] == ["2026-11-29"]
    changes = read_published(made, "out_changes")
    moved = changes[changes["column_changed"] == "log10_training_flop"]
    assert moved[["value_before", "value_now", "release_before"]].values.tolist() == [["24", "25.5", "2026-11-29"]]
    assert json.loads((made / "manifest.json").read_text())["what_if"] == {
        "observations": 1,
        "observations_file": "my.csv",
        "observations_sha256": "ab",
        "left_out": [],
        "only": "year > 2000",
        "targets": ["mmlu=92"],
        "assumptions": {"pue": 1.2},
        "confidence_level": None,
    }
    assert json.loads((home / "releases" / "2026-11-29" / "manifest.json").read_text())["what_if"] is None
    assert "mmlu=92" in (made / "index.html").read_text()
    told = CliRunner().invoke(app, ["query", "changes", "--csv", "--home", str(home / "what-if")])
    assert (told.exit_code, "24,25.5" in told.output) == (0, True)


def test_a_what_if_without_a_release_is_compared_with_nothing(home):
    (home / "releases" / "2026-11-29").rename(home / "copy")
    shutil.rmtree(home / "releases")
    with connect(home / "warehouse.duckdb") as con:
        refreshed(con, only="year > 2000")
    shutil.copytree(home / "copy", home / "what-if" / "releases" / "2026-11-29")
    made = publish_at(home, home / "warehouse.duckdb", "2026-11-30", []).path
    assert read_published(made, "out_changes").empty
    assert not (home / "releases").exists()


def test_the_next_usual_run_is_a_release_again(home):
    with connect(home / "warehouse.duckdb") as con:
        refreshed(con, only="year > 2000")
        refreshed(con)
    publish_at(home, home / "warehouse.duckdb", "2026-11-30", [])
    assert (home / "releases" / "latest").readlink() == Path("2026-11-30")


# --- what has been reached


def test_a_target_that_has_been_reached_is_refused_with_who_did(home, own, tmp_path):
    check_targets(home, ["imagenet-1k"], assumed({}, None, ["imagenet-1k=97"]), None)
    with pytest.raises(ValueError, match=r"imagenet-1k=91 is reached already, by CoCa \(91, 2022, .*10²³ FLOP\)"):
        check_targets(home, ["imagenet-1k"], assumed({}, None, ["imagenet-1k=91"]), None)
    check_targets(home, ["imagenet-1k"], assumed({}, "year < 2020", ["imagenet-1k=89"]), None)
    with pytest.raises(ValueError, match=r"by Mine \(my.csv, line 2\): ask for more than 88.8"):
        check_targets(home, ["imagenet-1k"], assumed({}, "year < 2020", ["imagenet-1k=88"]), own)
    check_targets(tmp_path / "no home", ["imagenet-1k"], assumed({}, None, ["imagenet-1k=50"]), None)


@pytest.mark.parametrize("series", [["mmlu"], ["mmlu-reasoning", "coco"], known_series()])
def test_a_target_is_of_a_benchmark_that_is_asked_about_its_models_apart_among_them(tmp_path, series):
    check_targets(tmp_path, series, assumed({}, None, ["mmlu=92"]), None)


def test_a_target_of_another_benchmark_is_refused(tmp_path):
    with pytest.raises(ValueError, match="mmlu=92 is no target of coco, imagenet-1k, and nothing else is asked about"):
        check_targets(tmp_path, ["imagenet-1k", "coco"], assumed({}, None, ["mmlu=92"]), None)
    with pytest.raises(ValueError, match="mmlu-reasoning=92 is no target of mmlu"):
        check_targets(tmp_path, ["mmlu"], assumed({}, None, ["mmlu-reasoning=92"]), None)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--target", "mmlu=92"], "--target: mmlu=92 is no target of imagenet-1k, and nothing else is asked about"),
        (["--target", "imagenet-1k=0.97"], "--target: imagenet-1k=0.97: a target on ImageNet top-1, in %, is above 1"),
        (["--target", "imagenet-1k=50"], "--target: imagenet-1k=50 is reached already, by CoCa"),
        (["--only", "method = 'third-party'"], "--only: \"method = 'third-party'\": method is never 'third-party'"),
        (["--assume", "puee=1.2"], "--assume: no assumption is called 'puee'"),
        (["--assume", "pue=1.2", "--assume", "pue=1.3"], "--assume pue=1.3: pue is given twice"),
        (["--observations", "{own}"], "--observations: my.csv has no row of imagenet-1k, and nothing else is asked"),
    ],
)
@pytest.mark.parametrize("command", [["estimate", "imagenet-1k"], ["refresh", "--benchmark", "imagenet-1k"]])
def test_what_a_benchmark_cannot_be_asked_is_one_line(home, tmp_path, command, arguments, word):
    own = tmp_path / "my.csv"
    own.write_text("model,benchmark,value,training_flop\nMine,mmlu,88.8,5e22\n")
    given = [a.format(own=own) for a in arguments]
    told = CliRunner().invoke(app, [*command, *given, "--home", str(home)])
    assert (told.exit_code, told.stderr.count("\n"), told.stdout) == (2, 1, ""), told.output
    assert word in told.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--only", "licence = 'MIT'"], "the columns are"),
        (["--only", ""], "is no condition"),
        (["--target", "mmlu"], "write BENCHMARK=SCORE"),
        (["--target", "imagenet-1k=91"], "is reached already, by CoCa"),
        (["--target", "mmlu=12"], "which a guess has"),
    ],
)
@pytest.mark.parametrize("command", ["refresh", "nightly"])
def test_a_mistake_is_one_line_before_anything_starts(home, command, arguments, word):
    before = {p: p.stat().st_mtime_ns for p in home.rglob("*")}
    told = CliRunner().invoke(app, [command, *arguments, "--home", str(home)])
    assert (told.exit_code, told.stderr.count("\n")) == (2, 1), told.stderr
    assert word in told.stderr and arguments[0] in told.stderr
    assert {p: p.stat().st_mtime_ns for p in home.rglob("*")} == before


@pytest.mark.parametrize("flow", [pipeline.refresh, pipeline.nightly], ids=lambda flow: flow.name)
@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"targets": ["imagenet-1k=91"]}, "is reached already, by CoCa"),
        ({"targets": ["mmlu=92"], "benchmarks": ["coco"]}, "mmlu=92 is no target of coco"),
        ({"targets": ["mmlu=0.92"]}, "is above 25"),
        ({"only": "method = 'third-party'"}, "method is never 'third-party'"),
        ({"only": "licence = 'MIT'"}, "there is no column licence"),
        ({"assumptions": {"puee": 1.2}}, "no assumption is called 'puee'"),
        ({"assumptions": {"compute_utilisation": "much"}}, "each a number above zero"),
        ({"benchmarks": ["imagenett"]}, "unknown benchmark: imagenett"),
        ({"observations": "my.csv", "benchmarks": ["coco"]}, "my.csv has no row of coco"),
    ],
)
def test_a_run_that_a_server_starts_looks_at_what_it_is_asked_too(home, tmp_path, flow, asked, word):
    (tmp_path / "my.csv").write_text(OWN)
    if "observations" in asked:
        asked = asked | {"observations": tmp_path / "my.csv"}
    with pytest.raises(ValueError, match=word):
        flow.fn(**asked, home=home)


def test_a_target_that_no_curve_answers_is_told(warehouse):
    put(warehouse, "out_estimates", estimate(25.5))
    empty = {"log10_training_flop": None, "log10_training_flop_lower": None, "log10_training_flop_upper": None}
    known = {"series": "mmlu", "target": "error_8pct", "estimator": "power_law", "reason": "no observations"}
    put(warehouse, "out_estimates", good_row("out_estimates", **known, **empty))
    assert unanswered(warehouse, [asked_target("mmlu=92")]) == ["no curve answers mmlu=92: no observations"]
    assert unanswered(warehouse, []) == []


def test_a_bad_row_is_one_line_with_its_place(home, tmp_path):
    (tmp_path / "bad.csv").write_text(OWN + "Other,imagenet-1k,88,-5\n")
    told = CliRunner().invoke(app, ["refresh", "--observations", str(tmp_path / "bad.csv"), "--home", str(home)])
    assert (told.exit_code, told.stderr.count("\n")) == (2, 1)
    assert "--observations: bad.csv, line 3, column training_flop: -5 is not above zero" in told.stderr


def test_the_template_goes_to_a_file_and_its_columns_to_the_reader():
    told = CliRunner().invoke(app, ["template"])
    assert told.stdout.splitlines()[0].startswith("model,benchmark,value,") and len(told.stdout.splitlines()) == 2
    assert "hardware.csv" in told.stderr and "chip_hours" in told.stderr
