"""One benchmark: its points and chart, its estimates by the estimators shown, and how much they can be trusted."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tasks.estimate.extrapolate import HALF_OF_BEST
from tasks.publish import charts, words
from tasks.publish.sections.figures import between, estimate_figures, fit_figures, flop, power, reason
from tasks.publish.sections.rows import Row, Tables, of_series, records, table
from tasks.publish.sections.shown import STUDY, Shown
from tasks.reference.benchmarks import Benchmark, headline_benchmark

NO_GROUP = "Benchmarks"
"""Where a series stands that `benchmarks.csv` gives no group."""

_TABLES = (
    "out_fits",
    "out_estimates",
    "out_specification_quantiles",
    "out_influence",
    "out_pooled_powers",
)


class SeriesTables(NamedTuple):
    """What the release says of one series: rows of the tables by name, curves by fit, titles of papers."""

    rows: dict[str, list[Row]]
    curves: dict[str, list[Row]]
    papers: dict[str, str]


def all_series(tables: Tables, shown: Shown, context: Mapping[str, Any]) -> list[Row]:
    """A view of each series: by group in the order of `benchmarks.csv`, in a group those with most models first."""
    observations = of_series(records(table(tables, "out_observations")), "series")
    by_name = {name: of_series(records(table(tables, name))) for name in _TABLES}
    curves = of_series(records(table(tables, "out_curves")), "fit_id")
    papers = {p["paper_id"]: p["title"] for rows in observations.values() for p in rows if p["title"]}
    views = []
    for slug in sorted({*observations, *by_name["out_fits"], *by_name["out_estimates"]}):
        rows = {"observations": observations.get(slug, []), **{name: by_name[name].get(slug, []) for name in _TABLES}}
        views.append(_series(slug, SeriesTables(rows, curves, papers), shown, context))
    groups, first = _groups(context), headline_benchmark()
    return sorted(views, key=lambda v: (groups.get(v["group"], len(groups)), v["slug"] != first, -v["n"], v["slug"]))


def by_group(series: list[Row]) -> list[Row]:
    """The series by group, in their order: name, id for links, and the series of each."""
    return [
        {"name": name, "id": "g-" + re.sub(r"\W+", "-", name.lower()), "series": rows}
        for name, rows in of_series(series, "group").items()
    ]


def _groups(context: Mapping[str, Any]) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(b.group for b in _benchmarks(context)))}


def _series(slug: str, source: SeriesTables, shown: Shown, context: Mapping[str, Any]) -> Row:
    points = [p for p in source.rows["observations"] if p["training_flop"] > 0 and 0 < p["error"] <= 1]
    used = [p for p in points if p["in_fit"]]
    estimates = _in_order(source.rows["out_estimates"], shown)
    metric = next((r["metric"] for r in [*used, *estimates, *points]), "")
    benchmark = _benchmark(slug, metric, context)
    assumptions = context.get("assumptions", {})
    halves = [e for e in source.rows["out_estimates"] if e["target"] == HALF_OF_BEST]
    return {
        "slug": slug,
        "group": benchmark.group if benchmark else NO_GROUP,
        "title": benchmark.title if benchmark else slug,
        "error_name": _error_name(benchmark, metric),
        "note": benchmark.metric_note if benchmark else "",
        "n": len(used),
        "n_papers": len({p["paper_id"] for p in used}),
        "years": _years(used),
        "best": min(used, key=lambda p: p["error"], default=None),
        "floor": benchmark.error_floor if benchmark else None,
        "floor_source": benchmark.error_floor_source if benchmark else None,
        "fits": {f["estimator"]: fit_figures(f) for f in _fits_in_order(source.rows["out_fits"], shown)},
        "half": {e["estimator"]: estimate_figures(e, assumptions) for e in halves if e["estimator"] in shown.order},
        "targets": _by_target([estimate_figures(e, assumptions) for e in estimates]),
        "all_estimators": _all_estimators(source.rows["out_fits"], halves, shown),
        "trust": _trust(source, shown),
        "points": sorted(points, key=lambda p: (not p["in_fit"], p["error"], p["model"])),
        **_chart(points, estimates, benchmark, source, shown),
    }


def _in_order(estimates: list[Row], shown: Shown) -> list[Row]:
    """Estimates of the estimators shown, from the largest error to the smallest."""
    of_page = [e for e in estimates if e["estimator"] in shown.order]
    return sorted(of_page, key=lambda e: (-e["target_error"], e["target"], shown.order.index(e["estimator"])))


def _fits_in_order(fits: list[Row], shown: Shown) -> list[Row]:
    of_page = [f for f in fits if f["estimator"] in shown.order]
    return sorted(of_page, key=lambda f: shown.order.index(f["estimator"]))


def _by_target(estimates: list[Row]) -> list[list[Row]]:
    targets: dict[str, list[Row]] = {}
    for e in estimates:
        targets.setdefault(e["target"], []).append(e)
    return list(targets.values())


def _benchmarks(context: Mapping[str, Any]) -> Sequence[Benchmark]:
    return context.get("benchmarks", ())


def _benchmark(slug: str, metric: str, context: Mapping[str, Any]) -> Benchmark | None:
    """The benchmark that a series is called after: one of its splits whose wrong labels are known, else the first."""
    rows = [b for b in _benchmarks(context) if (b.series, b.metric) == (slug, metric)]
    return next((b for b in rows if b.error_floor is not None), next(iter(rows), None))


def _error_name(benchmark: Benchmark | None, metric: str) -> str:
    return benchmark.error_name if benchmark else f"1 − {metric}"


def _years(points: list[Row]) -> str:
    years = [int(p["year"]) for p in points if p["year"] is not None]
    if not years:
        return ""
    return f"{min(years)}–{max(years)}" if min(years) < max(years) else str(min(years))


# --- the chart


def _chart(
    points: list[Row], estimates: list[Row], benchmark: Benchmark | None, source: SeriesTables, shown: Shown
) -> Row:
    """The chart's specification, the lines on it, and the estimates that it is too narrow to show."""
    if not points:
        return {"chart": None, "lines": [], "off_chart": []}
    floor = benchmark.error_floor if benchmark else None
    fits = [
        {**fit, "role": shown.role(fit["estimator"]), "curve": _curve(source.curves.get(fit["fit_id"], []))}
        for fit in _fits_in_order(source.rows["out_fits"], shown)
    ]
    estimates = [{**e, "role": shown.role(e["estimator"])} for e in estimates]
    title = benchmark.title if benchmark else points[0]["series"]
    error_name = _error_name(benchmark, points[0]["metric"])
    missing = charts.off_the_chart(estimates, charts.window_of(points, estimates, floor))
    return {
        "chart": charts.chart(title, error_name, points, fits, estimates, floor),
        "lines": [(fit["role"], words.estimator(fit["estimator"])) for fit in fits],
        "off_chart": [
            f"{words.percent(e['target_error'])} by the {words.estimator(e['estimator'])} at "
            f"10^{e['log10_training_flop']:.1f} FLOP"
            for e in missing
        ],
    }


def _curve(points: list[Row]) -> list[Row]:
    """Points of a fit's curve from left to right."""
    found = [
        {
            "x": p["log10_flop"],
            "error": p["curve_error"],
            "lower": p["curve_error_lower"],
            "upper": p["curve_error_upper"],
        }
        for p in points
    ]
    return sorted(found, key=lambda p: p["x"])


# --- how much the figures can be trusted


def _all_estimators(fits: list[Row], halves: list[Row], shown: Shown) -> list[Row]:
    """What each estimator says of half of the best error: the cheapest first, then those without a figure."""
    fit_of = {f["estimator"]: f for f in fits}
    rows = []
    for half in halves:
        fit = fit_of.get(half["estimator"])
        implied, implied_range = power(fit) if fit and fit["rises"] else ("", "")
        rows.append(
            {
                "name": words.estimator(half["estimator"]),
                "title": shown.title(half["estimator"]),
                "kind": words.KINDS.get(fit["estimator_kind"], "") if fit else "",
                "is_headline": half["estimator"] == shown.headline,
                "power": implied,
                "power_range": implied_range,
                "flop": half["log10_training_flop"],
                "flop_range": flop(half),
                "status": half["status"],
                "reason": reason(half),
            }
        )
    return sorted(rows, key=lambda r: (r["flop"] is None, r["flop"] or 0.0, not r["kind"], r["name"]))


def _trust(source: SeriesTables, shown: Shown) -> list[str]:
    """Sentences: the spread over choices, the paper that moves the figure most, the power pooled over benchmarks."""
    rows = source.rows
    sentences = (
        _spread([q for q in rows["out_specification_quantiles"] if q["target"] == HALF_OF_BEST]),
        _influence(rows["out_influence"], source.papers, shown),
        _pooled(next(iter(rows["out_pooled_powers"]), None)),
    )
    return [sentence for sentence in sentences if sentence]


def _spread(quantiles: list[Row]) -> str:
    by_share = {q["quantile"]: q for q in quantiles}
    if not {0.25, 0.75} <= by_share.keys():
        return ""
    low, high = (by_share[share]["log10_training_flop"] for share in (0.25, 0.75))
    ways, never = (by_share[0.25][c] for c in ("specifications", "specifications_unreachable"))
    if low is None:
        return (
            f"Of {words.count(ways, 'defensible way')} to choose data and form, {never} never get to half of the best."
        )
    needed = f"{between(low, high, lambda v: f'10^{v:.1f}')} FLOP for half of the best error"
    tail = f"; {never} never get there" if never else ""
    return f"Of {words.count(ways, 'defensible way')} to choose data and form, the middle half asks for {needed}{tail}."


def _influence(influence: list[Row], papers: dict[str, str], shown: Shown) -> str:
    """The most influential paper, by the main estimator, else by any whose influence is known."""
    first = [i for i in influence if i["left_out_kind"] == "paper" and i["influence_rank"] == 1]
    first = [i for i in first if i["target"] == HALF_OF_BEST]
    row = next(iter(sorted(first, key=lambda i: (i["estimator"] != shown.main, i["estimator"]))), None)
    if row is None:
        return ""
    paper = papers.get(row["left_out"], row["left_out"])
    who = f"The paper that matters most to the {words.estimator(row['estimator'])} is “{paper}” "
    return f"{who}({words.count(row['n_left_out'], 'model')}): without it {_without(row)}."


def _without(row: Row) -> str:
    if row["fit_outcome"] == "not_fitted":
        return "there is no fit"
    if row["log10_training_flop_without"] is None:
        return "the curve never gets to half of the best"
    takes = f"half of the best takes 10^{row['log10_training_flop_without']:.1f} FLOP"
    before = row["log10_training_flop"]
    return f"{takes}, not 10^{before:.1f}" if before is not None else takes


def _pooled(pooled: Row | None) -> str:
    if pooled is None or pooled["implied_power"] is None:
        return ""
    own, own_range = power(pooled)
    said = f"With each paper as one witness, the power of 1/error is {own} ({own_range}) by this benchmark’s data alone"
    if pooled["pooled_power"] is None:
        return f"{said}."
    shared, shared_range = power(pooled, "pooled_power")
    return f"{said}, and {shared} ({shared_range}) where all benchmarks are pooled."


def headline_series(series: list[Row], shown: Shown) -> Row | None:
    """The series that the headline speaks of: the first that carries the main estimator's fit, else the study's."""
    for estimator in (shown.main, STUDY):
        found = next((s for s in series if s["fits"].get(estimator, {}).get("rises") and s["best"]), None)
        if found:
            return found
    return None
