"""The ledger at a publication: what is kept, what is not, and that nothing is lost."""

import json
from collections import Counter
from pathlib import Path

import pytest

from flows import pipeline
from schemas.tables import TABLES
from tasks.evaluate import ledger
from tasks.load.derived import load_derived
from tasks.load.runs import Run, put_load
from tasks.load.validate import validate
from tasks.publish import release, releases
from tasks.publish.release import PublishRefused
from tasks.refresh.assumed import known_series
from tasks.refresh.forecasts import keep_forecasts, write_ledger
from tests.unit.published import publish_bare
from tests.unit.rows import good_row
from warehouse.connection import connect, insert, migrate
from warehouse.rows import records
from warehouse.working import WAREHOUSE

pytestmark = pytest.mark.slow  # each publishes

DAY, NEXT_MONTH = "2026-11-23", "2026-12-24"
STUDY = len(ledger.study_forecasts())


def target(**changes) -> dict:
    """A target as out_target_dates has it."""
    usual = {
        "series": "imagenet-1k",
        "metric": "top1_accuracy",
        "target": "error_5pct",
        "target_error": 0.05,
        "date_method": "record_drift",
        "is_published": True,
        "scored_until": "2022-05-31",
        "reached_on": None,
        "reached_year": 2028.0,
        "reached_year_lower": 2027.0,
        "reached_year_upper": 2032.0,
        "estimator": "study_power_law",
        "log10_training_flop": 26.0,
        "log10_training_flop_lower": 25.0,
        "log10_training_flop_upper": 27.0,
        "date_code": "dated",
    }
    return good_row("out_target_dates", **(usual | changes))


def put(con, *targets: dict) -> None:
    counts = load_derived(con, {"out_target_dates": list(targets), "out_estimates": [good_row("out_estimates")]})
    assert not counts["quarantined from out_target_dates"] + counts["quarantined from out_estimates"]


def refreshed(con, **parameters) -> None:
    refresh = Run("refresh", parameters)
    refresh.end()
    put_load(con, refresh.row())


@pytest.fixture
def home(tmp_path) -> Path:
    """A home with one target of a usual refresh, of which nothing is published."""
    made(tmp_path)
    return tmp_path


def made(home: Path) -> None:
    with connect(home / WAREHOUSE) as con:
        migrate(con)
        put(con, target())
        refreshed(con, benchmarks=known_series(), assumptions=None)


def keep(home: Path, day: str = DAY) -> Counter[str]:
    with connect(home / WAREHOUSE) as con:
        counts = keep_forecasts(con, home / ledger.FILE, day)
        write_ledger(con, home / ledger.FILE)
    return counts


def change(home: Path, *estimates: dict, **asked) -> None:
    with connect(home / WAREHOUSE) as con:
        put(con, *estimates)
        refreshed(con, **asked)


def kept(home: Path) -> list[tuple]:
    return [(f.issued_on, f.target, f.log10_training_flop.value) for f in ledger.read_ledger(home / ledger.FILE)]


def table(home: Path, name: str) -> list[dict]:
    with connect(home / WAREHOUSE, read_only=True) as con:
        return records(con, name)


# --- what is kept


def test_a_first_publication_keeps_its_estimates_beside_the_studys_forecasts(home):
    keep(home)
    assert kept(home) == [(DAY, "error_5pct", 26.0)]
    forecasts, scores = table(home, "out_forecasts"), table(home, "out_forecast_scores")
    assert len(forecasts) == len(scores) == STUDY + 1
    assert {r["forecast_id"] for r in forecasts} == {r["forecast_id"] for r in scores}
    assert Counter(r["issuer"] for r in forecasts)[ledger.US] == 1


def test_the_same_again_keeps_nothing_more(home):
    keep(home)
    before = (home / ledger.FILE).read_bytes(), table(home, "out_forecasts")
    for day in (DAY, "2026-11-30", NEXT_MONTH):
        keep(home, day)
        assert ((home / ledger.FILE).read_bytes(), table(home, "out_forecasts")) == before


def test_an_estimate_that_moved_is_kept_beside_the_old_one(home):
    keep(home)
    change(home, target(log10_training_flop=26.5))
    keep(home, NEXT_MONTH)
    assert kept(home) == [(DAY, "error_5pct", 26.0), (NEXT_MONTH, "error_5pct", 26.5)]
    assert len(table(home, "out_forecasts")) == STUDY + 2


def test_an_estimate_that_is_gone_leaves_its_forecast(home):
    keep(home)
    change(home, target(target="error_1pct", target_error=0.01, log10_training_flop=26.9))
    keep(home, NEXT_MONTH)
    assert kept(home) == [(DAY, "error_5pct", 26.0), (NEXT_MONTH, "error_1pct", 26.9)]


def test_only_the_scores_follow_the_observations(home):
    keep(home)
    (ours,) = [r for r in table(home, "out_forecast_scores") if r["issuer"] == ledger.US]
    assert ours["outcome"] == "open"
    row = good_row("core_observations", series="imagenet-1k", metric="top1_accuracy", error=0.04, training_flop=1e25)
    row |= {"training_flop_lower": 9e24, "training_flop_upper": 2e25, "year": 2026, "exclusion_reason": None}
    with connect(home / WAREHOUSE) as con:
        good, refused = validate([row], "core_observations")
        assert refused.empty, refused["reason"].tolist()
        insert(con, TABLES["core_observations"], good)
    keep(home, "2026-12-20")
    (ours,) = [r for r in table(home, "out_forecast_scores") if r["issuer"] == ledger.US]
    assert (ours["outcome"], ours["log10_flop_ratio"]) == ("reached", pytest.approx(1.0))
    assert kept(home) == [(DAY, "error_5pct", 26.0)]


# --- what is not kept


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [
        {"benchmarks": ["imagenet-1k"], "assumptions": None},
        {"benchmarks": known_series(), "assumptions": {"pue": 1.1}},
        {"benchmarks": known_series(), "assumptions": {"compute_utilisation": 0.5}},
    ],
)
def test_a_run_of_some_benchmarks_or_under_other_assumptions_foretells_nothing(home, asked):
    keep(home)
    change(home, target(log10_training_flop=30.0, log10_training_flop_upper=31.0), **asked)
    keep(home, NEXT_MONTH)
    assert kept(home) == [(DAY, "error_5pct", 26.0)]
    assert len(table(home, "out_forecasts")) == STUDY + 1  # what was kept is still told
    change(home, target(log10_training_flop=26.5), benchmarks=known_series(), assumptions=None)
    keep(home, NEXT_MONTH)
    assert len(kept(home)) == 2


def test_benchmarks_in_another_order_and_none_named_are_all_of_them(home):
    for n, asked in enumerate(({"benchmarks": known_series()[::-1], "assumptions": {}}, {})):
        change(home, target(log10_training_flop=26.2 + 0.2 * n), **asked)
        keep(home, f"2026-{n + 10}-24")
    assert [flop for *_, flop in kept(home)] == [26.2, 26.4]


# --- nothing is lost


def test_a_warehouse_that_was_deleted_loses_nothing(home):
    keep(home)
    before = table(home, "out_forecasts")
    (home / WAREHOUSE).unlink()
    made(home)
    keep(home, NEXT_MONTH)
    assert table(home, "out_forecasts") == before


@pytest.mark.parametrize("damage", ["{", '{"forecast_id": "x"}', "no JSON"])
def test_a_damaged_line_stops_the_publication_with_its_number_and_changes_nothing(home, damage):
    keep(home)
    path, before = home / ledger.FILE, table(home, "out_forecasts")
    path.write_text(path.read_text() + damage + "\n")
    damaged = path.read_bytes()
    change(home, target(log10_training_flop=26.5))
    with pytest.raises(ValueError, match=rf"{ledger.FILE}, line 2 is no forecast.*newest release"):
        keep(home, NEXT_MONTH)
    assert (path.read_bytes(), table(home, "out_forecasts")) == (damaged, before)


@pytest.mark.slow
@pytest.mark.parametrize("error", [KeyboardInterrupt(), PublishRefused("figures moved"), OSError("disk full")])
def test_what_was_not_published_is_no_forecast(home, monkeypatch, error):
    def fail(*_):
        raise error

    publish_bare(monkeypatch)
    with monkeypatch.context() as patch, pytest.raises(type(error)):
        patch.setattr(release, "publish", fail)
        pipeline.publish.fn(date=DAY, home=home)
    assert not (home / ledger.FILE).exists()
    pipeline.publish.fn(date=NEXT_MONTH, home=home)
    assert [day for day, *_ in kept(home)] == [NEXT_MONTH]


@pytest.mark.slow
def test_a_ledger_that_was_lost_or_not_written_to_comes_back_from_the_newest_release(home, monkeypatch):
    publish_bare(monkeypatch)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(ledger, "append", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        pipeline.publish.fn(date=DAY, home=home)
    assert not (home / ledger.FILE).exists()
    pipeline.publish.fn(date=DAY, home=home)
    once = (home / ledger.FILE).read_bytes()
    assert kept(home) == [(DAY, "error_5pct", 26.0)]
    (home / ledger.FILE).unlink()
    released = pipeline.publish.fn(date=NEXT_MONTH, home=home)
    assert (home / ledger.FILE).read_bytes() == once
    assert len(releases.read_published(released, "out_forecasts")) == STUDY + 1


def test_a_kill_while_keeping_leaves_the_old_ledger_or_the_new(home, monkeypatch):
    keep(home)
    change(home, target(log10_training_flop=26.5))

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        patch.setattr("os.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            keep(home, NEXT_MONTH)
    assert kept(home) == [(DAY, "error_5pct", 26.0)]
    keep(home, NEXT_MONTH)
    assert len(kept(home)) == 2


def test_every_line_of_the_ledger_is_json_that_other_programs_read(home):
    keep(home)
    (line,) = (home / ledger.FILE).read_text().splitlines()
    assert json.loads(line)["issuer"] == ledger.US
