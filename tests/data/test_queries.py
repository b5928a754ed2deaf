"""What answers say, and what an analyst may rely on in a release (see also test_warehouse)."""

import csv
import json
import re
import shutil

import duckdb
import pytest

from schemas.tables import TABLES
from tasks.evaluate.ledger import FILE
from tasks.publish.contents import RUN_RECORDS, STORAGE_VERSION
from tasks.publish.release import publish
from tasks.publish.releases import DATABASE
from tests.data.conftest import DATE, estimate, made_anew
from warehouse.connection import QUERIES, STATUS, VIEWS, connect
from warehouse.rows import first_of

NEXT_DATE = "2026-11-24"

FILES = [*QUERIES.glob("*.sql"), *STATUS.glob("*.sql"), *VIEWS.glob("*.sql")]


@pytest.fixture
def published(released):
    """A reader's connection to the release."""
    with connect(released / DATABASE, read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def made_again(tmp_path_factory):
    """The release of the same day made from nothing, in another place."""
    home = made_anew(tmp_path_factory.mktemp("another place"))
    return publish(home / "warehouse.duckdb", home / "releases", DATE, []).path


@pytest.fixture(scope="module")
def next_day(home, released, tmp_path_factory):
    """The release of the next day, in which one figure differs and one model is new."""
    place = tmp_path_factory.mktemp("next day")
    shutil.copytree(released, place / "releases" / DATE)
    for name in ("warehouse.duckdb", FILE):
        shutil.copy(home / name, place / name)
    with connect(place / "warehouse.duckdb") as con:
        con.execute(
            "INSERT INTO raw_observations SELECT * REPLACE ('new' AS result_id, 'Newest-Net' AS model)"
            " FROM raw_observations WHERE model = 'ResNet-152' AND benchmark = 'imagenet-1k'"
        )
        con.execute("UPDATE raw_observations SET value = value - 0.5 WHERE model = 'ResNet-152'")
        estimate(con, place, NEXT_DATE)
    return publish(place / "warehouse.duckdb", place / "releases", NEXT_DATE, []).path


def rows(con, question: str, **variables: str) -> list[dict]:
    for name, value in variables.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])
    cursor = con.execute((QUERIES / f"{question}.sql").read_text())
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, r, strict=True)) for r in cursor.fetchall()]


# --- answers


def test_every_sql_file_begins_with_a_sentence():
    firsts = {f"{path.parent.name}/{path.name}": path.read_text().splitlines()[0] for path in FILES}
    assert {name: line for name, line in firsts.items() if not re.match(r"-- [A-Z]..", line)} == {}


def test_a_question_asked_twice_is_answered_alike(published):
    questions = [path.stem for path in sorted(QUERIES.glob("*.sql"))]
    assert [name for name in questions if rows(published, name) != rows(published, name)] == []


@pytest.mark.parametrize("question", sorted(p.stem for p in QUERIES.glob("*.sql")))
def test_the_first_rows_of_an_answer_are_those_of_the_whole(published, question):
    query = (QUERIES / f"{question}.sql").read_text()
    first = published.execute(first_of(query, 5)).fetchall()
    assert first == published.execute(query).fetchall()[:5]


def test_every_section_of_the_status_runs(home):
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        for path in sorted(STATUS.glob("*.sql")):
            assert con.execute(path.read_text()).description, path.name


def test_the_three_parts_of_growth_multiply_to_the_whole(published):
    (row,) = rows(published, "growth_split")
    product = row["times_faster_chips"] * row["times_more_chips"] * row["times_longer"]
    assert row["times_the_compute"] == pytest.approx(product, rel=0.01)


def test_growth_can_be_asked_for_other_models(published):
    (back,) = rows(published, "growth_split", from_model="nasnet-a", to_model="AlexNet")
    assert back["times_faster_chips"] < 1
    assert rows(published, "growth_split", from_model="no such net") == []


def test_provenance_shows_page_and_words_of_the_model_asked_for(published):
    answer = rows(published, "provenance", model="ResNet-152", benchmark="imagenet-1k")
    one = next(r for r in answer if r["model"] == "ResNet-152")
    assert (one["paper_id"], one["value"], one["page"]) == ("1512.03385", 78.57, 6)
    assert "21.43" in one["accuracy_quote"]
    assert one["compute_quote"] and one["basis"] and one["training_flop"] > 1e18
    assert {r["benchmark"] for r in answer} == {"imagenet-1k"}
    assert rows(published, "provenance", model="no such net") == []


def test_halving_compares_two_targets_of_one_fit(published):
    answer = rows(published, "cost_of_halving")
    for row in answer:
        assert row["error_halved_pct"] == pytest.approx(row["error_now_pct"] / 2, abs=0.011)
    assert {r["times_the_compute"] > 1 for r in answer if r["times_the_compute"] is not None} == {True}


def test_the_frontier_falls(published):
    by_series: dict[str, dict[int, float]] = {}
    for row in rows(published, "frontier_by_year"):
        by_series.setdefault(row["series"], {})[row["year"]] = row["error_pct"]
    assert len(by_series) >= 5
    for errors in by_series.values():
        in_order = [errors[year] for year in sorted(errors)]
        assert in_order == sorted(in_order, reverse=True)


def test_what_changed_since_the_last_release_is_listed(next_day):
    with connect(next_day / DATABASE, read_only=True) as con:
        answer = rows(con, "changes")
    assert {r["release_before"] for r in answer} == {DATE}
    changed = [r for r in answer if r["row_id"].endswith(" | ResNet-152") and r["change"] == "changed"]
    assert [(r["column_changed"], r["value_before"], r["value_now"]) for r in changed] == [("value", "78.57", "78.07")]
    assert {r["row_id"].split(" | ")[-1] for r in answer if r["change"] == "new"} == {"Newest-Net"}
    assert "out_fits" in {r["table_name"] for r in answer}


# --- tables


def test_keys_are_unique(published):
    for table in TABLES.values():
        key = ", ".join(f'"{k}"' for k in table.key)
        doubles = published.execute(f"SELECT {key} FROM {table.name} GROUP BY ALL HAVING count(*) > 1").fetchall()
        assert doubles == [], table.name


@pytest.mark.parametrize(
    ("child", "column", "parents"),
    [
        ("out_observations", "observation_id", ["core_observations"]),
        ("core_observations", "estimate_id", ["core_compute_estimates"]),
        ("core_observations", "result_id", ["raw_observations", "core_results"]),
        ("out_estimates", "fit_id", ["out_fits"]),
    ],
)
def test_ids_point_to_rows_that_are_there(published, child, column, parents):
    known = " UNION ".join(f"SELECT {column} FROM {parent}" for parent in parents)
    lost = published.execute(
        f"SELECT {column} FROM {child} WHERE {column} IS NOT NULL AND {column} NOT IN ({known})"
    ).fetchall()
    assert lost == []
    assert published.execute(f"SELECT count({column}) FROM {child}").fetchall()[0][0] > 0


def test_an_observation_that_no_fit_sees_says_why(published):
    counts = published.execute(
        "SELECT count(*) FILTER (in_fit), count(*) FILTER (in_fit = (exclusion_reason IS NOT NULL))"
        " FROM out_observations"
    ).fetchall()
    assert counts[0][0] >= 120 and counts[0][1] == 0


def test_every_series_with_enough_points_is_fitted(published):
    fitted = {r[0] for r in published.execute("SELECT DISTINCT series FROM out_fits").fetchall()}
    enough = published.execute("SELECT series FROM out_observations WHERE in_fit GROUP BY 1 HAVING count(*) >= 8")
    series = {r[0] for r in enough.fetchall()}
    assert len(series) >= 5 and series <= fitted


def test_an_estimate_stands_on_a_fit_and_says_how_far_out(published):
    unfounded = published.execute(
        "SELECT series, target FROM out_estimates WHERE status IN ('ok', 'reached', 'far_extrapolation')"
        " AND (log10_training_flop IS NULL OR fit_id IS NULL OR decades_beyond_data IS NULL)"
    ).fetchall()
    assert unfounded == []


def test_how_probably_a_target_is_unreachable_is_told_and_of_what_was_reached_it_is_none(published):
    untold = published.execute("SELECT count(*) FROM out_estimates WHERE n > 0 AND probability_unreachable IS NULL")
    assert untold.fetchall() == [(0,)]
    reached = published.execute("SELECT max(probability_unreachable) FROM out_estimates WHERE status = 'reached'")
    assert reached.fetchall() == [(0.0,)]


def test_no_row_in_a_fit_is_a_guess_or_lies_below_a_published_floor(published):
    beyond = published.execute(
        """SELECT o.model FROM out_observations o JOIN out_fits f ON f.series = o.series
        WHERE o.in_fit AND f.estimator = 'power_law_floor' AND o.error < f.fitted_floor - 1e-9"""
    )
    assert beyond.fetchall() == []


# --- files


def test_the_database_opens_in_every_client_since_duckdb_1_0(released, published):
    tags = published.execute("SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert [t[0].rstrip("+") for t in tags] == [STORAGE_VERSION]
    # The header: a checksum of 8 bytes, the mark, then the number of the format; 64 is that of DuckDB 0.10 to 1.1.
    head = (released / DATABASE).read_bytes()[:20]
    assert (head[8:12], int.from_bytes(head[12:20], "little")) == (b"DUCK", 64)


def test_parquet_and_csv_hold_the_rows_of_the_database(released, published):
    for name in sorted(set(TABLES) - set(RUN_RECORDS)):
        (count,) = published.execute(f"SELECT count(*) FROM {name}").fetchall()[0]
        assert duckdb.sql(f"SELECT count(*) FROM '{released}/{name}.parquet'").fetchall() == [(count,)], name
        if name.startswith("out_"):
            with (released / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
                assert sum(1 for _ in csv.DictReader(stream)) == count, name


def test_the_codebook_describes_every_column_of_every_file(released):
    with (released / "codebook.csv").open(encoding="utf-8", newline="") as stream:
        described = {(r["table"], r["column"]) for r in csv.DictReader(stream) if r["description"]}
    paths = list(released.glob("*.parquet"))
    assert len(paths) > 10
    for path in paths:
        columns = duckdb.sql(f"FROM '{path}' LIMIT 0").columns
        assert columns == TABLES[path.stem].column_names
        assert {(path.stem, c) for c in columns} <= described


# --- made again


def test_the_same_inputs_give_the_same_bytes_from_nothing(released, made_again):
    names, again = (sorted(p.relative_to(r) for p in r.rglob("*") if p.is_file()) for r in (released, made_again))
    assert names == again
    compared = [n for n in names if n.name not in (DATABASE, "manifest.json")]
    assert len(compared) > 20
    assert [n for n in compared if (released / n).read_bytes() != (made_again / n).read_bytes()] == []
    hashes = [json.loads((r / "manifest.json").read_text())["content_sha256"] for r in (released, made_again)]
    assert hashes[0] == hashes[1]
