"""`make scale`: what each step of a night costs as the papers grow, in seconds and memory, with the slope of each.

A home is filled with as many papers as asked, simulated from the readings of a real one: each copy of a paper has ids,
names of its own models and figures of its own, so that no two copies are one model; what it cites keeps its name. Then
each step of a night with 20 new papers runs in a process of its own, and the time of its processors counts: machines
have other work. Figures are the machine's; slopes (the power of the number of papers by which a step grows) hardly are.
"""

import argparse
import json
import math
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from duckdb import DuckDBPyConnection

from flows import steps
from tasks.documents.plan import chunks
from tasks.extract.read import reading_version
from tasks.load.runs import Run, put_load
from tasks.provenance.versions import extractor_version, parser_version
from tasks.refresh import assumed, known_series
from tasks.storage.store import DocumentStore, Sidecar
from warehouse.connection import migrate
from warehouse.working import open_working, take_up

PAPERS = (1_000, 3_000, 10_000)
NEW = 20
"""Papers that come in a night."""

LEVEL = 0.90
PARAMETERS = {"simulated": True}
TODAY = "2026-01-01"

_COPY = """
CREATE OR REPLACE TEMP TABLE copy AS
SELECT n, '~' || n AS mark, hash(n) % 1000 / 1000.0 AS share FROM range({first}, {last}) t(n)
"""
_PAPERS = """
CREATE OR REPLACE TEMP TABLE copied AS
SELECT paper_id AS of, paper_id || mark AS paper_id, sha256(document_sha256 || mark) AS sha256, mark, share,
    ' q' || translate(n::VARCHAR, '0123456789', 'abcdefghij') AS name
FROM raw_documents, copy
WHERE document_status = 'read'
ORDER BY n, paper_id LIMIT {papers} OFFSET {offset}
"""
_INTO = {
    "raw_documents": """
        SELECT d.* REPLACE (c.sha256 AS document_sha256, c.paper_id AS paper_id, d.arxiv_id || c.mark AS arxiv_id,
            d.origin || c.mark AS origin)
        FROM raw_documents d JOIN copied c ON c.of = d.paper_id WHERE d.document_status = 'read'""",
    "core_papers": """
        SELECT p.* REPLACE (c.paper_id AS paper_id, p.arxiv_id || c.mark AS arxiv_id, p.title || c.name AS title)
        FROM core_papers p JOIN copied c ON c.of = p.paper_id""",
    "raw_papers": """
        SELECT p.* REPLACE (c.paper_id AS paper_id, p.arxiv_id || c.mark AS arxiv_id, p.title || c.name AS title)
        FROM raw_papers p JOIN copied c ON c.of = p.paper_id""",
    "core_results": """
        SELECT r.* REPLACE (c.paper_id AS paper_id, c.sha256 AS document_sha256,
            md5(r.result_id || c.mark)[:16] AS result_id,
            CASE WHEN r.is_own THEN round(r.value * (0.98 + 0.02 * c.share), 2) ELSE r.value END AS value,
            CASE WHEN r.is_own THEN r.model || c.name ELSE r.model END AS model,
            CASE WHEN r.is_own THEN r.model_key || ltrim(c.name) ELSE r.model_key END AS model_key)
        FROM core_results r JOIN copied c ON c.of = r.paper_id""",
    "core_disclosures": """
        SELECT d.* REPLACE (c.paper_id AS paper_id, c.sha256 AS document_sha256,
            md5(d.disclosure_id || c.mark)[:16] AS disclosure_id,
            d.model || c.name AS model, d.model_key || ltrim(c.name) AS model_key,
            CASE WHEN d.field IN ('duration_hours', 'chip_hours', 'training_flop', 'forward_ops', 'parameters')
                THEN d.number * (0.9 + 0.2 * c.share) ELSE d.number END AS number,
            CASE WHEN d.field IN ('duration_hours', 'chip_hours', 'training_flop', 'forward_ops', 'parameters')
                THEN (d.number * (0.9 + 0.2 * c.share))::VARCHAR ELSE d.value END AS value,
            NULL AS number_lower, NULL AS number_upper)
        FROM core_disclosures d JOIN copied c ON c.of = d.paper_id""",
    "core_quarantine": """
        SELECT q.* REPLACE (c.paper_id AS paper_id, c.sha256 AS document_sha256,
            md5(q.quarantine_id || c.mark)[:16] AS quarantine_id)
        FROM core_quarantine q JOIN copied c ON c.of = q.paper_id WHERE q.document_sha256 IS NOT NULL""",
}


def fill(base: Path, home: Path, papers: int) -> None:
    """A home with so many papers, made from those of `base`; nothing is computed yet."""
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
        known = _count(warehouse)
        copies = math.ceil(papers / known)
        warehouse.execute(_COPY.format(first=1, last=copies + 1))
        warehouse.execute(_PAPERS.format(papers=papers - known, offset=0))
        _add_copies(home, warehouse)


def _count(warehouse: DuckDBPyConnection) -> int:
    ((n,),) = warehouse.execute("SELECT count(*) FROM raw_documents WHERE document_status = 'read'").fetchall()
    return int(n)


def _add_copies(home: Path, warehouse: DuckDBPyConnection) -> None:
    for table, query in _INTO.items():
        warehouse.execute(f"INSERT INTO {table} {query}")
    rows = warehouse.execute(
        "SELECT d.document_sha256, d.paper_id, d.arxiv_id, p.title, p.year, d.origin, d.source_id, d.licence,"
        " d.fetched_at::VARCHAR, d.media_type, d.http_status, d.size_bytes"
        " FROM raw_documents d SEMI JOIN copied USING (paper_id) LEFT JOIN core_papers p USING (paper_id)"
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


# --- the steps of a night, each as the flows run it


def _load_new(home: Path, run: Run) -> None:
    found = steps.plan_reading.fn(home, run.load_id, NEW, [])
    for chunk in chunks([s for part in found for s in part.documents], NEW):
        store = DocumentStore(home)
        paths = [store.reading_path(s.document_sha256, s.paper_id, reading_version()) for s in chunk.documents]
        steps.load_readings.fn(home, chunk, paths, run.load_id, [])


def _publish(home: Path, run: Run) -> None:
    run.flow = "refresh"  # a release asks for one that came to its end
    run.end()
    with open_working(home) as warehouse:
        put_load(warehouse, run.row())
    steps.publish_release.fn(home, TODAY, [])


SERIES = known_series()
ASSUMED = assumed({})

STEPS: dict[str, Callable[[Path, Run], object]] = {
    "open": lambda home, run: steps.open_load.fn(home, run.row()),
    "plan and load new": _load_new,
    "set copies aside": lambda home, run: steps.set_copies_aside.fn(home, run.load_id),
    "stale corrections": lambda home, run: steps.stale_corrections.fn(home),
    "delete old readings": lambda home, run: steps.delete_old_readings.fn(home),
    "compare inputs": lambda home, run: steps.refresh_inputs.fn(home, PARAMETERS),
    "estimate compute": lambda home, run: steps.estimate_compute.fn(home, ASSUMED),
    "estimate costs": lambda home, run: steps.estimate_costs.fn(home, ASSUMED),
    "mark defects": lambda home, run: steps.mark_defects.fn(home),
    "match observations": lambda home, run: steps.match_observations.fn(home, ASSUMED),
    "back-test": lambda home, run: steps.backtest.fn(home, SERIES),
    "fit and estimate": lambda home, run: steps.fit_and_estimate.fn(home, SERIES, ASSUMED, LEVEL),
    "evaluate": lambda home, run: steps.evaluate.fn(home, SERIES, ASSUMED, LEVEL),
    "fit capabilities": lambda home, run: steps.fit_capabilities.fn(home, SERIES),
    "split performance": lambda home, run: steps.split_performance.fn(home, SERIES, LEVEL),
    "record forecasts": lambda home, run: steps.record_forecasts.fn(home, TODAY),
    "publish": _publish,
    "close": lambda home, run: steps.close_load.fn(home, run.row()),
}


def one_step(name: str, home: Path) -> None:
    """Run one step in this process, and print what it took: seconds of processors, and MiB at the most."""
    run = Run("ingest", {})
    start = time.process_time()
    STEPS[name](home, run)
    seconds = time.process_time() - start
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


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
    parser.add_argument("--keep", action="store_true", help="measure in the homes that are there already")
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        one_step(asked.step, asked.home)
        return
    found: dict[str, list[tuple[int, float, float]]] = {name: [] for name in asked.steps}
    for papers in asked.papers:
        home = asked.home / str(papers)
        if not asked.keep:
            fill(asked.base, home, papers)
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
