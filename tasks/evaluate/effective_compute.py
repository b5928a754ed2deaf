"""Effective compute: in how many months the compute needed for the same score halves, beside what others published.

The estimators with a year term give it for each benchmark (`tasks.fit.estimators.progress`), in years. Behind the
language benchmarks stands one capability of every model (`tasks.evaluate.capability`): regressed on compute and year it
gives theirs together. Who chose the models matters: the study's authors collected those that led, and among them
methods improve faster than among all that state their compute.
"""

from collections.abc import Iterable

from schemas.codes.evaluation import ProgressVerdict
from schemas.rows import Limits
from schemas.rows.evaluation import EffectiveCompute, ProgressCheck
from schemas.rows.fits import FitParameter, FitSummary
from tasks.evaluate.performance import PerformanceSeries, halving_months, too_few
from tasks.reference.progress import PublishedProgress

CAPABILITY = "language-capability"
"""What stands in the place of a benchmark for the capability behind all language benchmarks."""

YEARS, MONTHS_IN_YEAR = "halving_years", 12


def of_fits(fits: Iterable[FitSummary], parameters: Iterable[FitParameter]) -> list[EffectiveCompute]:
    """The halving times that fits with a year term give."""
    months = {p.fit_id: p.limits.each(lambda y: MONTHS_IN_YEAR * y) for p in parameters if p.parameter == YEARS}
    return [
        _row(f.series, f.estimator, f.n, (f.year_min, f.year_max), months[f.fit_id], f.confidence_level)
        for f in fits
        if f.fit_id in months
    ]


def of_models(
    measured: PerformanceSeries, estimator: str, level: float, with_data: bool = False
) -> list[EffectiveCompute]:
    """That of models by least squares on compute and year, at the same data where asked; no row of too few models."""
    models = measured.with_data if with_data else measured.models
    if too_few(models):
        return []
    years = [m.year for m in models]
    months = halving_months(models, level, with_data)
    return [_row(measured.benchmark, estimator, len(models), (min(years), max(years)), months, level)]


def before_last_year(measured: PerformanceSeries) -> PerformanceSeries:
    """The same without the models of the last year, which shows how much hangs on them."""
    last = max((m.year for m in measured.models), default=None)
    return measured._replace(models=[m for m in measured.models if m.year != last])


def _row(
    benchmark: str, estimator: str, n: int, years: tuple[int | None, int | None], months: Limits, level: float
) -> EffectiveCompute:
    return EffectiveCompute(
        series=benchmark,
        estimator=estimator,
        n=n,
        from_year=years[0],
        to_year=years[1],
        halving_months=months,
        is_resolved=bool(months.lower) and months.upper is not None,
        confidence_level=level,
    )


def beside_published(ours: Iterable[EffectiveCompute], published: Iterable[PublishedProgress]) -> list[ProgressCheck]:
    """Each published halving time beside ours of the same benchmark, by every estimator."""
    rows = list(ours)
    return [
        ProgressCheck(
            publication=theirs.publication,
            series=row.series,
            estimator=row.estimator,
            published_months=theirs.limits,
            published_level=theirs.level,
            halving_months=row.halving_months,
            confidence_level=row.confidence_level,
            verdict=verdict(row, theirs.limits),
            their_data=theirs.their_data,
            source=theirs.source,
            note=theirs.note,
        )
        for theirs in published
        for row in rows
        if row.series == theirs.series
    ]


def verdict(row: EffectiveCompute, theirs: Limits) -> ProgressVerdict:
    """How our interval stands to theirs; ends that are missing are open."""
    ours = row.halving_months
    if not row.is_resolved or ours.value is None or theirs.value is None:
        return ProgressVerdict.NOT_RESOLVED
    if theirs.holds(ours.value) or ours.holds(theirs.value):
        return ProgressVerdict.AGREES
    if any(end is not None and theirs.holds(end) for end in (ours.lower, ours.upper)):
        return ProgressVerdict.INTERVALS_MEET
    return ProgressVerdict.SLOWER if ours.value > theirs.value else ProgressVerdict.FASTER
