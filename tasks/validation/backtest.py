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

from tasks.fit.bootstrap import MIN_PAPERS, Draws, draw, ends, resample
from tasks.fit.estimator import Estimator
from tasks.fit.model import FitRefused, Floats
from tasks.fit.sample import MIN_POINTS, sample_of

FIRST_ORIGIN = 2014
"""Before, no series here has the points for a fit: deep networks came to ImageNet in 2012."""

REPLICATES = 200
"""Resamples of each fit: the ends of the intervals need not be as sharp as published ones to be counted."""

LEVELS = (0.5, 0.8, 0.9)
"""Levels of the intervals that are held against what happened; the widest is shown."""

Row = dict[str, Any]

EstimatorsOf = Callable[[str], Sequence[Estimator]]
"""From the name of a series to its estimators."""


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
    estimators_of: EstimatorsOf,
    replicates: int = REPLICATES,
    seed: int = 0,
    first_origin: int = FIRST_ORIGIN,
) -> list[Row]:
    """Every record predicted from every origin before it by every estimator: rows of out_backtests.

    All estimators meet the same cases. One that refuses an origin, or whose curve gives no figure, is there with its
    status: the scores count that as the worst.

    Args:
        observations: Columns of core_observations; rows with `in_fit` true and a year count.
        estimators_of: From the name of a series to its estimators.
        replicates: Resamples of each fit.
        seed: Seeds the resamples, together with series and year: the order of series changes nothing.
        first_origin: The first year at whose end a fit is made.
    """
    return [
        row
        for origin in origins(observations, first_origin)
        for row in _backtest_origin(origin, estimators_of(origin.series), replicates, seed)
    ]


def _backtest_origin(origin: Origin, estimators: Sequence[Estimator], replicates: int, seed: int) -> Iterator[Row]:
    rng = np.random.default_rng([seed, zlib.crc32(origin.series.encode()), origin.year])
    try:
        sample = sample_of(origin.known)
    except FitRefused:  # the data themselves: no case, for no estimator could have fitted them
        return
    resamples = resample(sample, replicates, rng)
    for estimator in estimators:
        try:
            draws = draw(estimator, sample, resamples, LEVELS[-1])
        except FitRefused as refused:
            yield from _refused_rows(origin, estimator, refused.reason)
        else:
            yield from _rows(origin, estimator, predict(draws, origin.records))


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


def predict(draws: Draws, targets: pd.DataFrame) -> Prediction:
    """What a fit says of targets (columns error, a fraction, and training_flop): the curve, and intervals as published.

    As in published intervals an end reaches at least to the value itself.
    """
    x = np.log10(targets["training_flop"].to_numpy(dtype=float))

    def said(parameters: Floats) -> tuple[Floats, Floats]:
        flop_at = draws.estimator.log10_flop_at
        with np.errstate(all="ignore"):  # a resample's curve may be anything; what is not a figure comes as NaN
            error = draws.estimator.error_at(parameters, x)
            return error, np.stack([flop_at(parameters, float(e)) for e in targets["error"]], axis=1)

    values, drawn = said(draws.point), said(draws.replicates)
    error, flop = (
        (value[0], _interval_ends(value[0], d, draws.n_papers)) for value, d in zip(values, drawn, strict=True)
    )
    return Prediction(error[0], error[1], flop[0], flop[1])


def _interval_ends(value: Floats, drawn: Floats, n_papers: int) -> tuple[Floats, Floats]:
    lower, upper = zip(*(ends(drawn, level, n_papers) for level in LEVELS), strict=True)
    return np.minimum(np.stack(lower), value), np.maximum(np.stack(upper), value)


# --- rows


def _rows(origin: Origin, estimator: Estimator, prediction: Prediction) -> Iterator[Row]:
    for i, base in enumerate(_cases(origin, estimator)):
        error, flop = float(prediction.error[i]), float(prediction.log10_flop[i])
        error_ends, flop_ends = ([end[:, i] for end in e] for e in (prediction.error_ends, prediction.log10_flop_ends))
        status, reason = _status(error, flop, base["error"])
        yield {
            **base,
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
            **_held("error", base["error"], *error_ends),
            **_held("flop", base["log10_flop_actual"], *flop_ends),
        }


def _refused_rows(origin: Origin, estimator: Estimator, reason: str) -> Iterator[Row]:
    nothing = np.full(len(LEVELS), np.nan)
    said = {"prediction_status": "refused", "prediction_reason": reason}
    held = _held("error", 0.0, nothing, nothing) | _held("flop", 0.0, nothing, nothing)
    yield from ({**base, **said, **held} for base in _cases(origin, estimator))


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
