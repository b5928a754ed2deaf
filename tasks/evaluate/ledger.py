"""The ledger of forecasts: every estimate as it was published, for ever, and what became of it.

The ledger is a file of its own in the home folder, `forecasts.jsonl`, one forecast a line, that only grows. Not the
warehouse: that is made anew from documents whenever its form changes, and what was said last year cannot be read from
documents. Not the releases: an old one has the columns of its day, and may be deleted to save room. Each release holds
the whole ledger as `out_forecasts`, so where the file is lost the newest release gives it back (`together`).

It begins with what the study forecast in 2020 and 2021 (`warehouse/reference/forecasts.csv`).
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pandas as pd

from schemas.codes import Coded
from schemas.codes.evaluation import EstimateStatus, ForecastOutcome, ForecastReason
from schemas.errors import OperatorError
from schemas.rows import Record, from_record, record
from schemas.rows.evaluation import Forecast, ForecastScore
from schemas.tables import TABLES
from tasks.estimate.extrapolate import BEST_IN_DATA
from tasks.provenance.claims import content_id
from tasks.reference.forecasts import load_study_forecasts
from tasks.reference.table import record as reference_record
from tasks.storage.store import atomic_write
from tasks.wording import words

FILE = "forecasts.jsonl"
"""Name of the ledger in the home folder."""

US = "Diminishing Returns"

MOVED_DECADES = 0.05
"""Decades of compute (12 %) by which an estimate, or an end of its interval, must move to be a forecast of its own:
less is the noise of a night's few new rows."""

READABLE_DECADES = 4
"""Decades beyond which a ratio is given as its logarithm."""

_FORECAST = TABLES["out_forecasts"].column_names
_SUBJECT = ("benchmark", "metric", "target", "target_error", "estimator")
_FIGURES = ("log10_training_flop", "log10_training_flop_lower", "log10_training_flop_upper")
_COSTS = tuple(f"{quantity}{end}" for quantity in ("cost_usd", "co2e_kg") for end in ("", "_lower", "_upper"))


class MalformedLedger(OperatorError, ValueError):
    """A line of the ledger is no forecast; the message says which, and what to do."""


def study_forecasts() -> list[Forecast]:
    """What the study forecast, from a table with the columns of out_forecasts but for the id."""
    return [_identified(reference_record(row)) for row in load_study_forecasts()]


def read_ledger(path: Path) -> list[Forecast]:
    """The forecasts of a ledger, oldest first; none where there is no file.

    Raises:
        MalformedLedger: a line is no forecast; the message says which, and what to do.
    """
    if not path.exists():
        return []
    text = path.read_bytes().decode("utf-8", "replace")
    lines = text.removesuffix("\n").split("\n") if text else []  # not splitlines(): words may hold its other line ends
    return [_read_line(path, n, line) for n, line in enumerate(lines, start=1)]


def append(path: Path, forecasts: Iterable[Forecast]) -> None:
    """Add forecasts to a ledger. The file appears whole or stays as it was: no kill leaves half a line."""
    rows = (record(f, words) for f in forecasts)
    lines = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
    if lines:
        before = path.read_bytes() if path.exists() else b""
        with atomic_write(path) as stream:
            stream.write(before + lines.encode())


def together(*ledgers: Iterable[Forecast]) -> list[Forecast]:
    """One ledger of several (the study's, the file's, a release's): each forecast once, in the order of issue."""
    by_id = {forecast.forecast_id: forecast for ledger in ledgers for forecast in ledger}
    return sorted(by_id.values(), key=lambda f: f.issued_on)  # stable: within a day as they came


def forecast_of(row: Mapping[Any, Any]) -> Forecast:
    """The forecast of a row of out_forecasts, from a frame, a line or a release."""
    return from_record(Forecast, {c: _plain(row.get(c)) for c in _FORECAST})


def new_forecasts(
    ledger: Iterable[Forecast], estimates: pd.DataFrame, fits: pd.DataFrame, issued_on: str
) -> list[Forecast]:
    """Forecasts that estimates amount to and that the ledger does not hold yet.

    An estimate is a forecast if it says a compute, or that none suffices (a target at or below a floor). It is new if
    the same estimator said nothing of the same target before, or last said something else by more than `MOVED_DECADES`
    or by another status.

    Args:
        ledger: What was published before, in the order of issue.
        estimates: Columns of out_estimates.
        fits: Columns of out_fits, for the extent of the data behind each estimate.
        issued_on: The day of publication, YYYY-MM-DD.
    """
    last = {_subject(forecast): forecast for forecast in ledger if forecast.issuer == US}
    extents = {f["fit_id"]: f for f in fits.to_dict("records")}
    found = []
    for estimate in estimates.to_dict("records"):
        forecast = _forecast(estimate, extents.get(estimate["fit_id"], {}), issued_on)
        before = last.get(_subject(forecast))
        if _says_something(forecast) and (before is None or _moved(before, forecast)):
            found.append(forecast)
    return found


def _forecast(estimate: Mapping[Any, Any], extent: Mapping[Any, Any], issued_on: str) -> Forecast:
    taken = (*_SUBJECT, *_FIGURES, *_COSTS, "confidence_level", "n", "status")
    return _identified(
        {c: estimate.get(c) for c in taken}
        | {
            "issuer": US,
            "issued_on": issued_on,
            "compute_measure": "training_flop",
            "data_year_max": extent.get("year_max"),
            "log10_flop_max": extent.get("log10_flop_max"),
            "source": "out_estimates of the release of that day",
        }
    )


def _says_something(forecast: Forecast) -> bool:
    """Whether an estimate is a forecast: of a target that the data have reached nothing is left to forecast."""
    if forecast.target == BEST_IN_DATA or forecast.status == EstimateStatus.REACHED:
        return False
    return forecast.log10_training_flop.value is not None or forecast.status in _NEVER


_NEVER = (EstimateStatus.AT_OR_BELOW_ERROR_FLOOR, EstimateStatus.AT_OR_BELOW_FITTED_FLOOR)
"""Statuses that say of a target that no compute reaches it."""


def _moved(before: Forecast, now: Forecast) -> bool:
    def differ(a: float | None, b: float | None) -> bool:
        return (a is None) != (b is None) or (a is not None and b is not None and abs(a - b) > MOVED_DECADES)

    figures = zip(astuple(before.log10_training_flop), astuple(now.log10_training_flop), strict=True)
    return before.status != now.status or any(differ(a, b) for a, b in figures)


def _subject(forecast: Forecast) -> tuple[str | float, ...]:
    """What a forecast is about: two with the same differ only in what they say of it."""
    named = (forecast.benchmark, forecast.metric, forecast.target, forecast.estimator)
    return *named, round(forecast.target_error, 6)


# --- what became of them


def score_forecasts(ledger: Iterable[Forecast], observations: pd.DataFrame, this_year: int) -> list[ForecastScore]:
    """What became of each forecast by now.

    The outcome arrives with the first observation at or below the target error. The compute that was needed is the
    least of those that reached it in the first year that any did: later models may do with less, as methods improve,
    and the forecast was of its day. A forecast of hardware burden is held against the burden where it is known.

    Args:
        ledger: The forecasts.
        observations: Columns of core_observations; rows with `in_fit` true count.
        this_year: A forecast whose due year is before this is overdue while no observation reaches its target.
    """
    used = observations[observations["in_fit"].fillna(False).astype(bool)]
    by_series = dict(iter(used.groupby(["series", "metric"])))
    return [
        ForecastScore(
            forecast_id=forecast.forecast_id,
            issuer=forecast.issuer,
            issued_on=forecast.issued_on,
            benchmark=forecast.benchmark,
            metric=forecast.metric,
            target=forecast.target,
            target_error=forecast.target_error,
            estimator=forecast.estimator,
            log10_training_flop=forecast.log10_training_flop.value,
            due_year=forecast.due_year,
            **_outcome(forecast, by_series.get((forecast.benchmark, forecast.metric)), this_year),
        )
        for forecast in ledger
    ]


def _outcome(forecast: Forecast, observations: pd.DataFrame | None, this_year: int) -> Record:
    """The fields of a score that depend on the observations."""
    open_or_overdue = _not_reached(forecast, this_year)
    if observations is None:
        return {"outcome": open_or_overdue, "reason": (Coded.of(ForecastReason.BENCHMARK_UNOBSERVED),)}
    reached = observations[observations["error"] <= forecast.target_error]
    best = observations.sort_values(["error", "year", "observation_id"]).to_dict("records")[0]
    year_max = _plain(observations["year"].max())
    known = {"best_error": float(best["error"]), "data_year_max": year_max}
    if len(reached):
        return known | _reached(forecast, reached)
    reason = Coded.of(
        ForecastReason.NOT_REACHED, percent=100 * best["error"], model=_model(best), year_max=str(year_max)
    )
    return known | {"outcome": open_or_overdue, "reason": (reason,)}


def _not_reached(forecast: Forecast, this_year: int) -> ForecastOutcome:
    is_open = forecast.due_year is None or this_year <= forecast.due_year
    return ForecastOutcome.OPEN if is_open else ForecastOutcome.OVERDUE


def _reached(forecast: Forecast, reached: pd.DataFrame) -> Record:
    year = reached["year"].min()
    first = reached if pd.isna(year) else reached[reached["year"] == year]
    measure = "hardware_burden_flop" if forecast.compute_measure == "hardware_burden" else "training_flop"
    in_measure = first[first[measure].notna()]
    column, rows = (measure, in_measure) if len(in_measure) else ("training_flop", first)
    cheapest = rows.sort_values([column, "observation_id"]).to_dict("records")[0]
    needed = math.log10(cheapest[column])
    predicted, due = forecast.log10_training_flop.value, forecast.due_year
    return {
        "outcome": ForecastOutcome.REACHED,
        "model": cheapest["model"],
        "year": _plain(cheapest["year"]),
        "error": float(cheapest["error"]),
        "log10_flop_needed": needed,
        "log10_flop_ratio": None if predicted is None else predicted - needed,
        "interval_held": _held(forecast, needed),
        "in_time": None if due is None or pd.isna(year) else bool(year <= due),
        "reason": _how_reached(forecast, needed, cheapest, column != measure),
    }


def _held(forecast: Forecast, needed: float) -> bool | None:
    """Whether the forecast's interval holds the compute; an end that is missing is unbounded; None without interval."""
    said = forecast.log10_training_flop
    if forecast.confidence_level is None or said.value is None:
        return None
    return bool((said.lower is None or said.lower <= needed) and (said.upper is None or needed <= said.upper))


def _how_reached(
    forecast: Forecast, needed: float, model: Mapping[Any, Any], other_measure: bool
) -> tuple[Coded[ForecastReason], ...]:
    by = ForecastReason.REACHED_BY_OPERATIONS if other_measure else ForecastReason.REACHED_BY
    reached = Coded.of(by, model=_model(model), percent=100 * float(model["error"]), log10_flop=needed)
    predicted = forecast.log10_training_flop.value
    said = Coded.of(ForecastReason.SAID_UNREACHABLE)
    if predicted is not None:
        said = Coded.of(ForecastReason.COMPUTE_FORECAST, log10_flop=predicted, times=_times(predicted - needed))
    is_older = pd.notna(model["year"]) and model["year"] < int(forecast.issued_on[:4])
    return (reached, said, *((Coded.of(ForecastReason.MODEL_IS_OLDER),) if is_older else ()))


def _times(decades: float) -> str:
    size = f"{abs(decades):.0f} decades"
    if abs(decades) < READABLE_DECADES:
        times = 10 ** abs(decades)
        size = f"{times:,.0f} times" if times >= 100 else f"{times:.3g} times"
    return f"{size} too {'many' if decades > 0 else 'few'}"


def _model(row: Mapping[Any, Any]) -> str:
    return f"{row['model']}, {int(row['year'])}" if pd.notna(row["year"]) else str(row["model"])


# --- lines and cells


def _read_line(path: Path, number: int, line: str) -> Forecast:
    try:
        row = json.loads(line)
        return from_record(Forecast, row)
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedLedger(
            f"{path}, line {number} is no forecast ({error}). Take the line out, or the file away: the newest release"
            " still holds what was published"
        ) from error


def _identified(cells: Mapping[str, Any]) -> Forecast:
    """The forecast of cells by column, with its id; what is not among them is empty."""
    row = {c: _plain(cells.get(c)) for c in _FORECAST}
    said = [row[c] for c in ("issuer", "issued_on", *_SUBJECT, *_FIGURES, "due_year", "status")]
    return from_record(Forecast, row | {"forecast_id": content_id(*said)})


def _plain(value: Any) -> Any:
    """A cell of a frame as JSON has it: None for what is missing."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
