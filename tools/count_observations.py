"""How many observations the structured sources give, without one PDF: `python -m tools.count_observations`.

A temporary warehouse is filled from `../shared/sources` through a web that maps addresses to those files, then its
compute is estimated, and it is marked and joined as every night. Printed is a table by series: once from those sources
alone, once with the observations that ship with the project.
"""

import hashlib
import io
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from schemas.codes.http import HttpReason
from tasks.defects import mark
from tasks.http import Copy, Refused
from tasks.load.source_rows import load_rows
from tasks.publish.reference_tables import write_reference
from tasks.refresh.assumed import assumed
from tasks.refresh.compute import estimate_compute
from tasks.refresh.joined import join_observations
from tasks.sources import Discovery, epoch_benchmarks, epoch_models, papers_with_code, reference, study_data
from tasks.sources.addresses import Addresses
from warehouse.connection import connect, create_views, migrate

SOURCES = Path(__file__).parents[2] / "shared" / "sources"

ADDRESSES = replace(
    Addresses(),
    papers_with_code="https://example.org/paperswithcode_evaluation-tables_2020-09-13.json.gz",
)
_FILES = {
    Addresses().epoch_all_models: "epoch_all_ai_models_2025-03.csv",
    Addresses().epoch_notable_models: "epoch_notable_ai_models_2026-07.csv",
    Addresses().epoch_benchmarks: "epoch_benchmarks",
    ADDRESSES.papers_with_code: "paperswithcode_evaluation-tables_2020-09-13.json.gz",
}


class FilesAsWeb:
    """Stands for the web's client: addresses lead to the shared copies; what is not among them is refused."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resource(self, url: str, kind: str, frozen: bool = False) -> Copy:
        """The shared copy of an address; a folder of tables comes as one archive.

        Raises:
            Refused: there is none.
        """
        path = SOURCES / _FILES.get(url, f"computational_limits/{url.rsplit('/', 1)[-1]}")
        if path.is_dir():
            path = _zipped(path, self._folder / "archive.zip")
        if not path.is_file():
            raise Refused.at(url, HttpReason.OFFLINE)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return Copy(url, path, sha256, "2026-11-24T02:00:00+00:00", 200, True)


def _zipped(folder: Path, path: Path) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member in sorted(folder.glob("*.csv")):
            archive.write(member, member.name)
    path.write_bytes(content.getvalue())
    return path


def sources(folder: Path) -> list[Discovery]:
    """What the structured sources of accuracy and compute yield from the shared copies."""
    web = FilesAsWeb(folder)
    modules = (epoch_models, epoch_benchmarks, papers_with_code, study_data)
    return [module.discover(web, ADDRESSES) for module in modules]


@contextmanager
def joined(with_reference: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """A temporary warehouse of the shared sources, joined; with the observations that ship with the project or not."""
    with tempfile.TemporaryDirectory() as home, connect(Path(home) / "w.duckdb") as warehouse:
        migrate(warehouse)
        found = sources(Path(home))
        found += [reference.discover()] if with_reference else []
        for one in found:
            load_rows(warehouse, one.source_id, one.rows)
        estimate_compute(warehouse, assumed({}).compute)
        mark.mark_defects(warehouse)
        join_observations(warehouse)
        write_reference(warehouse)
        create_views(warehouse)
        yield warehouse


BY_SERIES = """
SELECT series, count(*) AS observations, count(*) FILTER (in_fit) AS in_fit,
    count(DISTINCT paper_id) FILTER (in_fit) AS papers,
    (SELECT string_agg(n, ', ' ORDER BY n) FROM (
        SELECT join_rule || ' ' || count(*) AS n FROM core_observations i
        WHERE i.series = o.series AND in_fit GROUP BY join_rule)) AS rules,
    (SELECT string_agg(n, ', ' ORDER BY n) FROM (
        SELECT result_source_id || ' x ' || compute_source_id || ' ' || count(*) AS n FROM core_observations i
        WHERE i.series = o.series AND in_fit GROUP BY result_source_id, compute_source_id)) AS sources
FROM core_observations o GROUP BY series ORDER BY series
"""


def report(warehouse: duckdb.DuckDBPyConnection, title: str) -> None:
    """Print the table by series, and the totals."""
    print(f"\n{title}")
    rows = warehouse.execute(BY_SERIES).fetchall()
    for series, n, in_fit, papers, rules, of_sources in rows:
        counts = f"{n:5} observations, {in_fit:4} in fit of {papers:4} papers"
        print(f"{series:24} {counts} | {rules or '-'} | {of_sources or '-'}")
    with_fit = sum(1 for row in rows if row[2])
    print(f"{'all':24} {sum(r[1] for r in rows):5} observations, {sum(r[2] for r in rows):4} in fit, {with_fit} series")


def main() -> int:
    """Both tables.

    Returns:
        0, or 2 where the shared sources are not beside this checkout.
    """
    if not SOURCES.is_dir():
        print(f"{SOURCES} is not there: nothing to count", file=sys.stderr)
        return 2
    for with_reference in (False, True):
        with joined(with_reference) as warehouse:
            report(warehouse, "with warehouse/reference/observations.csv" if with_reference else "shared sources alone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
