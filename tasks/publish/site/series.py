"""One benchmark: the estimates of the displayed estimators, and how far to trust them."""

import re
from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.evaluation import Frontier
from schemas.rows import Limits
from schemas.rows.evaluation import Influence, PooledPower, SpecificationQuantile
from schemas.rows.fits import FitSummary
from tasks.estimate.extrapolate import BEST_IN_DATA, HALF_OF_BEST
from tasks.publish import labels
from tasks.publish.published import Point, Published, PublishedDate, TargetEstimate, grouped
from tasks.publish.site.displayed import DisplayedEstimators
from tasks.publish.site.figures import (
    EstimateFigures,
    FitFigures,
    estimate_figures,
    fit_figures,
    flop,
    halving,
    power,
    reason,
)
from tasks.reference.benchmarks import OTHER_DOMAIN, Benchmark, domain_of, headline_benchmark, with_apart
from tasks.wording import quantities
from tasks.wording import words as coded_words


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatorFigures:
    """One estimator's estimate for half of the best error."""

    of: TargetEstimate
    title: str
    kind: str
    is_headline: bool
    power: str
    power_range: str
    flop: float | None
    flop_range: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesView:
    """One benchmark as the page shows it."""

    slug: str
    shown: DisplayedEstimators
    group: str
    title: str
    task_description: str
    task_description_source: str
    error_name: str
    note: str
    n: int
    n_papers: int
    years: str
    best: Point | None
    floor: float | None
    floor_source: str | None
    fits: dict[str, FitFigures]
    targets: list[list[EstimateFigures]]
    all_estimators: list[EstimatorFigures]
    trust: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Series of one domain: name, anchor, and the series."""

    name: str
    id: str
    series: list[SeriesView]


def all_series(published: Published, shown: DisplayedEstimators) -> list[SeriesView]:
    """A view of each series: by group in the order of `benchmarks.csv`, in a group those with most models first."""
    tables = ("out_observations", "out_fits", "out_estimates")
    slugs = sorted({str(slug) for name in tables for slug in published.table(name)["series"]})
    views = [_series(slug, shown.of(domain_of(slug)), published) for slug in slugs]
    groups, first = _groups(published), headline_benchmark()
    return sorted(views, key=lambda v: (groups.get(v.group, len(groups)), v.slug != first, -v.n, v.slug))


def by_group(series: list[SeriesView]) -> list[Group]:
    """The series by group, in their order."""
    return [
        Group(name, "g-" + re.sub(r"\W+", "-", name.lower()), members)
        for name, members in grouped(series, lambda s: s.group).items()
    ]


def _groups(published: Published) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(b.domain for b in published.benchmarks))}


def _series(slug: str, shown: DisplayedEstimators, published: Published) -> SeriesView:
    points = [p for p in published.of_series("out_observations", Point, slug) if p.flop > 0 and 0 < p.error <= 1]
    used = [p for p in points if p.in_fit]
    fits = published.of_series("out_fits", FitSummary, slug)
    every_target = published.of_series("out_estimates", TargetEstimate, slug)
    targets = _in_order(every_target, shown)
    metric = next(iter([*(p.metric for p in used), *(t.metric for t in targets), *(p.metric for p in points)]), "")
    benchmark = _benchmark(slug, metric, published)
    assumptions = published.assumptions
    halves = [t for t in every_target if t.target == HALF_OF_BEST]
    return SeriesView(
        slug=slug,
        shown=shown,
        group=benchmark.domain if benchmark else OTHER_DOMAIN,
        title=benchmark.title if benchmark else slug,
        task_description=benchmark.task_description if benchmark else "",
        task_description_source=benchmark.task_description_source if benchmark else "",
        error_name=_error_name(benchmark, metric),
        note=benchmark.metric_note if benchmark else "",
        n=len(used),
        n_papers=len({p.paper_id for p in used}),
        years=_years(used),
        best=min(used, key=lambda p: p.error, default=None),
        floor=benchmark.error_floor if benchmark else None,
        floor_source=benchmark.error_floor_source if benchmark else None,
        fits={f.estimator: fit_figures(f) for f in _fits_in_order(fits, shown)},
        targets=list(grouped([estimate_figures(t, assumptions) for t in targets], lambda e: e.of.target).values()),
        all_estimators=_all_estimators(fits, halves, shown),
        trust=_trust(slug, shown, published),
    )


def _in_order(targets: list[TargetEstimate], shown: DisplayedEstimators) -> list[TargetEstimate]:
    """Estimates of the estimators shown, from the largest error to the smallest."""
    of_page = [t for t in targets if t.estimator in shown.order]
    return sorted(of_page, key=lambda t: (-t.target_error, t.target, shown.order.index(t.estimator)))


def _fits_in_order(fits: list[FitSummary], shown: DisplayedEstimators) -> list[FitSummary]:
    of_page = [f for f in fits if f.estimator in shown.order]
    return sorted(of_page, key=lambda f: shown.order.index(f.estimator))


def _benchmark(slug: str, metric: str, published: Published) -> Benchmark | None:
    """The benchmark that represents a series: a split with a known share of wrong labels, else the first."""
    rows = [b for b in published.benchmarks if (b.series, b.metric) == (slug, metric)]
    return next((b for b in rows if b.error_floor is not None), next(iter(rows), None))


def _error_name(benchmark: Benchmark | None, metric: str) -> str:
    return benchmark.error_name if benchmark else f"1 − {metric}"


def _years(points: list[Point]) -> str:
    years = [int(p.year) for p in points if p.year is not None]
    if not years:
        return ""
    return f"{min(years)}–{max(years)}" if min(years) < max(years) else str(min(years))


# --- how much the figures can be trusted


def _all_estimators(
    fits: list[FitSummary], halves: list[TargetEstimate], shown: DisplayedEstimators
) -> list[EstimatorFigures]:
    """Each estimator's estimate for half of the best error, cheapest first, then those without a figure."""
    fit_of = {f.estimator: f for f in fits}
    rows = [_estimator(half, fit_of.get(half.estimator), shown) for half in halves]
    return sorted(rows, key=lambda r: (r.flop is None, r.flop or 0.0, not r.kind, labels.estimator(r.of.estimator)))


def _estimator(half: TargetEstimate, fit: FitSummary | None, shown: DisplayedEstimators) -> EstimatorFigures:
    implied, implied_range = power(fit.implied_power if fit and fit.rises else Limits())
    log10_flop, flop_range = flop(half)
    return EstimatorFigures(
        of=half,
        title=shown.title(half.estimator),
        kind=fit.estimator_kind if fit else "",
        is_headline=half.estimator == shown.headline,
        power=implied,
        power_range=implied_range,
        flop=log10_flop,
        flop_range=flop_range,
        reason=reason(half),
    )


def _trust(slug: str, shown: DisplayedEstimators, published: Published) -> list[str]:
    """Sentences on: the spread over specifications, the most influential paper, the power pooled over benchmarks,
    fitted floors that are already refuted, and a chosen curve that misses the best model."""
    quantiles = published.of_series("out_specification_quantiles", SpecificationQuantile, slug)
    titles = {p.paper_id: p.title for p in published.of_series("out_observations", Point, slug) if p.title}
    sentences = (
        _spread([q for q in quantiles if q.target == HALF_OF_BEST]),
        _influence(published.of_series("out_influence", Influence, slug), titles, shown),
        _pooled(next(iter(published.of_series("out_pooled_powers", PooledPower, slug)), None)),
        _ends_too_early(slug, published),
        _beside_frontier(slug, shown, published),
    )
    return [sentence for sentence in sentences if sentence]


def _spread(quantiles: list[SpecificationQuantile]) -> str:
    by_share = {q.quantile: q for q in quantiles}
    if not {0.25, 0.75} <= by_share.keys():
        return ""
    low, high = (by_share[share].log10_training_flop for share in (0.25, 0.75))
    ways, never = by_share[0.25].specifications, by_share[0.25].specifications_unreachable
    if low is None:
        return f"Of {labels.count(ways, 'defensible choice')} of data and curve, {never} never get to half of the best."
    needed = f"{quantities.computing_between(low, high)} for half of the best error"
    tail = f"; {never} never get there" if never else ""
    choices = f"Over {labels.count(ways, 'defensible choice')} of data and curve, "
    return f"{choices}the middle half of the answers is {needed}{tail}."


def _influence(influence: list[Influence], papers: dict[str, str], shown: DisplayedEstimators) -> str:
    """The most influential paper, by the main estimator, else by any whose influence is known."""
    first = [i for i in influence if i.left_out_kind == "paper" and i.influence_rank == 1 and i.target == HALF_OF_BEST]
    row = min(first, key=lambda i: (i.estimator != shown.main, i.estimator), default=None)
    if row is None:
        return ""
    paper = papers.get(row.left_out, row.left_out)
    who = f"The paper that moves the {labels.estimator(row.estimator)} most is “{paper}” "
    return f"{who}({labels.count(row.n_left_out, 'model')}): without it {_without(row)}."


def _without(row: Influence) -> str:
    if row.fit_outcome == "not_fitted":
        return "there is no fit"
    if row.log10_training_flop_without is None:
        return "the curve never gets to half of the best"
    takes = f"half of the best takes {quantities.computing(row.log10_training_flop_without)}"
    before = row.log10_training_flop
    return f"{takes}, not {quantities.computing(before)}" if before is not None else takes


def _pooled(pooled: PooledPower | None) -> str:
    if pooled is None or pooled.implied_power.value is None:
        return ""
    own, own_range = halving(pooled.implied_power)
    sentence = "If papers, rather than models, counted alike, half of the error would take "
    sentence += f"{own} times the computing ({own_range}) by this"
    if pooled.pooled_power.value is None:
        return f"{sentence} benchmark’s data alone."
    shared, shared_range = halving(pooled.pooled_power)
    return f"{sentence} benchmark’s data alone, and {shared} times ({shared_range}) where all benchmarks are pooled."


def _beside_frontier(slug: str, shown: DisplayedEstimators, published: Published) -> str:
    """Says so where the chosen curve needs another compute than the model with the lowest error used."""
    best = (t for t in published.of_series("out_estimates", TargetEstimate, slug) if t.target == BEST_IN_DATA)
    curve = next((t for t in best if t.estimator == shown.main), None)
    if curve is None or curve.frontier in (None, Frontier.HELD) or curve.decades_from_frontier is None:
        return ""
    times = quantities.figure(abs(curve.decades_from_frontier))
    sentence = Coded.of(Frontier(curve.frontier), error=quantities.percent(curve.target_error), times=times)
    return coded_words(sentence)


def _ends_too_early(slug: str, published: Published) -> str:
    """Curves whose floor lies above the lowest known error; a split series counts its fits' models only."""
    known = [(p.error, p.model) for p in published.of_series("out_observations", Point, slug) if p.in_fit]
    if with_apart(slug) == (slug,):
        dates = published.of_series("out_target_dates", PublishedDate, slug)
        known += [(d.record_error, d.record_model or "") for d in dates if d.record_error]
    error, model = min(known, default=(0.0, ""))
    floors = {f.estimator: f.fitted_floor.value or 0.0 for f in published.of_series("out_fits", FitSummary, slug)}
    refuted = [
        f"{quantities.percent(floor)} ({labels.estimator(e)})" for e, floor in sorted(floors.items()) if floor > error
    ]
    if not refuted:
        return ""
    ends = " and ".join(refuted)
    return f"Do not read curves that end at {ends} beyond their points: {model} has {quantities.percent(error)}."
