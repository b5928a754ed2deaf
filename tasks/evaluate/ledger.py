"""The ledger of forecasts: every published forecast, kept for ever.

A forecast says by which years a target is reached with which probability, and at what compute and cost. When such a
year has passed it falls due, and is scored by the CRPS of the date beside the time trend of the same day.

The ledger is a file of its own in the home folder, `forecasts.jsonl`, one forecast a line, that only grows. It is not
in the warehouse, which is rebuilt from documents whenever its form changes, nor only in the releases, of which old ones
have other columns and may be deleted. Each release holds
the whole ledger as `out_forecasts`. The file is written to after the release: where it is lost, or a kill came between
the two, the newest release gives back what it does not hold (`merge_ledgers`).

It begins with what the study forecast in 2020 and 2021 (`warehouse/reference/forecasts.csv`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pandas as pd

from schemas.codes.evaluation import DateReason
from schemas.errors import OperatorError
from schemas.rows import from_record, record
from schemas.rows.dates import DateProbability, TargetDate
from schemas.rows.evaluation import Forecast
from schemas.tables import EARLIER_NAMES, TABLES
from tasks.evaluate.dates.methods import TIME_TREND
from tasks.provenance.claims import content_id
from tasks.reference.forecasts import load_study_forecasts
from tasks.reference.table import record as reference_record
from tasks.storage.store import atomic_write
from tasks.wording import words
from warehouse.aside import set_aside

FILE = "forecasts.jsonl"
"""Name of the ledger in the home folder."""

US = "Diminishing Returns"

MIN_CHANGE_DECADES = 0.05
"""Decades of compute (12 %) by which an estimate, or an end of its interval, must move to make a new forecast; less is
noise from a few new rows."""

MIN_CHANGE_YEARS = 0.25
MIN_CHANGE_PROBABILITY = 0.05
"""The same of a date and of a probability."""

_FORECAST = TABLES["out_forecasts"].column_names
_ID_COLUMNS = (
    *("issuer", "issued_on", "series", "metric", "target", "target_error", "estimator", "log10_training_flop"),
    *("log10_training_flop_lower", "log10_training_flop_upper", "due_year", "status"),
)
"""Columns that a forecast's id is a hash of."""

DUE_YEARS = (1, 2, 5, 10)
"""Years after that of issue by whose ends a target's probability is stated: then a forecast falls due."""

PROBABILITIES = tuple(f"probability_{years}y" for years in DUE_YEARS)
TREND_PROBABILITIES = tuple(f"trend_probability_{years}y" for years in DUE_YEARS)

_DATE_COLUMNS = (
    *("date_method", "reached_year", "reached_year_lower", "reached_year_upper"),
    *PROBABILITIES,
    *TREND_PROBABILITIES,
)
"""Columns missing in lines of earlier ledgers: those forecasts named no date, and never fall due."""


class MalformedLedger(OperatorError, ValueError):
    """A line of the ledger cannot be read; the message says which, and what to do."""


def study_forecasts() -> list[Forecast]:
    """What the study forecast, from a table with the columns of out_forecasts but for the id."""
    return [_with_id(reference_record(row)) for row in load_study_forecasts()]


def read_ledger(path: Path) -> list[Forecast]:
    """The forecasts of a ledger, oldest first; none where there is no file.

    Raises:
        MalformedLedger: a line is no forecast; the message says which, and what to do.
    """
    if not path.exists():
        return []
    return [_read_line(path, n, line) for n, line in enumerate(_lines(path), start=1)]


def set_damaged_aside(path: Path) -> None:
    """Where a line is no forecast, set the file aside and keep the others: releases hold those that it lacks then."""
    if path.is_dir():
        set_aside(path, "it is a folder")
    if not path.exists():
        return
    whole, faults = [], []
    for number, line in enumerate(_lines(path), start=1):
        try:
            _read_line(path, number, line)
            whole.append(line)
        except MalformedLedger as error:
            faults.append(error.args[0])
    if faults:
        set_aside(path, f"{len(faults)} of {len(faults) + len(whole)} lines; {faults[0]}")
        with atomic_write(path) as stream:
            stream.write("".join(f"{line}\n" for line in whole).encode())


def append(path: Path, forecasts: Iterable[Forecast]) -> None:
    """Add forecasts to a ledger. The file appears whole or stays as it was: no kill leaves half a line."""
    rows = (record(f, words) for f in forecasts)
    lines = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
    if lines:
        before = path.read_bytes() if path.exists() else b""
        with atomic_write(path) as stream:
            stream.write(before + lines.encode())


def merge_ledgers(*ledgers: Iterable[Forecast]) -> list[Forecast]:
    """Several ledgers (the study's, the file's, a release's) merged: each forecast once, in the order of issue."""
    by_id = {forecast.forecast_id: forecast for ledger in ledgers for forecast in ledger}
    return sorted(by_id.values(), key=lambda f: f.issued_on)  # stable: within a day as they came


def forecast_from_row(row: Mapping[Any, Any]) -> Forecast:
    """The forecast of a row of out_forecasts, from a frame, a line or a release."""
    return from_record(Forecast, {c: json_value(row.get(c)) for c in _FORECAST})


def new_forecasts(
    ledger: Iterable[Forecast],
    dates: Iterable[TargetDate],
    probabilities: Iterable[DateProbability],
    issued_on: str,
) -> list[Forecast]:
    """New forecasts from the dates of targets, which the ledger does not have yet.

    One for each target that is not reached, by the published method and the headline's estimator. It is new if the last
    forecast of the target is of an earlier month and differs (`_has_changed`), so that a ledger grows by at most one
    line a month for each target.

    Args:
        ledger: What was published before, in the order of issue.
        dates: Rows of out_target_dates.
        probabilities: Rows of out_date_probabilities.
        issued_on: The day of publication, YYYY-MM-DD.
    """
    last = {_target(f): f for f in ledger if f.issuer == US and f.date_method}
    by_year = {(p.series, p.target, p.date_method, p.due_year): p.probability for p in probabilities}
    found = []
    for row in dates:
        if row.is_published and row.estimator and row.reason[0].code in _OPEN_REASONS:
            forecast = _forecast(row, by_year, issued_on)
            before = last.get(_target(forecast))
            if before is None or (before.issued_on[:7] != issued_on[:7] and _has_changed(before, forecast)):
                found.append(forecast)
    return found


_OPEN_REASONS = (DateReason.DATED, DateReason.BEYOND_YEARS)
"""Reasons of targets that are forecast: neither reached nor without a trend."""


def _forecast(row: TargetDate, by_year: Mapping[tuple[str, str, str, int], float], issued_on: str) -> Forecast:
    issued, median = int(issued_on[:4]), row.reached_year.value

    def probabilities_by(method: str) -> list[float | None]:
        return [by_year.get((row.series, row.target, method, issued + years)) for years in DUE_YEARS]

    return _with_id(
        record(row, None)
        | dict(zip(PROBABILITIES, probabilities_by(row.date_method), strict=True))
        | dict(zip(TREND_PROBABILITIES, probabilities_by(TIME_TREND), strict=True))
        | {
            "issuer": US,
            "issued_on": issued_on,
            "compute_measure": "training_flop",
            "confidence_level": 0.9,
            "due_year": None if median is None else max(int(median), issued),
            "data_year_max": int(row.scored_until[:4]) if row.scored_until else None,
            "source": "out_target_dates of the release of that day",
        }
    )


def _target(forecast: Forecast) -> tuple[str, str, str]:
    """Key of a forecast's target, independent of issuer and target error."""
    return forecast.series, forecast.metric, forecast.target


def _has_changed(before: Forecast, now: Forecast) -> bool:
    """Whether a later forecast differs in due years, error, compute, date or probability."""
    compared = (
        ([before.target_error], [now.target_error], 1e-6),
        (astuple(before.log10_training_flop), astuple(now.log10_training_flop), MIN_CHANGE_DECADES),
        (astuple(before.reached_year), astuple(now.reached_year), MIN_CHANGE_YEARS),
        (before.probabilities, now.probabilities, MIN_CHANGE_PROBABILITY),
    )
    is_another = any(_differs(a, b, by) for x, y, by in compared for a, b in zip(x, y, strict=True))
    return is_another or before.issued_on[:4] != now.issued_on[:4]


def _differs(a: float | None, b: float | None, by: float) -> bool:
    return (a is None) != (b is None) or (a is not None and b is not None and abs(a - b) > by)


# --- lines and cells


def _lines(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8", "replace")
    return text.removesuffix("\n").split("\n") if text else []  # not splitlines(): words may hold its other line ends


def _read_line(path: Path, number: int, line: str) -> Forecast:
    try:
        cells: dict[str, Any] = dict(json.loads(line))
        row = {EARLIER_NAMES.get(name, name): cell for name, cell in cells.items()}
        return from_record(Forecast, dict.fromkeys(_DATE_COLUMNS) | row)
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise MalformedLedger(
            f"{path}, line {number} is no forecast ({error}). The newest release holds what was published"
        ) from error


def _with_id(cells: Mapping[str, Any]) -> Forecast:
    """The forecast of cells by column, with its id; what is not among them is empty."""
    row = {c: json_value(cells.get(c)) for c in _FORECAST}
    return from_record(Forecast, row | {"forecast_id": content_id(*(row[c] for c in _ID_COLUMNS))})


def json_value(value: Any) -> Any:
    """A cell of a frame as JSON has it: None for what is missing."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
