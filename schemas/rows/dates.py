"""Rows of dates: when targets are reached, and how well such dates were foretold."""

from dataclasses import dataclass
from typing import Annotated

from schemas.codes import Coded
from schemas.codes.evaluation import CostBound, DateReason
from schemas.rows import Described, Limits, coded_field, limits_field


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDate:
    """A row of out_target_dates: when one target is reached, by one method, and what that takes by the headline."""

    series: str
    metric: str
    domain: str
    target: str
    target_error: float
    date_method: str
    is_published: bool
    n_records: Annotated[int, Described("Days on which the lowest error so far became lower.", "record", minimum=0)]
    scored_until: Annotated[str | None, Described("Day of the last score of any model; dates are foretold from there.")]
    record_error: Annotated[
        float | None, Described("Lowest error known, with or without compute.", "fraction", minimum=0, maximum=1)
    ]
    record_model: Annotated[str | None, Described("Model that has it.")]
    record_on: Annotated[str | None, Described("Day by which it was known.")]
    reached_on: str | None
    reached_year: Limits = limits_field("reached_year")
    probability_never: Annotated[
        float | None,
        Described(
            "Probability that no model ever reaches the target: the prior of wrong labels, cut off at the record.",
            "fraction",
            minimum=0,
            maximum=1,
        ),
    ]
    estimator: str | None
    log10_training_flop: Limits = limits_field("log10_training_flop")
    cost_usd: Limits = limits_field("cost_usd")
    cost_year: Annotated[int | None, Described("Year of the prices: that of the median date.", "year", 1950, 2100)] = (
        None
    )
    cost_bound: tuple[Coded[CostBound], ...] = coded_field(CostBound, "cost_bound_code", "cost_bound")
    reason: tuple[Coded[DateReason], ...] = coded_field(DateReason, "date_code", "date_reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateProbability:
    """A row of out_date_probabilities: how probable it is that a target is reached by the end of a year."""

    series: str
    metric: str
    target: str
    target_error: float
    date_method: str
    is_published: bool
    due_year: int
    probability: Annotated[
        float, Described("Probability that the target is reached by the end of the due year.", "fraction", 0, 1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateScore:
    """A row of out_date_scores: how well one method foretold when records reached an error."""

    scope: str
    date_method: str
    horizon: str
    n_cases: int
    n_series: int
    crps_years: float | None
    brier: Annotated[
        float | None, Described("Mean Brier score of the probability at the horizon.", "probability squared", 0, 1)
    ]
    n_intervals: Annotated[int, Described("Intervals of the record's error that were held against it.", "case", 0)]
    coverage_90: Annotated[float, Described("Share of these 90 % intervals that held.", "fraction", 0, 1)]
    is_published: bool


ROWS = {"out_target_dates": TargetDate, "out_date_probabilities": DateProbability, "out_date_scores": DateScore}
"""Row types by table."""
