"""Rolling-origin back-tests: what a fit said at the end of a year, held against the records that came after.

The origin is the end of a year in which a series gained observations (Tashman 2000, Int. J. Forecasting 16:437-450,
"rolling origin", recalibrated at each). The fit sees the observations of that year and before; then it is asked for the
error at the compute of each record that followed, and for the compute at its error.

What is known "then" is what this warehouse holds of models published by then: a figure that somebody reckoned later, of
a model published before, is not held back; nor is a floor that was measured later.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tasks.fit.estimator import Estimator
from tasks.fit.model import FitRefused, Floats

FIRST_ORIGIN = 2014
"""Before, no series here has the points for a fit: deep networks came to ImageNet in 2012."""

MIN_POINTS = 5
MIN_PAPERS = 3
"""Observations, and papers, below which an origin asks nothing of anybody: no estimator is to blame there."""

LEVELS = (0.5, 0.8, 0.9)
"""Levels of the intervals that are held against what happened."""

WIDEST = LEVELS[-1]
"""Level of the interval that is shown."""

Row = dict[str, Any]

Draw = Callable[[Estimator, pd.DataFrame, np.random.Generator], Floats]
"""Fits an estimator to observations of one series (columns of core_observations): parameters (1 + R, k), the first row
from the data themselves, the others from R resamples. Raises FitRefused where the observations cannot carry the fit."""


class Origin(NamedTuple):
    """One series at the end of one year: observations known then, and the records that followed (never empty)."""

    series: str
    metric: str
    year: int
    known: pd.DataFrame
    records: pd.DataFrame


class Prediction(NamedTuple):
    """What one fit says of m records: values (m,), and lower and upper ends (levels, m); NaN where it says nothing.

    Errors are fractions; compute is log10 FLOP, +inf where the curve never falls to the error.
    """

    error: Floats
    error_ends: tuple[Floats, Floats]
    log10_flop: Floats
    log10_flop_ends: tuple[Floats, Floats]


def backtest(
    observations: pd.DataFrame,
    estimators_of: Callable[[str], Sequence[Estimator]],
    draw: Draw,
    seed: int = 0,
    first_origin: int = FIRST_ORIGIN,
) -> list[Row]:
    """Every record predicted from every origin before it by every estimator: rows of out_backtests.

    All estimators meet the same cases. One that refuses an origin, or whose curve gives no figure, is there with its
    status: the scores count that as the worst.

    Args:
        observations: Columns of core_observations; rows with `in_fit` true and a year count.
        estimators_of: From the name of a series to its estimators.
        draw: Fits, resamples and all (see `Draw`).
        seed: Seeds the resamples, together with series and year: the order of series changes nothing.
        first_origin: The first year at whose end a fit is made.
    """
    rows: list[Row] = []
    for origin in origins(observations, first_origin):
        for estimator in estimators_of(origin.series):
            rng = np.random.default_rng([seed, zlib.crc32(origin.series.encode()), origin.year])
            try:
                prediction = predict(estimator, draw(estimator, origin.known, rng), origin.records)
            except FitRefused as refused:
                rows += _refused_rows(origin, estimator, refused.reason)
            else:
                rows += _rows(origin, estimator, prediction)
    return rows


def origins(observations: pd.DataFrame, first_origin: int = FIRST_ORIGIN) -> Iterator[Origin]:
    """Series by series, the ends of years that brought observations and were followed by a record."""
    used = observations[observations["in_fit"].fillna(False).astype(bool) & observations["year"].notna()]
    for (series, metric), rows in used.groupby(["series", "metric"], sort=True):
        all_records = records(rows)
        for year in sorted({int(y) for y in rows["year"] if y >= first_origin}):
            known = rows[rows["year"] <= year]
            later = all_records[all_records["year"] > year]
            if len(known) >= MIN_POINTS and known["paper_id"].nunique() >= MIN_PAPERS and len(later):
                yield Origin(str(series), str(metric), year, known, later)


def records(observations: pd.DataFrame) -> pd.DataFrame:
    """The best model of each paper that has a lower error than every model of the years before, by year and error.

    Which came first within a year is not known, so each of a year's is held against the years before it alone. A
    paper's lesser models are no records: nobody waited for them.
    """
    best = observations.sort_values(["year", "error", "training_flop", "observation_id"]).drop_duplicates("paper_id")
    lowest_of_year = observations.groupby("year")["error"].min().sort_index()
    lowest_before = lowest_of_year.cummin().shift(1)
    has_logarithms = best["error"].between(0, 1, inclusive="neither") & (best["training_flop"] > 0)
    return best[has_logarithms & (best["error"] < best["year"].map(lowest_before))]


def predict(estimator: Estimator, parameters: Floats, targets: pd.DataFrame) -> Prediction:
    """What a fit says of targets (columns error, training_flop), from parameters (1 + R, k), the data's own first."""
    x = np.log10(targets["training_flop"].to_numpy(dtype=float))
    with np.errstate(all="ignore"):  # a resample's curve may be anything; what is not a figure comes as NaN
        error = estimator.error_at(parameters, x)
        flop = np.stack([estimator.log10_flop_at(parameters, float(e)) for e in targets["error"]], axis=1)
    return Prediction(error[0], interval_ends(error[1:]), flop[0], interval_ends(flop[1:]))


def interval_ends(draws: Floats) -> tuple[Floats, Floats]:
    """Lower and upper ends, each (levels, m), of the central intervals of draws (R, m) at `LEVELS`.

    An end is the draw of that rank (Hyndman and Fan 1996, Am. Stat. 50:361, definition 1), so that infinite draws do no
    harm to finite ones. NaN draws, of resamples that carry no fit, are left out; where they are half or more, so is the
    interval.
    """
    ordered = np.sort(draws, axis=0)  # NaN last
    n = (~np.isnan(draws)).sum(axis=0)

    def quantile(p: Floats) -> Floats:
        rank = np.clip(np.ceil(p[:, None] * n) - 1, 0, np.maximum(n - 1, 0)).astype(int)
        picked = np.take_along_axis(ordered, rank, axis=0)
        picked[:, n <= len(draws) / 2] = np.nan
        return picked

    tail = (1 - np.array(LEVELS)) / 2
    return quantile(tail), quantile(1 - tail)


# --- rows


def _rows(origin: Origin, estimator: Estimator, prediction: Prediction) -> list[Row]:
    rows = []
    for i, base in enumerate(_cases(origin, estimator)):
        error, flop = float(prediction.error[i]), float(prediction.log10_flop[i])
        error_ends, flop_ends = ([end[:, i] for end in e] for e in (prediction.error_ends, prediction.log10_flop_ends))
        status, reason = _status(error, flop, base["error"])
        rows.append(
            base
            | {
                "predicted_error": _finite(error),
                "error_interval_lower": _finite(error_ends[0][-1]),
                "error_interval_upper": _finite(error_ends[1][-1]),
                "log10_error_ratio": _finite(np.log10(error / base["error"])) if error > 0 else None,
                "log10_flop_predicted": _finite(flop),
                "log10_flop_interval_lower": _finite(flop_ends[0][-1]),
                "log10_flop_interval_upper": _finite(flop_ends[1][-1]),
                "log10_flop_ratio": _finite(flop - base["log10_flop_actual"]),
                "prediction_status": status,
                "prediction_reason": reason,
            }
            | _held("error", base["error"], *error_ends)
            | _held("flop", base["log10_flop_actual"], *flop_ends)
        )
    return rows


def _refused_rows(origin: Origin, estimator: Estimator, reason: str) -> list[Row]:
    nothing = np.full(len(LEVELS), np.nan)
    said = {"prediction_status": "refused", "prediction_reason": reason}
    held = _held("error", 0.0, nothing, nothing) | _held("flop", 0.0, nothing, nothing)
    return [base | said | held for base in _cases(origin, estimator)]


def _cases(origin: Origin, estimator: Estimator) -> Iterator[Row]:
    largest = np.log10(origin.known["training_flop"].max())
    for r in origin.records.to_dict("records"):
        actual = float(np.log10(r["training_flop"]))
        yield {
            "benchmark": origin.series,
            "metric": origin.metric,
            "origin_year": origin.year,
            "estimator": estimator.name,
            "observation_id": r["observation_id"],
            "model": r["model"],
            "year": int(r["year"]),
            "horizon_years": int(r["year"]) - origin.year,
            "horizon_decades": float(actual - largest),
            "n": len(origin.known),
            "error": float(r["error"]),
            "log10_flop_actual": actual,
        }


def _status(error: float, flop: float, actual: float) -> tuple[str, str | None]:
    if np.isfinite(flop) and error > 0 and np.isfinite(error):
        return "predicted", None
    if flop == np.inf:
        return "unreachable", f"the curve never falls to an error of {100 * actual:.3g} %"
    missing = "compute for the record's error" if not np.isfinite(flop) else "error for the record's compute"
    return "undefined", f"the curve gives no {missing}"


def _held(what: str, actual: float, lower: Floats, upper: Floats) -> Row:
    """Whether each interval holds the actual figure; one that is not there holds nothing."""
    held = (lower <= actual) & (actual <= upper)
    return {f"{what}_held_{round(100 * level)}": bool(h) for level, h in zip(LEVELS, held, strict=True)}


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
