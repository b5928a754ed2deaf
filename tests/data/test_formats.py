"""A release as other people's programs see it: Frictionless, Croissant, and what a spreadsheet would execute."""

import csv
import itertools
import json
import logging
import sys

import duckdb
import frictionless
import mlcroissant
import pytest
from absl.logging import get_absl_handler

from schemas.tables import TABLES

# absl, which comes with mlcroissant, closes the stream that it found when it was imported as soon as somebody sets up
# logging anew, as Prefect does: during a test that is the file in which pytest keeps what is printed.
get_absl_handler().python_handler.setStream(sys.__stderr__)

PARQUET_ROWS = 50
"""Rows of each Parquet file that frictionless looks at: it is slow there. test_queries compares them with the CSV."""


@pytest.mark.timeout(900)
def test_the_frictionless_validator_finds_nothing(released):
    with frictionless.system.use_context(trusted=True):
        package = frictionless.Package(str(released / "datapackage.json"))
        assert len(package.resources) > 60
        found = {}
        for resource in package.resources:
            limit = PARQUET_ROWS if resource.format == "parquet" else None
            report = resource.validate(limit_rows=limit)
            found[resource.name] = report.flatten(["fieldName", "type", "message"])
    assert {name: errors[:3] for name, errors in found.items() if errors} == {}


@pytest.fixture(scope="module")
def croissant(released):
    return mlcroissant.Dataset(str(released / "croissant.json"))


def test_mlcommons_reader_takes_the_croissant_without_an_error_or_a_warning(released, croissant, caplog):
    with caplog.at_level(logging.WARNING):
        mlcroissant.Dataset(str(released / "croissant.json"))
    issues = croissant.metadata.ctx.issues
    assert (issues.errors, issues.warnings, caplog.messages) == (set(), set(), [])


def test_the_croissant_names_every_table_and_column(croissant, released):
    named = {r.id: [f.name for f in r.fields] for r in croissant.metadata.record_sets}
    assert named == {p.stem: TABLES[p.stem].column_names for p in released.glob("*.parquet")}
    files = {d.id for d in croissant.metadata.distribution}
    assert files == {p.name for p in released.iterdir() if p.suffix in (".csv", ".parquet")}


@pytest.mark.parametrize("table", ["out_observations", "out_estimates", "core_hardware"])
def test_mlcommons_reader_gives_the_rows(croissant, released, table):
    rows = list(itertools.islice(croissant.records(table), 5))
    first = duckdb.sql(f"FROM '{released / table}.parquet' LIMIT 5").fetchall()
    key = TABLES[table].key[0]
    position = TABLES[table].column_names.index(key)
    assert [r[f"{table}/{key}"].decode() for r in rows] == [row[position] for row in first]


def test_the_hashes_of_the_croissant_are_those_of_the_manifest(released):
    described = json.loads((released / "croissant.json").read_text(encoding="utf-8"))["distribution"]
    manifest = {f["name"]: f["sha256"] for f in json.loads((released / "manifest.json").read_text())["files"]}
    assert {d["@id"]: d["sha256"] for d in described}.items() <= manifest.items()


def test_no_cell_of_any_csv_is_a_formula(released):
    for path in released.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for cell in itertools.chain.from_iterable(csv.reader(stream)):
                assert not cell.startswith(("=", "@", "\t", "\r", "\n")), (path.name, cell)
                assert not cell.startswith(("+", "-")) or float(cell) is not None, (path.name, cell)
