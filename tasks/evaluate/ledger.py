"""The ledger of forecasts: what was published of each target, for ever, and what became of it.

A forecast says by which years a target is reached with which probability, and at what compute and cost. When such a
year has passed it falls due, and is scored by the CRPS of the date beside the time trend of the same day.

The ledger is a file of its own in the home folder, `forecasts.jsonl`, one forecast a line, that only grows. Not the
warehouse: that is made anew from documents whenever its form changes, and what was said last year cannot be read from
documents. Not the releases: an old one has the columns of its day, and may be deleted to save room. Each release holds
the whole ledger as `out_forecasts`. The file is written to after the release: where it is lost, or a kill came between
the two, the newest release gives back what it does not hold (`together`).

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
from schemas.codes.evaluation import DateReason, ForecastOutcome, ForecastReason
from schemas.errors import OperatorError
from schemas.rows import Record, from_record, record
from schemas.rows.dates import DateProbability, TargetDate
from schemas.rows.evaluation import Forecast, ForecastScore
from schemas.tables import EARLIER_NAMES, TABLES
from tasks.evaluate.dates.methods import TIME_TREND
from tasks.evaluate.dates.records import RecordCurve
from tasks.fit.sample import used_in_fits
from tasks.provenance.claims import content_id
from tasks.reference.benchmarks import whole_series
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

MOVED_YEARS = 0.25
MOVED_PROBABILITY = 0.05
"""The same of a date and of a probability."""

READABLE_DECADES = 4
"""Decades beyond which a ratio is given as its logarithm."""

_FORECAST = TABLES["out_forecasts"].column_names
_SAID = (
    *("issuer", "issued_on", "series", "metric", "target", "target_error", "estimator", "log10_training_flop"),
    *("log10_training_flop_lower", "log10_training_flop_upper", "due_year", "status"),
)
"""What a forecast's id is made of. One of a later day, or of another date's year, has another."""

DUE_YEARS = (1, 2, 5, 10)
"""Years after that of issue by whose ends a target's probability is stated: then a forecast falls due."""

PROBABILITIES = tuple(f"probability_{years}y" for years in DUE_YEARS)
TREND_PROBABILITIES = tuple(f"trend_probability_{years}y" for years in DUE_YEARS)

_DATED = (
    *("date_method", "reached_year", "reached_year_lower", "reached_year_upper"),
    *PROBABILITIES,
    *TREND_PROBABILITIES,
)
"""Columns that lines of earlier ledgers lack: those forecasts named no date, and never fall due."""


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
    ledger: Iterable[Forecast],
    dates: Iterable[TargetDate],
    probabilities: Iterable[DateProbability],
    issued_on: str,
) -> list[Forecast]:
    """Forecasts that the dates of targets amount to and that the ledger does not hold yet.

    One for each target that is not reached, by the published method and the headline's estimator. It is new if what was
    said last of the target was said in an earlier month and was something else (`_moved`): so a ledger grows by at most
    one line a month for each target.

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
        if row.is_published and row.estimator and row.reason[0].code in _OPEN:
            forecast = _forecast(row, by_year, issued_on)
            before = last.get(_target(forecast))
            if before is None or (before.issued_on[:7] != issued_on[:7] and _moved(before, forecast)):
                found.append(forecast)
    return found


_OPEN = (DateReason.DATED, DateReason.BEYOND_YEARS)
"""What is known of the date of a target that is forecast: neither reached nor without a trend."""


def _forecast(row: TargetDate, by_year: Mapping[tuple[str, str, str, int], float], issued_on: str) -> Forecast:
    issued, median = int(issued_on[:4]), row.reached_year.value

    def said(method: str) -> list[float | None]:
        return [by_year.get((row.series, row.target, method, issued + years)) for years in DUE_YEARS]

    return _identified(
        record(row, None)
        | dict(zip(PROBABILITIES, said(row.date_method), strict=True))
        | dict(zip(TREND_PROBABILITIES, said(TIME_TREND), strict=True))
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
    """What a forecast is about, whoever says it and however low the error of the day's best is."""
    return forecast.series, forecast.metric, forecast.target


def _moved(before: Forecast, now: Forecast) -> bool:
    """Whether a later forecast says something else: other due years, another error, compute, date or probability."""
    compared = (
        ([before.target_error], [now.target_error], 1e-6),
        (astuple(before.log10_training_flop), astuple(now.log10_training_flop), MOVED_DECADES),
        (astuple(before.reached_year), astuple(now.reached_year), MOVED_YEARS),
        (before.probabilities, now.probabilities, MOVED_PROBABILITY),
    )
    is_another = any(_differ(a, b, by) for x, y, by in compared for a, b in zip(x, y, strict=True))
    return is_another or before.issued_on[:4] != now.issued_on[:4]


def _differ(a: float | None, b: float | None, by: float) -> bool:
    return (a is None) != (b is None) or (a is not None and b is not None and abs(a - b) > by)


# --- what became of them


def score_forecasts(
    ledger: Iterable[Forecast], observations: pd.DataFrame, curves: Mapping[str, RecordCurve], this_year: int
) -> list[ForecastScore]:
    """What became of each forecast by now.

    The outcome arrives with the first model at or below the target error, whether or not its compute is known; the
    date is judged by the records of all models. The compute that was needed is the
    least of those that reached it in the first year that any did: later models may do with less, as methods improve,
    and the forecast was of its day. A forecast of hardware burden is held against the burden where it is known.

    Args:
        ledger: The forecasts.
        observations: Columns of core_observations; rows with `in_fit` true count.
        curves: The record of each series, by series.
        this_year: A forecast whose due year is before this is overdue while no observation reaches its target.
    """
    used = used_in_fits(observations)
    by_series = dict(iter(used.groupby(["series", "metric"])))
    return [
        ForecastScore(
            forecast_id=forecast.forecast_id,
            issuer=forecast.issuer,
            issued_on=forecast.issued_on,
            series=forecast.series,
            metric=forecast.metric,
            target=forecast.target,
            target_error=forecast.target_error,
            estimator=forecast.estimator,
            log10_training_flop=forecast.log10_training_flop.value,
            due_year=forecast.due_year,
            **_outcome(
                forecast,
                by_series.get((forecast.series, forecast.metric)),
                _curve_of(forecast, curves),
                this_year,
            ),
            **_date_score(forecast, _curve_of(forecast, curves), this_year),
        )
        for forecast in ledger
    ]


def _curve_of(forecast: Forecast, curves: Mapping[str, RecordCurve]) -> RecordCurve | None:
    curve = curves.get(whole_series(forecast.series))
    return curve if curve and curve.metric == forecast.metric else None


def _outcome(
    forecast: Forecast, observations: pd.DataFrame | None, curve: RecordCurve | None, this_year: int
) -> Record:
    """The fields of a score that depend on the observations."""
    undated = (Coded.of(ForecastReason.NO_DUE_DATE),) if forecast.due_year is None else ()
    open_or_overdue = _not_reached(forecast, this_year)
    known: Record = {}
    reason = Coded.of(ForecastReason.BENCHMARK_UNOBSERVED)
    if observations is not None:
        best = observations.sort_values(["error", "year", "observation_id"]).head(1).to_dict("records")[0]
        year_max = _plain(observations["year"].max())
        known = {"best_error": float(best["error"]), "data_year_max": year_max}
        reached = observations[observations["error"] <= forecast.target_error]
        if len(reached):
            return known | _reached(forecast, reached)
        reason = Coded.of(
            ForecastReason.NOT_REACHED, percent=100 * best["error"], model=_model(best), year_max=str(year_max)
        )
    if curve is not None and (k := curve.first_at_or_below(forecast.target_error)) is not None:
        return known | _reached_without_compute(forecast, curve, k)
    return known | {"outcome": open_or_overdue, "reason": (reason, *undated)}


def _reached_without_compute(forecast: Forecast, curve: RecordCurve, k: int) -> Record:
    year, error = int(curve.day[k][:4]), float(curve.error[k])
    reason = Coded.of(
        ForecastReason.REACHED_WITHOUT_COMPUTE, model=curve.model[k], percent=100 * error, day=curve.day[k]
    )
    return {
        "outcome": ForecastOutcome.REACHED,
        "model": curve.model[k],
        "year": year,
        "error": error,
        "in_time": None if forecast.due_year is None else year <= forecast.due_year,
        "reason": (reason,),
    }


def _date_score(forecast: Forecast, curve: RecordCurve | None, this_year: int) -> Record:
    """CRPS of the date, and of the time trend's, over the due years that have passed, and how many these are.

    The CRPS (Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102:359, section 4.2) is the integral over time of the
    squared difference of probability and outcome. Each due year's stands for the years since the one before it. A due
    year at which the series had no scores any more tells nothing, unless the target was reached by then.
    """
    if curve is None or not forecast.date_method:
        return {}
    k = curve.first_at_or_below(forecast.target_error)
    reached_on = None if k is None else curve.day[k]
    n_due, scores, since = 0, [0.0, 0.0], 0
    for years, *both in zip(DUE_YEARS, forecast.probabilities, forecast.trend_probabilities, strict=True):
        said = [p for p in both if p is not None]
        due = int(forecast.issued_on[:4]) + years
        is_reached = reached_on is not None and int(reached_on[:4]) <= due
        is_known = is_reached or int(curve.until_day[:4]) >= due
        if due >= this_year or not is_known or len(said) < len(scores):
            break
        scores = [s + (years - since) * (p - is_reached) ** 2 for s, p in zip(scores, said, strict=True)]
        n_due, since = n_due + 1, years
    of_due = {"crps_years": scores[0], "trend_crps_years": scores[1]} if n_due else {}
    return {"n_due": n_due, "reached_on": reached_on, "date_held": _date_held(forecast, curve, k), **of_due}


def _date_held(forecast: Forecast, curve: RecordCurve, k: int | None) -> bool | None:
    """Whether the date's interval holds the day on which the target was reached; None before that."""
    said = forecast.reached_year
    if k is None or said.lower is None:
        return None
    return bool(said.lower <= curve.year[k] and (said.upper is None or curve.year[k] <= said.upper))


def _not_reached(forecast: Forecast, this_year: int) -> ForecastOutcome:
    is_open = forecast.due_year is None or this_year <= forecast.due_year
    return ForecastOutcome.OPEN if is_open else ForecastOutcome.OVERDUE


def _reached(forecast: Forecast, reached: pd.DataFrame) -> Record:
    year = reached["year"].min()
    first = reached if pd.isna(year) else reached[reached["year"] == year]
    measure = "hardware_burden_flop" if forecast.compute_measure == "hardware_burden" else "training_flop"
    in_measure = first[first[measure].notna()]
    column, rows = (measure, in_measure) if len(in_measure) else ("training_flop", first)
    cheapest = rows.sort_values([column, "observation_id"]).head(1).to_dict("records")[0]
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
    said: tuple[Coded[ForecastReason], ...] = ()
    if predicted is not None:
        times = _times(predicted - needed)
        said = (Coded.of(ForecastReason.COMPUTE_FORECAST, log10_flop=predicted, times=times),)
    elif not forecast.date_method:  # one with a date and no compute says that nothing is known of the compute
        said = (Coded.of(ForecastReason.SAID_UNREACHABLE),)
    is_older = pd.notna(model["year"]) and model["year"] < int(forecast.issued_on[:4])
    return (reached, *said, *((Coded.of(ForecastReason.MODEL_IS_OLDER),) if is_older else ()))


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
        cells: dict[str, Any] = dict(json.loads(line))
        row = {EARLIER_NAMES.get(name, name): cell for name, cell in cells.items()}
        return from_record(Forecast, dict.fromkeys(_DATED) | row)
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedLedger(
            f"{path}, line {number} is no forecast ({error}). Take the line out, or the file away: the newest release"
            " still holds what was published"
        ) from error


def _identified(cells: Mapping[str, Any]) -> Forecast:
    """The forecast of cells by column, with its id; what is not among them is empty."""
    row = {c: _plain(cells.get(c)) for c in _FORECAST}
    return from_record(Forecast, row | {"forecast_id": content_id(*(row[c] for c in _SAID))})


def _plain(value: Any) -> Any:
    """A cell of a frame as JSON has it: None for what is missing."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
