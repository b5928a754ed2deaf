"""Publish: immutable dated folders, the same content once, and a `latest` that is always whole."""

import csv
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from schemas.tables import TABLES
from tasks.load.validate import validate
from tasks.provenance import versions
from tasks.publish import contents
from tasks.publish import release as module
from tasks.publish.contents import RUN_RECORDS
from tasks.publish.release import PublishRefused, Release, publish, unchanged_release
from tasks.publish.releases import DATABASE, previous_release, prune_old_releases, read_published, set_damaged_aside
from tasks.storage.store import sha256_of
from tests.unit.published import publish_bare
from tests.unit.rows import good_row, good_rows
from warehouse.connection import connect, insert, migrate

pytestmark = pytest.mark.slow  # each publishes

# A value that trips quoting in SQL, CSV and file names alike.
ODD = 'it\'s; "odd",\n–“ünï” \u2028 %s {{x}}'


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("working") / "w.duckdb"
    with connect(path) as con:
        migrate(con)
        for name in TABLES:
            if name != "out_changes":
                put(con, name, good_rows(name, 2))
        put(con, "out_papers", [good_row("out_papers", paper_id="odd", title=ODD)])
    return path


def small_site(published) -> dict[str, bytes]:
    page = f"<html>{published.date} {len(published.table('out_papers'))}".encode()
    return {"index.html": page, "benchmark/coco.html": page}


@pytest.fixture(autouse=True, scope="module")
def quick():
    with pytest.MonkeyPatch.context() as patch:
        publish_bare(patch, small_site)
        patch.setattr(contents, "code_version", lambda: "abc")
        patch.setattr(module, "release_version", lambda: "1")
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory, quick, warehouse):
    """One release, in a folder whose name is odd too, for the tests that only look."""
    home = tmp_path_factory.mktemp("it's a home")
    shutil.copy(warehouse, home)
    return published(home).path


@pytest.fixture
def home(tmp_path, warehouse):
    """A warehouse of a few rows of which nothing is published; the site is two lines."""
    shutil.copy(warehouse, tmp_path)
    return tmp_path


@pytest.fixture
def released(home, folder):
    """The same warehouse with its first release."""
    shutil.copytree(folder.parent, home / "releases", symlinks=True)
    return home


def put(con, table: str, rows: list[dict]) -> None:
    good, refused = validate(rows, table)
    assert refused.empty, refused["reason"].tolist()
    insert(con, TABLES[table], good)


def change(home: Path, statement: str) -> None:
    with connect(home / "w.duckdb") as con:
        con.execute(statement)


def published(home: Path, date: str = "2026-11-23", deferred: list[str] | None = None):
    return publish(home / "w.duckdb", home / "releases", date, deferred or [])


def files_of(release: Path) -> dict[str, bytes]:
    return {p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*") if p.is_file()}


def entries(home: Path) -> list[str]:
    return sorted(p.name for p in (home / "releases").iterdir() if p.name != ".names")


# --- what is in a release


def test_a_release_holds_every_table_and_says_so(folder):
    names = files_of(folder).keys()
    open_tables = set(TABLES) - set(RUN_RECORDS)
    assert {p.removesuffix(".parquet") for p in names if p.endswith(".parquet")} == open_tables
    assert {f"{t}.csv" for t in TABLES if t.startswith("out_")} <= names
    assert {
        DATABASE,
        "index.html",
        "benchmark/coco.html",
        "feed.xml",
        "codebook.csv",
        "manifest.json",
        "sources.csv",
    } <= names
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["release"] == "2026-11-23"
    assert {f["name"] for f in manifest["files"]} == names - {"manifest.json"}
    for file in manifest["files"]:
        assert file["bytes"] == (folder / file["name"]).stat().st_size
        assert file["sha256"] == sha256_of(folder / file["name"])
    assert {f["name"]: f.get("rows") for f in manifest["files"]}["out_papers.parquet"] == 3


def test_database_parquet_and_csv_say_the_same(folder):
    with connect(folder / DATABASE, read_only=True) as con:
        for name in sorted(set(TABLES) - set(RUN_RECORDS)):
            key = ", ".join(f'"{k}"' for k in TABLES[name].key)
            rows = con.execute(f"FROM {name} ORDER BY {key}").fetchall()
            path = str(folder / name).replace("'", "''")
            assert con.execute(f"FROM '{path}.parquet'").fetchall() == rows, name
            if name.startswith("out_"):
                with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
                    header, *lines = csv.reader(stream)
                assert header == TABLES[name].column_names
                assert len(lines) == len(rows)
    with (folder / "out_papers.csv").open(encoding="utf-8", newline="") as stream:
        assert ODD in {r["title"] for r in csv.DictReader(stream)}


def test_hostile_text_is_no_formula_in_any_csv_and_raw_in_parquet(released):
    hostile = "=cmd|' /C calc'!A0"
    change(released, f"UPDATE out_papers SET title = '{hostile.replace(chr(39), chr(39) * 2)}' WHERE paper_id = 'odd'")
    release = published(released).path
    with (release / "out_papers.csv").open(encoding="utf-8", newline="") as stream:
        assert "'" + hostile in {r["title"] for r in csv.DictReader(stream)}
    assert hostile in set(read_published(release, "out_papers")["title"])


def test_run_records_are_in_the_database_only(folder):
    with connect(folder / DATABASE, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM raw_loads").fetchall() == [(2,)]


def test_a_release_cannot_be_written_by_accident(folder):
    assert {oct(p.stat().st_mode & 0o222) for p in folder.rglob("*") if p.is_file()} == {"0o0"}


def test_the_working_warehouse_is_not_touched(home):
    before = sha256_of(home / "w.duckdb")
    published(home)
    assert sha256_of(home / "w.duckdb") == before


# --- dates, contents, and the pointer


@pytest.mark.slow
def test_the_same_content_makes_no_second_release(home):
    first, second = published(home), published(home)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.path == second.path
    # Run records alone are no new content.
    change(home, "UPDATE raw_loads SET finished_at = now(), deferred = 'x'")
    assert published(home).is_new is False
    assert entries(home) == ["2026-11-23", "latest"]


def test_changed_content_makes_a_second_release_and_leaves_the_first(released):
    first = released / "releases" / "2026-11-23"
    before = files_of(first)
    change(released, "DELETE FROM out_papers WHERE paper_id = 'odd'")
    second = published(released)
    assert (second.is_new, second.path.name) == (True, "2026-11-23.2")
    assert files_of(first) == before
    assert json.loads((second.path / "manifest.json").read_text())["release"] == "2026-11-23.2"
    assert (released / "releases" / "latest").resolve() == second.path.resolve()
    assert published(released).path == second.path


def test_what_a_run_put_off_is_told_in_the_manifest_and_is_no_content(home):
    deferred = ["deferred: web: offline"]
    folder = published(home, deferred=deferred).path
    assert json.loads((folder / "manifest.json").read_text())["deferred"] == deferred
    assert published(home) == Release(folder, False)


def standing(home: Path, date: str) -> Path | None:
    return unchanged_release(home, home / "w.duckdb", date, home / "forecasts.jsonl")


def test_the_latest_release_stands_whatever_the_day_where_nothing_has_changed(released):
    first = (released / "releases" / "2026-11-23").resolve()
    change(released, "UPDATE raw_loads SET finished_at = now()")
    assert standing(released, "2026-11-24") == first
    assert standing(released, "2026-12-01") is None  # a new month may bring new forecasts
    change(released, "UPDATE core_results SET value = value + 1")
    second = published(released, "2026-11-24").path
    assert standing(released, "2026-11-25") == second.resolve()
    change(released, "UPDATE core_results SET value = value - 1")
    assert standing(released, "2026-11-25") is None  # of an older day: `latest` never goes back to it


@pytest.mark.parametrize("what", ["code", "a damaged release", "a thinned release", "a ledger that says more"])
def test_a_release_made_of_anything_else_does_not_stand(released, monkeypatch, what):
    first = released / "releases" / "2026-11-23"
    if what == "code":
        monkeypatch.setattr(module, "release_version", lambda: "another")
    elif what == "a damaged release":
        (first / "out_papers.csv").chmod(0o644)
        (first / "out_papers.csv").write_text("")
    elif what == "a thinned release":
        (first / DATABASE).unlink()
    else:
        monkeypatch.setattr(module, "is_published", lambda *_: False)
    assert standing(released, "2026-11-24") is None
    assert published(released, "2026-11-24").path.name == "2026-11-24"


def test_what_is_not_fit_to_be_published_does_not_stand_either(released):
    change(released, "INSERT INTO out_fits SELECT * FROM out_fits LIMIT 1")
    with pytest.raises(PublishRefused, match="twice"):
        standing(released, "2026-11-24")


def test_a_what_if_rests_on_the_release_that_it_is_compared_with_too(home):
    with connect(home / "w.duckdb", read_only=True) as source:
        inputs = {module.release_inputs(source, "2026-11-23", of) for of in (None, home / "a", home / "b")}
    assert len(inputs) == 3


@pytest.mark.parametrize("name", ["tasks/publish/site/templates/home.html.j2", "docs/methods.md", "CITATION.cff"])
def test_pages_and_documents_belong_to_the_version_of_a_release(name, monkeypatch):
    def version() -> str:
        versions.release_version.cache_clear()
        return versions.release_version()

    before, genuine = version(), Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda p: genuine(p) + (b" " if p == versions.ROOT / name else b""))
    assert version() != before
    monkeypatch.undo()
    assert version() == before


@pytest.mark.slow
def test_content_that_comes_back_points_to_the_release_that_has_it(released):
    first = released / "releases" / "2026-11-23"
    change(released, "UPDATE out_papers SET results = results + 1")
    published(released)
    change(released, "UPDATE out_papers SET results = results - 1")
    assert published(released).path == first
    assert (released / "releases" / "latest").resolve() == first.resolve()
    assert entries(released) == ["2026-11-23", "2026-11-23.2", "latest"]


@pytest.mark.slow
def test_the_tenth_release_of_a_day_comes_after_the_ninth(home):
    for name in ("2026-11-22", *("2026-11-23" + (f".{i}" if i > 1 else "") for i in range(1, 11))):
        (home / "releases" / name).mkdir(parents=True)
        (home / "releases" / name / "manifest.json").write_text('{"content_sha256": ""}')
    assert previous_release(home / "releases", "2026-11-24").name == "2026-11-23.10"
    assert previous_release(home / "releases", "2026-11-23").name == "2026-11-22"
    assert previous_release(home / "releases", "2026-11-22") is None
    assert published(home).path.name == "2026-11-23.11"


def test_a_name_is_not_given_again_when_its_release_was_deleted(released):
    for n in range(3):
        change(released, "UPDATE out_papers SET results = results + 1")
        assert published(released).path.name == f"2026-11-23.{n + 2}"
    for name in ("2026-11-23.3", "2026-11-23.4"):
        shutil.rmtree(released / "releases" / name)
    change(released, "UPDATE out_papers SET results = results + 1")
    assert published(released).path.name == "2026-11-23.5"


def test_older_releases_are_thinned_to_their_parquet_files_and_latest_never(released):
    for n in range(3):
        change(released, "UPDATE out_papers SET results = results + 1")
        published(released, f"2026-11-{24 + n}")
    releases = released / "releases"
    assert prune_old_releases(releases, 0) == []
    assert prune_old_releases(releases, 2) == ["2026-11-23", "2026-11-24"]
    assert prune_old_releases(releases, 2) == []
    left = {p.name for p in (releases / "2026-11-23").iterdir()}
    assert left == {p for p in left if p.endswith(".parquet")} | {"manifest.json", "CITATION.cff", "sources.csv"}
    newest = releases / "2026-11-26"
    told = (newest / "feed.xml").read_text()
    linked = re.findall(r'rel="alternate" href="([^"]+)"', told)
    assert linked == ["index.html", "../2026-11-25/manifest.json"] and told.count("<entry>") == 4
    assert all((newest / link).exists() for link in linked)
    assert len(left) > 20
    assert previous_release(releases, "2026-11-24").name == "2026-11-23"
    assert len(read_published(releases / "2026-11-23", "out_papers")) == 3
    for name in ("2026-11-25", "2026-11-26"):
        assert (releases / name / DATABASE).exists() and (releases / name / "index.html").exists()
    releases.joinpath("latest").unlink()
    releases.joinpath("latest").symlink_to("2026-11-25", target_is_directory=True)
    assert prune_old_releases(releases, 1) == []  # a reader of `latest` keeps all of it


def test_a_thinned_release_is_no_substitute_for_the_same_content(released):
    change(released, "UPDATE out_papers SET results = results + 1")
    published(released)
    assert prune_old_releases(released / "releases", 1) == ["2026-11-23"]
    change(released, "UPDATE out_papers SET results = results - 1")
    assert published(released).path.name == "2026-11-23.3"


def test_the_next_day_says_what_changed(released):
    change(released, "UPDATE out_estimates SET status = 'no_slope' WHERE series = 'series-0'")
    folder = published(released, "2026-11-24").path
    with connect(folder / DATABASE, read_only=True) as con:
        rows = con.execute(
            "SELECT table_name, change, column_changed, value_before, value_now, release_before FROM out_changes"
        ).fetchall()
    assert rows == [("out_estimates", "changed", "status", "ok", "no_slope", "2026-11-23")]


def test_a_table_of_before_a_column_was_renamed_has_the_name_of_today(tmp_path):
    made = pd.DataFrame({"benchmark": ["coco"], "target": ["half_of_best"]})
    made.to_parquet(tmp_path / "out_estimates.parquet")
    made.assign(series="coco").to_parquet(tmp_path / "out_observations.parquet")
    assert list(read_published(tmp_path, "out_estimates").columns) == ["series", "target"]
    assert list(read_published(tmp_path, "out_observations").columns) == ["benchmark", "target", "series"]


def test_rows_without_a_value_before_are_empty_and_not_the_word_none(released):
    change(released, "DELETE FROM out_estimates WHERE series = 'series-0'")
    folder = published(released, "2026-11-24").path
    assert read_published(folder, "out_changes")[["value_before", "value_now"]].isna().all(axis=None)
    line = (folder / "out_changes.csv").read_text().splitlines()[1]
    assert line.endswith("(row),,,,,2026-11-23")


@pytest.mark.slow
def test_a_second_release_of_a_day_is_compared_with_the_day_before(released):
    change(released, "UPDATE out_fits SET n = n + 1")
    published(released, "2026-11-24")
    change(released, "UPDATE out_fits SET n = n + 1")
    second = published(released, "2026-11-24").path
    assert second.name == "2026-11-24.2"
    assert set(read_published(second, "out_changes")["release_before"]) == {"2026-11-23"}


def test_a_table_that_a_release_does_not_have_reads_as_none(folder):
    assert read_published(folder, "of_tomorrow") is None


# --- refusals and kills


def test_without_estimates_nothing_is_published(home):
    change(home, "DELETE FROM out_estimates")
    with pytest.raises(PublishRefused, match="no estimates yet"):
        published(home)
    assert entries(home) == []


def test_a_key_that_stands_twice_is_refused_by_name(released):
    change(released, "INSERT INTO out_fits SELECT * FROM out_fits LIMIT 1")
    with pytest.raises(PublishRefused, match=r"out_fits has \('fit_id-"):
        published(released, "2026-11-24")
    assert entries(released) == ["2026-11-23", "latest"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("build_site", KeyboardInterrupt()),
        ("write_tables", OSError("disk full")),
        ("write_manifest", OSError("disk full")),
        ("replace_link", KeyboardInterrupt()),
    ],
)
def test_a_publication_that_fails_leaves_latest_whole(released, monkeypatch, step, error):
    old = released / "releases" / "2026-11-23"
    change(released, "UPDATE out_fits SET n = n + 1")

    def fail(*_):
        raise error

    genuine = getattr(module, step)
    monkeypatch.setattr(module, step, fail)
    with pytest.raises(type(error)):
        published(released, "2026-11-24")
    latest = (released / "releases" / "latest").resolve()
    assert latest == old.resolve()
    assert all((released / "releases" / name / "manifest.json").exists() for name in entries(released))
    monkeypatch.setattr(module, step, genuine)
    assert published(released, "2026-11-24").path.name == "2026-11-24"
    assert entries(released) == ["2026-11-23", "2026-11-24", "latest"]


def test_what_a_kill_left_is_cleared_away(home):
    left = home / "releases" / ".building-2026-11-22"
    left.mkdir(parents=True)
    (left / DATABASE).write_bytes(b"half")
    (home / "releases" / ".latest").symlink_to("nowhere")
    published(home)
    assert entries(home) == ["2026-11-23", "latest"]


def test_a_reader_of_latest_never_finds_it_gone(released, monkeypatch):
    """Every call that changes a name is watched: before and after each, `latest` is a whole release."""
    change(released, "UPDATE out_fits SET n = n + 1")
    latest, seen = released / "releases" / "latest", []

    def watched(genuine):
        def call(self, *arguments, **keywords):
            seen.append((latest / "manifest.json").exists())
            answer = genuine(self, *arguments, **keywords)
            seen.append((latest / "manifest.json").exists())
            return answer

        return call

    for name in ("rename", "replace", "symlink_to", "unlink"):
        monkeypatch.setattr(Path, name, watched(getattr(Path, name)))
    published(released, "2026-11-24")
    assert len(seen) >= 6 and all(seen)
    assert str(latest.readlink()) == "2026-11-24"


def test_an_open_reader_keeps_its_release(released):
    with connect(released / "releases" / "latest" / DATABASE, read_only=True) as reader:
        change(released, "DELETE FROM out_papers")
        published(released)
        assert reader.execute("SELECT count(*) FROM out_papers").fetchall() == [(3,)]
    with connect(released / "releases" / "latest" / DATABASE, read_only=True) as reader:
        assert reader.execute("SELECT count(*) FROM out_papers").fetchall() == [(0,)]


def test_other_folders_among_the_releases_are_no_releases(home):
    for name in ("2026-11-20", "2026-11-21-old", "notes"):  # without a manifest, or of another name
        (home / "releases" / name).mkdir(parents=True)
    published(home)
    assert previous_release(home / "releases", "2026-11-23") is None


DAMAGES = {
    "manifest cut off": lambda folder: overwrite(folder / "manifest.json", b'{"release": "2026'),
    "manifest of another form": lambda folder: overwrite(folder / "manifest.json", b"[1]"),
    "manifest gone": lambda folder: (folder / "manifest.json").unlink(),
    "database cut off": lambda folder: overwrite(folder / DATABASE, (folder / DATABASE).read_bytes()[:5000]),
    "table cut off": lambda folder: overwrite(folder / "out_forecasts.parquet", b"PAR1"),
    "a byte turned": lambda folder: overwrite(folder / "index.html", b"?" * (folder / "index.html").stat().st_size),
    "a file gone": lambda folder: (folder / "out_headlines.parquet").unlink(),
}


def overwrite(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_release_is_set_aside_and_its_name_not_used_again(released, caplog, damage):
    releases = released / "releases"
    latest = (releases / "latest").resolve()
    date = latest.name
    set_damaged_aside(releases, date)
    assert ((releases / "latest").resolve(), caplog.records) == (latest, [])
    damage(latest)
    set_damaged_aside(releases, date)
    assert [path.name for path in releases.glob("2*")] == [f"{date}.damaged"]
    assert not (releases / "latest").is_symlink() and len(caplog.records) == 1
    assert published(released).path.name == f"{date}.2"
    assert (releases / "latest").resolve().name == f"{date}.2"


def test_latest_goes_back_to_the_newest_whole_release_and_a_reduced_one_is_whole(released):
    releases = released / "releases"
    first = (releases / "latest").resolve()
    change(released, "DELETE FROM out_papers")
    second = published(released).path
    overwrite(second / "index.html", b"?")
    set_damaged_aside(releases, first.name)
    assert (releases / "latest").resolve() == first
    (first / DATABASE).unlink()
    set_damaged_aside(releases, first.name)
    assert (releases / "latest").resolve() == first


@pytest.mark.parametrize("is_folder", [True, False])
def test_what_is_no_link_in_the_place_of_latest_is_set_aside(released, is_folder):
    releases = released / "releases"
    release = (releases / "latest").resolve()
    (releases / "latest").unlink()
    if is_folder:
        shutil.copytree(release, releases / "latest")
    else:
        (releases / "latest").write_text("x")
    set_damaged_aside(releases, release.name)
    assert (releases / "latest").resolve() == release and (releases / "latest").is_symlink()
    assert (releases / "latest.damaged").exists()


def test_where_nothing_was_published_nothing_is_damaged(tmp_path):
    set_damaged_aside(tmp_path / "releases", "2026-11-23")
    assert list(tmp_path.iterdir()) == []
