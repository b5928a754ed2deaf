"""One benchmark's CSV of the replication data's form, as the variables that the study's notebooks regress.

The form (`tasks.sources.study_data` says more): a header, three sub-headers, a row a model, compute typed in FLOP,
scores in percent under headers in parentheses. The notebooks (MIT-FutureTech/TheComputationalLimitsOfDeepLearning,
notebooks/) take every row with all figures of a regression, as typed; they use no `relevant` and no logarithm column.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import dropwhile

import numpy as np
import pandas as pd

from schemas.errors import OperatorError
from tasks.compute.methods import FLOP_PER_MULTIPLY_ADD
from tasks.fit.numerics.line import least_squares
from tasks.sources.tabular import Cells, ChangedFeed, number_in, read_table

COMPUTE = ("flops", "multiadds", "network_operations", "hardware_burden")
ALEXNET = "AlexNet"

STUDY_CONVERSION = (2.7580, 0.8935)
"""log10 hardware burden = a + b log10 network operations, where a file cannot tell: ImageNet's line in an earlier state
of its data, typed into the notebook of COCO ("Conversion Regression: … (from ImageNet)")."""

MIN_TO_CONVERT = 3
"""Models with both figures below which no line with residuals can be drawn through them."""

_METRICS = "performance_metrics"  # the first sub-header says this over the first score


class NoStudyData(OperatorError, ValueError):
    """No file has the form of the replication data; the message says what each lacks."""


@dataclass(frozen=True)
class StudyData:
    """One file: its name without ending, its score's name, a row a model, and notes for the operator.

    `frame` has the score and the error as fractions (`<score>_percent`, `<score>_error_percent`: names of the
    notebooks), compute in FLOP (`ops_forward_pass`, `network_operations`, `hardware_burden` and the consolidated one),
    the same over AlexNet's (`…_alexnet_norm`) and `year`; NaN where a cell is blank.
    """

    stem: str
    score: str
    frame: pd.DataFrame
    notes: tuple[str, ...]


def read_data(content: bytes, stem: str) -> StudyData:
    """Read one CSV, whatever its benchmark; the first score column counts.

    Raises:
        ChangedFeed: it has not the form, no score column, or scores that are no percentages.
    """
    what = f"{stem}.csv"
    header, column = _score_column(content, what)
    wanted = {name: (name,) for name in ("name", "year", *COMPUTE)} | {"score": (column,)}
    table = read_table(content, wanted, required=("name", "score"), unused=header, what=what)
    typed, odd = _numbers(dropwhile(_is_sub_header, table.rows), what)
    score = _variable_name(column)
    scores = typed["score"].dropna()
    if scores.empty or scores.max() <= 1:
        raise ChangedFeed(f"{what}: {column} holds no percentages; give scores from 0 to 100")
    return StudyData(stem, score, _variables(typed, score), (*table.notes, *odd))


def _score_column(content: bytes, what: str) -> tuple[list[str], str]:
    """The header, and its first score column: named in parentheses, else the one under `performance_metrics`."""
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"), newline=""))
    try:
        header, below = next(lines, []), next(lines, [])
    except csv.Error as error:
        raise ChangedFeed(f"{what} cannot be read as CSV: {error}") from error
    named = [h for h in header if re.fullmatch(r"\(.+\)", h.strip())]
    under = [h for h, cell in zip(header, below, strict=False) if cell.strip() == _METRICS]
    found = [*named, *under]
    if not found:
        raise ChangedFeed(f"{what} has no score: neither a header in parentheses nor one over {_METRICS!r}")
    return header, found[0]


def _variable_name(column: str) -> str:
    """The notebooks' name of a score: "(TOP 1 score)" → "top1", "(BOX AP)" → "box_ap"."""
    words = re.sub(r"\bscore\b", " ", column.strip().strip("()").lower())
    name = re.sub(r"\W+", "_", re.sub(r"\s+(?=\d)", "", words)).strip("_")
    return name if name.isidentifier() else f"score_{name}"


def _is_sub_header(row: Cells) -> bool:
    return row["name"] in (None, "name") and _number(row["score"]) is None


def _numbers(rows: Iterable[Cells], what: str) -> tuple[pd.DataFrame, list[str]]:
    """Name, year, compute (above zero) and score (0 to 100, exclusive) as typed; a note for each cell that is none."""
    typed, notes = [], []
    for row in rows:
        numbers: dict[str, float | str | None] = {"name": row["name"]}
        for column in ("year", *COMPUTE, "score"):
            value = _number(row[column])
            is_usable = value is not None and value > 0 and (column != "score" or value < 100)
            numbers[column] = value if is_usable else math.nan
            if row[column] and not is_usable:
                notes.append(f"{what}, {row['name']}: {column} {row[column]!r} is left out")
        typed.append(numbers)
    return pd.DataFrame(typed, columns=["name", "year", *COMPUTE, "score"]), notes


def _number(cell: str | None) -> float | None:
    try:
        return number_in(cell)
    except ValueError:
        return None


def _variables(typed: pd.DataFrame, score: str) -> pd.DataFrame:
    forward = typed["flops"].combine_first(typed["multiadds"] * FLOP_PER_MULTIPLY_ADD)
    operations, burden = typed["network_operations"], typed["hardware_burden"]
    consolidated = burden.combine_first(_burden_from(operations, burden))
    alexnet = typed["name"] == ALEXNET
    return pd.DataFrame(
        {
            "name": typed["name"],
            "year": typed["year"],
            f"{score}_percent": typed["score"] / 100,
            f"{score}_error_percent": (100 - typed["score"]) / 100,
            "ops_forward_pass": forward,
            "network_operations": operations,
            "hardware_burden": burden,
            "ops_forward_pass_alexnet_norm": _over(forward, alexnet),
            "network_ops_alexnet_norm": _over(operations, alexnet),
            "hw_burden_alexnet_norm": _over(burden, alexnet),
            "hardware_burden_consolidated": consolidated,
            "hw_burden_consolidated__poly": consolidated,  # the same by the name that the notebook of ImageNet has
        }
    )


def _burden_from(operations: pd.Series, burden: pd.Series) -> pd.Series:
    """The burden that network operations let expect, FLOP: by the file's own models with both, else by the study's."""
    both = operations.notna() & burden.notna()
    intercept, slope = STUDY_CONVERSION
    if both.sum() >= MIN_TO_CONVERT and operations[both].nunique() > 1:
        x, y = (np.log10(figures[both].to_numpy(float)) for figures in (operations, burden))
        line = least_squares(x, y, 0.95)
        intercept, slope = line.intercept.value, line.slope.value
    return 10 ** (intercept + slope * np.log10(operations))


def _over(figures: pd.Series, is_base: pd.Series) -> pd.Series:
    """Figures over the one of the base model; NaN where it has none, or several."""
    base = figures[is_base].dropna()
    return figures / (base.iloc[0] if len(base) == 1 else math.nan)


def read_all(files: Mapping[str, bytes]) -> tuple[list[StudyData], list[str]]:
    """Every file (content by name without ending) that has the form, in order of names, and notes about all of them.

    Raises:
        NoStudyData: none has it.
    """
    read, notes = [], []
    for stem, content in sorted(files.items()):
        try:
            read.append(read_data(content, stem))
        except ChangedFeed as error:
            notes.append(f"left out: {error}")
        else:
            notes += read[-1].notes
    if not read:
        raise NoStudyData("; ".join(notes) or "no CSV file there")
    return read, notes
