"""A page for each benchmark: its chart with switches, what targets cost, and the evidence behind every point."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from schemas.rows import Record
from schemas.rows.evaluation import Calibration
from schemas.rows.fits import CurvePoint, FitSummary
from schemas.vocabularies import METHODS
from tasks.estimate.extrapolate import BEST_IN_DATA, HALF_OF_BEST
from tasks.evaluate.scores import ALL, BINS
from tasks.publish import labels
from tasks.publish.published import Published, TargetEstimate, grouped
from tasks.publish.site.benchmark_chart import AXES, benchmark_chart
from tasks.publish.site.displayed import STUDY, displayed_estimators
from tasks.publish.site.figures import fit_figures, is_ruled_out, reason
from tasks.publish.site.frame import Frame, script
from tasks.publish.site.queries import fetch, in_memory_database, pack_rows, query_sql
from tasks.publish.site.series import SeriesView, all_series, by_group
from tasks.publish.site.size_limits import POINT_BYTES, POINTS_DRAWN, PointRank, select_points, within_size
from tasks.reference.benchmarks import domain_of, guess_errors


class Filter(NamedTuple):
    """A filter of the points by one of their columns; `words` are the labels of its values."""

    column: str
    label: str
    words: Mapping[str, str] = MappingProxyType({})


FILTERS = (
    Filter("method", "How computing is known", labels.METHODS),
    Filter("compute_scope", "Computing counts", labels.SCOPES),
    Filter("in_fit", "Used for the curve"),
    Filter("is_own", "Reported by its own paper"),
    Filter("extra_data", "Extra training data"),
    Filter("test_protocol", "Tested by"),
    Filter("ensemble", "Several networks vote"),
    Filter("distilled", "Learnt from a larger model"),
    Filter("fine_tuned", "Trained on its own training set"),
    Filter("reasoning", "Reasons at test time"),
    Filter("base_model", "Base model, not tuned to chat"),
    Filter("shots", "Examples in the prompt"),
    Filter("prompting", "Prompted for"),
    Filter("formulation", "Options asked as"),
)
"""Filters of the benchmark pages and of Explore, one for each such column of the query `points`."""


class FitOnPage(NamedTuple):
    """A fit with its curve, its estimates, and the calibration factors of its intervals by horizon:
    (least error over the best, error over the best at its end, factor)."""

    fit: FitSummary
    curve: list[CurvePoint]
    estimates: list[TargetEstimate]
    widening: list[tuple[float, float | None, float | None]]


SCRIPTS = (
    "assets/vega.js",
    "assets/theme.js",
    "assets/site.js",
    "assets/tools.js",
    "data/facts.js",
    "assets/evidence.js",
    "data/charts.js",
    "data/filters.js",
)
"""Scripts that a benchmark's page loads before its own data."""


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The page of every benchmark, the list of them, and their data."""
    shown = displayed_estimators(published)
    with in_memory_database(published) as connection:
        points = grouped(fetch(connection, query_sql("points")), lambda row: str(row["series"]))
    series = [view for view in all_series(published, shown) if view.slug in points]
    fits = _fits(published)
    files = {
        "benchmarks.html": frame.page(
            "benchmarks.html",
            "benchmarks.html.j2",
            title="Benchmarks",
            description="What halving the error costs on every benchmark that is followed.",
            groups=by_group(series),
        ),
        "data/charts.js": script("charts", _charts()),
        "data/filters.js": script("filters", [{**f._asdict(), "words": dict(f.words)} for f in FILTERS]),
    }
    share = POINT_BYTES // max(1, len(series))
    for view in series:
        files |= _files(view, frame, points[view.slug], fits.get(view.slug, []), share)
    return files


def _charts() -> Record:
    return {
        "axes": [{"column": axis.column, "name": axis.name} for axis in AXES],
        "methods": {m: labels.METHODS[m] for m in METHODS},
        "charts": {axis.column: benchmark_chart(axis) for axis in AXES},
    }


def _files(
    view: SeriesView, frame: Frame, points: list[Record], fits: list[FitOnPage], most_bytes: int
) -> dict[str, bytes]:
    """The page of one benchmark and its two files of data."""
    columns = [name for name in points[0] if name != "series"]
    drawn = _points_drawn(points, columns, most_bytes)
    return {
        f"benchmark/{view.slug}.html": frame.page(
            f"benchmark/{view.slug}.html",
            "benchmark.html.j2",
            title=view.title,
            description=f"What the next point on {view.title} costs in computing, money, energy and carbon.",
            active="benchmarks.html",
            scripts=(*SCRIPTS, f"data/points-{view.slug}.js", f"data/curves-{view.slug}.js", "assets/benchmark.js"),
            s=view,
            error_name=error_phrase(view.error_name),
            drawn=len(drawn),
            known=len(points),
            sql=query_sql("points"),
        ),
        f"data/points-{view.slug}.js": script(
            f"points-{view.slug}", {"columns": columns, "rows": pack_rows(drawn, columns), "known": len(points)}
        ),
        f"data/curves-{view.slug}.js": script(f"curves-{view.slug}", _curves_of(view, fits)),
    }


def _points_drawn(points: list[Record], columns: list[str], most_bytes: int) -> list[Record]:
    """The points of a page: those in fits first, then the others, each by error."""
    telling = select_points(points, lambda p: PointRank(**{name: p[name] for name in PointRank._fields}), POINTS_DRAWN)
    there = {p["observation_id"] for p in within_size(telling, most_bytes, lambda p: pack_rows([p], columns))}
    return sorted((p for p in points if p["observation_id"] in there), key=lambda p: not p["in_fit"])


# --- fits as a page draws them


def _fits(published: Published) -> dict[str, list[FitOnPage]]:
    """The fits by series."""
    curves = grouped(published.rows("out_curves", CurvePoint), lambda p: p.fit_id)
    estimates = grouped(published.rows("out_estimates", TargetEstimate), lambda e: f"{e.series} {e.estimator}")
    factors = {
        (c.estimator, c.domain, c.horizon): c.calibration_factor for c in published.rows("out_calibration", Calibration)
    }
    drawn = [
        FitOnPage(
            f,
            curves.get(f.fit_id, []),
            estimates.get(f"{f.series} {f.estimator}", []),
            _widening_factors(f.estimator, domain_of(f.series), factors),
        )
        for f in published.rows("out_fits", FitSummary)
    ]
    return grouped(drawn, lambda d: d.fit.series)


def _widening_factors(
    estimator: str, domain: str, factors: dict[tuple[str, str, str], float | None]
) -> list[tuple[float, float | None, float | None]]:
    """Calibration factors by horizon, chosen as in `tasks.evaluate.calibration.widening`."""
    return [
        (
            horizon.at_least,
            horizon.below if math.isfinite(horizon.below) else None,
            factors.get((estimator, domain, name), factors.get((estimator, ALL, name))),
        )
        for name, horizon in BINS.items()
    ]


def _curves_of(view: SeriesView, fits: list[FitOnPage]) -> Record:
    """Data of the chart beside the points: fits (displayed ones first), floor, chance level, named targets."""
    first = {name: place for place, name in enumerate(view.shown.order)}
    ordered = sorted(fits, key=lambda d: (first.get(d.fit.estimator, len(first)), labels.estimator(d.fit.estimator)))
    metric = next((d.fit.metric for d in fits), "")
    computed = (BEST_IN_DATA, HALF_OF_BEST)
    named = {e.target: e.target_error for d in fits for e in d.estimates if e.target not in computed}
    return {
        "error_name": error_phrase(view.error_name),
        "headline": view.shown.main,
        "study": STUDY,
        "floor": view.floor,
        "chance": guess_errors().get((view.slug, metric)),
        "targets": [{"name": name, "error": error} for name, error in sorted(named.items())],
        "per_flop": _per_flop([e for d in fits for e in d.estimates]),
        "fits": [_fit(d) for d in ordered],
    }


def _per_flop(estimates: list[TargetEstimate]) -> dict[str, float]:
    """Cost, energy and carbon of one FLOP under the estimates' assumptions, by axis column; costs are proportional."""
    found = {AXES[0].column: 1.0}
    for cost in ("cost_usd", "energy_kwh", "co2e_kg"):
        known_costs = [(getattr(e.costs, cost).value, e.log10_flop) for e in estimates]
        ratios = [math.log10(value) - flop for value, flop in known_costs if value and flop is not None]
        if ratios:
            found[cost] = 10.0 ** median(ratios)
    return found


def error_phrase(error_name: str) -> str:
    """The name of an error within a sentence: "top-1 error", "error (1 − box AP)"."""
    return f"error ({error_name})" if error_name.startswith("1 ") else error_name


def _fit(drawn: FitOnPage) -> Record:
    figures = fit_figures(drawn.fit)
    curve = sorted(drawn.curve, key=lambda p: p.log10_flop)
    columns = ("log10_flop", "curve_error", "curve_error_lower", "curve_error_upper")
    return {
        "estimator": drawn.fit.estimator,
        "name": labels.estimator(drawn.fit.estimator),
        "title": drawn.fit.estimator_title,
        "rises": drawn.fit.rises,
        "n": drawn.fit.n,
        "log10_flop_max": drawn.fit.log10_flop_max,
        "halving": figures.halving,
        "halving_range": figures.halving_range,
        "widening": drawn.widening,
        "curve": pack_rows((asdict(p) for p in curve), columns),
        "estimates": [_estimate(e) for e in sorted(drawn.estimates, key=lambda e: -e.target_error)],
    }


def _estimate(estimate: TargetEstimate) -> Record:
    limits = estimate.log10_training_flop
    is_told = limits.value is not None and not is_ruled_out(estimate)
    return {
        "target": estimate.target,
        "target_error": estimate.target_error,
        "log10_flop": limits.value if is_told else None,
        "lower": limits.lower if is_told else None,
        "upper": limits.upper if is_told else None,
        "reason": reason(estimate),
    }
