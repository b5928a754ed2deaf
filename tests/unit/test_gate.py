"""The gate of publication: what may follow on the latest release, and what waits for a person."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from flows import pipeline
from flows.cli import app
from schemas.tables import TABLES
from tasks.load.derived import load_derived
from tasks.load.runs import Run, put_load
from tasks.load.validate import validate
from tasks.publish import gate
from tasks.publish.gate import STUDY, suspicious_changes
from tasks.publish.release import PublishRefused, check_changes, publish
from tasks.publish.releases import read_published
from tasks.reference.benchmarks import headline_benchmark
from tasks.refresh.assumed import known_series
from tasks.refresh.what_if import is_usual
from tasks.wording import quantities
from tests.unit.published import publish_bare
from tests.unit.rows import good_row
from tests.unit.test_forecasts_kept import target
from warehouse.connection import connect, insert, migrate

pytestmark = pytest.mark.slow  # each publishes

SERIES = headline_benchmark()
HEADLINE = "power_law_symmetric"


def estimates(**flops: float | None) -> pd.DataFrame:
    """Half of the best error by estimator; None where there is no number."""
    rows = [
        good_row(
            "out_estimates",
            series=SERIES,
            target="half_of_best",
            target_error=0.05,
            estimator=estimator,
            log10_training_flop=flop,
            log10_training_flop_lower=None,
            log10_training_flop_upper=None,
            status="no_slope" if flop is None else "ok",
        )
        for estimator, flop in flops.items()
    ]
    return pd.DataFrame(rows, columns=TABLES["out_estimates"].column_names)


def observations(n: int, series: str = SERIES, first: int = 0) -> pd.DataFrame:
    rows = [
        good_row("out_observations", observation_id=f"{series}{i}", series=series, model=f"net {i}")
        for i in range(first, first + n)
    ]
    return pd.DataFrame(rows, columns=TABLES["out_observations"].column_names)


def scores(*headline: str) -> pd.DataFrame:
    names = [HEADLINE, STUDY, "quantile_10"]
    rows = [good_row("out_backtest_scores", scope="all", estimator=n, is_headline=n in headline) for n in names]
    return pd.DataFrame(rows)


def papers(claims: int, n: int = 4) -> pd.DataFrame:
    """So many claims in so many papers, half of them results."""
    half = claims // n // 2
    return pd.DataFrame([good_row("out_papers", paper_id=f"p{i}", results=half, disclosures=half) for i in range(n)])


def quarantine(n: int) -> pd.DataFrame:
    rows = [good_row("core_quarantine", quarantine_id=f"q{i}") for i in range(n)]
    return pd.DataFrame(rows, columns=TABLES["core_quarantine"].column_names)


def tables(**changes) -> dict:
    usual = {
        "out_estimates": estimates(**{HEADLINE: 24.0, STUDY: 26.0}),
        "out_observations": observations(20),
        "out_backtest_scores": scores(HEADLINE),
        "out_papers": papers(200),
        "core_quarantine": quarantine(20),
    }
    return usual | changes


def test_a_benchmark_that_disappears_is_named():
    other = estimates(**{HEADLINE: 24.0}).assign(series="coco")
    before = tables(out_estimates=pd.concat([estimates(**{HEADLINE: 24.0, STUDY: 26.0}), other]))
    assert suspicious_changes(before, tables(), SERIES) == ["no estimate any more of coco"]
    assert suspicious_changes(tables(), before, SERIES) == []


def test_a_quarantine_that_jumps_is_told():
    (line,) = suspicious_changes(tables(), tables(core_quarantine=quarantine(60)), SERIES)
    assert line == "23% of what was read is quarantined, 9% before"
    assert suspicious_changes(tables(), tables(core_quarantine=quarantine(40)), SERIES) == []
    assert suspicious_changes(tables(), tables(core_quarantine=quarantine(0)), SERIES) == []


def test_reading_that_finds_less_in_the_same_papers_is_told():
    (line,) = suspicious_changes(tables(), tables(out_papers=papers(120)), SERIES)
    assert line.startswith("200 claims were read in papers that give 120 now")
    assert suspicious_changes(tables(), tables(out_papers=papers(160)), SERIES) == []
    assert (
        suspicious_changes(tables(), tables(out_papers=papers(100, n=2)), SERIES) == []
    )  # two papers are gone, none reads worse


def test_a_few_claims_say_nothing_of_reading_or_quarantine():
    few = tables(out_papers=papers(40), core_quarantine=quarantine(0))
    assert suspicious_changes(few, tables(out_papers=papers(8), core_quarantine=quarantine(40)), SERIES) == []


def said(**flops: float | None) -> dict:
    return {"out_estimates": estimates(**({HEADLINE: 24.0, STUDY: 26.0} | flops))}


# --- what moved


def test_what_stays_as_it_was_moves_nothing():
    assert suspicious_changes(tables(), tables(), SERIES) == []


@pytest.mark.parametrize("estimator", [HEADLINE, STUDY])
def test_a_decade_is_allowed_and_more_is_told_with_both_figures(estimator):
    before = tables()
    flop = {HEADLINE: 24.0, STUDY: 26.0}[estimator]
    assert suspicious_changes(before, tables(**said(**{estimator: flop + 0.9})), SERIES) == []
    assert suspicious_changes(before, tables(**said(**{estimator: flop - 0.9})), SERIES) == []
    (line,) = suspicious_changes(before, tables(**said(**{estimator: flop - 1.1})), SERIES)
    assert f"{quantities.flop(flop)} for 5 % ({estimator}, ok), now {quantities.flop(flop - 1.1)}" in line


def test_other_estimators_may_move():
    before, now = tables(**said(quantile_10=20.0)), tables(**said(quantile_10=30.0))
    assert suspicious_changes(before, now, SERIES) == []


@pytest.mark.parametrize(("before", "now"), [(24.0, None), (None, 24.0)])
def test_a_figure_that_is_withheld_or_appears_has_moved(before, now):
    (line,) = suspicious_changes(tables(**said(**{HEADLINE: before})), tables(**said(**{HEADLINE: now})), SERIES)
    assert "no figure for 5 %" in line and "no_slope" in line


def test_a_headline_that_is_gone_has_moved_and_a_first_one_has_not():
    none = scores()
    assert "now nothing" in suspicious_changes(tables(), tables(out_backtest_scores=none), SERIES)[0]
    assert suspicious_changes(tables(out_backtest_scores=none), tables(), SERIES) == []


def test_each_release_has_the_headline_of_its_own_estimator():
    before = tables(**said(quantile_10=24.5))
    assert suspicious_changes(before, before | {"out_backtest_scores": scores("quantile_10")}, SERIES) == []
    far = said(quantile_10=25.5)
    (line,) = suspicious_changes(before, tables(**far, out_backtest_scores=scores("quantile_10")), SERIES)
    assert f"({HEADLINE}, ok), now 3.2×10²⁵ FLOP for 5 % (quantile_10" in line


def test_three_in_ten_observations_may_go():
    assert suspicious_changes(tables(), tables(out_observations=observations(14)), SERIES) == []
    lines = suspicious_changes(tables(), tables(out_observations=observations(13)), SERIES)
    assert lines and all(line.startswith("7 of 20 observations in fits are gone") for line in lines)


def test_observations_that_others_replaced_are_gone():
    assert suspicious_changes(tables(), tables(out_observations=observations(20, first=10)), SERIES)


def test_the_headlines_series_is_looked_at_by_itself():
    many = observations(200, "coco")
    before = tables(out_observations=pd.concat([observations(20), many]))
    (line,) = suspicious_changes(before, tables(out_observations=pd.concat([observations(10), many])), SERIES)
    assert SERIES in line


def test_rows_that_no_fit_saw_are_not_missed():
    unseen = observations(20, first=100).assign(in_fit=False)
    assert suspicious_changes(tables(out_observations=pd.concat([observations(20), unseen])), tables(), SERIES) == []


def test_a_home_that_is_still_filling_may_move():
    far = said(**{STUDY: 30.0})
    assert suspicious_changes(tables(), tables(**far, out_observations=observations(23)), SERIES)
    assert suspicious_changes(tables(), tables(**far, out_observations=observations(24)), SERIES) == []


def test_a_release_from_before_there_were_scores_is_compared_in_what_it_has():
    before = tables(out_backtest_scores=None)
    assert suspicious_changes(before, tables(), SERIES) == []
    assert len(suspicious_changes(before, tables(**said(**{STUDY: 30.0})), SERIES)) == 1
    assert suspicious_changes(dict.fromkeys(gate.FIGURES), tables(), SERIES) == []


# --- refused and accepted


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A home with one release, whose report is a line."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        publish_bare(patch)
        with connect(home / "warehouse.duckdb") as con:
            migrate(con)
            for name, frame in tables().items():
                good, refused = validate(frame.to_dict("records"), name)
                assert refused.empty, refused["reason"].tolist()
                insert(con, TABLES[name], good)
            refreshed(con)
        publish(home / "warehouse.duckdb", home / "releases", "2026-11-23", [])
        yield home


@pytest.fixture
def home(first, tmp_path) -> Path:
    shutil.copytree(first, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def refreshed(con, **parameters) -> None:
    refresh = Run("refresh", parameters)
    refresh.end()
    put_load(con, refresh.row())


def change(home: Path, statement: str) -> None:
    with connect(home / "warehouse.duckdb") as con:
        con.execute(statement)


def leap(home: Path) -> None:
    change(home, f"UPDATE out_estimates SET log10_training_flop = 31 WHERE estimator = '{STUDY}'")


def check(home: Path, date: str = "2026-11-24", is_accepted: bool = False) -> None:
    check_changes(home / "warehouse.duckdb", home / "releases", home / "refused", date, is_accepted)


def content(home: Path) -> dict:
    files = [p for p in (home / "releases").rglob("*") if p.is_file()]
    return {p: p.read_bytes() for p in [*files, home / "warehouse.duckdb"]}


def test_the_first_release_follows_on_nothing(home):
    shutil.rmtree(home / "releases")
    leap(home)
    check(home)


def test_a_refusal_says_what_moved_and_where_to_look_and_changes_nothing(home):
    leap(home)
    before = content(home)
    with pytest.raises(PublishRefused) as refused:
        check(home)
    for words in ("1×10²⁶ FLOP", "now 1×10³¹ FLOP", "2026-11-23 stays", f"changes --home {home / 'refused'}"):
        assert words in str(refused.value)
    assert content(home) == before
    assert str((home / "releases" / "latest").readlink()) == "2026-11-23"


def test_what_was_refused_can_be_asked(home):
    leap(home)
    with pytest.raises(PublishRefused):
        check(home)
    changes = read_published(home / "refused" / "releases" / "latest", "out_changes")
    assert set(changes["release_before"]) == {"2026-11-23"}
    assert (STUDY in changes["row_id"].iloc[0], changes["value_now"].tolist()) == (True, ["31"])
    told = CliRunner().invoke(app, ["query", "changes", "--csv", "--home", str(home / "refused")])
    assert (told.exit_code, "26,31" in told.output) == (0, True)


@pytest.mark.slow
def test_what_was_refused_is_taken_away_once_it_is_accepted_or_mended(home):
    for is_accepted in (True, False):
        leap(home)
        with pytest.raises(PublishRefused):
            check(home)
        if not is_accepted:
            change(home, f"UPDATE out_estimates SET log10_training_flop = 26.1 WHERE estimator = '{STUDY}'")
        check(home, is_accepted=is_accepted)
        assert not (home / "refused").exists()


@pytest.mark.slow
@pytest.mark.parametrize("asked", [{"benchmarks": ["coco"]}, {"assumptions": {"compute_utilisation": 0.1}}])
def test_what_a_person_asked_for_is_not_refused_nor_what_follows_on_it(home, asked):
    leap(home)
    with connect(home / "warehouse.duckdb") as con:
        refreshed(con, **asked)
        assert not is_usual(con)
    check(home)
    publish(home / "warehouse.duckdb", home / "releases", "2026-11-24", [])
    with connect(home / "warehouse.duckdb") as con:
        refreshed(con, benchmarks=known_series(), assumptions=None)
        assert is_usual(con)
    change(home, f"UPDATE out_estimates SET log10_training_flop = 26 WHERE estimator = '{STUDY}'")
    check(home, "2026-11-25")


@pytest.mark.parametrize("error", [None, ValueError("no figure"), KeyboardInterrupt()])
def test_a_refresh_that_did_not_come_to_its_end_is_not_published(home, error):
    refresh = Run("refresh", {})
    if error:
        refresh.end(error)
    with connect(home / "warehouse.duckdb") as con:
        put_load(con, refresh.row())
    for publication in (check, lambda h: publish(h / "warehouse.duckdb", h / "releases", "2026-11-24", [])):
        with pytest.raises(PublishRefused, match="did not come to its end"):
            publication(home)


@pytest.mark.slow
def test_the_flow_refuses_keeps_no_forecast_and_obeys(home):
    with connect(home / "warehouse.duckdb") as con:
        load_derived(con, {"out_target_dates": [target()]})
        refreshed(con, benchmarks=known_series(), assumptions=None)
    leap(home)
    with pytest.raises(PublishRefused):
        pipeline.publish.fn(date="2026-11-24", home=home)
    assert not (home / "forecasts.jsonl").exists()
    assert str((home / "releases" / "latest").readlink()) == "2026-11-23"
    released = pipeline.publish.fn(date="2026-11-24", home=home, accept_changes=True)
    assert released.name == "2026-11-24"
    assert (home / "forecasts.jsonl").exists()
    assert pipeline.publish.fn(date="2026-11-25", home=home) == released.resolve()  # nothing has changed since


def test_latest_never_moves_back_to_an_earlier_day_without_a_word(home):
    with pytest.raises(PublishRefused, match=r"2026-11-23 is after 2026-11-22.*clock"):
        check(home, "2026-11-22")
    check(home, "2026-11-22", is_accepted=True)


@pytest.mark.slow
def test_the_command_line_refuses_in_one_line_and_passes_the_word_on(home, monkeypatch):
    monkeypatch.setattr("flows.runtime.start", lambda flow, **parameters: flow.fn(**parameters))
    leap(home)
    asked = ["publish", "--date", "2026-11-24", "--home", str(home)]
    told = CliRunner().invoke(app, asked)
    assert (told.exit_code, "--accept-changes" in told.output) == (1, True)
    assert CliRunner().invoke(app, [*asked, "--accept-changes"]).exit_code == 0
