"""Invariants of a built warehouse and its release: questions answer, keys hold, comments stand, bytes repeat."""

import csv
import hashlib
import json
import shutil

import duckdb
import pytest

from schemas.tables import TABLES
from tasks.publish import release
from tests.data.conftest import DATE
from warehouse.connection import QUERIES, VIEWS, connect

# Questions whose honest answer may be empty when nothing but the reference tables is loaded.
MAY_BE_EMPTY = {"changes", "claims", "defects", "documents_failed", "quarantined", "methods_compared"}
MAY_BE_EMPTY |= {
    "capability",
    "capability_checks",
    "disclosure_weighting",
}  # scores of language models come from leaderboards
MAY_BE_EMPTY |= {"accuracy_witnesses", "source_disagreements"}  # one source cannot contradict itself
MAY_BE_EMPTY |= {"source_changes", "source_runs"}  # these releases are made without asking any source
MAY_BE_EMPTY |= {"disclosures", "results"}  # no document is read
MAY_BE_EMPTY |= {"parameters_per_example"}  # of the models of Epoch AI


def ask(released, sql):
    with connect(released / "warehouse.duckdb", read_only=True) as con:
        return con.execute(sql).df()


def test_every_question_is_answered(released):
    questions = {path.stem: path.read_text() for path in sorted(QUERIES.glob("*.sql"))}
    assert len(questions) >= 8
    answers = {name: ask(released, sql) for name, sql in questions.items()}
    assert [name for name, answer in answers.items() if len(answer.columns) <= 2] == []
    assert {name for name, answer in answers.items() if answer.empty} <= MAY_BE_EMPTY


def test_the_growth_from_alexnet_to_nasnet_is_the_studys(released):
    (row,) = ask(released, (QUERIES / "growth_split.sql").read_text()).to_dict("records")
    assert row["times_the_compute"] == pytest.approx(1095, rel=0.005)
    assert row["times_faster_chips"] == pytest.approx(6.03, abs=0.01)


def test_every_view_has_rows(released):
    for path in VIEWS.glob("*.sql"):
        assert path.stem in MAY_BE_EMPTY or len(ask(released, f"SELECT * FROM {path.stem}"))


def test_every_published_column_has_its_comment(released):
    missing = ask(
        released,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL"
        " AND table_name IN (SELECT table_name FROM duckdb_tables())",
    )
    assert not len(missing)


def test_the_release_has_the_files_that_it_promises(released):
    for name in TABLES:
        if name.startswith(("core_", "out_")):
            assert (released / f"{name}.parquet").exists()
        if name.startswith("out_"):
            assert (released / f"{name}.csv").exists()
    for name in ("warehouse.duckdb", "manifest.json", "index.html", "codebook.csv", "sources.csv", "datapackage.json"):
        assert (released / name).exists()
    assert f'version: "{DATE}"' in (released / "CITATION.cff").read_text(encoding="utf-8")


def described(released) -> dict[str, dict]:
    package = json.loads((released / "datapackage.json").read_text(encoding="utf-8"))
    assert package["version"] == DATE
    return {r["path"]: r for r in package["resources"]}


def test_the_data_package_lists_every_file_and_column(released):
    files = {p.name for p in released.iterdir() if p.suffix in (".csv", ".parquet")}
    found = described(released)
    assert found.keys() == files
    for name, resource in found.items():
        columns = duckdb.sql(f"FROM '{released / name}' LIMIT 0").columns
        assert [f["name"] for f in resource["schema"]["fields"]] == columns, name


READ = {
    "integer": int,
    "number": float,
    "string": str,
    "list": str,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def test_every_cell_of_every_csv_is_as_the_data_package_says(released):
    """Types, vocabularies, bounds, what may be empty, and the key."""
    cells = 0
    for name, resource in described(released).items():
        if not name.endswith(".csv"):
            continue
        fields, key = resource["schema"]["fields"], resource["schema"].get("primaryKey", [])
        with (released / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for field in fields:
            limits = field.get("constraints", {})
            given = [r[field["name"]] for r in rows]
            said = [READ[field["type"]](cell) for cell in given if cell]
            assert len(said) == len(given) or not limits.get("required"), (name, field["name"])
            assert set(said) <= set(limits.get("enum", said)), (name, field["name"])
            assert all(limits.get("minimum", v) <= v <= limits.get("maximum", v) for v in said), (name, field["name"])
            cells += len(said)
        assert len({tuple(r[k] for k in key) for r in rows}) == len(rows) or not key, name
    assert cells > 10_000


def test_nothing_of_the_reference_observations_is_quarantined(released):
    assert not len(ask(released, "SELECT * FROM core_quarantine"))


def test_the_same_warehouse_published_again_gives_the_same_bytes(home, released, tmp_path):
    again = release.publish(home / "warehouse.duckdb", tmp_path / "releases", DATE, []).path

    def hashes(folder):
        kept = (p for p in folder.rglob("*") if p.is_file() and p.name not in ("warehouse.duckdb", "manifest.json"))
        return {p.relative_to(folder): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}

    assert hashes(again) == hashes(released)


def test_a_release_is_immutable_and_other_content_makes_another(home, released, tmp_path):
    unchanged = release.publish(home / "warehouse.duckdb", home / "releases", DATE, [])
    assert (unchanged.path, unchanged.is_new) == (released, False)
    changed = tmp_path / "warehouse.duckdb"
    shutil.copy(home / "warehouse.duckdb", changed)
    with connect(changed) as con:
        con.execute("UPDATE out_papers SET results = results + 1")
    other = release.publish(changed, home / "releases", DATE, [])
    assert (other.path.name, other.is_new) == (f"{DATE}.2", True)
    assert (home / "releases" / "latest").resolve() == other.path.resolve()
    assert (released / "manifest.json").exists()
