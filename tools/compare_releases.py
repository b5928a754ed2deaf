"""`python -m tools.compare_releases BEFORE AFTER`: what differs between two releases, table by table, row for row.

For a change of code that should change no figure: make a release before and one after, and look at what this prints.
Columns that only one of them has are named and left out, and so are columns that speak of the run, such as versions.
Exit code 1 where anything differs.
"""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from schemas.tables import TABLES

OF_THE_RUN = frozenset({"load_id", "fetched_at", "parser_version", "extractor_version", "asked_at"})
SHOWN = 3
"""Examples that are printed of each kind of difference."""


@dataclass
class Difference:
    """What differs in one table: rows by key, and by column how many rows of the same key have another value."""

    table: str
    rows: tuple[int, int]
    only_before: int = 0
    only_after: int = 0
    one_sided: list[str] = field(default_factory=list)
    changed: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    @property
    def is_none(self) -> bool:
        """Whether the rows are the same; a column more or less is no difference."""
        return not (self.only_before or self.only_after or self.changed)


def differences(before: Path, after: Path, prefixes: tuple[str, ...]) -> list[Difference]:
    """The differences of all tables whose names begin with one of the prefixes and that both releases have.

    Raises:
        FileNotFoundError: a folder without tables.
    """
    for folder in (before, after):
        if not list(folder.glob("*.parquet")):
            raise FileNotFoundError(f"{folder} holds no Parquet files: name the folder of a release")
    names = [n for n in TABLES if n.startswith(prefixes)]
    both = [n for n in names if all((folder / f"{n}.parquet").exists() for folder in (before, after))]
    return [_compare(n, before / f"{n}.parquet", after / f"{n}.parquet") for n in both]


def _compare(name: str, before: Path, after: Path) -> Difference:
    with duckdb.connect() as con:
        for side, path in (("a", before), ("b", after)):
            con.read_parquet(str(path)).create(side)
        columns = [{c[0] for c in con.execute(f"DESCRIBE {side}").fetchall()} for side in ("a", "b")]
        key = [k for k in TABLES[name].key if k in columns[0] & columns[1]]
        counts = [con.execute(f"SELECT count(*) FROM {side}").fetchall()[0][0] for side in ("a", "b")]
        found = Difference(name, (counts[0], counts[1]), one_sided=sorted(columns[0] ^ columns[1]))
        on = " AND ".join(f'a."{k}" IS NOT DISTINCT FROM b."{k}"' for k in key)
        found.only_before = _anti(con, "a", "b", on, key, found.examples, "gone")
        found.only_after = _anti(con, "b", "a", on, key, found.examples, "new")
        for column in sorted((columns[0] & columns[1]) - {*key} - OF_THE_RUN):
            _count_changed(con, column, on, key, found)
        return found


def _anti(
    con: duckdb.DuckDBPyConnection, left: str, right: str, on: str, key: list[str], examples: list[str], what: str
) -> int:
    """Number of rows of `left` whose key `right` does not have; some of them into the examples."""
    shown = ", ".join(f'{left}."{k}"' for k in key)
    rows = con.execute(f"SELECT {shown} FROM {left} ANTI JOIN {right} ON {on} ORDER BY ALL").fetchall()
    examples += [f"{what}: {' '.join(map(str, row))}" for row in rows[:SHOWN]]
    return len(rows)


def _count_changed(con: duckdb.DuckDBPyConnection, column: str, on: str, key: list[str], found: Difference) -> None:
    shown = ", ".join(f'a."{k}"' for k in key)
    rows = con.execute(
        f'SELECT {shown}, a."{column}", b."{column}" FROM a JOIN b ON {on}'
        f' WHERE a."{column}" IS DISTINCT FROM b."{column}" ORDER BY ALL'
    ).fetchall()
    if rows:
        found.changed[column] = len(rows)
        found.examples += [f"{column} of {' '.join(map(str, r[:-2]))}: {r[-2]} -> {r[-1]}" for r in rows[:SHOWN]]


def main() -> None:
    """Print a line for each table, and examples of what differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.compare_releases", description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--tables", default="core_,out_", help="prefixes of table names (default: %(default)s)")
    asked = parser.parse_args()
    try:
        found = differences(asked.before, asked.after, tuple(asked.tables.split(",")))
    except FileNotFoundError as error:
        sys.exit(str(error))
    for d in found:
        changed = ", ".join(f"{column} {n}" for column, n in d.changed.items())
        summary = "the same" if d.is_none else f"{d.only_before} gone, {d.only_after} new; changed: {changed or 'none'}"
        columns = f"  (only in one: {', '.join(d.one_sided)})" if d.one_sided else ""
        print(f"{d.table:30} {d.rows[0]:7} -> {d.rows[1]:7}  {summary}{columns}")
        for example in d.examples:
            print(f"    {example[:300]}")
    sys.exit(any(not d.is_none for d in found))


if __name__ == "__main__":
    main()
