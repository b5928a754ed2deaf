"""Back-tests of dates: forecasts of each method at the ends of half-years, compared with the records that followed.

Target errors are fixed shares of the current record, so nothing unknown at the origin chooses the cases; a method sees
only what was known then (`records.known_at`). Each case is followed to the day of the series' last score.

* **CRPS of the date** (Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102:359, section 4.2): the integral over time of
  the squared difference between the probability and whether the error was reached, in years, from the origin to
  `FOLLOW_UP_YEARS` or the last score. So cut off it is still proper (threshold-weighted: Gneiting and Ranjan 2011,
  J. Bus. Econ. Stat. 29:411), and a case that was never reached has one.
* **Brier score** of the same at each horizon: the CRPS is its integral.
* **Coverage**: the share of 90 % intervals of the record's error at a horizon that held it.

Every series weighs the same in CRPS and Brier score, a case the same as any other in coverage.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from schemas.rows.dates import DateScore
from tasks.evaluate.dates.methods import LEAST_RECORDS, LEAST_YEARS, METHODS, ComputePoints, DateForecast, Known
from tasks.evaluate.dates.records import RecordCurve, known_at
from tasks.evaluate.headline import MAX_UNANSWERED_SHARE
from tasks.reference.benchmarks import domain_of

ERROR_SHARES = (0.9, 0.75, 0.5, 0.25)
"""Target errors, as shares of the record's error at the origin."""

STEP = 0.5
"""Years from one origin to the next, and from one horizon to the next."""

GRID = 0.05
"""Years between the times at which the integral is summed."""

FOLLOW_UP_YEARS = 10.0

LEVEL = 0.9

ALL = "all"

COMPUTE_KNOWN, CAPABILITY_KNOWN = "compute_known", "capability_known"
"""Scopes: the cases for which the compute method, and the capability method, give a forecast."""

_METHOD_OF_SCOPE = {COMPUTE_KNOWN: "compute_growth", CAPABILITY_KNOWN: "capability_growth"}

DriftsAt = Callable[[float], Mapping[str, float]]
"""From a time to what was known then of how records change as capability grows (`Known.capability_drifts`)."""

HORIZONS = {"to_1_year": 1.0, "1_to_2_years": 2.0, "2_to_4_years": 4.0, "from_4_years": FOLLOW_UP_YEARS}
"""Horizons, and up to how many years ahead each goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredDate:
    """Scores of one method for one target error from one origin: CRPS in years, and Brier scores by horizon."""

    series: str
    origin: float
    share: float
    method: str
    crps: float
    brier: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredInterval:
    """Whether one method's interval covered the record at one horizon from one origin."""

    series: str
    origin: float
    method: str
    horizon: str
    is_held: bool


class DateCase(NamedTuple):
    """One method's forecast of one series from one origin, beside the whole record."""

    curve: RecordCurve
    origin: float
    method: str
    forecast: DateForecast

    @property
    def record(self) -> float:
        """The record's error at the origin."""
        return float(known_at(self.curve, self.origin).error[-1])

    @property
    def follow_up_years(self) -> float:
        """Years from the origin to the end of the follow-up."""
        return min(FOLLOW_UP_YEARS, self.curve.until - self.origin)


def known_at_origin(
    curves: Mapping[str, RecordCurve],
    compute: Mapping[str, ComputePoints],
    year: float,
    drifts_at: DriftsAt | None = None,
) -> Known:
    """All data known at a time, as `Known`."""
    by_then = {name: known_at(c, year) for name, c in curves.items() if c.year[0] <= year}
    points = {name: ComputePoints(*(values[p.year <= year] for values in p)) for name, p in compute.items()}
    nonempty = {name: p for name, p in points.items() if len(p.year)}
    return Known(by_then, nonempty, drifts_at(year) if drifts_at else {})


def backtest_dates(
    curves: Mapping[str, RecordCurve], compute: Mapping[str, ComputePoints], drifts_at: DriftsAt | None = None
) -> tuple[list[ScoredDate], list[ScoredInterval]]:
    """Every method at every origin of every series."""
    scored_dates: list[ScoredDate] = []
    scored_intervals: list[ScoredInterval] = []
    origins = {name: list(_origins(curve)) for name, curve in curves.items()}
    for origin in sorted({o for of_series in origins.values() for o in of_series}):
        known = known_at_origin(curves, compute, origin, drifts_at)
        for series in (name for name in curves if origin in origins[name]):
            for method, forecast_of in METHODS.items():
                forecast = forecast_of(series, known)
                if forecast:
                    case = DateCase(curves[series], origin, method, forecast)
                    scored_dates += [_score_date(case, share) for share in ERROR_SHARES]
                    scored_intervals += [
                        _score_interval(case, float(ahead))
                        for ahead in np.arange(STEP, case.follow_up_years + 1e-9, STEP)
                    ]
    return scored_dates, scored_intervals


def _score_date(case: DateCase, share: float) -> ScoredDate:
    error = share * case.record
    reached = case.curve.first_at_or_below(error)
    at = np.inf if reached is None else float(case.curve.year[reached]) - case.origin
    times = np.arange(GRID, case.follow_up_years + GRID / 2, GRID)
    squared = (case.forecast.probability(error, times) - (times >= at)) ** 2
    horizons = np.array([horizon_of(float(t)) for t in times])
    return ScoredDate(
        series=case.curve.series,
        origin=case.origin,
        share=share,
        method=case.method,
        crps=float(squared.sum()) * GRID,
        brier={name: float(squared[horizons == name].mean()) for name in HORIZONS if name in horizons},
    )


def _score_interval(case: DateCase, ahead: float) -> ScoredInterval:
    lower, upper = case.forecast.error_ends(ahead, LEVEL)
    error = case.curve.error[np.searchsorted(case.curve.year, case.origin + ahead, side="right") - 1]
    return ScoredInterval(
        series=case.curve.series,
        origin=case.origin,
        method=case.method,
        horizon=horizon_of(ahead),
        is_held=bool(lower <= error <= upper),
    )


def _origins(curve: RecordCurve) -> Iterator[float]:
    """Ends of half-years at which a series has a drift and at least half a year of follow-up."""
    first = np.ceil((curve.start + LEAST_YEARS) / STEP) * STEP
    for origin in np.arange(first, curve.until - STEP + 1e-9, STEP):
        if (curve.year <= origin).sum() >= LEAST_RECORDS:
            yield float(origin)


def horizon_of(ahead: float) -> str:
    """The horizon of so many years ahead; the last one is unbounded."""
    return next((name for name, end in HORIZONS.items() if ahead <= end + 1e-9), list(HORIZONS)[-1])


def score_dates(scored_dates: list[ScoredDate], scored_intervals: list[ScoredInterval]) -> list[DateScore]:
    """Scores by scope (all series, each domain, the two method scopes), method and horizon."""
    if not scored_dates:
        return []
    cases, intervals = pd.DataFrame(scored_dates), pd.DataFrame(scored_intervals)
    for frame in (cases, intervals):
        frame["domain"] = frame["series"].map(domain_of)
    chosen = choose_method(scored_dates)
    scopes: dict[str, list[pd.DataFrame]] = {ALL: [cases, intervals]}
    for domain in sorted(cases["domain"].unique()):
        scopes[domain] = [f[f["domain"] == domain] for f in (cases, intervals)]
    for scope, method in _METHOD_OF_SCOPE.items():
        nonempty = set(map(tuple, cases.loc[cases["method"] == method, ["series", "origin"]].to_numpy()))
        scopes[scope] = [
            f[[place in nonempty for place in zip(f["series"], f["origin"], strict=True)]] for f in (cases, intervals)
        ]
    return [
        _row(scope, method, horizon, of_scope[of_scope["method"] == method], ends[ends["method"] == method], chosen)
        for scope, (of_scope, ends) in scopes.items()
        for method in METHODS
        if (of_scope["method"] == method).any()
        for horizon in (ALL, *HORIZONS)
        if horizon == ALL or ((ends["method"] == method) & (ends["horizon"] == horizon)).any()
    ]


def _row(
    scope: str, method: str, horizon: str, cases: pd.DataFrame, intervals: pd.DataFrame, chosen: str | None
) -> DateScore:
    here = intervals if horizon == ALL else intervals[intervals["horizon"] == horizon]
    scores = cases["crps"] if horizon == ALL else cases["brier"].map(lambda by: by.get(horizon, np.nan))
    mean = float(scores.groupby(cases["series"]).mean().mean())
    return DateScore(
        scope=scope,
        date_method=method,
        horizon=horizon,
        n_cases=int(scores.notna().sum()),
        n_series=int(here["series"].nunique()),
        crps_years=mean if horizon == ALL else None,
        brier=None if horizon == ALL else mean,
        n_intervals=len(here),
        coverage_90=float(here["is_held"].mean()),
        is_published=method == chosen,
    )


def choose_method(scored_dates: list[ScoredDate]) -> str | None:
    """The method whose dates are published: of those that answer at least 90 % of the cases, the least mean CRPS over
    all series, each series weighing the same; of equals the first. None without cases."""
    cases = pd.DataFrame([(a.series, a.origin, a.share, a.method, a.crps) for a in scored_dates])
    if cases.empty:
        return None
    by_case = cases.pivot_table(index=[0, 1, 2], columns=3, values=4)
    able = [m for m in METHODS if m in by_case and by_case[m].isna().mean() <= MAX_UNANSWERED_SHARE]
    mean = by_case[able].dropna().groupby(level=0).mean().mean()
    return min(able, key=lambda method: (float(mean[method]), list(METHODS).index(method)))
