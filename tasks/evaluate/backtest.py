"""Rolling-origin back-tests: predictions of a fit at the end of a year, compared with the records that followed.

The origin is the end of a year in which a series gained observations (Tashman 2000, Int. J. Forecasting 16:437-450,
"rolling origin", recalibrated at each). The fit sees the observations of that year and before; then it is asked for the
error at the compute of each record that followed, and for the compute at its error.

The cases and their horizons depend on years and errors alone. Nothing unknown at the origin decides them except the
question itself (the record's error); in particular not the compute that the record took.

"Known at the origin" are all models published by then, with today's figures of them: an estimate of compute or a floor
that was measured later is not withheld.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from schemas.codes import Coded
from schemas.codes.evaluation import FitReason, PredictionStatus
from schemas.rows import Record
from schemas.rows.evaluation import BacktestPrediction
from tasks.evaluate.baselines import BASELINES, Baseline, RecordHistory
from tasks.fit.bootstrap import MIN_PAPERS, draw, ends, resample
from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Fit, FitRefused, Floats, Interval, finite_or_none
from tasks.fit.sample import MIN_POINTS, Sample, sample_of, used_in_fits
from tasks.reference.benchmarks import domain_of

FIRST_ORIGIN = 2014
"""Earlier, no series has enough points for a fit: deep networks came to ImageNet in 2012."""

REPLICATES = 200
"""Resamples of each fit; fewer than for published fits, since coverage needs less precise interval ends."""

LEVELS = (0.5, 0.8, 0.9)
"""Levels of the intervals whose coverage is tested; the widest is published."""

EstimatorsOf = Callable[[str, str], Sequence[Estimator]]
"""From a series and its metric to its estimators, the same names for all."""

SCORED_DECADES = 5.0
"""Predictions are scored within so many decades of the largest compute known at the origin, and clipped there. The
score stays proper (threshold-weighted, Gneiting and Ranjan 2011, J. Bus. Econ. Stat. 29:411) and
finite for a curve that never reaches the error, which counts as the upper end."""

SCORED_DECADES_OF_ERROR = 1.0
"""The same of error, about the best known."""

Recipe = Callable[[Sample, float], Fit]
"""A fit with analytic intervals at a confidence level: the study's recipes."""

Method = Callable[[Sample, Batch, pd.DataFrame], "Predictions"]
"""From a sample and its resamples to predictions for targets. Raises FitRefused."""


class Origin(NamedTuple):
    """One series at the end of one year: observations known then, and the records that followed (never empty)."""

    series: str
    metric: str
    year: int
    known: pd.DataFrame
    records: pd.DataFrame

    @property
    def best_error(self) -> float:
        """The lowest error known then."""
        return float(self.known["error"].min())

    @property
    def log10_flop_max(self) -> float:
        """log10 of the largest compute known then."""
        return float(np.log10(self.known["training_flop"].max()))


class Predictions(NamedTuple):
    """Predictions of m records: values (m,), and lower and upper ends (levels, m); NaN where missing.

    Errors are fractions; compute is log10 FLOP, +inf where the curve never falls to the error.
    """

    error: Floats
    error_ends: tuple[Floats, Floats]
    log10_flop: Floats
    log10_flop_ends: tuple[Floats, Floats]


def backtest(
    observations: pd.DataFrame,
    estimators_of: EstimatorsOf,
    recipes: Mapping[str, Recipe],
    replicates: int = REPLICATES,
    seed: int = 0,
    first_origin: int = FIRST_ORIGIN,
) -> list[BacktestPrediction]:
    """Every record predicted from every origin before it by every estimator and recipe.

    All are tested on the same cases. Where a fit is refused or its curve gives no figure, the row has that status and
    counts as the worst score. Curves that a release would flag or withhold are tested too: the scores are to tell
    which to believe.

    Args:
        observations: Columns of core_observations; rows with `in_fit` true and a year count.
        estimators_of: From a series and its metric to its estimators.
        recipes: Fits with intervals of their own, by name.
        replicates: Resamples of each fit.
        seed: Seeds the resamples, together with series and year: the order of series changes nothing.
        first_origin: The first year at whose end a fit is made.
    """
    found: list[BacktestPrediction] = []
    for origin in origins(observations, first_origin):
        methods = {name: _analytic_method(recipe) for name, recipe in recipes.items()}
        methods |= {e.name: _resampled_method(e) for e in estimators_of(origin.series, origin.metric)}
        found += _backtest_origin(origin, methods, replicates, seed)
    return found


def _backtest_origin(
    origin: Origin, methods: Mapping[str, Method], replicates: int, seed: int
) -> Iterator[BacktestPrediction]:
    rng = np.random.default_rng([seed, zlib.crc32(origin.series.encode()), origin.year])
    try:
        sample = sample_of(origin.known)
    except FitRefused:  # the data themselves: no case, for no estimator could have fitted them
        return
    resamples = resample(sample, replicates, rng)
    for name, baseline in BASELINES.items():
        yield from _predictions(origin, name, _predict_baseline(baseline, origin))
    for name, predict in methods.items():
        try:
            predictions = predict(sample, resamples, origin.records)
        except FitRefused as refused:
            yield from _refusals(origin, name, refused.reason)
        else:
            yield from _predictions(origin, name, predictions)


def origins(observations: pd.DataFrame, first_origin: int = FIRST_ORIGIN) -> Iterator[Origin]:
    """Origins by series: ends of years that brought observations and were followed by a record."""
    used = used_in_fits(observations).dropna(subset="year")
    for (series, metric), rows in used.groupby(["series", "metric"], sort=True):
        all_records = records(rows)
        for year in sorted({int(y) for y in rows["year"] if y >= first_origin}):
            known = rows[rows["year"] <= year]
            later = all_records[all_records["year"] > year]
            if len(known) >= MIN_POINTS and known["paper_id"].nunique() >= MIN_PAPERS and len(later):
                yield Origin(str(series), str(metric), year, known, later)


def records(observations: pd.DataFrame) -> pd.DataFrame:
    """The best model of each paper that has a lower error than every model of the years before, by year and error.

    The order within a year is not known, so each model is compared with earlier years only. A paper's other models do
    not count as records.
    """
    best = observations.sort_values(["year", "error", "observation_id"]).drop_duplicates("paper_id")
    lowest_of_year = observations.groupby("year")["error"].min().sort_index()
    lowest_before = lowest_of_year.cummin().shift(1)
    has_logarithm = best["error"].between(0, 1, inclusive="neither")
    return best[has_logarithm & (best["error"] < best["year"].map(lowest_before))]


def _predict_baseline(baseline: Baseline, origin: Origin) -> Predictions:
    """A baseline's predictions, with intervals of zero width."""
    best = origin.known.sort_values(["year", "error", "observation_id"]).drop_duplicates("year")
    best = best[best["error"] < best["error"].cummin().shift(1, fill_value=np.inf)]
    history = RecordHistory(
        best["year"].to_numpy(dtype=float), _log10_flop(best), np.log10(best["error"].to_numpy(dtype=float))
    )
    year, error = (origin.records[c].to_numpy(dtype=float) for c in ("year", "error"))
    predicted = baseline(history, year, np.log10(error))
    flop, error = (np.tile(values, (len(LEVELS), 1)) for values in (predicted.log10_flop, 10**predicted.log10_error))
    return Predictions(error[0], (error, error), flop[0], (flop, flop))


def _resampled_method(estimator: Estimator) -> Method:
    """Predictions of an estimator, with intervals from its resamples as in published fits."""

    def predict(sample: Sample, resamples: Batch, targets: pd.DataFrame) -> Predictions:
        draws = draw(estimator, sample, resamples, LEVELS[-1])
        x = _log10_flop(targets)

        def curve_values(parameters: Floats) -> tuple[Floats, Floats]:
            with np.errstate(all="ignore"):  # a resample's curve may be anything; what is not a figure comes as NaN
                flop = [estimator.log10_flop_at(parameters, float(e)) for e in targets["error"]]
                return estimator.error_at(parameters, x), np.stack(flop, axis=1)

        (errors, flops), (errors_drawn, flops_drawn) = curve_values(draws.point), curve_values(draws.replicates)
        return Predictions(
            errors[0],
            _interval_ends(errors[0], errors_drawn, draws.n_papers),
            flops[0],
            _interval_ends(flops[0], flops_drawn, draws.n_papers),
        )

    return predict


def _interval_ends(value: Floats, drawn: Floats, n_papers: int) -> tuple[Floats, Floats]:
    lower, upper = zip(*(ends(drawn, level, n_papers) for level in LEVELS), strict=True)
    return np.minimum(np.stack(lower), value), np.maximum(np.stack(upper), value)


def _analytic_method(recipe: Recipe) -> Method:
    """Predictions of a recipe, with its own intervals, fitted once for each level."""

    def predict(sample: Sample, resamples: Batch, targets: pd.DataFrame) -> Predictions:
        fits = [recipe(sample, level) for level in LEVELS]
        bands = [fit.predict_error(_log10_flop(targets)) for fit in fits]
        if fits[0].rise.value > 0:
            flops = [[fit.log10_flop_at(float(e)) for e in targets["error"]] for fit in fits]
        else:  # no compute reaches a lower error, and no interval says which might
            flops = [[Interval(np.inf, np.nan, np.nan)] * len(targets) for _ in fits]
        return Predictions(
            bands[0].value,
            (np.stack([b.lower for b in bands]), np.stack([b.upper for b in bands])),
            np.array([i.value for i in flops[0]]),
            (
                np.array([[-np.inf if i.lower is None else i.lower for i in level] for level in flops]),
                np.array([[np.inf if i.upper is None else i.upper for i in level] for level in flops]),
            ),
        )

    return predict


def _log10_flop(targets: pd.DataFrame) -> Floats:
    return np.log10(targets["training_flop"].to_numpy(dtype=float))


# --- rows


def _predictions(origin: Origin, estimator: str, predictions: Predictions) -> Iterator[BacktestPrediction]:
    for i, case in enumerate(_cases(origin, estimator)):
        error, flop = float(predictions.error[i]), float(predictions.log10_flop[i])
        error_ends, flop_ends = (
            [end[:, i] for end in e] for e in (predictions.error_ends, predictions.log10_flop_ends)
        )
        status, reason = _status(error, flop, case["error"])
        yield BacktestPrediction(
            **case,
            predicted_error=finite_or_none(error),
            error_interval_lower=finite_or_none(error_ends[0][-1]),
            error_interval_upper=finite_or_none(error_ends[1][-1]),
            log10_error_ratio=finite_or_none(np.log10(error / case["error"])) if error > 0 else None,
            log10_flop_predicted=finite_or_none(flop),
            log10_flop_interval_lower=finite_or_none(flop_ends[0][-1]),
            log10_flop_interval_upper=finite_or_none(flop_ends[1][-1]),
            log10_flop_ratio=finite_or_none(flop - case["log10_flop_actual"]),
            prediction_status=status,
            reason=reason,
            **_scores_of_case(origin, case, [error, *error_ends], [flop, *flop_ends]),
            **_coverage_flags("error", case["error"], *error_ends),
            **_coverage_flags("flop", case["log10_flop_actual"], *flop_ends),
        )


def _refusals(origin: Origin, estimator: str, reason: Coded[FitReason]) -> Iterator[BacktestPrediction]:
    for case in _cases(origin, estimator):
        nothing = (np.nan, np.full(len(LEVELS), np.nan), np.full(len(LEVELS), np.nan))
        yield BacktestPrediction(
            **case,
            **_scores_of_case(origin, case, nothing, nothing),
            prediction_status=PredictionStatus.REFUSED,
            reason=(reason,),
        )


def _cases(origin: Origin, estimator: str) -> Iterator[Record]:
    """The columns of each case that do not depend on the prediction."""
    for r in origin.records.to_dict("records"):
        actual = float(np.log10(r["training_flop"]))
        yield {
            "series": origin.series,
            "metric": origin.metric,
            "domain": domain_of(origin.series),
            "origin_year": origin.year,
            "estimator": estimator,
            "observation_id": r["observation_id"],
            "model": r["model"],
            "year": int(r["year"]),
            "horizon_years": int(r["year"]) - origin.year,
            "horizon_decades": actual - origin.log10_flop_max,
            "horizon_error": float(r["error"]) / origin.best_error,
            "n": len(origin.known),
            "error": float(r["error"]),
            "log10_flop_actual": actual,
        }


def _status(error: float, flop: float, actual: float) -> tuple[PredictionStatus, tuple[Coded[FitReason], ...]]:
    if np.isfinite(flop) and error > 0 and np.isfinite(error):
        return PredictionStatus.PREDICTED, ()
    if flop == np.inf:
        return PredictionStatus.UNREACHABLE, (Coded.of(FitReason.CURVE_NEVER_FALLS, percent=100 * actual),)
    missing = FitReason.NO_ERROR_FOR_COMPUTE if np.isfinite(flop) else FitReason.NO_COMPUTE_FOR_ERROR
    return PredictionStatus.UNDEFINED, (Coded.of(missing),)


def _coverage_flags(what: str, actual: float, lower: Floats, upper: Floats) -> Record:
    """Whether each interval covers the actual figure; a missing interval covers nothing."""
    is_inside = (lower <= actual) & (actual <= upper)
    return {f"{what}_held_{round(100 * level)}": bool(h) for level, h in zip(LEVELS, is_inside, strict=True)}


_PointAndIntervals = Sequence[float | Floats]
"""A point forecast, and the lower and upper ends of its intervals at `LEVELS`; NaN where missing."""


def _scores_of_case(origin: Origin, case: Record, error: _PointAndIntervals, flop: _PointAndIntervals) -> Record:
    """Interval scores of the predictions for a case, in decades of error and of compute."""
    best, largest = float(np.log10(origin.best_error)), origin.log10_flop_max
    with np.errstate(divide="ignore", invalid="ignore"):  # an error of zero is as far out as can be scored
        log10_error = [np.log10(np.maximum(values, 0)) for values in error]
    return {
        "error_score": interval_score(log10_error, float(np.log10(case["error"])), best, SCORED_DECADES_OF_ERROR),
        "flop_score": interval_score(flop, case["log10_flop_actual"], largest, SCORED_DECADES),
    }


def interval_score(forecast: _PointAndIntervals, actual: float, centre: float, scored: float) -> float:
    """Weighted interval score of a forecast and its intervals at `LEVELS`, clipped to `scored` about a centre.

    Missing values count as the upper end. For a figure without a width it is the absolute miss; with many levels
    it becomes the CRPS (Bracher, Ray, Gneiting and Reich 2021, PLoS Comput. Biol. 17:e1008618, section 2.2).
    """
    low, high = centre - scored, centre + scored
    value, lower, upper = (np.clip(np.nan_to_num(v, nan=high, posinf=high, neginf=low), low, high) for v in forecast)
    at = float(np.clip(actual, low, high))
    outside = np.maximum(lower - at, 0) + np.maximum(at - upper, 0)
    alpha = 1 - np.array(LEVELS)
    return float((abs(at - value) / 2 + (alpha / 2 * (upper - lower) + outside).sum()) / (len(LEVELS) + 0.5))
