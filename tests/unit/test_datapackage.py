"""What describes a release for programs, and how it is cited."""

import csv
import json
import re

import pytest
import yaml

from schemas.tables import TABLES
from tasks.provenance.versions import ROOT
from tasks.publish.datapackage import citation, datapackage
from tasks.reference.catalogue import reference_tables
from tasks.reference.table import columns_of
from warehouse.connection import REFERENCE

CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
FILES = {f"{name}.parquet": table.column_names for name, table in TABLES.items()}
FILES |= {"out_fits.csv": TABLES["out_fits"].column_names, "sources.csv": ["source_id", "licence"]}


def sources() -> list[dict]:
    with (REFERENCE / "sources.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def package() -> dict:
    return json.loads(datapackage("2026-11-23.2", FILES, sources()))


def fields(package: dict, file: str) -> dict[str, dict]:
    (resource,) = [r for r in package["resources"] if r["path"] == file]
    return {f["name"]: f for f in resource["schema"]["fields"]}


def test_it_says_which_release_of_which_day(package):
    assert (package["version"], package["created"]) == ("2026-11-23.2", "2026-11-23T00:00:00Z")


def test_every_file_and_column_is_listed_under_a_name_that_the_standard_allows(package):
    assert {r["path"]: [f["name"] for f in r["schema"]["fields"]] for r in package["resources"]} == FILES
    names = [r["name"] for r in package["resources"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[-a-z0-9._/]+", n) for n in [package["name"], *names])


def test_columns_of_tables_have_types_units_words_and_bounds(package):
    found = fields(package, "out_estimates.parquet")
    assert found["target_error"]["type"] == "number"
    assert found["target_error"]["constraints"] == {"required": True, "minimum": 0, "maximum": 1}
    assert found["cost_usd"]["unit"] == "USD"
    assert "required" not in found["cost_usd"]["constraints"]
    assert "far_extrapolation" in found["status"]["constraints"]["enum"]
    assert fields(package, "raw_loads.parquet")["started_at"]["type"] == "datetime"
    assert isinstance(fields(package, "out_fits.csv")["n"]["constraints"]["minimum"], int)
    assert all(f["description"] for r in package["resources"] if "primaryKey" in r["schema"] for f in _fields(r))


def _fields(resource: dict) -> list[dict]:
    return resource["schema"]["fields"]


def test_reference_tables_have_the_types_that_their_loaders_declare():
    files = {t.file: [d.name for d in columns_of(t.row)] for t in reference_tables().values()}
    package = json.loads(datapackage("2026-11-23", files, sources()))
    chips = fields(package, "hardware.csv")
    assert (chips["tdp_w"]["type"], chips["tdp_w"]["unit"]) == ("number", "W")
    assert chips["aliases"]["type"] == "list" and chips["aliases"]["delimiter"] == "|"
    assert chips["kind"]["constraints"]["enum"] == ["gpu", "tpu", "npu", "asic", "cpu"]
    assert fields(package, "datasets.csv")["train_examples"]["type"] == "integer"
    assert all(f["description"] for r in package["resources"] for f in _fields(r))


def test_a_key_with_a_list_is_none_to_the_validator():
    setups = [c.name for c in columns_of(reference_tables()["evaluation_setups.csv"].row)]
    (resource,) = json.loads(datapackage("2026-11-23", {"evaluation_setups.csv": setups}, []))["resources"]
    assert "primaryKey" not in resource["schema"]


def test_keys_are_the_registrys(package):
    (resource,) = [r for r in package["resources"] if r["path"] == "out_fits.csv"]
    assert resource["schema"]["primaryKey"] == list(TABLES["out_fits"].key)


def test_every_source_is_named_and_the_licences_that_have_names(package):
    assert [s["title"] for s in package["sources"]] == [s["title"] for s in sources()]
    assert {x["name"] for x in package["licenses"]} == {"CC-BY-4.0", "CC-BY-SA-4.0"}
    assert all(s["licence"] for s in package["sources"])
    assert all(s["path"].startswith("http") for s in package["sources"] if "path" in s)


def test_the_same_files_in_any_order_give_the_same_bytes():
    backwards = dict(reversed(FILES.items()))
    assert datapackage("2026-11-23", FILES, sources()) == datapackage("2026-11-23", backwards, sources())


# --- citation


def test_the_projects_citation_has_what_the_format_asks_for_and_the_version_of_the_package():
    said = yaml.safe_load(CITATION)
    assert {"cff-version", "message", "title", "authors"} <= said.keys()
    assert said["cff-version"] == "1.2.0"
    project = (ROOT / "pyproject.toml").read_text()
    assert f'version = "{said["version"]}"' in project and f'license = "{said["license"]}"' in project


def test_a_release_is_cited_as_a_data_set_of_its_day():
    ours, said = yaml.safe_load(CITATION), yaml.safe_load(citation(CITATION, "2026-11-23.2"))
    assert (said["type"], said["version"], str(said["date-released"])) == ("dataset", "2026-11-23.2", "2026-11-23")
    assert "license" not in said  # each row's follows its source
    same = ours.keys() - {"type", "version", "date-released", "license"}
    assert {k: said[k] for k in same} == {k: ours[k] for k in same}


def test_a_citation_without_a_version_is_refused():
    with pytest.raises(ValueError, match="version"):
        citation(re.sub(r"^version: .*\n", "", CITATION, flags=re.MULTILINE), "2026-11-23")
