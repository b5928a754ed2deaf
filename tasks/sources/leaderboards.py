"""Leaderboards: which column of a source's tables is which benchmark of ours, and what a printed score says.

Everything about one leaderboard stands in `warehouse/reference/leaderboards.csv`: a new row there needs no code.
"""

import csv
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.extract.accuracy.benchmarks import Benchmark, load_benchmarks
from tasks.extract.numbers import Number, format_number, parse_number
from tasks.load.validate import Row
from tasks.provenance.claims import unique
from tasks.provenance.versions import ROOT

_REFERENCE = ROOT / "warehouse" / "reference"
_UNSAID = re.compile(r"[-–—?]*|n/?a|none|null|nan|tbd", re.IGNORECASE)  # a cell that states nothing

# One row may state accuracy and error; 77.3 beside 22.71 is rounding, more than half a point is contradiction.
_ROUNDING = 0.5


@dataclass(frozen=True)
class Leaderboard:
    """One column of scores: where it stands in the source, and which benchmark and metric of ours it is.

    `tables`, `datasets` and `metric_names` hold the names that the source has given them in its several forms; an
    empty `datasets` says that the table is of one data set only. `is_error` where the column counts what is wrong.
    """

    tables: tuple[str, ...]
    datasets: tuple[str, ...]
    metric_names: tuple[str, ...]
    benchmark: Benchmark
    is_error: bool


@dataclass(frozen=True)
class Stated:
    """One cell of a leaderboard: the text, the metric as the source names it, and the rest of the row of raw_scores.

    `entry` tells which row of the source it is: cells of one entry state the same figure in different columns.
    """

    raw: str
    source_metric: str
    entry: str
    row: Row


def load_leaderboards(source_id: str, folder: Path = _REFERENCE) -> list[Leaderboard]:
    """The leaderboards of one source, in the order of `leaderboards.csv`: of two columns the first counts.

    Raises:
        ValueError: a row names a benchmark that `benchmarks.csv` does not have, or a meaning that there is not.
    """
    benchmarks = {(b.slug, b.metric): b for b in load_benchmarks(folder / "benchmarks.csv")}
    with (folder / "leaderboards.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["source_id"] == source_id]
    return [_leaderboard(row, benchmarks) for row in rows]


def _leaderboard(row: dict[str, str], benchmarks: dict[tuple[str, str], Benchmark]) -> Leaderboard:
    benchmark = benchmarks.get((row["benchmark"], row["metric"]))
    if benchmark is None or row["meaning"] not in ("accuracy", "error"):
        raise ValueError(
            f"leaderboards.csv: {row['table']} / {row['metric_name']} wants {row['benchmark']} {row['metric']} "
            f"({row['meaning']}); add it to benchmarks.csv, or write accuracy or error"
        )
    tables, datasets, metrics = (_several(row[column]) for column in ("table", "dataset", "metric_name"))
    return Leaderboard(tables, datasets, metrics, benchmark, row["meaning"] == "error")


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def plain(name: str) -> str:
    """A name of a task, data set or metric as it is compared: case and blanks do not matter."""
    return " ".join(name.split()).casefold()


def read_column(board: Leaderboard, cells: Sequence[Stated]) -> list[tuple[str, Row]]:
    """Entry and row of raw_scores for each cell of one leaderboard that states anything, in order.

    Whether figures are percent or fractions is told by the whole column: none of it is above 1 in a column of
    fractions. What stays open makes a `doubt`.
    """
    said = [c for c in cells if not _UNSAID.fullmatch(c.raw.strip().strip("*"))]
    in_fractions = _is_of_fractions(c.raw for c in said)
    return [(cell.entry, _read(board, cell, in_fractions)) for cell in said]


def _read(board: Leaderboard, cell: Stated, in_fractions: bool) -> Row:
    value, doubt = _value(board, cell.raw, in_fractions)
    return {
        **cell.row,
        "benchmark": board.benchmark.slug,
        "metric": board.benchmark.metric,
        "value": value,
        "raw_value": cell.raw.strip(),
        "source_metric": cell.source_metric,
        **({"doubt": doubt} if doubt else {}),
    }


def _number(raw: str) -> tuple[Number | None, bool]:
    """The number that a cell is, and whether a percent sign says so; "**76.3** %" and "93.2 ± 0.3" are numbers."""
    bare = raw.replace("\ufeff", "").replace("*", "").strip()
    without_sign = re.sub(r"\s*%+$", "", bare)
    number = parse_number(without_sign)
    return number if number and math.isfinite(number.value) else None, without_sign != bare


def _is_of_fractions(column: Iterable[str]) -> bool:
    numbers = [number.value for number, is_percent in map(_number, column) if number and not is_percent]
    return bool(numbers) and max(numbers) <= 1


def _value(board: Leaderboard, raw: str, in_fractions: bool) -> tuple[float | None, str | None]:
    """The accuracy in percent that a cell states, or None; and what is doubtful about it."""
    number, is_percent = _number(raw)
    if number is None:
        return None, f"{raw!r} is not one number"
    if number.lower is not None and not re.search(r"±|\+/?[-−]", number.raw):
        return None, f"{raw!r} is a range"
    if not is_percent and not in_fractions and 0 < number.value <= 1:
        return None, f"{raw!r} in a column of percent may be a fraction"
    percent = number.value * 100 if in_fractions and not is_percent else number.value
    value = round(100 - percent if board.is_error else percent, 6)  # 100 - 22.87 is 77.13, not 77.13000000000001
    return value, _out_of_bounds(value, board.benchmark)


def _out_of_bounds(value: float, benchmark: Benchmark) -> str | None:
    if benchmark.lower <= value <= benchmark.upper:
        return None
    return (
        f"{format_number(value)} is no {benchmark.metric} on {benchmark.slug}: "
        f"outside {benchmark.lower} to {benchmark.upper}; another metric or unit?"
    )


def one_each(read: Iterable[tuple[str, Row]]) -> list[Row]:
    """One row for each result of the source, of (entry, row) pairs in the order of the leaderboards.

    A result is told by its `result_id`. An entry that states it in several columns counts once, by the first that
    leaves no doubt; columns that contradict each other, and entries under one name with different figures, are doubted.
    """
    by_entry: dict[tuple[str, str], list[Row]] = {}
    for entry, row in read:
        by_entry.setdefault((row["result_id"], entry), []).append(row)
    by_result: dict[str, list[Row]] = {}
    for (result_id, _), rows in by_entry.items():
        by_result.setdefault(result_id, []).append(_agreed(rows))
    return [row for rows in by_result.values() for row in _told_apart(rows)]


def _agreed(rows: list[Row]) -> Row:
    """The row that stands for the columns in which one entry states one figure."""
    sure = [r for r in rows if "doubt" not in r] or rows
    others = [r for r in sure[1:] if "doubt" not in r and abs(r["value"] - sure[0]["value"]) > _ROUNDING]
    if not others:
        return sure[0]
    said = " and ".join(f"{r['source_metric']} {r['raw_value']}" for r in (sure[0], *others))
    return {**sure[0], "doubt": f"the row contradicts itself: {said}"}


def _told_apart(rows: list[Row]) -> list[Row]:
    """Entries of one name: one where they say the same, else each with a doubt."""
    different = unique(rows, "value")
    if len(different) == 1:
        return different
    said = ", ".join(str(r["raw_value"]) for r in different)
    return [{**r, "doubt": r.get("doubt") or f"one name has several figures here: {said}"} for r in different]
