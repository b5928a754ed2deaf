"""Leaderboards: which column of a source's tables is which benchmark of ours, and what a printed score says.

Everything about one leaderboard stands in `warehouse/reference/leaderboards.csv`: a new row there needs no code.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.codes import Coded
from schemas.codes.sources import RowDoubt
from schemas.rows import Candidate
from schemas.rows.sources import SourceScore
from tasks.extract.numbers import Number, format_number, parse_number
from tasks.reference.benchmarks import BENCHMARKS, Benchmark, load_benchmarks
from tasks.reference.leaderboards import LEADERBOARDS, LeaderboardColumn, load_leaderboard_columns

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
class LeaderboardCell:
    """One cell of a leaderboard: its row of raw_scores, whose value is not read yet (NaN), and doubts of the row.

    `entry` tells which row of the source it is: cells of one entry state the same figure in different columns.
    """

    entry: str
    row: SourceScore
    doubts: tuple[Coded[RowDoubt], ...] = ()


def load_leaderboards(source_id: str) -> list[Leaderboard]:
    """The leaderboards of one source, in the order of `leaderboards.csv`: of two columns the first counts.

    Raises:
        ValueError: a row names a benchmark that `benchmarks.csv` does not have.
    """
    benchmarks = {(b.slug, b.metric): b for b in load_benchmarks()}
    return [_leaderboard(row, benchmarks) for row in load_leaderboard_columns() if row.source_id == source_id]


def _leaderboard(row: LeaderboardColumn, benchmarks: Mapping[tuple[str, str], Benchmark]) -> Leaderboard:
    benchmark = benchmarks.get((row.benchmark, row.metric))
    if benchmark is None:
        raise ValueError(
            f"{LEADERBOARDS.file}: {' '.join(row.tables)} / {' '.join(row.metric_names)}: {BENCHMARKS.file} has no"
            f" {row.benchmark} {row.metric}; add the row there"
        )
    return Leaderboard(row.tables, row.datasets, row.metric_names, benchmark, row.meaning == "error")


def plain(name: str) -> str:
    """A name of a task, data set or metric as it is compared: case and blanks do not matter."""
    return " ".join(name.split()).casefold()


def read_column(board: Leaderboard, cells: Sequence[LeaderboardCell]) -> list[LeaderboardCell]:
    """The cells of one leaderboard that state anything, in order, with their values in percent.

    Whether figures are percent or fractions is judged by the whole column: none of it is above 1 in a column of
    fractions. What stays open is a doubt.
    """
    stated = [c for c in cells if not _UNSAID.fullmatch(c.row.raw_value.strip("*"))]
    in_fractions = _is_of_fractions(c.row.raw_value for c in stated)
    return [_read(board, cell, in_fractions) for cell in stated]


def _read(board: Leaderboard, cell: LeaderboardCell, in_fractions: bool) -> LeaderboardCell:
    value, doubt = _value(board, cell.row.raw_value, in_fractions)
    row = replace(cell.row, value=math.nan if value is None else value)
    return replace(cell, row=row, doubts=(*cell.doubts, *([doubt] if doubt else [])))


def _number(raw: str) -> tuple[Number | None, bool]:
    """The number that a cell is, and whether a percent sign says so; "**76.3** %" and "93.2 ± 0.3" are numbers."""
    bare = raw.replace("\ufeff", "").replace("*", "").strip()
    without_sign = re.sub(r"\s*%+$", "", bare)
    number = parse_number(without_sign)
    return number if number and math.isfinite(number.value) else None, without_sign != bare


def _is_of_fractions(column: Iterable[str]) -> bool:
    numbers = [number.value for number, is_percent in map(_number, column) if number and not is_percent]
    return bool(numbers) and max(numbers) <= 1


def _value(board: Leaderboard, raw: str, in_fractions: bool) -> tuple[float | None, Coded[RowDoubt] | None]:
    """The accuracy in percent that a cell states, or None; and what is doubtful about it."""
    number, is_percent = _number(raw)
    if number is None:
        return None, Coded.of(RowDoubt.SCORE_NO_NUMBER, text=raw)
    if number.lower is not None and not re.search(r"±|\+/?[-−]", number.raw):
        return None, Coded.of(RowDoubt.SCORE_RANGE, text=raw)
    if not is_percent and not in_fractions and 0 < number.value <= 1:
        return None, Coded.of(RowDoubt.SCORE_MAY_BE_FRACTION, text=raw)
    percent = number.value * 100 if in_fractions and not is_percent else number.value
    value = round(100 - percent if board.is_error else percent, 6)  # 100 - 22.87 is 77.13, not 77.13000000000001
    return value, _out_of_bounds(value, board.benchmark)


def _out_of_bounds(value: float, benchmark: Benchmark) -> Coded[RowDoubt] | None:
    if benchmark.lower <= value <= benchmark.upper:
        return None
    return Coded.of(
        RowDoubt.SCORE_OUT_OF_RANGE,
        value=format_number(value),
        metric=benchmark.metric,
        benchmark=benchmark.slug,
        lower=float(benchmark.lower),
        upper=float(benchmark.upper),
    )


def one_each(read: Iterable[LeaderboardCell]) -> list[Candidate[SourceScore]]:
    """One row for each result of the source, of cells in the order of the leaderboards.

    A result is identified by its `result_id`. An entry that states it in several columns counts once, by the first that
    leaves no doubt; columns that contradict each other, and entries under one name with different figures, are doubted.
    """
    by_entry: dict[tuple[str, str], list[LeaderboardCell]] = {}
    for cell in read:
        by_entry.setdefault((cell.row.result_id, cell.entry), []).append(cell)
    by_result: dict[str, list[LeaderboardCell]] = {}
    for (result_id, _), cells in by_entry.items():
        by_result.setdefault(result_id, []).append(_agreed(cells))
    return [candidate for cells in by_result.values() for candidate in _told_apart(cells)]


def _agreed(cells: list[LeaderboardCell]) -> LeaderboardCell:
    """The cell that stands for the columns in which one entry states one figure."""
    first, *others = [c for c in cells if not c.doubts] or cells
    contradicting = [c for c in others if not c.doubts and abs(c.row.value - first.row.value) > _ROUNDING]
    if not contradicting:
        return first
    figures = " and ".join(f"{c.row.source_metric} {c.row.raw_value}" for c in (first, *contradicting))
    return replace(first, doubts=(Coded.of(RowDoubt.ROW_CONTRADICTS_ITSELF, figures=figures),))


def _told_apart(cells: list[LeaderboardCell]) -> list[Candidate[SourceScore]]:
    """Entries of one name: one where they say the same, else each with a doubt."""
    by_value: dict[str, LeaderboardCell] = {}  # by its text, since NaN is not even equal to itself
    for cell in cells:
        by_value.setdefault(repr(cell.row.value), cell)
    different = [*by_value.values()]
    if len(different) == 1:
        return [Candidate(c.row, c.doubts) for c in different]
    several = Coded.of(RowDoubt.SEVERAL_FIGURES, figures=", ".join(c.row.raw_value for c in different))
    return [Candidate(c.row, c.doubts or (several,)) for c in different]
