"""`make scale`: what each step of a night costs as the papers grow, in seconds and memory, with the slope of each.

A home is filled with as many papers as asked, simulated from the readings of a real one: each copy of a paper has ids,
names of its own models and figures of its own, so that no two copies are one model; what it cites keeps its name. Then
each step of a night with 20 new papers runs in a process of its own, and the time of its processors counts: machines
have other work. Figures are the machine's; slopes (the power of the number of papers by which a step grows) hardly are.
"""

import argparse
import json
import math
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from duckdb import DuckDBPyConnection

from flows.steps import documents, estimates, records, releases
from schemas.ddl import create_table
from schemas.tables import TABLES
from tasks.defects import mark
from tasks.documents.plan import chunks
from tasks.extract.read import reading_version
from tasks.load.derived import take_as_computed
from tasks.load.runs import Run, put_load
from tasks.provenance.versions import extractor_version, parser_version, version_of
from tasks.refresh import compute, joined
from tasks.refresh.assumed import assumed, cost_setting, known_series
from tasks.storage.store import DocumentStore, Sidecar
from warehouse.connection import DERIVED, QUERIES, connect, create_views, migrate
from warehouse.rows import first_of
from warehouse.working import open_working, take_up

PAPERS = (1_000, 3_000, 10_000)
NEW = 20
"""Papers that come in a night."""

SHOWN = 100
"""Rows of an answer that the command line prints where nothing else is said."""

LEVEL = 0.90
PARAMETERS = {"simulated": True}
TODAY = "2026-01-01"
SERIES = known_series()
ASSUMED = assumed({})

_COPIES = """
CREATE OR REPLACE TEMP TABLE copied AS
SELECT p.paper_id AS of, p.source_id AS reader, '~' || n AS mark, hash(n) % 1000003 / 1000003.0 AS share,
    ' q' || translate(n::VARCHAR, '0123456789', 'abcdefghij') AS name
FROM core_papers p, range(1, $copies + 1) t(n)
ORDER BY n, of
LIMIT $papers
"""
"""The copies of papers: what sets their ids apart, a share by which figures differ, and a word for names."""

_ID = "md5(t.{column} || mark)[:16]"
_OTHERWISE = {
    "paper_id": "t.paper_id || mark",
    "arxiv_id": "t.arxiv_id || mark",
    "origin": "t.origin || mark",
    "title": "t.title || name",
    "document_sha256": "sha256(t.document_sha256 || mark)",
    **{
        name: _ID for name in ("result_id", "disclosure_id", "estimate_id", "observation_id", "quarantine_id", "row_id")
    },
    "evidence_ids": "list_transform(string_split(t.evidence_ids, ' '), lambda i: md5(i || mark)).array_to_string(' ')",
    "model": "t.model || name",
    "model_key": "t.model_key || ltrim(name)",
}
_MEASURED = "('duration_hours', 'chip_hours', 'training_flop', 'forward_ops', 'parameters')"
_SHARE = "(0.9 + 0.2 * share)"
_FLOP = {n: f"t.{n} * {_SHARE}" for n in ("training_flop", "training_flop_lower", "training_flop_upper")}
_VALUE = "round(t.value * (0.98 + 0.02 * share), 2)"
_OTHERWISE_IN = {
    "core_compute_estimates": _FLOP,
    "core_observations": _FLOP | {"value": _VALUE, "error": f"round(1 - {_VALUE} / 100, 6)"},
    "core_results": {
        "model": f"CASE WHEN t.is_own THEN {_OTHERWISE['model']} ELSE t.model END",
        "model_key": f"CASE WHEN t.is_own THEN {_OTHERWISE['model_key']} ELSE t.model_key END",
        "value": f"CASE WHEN t.is_own THEN {_VALUE} ELSE t.value END",
    },
    "core_disclosures": {
        "number": f"CASE WHEN t.field IN {_MEASURED} THEN t.number * {_SHARE} ELSE t.number END",
        "value": f"CASE WHEN t.field IN {_MEASURED} THEN (t.number * {_SHARE})::VARCHAR ELSE t.value END",
        "number_lower": "NULL",
        "number_upper": "NULL",
    },
}
_LOADED = ("raw_documents", "core_papers", "raw_papers", "core_results", "core_disclosures", "core_quarantine")
_ESTIMATED = ("core_compute_estimates", "core_defects", "core_observations", "out_training_costs")


def copies_of(table: str) -> str:
    """Query of the copies of a table's rows of papers, each with ids, names and figures of its own.

    What others say of a paper is not copied: few papers are in their tables.
    """
    names = TABLES[table].column_names
    otherwise = {n: e.format(column=n) for n, e in (_OTHERWISE | _OTHERWISE_IN.get(table, {})).items() if n in names}
    replaced = ", ".join(f'{expression} AS "{name}"' for name, expression in otherwise.items())
    columns = ", ".join(f'"{n}"' for n in names)
    read_by = [f"t.{n} = reader" for n in ("source_id", "result_source_id", "compute_source_id") if n in names]
    only = {"raw_papers": [], "raw_documents": [*read_by, "t.document_status = 'read'"]}.get(table, read_by)
    rows = f"SELECT t.* REPLACE ({replaced}) FROM {table} t JOIN copied ON {' AND '.join(['of = t.paper_id', *only])}"
    return f"SELECT {columns} FROM ({rows})"


def fill(base: Path, home: Path, papers: int, is_computed: bool = False) -> None:
    """A home with so many papers, made from those of `base`.

    Where it is computed, copies of estimates and observations stand as if the last night had made them; else nothing is
    computed yet.
    """
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for name in ("warehouse.duckdb", "forecasts.jsonl"):
        if (base / name).exists():
            shutil.copyfile(base / name, home / name)
    for name in ("papers", "documents"):
        shutil.copytree(base / name, home / name)
    take_up(home)
    with open_working(home) as warehouse:
        renewed = migrate(warehouse)
        if renewed:
            raise SystemExit(f"{base} is of an older form ({', '.join(renewed)}): run a night on it first")
        warehouse.execute(
            "UPDATE raw_documents SET parser_version = ?, extractor_version = ?",
            [parser_version(), extractor_version()],
        )
        _name_copies(warehouse, papers)
        for table in (*_LOADED, *(_ESTIMATED if is_computed else ())):
            warehouse.execute(f"INSERT INTO {table} {copies_of(table)}")
        if is_computed:
            take_all_as_computed(warehouse)
        _add_sidecars(home, warehouse)


def take_all_as_computed(warehouse: DuckDBPyConnection) -> None:
    """Let estimates, costs and observations stand as what the code of today makes of the rows at hand."""
    mark.take_as_marked(warehouse)
    joined.find_alone(warehouse)
    setting = replace(cost_setting(ASSUMED.overrides, warehouse), compute=ASSUMED.compute)
    take_as_computed(warehouse, compute.OF_PAPERS, version_of(ASSUMED.compute))
    take_as_computed(warehouse, compute.COSTS, version_of(setting))
    take_as_computed(warehouse, joined.PAPERS, joined.matching_version(ASSUMED.scope, ASSUMED.row_filter))


def _name_copies(warehouse: DuckDBPyConnection, papers: int) -> None:
    """Give the table `copied` as many copies as make so many papers with those that are there."""
    known = _count(warehouse, "core_papers")
    warehouse.execute(_COPIES, {"copies": math.ceil(papers / known), "papers": max(papers - known, 0)})


def _count(warehouse: DuckDBPyConnection, what: str) -> int:
    ((n,),) = warehouse.execute(f"SELECT count(*) FROM {what}").fetchall()
    return int(n)


def _add_sidecars(home: Path, warehouse: DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "SELECT d.document_sha256, d.paper_id, d.arxiv_id, p.title, p.year, d.origin, d.source_id, d.licence,"
        " d.fetched_at::VARCHAR, d.media_type, d.http_status, d.size_bytes"
        " FROM raw_documents d JOIN copied ON d.paper_id = of || mark JOIN core_papers p ON p.paper_id = d.paper_id"
    ).fetchall()
    store = DocumentStore(home)
    for row in rows:
        sidecar = Sidecar(*row)
        path = store.path(sidecar.document_sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()  # the bytes of what is read are not read again
        path.with_suffix(".json").write_text(json.dumps([vars(sidecar)], indent=1))


def new_papers(base: Path, home: Path) -> None:
    """Readings of papers that are new tonight, with their sidecars, in the store."""
    store, of_base = DocumentStore(home), DocumentStore(base)
    for number, sidecar in enumerate(of_base.sidecars()[:NEW]):
        of_paper = of_base.reading_path(sidecar.document_sha256, sidecar.paper_id, "*")
        reading = sorted(of_base.readings.glob(f"{sidecar.document_sha256[:2]}/{of_paper.name}"))[-1]
        sha256 = f"{number:02x}" + sidecar.document_sha256[2:]
        new = replace(sidecar, paper_id=f"new-{sidecar.paper_id}", arxiv_id=None, document_sha256=sha256)
        store.note(new)
        target = store.reading_path(sha256, new.paper_id, reading_version())
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(reading, target)


# --- queries of a large release


def enlarge(release: Path, target: Path, results: int) -> None:
    """The database of a release with so many results: those of its papers' copies, each table in its order."""
    shutil.copyfile(release, target)
    target.chmod(0o644)
    with connect(target) as warehouse:
        papers = _count(warehouse, "core_papers")
        _name_copies(warehouse, math.ceil(results / _count(warehouse, "core_results") * papers))
        for table in (*_LOADED, *_ESTIMATED):
            _write_anew(warehouse, table, f"SELECT * FROM {table} UNION ALL BY NAME {copies_of(table)}")
        for path in sorted(DERIVED.glob("*.sql")):
            _write_anew(warehouse, path.stem, path.read_text())
        create_views(warehouse)  # those of today, as the queries are


def _write_anew(warehouse: DuckDBPyConnection, table: str, query: str) -> None:
    """Put the rows of a query in the place of a table's, in the order of its key, as a release has them."""
    warehouse.execute(f"CREATE TEMP TABLE large AS {query}")
    warehouse.execute(f"DROP TABLE IF EXISTS {table}")
    warehouse.execute(create_table(TABLES[table]))
    key = ", ".join(f'"{k}"' for k in TABLES[table].key)
    warehouse.execute(f"INSERT INTO {table} BY NAME SELECT * FROM large ORDER BY {key}")
    warehouse.execute("DROP TABLE large")


def query_times(database: Path, times: int = 3) -> dict[str, float]:
    """Milliseconds until each query of warehouse/queries gives its first hundred rows, as `flows query` prints them: on
    one thread, the fastest of several times."""
    found = {}
    with connect(database, read_only=True) as con:
        con.execute("SET threads = 1")
        for path in sorted(QUERIES.glob("*.sql")):
            taken = []
            for _ in range(times):
                start = time.process_time()
                con.execute(first_of(path.read_text(), SHOWN + 1)).fetchall()
                taken.append(time.process_time() - start)
            found[path.stem] = 1000 * min(taken)
    return found


# --- the steps of a night, each as the flows run it


def _load_new(home: Path, run: Run) -> None:
    found = documents.plan_reading.fn(home, run.load_id, NEW, [])
    for chunk in chunks([s for part in found for s in part.documents], NEW):
        store = DocumentStore(home)
        paths = [store.reading_path(s.document_sha256, s.paper_id, reading_version()) for s in chunk.documents]
        documents.load_readings.fn(home, chunk, paths, run.load_id, [])


def _publish(home: Path, run: Run) -> None:
    run.flow = "refresh"  # a release asks for one that came to its end
    run.end()
    with open_working(home) as warehouse:
        put_load(warehouse, run.row())
    releases.publish_release.fn(home, TODAY, [])


STEPS: dict[str, Callable[[Path, Run], object]] = {
    "open": lambda home, run: records.open_load.fn(home, run.row()),
    "plan and load new": _load_new,
    "set copies aside": lambda home, run: documents.set_copies_aside.fn(home, run.load_id),
    "stale corrections": lambda home, run: documents.stale_corrections.fn(home),
    "delete old readings": lambda home, run: documents.delete_old_readings.fn(home),
    "compare inputs": lambda home, run: estimates.refresh_inputs.fn(home, PARAMETERS),
    "estimate compute": lambda home, run: estimates.estimate_compute.fn(home, ASSUMED.compute),
    "estimate costs": lambda home, run: estimates.estimate_costs.fn(home, ASSUMED.overrides, ASSUMED.compute),
    "mark defects": lambda home, run: estimates.mark_defects.fn(home),
    "match observations": lambda home, run: estimates.match_observations.fn(home, SERIES, ASSUMED),
    "back-test": lambda home, run: estimates.backtest.fn(home, SERIES),
    "fit and estimate": lambda home, run: estimates.fit_and_estimate.fn(home, SERIES, ASSUMED, LEVEL),
    "evaluate": lambda home, run: estimates.evaluate.fn(home, SERIES, LEVEL),
    "fit capabilities": lambda home, run: estimates.fit_capabilities.fn(home, SERIES),
    "split performance": lambda home, run: estimates.split_performance.fn(home, SERIES, LEVEL),
    "record forecasts": lambda home, run: releases.record_forecasts.fn(home, TODAY),
    "publish": _publish,
    "compare with release": lambda home, run: releases.unchanged_release.fn(home, TODAY),
    "close": lambda home, run: records.close_load.fn(home, run.row()),
}


def one_step(name: str, home: Path) -> None:
    """Run one step in this process, and print what it took: seconds of processors, and MiB at the most."""
    run = Run("ingest", {})
    start = time.process_time()
    STEPS[name](home, run)
    seconds = time.process_time() - start
    print(json.dumps([seconds, most_memory()]))


def most_memory() -> float:
    """MiB that this process held at the most; what `getrusage` says begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def measured(name: str, home: Path) -> tuple[float, float] | None:
    """What one step takes in a process of its own; None where it fails, which is told."""
    command = [sys.executable, "-m", "tools.scale", "--step", name, "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name}: {(done.stderr.strip() or str(done.returncode)).splitlines()[-1]}", file=sys.stderr)
        return None
    seconds, mib = json.loads(done.stdout.splitlines()[-1])
    return seconds, mib


def slope(points: list[tuple[int, float]]) -> float | None:
    """The power of the number of papers by which a figure grows between its last two points; None of one point."""
    if len(points) < 2:
        return None
    (n0, a), (n1, b) = points[-2:]
    return math.log(b / a) / math.log(n1 / n0)


def main() -> None:
    """Fill homes, measure the steps, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, help="a home with papers that are read, to simulate from")
    parser.add_argument("--home", type=Path, required=True, help="folder for the simulated homes, one for each size")
    parser.add_argument("--papers", type=int, nargs="+", default=PAPERS)
    parser.add_argument("--steps", nargs="+", default=list(STEPS), choices=list(STEPS), metavar="STEP")
    parser.add_argument("--computed", action="store_true", help="begin with the estimates of last night")
    parser.add_argument("--keep", action="store_true", help="measure in the homes that are there already")
    parser.add_argument("--release", type=Path, help="a release's database, to measure its queries")
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        one_step(asked.step, asked.home)
        return
    if asked.release:
        asked.home.mkdir(parents=True, exist_ok=True)
        large = asked.home / f"{asked.results}.duckdb"
        if not asked.keep:
            enlarge(asked.release, large, asked.results)
        for name, milliseconds in sorted(query_times(large).items(), key=lambda item: -item[1]):
            print(f"{name:<25} {milliseconds:8.0f} ms")
        return
    found: dict[str, list[tuple[int, float, float]]] = {name: [] for name in asked.steps}
    for papers in asked.papers:
        home = asked.home / str(papers)
        if not asked.keep:
            fill(asked.base, home, papers, asked.computed)
            new_papers(asked.base, home)
        for name in asked.steps:
            took = measured(name, home)
            if took:
                found[name].append((papers, *took))
                print(f"{papers:>7} {name:<20} {took[0]:8.1f} s {took[1]:7.0f} MiB", flush=True)
    print_slopes(found)


def print_slopes(found: dict[str, list[tuple[int, float, float]]]) -> None:
    """A line for each step: the power by which its time and its memory grow."""
    print(f"\n{'step':<20} {'slope of time':>14} {'of memory':>10}")
    for name, points in found.items():
        powers = [slope([(p[0], p[of]) for p in points]) for of in (1, 2)]
        print(f"{name:<20} " + " ".join("" if p is None else f"{p:12.2f}" for p in powers))


if __name__ == "__main__":
    main()
